package service_test

import (
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/service"
)

// notYet is a decision that needs no evidence.
func (h *house) notYet(code, comment string) service.SigningRow {
	return service.SigningRow{SignOffInput: service.SignOffInput{
		Apprenticeship: h.App.ID, Competency: code, Decision: countersign.NotYetCompetent, Comment: comment,
	}}
}

// prepared asks what the GP is to sign.
func (h *house) prepared(t *testing.T, rows ...service.SigningRow) service.Challenge {
	t.Helper()
	c, err := h.svc.PrepareSigning(t.Context(), h.by(t, h.GP, authz.ByPassword), rows)
	wantKind(t, err, 0)
	return c
}

// signs sends what a passkey signed.
func (h *house) signs(t *testing.T, p countersign.Person, c service.Challenge, response string) (authz.Actor, *service.Signing, error) {
	t.Helper()
	return h.svc.Sign(t.Context(), h.by(t, p, authz.ByPassword), service.AnswerInput{Token: c.Token, Response: response})
}

func TestAPasskeySignsTheDecisionItself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.withPasskey(t, h.GP)
		row := h.notYet("GPA-CL1", "Practise the cuff size")
		c := h.prepared(t, row)
		h.clock.Advance(time.Minute) // the decision keeps the time at which it was prepared
		if s := h.summary(t, "GPA-CL1"); s.Status != countersign.NotStarted {
			t.Fatalf("preparing made it %s", s.Status)
		}
		actor, signing, err := h.signs(t, h.GP, c, key.Answer(t, c.Options))
		wantKind(t, err, 0)
		row.Signing = signing
		so, _, err := h.svc.SignOff(t.Context(), actor, row.SignOffInput)
		wantKind(t, err, 0)
		if !so.SignedAt.Equal(h.clock.Now().Add(-time.Minute)) || len(so.Fingerprint()) != 64 || !strings.HasPrefix(so.ProvedBy(), "signed with a passkey, key ") {
			t.Errorf("signed %s by %s", so.SignedAt, so.ProvedBy())
		}
		all, err := h.svc.SignOffs(t.Context(), h.as(t, h.Apprentice), h.App.ID)
		wantKind(t, err, 0)
		kept := all[0]
		if err := ledger.CheckSignature(kept.Signature, []byte(kept.Canonical), kept.Fingerprint()); err != nil {
			t.Error(err)
		}
		if err := ledger.CheckSignature(kept.Signature, []byte(strings.Replace(kept.Canonical, "GPA-CL1", "GPA-CL2", 1)), kept.Fingerprint()); err == nil {
			t.Error("a changed decision still has a signature")
		}
		// Withdrawing is signed likewise.
		undo := service.SigningRow{Withdraw: so.ID, Reason: service.ReasonInput{Reason: "I mixed two people up"}}
		c = h.prepared(t, undo)
		actor, signing, err = h.signs(t, h.GP, c, key.Answer(t, c.Options))
		wantKind(t, err, 0)
		undo.Reason.Signing = signing
		gone, _, err := h.svc.WithdrawSignOff(t.Context(), actor, so.ID, undo.Reason)
		if wantKind(t, err, 0); gone.Signature == "" {
			t.Error("the withdrawal keeps no signature")
		}
	})
}

func TestABatchIsSignedAtOnceAndCheckedRowByRow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.withPasskey(t, h.GP)
		bad := h.notYet("GPA-CL3", "") // no next steps
		rows := []service.SigningRow{h.notYet("GPA-CL1", "One"), bad, h.notYet("GPA-CL2", "Two")}
		c := h.prepared(t, rows...)
		actor, signing, err := h.signs(t, h.GP, c, key.Answer(t, c.Options))
		wantKind(t, err, 0)
		var batch []service.BatchRow
		for _, r := range rows {
			r.SignOffInput.Signing = signing
			batch = append(batch, service.BatchRow{SignOffInput: r.SignOffInput})
		}
		batch[1].Comment = "Filled in after the rest was signed"
		results, err := h.svc.DecideBatch(t.Context(), actor, batch)
		wantKind(t, err, 0)
		wantKind(t, results[0].Err, 0)
		wantKind(t, results[1].Err, countersign.Conflict) // was not signed
		wantKind(t, results[2].Err, 0)
		for _, i := range []int{0, 2} {
			so := results[i].SignOff
			if err := ledger.CheckSignature(so.Signature, []byte(so.Canonical), so.Fingerprint()); err != nil {
				t.Error(err)
			}
		}
		if results[2].SignOff.PreviousLeaf != results[0].SignOff.Leaf {
			t.Error("the chain is broken")
		}
		if err := ledger.CheckSignature(results[0].SignOff.Signature, []byte("{}"), results[0].SignOff.Fingerprint()); err == nil {
			t.Error("the signature is of anything")
		}
	})
}

