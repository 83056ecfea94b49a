package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/pdf"
)

// fill sets every string that v holds, and gives empty slices an element, so
// that nothing that a portfolio could show escapes the test.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				fill(f, text)
			}
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.Map:
		m := reflect.MakeMap(v.Type())
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, text)
		m.SetMapIndex(reflect.ValueOf(text).Convert(v.Type().Key()), value)
		v.Set(m)
	}
}

func TestAnyTextAnywhere(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":           "",
		"markup and quotes": `<script>alert("x")</script> & (((\( \) \\ %PDF endobj stream << >> {nb} %s %!d`,
		"controls":          "a\x00b\r\nc\td\x1b[31m\u202ee\u2066f\ufeff\u00ad\u200b",
		"not UTF-8":         "\xff\xfe\xed\xa0\x80 z",
		"emoji":             "😀👩🏽‍⚕️🏴󠁧󠁢󠁷󠁬󠁳󠁿🇬🇧🇬 1️⃣ 🫪",
		"bytes that escape": "\u0a0d\u0d0a\u5c28\u2829\u0d0d(\u285c\\",
		"right to left":     "שלום 12 abc (مرحبا) 34",
		"no glyphs":         "你好世界 \U00020000 \uE000 \U0010FFFF",
		"one long word":     strings.Repeat("Donaudampfschifffahrt", 60),
		"only line breaks":  strings.Repeat("\n", 300),
		"combining marks":   "e" + strings.Repeat("\u0301\u0302", 200) + strings.Repeat("\u0300", 500),
		"long":              strings.Repeat("Ŵyth o bethau. ", 150),
	} {
		t.Run(name, func(t *testing.T) {
			var p countersign.Portfolio
			fill(reflect.ValueOf(&p).Elem(), text)
			makePDF(t, p, store{}).check()

			// And with words where the program expects its own.
			s := newSample(sampleFramework(), 2, false)
			fill(reflect.ValueOf(&s.Pieces[0].Content.Narrative).Elem(), text)
			fill(reflect.ValueOf(&s.Pieces[1].Title).Elem(), text)
			fill(reflect.ValueOf(&s.Apprenticeship.ApprenticeName).Elem(), text)
			fill(reflect.ValueOf(&s.Framework.Notice).Elem(), text)
			fill(reflect.ValueOf(&s.Framework.Sources).Elem(), "https://example.org/"+text)
			makePDF(t, s.Portfolio, s.files).check()
		})
	}
}

func TestEmptyPortfolio(t *testing.T) {
	t.Parallel()
	makePDF(t, countersign.Portfolio{}, nil).check()
}

func TestRandomPortfolios(t *testing.T) {
	t.Parallel()
	runes := []rune("aŵệ \n\t(\\)-/□中😀אبلا\u0301\u200d\ufe0f\x00.1")
	random := rand.New(rand.NewPCG(3, 4))
	for range 5 {
		var p countersign.Portfolio
		text := make([]rune, random.IntN(400))
		for i := range text {
			text[i] = runes[random.IntN(len(runes))]
		}
		fill(reflect.ValueOf(&p).Elem(), string(text))
		makePDF(t, p, store{}).check()
	}
}

// failing is an ImageOpener whose files break while being read.
type failing struct{}

func (failing) Open(string) (io.ReadCloser, error) {
	return io.NopCloser(io.MultiReader(strings.NewReader("\xff\xd8"), errReader{})), nil
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("the disk is broken") }

