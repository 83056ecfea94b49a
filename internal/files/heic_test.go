package files

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/countersign"
)

// decoderInProcess saves the tests compiling it for each photo.
var decoderInProcess = sync.OnceValues(func() (*heicDecoder, error) { return newHEICDecoder(context.Background()) })

func decodeInProcess(t *testing.T, photo []byte) (image.Image, error) {
	t.Helper()
	d, err := decoderInProcess()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := d.answer(t.Context(), photo, maxPixels, &b); err != nil {
		t.Fatal(err)
	}
	return readHEICAnswer(&b)
}

func TestHEICIsDecodedUpright(t *testing.T) {
	t.Parallel()
	claimed := bytes.Clone(sample(t, "plain.heic"))
	copy(claimed[8:], "mif1") // as some phones write, with heic further down
	for _, tc := range []struct {
		name string
		data []byte
		size [2]int
		want corners
	}{
		{"plain", sample(t, "plain.heic"), [2]int{192, 128}, upright},
		{"ten bits", sample(t, "ten-bit.heic"), [2]int{192, 128}, upright},
		{"Exif orientation is ignored", sample(t, "exif-turned.heic"), [2]int{192, 128}, upright},
		{"mirrored", sample(t, "mirrored.heic"), [2]int{192, 128}, heldAs[2]},
		{"another brand first", claimed, [2]int{192, 128}, upright},
	} {
		m, err := decodeInProcess(t, tc.data)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if sizeOf(m) != tc.size {
			t.Errorf("%s: %v, want %v", tc.name, sizeOf(m), tc.size)
		}
		checkCorners(t, m, tc.want)
	}
	_, err := decodeInProcess(t, sample(t, "bomb.heic"))
	if big := (*tooBigError)(nil); !errors.As(err, &big) || big.width != 10_000 || big.height != 10_000 {
		t.Errorf("100 megapixels: %v", err)
	}
	for n := range 40 { // cut anywhere
		if m, err := decodeInProcess(t, sample(t, "grid-turned.heic")[:n*18]); err == nil && sizeOf(m) != [2]int{250, 240} {
			t.Errorf("cut to %d bytes: %v", n*18, sizeOf(m))
		}
	}
}

// As a phone sends it, through the helper process: a grid of tiles, turned.
func TestHEICBecomesJPEG(t *testing.T) {
	t.Parallel()
	a, f := accept(t, "IMG_0001.HEIC", sample(t, "grid-turned.heic"))
	if a.Name != "IMG_0001.jpg" || a.MediaType != JPEG || a.Width != 250 || a.Height != 240 {
		t.Errorf("%+v", a)
	}
	m := decodeStored(t, f, a.SHA256)
	if sizeOf(m) != [2]int{250, 240} {
		t.Errorf("stored %v", sizeOf(m))
	}
	checkCorners(t, m, corners{blue, red, white, green})
}

func TestTheHEICHelperMayFail(t *testing.T) {
	t.Parallel()
	program := func(name string) string {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, exe := range map[string]string{
		"is not there": "/nonexistent", "says nothing": program("true"), "fails": program("false"), "hangs": program("sleep"),
	} {
		photo, err := os.Open("testdata/plain.heic")
		if err != nil {
			t.Fatal(err)
		}
		defer photo.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err = askHEICHelper(ctx, exe, photo) // sleep sleeps for maxPixels seconds
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		err = heicRefusal(err)
		if countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), "Save it as JPEG") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Rows in libheif are padded by rules of its own, which matter where a picture
// is narrow.
func TestHEICStride(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ width, size, want int }{{1, 1, 64}, {64, 1, 64}, {65, 1, 80}, {192, 1, 192}, {29, 4, 256}, {65, 4, 272}} {
		if got := heicStride(tc.width, tc.size); got != tc.want {
			t.Errorf("heicStride(%d, %d) = %d, want %d", tc.width, tc.size, got, tc.want)
		}
	}
}

func TestTheHEICHelperIsNotBelieved(t *testing.T) {
	t.Parallel()
	answer := func(a heicAnswer, planes int) string {
		var b bytes.Buffer
		if err := binary.Write(&b, binary.BigEndian, a); err != nil {
			t.Fatal(err)
		}
		return b.String() + strings.Repeat("x", planes)
	}
	for name, tc := range map[string]struct {
		answer, want string
	}{
		"nothing":         {"", "no answer"},
		"half an answer":  {"\x01\x01\x00", "no answer"},
		"no size":         {answer(heicAnswer{heicDecoded, layoutGray, 0, 9}, 9), "0 by 9"},
		"too large":       {answer(heicAnswer{heicDecoded, layoutGray, 60_000, 60_000}, 9), "60000 by 60000"},
		"unknown layout":  {answer(heicAnswer{heicDecoded, 77, 2, 2}, 9), "layout 77"},
		"planes missing":  {answer(heicAnswer{heicDecoded, layoutYCbCr420, 2, 2}, 5), "cut short"},
		"unreadable":      {answer(heicAnswer{Status: heicUnreadable}, 0), "unreadable"},
		"unknown status":  {answer(heicAnswer{Status: 99}, 0), "unreadable"},
		"too many pixels": {answer(heicAnswer{heicTooBig, 0, 9, 8}, 0), "9 by 8 pixels"},
	} {
		_, err := readHEICAnswer(strings.NewReader(tc.answer))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
	for layout, planes := range map[uint8]int{layoutYCbCr420: 9 + 4 + 4, layoutYCbCr422: 9 + 6 + 6, layoutYCbCr444: 27, layoutGray: 9, layoutRGBA: 36} {
		m, err := readHEICAnswer(strings.NewReader(answer(heicAnswer{heicDecoded, layout, 3, 3}, planes)))
		if err != nil || sizeOf(m) != [2]int{3, 3} {
			t.Errorf("layout %d: %v, %v", layout, m, err)
		}
	}
}
