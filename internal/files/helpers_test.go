package files

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/privacy"
)

var (
	red   = color.NRGBA{220, 30, 30, 255}
	green = color.NRGBA{30, 180, 30, 255}
	blue  = color.NRGBA{30, 30, 220, 255}
	white = color.NRGBA{255, 255, 255, 255}
)

// corners are the colours of a picture's quarters: top left, top right, bottom
// left, bottom right.
type corners [4]color.NRGBA

// upright are the corners of every picture made here.
var upright = corners{red, green, blue, white}

// quarters draws the four coloured quarters into m.
func quarters[M interface {
	image.Image
	Set(x, y int, c color.Color)
}](m M) M {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			i := 0
			if x-b.Min.X >= b.Dx()/2 {
				i++
			}
			if y-b.Min.Y >= b.Dy()/2 {
				i += 2
			}
			m.Set(x, y, upright[i])
		}
	}
	return m
}

// noise fills m with a pattern that compresses badly, the same every time.
func noise(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	state := uint32(1)
	for i := range m.Pix {
		state = state*1664525 + 1013904223
		m.Pix[i] = byte(state >> 24)
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

// photo is like a photo to an encoder: smooth shapes with some grain.
func photo(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	state := uint32(1)
	for y := range h {
		for x := range w {
			state = state*1664525 + 1013904223
			grain := byte(state >> 28)
			i := m.PixOffset(x, y)
			m.Pix[i] = byte(x*200/w) + grain
			m.Pix[i+1] = byte(y*200/h) + grain
			m.Pix[i+2] = byte((x/64+y/64)%2*80) + grain
			m.Pix[i+3] = 255
		}
	}
	return m
}

func encodeTestJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodeTestPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// place stands in the metadata of withExif and must not survive.
const place = "51.5074N-0.1278W-SECRET"

// withExif puts into a JPEG what a camera writes: an orientation, a maker and
// a place, in the byte order given.
func withExif(t testing.TB, photo []byte, orientation int, order binary.AppendByteOrder) []byte {
	t.Helper()
	var tiff []byte
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = append(tiff, "II*\x00"...)
	} else {
		tiff = append(tiff, "MM\x00*"...)
	}
	tiff = order.AppendUint32(tiff, 8)
	entry := func(tag, kind uint16, count, value uint32) {
		tiff = order.AppendUint16(tiff, tag)
		tiff = order.AppendUint16(tiff, kind)
		tiff = order.AppendUint32(tiff, count)
		if kind == 3 { // a short stands in the first two bytes
			tiff = order.AppendUint16(tiff, uint16(value))
			tiff = order.AppendUint16(tiff, 0)
			return
		}
		tiff = order.AppendUint32(tiff, value)
	}
	const first = 8 + 2 + 3*12 + 4
	tiff = order.AppendUint16(tiff, 3)
	entry(0x010f, 2, uint32(len(place)), first)   // maker
	entry(0x0112, 3, 1, uint32(orientation))      // orientation
	entry(0x8825, 4, 1, first+uint32(len(place))) // GPS
	tiff = order.AppendUint32(tiff, 0)
	tiff = append(tiff, place...)
	tiff = order.AppendUint16(tiff, 1)
	entry(0x001d, 2, uint32(len(place)), first)
	tiff = order.AppendUint32(tiff, 0)
	return withSegment(photo, 0xe1, append([]byte("Exif\x00\x00"), tiff...))
}

// withSegment inserts a segment at the beginning of a JPEG.
func withSegment(photo []byte, marker byte, data []byte) []byte {
	head := []byte{0xff, marker}
	head = binary.BigEndian.AppendUint16(head, uint16(len(data)+2))
	return bytes.Join([][]byte{photo[:2], head, data, photo[2:]}, nil)
}

// entry is a file in a test ZIP.
type entry struct{ name, body string }

// docx makes a Word document of one body; further entries are added, or
// replace those of the same name.
func docx(t testing.TB, body string, more ...entry) []byte {
	t.Helper()
	entries := []entry{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships/>`},
		{"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`},
	}
	for _, m := range more {
		replaced := false
		for i := range entries {
			if entries[i].name == m.name {
				entries[i], replaced = m, true
			}
		}
		if !replaced {
			entries = append(entries, m)
		}
	}
	return zipped(t, entries...)
}

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claiming makes a Word document with a part that the directory says unpacks
// to so many bytes, whatever it does: a megabyte. A large picture is with it
// that doesn't compress.
func claiming(t testing.TB, part string, unpacked uint64, picture int) []byte {
	t.Helper()
	var packed, b bytes.Buffer
	deflated, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := deflated.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := deflated.Close(); err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&b)
	for _, name := range []string{"[Content_Types].xml", "word/document.xml"} {
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: "word/media/image0.png", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, picture)); err != nil {
		t.Fatal(err)
	}
	w, err = z.CreateRaw(&zip.FileHeader{
		Name: part, Method: zip.Deflate,
		CompressedSize64: uint64(packed.Len()), UncompressedSize64: unpacked,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(packed.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const pdfFile = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"

func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func newFolder(t testing.TB) *Folder {
	t.Helper()
	f, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// memoryKeys keeps keys for a Vault without a database. What used holds is
// referred to, and everything was put longer ago than any age.
type memoryKeys struct {
	mu   sync.Mutex
	keys map[string]memoryKey
	used []string
}

type memoryKey struct {
	object string
	secret []byte
	size   int64

	unchecked bool
}

func (k *memoryKeys) KeepKey(_ context.Context, sha256, object string, secret []byte, size int64, unchecked bool) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.keys[sha256]; !ok {
		if k.keys == nil {
			k.keys = map[string]memoryKey{}
		}
		k.keys[sha256] = memoryKey{object, secret, size, unchecked}
	}
	return k.keys[sha256].object, nil
}

func (k *memoryKeys) Key(_ context.Context, sha256 string, unchecked bool) (string, []byte, int64, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[sha256]
	if !ok {
		return "", nil, 0, fs.ErrNotExist
	}
	if key.unchecked && !unchecked {
		return "", nil, 0, countersign.Refuse(countersign.Conflict, "unchecked")
	}
	return key.object, key.secret, key.size, nil
}

func (k *memoryKeys) ForgetKey(_ context.Context, sha256 string, _ time.Time) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if slices.Contains(k.used, sha256) {
		return "", nil
	}
	object := k.keys[sha256].object
	delete(k.keys, sha256)
	return object, nil
}

func (k *memoryKeys) ForgetUnused(ctx context.Context, _ time.Duration) (objects []string, err error) {
	for sha256 := range maps.Clone(k.keys) {
		if object, _ := k.ForgetKey(ctx, sha256, time.Time{}); object != "" {
			objects = append(objects, object)
		}
	}
	return objects, nil
}

func (k *memoryKeys) KnownObjects(_ context.Context, objects []string) (known []string, _ error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, key := range k.keys {
		if slices.Contains(objects, key.object) {
			known = append(known, key.object)
		}
	}
	return known, nil
}

// vaultKeys returns the keys that newVault gave the vault.
func vaultKeys(v *Vault) *memoryKeys { return v.keys.(*memoryKeys) }

func newVault(t testing.TB) *Vault { return NewVault(newFolder(t), &memoryKeys{}) }

// newIntake returns an intake with the real guard, and where it stores.
func newIntake(t testing.TB) (*Intake, *Vault) {
	t.Helper()
	v := newVault(t)
	in := NewIntake(v, t.TempDir(), testGuard)
	in.limit = time.Hour // the race detector, on a busy machine, takes its time
	return in, v
}

func accept(t testing.TB, name string, data []byte) (Accepted, *Vault) {
	t.Helper()
	in, f := newIntake(t)
	a, err := in.Accept(t.Context(), name, bytes.NewReader(data))
	if err != nil {
		t.Fatalf("Accept(%q) = %v", name, err)
	}
	return a, f
}

func stored(t testing.TB, f *Vault, sha256 string) []byte {
	t.Helper()
	r, err := f.Open(t.Context(), sha256)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decodeStored(t testing.TB, f *Vault, sha256 string) image.Image {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(stored(t, f, sha256)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// countStored returns how much content there is.
func countStored(t testing.TB, v *Vault) int {
	t.Helper()
	return len(vaultKeys(v).keys)
}

// checkCorners compares the middles of the quarters, up to what a lossy
// encoding does to them.
func checkCorners(t testing.TB, m image.Image, want corners) {
	t.Helper()
	b := m.Bounds()
	for i, w := range want {
		x := b.Min.X + b.Dx()/4 + i%2*b.Dx()/2
		y := b.Min.Y + b.Dy()/4 + i/2*b.Dy()/2
		got := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
		if far(got.R, w.R) || far(got.G, w.G) || far(got.B, w.B) {
			t.Errorf("quarter %d is %v, want %v", i, got, w)
		}
	}
}

func far(a, b uint8) bool { return max(a, b)-min(a, b) > 24 }

// zeros is a reader of n bytes that begin with head.
func zeros(head string, n int) io.Reader {
	return io.MultiReader(strings.NewReader(head), io.LimitReader(zero{}, int64(n-len(head))))
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func sizeOf(m image.Image) [2]int { return [2]int{m.Bounds().Dx(), m.Bounds().Dy()} }

// testGuard refuses what is certain.
var testGuard = Guard{
	Text:   func(_ context.Context, field, text string) error { return privacy.Check(field, text) },
	Name:   func(_ context.Context, field, name string) error { return privacy.CheckFileName(field, name) },
	Unread: func(context.Context, string, string) error { return nil },
}