func TestBrokenPicturesLeaveANote(t *testing.T) {
	t.Parallel()
	good := picture(40, 30, 9)
	tall := picture(24, 90, 9)
	attach := func(s *sample, name string, data []byte) string {
		sum := hashOf(data)
		s.files[sum] = data
		s.Pieces[0].Attachments = append(s.Pieces[0].Attachments, countersign.Attachment{
			Name: name, MediaType: "image/jpeg", Size: int64(len(data)), SHA256: sum, Rendition: countersign.Rendition{SHA256: sum},
		})
		return sum
	}
	s := newSample(sampleFramework(), 1, false)
	attach(s, "good.jpg", good)
	delete(s.files, attach(s, "missing.jpg", picture(41, 30, 9)))
	attach(s, "cut.jpg", good[:len(good)-9])
	attach(s, "text.jpg", []byte("not a picture"))
	attach(s, "empty.jpg", nil)
	s.files[attach(s, "changed.jpg", picture(42, 30, 9))] = good
	attach(s, "huge.jpg", make([]byte, 5<<20))
	attach(s, "tall.jpg", tall)
	attach(s, "same.jpg", good)
	d := makePDF(t, s.Portfolio, s.files)
	d.check()
	text := strings.Join(d.pages(), " ")
	for name, reason := range map[string]string{
		"missing.jpg": "its file is missing", "cut.jpg": "its file is cut off", "text.jpg": "its file is not a JPEG image",
		"empty.jpg": "its file is not a JPEG image", "changed.jpg": "its file is damaged: the SHA-256 is not the recorded one", "huge.jpg": "its file is too large",
	} {
		if w := "Picture not shown: " + reason + ". " + name; !strings.Contains(text, w) {
			t.Errorf("the text lacks %q", w)
		}
	}
	// Two pictures are in the file, one of them shown twice.
	if n := bytes.Count(d.data, good); n != 1 {
		t.Errorf("the good picture is in the file %d times; want 1", n)
	}
	if !bytes.Contains(d.data, tall) {
		t.Error("the tall picture isn't in the file")
	}
	if list := d.run("pdfimages", "-list", d.path); strings.Count(list, " jpeg ") != 3 {
		t.Errorf("pictures drawn:\n%s", list)
	}
	for name, images := range map[string]pdf.ImageOpener{"none": nil, "failing": failing{}} {
		if !strings.Contains(strings.Join(makePDF(t, s.Portfolio, images).pages(), " "), "Picture not shown") {
			t.Errorf("no note with %s", name)
		}
	}
}

// blocking is an ImageOpener that waits.
type blocking struct{ opened, goOn chan struct{} }

func (b blocking) Open(string) (io.ReadCloser, error) {
	close(b.opened)
	<-b.goOn
	return nil, errors.New("no file")
}

func TestOneAtATimeAndNothingHalf(t *testing.T) {
	s := newSample(sampleFramework(), 1, true)
	ctx, cancel := context.WithCancel(t.Context())
	wait := blocking{make(chan struct{}), make(chan struct{})}
	var half bytes.Buffer
	done := make(chan error)
	go func() { done <- pdf.Portfolio(ctx, &half, s.Portfolio, wait, nil) }()
	<-wait.opened

	impatient, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	if err := pdf.Portfolio(impatient, io.Discard, s.Portfolio, s.files, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second portfolio at the same time: error = %v; want to have waited in vain", err)
	}

	cancel()
	close(wait.goOn)
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("a portfolio whose reader has gone: error = %v; want %v", err, context.Canceled)
	}
	if half.Len() != 0 {
		t.Errorf("%d bytes of an unfinished portfolio were sent", half.Len())
	}
	if err := pdf.Portfolio(t.Context(), io.Discard, s.Portfolio, s.files, nil); err != nil {
		t.Errorf("the next portfolio: error = %v", err)
	}
}

func TestNothingStaysBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := newSample(sampleFramework(), 3, true)
	makePDF(t, s.Portfolio, s.files)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := pdf.Portfolio(ctx, io.Discard, s.Portfolio, s.files, nil); err == nil {
		t.Error("no error though the reader had gone")
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if strings.HasPrefix(e.Name(), "countersign-") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// generated is an ImageOpener that makes each photo when it is asked for.
type generated map[string]int

func (g generated) Open(sum string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(photo(g[sum]))), nil
}

// TestMemory makes a portfolio of 300 pieces with a photo each in a process of
// its own and looks at the most memory that this took.
func TestMemory(t *testing.T) {
	const asked, told, most = "COUNTERSIGN_TEST_PIECES", "megabytes from the system: ", 400
	if os.Getenv(asked) != "" {
		s := newSample(sampleFramework(), 300, true)
		photos := generated{}
		for i, p := range s.Pieces {
			photos[p.Attachments[0].Rendition.SHA256] = i
		}
		s.files = nil
		if err := pdf.Portfolio(t.Context(), io.Discard, s.Portfolio, photos, nil); err != nil {
			t.Fatal(err)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Printf("%s%d\n", told, m.Sys>>20) // which never gets less, and leaves out what the race detector needs
		return
	}
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestMemory$")
	cmd.Env = append(os.Environ(), asked+"=300", "GOGC=100") // as a server runs
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, after, _ := strings.Cut(string(out), told)
	line, _, _ := strings.Cut(after, "\n")
	took, err := strconv.Atoi(line)
	if err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	t.Logf("300 pieces with photos: %d MB, %v of CPU", took, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	if took > most {
		t.Errorf("300 pieces with photos took %d MB; want at most %d", took, most)
	}
}
