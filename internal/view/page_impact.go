package view

import (
	"net/url"
	"slices"

	"countersign/internal/chart"
	"countersign/internal/countersign"
)

// ImpactPage is what the practices of a place have measured.
type ImpactPage struct {
	Layout
	Code, Name string
	Kind       countersign.OrganisationKind
	Day        countersign.Date
	Hidden     bool // no practice's value is shown
	MayEnter   bool
	Beneath    []Link
	Figures    []countersign.ImpactFigure
	Reported   []countersign.Impact // checked, practice by practice
	Open       []countersign.Impact // waiting to be checked, or sent back
	MoreOpen   bool
	Published  []countersign.PublishedImpact
}

// NewImpactPage returns the page of the place with that name.
func NewImpactPage(name, code string, above ...Link) *ImpactPage {
	p := &ImpactPage{Name: name, Code: code}
	p.Errors.withoutFilter()
	p.Title = "Impact: " + name
	p.Breadcrumbs = append(append([]Link{{Text: "Home", Href: "/"}}, above...), Link{Text: name, Href: ReportFilter{}.Href(code, "")})
	return p
}

// Template implements Page.
func (*ImpactPage) Template() string { return "impact/place" }

// ImpactHref is the page of a place's measures, or one beneath it.
func ImpactHref(code, page string) string {
	return "/reports/" + url.PathEscape(code) + "/impact" + page
}

func impactHref(id countersign.ImpactID) string { return "/impact/" + string(id) }

// Fold holds the places beneath if they are many; else it is nil.
func (p *ImpactPage) Fold() *Details {
	if len(p.Beneath) <= longRows {
		return nil
	}
	return &Details{Summary: "Places beneath: all " + Number(len(p.Beneath)), Classes: "app-no-print"}
}

// AsAt says what the figures are, and of which day.
func (p *ImpactPage) AsAt() string {
	return "What practices have reported and their training hub has checked until " + Date(p.Day) + ". It is reported, not proved: each practice measures what it chose, in its own way."
}

// New enters a measure.
func (p *ImpactPage) New() ActionLink {
	return ActionLink{Text: "Enter a measure", Href: ImpactHref(p.Code, "/new")}
}

// Files are the page to take along.
func (p *ImpactPage) Files() []Link {
	return []Link{{Text: "Spreadsheet (XLSX)", Href: ImpactHref(p.Code, ".xlsx")}, {Text: "Table (CSV)", Href: ImpactHref(p.Code, ".csv")}}
}

// Any reports whether there is something to tell.
func (p *ImpactPage) Any() bool {
	return slices.ContainsFunc(p.Figures, func(f countersign.ImpactFigure) bool { return f.Reported.Known && f.Reported.N > 0 })
}

// Plot is what each measure has come to, of 100 before.
func (p *ImpactPage) Plot() Plot {
	c := chart.Bars{
		Title: "What each measure has come to, when 100 is how it was before", Of: "Measure", Parts: []string{"Now, of 100 before"}, Reach: 1000,
		Summary: "The median of the practices that reported it. Less than 100 has become less, more than 100 more. A measure that was 0 before at one of them is not drawn.",
	}
	for _, f := range p.Figures {
		if v := f.Percent.Median; v.Known {
			c.Rows = append(c.Rows, chart.Row(f.Measure.Title, chart.Value{N: float64(1000 + v.N), Text: countersign.Tenths(1000+v.N) + " (" + SignedTenths(v.N) + "%)", Known: true}))
		}
	}
	return Plot{ID: "impact", Chart: c}
}

// TenthsText is a number of tenths, or what stands for it.
func TenthsText(v countersign.Value) string {
	switch {
	case v.Hidden:
		return NotShown
	case !v.Known:
		return "none"
	}
	return countersign.Tenths(v.N)
}

// SignedTenths is a change: "+3", "-12.5".
func SignedTenths(n int) string {
	if n > 0 {
		return "+" + countersign.Tenths(n)
	}
	return countersign.Tenths(n)
}

func signedText(v countersign.Value) string {
	if !v.Known {
		return TenthsText(v)
	}
	return SignedTenths(v.N)
}

// ReportedBy says how many practices a figure is of: "14 of 31".
func ReportedBy(f countersign.ImpactFigure) string {
	if f.Reported.Hidden {
		return NotShown
	}
	return Number(f.Reported.N) + " of " + Number(f.Practices)
}

func fromTo(s countersign.ImpactSpread) string {
	if !s.Low.Known {
		return TenthsText(s.Low)
	}
	return SignedTenths(s.Low.N) + " to " + SignedTenths(s.High.N)
}

