package pdf

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// colour is a colour of the palette.
type colour struct{ r, g, b uint8 }

// The palette of the NHS identity. Nothing is told by colour alone.
var (
	blue     = colour{0x00, 0x5e, 0xb8}
	darkBlue = colour{0x00, 0x30, 0x87}
	ink      = colour{0x21, 0x2b, 0x32}
	softInk  = colour{0x4c, 0x62, 0x72}
	hairline = colour{0xc8, 0xd0, 0xd6}
	paleGrey = colour{0xf0, 0xf4, 0xf5}
	yellow   = colour{0xff, 0xb8, 0x1c}
	paleGold = colour{0xff, 0xf6, 0xe0}
	green    = colour{0x00, 0x7f, 0x3b}
	red      = colour{0xd5, 0x28, 0x1b}
	white    = colour{0xff, 0xff, 0xff}
)

// style is how text looks. Sizes are in points.
type style struct {
	face   face
	size   float64
	colour colour
}

// The styles of running text.
var (
	body   = style{regular, 9.5, ink}
	strong = style{bold, 9.5, ink}
	small  = style{regular, 8, softInk}
	label  = style{bold, 8, softInk}
	code   = style{mono, 6.6, softInk}
)

const (
	pointsPerMM = 72 / 25.4
	lineSpacing = 1.42  // from line to line, in font sizes
	baseline    = 0.744 // from the top of a line to its letters' feet, in lines: DejaVu set in the middle
)

// leading is the distance from line to line for a style, in millimetres.
func (s style) leading() float64 { return s.size * lineSpacing / pointsPerMM }

// span is a stretch of text in one style, which may lead somewhere.
type span struct {
	text string
	style
	to string // a place in this document, see doc.mark
	at string // an address on the web
}

func plainText(s string) []span         { return []span{{text: s, style: body}} }
func in(st style, s string) span        { return span{text: s, style: st} }
func to(place, text string) span        { return span{text: text, style: body, to: place} }
func (s span) as(st style) span         { s.style = st; return s }
func spansIn(st style, s string) []span { return []span{in(st, s)} }

// hash returns a span for a hash, in a face that keeps its digits apart.
func hash(s string) span {
	if !plain(s) {
		return in(small, s)
	}
	return in(code, s)
}

// web returns a span that leads to address if that is one of the web, else
// its text alone.
func web(text, address string) span {
	s := in(body, text)
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || !plain(u.Host) {
		return s
	}
	var ascii strings.Builder // as PDF asks for; url leaves the query as it is
	for _, c := range []byte(u.String()) {
		if c <= ' ' || c > '~' {
			fmt.Fprintf(&ascii, "%%%02X", c)
		} else {
			ascii.WriteByte(c)
		}
	}
	s.at = ascii.String()
	return s
}

// fragment is the part of a span that stands on one line.
type fragment struct {
	text  string
	span  *span
	width float64 // millimetres
}

// line is one line of a paragraph, its fragments in reading order.
type line struct {
	fragments []fragment
	width     float64 // without a trailing space
	rtl       bool    // its paragraph runs from right to left
	begins    bool    // it is the first of a paragraph that isn't the first
}

// glyphs are the characters of spans, taken apart for breaking.
type glyphs struct {
	runes []rune
	of    []int     // index of the span of each rune
	adv   []float64 // its width in millimetres
}

// glyphs takes spans apart. The next call uses the same memory.
func (d *doc) glyphs(spans []span) glyphs {
	g := glyphs{d.apart.runes[:0], d.apart.of[:0], d.apart.adv[:0]}
	for i := range spans {
		s := &spans[i]
		per := s.size / pointsPerMM / 1000
		for _, r := range d.texts.clean(s.text) {
			g.runes = append(g.runes, r)
			g.of = append(g.of, i)
			g.adv = append(g.adv, float64(d.metrics.width(s.face, r))*per)
		}
	}
	d.apart = g
	return g
}

// wrap breaks spans into lines no wider than width: after spaces, after
// hyphens and slashes inside words, and where a single word is too long, after
// any character. The space at a break stays at the end of its line, so that
// what reads the text from the file finds the words apart.
func (d *doc) wrap(spans []span, width float64) []line {
	g := d.glyphs(spans)
	var lines []line
	paragraphs := g.paragraphs()
	for n, p := range paragraphs {
		from := len(lines)
		rtl := turns(string(g.runes[p[0]:p[1]])) && rightToLeft(string(g.runes[p[0]:p[1]]))
		start, breakAt, w := p[0], p[0], 0.0
		for i := p[0]; i < p[1]; i++ {
			w += g.adv[i]
			if w > width && g.runes[i] != ' ' && i > start {
				if breakAt <= start {
					breakAt = i
					for breakAt > start+1 && unicode.Is(unicode.Mn, g.runes[breakAt]) {
						breakAt--
					}
				}
				lines = append(lines, g.line(spans, start, breakAt, rtl))
				start, w = breakAt, 0
				for _, adv := range g.adv[start : i+1] {
					w += adv
				}
			}
			if g.breaksAfter(i, p[1]) {
				breakAt = i + 1
			}
		}
		lines = append(lines, g.line(spans, start, p[1], rtl))
		lines[from].begins = n > 0 && p[0] < p[1]
		if n < len(paragraphs)-1 {
			lines[len(lines)-1].endWithSpace()
		}
	}
	return lines
}

