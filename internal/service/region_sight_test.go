package service_test

import (
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

func TestATrainingHubAgreesThatItsRegionSeesPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		agree := func(by countersign.Person, hub countersign.Organisation, version int, yes bool) error {
			_, err := h.svc.AgreeToRegion(t.Context(), h.as(t, by), hub.Code, version, service.RegionSightInput{Agrees: yes, Reason: "The agreement of 3 March"})
			return err
		}
		sees := func(people bool) {
			t.Helper()
			lead := h.as(t, h.RegionLead)
			rows, _, err := h.svc.Apprenticeships(t.Context(), lead, store.ApprenticeshipFilter{})
			if wantKind(t, err, 0); (len(rows) == 1) != people {
				t.Errorf("the region lists %d people, want them: %t", len(rows), people)
			}
			r, err := h.svc.Report(t.Context(), lead, service.ReportQuery{Place: h.Region.Code})
			if wantKind(t, err, 0); r.Sums == people || (r.Total.Figures[countersign.FigActive].N == 1) != people {
				t.Errorf("the region's report: sums %t, %+v active", r.Sums, r.Total.Figures[countersign.FigActive])
			}
			want := countersign.NotFound
			if people {
				want = 0
			}
			_, err = h.svc.Report(t.Context(), lead, service.ReportQuery{Place: h.Practice.Code})
			wantKind(t, err, want)
			_, err = h.svc.Record(t.Context(), lead, h.App.ID)
			wantKind(t, err, want)
			_, _, err = h.svc.EvidenceList(t.Context(), lead, h.App.ID, service.EvidenceFilter{})
			if err == nil {
				t.Error("the region reads evidence")
			}
			if _, err := h.svc.ILRHandOver(t.Context(), lead, h.Hub.Code); err == nil {
				t.Error("the region hands learners over")
			}
		}
		sees(false)
		for by, want := range map[countersign.PersonID]countersign.Kind{
			h.Manager.ID: countersign.NotFound, h.OtherHubLead.ID: countersign.NotFound, h.Apprentice.ID: countersign.NotFound,
			h.RegionLead.ID: countersign.Forbidden, h.Admin.ID: countersign.Forbidden, // who see the place
		} {
			if err := agree(countersign.Person{ID: by}, h.Hub, 0, true); countersign.KindOf(err) != want && countersign.KindOf(err) != countersign.Forbidden {
				t.Errorf("agreeing by %s: %v, want kind %v", by, err, want)
			}
		}
		wantKind(t, agree(h.HubLead, h.Practice, 0, true), countersign.NotFound)
		wantKind(t, agree(h.HubLead, h.Hub, 99, true), countersign.Conflict)
		_, err := h.svc.AgreeToRegion(t.Context(), h.as(t, h.HubLead), h.Hub.Code, 0, service.RegionSightInput{Agrees: true})
		wantKind(t, err, countersign.Invalid)
		sees(false)

		wantKind(t, agree(h.HubLead, h.Hub, 1, true), 0)
		sees(true)
		_, err = h.svc.Report(t.Context(), h.as(t, h.RegionLead), service.ReportQuery{Place: h.Region.Code, Map: "then"})
		wantKind(t, err, countersign.Invalid)

		second, err := h.svc.AddOrganisation(t.Context(), h.svc.Operator(), service.OrganisationInput{Code: "TH77", Name: "York Training Hub", Kind: countersign.Hub, Parent: h.Region.Code})
		wantKind(t, err, 0)
		sees(false) // one training hub hasn't agreed
		lead := h.Person(t, "Lea York", "york@example.org", countersign.HubLead, second)
		wantKind(t, agree(lead, second, 0, true), 0)
		sees(true)
		wantKind(t, agree(lead, second, 0, false), 0)
		sees(false)
		on := countersign.LondonDate(h.clock.Now()).AddDays(-1)
		_, err = h.svc.ChangeOrganisation(t.Context(), h.svc.Operator(), second.Code, 0, service.ChangeOrganisationInput{EndedOn: &on})
		wantKind(t, err, 0)
		sees(true) // a closed one isn't asked
		_, err = h.svc.MovePlace(t.Context(), h.svc.Operator(), h.Hub.Code, 0, service.MovePlaceInput{Parent: h.OtherRegion.Code, On: countersign.LondonDate(h.clock.Now()), Reason: "Merged"})
		wantKind(t, err, 0)
		r, err := h.svc.RegionSight(t.Context(), h.as(t, h.HubLead), h.Hub.Code)
		if wantKind(t, err, 0); r.Region.Code != h.OtherRegion.Code || r.Hub.PeopleToRegion {
			t.Errorf("after a move the agreement with the region before holds for %s: %t", r.Region.Code, r.Hub.PeopleToRegion)
		}
		if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.AgreeToRegion(authz.Permit{}, r.Hub, true)
			return err
		}); err == nil {
			t.Error("the store takes an agreement without a permit")
		}
	})
}
