package service_test

import (
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// hours is a complete entry of so many minutes today.
func (h *house) hours(minutes int) service.HoursInput {
	return service.HoursInput{On: h.today(), Minutes: minutes, Kind: countersign.MentorTeaching, Learnt: "How to take a blood pressure"}
}

// logged enters hours as the apprentice.
func (h *house) logged(t *testing.T, in service.HoursInput) countersign.HoursEntry {
	t.Helper()
	e, err := h.svc.LogHours(t.Context(), h.as(t, h.Apprentice), h.App.ID, in)
	wantKind(t, err, 0)
	return e
}

func TestHoursAreEnteredByTheApprenticeAndVerifiedByTheMentors(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		e := h.logged(t, h.hours(60))
		for name, who := range map[string]authz.Actor{"a GP": h.as(t, h.GP), "the hub": h.as(t, h.HubLead)} {
			if _, err := h.svc.LogHours(t.Context(), who, h.App.ID, h.hours(30)); countersign.KindOf(err) != countersign.Forbidden {
				t.Errorf("%s enters hours: %v", name, err)
			}
		}
		for name, who := range map[string]authz.Actor{"the apprentice": h.as(t, h.Apprentice), "the manager": h.as(t, h.Manager), "the hub": h.as(t, h.HubLead)} {
			if _, err := h.svc.VerifyHours(t.Context(), who, e.ID); countersign.KindOf(err) != countersign.Forbidden {
				t.Errorf("%s verifies: %v", name, err)
			}
		}
		for name, who := range map[string]authz.Actor{"another GP": h.as(t, h.OtherGP), "another apprentice": h.as(t, h.OtherApprentice), "another hub": h.as(t, h.OtherHubLead)} {
			_, err := h.svc.VerifyHours(t.Context(), who, e.ID)
			wantKind(t, err, countersign.NotFound)
			_, err = h.svc.ReverseHours(t.Context(), who, e.ID, service.HoursReversal{Reason: "No"})
			wantKind(t, err, countersign.NotFound)
			_, err = h.svc.Hours(t.Context(), who, h.App.ID, service.HoursFilter{})
			if countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("%s reads the log: %v", name, err)
			}
		}
		rows, n, err := h.svc.WaitingHours(t.Context(), h.as(t, h.Mentor), 10)
		wantKind(t, err, 0)
		if n != 1 || len(rows) != 1 || rows[0].ID != e.ID || rows[0].ApprenticeName != h.Apprentice.Name {
			t.Errorf("the mentor's waiting hours = %+v, %d", rows, n)
		}
		if _, n, err = h.svc.WaitingHours(t.Context(), h.as(t, h.OtherGP), 10); err != nil || n != 0 {
			t.Errorf("another GP waits for %d, %v", n, err)
		}
		e, err = h.svc.VerifyHours(t.Context(), h.as(t, h.Mentor), e.ID)
		wantKind(t, err, 0)
		if e.State != countersign.HoursVerified || e.Verified.ByName != h.Mentor.Name || e.Verified.ByRole != countersign.SecondaryMentor {
			t.Errorf("verified: %+v", e)
		}
		_, err = h.svc.VerifyHours(t.Context(), h.as(t, h.GP), e.ID)
		wantKind(t, err, countersign.Conflict)
		if _, n, _ = h.svc.WaitingHours(t.Context(), h.as(t, h.GP), 10); n != 0 {
			t.Errorf("%d entries wait after verifying", n)
		}
	})
}

func TestHoursAreReversedWithAReasonAndNeverDeleted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, second := h.logged(t, h.hours(60)), h.logged(t, h.hours(45))
		asha, gp := h.as(t, h.Apprentice), h.as(t, h.GP)
		_, err := h.svc.ReverseHours(t.Context(), asha, first.ID, service.HoursReversal{Reason: " "})
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.ReverseHours(t.Context(), asha, first.ID, service.HoursReversal{Reason: "Wrong day"})
		wantKind(t, err, 0)
		_, err = h.svc.VerifyHours(t.Context(), gp, first.ID)
		wantKind(t, err, countersign.Conflict)
		_, err = h.svc.VerifyHours(t.Context(), gp, second.ID)
		wantKind(t, err, 0)
		_, err = h.svc.ReverseHours(t.Context(), asha, second.ID, service.HoursReversal{Reason: "Wrong day"})
		wantKind(t, err, countersign.Forbidden)
		log, err := h.svc.Hours(t.Context(), asha, h.App.ID, service.HoursFilter{})
		wantKind(t, err, 0)
		if log.Totals.Verified != 45 || log.Totals.Submitted != 0 || len(log.Entries) != 2 {
			t.Errorf("log = %+v", log)
		}
		e, err := h.svc.ReverseHours(t.Context(), gp, second.ID, service.HoursReversal{Reason: "Was a day off"})
		wantKind(t, err, 0)
		if e.State != countersign.HoursReversed || e.Reversed.Reason != "Was a day off" || e.Verified.ByName != h.GP.Name {
			t.Errorf("reversed: %+v", e)
		}
		if log, err = h.svc.Hours(t.Context(), gp, h.App.ID, service.HoursFilter{State: countersign.HoursReversed}); err != nil || len(log.Entries) != 2 || log.Totals.Verified != 0 {
			t.Errorf("the reversed ones = %+v, %v", log, err)
		}
	})
}

