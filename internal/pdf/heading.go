package pdf

// heading is a title of the document. It waits for the content below it, so
// that the two are never parted by the end of a page.
type heading struct {
	level   int    // 1: section, 2: domain, 3: competency or piece, 4 and 5: label
	tag     string // code or number in a filled box before the text; may be empty
	text    string
	place   string // what links lead to; empty for none
	outline string // title in the outline; empty for none
	soft    bool   // level 3 in grey: what it names is left out
	rule    bool   // a hairline parts it from what is above
	follows bool   // it stands directly below a section's title, set by room
	element *element
}

// plainTitle is the level of a title that is none in the structure: it names
// no part of the document.
const plainTitle = 5

var headingStyles = [...]style{
	1: {bold, 20, darkBlue},
	2: {bold, 14, darkBlue},
	3: {bold, 11.5, ink},
	4: {bold, 9.5, darkBlue},
	5: label,
}

var tagStyle = style{bold, 9, white}

// heading puts a title before what is drawn next.
func (d *doc) heading(h heading) {
	h.element = d.title(h.level)
	d.waiting = append(d.waiting, h)
}

// label puts a small title before what is drawn next.
func (d *doc) label(text string) { d.heading(heading{level: 4, text: text}) }

// begin begins a part of the document on a new page.
func (d *doc) begin(title, place string) {
	d.waiting = nil
	d.section = title
	d.newPage()
	d.tags.at = d.tags.root
	d.tags.at = d.add(section)
	d.heading(heading{level: 1, text: title, place: place, outline: title})
}

// place makes the cursor the place that links to name lead to.
func (d *doc) place(name string) {
	if name == "" || d.dry || d.err != nil {
		return
	}
	d.places[name] = place{d.page(), max(0, d.y-2)}
}

// before is the white space above the heading.
func (h heading) before() float64 {
	if h.follows {
		return 0
	}
	return [...]float64{1: 0, 2: 7, 3: 7, 4: 3.4, 5: 1.4}[h.level]
}

// after is the white space below the heading.
func (h heading) after() float64 { return [...]float64{1: 6, 2: 2.4, 3: 1.6, 4: 0.8, 5: 0.4}[h.level] }

func (h heading) lines(d *doc) (lines []line, indent float64) {
	if h.tag != "" {
		indent = d.width(tagStyle, d.texts.oneLine(h.tag)) + 4.6 + 2.4
		indent = min(indent, d.w/2)
	}
	st := headingStyles[h.level]
	if h.soft {
		st.colour = softInk
	}
	return d.wrap(spansIn(st, h.text), d.w-indent), indent
}

func (h heading) height(d *doc) float64 {
	lines, _ := h.lines(d)
	return float64(len(lines))*headingStyles[h.level].leading() + h.after()
}

// draw draws the heading at the cursor, which it moves below.
func (h heading) draw(d *doc) { d.within(h.element, func() { h.drawn(d) }) }

func (h heading) drawn(d *doc) {
	if h.rule && !d.atTop() {
		d.rect(d.x, d.y-h.before()/2, d.w, 0.2, hairline)
	}
	d.place(h.place)
	if h.outline != "" && !d.dry {
		d.outline = append(d.outline, entry{min(h.level, 3) - 1, d.texts.oneLine(h.outline), d.page(), d.y})
	}
	lines, indent := h.lines(d)
	leading := headingStyles[h.level].leading()
	if h.tag != "" {
		c := blue
		if h.soft {
			c = softInk
		}
		d.rect(d.x, d.y+0.3, indent-2.4, leading-0.6, c)
		tag := d.fit(tagStyle, h.tag, indent-2.4-4.4)
		d.text(fragment{tag.text + " ", &tag, 0}, d.x+2.3, d.y, leading, false)
	}
	for _, l := range lines {
		if d.y+leading > bottomEdge && !d.dry { // a title as long as a page
			d.newPage()
		}
		d.drawLine(l, d.x+indent, d.y, d.w-indent, leading)
		d.y += leading
	}
	if h.level == 1 {
		d.rect(d.x, d.y+1.6, 24, 1.2, blue)
	}
	d.y += h.after()
}
