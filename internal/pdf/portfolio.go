package pdf

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"countersign/internal/countersign"
)

// building lets one document be made at a time in the process.
var building = make(chan struct{}, 1)

// Portfolio writes p as a PDF to w. The same portfolio with the same pictures
// and the same proof gives the same bytes; proof is nil for none.
//
// One portfolio is made at a time; others wait until it is done or ctx is.
// Nothing is written to w before the whole document is finished, in a
// temporary file. Any text can be shown, in the worst case by what stands for
// it, and a picture that is missing or damaged leaves a note in its place. So
// it fails only with ctx, for want of disk space, or when w does.
func Portfolio(ctx context.Context, w io.Writer, p countersign.Portfolio, images ImageOpener, proof *Proof) error {
	select {
	case building <- struct{}{}:
		defer func() { <-building }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return send(w, "portfolio", func(file *os.File) error {
		pics := newPictures(images)
		defer pics.close()
		b := newBuild(ctx, p, pics)
		b.proof = proof
		b.draw()
		err := b.finish(file, p.AsAt, "Portfolio of "+p.Apprenticeship.ApprenticeName+", "+p.Framework.Title, p.Apprenticeship.ApprenticeName)
		if err != nil || proof == nil || proof.Manifest == nil {
			return err
		}
		return seal(file, proof.Manifest)
	})
}

// send has a document written to a temporary file and copies it to w once all
// of it is there, so that an error never ends as half a document.
func send(w io.Writer, what string, write func(*os.File) error) error {
	file, err := os.CreateTemp("", "countersign-"+what+"-*.pdf")
	if err != nil {
		return fmt.Errorf("pdf: a place for the %s: %w", what, err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := write(file); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	if _, err := io.Copy(w, file); err != nil {
		return fmt.Errorf("pdf: send the %s: %w", what, err)
	}
	return nil
}

// build is a portfolio being laid out.
type build struct {
	*doc
	countersign.Portfolio
	pieces   map[countersign.EvidenceID]countersign.PortfolioPiece
	register []countersign.SignOff
	progress countersign.Progress // of the attainments shown
	proof    *Proof
}

// Places that links lead to.
const (
	placeReading  = "how to read"
	placeProgress = "progress"
	placeRole     = "job description"
	placeRules    = "programme"
	placeSkills   = "competencies"
	placeEvidence = "evidence"
	placeRegister = "register"
	placeNotes    = "notes"
)

func placeOfDomain(code string) string                { return "domain " + code }
func placeOfCompetency(code string) string            { return "competency " + code }
func placeOfPiece(id countersign.EvidenceID) string   { return "piece " + string(id) }
func placeOfDecision(id countersign.SignOffID) string { return "decision " + string(id) }

func newBuild(ctx context.Context, p countersign.Portfolio, pics *pictures) *build {
	b := &build{doc: newDoc(ctx, pics), Portfolio: p, pieces: map[countersign.EvidenceID]countersign.PortfolioPiece{}, register: p.Register()}
	for _, place := range []string{placeReading, placeProgress, placeRole, placeRules, placeSkills, placeEvidence, placeRegister, placeNotes} {
		b.known[place] = true
	}
	for _, a := range p.Attainments {
		b.progress.Add(a.Core, a.Status())
	}
	for _, d := range b.sectionsOfCompetencies() {
		b.known[placeOfDomain(d.Code)] = true
		for _, a := range d.attainments {
			b.known[placeOfCompetency(a.Code)] = true
		}
	}
	for _, piece := range p.Pieces {
		b.pieces[piece.ID] = piece
		b.known[placeOfPiece(piece.ID)] = true
	}
	for _, so := range b.register {
		b.known[placeOfDecision(so.ID)] = true
	}
	return b
}

// draw lays out the whole document, in reading order.
func (b *build) draw() {
	b.cover()
	contents := b.reserveContents()
	b.reading()
	b.progressByDomain()
	b.jobDescription()
	b.programme()
	b.competencies()
	b.evidence()
	b.signOffRegister()
	b.notes()
	b.room(0) // draws a heading that has nothing below it
	b.drawContents(contents)
	b.furnish()
}

// finish writes the document to file, as it was at that time.
func (d *doc) finish(file *os.File, at time.Time, title, author string) error {
	if d.err != nil {
		return d.err
	}
	if at.IsZero() {
		at = time.Unix(0, 0) // gofpdf would take the clock
	}
	d.unmark()
	var plain bytes.Buffer
	if err := d.pdf.Output(&plain); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	d.pdf = nil // several megabytes that nobody needs now
	return d.rewrite(file, plain.Bytes(), description{d.texts.oneLine(title), d.texts.oneLine(author), at.UTC()})
}

// domain is a domain of the framework with the attainments in it.
type domain struct {
	countersign.Domain
	attainments []countersign.Attainment
	said        string // instead of how many are signed off
}

// sectionsOfCompetencies returns the domains and, after them, what earlier
// versions of the framework had.
func (b *build) sectionsOfCompetencies() []domain {
	out := b.domains()
	if len(b.Earlier) > 0 {
		out = append(out, domain{countersign.Domain{Code: "earlier versions", Title: countersign.EarlierVersions}, b.Earlier, countersign.EarlierVersionsMean})
	}
	return out
}

// domains returns the framework's domains that have attainments. Attainments
// of a domain that the framework doesn't have come last.
func (b *build) domains() []domain {
	var out []domain
	at := map[string]int{}
	for _, d := range b.Framework.Domains {
		at[d.Code] = len(out)
		out = append(out, domain{Domain: d})
	}
	for _, a := range b.Attainments {
		i, ok := at[a.Domain]
		if !ok {
			i = len(out)
			at[a.Domain] = i
			out = append(out, domain{Domain: countersign.Domain{Code: a.Domain, Title: a.Domain}})
		}
		out[i].attainments = append(out[i].attainments, a)
	}
	return slices.DeleteFunc(out, func(d domain) bool { return len(d.attainments) == 0 })
}

// attainment returns the attainment of the competency with that code.
func (b *build) attainment(code string) (countersign.Attainment, bool) {
	i := slices.IndexFunc(b.Attainments, func(a countersign.Attainment) bool { return a.Code == code })
	if i < 0 {
		return countersign.Attainment{}, false
	}
	return b.Attainments[i], true
}

// levelTitle returns the title of a level of the scale.
func (b *build) levelTitle(code string) string {
	if t := b.Framework.Scale.Level(code).Title; t != "" {
		return t
	}
	return code
}

// withheld reports whether the content of a piece is left out.
func withheld(e countersign.Evidence) bool {
	return e.State == countersign.Withdrawn || e.Quarantined
}
