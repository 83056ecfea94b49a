package files

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
)

// pngHeader is the PNG of one pixel that claims another size.
func pngHeader(t *testing.T, pixel image.Image, w, h uint32) []byte {
	b := encodeTestPNG(t, pixel)
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	// The check sum of the header is seen to first; a real bomb has a right one.
	binary.BigEndian.PutUint32(b[29:], crc32Of(b[12:29]))
	return b
}

// jpegHeaderOf is a JPEG that claims another size than it has.
func jpegHeaderOf(t *testing.T, w, h uint16) []byte {
	b := encodeTestJPEG(t, image.NewGray(image.Rect(0, 0, 8, 8)))
	at := bytes.Index(b, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(b[at+5:], h)
	binary.BigEndian.PutUint16(b[at+7:], w)
	return b
}

func TestAcceptRefuses(t *testing.T) {
	t.Parallel()
	jpg := encodeTestJPEG(t, photo(160, 120))
	pic := encodeTestPNG(t, photo(160, 120))
	gray := image.NewGray(image.Rect(0, 0, 1, 1))
	word := docx(t, "<w:p><w:r><w:t>Fitted a monitor.</w:t></w:r></w:p>")
	const kinds = "The selected file must be a PDF, JPEG, PNG, HEIC, DOCX or plain text file"
	const nhs = "This looks like an NHS number: “"
	for _, tc := range []struct {
		name, file string
		data       []byte
		want       string
	}{
		{"an empty file", "a.pdf", nil, "The selected file is empty"},
		{"a programme called PDF", "a.pdf", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"), kinds},
		{"a web page called text", "a.txt", []byte("<!DOCTYPE html><script>alert(1)</script>"), kinds},
		{"an SVG", "a.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), kinds},
		{"a GIF", "a.jpg", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), kinds},
		{"a GIF that is a script too", "a.txt", []byte("GIF89a/*......*/=1;alert(1)"), kinds},
		{"rich text", "a.txt", []byte(`{\rtf1\ansi Hello}`), kinds},
		{"random bytes", "a.pdf", noise(8, 8).Pix, kinds},

		{"a PDF with something before it", "a.pdf", []byte("<html>\n" + pdfFile), "damaged"},
		{"a PDF cut short", "a.pdf", []byte(pdfFile[:60]), "the end of the PDF is missing"},
		{"a PDF with a megabyte behind it", "a.pdf", append([]byte(pdfFile), make([]byte, 1<<20)...), "the end of the PDF is missing"},

		{"a JPEG cut short", "a.jpg", jpg[:len(jpg)/2], "damaged: the "},
		{"a JPEG of a header only", "a.jpg", jpg[:30], "damaged"},
		{"a JPEG with broken tables", "a.jpg", bytes.Replace(jpg, []byte{0xff, 0xc4}, []byte{0xff, 0xdb}, 1), "damaged: the picture cannot be read"},
		{"a PNG cut short", "a.png", pic[:len(pic)/2], "damaged: the "},
		{"a PNG with a wrong check sum", "a.png", append(bytes.Clone(pic[:len(pic)-20]), make([]byte, 20)...), "damaged"},
		{"a PNG of 100 megapixels", "a.png", pngHeader(t, gray, 10_000, 10_000), "it has 10000 by 10000 pixels and may have 50 million in all"},
		{"a PNG of 16 bits and 30 megapixels", "a.png", pngHeader(t, image.NewGray16(image.Rect(0, 0, 1, 1)), 6000, 5000), "may have 25 million"},
		{"a PNG of one endless row", "a.png", pngHeader(t, gray, 1<<30, 1), "too large"},
		{"a JPEG of 100 megapixels", "a.jpg", jpegHeaderOf(t, 10_000, 10_000), "it has 10000 by 10000 pixels and may have 50 million in all"},
		{"a layered JPEG of 30 megapixels", "a.jpg", bytes.Replace(jpegHeaderOf(t, 6000, 5000), []byte{0xff, 0xc0}, []byte{0xff, 0xc2}, 1), "may have 25 million"},
		{"an AVIF", "a.heic", bytes.ReplaceAll(sample(t, "plain.heic"), []byte("heic"), []byte("avif")), kinds},

		{"text in UTF-16", "a.txt", []byte("\xff\xfeh\x00i\x00"), "plain text in UTF-8"},
		{"text in Windows-1252", "a.txt", []byte("The patient\x92s consent was asked for."), "plain text in UTF-8"},
		{"text with a zero byte", "a.txt", []byte("hello" + strings.Repeat(" there", 1000) + "\x00"), kinds},
		{"text with an NHS number", "a.txt", []byte("Seen with 943 476 5919 today."), nhs + "Seen with 943 476 5919 today.”"},

		{"a ZIP of something else", "a.docx", zipped(t, entry{"a.txt", "hello"}), kinds},
		{"a spreadsheet", "a.docx", zipped(t, entry{"[Content_Types].xml", "<Types/>"}, entry{"xl/workbook.xml", "<x/>"}), kinds},
		{"a DOCX cut short", "a.docx", word[:len(word)-30], "damaged: the Word document cannot be read"},
		{"a DOCX with a flipped bit", "a.docx", flipped(word, bytes.Index(word, []byte("word/document.xml"))+40), "damaged: the Word document cannot be read"},
		{"a DOCX of broken XML", "a.docx", docx(t, "<w:p><"), "damaged: the Word document cannot be read"},
		{"a DOCX with macros", "a.docx", docx(t, "", entry{"word/vbaProject.bin", "x"}), "has macros"},
		{"a DOCX with macros elsewhere", "a.docx", docx(t, "", entry{"custom/VBAPROJECT.BIN", "x"}), "has macros"},
		{"a DOCX that says it has macros", "a.docx", docx(t, "", entry{"[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`}), "has macros"},
		{"a DOCX that climbs out of its folder", "a.docx", docx(t, "", entry{"../../etc/passwd", "x"}), "damaged"},
		{"a DOCX with an absolute name", "a.docx", docx(t, "", entry{"/etc/passwd", "x"}), "damaged"},
		{"a DOCX with a backward slash", "a.docx", docx(t, "", entry{`..\x`, "x"}), "damaged"},
		{"a DOCX with two bodies", "a.docx", zipped(t, entry{"[Content_Types].xml", ""}, entry{"word/document.xml", "<a/>"}, entry{"word/document.xml", "<b/>"}), "damaged"},
		{"a DOCX of too many parts", "a.docx", docx(t, "", manyEntries(docxEntries)...), "unpacks to more"},
		{"a ZIP bomb", "a.docx", claiming(t, "word/media/a.png", 101<<20, 0), "unpacks to more"},
		{"a ZIP bomb of many petabytes", "a.docx", claiming(t, "word/media/a.png", 1<<63, 0), "unpacks to more"},
		{"a smaller ZIP bomb", "a.docx", claiming(t, "word/media/a.png", 20<<20, 0), "unpacks to more"},
		{"a ZIP bomb that says it is none", "a.docx", claiming(t, "word/media/a.png", 1000, 0), "damaged"},
		{"a DOCX of more text than is searched", "a.docx", claiming(t, "word/header1.xml", docxText+1, 1<<20), "too much text"},
		{"a DOCX with an NHS number", "a.docx", docx(t, "<w:p><w:r><w:t>Seen with 943 476 5919.</w:t></w:r></w:p>"), nhs + "Seen with 943 476 5919.”"},
		{"a DOCX with an NHS number in runs", "a.docx", docx(t, `<w:p><w:r><w:t xml:space="preserve">No 943 </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>47</w:t></w:r><w:r><w:t>6</w:t><w:noBreakHyphen/><w:t>5919</w:t></w:r></w:p>`), nhs + "No 943 476-5919”"},
		{"a DOCX with an NHS number in a footer", "a.docx", docx(t, "", entry{"word/footer2.xml", "<w:ftr><w:p><w:r><w:t>9434765919</w:t></w:r></w:p></w:ftr>"}), nhs + "9434765919”"},
		{"a DOCX with an NHS number that was deleted", "a.docx", docx(t, "<w:p><w:del><w:r><w:delText>9434765919</w:delText></w:r></w:del></w:p>"), nhs + "9434765919”"},

		{"an NHS number in the name", `C:\scans\943 476 5919.pdf`, []byte(pdfFile), nhs + "943 476 5919.pdf”. Rename the file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			in, f := newIntake(t)
			_, err := in.Accept(t.Context(), tc.file, bytes.NewReader(tc.data))
			var e *countersign.Error
			if !errors.As(err, &e) || e.Kind != countersign.Invalid || len(e.Fields) != 1 || e.Fields[0].Field != "file" {
				t.Fatalf("Accept() = %v, want an Invalid error for file", err)
			}
			if !strings.Contains(e.Message, tc.want) {
				t.Errorf("message = %q, want %q in it", e.Message, tc.want)
			}
			if n := countStored(t, f); n != 0 {
				t.Errorf("%d blobs stored", n)
			}
		})
	}
}

func flipped(b []byte, i int) []byte {
	b = bytes.Clone(b)
	b[i] ^= 0x10
	return b
}

func manyEntries(n int) []entry {
	all := make([]entry, n)
	for i := range all {
		all[i].name = "word/x" + strings.Repeat("y", i)
	}
	return all
}

func TestAcceptLimitsTheSize(t *testing.T) {
	t.Parallel()
	in, f := newIntake(t)
	_, err := in.Accept(t.Context(), "a.pdf", zeros("%PDF-", 21_000_000))
	if err == nil || err.Error() != "The selected file must be smaller than 20MB" {
		t.Errorf("21 MB: %v", err)
	}
	counted := &counter{r: zeros("%PDF-", 1<<40)} // a terabyte
	if _, err = in.Accept(t.Context(), "a.pdf", counted); countersign.KindOf(err) != countersign.Invalid {
		t.Errorf("endless: %v", err)
	}
	if counted.n > MaxSize+1 {
		t.Errorf("read %d bytes of an endless file", counted.n)
	}
	if n := countStored(t, f); n != 0 {
		t.Errorf("%d blobs stored", n)
	}
	big := append(bytes.Repeat([]byte(" "), MaxSize-len(pdfFile)), pdfFile...)
	copy(big, "%PDF-1.4\n")
	if _, err := in.Accept(t.Context(), "a.pdf", bytes.NewReader(big)); err != nil {
		t.Errorf("as large as may be: %v", err)
	}
}

type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestAcceptKeepsDocumentsAsTheyAre(t *testing.T) {
	t.Parallel()
	word := docx(t, "<w:p><w:r><w:t>Fitted a monitor.</w:t></w:r></w:p>", entry{"word/styles.xml", "<x/>"}, entry{"docProps/core.xml", "<x/>"}, entry{"word/media/", ""})
	for _, tc := range []struct {
		name, file string
		data       []byte
		want       Accepted
	}{
		{"a PDF", "Certificate.pdf", []byte(pdfFile), Accepted{Name: "Certificate.pdf", MediaType: PDF}},
		{"a PDF called JPEG", "Certificate.jpg", []byte(pdfFile), Accepted{Name: "Certificate.pdf", MediaType: PDF}},
		{"a PDF with an attached page", "a.PDF", []byte(strings.Replace(pdfFile, "trailer", "<html><script>alert(1)</script>\ntrailer", 1)), Accepted{Name: "a.PDF", MediaType: PDF}},
		{"text", "notes", []byte("BMI was 24.\nBooked a review.\n"), Accepted{Name: "notes.txt", MediaType: Text}},
		{"text with a byte order mark", "notes.txt", []byte("\ufeffCroeso i'r feddygfa."), Accepted{Name: "notes.txt", MediaType: Text}},
		{"text like a table", "log.csv", []byte("date,test,count\n2026-11-21,ECG,4\n2026-11-22,ECG,2\n"), Accepted{Name: "log.txt", MediaType: Text}},
		{"text like a message", "a.txt", []byte("From: me\nDate: 21 November 2026\nSubject: reflection\n\nIt went well.\n"), Accepted{Name: "a.txt", MediaType: Text}},
		{"text that begins with a number", "a.txt", []byte("2026 was a good year, 100% of it."), Accepted{Name: "a.txt", MediaType: Text}},
		{"a DOCX", "Account.docx", word, Accepted{Name: "Account.docx", MediaType: DOCX}},
		{"a DOCX called ZIP", "Account.zip", word, Accepted{Name: "Account.docx", MediaType: DOCX}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, f := accept(t, tc.file, tc.data)
			if b := stored(t, f, got.SHA256); !bytes.Equal(b, tc.data) {
				t.Errorf("stored %d bytes that differ from the %d sent", len(b), len(tc.data))
			}
			tc.want.Size, tc.want.SHA256 = int64(len(tc.data)), hashOf(tc.data)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if n := countStored(t, f); n != 1 {
				t.Errorf("%d blobs stored, want 1", n)
			}
		})
	}
}

func TestAcceptLeavesNoSpool(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := NewIntake(newVault(t), dir, testGuard)
	for _, data := range []string{"", "hello", "\x00", pdfFile} {
		_, _ = in.Accept(t.Context(), "a", strings.NewReader(data))
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
}

func TestAcceptPassesOtherErrorsOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	in, _ := newIntake(t)
	_, err := in.Accept(t.Context(), "a.pdf", iotest.ErrReader(broken))
	if !errors.Is(err, broken) || countersign.KindOf(err) != countersign.Internal {
		t.Errorf("of the reader: %v", err)
	}
	in.store = brokenStore{broken}
	_, err = in.Accept(t.Context(), "a.pdf", strings.NewReader(pdfFile))
	if !errors.Is(err, broken) || countersign.KindOf(err) != countersign.Internal {
		t.Errorf("of the store: %v", err)
	}
	in.spool = "/nonexistent"
	if _, err = in.Accept(t.Context(), "a.pdf", strings.NewReader(pdfFile)); countersign.KindOf(err) != countersign.Internal {
		t.Errorf("of the spool: %v", err)
	}
}

type brokenStore struct{ err error }

func (s brokenStore) Put(context.Context, io.Reader) (Blob, error) { return Blob{}, s.err }

func (s brokenStore) PutUnchecked(context.Context, io.Reader) (Blob, error) { return Blob{}, s.err }

func TestAcceptEndsWithItsContext(t *testing.T) {
	t.Parallel()
	in, f := newIntake(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, data := range map[string][]byte{
		"PDF": []byte(pdfFile), "JPEG": encodeTestJPEG(t, photo(64, 64)), "HEIC": sample(t, "plain.heic"),
	} {
		if _, err := in.Accept(ctx, "a", bytes.NewReader(data)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Once inspection has begun, the decoders' errors must not pass for damage.
	for name, f := range map[string]format{"JPEG": formats[JPEG], "PNG": formats[PNG], "HEIC": formats["image/heic"], "DOCX": formats["application/zip"]} {
		data := map[string][]byte{
			"JPEG": encodeTestJPEG(t, photo(64, 64)), "PNG": encodeTestPNG(t, photo(64, 64)), "HEIC": sample(t, "plain.heic"), "DOCX": docx(t, ""),
		}[name]
		s, err := newSpool(t.Context(), t.TempDir(), bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ctx, cancel := context.WithCancel(t.Context())
		stopping := format{func(limited context.Context, s *spool, g Guard) (content, error) {
			cancel()
			return f.inspect(limited, s, g)
		}}
		if _, err := in.inspectInTurn(ctx, stopping, s); !errors.Is(err, context.Canceled) {
			t.Errorf("%s under way: %v", name, err)
		}
	}
	if n := countStored(t, f); n != 0 {
		t.Errorf("%d blobs stored", n)
	}
}

func TestOneFileIsInspectedAtATime(t *testing.T) {
	t.Parallel()
	in, _ := newIntake(t)
	running, most := make(chan struct{}, 2), 0
	probe := format{func(context.Context, *spool, Guard) (content, error) {
		running <- struct{}{}
		most = max(most, len(running)) // the turn keeps this from being a race
		<-running
		return content{}, nil
	}}
	done := make(chan error)
	for range 20 {
		go func() {
			_, err := in.inspectInTurn(t.Context(), probe, nil)
			done <- err
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most != 1 {
		t.Errorf("%d at once", most)
	}
}

func TestInspectionTakesAMinuteAtMost(t *testing.T) {
	t.Parallel()
	in, _ := newIntake(t)
	synctest.Test(t, func(t *testing.T) {
		_, err := in.inspectInTurn(t.Context(), format{func(ctx context.Context, _ *spool, _ Guard) (content, error) {
			<-ctx.Done()
			return content{}, errImage(ctx.Err())
		}}, nil)
		if countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), "takes too long") {
			t.Errorf("%v", err)
		}
	})
}

func TestAnIntakeNeedsAGuard(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	NewIntake(newVault(t), "", Guard{Text: testGuard.Text})
}

// Whatever the bytes, a file is kept or refused; nothing else goes wrong.
func FuzzAccept(f *testing.F) {
	f.Add([]byte(pdfFile))
	f.Add([]byte("plain text"))
	f.Add(encodeTestJPEG(f, quarters(image.NewRGBA(image.Rect(0, 0, 16, 16)))))
	f.Add(withExif(f, encodeTestJPEG(f, image.NewGray(image.Rect(0, 0, 9, 7))), 6, binary.BigEndian))
	f.Add(encodeTestPNG(f, quarters(image.NewNRGBA(image.Rect(0, 0, 16, 16)))))
	f.Add(docx(f, "<w:p><w:r><w:t>Hello</w:t></w:r></w:p>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 8 && string(data[4:8]) == "ftyp" {
			t.Skip() // a process each
		}
		in, _ := newIntake(t)
		a, err := in.Accept(t.Context(), "a", bytes.NewReader(data))
		if err != nil && countersign.KindOf(err) != countersign.Invalid {
			t.Fatal(err)
		}
		if err == nil && (a.Size == 0 || a.SHA256 == "" || extensions[a.MediaType] == nil) {
			t.Fatalf("%+v", a)
		}
	})
}
