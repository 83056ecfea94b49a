package pdf

import (
	"fmt"
	"strings"

	"countersign/internal/countersign"
)

// reading draws what somebody needs who has never seen a portfolio.
func (b *build) reading() {
	b.begin("How to read this document", placeReading)
	b.paragraph(plainText("This is the record of one person's training in general practice. The framework lists competencies: things that the apprentice must be able to do. " +
		"The apprentice collects evidence of work done and says which competencies each piece supports. Assessors review the evidence, and then judge each competency. A piece of evidence keeps its number throughout this document.")...)
	b.heading(heading{level: 2, text: "Statuses"})
	rows := make([][]cell, len(statuses))
	for i, s := range statuses {
		rows[i] = []cell{statusCell(s.status), cellOf(s.meaning)}
	}
	b.table([]column{{title: "Status", width: 38, names: true}, {title: "What it means", width: 62}}, rows)
	b.levels()
	if b.Framework.HasUnconfirmed() {
		b.heading(heading{level: 2, text: countersign.ToBeConfirmed})
		b.paragraph(plainText(countersign.ToBeConfirmedMeans)...)
	}
	b.heading(heading{level: 2, text: "Decisions"})
	b.paragraph(plainText("An assessment is the first judgement, a countersignature a second person's agreement. A confirmation says that a decision still stands though evidence " +
		"was withdrawn after it; a withdrawal takes it back. No decision is ever changed or deleted: a later one takes its place, and both are shown.")...)
	b.space(1.6)
	b.paragraph(plainText("Each decision has a leaf: a SHA-256 hash of what was decided, by whom, when and on which evidence, so that none of it can be changed unnoticed. " +
		"Its first 16 digits stand with the decision, all of them in the register.")...)
}

func (b *build) levels() {
	if len(b.Framework.Scale.Levels) == 0 {
		return
	}
	b.heading(heading{level: 2, text: "Levels"})
	rows := make([][]cell, len(b.Framework.Scale.Levels))
	for i, l := range b.Framework.Scale.Levels {
		rows[i] = []cell{{spans: spansIn(style{bold, 8.5, ink}, b.levelTitle(l.Code))}, cellOf(l.Meaning)}
	}
	b.table([]column{{title: "Level, lowest first", width: 33, names: true}, {title: "What it means", width: 67}}, rows)
}

// progressByDomain draws a bar for each domain with its numbers beside it, and
// then all numbers as a table.
func (b *build) progressByDomain() {
	b.begin("Progress by domain", placeProgress)
	b.paragraph(in(strong, b.progressWords()), in(body, " A competency whose sign-off has expired does not count."))
	b.space(5)
	domains := b.domains()
	for _, d := range domains {
		b.progressBar(d)
	}
	b.space(6)
	b.barKey()
	b.space(7)
	columns := []column{{title: "Domain", width: 30, names: true}, {title: "In scope", width: 12.4, right: true}}
	for _, word := range []string{"Signed off", "Assessed", "Ready", "In progress", "Not started", "Not yet", "Expired"} {
		columns = append(columns, column{title: word, width: 12.4, right: true})
	}
	var rows [][]cell
	total := map[countersign.Status]int{}
	for _, d := range domains {
		n := tally(d)
		rows = append(rows, numbersRow(cellStyle, d.Title, n))
		for s, k := range n {
			total[s] += k
		}
	}
	rows = append(rows, numbersRow(style{bold, 8.5, ink}, "All", total))
	b.table(columns, rows)
}

func numbersRow(st style, title string, n map[countersign.Status]int) []cell {
	cells := []cell{{spans: spansIn(st, title)}, {spans: spansIn(st, fmt.Sprint(inScope(n)))}}
	for _, s := range statuses[:len(statuses)-1] { // all but "not applicable"
		cells = append(cells, cell{spans: spansIn(st, fmt.Sprint(n[s.status]))})
	}
	return cells
}

func tally(d domain) map[countersign.Status]int {
	n := map[countersign.Status]int{}
	for _, a := range d.attainments {
		n[a.Status()]++
	}
	return n
}

func inScope(n map[countersign.Status]int) int {
	total := 0
	for s, k := range n {
		if s != countersign.NotApplicable {
			total += k
		}
	}
	return total
}

const barHeight = 5.0

// progressBar draws one domain: signed off solid, assessed striped, the rest
// open.
func (b *build) progressBar(d domain) {
	n := tally(d)
	total := inScope(n)
	words := fmt.Sprintf("%d of %d signed off", n[countersign.SignedOff], total)
	if k := n[countersign.Assessed]; k > 0 {
		words += fmt.Sprintf(", %d assessed", k)
	}
	if total == 0 {
		words = "none in scope"
	}
	right := in(body, " "+words)
	w := b.width(body, right.text)
	lines := b.wrap([]span{{text: d.Title, style: strong, to: placeOfDomain(d.Code)}}, b.w-w-6)
	leading := strong.leading()
	b.space(5)
	b.room(float64(len(lines))*leading + 1.2 + barHeight)
	y := b.y
	b.as(para, func() {
		for i, l := range lines {
			b.drawLine(l, b.x, y+float64(i)*leading, b.w-w-6, leading)
		}
		b.text(fragment{right.text, &right, w}, b.x+b.w-w, y+float64(len(lines)-1)*leading, leading, false)
	})
	y += float64(len(lines))*leading + 1.2
	b.rect(b.x, y, b.w, barHeight, paleGrey)
	if total > 0 {
		signed := b.w * float64(n[countersign.SignedOff]) / float64(total)
		b.rect(b.x, y, signed, barHeight, blue)
		b.stripes(b.x+signed, y, b.w*float64(n[countersign.Assessed])/float64(total), barHeight)
	}
	b.outlined(b.x, y, b.w, barHeight)
	b.y = y + barHeight
}

