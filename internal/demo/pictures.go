package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

var (
	ink   = color.RGBA{0x21, 0x2b, 0x32, 0xff}
	blue  = color.RGBA{0x00, 0x5e, 0xb8, 0xff}
	amber = color.RGBA{0xed, 0x8b, 0x00, 0xff}
	grid  = color.RGBA{0xd8, 0xdd, 0xe0, 0xff}
	paper = color.RGBA{0xfb, 0xfa, 0xf5, 0xff}
)

// canvas is a picture that is drawn.
type canvas struct{ *image.RGBA }

func newCanvas(width, height int, background color.Color) canvas {
	c := canvas{image.NewRGBA(image.Rect(0, 0, width, height))}
	c.fill(c.Bounds(), background)
	return c
}

func (c canvas) fill(r image.Rectangle, with color.Color) {
	draw.Draw(c, r, image.NewUniform(with), image.Point{}, draw.Src)
}

// write sets text with its top left corner at x, y, each dot scale pixels wide.
func (c canvas) write(x, y, scale int, text string, in color.Color) {
	face := basicfont.Face7x13
	small := image.NewAlpha(image.Rect(0, 0, 7*len(text), 13))
	d := font.Drawer{Dst: small, Src: image.Opaque, Face: face, Dot: fixed.P(0, 11)}
	d.DrawString(text)
	for py := range small.Bounds().Dy() {
		for px := range small.Bounds().Dx() {
			if small.AlphaAt(px, py).A > 0 {
				c.fill(image.Rect(x+px*scale, y+py*scale, x+(px+1)*scale, y+(py+1)*scale), in)
			}
		}
	}
}

// stroke draws a line of that thickness.
func (c canvas) stroke(x0, y0, x1, y1 float64, thick int, in color.Color) {
	steps := int(math.Max(math.Abs(x1-x0), math.Abs(y1-y0))) + 1
	for i := range steps + 1 {
		t := float64(i) / float64(steps)
		x, y := int(x0+t*(x1-x0)), int(y0+t*(y1-y0))
		c.fill(image.Rect(x-thick/2, y-thick/2, x-thick/2+thick, y-thick/2+thick), in)
	}
}

func (c canvas) png() []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, c); err != nil {
		panic("demo: a picture of sound size can be encoded: " + err.Error())
	}
	return out.Bytes()
}

const chartHeight = 560

// frame draws a title and lines to read values from.
func frame(width int, title string) canvas {
	c := newCanvas(width, chartHeight, color.White)
	c.write(40, 24, 3, title, ink)
	for y := 120; y <= 480; y += 72 {
		c.fill(image.Rect(60, y, width-40, y+2), grid)
	}
	c.fill(image.Rect(60, 120, 63, 482), ink)
	c.fill(image.Rect(60, 480, width-40, 483), ink)
	return c
}

// bars returns a chart of two kinds of counts in five groups.
func bars(width int, title, first, second string) func(*story, *piece) []byte {
	return func(s *story, _ *piece) []byte {
		c := frame(width, title)
		step := (width - 140) / 5
		for i := range 5 {
			x := 90 + i*step
			tall, short := 150+s.rng.IntN(200), 10+s.rng.IntN(50)
			c.fill(image.Rect(x, 480-tall, x+step*2/5, 480), blue)
			c.fill(image.Rect(x+step*2/5+6, 480-short, x+step*3/5+6, 480), amber)
		}
		c.fill(image.Rect(60, 512, 84, 536), blue)
		c.write(94, 511, 2, first, ink)
		c.fill(image.Rect(width/2, 512, width/2+24, 536), amber)
		c.write(width/2+34, 511, 2, second, ink)
		return c.png()
	}
}

// line returns a chart of a value that goes from one to another in six steps.
func line(width int, title string, from, to float64) func(*story, *piece) []byte {
	return func(s *story, _ *piece) []byte {
		c := frame(width, title)
		top := math.Max(from, to) * 1.1
		height := func(v float64) float64 { return 480 - 360*v/top }
		x, y := 90.0, height(from)
		step := float64(width-160) / 6
		for i := 1; i <= 6; i++ {
			v := from + (to-from)*float64(i)/6 + (s.rng.Float64()-0.5)*0.06*top
			c.stroke(x, y, x+step, height(v), 5, blue)
			x, y = x+step, height(v)
		}
		return c.png()
	}
}

// fridge returns a chart of temperatures that once leave the allowed range.
func fridge(width int) func(*story, *piece) []byte {
	return func(s *story, _ *piece) []byte {
		c := frame(width, "Vaccine fridge, 28 days, degrees C")
		degrees := func(v float64) float64 { return 480 - v*36 }
		for _, limit := range []float64{2, 8} {
			c.fill(image.Rect(60, int(degrees(limit)), width-40, int(degrees(limit))+3), amber)
			c.write(70, int(degrees(limit))-28, 2, map[float64]string{2: "2", 8: "8"}[limit], ink)
		}
		high := 9 + s.rng.IntN(12)
		step := float64(width-140) / 28
		last := 5.0
		for day := range 28 {
			v := 4.2 + 1.6*s.rng.Float64()
			if day == high {
				v = 8.9
			}
			c.stroke(80+step*float64(day), degrees(last), 80+step*float64(day+1), degrees(v), 4, blue)
			last = v
		}
		return c.png()
	}
}

// sheet returns what looks like a photo of a sheet of paper with a list that
// was ticked off.
func sheet(width int, title string, items ...string) func(*story, *piece) []byte {
	return func(s *story, _ *piece) []byte {
		height := width * 3 / 4
		c := newCanvas(width, height, color.RGBA{0x8a, 0x62, 0x3c, 0xff})
		for y := 0; y < height; y += 3 { // the grain of a table
			shade := uint8(s.rng.IntN(24))
			c.fill(image.Rect(0, y, width, y+1+s.rng.IntN(2)), color.RGBA{0x80 + shade, 0x58 + shade, 0x34 + shade, 0xff})
		}
		left, top := width/8, height/14
		c.fill(image.Rect(left+14, top+14, width-left+14, height-top+14), color.RGBA{0x4a, 0x36, 0x24, 0xff})
		c.fill(image.Rect(left, top, width-left, height-top), paper)
		c.write(left+50, top+40, 5, title, ink)
		for i, item := range items {
			y := top + 150 + i*(height-2*top-190)/len(items)
			c.fill(image.Rect(left+50, y, left+86, y+36), ink)
			c.fill(image.Rect(left+54, y+4, left+82, y+32), paper)
			x := float64(left + 50)
			c.stroke(x+6, float64(y+18), x+16, float64(y+32), 6, blue)
			c.stroke(x+16, float64(y+32), x+44, float64(y-8), 6, blue)
			c.write(left+120, y, 3, item, ink)
			c.fill(image.Rect(left+50, y+58, width-left-50, y+60), grid)
		}
		var out bytes.Buffer
		if err := jpeg.Encode(&out, c, &jpeg.Options{Quality: 82}); err != nil {
			panic("demo: a picture of sound size can be encoded: " + err.Error())
		}
		return out.Bytes()
	}
}
