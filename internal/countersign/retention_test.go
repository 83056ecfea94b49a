package countersign_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
)

func TestSomebodyIsErasedWhenThePeriodIsOverOrTheyAskAndNothingNeedsThem(t *testing.T) {
	t.Parallel()
	six := countersign.Retention{Years: 6, Basis: "Public task"}
	today := countersign.On(2032, 3, 2)
	asked := time.Date(2027, 1, 2, 9, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		e    countersign.Erasure
		r    countersign.Retention
		want bool
	}{
		"the day before":            {countersign.Erasure{LastDay: countersign.On(2026, 3, 2)}, six, false},
		"the day after":             {countersign.Erasure{LastDay: countersign.On(2026, 3, 1)}, six, true},
		"no period is set":          {countersign.Erasure{LastDay: countersign.On(1999, 3, 1)}, countersign.Retention{}, false},
		"never anything":            {countersign.Erasure{}, six, false},
		"asked":                     {countersign.Erasure{LastDay: countersign.On(2032, 1, 1), AskedAt: asked}, six, true},
		"asked, and refused since":  {countersign.Erasure{LastDay: countersign.On(2032, 1, 1), AskedAt: asked, RefusedAt: asked.Add(time.Hour)}, six, false},
		"asked again":               {countersign.Erasure{AskedAt: asked, RefusedAt: asked.Add(-time.Hour)}, countersign.Retention{}, true},
		"an apprenticeship is open": {countersign.Erasure{LastDay: countersign.On(1999, 3, 1), AskedAt: asked, Open: 1}, six, false},
		"a role is held":            {countersign.Erasure{LastDay: countersign.On(1999, 3, 1), AskedAt: asked, Roles: 1}, six, false},
		"in records of others":      {countersign.Erasure{LastDay: countersign.On(1999, 3, 1), AskedAt: asked, Judged: 2}, six, false},
		"erased":                    {countersign.Erasure{LastDay: countersign.On(1999, 3, 1), ErasedAt: asked}, six, false},
	} {
		if err := tc.e.Check(tc.r, today); (err == nil) != tc.want {
			t.Errorf("%s: %v, want allowed %t", name, err, tc.want)
		}
	}
}
