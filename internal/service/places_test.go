package service_test

import (
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

func (h *house) movePractice(t testing.TB, by countersign.Person, to string) error {
	t.Helper()
	_, err := h.svc.MovePlace(t.Context(), h.as(t, by), h.Practice.Code, 0, service.MovePlaceInput{Parent: to, On: h.today(), Reason: "Two boards merged"})
	return err
}

func TestAMovedPracticeIsSeenByItsNewHubAndNoLongerByTheOld(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		sees := func(lead countersign.Person) (one countersign.Kind, listed bool) {
			_, err := h.svc.Record(t.Context(), h.as(t, lead), h.App.ID)
			rows, _, e := h.svc.Apprenticeships(t.Context(), h.as(t, lead), store.ApprenticeshipFilter{Organisation: h.Practice.Code})
			wantKind(t, e, 0)
			return countersign.KindOf(err), len(rows) == 1
		}
		if one, listed := sees(h.HubLead); one != 0 || !listed {
			t.Fatalf("before the move its hub lead sees it: %v, listed %v", one, listed)
		}
		wantKind(t, h.movePractice(t, h.Admin, h.OtherHub.Code), 0)
		if one, listed := sees(h.HubLead); one != countersign.NotFound || listed {
			t.Errorf("the old hub's lead: %v, listed %v; want nothing", one, listed)
		}
		if one, listed := sees(h.OtherHubLead); one != 0 || !listed {
			t.Errorf("the new hub's lead: %v, listed %v; want it", one, listed)
		}
		_, err := h.svc.Record(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, 0) // who is named stays so
		r, err := h.svc.ReportInFull(t.Context(), h.as(t, h.RegionLead), service.ReportQuery{Place: h.Region.Code})
		if n := r.Total.Figures[countersign.FigActive]; n.N != 0 || !n.Known || err != nil {
			t.Errorf("the old region's report has %+v, %v", n, err)
		}
	})
}

func TestOnlyWhoAdministersBothPlacesMovesOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		here := h.Person(t, "Ann Here", "here@example.org", countersign.Admin, h.Region)
		for _, lead := range []countersign.Person{h.HubLead, h.RegionLead, h.Manager} {
			wantKind(t, h.movePractice(t, lead, h.OtherHub.Code), countersign.Forbidden)
		}
		wantKind(t, h.movePractice(t, h.OtherHubLead, h.OtherHub.Code), countersign.NotFound)
		wantKind(t, h.movePractice(t, here, h.OtherHub.Code), countersign.Invalid) // as if there were no such place
		wantKind(t, h.movePractice(t, h.Admin, h.OtherHub.Code), 0)
		wantKind(t, h.movePractice(t, here, h.Hub.Code), countersign.NotFound) // it is no longer theirs
	})
}
