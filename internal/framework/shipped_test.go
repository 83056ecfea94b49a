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
	want := []string{
		"gpa-combined/1.0.0.yaml", "gpa-combined/1.1.0.yaml", "gpa-non-clinical/1.0.0.yaml", "gpa-non-clinical/1.1.0.yaml",
		"medical-secretary/1.0.0.yaml", "nhs-medical-assistant/1.0.0.yaml", "us-medical-assistant/1.0.0.yaml",
	}
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

// The domains of each framework with the number of their competencies, and how
// many of all are core.
func TestShippedTotals(t *testing.T) {
	t.Parallel()
	combined := "CARE Care %d, CLINICAL Clinical %d, RECORDS Managing Health Records 7, COMMUNICATION Communication %d, ADMINISTRATION Administration 9"
	workflow := "CARE Care %d, RECORDS Managing Health Records 7, COMMUNICATION Communication %d, ADMINISTRATION Administration 9, WORKFLOW Workflow %d"
	want := map[string]string{
		"gpa-combined/1.0.0.yaml":     fmt.Sprintf(combined, 12, 12, 9) + ": 49, 39 core",
		"gpa-combined/1.1.0.yaml":     fmt.Sprintf(combined, 13, 11, 10) + ": 50, 40 core",
		"gpa-non-clinical/1.0.0.yaml": fmt.Sprintf(workflow, 10, 6, 15) + ": 47, 42 core",
		"gpa-non-clinical/1.1.0.yaml": fmt.Sprintf(workflow, 11, 7, 14) + ": 48, 42 core",
		"medical-secretary/1.0.0.yaml": "TERMINOLOGY Terminology and principles 4, DOCUMENTS Documents 5, CLINIC Clinic administration 5, " +
			"COMMUNICATION Communication 3, LAW Law and the NHS 4, OFFICE PA and office 6: 27, 26 core",
		"nhs-medical-assistant/1.0.0.yaml": "PROFESSIONAL Professional practice 7, CLINICAL Clinical support 10, ADMINISTRATION Administration 6, " +
			"COMMUNICATION Communication 4, BEHAVIOURS Behaviours 1: 28, 26 core",
		"us-medical-assistant/1.0.0.yaml": "I I Anatomy, physiology and pharmacology 52, II II Applied mathematics 4, III III Infection control 10, IV IV Nutrition 1, " +
			"V V Communication 11, VI VI Administrative functions 9, VII VII Practice finances 4, VIII VIII Third-party reimbursement 4, " +
			"IX IX Procedural and diagnostic coding 3, X X Legal implications 7, XI XI Ethical considerations 2, XII XII Protective practices 5, " +
			"A A Affective competencies 8: 120, 106 core",
	}
	got := map[string]string{}
	for name, l := range shipped(t) {
		var domains []string
		core := 0
		for _, d := range l.Framework.Domains {
			domains = append(domains, fmt.Sprintf("%s %s %d", d.Code, d.Title, len(d.Competencies)))
			for _, c := range d.Competencies {
				if c.Core {
					core++
				}
			}
		}
		got[name] = fmt.Sprintf("%s: %d, %d core", strings.Join(domains, ", "), len(l.Framework.Competencies()), core)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
}

// A competency of both variants says the same in both, so that evidence
// carries over when an apprentice changes; and each file says so.
func TestSharedCompetenciesAgree(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]int{"1.0.0": 32, "1.1.0": 34} {
		combined, other := shipped(t)["gpa-combined/"+version+".yaml"].Framework, shipped(t)["gpa-non-clinical/"+version+".yaml"].Framework
		shared := 0
		for _, a := range combined.Competencies() {
			b, ok := other.Competency(a.Code)
			if !ok {
				continue
			}
			shared++
			if diff := cmp.Diff(a, b, cmpopts.IgnoreFields(countersign.Competency{}, "EquivalentTo")); diff != "" {
				t.Errorf("%s: %s differs (-combined +non-clinical):\n%s", version, a.Code, diff)
			}
			if !slices.Contains(a.EquivalentTo, "gpa-non-clinical:"+a.Code) || !slices.Contains(b.EquivalentTo, "gpa-combined:"+a.Code) {
				t.Errorf("%s: %s isn't declared equivalent both ways", version, a.Code)
			}
		}
		if shared != want {
			t.Errorf("%s: %d shared competencies, want %d", version, shared, want)
		}
	}
}

