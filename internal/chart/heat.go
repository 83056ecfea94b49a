package chart

import "fmt"

// Heat is a table of shares whose cells are shaded: the darker, the more. What
// is drawn is the table itself, so that nothing hangs on the shade.
type Heat struct {
	Title   string
	Summary string
	Of      string // head of the first column
	Columns []string
	Rows    []Bar
	Steps   Steps
}

// Name implements Chart.
func (h Heat) Name() string { return h.Title }

// Says implements Chart.
func (h Heat) Says() string {
	if h.Summary != "" {
		return h.Summary
	}
	return fmt.Sprintf("%d rows and %d columns. The darker a cell, the higher its number.", len(h.Rows), len(h.Columns))
}

const heatHigh = 22.0

// Draw implements Chart.
func (h Heat) Draw(width float64) Drawing {
	d := Drawing{Width: width}
	const s = 12.0
	names := width * 0.42
	w := (width - names) / float64(max(len(h.Columns), 1))
	for i, c := range h.Columns {
		d.words(names+w*(float64(i)+0.5), s, s, Middle, cut(c, w-2, s))
	}
	d.Height = s + gap
	for _, r := range h.Rows {
		d.words(0, d.Height+heatHigh-7, s, Start, cut(r.Name, names-gap, s))
		for i, v := range r.Values {
			tone := h.Steps.Shade(v)
			x := names + w*float64(i)
			d.add(Shape{Kind: Box, X: x, Y: d.Height, W: w, H: heatHigh, Tone: tone})
			d.words(x+w/2, d.Height+heatHigh-7, s, Middle, cut(v.String(), w, s)).Light = tone.Dark()
		}
		d.Height += heatHigh
	}
	d.Height += gap
	d.key(shades, h.Steps.Text[:], false)
	return d
}

// Grid implements Chart.
func (h Heat) Grid() Grid {
	return Bars{Of: h.Of, Parts: h.Columns, Rows: h.Rows}.Grid()
}
