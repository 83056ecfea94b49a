package store_test

import (
	"testing"

	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// Reports read the copy where there is one, and the database itself while the
// copy is away. Here the copy is a database of its own, so that the two can be
// told apart.
func TestReportsReadTheCopyAndTheDatabaseWhileItIsAway(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock()
	for _, tc := range []struct {
		name, copy, want string
		copied           bool
	}{
		{"no copy", "", "the database", false},
		{"a copy", storetest.Postgres(t), "the copy", true},
		{"a copy that is away", "postgres://nobody@127.0.0.1:1/none?sslmode=disable", "the database", false},
	} {
		main := storetest.Postgres(t)
		if tc.name == "a copy" {
			copied := storetest.Open(t, tc.copy, clock)
			if err := copied.Write(t.Context(), func(tx *store.Tx) error { return tx.SetSetting("who", "the copy") }); err != nil {
				t.Fatal(err)
			}
		}
		s, err := store.Open(t.Context(), main, store.Options{Now: clock.Now, Reports: tc.copy})
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		t.Cleanup(func() { _ = s.Close() })
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.SetSetting("who", "the database") }); err != nil {
			t.Fatal(err)
		}
		got, copied := "", false
		err = s.ReadReports(t.Context(), func(tx *store.Tx) (err error) {
			if got, err = tx.Setting("who"); err != nil {
				return err
			}
			_, copied, err = tx.Behind()
			return err
		})
		if err != nil || got != tc.want || copied != tc.copied {
			t.Errorf("%s: reports read %s, a copy %t, %v; want %s", tc.name, got, copied, err, tc.want)
		}
	}
}
