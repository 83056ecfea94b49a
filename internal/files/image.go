package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
)

// What a picture may measure. JPEG can't be longer than maxSide, and nothing
// here need reckon with more.
const (
	maxPixels = 50_000_000
	maxSide   = 65_535
	// maxHeavy is for pictures that take several times the memory of a
	// camera's: JPEG in layers, all of which are held, and PNG of 16 bits.
	maxHeavy = 25_000_000
)

// keepPNG is how many bytes an opaque PNG may have to stay one. Screenshots
// are smaller and would blur as JPEG; photos are larger.
const keepPNG = 5 << 20

func inspectJPEG(ctx context.Context, s *spool, _ Guard) (content, error) {
	cfg, err := jpeg.DecodeConfig(contextReader{ctx, s})
	if err != nil {
		return content{}, errImage(err)
	}
	if err := s.rewind(); err != nil {
		return content{}, err
	}
	header := readJPEGHeader(contextReader{ctx, s})
	limit := maxPixels
	if !header.baseline {
		limit = maxHeavy
	}
	if err := checkSize(cfg.Width, cfg.Height, limit); err != nil {
		return content{}, err
	}
	if err := s.rewind(); err != nil {
		return content{}, err
	}
	img, err := jpeg.Decode(contextReader{ctx, s})
	if err != nil {
		return content{}, errImage(err)
	}
	return jpegContent(ctx, orient(img, header.orientation))
}

func inspectPNG(ctx context.Context, s *spool, _ Guard) (content, error) {
	cfg, err := png.DecodeConfig(contextReader{ctx, s})
	if err != nil {
		return content{}, errImage(err)
	}
	limit := maxPixels
	switch cfg.ColorModel {
	case color.Gray16Model, color.RGBA64Model, color.NRGBA64Model:
		limit = maxHeavy
	}
	if err := checkSize(cfg.Width, cfg.Height, limit); err != nil {
		return content{}, err
	}
	if err := s.rewind(); err != nil {
		return content{}, err
	}
	img, err := png.Decode(contextReader{ctx, s})
	if err != nil {
		return content{}, errImage(err)
	}
	if s.size > keepPNG && opaque(img) {
		return jpegContent(ctx, img)
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		return content{}, fmt.Errorf("encode: %w", err)
	}
	c := imageContent(PNG, &buf, img)
	if c.rendition, err = renditionOf(img); err != nil {
		return content{}, fmt.Errorf("encode: %w", err)
	}
	return c, ctx.Err()
}

func inspectHEIC(ctx context.Context, s *spool, _ Guard) (content, error) {
	img, err := decodeHEIC(ctx, s.File)
	if err != nil {
		return content{}, heicRefusal(err)
	}
	return jpegContent(ctx, img)
}

// jpegContent encodes an upright picture as JPEG, and its rendition.
func jpegContent(ctx context.Context, img image.Image) (content, error) {
	var buf bytes.Buffer
	if err := encodeJPEG(&buf, img, quality); err != nil {
		return content{}, fmt.Errorf("encode: %w", err)
	}
	c := imageContent(JPEG, &buf, img)
	if max(c.width, c.height) <= renditionSide && buf.Len() <= renditionBytes {
		c.rendition = &picture{buf.Bytes(), c.width, c.height}
		return c, ctx.Err()
	}
	var err error
	if c.rendition, err = renditionOf(img); err != nil {
		return content{}, fmt.Errorf("encode: %w", err)
	}
	return c, ctx.Err()
}

func imageContent(mediaType string, buf *bytes.Buffer, img image.Image) content {
	b := img.Bounds()
	return content{mediaType: mediaType, body: bytes.NewReader(buf.Bytes()), width: b.Dx(), height: b.Dy()}
}

func opaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// checkSize refuses a picture that would take too much memory to open.
func checkSize(width, height, limit int) error {
	if width > maxSide || height > maxSide || width*height > limit {
		return errTooBig(width, height, limit)
	}
	if width < 1 || height < 1 {
		return refuse("The selected file is damaged: the picture has no size")
	}
	return nil
}

func errTooBig(width, height, limit int) error {
	return refuse(fmt.Sprintf("The selected picture is too large: it has %d by %d pixels and may have %d million in all. Make it smaller and choose it again",
		width, height, limit/1_000_000))
}

// heicRefusal tells the sender what to do about a HEIC photo that couldn't be
// decoded. Where that isn't the photo's fault, the error says to the log why.
func heicRefusal(err error) error {
	if big := (*tooBigError)(nil); errors.As(err, &big) {
		return errTooBig(big.width, big.height, maxPixels)
	}
	refusal := refuse("The selected HEIC photo cannot be read. Save it as JPEG and choose that file")
	if errors.Is(err, errUnreadableHEIC) {
		return refusal
	}
	return fmt.Errorf("%w (%w)", refusal, err)
}

// errImage turns what a decoder says into what its sender needs to know.
func errImage(err error) error {
	var (
		jpegUnsupported jpeg.UnsupportedError
		pngUnsupported  png.UnsupportedError
		jpegFormat      jpeg.FormatError
		pngFormat       png.FormatError
	)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return refuse("The selected file is damaged: the end of the picture is missing")
	case errors.As(err, &jpegFormat), errors.As(err, &pngFormat):
		return refuse("The selected file is damaged: the picture cannot be read")
	case errors.As(err, &jpegUnsupported), errors.As(err, &pngUnsupported):
		return refuse("The selected picture cannot be read. Save it as an ordinary JPEG or PNG and choose that file")
	}
	var disk *fs.PathError
	if errors.As(err, &disk) {
		return fmt.Errorf("decode: %w", err)
	}
	// Left are those of zlib, and that of an ended context, which is seen to
	// further up.
	return refuse("The selected file is damaged: the picture cannot be read")
}
