package service_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// measured is a report of GP minutes a day, from 120 to 40.
func (h *house) measured() service.ImpactInput {
	day := h.today()
	return service.ImpactInput{
		Measure: "GP_MIN_CORR_DAY", Baseline: 1200, BaselineFrom: day.AddDays(-200), BaselineTo: day.AddDays(-180),
		Value: 400, From: day.AddDays(-20), To: day.AddDays(-1), Method: "audit_sample", Sample: 20,
	}
}

func (h *house) impactOf(t *testing.T, by countersign.Person, place countersign.Organisation) service.ImpactReport {
	t.Helper()
	r, err := h.svc.ImpactOf(t.Context(), h.as(t, by), service.ReportQuery{Place: place.Code})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMeasuresAreEnteredCheckedAndSentBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager, lead := h.as(t, h.Manager), h.as(t, h.HubLead)
		in := h.measured()
		in.Note = "Mrs Patterson sat beside us"
		_, err := h.svc.EnterImpact(t.Context(), manager, h.Practice.Code, in)
		wantKind(t, err, countersign.Invalid) // asked about, as it may be a patient
		in.Note, in.Sample = "All partners", 0
		_, err = h.svc.EnterImpact(t.Context(), manager, h.Practice.Code, in)
		wantKind(t, err, countersign.Invalid)
		in.Sample = 20
		i, err := h.svc.EnterImpact(t.Context(), manager, h.Practice.Code, in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.svc.EnterImpact(t.Context(), manager, h.Practice.Code, in)
		wantKind(t, err, countersign.Conflict) // the same period twice
		if f := h.impactOf(t, h.HubLead, h.Hub).Figures[0]; f.Reported.N != 0 || f.Practices != 2 {
			t.Errorf("before it is checked %+v have reported", f.Reported)
		}
		in.Value = 300
		_, err = h.svc.ChangeImpact(t.Context(), manager, i.ID, i.Version+1, in)
		wantKind(t, err, countersign.Conflict)
		if i, err = h.svc.ChangeImpact(t.Context(), manager, i.ID, i.Version, in); err != nil || i.Version != 2 {
			t.Fatalf("changed: %+v, %v", i, err)
		}
		_, err = h.svc.DecideImpact(t.Context(), lead, i.ID, 1, service.ImpactDecision{Decision: countersign.CheckImpact})
		wantKind(t, err, countersign.Conflict) // saw the old value
		_, err = h.svc.DecideImpact(t.Context(), lead, i.ID, 2, service.ImpactDecision{Decision: countersign.SendBackImpact})
		wantKind(t, err, countersign.Invalid)
		if _, err := h.svc.DecideImpact(t.Context(), lead, i.ID, 2, service.ImpactDecision{Decision: countersign.CheckImpact}); err != nil {
			t.Fatal(err)
		}
		_, err = h.svc.ChangeImpact(t.Context(), manager, i.ID, 3, in)
		wantKind(t, err, countersign.Conflict)
		r := h.impactOf(t, h.HubLead, h.Hub)
		if f := r.Figures[0]; f.Reported.N != 1 || f.Now.Median.N != 300 || f.Together.N != -900 || len(r.Reported) != 1 || r.Reported[0].PracticeName != h.Practice.Name || r.MayEnter {
			t.Errorf("once it is checked: %+v", f)
		}
		if _, err := h.svc.DecideImpact(t.Context(), lead, i.ID, 3, service.ImpactDecision{Decision: countersign.SendBackImpact, Reason: "Which partners?"}); err != nil {
			t.Fatal(err)
		}
		if f := h.impactOf(t, h.HubLead, h.Hub).Figures[0]; f.Reported.N != 0 {
			t.Error("what is sent back counts")
		}
		known, err := h.svc.Impact(t.Context(), manager, i.ID)
		if err != nil || !known.MayChange || known.MayCheck || known.MaySendBack || known.Reason != "Which partners?" || known.CheckedByName != h.HubLead.Name {
			t.Errorf("the practice sees %+v, %v", known, err)
		}
		if list, _, err := h.svc.Impacts(t.Context(), lead, h.Hub.Code, service.ImpactFilter{State: countersign.ImpactSentBack}); err != nil || len(list) != 1 {
			t.Errorf("sent back: %d, %v", len(list), err)
		}
		if !h.impactOf(t, h.Manager, h.Practice).MayEnter {
			t.Error("a manager may not enter measures of their practice")
		}
	})
}

