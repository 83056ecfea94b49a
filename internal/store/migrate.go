package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"countersign/migrations"
)

// MigrationStatus is one migration and when it was applied to this database;
// the zero time if it hasn't been.
type MigrationStatus struct {
	Version   int64
	Name      string
	AppliedAt time.Time
}

// errNewer is returned for a database that a newer program has migrated.
var errNewer = errors.New("The database was written by a newer version of Countersign") //nolint:staticcheck // shown to people as it is

// migrator returns goose for this database, over the files that are for it.
func (s *Store) migrator(history fs.FS, o ...goose.ProviderOption) (*goose.Provider, error) {
	dialect, other := goose.DialectSQLite3, postgresDialect
	if s.dialect == postgresDialect {
		dialect, other = goose.DialectPostgres, sqliteDialect
	}
	foreign, err := fs.Glob(history, "*."+string(other)+".sql")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, s.pools[0], history, append(o,
		goose.WithExcludeNames(foreign), goose.WithDisableGlobalRegistry(true))...)
}

// Migrate brings the schema up to date. It refuses a schema that is newer than
// the program. Several processes may call it at once.
func (s *Store) Migrate(ctx context.Context) error { return s.migrate(ctx, migrations.FS) }

func (s *Store) migrate(ctx context.Context, history fs.FS) error {
	var o []goose.ProviderOption
	if s.dialect == postgresDialect {
		o = append(o, goose.WithLocker(new(migrationLock)))
	}
	p, err := s.migrator(history, o...)
	if err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	if err := s.checkWhole(ctx); err != nil {
		return err
	}
	for {
		before, want, err := p.GetVersions(ctx)
		if err != nil {
			return fmt.Errorf("store: migrate: %w", err)
		}
		if before > want {
			return errNewer
		}
		if _, err = p.Up(ctx); err == nil {
			s.reconnect()
			return nil
		}
		// On SQLite another process may have been a moment earlier with the
		// same step. Then there is one less to go.
		if now, e := p.GetDBVersion(ctx); e != nil || now == before {
			return fmt.Errorf("store: migrate: %w", err)
		}
	}
}

// reconnect lets go of the connections that were made before a migration set
// something for the whole database, which only new ones take on.
func (s *Store) reconnect() {
	if s.dialect == postgresDialect {
		s.pools[0].SetMaxIdleConns(0)
		s.pools[0].SetMaxIdleConns(postgresConns)
	}
}

// MigrationStatus returns every migration that the program knows, in order.
func (s *Store) MigrationStatus(ctx context.Context) ([]MigrationStatus, error) {
	p, err := s.migrator(migrations.FS)
	if err != nil {
		return nil, fmt.Errorf("store: migration status: %w", err)
	}
	steps, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: migration status: %w", err)
	}
	out := make([]MigrationStatus, len(steps))
	for i, m := range steps {
		name, _, _ := strings.Cut(path.Base(m.Source.Path), ".")
		_, name, _ = strings.Cut(name, "_")
		out[i] = MigrationStatus{Version: m.Source.Version, Name: name, AppliedAt: m.AppliedAt.UTC()}
	}
	return out, nil
}

// KnowsSchema refuses a version of the schema that only a newer program knows.
func KnowsSchema(version int64) error {
	names, err := fs.Glob(migrations.FS, fmt.Sprintf("%04d_*.sql", version))
	if err == nil && len(names) == 0 {
		err = errNewer
	}
	return err
}

// Ready reports whether the database answers and its schema is the program's,
// or a newer one: a server goes on while those that take its place migrate and
// start, or nobody would answer meanwhile.
func (s *Store) Ready(ctx context.Context) error {
	p, err := s.migrator(migrations.FS)
	if err != nil {
		return fmt.Errorf("store: ready: %w", err)
	}
	sources := p.ListSources()
	want := sources[len(sources)-1].Version
	return s.Read(ctx, func(tx *Tx) error {
		var have int64
		err := tx.db.Raw("SELECT max(version_id) FROM goose_db_version WHERE is_applied").Scan(&have).Error
		switch {
		case err != nil:
			return fmt.Errorf("store: ready: %w", err)
		case have < want:
			return fmt.Errorf("store: ready: the schema is at %d and must be at %d: run countersign migrate", have, want)
		}
		return nil
	})
}

// migrationLock lets one process migrate a PostgreSQL database at a time. It
// is held by a transaction rather than a session, so that it works through
// pgbouncer too and goes with the connection.
type migrationLock struct{ tx *sql.Tx }

// migrationLockID is any number that other programs are unlikely to use.
const migrationLockID = 0x636f756e746572 // "counter"

// Lock implements goose's lock.Locker.
func (l *migrationLock) Lock(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrationLockID)); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	l.tx = tx
	return nil
}

// Unlock implements goose's lock.Locker.
func (l *migrationLock) Unlock(context.Context, *sql.DB) error { return l.tx.Rollback() }
