package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func sealing(t testing.TB) authz.Permit {
	t.Helper()
	p, err := authz.NewJob(authz.SealJob).Check(authz.SealLedger, authz.Subject{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// seal puts leaves into the log, with a checkpoint.
func (r *record) seal(first int64, leaves []string, nodes ...store.LedgerNode) {
	r.t.Helper()
	write(r.t, r.s, func(tx *store.Tx) error {
		return errors.Join(tx.AppendLedger(sealing(r.t), first, leaves, nodes),
			tx.AddCheckpoint(sealing(r.t), store.LedgerCheckpoint{Size: first + int64(len(leaves)), Root: "root", Note: "note", At: tx.Now()}))
	})
}

func TestTheLogKeepsLeavesTreeAndCheckpoints(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.seal(0, []string{"aa", "bb"}, store.LedgerNode{Level: 1, Hash: "cc"})
		r.seal(2, []string{"dd"})
		read(t, s, func(tx *store.Tx) error {
			size, err := tx.LedgerSize()
			if err != nil || size != 3 {
				t.Errorf("LedgerSize() = %d, %v", size, err)
			}
			got, err := tx.LedgerNodes([]store.LedgerNode{{Number: 2}, {Level: 1}, {Number: 0}})
			if want := []store.LedgerNode{{0, 2, "dd"}, {1, 0, "cc"}, {0, 0, "aa"}}; err != nil || !slices.Equal(got, want) {
				t.Errorf("LedgerNodes() = %v, %v; want %v", got, err, want)
			}
			_, err = tx.LedgerNodes([]store.LedgerNode{{Level: 2}})
			wantKind(t, "a node that isn't there", err, countersign.NotFound)
			numbers, err := tx.EntryNumbers([]string{"dd", "xx", "aa"})
			if err != nil || len(numbers) != 2 || numbers["dd"] != 2 {
				t.Errorf("EntryNumbers() = %v, %v", numbers, err)
			}
			for size, want := range map[int64]int64{1: 2, 2: 2, 3: 3} {
				if c, err := tx.CheckpointFrom(size); err != nil || c.Size != want {
					t.Errorf("CheckpointFrom(%d) = %+v, %v; want size %d", size, c, err, want)
				}
			}
			c, err := tx.LatestCheckpoint()
			if err != nil || c.Size != 3 || c.Note != "note" || !c.At.Equal(clock.Now()) {
				t.Errorf("LatestCheckpoint() = %+v, %v", c, err)
			}
			return nil
		})
	})
}

func TestALeafIsInTheLogOnceAndANumberIsGivenOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.seal(0, []string{"aa"})
		for what, again := range map[string]struct {
			first int64
			leaf  string
		}{"the leaf": {1, "aa"}, "the number": {0, "bb"}} {
			err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AppendLedger(sealing(t), again.first, []string{again.leaf}, nil) })
			wantKind(t, what, err, countersign.Conflict)
		}
	})
}

func TestOnlyTheSealingJobAppendsToTheLog(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		for what, fn := range map[string]func(*store.Tx) error{
			"leaves":     func(tx *store.Tx) error { return tx.AppendLedger(authz.Permit{}, 0, []string{"aa"}, nil) },
			"checkpoint": func(tx *store.Tx) error { return tx.AddCheckpoint(authz.Permit{}, store.LedgerCheckpoint{Size: 1}) },
		} {
			if err := s.Write(t.Context(), fn); err == nil {
				t.Errorf("a %s without a permit", what)
			}
		}
	})
}

// What is looked for is found by when it was written here, not by when it was
// signed, and everything when asked.
func TestUnsealedDecisionsAreFoundByWhenTheyWereWritten(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		so := r.decide(lasting, countersign.Competent, r.accepted("A piece", lasting))
		for since, want := range map[time.Time]int{clock.Now(): 1, clock.Now().Add(time.Second): 0} {
			read(t, s, func(tx *store.Tx) error {
				found, err := tx.Unsealed(since, 10)
				if err != nil || len(found) != want || want == 1 && (found[0].Leaf != so.Leaf || found[0].ID != string(so.ID)) {
					t.Errorf("Unsealed(%v) = %v, %v; want %d", since, found, err, want)
				}
				return nil
			})
		}
		for after, want := range map[string]int{"": 1, string(so.ID): 0} {
			read(t, s, func(tx *store.Tx) error {
				if found, err := tx.EveryUnsealed(after, 10); err != nil || len(found) != want {
					t.Errorf("EveryUnsealed(%q) = %v, %v; want %d", after, found, err, want)
				}
				return nil
			})
		}
		r.seal(0, []string{so.Leaf})
		read(t, s, func(tx *store.Tx) error {
			if found, err := tx.EveryUnsealed("", 10); err != nil || len(found) != 0 {
				t.Errorf("once sealed: %v, %v", found, err)
			}
			return nil
		})
	})
}

// A run that finds nothing to seal costs the same however much is sealed.
func TestWhatIsNewIsFoundByAnIndex(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t), storetest.NewClock())
	ctx, recorded := s.RecordStatements(t.Context())
	if err := s.Read(ctx, func(tx *store.Tx) error { _, err := tx.Unsealed(storetest.Start, 10); return err }); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Pools()[0].QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+recorded()[0].SQL, recorded()[0].Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var a, b, c any
		var step string
		if err := rows.Scan(&a, &b, &c, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if got := strings.Join(plan, "; "); rows.Err() != nil || !strings.Contains(got, "SEARCH s USING INDEX sign_offs_recorded") || strings.Contains(got, "SCAN") {
		t.Errorf("the plan is %s, %v", got, rows.Err())
	}
}
