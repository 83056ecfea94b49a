package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func crc32Of(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

// withChunk puts a chunk into a PNG, behind its header.
func withChunk(pic []byte, kind string, data []byte) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(append(chunk, kind...), data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32Of(chunk[4:]))
	return bytes.Join([][]byte{pic[:33], chunk, pic[33:]}, nil)
}

// The corners as a camera that was held each way wrote them.
var heldAs = map[int]corners{
	1: {red, green, blue, white},
	2: {green, red, white, blue},
	3: {white, blue, green, red},
	4: {blue, white, red, green},
	5: {red, blue, green, white},
	6: {green, white, red, blue},
	7: {white, green, blue, red},
	8: {blue, red, white, green},
}

// drawn is a picture of w by h pixels with those corners.
func drawn(w, h int, c corners) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, col := range c {
		r := image.Rect(0, 0, (w+1)/2, (h+1)/2).Add(image.Pt(i%2*(w/2), i/2*(h/2)))
		draw.Draw(m, r, image.NewUniform(col), image.Point{}, draw.Src)
	}
	return m
}

func TestPhotosAreStoredUpright(t *testing.T) {
	t.Parallel()
	for orientation, held := range heldAs {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			t.Run(fmt.Sprint(orientation, order), func(t *testing.T) {
				t.Parallel()
				w, h := 121, 79 // odd: colour planes are rounded up
				if orientation >= 5 {
					w, h = h, w
				}
				data := withExif(t, encodeTestJPEG(t, drawn(w, h, held)), orientation, order)
				a, f := accept(t, "IMG_0001.JPG", data)
				if a.Width != 121 || a.Height != 79 {
					t.Errorf("%d by %d, want 121 by 79", a.Width, a.Height)
				}
				checkCorners(t, decodeStored(t, f, a.SHA256), upright)
				checkCorners(t, decodeStored(t, f, a.Rendition.SHA256), upright)
			})
		}
	}
}

func TestOrientEveryKindOfPicture(t *testing.T) {
	t.Parallel()
	for orientation, held := range heldAs {
		w, h := 61, 38
		if orientation >= 5 {
			w, h = h, w
		}
		src := drawn(w, h, held)
		pictures := map[string]image.Image{
			"RGBA": src, "a part of one": drawn(4*w, 4*h, corners{white, white, white, white}).SubImage(image.Rect(5, 7, 5+w, 7+h)),
			"CMYK": asCMYK(src),
		}
		draw.Draw(pictures["a part of one"].(*image.RGBA), image.Rect(5, 7, 5+w, 7+h), src, image.Point{}, draw.Src)
		for ratio := image.YCbCrSubsampleRatio444; ratio <= image.YCbCrSubsampleRatio410; ratio++ {
			pictures[ratio.String()] = asYCbCr(src, ratio)
		}
		for kind, m := range pictures {
			got := orient(m, orientation)
			if got.Bounds() != image.Rect(0, 0, 61, 38) && orientation != 1 {
				t.Errorf("%d %s: bounds %v", orientation, kind, got.Bounds())
			}
			checkCorners(t, got, upright)
		}
		gray := image.NewGray(src.Rect)
		draw.Draw(gray, gray.Rect, src, image.Point{}, draw.Src)
		want := image.NewGray(image.Rect(0, 0, 61, 38))
		draw.Draw(want, want.Rect, drawn(61, 38, upright), image.Point{}, draw.Src)
		got := orient(gray, orientation)
		for _, p := range []image.Point{{15, 9}, {45, 9}, {15, 28}, {45, 28}} {
			if got.At(p.X, p.Y) != want.At(p.X, p.Y) {
				t.Errorf("%d gray: %v at %v, want %v", orientation, got.At(p.X, p.Y), p, want.At(p.X, p.Y))
			}
		}
	}
}

func asCMYK(src image.Image) *image.CMYK {
	m := image.NewCMYK(src.Bounds())
	draw.Draw(m, m.Rect, src, src.Bounds().Min, draw.Src)
	return m
}

func asYCbCr(src image.Image, ratio image.YCbCrSubsampleRatio) *image.YCbCr {
	b := src.Bounds()
	m := image.NewYCbCr(image.Rect(0, 0, b.Dx(), b.Dy()), ratio)
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := color.YCbCrModel.Convert(src.At(b.Min.X+x, b.Min.Y+y)).(color.YCbCr)
			m.Y[m.YOffset(x, y)] = c.Y
			m.Cb[m.COffset(x, y)], m.Cr[m.COffset(x, y)] = c.Cb, c.Cr
		}
	}
	return m
}

