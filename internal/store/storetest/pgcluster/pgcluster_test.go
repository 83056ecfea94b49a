package pgcluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// schema is a parent and a child, the child append-only by trigger, as the
// sign-offs are, and the table that a lease must leave alone.
const schema = `
	CREATE TABLE "Parent" (id text PRIMARY KEY);
	CREATE TABLE child (id text PRIMARY KEY, parent text NOT NULL REFERENCES "Parent" (id));
	CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'child is append-only'; END $$;
	CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON child FOR EACH ROW EXECUTE FUNCTION refuse();
	CREATE TABLE goose_db_version (version bigint);
	INSERT INTO goose_db_version VALUES (7)`

func migrate(dsn string) error { return execute(dsn, schema) }

func execute(dsn string, sql ...string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	for _, s := range sql {
		_, e := conn.Exec(ctx, s)
		err = errors.Join(err, e)
	}
	return errors.Join(err, conn.Close(ctx))
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// query returns what the SQL answers, as text.
func query(t *testing.T, conn *pgx.Conn, sql string) string {
	t.Helper()
	var got string
	if err := conn.QueryRow(t.Context(), sql).Scan(&got); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return got
}

const count = `SELECT (SELECT count(*) FROM "Parent") || ' ' || (SELECT count(*) FROM child) || ' ' || (SELECT count(*) FROM goose_db_version)`

func TestLeaseIsAsPreparedEvenAfterRowsThatCannotBeDeleted(t *testing.T) {
	get(t)
	prepared := 0
	prepare := func(dsn string) error { prepared++; return migrate(dsn) }
	var name string
	for i := range 3 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			conn := connect(t, Lease(t, t.Name()[:len(t.Name())-2], prepare))
			if got := query(t, conn, count); got != "0 0 1" {
				t.Errorf("rows = %s; want 0 0 1", got)
			}
			if _, err := conn.Exec(t.Context(), `INSERT INTO "Parent" VALUES ('p'); INSERT INTO child VALUES ('c', 'p')`); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Exec(t.Context(), `DELETE FROM child`); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("DELETE FROM child: error = %v; want the trigger's", err)
			}
			switch got := query(t, conn, `SELECT current_database()::text`); {
			case name == "":
				name = got
			case got != name:
				t.Errorf("database = %s; want %s again", got, name)
			}
			// Not closed: a forgotten connection must not hold up the next test.
			if _, err := conn.Exec(t.Context(), `BEGIN; LOCK TABLE child`); err != nil {
				t.Fatal(err)
			}
		})
	}
	if prepared != 1 {
		t.Errorf("prepared %d times; want once", prepared)
	}
}

func TestLeasesAtTheSameTimeAreDifferentDatabases(t *testing.T) {
	dsns := map[string]bool{}
	for range 3 {
		dsns[Lease(t, "same time", migrate)] = true
	}
	if len(dsns) != 3 {
		t.Errorf("%d databases for 3 leases: %v", len(dsns), dsns)
	}
}

func TestLeaseKeepsTheRowsThatPrepareLeft(t *testing.T) {
	prepare := func(dsn string) error {
		return execute(dsn, schema, `INSERT INTO "Parent" VALUES ('seed')`)
	}
	for i := range 2 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			dsn := Lease(t, "seeded", prepare)
			conn := connect(t, dsn)
			if got := query(t, conn, count); got != "1 0 1" {
				t.Errorf("rows = %s; want 1 0 1", got)
			}
			if err := execute(dsn, `DELETE FROM "Parent"`); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFailedPreparationFailsEveryLease(t *testing.T) {
	c := get(t)
	broken := errors.New("broken migration")
	for range 2 {
		if _, err := poolOf(c, "broken", func(string) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("poolOf() error = %v; want %v", err, broken)
		}
	}
}

func TestDSNIsEmptyAndGoesWithTheTest(t *testing.T) {
	var name string
	t.Run("test", func(t *testing.T) {
		dsn := DSN(t)
		if err := migrate(dsn); err != nil {
			t.Fatal(err)
		}
		conn := connect(t, dsn)
		name = query(t, conn, `SELECT current_database()::text`)
	})
	conn := connect(t, get(t).dsn("postgres"))
	if got := query(t, conn, `SELECT count(*)::text FROM pg_database WHERE datname = '`+name+`'`); got != "0" {
		t.Errorf("database %s is still there", name)
	}
}

// TestServerGoesWithTheProcess kills a test process that has a server, and
// waits for the server's files to go.
func TestServerGoesWithTheProcess(t *testing.T) {
	const marker = "COUNTERSIGN_PGCLUSTER_TEST_CHILD"
	if os.Getenv(marker) != "" {
		fmt.Println("folder:", get(t).dir)
		select {}
	}
	get(t) // skip, or fail for want of binaries, here and not in the child
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), marker+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var dir string
	for lines := bufio.NewScanner(out); dir == "" && lines.Scan(); {
		if _, after, ok := strings.Cut(lines.Text(), "folder: "); ok {
			dir = after
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "PG_VERSION")); err != nil {
		t.Fatalf("the child has no server: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there", dir)
		}
	}
}

func TestMissingBinariesSayWhatToInstall(t *testing.T) {
	_, err := findBinaries(t.TempDir(), filepath.Join(t.TempDir(), "*", "bin"))
	if err == nil || !strings.Contains(err.Error(), installCommand) {
		t.Errorf("findBinaries() error = %v; want %q in it", err, installCommand)
	}
}

func TestMissingPgbouncerSaysWhatToInstall(t *testing.T) {
	_, err := findPooler(t.TempDir(), t.TempDir())
	if want := "apt-get install -y pgbouncer"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("findPooler() error = %v; want %q in it", err, want)
	}
}

func TestNewestInstalledServerIsFound(t *testing.T) {
	root := t.TempDir()
	for _, version := range []string{"9", "15", "14"} {
		bin := filepath.Join(root, version, "bin")
		if err := os.MkdirAll(bin, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, program := range []string{"initdb", "postgres"} {
			if err := os.WriteFile(filepath.Join(bin, program), nil, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := findBinaries("", filepath.Join(root, "*", "bin"))
	if want := filepath.Join(root, "15", "bin"); err != nil || got != want {
		t.Errorf("findBinaries() = %q, %v; want %q", got, err, want)
	}
}

func TestQuickIsTheOnlyWordThatLeavesADatabaseOut(t *testing.T) {
	for value, want := range map[string]bool{"": false, "quick": true} {
		if got, err := quickMode(value); got != want || err != nil {
			t.Errorf("quickMode(%q) = %v, %v; want %v", value, got, err, want)
		}
	}
	if _, err := quickMode("quik"); err == nil {
		t.Error(`quickMode("quik") passed`)
	}
}

func BenchmarkLease(b *testing.B) {
	for b.Loop() {
		// b.Cleanup would run at the end of all: take and give back by hand.
		c, err := running()
		if err != nil {
			b.Fatal(err)
		}
		p, err := poolOf(c, "benchmark", migrate)
		if err != nil {
			b.Fatal(err)
		}
		db, err := p.take()
		if err != nil {
			b.Fatal(err)
		}
		p.giveBack(db)
	}
}
