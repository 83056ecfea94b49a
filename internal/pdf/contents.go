package pdf

import (
	"fmt"
	"strconv"
	"strings"
)

// contentsLine is one line of the contents, with where it stands on the pages
// kept for them.
type contentsLine struct {
	level int    // 1: section, 2: domain, 3: competency or piece
	code  string // of a competency, or the number of a piece
	lines []line
	at    float64 // where the lines begin, right of the code
	place string
	says  string // code and title
	page  int
	y     float64
	item  *element
}

var contentsStyles = [...]style{1: {bold, 10, darkBlue}, 2: {bold, 9, ink}, 3: {regular, 9, ink}}

const contentsNumber = 14.0 // width of the column of page numbers

// reserveContents draws the heading of the contents and keeps as many pages as
// their lines take: the page numbers aren't known yet.
func (b *build) reserveContents() []contentsLine {
	b.begin("Contents", "")
	b.room(0)
	all := b.contentsLines()
	toc := b.add(contents)
	y := b.y
	for i := range all {
		l := &all[i]
		keep := l.height() // with the next line, under a section or domain
		if l.level < 3 && i+1 < len(all) {
			keep += all[i+1].height()
		}
		if y+keep > bottomEdge {
			b.newPage()
			y = b.y
		}
		l.page, l.y = b.page(), y
		b.within(toc, func() { l.item = b.add(contentI) })
		y += l.height()
	}
	return all
}

func (l contentsLine) above() float64 { return [...]float64{1: 2.6, 2: 1.2, 3: 0}[l.level] }

func (l contentsLine) height() float64 {
	return l.above() + float64(len(l.lines))*contentsStyles[l.level].leading()
}

func (b *build) contentsLines() []contentsLine {
	var all []contentsLine
	codes := 0.0 // width of the widest code
	for _, a := range b.Attainments {
		codes = max(codes, b.width(contentsStyles[3], b.texts.oneLine(a.Code)))
	}
	codes = min(codes, 40)
	numbers := b.width(contentsStyles[3], fmt.Sprint(len(b.Pieces)))
	add := func(level int, at float64, code, title, place string) {
		l := contentsLine{level: level, at: at, code: code, place: place, says: b.texts.oneLine(code + " " + title)}
		width := b.w - contentsNumber - l.at
		l.lines = b.wrap(spansIn(contentsStyles[level], title), width)
		if len(l.lines) > 3 { // all of it is where it leads to
			l.lines = b.wrap([]span{b.fit(contentsStyles[level], title, 2.5*width)}, width)
		}
		all = append(all, l)
	}
	add(1, 0, "", "How to read this document", placeReading)
	add(1, 0, "", "Progress by domain", placeProgress)
	add(1, 0, "", "Job description", placeRole)
	add(1, 0, "", "The programme", placeRules)
	add(1, 0, "", "Competencies", placeSkills)
	for _, d := range b.sectionsOfCompetencies() {
		add(2, 0, "", d.Title, placeOfDomain(d.Code))
		for _, a := range d.attainments {
			add(3, codes+6, a.Code, a.Title, placeOfCompetency(a.Code))
		}
	}
	add(1, 0, "", "Evidence", placeEvidence)
	for _, p := range b.Pieces {
		add(3, numbers+6, fmt.Sprint(p.Number), pieceTitle(p), placeOfPiece(p.ID))
	}
	add(1, 0, "", "Sign-off register", placeRegister)
	add(1, 0, "", "Sources and notes", placeNotes)
	return all
}

// drawContents fills in the contents.
func (b *build) drawContents(all []contentsLine) {
	for i := 0; i < len(all); {
		page := all[i].page
		b.onPage(page, func() {
			for ; i < len(all) && all[i].page == page; i++ {
				b.within(all[i].item, func() { b.drawContentsLine(all[i]) })
			}
		})
		if b.err != nil {
			return
		}
	}
}

func (b *build) drawContentsLine(l contentsLine) {
	st := contentsStyles[l.level]
	leading, y := st.leading(), l.y+l.above()
	x := b.x + l.at
	end := y + float64(len(l.lines))*leading
	last := l.lines[len(l.lines)-1]
	number := in(st, " "+strconv.Itoa(b.places[l.place].page))
	w := b.width(st, number.text)
	e := b.add(linking)
	b.within(e, func() {
		if l.code != "" {
			c := b.fit(st, l.code, l.at-4)
			b.text(fragment{c.text + " ", &c, 0}, b.x+3, y, leading, false)
		}
		for i, part := range l.lines {
			b.drawLine(part, x, y+float64(i)*leading, b.w-contentsNumber-l.at, leading)
		}
		b.text(fragment{number.text, &number, w}, b.x+b.w-w, end-leading, leading, false)
	})
	if from := x + last.width + 2; l.level == 3 && !last.rtl && from < b.x+b.w-w-2 {
		b.rect(from, end-leading*0.32, b.x+b.w-w-2-from, 0.15, hairline)
	}
	b.lead(e, b.x, y, b.w, end-y, link{to: l.place, says: l.says})
}

// furnish draws the running head and foot of every page: who, what and where
// in the document above; the notice and "Page n of m" below.
func (b *build) furnish() {
	notice := b.Framework.Notice
	if notice == "" {
		notice = standing(b.Framework.Standing)
	}
	foot := style{regular, 7, softInk}
	head := style{regular, 8, softInk}
	const numbers = 32.0
	lines := b.wrap(spansIn(foot, notice), fullWidth-numbers)
	for len(lines) > 2 { // whole sentences, else what fits; all of it is on the cover
		cut := strings.LastIndex(strings.TrimRight(notice, "."), ". ")
		if cut < 0 {
			lines = b.wrap([]span{b.fit(foot, notice, 2*(fullWidth-numbers)-20)}, fullWidth-numbers)
			break
		}
		notice = notice[:cut+1]
		lines = b.wrap(spansIn(foot, notice), fullWidth-numbers)
	}
	who := b.Apprenticeship.ApprenticeName + " · " + b.Framework.Title
	b.tags.at = furniture
	for page := 1; page <= b.page(); page++ {
		b.onPage(page, func() {
			if page > 1 {
				section := b.fit(head, b.sections[page], 60)
				w := b.width(head, section.text)
				left := b.fit(head, who, fullWidth-w-8)
				b.text(fragment{left.text, &left, 0}, b.x, 14, head.leading(), rightToLeft(left.text))
				b.text(fragment{section.text, &section, w}, b.x+b.w-w, 14, head.leading(), false)
				b.rect(b.x, 19.4, b.w, 0.2, hairline)
			}
			y := bottomEdge + 7.0
			b.rect(b.x, y-2, b.w, 0.2, hairline)
			for i, l := range lines[:min(len(lines), 2)] {
				b.drawLine(l, b.x, y+float64(i)*foot.leading(), b.w-numbers, foot.leading())
			}
			n := in(style{bold, 8, softInk}, fmt.Sprintf("Page %d of %d", page, len(b.sections)-1))
			w := b.width(n.style, n.text)
			b.text(fragment{n.text, &n, w}, b.x+b.w-w, y, n.leading(), false)
		})
	}
}
