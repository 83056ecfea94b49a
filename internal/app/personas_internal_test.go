package app

import (
	"io"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/demo"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/view"
)

func TestThePageToSignInShowsNobodyWhoIsNotThere(t *testing.T) {
	t.Parallel()
	a, err := Open(t.Context(), Config{Data: t.TempDir(), Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	there := demo.Personas()[1]
	if err := a.Store.Write(t.Context(), func(tx *store.Tx) error { // as another program leaves what it has seeded
		return tx.SetSetting(service.DemonstrationMark, "complete")
	}); err != nil {
		t.Fatal(err)
	}
	shown := func() []view.Persona {
		t.Helper()
		if err := a.fill(t.Context(), io.Discard); err != nil {
			t.Fatal(err)
		}
		return a.personas()
	}
	if people := shown(); len(people) != 0 {
		t.Errorf("shown are %+v", people)
	}
	if err := a.Store.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddPerson(countersign.Person{Name: there.Name, Email: there.Email})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if people := shown(); len(people) != 1 || people[0] != there {
		t.Errorf("shown are %+v", people)
	}
}
