package pdf

import (
	"context"
	"io"
	"os"
	"strings"

	"countersign/internal/countersign"
)

// Certificate writes the certificate of completion as a PDF to w: one page of
// A4. The same certificate gives the same bytes.
func Certificate(ctx context.Context, w io.Writer, c countersign.CompletionCertificate) error {
	return send(w, "certificate", func(file *os.File) error {
		pics := newPictures(nil)
		defer pics.close()
		d := newDoc(ctx, pics)
		d.newPage()
		d.certificate(c)
		return d.finish(file, c.AsAt, "Certificate of completion for "+c.Apprenticeship.ApprenticeName, c.Apprenticeship.ApprenticeName)
	})
}

// The frame of a certificate, in millimetres from the edges of the page.
const (
	frameAt    = 12.0
	frameWidth = 1.6
	frameGap   = 1.4
)

func (d *doc) certificate(c countersign.CompletionCertificate) {
	d.frame(frameAt, frameWidth, darkBlue)
	d.frame(frameAt+frameWidth+frameGap, 0.35, blue)
	d.x, d.w = 34, pageWidth-68
	above, below := d.add(section), d.add(section)
	foot := 0.0
	d.within(below, func() { foot = d.footNote(c) })
	scale, end := 1.0, 0.0
	for ; scale > 0.5; scale -= 0.05 { // long names take smaller letters
		saved := *d
		d.dry = true
		d.certified(c, scale)
		end = d.y
		*d = saved
		if end < foot-4 {
			break
		}
	}
	d.within(above, func() { d.certified(c, scale) })
}

// certified draws what is certified, in letters and gaps of that scale.
func (d *doc) certified(c countersign.CompletionCertificate, scale float64) {
	a, f := c.Apprenticeship, c.Framework
	in := func(at face, size float64, c colour) style { return style{at, size * scale, c} }
	down := func(by float64) { d.y += by * scale }
	plain, small := in(regular, 12, ink), in(regular, 9.5, ink)
	d.y = 42 * scale
	d.within(d.title(0), func() { d.middle(2, in(bold, 30, darkBlue), "Certificate of completion") })
	d.rect(pageWidth/2-18, d.y+5*scale, 36, 0.8, blue)
	down(20)
	d.centred(1, plain, "This is to certify that")
	down(5)
	d.centred(4, in(bold, 27, ink), a.ApprenticeName)
	down(5)
	d.centred(1, plain, "has completed the programme")
	down(5)
	title := in(bold, 19, darkBlue)
	if len(d.wrap(spansIn(title, f.Title), d.w)) > 1 {
		title = in(bold, 16, darkBlue)
	}
	d.centred(5, title, f.Title)
	down(2)
	d.centred(2, small, standing(f.Standing)+", version "+f.Version)
	down(9)
	d.centred(1, plain, "from "+a.StartOn.Long()+" to "+a.EndedOn.Long())
	down(1.5)
	where := strings.Join(filled(a.PracticeName, a.HubName), ", ")
	if c.Elsewhere != "" {
		where = c.Elsewhere
	}
	d.centred(3, plain, "at "+where)
	down(9)
	if c.VerifiedBy == "" {
		d.centred(2, plain, "Completed without external verification.")
	} else {
		d.centred(1, plain, "The portfolio was verified on "+c.VerifiedOn.Long()+" by")
		down(1)
		d.centred(2, in(bold, 14, ink), c.VerifiedBy)
		d.centred(1, small, "External verifier")
	}
	if c.Award == nil {
		return
	}
	g := *c.Award
	down(9)
	d.rect(pageWidth/2-45, d.y, 90, 0.25, blue)
	down(5)
	d.centred(1, small, "Award")
	down(1)
	d.centred(3, in(bold, 14, darkBlue), g.Title)
	d.centred(2, in(regular, 11, ink), g.Body)
	credits, number := "", ""
	if g.Credits > 0 {
		credits = count(g.Credits, "credit")
	}
	if g.Number != "" {
		number = "number " + g.Number
	}
	down(1)
	d.centred(2, small, strings.Join(filled(g.Level, credits, g.On.Long(), number), " · "))
	down(5)
	d.rect(pageWidth/2-45, d.y, 90, 0.25, blue)
}

// footNote says at the foot what the framework's standing means, and which
// record the certificate is of. It returns where it begins.
func (d *doc) footNote(c countersign.CompletionCertificate) float64 {
	note := style{regular, 8, ink}
	elsewhere := ""
	if c.Elsewhere != "" {
		elsewhere = "Completed at another installation, " + c.Elsewhere + ". " + c.Apprenticeship.PracticeName + " received the record from there and has not verified it."
	}
	texts := filled(c.Framework.Notice, elsewhere,
		"Made from the record of training "+string(c.Apprenticeship.ID)+" as at "+countersign.LondonDate(c.AsAt).Long()+".")
	const foot = pageHeight - frameAt - 12
	height := 0.0
	for _, t := range texts {
		height += float64(min(len(d.wrap(spansIn(note, t), d.w)), noteLines))*note.leading() + 1.5
	}
	begin := foot - height
	d.y = begin
	for _, t := range texts {
		d.centred(noteLines, note, t)
		d.y += 1.5
	}
	return begin
}

// noteLines is how many lines of a note at the foot there is room for.
const noteLines = 4

// frame draws the edges of a rectangle that far from those of the page.
func (d *doc) frame(at, width float64, c colour) {
	w, h := pageWidth-2*at, pageHeight-2*at
	d.rect(at, at, w, width, c)
	d.rect(at, at+h-width, w, width, c)
	d.rect(at, at, width, h, c)
	d.rect(at+w-width, at, width, h, c)
}

// centred draws a paragraph in the middle of the column, at most so many lines
// of it.
func (d *doc) centred(lines int, s style, text string) {
	d.as(para, func() { d.middle(lines, s, text) })
}

func (d *doc) middle(lines int, s style, text string) {
	all := d.wrap(spansIn(s, text), d.w)
	for share := 0.5; share < 1; share += 0.05 { // lines of much the same length, and no last word alone
		if even := d.wrap(spansIn(s, text), share*d.w); len(even) == len(all) {
			all = even
			break
		}
	}
	for _, l := range all[:min(len(all), lines)] {
		d.drawLine(l, d.x+(d.w-l.width)/2, d.y, l.width, s.leading())
		d.y += s.leading()
	}
}

// filled returns the texts that aren't empty.
func filled(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}
