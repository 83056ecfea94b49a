package view

import (
	"strings"
	"unicode"
)

// Change is a run of words that is in both texts, or in one of them only.
type Change struct {
	Text    string
	Added   bool
	Removed bool
}

// maxDiff bounds the table that compares two texts word by word. Longer
// changes are compared line by line, and shown whole if that is too much, too.
const maxDiff = 4_000_000

// Diff returns how the text after came from before, in words. Texts that are
// equal are one Change; empty ones are none.
func Diff(before, after string) []Change {
	a, b := splitWords(before), splitWords(after)
	if len(a)*len(b) > maxDiff {
		a, b = strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	}
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var d differ
	d.add(Change{Text: strings.Join(a[:head], "")})
	d.middle(a[head:len(a)-tail], b[head:len(b)-tail])
	d.add(Change{Text: strings.Join(a[len(a)-tail:], "")})
	return d.out
}

type differ struct{ out []Change }

// add appends c, as part of the last change where that is of the same sort.
func (d *differ) add(c Change) {
	if c.Text == "" {
		return
	}
	if n := len(d.out); n > 0 && d.out[n-1].Added == c.Added && d.out[n-1].Removed == c.Removed {
		d.out[n-1].Text += c.Text
		return
	}
	d.out = append(d.out, c)
}

// middle finds the longest common subsequence of what differs.
func (d *differ) middle(a, b []string) {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > maxDiff {
		d.add(Change{Text: strings.Join(a, ""), Removed: true})
		d.add(Change{Text: strings.Join(b, ""), Added: true})
		return
	}
	width := len(b) + 1
	longest := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	// Removed and added words gather until the next common one, so that a
	// rewritten sentence reads as one change and not word against word.
	var gone, come strings.Builder
	flush := func() {
		d.add(Change{Text: gone.String(), Removed: true})
		d.add(Change{Text: come.String(), Added: true})
		gone.Reset()
		come.Reset()
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			flush()
			d.add(Change{Text: a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && longest[(i+1)*width+j] >= longest[i*width+j+1]:
			gone.WriteString(a[i])
			i++
		default:
			come.WriteString(b[j])
			j++
		}
	}
	flush()
}

// splitWords splits a text into words, each with the white space that follows it.
func splitWords(s string) []string {
	var out []string
	start, space := 0, false
	for i, r := range s {
		now := unicode.IsSpace(r)
		if space && !now {
			out = append(out, s[start:i])
			start = i
		}
		space = now
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}
