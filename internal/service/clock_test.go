package service_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/service"
)

func TestAClockThatGoesBackwardsLosesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		const code = "GPA-CL2"
		if err := h.svc.Prepare(t.Context()); err != nil { // makes the key that seals
			t.Fatal(err)
		}
		back := func() { h.clock.Advance(-3 * time.Hour) }
		for range 8 {
			e := h.submitted(t, h.observation(h.Mentor.Email, code))
			back()
			if _, err := h.svc.ReviewEvidence(t.Context(), h.as(t, h.Mentor), service.ReviewInput{Evidence: e.ID, Version: e.Version, Decision: countersign.AcceptEvidence}); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			back()
			_, _, err := h.svc.SignOff(t.Context(), h.as(t, h.GP), service.SignOffInput{
				Apprenticeship: h.App.ID, Competency: code, Decision: countersign.NotYetCompetent, Comment: "Practise once more",
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.svc.Seal(t.Context(), true); err != nil {
				t.Fatal(err)
			}
		}
		check, err := h.svc.VerifyLedger(t.Context(), h.svc.Operator(), nil, func(f ledger.Finding) { t.Errorf("found %+v", f) }, func(service.LedgerCheck) {})
		if err != nil || check.Decisions != 3 || check.Unsealed != 0 {
			t.Errorf("the ledger has %d decisions, %d not sealed, %v", check.Decisions, check.Unsealed, err)
		}
	})
}
