package files

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"
)

// The answer of the HEIC helper: a heicAnswer in big-endian order and, if its
// status is heicDecoded, the planes of the picture, row by row without gaps.
type heicAnswer struct {
	Status        uint8
	Layout        uint8
	Width, Height uint32
}

const (
	heicDecoded    = 1
	heicUnreadable = 2
	heicTooBig     = 3
)

// What the planes are.
const (
	layoutYCbCr420 = 1
	layoutYCbCr422 = 2
	layoutYCbCr444 = 3
	layoutGray     = 4
	layoutRGBA     = 5 // not premultiplied
)

// errUnreadableHEIC is for a photo that is damaged or of a kind that can't be decoded.
var errUnreadableHEIC = errors.New("unreadable HEIC")

// tooBigError is for a picture with too many pixels to be decoded.
type tooBigError struct{ width, height int }

func (e *tooBigError) Error() string { return fmt.Sprintf("%d by %d pixels", e.width, e.height) }

// decodeHEIC decodes the photo in a process of its own and returns it upright.
// It fails with errUnreadableHEIC and tooBigError, and otherwise only when the
// process can't be run. It leaves the position of photo undefined.
func decodeHEIC(ctx context.Context, photo *os.File) (image.Image, error) {
	exe, err := thisProgram()
	if err != nil {
		return nil, fmt.Errorf("HEIC helper: %w", err)
	}
	return askHEICHelper(ctx, exe, photo)
}

func askHEICHelper(ctx context.Context, exe string, photo *os.File) (image.Image, error) {
	if _, err := photo.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe)
	cmd.Args = []string{heicHelper, strconv.Itoa(maxPixels)}
	cmd.Env = []string{} // it needs none of our secrets
	cmd.Stdin = photo
	cmd.WaitDelay = time.Second
	var complaints bytes.Buffer
	cmd.Stderr = &limitedBuffer{&complaints, 4096}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("HEIC helper: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("HEIC helper: %w", err)
	}
	img, err := readHEICAnswer(bufio.NewReaderSize(out, 1<<16))
	cancel() // it has said what it has to say
	waited := cmd.Wait()
	switch {
	case err == nil, errors.Is(err, errUnreadableHEIC):
		return img, err
	case errors.As(err, new(*tooBigError)):
		return nil, err
	case complaints.Len() == 0:
		// Killed for the time or memory it took, by us or by the system.
		return nil, fmt.Errorf("%w: %w: %w", errUnreadableHEIC, err, waited)
	}
	return nil, fmt.Errorf("HEIC helper: %w: %w: %s", err, waited, complaints.Bytes())
}

// thisProgram returns the path of the running program, of this very version
// even if the file was replaced by an upgrade.
func thisProgram() (string, error) {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe", nil
	}
	return os.Executable()
}

// readHEICAnswer trusts nothing the helper says, which had to do with a
// stranger's file.
func readHEICAnswer(r io.Reader) (image.Image, error) {
	var a heicAnswer
	if err := binary.Read(r, binary.BigEndian, &a); err != nil {
		return nil, fmt.Errorf("no answer: %w", err)
	}
	w, h := int(a.Width), int(a.Height)
	switch {
	case a.Status == heicTooBig:
		return nil, &tooBigError{w, h}
	case a.Status != heicDecoded:
		return nil, errUnreadableHEIC
	case w < 1 || h < 1 || w > maxSide || h > maxSide || w*h > maxPixels:
		return nil, fmt.Errorf("answered with %d by %d pixels", w, h)
	}
	bounds := image.Rect(0, 0, w, h)
	var img image.Image
	var planes [][]byte
	switch a.Layout {
	case layoutYCbCr420, layoutYCbCr422, layoutYCbCr444:
		m := image.NewYCbCr(bounds, heicRatio(a.Layout))
		img, planes = m, [][]byte{m.Y, m.Cb, m.Cr}
	case layoutGray:
		m := image.NewGray(bounds)
		img, planes = m, [][]byte{m.Pix}
	case layoutRGBA:
		m := image.NewNRGBA(bounds)
		img, planes = m, [][]byte{m.Pix}
	default:
		return nil, fmt.Errorf("answered with layout %d", a.Layout)
	}
	for _, p := range planes {
		if _, err := io.ReadFull(r, p); err != nil {
			return nil, fmt.Errorf("answer cut short: %w", err)
		}
	}
	return img, nil
}

func heicRatio(layout uint8) image.YCbCrSubsampleRatio {
	switch layout {
	case layoutYCbCr422:
		return image.YCbCrSubsampleRatio422
	case layoutYCbCr444:
		return image.YCbCrSubsampleRatio444
	}
	return image.YCbCrSubsampleRatio420
}

// limitedBuffer keeps the first bytes written to it.
type limitedBuffer struct {
	buf  *bytes.Buffer
	room int
}

func (l *limitedBuffer) Write(p []byte) (int, error) {
	kept := min(len(p), l.room)
	l.buf.Write(p[:kept])
	l.room -= kept
	return len(p), nil
}
