package store

// ExecForTest runs a statement as a test's own, past every guard but the
// database's.
func (tx *Tx) ExecForTest(sql string, args ...any) error { return tx.db.Exec(sql, args...).Error }

// TextsForTest returns the one column of a query.
func (tx *Tx) TextsForTest(sql string, args ...any) ([]string, error) {
	return all[string](tx, sql, args...)
}

// HolderPlanForTest returns how SQLite goes about Holder's query.
func (tx *Tx) HolderPlanForTest() ([]string, error) {
	type step struct{ Detail string }
	steps, err := all[step](tx, "EXPLAIN QUERY PLAN "+holderSQL+" WHERE p.id = ?", tx.today(), tx.today(), tx.today(), tx.today(), "x")
	var plan []string
	for _, s := range steps {
		plan = append(plan, s.Detail)
	}
	return plan, err
}

// RecordTablesForTest names the tables whose rows are sealed.
func RecordTablesForTest() (names []string) {
	for _, t := range recordTables {
		names = append(names, t.name)
	}
	return names
}
