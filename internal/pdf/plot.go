package pdf

import (
	"github.com/jung-kurt/gofpdf"

	"countersign/internal/chart"
)

// plotter draws the shapes of a chart at the cursor.
type plotter struct {
	*doc
	scale, tall, top float64
}

var plotGrounds = map[chart.Tone]colour{
	chart.Solid: blue, chart.Stripes: {0xff, 0xdc, 0x8e}, chart.Dots: {0xb3, 0xd4, 0xf1}, chart.Blank: white, chart.Cross: white, chart.Level: white,
	chart.Shade0: white, chart.Shade1: {0xcf, 0xe2, 0xf5}, chart.Shade2: {0x93, 0xbf, 0xe8}, chart.Shade3: blue, chart.Shade4: {0x00, 0x2f, 0x5c}, chart.NoData: white,
}

var pathTones = map[chart.Tone]struct {
	colour colour
	dashes []float64
}{
	chart.Solid: {blue, nil}, chart.Stripes: {colour{0x7c, 0x28, 0x55}, []float64{2.2, 1.1}}, chart.Dots: {ink, []float64{0.5, 0.9}}, chart.Blank: {softInk, []float64{2.6, 0.9, 0.5, 0.9}},
}

func (p plotter) at(x, y float64) (float64, float64) { return p.x + x*p.scale, p.top + y*p.scale }

func (p plotter) shape(s chart.Shape) {
	if p.dry || p.err != nil {
		return
	}
	p.graphic()
	x, y := p.at(s.X, s.Y)
	w, h := s.W*p.scale, s.H*p.scale
	switch s.Kind {
	case chart.Box:
		p.box(s.Tone, x, y, w, h)
	case chart.Rule:
		c, width := softInk, 0.2
		if s.Light {
			c = hairline
		} else if s.Strong {
			c, width = ink, 0.8
		}
		p.pen(c, width, nil)
		p.pdf.Line(x, y, x+w, y+h)
	case chart.Words:
		p.words(s, x, y)
	case chart.Path:
		t := pathTones[s.Tone]
		p.pen(t.colour, 0.6, t.dashes)
		for i := 1; i < len(s.Points); i++ {
			ax, ay := p.at(s.Points[i-1].X, s.Points[i-1].Y)
			bx, by := p.at(s.Points[i].X, s.Points[i].Y)
			p.pdf.Line(ax, ay, bx, by)
		}
		p.pdf.SetDashPattern(nil, 0)
	default:
		p.marker(s.Tone, x, y)
	}
}

func (p plotter) pen(c colour, width float64, dashes []float64) {
	p.pdf.SetDrawColor(int(c.r), int(c.g), int(c.b))
	p.pdf.SetLineWidth(width)
	p.pdf.SetDashPattern(dashes, 0)
}

// box fills a box with its tone's colour and pattern.
func (p plotter) box(tone chart.Tone, x, y, w, h float64) {
	ground := plotGrounds[tone]
	p.fill(x, y, w, h, ground)
	const step = 1.8
	p.pdf.ClipRect(x, y, w, h, false)
	p.pen(ink, 0.3, nil)
	switch tone {
	case chart.Stripes, chart.Cross:
		for at := -h; at < w; at += step {
			p.pdf.Line(x+at, y+h, x+at+h, y)
			if tone == chart.Cross {
				p.pdf.Line(x+at, y, x+at+h, y+h)
			}
		}
	case chart.Dots:
		for dy := step / 2; dy < h; dy += step {
			for dx := step / 2; dx < w; dx += step {
				p.fill(x+dx-0.25, y+dy-0.25, 0.5, 0.5, ink)
			}
		}
	case chart.Level:
		for dy := step / 2; dy < h; dy += step {
			p.pdf.Line(x, y+dy, x+w, y+dy)
		}
	case chart.NoData:
		p.pen(hairline, 0.2, nil)
		for at := -h; at < w; at += step {
			p.pdf.Line(x+at, y, x+at+h, y+h)
		}
	}
	p.pdf.ClipEnd()
	// The clip's end takes the page's colours back, of which gofpdf knows nothing.
	p.pdf.SetFillColor(int(ground.r), int(ground.g), int(ground.b))
	p.pen(ink, 0.2, nil)
	p.pdf.Rect(x, y, w, h, "D")
}

func (p plotter) words(s chart.Shape, x, y float64) {
	st := style{regular, s.Size * p.scale * pointsPerMM, ink}
	if s.Strong {
		st.face = bold
	}
	if s.Light {
		st.colour = white
	}
	text := p.texts.oneLine(s.Text)
	wide := p.width(st, text)
	switch s.Anchor {
	case chart.Middle:
		x -= wide / 2
	case chart.End:
		x -= wide
	}
	leading := st.leading()
	p.text(fragment{text, &span{text: text, style: st}, wide}, x, y-baseline*leading, leading, false)
}

// marker draws a point of a path in its tone's form.
func (p plotter) marker(tone chart.Tone, x, y float64) {
	const r = 1.1
	c := pathTones[tone].colour
	corners := []gofpdf.PointType{{X: x - r, Y: y - r}, {X: x + r, Y: y - r}, {X: x + r, Y: y + r}, {X: x - r, Y: y + r}}
	switch tone {
	case chart.Stripes:
		corners = []gofpdf.PointType{{X: x, Y: y - 1.3}, {X: x + 1.3, Y: y}, {X: x, Y: y + 1.3}, {X: x - 1.3, Y: y}}
	case chart.Dots:
		corners = []gofpdf.PointType{{X: x, Y: y - r}, {X: x + 1.3, Y: y + r}, {X: x - 1.3, Y: y + r}}
	case chart.Blank:
		corners = []gofpdf.PointType{{X: x, Y: y + r}, {X: x + 1.3, Y: y - r}, {X: x - 1.3, Y: y - r}}
	}
	p.pdf.SetFillColor(int(c.r), int(c.g), int(c.b))
	p.pdf.Polygon(corners, "F")
}