func (d *doc) stripes(x, y, w, h float64) {
	const step = 1.6
	for at := 0.0; at+0.7 <= w; at += step {
		d.rect(x+at, y, 0.7, h, blue)
	}
}

func (d *doc) outlined(x, y, w, h float64) {
	d.graphic()
	d.pdf.SetDrawColor(int(softInk.r), int(softInk.g), int(softInk.b))
	d.pdf.SetLineWidth(0.2)
	d.pdf.Rect(x, y, w, h, "D")
}

// barKey draws what the fillings of the bars mean.
func (b *build) barKey() {
	leading := small.leading()
	b.room(leading)
	x := b.x
	for i, word := range []string{"Signed off", "Waiting for countersignature", "Open"} {
		switch i {
		case 0:
			b.rect(x, b.y+0.5, 7, 3, blue)
		case 1:
			b.stripes(x, b.y+0.5, 7, 3)
		default:
			b.rect(x, b.y+0.5, 7, 3, paleGrey)
		}
		b.outlined(x, b.y+0.5, 7, 3)
		s := in(small, word)
		b.within(decoration, func() { b.text(fragment{word, &s, 0}, x+9, b.y, leading, false) })
		x += 9 + b.width(small, word) + 9
	}
	b.y += leading
}

// jobDescription draws the role and its duties, each with the competencies
// that evidence it.
func (b *build) jobDescription() {
	r := b.Framework.Role
	b.begin("Job description", placeRole)
	b.paragraph(in(style{bold, 12, ink}, r.Title))
	b.space(2)
	b.pair("Purpose", in(body, r.Purpose))
	if r.ReportsTo != "" {
		b.pair("Reports to", in(body, r.ReportsTo))
	}
	if r.Band != "" {
		b.pair("Band", in(body, r.Band))
	}
	for _, duty := range r.Duties {
		b.heading(heading{level: 3, tag: duty.Code, text: duty.Text})
		var rows [][]cell
		for _, competency := range duty.Competencies {
			a, ok := b.attainment(competency)
			if !ok {
				continue
			}
			rows = append(rows, []cell{
				{spans: []span{to(placeOfCompetency(a.Code), a.Code).as(cellStyle)}}, cellOf(titleOf(a)), statusCell(a.Status()),
			})
		}
		if len(rows) == 0 {
			b.paragraph(in(style{regular, 9.5, softInk}, "Not in this variant"))
			continue
		}
		b.keep(90, func() {
			b.table([]column{{title: "Competency", width: 15, names: true}, {title: "Title", width: 46}, {title: "Status", width: 39}}, rows)
		})
	}
	if len(r.Duties) == 0 {
		b.paragraph(plainText("The framework lists no duties.")...)
	}
	b.duties(r)
}

// programme draws the rules of the framework's programme in plain words.
func (b *build) programme() {
	b.begin("The programme", placeRules)
	b.paragraph(plainText("The rules of the framework version for everybody on it.")...)
	if note := b.Framework.ProgrammeNote; note != "" {
		b.space(1.6)
		b.paragraph(plainText(note)...)
	}
	for _, rule := range b.Framework.Rules() {
		b.heading(heading{level: 2, text: rule.Title})
		items := make([][]span, len(rule.Lines))
		for i, l := range rule.Lines {
			items[i] = append(items[i], in(body, l.Text))
			if l.Source != "" {
				items[i] = append(items[i], in(style{regular, 9.5, softInk}, " ("+l.Source+")"))
			}
			if l.Unconfirmed {
				items[i] = append(items[i], in(strong, " "+countersign.ToBeConfirmed))
			}
		}
		b.list(items)
	}
}

// titleOf returns the title with the mark of what is to be confirmed.
func titleOf(a countersign.Attainment) string {
	if a.Unconfirmed {
		return a.Title + " (" + countersign.ToBeConfirmed + ")"
	}
	return a.Title
}

// duties says how many duties are covered.
func (b *build) duties(r countersign.Role) {
	var open []string
	for _, duty := range r.Duties {
		if len(duty.Competencies) == 0 {
			open = append(open, duty.Code)
		}
	}
	if len(open) > 0 {
		b.space(6)
		b.paragraph(in(small, "Duties that this variant of the role leaves out: "+strings.Join(open, ", ")+"."))
	}
}
