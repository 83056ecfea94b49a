package pdf

import (
	"context"

	"github.com/jung-kurt/gofpdf"
)

// slack absorbs what is lost in rounding where the same heights are added up in
// another order.
const slack = 0.01

// The page, in millimetres from its top left corner.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	marginX    = 22.0
	topEdge    = 28.0              // where content begins
	bottomEdge = pageHeight - 26.0 // where it ends
	fullWidth  = pageWidth - 2*marginX
)

// doc is a document being laid out: a cursor that moves down a column and over
// pages. Everything is drawn in reading order. The first error stops all
// drawing and is kept.
type doc struct {
	ctx      context.Context
	pdf      *gofpdf.Fpdf
	err      error
	texts    *texts
	metrics  *metrics
	pictures *pictures

	x, w, y  float64 // the column and the cursor
	dry      bool    // measure only, draw nothing
	gap      float64 // space wanted before what is drawn next; none at the top of a page
	waiting  []heading
	bars     []*bar
	style    style            // what gofpdf is set to
	fonts    [len(faces)]bool // that it has
	sections []string         // the running section, by page from 1; [0] is unused
	section  string

	known   map[string]bool  // the places that this document will have
	places  map[string]place // those that it has
	outline []entry
	tags    *tags

	apart glyphs // memory for glyphs
}

// entry is one line of the outline.
type entry struct {
	level int // from 0
	title string
	page  int
	y     float64
}

// place is what links lead to.
type place struct {
	page int
	y    float64
}

// bar is a coloured rule along the left of a part of the column.
type bar struct {
	x, width, from float64
	colour         colour
}

func newDoc(ctx context.Context, pics *pictures) *doc {
	d := &doc{
		ctx: ctx, pdf: gofpdf.New("P", "mm", "A4", ""), texts: newTexts(), metrics: measure(), pictures: pics,
		x: marginX, w: fullWidth, sections: []string{""},
		known: map[string]bool{}, places: map[string]place{}, tags: newTags(),
	}
	d.pdf.SetAutoPageBreak(false, 0)
	d.pdf.SetMargins(marginX, topEdge, marginX)
	d.pdf.SetCatalogSort(true)
	d.pdf.SetCompression(false) // see compress
	return d
}

// use sets the font and colour of the text drawn next.
func (d *doc) use(s style) {
	if !d.fonts[s.face] {
		addFont(d.pdf, s.face)
		d.fonts[s.face] = true
	}
	if s.face != d.style.face || s.size != d.style.size {
		d.pdf.SetFont(faces[s.face].family, faces[s.face].style, s.size)
	}
	if s.colour != d.style.colour {
		d.pdf.SetTextColor(int(s.colour.r), int(s.colour.g), int(s.colour.b))
	}
	d.style = s
}

// rect fills a rectangle.
func (d *doc) rect(x, y, w, h float64, c colour) {
	if d.dry {
		return
	}
	d.graphic()
	d.fill(x, y, w, h, c)
}

// fill fills a rectangle under the mark that is open.
func (d *doc) fill(x, y, w, h float64, c colour) {
	d.pdf.SetFillColor(int(c.r), int(c.g), int(c.b))
	d.pdf.Rect(x, y, w, h, "F")
}

// newPage ends the page and begins the next one at its top.
func (d *doc) newPage() {
	if d.err == nil {
		d.err = d.ctx.Err()
	}
	if d.err == nil {
		d.err = d.pdf.Error()
	}
	for _, b := range d.bars {
		d.drawBar(b)
		b.from = topEdge
	}
	if d.err == nil {
		d.unmark()
		d.pdf.AddPage()
	}
	d.sections = append(d.sections, d.section)
	d.y, d.gap = topEdge, 0
}

// page returns the number of the page that is being drawn.
func (d *doc) page() int { return len(d.sections) - 1 }

