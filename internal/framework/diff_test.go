package framework_test

import (
	"slices"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// versions returns a framework of five competencies and its next version,
// changed by alter.
func versions(alter func(*countersign.Framework, func(code string) *countersign.Competency)) (from, to countersign.Framework) {
	build := func(version string) countersign.Framework {
		f := countersign.Framework{ID: "f", Version: version, Scale: countersign.Scale{Levels: []countersign.Level{{Code: "1", Title: "One"}, {Code: "2", Title: "Two"}}}}
		d := countersign.Domain{Code: "D", Title: "Domain"}
		for _, code := range []string{"A", "B", "C", "D", "E"} {
			d.Competencies = append(d.Competencies, countersign.Competency{
				Code: code, Domain: "D", Title: "Title " + code, Statement: "Does " + code, Core: true, Threshold: "1",
				Evidence: []countersign.EvidenceKind{countersign.Observation, countersign.Audit}, Requires: countersign.Requirement{Pieces: 2},
			})
		}
		f.Domains = []countersign.Domain{d}
		return f
	}
	from, to = build("1.0.0"), build("1.1.0")
	alter(&to, func(code string) *countersign.Competency {
		list := to.Domains[0].Competencies
		return &list[slices.IndexFunc(list, func(c countersign.Competency) bool { return c.Code == code })]
	})
	return from, to
}

func TestDiffSaysWhatAPersonWantsToKnow(t *testing.T) {
	t.Parallel()
	type get = func(string) *countersign.Competency
	for _, tc := range []struct {
		name  string
		alter func(*countersign.Framework, get)
		kind  framework.ChangeKind
		words string
		fates string // of what isn't simply carried
	}{
		{"nothing", func(*countersign.Framework, get) {}, framework.Kept, "", ""},
		{"other words", func(_ *countersign.Framework, c get) { c("A").Statement = "Does A well" }, framework.Reworded, "Statement", "A carried_with_note"},
		{"another piece", func(_ *countersign.Framework, c get) { c("A").Requires.Pieces = 3 }, framework.RequirementChanged, "Pieces of evidence: 3, was 2", "A recheck"},
		{"a piece less", func(_ *countersign.Framework, c get) { c("A").Requires.Pieces = 1 }, framework.Reworded, "Pieces of evidence: 1, was 2", "A carried_with_note"},
		{"a higher level", func(_ *countersign.Framework, c get) { c("A").Threshold = "2" }, framework.RequirementChanged, "Level needed: “Two”, was “One”", "A recheck"},
		{"a kind less", func(_ *countersign.Framework, c get) { c("A").Evidence = c("A").Evidence[:1] }, framework.RequirementChanged, "Kinds of evidence that count", "A recheck"},
		{"a kind more", func(_ *countersign.Framework, c get) {
			c("A").Evidence = append(slices.Clone(c("A").Evidence), countersign.Certificate)
		}, framework.Reworded, "Kinds of evidence that count", "A carried_with_note"},
		{"a renewal", func(_ *countersign.Framework, c get) { c("A").RenewMonths = 12 }, framework.RequirementChanged, "Renewal: 12 months, was none", "A recheck"},
		{"optional now", func(_ *countersign.Framework, c get) { c("A").Core = false }, framework.Reworded, "Now optional, was core", "A carried_with_note"},
		{"another code", func(_ *countersign.Framework, c get) {
			*c("A") = countersign.Competency{Code: "A2", Domain: "D", Title: "Title A", Statement: "Does A", Core: true, Threshold: "1",
				Evidence: c("A").Evidence, Requires: c("A").Requires, Replaces: []string{"A"}}
		}, framework.Recoded, "Code: A2, was A", "A2 recheck from A, A retired"},
		{"one in two, one keeps the code", func(f *countersign.Framework, c get) {
			second := *c("A")
			second.Code, second.Replaces = "A2", []string{"A"}
			f.Domains[0].Competencies = append(f.Domains[0].Competencies, second)
		}, framework.Split, "", "A recheck, A2 recheck from A"},
		{"two in one", func(f *countersign.Framework, c get) {
			c("A").Replaces = []string{"B"}
			f.Domains[0].Competencies = slices.DeleteFunc(f.Domains[0].Competencies, func(k countersign.Competency) bool { return k.Code == "B" })
		}, framework.Merged, "", "A recheck from B, B retired"},
		{"one more", func(f *countersign.Framework, c get) {
			more := *c("A")
			more.Code = "F"
			f.Domains[0].Competencies = append(f.Domains[0].Competencies, more)
		}, framework.Added, "", "F new"},
		{"one less", func(f *countersign.Framework, _ get) { f.Domains[0].Competencies = f.Domains[0].Competencies[1:] }, framework.RetiredCompetency, "", "A retired"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := framework.Diff(versions(tc.alter))
			if d.Count(tc.kind) == 0 {
				t.Errorf("changes = %+v, want one that is %s", d.Changes, tc.kind)
			}
			if tc.kind != framework.Kept && d.Count(tc.kind) != 1 || d.Same() != (tc.kind == framework.Kept) {
				t.Errorf("%d changes are %s; same: %t", d.Count(tc.kind), tc.kind, d.Same())
			}
			if tc.words != "" && !strings.Contains(d.Text(), tc.words) {
				t.Errorf("the text lacks %q:\n%s", tc.words, d.Text())
			}
			var fates []string
			seen := map[string]bool{}
			for _, s := range d.Steps() {
				if seen[s.Competency.Code] {
					t.Errorf("%s has two fates", s.Competency.Code)
				}
				seen[s.Competency.Code] = true
				if s.Fate == framework.Carried {
					continue
				}
				fate := s.Competency.Code + " " + string(s.Fate)
				if len(s.From) > 0 {
					fate += " from " + strings.Join(s.From, " ")
				}
				fates = append(fates, fate)
			}
			if got := strings.Join(fates, ", "); got != tc.fates {
				t.Errorf("fates %q, want %q", got, tc.fates)
			}
			for _, c := range append(d.From.Competencies(), d.To.Competencies()...) {
				if !seen[c.Code] {
					t.Errorf("%s has no fate", c.Code)
				}
			}
		})
	}
}

// The whole of a shipped framework against itself, and against its next
// version: everything has one fate.
func TestDiffOfShippedVersionsLosesNothing(t *testing.T) {
	t.Parallel()
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range shipped {
		for _, b := range shipped {
			if a.Framework.ID != b.Framework.ID {
				continue
			}
			d := framework.Diff(a.Framework, b.Framework)
			if a.Framework.Version == b.Framework.Version && !d.Same() {
				t.Errorf("%s %s differs from itself:\n%s", a.Framework.ID, a.Framework.Version, d.Text())
			}
			fates := map[string]int{}
			for _, s := range d.Steps() {
				fates[s.Competency.Code]++
			}
			for _, c := range append(a.Framework.Competencies(), b.Framework.Competencies()...) {
				if fates[c.Code] != 1 {
					t.Errorf("%s from %s to %s: %s has %d fates", a.Framework.ID, a.Framework.Version, b.Framework.Version, c.Code, fates[c.Code])
				}
			}
		}
	}
}
