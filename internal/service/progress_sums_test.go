package service_test

import (
	"testing"

	"countersign/internal/service"
)

func TestSumsAreAddedUpOnceUntilSomethingChanges(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.RegionLead)
		see := func() (statements int) {
			t.Helper()
			ctx, counted := h.store.CountStatements(t.Context())
			_, err := h.svc.Report(ctx, lead, service.ReportQuery{Place: h.Region.Code})
			wantKind(t, err, 0)
			return counted()
		}
		all := see()
		for _, c := range []struct {
			what   string
			change func()
		}{
			{"others have begun", func() { h.EnrolMany(t, 9, h.NextPractice) }},
			{"a place has moved", func() {
				_, err := h.svc.MovePlace(t.Context(), h.as(t, h.Admin), h.NextPractice.Code, 0, service.MovePlaceInput{Parent: h.OtherHub.Code, On: h.today(), Reason: "Merged"})
				wantKind(t, err, 0)
			}},
		} {
			c.change()
			if afresh := see(); afresh != all {
				t.Errorf("%s: %d statements instead of %d", c.what, afresh, all)
			}
			if again := see(); again >= all {
				t.Errorf("%s: %d statements again", c.what, again)
			}
		}
		again := all
		for range 2 { // the first is when something was last done
			_, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, h.observation("", "GPA-CL2"))
			wantKind(t, err, 0)
			all, again = again, see()
		}
		if again >= all {
			t.Errorf("%d statements after another draft, which no figure counts", again)
		}
	})
}

// A tally doesn't say which competencies are signed off: after any write
// beneath an apprenticeship the heat map is worked out anew.
func TestTheHeatMapIsWorkedOutOnceUntilSomethingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.RegionLead)
		see := func() (statements int) {
			t.Helper()
			ctx, counted := h.store.CountStatements(t.Context())
			_, err := h.svc.HeatMap(ctx, lead, service.ReportQuery{Place: h.Region.Code}, false)
			wantKind(t, err, 0)
			return counted()
		}
		all := see()
		if again := see(); again >= all {
			t.Errorf("%d statements again, and %d at first", again, all)
		}
		for range 2 { // the second changes no tally
			_, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, h.observation("", "GPA-CL2"))
			wantKind(t, err, 0)
			if afresh := see(); afresh != all {
				t.Errorf("%d statements after a write, want %d", afresh, all)
			}
		}
	})
}
