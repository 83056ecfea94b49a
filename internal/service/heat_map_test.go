package service_test

import (
	"slices"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

func TestTheHeatMapSaysOnWhichCompetenciesPeopleGetStuck(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, _, err := h.sign(t, h.GP, "GPA-CL2", h.ready(t, "GPA-CL2", h.Mentor)...); err != nil {
			t.Fatal(err)
		}
		see := func(by countersign.Person, place countersign.Organisation, byPlace bool) service.HeatMap {
			t.Helper()
			m, err := h.svc.HeatMap(t.Context(), h.as(t, by), service.ReportQuery{Place: place.Code}, byPlace)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		cell := func(m service.HeatMap, code string) service.HeatCell {
			t.Helper()
			i := slices.IndexFunc(m.Rows, func(r service.HeatRow) bool { return r.Competency.Code == code })
			if i < 0 || len(m.Columns) != 1 || len(m.Rows[i].Cells) != 1 {
				t.Fatalf("%s in columns %v", code, m.Columns)
			}
			return m.Rows[i].Cells[0]
		}
		days := h.App.StartOn.DaysUntil(h.today())
		for _, byPlace := range []bool{true, false} {
			m := see(h.HubLead, h.Hub, byPlace)
			if c := cell(m, "GPA-CL2"); c.InScope.N != 1 || c.Share.N != 100 || c.Days.N != days*10 {
				t.Errorf("signed off after %d days: %+v", days, c)
			}
			if c := cell(m, "GPA-CL3"); c.InScope.N != 1 || c.Share.N != 0 || c.Days.Known {
				t.Errorf("not signed off: %+v", c)
			}
			if c := cell(see(h.RegionLead, h.Region, byPlace), "GPA-CL2"); !c.InScope.Hidden || !c.Share.Hidden || !c.Days.Hidden {
				t.Errorf("beyond the training hub: %+v", c)
			}
		}
		_, err := h.svc.HeatMap(t.Context(), h.as(t, h.OtherHubLead), service.ReportQuery{Place: h.Hub.Code}, false)
		wantKind(t, err, countersign.NotFound)
	})
}

func TestCoverageCountsPracticesWithSomebodyInTrainingOrQualified(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		see := func(by countersign.Person, place countersign.Organisation) service.CoverageRow {
			t.Helper()
			c, err := h.svc.Coverage(t.Context(), h.as(t, by), service.ReportQuery{Place: place.Code})
			if err != nil || len(c.Rows) == 0 {
				t.Fatalf("%d rows, %v", len(c.Rows), err)
			}
			return c.Rows[0]
		}
		if r := see(h.RegionLead, h.Region); r.Place.Code != h.Hub.Code || r.Practices != 2 || r.PracticesTraining != 0 || r.PracticesQualified != 0 || r.PracticesEither != 0 || r.Networks != 0 {
			t.Errorf("coverage by hub, in fives: %+v", r)
		}
		total := 0
		c, err := h.svc.Coverage(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code})
		wantKind(t, err, 0)
		for _, r := range c.Rows {
			total += r.PracticesEither
		}
		if len(c.Rows) != 2 || total != 1 {
			t.Errorf("coverage by practice: %+v", c.Rows)
		}
		_, err = h.svc.Coverage(t.Context(), h.as(t, h.OtherHubLead), service.ReportQuery{Place: h.Hub.Code})
		wantKind(t, err, countersign.NotFound)
	})
}