// onPage draws on a page that is already finished.
func (d *doc) onPage(page int, draw func()) {
	if d.err != nil {
		return
	}
	x, w, y := d.x, d.w, d.y
	d.x, d.w = marginX, fullWidth
	d.turnTo(page)
	draw()
	d.turnTo(d.page())
	d.x, d.w, d.y = x, w, y
}

// turnTo makes gofpdf draw on another page. Its notion of font and colours is
// that of the page before, so all are set anew.
func (d *doc) turnTo(page int) {
	d.unmark()
	d.pdf.SetPage(page)
	d.pdf.SetFillColor(255, 255, 255)
	d.pdf.SetTextColor(0, 0, 0)
	d.style = style{}
}

// space asks for at least h of white space before what comes next.
func (d *doc) space(h float64) { d.gap = max(d.gap, h) }

// left is how much of the page is left below the cursor and the space wanted.
func (d *doc) left() float64 { return bottomEdge - d.y - d.gap }

// room makes sure that h fits on the page together with the headings that wait
// for it, else it goes to the next page; then it draws those headings. What is
// higher than a page begins on a new one and is up to the caller.
func (d *doc) room(h float64) {
	waiting := d.waiting
	d.waiting = nil
	for i := range waiting {
		waiting[i].follows = i > 0 && waiting[i-1].level == 1
	}
	need := h
	for i, w := range waiting {
		need += w.height(d)
		if i > 0 {
			need += w.before()
		}
	}
	if len(waiting) > 0 {
		d.space(waiting[0].before())
	}
	if need > d.left()+slack && !d.atTop() {
		d.newPage()
	}
	for i, w := range waiting {
		if i > 0 {
			d.space(w.before())
		}
		d.skip()
		w.draw(d)
	}
	if len(waiting) == 0 {
		d.skip()
	}
}

// skip leaves the space that was asked for.
func (d *doc) skip() {
	if !d.atTop() {
		d.y += d.gap
	}
	d.gap = 0
}

// atTop reports whether nothing has been drawn on the page yet.
func (d *doc) atTop() bool { return d.y == topEdge }

// height returns how high what draw draws would be on an endless page.
func (d *doc) height(draw func()) float64 {
	const above = -1e6
	saved := *d
	d.dry, d.y, d.gap, d.waiting, d.bars = true, above, 0, nil, nil
	draw()
	h := d.y - above
	*d = saved
	return h
}

// keep draws something on one page, together with the headings that wait for
// it, unless it is higher than limit.
func (d *doc) keep(limit float64, draw func()) {
	if d.err != nil {
		return
	}
	if h := d.height(draw); h <= limit {
		d.room(h)
	}
	draw()
}

// indent draws inside a column that begins by further to the right.
func (d *doc) indent(by float64, draw func()) {
	d.x, d.w = d.x+by, d.w-by
	draw()
	d.x, d.w = d.x-by, d.w+by
}

// beside draws content with a coloured rule along its left side, over as many
// pages as it takes. The first part of it is at least least high.
func (d *doc) beside(c colour, least float64, draw func()) {
	d.room(least)
	b := &bar{x: d.x, width: 1.1, from: d.y, colour: c}
	d.bars = append(d.bars, b)
	d.indent(4.5, draw)
	d.bars = d.bars[:len(d.bars)-1]
	d.drawBar(b)
}

func (d *doc) drawBar(b *bar) {
	if d.err == nil && d.y > b.from {
		d.rect(b.x, b.from, b.width, d.y-b.from, b.colour)
	}
}

// paragraph draws spans as one or more paragraphs, over pages where needed. A
// page never ends or begins with a single line of several.
func (d *doc) paragraph(spans ...span) {
	if d.err != nil || len(spans) == 0 {
		return
	}
	d.as(para, func() { d.lines(d.wrap(spans, d.w), leadingOf(spans), nil, 0) })
}

