package store_test

import (
	"slices"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// A migration that adds a column says whose it is, so that it is in what a
// person gets about themselves, and goes when they are erased.
func TestEveryColumnIsInTheRegisterOfPersonalData(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		register := map[string]store.PersonalTable{}
		for _, table := range store.Personal() {
			register[table.Name] = table
		}
		names := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
		if s.Dialect() == "postgres" {
			names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
		}
		var tables []string
		read(t, s, func(tx *store.Tx) (err error) {
			tables, err = tx.TextsForTest(names)
			return err
		})
		for _, name := range tables {
			table, ok := register[name]
			if !ok && name != "goose_db_version" {
				t.Errorf("the table %s is not in personal_tables.go: say what of it is personal, and whose", name)
			}
			if !ok {
				continue
			}
			columns := tableColumns(t, s, name)
			for _, c := range columns {
				if _, ok := table.Column(c); !ok {
					t.Errorf("%s.%s is not in personal_tables.go: say what it is to the people of its row", name, c)
				}
			}
			for _, c := range table.Columns {
				if !slices.Contains(columns, c.Name) {
					t.Errorf("personal_tables.go speaks of %s.%s, which there isn't", name, c.Name)
				}
				if !slices.Contains([]string{"own", "words", "fact", "secret", "none"}, c.Class) {
					t.Errorf("%s.%s is %q", name, c.Name, c.Class)
				}
				if table.About == "" && table.By == "" && c.Class != "none" {
					t.Errorf("%s.%s is %s, and nobody's", name, c.Name, c.Class)
				}
			}
			if strings.Contains(table.About+table.By, "@record") {
				t.Errorf("%s: a condition that isn't whole: %s", name, table.About+table.By)
			}
		}
	})
}

func TestPersonalDataNeedsAPermitOfThePerson(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		wrong := w.Permit(t, w.Apprentice, authz.ReadPortfolio, w.App)
		read(t, s, func(tx *store.Tx) error {
			for _, p := range []authz.Permit{{}, wrong} {
				if _, err := tx.PersonalData(p); err == nil {
					t.Error("PersonalData() of nobody passed")
				}
				if _, _, err := tx.OwnTrail(p, store.Page{}); err == nil {
					t.Error("OwnTrail() of nobody passed")
				}
				if _, _, err := tx.SignInTrail(p, store.Page{}); err == nil {
					t.Error("SignInTrail() of nobody passed")
				}
				if _, err := tx.PersonChanges(p); err == nil {
					t.Error("PersonChanges() of nobody passed")
				}
			}
			return nil
		})
	})
}

func TestErasingNeedsAPermitOfThePerson(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		own, err := w.Actor(t, w.Apprentice).Check(authz.OwnAccount, authz.Subject{Person: w.Apprentice.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []authz.Permit{{}, w.Permit(t, w.Apprentice, authz.ReadPortfolio, w.App), own} {
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.ErasePerson(p)
				return err
			})
			if err == nil {
				t.Error("ErasePerson() without a permit passed")
			}
			err = s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddErasure(p, store.PersonErased, "", "") })
			if err == nil {
				t.Error("AddErasure() without a permit passed")
			}
			read(t, s, func(tx *store.Tx) error {
				if words, err := tx.KnownAs(p); err == nil {
					t.Errorf("KnownAs() without a permit = %q", words)
				}
				if in, err := tx.NamedIn(p); err == nil {
					t.Errorf("NamedIn() without a permit = %q", in)
				}
				return nil
			})
		}
		read(t, s, func(tx *store.Tx) error {
			if _, err := tx.Erasure(authz.Permit{}); err == nil {
				t.Error("Erasure() of nobody passed")
			}
			return nil
		})
		write(t, s, func(tx *store.Tx) error { return tx.AddErasure(own, store.ErasureAsked, "", "I left") })
	})
}
