package transfer

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"countersign/internal/countersign"
)

// Content opens an entry's content.
type Content func(e Entry) (io.ReadCloser, error)

// Write writes a package. The entries' content is read twice, and must be what
// the manifest says.
func Write(w io.Writer, m Manifest, open Content) error {
	head, err := m.Encode()
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	first := Entry{Path: ManifestPath, Size: int64(len(head)), SHA256: hash(head)}
	if err := writeEntry(z, first, func(Entry) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(head)), nil }); err != nil {
		return err
	}
	for _, e := range m.Entries {
		if err := writeEntry(z, e, open); err != nil {
			return fmt.Errorf("transfer: write %s: %w", e.Path, err)
		}
	}
	return z.Close()
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func writeEntry(z *zip.Writer, e Entry, open Content) error {
	checksum, err := check(e, open)
	if err != nil {
		return err
	}
	to, err := z.CreateRaw(&zip.FileHeader{
		Name: e.Path, Method: zip.Store, CRC32: checksum, CompressedSize64: uint64(e.Size), UncompressedSize64: uint64(e.Size),
		CreatorVersion: 20, ReaderVersion: 20, ModifiedDate: 1<<5 | 1, //nolint:staticcheck // 1 January 1980, the first day that a ZIP can tell; Modified adds a field
	})
	if err != nil {
		return err
	}
	from, err := open(e)
	if err != nil {
		return err
	}
	_, err = io.CopyN(to, from, e.Size)
	return errors.Join(err, from.Close())
}

// errContent says that an entry isn't what the manifest says of it.
var errContent = errors.New("its content is not what the manifest says")

// check reads an entry's content and returns its CRC-32.
func check(e Entry, open Content) (uint32, error) {
	from, err := open(e)
	if err != nil {
		return 0, err
	}
	sum, crc := sha256.New(), crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(sum, crc), io.LimitReader(from, e.Size+1))
	if err := errors.Join(err, from.Close()); err != nil {
		return 0, err
	}
	if n != e.Size || hex.EncodeToString(sum.Sum(nil)) != e.SHA256 {
		return 0, errContent
	}
	return crc.Sum32(), nil
}

// Package is a package that was read: everything in it is what its manifest
// says, and its record holds together.
type Package struct {
	Manifest   Manifest
	Document   *Document
	SHA256     string // of the whole
	Frameworks []Release
	files      map[string]*zip.File
}

// Open reads a package of that size from r, which must stay as it is while the
// package is used. It refuses whatever isn't a sound package, in words for
// whoever sent it.
func Open(r io.ReaderAt, size int64) (*Package, error) {
	if size > MaxSize {
		return nil, refuse("it is larger than %s", megabytes(MaxSize))
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, refuse("it is not a whole ZIP file. It may be damaged, or have been cut short on its way")
	}
	p := &Package{files: make(map[string]*zip.File, len(z.File))}
	if err := p.list(z.File); err != nil {
		return nil, err
	}
	data, err := p.read(ManifestPath, maxManifest)
	if err != nil {
		return nil, err
	}
	if p.Manifest, err = DecodeManifest(data); err != nil {
		return nil, err
	}
	if err := p.compare(r, size); err != nil {
		return nil, err
	}
	if data, err = p.read(DataPath, maxEntry(DataPath)); err != nil {
		return nil, err
	}
	if p.Document, err = DecodeDocument(data); err != nil {
		return nil, err
	}
	return p, p.check()
}

// list looks at the directory of the ZIP before anything in it is read.
func (p *Package) list(all []*zip.File) error {
	if len(all) > maxEntries {
		return refuse("it holds more than %d files", maxEntries)
	}
	for _, f := range all {
		switch {
		case f.Name != ManifestPath && !entryPattern.MatchString(f.Name):
			return refuse("it holds “%s”, which is no part of a package", shown(f.Name))
		case p.files[f.Name] != nil:
			return refuse("it holds “%s” twice", f.Name)
		case f.Method != zip.Store || f.CompressedSize64 != f.UncompressedSize64:
			return refuse("%s is compressed, and nothing in a package is. It may have been unpacked and packed again", f.Name)
		case f.UncompressedSize64 > uint64(max(maxManifest, maxEntry(f.Name))):
			return refuse("%s is larger than %s", f.Name, megabytes(maxEntry(f.Name)))
		}
		p.files[f.Name] = f
	}
	if p.files[ManifestPath] == nil {
		return refuse("it has no %s, so it is not a transfer package", ManifestPath)
	}
	return nil
}

// compare checks every entry against the manifest, and that the ZIP is byte
// for byte what Write makes of them: nothing is hidden before, between or
// after them.
func (p *Package) compare(r io.ReaderAt, size int64) error {
	if len(p.files) != len(p.Manifest.Entries)+1 {
		for name := range p.files {
			if name != ManifestPath && p.Manifest.Entry(name).Path == "" {
				return refuse("it holds %s, which its manifest does not list", name)
			}
		}
	}
	for _, e := range p.Manifest.Entries {
		if p.files[e.Path] == nil {
			return refuse("its manifest lists %s, which is missing", e.Path)
		}
		if _, err := check(e, p.Content); err != nil {
			return refuse("%s is not what the manifest says: it was changed or damaged after the package was made", e.Path)
		}
	}
	whole := sha256.New()
	if _, err := io.Copy(whole, io.NewSectionReader(r, 0, size)); err != nil {
		return fmt.Errorf("transfer: read: %w", err)
	}
	again := sha256.New()
	if err := Write(again, p.Manifest, p.Content); err != nil {
		return refuse("its content cannot be read again: %v", err)
	}
	p.SHA256 = hex.EncodeToString(whole.Sum(nil))
	if p.SHA256 != hex.EncodeToString(again.Sum(nil)) {
		return refuse("the ZIP file is not as this program writes it. It was changed or damaged, or unpacked and packed again")
	}
	return nil
}

// Content opens an entry. It is for Write too.
func (p *Package) Content(e Entry) (io.ReadCloser, error) {
	f := p.files[e.Path]
	if f == nil {
		return nil, countersign.Refuse(countersign.NotFound, "The package has no "+e.Path)
	}
	return f.Open()
}

func (p *Package) read(path string, limit int64) ([]byte, error) {
	f, err := p.Content(Entry{Path: path})
	if err != nil {
		return nil, refuse("it has no %s", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if errors.Join(err, f.Close()) != nil {
		return nil, refuse("%s is damaged", path)
	}
	if int64(len(data)) > limit {
		return nil, refuse("%s is larger than %s", path, megabytes(limit))
	}
	return data, nil
}
