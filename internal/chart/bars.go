package chart

import (
	"slices"
	"strings"
)

// Bars are bars beneath each other, of one part or of several.
type Bars struct {
	Title   string
	Summary string // what to see; made of the rows when empty
	Of      string // head of the first column: "Place"
	Parts   []string
	Rows    []Bar
	Whole   bool    // every bar has the full width: shares rather than amounts
	Reach   float64 // what the full width is at least
}

// Bar is one row, with a value for each part.
type Bar struct {
	Name   string
	Values []Value
}

// Row is a row of bars, or of a heat map.
func Row(name string, values ...Value) Bar { return Bar{Name: name, Values: values} }

// Name implements Chart.
func (b Bars) Name() string { return b.Title }

// Says implements Chart.
func (b Bars) Says() string {
	if b.Summary != "" {
		return b.Summary
	}
	longest := -1
	for i, r := range b.Rows {
		if t := r.total(); t > 0 && (longest < 0 || t > b.Rows[longest].total()) {
			longest = i
		}
	}
	if longest < 0 || b.Whole {
		return ""
	}
	return "Most: " + b.Rows[longest].Name + " (" + b.text(b.Rows[longest]) + ")."
}

// text is a row's numbers; with several parts each is named.
func (b Bars) text(r Bar) string {
	if len(b.Parts) == 1 {
		return r.Values[0].String()
	}
	if !slices.ContainsFunc(r.Values, func(v Value) bool { return v != r.Values[0] }) && !r.Values[0].Known {
		return r.Values[0].String() // "not shown"
	}
	var words []string
	for i, v := range r.Values {
		switch {
		case !v.Known:
			words = append(words, lower(b.Parts[i])+" "+v.String())
		case v.drawn() != 0:
			words = append(words, v.String()+" "+lower(b.Parts[i]))
		}
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

func lower(s string) string {
	if s == "" || strings.ToUpper(s) == s {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func (r Bar) total() float64 {
	sum := 0.0
	for _, v := range r.Values {
		sum += v.drawn()
	}
	return sum
}

const barHigh = 18.0

// Draw implements Chart.
func (b Bars) Draw(width float64) Drawing {
	d := Drawing{Width: width}
	if len(b.Parts) > 1 {
		d.key(parts[:len(b.Parts)], b.Parts, false)
	}
	most := b.Reach
	for _, r := range b.Rows {
		most = max(most, r.total())
	}
	s := size(width)
	for _, r := range b.Rows {
		for _, line := range wrap(r.Name, width, s) {
			d.Height += s + 2
			d.words(0, d.Height, s, Start, line).Strong = true
		}
		for _, line := range wrap(b.text(r), width, s) {
			d.Height += s + 2
			d.words(0, d.Height, s, Start, line)
		}
		d.Height += 6
		if b.Whole {
			most = r.total()
		}
		d.bar(r, most)
		d.Height += barHigh + gap
	}
	return d
}

func (d *Drawing) bar(r Bar, most float64) {
	d.add(Shape{Kind: Rule, X: 0.5, Y: d.Height - 1, H: barHigh + 2})
	if most == 0 {
		return
	}
	x := 0.5
	for i, v := range r.Values {
		if v.drawn() <= 0 {
			continue
		}
		w := (d.Width - 1) * v.drawn() / most
		d.add(Shape{Kind: Box, X: x, Y: d.Height, W: w, H: barHigh, Tone: part(i)})
		x += w
	}
}

// Grid implements Chart.
func (b Bars) Grid() Grid {
	g := Grid{Head: append([]string{b.Of}, b.Parts...)}
	for _, r := range b.Rows {
		row := []string{r.Name}
		for _, v := range r.Values {
			row = append(row, v.String())
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}
