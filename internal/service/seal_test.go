package service_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// unguarded runs SQL as somebody who may change the schema: past triggers and
// references.
func (h *house) unguarded(t testing.TB, statements ...string) {
	t.Helper()
	conn, err := h.store.Pools()[0].Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	exec := func(sql string) {
		if _, err := conn.ExecContext(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	off, on := "SET session_replication_role = replica", "SET session_replication_role = DEFAULT"
	if h.store.Dialect() == "sqlite" {
		off, on = "PRAGMA foreign_keys = off", "PRAGMA foreign_keys = on"
		for _, trigger := range h.texts(t, "SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
			exec("DROP TRIGGER " + trigger)
		}
	}
	exec(off)
	defer exec(on)
	for _, sql := range statements {
		exec(sql)
	}
}

// texts returns the one column of a query.
func (h *house) texts(t testing.TB, sql string) (out []string) {
	t.Helper()
	pools := h.store.Pools()
	rows, err := pools[len(pools)-1].QueryContext(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// copyDecision adds copies of the one decision, with numbers from first on;
// recorded is a time in quotes, or NULL.
func (h *house) copyDecision(t testing.TB, first, n int, recorded string) {
	t.Helper()
	leaf := "printf('%064x', i)"
	if h.store.Dialect() == "postgres" {
		leaf = "lpad(to_hex(i), 64, '0')"
	}
	const same = `apprenticeship_id, competency, decision, part, awaits, level, comment, statement, relied_on, relied_text, assessor_id, assessor_name,
		assessor_role, registration, authentication, framework_id, framework_version, text_hash, signed_at, salt, canonical`
	h.unguarded(t, fmt.Sprintf(`INSERT INTO sign_offs (id, supersedes_id, previous_leaf, leaf, recorded_at, %s)
		WITH RECURSIVE n (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		SELECT 'copy-' || CAST(1000000 + i AS TEXT), 'before-' || CAST(i AS TEXT), CAST(i AS TEXT), %s, %s, %s FROM n, sign_offs WHERE id NOT LIKE 'copy%%'`,
		same, first, first+n-1, leaf, recorded, same))
}

// sealed checks the whole log against itself and returns its leaves.
func (h *house) sealed(t *testing.T, svc *service.Service) []string {
	t.Helper()
	leaves := h.texts(t, "SELECT leaf FROM ledger_entries ORDER BY number")
	numbers := h.texts(t, "SELECT CAST(e.number AS TEXT) FROM ledger_entries e ORDER BY e.number")
	for i, n := range numbers {
		if n != fmt.Sprint(i) {
			t.Fatalf("entry %d has number %s: the log has a gap", i, n)
		}
	}
	var tree ledger.Tree
	roots, nodes := []string{tree.Root()}, 0
	for _, l := range leaves {
		if err := tree.Append(l, func(ledger.Node) { nodes++ }); err != nil {
			t.Fatal(err)
		}
		roots = append(roots, tree.Root())
	}
	if got := len(h.texts(t, "SELECT hash FROM ledger_nodes")); got != nodes {
		t.Errorf("the log keeps %d nodes, want %d", got, nodes)
	}
	signer, err := svc.Signer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := int64(0)
	for _, n := range h.texts(t, "SELECT note FROM ledger_checkpoints ORDER BY size") {
		c, _, err := ledger.OpenCheckpoint(n, signer.PublicKey())
		if err != nil || c.Root != roots[c.Size] {
			t.Errorf("checkpoint %+v, %v", c, err)
		}
		last = c.Size
	}
	if last != tree.Size() {
		t.Errorf("the last checkpoint covers %d of %d leaves", last, tree.Size())
	}
	return leaves
}

// sealing is a house with one decision, and a service that has the key.
func sealing(t *testing.T, fn func(t *testing.T, h *house, svc *service.Service, first countersign.SignOff)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		h := newHouse(t, s, clock)
		svc := h.svc
		if err := svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		so, _, err := h.sign(t, h.GP, "GPA-CL2", h.ready(t, "GPA-CL2", h.Mentor)...)
		if err != nil {
			t.Fatal(err)
		}
		fn(t, h, svc, so)
	})
}

func seal(t *testing.T, svc *service.Service, all bool, want int) {
	t.Helper()
	if n, err := svc.Seal(t.Context(), all); err != nil || n != want {
		t.Errorf("Seal() = %d, %v; want %d", n, err, want)
	}
}

func TestEveryDecisionIsSealedOnce(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, first countersign.SignOff) {
		seal(t, svc, false, 1)
		seal(t, svc, false, 0)
		withdrawn, _, err := svc.WithdrawSignOff(t.Context(), h.as(t, h.GP), first.ID, service.ReasonInput{Reason: "Signed by mistake"})
		if err != nil {
			t.Fatal(err)
		}
		seal(t, svc, false, 1)
		seal(t, svc, true, 0)
		if got := h.sealed(t, svc); !slices.Equal(got, []string{first.Leaf, withdrawn.Leaf}) {
			t.Errorf("the log holds %v", got)
		}
	})
}