func TestAPracticeWithdrawsWhatNobodyHasChecked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager, lead := h.as(t, h.Manager), h.as(t, h.HubLead)
		toCheck := func(want int) {
			t.Helper()
			homes, err := h.svc.HubHomes(t.Context(), lead)
			if err != nil || homes[0].Measures != want || homes[0].MeasuresSince.IsZero() != (want == 0) {
				t.Errorf("the training hub's home has %+v to check, want %d: %v", homes, want, err)
			}
		}
		toCheck(0)
		enter := func() countersign.Impact {
			t.Helper()
			i, err := h.svc.EnterImpact(t.Context(), manager, h.Practice.Code, h.measured())
			wantKind(t, err, 0)
			return i
		}
		i := enter()
		toCheck(1)
		_, err := h.svc.WithdrawImpact(t.Context(), lead, i.ID, i.Version)
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.WithdrawImpact(t.Context(), manager, i.ID, i.Version+1)
		wantKind(t, err, countersign.Conflict)
		_, err = h.svc.WithdrawImpact(t.Context(), manager, i.ID, i.Version)
		wantKind(t, err, 0)
		toCheck(0)
		for _, refused := range []error{
			func() error { _, err := h.svc.WithdrawImpact(t.Context(), manager, i.ID, 0); return err }(),
			func() error { _, err := h.svc.ChangeImpact(t.Context(), manager, i.ID, 0, h.measured()); return err }(),
			func() error {
				_, err := h.svc.DecideImpact(t.Context(), lead, i.ID, 0, service.ImpactDecision{Decision: countersign.CheckImpact})
				return err
			}(),
		} {
			wantKind(t, refused, countersign.Conflict)
		}
		again := enter() // the same period
		_, err = h.svc.DecideImpact(t.Context(), lead, again.ID, 0, service.ImpactDecision{Decision: countersign.CheckImpact})
		wantKind(t, err, 0)
		_, err = h.svc.WithdrawImpact(t.Context(), manager, again.ID, 0)
		wantKind(t, err, countersign.Conflict)
		_, err = h.svc.DecideImpact(t.Context(), lead, again.ID, 0, service.ImpactDecision{Decision: countersign.SendBackImpact, Reason: "Of which partners?"})
		wantKind(t, err, 0)
		_, err = h.svc.WithdrawImpact(t.Context(), manager, again.ID, 0)
		wantKind(t, err, 0)
		kept, _, err := h.svc.Impacts(t.Context(), lead, h.Hub.Code, service.ImpactFilter{State: countersign.ImpactWithdrawn})
		if err != nil || len(kept) != 2 || kept[0].CheckedByName != h.Manager.Name {
			t.Errorf("withdrawn: %+v, %v", kept, err)
		}
	})
}

