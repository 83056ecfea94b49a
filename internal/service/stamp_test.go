package service_test

import (
	"net/http"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/service"
	"countersign/internal/tsa"
	"countersign/internal/tsa/tsatest"
)

// stamping is a service that has checkpoints time-stamped by an authority, of
// which it believes the certificates of roots.
func (h *house) stamping(t *testing.T, authority, roots *tsatest.Server) *service.Service {
	t.Helper()
	pool, err := tsa.ParseRoots(roots.CA)
	if err != nil {
		t.Fatal(err)
	}
	return service.New(service.Config{Store: h.store, TSA: tsa.New(authority.URL, pool)})
}

func stamped(t *testing.T, svc *service.Service, server *tsatest.Server, asked int) {
	t.Helper()
	if err := svc.StampCheckpoint(t.Context()); err != nil || server.Asked() != asked {
		t.Errorf("StampCheckpoint() = %v, the authority was asked %d times, want %d", err, server.Asked(), asked)
	}
}

func TestTheNewestCheckpointIsTimeStampedOnceAnHour(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, first countersign.SignOff) {
		server := tsatest.Start(t, h.clock.Now)
		stamping := h.stamping(t, server, server)
		stamped(t, stamping, server, 0) // there is no checkpoint
		seal(t, svc, true, 1)
		stamped(t, svc, server, 0) // a server without the setting
		stamped(t, stamping, server, 1)
		stamped(t, stamping, server, 1) // the newest one is
		if _, _, err := svc.WithdrawSignOff(t.Context(), h.as(t, h.GP), first.ID, service.ReasonInput{Reason: "Signed by mistake"}); err != nil {
			t.Fatal(err)
		}
		seal(t, svc, true, 1)
		stamped(t, stamping, server, 1) // one was within the hour
		c, err := svc.Checkpoint(t.Context(), 0)
		if err != nil || c.Size != 2 || c.Stamp.Size != 1 || c.Stamp.Token == "" {
			t.Errorf("Checkpoint() = %+v, %v", c, err)
		}
		h.clock.Advance(time.Hour)
		stamped(t, stamping, server, 2)
		if done, found := h.findings(t); len(found) != 0 || done.Stamped != 2 || done.Stamp.By != "CN=Test time-stamping authority" {
			t.Errorf("%+v, %+v", done, found)
		}
	})
}

// An authority that is away, or answers something else, hinders nobody.
func TestAnAuthorityThatIsAwayHindersNoSealing(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		server, other := tsatest.Start(t, h.clock.Now), tsatest.Start(t, h.clock.Now)
		stamping := h.stamping(t, server, server)
		seal(t, svc, true, 1)
		server.Answer(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "away", http.StatusServiceUnavailable) })
		if err := stamping.StampCheckpoint(t.Context()); err == nil {
			t.Error("an authority that is away stamps")
		}
		if err := h.stamping(t, other, server).StampCheckpoint(t.Context()); err == nil {
			t.Error("another authority's stamp is taken")
		}
		sealRecords(t, svc, len(h.texts(t, "SELECT evidence_id FROM reviews UNION ALL SELECT evidence_id FROM evidence_revisions")))
		server.Answer(nil)
		stamped(t, stamping, server, 2)
	})
}

func TestAChangedTimeStampIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		server, other := tsatest.Start(t, h.clock.Now), tsatest.Start(t, h.clock.Now)
		seal(t, svc, true, 1)
		stamped(t, h.stamping(t, server, server), server, 1)
		check := func(svc *service.Service) (found []ledger.Finding) {
			_, err := svc.VerifyLedger(t.Context(), svc.Operator(), nil, func(f ledger.Finding) { found = append(found, f) }, func(service.LedgerCheck) {})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		if found := check(h.stamping(t, server, server)); len(found) != 0 {
			t.Errorf("as it is: %+v", found)
		}
		want := func(what, column string, found []ledger.Finding) {
			t.Helper()
			if len(found) != 1 || found[0].Table != "ledger_timestamps" || found[0].Row != "1" || found[0].Column != column {
				t.Errorf("%s: %+v", what, found)
			}
		}
		want("of another authority", "token", check(h.stamping(t, other, other)))
		h.unguarded(t, "UPDATE ledger_timestamps SET at = '2026-01-01T09:00:00.000000Z'")
		want("another time", "at", check(h.svc))
		h.unguarded(t, "UPDATE ledger_timestamps SET token = 'AAAA'")
		want("another token", "token", check(h.svc))
		h.unguarded(t, "UPDATE ledger_timestamps SET token = '!'")
		want("no token", "token", check(h.svc))
	})
}

// SQLite keeps in a column whatever somebody puts there.
func TestATimeOfTheLogThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		if h.store.Dialect() != "sqlite" {
			return
		}
		server := tsatest.Start(t, h.clock.Now)
		seal(t, svc, true, 1)
		stamped(t, h.stamping(t, server, server), server, 1)
		for _, table := range []string{"ledger_checkpoints", "ledger_timestamps"} {
			h.unguarded(t, "UPDATE "+table+" SET at = 'yesterday'")
		}
		_, found := h.findings(t)
		if len(found) != 2 || found[0].Table != "ledger_checkpoints" || found[1].Table != "ledger_timestamps" || found[0].Row+found[0].Column+found[1].Row+found[1].Column != "1at1at" {
			t.Errorf("found %+v", found)
		}
	})
}