// All twelve tasks of the GPA role stand in all its files, in the same words.
// A variant without a task says so with an empty list; every other duty of
// every framework is evidenced by at least one competency.
func TestShippedDuties(t *testing.T) {
	t.Parallel()
	texts := map[string][]string{}
	without := map[string][]string{}
	for name, l := range shipped(t) {
		letter := "D"
		if strings.HasPrefix(name, "gpa-") {
			letter = "T"
		}
		for i, d := range l.Framework.Role.Duties {
			if want := fmt.Sprintf("%s%d", letter, i+1); d.Code != want {
				t.Errorf("%s: duty %s, want %s", name, d.Code, want)
			}
			texts[name] = append(texts[name], d.Text)
			if len(d.Competencies) == 0 {
				without[name] = append(without[name], d.Code)
			}
		}
		if n := len(texts[name]); n < 12 || letter == "T" && n != 12 {
			t.Errorf("%s has %d duties", name, n)
		}
	}
	for _, name := range []string{"gpa-combined/1.1.0.yaml", "gpa-non-clinical/1.0.0.yaml", "gpa-non-clinical/1.1.0.yaml"} {
		if diff := cmp.Diff(texts["gpa-combined/1.0.0.yaml"], texts[name]); diff != "" {
			t.Errorf("%s: texts differ:\n%s", name, diff)
		}
	}
	none := []string{"T5", "T6", "T8", "T10"}
	want := map[string][]string{"gpa-non-clinical/1.0.0.yaml": none, "gpa-non-clinical/1.1.0.yaml": none}
	if diff := cmp.Diff(want, without); diff != "" {
		t.Errorf("duties without competencies (-want +got):\n%s", diff)
	}
}

var (
	sourceID = regexp.MustCompile(`\bS[0-9]+[a-z]?\b`)
	dutyCode = regexp.MustCompile(`(?:^|[^-\w])([DT][0-9]+)\b`)
)

