package chart

import (
	"fmt"
	"slices"
	"strings"
)

// Tiles is a map of England with a tile of the same size for each place, so
// that a small board weighs as much as a large one. Shades say how much.
type Tiles struct {
	Title   string
	Summary string
	Unit    string // head of the value's column: "Practices with a GPA"
	Items   []Tile
	Steps   Steps
}

// Tile is one place. One whose code has no place of its own on the map is put
// near the middle of its region.
type Tile struct {
	Code, Name, Region string
	Value              Value
}

// Steps are the shades of a map: the least value of each but the first.
type Steps struct {
	From [4]float64
	Text [5]string // what the shades mean: "under 20%"
}

// Evenly makes shades of equal width from nothing to most.
func Evenly(most float64, write func(float64) string) Steps {
	var s Steps
	for i := range s.From {
		s.From[i] = most * float64(i+1) / 5
	}
	s.Text[0] = "under " + write(s.From[0])
	for i := range 3 {
		s.Text[i+1] = write(s.From[i]) + " to under " + write(s.From[i+1])
	}
	s.Text[4] = write(s.From[3]) + " and over"
	return s
}

// Shade is the tone of a value.
func (s Steps) Shade(v Value) Tone {
	if !v.Known {
		return NoData
	}
	tone := 0
	for _, from := range s.From {
		if v.N >= from {
			tone++
		}
	}
	return shades[tone]
}

// Name implements Chart.
func (t Tiles) Name() string { return t.Title }

// Says implements Chart.
func (t Tiles) Says() string {
	if t.Summary != "" {
		return t.Summary
	}
	known := slices.DeleteFunc(slices.Clone(t.Items), func(i Tile) bool { return !i.Value.Known })
	if len(known) == 0 {
		return "No place has a number to show."
	}
	by := func(a, b Tile) int {
		switch {
		case a.Value.N < b.Value.N:
			return -1
		case a.Value.N > b.Value.N:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	}
	least, most := slices.MinFunc(known, by), slices.MaxFunc(known, by)
	if len(known) == 1 {
		return fmt.Sprintf("Only %s has a number to show (%s).", least.Name, least.Value)
	}
	return fmt.Sprintf("From %s (%s) to %s (%s).", least.Name, least.Value, most.Name, most.Value)
}

// Draw implements Chart.
func (t Tiles) Draw(width float64) Drawing {
	d := Drawing{Width: width}
	if len(t.Items) == 0 {
		return d
	}
	cells := place(t.Items)
	left, top, right, bottom := cells[0].column, cells[0].row, cells[0].column, cells[0].row
	for _, c := range cells {
		left, right, top, bottom = min(left, c.column), max(right, c.column), min(top, c.row), max(bottom, c.row)
	}
	side := min((width-2)/float64(right-left+1), 76)
	labels := t.labels()
	for i, item := range t.Items {
		x, y := 1+side*float64(cells[i].column-left), 1+side*float64(cells[i].row-top)
		d.tile(x, y, side, t.Steps.Shade(item.Value), labels[i], item.Value.String())
	}
	d.Height = side*float64(bottom-top+1) + 2*gap
	names := slices.Clone(t.Steps.Text[:])
	tones := slices.Clone(shades)
	if slices.ContainsFunc(t.Items, func(i Tile) bool { return !i.Value.Known }) {
		names, tones = append(names, "no number to show"), append(tones, NoData)
	}
	d.key(tones, names, false)
	return d
}

func (d *Drawing) tile(x, y, side float64, tone Tone, label, value string) {
	s := min(side/3.6, 16)
	d.add(Shape{Kind: Box, X: x + 1, Y: y + 1, W: side - 2, H: side - 2, Tone: tone})
	name := d.words(x+side/2, y+side*0.45, s, Middle, cut(label, side-2, s))
	name.Strong, name.Light = true, tone.Dark()
	switch {
	case span(value, s) <= side:
	case tone == NoData:
		return // the key says what it means
	default:
		value = "..."
	}
	d.words(x+side/2, y+side*0.82, s, Middle, value).Light = tone.Dark()
}

// labels are the codes without what all of them begin with.
func (t Tiles) labels() []string {
	labels := make([]string, len(t.Items))
	for i, item := range t.Items {
		labels[i] = item.Code
	}
	cutAt := strings.LastIndex(labels[0], "-") + 1
	if cutAt > 0 && !slices.ContainsFunc(labels, func(l string) bool { return !strings.HasPrefix(l, labels[0][:cutAt]) || len(l) == cutAt }) {
		for i := range labels {
			labels[i] = labels[i][cutAt:]
		}
	}
	return labels
}

// Grid implements Chart.
func (t Tiles) Grid() Grid {
	g := Grid{Head: []string{"Place", "Code", t.Unit}, Words: true}
	for _, item := range t.Items {
		g.Rows = append(g.Rows, []string{item.Name, item.Code, item.Value.String()})
	}
	return g
}
