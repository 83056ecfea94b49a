package chart

import (
	"fmt"
	"math"
	"slices"
)

// Months are numbers month by month: columns, of one part or stacked, or a
// line for each part.
type Months struct {
	Title   string
	Summary string
	Parts   []string
	Points  []Month
	Lines   bool
}

// Month is a month with a value for each part.
type Month struct {
	Name   string // "Nov 2026"
	Values []Value
}

// Name implements Chart.
func (m Months) Name() string { return m.Title }

// Says implements Chart.
func (m Months) Says() string {
	if m.Summary != "" || len(m.Points) == 0 {
		return m.Summary
	}
	first, last := m.Points[0], m.Points[len(m.Points)-1]
	if len(m.Points) == 1 {
		return fmt.Sprintf("%s: %s.", first.Name, m.text(first))
	}
	says := fmt.Sprintf("From %s (%s) to %s (%s).", first.Name, m.text(first), last.Name, m.text(last))
	if !m.Lines && slices.ContainsFunc(m.Points, Month.hidden) {
		says += " A month that is not shown has no column."
	}
	return says
}

// hidden reports whether there is no number to draw.
func (p Month) hidden() bool {
	return !slices.ContainsFunc(p.Values, func(v Value) bool { return v.Known })
}

func (m Months) text(p Month) string {
	return Bars{Parts: m.Parts}.text(Bar{Values: p.Values})
}

// frame is the area in which values are drawn.
type frame struct {
	left, top, right, floor float64
	most                    float64
}

func (f frame) y(v float64) float64 { return f.floor - (f.floor-f.top)*v/f.most }

// middle is across the middle of the i-th of n columns.
func (f frame) middle(i, n int) float64 {
	return f.left + (f.right-f.left)*(float64(i)+0.5)/float64(n)
}

const plotHigh = 200.0

// axes draws the scale and the months, and returns where to draw.
func (d *Drawing) axes(most float64, names []string) frame {
	s := size(d.Width) - 2
	f := frame{most: ceiling(most), top: d.Height + s + 4, right: d.Width - 1} // a number stands above the highest column
	f.left = span(number(int(f.most)), s) + 6
	f.floor = f.top + plotHigh
	for _, v := range []float64{0, f.most / 2, f.most} {
		d.words(f.left-6, f.y(v)+s/3, s, End, number(int(v)))
		d.add(Shape{Kind: Rule, X: f.left, Y: f.y(v), W: f.right - f.left, Light: v > 0})
	}
	step := (f.right - f.left) / float64(max(len(names), 1))
	every := max(int(math.Ceil((span("Nov 2026", s)*1.3)/step)), 1)
	free := d.Width + s // what is to the left of the names so far
	for i := len(names) - 1; i >= 0; i -= every {
		x, at := f.middle(i, len(names)), Middle
		wide := span(names[i], s)
		left := x - wide/2
		switch {
		case x+wide/2 > d.Width:
			x, at, left = d.Width, End, d.Width-wide
		case x < wide/2:
			x, at, left = 0, Start, 0
		}
		if left+wide > free-s/2 {
			continue
		}
		free = left
		d.words(x, f.floor+s+4, s, at, names[i])
	}
	d.Height = f.floor + s + gap
	return f
}

// Draw implements Chart.
func (m Months) Draw(width float64) Drawing {
	d := Drawing{Width: width}
	if len(m.Parts) > 1 {
		d.key(parts[:len(m.Parts)], m.Parts, m.Lines)
	}
	most := 0.0
	names := make([]string, len(m.Points))
	for i, p := range m.Points {
		names[i] = p.Name
		if !m.Lines {
			most = max(most, Bar{Values: p.Values}.total())
			continue
		}
		for _, v := range p.Values {
			most = max(most, v.drawn())
		}
	}
	f := d.axes(most, names)
	if m.Lines {
		m.lines(&d, f)
	} else {
		m.columns(&d, f)
	}
	return d
}

