package store

import (
	"errors"
	"testing"
)

func TestARestoreThatFailsLeavesAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, open func() *Store) {
		s, ctx := open(), t.Context()
		failed := errors.New("the archive ends here")
		half := func(in *CopyIn) error {
			if err := in.Begin(in.tables); err != nil {
				return err
			}
			add := func(yield func([]any, error) bool) { yield([]any{"unit", "test"}, nil) }
			if err := in.Add(CopyTable{Name: "settings", Columns: []CopyColumn{{"key", "text"}, {"value", "text"}}}, add); err != nil {
				return err
			}
			return failed
		}
		whole := func(in *CopyIn) error { return in.Begin(in.tables) }
		for name, err := range map[string]error{
			"half-way":     s.CopyIn(ctx, 16, half, func() error { return nil }),
			"at the check": s.CopyIn(ctx, 16, whole, func() error { return failed }),
		} {
			if !errors.Is(err, failed) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if names, err := s.tableNames(ctx); err != nil || len(names) > 0 {
			t.Errorf("after a restore that failed there is %v, %v", names, err)
		}
		// A process that died leaves the mark.
		if _, err := s.pools[0].ExecContext(ctx, "CREATE TABLE "+unfinishedTable+" (id TEXT)"); err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(ctx); !errors.Is(err, errUnfinished) {
			t.Errorf("Migrate() of a restore that was broken off = %v", err)
		}
		if err := s.CopyIn(ctx, 16, whole, func() error { return nil }); err != nil {
			t.Errorf("restored once more: %v", err)
		}
		if err := s.Ready(ctx); err != nil {
			t.Errorf("after a restore from an older schema: %v", err)
		}
		if err := s.CopyIn(ctx, 16, whole, func() error { return nil }); !errors.Is(err, errNotEmpty) {
			t.Errorf("restored into a database in use: %v", err)
		}
	})
}

func TestARestoreChecksEveryReference(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, open func() *Store) {
		err := open().CopyIn(t.Context(), 16, func(in *CopyIn) error {
			if err := in.Begin(in.tables); err != nil {
				return err
			}
			add := func(yield func([]any, error) bool) { yield([]any{"nowhere", "nobody", int64(1)}, nil) }
			return in.Add(CopyTable{Name: "organisation_ancestors", Columns: []CopyColumn{{"organisation_id", "text"}, {"ancestor_id", "text"}, {"depth", "int"}}}, add)
		}, func() error { return nil })
		if err == nil {
			t.Error("a row that refers to nothing was restored")
		}
	})
}
