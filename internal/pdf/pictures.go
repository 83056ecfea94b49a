package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"image/color"
	"image/jpeg"
	"io"
	"os"

	"github.com/jung-kurt/gofpdf"
)

// ImageOpener gives the JPEG rendition of an attachment by the SHA-256 of that
// rendition (lower-case hex).
type ImageOpener interface {
	Open(sha256 string) (io.ReadCloser, error)
}

const (
	maxPicture  = 4 << 20 // bytes; renditions are made much smaller
	maxPictures = 60000   // widths of stand-ins are 16 bits
)

// picture is a JPEG that was read, checked and put aside in the spool.
type picture struct {
	number        int // from 1; the width of its stand-in
	width, height int // pixels
	space         string
	offset, size  int64 // in the spool
}

// pictures reads every picture once, into a temporary file, so that memory
// doesn't grow with their number.
type pictures struct {
	opener ImageOpener
	spool  *os.File
	end    int64
	byHash map[string]*picture
	all    []*picture
}

func newPictures(opener ImageOpener) *pictures {
	return &pictures{opener: opener, byHash: map[string]*picture{}}
}

// close removes the spool.
func (p *pictures) close() {
	if p.spool != nil {
		p.spool.Close()
		os.Remove(p.spool.Name())
	}
}

// load returns the picture with that hash. An error says why it can't be
// shown; it never stops the document.
func (p *pictures) load(sha string) (*picture, error) {
	if pic, ok := p.byHash[sha]; ok {
		if pic == nil {
			return nil, errors.New("it could not be read")
		}
		return pic, nil
	}
	p.byHash[sha] = nil
	data, err := p.read(sha)
	if err != nil {
		return nil, err
	}
	pic, err := inspect(data)
	if err != nil {
		return nil, err
	}
	if len(p.all) >= maxPictures {
		return nil, errors.New("there are too many pictures")
	}
	if err := p.keep(pic, data); err != nil {
		return nil, err
	}
	p.all = append(p.all, pic)
	pic.number = len(p.all)
	p.byHash[sha] = pic
	return pic, nil
}

func (p *pictures) read(sha string) ([]byte, error) {
	if p.opener == nil {
		return nil, errors.New("there is no store of files")
	}
	r, err := p.opener.Open(sha)
	if err != nil {
		return nil, errors.New("its file is missing")
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxPicture+1))
	if err != nil {
		return nil, errors.New("its file could not be read")
	}
	if len(data) > maxPicture {
		return nil, errors.New("its file is too large")
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != sha {
		return nil, errors.New("its file is damaged: the SHA-256 is not the recorded one")
	}
	return data, nil
}

// inspect reads size and colours of a JPEG. It doesn't decode it, which would
// take seconds for a large portfolio: the hash has shown that it is as made.
func inspect(data []byte) (*picture, error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width < 1 || config.Height < 1 {
		return nil, errors.New("its file is not a JPEG image")
	}
	if !bytes.HasSuffix(bytes.TrimRight(data, "\x00"), []byte{0xFF, 0xD9}) {
		return nil, errors.New("its file is cut off")
	}
	pic := &picture{width: config.Width, height: config.Height}
	switch config.ColorModel {
	case color.YCbCrModel:
		pic.space = "DeviceRGB"
	case color.GrayModel:
		pic.space = "DeviceGray"
	default:
		return nil, errors.New("its colours are of a kind that this document can't hold")
	}
	return pic, nil
}

func (p *pictures) keep(pic *picture, data []byte) error {
	if p.spool == nil {
		f, err := os.CreateTemp("", "countersign-pictures-*")
		if err != nil {
			return fmt.Errorf("pdf: a place for pictures: %w", err)
		}
		p.spool = f
	}
	n, err := p.spool.WriteAt(data, p.end)
	if err != nil {
		return fmt.Errorf("pdf: put a picture aside: %w", err)
	}
	pic.offset, pic.size = p.end, int64(n)
	p.end += int64(n)
	return nil
}

// content returns the JPEG's bytes.
func (p *pictures) content(pic *picture) io.Reader {
	return io.NewSectionReader(p.spool, pic.offset, pic.size)
}

