package view

import (
	"strings"

	"countersign/internal/chart"
)

// Plot is a chart on a page: drawn twice, for a wide window and a narrow one of
// which the stylesheet shows one, with a sentence that says what it shows and
// the same as a table. Draw it with {{template "plot" .}}.
type Plot struct {
	ID    string // unique on the page
	Chart chart.Chart
	Means Link // to the definition of its figures; may be empty
}

// Says is the chart in words.
func (p Plot) Says() string {
	if !p.Any() {
		return "There is nothing to show yet."
	}
	return or(p.Chart.Says(), "The numbers stand beside the bars.")
}

// Any reports whether there is anything to draw.
func (p Plot) Any() bool { return len(p.Chart.Grid().Rows) > 0 }

// The widths of drawings. On a window in between, a drawing scales.
const plotWide, plotNarrow = 640.0, 288.0

// Drawings are what the page holds.
func (p Plot) Drawings() []plotDrawing {
	if _, table := p.Chart.(chart.Heat); table {
		return nil
	}
	return []plotDrawing{
		{ID: p.ID + "-wide", Name: "wide", Plot: p, drawn: p.Chart.Draw(plotWide)},
		{ID: p.ID + "-narrow", Name: "narrow", Plot: p, drawn: p.Chart.Draw(plotNarrow)},
	}
}

// Heat is the chart as a table with shades, where it is one.
func (p Plot) Heat() *Table {
	heat, ok := p.Chart.(chart.Heat)
	if !ok {
		return nil
	}
	t := p.table()
	t.Classes, t.Compact, t.Responsive = "app-heat", true, false
	for i, r := range heat.Rows {
		for k, v := range r.Values {
			t.Rows[i][k+1].Classes = "app-heat__cell app-heat__cell--" + string(heat.Steps.Shade(v))
		}
	}
	return &t
}

// Key says what the shades of a heat map mean.
func (p Plot) Key() []plotKey {
	heat, ok := p.Chart.(chart.Heat)
	if !ok {
		return nil
	}
	var key []plotKey
	for i, tone := range []chart.Tone{chart.Shade0, chart.Shade1, chart.Shade2, chart.Shade3, chart.Shade4} {
		key = append(key, plotKey{Class: "app-heat__swatch app-heat__cell--" + string(tone), Text: heat.Steps.Text[i]})
	}
	return key
}

type plotKey struct{ Class, Text string }

// Table holds the chart's numbers.
func (p Plot) Table() Details {
	return Details{Summary: p.Chart.Name() + " as a table", Body: Blocks{p.table()}}
}

func (p Plot) table() Table {
	g := p.Chart.Grid()
	t := Table{
		Caption: p.Chart.Name(), CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: len(g.Head) > 3,
	}
	for i, h := range g.Head {
		t.Head = append(t.Head, Column{Text: h, Numeric: i > 0 && !g.Words})
	}
	for _, r := range g.Rows {
		row := make([]Cell, len(r))
		for i, text := range r {
			row[i] = Cell{Text: text}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// plotDrawing is a chart of one width with everything decided.
type plotDrawing struct {
	ID, Name string
	Plot     Plot
	drawn    chart.Drawing
}

// Width and Height are those of the drawing's box.
func (d plotDrawing) Width() string { return short(d.drawn.Width) }

// Height is that of the drawing's box.
func (d plotDrawing) Height() string { return short(d.drawn.Height) }

// Patterns are the tones that are drawn by a pattern of their own, which each
// drawing defines under its own name.
func (d plotDrawing) Patterns() []plotPattern {
	var all []plotPattern
	for _, tone := range []chart.Tone{chart.Stripes, chart.Dots, chart.Cross, chart.Level, chart.NoData} {
		for _, s := range d.drawn.Shapes {
			if s.Tone == tone && s.Kind == chart.Box {
				all = append(all, plotPattern{ID: d.ID + "-" + string(tone), Tone: string(tone)})
				break
			}
		}
	}
	return all
}

type plotPattern struct{ ID, Tone string }

// Shapes are what there is to draw.
func (d plotDrawing) Shapes() []plotShape {
	shapes := make([]plotShape, len(d.drawn.Shapes))
	for i, s := range d.drawn.Shapes {
		shapes[i] = plotShape{
			Kind: string(s.Kind), X: short(s.X), Y: short(s.Y), W: short(s.W), H: short(s.H), X2: short(s.X + s.W), Y2: short(s.Y + s.H),
			Text: s.Text, Size: short(s.Size), Anchor: string(s.Anchor), Fill: d.fill(s), Class: plotClass(s), Tone: string(s.Tone),
		}
		var points []string
		for _, p := range s.Points {
			points = append(points, short(p.X)+","+short(p.Y))
		}
		shapes[i].Points = strings.Join(points, " ")
		if s.Kind == chart.Mark {
			shapes[i].Points = markPoints(s)
		}
	}
	return shapes
}

type plotShape struct {
	Kind, X, Y, W, H, X2, Y2, Text, Size, Anchor, Fill, Class, Points, Tone string
}

func (d plotDrawing) fill(s chart.Shape) string {
	if s.Kind != chart.Box {
		return ""
	}
	switch s.Tone {
	case chart.Stripes, chart.Dots, chart.Cross, chart.Level, chart.NoData:
		return "url(#" + d.ID + "-" + string(s.Tone) + ")"
	}
	return ""
}

func plotClass(s chart.Shape) string {
	base := "app-plot__" + string(s.Kind)
	return classes(base, when(s.Tone != "", base+"--"+string(s.Tone)), when(s.Strong, base+"--strong"), when(s.Light, base+"--light"))
}

// markPoints are the corners of a mark: each tone has a form of its own.
func markPoints(s chart.Shape) string {
	const r = 5
	corners := [][2]float64{{-r, -r}, {r, -r}, {r, r}, {-r, r}} // a square
	switch s.Tone {
	case chart.Stripes:
		corners = [][2]float64{{0, -r - 1}, {r + 1, 0}, {0, r + 1}, {-r - 1, 0}}
	case chart.Dots:
		corners = [][2]float64{{0, -r}, {r + 1, r}, {-r - 1, r}}
	case chart.Blank:
		corners = [][2]float64{{0, r}, {r + 1, -r}, {-r - 1, -r}}
	}
	points := make([]string, len(corners))
	for i, c := range corners {
		points[i] = short(s.X+c[0]) + "," + short(s.Y+c[1])
	}
	return strings.Join(points, " ")
}
