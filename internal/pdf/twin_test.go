package pdf_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"countersign/internal/countersign"
	"countersign/internal/view"
)

// part is an element of a document that holds text, with all of it.
type part struct{ role, text string }

var (
	partPattern = regexp.MustCompile(`^( *)(\w+)(?: \(\w+\))?:?$`)
	textPattern = regexp.MustCompile(`^( *)"(.*)"$`)
)

// structure returns the parts of the PDF as a screen reader comes to them.
// What is in a line stays with the part around it.
func (d document) structure() []part {
	d.t.Helper()
	var out []part
	depth := 0 // of the last part
	for line := range strings.Lines(d.run("pdfinfo", "-struct-text", d.path)) {
		line = strings.TrimSuffix(line, "\n")
		if m := textPattern.FindStringSubmatch(line); m != nil {
			out[len(out)-1].text += m[2]
			continue
		}
		m := partPattern.FindStringSubmatch(line)
		if m == nil || m[2] == "Object" {
			continue
		}
		if m[2] == "Link" && len(m[1]) > depth {
			continue
		}
		depth = len(m[1])
		out = append(out, part{m[2], ""})
	}
	return slices.DeleteFunc(out, func(p part) bool { return p.text == "" })
}

// twin returns the parts of the portfolio's page.
func twin(t *testing.T, p countersign.Portfolio) []part {
	t.Helper()
	v, err := view.New(view.Site{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := v.RenderDocument(&b, view.NewPortfolioPage(p)); err != nil {
		t.Fatal(err)
	}
	page, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	var out []part
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if strings.Contains(class(n), "app-chart") {
			return
		}
		if n.DataAtom == atom.Nav { // compared by its heading alone
			out = append(out, part{"h2", "Contents"})
			return
		}
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.P, atom.Dt, atom.Dd, atom.Th, atom.Td, atom.Figcaption:
			out = append(out, part{n.Data, shownText(n)})
			return
		case atom.Li:
			if !slices.ContainsFunc(slices.Collect(n.Descendants()), func(k *html.Node) bool { return k.DataAtom == atom.P }) {
				out = append(out, part{n.Data, shownText(n)})
				return
			}
		case atom.Svg, atom.Caption, atom.Style, atom.Title, atom.Button:
			return
		}
		for k := range n.ChildNodes() {
			walk(k)
		}
	}
	walk(page)
	return out
}

// shownText is the text of an element without what is there for small screens.
func shownText(n *html.Node) string {
	var b strings.Builder
	var walk func(k *html.Node)
	walk = func(k *html.Node) {
		if k.Type == html.TextNode {
			b.WriteString(k.Data)
		}
		if c := class(k); strings.Contains(c, "nhsuk-table__heading") || strings.Contains(c, "nhsuk-caption") {
			return
		}
		for kid := range k.ChildNodes() {
			walk(kid)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func class(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "class" {
			return a.Val
		}
	}
	return ""
}

// letters leaves only what is spoken the same whatever stands between.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// A screen reader finds the same headings at the same levels, and the same
// texts in the same order, in the PDF as on the page.
func TestThePDFReadsAsItsHTMLTwin(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 60, true)
	for i := range s.Pieces { // what the fonts lack is shown in another way
		s.Pieces[i].Reflection = strings.ReplaceAll(s.Pieces[i].Reflection, "😀👍🏽", "")
	}
	d := makePDF(t, s.Portfolio, s.files)
	parts, page := d.structure(), twin(t, s.Portfolio)

	var got, want []string
	for _, p := range parts {
		if len(p.role) == 2 && p.role[0] == 'H' && p.text != "Characters shown in another way" { // that is about the PDF
			got = append(got, strings.ToLower(p.role)+" "+letters(p.text))
		}
	}
	for _, p := range page {
		if len(p.role) == 2 && p.role[0] == 'h' {
			want = append(want, p.role+" "+letters(p.text))
		}
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("heading %d differs:\nPDF  %q\npage %q", i+1, got[i:min(i+3, len(got))], want[i:min(i+3, len(want))])
		}
	}

	if got, want := items(parts, "LBody"), items(page, "li"); got == 0 || got != want {
		t.Errorf("%d items of lists are about a piece of evidence, and %d on the page", got, want)
	}

	var all strings.Builder
	for _, p := range parts {
		all.WriteString(letters(p.text))
	}
	text, at, main := all.String(), 0, 0
	var absent []part
	for _, p := range page {
		w := letters(p.text)
		if len(w) < 25 { // too short to be told from others
			continue
		}
		if i := strings.Index(text[at:], w); i >= 0 {
			at += i + len(w)
		} else if strings.Contains(text, w) {
			t.Errorf("%s %q comes earlier in the PDF than on the page", p.role, p.text)
		} else {
			absent = append(absent, p)
		}
		main++
	}
	if len(absent)*50 > main {
		t.Errorf("%d of %d texts of the page aren't in the PDF:\n%q", len(absent), main, absent)
	}
}

// items counts the items of lists that are each about a piece of evidence.
func items(parts []part, role string) (n int) {
	for _, p := range parts {
		if p.role == role && strings.HasPrefix(p.text, "Piece ") {
			n++
		}
	}
	return n
}
