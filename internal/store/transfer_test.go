package store_test

import (
	"testing"

	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/transfer"
)

// A migration that adds a column decides whether it travels.
func TestEveryColumnTravelsOrIsLeftOutForAReason(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		travels := map[string]transfer.Table{}
		for _, table := range transfer.Tables() {
			travels[table.Name] = table
		}
		travels["organisations"] = travels["places"]
		names := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
		if s.Dialect() == "postgres" {
			names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
		}
		var tables []string
		read(t, s, func(tx *store.Tx) (err error) {
			tables, err = tx.TextsForTest(names)
			return err
		})
		if len(tables) < 40 {
			t.Fatalf("tables %v", tables)
		}
		for _, name := range tables {
			table, ok := travels[name]
			if ok == (transfer.LeftOut[name] != "") {
				t.Errorf("the table %s must either travel or be left out for a reason", name)
			}
			if !ok {
				continue
			}
			for _, c := range tableColumns(t, s, name) {
				if (table.Index(c) >= 0) == (table.LeftOut[c] != "") {
					t.Errorf("%s.%s must either travel or be left out for a reason", name, c)
				}
			}
		}
	})
}

// tableColumns returns the columns of a table, as the database knows them.
func tableColumns(t *testing.T, s *store.Store, table string) (out []string) {
	t.Helper()
	sql := "SELECT name FROM pragma_table_info(?)"
	if s.Dialect() == "postgres" {
		sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?"
	}
	read(t, s, func(tx *store.Tx) (err error) {
		out, err = tx.TextsForTest(sql, table)
		return err
	})
	return out
}
