package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// readers is how many connections read a SQLite file at a time.
const readers = 4

// openSQLite opens the file twice: one connection writes, which is as many as
// SQLite lets write, and a few read, which never wait for it.
func (s *Store) openSQLite(ctx context.Context, path string) error {
	if path == "" {
		return errors.New("sqlite: needs the path of a file")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	s.dialect, s.path = sqliteDialect, path
	// Made here so that nobody else on the machine can read it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// synchronous(full): what has been signed survives a power cut.
	if s.writer, err = s.sqlitePool(ctx, 1, "_txlock=immediate", "_pragma=journal_mode(wal)", "_pragma=synchronous(full)"); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if s.reader, err = s.sqlitePool(ctx, readers, "_pragma=query_only(on)"); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (s *Store) sqlitePool(ctx context.Context, size int, params ...string) (*gorm.DB, error) {
	// With recursive triggers, INSERT OR REPLACE can't get around an
	// append-only table either; modeof keeps the log as private as the file.
	dsn := url.URL{Scheme: "file", Path: s.path, RawQuery: "mode=rw&_pragma=busy_timeout(5000)&_pragma=foreign_keys(on)&_timefmt=sqlite" +
		"&_pragma=recursive_triggers(on)&modeof=" + strings.ReplaceAll(url.QueryEscape(s.path), "+", "%20")}
	for _, p := range params {
		dsn.RawQuery += "&" + p
	}
	pool, err := driver.Open(dsn.String())
	if err != nil {
		return nil, err
	}
	s.pools = append(s.pools, pool)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	if err := pool.PingContext(ctx); err != nil {
		return nil, err
	}
	return s.gorm(sqliteDialector{gormlite.OpenDB(pool)})
}

// openPostgres opens the database, and a copy that only reports read if there
// is one.
func (s *Store) openPostgres(ctx context.Context, dsn, reports string) (err error) {
	s.dialect = postgresDialect
	if s.writer, err = s.postgresPool(dsn); err != nil {
		return err
	}
	s.reader = s.writer
	if reports != "" { // which may be away: the server starts without it
		if s.reports, err = s.postgresPool(reports); err != nil {
			return fmt.Errorf("the copy for reports: %w", err)
		}
	}
	return s.pools[0].PingContext(ctx)
}

// postgresConns is how many connections a pool has at most.
const postgresConns = 16

// postgresPool opens a pool that works through pgbouncer in transaction mode:
// no prepared statements, unless the address asks for them, and nothing set on
// a session but the time zone, which pgbouncer keeps.
func (s *Store) postgresPool(dsn string) (*gorm.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	address, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	if !address.Query().Has("default_query_exec_mode") {
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	config.RuntimeParams["timezone"] = "UTC"
	pool := stdlib.OpenDB(*config)
	s.pools = append(s.pools, pool)
	pool.SetMaxOpenConns(postgresConns)
	pool.SetMaxIdleConns(postgresConns)
	return s.gorm(postgres.New(postgres.Config{Conn: pool}))
}

func (s *Store) gorm(d gorm.Dialector) (*gorm.DB, error) {
	db, err := gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction:   true,
		DisableAutomaticPing:     true,
		DisableNestedTransaction: true,
		TranslateError:           true,
		Logger:                   logger.Discard,
		NowFunc:                  s.now,
	})
	if err != nil {
		return nil, err
	}
	return db, s.watchStatements(db)
}

// sqliteDialector translates errors without losing what SQLite said.
type sqliteDialector struct{ gorm.Dialector }

// Translate implements gorm.ErrorTranslator.
func (sqliteDialector) Translate(err error) error {
	for code, known := range map[sqlite3.ExtendedErrorCode]error{
		sqlite3.CONSTRAINT_UNIQUE:     gorm.ErrDuplicatedKey,
		sqlite3.CONSTRAINT_PRIMARYKEY: gorm.ErrDuplicatedKey,
		sqlite3.CONSTRAINT_FOREIGNKEY: gorm.ErrForeignKeyViolated,
		sqlite3.CONSTRAINT_CHECK:      gorm.ErrCheckConstraintViolated,
	} {
		if errors.Is(err, code) {
			return fmt.Errorf("%w: %w", known, err)
		}
	}
	return err
}