// standIn returns the beginning of a grey JPEG that is number pixels wide: all
// that gofpdf reads of an image. gofpdf writes images of equal width in random
// order, which distinct widths prevent, and update finds them by it.
func standIn(number int) []byte {
	b := []byte{
		0xFF, 0xD8, // start of image
		0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0,
		0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 0, 1, 1, 0x11, 0, // frame: 8 bits, 1 high, the width, 1 component
		0xFF, 0xD9,
	}
	binary.BigEndian.PutUint16(b[27:], uint16(number))
	return b
}

// draw draws the picture's stand-in at the place and in the size of the
// picture.
func (pic *picture) draw(pdf *gofpdf.Fpdf, x, y, w, h float64) {
	name := fmt.Sprintf("picture %d", pic.number)
	options := gofpdf.ImageOptions{ImageType: "jpg"}
	pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(standIn(pic.number)))
	pdf.ImageOptions(name, x, y, w, h, false, options, 0, "")
}

// figure is a picture with its caption, or the reason why there is none.
type figure struct {
	picture *picture
	caption string
	reason  string
}

const (
	figureWidth  = 118.0 // at most, for one alone
	figureHeight = 92.0
	figureGap    = 6.0
	emptyFigure  = 24.0 // height of the frame of a picture that can't be shown
)

// figures draws pictures with their captions: one alone, or two side by side.
func (d *doc) figures(figs []figure) {
	for len(figs) > 0 && d.err == nil {
		n := min(len(figs), 2)
		w, h := min(figureWidth, d.w), figureHeight
		if n == 2 {
			w, h = (d.w-figureGap)/2, figureHeight*0.8
		}
		d.figureRow(figs[:n], w, h)
		figs = figs[n:]
	}
}

func (d *doc) figureRow(figs []figure, maxW, maxH float64) {
	// Rather a little smaller than at the top of the next page.
	if left := d.left() - 3 - 1.2 - 2*small.leading(); len(d.waiting) == 0 && left < maxH && left > 0.65*maxH {
		maxH = left
	}
	captions := make([][]line, len(figs))
	sizes := make([][2]float64, len(figs))
	top, bottom := 0.0, 0.0 // the highest picture and the highest caption
	for i, f := range figs {
		if f.picture != nil {
			sizes[i][0], sizes[i][1] = f.picture.fit(maxW, maxH)
		} else {
			sizes[i] = [2]float64{maxW * 0.6, emptyFigure}
		}
		top = max(top, sizes[i][1])
		spans := spansIn(small, f.caption)
		if f.reason != "" {
			spans = []span{in(style{bold, 8, ink}, "Picture not shown: "+f.reason+". "), in(small, f.caption)}
		}
		captions[i] = d.wrap(spans, maxW)
		bottom = max(bottom, float64(len(captions[i]))*small.leading())
	}
	d.space(3)
	d.room(top + 1.2 + min(bottom, 5*small.leading()))
	x, page, y := d.x, d.page(), d.y
	for i, f := range figs {
		if f.picture == nil {
			d.emptyFrame(x, y, sizes[i][0], sizes[i][1])
		} else if d.err == nil && !d.dry {
			e := d.add(picturing)
			e.alt = "Picture “" + d.texts.oneLine(f.caption) + "”"
			d.mark(e)
			f.picture.draw(d.pdf, x, y, sizes[i][0], sizes[i][1])
		}
		d.y = y + sizes[i][1] + 1.2
		dx := x - d.x
		d.as(captioning, func() { d.indent(dx, func() { d.lines(captions[i], small.leading(), nil, 0) }) })
		x += maxW + figureGap
		if d.page() != page { // a caption longer than the page: go on below it
			page, y = d.page(), d.y
		}
	}
	if d.page() == page {
		d.y = max(d.y, y+top+1.2+bottom)
	}
}

// emptyFrame draws the frame of a picture that can't be shown, crossed out.
func (d *doc) emptyFrame(x, y, w, h float64) {
	if d.dry || d.err != nil {
		return
	}
	d.rect(x, y, w, h, paleGrey)
	d.stroke(hairline, 0.2, x, y, x+w, y+h)
	d.stroke(hairline, 0.2, x, y+h, x+w, y)
	d.outlined(x, y, w, h)
}

// fit returns the size in millimetres, at most w by h and at 110 pixels an
// inch or more.
func (pic *picture) fit(w, h float64) (float64, float64) {
	const perMM = 110 / 25.4
	scale := min(w/float64(pic.width), h/float64(pic.height), 1/perMM)
	return float64(pic.width) * scale, float64(pic.height) * scale
}
