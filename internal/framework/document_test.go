package framework_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// sameBack writes f as YAML and as JSON and reads both again.
func sameBack(t testing.TB, f countersign.Framework) {
	t.Helper()
	doc := framework.Document(f)
	var asJSON bytes.Buffer
	enc := json.NewEncoder(&asJSON)
	enc.SetIndent("", " ")
	if err := enc.Encode(doc); err != nil {
		t.Fatalf("JSON: %v", err)
	}
	for format, text := range map[string][]byte{"YAML": doc.YAML(), "JSON": asJSON.Bytes()} {
		got, err := framework.Parse(format, text)
		if err != nil {
			t.Fatalf("%v\nin:\n%s", err, text)
		}
		got.SHA256 = f.SHA256
		if diff := cmp.Diff(f, got); diff != "" {
			t.Fatalf("%s, read back (-want +got):\n%s\nin:\n%s", format, diff, text)
		}
	}
}

func TestDocumentOfSmallReadsBack(t *testing.T) {
	t.Parallel()
	f, err := framework.Parse("", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	sameBack(t, f)
}

// What the REST interface shows has the keys of the file, and lists that are
// empty but belong there are [] and not null.
func TestDocumentAsJSON(t *testing.T) {
	t.Parallel()
	f, err := framework.Parse("", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(framework.Document(f), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	for _, list := range []string{"domains", "duties", "levels", "assess"} {
		empty, err := json.Marshal(framework.Document(countersign.Framework{}))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(empty, fmt.Appendf(nil, "%q:[]", list)) {
			t.Errorf("%s isn't [] in %s", list, empty)
		}
	}
}

// The exported YAML reads like a file that a person wrote.
func TestDocumentAsYAML(t *testing.T) {
	t.Parallel()
	f, err := framework.Parse("", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/small.exported.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(framework.Document(f).YAML())); diff != "" {
		t.Errorf("YAML (-want +got):\n%s", diff)
	}
}

// One set of structs, one set of keys: every field has the same key in both
// formats, and every one has a check.
func TestKeysAreTheSameInBothFormats(t *testing.T) {
	t.Parallel()
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct {
			return
		}
		for i := range typ.NumField() {
			f := typ.Field(i)
			// JSON needs omitzero to leave a group of keys out.
			if y, j := f.Tag.Get("yaml"), strings.Replace(f.Tag.Get("json"), "omitzero", "omitempty", 1); y == "" || y != j {
				t.Errorf("%v.%s: yaml %q, json %q", typ, f.Name, y, j)
			}
			if _, ok := f.Tag.Lookup("check"); !ok {
				t.Errorf("%v.%s has no check tag", typ, f.Name)
			}
			visit(f.Type)
		}
	}
	visit(reflect.TypeFor[framework.File]())
}

// Document and Parse are inverse for any framework that Parse accepts, with
// whatever characters in its texts.
func TestDocumentReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		f := anyFramework(rt)
		text := framework.Document(f).YAML()
		got, err := framework.Parse("", text)
		if err != nil {
			rt.Fatalf("%v\nin:\n%s", err, text)
		}
		f.SHA256 = got.SHA256
		if diff := cmp.Diff(f, got); diff != "" {
			rt.Fatalf("read back (-want +got):\n%s\nin:\n%s", diff, text)
		}
		encoded, err := json.Marshal(framework.Document(f))
		if err != nil {
			rt.Fatal(err)
		}
		if got, err = framework.Parse("", encoded); err != nil {
			rt.Fatalf("%v\nin:\n%s", err, encoded)
		}
		f.SHA256 = got.SHA256
		if diff := cmp.Diff(f, got); diff != "" {
			rt.Fatalf("JSON read back (-want +got):\n%s", diff)
		}
	})
}

// awkward are the characters and words that YAML treats specially.
var awkward = []string{
	"a", "Z", "0", "7", "-", "- ", ":", ": ", "#", " #", "'", `"`, `\`, "\\n", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "%", "@",
	"`", "?", "? ", "~", "=", "<<", "...", "---", "true", "no", "null", "1.0", "0x1", "é", "’", "😀", "\u00a0", "\u200d", "word", "sentence", " ", " ", " ",
	"https://example.org", "2018-01-01", "12:30", "{{", "%YAML", "</script>",
}

// line is a text without line breaks, prose one with.
func line(rt *rapid.T, label string) string { return text(rt, label, awkward) }

func prose(rt *rapid.T, label string) string {
	return text(rt, label, append([]string{"\n", "\n\n", "\n ", "a longer passage, which is folded when it is written"}, awkward...))
}

func text(rt *rapid.T, label string, from []string) string {
	s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(from), 1, 25).Draw(rt, label), "")
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	if s = strings.TrimSpace(strings.Join(lines, "\n")); s == "" {
		return "x"
	}
	return s
}

func maybe(rt *rapid.T, label string, fn func(*rapid.T, string) string) string {
	if rapid.Bool().Draw(rt, label+"?") {
		return fn(rt, label)
	}
	return ""
}

