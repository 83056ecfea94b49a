package store_test

import (
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// Besides a write beneath an apprenticeship, a day that has come and a mentor
// whose role ends have its tally worked out. Here each of these has read what a
// tally follows from when somebody else changes the record.
func TestATallyIsNeverOlderThanTheRecordWhoeverWorksItOutAtTheSameTime(t *testing.T) {
	for name, many := range map[string]func(*store.Tx, *storetest.World) error{
		"a day has come": func(tx *store.Tx, _ *storetest.World) error { _, err := tx.TouchTallies(true, 500); return err },
		"a role has ended": func(tx *store.Tx, w *storetest.World) error {
			held, err := tx.Memberships(w.GP.ID)
			if err != nil {
				return err
			}
			return tx.EndMembership(held[0].Membership, tx.Today())
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
				meanwhile := func() {}
				s.OnChange(func(tx *store.Tx, changed []countersign.ApprenticeshipID) error {
					facts, err := tx.TallyFacts(changed)
					if err != nil {
						return err
					}
					now := meanwhile
					meanwhile = func() {}
					now()
					tallies := make([]countersign.Tally, len(facts))
					for i, f := range facts {
						tallies[i] = f.Tally()
					}
					return tx.SaveTallies(tallies)
				})
				w := storetest.NewWorld(t, s)
				permit := w.Permit(t, w.HubLead, authz.ChangeApprenticeship, w.App)
				changed := make(chan error, 1)
				meanwhile = func() {
					go func() {
						changed <- s.Write(t.Context(), func(tx *store.Tx) error {
							app, err := tx.Touch(permit)
							if err != nil {
								return err
							}
							app.Cohort = "moved"
							_, err = tx.ChangeApprenticeship(permit, app, app.Version)
							return err
						})
					}()
					select {
					case err := <-changed: // it didn't wait
						changed <- err
					case <-time.After(300 * time.Millisecond):
					}
				}
				clock.Advance(40 * 24 * time.Hour)
				if err := s.Write(t.Context(), func(tx *store.Tx) error { return many(tx, w) }); err != nil {
					t.Fatal(err)
				}
				if err := <-changed; err != nil {
					t.Fatal(err)
				}
				var cohort string
				if err := s.Pools()[0].QueryRowContext(t.Context(), "SELECT cohort FROM tallies WHERE apprenticeship_id = '"+string(w.App.ID)+"'").Scan(&cohort); err != nil || cohort != "moved" {
					t.Errorf("the tally has the cohort %q, %v; the record moved on", cohort, err)
				}
			})
		})
	}
}
