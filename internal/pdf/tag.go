package pdf

import "fmt"

// role is a standard structure type (ISO 32000-1, 14.8.4). Elements with one
// of the first ones hold other elements only, never content.
type role string

const (
	document role = "Document"
	section  role = "Sect"
	listing  role = "L"
	listItem role = "LI"
	tabular  role = "Table"
	tableRow role = "TR"
	contents role = "TOC"
	contentI role = "TOCI"
	together role = "Div"

	para       role = "P"
	itemLabel  role = "Lbl"
	itemBody   role = "LBody"
	headerCell role = "TH"
	dataCell   role = "TD"
	picturing  role = "Figure"
	captioning role = "Caption"
	linking    role = "Link"
)

// What is drawn for the eye only: it has no place in the structure, and a
// screen reader passes over it.
var (
	furniture  = &element{role: "/Artifact <</Type /Pagination>> BDC"} //nolint:misspell // PDF's word; for running heads and feet
	decoration = &element{role: "/Artifact <</Type /Layout>> BDC"}     //nolint:misspell // PDF's word
)

// element is a node of the structure tree: what a part of the document is,
// whatever it looks like.
type element struct {
	role   role
	parent *element
	alt    string // what a figure shows
	scope  string // of a header cell: Column or Row
	pairs  bool   // a list of names with their values
	kids   []kid  // in reading order
}

// kid is a part of an element: another element, content on a page, or a link.
type kid struct {
	element    *element
	page, mark int // page from 1
	link       *link
}

// link is a rectangle that leads somewhere, in points from the bottom left.
type link struct {
	page    int
	rect    [4]float64
	to      string // a place in this document
	at      string // an address on the web
	says    string // its text, or what it leads to
	object  int    // its number in the file
	element *element
}

// tags is the structure of a document being drawn, and what is marked with it.
// Content is marked when it is drawn, with the element that it belongs to then;
// so a paragraph goes on over pages, with a link inside it, by itself.
type tags struct {
	root   *element
	at     *element     // what is drawn next belongs to it
	open   *element     // the mark that is open on the page; nil for none
	owners [][]*element // by page and number of the mark
	links  []*link
	linked *span    // the span of the last link, which may go on in the next line,
	linker *element // and its element
	levels []int    // of the headings above what is drawn next
}

func newTags() *tags {
	root := &element{role: document}
	return &tags{root: root, at: root}
}

// unseen reports whether e is drawn for the eye only.
func (e *element) unseen() bool { return e == furniture || e == decoration }

// add returns a new element at the end of the present one.
func (d *doc) add(r role) *element {
	e := &element{role: r, parent: d.tags.at}
	if !d.dry && !d.tags.at.unseen() {
		d.tags.at.kids = append(d.tags.at.kids, kid{element: e})
	}
	return e
}

// within draws what belongs to e.
func (d *doc) within(e *element, draw func()) {
	before := d.tags.at
	if !before.unseen() {
		d.tags.at = e
	}
	draw()
	d.tags.at = before
}

// as draws what belongs to a new element.
func (d *doc) as(r role, draw func()) { d.within(d.add(r), draw) }

// mark marks what is drawn next on the page as content of e.
func (d *doc) mark(e *element) {
	t := d.tags
	if t.open == e {
		return
	}
	d.unmark()
	t.open = e
	if e.unseen() {
		d.pdf.RawWriteStr(string(e.role))
		return
	}
	page := d.pdf.PageNo()
	for len(t.owners) <= page {
		t.owners = append(t.owners, nil)
	}
	n := len(t.owners[page])
	t.owners[page] = append(t.owners[page], e)
	e.kids = append(e.kids, kid{page: page, mark: n})
	d.pdf.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", e.role, n))
}

// unmark ends the mark that is open on the page.
func (d *doc) unmark() {
	if d.tags.open != nil {
		d.pdf.RawWriteStr("EMC")
		d.tags.open = nil
	}
}

// graphic marks the rules and fillings drawn next: they are decoration, except
// in a figure.
func (d *doc) graphic() {
	if at := d.tags.at; at.role == picturing || at == furniture {
		d.mark(at)
		return
	}
	d.mark(decoration)
}

// linkOf returns the element of a link that s is, the same one on each of its
// lines.
func (d *doc) linkOf(s *span) *element {
	if d.tags.at.unseen() {
		return d.tags.at
	}
	if d.tags.linked != s || d.tags.linker.parent != d.tags.at {
		d.tags.linked, d.tags.linker = s, d.add(linking)
	}
	return d.tags.linker
}

// lead makes a rectangle lead somewhere.
func (d *doc) lead(e *element, x, y, w, h float64, l link) {
	l.page, l.element = d.pdf.PageNo(), e
	l.rect = [4]float64{x * pointsPerMM, (pageHeight - y - h) * pointsPerMM, (x + w) * pointsPerMM, (pageHeight - y) * pointsPerMM}
	d.tags.links = append(d.tags.links, &l)
	if !e.unseen() {
		e.kids = append(e.kids, kid{link: &l})
	}
}

// title returns the element of a heading of that level. Levels are those of
// the layout; a document's outline has none left out.
func (d *doc) title(level int) *element {
	if level == plainTitle || d.dry {
		return d.add(para)
	}
	t := d.tags
	for len(t.levels) > 0 && t.levels[len(t.levels)-1] >= level {
		t.levels = t.levels[:len(t.levels)-1]
	}
	t.levels = append(t.levels, level)
	return d.add(role(fmt.Sprintf("H%d", min(len(t.levels), 6))))
}
