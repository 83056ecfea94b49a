package service_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
	"countersign/internal/store"
)

// finished completes the programme of App on a framework version that has
// cycles of continuing development, today.
func (h *house) finished(t *testing.T) {
	t.Helper()
	f := h.Framework
	f.Version, f.SHA256 = "9.0.0", ""
	f.Programme.Cycles = []countersign.Cycle{
		{
			Code: "cma", Title: "Recertification", Body: "AAMA", Months: 12, Points: 4, Approved: 2, Alternative: "Re-examination", Source: "S1",
			Floors: []countersign.Floor{{Code: "clinical", Title: "Clinical", Points: 2}},
		},
		{Code: "appraisal", Title: "Yearly performance review", Body: "Employer", Months: 12, Source: "S1"},
	}
	_, err := h.svc.LoadFramework(t.Context(), h.svc.Operator(), "after.yaml", framework.Document(f).YAML())
	wantKind(t, err, 0)
	h.move(t)
	permit := h.Permit(t, h.HubLead, authz.ChangeApprenticeship, h.App)
	wantKind(t, h.store.Write(t.Context(), func(tx *store.Tx) error {
		app, err := tx.Apprenticeship(permit)
		if err != nil {
			return err
		}
		app.State, app.EndedOn = countersign.CompletedProgramme, h.today()
		_, err = tx.ChangeApprenticeship(permit, app, app.Version)
		return err
	}), 0)
}

func (h *house) cpd(t *testing.T, p countersign.Person) service.CPD {
	t.Helper()
	c, err := h.svc.CPD(t.Context(), h.as(t, p), h.App.ID)
	wantKind(t, err, 0)
	return c
}

func (h *house) attended(category, points string, approved bool) service.CPDEntryInput {
	return service.CPDEntryInput{On: h.today(), Title: "Study day", Provider: "College", Category: category, Points: points, Approved: approved}
}

func TestContinuingDevelopmentIsKeptByTheApprenticeAndReadByTheGP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		_, err := h.svc.OpenCPDCycle(t.Context(), asha, h.App.ID, service.OpenCycleInput{Code: "cma", StartsOn: h.today()})
		wantKind(t, err, countersign.Conflict) // not completed
		h.finished(t)
		cycle, err := h.svc.OpenCPDCycle(t.Context(), asha, h.App.ID, service.OpenCycleInput{Code: "cma", StartsOn: h.today()})
		wantKind(t, err, 0)
		_, err = h.svc.OpenCPDCycle(t.Context(), asha, h.App.ID, service.OpenCycleInput{Code: "cma", StartsOn: h.today()})
		wantKind(t, err, countersign.Invalid)
		wrong, err := h.svc.AddCPDEntry(t.Context(), asha, h.App.ID, cycle, h.attended("clinical", "3.5", true))
		wantKind(t, err, 0)
		for points, want := range map[string]countersign.Kind{"": countersign.Invalid, "1.3": countersign.Invalid, "2": 0} {
			_, err := h.svc.AddCPDEntry(t.Context(), asha, h.App.ID, cycle, h.attended("clinical", points, true))
			wantKind(t, err, want)
		}
		private := h.attended("clinical", "1", false)
		private.Title = "Study day about patient 943 476 5919"
		_, err = h.svc.AddCPDEntry(t.Context(), asha, h.App.ID, cycle, private)
		wantKind(t, err, countersign.Invalid)
		wantKind(t, h.svc.ReverseCPDEntry(t.Context(), asha, h.App.ID, wrong, service.CPDReversal{}), countersign.Invalid)
		wantKind(t, h.svc.ReverseCPDEntry(t.Context(), asha, h.App.ID, wrong, service.CPDReversal{Reason: "Entered twice"}), 0)
		wantKind(t, h.svc.ReverseCPDEntry(t.Context(), asha, h.App.ID, wrong, service.CPDReversal{Reason: "Entered twice"}), countersign.Conflict)
		_, err = h.svc.RenewCPDCycle(t.Context(), asha, h.App.ID, cycle)
		wantKind(t, err, countersign.Conflict) // 2 of 4
		_, err = h.svc.AddCPDEntry(t.Context(), asha, h.App.ID, cycle, h.attended("other", "2", false))
		wantKind(t, err, 0)
		for _, p := range []countersign.Person{h.Apprentice, h.GP} {
			c := h.cpd(t, p)
			if s := c.Cycles[0].Standing(h.today()); s.State != countersign.CPDMet || len(c.Cycles[0].Entries) != 3 || c.MayKeep != (p.ID == h.Apprentice.ID) {
				t.Errorf("%s sees %+v, %+v", p.Name, c, s)
			}
		}
		_, err = h.svc.RenewCPDCycle(t.Context(), asha, h.App.ID, cycle)
		wantKind(t, err, 0)
		for p, want := range map[*countersign.Person]countersign.Kind{&h.Mentor: countersign.Forbidden, &h.HubLead: countersign.Forbidden, &h.OtherGP: countersign.NotFound, &h.OtherApprentice: countersign.NotFound} {
			_, err := h.svc.CPD(t.Context(), h.as(t, *p), h.App.ID)
			wantKind(t, err, want)
		}
		_, err = h.svc.AddCPDEntry(t.Context(), h.as(t, h.GP), h.App.ID, cycle, h.attended("clinical", "1", true))
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.AddCPDEntry(t.Context(), asha, h.App.ID, "no-such-cycle", h.attended("clinical", "1", true))
		wantKind(t, err, countersign.NotFound)
	})
}