// A transaction that took long is committed after later ones were sealed, and
// what comes from elsewhere was signed long ago.
func TestADecisionThatComesLateIsSealed(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		seal(t, svc, true, 1)
		h.copyDecision(t, 1, 1, h.clock.Now().Add(-50*time.Minute).Format("'2006-01-02T15:04:05.000000Z'"))
		seal(t, svc, false, 1)
		h.copyDecision(t, 2, 1, "NULL") // from before there was a log
		seal(t, svc, false, 0)
		seal(t, svc, true, 1)
		h.sealed(t, svc)
	})
}

func TestServersThatSealTogetherLeaveNoGapAndSealNothingTwice(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		const servers, rounds, each = 4, 6, 8
		for round := range rounds {
			h.copyDecision(t, 1+round*each, each, "NULL")
			var wg sync.WaitGroup
			for range servers {
				wg.Go(func() {
					if _, err := svc.Seal(t.Context(), true); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		if got := h.sealed(t, svc); len(got) != rounds*each+1 {
			t.Errorf("%d leaves are sealed, want %d", len(got), rounds*each+1)
		}
	})
}

// What broke off before its end left nothing; what is done again is whole.
func TestASealingThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, first countersign.SignOff) {
		h.unguarded(t, "INSERT INTO ledger_checkpoints (size, root, note, at) VALUES (1, '', '', '2026-03-02T09:00:00.000000Z')") // the last step fails
		_, err := svc.Seal(t.Context(), true)
		wantKind(t, err, countersign.Conflict)
		if got := h.texts(t, "SELECT leaf FROM ledger_entries"); len(got) != 0 {
			t.Errorf("the log holds %v", got)
		}
		h.unguarded(t, "DELETE FROM ledger_checkpoints")
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := svc.Seal(gone, true); err == nil {
			t.Error("a cancelled sealing succeeds")
		}
		seal(t, svc, true, 1)
		if got := h.sealed(t, svc); !slices.Equal(got, []string{first.Leaf}) {
			t.Errorf("the log holds %v", got)
		}
	})
}

func TestManyDecisionsAreSealedInPortions(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		h.copyDecision(t, 1, 5003, "NULL")
		seal(t, svc, true, 5004)
		h.sealed(t, svc)
		if got := h.texts(t, "SELECT CAST(c.size AS TEXT) FROM ledger_checkpoints c ORDER BY c.size"); !slices.Equal(got, []string{"5000", "5004"}) {
			t.Errorf("checkpoints of sizes %v", got)
		}
	})
}

func TestAServerWithoutTheKeySealsNothing(t *testing.T) {
	t.Parallel()
	sealing(t, func(t *testing.T, h *house, svc *service.Service, _ countersign.SignOff) {
		other, _ := h.withKeys(t)
		if _, err := other.Seal(t.Context(), true); !errors.Is(err, service.ErrNoKey) {
			t.Errorf("Seal() = %v", err)
		}
		seal(t, svc, true, 1)
		if _, err := other.Seal(t.Context(), true); err != nil {
			t.Errorf("with nothing to do: %v", err)
		}
	})
}
