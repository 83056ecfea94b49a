package service_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

func sealRecords(t *testing.T, svc *service.Service, want int) {
	t.Helper()
	if n, err := svc.SealRecords(t.Context()); err != nil || n != want {
		t.Errorf("SealRecords() = %d, %v; want %d", n, err, want)
	}
}

// Whatever is written beneath an apprenticeship is found by its seq, on a
// database from before as on a new one, and sealed once.
func TestEveryRowOfTheRecordIsSealedOnce(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		written := 0
		for _, table := range []string{"evidence_revisions", "reviews"} {
			written += len(h.texts(t, "SELECT evidence_id FROM "+table))
		}
		other, _ := h.withKeys(t)
		if _, err := other.SealRecords(t.Context()); !errors.Is(err, service.ErrNoKey) {
			t.Errorf("SealRecords() without the key = %v", err)
		}
		sealRecords(t, svc, written)
		sealRecords(t, svc, 0)
		h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor)
		sealRecords(t, svc, 2)
		h.sealed(t, svc)
		if got := len(h.texts(t, "SELECT l.leaf FROM ledger_records l JOIN ledger_entries e ON e.leaf = l.leaf")); got != written+2 {
			t.Errorf("%d of %d rows are in the log", got, written+2)
		}
	})
}

func TestServersThatSealRowsTogetherSealNothingTwice(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				_, err := svc.Seal(t.Context(), true)
				_, other := svc.SealRecords(t.Context())
				if err := errors.Join(err, other); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		h.sealed(t, svc)
		sealRecords(t, svc, 0)
	})
}

// What breaks off leaves nothing, and is found again.
func TestASealingOfRowsThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		h.unguarded(t, "INSERT INTO ledger_entries (number, leaf) VALUES (3, 'in the way')")
		if _, err := svc.SealRecords(t.Context()); err == nil {
			t.Error("sealed over something in the way")
		}
		h.unguarded(t, "DELETE FROM ledger_entries")
		if n := len(h.texts(t, "SELECT row_id FROM ledger_records")); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		if n, err := svc.SealRecords(t.Context()); err != nil || n == 0 {
			t.Errorf("SealRecords() = %d, %v", n, err)
		}
		h.sealed(t, svc)
	})
}

// The log costs the request nothing: a decision is written with its leaf in the
// one statement that writes it, and no other statement knows of the log.
func TestSealingAddsNoStatementToTheRequest(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		ctx, recorded := h.store.RecordStatements(t.Context())
		if _, _, err := svc.SignOff(ctx, h.as(t, h.GP), service.SignOffInput{
			Apprenticeship: h.App.ID, Competency: "GPA-CL1", Decision: countersign.NotYetCompetent, Comment: "Observe two more",
		}); err != nil {
			t.Fatal(err)
		}
		inserts := 0
		for _, s := range recorded() {
			if strings.Contains(s.SQL, "ledger_") || strings.Contains(s.SQL, "sealed_seq") {
				t.Errorf("the request asks the log: %s", s.SQL)
			}
			if strings.Contains(s.SQL, "INTO") && strings.Contains(s.SQL, "sign_offs") {
				inserts++
			}
		}
		if inserts != 1 {
			t.Errorf("a decision takes %d inserts", inserts)
		}
	})
}
