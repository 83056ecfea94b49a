package framework_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// small is a framework with everything in it once.
func small(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// changed returns the small framework with one passage replaced.
func changed(t testing.TB, old, replacement string) string {
	t.Helper()
	text := small(t)
	if n := strings.Count(text, old); n != 1 {
		t.Fatalf("%q is %d times in testdata/small.yaml, want once", old, n)
	}
	return strings.Replace(text, old, replacement, 1)
}

func TestParse(t *testing.T) {
	t.Parallel()
	data := []byte(small(t))
	got, err := framework.Parse("frameworks/blood-bike/1.2.0.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	want := countersign.Framework{
		ID: "blood-bike", Version: "1.2.0", Title: "Blood bike rider",
		Status: countersign.FrameworkPublished, Standing: countersign.CommunityDraft,
		Notice:  "Written by a training hub; not official.",
		Sources: []countersign.Source{{ID: "S1", Title: "A page", URL: "https://example.org/page"}},
		Role: countersign.Role{
			Title: "Rider", Purpose: "Carries samples.", ReportsTo: "Practice manager", Band: "Band 3",
			Duties: []countersign.Duty{
				{Code: "T1", Text: "Rides", Competencies: []string{"RIDE-1", "RIDE-2"}},
				{Code: "T2", Text: "Waits"},
			},
		},
		Programme: countersign.Programme{
			MonthsMin: 6, MonthsMax: 9, ExtensionMonths: 3, ProtectedHoursPerWeek: 8, ReviewEveryMonths: 3,
			Milestones:    []countersign.Milestone{{Code: "half-way", Title: "Half-way", Month: 4}},
			Pace:          framework.Usual(),
			ProgrammeNote: "Learnt on the road.\n\nNo course.",
		},
		Scale: countersign.Scale{
			Levels:    []countersign.Level{{Code: "1", Title: "Not yet", Meaning: "Falls off"}, {Code: "2", Title: "Safe", Meaning: "Stays on"}},
			Threshold: "2",
		},
		Signing: countersign.Signing{
			Assess:       []countersign.NamingRole{countersign.GPSupervisor, countersign.SecondaryMentor},
			DomainAssess: map[string][]countersign.NamingRole{"ROAD": {countersign.ManagerOfPractice}},
			Countersign:  countersign.GPSupervisor, TwoPeople: true,
		},
		Domains: []countersign.Domain{{Code: "ROAD", Title: "On the road", Competencies: []countersign.Competency{
			{
				Code: "RIDE-1", Domain: "ROAD", Title: "Ride", Statement: "Rides safely in all weathers.", Core: true, Threshold: "1",
				Guidance: "Be seen riding.",
				Evidence: []countersign.EvidenceKind{countersign.Observation, countersign.Procedure, countersign.ProcedureLog, countersign.Certificate},
				Requires: countersign.Requirement{
					Pieces: 4, Observed: 1, Assessors: 2, WithinMonths: 12, Entries: 10,
					Kinds: [][]countersign.EvidenceKind{{countersign.Certificate}, {countersign.Observation, countersign.Procedure}},
				},
				RenewMonths: 12, Source: "S1; inferred",
				EquivalentTo: []string{"gpa-combined:GPA-CL8", "blood-bike:RIDE-2"}, Replaces: []string{"OLD-1"},
			},
			{
				Code: "RIDE-2", Domain: "ROAD", Title: "Park", Statement: "Parks.", Threshold: "2",
				Evidence: []countersign.EvidenceKind{countersign.ReflectiveAccount},
				Requires: countersign.Requirement{Pieces: 1},
			},
		}}},
		SHA256: framework.Checksum(data),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse() (-want +got):\n%s", diff)
	}
}

// The checksum is that of the bytes: a comment added to a released file is
// noticed, though it changes nothing that is read.
func TestChecksumIsOfTheBytes(t *testing.T) {
	t.Parallel()
	if got, want := framework.Checksum([]byte("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; got != want {
		t.Errorf("Checksum(abc) = %s, want %s", got, want)
	}
	a, err := framework.Parse("", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := framework.Parse("", []byte(small(t)+"# a remark\n"))
	if err != nil {
		t.Fatal(err)
	}
	if a.SHA256 == b.SHA256 {
		t.Error("a changed file has the same checksum")
	}
}

// Files come from all kinds of editors.
func TestParseAcceptsOtherLineEndings(t *testing.T) {
	t.Parallel()
	want, err := framework.Parse("", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"Windows line endings": strings.ReplaceAll(small(t), "\n", "\r\n"),
		"a byte order mark":    "\ufeff" + small(t),
		"a document start":     "---\n" + small(t),
	} {
		got, err := framework.Parse("", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got.SHA256 = want.SHA256
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseNameMustMatch(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		want []string
	}{
		{"blood-bike/1.2.0.yaml", nil},
		{"somewhere/frameworks/blood-bike/1.2.0.yaml", nil},
		{`frameworks\blood-bike\1.2.0.yaml`, nil},
		{"", nil},
		{"draft.yaml", nil},
		{"1.2.0.yaml", nil},
		{"/home/me/9.9.9.yaml", nil}, // somebody's folder, not a release
		{"blood-bikes/1.2.0.yaml", []string{`1:5: the id is "blood-bike" but the file lies in the folder "blood-bikes"`}},
		{"frameworks/blood-bike/1.3.0.yaml", []string{`2:10: the version is "1.2.0" but the file is called "1.3.0.yaml"`}},
	} {
		_, err := framework.Parse(tc.name, []byte(small(t)))
		if diff := cmp.Diff(tc.want, problemsOf(t, err)); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", tc.name, diff)
		}
	}
}

// Every problem is reported, in the order of the file, in the form that
// editors turn into links, and as an Invalid refusal with a field for each.
func TestErrorListsEveryProblem(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer(
		"version: 1.2.0", "version: 1.2",
		"min: 6", "min: 60",
		"core: false", "core: perhaps",
		"RIDE-2]", "RIDE-9]",
	).Replace(small(t))
	_, err := framework.Parse("mine.yaml", []byte(text))
	const want = `mine.yaml:2:10: version must be text; write "1.2" with the quotes
mine.yaml:18:31: there is no competency "RIDE-9"
mine.yaml:24:10: the shortest programme (60 months) is longer than the longest (9)
mine.yaml:69:15: core must be true or false`
	if err == nil || err.Error() != want {
		t.Errorf("Parse() error:\n%v\nwant:\n%s", err, want)
	}
	if got := countersign.KindOf(err); got != countersign.Invalid {
		t.Errorf("KindOf() = %v, want Invalid", got)
	}
	var refusal *countersign.Error
	if !errors.As(err, &refusal) {
		t.Fatal("the error wraps no *countersign.Error")
	}
	wantFields := []countersign.FieldError{
		{Field: "version", Message: `Line 2, column 10: version must be text; write "1.2" with the quotes`},
		{Field: "role.duties.0.competencies.1", Message: `Line 18, column 31: there is no competency "RIDE-9"`},
		{Field: "programme.months.min", Message: "Line 24, column 10: the shortest programme (60 months) is longer than the longest (9)"},
		{Field: "domains.0.competencies.1.core", Message: "Line 69, column 15: core must be true or false"},
	}
	if diff := cmp.Diff(wantFields, refusal.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if want := "The framework file has 4 problems"; refusal.Message != want {
		t.Errorf("message = %q, want %q", refusal.Message, want)
	}
}

func TestErrorIsBounded(t *testing.T) {
	t.Parallel()
	_, err := framework.Parse("", []byte(strings.Repeat("a: 1\n", 5000)))
	got := problemsOf(t, err)
	if len(got) != 101 {
		t.Fatalf("%d problems, want 100 and a last line", len(got))
	}
	// 1 unknown key, 4,999 duplicates and 10 required keys.
	if want := "there are 4910 more problems after this one"; !strings.HasSuffix(got[100], want) {
		t.Errorf("the last line is %q, want %q", got[100], want)
	}
}

// problemsOf returns the problems as "line:column: message".
func problemsOf(t testing.TB, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var e *framework.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v is no *framework.Error", err)
	}
	anonymous := framework.Error{Name: "x", Problems: e.Problems}
	lines := strings.Split(anonymous.Error(), "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "x:")
	}
	return lines
}
