package app

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/store/storetest/pgcluster"
)

// bench is the whole program on PostgreSQL with one busy apprenticeship: 60
// pieces over the framework's 49 competencies, 50 of them waiting.
type bench struct {
	*storetest.World
	*App
	dsn     string
	handler http.Handler
}

// eachMode runs fn without prepared statements, which is how the program works
// through pgbouncer, and with them.
func eachMode(b *testing.B, fn func(b *testing.B, x *bench)) {
	b.Helper()
	for _, mode := range []string{"exec", "cache_statement"} {
		b.Run(mode, func(b *testing.B) { fn(b, newBench(b, mode)) })
	}
}

func newBench(b *testing.B, mode string) *bench {
	b.Helper()
	collectLess() // as Serve does
	dsn := storetest.Postgres(b) + "&default_query_exec_mode=" + mode
	a, err := Open(b.Context(), Config{Data: b.TempDir(), Database: dsn, Demo: true, Now: storetest.Start.Format(time.RFC3339)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Close() })
	x := &bench{App: a, dsn: dsn}
	var ready atomic.Bool
	if x.handler, _, err = a.handler(&ready); err != nil {
		b.Fatal(err)
	}
	x.World = storetest.NewWorld(b, a.Store)
	x.fill(b)
	return x
}

// fill submits 60 pieces and has the first 10 accepted.
func (x *bench) fill(b *testing.B) {
	b.Helper()
	asha, err := x.Service.Actor(b.Context(), x.Apprentice.ID, authz.Proof{Method: authz.ByPasswordCode, At: storetest.Start})
	if err != nil {
		b.Fatal(err)
	}
	nurse, err := x.Service.Actor(b.Context(), x.Mentor.ID, authz.Proof{Method: authz.ByPasswordCode, At: storetest.Start})
	if err != nil {
		b.Fatal(err)
	}
	all := x.Framework.Competencies()
	for i := range 60 {
		c := all[i%len(all)]
		e, err := x.Service.DraftEvidence(b.Context(), asha, x.World.App.ID, service.EvidenceInput{
			Kind: countersign.WorkProduct, Title: fmt.Sprintf("Piece %d", i), OccurredOn: countersign.LondonDate(x.now()),
			Narrative: strings.Repeat("What I did that morning. ", 20), Anonymised: true, Details: map[string]string{"product": "A letter"},
			Competencies: []service.MappingInput{{Code: c.Code, Justification: "It shows the task"}, {Code: all[(i+7)%len(all)].Code}},
		})
		if err != nil {
			b.Fatal(err)
		}
		if e, err = x.Service.SubmitEvidence(b.Context(), asha, e.ID, e.Version); err != nil {
			b.Fatal(err)
		}
		if i < 10 {
			if _, err := x.Service.ReviewEvidence(b.Context(), nurse, service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// signIn returns the session cookie of a demonstration sign-in.
func (x *bench) signIn(b *testing.B, p countersign.Person) *http.Cookie {
	b.Helper()
	req := httptest.NewRequest(http.MethodPost, "/sign-in/demo", strings.NewReader(url.Values{"email": {p.Email}}.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	x.handler.ServeHTTP(rec, req)
	for _, c := range rec.Result().Cookies() {
		if c.Value != "" {
			return c
		}
	}
	b.Fatalf("no session: %d %s", rec.Code, rec.Body)
	return nil
}

// get answers a GET and returns the body.
func (x *bench) get(ctx context.Context, b *testing.B, path string, session *http.Cookie) []byte {
	req := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	req.AddCookie(session)
	rec := httptest.NewRecorder()
	x.handler.ServeHTTP(rec, req)
	if rec.Code != http.StatusOK {
		b.Fatalf("%s = %d", path, rec.Code)
	}
	return rec.Body.Bytes()
}

// BenchmarkPage compares a page with a floor that runs the same statements in
// pgx, throws the rows away and writes the same bytes. It reports the ratio,
// the size, the statements and the CPU of a request.
func BenchmarkPage(b *testing.B) { eachMode(b, benchmarkPages) }

func benchmarkPages(b *testing.B, x *bench) {
	b.Helper()
	for _, page := range []struct {
		name, path string
		who        countersign.Person
	}{
		{"progress", "/apprenticeships/" + string(x.World.App.ID) + "/competencies", x.Apprentice},
		{"queue", "/queue", x.GP},
	} {
		b.Run(page.name, func(b *testing.B) {
			session := x.signIn(b, page.who)
			ctx, recorded := x.Store.RecordStatements(b.Context())
			body := x.get(ctx, b, page.path, session)
			statements := recorded()
			floor := x.floor(b, statements, body)
			report := startCPU(b)
			for b.Loop() {
				x.get(b.Context(), b, page.path, session)
			}
			own := b.Elapsed() / time.Duration(b.N)
			report()
			b.ReportMetric(float64(floor)/float64(own), "of-floor")
			b.ReportMetric(float64(len(body)), "bytes")
			b.ReportMetric(float64(len(statements)), "statements")
		})
	}
}

// floor times the statements in bare pgx.
func (x *bench) floor(b *testing.B, statements []store.Statement, body []byte) time.Duration {
	b.Helper()
	conn := x.connect(b)
	run := func() {
		tx, err := conn.BeginTx(b.Context(), pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range statements {
			rows, err := tx.Query(b.Context(), s.SQL, plain(b, s.Args)...)
			if err != nil {
				b.Fatalf("%s: %v", s.SQL, err)
			}
			for rows.Next() {
			}
			if rows.Err() != nil {
				b.Fatalf("%s: %v", s.SQL, rows.Err())
			}
		}
		if err := tx.Commit(b.Context()); err != nil {
			b.Fatal(err)
		}
		rec := httptest.NewRecorder()
		if _, err := rec.Write(body); err != nil {
			b.Fatal(err)
		}
	}
	const times = 200
	run()
	began := time.Now()
	for range times {
		run()
	}
	return time.Since(began) / times
}

// connect opens a bare connection in the mode of the store's.
func (x *bench) connect(b *testing.B) *pgx.Conn {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), x.dsn)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close(context.WithoutCancel(b.Context())) })
	return conn
}

// plain turns GORM's arguments into those of pgx.
func plain(b *testing.B, args []any) []any {
	b.Helper()
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a
		if v, ok := a.(driver.Valuer); ok {
			value, err := v.Value()
			if err != nil {
				b.Fatal(err)
			}
			out[i] = value
		}
	}
	return out
}

// startCPU starts to count CPU time. What it returns reports, for each
// operation, that of this process and that of the database beside it.
func startCPU(b *testing.B) (report func()) {
	b.Helper()
	b.ResetTimer()
	own, database := cpu(), pgcluster.CPU(b)
	return func() {
		b.Helper()
		perOp := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(b.N) }
		b.ReportMetric(perOp(cpu()-own), "cpu-ms/op")
		b.ReportMetric(perOp(pgcluster.CPU(b)-database), "db-cpu-ms/op")
	}
}

// cpu returns the CPU time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSignOff compares a sign-off with a bare pgx transaction that runs
// the same statements.
func BenchmarkSignOff(b *testing.B) { eachMode(b, benchmarkSignOff) }

func benchmarkSignOff(b *testing.B, x *bench) {
	b.Helper()
	gp, err := x.Service.Actor(b.Context(), x.GP.ID, authz.Proof{Method: authz.ByPasswordCode, At: storetest.Start})
	if err != nil {
		b.Fatal(err)
	}
	apps := []countersign.ApprenticeshipID{x.World.App.ID}
	for i := range 200 {
		person := x.Person(b, fmt.Sprintf("Apprentice %d", i), fmt.Sprintf("a%d@example.org", i), countersign.ApprenticeMember, x.Practice)
		apps = append(apps, x.Enrol(b, person, x.Practice, x.GP.ID).ID)
	}
	var core []string
	for _, c := range x.Framework.Competencies() {
		if c.Core {
			core = append(core, c.Code)
		}
	}
	n := 0 // another competency each time, so that no history grows
	sign := func(ctx context.Context) {
		if n == len(apps)*len(core) {
			b.Fatal("Everything is decided. Run it for a shorter time")
		}
		in := service.SignOffInput{
			Apprenticeship: apps[n/len(core)], Competency: core[n%len(core)], Decision: countersign.NotYetCompetent, Comment: "Observe two more",
		}
		n++
		if _, _, err := x.Service.SignOff(ctx, gp, in); err != nil {
			b.Fatal(err)
		}
	}
	ctx, recorded := x.Store.RecordStatements(b.Context())
	sign(ctx)
	statements := recorded()
	bare := x.bareTransaction(b, statements)
	report := startCPU(b)
	for b.Loop() {
		sign(b.Context())
	}
	own := b.Elapsed() / time.Duration(b.N)
	report()
	b.ReportMetric(float64(bare)/float64(own), "of-bare")
	b.ReportMetric(float64(len(statements)), "statements")
}

// bareTransaction times the statements of one sign-off in pgx, each run rolled
// back to a savepoint of its own and then committed, so that the same rows can
// be written again.
func (x *bench) bareTransaction(b *testing.B, statements []store.Statement) time.Duration {
	b.Helper()
	conn := x.connect(b)
	run := func() {
		tx, err := conn.Begin(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range statements {
			if strings.HasPrefix(strings.TrimSpace(strings.ToUpper(s.SQL)), "INSERT") {
				x.insert(b, tx, s)
				continue
			}
			if _, err := tx.Exec(b.Context(), s.SQL, plain(b, s.Args)...); err != nil {
				b.Fatalf("%s: %v", s.SQL, err)
			}
		}
		if err := tx.Commit(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	const times = 200
	run()
	began := time.Now()
	for range times {
		run()
	}
	return time.Since(began) / times
}

// insert runs an insert of rows that are there already: it does the work and
// changes nothing.
func (x *bench) insert(b *testing.B, tx pgx.Tx, s store.Statement) {
	b.Helper()
	sql := strings.Replace(s.SQL, "ON CONFLICT (key) DO NOTHING", "ON CONFLICT DO NOTHING", 1)
	if !strings.Contains(sql, "ON CONFLICT") {
		sql += " ON CONFLICT DO NOTHING"
	}
	if _, err := tx.Exec(b.Context(), sql, plain(b, s.Args)...); err != nil {
		b.Fatalf("%s: %v", s.SQL, err)
	}
}
