package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"countersign/internal/countersign"
)

// Tx is a transaction: everything that can be read and written. It is for the
// one goroutine that runs the function given to Read or Write.
type Tx struct {
	store   *Store
	ctx     context.Context
	db      *gorm.DB
	write   bool
	copied  bool // of the copy for reports
	at      time.Time
	after   []func()
	changed map[string]struct{} // apprenticeships beneath which something was written
	// seen are apprenticeships that this read has found already: of a snapshot
	// a second look would show the same. A write keeps none.
	seen map[countersign.ApprenticeshipID]countersign.Apprenticeship
}

// Context returns the context of the transaction.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Now returns the time of the transaction, UTC: the clock's when first asked.
// The reads that begin a write beneath an apprenticeship ask after they have
// locked it, so that times there never run backwards.
func (tx *Tx) Now() time.Time {
	if tx.at.IsZero() {
		tx.at = tx.store.now().UTC().Truncate(time.Microsecond)
	}
	return tx.at
}

// Today returns the London day of Now.
func (tx *Tx) Today() countersign.Date { return countersign.LondonDate(tx.Now()) }

// today returns Today as a query parameter.
func (tx *Tx) today() dbDate { return dbDate{tx.Today()} }

// NewID returns a new identifier.
func (tx *Tx) NewID() string { return tx.store.newID() }

// Behind returns by how much what is read lags behind the database, and whether
// it is read from a copy at all.
func (tx *Tx) Behind() (time.Duration, bool, error) {
	if !tx.copied {
		return 0, false, nil
	}
	// While nothing is written the last change is old, and nothing is missing:
	// as long as it is connected, since only then it has heard of all.
	seconds, err := one[float64](tx, `SELECT CASE WHEN NOT pg_is_in_recovery()
			OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0
		ELSE COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) END::float8`)
	if err != nil {
		return 0, true, fmt.Errorf("store: behind: %w", err)
	}
	return time.Duration(seconds * float64(time.Second)), true, nil
}

// AfterCommit runs fn once after the transaction has been committed; never
// otherwise.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// noteChange says that something was written beneath an apprenticeship, so that
// its tally is worked out anew before the transaction is committed.
func (tx *Tx) noteChange(ids ...string) {
	if tx.changed == nil {
		tx.changed = map[string]struct{}{}
	}
	for _, id := range ids {
		tx.changed[id] = struct{}{}
	}
}

// errReadOnly is a programmer's mistake.
var errReadOnly = errors.New("a change within Read")

// insert adds a row.
func (tx *Tx) insert(row any) error {
	if !tx.write {
		return errReadOnly
	}
	return classify(tx.db.Create(row).Error)
}

// exec runs a statement that changes rows and returns how many it changed.
func (tx *Tx) exec(sql string, args ...any) (int, error) {
	if !tx.write {
		return 0, errReadOnly
	}
	done := tx.db.Exec(sql, args...)
	return int(done.RowsAffected), classify(done.Error)
}

// update sets columns of the table's rows for which the condition holds and
// returns how many there were.
func (tx *Tx) update(table string, set map[string]any, where string, args ...any) (int, error) {
	if !tx.write {
		return 0, errReadOnly
	}
	done := tx.db.Table(table).Where(where, args...).Updates(set)
	return int(done.RowsAffected), classify(done.Error)
}

// all returns every row of a query.
func all[T any](tx *Tx, sql string, args ...any) ([]T, error) {
	var rows []T
	err := tx.db.Raw(sql, args...).Scan(&rows).Error
	return rows, classify(err)
}

// one returns the row of a query, or NotFound if there is none.
func one[T any](tx *Tx, sql string, args ...any) (T, error) {
	rows := make([]T, 0, 1) // GORM would make room for twenty
	err := classify(tx.db.Raw(sql, args...).Scan(&rows).Error)
	if err != nil || len(rows) == 0 {
		var none T
		if err == nil {
			err = notFound()
		}
		return none, err
	}
	return rows[0], nil
}

// pageSize returns how many rows a page holds that asks for n: 50 if it
// doesn't say, 200 at most.
func pageSize(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, 200)
}

// onPostgres returns the piece of SQL on PostgreSQL, and nothing on SQLite:
// for locks on rows, which a SQLite write doesn't need as it is alone.
func (tx *Tx) onPostgres(sql string) string {
	if tx.store.dialect == postgresDialect {
		return sql
	}
	return ""
}

// skipLocked passes over rows that another transaction has locked, on
// PostgreSQL; on SQLite there is no other.
func (tx *Tx) skipLocked() string { return tx.onPostgres(" FOR UPDATE SKIP LOCKED") }
