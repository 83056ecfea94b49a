package view

import (
	"countersign/internal/chart"
	"countersign/internal/countersign"
)

// CoveragePage is how many practices have a GPA in training or qualified, as a
// map of tiles with its table.
type CoveragePage struct {
	Layout
	Code   string
	Filter ReportFilter
	Day    countersign.Date
	Fives  bool // counts are rounded down
	Rows   []CoverageRow
	Total  CoverageRow
}

// CoverageRow is a place: how many practices it has, and how many of them have
// somebody in training, qualified, or either.
type CoverageRow struct {
	Code, Name, Region                      string
	Kind                                    countersign.OrganisationKind
	Practices, Training, Qualified, Covered int
	Networks, NetworksCovered               int
	Open                                    bool // has a page of its own to look at
}

// Add adds a place, and counts it into the total.
func (p *CoveragePage) Add(r CoverageRow) {
	p.Rows = append(p.Rows, r)
	t := &p.Total
	t.Practices, t.Training, t.Qualified, t.Covered = t.Practices+r.Practices, t.Training+r.Training, t.Qualified+r.Qualified, t.Covered+r.Covered
	t.Networks, t.NetworksCovered = t.Networks+r.Networks, t.NetworksCovered+r.NetworksCovered
}

// NewCoveragePage returns the page of the place with that name.
func NewCoveragePage(name, code string, f ReportFilter, above ...Link) *CoveragePage {
	p := &CoveragePage{Code: code, Filter: f}
	p.Errors.withoutFilter()
	p.Title = "Practices with a GPA: " + name
	p.Breadcrumbs = append(append([]Link{{Text: "Home", Href: "/"}}, above...), Link{Text: name, Href: f.Href(code, "")})
	return p
}

// Template implements Page.
func (*CoveragePage) Template() string { return "reports/coverage" }

// AsAt says of which day it is.
func (p *CoveragePage) AsAt() string { return "As at " + Date(p.Day) + "." }

// Whole is the place's own share.
func (p *CoveragePage) Whole() []FigureTile {
	t := p.Total
	tiles := []FigureTile{
		{Name: "Practices", Value: Number(t.Practices)}, {Name: "with a GPA in training", Value: p.count(t.Training)},
		{Name: "with a qualified GPA", Value: p.count(t.Qualified)}, {Name: "with either", Value: p.shareText(t)},
	}
	if t.Networks > 0 {
		tiles = append(tiles, FigureTile{Name: "Networks with either, of " + Number(t.Networks), Value: p.count(t.NetworksCovered)})
	}
	return tiles
}

// count writes how many have somebody. Of those counted in fives there may be
// more, and nought says nothing.
func (p *CoveragePage) count(n int) string {
	switch {
	case !p.Fives:
		return Number(n)
	case n == 0:
		return NotShown
	}
	return Number(n) + orMore
}

const orMore = " or more"

// share is how many of 100 practices are covered.
func (p *CoveragePage) share(r CoverageRow) chart.Value {
	switch {
	case r.Practices == 0:
		return chart.Unknown("none")
	case p.Fives && r.Covered == 0:
		return chart.Unknown(NotShown)
	}
	n := percent(r.Covered, r.Practices)
	return chart.Value{N: float64(n), Text: itoa(n) + "%", Known: true}
}

func (p *CoveragePage) shareText(r CoverageRow) string {
	v := p.share(r)
	return v.Text + when(p.Fives && v.Known && r.Covered < r.Practices, orMore)
}

// Mapped reports whether the places beneath lie on the map.
func (p *CoveragePage) Mapped() bool {
	return len(p.Rows) > 0 && (p.Rows[0].Kind == countersign.Region || p.Rows[0].Kind == countersign.Hub)
}

// Map is the places as tiles.
func (p *CoveragePage) Map() Plot {
	c := chart.Tiles{Title: "Practices with a GPA in training or qualified", Unit: "Share of practices", Steps: chart.Evenly(100, perCent)}
	if p.Fives {
		c.Title += ", at least"
	}
	for _, r := range p.Rows {
		c.Items = append(c.Items, chart.Tile{Code: r.Code, Name: r.Name, Region: r.Region, Value: p.share(r)})
	}
	return Plot{ID: "map", Chart: c}
}

