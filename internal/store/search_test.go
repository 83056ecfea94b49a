package store_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// PostgreSQL refuses NUL and what isn't UTF-8, SQLite doesn't. Either way what
// comes from an address bar finds nothing and breaks nothing.
func TestWhatCantBeTextFindsNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		addPlaces(t, s)
		p := addPerson(t, s, "Asha", "asha@example.org")
		for _, odd := range []string{"a\x00", "\xff", "\xed\xa0\x80", "asha\x00@example.org"} {
			read(t, s, func(tx *store.Tx) error {
				for what, err := range map[string]error{
					"organisation": func() error { _, err := tx.OrganisationByCode(odd); return err }(),
					"person":       func() error { _, err := tx.PersonByEmail(odd); return err }(),
					"credentials":  func() error { _, _, err := tx.Credentials(odd); return err }(),
					"password":     func() error { _, err := tx.PasswordOf(countersign.PersonID(odd)); return err }(),
					"framework":    func() error { _, err := tx.FrameworkSource(odd, odd); return err }(),
				} {
					if countersign.KindOf(err) != countersign.NotFound {
						t.Errorf("%s %q: %v, want not found", what, odd, err)
					}
				}
				for _, f := range []store.OrganisationFilter{{Query: odd}, {Parent: odd}, {Kind: countersign.OrganisationKind(odd)}} {
					f.Under = everything
					if rows, _, err := tx.Organisations(f); len(rows) != 0 || err != nil {
						t.Errorf("Organisations(%+v) = %v, %v", f, rows, err)
					}
				}
				for _, f := range []store.PeopleFilter{{Query: odd}, {Organisation: odd}, {Role: countersign.MemberRole(odd)}} {
					if rows, _, err := tx.People(everything, f); len(rows) != 0 || err != nil {
						t.Errorf("People(%+v) = %v, %v", f, rows, err)
					}
				}
				return nil
			})
			if got := attempt(t, s, odd, time.Hour); got != 1 {
				t.Errorf("Attempt(%q) = %d, want 1", odd, got)
			}
			refused(t, s, countersign.Invalid, "Idempotency-Key", func(tx *store.Tx) error {
				_, _, err := tx.Idempotent(p.ID, odd, "f")
				return err
			})
		}
	})
}
