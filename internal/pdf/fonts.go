package pdf

import (
	"fmt"
	"slices"
	"sync"

	"codeberg.org/go-fonts/dejavu/dejavusanscondensed"
	"codeberg.org/go-fonts/dejavu/dejavusanscondensedbold"
	"codeberg.org/go-fonts/dejavu/dejavusansmono"
	"github.com/jung-kurt/gofpdf"
	"golang.org/x/image/font/sfnt"
)

// face is one of the embedded fonts.
type face uint8

// The faces. Mono is for hashes only: it lacks scripts that the others have.
const (
	regular face = iota
	bold
	mono
)

var faces = [...]struct {
	family, style string
	ttf           []byte
}{
	regular: {"dejavusanscondensed", "", dejavusanscondensed.TTF},
	bold:    {"dejavusanscondensed", "B", dejavusanscondensedbold.TTF},
	mono:    {"dejavusansmono", "", dejavusansmono.TTF},
}

// addFont makes a face known to pdf. gofpdf writes into the bytes that it is
// given, so each document has its own copy.
func addFont(pdf *gofpdf.Fpdf, f face) {
	pdf.AddUTF8FontFromBytes(faces[f].family, faces[f].style, slices.Clone(faces[f].ttf))
}

// metrics says how wide each character of the Basic Multilingual Plane is in
// each face, in thousandths of the font size, and which have a glyph. gofpdf
// can't write characters beyond that plane.
type metrics struct {
	advance [len(faces)][1 << 16]uint16
	shown   [1 << 16]bool // has a glyph in both the regular and the bold face
}

// measure reads the metrics once in a process (2 to 3 ms a face). The widths
// are gofpdf's own, as it also writes them into the file.
var measure = sync.OnceValue(func() *metrics {
	m := new(metrics)
	pdf := gofpdf.New("P", "mm", "A4", "")
	for i, f := range faces {
		addFont(pdf, face(i))
		pdf.SetFont(f.family, f.style, 10)
		for r := range rune(1 << 16) {
			if r < 0xD800 || r > 0xDFFF {
				m.advance[i][r] = uint16(pdf.GetStringSymbolWidth(string(r)))
			}
		}
	}
	m.coverage()
	return m
})

// coverage fills in shown. The fonts are part of the program, so one that
// can't be read is a fault of the build.
func (m *metrics) coverage() {
	var buf sfnt.Buffer
	for i := range m.shown {
		m.shown[i] = true
	}
	for _, at := range []face{regular, bold} {
		font, err := sfnt.Parse(faces[at].ttf)
		if err != nil {
			panic(fmt.Sprintf("pdf: the font %s can't be read: %v", faces[at].family, err))
		}
		for r := range rune(1 << 16) {
			glyph, err := font.GlyphIndex(&buf, r)
			m.shown[r] = m.shown[r] && err == nil && glyph != 0
		}
	}
}

// shows reports whether r can be drawn.
func (m *metrics) shows(r rune) bool { return r >= ' ' && r < 1<<16 && m.shown[r] }

// width returns the width of r in thousandths of the font size.
func (m *metrics) width(f face, r rune) int {
	if r >= 1<<16 {
		return 1000
	}
	return int(m.advance[f][r])
}