func TestWhoEntersReadsAndChecksMeasures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.svc.EnterImpact(t.Context(), h.as(t, h.HubLead), h.Practice.Code, h.measured())
		wantKind(t, err, countersign.Forbidden)
		for _, who := range []countersign.Person{h.GP, h.Apprentice, h.OtherHubLead} {
			_, err = h.svc.EnterImpact(t.Context(), h.as(t, who), h.Practice.Code, h.measured())
			wantKind(t, err, countersign.NotFound)
			_, _, err = h.svc.Impacts(t.Context(), h.as(t, who), h.Practice.Code, service.ImpactFilter{})
			wantKind(t, err, countersign.NotFound)
			_, err = h.svc.ImpactOf(t.Context(), h.as(t, who), service.ReportQuery{Place: h.Hub.Code})
			wantKind(t, err, countersign.NotFound)
		}
		i, err := h.svc.EnterImpact(t.Context(), h.as(t, h.Manager), h.Practice.Code, h.measured())
		if err != nil {
			t.Fatal(err)
		}
		check := service.ImpactDecision{Decision: countersign.CheckImpact}
		_, err = h.svc.DecideImpact(t.Context(), h.as(t, h.Manager), i.ID, 1, check)
		wantKind(t, err, countersign.Forbidden)
		for _, who := range []countersign.Person{h.OtherHubLead, h.RegionLead, h.GP} {
			_, err = h.svc.DecideImpact(t.Context(), h.as(t, who), i.ID, 1, check)
			if kind := countersign.KindOf(err); kind != countersign.NotFound && kind != countersign.Forbidden {
				t.Errorf("%s checks: %v", who.Name, err)
			}
			if _, err := h.svc.Impact(t.Context(), h.as(t, who), i.ID); err == nil {
				t.Errorf("%s reads one", who.Name)
			}
		}
		both := h.as(t, h.Person(t, "Manager and lead", "both@example.org", countersign.PracticeManager, h.Practice))
		mine := h.measured()
		mine.Measure = "INCIDENTS"
		if i, err = h.svc.EnterImpact(t.Context(), both, h.Practice.Code, mine); err != nil {
			t.Fatal(err)
		}
		lead := authz.NewActor(both.ID(), both.Name(), authz.Proof{}, []authz.Held{{Role: countersign.HubLead, Organisation: h.Hub.ID}})
		_, err = h.svc.DecideImpact(t.Context(), lead, i.ID, 1, check)
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.EnterImpact(t.Context(), h.as(t, h.Manager), h.Hub.Code, h.measured())
		wantKind(t, err, countersign.NotFound)
	})
}

