package files

import (
	"image"
	"image/color"
	"image/draw"
)

// orient turns and mirrors img as an Exif orientation asks and returns it
// upright, with its corner at (0, 0). Orientation 1 returns img itself.
func orient(img image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return img
	}
	switch m := img.(type) {
	case *image.YCbCr:
		if ratio, ok := turnedRatio(m.SubsampleRatio, orientation); ok {
			return orientYCbCr(m, ratio, orientation)
		}
	case *image.Gray:
		dst := image.NewGray(turnedBounds(m.Rect, orientation))
		permute(dst.Pix, dst.Stride, m.Pix, m.Rect.Dx(), m.Rect.Dy(), m.Stride, 1, orientation)
		return dst
	}
	src := flatten(img)
	dst := image.NewRGBA(turnedBounds(src.Rect, orientation))
	permute(dst.Pix, dst.Stride, src.Pix, src.Rect.Dx(), src.Rect.Dy(), src.Stride, 4, orientation)
	return dst
}

// orientYCbCr moves the planes, so nothing is lost and little memory needed.
func orientYCbCr(src *image.YCbCr, ratio image.YCbCrSubsampleRatio, orientation int) *image.YCbCr {
	dst := image.NewYCbCr(turnedBounds(src.Rect, orientation), ratio)
	w, h := src.Rect.Dx(), src.Rect.Dy()
	permute(dst.Y, dst.YStride, src.Y[src.YOffset(src.Rect.Min.X, src.Rect.Min.Y):], w, h, src.YStride, 1, orientation)
	cw, ch := chromaSize(w, h, src.SubsampleRatio)
	at := src.COffset(src.Rect.Min.X, src.Rect.Min.Y)
	permute(dst.Cb, dst.CStride, src.Cb[at:], cw, ch, src.CStride, 1, orientation)
	permute(dst.Cr, dst.CStride, src.Cr[at:], cw, ch, src.CStride, 1, orientation)
	return dst
}

// quarterTurned reports whether width and height change places.
func quarterTurned(orientation int) bool { return orientation >= 5 }

func turnedBounds(r image.Rectangle, orientation int) image.Rectangle {
	if quarterTurned(orientation) {
		return image.Rect(0, 0, r.Dy(), r.Dx())
	}
	return image.Rect(0, 0, r.Dx(), r.Dy())
}

// turnedRatio returns the subsampling of a turned picture; ok is false for
// the rare ones that have no name when turned.
func turnedRatio(ratio image.YCbCrSubsampleRatio, orientation int) (_ image.YCbCrSubsampleRatio, ok bool) {
	switch ratio {
	case image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420:
		return ratio, true
	case image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio440:
		if !quarterTurned(orientation) {
			return ratio, true
		}
		if ratio == image.YCbCrSubsampleRatio422 {
			return image.YCbCrSubsampleRatio440, true
		}
		return image.YCbCrSubsampleRatio422, true
	}
	return 0, false
}

// chromaSize returns the size of the colour planes of a picture of w by h
// pixels in one of the ratios that turnedRatio knows.
func chromaSize(w, h int, ratio image.YCbCrSubsampleRatio) (cw, ch int) {
	cw, ch = w, h
	if ratio == image.YCbCrSubsampleRatio420 || ratio == image.YCbCrSubsampleRatio422 {
		cw = (w + 1) / 2
	}
	if ratio == image.YCbCrSubsampleRatio420 || ratio == image.YCbCrSubsampleRatio440 {
		ch = (h + 1) / 2
	}
	return cw, ch
}

// permute copies the w by h samples of src, of size bytes each, to where they
// stand upright in dst. Strides are in bytes.
func permute(dst []byte, dstStride int, src []byte, w, h, srcStride, size, orientation int) {
	right, bottom := (w-1)*size, (h-1)*srcStride
	// The sample at (x, y) of dst is at start + x*dx + y*dy of src.
	var start, dx, dy int
	switch orientation {
	case 2: // mirrored
		start, dx, dy = right, -size, srcStride
	case 3: // half a turn
		start, dx, dy = right+bottom, -size, -srcStride
	case 4: // upside down in a mirror
		start, dx, dy = bottom, size, -srcStride
	case 5: // mirrored along the diagonal
		start, dx, dy = 0, srcStride, size
	case 6: // turn clockwise
		start, dx, dy = bottom, -srcStride, size
	case 7: // mirrored along the other diagonal
		start, dx, dy = right+bottom, -srcStride, -size
	case 8: // turn anticlockwise
		start, dx, dy = right, srcStride, -size
	default:
		start, dx, dy = 0, size, srcStride
	}
	if quarterTurned(orientation) {
		w, h = h, w
	}
	for y := range h {
		from := start + y*dy
		row := dst[y*dstStride : y*dstStride+w*size]
		if size == 1 {
			for x := range row {
				row[x] = src[from]
				from += dx
			}
			continue
		}
		for ; len(row) > 0; row = row[size:] {
			copy(row[:size], src[from:from+size])
			from += dx
		}
	}
}

// flatten returns img on white paper, with its corner at (0, 0): img itself if
// it is that already.
func flatten(img image.Image) *image.RGBA {
	if m, ok := img.(*image.RGBA); ok && m.Rect.Min == (image.Point{}) && m.Opaque() {
		return m
	}
	dst := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	flattenInto(dst, img, img.Bounds().Min)
	return dst
}

// flattenInto draws the part of img that begins at from on white paper.
func flattenInto(dst *image.RGBA, img image.Image, from image.Point) {
	draw.Draw(dst, dst.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(dst, dst.Rect, img, from, draw.Over)
}