// paragraphs returns where the stretches between line breaks begin and end.
// Of several empty lines one is kept, and none at the ends.
func (g glyphs) paragraphs() [][2]int {
	var out [][2]int
	start := 0
	for i := 0; i <= len(g.runes); i++ {
		if i < len(g.runes) && g.runes[i] != '\n' {
			continue
		}
		end := i
		for end > start && g.runes[end-1] == ' ' {
			end--
		}
		empty := end == start
		if !empty || len(out) > 0 && out[len(out)-1][0] < out[len(out)-1][1] {
			out = append(out, [2]int{start, end})
		}
		start = i + 1
	}
	if n := len(out); n > 1 && out[n-1][0] == out[n-1][1] {
		out = out[:n-1]
	}
	if len(out) == 0 {
		out = append(out, [2]int{0, 0})
	}
	return out
}

func (g glyphs) breaksAfter(i, end int) bool {
	switch g.runes[i] {
	case ' ':
		return true
	case '-', '/', '–', '—', '‐', '\u200B':
		return i > 0 && i+1 < end && unicode.IsLetter(g.runes[i-1]) && unicode.IsLetter(g.runes[i+1])
	}
	return false
}

// line makes a line of the characters from start to end. Of spaces at its end
// one is kept, but none where the end is on the left.
func (g glyphs) line(spans []span, start, end int, rtl bool) line {
	for end > start+1 && g.runes[end-1] == ' ' && (rtl || g.runes[end-2] == ' ') {
		end--
	}
	l := line{rtl: rtl}
	for i := start; i < end; {
		j, w := i, 0.0
		for j < end && g.of[j] == g.of[i] {
			w += g.adv[j]
			j++
		}
		l.fragments = append(l.fragments, fragment{string(g.runes[i:j]), &spans[g.of[i]], w})
		l.width += w
		i = j
	}
	if end > start && g.runes[end-1] == ' ' {
		l.width -= g.adv[end-1]
	}
	return l
}

// endWithSpace keeps the last word apart from the first one below it.
func (l *line) endWithSpace() {
	if n := len(l.fragments); n > 0 && !l.rtl && !strings.HasSuffix(l.fragments[n-1].text, " ") {
		l.fragments[n-1].text += " "
	}
}

// drawLine draws l with its left edge at x and its top at y. A line that runs
// from right to left ends at x+width.
func (d *doc) drawLine(l line, x, y, width, leading float64) {
	if l.rtl {
		x += width
		for _, f := range l.fragments {
			x -= f.width
			d.text(f, x, y, leading, true)
		}
		return
	}
	for _, f := range l.fragments {
		d.text(f, x, y, leading, false)
		x += f.width
	}
}

// text draws one fragment and the link that it may be.
func (d *doc) text(f fragment, x, y, leading float64, rtl bool) {
	st := f.span.style
	if d.dry {
		return
	}
	leads := f.span.at != "" || d.known[f.span.to]
	if leads && st.colour != white {
		st.colour = blue
	}
	e := d.tags.at
	if leads {
		e = d.linkOf(f.span)
	}
	d.mark(e)
	d.use(st)
	base := y + baseline*leading
	d.write(f.text, x, base, rtl)
	shown := strings.TrimRight(f.text, " ")
	if !leads || shown == "" {
		return
	}
	w := d.width(st, shown)
	d.fill(x, base+0.11*st.size/pointsPerMM, w, 0.12, st.colour)
	d.lead(e, x, y, w, leading, link{to: f.span.to, at: f.span.at, says: shown})
}

// write writes text from x, with its letters' feet at base. Where some of it
// runs from right to left, the order in which it is read is kept beside it.
func (d *doc) write(text string, x, base float64, rtl bool) {
	shown := visual(text, rtl)
	if shown == text {
		d.pdf.Text(x, base, text)
		return
	}
	if rtl {
		text += " "
	}
	d.pdf.RawWriteStr("/Span <</ActualText " + hexString(unjoin(text)) + ">> BDC")
	d.pdf.Text(x, base, shown)
	d.pdf.RawWriteStr("EMC")
}

// fit returns s on one line no wider than width, shortened with an ellipsis
// where it must be.
func (d *doc) fit(st style, s string, width float64) span {
	s = d.texts.oneLine(s)
	if d.width(st, s) <= width {
		return in(st, s)
	}
	room := width - d.width(st, "…")
	for i, r := range s {
		if room -= d.width(st, string(r)); room < 0 {
			return in(st, strings.TrimRight(s[:i], " ")+"…")
		}
	}
	return in(st, s)
}

// width returns how wide cleaned text is in a style, in millimetres.
func (d *doc) width(st style, s string) float64 {
	w := 0
	for _, r := range s {
		w += d.metrics.width(st.face, r)
	}
	return float64(w) * st.size / pointsPerMM / 1000
}