// Table is the places with their numbers.
func (p *CoveragePage) Table() Table {
	t := Table{
		Caption: "Place by place", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{
			{Text: "Place"}, {Text: "Practices", Numeric: true}, {Text: "In training", Numeric: true}, {Text: "Qualified", Numeric: true},
			{Text: "Either", Numeric: true}, {Text: "Share", Numeric: true},
		},
	}
	if p.Total.Networks > 0 {
		t.Head = append(t.Head, Column{Text: "Networks", Numeric: true}, Column{Text: "Networks with either", Numeric: true})
	}
	for _, r := range p.Rows {
		place := Cell{Text: r.Name}
		if r.Open {
			place.Href = p.Filter.Href(r.Code, "/coverage")
		}
		row := []Cell{place, {Text: Number(r.Practices)}, {Text: p.count(r.Training)}, {Text: p.count(r.Qualified)}, {Text: p.count(r.Covered)}, {Text: p.shareText(r)}}
		if p.Total.Networks > 0 {
			row = append(row, Cell{Text: Number(r.Networks)}, Cell{Text: p.count(r.NetworksCovered)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// HeatMapPage is how far the people of a place are, competency by competency,
// by cohort or by place.
type HeatMapPage struct {
	Layout
	Code       string
	Filter     ReportFilter
	By         string // cohort or place
	Frameworks []Option
	Columns    []string
	Rows       []HeatRow
	Hidden     bool
}

// HeatRow is a competency with the share of those learning who are signed off,
// and its title.
type HeatRow struct {
	Code, Title string
	Cells       []HeatCell
}

// HeatCell is how many of 100 who have the competency in scope are signed off.
type HeatCell struct{ Share countersign.Value }

// NewHeatMapPage returns the page of the place with that name.
func NewHeatMapPage(name, code string, f ReportFilter, above ...Link) *HeatMapPage {
	p := &HeatMapPage{Code: code, Filter: f}
	p.Errors.LinkTo("cohort", "") // that stands in its address
	p.Title = "Where people get stuck: " + name
	p.Breadcrumbs = append(append([]Link{{Text: "Home", Href: "/"}}, above...), Link{Text: name, Href: f.Href(code, "")})
	return p
}

// Template implements Page.
func (*HeatMapPage) Template() string { return "reports/heat-map" }

// AsAt says when, and of whom: a heat map is never of a past month.
func (p *HeatMapPage) AsAt() string {
	text := "As it stands today."
	if only := (ReportFilter{Cohort: p.Filter.Cohort}).Narrowed(); only != "" {
		text += " " + only
	}
	return text
}

// Action is where the form goes.
func (p *HeatMapPage) Action() string { return ReportFilter{}.Href(p.Code, "/heat-map") }

// FrameworkField chooses the framework, as competencies are those of one.
func (p *HeatMapPage) FrameworkField() Select {
	return Select{Name: "framework", Label: Label{Text: "Framework"}, Value: p.Filter.Framework, Error: p.Errors.Of("framework"), Options: withValue(p.Filter.Framework, p.Frameworks)}
}

// ByField chooses what the columns are.
func (p *HeatMapPage) ByField() Select {
	return Select{Name: "by", Label: Label{Text: "Compare"}, Value: p.By, Options: []Option{{Value: "cohort", Text: "Cohorts"}, {Value: "place", Text: "Places"}}}
}

// Apply shows another one.
func (*HeatMapPage) Apply() Button { return Button{Text: "Show", Variant: "secondary"} }

// Plot is the heat map.
func (p *HeatMapPage) Plot() Plot {
	c := chart.Heat{
		Title: "Share of apprentices who are signed off", Of: "Competency", Columns: p.Columns, Steps: chart.Evenly(100, perCent),
		Summary: "Of those who have the competency in scope. The darker a cell, the more are signed off; light rows are where people get stuck. What expired after somebody had completed counts as signed off. A dash means that nobody has it in scope.",
	}
	for _, r := range p.Rows {
		row := chart.Bar{Name: r.Code + " " + r.Title}
		for _, cell := range r.Cells {
			row.Values = append(row.Values, cell.value())
		}
		c.Rows = append(c.Rows, row)
	}
	return Plot{ID: "heat", Chart: c}
}

func (c HeatCell) value() chart.Value {
	switch {
	case c.Share.Hidden:
		return chart.Unknown(NotShown)
	case !c.Share.Known:
		return chart.Unknown("-")
	}
	return chart.Value{N: float64(c.Share.N), Text: itoa(c.Share.N) + "%", Known: true}
}
