package framework

import (
	"strings"
	"testing"

	"countersign/frameworks"
)

const ownPace = `  pace: {still_days: 30, wait_days: 20, behind_percent: 10, mentor_load: 2, basis: Agreed by the hub., source: S1}` + "\n"

func withPace(t *testing.T, pace string) (string, error) {
	t.Helper()
	loaded, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(loaded[0].Data), "\nprogramme:\n", "\nprogramme:\n"+pace, 1)
	f, err := Parse("", []byte(text))
	if err != nil {
		return "", err
	}
	back, err := Parse("", Document(f).YAML())
	if err != nil || back.Pace != f.Pace {
		t.Errorf("read back the rule is %+v, %v; want %+v", back.Pace, err, f.Pace)
	}
	return strings.Join(f.Pace.Words(), " "), nil
}

func TestUsualPaceIsThatOfTheFile(t *testing.T) {
	t.Parallel()
	loaded, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range loaded {
		if r := l.Framework.Pace; !r.Usual || r != Usual() || r.StillDays == 0 || r.WaitDays == 0 || r.BehindPercent == 0 || r.MentorLoad == 0 {
			t.Errorf("%s has the rule %+v", l.Name, r)
		}
	}
	if !strings.HasPrefix(Usual().Basis, "Community draft: ") {
		t.Errorf("the file doesn't say that its numbers are a community draft: %q", Usual().Basis)
	}
	if _, err := parseUsual([]byte(strings.Replace(string(frameworks.Usual), "mentor_load", "mentorload", 1))); err == nil || !strings.Contains(err.Error(), `did you mean "mentor_load"?`) {
		t.Errorf("a wrong key is answered by %v", err)
	}
}

func TestAFrameworkGivesItsOwnRuleOfPace(t *testing.T) {
	t.Parallel()
	words, err := withPace(t, ownPace)
	if err != nil || !strings.Contains(words, "for 30 days") || !strings.Contains(words, "waited for 20 days") || !strings.Contains(words, "10 percentage points") ||
		!strings.Contains(words, "more than 2 active") || !strings.Contains(words, "Agreed by the hub. Source: S1.") {
		t.Errorf("the rule is %q, %v", words, err)
	}
	for _, tc := range []struct{ old, replacement, want string }{
		{"still_days: 30", "still_days: 3", "still_days must be"},
		{"wait_days: 20", "wait_days: 400", "wait_days must be"},
		{"behind_percent: 10", "behind_percent: 0", "behind_percent must be"},
		{"mentor_load: 2", "mentor_load: two", "mentor_load must be"},
		{", basis: Agreed by the hub.", "", `pace needs the key "basis"`},
		{"still_days: 30, ", "", `pace needs the key "still_days"`},
		{"source: S1", "until: S1", `"until" is not a key of pace`},
	} {
		_, err := withPace(t, strings.Replace(ownPace, tc.old, tc.replacement, 1))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("with %q: %v, want %q", tc.replacement, err, tc.want)
		}
	}
}
