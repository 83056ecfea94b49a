package store

// ExecForTest runs a statement as a test's own, past every guard but the
// database's.
func (tx *Tx) ExecForTest(sql string, args ...any) error { return tx.db.Exec(sql, args...).Error }

// TextsForTest returns the one column of a query.
func (tx *Tx) TextsForTest(sql string, args ...any) ([]string, error) {
	return all[string](tx, sql, args...)
}
