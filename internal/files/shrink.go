package files

import (
	"bytes"
	"image"
	"image/jpeg"
)

// What a rendition may be at most (see Rendition).
const (
	renditionSide  = 1600    // pixels on the long side
	renditionBytes = 300_000 // bytes
)

// quality is that of the images we encode, of 100.
const quality = 85

// renditionOf makes the small form of an image for a portfolio. It tries
// lower qualities first, then smaller sizes, until it fits.
func renditionOf(img image.Image) (*picture, error) {
	var buf bytes.Buffer
	for side := renditionSide; ; {
		img = shrink(img, side)
		for _, q := range []int{quality, 75, 65} {
			buf.Reset()
			if err := encodeJPEG(&buf, img, q); err != nil {
				return nil, err
			}
			if buf.Len() <= renditionBytes {
				return &picture{bytes.Clone(buf.Bytes()), img.Bounds().Dx(), img.Bounds().Dy()}, nil
			}
		}
		side = max(img.Bounds().Dx(), img.Bounds().Dy()) * 3 / 4
	}
}

// encodeJPEG encodes img, on white where it is transparent.
func encodeJPEG(buf *bytes.Buffer, img image.Image, quality int) error {
	switch img.(type) {
	case *image.YCbCr, *image.Gray:
	default:
		img = flatten(img)
	}
	return jpeg.Encode(buf, img, &jpeg.Options{Quality: quality})
}

// shrink returns img so that its long side is at most side pixels: img itself
// if it is no longer. Each pixel is the mean of the area it covers, in whole
// numbers, so that every machine makes the same bytes.
func shrink(img image.Image, side int) image.Image {
	b := img.Bounds()
	w, h := fit(b.Dx(), b.Dy(), side)
	if w == b.Dx() && h == b.Dy() {
		return img
	}
	bounds := image.Rect(0, 0, w, h)
	switch m := img.(type) {
	case *image.YCbCr:
		if _, ok := turnedRatio(m.SubsampleRatio, 1); ok {
			return shrinkYCbCr(m, bounds)
		}
	case *image.Gray:
		dst := image.NewGray(bounds)
		shrinkPlane(dst.Pix, w, h, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], b.Dx(), b.Dy(), m.Stride)
		return dst
	}
	dst := image.NewRGBA(bounds)
	// One row at a time: a whole copy of a big picture would be the largest thing here.
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	average(dst.Pix, w, h, b.Dx(), b.Dy(), 4, func(y int) []byte {
		flattenInto(row, img, image.Pt(b.Min.X, b.Min.Y+y))
		return row.Pix
	})
	return dst
}

// fit returns the size of a w by h picture whose long side is side at most.
func fit(w, h, side int) (int, int) {
	long, short := max(w, h), min(w, h)
	if long <= side {
		return w, h
	}
	short = max(1, (short*side+long/2)/long)
	if w >= h {
		return side, short
	}
	return short, side
}

func shrinkYCbCr(src *image.YCbCr, bounds image.Rectangle) *image.YCbCr {
	dst := image.NewYCbCr(bounds, image.YCbCrSubsampleRatio420)
	w, h := src.Rect.Dx(), src.Rect.Dy()
	shrinkPlane(dst.Y, bounds.Dx(), bounds.Dy(), src.Y[src.YOffset(src.Rect.Min.X, src.Rect.Min.Y):], w, h, src.YStride)
	cw, ch := chromaSize(w, h, src.SubsampleRatio)
	dw, dh := chromaSize(bounds.Dx(), bounds.Dy(), dst.SubsampleRatio)
	at := src.COffset(src.Rect.Min.X, src.Rect.Min.Y)
	shrinkPlane(dst.Cb, dw, dh, src.Cb[at:], cw, ch, src.CStride)
	shrinkPlane(dst.Cr, dw, dh, src.Cr[at:], cw, ch, src.CStride)
	return dst
}

func shrinkPlane(dst []byte, dw, dh int, src []byte, sw, sh, stride int) {
	average(dst, dw, dh, sw, sh, 1, func(y int) []byte { return src[y*stride : y*stride+sw] })
}

// average fills dst, dw by dh pixels of n samples each, with the means of the
// areas that its pixels cover in a source of sw by sh, which is at least as
// large and at most maxSide long. row returns row y of the source and is
// called once for each, in order.
//
// In units of 1/dw of a source pixel across, a source pixel is dw wide and a
// pixel of dst sw, so all overlaps are whole numbers; likewise downwards.
func average(dst []byte, dw, dh, sw, sh, n int, row func(y int) []byte) {
	across := make([]uint32, dw*n) // sums along the row; at most 255*sw
	sums := make([]uint64, dw*n)   // of the row of dst being made; at most 255*sw*sh
	area := uint64(sw) * uint64(sh)
	for y, dy, room := 0, 0, sh; y < sh; y++ {
		sumAcross(across, row(y), dw, sw, n)
		for height := dh; height > 0; {
			part := min(height, room)
			for i, s := range across {
				sums[i] += uint64(s) * uint64(part)
			}
			height -= part
			if room -= part; room > 0 {
				continue
			}
			for i, s := range sums {
				dst[dy*dw*n+i] = byte((s + area/2) / area)
			}
			clear(sums)
			dy, room = dy+1, sh
		}
	}
}

// sumAcross adds up a row of sw pixels into dw sums, each weighed by overlap.
func sumAcross(sums []uint32, row []byte, dw, sw, n int) {
	clear(sums)
	for x, dx, room := 0, 0, sw; x < sw; x++ {
		pixel := row[x*n : x*n+n]
		for width := dw; width > 0; {
			part := min(width, room)
			for i, v := range pixel {
				sums[dx*n+i] += uint32(v) * uint32(part)
			}
			width -= part
			if room -= part; room == 0 {
				dx, room = dx+1, sw
			}
		}
	}
}
