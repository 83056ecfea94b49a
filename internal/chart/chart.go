// Package chart lays charts out as boxes, lines and words, which view draws as
// SVG and pdf on paper. A chart reads in black and white: its parts differ by
// pattern, its shades by lightness, and its numbers stand beside them. Each
// comes with itself as a table and in a sentence.
package chart

import (
	"math"
	"strconv"
	"strings"
)

// Chart is something that can be drawn, and told.
type Chart interface {
	Name() string               // the title
	Says() string               // the chart in a sentence or two
	Draw(width float64) Drawing // of any width; its height follows
	Grid() Grid                 // the same as a table
}

// Value is a number as it is drawn and as it is written. One that isn't Known,
// such as a number too small to be shared, is written and never drawn.
type Value struct {
	N     float64
	Text  string
	Known bool
}

// Int is a whole number.
func Int(n int) Value { return Value{N: float64(n), Text: number(n), Known: true} }

// Unknown is what is written in the place of a number.
func Unknown(text string) Value { return Value{Text: text} }

// drawn is how much of it there is to draw.
func (v Value) drawn() float64 {
	if !v.Known {
		return 0
	}
	return v.N
}

// Grid is a table: the first column says what a row is about, the others are
// numbers, where Words doesn't say otherwise.
type Grid struct {
	Head  []string
	Rows  [][]string
	Words bool
}

// Drawing is a chart laid out. Lengths are pixels on a screen.
type Drawing struct {
	Width, Height float64
	Shapes        []Shape
}

// Kind is what a shape is.
type Kind string

// The kinds of shapes.
const (
	Box   Kind = "box"   // X, Y, W, H; filled with Tone, outlined
	Rule  Kind = "rule"  // from X, Y to X+W, Y+H
	Words Kind = "words" // Text at X, with its baseline at Y
	Path  Kind = "path"  // through Points, in the dashes of Tone
	Mark  Kind = "mark"  // a point of a path, at X, Y
)

// Tone is how something is filled.
type Tone string

// The tones of parts, in the order in which they are given out, and the shades
// from little to much.
const (
	Solid   Tone = "solid"
	Stripes Tone = "stripes"
	Dots    Tone = "dots"
	Blank   Tone = "blank"
	Cross   Tone = "cross"
	Level   Tone = "level"

	Shade0 Tone = "shade-0"
	Shade1 Tone = "shade-1"
	Shade2 Tone = "shade-2"
	Shade3 Tone = "shade-3"
	Shade4 Tone = "shade-4"
	NoData Tone = "no-data"
)

var (
	parts  = []Tone{Solid, Stripes, Dots, Blank, Cross, Level}
	shades = []Tone{Shade0, Shade1, Shade2, Shade3, Shade4}
)

// part is the tone of the part with that place; there are never more than six.
func part(i int) Tone { return parts[i%len(parts)] }

// Dark reports whether words on the tone are white.
func (t Tone) Dark() bool { return t == Shade3 || t == Shade4 }

// Anchor is which end of words is at their place.
type Anchor string

// The anchors.
const (
	Start  Anchor = "start"
	Middle Anchor = "middle"
	End    Anchor = "end"
)

// Point is a place.
type Point struct{ X, Y float64 }

// Shape is one thing to draw.
type Shape struct {
	Kind       Kind
	X, Y, W, H float64
	Points     []Point
	Tone       Tone
	Text       string
	Size       float64 // of letters
	Anchor     Anchor
	Strong     bool // bold words, a thick line
	Light      bool // white words; a faint line
}

const (
	gap     = 8.0
	letter  = 0.56 // the width of a letter, as a share of its size; most are less
	narrow  = 400.0
	keySide = 14.0
)

// size is how large letters are on a drawing of that width.
func size(width float64) float64 {
	if width < narrow {
		return 14
	}
	return 16
}

func (d *Drawing) add(s ...Shape) { d.Shapes = append(d.Shapes, s...) }

func (d *Drawing) words(x, y, size float64, at Anchor, text string) *Shape {
	d.add(Shape{Kind: Words, X: x, Y: y, Text: text, Size: size, Anchor: at})
	return &d.Shapes[len(d.Shapes)-1]
}

// key says what the tones mean, as many beside each other as fit, and moves
// the drawing down.
func (d *Drawing) key(tones []Tone, names []string, marks bool) {
	s := size(d.Width)
	x, y := 0.0, d.Height
	for i, name := range names {
		w := keySide + 6 + span(name, s)
		if x > 0 && x+w > d.Width {
			x, y = 0, y+s+gap
		}
		if marks {
			d.add(Shape{Kind: Mark, X: x + keySide/2, Y: y + s/2 + 2, Tone: tones[i]})
		} else {
			d.add(Shape{Kind: Box, X: x, Y: y + 2, W: keySide, H: keySide, Tone: tones[i]})
		}
		d.words(x+keySide+6, y+s-1, s, Start, name)
		x += w + 2*gap
	}
	d.Height = y + s + 2*gap
}

func span(text string, size float64) float64 { return float64(len([]rune(text))) * size * letter }

// wrap breaks text into lines of that width.
func wrap(text string, width, size float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case span(line+" "+word, size) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

// cut shortens text to that width.
func cut(text string, width, size float64) string {
	r := []rune(text)
	most := max(int(width/(size*letter)), 1)
	if len(r) <= most {
		return text
	}
	return string(r[:most])
}

// ceiling is the round number at the top of a scale that holds most: one, two
// or five with noughts, and at least two steps.
func ceiling(most float64) float64 {
	if most <= 2 {
		return 2
	}
	unit := math.Pow(10, math.Floor(math.Log10(most)))
	for _, by := range []float64{1, 2, 4, 5, 6, 8} {
		if unit*by >= most && math.Mod(unit*by, 2) == 0 {
			return unit * by
		}
	}
	return unit * 10
}

func number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// String is the text of a value, or what stands for nothing.
func (v Value) String() string {
	if v.Text == "" {
		return "none"
	}
	return v.Text
}
