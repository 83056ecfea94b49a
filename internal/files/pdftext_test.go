package files

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

// madePDF puts objects, numbered from 1, into a file.
func madePDF(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n")
	return b.Bytes()
}

// packed is a stream with its dictionary's other entries.
func packed(entries, content string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(content))
	_ = z.Close()
	return fmt.Sprintf("<<%s /Filter /FlateDecode /Length %d>>stream\n%s\nendstream", entries, b.Len(), b.String())
}

const (
	simpleFont = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
	onePage    = "<</Type/Page/Parent 9 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents 2 0 R>>"
)

func TestTextOfAPDFIsRead(t *testing.T) {
	t.Parallel()
	cmap := packed("", "1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0001> <004D> <0002> <0072> endbfchar 1 beginbfrange <0010> <0019> <0030> endbfrange")
	for _, tc := range []struct {
		name    string
		objects []string
		want    string
		unread  bool
	}{
		{"plain", []string{onePage, "<</Length 41>>stream\nBT /F1 12 Tf (Seen with 943 476 5919) Tj ET\nendstream", simpleFont}, "Seen with 943 476 5919", false},
		{"packed, in pieces", []string{onePage, packed("", `BT /F1 12 Tf [(94) 20 (3 47) -5 (6 5919)] TJ 0 -14 Td (\116ext \(line\)) Tj ET`), simpleFont}, "943 476 5919\nNext (line)", false},
		{"spaces by moving", []string{onePage, packed("", "BT /F1 12 Tf [(Mrs) -300 (Patterson)] TJ ET"), simpleFont}, "Mrs Patterson", false},
		{"a font that says what its codes mean", []string{onePage, packed("", "BT /F1 9 Tf <0001000200190014> Tj ET"), "<</Type/Font/Subtype/Type0/ToUnicode 4 0 R>>", cmap}, "Mr94", false},
		{"a font that doesn't", []string{onePage, packed("", "BT /F1 9 Tf <00010002> Tj ET"), "<</Type/Font/Subtype/Type0>>"}, "", true},
		{"objects in a stream", []string{packed("/Type/ObjStm/N 1/First 5", "20 0 "+onePage), packed("", "BT /F1 9 Tf (Found) Tj ET"), simpleFont}, "Found", false},
		{"a note, a field and a property", []string{onePage, packed("", "BT (x) Tj ET"), simpleFont, "<</Type/Annot/Contents(A note)>>", "<</FT/Tx/V<FEFF0041>>>", "<</Title(A title)>>"}, "A note\nA\nA title", false},
		{"metadata", []string{onePage, packed("", "BT (x) Tj ET"), simpleFont, packed("/Type/Metadata", "<x:xmp><dc:creator>Mrs Patterson</dc:creator></x:xmp>")}, "Mrs Patterson", false},
		{"a scanned page", []string{"<</Type/Page/Resources<</XObject<</I 3 0 R>>>>/Contents 2 0 R>>", packed("", "q /I Do Q"), "<</Subtype/Image/Filter/DCTDecode/Length 0>>stream\n\nendstream"}, "", true},
		{"encrypted", []string{onePage, packed("", "BT (x) Tj ET"), simpleFont, "<</Encrypt 5 0 R>>"}, "", true},
		{"no page", []string{"<</Type/Catalog>>"}, "", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, unread, err := pdfText(t.Context(), madePDF(tc.objects...))
			if err != nil || unread != tc.unread || !strings.Contains(squeezed(got), squeezed(tc.want)) {
				t.Errorf("pdfText() = %q, unread %v, %v; want %q, unread %v", got, unread, err, tc.want, tc.unread)
			}
		})
	}
}

// squeezed drops empty lines and blanks at their ends.
func squeezed(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func TestAPDFWithAnNHSNumberIsRefusedAndAnUnreadOneAskedAbout(t *testing.T) {
	t.Parallel()
	var asked []string
	guard := testGuard
	guard.Unread = func(_ context.Context, field, sum string) error {
		asked = append(asked, sum)
		return countersign.InvalidField(field, "Look through it")
	}
	in := NewIntake(newVault(t), t.TempDir(), guard)
	for _, tc := range []struct{ text, want string }{
		{"BT /F1 12 Tf (Seen with 943 476 5919) Tj ET", "NHS number"},
		{"BT /F1 12 Tf (Seen in a clinic) Tj ET", ""},
		{"", ""},
	} {
		_, err := in.Accept(t.Context(), "letter.pdf", bytes.NewReader(madePDF(onePage, packed("", tc.text), simpleFont)))
		if got := countersign.MessageOf(err); !strings.Contains(got, tc.want) || (err == nil) != (tc.want == "") {
			t.Errorf("%q: %v, want %q", tc.text, err, tc.want)
		}
	}
	if _, err := in.Accept(t.Context(), "scan.pdf", bytes.NewReader(madePDF("<</Type/Catalog>>"))); err == nil || len(asked) != 1 || len(asked[0]) != 64 {
		t.Errorf("a scan: %v, asked about %v", err, asked)
	}
}

// What a small PDF unpacks to is bounded, and so is how deep it nests.
func TestAHostilePDFEndsSoon(t *testing.T) {
	t.Parallel()
	bomb := packed("", strings.Repeat(" ", 40<<20))
	for name, data := range map[string][]byte{
		"unpacks to more than is read": madePDF("<</Type/Page/Contents[2 0 R 3 0 R]>>", bomb, bomb),
		"nests without end":            madePDF("<</Type/Page/Contents " + strings.Repeat("[", 1_000_000)),
		"refers to itself":             madePDF("<</Type/Page/Parent 1 0 R/Contents 2 0 R>>", "2 0 R"),
	} {
		if _, _, err := pdfText(t.Context(), data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := pdfText(ended, madePDF(onePage, packed("", "BT (x) Tj ET"), simpleFont)); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}

func FuzzPDFText(f *testing.F) {
	f.Add(madePDF(onePage, packed("", "BT /F1 12 Tf [(a) -300 <62>] TJ ET"), simpleFont))
	f.Add([]byte("%PDF-1.7\n1 0 obj[[<</A(\\"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, _, err := pdfText(t.Context(), data); err != nil {
			t.Fatal(err)
		}
	})
}

// What a Word document says of itself, and what the pictures in it say, is
// searched as its text is.
func TestPropertiesAndPicturesOfAWordDocumentAreSearched(t *testing.T) {
	t.Parallel()
	const number = "943 476 5919"
	jpg := withSegment(encodeTestJPEG(t, photo(32, 24)), 0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00<dc:title>"+number+"</dc:title>"))
	pic := withChunk(encodeTestPNG(t, photo(32, 24)), "tEXt", []byte("Comment\x00"+number))
	in, _ := newIntake(t)
	for name, part := range map[string]entry{
		"title":   {"docProps/core.xml", "<c:coreProperties><dc:title>" + number + "</dc:title></c:coreProperties>"},
		"custom":  {"docProps/custom.xml", "<Properties><property name=\"x\"><vt:lpwstr>" + number + "</vt:lpwstr></property></Properties>"},
		"comment": {"word/comments.xml", "<w:comments><w:p><w:r><w:t>943 476</w:t></w:r><w:r><w:t> 5919</w:t></w:r></w:p></w:comments>"},
		"JPEG":    {"word/media/image1.jpeg", string(jpg)},
		"PNG":     {"word/media/image1.png", string(pic)},
	} {
		if _, err := in.Accept(t.Context(), "a.docx", bytes.NewReader(docx(t, "<w:p/>", part))); !strings.Contains(countersign.MessageOf(err), "NHS number") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