// reportedBy has that many new practices of a hub report a measure, with
// values of 41, 42, ..., checked.
func (h *house) reportedBy(t *testing.T, hub countersign.Organisation, n int) {
	t.Helper()
	permit := func(tx *store.Tx, action authz.Action, role countersign.MemberRole, place countersign.OrganisationID) (authz.Permit, error) {
		sub, err := tx.PlaceSubject(place)
		if err != nil {
			return authz.Permit{}, err
		}
		return authz.NewActor(h.Manager.ID, "", authz.Proof{}, []authz.Held{{Role: role, Organisation: place}}).Check(action, sub)
	}
	if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		for k := range n {
			o, err := tx.AddOrganisation(countersign.Organisation{Code: fmt.Sprintf("%s%02d", strings.ReplaceAll(hub.Code, "TH", "Z"), k), Name: "Practice", Kind: countersign.Practice, Parent: hub.ID})
			if err != nil {
				return err
			}
			p, err := permit(tx, authz.EnterImpact, countersign.PracticeManager, o.ID)
			if err != nil {
				return err
			}
			in := h.measured()
			if _, err := tx.AddImpact(p, countersign.Impact{
				Practice: o.ID, Measure: in.Measure, Baseline: in.Baseline, Value: 410 + 10*k, BaselineFrom: in.BaselineFrom, BaselineTo: in.BaselineTo, From: in.From, To: in.To,
				Method: in.Method, Sample: 1, State: countersign.ImpactChecked, EnteredBy: h.Manager.ID, EnteredAt: tx.Now(), CheckedBy: h.HubLead.ID, CheckedAt: tx.Now(),
			}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestNobodyBeyondTheTrainingHubFindsOutWhatAPracticeReported(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.reportedBy(t, h.Hub, 4)
		if f := h.impactOf(t, h.RegionLead, h.Region).Figures[0]; !f.Reported.Hidden || !f.Now.Median.Hidden || f.Practices != 6 {
			t.Errorf("of four practices: %+v", f)
		}
		if r := h.impactOf(t, h.HubLead, h.Hub); r.Figures[0].Reported.N != 4 || len(r.Reported) != 4 || r.Sums {
			t.Errorf("the training hub itself sees %+v", r.Figures[0])
		}
		second := countersign.Organisation{Code: "TH09", Name: "Hull Training Hub", Kind: countersign.Hub, Parent: h.Region.ID}
		if err := h.store.Write(t.Context(), func(tx *store.Tx) (err error) {
			second, err = tx.AddOrganisation(second)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		h.reportedBy(t, second, 7)
		region := h.impactOf(t, h.RegionLead, h.Region)
		if f := region.Figures[0]; f.Reported.N != 11 || f.Together.Known || f.Now.Median.N%50 != 0 || len(region.Reported) != 0 || len(region.Beneath) != 2 {
			t.Errorf("of eleven practices: %+v, %d of them by name", f, len(region.Reported))
		}
		for _, hub := range []countersign.Organisation{h.Hub, second} { // of which one is small: all less the other would tell it
			if f := h.impactOf(t, h.RegionLead, hub).Figures[0]; !f.Reported.Hidden || !f.Percent.High.Hidden {
				t.Errorf("%s: %+v", hub.Code, f)
			}
		}
	})
}

func TestImpactAsAtAMonthsEndIsOfWhatWasCheckedUntilThen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.reportedBy(t, h.Hub, 1)
		month := countersign.MonthOf(h.today())
		h.clock.Set(month.Last().AddDays(2).Start())
		if err := h.svc.KeepMonths(t.Context()); err != nil {
			t.Fatal(err)
		}
		later := h.measured()
		i, err := h.svc.EnterImpact(t.Context(), h.as(t, h.Manager), h.Practice.Code, later)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.svc.DecideImpact(t.Context(), h.as(t, h.HubLead), i.ID, 0, service.ImpactDecision{Decision: countersign.CheckImpact}); err != nil {
			t.Fatal(err)
		}
		if f := h.impactOf(t, h.HubLead, h.Hub).Figures[0]; f.Reported.N != 2 {
			t.Errorf("now %d have reported, want 2", f.Reported.N)
		}
		r, err := h.svc.ImpactOf(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code, Month: month.String()})
		if err != nil || r.Figures[0].Reported.N != 1 {
			t.Errorf("at the month's end %d had, want 1: %v", r.Figures[0].Reported.N, err)
		}
		then := r.Figures[0]
		early := r.Reported[0].ID
		_, err = h.svc.DecideImpact(t.Context(), h.as(t, h.HubLead), early, 0, service.ImpactDecision{Decision: countersign.SendBackImpact, Reason: "Of which weeks?"})
		wantKind(t, err, 0)
		if err := h.store.Write(t.Context(), func(tx *store.Tx) error { // put right by its practice, and checked again
			sub, err := tx.ImpactSubject(early)
			if err != nil {
				return err
			}
			p, err := authz.NewActor(h.Manager.ID, "", authz.Proof{}, []authz.Held{{Role: countersign.PracticeManager, Organisation: sub.Places[0]}}).Check(authz.EnterImpact, sub)
			if err != nil {
				return err
			}
			changed, err := tx.Impact(p, early)
			if err != nil {
				return err
			}
			changed.State, changed.Value, changed.CheckedAt = countersign.ImpactChecked, 0, tx.Now()
			_, err = tx.ChangeImpact(p, changed, changed.Version)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		r, err = h.svc.ImpactOf(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code, Month: month.String()})
		if diff := cmp.Diff(then, r.Figures[0]); err != nil || diff != "" {
			t.Errorf("once it was sent back and changed, the month's end says something else (-then +now): %s %v", diff, err)
		}
		if f := h.impactOf(t, h.HubLead, h.Hub).Figures[0]; f.Reported.N != 2 || f.Now.Low.N != 0 {
			t.Errorf("now it says %+v", f)
		}
	})
}
