package store_test

import (
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// set writes a setting.
func set(t *testing.T, s *store.Store, key, value string) error {
	t.Helper()
	return s.Write(t.Context(), func(tx *store.Tx) error { return tx.SetSetting(key, value) })
}

// wantSetting fails unless the setting has that value.
func wantSetting(t *testing.T, s *store.Store, key, want string) {
	t.Helper()
	read(t, s, func(tx *store.Tx) error {
		got, err := tx.Setting(key)
		if err != nil || got != want {
			t.Errorf("Setting(%s) = %.20q, %v; want %.20q", key, got, err, want)
		}
		return nil
	})
}

func TestAFullDiskRefusesClearlyAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t), storetest.NewClock())
	limit := func(pages string) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error { return tx.ExecForTest("PRAGMA max_page_count = " + pages) })
	}
	if err := set(t, s, "before", "kept"); err != nil {
		t.Fatal(err)
	}
	limit("1") // which is never fewer than there are
	err := set(t, s, "large", strings.Repeat("x", 1<<20))
	if countersign.KindOf(err) != countersign.Unavailable || !strings.Contains(countersign.MessageOf(err), "no room") {
		t.Errorf("a write without room: %v", err)
	}
	wantSetting(t, s, "before", "kept")
	wantSetting(t, s, "large", "")
	limit("1000000")
	if err := set(t, s, "after", "kept too"); err != nil {
		t.Errorf("after there was room again: %v", err)
	}
	wantSetting(t, s, "after", "kept too")
}

func TestADatabaseThatWasAwayIsUsedAgainWithoutAnybodysHelp(t *testing.T) {
	t.Parallel()
	cable, dsn := storetest.NewCable(t, storetest.Postgres(t))
	s := storetest.Open(t, dsn, storetest.NewClock())
	if err := set(t, s, "before", "kept"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		cable.Cut()
		for range 3 {
			if err := set(t, s, "meanwhile", "lost"); countersign.KindOf(err) != countersign.Unavailable || !strings.Contains(countersign.MessageOf(err), "cannot be reached") {
				t.Errorf("a write without a database: %v", err)
			}
		}
		if err := s.Ready(t.Context()); err == nil {
			t.Error("it is ready without a database")
		}
		cable.Plug()
		if err := set(t, s, "after", "kept too"); err != nil {
			t.Errorf("after it was back: %v", err)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("after it was back it is not ready: %v", err)
		}
	}
	wantSetting(t, s, "before", "kept")
	wantSetting(t, s, "meanwhile", "")
	wantSetting(t, s, "after", "kept too")
}