// Whatever is said to be published can be looked up: every S-number in a file,
// in its comments too, is listed with an address, and every T- or D-number is a duty.
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
			for _, m := range dutyCode.FindAllStringSubmatch(line, -1) {
				if !duties[m[1]] {
					t.Errorf("%s: no duty %s: %s", name, m[1], line)
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
			!strings.HasPrefix(f.Notice, "Community draft, not the official ") {
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

// Equivalences hold both ways between the newest versions and lead to
// competencies that exist. Version 1.0.0 of the GPA frameworks can't change: it
// names three items of the US framework that are split into parts there.
func TestEquivalencesHoldBothWays(t *testing.T) {
	t.Parallel()
	newest := map[string]countersign.Framework{}
	for _, l := range shipped(t) {
		if f := l.Framework; newest[f.ID].ID == "" || framework.CompareVersions(f.Version, newest[f.ID].Version) > 0 {
			newest[f.ID] = f
		}
	}
	dangling := map[string]bool{}
	for name, l := range shipped(t) {
		f := l.Framework
		for _, c := range f.Competencies() {
			for _, reference := range c.EquivalentTo {
				id, code, _ := strings.Cut(reference, ":")
				other, ok := newest[id].Competency(code)
				switch {
				case !ok && f.Version != newest[f.ID].Version:
					dangling[reference] = true
				case !ok:
					t.Errorf("%s: %s is equivalent to %s, which doesn't exist", name, c.Code, reference)
				case f.Version == newest[f.ID].Version && !slices.Contains(other.EquivalentTo, f.ID+":"+c.Code):
					t.Errorf("%s: %s is equivalent to %s, but not the other way", name, c.Code, reference)
				}
			}
		}
	}
	want := map[string]bool{
		"us-medical-assistant:I.P.1": true, "us-medical-assistant:I.P.2": true, "us-medical-assistant:I.P.13": true,
		"gpa-combined:GPA-CA6": true, "gpa-non-clinical:GPA-CA6": true,
	}
	if diff := cmp.Diff(want, dangling); diff != "" {
		t.Errorf("what an older version refers to (-want +got):\n%s", diff)
	}
}

// Each skill that two frameworks share is declared for every pair of them.
func TestEquivalencesFollowTheTableOfSkills(t *testing.T) {
	t.Parallel()
	for skill, codes := range map[string][]string{
		"blood pressure":        {"gpa-combined:GPA-CL2", "nhs-medical-assistant:MAA-C3", "us-medical-assistant:I.P.1.a"},
		"ECG":                   {"gpa-combined:GPA-CL6", "nhs-medical-assistant:MAA-C4", "us-medical-assistant:I.P.2.a"},
		"blood":                 {"gpa-combined:GPA-CL7", "nhs-medical-assistant:MAA-C5", "us-medical-assistant:I.P.2.b"},
		"infection control":     {"gpa-combined:GPA-CA8", "nhs-medical-assistant:MAA-C8", "medical-secretary:MS-T4", "us-medical-assistant:III.P.3"},
		"life support":          {"gpa-combined:GPA-CA10", "nhs-medical-assistant:MAA-C7", "us-medical-assistant:I.P.12"},
		"confidentiality":       {"gpa-combined:GPA-CA3", "nhs-medical-assistant:MAA-P5", "medical-secretary:MS-L1", "us-medical-assistant:X.P.2"},
		"scheduling":            {"gpa-combined:GPA-AD5", "nhs-medical-assistant:MAA-A1", "medical-secretary:MS-A1", "us-medical-assistant:VI.P.1"},
		"referrals":             {"gpa-combined:GPA-AD6", "nhs-medical-assistant:MAA-A3", "medical-secretary:MS-A2", "us-medical-assistant:VI.P.2"},
		"records":               {"gpa-combined:GPA-HR3", "nhs-medical-assistant:MAA-A2", "medical-secretary:MS-A4", "us-medical-assistant:X.P.3"},
		"terminology":           {"gpa-non-clinical:GPA-HR7", "nhs-medical-assistant:MAA-M4", "medical-secretary:MS-T1", "us-medical-assistant:V.P.3"},
		"explaining procedures": {"gpa-combined:GPA-CO4", "nhs-medical-assistant:MAA-M2", "us-medical-assistant:I.P.8"},
		"assisting":             {"gpa-combined:GPA-CL1", "nhs-medical-assistant:MAA-C2", "us-medical-assistant:I.P.9"},
		"incident report":       {"gpa-non-clinical:GPA-WF11", "nhs-medical-assistant:MAA-P2", "us-medical-assistant:X.P.7"},
	} {
		for _, reference := range codes {
			id, code, _ := strings.Cut(reference, ":")
			for _, other := range codes {
				if other != reference && !slices.Contains(newestOf(t, id, code).EquivalentTo, other) {
					t.Errorf("%s: %s isn't equivalent to %s", skill, reference, other)
				}
			}
		}
	}
}

func newestOf(t *testing.T, id, code string) countersign.Competency {
	t.Helper()
	all, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range slices.Backward(all) {
		if c, ok := l.Framework.Competency(code); l.Framework.ID == id && ok {
			return c
		}
	}
	t.Fatalf("no competency %s in %s", code, id)
	return countersign.Competency{}
}

// Code sets differ from country to country, and coding in the workflow is held
// to an audit of its own: coding is equivalent to nothing but itself.
func TestCodingIsNeverEquivalent(t *testing.T) {
	t.Parallel()
	for name, l := range shipped(t) {
		for _, code := range []string{"GPA-HR1", "GPA-WF5", "IX.P.1", "IX.P.2", "IX.P.3"} {
			c, _ := l.Framework.Competency(code)
			for _, reference := range c.EquivalentTo {
				if !strings.HasSuffix(reference, ":"+code) {
					t.Errorf("%s: %s is equivalent to %s", name, code, reference)
				}
			}
		}
	}
}

// In the US framework every psychomotor and affective item must be passed, an
// item of several skills part by part.
func TestEveryPsychomotorAndAffectiveItemIsCore(t *testing.T) {
	t.Parallel()
	f := shipped(t)["us-medical-assistant/1.0.0.yaml"].Framework
	parts := map[string]int{}
	item := regexp.MustCompile(`^([IVX]+\.[PC]\.[0-9]+|A\.[0-9]+)(\.[a-z])?$`)
	for _, c := range f.Competencies() {
		m := item.FindStringSubmatch(c.Code)
		if m == nil {
			t.Errorf("%s isn't numbered as the curriculum is", c.Code)
			continue
		}
		if m[2] != "" {
			parts[m[1]]++
		}
		if cognitive := strings.Contains(c.Code, ".C."); c.Core == cognitive {
			t.Errorf("%s: core is %t", c.Code, c.Core)
		}
	}
	if diff := cmp.Diff(map[string]int{"I.P.1": 9, "I.P.2": 4, "I.P.4": 6, "I.P.11": 5, "I.P.13": 6}, parts); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}

// What was recalled and not seen is marked, and nothing else is: of the US
// framework only the psychomotor items of the first domain were seen, but for
// four parts of first aid.
func TestRecalledCompetenciesAreUnconfirmed(t *testing.T) {
	t.Parallel()
	seen := regexp.MustCompile(`^I\.P\.([1-9]|10|11|12)(\.[a-z])?$|^I\.P\.13\.[ab]$`)
	for name, l := range shipped(t) {
		for _, c := range l.Framework.Competencies() {
			want := l.Framework.ID == "us-medical-assistant" && !seen.MatchString(c.Code)
			if c.Unconfirmed != want {
				t.Errorf("%s: %s: unconfirmed is %t", name, c.Code, c.Unconfirmed)
			}
			if says := strings.Contains(strings.ToLower(c.Source), "recalled"); says != want {
				t.Errorf("%s: %s: unconfirmed is %t, but its source is %q", name, c.Code, c.Unconfirmed, c.Source)
			}
		}
	}
}

// The rules for hours of English apprenticeships, by start date.
func TestShippedHours(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"nhs-medical-assistant", "medical-secretary"} {
		p := shipped(t)[id+"/1.0.0.yaml"].Framework.Programme
		for _, tc := range []struct {
			start       string
			hours, week int
			months      int
			gateway     string
		}{
			{"2022-07-31", 0, 0, 12, "gateway"},
			{"2022-08-01", 0, 6, 12, "gateway"},
			{"2025-07-31", 0, 6, 12, "gateway"},
			{"2025-08-01", 187, 0, 8, "gateway"},
			{"2025-10-01", 187, 0, 8, "gateway to completion"},
		} {
			start, err := countersign.ParseDate(tc.start)
			if err != nil {
				t.Fatal(err)
			}
			rule, ok := p.HoursRule(start)
			if !ok || rule.MinimumHours != tc.hours || rule.WeeklyHours != tc.week || rule.MonthsMin != tc.months {
				t.Errorf("%s: a start on %s has the rule %+v", id, tc.start, rule)
			}
			if got := p.WordsFor(start).Gateway; got != tc.gateway {
				t.Errorf("%s: a start on %s speaks of the %s", id, tc.start, got)
			}
		}
	}
}

// The rules of each programme that issue from its sources.
func TestShippedProgrammes(t *testing.T) {
	t.Parallel()
	all := shipped(t)
	for name, want := range map[string]string{
		"gpa-combined/1.1.0.yaml":          "6 to 9 months and 3, first of the month true, 675 pounds, placements 0 hours, classroom false, level 4 with 10 credits, 1 qualification",
		"gpa-non-clinical/1.1.0.yaml":      "6 to 9 months and 3, first of the month true, 675 pounds, placements 0 hours, classroom false, level 4 with 10 credits, 1 qualification",
		"nhs-medical-assistant/1.0.0.yaml": "12 to 18 months and 6, first of the month false, 0 pounds, placements 0 hours, classroom true, level 2 or 3 with 0 credits, 5 qualifications",
		"medical-secretary/1.0.0.yaml":     "12 to 18 months and 6, first of the month false, 0 pounds, placements 0 hours, classroom true, level 2 or 3 with 0 credits, 7 qualifications",
		"us-medical-assistant/1.0.0.yaml":  "12 to 24 months and 6, first of the month false, 0 pounds, placements 160 hours, classroom true,  with 0 credits, 4 qualifications",
	} {
		p := all[name].Framework.Programme
		pounds := 0
		for _, m := range p.Payments {
			pounds += m.Amount
		}
		noun := "qualifications"
		if len(p.Qualifications) == 1 {
			noun = "qualification"
		}
		got := fmt.Sprintf("%d to %d months and %d, first of the month %t, %d pounds, placements %d hours, classroom %t, %s with %d credits, %d %s",
			p.MonthsMin, p.MonthsMax, p.ExtensionMonths, p.StartsOnTheFirst, pounds, p.PlacementHours, p.Classroom, strings.ToLower(p.Award.Level),
			p.Award.Credits, len(p.Qualifications), noun)
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
		if len(p.Gateway) == 0 || p.Award.Title == "" || len(p.Facts) == 0 || p.ProgrammeNote == "" {
			t.Errorf("%s lacks its gateway, its award, its facts or its note", name)
		}
		for _, f := range p.Facts {
			if says := strings.Contains(strings.ToLower(f.Source), "recalled"); f.Source == "" || says != f.Unconfirmed {
				t.Errorf("%s: %q: unconfirmed is %t, its source is %q", name, f.Title, f.Unconfirmed, f.Source)
			}
		}
	}
	var cycles []string
	for _, k := range all["us-medical-assistant/1.0.0.yaml"].Framework.Cycles {
		cycles = append(cycles, fmt.Sprintf("%s %d months %d points, %d floors, %d approved, unconfirmed %t", k.Code, k.Months, k.Points, len(k.Floors), k.Approved, k.Unconfirmed))
	}
	want := []string{
		"cma 60 months 60 points, 3 floors, 30 approved, unconfirmed false", "ccma 24 months 10 points, 0 floors, 0 approved, unconfirmed false",
		"rma 36 months 30 points, 0 floors, 0 approved, unconfirmed false", "ncma 12 months 14 points, 0 floors, 0 approved, unconfirmed true",
	}
	if diff := cmp.Diff(want, cycles); diff != "" {
		t.Errorf("cycles (-want +got):\n%s", diff)
	}
}

// What version 1.1.0 of the GPA frameworks did with the competencies of 1.0.0.
func TestShippedChanges(t *testing.T) {
	t.Parallel()
	for id, retired := range map[string]string{"gpa-combined": "GPA-CL12", "gpa-non-clinical": "GPA-WF13"} {
		old, next := shipped(t)[id+"/1.0.0.yaml"].Framework, shipped(t)[id+"/1.1.0.yaml"].Framework
		got := map[string][]string{}
		replaced := map[string]bool{}
		for _, c := range next.Competencies() {
			before, ok := old.Competency(c.Code)
			for _, code := range c.Replaces {
				replaced[code] = true
			}
			switch {
			case !ok && len(c.Replaces) > 0:
				got["split from "+c.Replaces[0]] = append(got["split from "+c.Replaces[0]], c.Code)
			case !ok:
				got["new"] = append(got["new"], c.Code)
			case !cmp.Equal(before.Requires, c.Requires):
				got["requirement"] = append(got["requirement"], c.Code)
			case before.Statement != c.Statement:
				got["reworded"] = append(got["reworded"], c.Code)
			}
		}
		for _, c := range old.Competencies() {
			if _, ok := next.Competency(c.Code); !ok && !replaced[c.Code] {
				got["retired"] = append(got["retired"], c.Code)
			}
		}
		for _, codes := range got {
			slices.Sort(codes)
		}
		want := map[string][]string{
			"reworded": {"GPA-CA9", "GPA-CO7", "GPA-HR4"}, "requirement": {"GPA-AD4"}, "split from GPA-CA6": {"GPA-CA13", "GPA-CA14"},
			"new": {"GPA-CO10"}, "retired": {retired},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
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
