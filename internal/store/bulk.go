package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// bulkMark stands in a database while it is being filled by Bulk, with the
// statements that make again what was dropped for it. Nobody serves such a
// database.
const bulkMark = "bulk_unfinished"

// errBulkUnfinished is returned for a database whose filling was broken off.
var errBulkUnfinished = errors.New("filling this database with loadgen did not end. Run loadgen seed again, which takes back what is there and begins anew")

// bulkTables are those that Bulk adds most to, and whose indexes and references
// are made after it has. Before, they hold nothing of any apprenticeship.
var bulkTables = []string{
	"apprenticeships", "namings", "attainments", "evidence", "evidence_mappings", "evidence_revisions", "reviews", "attachments", "sign_offs", "hours",
	"hours_decisions", "progress_reviews", "progress_review_signatures", "payment_entries", "programme_changes", "submissions", "verifications", "audit_events", "tallies",
}

// BulkPeople is the end of the e-mail addresses of everybody whom Bulk adds. By
// it they are found again when it is broken off.
const BulkPeople = "@seed.example"

// analyse has PostgreSQL look at how the rows are spread, for its plans.
const analyse = "ANALYSE"

// errOnlyPostgres is returned by Bulk for SQLite.
var errOnlyPostgres = errors.New("only a PostgreSQL database can be filled in bulk: use a postgres:// address")

// errSeeded is returned for a database that has apprenticeships.
var errSeeded = errors.New("this database holds apprenticeships already, and only one that holds none is filled. Use an empty database")

// BulkSteps are the steps of Bulk that aren't its own.
type BulkSteps struct {
	Fill   func(*Bulk) error
	Filled func()             // is told that the rows are in
	Made   func(done, of int) // is told how many indexes and references are made again, one call at a time
	Finish func() error       // works out what follows from the rows
	// Unsealed leaves the rows of the record, other than decisions, for the log
	// to be brought up to; else nobody looks at them until somebody writes
	// beneath their apprenticeship.
	Unsealed bool
}

// Bulk fills a PostgreSQL database that holds no apprenticeship yet, for
// benchmarks: without indexes and references, which are made again, and so
// checked, once the rows are in. It writes past permits and audit. When
// anything fails, the database isn't served, and UndoBulk takes back what is
// there.
func (s *Store) Bulk(ctx context.Context, steps BulkSteps) error {
	if err := s.MayBulk(ctx); err != nil {
		return err
	}
	if err := s.beginBulk(ctx); err != nil {
		return fmt.Errorf("store: bulk: %w", err)
	}
	if err := steps.Fill(&Bulk{store: s}); err != nil {
		return fmt.Errorf("store: bulk: %w", err)
	}
	steps.Filled()
	if err := s.makeAgain(ctx, steps.Made); err != nil {
		return fmt.Errorf("store: bulk: %w", err)
	}
	if err := s.recountBulk(ctx, steps.Unsealed); err != nil {
		return fmt.Errorf("store: bulk: %w", err)
	}
	if err := steps.Finish(); err != nil {
		return err
	}
	for _, statement := range []string{analyse, "DROP TABLE " + bulkMark} {
		if _, err := s.pools[0].ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("store: bulk: %w", err)
		}
	}
	return nil
}

// MayBulk refuses a database that Bulk would refuse, of whatever version, before
// anything is changed in it.
func (s *Store) MayBulk(ctx context.Context) error {
	if s.dialect != postgresDialect {
		return errOnlyPostgres
	}
	names, err := s.tableNames(ctx)
	if err != nil {
		return fmt.Errorf("store: bulk: %w", err)
	}
	if !slices.Contains(names, "apprenticeships") {
		return nil
	}
	filled := false
	if err := s.pools[0].QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM apprenticeships)").Scan(&filled); err != nil {
		return fmt.Errorf("store: bulk: %w", err)
	}
	if filled {
		return errSeeded
	}
	return nil
}

// bulkDDL lists what hangs on the tables: how it is dropped, how it is made
// again, and in which order. References come last, also those of other tables.
const bulkDDL = `SELECT 3 AS turn, format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', c.conrelid::regclass, c.conname) AS remove,
		format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS make
	FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace
		AND ((SELECT relname FROM pg_class WHERE oid = c.conrelid) = ANY ($1) OR (SELECT relname FROM pg_class WHERE oid = c.confrelid) = ANY ($1))
UNION ALL SELECT 2, format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', c.conrelid::regclass, c.conname),
		format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
	FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
	WHERE c.contype IN ('p', 'u') AND c.connamespace = current_schema()::regnamespace AND t.relname = ANY ($1)
UNION ALL SELECT 1, format('DROP INDEX IF EXISTS %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
	FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
	WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY ($1)
		AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
ORDER BY 1 DESC, 2`