func percentText(s countersign.ImpactSpread) string {
	if !s.Median.Known {
		return TenthsText(s.Median)
	}
	return SignedTenths(s.Median.N) + "%"
}

// Grid is the measures as a table of words and numbers.
func (p *ImpactPage) Grid() chart.Grid {
	spread := "Lowest to highest change"
	if p.Hidden {
		spread = "Middle half of changes"
	}
	g := chart.Grid{Head: []string{"Measure", "Reported by", "Before (median)", "Now (median)", "Change (median)", spread, "Change in per cent", "All together", "Methods"}}
	for _, f := range p.Figures {
		together := signedText(f.Together)
		if !f.Together.Known && !f.Together.Hidden && f.Reported.N > 0 {
			together = "cannot be added up"
		}
		g.Rows = append(g.Rows, []string{
			f.Measure.Title + " (" + f.Measure.Unit + ")", ReportedBy(f), TenthsText(f.Baseline.Median), TenthsText(f.Now.Median), signedText(f.Change.Median),
			fromTo(f.Change), percentText(f.Percent), together, or(methodTitles(f.Methods), TenthsText(f.Reported)),
		})
	}
	return g
}

func methodTitles(codes []string) string {
	var titles []string
	for i, code := range codes {
		m, _ := countersign.ImpactMethodBy(code)
		if i > 0 {
			m.Title = lowerStart(m.Title)
		}
		titles = append(titles, m.Title)
	}
	return Sentence(titles)
}

// Table is the measures.
func (p *ImpactPage) Table() Table {
	g := p.Grid()
	t := Table{Caption: "Measure by measure", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true, Compact: true}
	for i, head := range g.Head {
		t.Head = append(t.Head, Column{Text: head, Numeric: i > 0 && i < len(g.Head)-1})
	}
	for n, row := range g.Rows {
		if p.Figures[n].Reported.Known && p.Figures[n].Reported.N == 0 {
			continue
		}
		var cells []Cell
		for _, text := range row {
			cells = append(cells, Cell{Text: text})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// PublishedTable is what others have published.
func (p *ImpactPage) PublishedTable() Table {
	t := Table{
		Caption: "Published elsewhere", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Measure"}, {Text: "What was published"}, {Text: "Who and when"}, {Text: "Be careful"}, {Text: "Source"}},
	}
	for _, f := range p.Published {
		m, _ := countersign.ImpactMeasureBy(f.Measure)
		t.Rows = append(t.Rows, []Cell{{Text: m.Title}, {Text: f.Value}, {Text: f.Who}, {Text: f.Caveat}, {Text: f.Source, Href: f.URL}})
	}
	return t
}

// ReportedTable is what each practice reported.
func (p *ImpactPage) ReportedTable() Table {
	return impactTable("Practice by practice", p.Reported, false)
}

// OpenTable is what waits to be checked, or was sent back.
func (p *ImpactPage) OpenTable() Table {
	return impactTable("Waiting to be checked, or sent back", p.Open, true)
}

func impactTable(caption string, rows []countersign.Impact, states bool) Table {
	t := Table{
		Caption: caption, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Measure"}, {Text: "Practice"}, {Text: "Before", Numeric: true}, {Text: "Now", Numeric: true}, {Text: "Until"}},
	}
	if states {
		t.Head = append(t.Head, Column{Text: "State"})
	} else {
		t.Head = append(t.Head, Column{Text: "Method"})
	}
	for _, i := range rows {
		m, _ := countersign.ImpactMeasureBy(i.Measure)
		method, _ := countersign.ImpactMethodBy(i.Method)
		last := Cell{Text: method.Title}
		if states {
			last = Cell{Body: Blocks{ImpactTag(i.State)}}
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: m.Title, Href: impactHref(i.ID), Hidden: "of " + i.PracticeName}, {Text: i.PracticeName}, {Text: ImpactText(m, i.Baseline)}, {Text: ImpactText(m, i.Value)},
			{Text: Date(i.To)}, last,
		})
	}
	return t
}

// ImpactText is a value in the measure's unit.
func ImpactText(m countersign.ImpactMeasure, tenths int) string {
	if m.Unit == "%" {
		return countersign.Tenths(tenths) + "%"
	}
	return countersign.Tenths(tenths) + " " + m.Unit
}

// ImpactTag is the state of a report.
func ImpactTag(s countersign.ImpactState) Tag {
	switch s {
	case countersign.ImpactChecked:
		return Tag{Text: "Checked", Colour: "green"}
	case countersign.ImpactSentBack:
		return Tag{Text: "Sent back", Colour: "red"}
	case countersign.ImpactWithdrawn:
		return Tag{Text: "Withdrawn", Colour: "grey"}
	}
	return Tag{Text: "Waiting to be checked", Colour: "yellow"}
}