func TestADayHas24HoursOverAllItsEntries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.logged(t, h.hours(14*60))
		_, err := h.svc.LogHours(t.Context(), h.as(t, h.Apprentice), h.App.ID, h.hours(11*60))
		wantKind(t, err, countersign.Invalid)
		if m := countersign.MessageOf(err); !strings.Contains(m, "14 hours are entered") || !strings.Contains(m, "25 hours") {
			t.Errorf("25 hours in a day: %q; want the sum so far", m)
		}
		_, err = h.svc.ReverseHours(t.Context(), h.as(t, h.Apprentice), first.ID, service.HoursReversal{Reason: "Too many"})
		wantKind(t, err, 0)
		h.logged(t, h.hours(11*60))
	})
}

func TestNoHoursWithinABreak(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		on := h.today().AddDays(-10)
		_, err := h.svc.StartBreak(t.Context(), h.as(t, h.Manager), h.App.ID, 0, service.BreakInput{On: on, ReturnExpected: on.AddDays(60), Reason: "Family"})
		wantKind(t, err, 0)
		in := h.hours(60)
		_, err = h.svc.LogHours(t.Context(), h.as(t, h.Apprentice), h.App.ID, in)
		wantKind(t, err, countersign.Invalid)
		in.On = on.AddDays(-1)
		h.logged(t, in)
	})
}

func TestHoursProveTheLastDayOfLearning(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		e := h.logged(t, h.hours(60))
		if got := h.programme(t).LastEntry; got != h.today() {
			t.Errorf("last entry %s, want today", got)
		}
		_, err := h.svc.ReverseHours(t.Context(), h.as(t, h.Apprentice), e.ID, service.HoursReversal{Reason: "Mistake"})
		wantKind(t, err, 0)
		if got := h.programme(t).LastEntry; !got.IsZero() {
			t.Errorf("reversed hours prove %s", got)
		}
	})
}

func TestTheHubReadsHoursWithoutWhatWasLearnt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.logged(t, h.hours(60))
		for name, who := range map[string]countersign.Person{"hub lead": h.HubLead, "manager": h.Manager} {
			log, err := h.svc.Hours(t.Context(), h.as(t, who), h.App.ID, service.HoursFilter{})
			wantKind(t, err, 0)
			if log.Texts || len(log.Entries) != 1 || log.Entries[0].Learnt != "" || log.Totals.Submitted != 60 {
				t.Errorf("the %s reads %+v", name, log)
			}
		}
	})
}

func TestVerifyingTogetherLosesNothingToARefusedRow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, second := h.logged(t, h.hours(60)), h.logged(t, h.hours(45))
		got, err := h.svc.VerifyHoursBatch(t.Context(), h.as(t, h.GP), []countersign.HoursID{first.ID, "nothing", first.ID, second.ID})
		wantKind(t, err, 0)
		for i, want := range []countersign.Kind{0, countersign.NotFound, countersign.Conflict, 0} {
			if countersign.KindOf(got[i].Err) != want {
				t.Errorf("row %d: %v, want kind %v", i, got[i].Err, want)
			}
		}
		_, err = h.svc.VerifyHoursBatch(t.Context(), h.as(t, h.GP), make([]countersign.HoursID, service.MaxBatch+1))
		wantKind(t, err, countersign.Invalid)
	})
}

func TestTheLogIsPagedAndFiltered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i := range 5 {
			in := h.hours(60 + i)
			in.On = in.On.AddDays(-i / 2)
			h.logged(t, in)
			h.clock.Advance(time.Minute)
		}
		seen := map[countersign.HoursID]bool{}
		f := service.HoursFilter{Limit: 2}
		for range 3 {
			log, err := h.svc.Hours(t.Context(), h.as(t, h.GP), h.App.ID, f)
			wantKind(t, err, 0)
			for _, e := range log.Entries {
				seen[e.ID] = true
			}
			f.Cursor = log.Next
		}
		if len(seen) != 5 || f.Cursor != "" {
			t.Errorf("3 pages of 2 hold %d entries, then %q", len(seen), f.Cursor)
		}
		log, err := h.svc.Hours(t.Context(), h.as(t, h.GP), h.App.ID, service.HoursFilter{To: h.today().AddDays(-1), Kind: countersign.MentorTeaching})
		wantKind(t, err, 0)
		if len(log.Entries) != 3 {
			t.Errorf("%d entries until yesterday, want 3", len(log.Entries))
		}
	})
}
