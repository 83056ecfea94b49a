package files

import (
	"bytes"
	"mime"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

// FuzzDOCX looks at the XML of a Word document, which the ZIP around it keeps
// FuzzAccept from.
func FuzzDOCX(f *testing.F) {
	f.Add("<w:p><w:r><w:t>Hello</w:t></w:r></w:p>", "word/header1.xml", "<w:hdr><w:p/></w:hdr>")
	f.Add("<w:t>943 476</w:t><w:t> 5919</w:t>", "../x", "")
	f.Add("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><w:t>&b;</w:t>", "word/vbaProject.bin", "x")
	f.Fuzz(func(t *testing.T, body, name, more string) {
		if len(name) > 1000 || strings.HasSuffix(name, "/") {
			return // what our own writer of ZIP can't do
		}
		in, _ := newIntake(t)
		_, err := in.Accept(t.Context(), "a.docx", bytes.NewReader(docx(t, body, entry{name, more})))
		if err != nil && countersign.KindOf(err) != countersign.Invalid {
			t.Fatal(err)
		}
	})
}

// FuzzContentDisposition looks for a name that a browser would read as another
// one, or as another parameter.
func FuzzContentDisposition(f *testing.F) {
	for _, name := range []string{"notes.txt", "a\"; filename=\"b.exe", "naïve 字.pdf", "%41%", "a\r\nSet-Cookie: x=y", "\xff", "'", "a''b"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := ContentHeaders(name, PDF).Get("Content-Disposition")
		kind, params, err := mime.ParseMediaType(got)
		if err != nil || kind != "attachment" || params["filename"] != name || len(params) != 1 || strings.ContainsAny(got, "\r\n") {
			t.Errorf("%q becomes %q, which is read as %q with %v", name, got, params, err)
		}
	})
}
