package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var contentPattern = regexp.MustCompile(`\n(\d+) 0 obj\n<</Filter /FlateDecode /Length (\d+)>>\nstream\n`)

// contents returns what is drawn on each page.
func (d document) contents() [][]byte {
	d.t.Helper()
	byObject := map[int][]byte{}
	for _, m := range contentPattern.FindAllSubmatchIndex(d.data, -1) {
		object, _ := strconv.Atoi(string(d.data[m[2]:m[3]]))
		z, err := zlib.NewReader(bytes.NewReader(d.data[m[1]:]))
		if err != nil {
			d.t.Fatal(err)
		}
		if byObject[object], err = io.ReadAll(z); err != nil {
			d.t.Fatal(err)
		}
	}
	var out [][]byte
	for page := 1; bytes.Contains(d.data, fmt.Appendf(nil, "\n%d 0 obj\n<</Type /Page\n", 1+2*page)); page++ {
		out = append(out, byObject[2+2*page])
	}
	return out
}

// tokens splits what is drawn into operands and operators; a string is one.
func tokens(content []byte) []string {
	var out []string
	for i := 0; i < len(content); {
		switch c := content[i]; {
		case c == ' ' || c == '\n':
			i++
		case c == '(':
			end := i + 1
			for content[end] != ')' {
				if content[end] == '\\' {
					end++
				}
				end++
			}
			out = append(out, "()")
			i = end + 1
		default:
			end := i + 1
			for end < len(content) && !bytes.ContainsRune([]byte(" \n("), rune(content[end])) {
				end++
			}
			out = append(out, string(content[i:end]))
			i = end
		}
	}
	return out
}

var drawing = strings.Fields("Tj TJ ' \" S s f F f* B B* b b* Do sh BI m l c v y h re n W W*")

// unmarked returns what is drawn on a page outside every mark, and the numbers
// of the marks.
func unmarked(content []byte) (outside []string, marks []int, err error) {
	depth, inText := 0, false
	all := tokens(content)
	for i, op := range all {
		switch {
		case op == "BDC" || op == "BMC":
			depth++
			if inText {
				return nil, nil, fmt.Errorf("a mark begins inside a text object")
			}
			if i > 1 && all[i-2] == "<</MCID" {
				n, err := strconv.Atoi(strings.TrimSuffix(all[i-1], ">>"))
				if err != nil || depth > 1 {
					return nil, nil, fmt.Errorf("a mark inside another: %v", all[i-3:i+1])
				}
				marks = append(marks, n)
			}
		case op == "EMC":
			if depth--; depth < 0 {
				return nil, nil, fmt.Errorf("a mark ends that didn't begin")
			}
		case op == "BT" || op == "ET":
			inText = op == "BT"
		case slices.Contains(drawing, op) && depth == 0:
			outside = append(outside, op)
		}
	}
	if depth != 0 {
		return nil, nil, fmt.Errorf("%d marks have no end", depth)
	}
	return outside, marks, nil
}

// checkMarks holds every page to what a screen reader relies on.
func (d document) checkMarks() {
	d.t.Helper()
	for i, content := range d.contents() {
		outside, marks, err := unmarked(content)
		if err != nil || len(outside) > 0 {
			d.t.Errorf("page %d: drawn outside every mark: %v, %v", i+1, outside, err)
		}
		for n, mark := range marks {
			if n != mark {
				d.t.Errorf("page %d: mark %d has the number %d", i+1, n, mark)
			}
		}
		if want := fmt.Sprintf("\n%d 0 obj\n<</Type /Page\n/Parent 1 0 R\n/Resources 2 0 R\n/StructParents %d\n/Tabs /S\n", 3+2*i, i); !bytes.Contains(d.data, []byte(want)) {
			d.t.Errorf("page %d isn't in the parent tree", i+1)
		}
	}
	// Elements of elements hold no content of their own, and none is empty.
	for _, m := range regexp.MustCompile(`<</S /(\w+) /P \d+ 0 R.*? /K \[(.*?)\]>>\n`).FindAllSubmatch(d.data, -1) {
		role, kids := string(m[1]), string(m[2])
		if slices.Contains([]string{"Document", "Sect", "L", "LI", "Table", "TR", "TOC", "TOCI"}, role) && regexp.MustCompile(`(^|R )\d+( \d+ 0 R|$)|MCID`).MatchString(kids) {
			d.t.Errorf("a %s holds content itself: %s", role, kids)
		}
		if kids == "" && role != "TD" && role != "TH" {
			d.t.Errorf("a %s is empty", role)
		}
	}
}

func TestEverythingDrawnIsInsideAMarkOrForTheEyeOnly(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 60, 300} {
		t.Run(fmt.Sprint(n, " pieces"), func(t *testing.T) {
			s := newSample(sampleFramework(), n, n == 60)
			makePDF(t, s.Portfolio, s.files).checkMarks()
		})
	}
	t.Run("a certificate", func(t *testing.T) { certify(t, verified()).checkMarks() })
	t.Run("a review", func(t *testing.T) { reviewPDF(t).checkMarks() })
	t.Run("a sealed portfolio", func(t *testing.T) { sealPDF(t, 2, true).checkMarks() })
	t.Run("what is outside is found", func(t *testing.T) {
		if outside, _, err := unmarked([]byte("/P <</MCID 0>> BDC\nBT 1 0 Td (a\\)b) Tj ET\nEMC\n0 0 1 1 re f")); len(outside) != 2 || err != nil {
			t.Errorf("%v, %v", outside, err)
		}
	})
}
