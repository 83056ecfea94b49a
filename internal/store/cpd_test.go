package store_test

import (
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// continueLearning opens a cycle with an entry for App.
func (r *record) continueLearning() (cycle countersign.CPDCycleID, entry countersign.CPDEntryID) {
	r.t.Helper()
	r.by(r.Apprentice, authz.KeepCPD, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
		if cycle, err = tx.AddCPDCycle(p, countersign.CPDCycle{
			FrameworkID: r.App.FrameworkID, FrameworkVersion: r.App.FrameworkVersion, Cycle: countersign.Cycle{Code: "cma"},
			Anchor: tx.Today(), StartsOn: tx.Today(), EndsOn: tx.Today().AddDays(80),
		}); err != nil {
			return err
		}
		entry, err = tx.AddCPDEntry(p, cycle, countersign.CPDEntry{On: tx.Today(), Title: "Secret", Provider: "College", Category: "clinical", Points: 3, Approved: true})
		return err
	})
	return cycle, entry
}

func TestContinuingDevelopmentIsKeptAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		cycle, entry := r.continueLearning()
		write(t, s, func(tx *store.Tx) error { return tx.ExecForTest("UPDATE people SET daily_digest = TRUE") })
		ending := func(days int) (n int) {
			read(t, s, func(tx *store.Tx) error {
				all, err := tx.CPDCyclesEnding(authz.NewJob(authz.LetterJob).Scope(authz.WriteLetter), tx.Today().AddDays(days))
				if n = len(all); n > 0 && (all[0].Apprentice != r.Apprentice.ID || all[0].Apprenticeship != r.App.ID || len(all[0].Entries) != 1) {
					t.Errorf("ending: %+v", all)
				}
				return err
			})
			return n
		}
		if ending(79) != 0 || ending(80) != 1 {
			t.Error("a cycle ends within 80 days, and not within 79")
		}
		r.by(r.Apprentice, authz.KeepCPD, func(tx *store.Tx, p authz.Permit, _ int) error {
			if err := tx.ReverseCPDEntry(p, entry, "Twice"); err != nil {
				return err
			}
			return tx.CloseCPDCycle(p, cycle, countersign.CPDClosure{On: tx.Today(), Note: "Passed"})
		})
		statements := r.reading(r.GP, authz.ReadCPD, func(tx *store.Tx, p authz.Permit) error {
			all, err := tx.CPDCycles(p)
			if err != nil || len(all) != 1 || all[0].Cycle.Code != "cma" || all[0].Closure == nil || all[0].Closure.Note != "Passed" {
				t.Fatalf("%+v, %v", all, err)
			}
			if e := all[0].Entries[0]; e.ID != entry || e.Title != "Secret" || e.Provider != "College" || e.Points != 3 || !e.Approved || e.ReversedAt.IsZero() || e.Reason != "Twice" {
				t.Errorf("entry %+v", e)
			}
			return nil
		})
		if statements != 2 {
			t.Errorf("%d statements, want 2", statements)
		}
		for name, again := range map[string]func(tx *store.Tx, p authz.Permit) error{
			"a cycle of that kind and day": func(tx *store.Tx, p authz.Permit) error {
				_, err := tx.AddCPDCycle(p, countersign.CPDCycle{
					FrameworkID: r.App.FrameworkID, FrameworkVersion: r.App.FrameworkVersion, Cycle: countersign.Cycle{Code: "cma"}, Anchor: tx.Today(), StartsOn: tx.Today(), EndsOn: tx.Today(),
				})
				return err
			},
			"a reversal": func(tx *store.Tx, p authz.Permit) error { return tx.ReverseCPDEntry(p, entry, "Again") },
			"a closure": func(tx *store.Tx, p authz.Permit) error {
				return tx.CloseCPDCycle(p, cycle, countersign.CPDClosure{On: tx.Today()})
			},
		} {
			err := r.try(r.Apprentice, authz.KeepCPD, func(tx *store.Tx, p authz.Permit, _ int) error { return again(tx, p) })
			if countersign.KindOf(err) != countersign.Conflict {
				t.Errorf("%s twice: %v; want a conflict", name, err)
			}
		}
		const erased = ", erased_at = '2026-03-02T09:00:00.000000Z'"
		for _, c := range []struct {
			sql     string
			refused bool
		}{
			{"DELETE FROM cpd_cycles", true},
			{"DELETE FROM cpd_entries", true},
			{"DELETE FROM cpd_reversals", true},
			{"DELETE FROM cpd_closures", true},
			{"UPDATE cpd_cycles SET ends_on = '2040-01-01'", true},
			{"UPDATE cpd_entries SET title = 'Other'", true},
			{"UPDATE cpd_entries SET title = ''", true},
			{"UPDATE cpd_entries SET half_points = 9" + erased, true},
			{"UPDATE cpd_closures SET note = 'Other'" + erased, true},
			{"UPDATE cpd_reversals SET reason = ''" + erased, false},
			{"UPDATE cpd_entries SET title = '', provider =''" + erased, false},
			{"UPDATE cpd_closures SET note = ''" + erased, false},
		} {
			err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.ExecForTest(c.sql) })
			if got := err != nil && strings.Contains(err.Error(), "append-only"); got != c.refused || !c.refused && err != nil {
				t.Errorf("%s: %v; want it refused: %t", c.sql, err, c.refused)
			}
		}
	})
}