func TestReExaminationStandsInsteadOfPoints(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.finished(t)
		asha := h.as(t, h.Apprentice)
		cycle, err := h.svc.OpenCPDCycle(t.Context(), asha, h.App.ID, service.OpenCycleInput{Code: "cma", StartsOn: h.today()})
		wantKind(t, err, 0)
		wantKind(t, h.svc.CloseCPDCycle(t.Context(), asha, h.App.ID, cycle, service.CPDClosureInput{On: h.today().AddDays(1)}), countersign.Invalid)
		wantKind(t, h.svc.CloseCPDCycle(t.Context(), asha, h.App.ID, cycle, service.CPDClosureInput{On: h.today(), Note: "Passed"}), 0)
		wantKind(t, h.svc.CloseCPDCycle(t.Context(), asha, h.App.ID, cycle, service.CPDClosureInput{On: h.today()}), countersign.Conflict)
		_, err = h.svc.RenewCPDCycle(t.Context(), asha, h.App.ID, cycle)
		wantKind(t, err, 0)
		if c := h.cpd(t, h.Apprentice).Cycles; len(c) != 2 || c[0].StartsOn != h.today().AddDays(1) || c[1].Standing(h.today()).State != countersign.CPDAlternative {
			t.Errorf("cycles %+v", c)
		}
	})
}

// told counts the reminders that a day adds, whose jobs are asked for twice.
func (h *house) told(t *testing.T, on countersign.Date, kind service.NoticeKind, before *int) int {
	t.Helper()
	h.clock.Set(on.Start().Add(9 * time.Hour))
	wantKind(t, h.svc.EnqueueExpiryReminders(t.Context()), 0)
	wantKind(t, h.svc.EnqueueExpiryReminders(t.Context()), 0)
	was := *before
	*before = h.notices(t)[string(kind)] // mails come back when their lease has ended
	return *before - was
}

func (h *house) wantsMail(t *testing.T, p countersign.Person, wanted bool) {
	t.Helper()
	wantKind(t, h.svc.SetDigest(t.Context(), h.as(t, p), 0, wanted), 0)
}

