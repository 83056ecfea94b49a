package countersign_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
)

func TestARuleOfPaceIsStatedOnceForAllFrameworksThatShareIt(t *testing.T) {
	t.Parallel()
	version := func(id string, days int) countersign.Framework {
		return countersign.Framework{ID: id, Version: "1.0.0", Programme: countersign.Programme{Pace: countersign.PaceRule{StillDays: days, WaitDays: 28, BehindPercent: 15, MentorLoad: 3, Basis: "Agreed."}}}
	}
	stated := countersign.StatePace([]countersign.Framework{version("own", 20), version("a", 42), version("b", 42)})
	var got []string
	for _, p := range stated {
		got = append(got, p.Names())
	}
	if diff := cmp.Diff([]string{"a 1.0.0, b 1.0.0", "own 1.0.0"}, got); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	words := strings.Join(countersign.PaceWords(stated), "\n")
	for _, want := range []string{
		"a 1.0.0, b 1.0.0: Stuck: nothing has happened on the record for 42 days",
		"own 1.0.0: Stuck: nothing has happened on the record for 20 days", "own 1.0.0: Agreed.", "more than 3 active apprentices",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("%q isn't in:\n%s", want, words)
		}
	}
	if one := countersign.PaceWords(stated[:1]); !strings.HasPrefix(one[0], "Stuck: ") {
		t.Errorf("one rule begins with %q, want no names", one[0])
	}
}

func TestEveryCauseSaysWhatToDoNext(t *testing.T) {
	t.Parallel()
	day := countersign.On(2026, 9, 1)
	why := countersign.Pacing{
		Rule: countersign.PaceRule{StillDays: 30, WaitDays: 20, BehindPercent: 10}, StartOn: day, PlannedEndOn: day.AddDays(99),
		WaitingSince: day.AddDays(5), ReviewDue: day.AddDays(60), LearnFrom: day, PlanDays: 100, InScope: 10,
	}
	flag, reasons := why.On(day.AddDays(200))
	if flag != countersign.Stuck || len(reasons) != len(countersign.PaceCauses()) {
		t.Fatalf("%s for %v", flag, reasons)
	}
	seen := map[countersign.PaceCause]bool{}
	for _, r := range reasons {
		seen[r.Cause] = true
		for _, words := range []string{r.Sentence, r.Cause.Next(), r.Cause.NextForOneself()} {
			if words == "" || strings.Contains(strings.ToLower(r.Cause.NextForOneself()), "stuck") {
				t.Errorf("%s says %q", r.Cause, words)
			}
		}
	}
	if len(seen) != len(reasons) {
		t.Errorf("causes %v", seen)
	}
	if flag, reasons := why.On(day.AddDays(3)); flag != countersign.OnTrack || len(reasons) != 0 {
		t.Errorf("in the first days %s for %v", flag, reasons)
	}
}
