package countersign_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
)

func TestABadgeHoldsUntilItsLastDayOrItsRevocation(t *testing.T) {
	t.Parallel()
	day := countersign.On(2026, 3, 31)
	for _, tc := range []struct {
		name string
		b    countersign.Badge
		on   countersign.Date
		want bool
	}{
		{"without an end", countersign.Badge{}, day, true},
		{"on its last day", countersign.Badge{ValidUntil: day}, day, true},
		{"the day after", countersign.Badge{ValidUntil: day}, day.AddDays(1), false},
		{"revoked", countersign.Badge{RevokedAt: time.Unix(1, 0)}, day, false},
	} {
		if got := tc.b.Holds(tc.on); got != tc.want {
			t.Errorf("%s: holds %t", tc.name, got)
		}
	}
}

// The first of what it rests on to expire ends a badge.
func TestABadgeEndsWithTheFirstOfWhatItRestsOn(t *testing.T) {
	t.Parallel()
	rests := func(months int, at time.Time) countersign.Attainment {
		return countersign.Attainment{
			Competency: countersign.Competency{Code: "A1", Core: true, RenewMonths: months, Threshold: "1"},
			Decisions:  []countersign.SignOff{{ID: "s", Decision: countersign.Competent, Part: countersign.FirstAssessment, Level: "1", SignedAt: at}},
		}
	}
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	if got, want := countersign.EndOfBadge([]countersign.Attainment{rests(12, at), rests(1, at), rests(0, at)}), countersign.On(2026, 2, 28); got != want {
		t.Errorf("ends on %v; want %v", got, want)
	}
	if got := countersign.EndOfBadge([]countersign.Attainment{rests(0, at)}); !got.IsZero() {
		t.Errorf("ends on %v; want never", got)
	}
}
