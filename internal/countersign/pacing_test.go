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
