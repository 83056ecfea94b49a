package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"countersign/internal/countersign"
)

// Options are what the store needs from outside.
type Options struct {
	// Now is the clock. UTC is taken from it, truncated to microseconds,
	// which is what both databases keep.
	Now func() time.Time
	// NewID makes identifiers; nil: UUIDv7.
	NewID func() string
	// Reports is a PostgreSQL server that follows the database, "postgres://...":
	// reports read it instead. Empty for none.
	Reports string
}

// Store is an open database.
type Store struct {
	dialect dialect
	path    string // of the SQLite file
	writer  *gorm.DB
	reader  *gorm.DB
	reports *gorm.DB // a copy that follows; nil for none
	pools   []*sql.DB
	now     func() time.Time
	newID   func() string
	tally   func(*Tx, []countersign.ApprenticeshipID) error

	recordColumns atomic.Pointer[map[string]CopyTable]
}

// The dialects.
type dialect string

const (
	sqliteDialect   dialect = "sqlite"
	postgresDialect dialect = "postgres"
)

// Open opens "sqlite:PATH" or "postgres://...". It makes the SQLite file if
// there is none, but migrates nothing. The error is one line for a person.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	s := &Store{now: o.Now, newID: o.NewID}
	if s.now == nil {
		return nil, errors.New("store: Options.Now is missing")
	}
	if s.newID == nil {
		s.newID = newUUID
	}
	var err error
	switch {
	case strings.HasPrefix(dsn, "sqlite:"):
		err = s.openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"))
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		err = s.openPostgres(ctx, dsn, o.Reports)
	default:
		err = errors.New(`the database must be "sqlite:PATH" or "postgres://..."`)
	}
	if err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("store: open: %s", oneLine(err))
	}
	return s, nil
}

// Pools returns the connection pools, for metrics: of SQLite the writer's and
// the readers', of PostgreSQL the one, and that of the copy for reports.
func (s *Store) Pools() []*sql.DB { return s.pools }

func newUUID() string { return uuid.Must(uuid.NewV7()).String() }

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// Close closes every connection.
func (s *Store) Close() error {
	var errs []error
	for _, p := range s.pools {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}

// Dialect returns "sqlite" or "postgres".
func (s *Store) Dialect() string { return string(s.dialect) }

type inTx struct{}

// Read runs fn on a snapshot of the database, in which nothing can be changed.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if s.dialect == postgresDialect {
		opts.Isolation = sql.LevelRepeatableRead // one snapshot for all statements, as SQLite has it
	}
	_, err := s.run(ctx, s.reader, opts, false, fn)
	return err
}

// ReadReports is Read for reports: of the copy, if there is one and it answers,
// else of the database itself, for which fn is run again. Tx.Behind says how
// old what it reads is.
func (s *Store) ReadReports(ctx context.Context, fn func(*Tx) error) error {
	if s.reports != nil {
		opts := &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
		_, err := s.run(ctx, s.reports, opts, false, fn)
		if countersign.KindOf(err) != countersign.Unavailable && !retriable(err) {
			return err
		}
	}
	return s.Read(ctx, fn)
}

// maxTries is how often Write runs its function at most.
const maxTries = 12

// Write runs fn in a transaction and commits it if fn returns nil. It runs fn
// again if the database asks for that, and refuses to run within another Read
// or Write of the same context.
//
// On SQLite there is one writer at a time. On PostgreSQL two writes beneath
// one apprenticeship queue, as both begin by locking its row (Tx.Subject and
// its like, Tx.Touch); others meet in constraints and versions.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		tx, err := s.run(ctx, s.writer, nil, true, fn)
		switch {
		case err == nil:
			for _, after := range tx.after {
				after()
			}
			return nil
		case !retriable(err):
			return err
		case try == maxTries:
			return fmt.Errorf("store: write: given up after %d tries: %w", maxTries, err)
		}
		wait := rand.N(10 * time.Millisecond << min(try, 7)) //nolint:gosec // it only keeps two writers out of step
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// run runs fn in one transaction of db.
func (s *Store) run(ctx context.Context, db *gorm.DB, opts *sql.TxOptions, write bool, fn func(*Tx) error) (*Tx, error) {
	if ctx.Value(inTx{}) != nil {
		return nil, errors.New("store: a transaction within a transaction")
	}
	tx := &Tx{store: s, ctx: context.WithValue(ctx, inTx{}, true), write: write, copied: s.reports != nil && db == s.reports}
	err := db.WithContext(tx.ctx).Transaction(func(gtx *gorm.DB) error {
		tx.db = gtx
		if err := fn(tx); err != nil {
			return err
		}
		return s.retally(tx)
	}, opts)
	return tx, unavailable(err)
}

// sleep waits, unless ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
