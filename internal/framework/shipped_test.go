package framework_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

func shipped(t testing.TB) map[string]framework.Loaded {
	t.Helper()
	all, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]framework.Loaded{}
	for _, l := range all {
		byName[l.Name] = l
	}
	return byName
}

func TestShipped(t *testing.T) {
	t.Parallel()
	all, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range all {
		names = append(names, l.Name)
		if want := l.Framework.ID + "/" + l.Framework.Version + ".yaml"; l.Name != want {
			t.Errorf("name %s, want %s", l.Name, want)
		}
		if l.Framework.SHA256 != framework.Checksum(l.Data) {
			t.Errorf("%s: the checksum isn't that of the data", l.Name)
		}
		sameBack(t, l.Framework)
	}
	want := []string{"gpa-combined/1.0.0.yaml", "gpa-non-clinical/1.0.0.yaml"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("shipped frameworks (-want +got):\n%s", diff)
	}
}

// A released version never changes: apprentices are enrolled on it and
// decisions pin its text. Whoever needs a change adds a file with a new
// version, and its checksum here.
func TestShippedVersionsAreFrozen(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/released.sha256")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, l := range shipped(t) {
		got[name] = l.Framework.SHA256
	}
	want := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		want[name] = sum
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checksums differ from testdata/released.sha256 (-want +got):\n%s", diff)
	}
}

// The shape of the combined role: the five published domains, 49 competencies,
// 39 of them core.
func TestCombinedIsComplete(t *testing.T) {
	t.Parallel()
	f := shipped(t)["gpa-combined/1.0.0.yaml"].Framework
	var got []string
	core := 0
	for _, d := range f.Domains {
		got = append(got, fmt.Sprintf("%s %s %d", d.Code, d.Title, len(d.Competencies)))
		for _, c := range d.Competencies {
			if c.Core {
				core++
			}
		}
	}
	want := []string{"CARE Care 12", "CLINICAL Clinical 12", "RECORDS Managing Health Records 7", "COMMUNICATION Communication 9", "ADMINISTRATION Administration 9"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("domains (-want +got):\n%s", diff)
	}
	if all := len(f.Competencies()); all != 49 || core != 39 {
		t.Errorf("%d competencies, %d core; want 49 and 39", all, core)
	}
}

func TestNonClinicalIsComplete(t *testing.T) {
	t.Parallel()
	f := shipped(t)["gpa-non-clinical/1.0.0.yaml"].Framework
	var got []string
	for _, d := range f.Domains {
		got = append(got, fmt.Sprintf("%s %s %d", d.Code, d.Title, len(d.Competencies)))
	}
	want := []string{"CARE Care 10", "RECORDS Managing Health Records 7", "COMMUNICATION Communication 6", "ADMINISTRATION Administration 9", "WORKFLOW Workflow 15"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("domains (-want +got):\n%s", diff)
	}
}

// A competency of both variants says the same in both, so that evidence
// carries over when an apprentice changes; and each file says so.
func TestSharedCompetenciesAgree(t *testing.T) {
	t.Parallel()
	combined, other := shipped(t)["gpa-combined/1.0.0.yaml"].Framework, shipped(t)["gpa-non-clinical/1.0.0.yaml"].Framework
	shared := 0
	for _, a := range combined.Competencies() {
		b, ok := other.Competency(a.Code)
		if !ok {
			continue
		}
		shared++
		if diff := cmp.Diff(a, b, cmpopts.IgnoreFields(countersign.Competency{}, "EquivalentTo")); diff != "" {
			t.Errorf("%s differs (-combined +non-clinical):\n%s", a.Code, diff)
		}
		if !slices.Contains(a.EquivalentTo, "gpa-non-clinical:"+a.Code) || !slices.Contains(b.EquivalentTo, "gpa-combined:"+a.Code) {
			t.Errorf("%s isn't declared equivalent both ways", a.Code)
		}
	}
	if shared != 32 {
		t.Errorf("%d shared competencies, want 32", shared)
	}
}

// All twelve tasks of the role stand in both files, in the same words; a
// variant without a task says so with an empty list.
func TestShippedDuties(t *testing.T) {
	t.Parallel()
	texts := map[string][]string{}
	without := map[string][]string{}
	for name, l := range shipped(t) {
		for i, d := range l.Framework.Role.Duties {
			if want := fmt.Sprintf("T%d", i+1); d.Code != want {
				t.Errorf("%s: duty %s, want %s", name, d.Code, want)
			}
			texts[name] = append(texts[name], d.Text)
			if len(d.Competencies) == 0 {
				without[name] = append(without[name], d.Code)
			}
		}
		if n := len(texts[name]); n != 12 {
			t.Errorf("%s has %d duties, want 12", name, n)
		}
	}
	if diff := cmp.Diff(texts["gpa-combined/1.0.0.yaml"], texts["gpa-non-clinical/1.0.0.yaml"]); diff != "" {
		t.Errorf("texts differ:\n%s", diff)
	}
	want := map[string][]string{"gpa-non-clinical/1.0.0.yaml": {"T5", "T6", "T8", "T10"}}
	if diff := cmp.Diff(want, without); diff != "" {
		t.Errorf("duties without competencies (-want +got):\n%s", diff)
	}
}