// beginBulk drops indexes and references, and keeps how they are made again.
func (s *Store) beginBulk(ctx context.Context) (err error) {
	tx, err := s.pools[0].BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if e := tx.Rollback(); !errors.Is(e, sql.ErrTxDone) {
			err = errors.Join(err, e)
		}
	}()
	if _, err := tx.ExecContext(ctx, "CREATE TABLE "+bulkMark+" AS "+strings.ReplaceAll(bulkDDL, "$1", bulkNames())); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "SELECT remove FROM "+bulkMark+" ORDER BY turn DESC, remove")
	if err != nil {
		return err
	}
	drops, err := textColumn(rows)
	if err != nil {
		return err
	}
	for _, drop := range drops {
		if _, err := tx.ExecContext(ctx, drop); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// bulkNames is bulkTables as an SQL array.
func bulkNames() string { return "ARRAY['" + strings.Join(bulkTables, "', '") + "']" }

// makeAgain makes indexes and references again, indexes two at a time.
func (s *Store) makeAgain(ctx context.Context, made func(done, of int)) error {
	var all int
	if err := s.pools[0].QueryRowContext(ctx, "SELECT count(*) FROM "+bulkMark).Scan(&all); err != nil {
		return err
	}
	var mu sync.Mutex
	done := 0
	one := func() {
		mu.Lock()
		defer mu.Unlock()
		done++
		made(done, all)
	}
	for _, turn := range []struct{ number, atOnce int }{{1, 2}, {2, 2}, {3, 1}} { // two references to one table would wait for each other
		rows, err := s.pools[0].QueryContext(ctx, fmt.Sprintf("SELECT make FROM %s WHERE turn = %d ORDER BY make", bulkMark, turn.number))
		if err != nil {
			return err
		}
		list, err := textColumn(rows)
		if err != nil {
			return err
		}
		statements := make(chan string, len(list))
		for _, statement := range list {
			statements <- statement
		}
		close(statements)
		failed := make(chan error, turn.atOnce)
		for range turn.atOnce {
			go func() { failed <- s.execAll(ctx, statements, one) }()
		}
		for range turn.atOnce {
			err = errors.Join(err, <-failed)
		}
		if err != nil {
			return err
		}
	}
	_, err := s.pools[0].ExecContext(ctx, analyse)
	return err
}

// execAll runs statements on one connection, with memory to sort in, and calls
// done after each.
func (s *Store) execAll(ctx context.Context, statements <-chan string, done func()) (err error) {
	conn, err := s.pools[0].Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "SET maintenance_work_mem = '256MB'"); err != nil {
		return err
	}
	for statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
		done()
	}
	_, err = conn.ExecContext(ctx, "RESET maintenance_work_mem")
	return err
}

// recountBulk has the counters of every apprenticeship counted.
func (s *Store) recountBulk(ctx context.Context, unsealed bool) error {
	return s.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec("UPDATE apprenticeships AS a SET "+setCounters+", "+setWaiting+`,
			recount_on = (SELECT min(t.recount_on) FROM attainments t WHERE t.apprenticeship_id = a.id), sealed_seq = CASE WHEN ? THEN -1 ELSE seq END`, unsealed)
		return err
	})
}

// UndoBulk takes back what a broken-off Bulk left, and makes indexes and
// references again. It does nothing to any other database, and reports whether
// it did anything.
func (s *Store) UndoBulk(ctx context.Context) (undone bool, err error) {
	names, err := s.tableNames(ctx)
	if err != nil || !slices.Contains(names, bulkMark) {
		return false, err
	}
	tx, err := s.pools[0].BeginTx(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("store: bulk: %w", err)
	}
	defer func() {
		if e := tx.Rollback(); !errors.Is(e, sql.ErrTxDone) {
			err = errors.Join(err, e)
		}
	}()
	statements, err := undoStatements(ctx, tx)
	if err != nil {
		return false, fmt.Errorf("store: bulk: %w", err)
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return false, fmt.Errorf("store: bulk: %s: %w", statement, err)
		}
	}
	return true, tx.Commit()
}

// undoStatements empty what Bulk and the sealing after it fill. Its tables are
// append-only, so that their triggers are out of the way meanwhile.
func undoStatements(ctx context.Context, tx *sql.Tx) ([]string, error) {
	var drop, disable, enable, makes []string
	for _, q := range []struct {
		query string
		into  *[]string
	}{
		{"SELECT remove FROM " + bulkMark + " ORDER BY turn DESC, remove", &drop},
		{"SELECT make FROM " + bulkMark + " ORDER BY turn, make", &makes},
	} {
		rows, err := tx.QueryContext(ctx, q.query)
		if err != nil {
			return nil, err
		}
		if *q.into, err = textColumn(rows); err != nil {
			return nil, err
		}
	}
	sealed := []string{"ledger_records", "ledger_entries", "ledger_nodes", "ledger_checkpoints", "ledger_timestamps"}
	tables := append(slices.Clone(bulkTables), sealed...)
	for _, t := range tables {
		disable = append(disable, "ALTER TABLE "+t+" DISABLE TRIGGER USER")
		enable = append(enable, "ALTER TABLE "+t+" ENABLE TRIGGER USER")
	}
	emptied := slices.DeleteFunc(slices.Clone(tables), func(t string) bool { return t == "audit_events" })
	seeded := "(SELECT id FROM people WHERE email LIKE '%" + BulkPeople + "')"
	return slices.Concat(drop, disable, []string{
		"TRUNCATE " + strings.Join(emptied, ", "),
		"DELETE FROM audit_events WHERE apprenticeship_id IS NOT NULL",
		"DELETE FROM memberships WHERE person_id IN " + seeded,
		"DELETE FROM people WHERE id IN " + seeded,
	}, enable, makes, []string{"DROP TABLE " + bulkMark}), nil
}
