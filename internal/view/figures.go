package view

import (
	"strconv"

	"countersign/internal/chart"
	"countersign/internal/countersign"
)

// NotShown stands in the place of a small number.
const NotShown = "not shown"

// FigureText writes what a figure comes to, in its unit: "1,250", "43%", "7.5
// months", "£1,075"; "none" where there is nothing to say.
func FigureText(f countersign.Figure, v countersign.Value) string {
	switch {
	case v.Hidden:
		return NotShown
	case !v.Known:
		return "none"
	}
	switch f.Unit {
	case countersign.Minutes:
		return Count(v.N/60, "hour")
	case countersign.Pounds:
		return Pounds(v.N)
	case countersign.Percent:
		return Number(v.N) + "%"
	case countersign.Days:
		return decimal(v.N, f.Decimals) + " " + Plural(v.N, "day")
	case countersign.Months:
		return decimal(v.N, f.Decimals) + " months"
	}
	return decimal(v.N, f.Decimals)
}

// decimal writes n of which the last so many digits are decimals, without
// noughts at the end.
func decimal(n, decimals int) string {
	if decimals == 0 {
		return Number(n)
	}
	whole := 1
	for range decimals {
		whole *= 10
	}
	rest := strconv.Itoa(n%whole + whole)[1:]
	if n%whole == 0 {
		return Number(n / whole)
	}
	return Number(n/whole) + "." + rest
}

// figureText is the same by the figure's code.
func figureText(code countersign.FigureCode, v countersign.Values) string {
	f, ok := countersign.FigureBy(code)
	if !ok {
		return ""
	}
	return FigureText(f, v[code])
}

// figureName is a figure's name.
func figureName(code countersign.FigureCode) string {
	f, _ := countersign.FigureBy(code)
	return f.Name
}

// figureMeans leads to the definition of a figure.
func figureMeans(code countersign.FigureCode) Link {
	return Link{Text: "What is counted", Href: "/reports/figures#" + string(code), Hidden: "as " + figureName(code)}
}

// plotValue is a figure's value on a chart.
func plotValue(code countersign.FigureCode, v countersign.Values) chart.Value {
	value := v[code]
	return chart.Value{N: float64(value.N), Text: figureText(code, v), Known: value.Known && !value.Hidden}
}

func plotValues(v countersign.Values, codes ...countersign.FigureCode) []chart.Value {
	values := make([]chart.Value, len(codes))
	for i, code := range codes {
		values[i] = plotValue(code, v)
	}
	return values
}

// FigureTile is a figure with its value, leading to its definition and perhaps
// to those counted.
type FigureTile struct {
	Name, Value string
	Means       Link
	List        string // address of those counted; may be empty
}

func figureTiles(v countersign.Values, list func(countersign.FigureCode) string, codes ...countersign.FigureCode) []FigureTile {
	tiles := make([]FigureTile, len(codes))
	for i, code := range codes {
		tiles[i] = FigureTile{Name: figureName(code), Value: figureText(code, v), Means: figureMeans(code)}
		if list != nil {
			tiles[i].List = list(code)
		}
	}
	return tiles
}

// FiguresPage defines every figure of the reports.
type FiguresPage struct {
	Layout
	Pace []countersign.StatedPace
}

// NewFiguresPage returns the page with the rules of on track, slipping and stuck.
func NewFiguresPage(pace []countersign.StatedPace) *FiguresPage {
	return &FiguresPage{
		Layout: Layout{Title: "What the figures mean", Breadcrumbs: []Link{{Text: "Home", Href: "/"}, {Text: "Reports", Href: "/reports"}}},
		Pace:   pace,
	}
}

// Template implements Page.
func (*FiguresPage) Template() string { return "reports/figures" }

// Figures are all of them.
func (*FiguresPage) Figures() []countersign.Figure { return countersign.Figures() }

func init() {
	addSamples(func() []Sample { return []Sample{{"reports: figures", NewFiguresPage(samplePaces)}} })
}

var samplePaces = []countersign.StatedPace{
	{
		For:  []string{"gpa-combined 1.0.0", "gpa-combined 1.1.0", "medical-secretary 1.0.0"},
		Rule: countersign.PaceRule{StillDays: 42, WaitDays: 28, BehindPercent: 15, MentorLoad: 3, Basis: "Community draft: these numbers are not published ones.", Usual: true},
	},
	{
		For:  []string{"hub-variant 1.0.0"},
		Rule: countersign.PaceRule{StillDays: 28, WaitDays: 14, BehindPercent: 10, MentorLoad: 2, Basis: "Agreed by the training hub in 2026.", Source: "S1"},
	},
}
