package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"countersign/templates"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// The NHS.UK frontend package ships, for every component, the parameters and
// the HTML of all its documented variants. TestConformance renders our
// component from the same parameters and compares the HTML as a stream of
// tokens: the order of attributes and of classes and the amount of white space
// are ignored, everything else must be the same.
//
// Every fixture of a component we have is either compared or excluded by name,
// with the reason, in conformance_excluded_test.go. The mapping from their
// parameters to our props (conformance_map*_test.go) is strict: a parameter
// that it doesn't know fails the fixture, so none is passed over in silence.
// Where our prop takes Blocks and the fixture gives HTML, a marker is rendered
// and replaced by that HTML before comparing.

// conformance is the number of fixtures that pass, by component. It may rise
// and never fall.
var conformance = map[string]int{
	"action-link":         2,
	"back-link":           2,
	"breadcrumb":          2,
	"button":              66,
	"card":                44,
	"character-count":     30,
	"checkboxes":          54,
	"date-input":          38,
	"details":             11,
	"do-dont-list":        12,
	"error-message":       6,
	"error-summary":       11,
	"fieldset":            4,
	"file-upload":         20,
	"footer":              13,
	"header":              58,
	"heading":             33,
	"hint":                1,
	"input":               38,
	"inset-text":          3,
	"label":               31,
	"legend":              27,
	"notification-banner": 15,
	"pagination":          11,
	"panel":               15,
	"password-input":      17,
	"radios":              44,
	"search-input":        20,
	"select":              20,
	"skip-link":           3,
	"summary-list":        25,
	"tables":              139,
	"tabs":                5,
	"tag":                 28,
	"task-list":           5,
	"textarea":            16,
	"warning-callout":     6,
}

const fixturesDir = "../../templates/node_modules/nhsuk-frontend/dist/nhsuk/components"

type fixture struct {
	Name      string         `json:"name"`
	Context   map[string]any `json:"context"`
	CallBlock any            `json:"callBlock"`
	HTML      string         `json:"html"`
	key       string         // name, with #2 for the second of that name
}

func TestConformance(t *testing.T) {
	t.Parallel()
	shared, err := parseShared(Site{}, templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	passed, excluded, total := 0, 0, 0
	for _, name := range slices.Sorted(maps.Keys(mappings)) {
		m := mappings[name]
		fixtures := readFixtures(t, name)
		n, out := 0, 0
		t.Run(name, func(t *testing.T) {
			known := map[string]bool{}
			for _, f := range fixtures {
				known[f.key] = true
				if exclusions[name][f.key] != "" {
					out++
					continue
				}
				if diff := compare(shared, m, f); diff != "" {
					t.Errorf("%s: %s", f.key, diff)
					continue
				}
				n++
			}
			for key := range exclusions[name] {
				if !known[key] {
					t.Errorf("the excluded fixture %q doesn't exist", key)
				}
			}
			if n < conformance[name] {
				t.Errorf("%d fixtures pass, fewer than the %d recorded", n, conformance[name])
			}
			if n > conformance[name] {
				t.Errorf("%d fixtures pass, more than the %d recorded: raise the number", n, conformance[name])
			}
		})
		t.Logf("%-20s %3d passed, %2d excluded of %3d", name, n, out, len(fixtures))
		passed, excluded, total = passed+n, excluded+out, total+len(fixtures)
	}
	t.Logf("%-20s %3d passed, %2d excluded of %3d", "all", passed, excluded, total)
}

func readFixtures(t *testing.T, component string) []fixture {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(fixturesDir, component, "fixtures.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatal("the NHS.UK frontend package is not installed. Run: make assets")
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Fixtures []fixture `json:"fixtures"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for i, f := range file.Fixtures {
		seen[f.Name]++
		file.Fixtures[i].key = f.Name
		if seen[f.Name] > 1 {
			file.Fixtures[i].key = fmt.Sprintf("%s#%d", f.Name, seen[f.Name])
		}
	}
	return file.Fixtures
}

// compare returns what differs, or nothing.
func compare(shared *template.Template, m mapping, f fixture) string {
	run := &run{}
	props := m.props(run, f)
	if run.err != nil {
		return run.err.Error()
	}
	set, err := shared.Clone()
	if err != nil {
		return err.Error()
	}
	var buf bytes.Buffer
	if err := set.ExecuteTemplate(&buf, m.template, props); err != nil {
		return err.Error()
	}
	got := buf.String()
	for i, content := range run.slots {
		got = strings.ReplaceAll(got, slot(i), content)
	}
	want := f.HTML
	if m.adjust != nil {
		want = m.adjust(want)
	}
	return cmp.Diff(tokens(want), tokens(got))
}

func slot(i int) string { return fmt.Sprintf("[[content %d]]", i) }

// tokens returns the HTML as comparable lines.
func tokens(src string) []string {
	var out []string
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.TextToken:
			if text := strings.Join(strings.Fields(string(z.Text())), " "); text != "" {
				out = append(out, html.UnescapeString(text))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			attrs := make([]string, 0, len(t.Attr))
			for _, a := range t.Attr {
				if a.Key == "class" {
					a.Val = strings.Join(slices.Sorted(slices.Values(strings.Fields(a.Val))), " ")
				}
				attrs = append(attrs, fmt.Sprintf(" %s=%q", a.Key, a.Val))
			}
			slices.Sort(attrs)
			out = append(out, "<"+t.Data+strings.Join(attrs, "")+">")
		case html.EndTagToken:
			out = append(out, "</"+z.Token().Data+">")
		}
	}
}