func anyFramework(rt *rapid.T) countersign.Framework {
	number := func(label string, least, most int) int { return rapid.IntRange(least, most).Draw(rt, label) }
	f := countersign.Framework{
		ID:      rapid.StringMatching(`[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,2}`).Draw(rt, "id"),
		Version: fmt.Sprintf("%d.%d.%d", number("major", 0, 20), number("minor", 0, 20), number("patch", 0, 20)),
		Title:   line(rt, "title"), Status: countersign.FrameworkRetired, Standing: countersign.Official, Notice: maybe(rt, "notice", prose),
		Role: countersign.Role{
			Title: line(rt, "role"), Purpose: prose(rt, "purpose"),
			ReportsTo: maybe(rt, "reports to", line), Band: maybe(rt, "band", line),
		},
		Programme: countersign.Programme{
			MonthsMin: number("min", 1, 6), MonthsMax: number("max", 6, 60), ExtensionMonths: number("extension", 0, 24),
			Pace:                  framework.Usual(),
			ProtectedHoursPerWeek: number("hours", 0, 60), ReviewEveryMonths: number("review", 0, 12), ProgrammeNote: maybe(rt, "note", prose),
		},
		Signing: countersign.Signing{
			Assess:      []countersign.NamingRole{countersign.Assessor, countersign.GPSupervisor},
			Countersign: countersign.Assessor, TwoPeople: rapid.Bool().Draw(rt, "two people"),
		},
	}
	if rapid.Bool().Draw(rt, "pace") {
		f.Pace = countersign.PaceRule{
			StillDays: number("still", 7, 365), WaitDays: number("wait", 1, 365), BehindPercent: number("behind", 1, 100), MentorLoad: number("load", 1, 50),
			Basis: prose(rt, "basis"), Source: maybe(rt, "of", line),
		}
	}
	for i := range number("sources", 0, 2) {
		f.Sources = append(f.Sources, countersign.Source{ID: fmt.Sprintf("S%d", i), Title: line(rt, "source"), URL: "https://example.org/a?b=c#d"})
	}
	for i := range number("milestones", 0, 2) {
		f.Milestones = append(f.Milestones, countersign.Milestone{Code: fmt.Sprint(i), Title: line(rt, "milestone"), Month: i})
	}
	for i := range number("levels", 1, 3) {
		f.Scale.Levels = append(f.Scale.Levels, countersign.Level{Code: fmt.Sprint(i), Title: line(rt, "level"), Meaning: prose(rt, "meaning")})
	}
	f.Scale.Threshold = f.Scale.Levels[number("threshold", 0, len(f.Scale.Levels)-1)].Code
	var codes []string
	for i := range number("domains", 1, 2) {
		d := countersign.Domain{Code: rapid.SampledFrom([]string{"D", "no", "1.5", "1e3", "x_y"}).Draw(rt, "domain") + fmt.Sprint(i), Title: line(rt, "domain title")}
		if rapid.Bool().Draw(rt, "domain assess") {
			f.Signing.DomainAssess = map[string][]countersign.NamingRole{d.Code: {countersign.ManagerOfPractice}}
		}
		for range number("competencies", 1, 3) {
			c := anyCompetency(rt, f.Scale)
			c.Domain, c.Code = d.Code, fmt.Sprintf("%d.%s", len(codes), rapid.SampledFrom([]string{"P", "0", "null"}).Draw(rt, "code"))
			codes = append(codes, c.Code)
			d.Competencies = append(d.Competencies, c)
		}
		f.Domains = append(f.Domains, d)
	}
	for i := range number("duties", 1, 2) {
		d := countersign.Duty{Code: fmt.Sprintf("T%d", i), Text: prose(rt, "duty")}
		if n := number("evidenced by", 0, len(codes)); n > 0 {
			d.Competencies = codes[:n:n]
		}
		f.Role.Duties = append(f.Role.Duties, d)
	}
	return f
}

func anyCompetency(rt *rapid.T, s countersign.Scale) countersign.Competency {
	number := func(label string, least, most int) int { return rapid.IntRange(least, most).Draw(rt, label) }
	c := countersign.Competency{
		Title: line(rt, "competency"), Statement: prose(rt, "statement"), Core: rapid.Bool().Draw(rt, "core"),
		Threshold: s.Levels[number("own threshold", 0, len(s.Levels)-1)].Code,
		Guidance:  maybe(rt, "guidance", prose), Source: maybe(rt, "from", line),
		Evidence: countersign.EvidenceKinds(), RenewMonths: number("renew", 0, 120),
		Requires: countersign.Requirement{
			Pieces: number("pieces", 10, 100), Observed: number("observed", 0, 4), Assessors: number("assessors", 0, 10),
			WithinMonths: number("within", 0, 120), Entries: number("entries", 0, 1000),
		},
		EquivalentTo: []string{"another:" + rapid.StringMatching(`[A-Z]{1,3}[0-9]?`).Draw(rt, "equivalent")},
	}
	if rapid.Bool().Draw(rt, "groups") {
		c.Requires.Kinds = [][]countersign.EvidenceKind{{countersign.Certificate}, {countersign.Audit, countersign.Observation}}
	}
	if rapid.Bool().Draw(rt, "replaces") {
		c.Replaces = []string{"OLD-1", "007"}
	}
	return c
}