// box draws spans on a filled ground with a rule on its left.
func (d *doc) box(ground, rule colour, spans ...span) {
	if d.err != nil {
		return
	}
	const pad = 3.2
	lines := d.wrap(spans, d.w-2*pad-1)
	d.as(para, func() { d.lines(lines, leadingOf(spans), &boxed{ground, rule}, pad) })
}

type boxed struct{ ground, rule colour }

func leadingOf(spans []span) float64 {
	l := 0.0
	for _, s := range spans {
		l = max(l, s.leading())
	}
	return l
}

// first is how high the part of lines is that is never parted: whoever draws
// something beside them asks for room for it.
func first(lines []line, leading float64) float64 {
	return float64(min(len(lines), 3)) * leading
}

func (d *doc) lines(lines []line, leading float64, b *boxed, pad float64) {
	d.room(first(lines, leading) + 2*pad)
	for len(lines) > 0 && d.err == nil {
		n := min(len(lines), max(1, int((bottomEdge-d.y-2*pad+slack)/leading)))
		if n < len(lines) && len(lines)-n == 1 && n > 2 {
			n--
		}
		if b != nil {
			h := float64(n)*leading + 2*pad
			d.rect(d.x, d.y, d.w, h, b.ground)
			d.rect(d.x, d.y, 1.1, h, b.rule)
		}
		x, w := d.x, d.w
		if b != nil {
			x, w = d.x+pad+1, d.w-2*pad-1
		}
		d.y += pad
		for _, l := range lines[:n] {
			if l.begins && d.tags.at.role == para { // what was typed as several paragraphs
				d.tags.at = d.tags.at.parent
				d.tags.at = d.add(para)
			}
			d.drawLine(l, x, d.y, w, leading)
			d.y += leading
		}
		d.y += pad
		if lines = lines[n:]; len(lines) > 0 {
			d.newPage()
		}
	}
}

// list draws each item with a bullet before it.
func (d *doc) list(items [][]span) {
	d.as(listing, func() {
		for i, item := range items {
			if i > 0 {
				d.space(0.6)
			}
			d.as(listItem, func() { d.item(item) })
		}
	})
}

func (d *doc) item(item []span) {
	lines := d.wrap(item, d.w-4.5)
	leading := leadingOf(item)
	d.room(first(lines, leading))
	d.as(itemLabel, func() {
		d.text(fragment{"•", &span{text: "•", style: item[0].style}, 0}, d.x+0.6, d.y, leading, false)
	})
	d.as(itemBody, func() { d.indent(4.5, func() { d.lines(lines, leading, nil, 0) }) })
}

// pair draws a label with its value on the right, which may be long. Pairs
// below each other are one list.
func (d *doc) pair(name string, value ...span) {
	const column = 42.0
	names := d.wrap(spansIn(label, name), column-3)
	lead, valueLead := label.leading(), leadingOf(value)
	lines := d.wrap(value, d.w-column)
	d.space(1.1)
	var item *element
	d.within(d.pairs(), func() { item = d.add(listItem) })
	d.room(max(float64(len(names))*lead, first(lines, valueLead)))
	page, y := d.page(), d.y
	d.within(item, func() {
		d.as(itemLabel, func() {
			for i, l := range names {
				d.drawLine(l, d.x, y+baseline*(valueLead-lead)+float64(i)*lead, column, lead)
			}
		})
		d.as(itemBody, func() { d.indent(column, func() { d.lines(lines, valueLead, nil, 0) }) })
	})
	end := y + baseline*(valueLead-lead) + float64(len(names))*lead
	if d.page() == page {
		d.y = max(d.y, end)
	}
}

// pairs returns the list that a pair drawn next belongs to.
func (d *doc) pairs() *element {
	if n := len(d.tags.at.kids); n > 0 {
		if last := d.tags.at.kids[n-1].element; last != nil && last.pairs {
			return last
		}
	}
	e := d.add(listing)
	e.pairs = true
	return e
}
