package app

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"countersign/internal/loadgen"
	"countersign/internal/store"
	"countersign/internal/store/storetest/pgcluster"
)

// size says how much is seeded.
type size struct{ apprenticeships, evidencePer int }

var seededAt = time.Date(2026, time.March, 3, 10, 0, 0, 0, time.UTC)

// steps are what loadgen's people do.
var steps = []string{
	"sign in", "apprentice: home", "apprentice: form for a piece", "apprentice: submit a piece with a photo", "apprentice: evidence",
	"apprentice: competencies", "apprentice: portfolio as PDF", "GP: home", "GP: queue", "GP: decide the queue", "hub: home", "hub: report", "hub: apprentices",
}

func TestNoRequestReadsALargeTableFromEndToEnd(t *testing.T) {
	c := seeded(t, size{apprenticeships: 150, evidencePer: 80})
	taken, statements := loaded(t, c, 4, 1)
	for _, step := range steps {
		if taken.Steps(step) == 0 {
			t.Errorf("nobody did this: %s", step)
		}
	}
	if taken.Errors() > 0 {
		taken.Write(t.Output())
		t.Error("steps went wrong")
	}
	for _, scan := range scans(t, c, statements, 10_000) {
		t.Error(scan)
	}
}

// BenchmarkLoadOnSeeded tells how long each step of a load takes on a database
// of 500 apprenticeships with 56 pieces of evidence each, or on the one that
// loadgen seed filled if COUNTERSIGN_SEEDED and COUNTERSIGN_SEEDED_DATA say
// where it and its data folder are. It fails when a statement of a request
// reads a table of more than 10,000 rows from end to end.
func BenchmarkLoadOnSeeded(b *testing.B) {
	c, ok := given(seededLarge)
	if !ok {
		c = seeded(b, size{apprenticeships: 500, evidencePer: 56})
	}
	for b.Loop() {
		taken, statements := loaded(b, c, 12, 4)
		taken.Write(os.Stdout)
		b.ReportMetric(float64(taken.Errors()), "errors")
		for _, scan := range scans(b, c, statements, 10_000) {
			b.Error(scan)
		}
	}
}

// seeded fills a database of the test's own.
func seeded(t testing.TB, of size) Config {
	t.Helper()
	c := Config{Database: pgcluster.DSN(t), Data: t.TempDir(), Demo: true, Now: seededAt.Format(time.RFC3339)}
	done, err := loadgen.Seed(t.Context(), loadgen.Options{
		Apprenticeships: of.apprenticeships, EvidencePer: of.evidencePer, Seed: 1, Database: c.Database, Data: c.Data, Now: seededAt, Clock: time.Now, Out: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	if b, ok := t.(*testing.B); ok {
		b.Logf("%d rows copied in %v, %v with everything", done.Rows, done.Copying, done.Whole)
	}
	return c
}

// loaded has people go so many rounds, and returns every statement that their
// requests ran, each once.
func loaded(t testing.TB, c Config, people, rounds int) (*loadgen.Latencies, []store.Statement) {
	t.Helper()
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var ready atomic.Bool
	ready.Store(true)
	handler, _, err := a.handler(&ready)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	ran := map[string]store.Statement{}
	watched := store.Watch(context.WithoutCancel(t.Context()), func(st store.Statement) {
		mu.Lock()
		defer mu.Unlock()
		if _, known := ran[st.SQL]; !known {
			st.Args = slices.Clone(st.Args)
			ran[st.SQL] = st
		}
	})
	server := httptest.NewUnstartedServer(handler)
	server.Config.BaseContext = func(net.Listener) context.Context { return watched }
	server.Start()
	defer server.Close()
	taken, err := loadgen.Run(t.Context(), loadgen.Load{
		URL: server.URL, Data: c.Data, People: people, Rounds: rounds, Duration: 10 * time.Minute, Clock: a.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	var statements []store.Statement
	for _, st := range ran {
		statements = append(statements, st)
	}
	return taken, statements
}

var seqScan = regexp.MustCompile(`Seq Scan on (\w+)`)

// scans returns the statements whose plan reads a table of at least so many
// rows from end to end.
func scans(t testing.TB, c Config, statements []store.Statement, many int) []string {
	t.Helper()
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	db := a.Store.Pools()[0]
	if _, err := db.ExecContext(t.Context(), "ANALYZE"); err != nil { //nolint:misspell // SQL
		t.Fatal(err)
	}
	large := map[string]bool{}
	rows, err := db.QueryContext(t.Context(), "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND reltuples >= $1", many)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		large[name] = true
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if !large["evidence"] || !large["evidence_mappings"] {
		t.Fatalf("%v are large: too little was seeded", large)
	}
	var found []string
	for _, st := range statements {
		plan, err := planOf(t.Context(), a, st)
		if err != nil {
			t.Errorf("EXPLAIN %s: %v", st.SQL, err)
			continue
		}
		for _, m := range seqScan.FindAllStringSubmatch(plan, -1) {
			if large[m[1]] {
				found = append(found, fmt.Sprintf("%s is read from end to end by\n%s\n%s", m[1], st.SQL, plan))
			}
		}
	}
	return found
}

// planOf returns how PostgreSQL would run a statement with those values.
func planOf(ctx context.Context, a *App, st store.Statement) (string, error) {
	rows, err := a.Store.Pools()[0].QueryContext(ctx, "EXPLAIN "+st.SQL, st.Args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), rows.Err()
}