var (
	sourceID = regexp.MustCompile(`\bS[0-9]+[a-z]?\b`)
	dutyCode = regexp.MustCompile(`\bT[0-9]+\b`)
)

// Whatever is said to be published can be looked up: every S-number in a file,
// in its comments too, is listed with an address, and every T-number is a duty.
func TestShippedSourcesExist(t *testing.T) {
	t.Parallel()
	for name, l := range shipped(t) {
		sources, duties := map[string]bool{}, map[string]bool{}
		for _, s := range l.Framework.Sources {
			sources[s.ID] = true
		}
		for _, d := range l.Framework.Role.Duties {
			duties[d.Code] = true
		}
		used := map[string]bool{}
		for line := range strings.Lines(string(l.Data)) {
			comment := strings.Contains(line, "# ")
			if strings.Contains(line, "- id: S") || strings.Contains(line, "url: ") {
				continue
			}
			for _, id := range sourceID.FindAllString(line, -1) {
				used[id] = true
				if !sources[id] {
					t.Errorf("%s: no source %s (comment: %t): %s", name, id, comment, line)
				}
			}
			for _, code := range dutyCode.FindAllString(line, -1) {
				if !duties[code] && !strings.Contains(line, "medical-secretary:") {
					t.Errorf("%s: no duty %s: %s", name, code, line)
				}
			}
		}
		for id := range sources {
			if !used[id] {
				t.Errorf("%s: source %s is listed but never used", name, id)
			}
		}
	}
}

// What every competency of a shipped draft has, beyond what Parse demands.
func TestShippedCompetencies(t *testing.T) {
	t.Parallel()
	for name, l := range shipped(t) {
		f := l.Framework
		if f.Standing != countersign.CommunityDraft || !strings.Contains(f.Title, "community draft") ||
			!strings.Contains(f.Notice, "Community draft, not the official HEE/NHS England framework") {
			t.Errorf("%s isn't labelled as a community draft in its title and notice", name)
		}
		for _, c := range f.Competencies() {
			if c.Guidance == "" || c.Source == "" {
				t.Errorf("%s: %s has no guidance or no source", name, c.Code)
			}
			if slices.Contains(c.Evidence, countersign.Observation) && !slices.Contains(c.Evidence, countersign.ExpertWitness) {
				t.Errorf("%s: %s accepts an observation but no expert witness", name, c.Code)
			}
			if c.Requires.WithinMonths != c.RenewMonths {
				t.Errorf("%s: %s renews after %d months but counts evidence of %d", name, c.Code, c.RenewMonths, c.Requires.WithinMonths)
			}
			if want := "3"; c.Domain == "CLINICAL" && c.Threshold != want {
				t.Errorf("%s: %s has threshold %s, want %s for a delegated clinical task", name, c.Code, c.Threshold, want)
			}
			assertCanBeMet(t, c)
		}
	}
}

// assertCanBeMet checks with the rules of the record that as many pieces as
// the requirement names are enough, if they are chosen well.
func assertCanBeMet(t rapid.TB, c countersign.Competency) {
	t.Helper()
	today, err := countersign.ParseDate("2026-01-15")
	if err != nil {
		t.Fatal(err)
	}
	pieces := enough(c, today)
	if got := c.Assess(pieces, nil, today); len(pieces) != c.Requires.Pieces || !got.Met() {
		t.Errorf("%s: with %d pieces for %+v, still missing: %q", c.Code, len(pieces), c.Requires, got.Missing)
	}
}

// enough returns pieces that meet the requirement of c: one of each group, the
// log, more observed ones where those don't suffice, and any others up to the
// number of pieces. Two people accept them in turn, more if need be.
func enough(c countersign.Competency, day countersign.Date) []countersign.Evidence {
	var kinds []countersign.EvidenceKind
	observed, log := 0, c.Requires.Entries > 0
	add := func(k countersign.EvidenceKind) {
		kinds = append(kinds, k)
		if k.Observable() {
			observed++
		}
	}
	for _, g := range c.Requires.Kinds {
		best := g[0]
		if i := slices.IndexFunc(g, countersign.EvidenceKind.Observable); i >= 0 {
			best = g[i]
		}
		if log && slices.Contains(g, countersign.ProcedureLog) {
			best, log = countersign.ProcedureLog, false
		}
		add(best)
	}
	if log {
		add(countersign.ProcedureLog)
	}
	for observed < c.Requires.Observed {
		add(c.Evidence[slices.IndexFunc(c.Evidence, countersign.EvidenceKind.Observable)])
	}
	for len(kinds) < c.Requires.Pieces {
		add(c.Evidence[0])
	}
	pieces := make([]countersign.Evidence, len(kinds))
	for i, k := range kinds {
		by := countersign.PersonID(fmt.Sprintf("assessor-%d", i%max(c.Requires.Assessors, 2)))
		pieces[i] = countersign.Evidence{
			ID: countersign.EvidenceID(fmt.Sprint(i)), State: countersign.Accepted, AcceptedBy: by,
			Content: countersign.Content{
				Kind: k, OccurredOn: day, ObservedBy: by,
				Mapping: []countersign.Mapping{{Competency: c.Code}},
			},
		}
		if k == countersign.ProcedureLog {
			pieces[i].Entries = max(c.Requires.Entries, 1)
		}
	}
	return pieces
}
