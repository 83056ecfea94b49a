package badge

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strings"
	"sync"

	"codeberg.org/go-fonts/dejavu/dejavusanscondensedbold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// A badge is a square of that many pixels: a ring with a tick above the title.
const side = 480

const maxLines = 3

var (
	blue     = color.RGBA{0x00, 0x5e, 0xb8, 0xff}
	darkBlue = color.RGBA{0x00, 0x30, 0x87, 0xff}
	white    = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// face is the letters of a size, read once a process.
var faces = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(dejavusanscondensedbold.TTF) })

// lines breaks a title into at most maxLines lines of about 18 letters; the
// last one ends with an ellipsis where it must.
func lines(title string) []string {
	var out []string
	for _, word := range strings.Fields(title) {
		if n := len(out); n > 0 && len([]rune(out[n-1]+" "+word)) <= 18 {
			out[n-1] += " " + word
		} else {
			out = append(out, word)
		}
	}
	if len(out) > maxLines {
		out = out[:maxLines]
		out[maxLines-1] += "…"
	}
	for i, l := range out {
		if r := []rune(l); len(r) > 20 {
			out[i] = string(r[:19]) + "…"
		}
	}
	return out
}

// drawing returns the badge as SVG, with the credential inside unless it is
// nil (Open Badges 3.0, 5.3).
func drawing(title, programme string, credential []byte) []byte {
	text := func(s string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
		return b.String()
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`,
		side, side, side, side, text(title+", "+programme))
	if credential != nil {
		fmt.Fprintf(&b, "<openbadges:credential><![CDATA[%s]]></openbadges:credential>", bytes.ReplaceAll(credential, []byte("]]>"), []byte(`]]\u003e`)))
	}
	b.WriteString(`<circle cx="240" cy="240" r="232" fill="#003087"/><circle cx="240" cy="240" r="214" fill="#ffffff"/><circle cx="240" cy="240" r="204" fill="#005eb8"/>`)
	b.WriteString(`<path d="M180 150 L222 192 L304 104" fill="none" stroke="#ffffff" stroke-width="26" stroke-linecap="butt"/>`)
	for i, l := range lines(title) {
		fmt.Fprintf(&b, `<text x="240" y="%d" text-anchor="middle" font-family="Arial, sans-serif" font-weight="bold" font-size="34" fill="#ffffff">%s</text>`, 262+i*42, text(l))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// SVG returns the badge as SVG with the credential in it.
func SVG(title, programme string, credential []byte) []byte {
	return drawing(title, programme, credential)
}

// PNG returns the badge as PNG with the credential in it, as international
// text under the keyword that Open Badges gives (5.3).
func PNG(title string, credential []byte) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for _, c := range []struct {
		r float32
		c color.RGBA
	}{{232, darkBlue}, {214, white}, {204, blue}} {
		disc(img, c.r, c.c)
	}
	tick(img)
	if err := write(img, lines(title)); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("badge: %w", err)
	}
	const head = 8 + 4 + 4 + 13 + 4 // signature and header chunk
	data := append([]byte("openbadgecredential\x00\x00\x00\x00\x00"), credential...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(append(chunk, "iTXt"...), data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return append(append(bytes.Clone(b.Bytes()[:head]), chunk...), b.Bytes()[head:]...), nil
}

func fill(img *image.RGBA, r *vector.Rasterizer, c color.RGBA) {
	r.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{})
}

func disc(img *image.RGBA, radius float32, c color.RGBA) {
	r := vector.NewRasterizer(side, side)
	r.DrawOp = draw.Over
	const steps = 128
	for i := range steps {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / steps)
		x, y := side/2+radius*float32(cos), side/2+radius*float32(sin)
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	fill(img, r, c)
}

func tick(img *image.RGBA) {
	r := vector.NewRasterizer(side, side)
	for i, p := range [][2]float32{{171, 159}, {222, 210}, {313, 113}, {295, 95}, {222, 173}, {189, 141}} {
		if i == 0 {
			r.MoveTo(p[0], p[1])
		} else {
			r.LineTo(p[0], p[1])
		}
	}
	r.ClosePath()
	fill(img, r, white)
}

func write(img *image.RGBA, text []string) error {
	letters, err := faces()
	if err != nil {
		return fmt.Errorf("badge: the font: %w", err)
	}
	face, err := opentype.NewFace(letters, &opentype.FaceOptions{Size: 34, DPI: 72})
	if err != nil {
		return fmt.Errorf("badge: the font: %w", err)
	}
	d := font.Drawer{Dst: img, Src: image.NewUniform(white), Face: face}
	for i, l := range text {
		d.Dot = fixed.Point26_6{X: fixed.I(side/2) - d.MeasureString(l)/2, Y: fixed.I(262 + i*42)}
		d.DrawString(l)
	}
	return nil
}
