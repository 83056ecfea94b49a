package service_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

func TestReportIsOfThoseBeneathAPlaceForThoseWhoManageOrLeadIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		see := func(by countersign.Person, code string) (service.Report, error) {
			return h.svc.Report(t.Context(), h.as(t, by), service.ReportQuery{Place: code})
		}
		for _, c := range []struct {
			by    countersign.Person
			place countersign.Organisation
			rows  int
			sums  bool
		}{
			{h.Manager, h.Practice, 0, false},
			{h.HubLead, h.Practice, 0, false},
			{h.HubLead, h.Hub, 2, false},
			{h.RegionLead, h.Hub, 0, true},
			{h.RegionLead, h.Region, 1, true},
		} {
			r, err := see(c.by, c.place.Code)
			if err != nil {
				t.Fatalf("%s of %s: %v", c.by.Name, c.place.Code, err)
			}
			if r.Sums != c.sums || len(r.Places) != c.rows || (len(r.Supervisors) > 0) == c.sums {
				t.Errorf("%s of %s: sums %v, %d places, %d supervisors", c.by.Name, c.place.Code, r.Sums, len(r.Places), len(r.Supervisors))
			}
			if got := r.Total.Figures[countersign.FigActive]; got.Hidden != c.sums || (got.N == 1) == c.sums {
				t.Errorf("%s of %s: %+v active", c.by.Name, c.place.Code, got)
			}
		}
		for _, wrong := range []service.ReportQuery{{Framework: "gpa-combined", Cohort: "2026-A"}, {Map: "today"}} {
			wrong.Place = h.Region.Code
			_, err := h.svc.Report(t.Context(), h.as(t, h.RegionLead), wrong)
			wantKind(t, err, countersign.Invalid)
		}
		for _, c := range []struct {
			by   countersign.Person
			code string
		}{
			{h.Manager, h.Hub.Code}, {h.Manager, h.NextPractice.Code}, {h.OtherHubLead, h.Hub.Code}, {h.OtherHubLead, h.Practice.Code},
			{h.HubLead, h.Region.Code}, {h.HubLead, h.OtherHub.Code}, {h.RegionLead, h.Practice.Code}, {h.RegionLead, h.England.Code},
			{h.RegionLead, h.OtherRegion.Code}, {h.Apprentice, h.Practice.Code}, {h.GP, h.Practice.Code}, {h.Admin, h.Hub.Code}, {h.HubLead, "NOWHERE"},
		} {
			_, err := see(c.by, c.code)
			wantKind(t, err, countersign.NotFound)
		}
	})
}

func TestTheReportOfARegionLeavesOutClosedTrainingHubsWhereNobodyIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ends := h.today().AddDays(-1)
		closes := func(code string) {
			t.Helper()
			_, err := h.svc.ChangeOrganisation(t.Context(), h.svc.Operator(), code, 0, service.ChangeOrganisationInput{EndedOn: &ends})
			wantKind(t, err, 0)
		}
		_, err := h.svc.AddOrganisation(t.Context(), h.svc.Operator(), service.OrganisationInput{Code: "TH03", Name: "York Training Hub", Kind: countersign.Hub, Parent: h.Region.Code})
		wantKind(t, err, 0)
		listed := func(want int) {
			t.Helper()
			r, err := h.svc.Report(t.Context(), h.as(t, h.RegionLead), service.ReportQuery{Place: h.Region.Code})
			if err != nil || !r.Sums || len(r.Places) != want {
				t.Errorf("the region lists %d training hubs, want %d: %v", len(r.Places), want, err)
			}
		}
		listed(2)
		closes("TH03") // it has merged into the other
		listed(1)
		closes(h.Hub.Code) // with people who are still beneath it
		listed(1)
	})
}

// A naming gives a right only to who holds the role, and nobody does at a place
// that is closed.
func TestWhoHoldsTheirRoleAtAClosedPlaceOnlyMentorsNobody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		closes := func(on countersign.Date) {
			t.Helper()
			_, err := h.svc.ChangeOrganisation(t.Context(), h.svc.Operator(), h.Practice.Code, 0, service.ChangeOrganisationInput{EndedOn: &on})
			wantKind(t, err, 0)
		}
		unmentored := func(when string, want int) {
			t.Helper()
			lead := h.as(t, h.HubLead)
			r, err := h.svc.Report(t.Context(), lead, service.ReportQuery{Place: h.Hub.Code})
			wantKind(t, err, 0)
			rows, _, err := h.svc.Apprenticeships(t.Context(), lead, store.ApprenticeshipFilter{Unmentored: true})
			wantKind(t, err, 0)
			if got := r.Total.Figures[countersign.FigUnmentored].N; got != want || len(rows) != want || (len(r.Supervisors) == 0) != (want == 1) {
				t.Errorf("%s: %d without a mentor in the report, %d in the list, %d supervisors; want %d", when, got, len(rows), len(r.Supervisors), want)
			}
		}
		unmentored("at first", 0)
		closes(h.today().AddDays(3))
		unmentored("before the last day", 0)
		h.clock.Advance(4 * 24 * time.Hour)
		unmentored("after it", 1)
		h.compare(t, "closing").report(h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code})
		closes(countersign.Date{})
		unmentored("open again", 0)
	})
}
