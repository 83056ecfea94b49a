package store

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"countersign/internal/store/storetest/pgcluster"
	"countersign/migrations"
)

var testNow = func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }

// onEmpty runs fn on an empty database of each kind; open opens it once more.
func onEmpty(t *testing.T, fn func(t *testing.T, open func() *Store)) {
	t.Helper()
	run := func(t *testing.T, dsn string) {
		fn(t, func() *Store {
			t.Helper()
			s, err := Open(t.Context(), dsn, Options{Now: testNow})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		})
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); run(t, "sqlite:"+filepath.Join(t.TempDir(), "empty.db")) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, pgcluster.DSN(t)) })
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, open func() *Store) {
		s := open()
		if err := s.Ready(t.Context()); err == nil {
			t.Error("an empty database is ready")
		}
		for range 2 {
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("a migrated database: %v", err)
		}
		steps, err := s.MigrationStatus(t.Context())
		if err != nil || len(steps) < 3 {
			t.Fatalf("MigrationStatus() = %v, %v", steps, err)
		}
		for i, m := range steps {
			if i > 0 && m.Version <= steps[i-1].Version || m.Name == "" || strings.ContainsAny(m.Name, ".0123456789") || m.AppliedAt.IsZero() {
				t.Errorf("step %d = %+v", i, m)
			}
		}
		if s.dialect == postgresDialect {
			for name, want := range map[string]string{"jit": "off", "random_page_cost": "1.1"} {
				var set string // the tests' server has jit off for all its databases, so it matters who said so
				if err := s.pools[0].QueryRowContext(t.Context(), "SELECT setting || ' by the ' || source FROM pg_settings WHERE name = $1", name).Scan(&set); err != nil || set != want+" by the database" {
					t.Errorf("%s is %s, %v; want %s by the database", name, set, err, want)
				}
			}
		}
	})
}

func TestNewerSchemaIsRefusedAtTheStartAndServedUntilTheStop(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, open func() *Store) {
		s := open()
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		newer := fstest.MapFS{"9999_future.sql": {Data: []byte("-- +goose Up\nCREATE TABLE future (id TEXT);\n")}}
		for _, name := range sqlFiles(t) {
			data, err := fs.ReadFile(migrations.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			newer[name] = &fstest.MapFile{Data: data}
		}
		if err := s.migrate(t.Context(), newer); err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(t.Context()); !errors.Is(err, errNewer) || !strings.Contains(err.Error(), "newer version of Countersign") {
			t.Errorf("Migrate() error = %v", err)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("Ready() error = %v; a server that runs goes on", err)
		}
	})
}

func TestABrokenMigrationChangesNothing(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, open func() *Store) {
		s := open()
		broken := fstest.MapFS{
			"0001_fine.sql":   {Data: []byte("-- +goose Up\nCREATE TABLE fine (id TEXT);\n")},
			"0002_broken.sql": {Data: []byte("-- +goose Up\nCREATE TABLE half (id TEXT);\nCREATE TABLE fine (id TEXT);\n")},
		}
		if err := s.migrate(t.Context(), broken); err == nil || !strings.Contains(err.Error(), "version:2") {
			t.Errorf("migrate() error = %v", err)
		}
		err := s.Read(t.Context(), func(tx *Tx) error { _, err := all[string](tx, "SELECT id FROM half"); return err })
		if err == nil {
			t.Error("half of a migration stayed")
		}
	})
}

func TestSeveralProcessesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, open func() *Store) {
		stores := []*Store{open(), open(), open(), open()}
		var wg sync.WaitGroup
		for _, s := range stores {
			wg.Go(func() {
				if err := s.Migrate(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if err := stores[0].Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func sqlFiles(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Two files where the dialects differ, one otherwise, numbered without gaps.
func TestEveryMigrationIsForBothDialects(t *testing.T) {
	t.Parallel()
	for _, name := range sqlFiles(t) {
		switch base, rest, _ := strings.Cut(name, "."); rest {
		case "sql":
		case "sqlite.sql", "postgres.sql":
			other := map[string]string{"sqlite.sql": "postgres.sql", "postgres.sql": "sqlite.sql"}[rest]
			if !slices.Contains(sqlFiles(t), base+"."+other) {
				t.Errorf("%s has no %s.%s", name, base, other)
			}
		default:
			t.Errorf("%s is for no dialect", name)
		}
	}
}

// Both databases have the same tables, columns and indexes.
func TestBothDialectsHaveTheSameSchema(t *testing.T) {
	t.Parallel()
	schema := func(s *Store) (out []string) {
		t.Helper()
		sql := `SELECT 'column ' || m.name || '.' || c.name || CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN ' NOT NULL' ELSE '' END
				FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
			UNION ALL SELECT 'index ' || tbl_name || '.' || name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`
		if s.dialect == postgresDialect {
			sql = `SELECT 'column ' || table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN ' NOT NULL' ELSE '' END
					FROM information_schema.columns WHERE table_schema = current_schema()
				UNION ALL SELECT 'index ' || i.tablename || '.' || i.indexname FROM pg_indexes i WHERE i.schemaname = current_schema()
					AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)`
		}
		if err := s.Read(t.Context(), func(tx *Tx) (err error) { out, err = all[string](tx, sql); return err }); err != nil {
			t.Fatal(err)
		}
		out = slices.DeleteFunc(out, func(s string) bool { return strings.Contains(s, "goose_") || strings.Contains(s, "sqlite_") })
		slices.Sort(out)
		return out
	}
	var got [][]string
	for _, dsn := range []string{"sqlite:" + filepath.Join(t.TempDir(), "x.db"), pgcluster.DSN(t)} {
		s, err := Open(t.Context(), dsn, Options{Now: testNow})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		got = append(got, schema(s))
	}
	if !slices.Equal(got[0], got[1]) || len(got[0]) < 100 {
		for _, x := range got[0] {
			if !slices.Contains(got[1], x) {
				t.Errorf("only in SQLite: %s", x)
			}
		}
		for _, x := range got[1] {
			if !slices.Contains(got[0], x) {
				t.Errorf("only in PostgreSQL: %s", x)
			}
		}
		t.Logf("%d and %d things", len(got[0]), len(got[1]))
	}
}

// What was enrolled before the life of an apprenticeship had more states stays
// as it is, and the table takes the new states and refuses others.
func TestApprenticeshipsKeepTheirRowsAndTakeNewStates(t *testing.T) {
	t.Parallel()
	onEmpty(t, func(t *testing.T, open func() *Store) {
		s := open()
		earlier := fstest.MapFS{}
		for _, name := range sqlFiles(t) {
			data, err := fs.ReadFile(migrations.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			if name < "0005" {
				earlier[name] = &fstest.MapFile{Data: data}
			}
		}
		if err := s.migrate(t.Context(), earlier); err != nil {
			t.Fatal(err)
		}
		try := func(sql string, args ...any) error {
			return s.Write(t.Context(), func(tx *Tx) error { _, err := tx.exec(sql, args...); return err })
		}
		must := func(sql string, args ...any) {
			t.Helper()
			if err := try(sql, args...); err != nil {
				t.Fatal(err)
			}
		}
		now := dbTime{testNow()}
		must(`INSERT INTO organisations VALUES ('e', 'ENGLAND', 'England', 'england', 'national', NULL, NULL, 1, ?)`, now)
		must(`INSERT INTO people VALUES ('p', 'Asha', 'asha@example.org', 'asha', '', ?, '', 1, ?)`, true, now)
		must(`INSERT INTO frameworks VALUES ('f', '1', 'F', 'published', 'official', '', 1, 'x', 'x', ?)`, now)
		must(`INSERT INTO apprenticeships (id, apprentice_id, framework_id, framework_version, practice_id, start_on, planned_end_on, cohort, state,
			end_reason, in_scope, signed_off, core, core_signed_off, waiting, seq, version, created_at)
			VALUES ('a', 'p', 'f', '1', 'e', '2026-01-01', '2026-09-01', '2026-A', 'active', '', 3, 1, 2, 1, 0, 7, 2, ?)`, now)
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		s = open() // the schema as a new program finds it
		var row apprenticeshipRow
		if err := s.Read(t.Context(), func(tx *Tx) (err error) {
			row, err = one[apprenticeshipRow](tx, "SELECT * FROM apprenticeships WHERE id = 'a'")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if row.Cohort != "2026-A" || row.Seq != 7 || row.OriginalEndOn.String() != "2026-09-01" || row.State != "active" {
			t.Errorf("the row became %+v", row)
		}
		must("UPDATE apprenticeships SET state = 'on_break', on_break_since = '2026-02-01', return_expected_on = '2026-05-01'")
		for _, wrong := range []string{
			"UPDATE apprenticeships SET state = 'asleep'",
			"UPDATE apprenticeships SET state = 'active'", // while on a break
			"UPDATE apprenticeships SET ended_on = '2026-03-01'",
			"UPDATE apprenticeships SET state = 'completed', on_break_since = NULL, return_expected_on = NULL",
		} {
			if err := try(wrong); err == nil {
				t.Errorf("%s: accepted", wrong)
			}
		}
		if s.dialect == sqliteDialect {
			var ok string
			if err := s.pools[0].QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&ok); err != nil || ok != "ok" {
				t.Errorf("integrity check: %q, %v", ok, err)
			}
		}
	})
}
