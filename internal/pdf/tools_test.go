package pdf_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/pdf"
)

// document is a finished PDF, as a file for the tools that look at it.
type document struct {
	t    *testing.T
	path string
	data []byte
}

// makePDF makes the portfolio.
func makePDF(t *testing.T, p countersign.Portfolio, images pdf.ImageOpener) document {
	t.Helper()
	var b bytes.Buffer
	if err := pdf.Portfolio(t.Context(), &b, p, images, nil); err != nil {
		t.Fatalf("Portfolio() error = %v", err)
	}
	return keep(t, b.Bytes())
}

// keep writes a document to a file.
func keep(t *testing.T, data []byte) document {
	t.Helper()
	d := document{t, filepath.Join(t.TempDir(), "document.pdf"), data}
	if err := os.WriteFile(d.path, d.data, 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// run runs a tool and returns what it prints; a missing one fails the test
// with the command that installs it.
func (d document) run(tool string, args ...string) string {
	d.t.Helper()
	install := "poppler-utils"
	if tool == "qpdf" {
		install = "qpdf"
	}
	path, err := exec.LookPath(tool)
	if err != nil {
		d.t.Fatalf("this test needs %s; install it with: apt-get install %s", tool, install)
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("%s %v: %v\n%s", tool, args, err, out)
	}
	return string(out)
}

// check runs qpdf over the file.
func (d document) check() {
	d.t.Helper()
	if out := d.run("qpdf", "--check", d.path); !strings.Contains(out, "No syntax or stream encoding errors") {
		d.t.Errorf("qpdf --check:\n%s", out)
	}
}

// pages returns the text of each page, page 1 first, in the order in which it
// was drawn and with every stretch of white space as one space.
func (d document) pages() []string {
	d.t.Helper()
	pages := strings.Split(d.run("pdftotext", "-raw", d.path, "-"), "\f")
	pages = pages[:len(pages)-1]
	for i, p := range pages {
		pages[i] = flat(strings.ReplaceAll(p, "-\n", "-"))
	}
	return pages
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// info returns a line of what pdfinfo prints.
func (d document) info(field string) string {
	d.t.Helper()
	m := regexp.MustCompile(`(?m)^` + field + `: +(.*)$`).FindStringSubmatch(d.run("pdfinfo", d.path))
	if m == nil {
		return ""
	}
	return m[1]
}

// bookmark is an entry of the outline.
type bookmark struct {
	Title string     `json:"title"`
	Page  int        `json:"destpageposfrom1"`
	Kids  []bookmark `json:"kids"`
}

func (d document) outline() []bookmark {
	d.t.Helper()
	var out struct{ Outlines []bookmark }
	if err := json.Unmarshal([]byte(d.run("qpdf", "--json=2", "--json-key=outlines", d.path)), &out); err != nil {
		d.t.Fatal(err)
	}
	return out.Outlines
}

// flatten returns the entries with all below them, in order.
func flatten(entries []bookmark) []bookmark {
	var out []bookmark
	for _, b := range entries {
		out = append(append(out, b), flatten(b.Kids)...)
	}
	return out
}

// destinations returns the pages that links lead to.
func (d document) destinations() []int {
	var out []int
	for _, m := range regexp.MustCompile(`/Subtype /Link .*?/Dest \[(\d+) 0 R`).FindAllSubmatch(d.data, -1) {
		object, _ := strconv.Atoi(string(m[1]))
		out = append(out, (object-1)/2)
	}
	return out
}