func TestRemindersComeBeforeACycleEndsShort(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.finished(t)
		cycle, err := h.svc.OpenCPDCycle(t.Context(), h.as(t, h.Apprentice), h.App.ID, service.OpenCycleInput{Code: "cma", StartsOn: h.today()})
		wantKind(t, err, 0)
		last, before := h.cpd(t, h.Apprentice).Cycles[0].EndsOn, 0
		if n := h.told(t, last.AddDays(-95), service.NoticeCPD, &before); n != 0 {
			t.Errorf("%d mails 95 days before, want none", n)
		}
		if n := h.told(t, last.AddDays(-89), service.NoticeCPD, &before); n != 0 {
			t.Errorf("%d mails to somebody who wants none", n)
		}
		h.wantsMail(t, h.Apprentice, true)
		for _, c := range []struct{ left, want int }{{88, 1}, {60, 0}, {30, 1}, {2, 0}} {
			if n := h.told(t, last.AddDays(-c.left), service.NoticeCPD, &before); n != c.want {
				t.Errorf("%d mails %d days before, want %d", n, c.left, c.want)
			}
		}
		notice := service.Notice{Kind: service.NoticeCPD, To: h.Apprentice.ID, Apprenticeship: h.App.ID, Cycle: cycle}
		if l, err := h.svc.Letter(t.Context(), notice); err != nil || l.DueOn != last || l.Cycle != "Recertification" {
			t.Errorf("letter %+v, %v", l, err)
		}
		_, err = h.svc.AddCPDEntry(t.Context(), h.as(t, h.Apprentice), h.App.ID, cycle, h.attended("clinical", "4", true))
		wantKind(t, err, 0)
		if _, err := h.svc.Letter(t.Context(), notice); !errors.Is(err, service.ErrNothingToSay) {
			t.Errorf("a letter about a cycle that is met meanwhile: %v", err)
		}
	})
}

// After completion the record goes on: a sign-off that expires is announced
// once, renewed with fresh evidence, and holds again.
func TestASignOffIsRenewedAfterCompletion(t *testing.T) { // S8
	each(t, func(t *testing.T, h *house) {
		pieces := h.ready(t, "GPA-CL2", h.Mentor)
		_, first, err := h.sign(t, h.GP, "GPA-CL2", pieces...)
		wantKind(t, err, 0)
		h.finished(t)
		h.wantsMail(t, h.Apprentice, true)
		before := 0
		for _, c := range []struct{ left, want int }{{61, 0}, {60, 1}, {59, 0}} {
			if n := h.told(t, first.ExpiresOn.AddDays(-c.left), service.NoticeExpiring, &before); n != c.want {
				t.Errorf("%d mails %d days before, want %d", n, c.left, c.want)
			}
		}
		notice := service.Notice{Kind: service.NoticeExpiring, To: h.Apprentice.ID, Apprenticeship: h.App.ID, Competency: "GPA-CL2", Day: first.ExpiresOn.String()}
		if l, err := h.svc.Letter(t.Context(), notice); err != nil || l.DueOn != first.ExpiresOn || l.Competencies[0].Code != "GPA-CL2" {
			t.Errorf("letter %+v, %v", l, err)
		}
		h.clock.Advance(24 * time.Hour)
		var fresh []countersign.EvidenceID
		for range pieces {
			fresh = append(fresh, h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor).ID)
		}
		if !h.queued(t, h.GP, countersign.WaitRenewal) {
			t.Error("the renewal doesn't wait in the GP supervisor's queue")
		}
		_, again, err := h.sign(t, h.GP, "GPA-CL2", fresh...)
		wantKind(t, err, 0)
		if again.Status != countersign.SignedOff || again.ExpiresOn != h.today().AddMonths(12) || slices.Equal(pieces, fresh) {
			t.Errorf("renewed: %s until %s", again.Status, again.ExpiresOn)
		}
		if _, err := h.svc.Letter(t.Context(), notice); !errors.Is(err, service.ErrNothingToSay) {
			t.Errorf("a letter about a sign-off that is renewed: %v", err)
		}
	})
}
