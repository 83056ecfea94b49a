package service_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// Sums are counted afresh when they are read, though no worker ran since a
// sign-off expired (S8).
func TestSumsLeaveOutWhatExpiredSince(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		_, after, err := h.sign(t, h.GP, "GPA-CL2", ids...)
		wantKind(t, err, 0)
		lead := h.as(t, h.HubLead)
		signedOff := func() (n int) {
			_, rows, err := h.svc.Sums(t.Context(), lead, h.Hub.Code)
			wantKind(t, err, 0)
			for _, r := range rows {
				n += r.SignedOff
			}
			return n
		}
		if got := signedOff(); got != 1 {
			t.Errorf("signed off = %v, want 1", got)
		}
		h.clock.Set(after.ExpiresOn.AddDays(1).Start())
		if got := signedOff(); got != 0 {
			t.Errorf("signed off once expired = %v, want 0", got)
		}
	})
}

// Who is named from a later day on is told on that day.
func TestALocumIsToldWhenTheNamingBegins(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		from := h.today().AddDays(3)
		locum := h.Person(t, "Dr Nguyễn", "locum@example.org", countersign.GPSupervisorMember, h.Practice)
		_, err := h.svc.AddNaming(t.Context(), h.as(t, h.Manager), h.App.ID, service.NamingInput{
			Email: locum.Email, Role: countersign.GPSupervisor, Covers: h.GP.Email, From: from, To: from.AddDays(2),
		})
		wantKind(t, err, 0)
		due := func() int {
			claimed, err := h.svc.ClaimJobs(t.Context(), 10, time.Second)
			wantKind(t, err, 0)
			return len(claimed)
		}
		h.clock.Set(from.Start().Add(-time.Minute))
		if n := due(); n != 0 {
			t.Errorf("%d mails are due the day before, want none", n)
		}
		h.clock.Set(from.Start())
		if n := due(); n != 1 {
			t.Errorf("%d mails are due on the day, want 1", n)
		}
		l, err := h.svc.Letter(t.Context(), service.Notice{Kind: service.NoticeNamed, To: locum.ID, Apprenticeship: h.App.ID})
		wantKind(t, err, 0)
		if l.Role != countersign.GPSupervisor {
			t.Errorf("the letter says %q, want GP supervisor", l.Role)
		}
	})
}

func TestResetOfWhatIsNoAddressIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, email := range []string{"", "a\x00@example.org"} {
			wantKind(t, h.svc.RequestReset(t.Context(), email, service.Origin{}), countersign.Invalid)
		}
		wantKind(t, h.svc.RequestReset(t.Context(), "nobody@example.org", service.Origin{}), 0)
	})
}
