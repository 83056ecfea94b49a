// Package pack puts transfer packages together: the record from the service,
// the portfolio as page and as PDF, and the files.
package pack

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pdf"
	"countersign/internal/service"
	"countersign/internal/transfer"
	"countersign/internal/view"
)

// Packer makes transfer packages of one installation.
type Packer struct {
	Service *service.Service
	View    *view.View
	URL     string // public address of this installation
	Temp    string // folder for files under way; empty for the system's
}

// Export makes the package of an apprenticeship. The caller closes it.
func (p *Packer) Export(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (*Spool, error) {
	record, err := p.Service.WholeRecord(ctx, actor, id)
	if countersign.KindOf(err) == countersign.NotFound {
		return p.again(ctx, actor, id, err)
	}
	if err != nil {
		return nil, err
	}
	record.Document.From(p.URL)
	d := draft{ctx: ctx, temp: p.Temp, pictures: p.Service.Pictures(ctx), own: map[string]*Spool{}}
	defer d.close()
	proof, err := p.proof(ctx, record.Portfolio)
	if err != nil {
		return nil, err
	}
	if err := d.fill(p.View, record, proof); err != nil {
		return nil, err
	}
	a := record.Portfolio.Apprenticeship
	m := transfer.Manifest{
		Format: transfer.Format, Version: transfer.Version,
		Origin: transfer.Origin{URL: p.URL, ID: record.Installation}, AsAt: transfer.Moment(record.Portfolio.AsAt).(string), //nolint:forcetypeassert // as-at is never zero
		Apprenticeship: string(a.ID), Apprentice: transfer.Person{Name: a.ApprenticeName, Email: a.ApprenticeEmail},
		Practice: transfer.Practice{Code: a.PracticeCode, Name: a.PracticeName}, Framework: transfer.Framework{ID: a.FrameworkID, Version: a.FrameworkVersion},
	}
	if err := d.sign(p, m, record.Portfolio); err != nil {
		return nil, err
	}
	return d.pack(m)
}

// again writes a package that was received from elsewhere as it was;
// where there is none, it is notFound.
func (p *Packer) again(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, notFound error) (*Spool, error) {
	received, err := p.Service.ReceivedOf(ctx, actor, id)
	if countersign.KindOf(err) == countersign.NotFound {
		return nil, notFound
	}
	if err != nil {
		return nil, err
	}
	return spooled(p.Temp, received.Manifest, received.Content)
}

// Received writes a package as it was received.
func (p *Packer) Received(ctx context.Context, actor authz.Actor, id countersign.ReceivedID) (*Spool, error) {
	received, err := p.Service.ReceivedPackage(ctx, actor, id)
	if err == nil && received.Document == nil {
		err = countersign.Refuse(countersign.Forbidden, "You cannot do this here: "+authz.ReadReceived.String()+" is not part of your role")
	}
	if err != nil {
		return nil, err
	}
	return spooled(p.Temp, received.Manifest, received.Content)
}

// draft is a package under way.
type draft struct {
	ctx      context.Context
	temp     string
	pictures service.Pictures
	own      map[string]*Spool // entries made here, by path
	entries  []transfer.Entry
}

func (d *draft) close() {
	for _, s := range d.own {
		_ = s.Close()
	}
}

// fill makes the entries.
func (d *draft) fill(v *view.View, r service.WholeRecord, proof *pdf.Proof) error {
	data, err := r.Document.Encode()
	if err != nil {
		return err
	}
	page := view.NewPortfolioPage(r.Portfolio)
	page.Packed = true
	for path, write := range map[string]func(io.Writer) error{
		transfer.ReadmePath: func(w io.Writer) error { _, err := io.WriteString(w, transfer.Readme); return err },
		transfer.DataPath:   func(w io.Writer) error { _, err := w.Write(data); return err },
		transfer.HTMLPath:   func(w io.Writer) error { return v.RenderDocument(w, page) },
		transfer.PDFPath:    func(w io.Writer) error { return pdf.Portfolio(d.ctx, w, r.Portfolio, d.pictures, proof) },
	} {
		if err := d.add(path, write); err != nil {
			return err
		}
	}
	for _, source := range r.Frameworks {
		sum := sha256.Sum256(source)
		write := func(w io.Writer) error { _, err := io.Copy(w, bytes.NewReader(source)); return err }
		if err := d.add(transfer.FrameworkPath(hex.EncodeToString(sum[:])), write); err != nil {
			return err
		}
	}
	for sum, f := range r.Document.Files() {
		d.entries = append(d.entries, transfer.Entry{Path: transfer.FilePath(sum), Size: f.Size, SHA256: sum})
	}
	return nil
}

// add makes an entry that write writes.
func (d *draft) add(path string, write func(io.Writer) error) error {
	s, err := newSpool(d.temp)
	if err != nil {
		return err
	}
	d.own[path] = s
	sum := sha256.New()
	if err := write(io.MultiWriter(s.file, sum)); err != nil {
		return err
	}
	if s.Size, err = s.file.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	d.entries = append(d.entries, transfer.Entry{Path: path, Size: s.Size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// sorted returns the entries by path.
func (d *draft) sorted() []transfer.Entry {
	return slices.SortedFunc(slices.Values(d.entries), func(a, b transfer.Entry) int { return cmp.Compare(a.Path, b.Path) })
}

// pack writes the package.
func (d *draft) pack(m transfer.Manifest) (*Spool, error) {
	m.Entries = d.sorted()
	return spooled(d.temp, m, func(e transfer.Entry) (io.ReadCloser, error) {
		if s := d.own[e.Path]; s != nil {
			_, err := s.file.Seek(0, io.SeekStart)
			return io.NopCloser(s.file), err
		}
		if err := d.ctx.Err(); err != nil {
			return nil, err
		}
		return d.pictures.Open(e.SHA256)
	})
}

// spooled writes a package into a file of its own.
func spooled(temp string, m transfer.Manifest, open transfer.Content) (*Spool, error) {
	out, err := newSpool(temp)
	if err != nil {
		return nil, err
	}
	out.Manifest = m
	err = transfer.Write(out.file, m, open)
	if err == nil {
		out.Size, err = out.file.Seek(0, io.SeekEnd)
	}
	if err == nil {
		_, err = out.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("pack: %w", err), out.Close())
	}
	return out, nil
}

// Spool is a package in a file that goes when it is closed.
type Spool struct {
	Manifest transfer.Manifest
	Size     int64
	file     *os.File
}

func newSpool(dir string) (*Spool, error) {
	f, err := os.CreateTemp(dir, "countersign-package-*")
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return &Spool{file: f}, nil
}

// Name is what to save the package as.
func (s *Spool) Name() string {
	return "Portfolio " + s.Manifest.Apprentice.Name + " " + s.Manifest.At().Format("2006-01-02") + ".zip"
}

// Read implements io.Reader.
func (s *Spool) Read(p []byte) (int, error) { return s.file.Read(p) }

// Close removes the file.
func (s *Spool) Close() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }
