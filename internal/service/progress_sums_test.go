package service_test

import (
	"fmt"
	"strings"
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
			afresh := see()
			if again := see(); again >= afresh || afresh > all {
				t.Errorf("%s: %d statements and %d again, at first %d", c.what, afresh, again, all)
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

func TestAfterAChangeOnlyItsTrainingHubIsAddedUpAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.RegionLead)
		see := func() (addedUp string) {
			t.Helper()
			ctx, recorded := h.store.RecordStatements(t.Context())
			_, err := h.svc.Report(ctx, lead, service.ReportQuery{Place: h.Region.Code})
			wantKind(t, err, 0)
			_, err = h.svc.HeatMap(ctx, lead, service.ReportQuery{Place: h.Region.Code}, true)
			wantKind(t, err, 0)
			for _, s := range recorded() {
				if strings.Contains(s.SQL, "o.id IN") {
					addedUp += fmt.Sprint(s.Args)
				}
			}
			return addedUp
		}
		if first := see(); !strings.Contains(first, string(h.Hub.ID)) || !strings.Contains(first, string(h.OtherHub.ID)) {
			t.Fatalf("at first both were added up, got %s", first)
		}
		if again := see(); again != "" {
			t.Errorf("nothing has changed, but this was added up: %s", again)
		}
		_, err := h.svc.StartBreak(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, service.BreakInput{On: h.today(), ReturnExpected: h.today().AddDays(40), Reason: "Ill"})
		wantKind(t, err, 0)
		if after := see(); !strings.Contains(after, string(h.Hub.ID)) || strings.Contains(after, string(h.OtherHub.ID)) {
			t.Errorf("somebody's break at %s had this added up: %s", h.Hub.Name, after)
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
		see()
		again := see()
		for range 2 { // the second changes no tally
			_, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, h.observation("", "GPA-CL2"))
			wantKind(t, err, 0)
			if afresh := see(); afresh <= again {
				t.Errorf("%d statements after a write, and %d when nothing was written", afresh, again)
			}
		}
	})
}