func TestNothingOfAPhotoSurvivesButThePicture(t *testing.T) {
	t.Parallel()
	jpg := withExif(t, encodeTestJPEG(t, photo(320, 240)), 1, binary.LittleEndian)
	jpg = withSegment(jpg, 0xfe, []byte("comment "+place))
	jpg = withSegment(jpg, 0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+place))
	jpg = withSegment(jpg, 0xed, []byte("Photoshop 3.0\x00"+place))
	polyglot := append(bytes.Clone(jpg), ("<script>alert('" + place + "')</script>")...)
	polyglot = append(polyglot, docx(t, place)...)
	pic := withChunk(encodeTestPNG(t, photo(320, 240)), "tEXt", []byte("Place\x00"+place))
	pic = append(pic, "<?php "+place...)
	for name, data := range map[string][]byte{"JPEG": jpg, "JPEG and ZIP": polyglot, "PNG": pic} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, f := accept(t, "a", data)
			for _, sum := range []string{a.SHA256, a.Rendition.SHA256} {
				kept := stored(t, f, sum)
				for _, trace := range []string{place, "Exif", "SECRET", "xmpmeta", "Photoshop", "script", "word/", "Maker", "php"} {
					if bytes.Contains(kept, []byte(trace)) {
						t.Errorf("%q is still there", trace)
					}
				}
			}
		})
	}
}

func TestRenditions(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		data []byte
		want [2]int // of the rendition
		same bool   // it is the very image
	}{
		{"a photo", encodeTestJPEG(t, photo(1800, 180)), [2]int{1600, 160}, false},
		{"a tall photo", encodeTestJPEG(t, photo(180, 1800)), [2]int{160, 1600}, false},
		{"a strip", encodeTestJPEG(t, photo(4000, 3)), [2]int{1600, 1}, false},
		{"a small photo", encodeTestJPEG(t, photo(400, 300)), [2]int{400, 300}, true},
		{"a screenshot", encodeTestPNG(t, quarters(image.NewPaletted(image.Rect(0, 0, 2000, 100), color.Palette{red, green, blue, white}))), [2]int{1600, 80}, false},
		{"noise", encodeTestJPEG(t, noise(840, 760)), [2]int{630, 570}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			a, f := accept(t, "a", tc.data)
			r := a.Rendition
			if r.Size > renditionBytes || r.Size == 0 || int64(len(stored(t, f, r.SHA256))) != r.Size {
				t.Errorf("rendition of %d bytes", r.Size)
			}
			m, err := jpeg.Decode(bytes.NewReader(stored(t, f, r.SHA256)))
			if err != nil {
				t.Fatal(err)
			}
			if got := sizeOf(m); got != tc.want || got != [2]int{r.Width, r.Height} {
				t.Errorf("rendition is %v, said %d by %d, want %v", got, r.Width, r.Height, tc.want)
			}
			if same := r.SHA256 == a.SHA256; same != tc.same {
				t.Errorf("rendition is the image itself: %v, want %v", same, tc.same)
			}
		})
	}
}

func TestTheSamePhotoGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	data := withExif(t, encodeTestJPEG(t, photo(300, 1700)), 6, binary.BigEndian)
	first, _ := accept(t, "a.jpg", data)
	second, _ := accept(t, "a.jpg", data)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("-first +second:\n%s", diff)
	}
}

func TestTransparencyIsKeptAndWhiteInTheRendition(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*image.NRGBA{
		"small": image.NewNRGBA(image.Rect(0, 0, 300, 200)), "large": image.NewNRGBA(image.Rect(0, 0, 1700, 200)),
	} {
		draw.Draw(m, image.Rect(0, 0, m.Rect.Dx()/2, 200), image.NewUniform(red), image.Point{}, draw.Src)
		a, f := accept(t, name+".png", encodeTestPNG(t, m))
		if a.MediaType != PNG {
			t.Errorf("%s: kept as %s", name, a.MediaType)
		}
		if _, _, _, alpha := decodeStored(t, f, a.SHA256).At(m.Rect.Dx()-1, 199).RGBA(); alpha != 0 {
			t.Errorf("%s: alpha %d", name, alpha)
		}
		checkCorners(t, decodeStored(t, f, a.Rendition.SHA256), corners{red, white, red, white})
	}
}

