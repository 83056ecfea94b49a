package loadgen_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"countersign/internal/files"
	"countersign/internal/keyring"
	"countersign/internal/ledger"
	"countersign/internal/loadgen"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/store/storetest/pgcluster"
)

var now = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func options(t *testing.T, apprenticeships int) loadgen.Options {
	t.Helper()
	return loadgen.Options{
		Apprenticeships: apprenticeships, EvidencePer: 20, Seed: 7, Database: pgcluster.DSN(t), Data: t.TempDir(), Now: now, SealRecords: true,
		Clock: time.Now, Out: &bytes.Buffer{},
	}
}

func seed(t *testing.T, o loadgen.Options) {
	t.Helper()
	done, err := loadgen.Seed(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if done.Rows < o.Apprenticeships*o.EvidencePer {
		t.Errorf("%d rows, want more", done.Rows)
	}
}

// rows returns a table's rows as text, but for some columns.
func rows(t *testing.T, database, table string, without ...string) []string {
	t.Helper()
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found, err := db.QueryContext(t.Context(), fmt.Sprintf("SELECT (to_jsonb(t) - ARRAY['%s'])::text FROM %s t ORDER BY 1", strings.Join(without, "', '"), table))
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	var out []string
	for found.Next() {
		var row string
		if err := found.Scan(&row); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func change(t *testing.T, database, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", database)
	if err == nil {
		defer db.Close()
		_, err = db.ExecContext(t.Context(), statement)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// served is the program on a database that was filled.
func served(t *testing.T, o loadgen.Options) *service.Service {
	t.Helper()
	st, err := store.Open(t.Context(), o.Database, store.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	folder, err := files.OpenFolder(filepath.Join(o.Data, "files"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	return service.New(service.Config{
		Store: st, Files: files.NewVault(folder, st.FileKeys()), Rand: rand.Reader, Keys: keyring.Open(filepath.Join(o.Data, "keys"), "loadgen"),
	})
}

func TestWhatIsSeededIsWhatTheProgramItselfWorksOut(t *testing.T) {
	o := options(t, 50)
	seed(t, o)
	derived := map[string][]string{"apprenticeships": {"seq", "sealed_seq"}, "attainments": {"version"}, "tallies": nil}
	before := map[string][]string{}
	for table, without := range derived {
		before[table] = rows(t, o.Database, table, without...)
	}
	s := served(t, o)
	findings, err := s.VerifyLedger(t.Context(), s.Operator(), nil, func(f ledger.Finding) { t.Errorf("%s %s: %s %s", f.Table, f.Row, f.Column, f.Says) },
		func(service.LedgerCheck) {})
	if err != nil || findings.Findings > 0 || findings.Unsealed > 0 || findings.Behind > 0 {
		t.Errorf("VerifyLedger() = %+v, %v; want no findings, and everything sealed", findings, err)
	}
	change(t, o.Database, "UPDATE apprenticeships SET recount_on = '2000-01-01'") // all of it is due
	change(t, o.Database, "UPDATE tallies SET refresh_day = 0, in_scope = 0, verified = 1")
	if err := s.RecountDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	for table, without := range derived {
		if diff := cmp.Diff(before[table], rows(t, o.Database, table, without...)); diff != "" {
			t.Errorf("%s, seeded (-) and recounted (+):\n%s", table, diff)
		}
	}
	if _, err := loadgen.Seed(t.Context(), o); err == nil || !strings.Contains(err.Error(), "holds apprenticeships already") {
		t.Errorf("seeding twice: %v, want a refusal", err)
	}
}

func TestSameSeedAtTheSameTimeGivesTheSameRows(t *testing.T) {
	a, b := options(t, 6), options(t, 6)
	a.SealRecords, b.SealRecords = false, false
	seed(t, a)
	seed(t, b)
	for _, table := range []string{
		"organisations", "people", "memberships", "apprenticeships", "namings", "attainments", "evidence", "evidence_mappings", "evidence_revisions", "reviews",
		"attachments", "sign_offs", "hours", "hours_decisions", "progress_reviews", "progress_review_signatures", "payment_entries", "programme_changes", "tallies", "ledger_entries",
	} {
		one, other := rows(t, a.Database, table), rows(t, b.Database, table)
		if !slices.Equal(one, other) {
			t.Errorf("%s differs:\n%s", table, cmp.Diff(one, other))
		}
	}
}

func TestSeedingThatWasBrokenOffIsTakenBackAndBegunAnew(t *testing.T) {
	o := options(t, 6)
	o.SealRecords = false
	seed(t, o)
	whole := rows(t, o.Database, "evidence")
	ctx, cancel := context.WithCancel(t.Context())
	broken := o
	broken.Database, broken.Out = pgcluster.DSN(t), cancelling{cancel}
	if _, err := loadgen.Seed(ctx, broken); err == nil {
		t.Fatal("seeding went on though it was cancelled")
	}
	if err := storetest.Open(t, broken.Database, storetest.NewClock()).Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "loadgen seed again") {
		t.Errorf("Migrate() = %v; want that nobody serves it", err)
	}
	broken.Out = &bytes.Buffer{}
	seed(t, broken)
	if again := rows(t, broken.Database, "evidence"); !slices.Equal(whole, again) {
		t.Errorf("after it was begun anew:\n%s", cmp.Diff(whole, again))
	}
	const catalogue = "(SELECT pg_get_constraintdef(oid) AS made FROM pg_constraint WHERE connamespace = 'public'::regnamespace UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public')"
	if diff := cmp.Diff(rows(t, storetest.Postgres(t), catalogue), rows(t, broken.Database, catalogue)); diff != "" {
		t.Errorf("indexes and references, as migrated (-) and after seeding (+):\n%s", diff)
	}
}

func TestADatabaseThatIsNotFilledIsLeftAsItIs(t *testing.T) {
	o := options(t, 6)
	file := filepath.Join(o.Data, "countersign.db")
	o.Database = "sqlite:" + file
	if _, err := loadgen.Seed(t.Context(), o); err == nil || !strings.Contains(err.Error(), "only a PostgreSQL database") {
		t.Errorf("seeding SQLite: %v, want a refusal", err)
	}
	if found, err := os.Stat(file); err == nil && found.Size() > 4096 { // that of none with a table
		t.Errorf("the database has %d bytes", found.Size())
	}
	if left, err := os.ReadDir(filepath.Join(o.Data, "files")); err == nil {
		t.Errorf("a folder of files was made: %v", left)
	}
}

// cancelling breaks the seeding off once its rows are in.
type cancelling struct{ cancel func() }

func (c cancelling) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("Making indexes")) {
		c.cancel()
	}
	return len(b), nil
}