func (m Months) columns(d *Drawing, f frame) {
	s := size(d.Width) - 2
	w := (f.right - f.left) / float64(max(len(m.Points), 1))
	labelled := allFit(m.Points, w, s, func(p Month) string { return p.label() })
	for i, p := range m.Points {
		x, sum := f.left+w*float64(i)+w*0.15, 0.0
		for k, v := range p.Values {
			if v.drawn() > 0 {
				d.add(Shape{Kind: Box, X: x, Y: f.y(sum + v.drawn()), W: w * 0.7, H: f.y(sum) - f.y(sum+v.drawn()), Tone: part(k)})
				sum += v.drawn()
			}
		}
		if labelled && !p.hidden() {
			d.words(f.middle(i, len(m.Points)), f.y(sum)-4, s, Middle, p.label())
		}
	}
}

// label is what stands above the column of a month.
func (p Month) label() string {
	if p.hidden() {
		return ""
	}
	if len(p.Values) == 1 {
		return p.Values[0].String()
	}
	sum := 0.0
	for _, v := range p.Values {
		sum += v.drawn()
	}
	return number(int(sum))
}

// allFit reports whether the label of each month stands apart from those beside
// it: either all are written or, as the table has them too, none.
func allFit[T any](points []T, wide, s float64, label func(T) string) bool {
	return !slices.ContainsFunc(points, func(p T) bool { return span(label(p), s)+s/3 > wide })
}

func (m Months) lines(d *Drawing, f frame) {
	for k := range m.Parts {
		var run []Point
		end := func() {
			if len(run) > 1 {
				d.add(Shape{Kind: Path, Points: run, Tone: part(k)})
			}
			for _, p := range run {
				d.add(Shape{Kind: Mark, X: p.X, Y: p.Y, Tone: part(k)})
			}
			run = nil
		}
		for i, p := range m.Points {
			if v := p.Values[k]; v.Known {
				run = append(run, Point{f.middle(i, len(m.Points)), f.y(v.drawn())})
			} else {
				end() // a month without a number is a gap, and no nought
			}
		}
		end()
	}
}

// Grid implements Chart.
func (m Months) Grid() Grid {
	b := Bars{Of: "Month", Parts: m.Parts}
	for _, p := range m.Points {
		b.Rows = append(b.Rows, Bar(p))
	}
	return b.Grid()
}

// Range is an estimate month by month, with how low and how high it may be.
type Range struct {
	Title   string
	Summary string
	Points  []Estimate
}

// Estimate is that of one month.
type Estimate struct {
	Name           string
	Low, Mid, High Value
}

// Name implements Chart.
func (r Range) Name() string { return r.Title }

// Says implements Chart.
func (r Range) Says() string {
	if r.Summary != "" || len(r.Points) == 0 {
		return r.Summary
	}
	p := r.Points[0]
	return fmt.Sprintf("%s: %s, between %s and %s. The thick line is the forecast; the box reaches from the least to the most.", p.Name, p.Mid, p.Low, p.High)
}

// Draw implements Chart.
func (r Range) Draw(width float64) Drawing {
	d := Drawing{Width: width}
	most := 0.0
	names := make([]string, len(r.Points))
	for i, p := range r.Points {
		names[i], most = p.Name, max(most, p.High.drawn(), p.Mid.drawn())
	}
	s := size(width) - 2
	f := d.axes(most, names)
	n := len(r.Points)
	step := (f.right - f.left) / float64(max(n, 1))
	w := min(step*0.6, 36)
	labelled := allFit(r.Points, step, s, func(e Estimate) string { return e.Mid.String() })
	for i, p := range r.Points {
		x := f.middle(i, n)
		if p.High.Known && p.High.drawn() > p.Low.drawn() {
			d.add(Shape{Kind: Box, X: x - w/2, Y: f.y(p.High.drawn()), W: w, H: f.y(p.Low.drawn()) - f.y(p.High.drawn()), Tone: Stripes})
		}
		if p.Mid.Known {
			d.add(Shape{Kind: Rule, X: x - w/2 - 2, Y: f.y(p.Mid.drawn()), W: w + 4, Strong: true})
			if labelled {
				d.words(x, f.y(max(p.High.drawn(), p.Mid.drawn()))-4, s, Middle, p.Mid.String())
			}
		}
	}
	return d
}

// Grid implements Chart.
func (r Range) Grid() Grid {
	g := Grid{Head: []string{"Month", "Forecast", "At least", "At most"}}
	for _, p := range r.Points {
		g.Rows = append(g.Rows, []string{p.Name, p.Mid.String(), p.Low.String(), p.High.String()})
	}
	return g
}
