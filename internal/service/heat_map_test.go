package service_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
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

func TestTheHeatMapIsOfTheNewestVersionByItsNumbers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		zoe := h.Person(t, "Zoë Ńowak", "zoe@example.org", countersign.ApprenticeMember, h.NextPractice)
		h.shortVersion(t, "1.9.0", h.Apprentice)
		h.shortVersion(t, "1.10.0", zoe)
		m, err := h.svc.HeatMap(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code, Framework: "short"}, false)
		if err != nil || m.Framework.Version != "1.10.0" {
			t.Errorf("the heat map is of version %q, %v", m.Framework.Version, err)
		}
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

// Of a training hub with so many practices an attacker knows what is told of
// it, and how three counts hang together: those in training, those qualified,
// and those with either.
func TestADifferencingAttackOnCoverageGetsNothing(t *testing.T) {
	for practices := range 16 {
		meaning := map[store.CoverageRow]map[[3]int]bool{} // what each telling can mean
		for training := range practices + 1 {
			for qualified := range practices + 1 {
				for either := max(training, qualified); either <= min(training+qualified, practices); either++ {
					var told store.CoverageRow
					told.AddInSteps(store.CoverageRow{Practices: practices, PracticesTraining: training, PracticesQualified: qualified, PracticesEither: either}, countersign.SmallNumber)
					if meaning[told] == nil {
						meaning[told] = map[[3]int]bool{}
					}
					meaning[told][[3]int{training, qualified, either}] = true
				}
			}
		}
		for told, counts := range meaning {
			for which := range 3 {
				var can []int
				for c := range counts {
					if !slices.Contains(can, c[which]) {
						can = append(can, c[which])
					}
				}
				if len(can) == 1 && can[0] > 0 && can[0] < countersign.SmallNumber {
					t.Errorf("of %+v count %d can only be %d", told, which, can[0])
				}
			}
		}
	}
}

// While fewer than five practices more have somebody, nothing changes that the
// region and England are told, whatever they ask for.
func TestCoverageBeyondTheTrainingHubTellsNoFewUnderAnyFilterAtAnyLevel(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		national := h.add(t, "england@example.org", countersign.NationalLead, h.England)
		told := func() (all []service.CoverageRow) {
			t.Helper()
			for i, in := range []service.ReportQuery{{}, {Framework: h.App.FrameworkID}, {Cohort: "2026-A"}, {Framework: h.App.FrameworkID, Map: "then"}} {
				var rows []service.CoverageRow
				for _, as := range []struct {
					who   countersign.Person
					place countersign.Organisation
				}{{national, h.England}, {national, h.Region}, {national, h.Hub}, {h.RegionLead, h.Region}, {h.RegionLead, h.Hub}} {
					in.Place = as.place.Code
					c, err := h.svc.Coverage(t.Context(), h.as(t, as.who), in)
					if err != nil || !c.Sums {
						t.Fatalf("coverage of %s: sums %t, %v", in.Place, c.Sums, err)
					}
					rows = append(rows, c.Rows...)
				}
				if all = append(all, rows...); i > 0 && cmp.Diff(all[:len(rows)], rows) != "" {
					t.Errorf("asking for %+v tells something else", in)
				}
			}
			return all
		}
		for i := range 4 {
			_, err := h.svc.AddOrganisation(t.Context(), h.svc.Operator(), service.OrganisationInput{
				Code: fmt.Sprintf("Y9900%d", i), Name: fmt.Sprintf("Surgery %d", i), Kind: countersign.Practice, Parent: h.Hub.Code,
			})
			wantKind(t, err, 0)
		}
		before := told()
		for i := range 4 { // with the one who is there already, five at last
			place, err := h.svc.Organisation(t.Context(), h.svc.Operator(), fmt.Sprintf("Y9900%d", i))
			wantKind(t, err, 0)
			h.Enrol(t, h.add(t, fmt.Sprintf("learner%d@example.org", i), countersign.ApprenticeMember, place), place, "")
			if same := cmp.Diff(before, told()) == ""; same != (i < 3) {
				t.Errorf("with %d practices the same is told as with one: %t", i+2, same)
			}
		}
	})
}