func TestLargeOpaquePNGBecomesJPEG(t *testing.T) {
	t.Parallel()
	data := withChunk(encodeTestPNG(t, photo(140, 130)), "biGg", make([]byte, keepPNG))
	a, f := accept(t, "scan.png", data)
	if a.MediaType != JPEG || a.Name != "scan.jpg" || a.Width != 140 || a.Height != 130 {
		t.Errorf("%+v", a)
	}
	if _, err := jpeg.Decode(bytes.NewReader(stored(t, f, a.SHA256))); err != nil {
		t.Error(err)
	}
}

func TestShrinkIsTheMeanOfTheArea(t *testing.T) {
	t.Parallel()
	src := image.NewGray(image.Rect(0, 0, 6, 4))
	for i := range src.Pix {
		src.Pix[i] = byte(10 * i)
	}
	got := shrink(src, 3).(*image.Gray)
	// Each pixel covers two by two: (0+10+60+70)/4 and so on.
	if diff := cmp.Diff([]byte{35, 55, 75, 155, 175, 195}, got.Pix); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// Five into three: each covers one and two thirds.
	row := &image.Gray{Pix: []byte{0, 30, 60, 90, 120}, Stride: 5, Rect: image.Rect(0, 0, 5, 1)}
	got = shrink(row, 3).(*image.Gray)
	// (0 + 30*2/3)/(5/3) = 12; (30/3 + 60 + 90/3)/(5/3) = 60; 108
	if diff := cmp.Diff([]byte{12, 60, 108}, got.Pix); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// The same for all kinds: a plain colour stays itself, at any size.
	for _, side := range []int{1, 2, 3, 7, 50, 99} {
		for name, m := range map[string]image.Image{
			"YCbCr": asYCbCr(drawn(100, 70, corners{red, red, red, red}), image.YCbCrSubsampleRatio422),
			"RGBA":  drawn(100, 70, corners{red, red, red, red}),
			"Gray":  &image.Gray{Pix: bytes.Repeat([]byte{200}, 7000), Stride: 100, Rect: image.Rect(0, 0, 100, 70)},
		} {
			small := shrink(m, side)
			if sizeOf(small)[0] != side {
				t.Errorf("%s: %v for %d", name, sizeOf(small), side)
			}
			b := small.Bounds()
			for y := range b.Dy() {
				for x := range b.Dx() {
					if small.At(x, y) != m.ColorModel().Convert(m.At(0, 0)) {
						t.Fatalf("%s to %d: %v at %d, %d, want %v", name, side, small.At(x, y), x, y, m.At(0, 0))
					}
				}
			}
		}
	}
}

func FuzzReadJPEGHeader(f *testing.F) {
	plain := encodeTestJPEG(f, image.NewGray(image.Rect(0, 0, 8, 8)))
	for o := range 10 {
		f.Add(withExif(f, plain, o, binary.LittleEndian))
		f.Add(withExif(f, plain, o, binary.BigEndian))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h := readJPEGHeader(bytes.NewReader(data))
		if h.orientation < 1 || h.orientation > 8 {
			t.Fatalf("orientation %d", h.orientation)
		}
		// What is taken for line by line must be so to the decoder's mind:
		// pictures in layers have a lower limit.
		if cfg, err := jpeg.DecodeConfig(bytes.NewReader(data)); err == nil && h.baseline {
			at := bytes.Index(data, []byte{0xff, 0xc2})
			if at >= 0 && !bytes.Contains(data, []byte{0xff, 0xc0}) && !bytes.Contains(data, []byte{0xff, 0xc1}) {
				t.Fatalf("layers not seen in a picture of %d by %d", cfg.Width, cfg.Height)
			}
		}
	})
}

func BenchmarkAccept(b *testing.B) {
	for _, bm := range []struct {
		name string
		data []byte
	}{
		{"JPEG 12 MP", encodeTestJPEG(b, photo(4000, 3000))},
		{"JPEG 12 MP turned", withExif(b, encodeTestJPEG(b, photo(4000, 3000)), 6, binary.BigEndian)},
		{"PNG 2 MP", encodeTestPNG(b, photo(1920, 1080))},
		{"HEIC, small", sample(b, "plain.heic")},
		{"DOCX", docx(b, strings.Repeat("<w:p><w:r><w:t>Fitted a 24-hour monitor and explained it.</w:t></w:r></w:p>", 5000))},
		{"text 1 MB", bytes.Repeat([]byte("Fitted a 24-hour monitor and explained it.\n"), 25_000)},
		{"PDF 5 MB", append(append([]byte(pdfFile), make([]byte, 5<<20)...), pdfFile...)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			in, _ := newIntake(b)
			b.SetBytes(int64(len(bm.data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := in.Accept(b.Context(), "a", bytes.NewReader(bm.data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
