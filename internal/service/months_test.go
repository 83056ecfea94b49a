package service_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// monthEnd moves the clock to the last minutes of its month, which it returns.
func (h *house) monthEnd() countersign.Month {
	m := countersign.MonthOf(h.today())
	h.clock.Advance(m.Last().AddDays(1).Start().Add(-5 * time.Minute).Sub(h.clock.Now()))
	return m
}

func TestAReportAsAtAMonthsEndSaysWhatItSaidThen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		l := newLife(t, h, 14)
		for range 25 {
			l.happen(t)
		}
		m := h.monthEnd()
		wantKind(t, h.svc.RecountDue(t.Context()), 0)
		see := func(place countersign.Organisation, month string) service.Report {
			t.Helper()
			r, err := h.svc.ReportInFull(t.Context(), h.as(t, h.RegionLead), service.ReportQuery{Place: place.Code, Month: month})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		region, hub := see(h.Region, ""), see(h.Hub, "")
		h.clock.Advance(time.Hour)
		wantKind(t, h.svc.RecountDue(t.Context()), 0)
		for range 15 {
			l.happen(t)
		}
		_, err := h.svc.MovePlace(t.Context(), h.as(t, h.Admin), h.NextPractice.Code, 0, service.MovePlaceInput{Parent: h.OtherHub.Code, On: h.today(), Reason: "Merged"})
		wantKind(t, err, 0)
		for _, c := range []struct {
			then  service.Report
			place countersign.Organisation
		}{{region, h.Region}, {hub, h.Hub}} {
			now := see(c.place, m.String())
			if now.TakenAt.IsZero() || now.Late || !now.Then || len(now.Months) == 0 {
				t.Errorf("as at %s: taken %s, late %v, on the map of then %v", m, now.TakenAt, now.Late, now.Then)
			}
			now.Month, now.TakenAt, now.Then, now.Months = c.then.Month, c.then.TakenAt, c.then.Then, c.then.Months
			for _, rows := range [][]service.ReportRow{now.Places, c.then.Places} {
				for i := range rows {
					rows[i].Place = countersign.Organisation{} // it has moved since
				}
			}
			now.Place, now.Total.Place, now.Above = c.then.Place, c.then.Total.Place, c.then.Above
			if diff := cmp.Diff(c.then, now); diff != "" {
				t.Errorf("%s as at %s (-then +now):\n%s", c.place.Code, m, diff)
			}
		}
		today, err := h.svc.Report(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code, Month: m.String(), Map: "today"})
		if err != nil || today.Then || len(today.Places) != 1 {
			t.Errorf("on the map of today the hub has %d practices, %v", len(today.Places), err)
		}
		trend, err := h.svc.Trend(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code, Map: "then"})
		if err != nil || len(trend) == 0 {
			t.Fatalf("trend of %d months, %v", len(trend), err)
		}
	})
}

// On the first of a month payments fall due and mentors come and go. Somebody
// may look before the worker has kept the month's end.
func TestAMonthsEndIsKeptBeforeALookAtTheNewMonthChangesIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.HubLead)
		next := countersign.MonthOf(h.today()).Add(1).First()
		namings, err := h.svc.Namings(t.Context(), lead, h.App.ID)
		wantKind(t, err, 0)
		for _, n := range namings {
			if n.Role == countersign.SecondaryMentor {
				_, err := h.svc.EndNaming(t.Context(), lead, h.App.ID, n.ID, service.EndNamingInput{To: next.AddDays(-1)})
				wantKind(t, err, 0)
			}
		}
		see := func(month string) countersign.Values {
			t.Helper()
			r, err := h.svc.Report(t.Context(), lead, service.ReportQuery{Place: h.Hub.Code, Month: month})
			wantKind(t, err, 0)
			return r.Total.Figures
		}
		m := h.monthEnd()
		then := see("")
		h.clock.Advance(10 * time.Minute)
		if now := see(""); now[countersign.FigUnmentored].N != then[countersign.FigUnmentored].N+1 {
			t.Fatalf("without a mentor: %d, and %d on the next day", then[countersign.FigUnmentored].N, now[countersign.FigUnmentored].N)
		}
		wantKind(t, h.svc.RecountDue(t.Context()), 0)
		if diff := cmp.Diff(then, see(m.String())); diff != "" {
			t.Errorf("as at the end of %s (-then +now):\n%s", m, diff)
		}
	})
}

func TestATrendHasEveryMonthThatWasKeptAlsoThoseWithNobody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.clock.Advance(40 * 24 * time.Hour)
		wantKind(t, h.svc.RecountDue(t.Context()), 0)
		for place, starters := range map[string]int{h.Practice.Code: 1, h.NextPractice.Code: 0} {
			trend, err := h.svc.Trend(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: place})
			if err != nil || len(trend) != 1 || trend[0].Figures[countersign.FigStarters] != (countersign.Value{N: starters, Known: true}) {
				t.Errorf("trend of %s: %+v, %v; want one month with %d", place, trend, err, starters)
			}
		}
	})
}

// What was filled in in bulk, or was there before tallies were, isn't worked out
// at first.
func TestNoMonthsEndIsKeptOfTalliesThatWereNeverWorkedOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, err := h.store.Pools()[0].ExecContext(t.Context(), "UPDATE tallies SET begun = FALSE, refresh_day = 0"); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(40 * 24 * time.Hour)
		wantKind(t, h.svc.RecountDue(t.Context()), 0)
		kept := func(want int) {
			t.Helper()
			r, err := h.svc.Report(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code})
			if err != nil || len(r.Months) != want || r.Total.Figures[countersign.FigStarters].N != 1 {
				t.Fatalf("months kept: %v, starters %v, %v", r.Months, r.Total.Figures[countersign.FigStarters], err)
			}
		}
		kept(0)
		wantKind(t, h.svc.RecountDue(t.Context()), 0)
		kept(1)
	})
}

func TestEachMonthsEndIsKeptOnceHoweverManyServersAndMonthsLate(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		wantKind(t, h.svc.KeepMonths(t.Context()), 0)
		months := func() []countersign.Month {
			r, err := h.svc.Report(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code})
			wantKind(t, err, 0)
			return r.Months
		}
		if got := months(); len(got) != 0 {
			t.Errorf("months kept in the first month: %v", got)
		}
		h.monthEnd()
		h.clock.Advance(time.Hour)
		wantKind(t, h.svc.KeepMonths(t.Context()), 0)
		h.clock.Advance(75 * 24 * time.Hour) // nobody was there
		var servers sync.WaitGroup
		for range 3 {
			servers.Go(func() { wantKind(t, h.svc.KeepMonths(t.Context()), 0) })
		}
		servers.Wait()
		got := months()
		if len(got) != 3 || got[0] != countersign.MonthOf(h.today()).Add(-1) || got[2].String() != "2026-03" {
			t.Errorf("months kept: %v", got)
		}
		for i, late := range []bool{true, true, false} {
			r, err := h.svc.Report(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code, Month: got[i].String()})
			if err != nil || r.Late != late || r.Day != got[i].Last() || r.Total.Figures[countersign.FigStarters].N != 1 {
				t.Errorf("as at %s: late %v, by %s, %v, %v", got[i], r.Late, r.Day, r.Total.Figures[countersign.FigStarters], err)
			}
		}
		for _, wrong := range []string{"2019-01", "October", "2026-13", "2026-1"} {
			_, err := h.svc.Report(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code, Month: wrong})
			wantKind(t, err, countersign.Invalid)
		}
	})
}
