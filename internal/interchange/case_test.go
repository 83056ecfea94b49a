package interchange_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/interchange"
)

var loaded = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// releases are the frameworks that ship with the program, each with the
// version before.
func releases(t testing.TB) []interchange.Release {
	t.Helper()
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var all []interchange.Release
	for i, l := range shipped {
		r := interchange.Release{Framework: l.Framework, File: l.Data, ChangedAt: loaded, BaseURL: "https://learn.example.org"}
		if i > 0 && shipped[i-1].Framework.ID == l.Framework.ID {
			r.Previous = &shipped[i-1].Framework
		}
		all = append(all, r)
	}
	return all
}

func encode(t testing.TB, r interchange.Release, format interchange.Format) []byte {
	t.Helper()
	out, err := r.Encode(format)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// deviations lists everything in which a package differs from CASE 1.1.
func deviations(t testing.TB, data []byte) []string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	var found []string
	interchange.Deviations(v, reflect.TypeFor[interchange.Package](), false, "", func(place, message string) {
		found = append(found, place+": "+message)
	})
	return found
}

// same compares frameworks but for the checksum of the file.
func same(want, got countersign.Framework) string {
	want.SHA256 = got.SHA256
	return cmp.Diff(want, got)
}

func TestExportedCASEIsStrict(t *testing.T) {
	t.Parallel()
	for _, r := range releases(t) {
		data := encode(t, r, interchange.CASE)
		if found := deviations(t, data); len(found) > 0 {
			t.Errorf("%s %s:\n%s", r.Framework.ID, r.Framework.Version, strings.Join(found[:min(len(found), 10)], "\n"))
		}
		if again := encode(t, r, interchange.CASE); !bytes.Equal(data, again) {
			t.Error("the same release gives other bytes")
		}
	}
}

func TestCASEReadsBackWhatItWrote(t *testing.T) {
	t.Parallel()
	for _, r := range releases(t) {
		draft, err := interchange.Decode(interchange.CASE, encode(t, r, interchange.CASE), interchange.Options{})
		if err != nil {
			t.Errorf("%s %s: %v", r.Framework.ID, r.Framework.Version, err)
			continue
		}
		if diff := same(r.Framework, draft.Framework); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", r.Framework.ID, r.Framework.Version, diff)
		}
		if len(draft.Report) > 0 {
			t.Errorf("%s: a package of our own has remarks: %v", r.Framework.ID, draft.Report)
		}
		if again, err := framework.Parse("", draft.File); err != nil || same(draft.Framework, again) != "" {
			t.Errorf("the file doesn't hold the draft: %v", err)
		}
	}
}

// The identifiers are known to others for good: a change of them must be seen.
func TestIdentifiersAreStable(t *testing.T) {
	t.Parallel()
	p := releases(t)[0].Package()
	if p.Document.Identifier != "1b0d66b6-aa98-5773-a3bc-3c61fc7ffc1b" || p.Items[0].Identifier != "62824f5d-2fb5-5540-8514-1735158be000" {
		t.Errorf("document %s, first item %s", p.Document.Identifier, p.Items[0].Identifier)
	}
	seen := map[string]bool{}
	for _, r := range releases(t) {
		p := r.Package()
		ids := []string{p.Document.Identifier}
		for _, it := range p.Items {
			ids = append(ids, it.Identifier)
		}
		for _, a := range p.Associations {
			ids = append(ids, a.Identifier)
		}
		for _, id := range ids {
			if seen[id] {
				t.Errorf("%s is used twice", id)
			}
			seen[id] = true
		}
	}
}