func TestSigningIsRefusedWithoutAFreshProof(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.notYet("GPA-CL1", "Practise").SignOffInput
		try := func(p authz.Proof) error {
			actor, err := h.svc.Actor(t.Context(), h.GP.ID, p)
			wantKind(t, err, 0)
			_, _, err = h.svc.SignOff(t.Context(), actor, in)
			return err
		}
		now := h.clock.Now()
		for name, p := range map[string]authz.Proof{
			"none": {}, "a password": {Method: authz.ByPassword, At: now}, "a token": {Method: authz.ByToken, At: now},
			"a recovery code": {Method: authz.ByRecoveryCode, At: now}, "one click": {Method: authz.ByDemonstration, At: now},
			"stale": {Method: authz.ByPasskey, At: now.Add(-authz.ProofHolds - time.Second)}, "from the future": {Method: authz.ByPasskey, At: now.Add(time.Second)},
		} {
			if err := try(p); countersign.KindOf(err) != countersign.Unproved {
				t.Errorf("%s: %v", name, err)
			}
		}
		wantKind(t, try(authz.Proof{Method: authz.ByPasskey, At: now.Add(-authz.ProofHolds)}), 0)
		all, err := h.svc.SignOffs(t.Context(), h.as(t, h.Apprentice), h.App.ID)
		wantKind(t, err, 0)
		weak := h.by(t, h.GP, authz.ByPassword)
		_, _, err = h.svc.WithdrawSignOff(t.Context(), weak, all[0].ID, service.ReasonInput{Reason: "x"})
		wantKind(t, err, countersign.Unproved)
		_, _, err = h.svc.ConfirmSignOff(t.Context(), weak, all[0].ID, service.ReasonInput{Reason: "x"})
		wantKind(t, err, countersign.Unproved)
		_, err = h.svc.DecideBatch(t.Context(), weak, []service.BatchRow{{SignOffInput: in}})
		wantKind(t, err, countersign.Unproved)
	})
}

func TestWhatWasPreparedIsSignedOnceByItsSignerUnchanged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.withPasskey(t, h.GP)
		other := h.withPasskey(t, h.Mentor)
		row := h.notYet("GPA-CL1", "Practise")
		decide := func(comment string, actor authz.Actor, g *service.Signing) error {
			in := row.SignOffInput
			in.Comment, in.Signing = comment, g
			_, _, err := h.svc.SignOff(t.Context(), actor, in)
			return err
		}

		c := h.prepared(t, row)
		_, _, err := h.signs(t, h.GP, c, other.Answer(t, c.Options))
		wantKind(t, err, countersign.Invalid) // another's passkey
		c = h.prepared(t, row)
		_, _, err = h.signs(t, h.Mentor, c, key.Answer(t, c.Options))
		wantKind(t, err, countersign.Invalid) // another's intent
		c = h.prepared(t, row)
		unverified := *key
		unverified.Unverified = true
		_, _, err = h.signs(t, h.GP, c, unverified.Answer(t, c.Options))
		wantKind(t, err, countersign.Invalid)
		key.Count = unverified.Count
		c = h.prepared(t, row)
		h.clock.Advance(6 * time.Minute)
		_, _, err = h.signs(t, h.GP, c, key.Answer(t, c.Options))
		wantKind(t, err, countersign.Invalid) // too late

		c = h.prepared(t, row)
		answer := key.Answer(t, c.Options)
		actor, g, err := h.signs(t, h.GP, c, answer)
		wantKind(t, err, 0)
		_, _, err = h.signs(t, h.GP, c, answer)
		wantKind(t, err, countersign.Invalid) // replayed
		wantKind(t, decide("Practise, and something that was not signed", actor, g), countersign.Conflict)

		// Another decision of the record came between.
		_, _, err = h.svc.SignOff(t.Context(), h.as(t, h.Mentor), h.notYet("GPA-CL2", "Meanwhile").SignOffInput)
		wantKind(t, err, 0)
		wantKind(t, decide("Practise", actor, g), countersign.Conflict)

		c = h.prepared(t, row)
		actor, g, err = h.signs(t, h.GP, c, key.Answer(t, c.Options))
		wantKind(t, err, 0)
		wantKind(t, decide("Practise", actor, g), 0)
		_, err = h.svc.PrepareSigning(t.Context(), h.as(t, h.OtherGP), []service.SigningRow{row})
		wantKind(t, err, countersign.Conflict) // has no passkey
		h.withPasskey(t, h.OtherGP)
		_, err = h.svc.PrepareSigning(t.Context(), h.as(t, h.OtherGP), []service.SigningRow{row})
		wantKind(t, err, countersign.NotFound)
	})
}