func TestNewVersionSaysWhatItReplaces(t *testing.T) {
	t.Parallel()
	r := releases(t)[0]
	previous := r.Framework
	next := previous
	next.Version = "9.0.0"
	next.Domains = append([]countersign.Domain{}, previous.Domains...)
	next.Domains[0].Competencies = append([]countersign.Competency{}, previous.Domains[0].Competencies...)
	next.Domains[0].Competencies[0].Code = "NEW-1"
	next.Domains[0].Competencies[0].Replaces = []string{previous.Domains[0].Competencies[0].Code}
	next.Role.Duties = []countersign.Duty{{Code: "T1", Text: "All of it"}}
	r.Framework, r.Previous = next, &previous

	before := interchange.Release{Framework: previous, BaseURL: r.BaseURL}.Package()
	old := map[string]string{}
	for _, it := range before.Items {
		old[it.HumanCodingScheme] = it.Identifier
	}
	replaced := map[string]string{}
	for _, a := range r.Package().Associations {
		if a.Type == "replacedBy" {
			replaced[a.Destination.Title] = a.Origin.Identifier
		}
	}
	if got := replaced["NEW-1"]; got != old[previous.Domains[0].Competencies[0].Code] {
		t.Errorf("NEW-1 replaces %s", got)
	}
	if kept := next.Domains[0].Competencies[1].Code; replaced[kept] != old[kept] {
		t.Errorf("%s, which kept its code, replaces %q, want %s", kept, replaced[kept], old[kept])
	}
	draft, err := interchange.Decode(interchange.CASE, encode(t, r, interchange.CASE), interchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := same(next, draft.Framework); diff != "" {
		t.Error(diff)
	}
}

func TestRubricSaysTheLevels(t *testing.T) {
	t.Parallel()
	r := releases(t)[0]
	rubric := r.Package().Rubrics[0]
	if len(rubric.Criteria) != len(r.Framework.Competencies()) {
		t.Fatalf("%d criteria", len(rubric.Criteria))
	}
	for i, c := range r.Framework.Competencies() {
		criterion := rubric.Criteria[i]
		need, _ := r.Framework.Scale.Rank(c.Threshold)
		if criterion.ItemURI.Title != c.Code || len(criterion.Levels) != len(r.Framework.Scale.Levels) {
			t.Fatalf("criterion %+v", criterion)
		}
		for rank, l := range criterion.Levels {
			if enough := l.Feedback == "Enough for a sign-off"; enough != (rank >= need) || l.Score != float64(rank+1) {
				t.Errorf("%s at level %d: %+v", c.Code, rank, l)
			}
		}
	}
}

// foreign is a package as other programs write it, with deviations of many
// kinds. Its items: one group with two standards, of which one has two parts.
const foreign = `{"CFPackage": {
 "CFDocument": {"identifier": "20C5134F-423d-4097-a971-3dd5152bf507", "uri": "http://salt.example/uri/doc", "creator": "Jo Bloggs", "title": "What Standards Could Be",
  "lastChangeDateTime": "2017-05-25T18:05:33", "CFPackageURI": "http://salt.example/uri/doc", "version": "2", "extensions": {}},
 "CFItems": [
  {"identifier": "00000000-0000-4000-8000-000000000001", "uri": "http://salt.example/1", "fullStatement": "Understand ratio concepts.", "humanCodingScheme": "RP.A", "notes": "A note",
   "educationalLevel": "06", "CFItemAssociationURI": "http://salt.example/1/associations", "CFDocumentURI": "http://salt.example/uri/doc", "lastChangeDateTime": "2017-05-25T18:05:33"},
  {"identifier": "00000000-0000-4000-8000-000000000002", "uri": "http://salt.example/2", "fullStatement": "Use \u202eratio\u0007 language.\r\nAlways.", "humanCodingScheme": "RP A/2", "notes": null, "lastChangeDateTime": "2017-05-25T18:05:33Z"},
  {"identifier": "00000000-0000-4000-8000-000000000003", "uri": "http://salt.example/3", "fullStatement": "Reason with ratios.", "humanCodingScheme": "RP.A.3", "lastChangeDateTime": "2017-05-25T18:05:33Z"},
  {"identifier": "00000000-0000-7000-8000-000000000004", "uri": "http://salt.example/4", "fullStatement": "Make tables.", "abbreviatedStatement": "Tables", "notes": "Draw them.", "lastChangeDateTime": "2017-05-25T18:05:33Z"},
  {"identifier": "00000000-0000-4000-8000-000000000005", "uri": "http://salt.example/5", "fullStatement": "Solve problems.", "humanCodingScheme": "RP.A.3b", "lastChangeDateTime": "2017-05-25T18:05:33Z"}],
 "CFAssociations": [
  {"identifier": "00000000-0000-4000-8000-0000000000a1", "uri": "http://salt.example/a1", "associationType": "isChildOf", "sequenceNumber": "1", "lastChangeDateTime": "2017-05-25T18:05:33Z",
   "originNodeURI": {"title": "Origin", "identifier": "00000000-0000-4000-8000-000000000001", "uri": "http://salt.example/1"},
   "destinationNodeURI": {"title": "Destination", "identifier": "20c5134f-423d-4097-a971-3dd5152bf507", "uri": "http://salt.example/uri/doc"}},
  {"identifier": "00000000-0000-4000-8000-0000000000a2", "uri": "http://salt.example/a2", "associationType": "isChildOf", "sequenceNumber": 1, "lastChangeDateTime": "2017-05-25T18:05:33Z",
   "originNodeURI": {"title": "Origin", "identifier": "00000000-0000-4000-8000-000000000002", "uri": "http://salt.example/2"},
   "destinationNodeURI": {"title": "Destination", "identifier": "00000000-0000-4000-8000-000000000001", "uri": "http://salt.example/1"}},
  {"identifier": "00000000-0000-4000-8000-0000000000a3", "uri": "http://salt.example/a3", "associationType": "isChildOf", "sequenceNumber": 2, "lastChangeDateTime": "2017-05-25T18:05:33Z",
   "originNodeURI": {"title": "Origin", "identifier": "00000000-0000-4000-8000-000000000003", "uri": "http://salt.example/3"},
   "destinationNodeURI": {"title": "Destination", "identifier": "00000000-0000-4000-8000-000000000001", "uri": "http://salt.example/1"}},
  {"identifier": "00000000-0000-4000-8000-0000000000a4", "uri": "http://salt.example/a4", "associationType": "isChildOf", "sequenceNumber": 2, "lastChangeDateTime": "2017-05-25T18:05:33Z",
   "originNodeURI": {"title": "Origin", "identifier": "00000000-0000-7000-8000-000000000004", "uri": "http://salt.example/4"},
   "destinationNodeURI": {"title": "Destination", "identifier": "00000000-0000-4000-8000-000000000003", "uri": "http://salt.example/3"}},
  {"identifier": "00000000-0000-4000-8000-0000000000a5", "uri": "http://salt.example/a5", "associationType": "isChildOf", "sequenceNumber": 1, "lastChangeDateTime": "2017-05-25T18:05:33Z",
   "originNodeURI": {"title": "Origin", "identifier": "00000000-0000-4000-8000-000000000005", "uri": "http://salt.example/5"},
   "destinationNodeURI": {"title": "Destination", "identifier": "00000000-0000-4000-8000-000000000003", "uri": "http://salt.example/3"}},
  {"identifier": "00000000-0000-4000-8000-0000000000a6", "uri": "http://salt.example/a6", "associationType": "precedes", "lastChangeDateTime": "2017-05-25T18:05:33Z",
   "originNodeURI": {"title": "Origin", "identifier": "00000000-0000-4000-8000-000000000004", "uri": "http://salt.example/4"},
   "destinationNodeURI": {"title": "Destination", "identifier": "00000000-0000-4000-8000-000000000005", "uri": "http://salt.example/5"}}],
 "CFDefinitions": {"CFItemTypes": [{"identifier": "5b5f9983-eabb-4661-aca4-9e0c81046772", "uri": "http://salt.example/t", "title": "Cluster", "description": null, "hierarchyCode": "1",
   "lastChangeDateTime": "2017-02-14T20:34:39"}]},
 "CFRubrics": [{"identifier": "5b5f9983-eabb-4661-aca4-9e0c81046773", "uri": "http://salt.example/r", "lastChangeDateTime": "2017-02-14T20:34:39Z", "CFRubricCriteria": [
   {"identifier": "5b5f9983-eabb-4661-aca4-9e0c81046774", "uri": "http://salt.example/c", "lastChangeDateTime": "2017-02-14T20:34:39Z", "CFRubricCriterionLevels": [
     {"identifier": "5b5f9983-eabb-4661-aca4-9e0c81046775", "uri": "http://salt.example/l1", "quality": "Novice", "lastChangeDateTime": "2017-02-14T20:34:39Z"},
     {"identifier": "5b5f9983-eabb-4661-aca4-9e0c81046776", "uri": "http://salt.example/l2", "quality": "Fluent", "description": "Without help", "lastChangeDateTime": "2017-02-14T20:34:39Z"}]}]}]
}}`

func TestForeignPackageIsReadWithAReport(t *testing.T) {
	t.Parallel()
	draft, err := interchange.Decode(interchange.CASE, []byte(foreign), interchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := draft.Framework
	var got []string
	for _, d := range f.Domains {
		got = append(got, d.Code+" "+d.Title)
		for _, c := range d.Competencies {
			got = append(got, "  "+c.Code+" "+c.Title+" / "+c.Statement)
		}
	}
	want := []string{
		"RP.A Understand ratio concepts.", "  RP-A-2 Use ratio language. Always. / Use ratio language.\nAlways.",
		"RP.A.3 Reason with ratios.", "  RP.A.3b Solve problems. / Solve problems.", "  C00000000 Tables / Make tables.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if f.ID != "what-standards-could-be" || f.Version != "2.0.0" || f.Status != countersign.FrameworkDraft || f.Standing != countersign.CommunityDraft || f.Notice == "" {
		t.Errorf("%s %s %s %s %q", f.ID, f.Version, f.Status, f.Standing, f.Notice)
	}
	if f.Scale.Levels[1].Title != "Fluent" || f.Scale.Threshold != "2" || f.Domains[1].Competencies[1].Guidance != "Draw them." || f.Domains[1].Competencies[1].Source != "CASE item http://salt.example/4" {
		t.Errorf("scale %+v, competency %+v", f.Scale, f.Domains[1].Competencies[1])
	}
	report := reportOf(draft)
	for _, says := range []string{
		"wrapped in “CFPackage”", `CFDocument: "CFPackageURI" has no place inside a package`, `CFDocument, CFItems[3]: "identifier" must be a UUID of version 1 to 5 in lower case`,
		`CFItems[0]: "educationalLevel" is no field`, `"CFItemAssociationURI" is no field`, `CFDocument, CFItems[0], CFDefinitions.CFItemTypes[0]: "lastChangeDateTime" must be a time with its zone`,
		`CFItems[1]: "notes" is null`, `CFAssociations[0]: "sequenceNumber" must be a whole number`, `CFDefinitions.CFItemTypes[0]: "description" is null`,
		`“extensions” are left out`, `CFAssociations[5]: "precedes" is left out`, "CFItems[3]: it gets the code C00000000", "CFItems[1].fullStatement: characters that can't be seen",
		"CFItems[0].notes: the notes of a group are left out", "CFItems[1], CFItems[4], CFItems[3]: one piece of evidence is required", "it becomes a draft", "12 to 18 months", "the levels of the first criterion become the scale",
	} {
		if !strings.Contains(report, says) {
			t.Errorf("the report doesn't say %q:\n%s", says, report)
		}
	}
	again, err := interchange.Decode(interchange.CASE, []byte(foreign), interchange.Options{})
	if err != nil || !bytes.Equal(again.File, draft.File) {
		t.Errorf("read twice, it isn't the same file: %v", err)
	}
	out := encode(t, interchange.Release{Framework: f, BaseURL: "http://localhost"}, interchange.CASE)
	if found := deviations(t, out); len(found) > 0 {
		t.Errorf("exported again: %v", found)
	}
	back, err := interchange.Decode(interchange.CASE, out, interchange.Options{})
	if err != nil || same(f, back.Framework) != "" {
		t.Errorf("exported and read again: %v %s", err, same(f, back.Framework))
	}
}

func reportOf(d interchange.Draft) string {
	var lines []string
	for _, r := range d.Report {
		lines = append(lines, r.String())
	}
	return strings.Join(lines, "\n")
}

func TestBadPackagesAreRefusedWithThePlace(t *testing.T) {
	t.Parallel()
	child := func(from, to string) string {
		return `"originNodeURI": {"title": "Origin", "identifier": "00000000-0000-4000-8000-00000000000` + from + `", "uri": "http://salt.example/` + from + `"},
   "destinationNodeURI": {"title": "Destination", "identifier": "00000000-0000-4000-8000-00000000000` + to + `", "uri": "http://salt.example/` + to + `"}`
	}
	for _, tc := range []struct{ name, old, new, want string }{
		{"not JSON", `"CFItems": [`, `"CFItems": [,`, "byte "},
		{"breaks off", `]
}}`, ``, "JSON"},
		{"something after", "\n}}", "\n}} {}", "something follows the package"},
		{"no document", `"CFDocument":`, `"CFDokument":`, "no CFDocument"},
		{"items aren't a list", `"CFItems": [`, `"CFItems": 3, "x": [`, "CFItems must be a list"},
		{"an item is text", `"CFItems": [`, `"CFItems": ["x", `, "CFItems[0]: this must be a group of fields"},
		{"no UUID", `"00000000-0000-4000-8000-000000000005", "uri"`, `"5", "uri"`, `CFItems[4].identifier: "5" is no UUID`},
		{"twice", `"identifier": "00000000-0000-4000-8000-000000000005", "uri"`, `"identifier": "00000000-0000-4000-8000-000000000003", "uri"`, "CFItems[4].identifier: 00000000-0000-4000-8000-000000000003 is the identifier of CFItems[2] too"},
		{"a circle", child("3", "1"), child("3", "5"), "CFItems[2]: it is below itself"},
		{"its own parent", child("3", "1"), child("3", "3"), "CFAssociations[2]: CFItems[2] is its own parent"},
		{"no parent", child("3", "1"), child("3", "9"), `CFAssociations[2].destinationNodeURI: the parent "00000000-0000-4000-8000-000000000009" isn't in the package`},
		{"no child", child("3", "1"), child("9", "1"), "CFAssociations[2].originNodeURI: there is no item"},
		{"says nothing", `"fullStatement": "Solve problems."`, `"fullStatement": " "`, "CFItems[4].fullStatement: the item says nothing"},
		{"a long statement", "Solve problems.", strings.Repeat("Solve problems. ", 70), "CFItems[4], statement: statement has 1119 characters; at most 1000 are allowed"},
		{"a huge text", "Solve problems.", strings.Repeat("x", 100_001), "CFItems[4]: a text has 100001 characters"},
		{"the same code", `"RP.A.3b"`, `"rp-a-2"`, `CFItems[4], code: the competency code "rp-a-2" is already used at CFItems[1]`},
		{"not UTF-8", "Solve problems.", "Solve \xff problems.", "UTF-8"},
	} {
		altered := strings.Replace(foreign, tc.old, tc.new, 1)
		if altered == foreign {
			t.Errorf("%s: nothing was altered", tc.name)
		}
		draft, err := interchange.Decode(interchange.CASE, []byte(altered), interchange.Options{Name: "x.json"})
		if countersign.KindOf(err) != countersign.Invalid || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v; want %q", tc.name, err, tc.want)
		}
		if draft.File != nil {
			t.Errorf("%s: there is a draft", tc.name)
		}
	}
}

// many is a package of n competencies in groups of a hundred.
func many(t testing.TB, n int) []byte {
	t.Helper()
	r := releases(t)[0]
	f := r.Framework
	model := f.Domains[0].Competencies[0]
	model.EquivalentTo, model.Replaces = nil, nil
	f.Domains, f.Role.Duties, f.Signing.DomainAssess = nil, []countersign.Duty{{Code: "T1", Text: "All of it"}}, nil
	for i := range n {
		if i%100 == 0 {
			f.Domains = append(f.Domains, countersign.Domain{Code: fmt.Sprintf("D%d", i/100), Title: "Domain"})
		}
		d := &f.Domains[len(f.Domains)-1]
		model.Code, model.Domain = fmt.Sprintf("C%d", i), d.Code
		d.Competencies = append(d.Competencies, model)
	}
	return encode(t, interchange.Release{Framework: f, BaseURL: "http://localhost"}, interchange.CASE)
}

func TestTenThousandItemsNeedLittleMemory(t *testing.T) {
	data := many(t, 10_000)
	var most uint64
	done := make(chan struct{})
	watched := make(chan struct{})
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	go func() {
		defer close(watched)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	draft, err := interchange.Decode(interchange.CASE, data, interchange.Options{})
	close(done)
	<-watched
	if err != nil || len(draft.Framework.Competencies()) != 10_000 {
		t.Fatal(err)
	}
	used := (most - before.HeapAlloc) >> 20
	t.Logf("%d MiB of JSON, %d MiB of memory", len(data)>>20, used)
	if used > 512 {
		t.Errorf("%d MiB of memory for %d MiB of JSON", used, len(data)>>20)
	}
	if _, err := interchange.Decode(interchange.CASE, many(t, 10_001), interchange.Options{}); err == nil || !strings.Contains(err.Error(), "10000") {
		t.Errorf("10,001 competencies: %v", err)
	}
}

func BenchmarkImportCASE(b *testing.B) {
	data := many(b, 10_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := interchange.Decode(interchange.CASE, data, interchange.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
