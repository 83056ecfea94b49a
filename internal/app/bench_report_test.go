package app

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// seededLarge is a seeded database, with its data folder in the setting of the
// same name and _DATA; seededSmall is another, on the same server, against
// which it is held.
const seededLarge, seededSmall = "COUNTERSIGN_SEEDED", "COUNTERSIGN_SEEDED_SMALL"

// given is the seeded database that a setting names, if it does.
func given(setting string) (c Config, ok bool) {
	c = Config{Database: os.Getenv(setting), Data: os.Getenv(setting + "_DATA"), Demo: true}
	return c, c.Database != ""
}

// eachSeeded runs fn on databases of so many apprenticeships with a piece of
// evidence each, or on the one that is given.
func eachSeeded(b *testing.B, fn func(b *testing.B, x *bench), sizes ...int) {
	b.Helper()
	if c, ok := given(seededLarge); ok {
		b.Run("seeded", func(b *testing.B) { fn(b, openSeeded(b, c)) })
		return
	}
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) { fn(b, openSeeded(b, seeded(b, size{apprenticeships: n, evidencePer: 1}))) })
	}
}

// openSeeded opens a seeded database, without prepared statements, as through
// pgbouncer.
func openSeeded(b *testing.B, c Config) *bench {
	b.Helper()
	collectLess()
	dsn, err := url.Parse(c.Database)
	if err != nil {
		b.Fatal(err)
	}
	query := dsn.Query()
	query.Set("default_query_exec_mode", "exec")
	dsn.RawQuery = query.Encode()
	c.Database = dsn.String()
	a, err := Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Close() })
	x := &bench{App: a, dsn: c.Database}
	x.exec(b, "VACUUM ANALYZE apprenticeships, tallies, organisations, organisation_ancestors, attainments") //nolint:misspell // as PostgreSQL spells it
	return x
}

func (x *bench) exec(b *testing.B, sql string, args ...any) {
	b.Helper()
	if _, err := x.connect(b).Exec(b.Context(), sql, args...); err != nil {
		b.Fatalf("%s: %v", sql, err)
	}
}

// level is somebody who reads the report of a place.
type level struct {
	name  string
	actor authz.Actor
	place string
}

// levels are a practice, a training hub, a region and England.
func (x *bench) levels(b *testing.B) (out []level) {
	b.Helper()
	conn := x.connect(b)
	for _, role := range []countersign.MemberRole{countersign.PracticeManager, countersign.HubLead, countersign.RegionLead, countersign.NationalLead} {
		l := level{name: string(role)}
		var id countersign.PersonID
		if err := conn.QueryRow(b.Context(), "SELECT m.person_id, o.code FROM memberships m JOIN organisations o ON o.id = m.organisation_id WHERE m.role = $1 ORDER BY o.code LIMIT 1", role).Scan(&id, &l.place); err != nil {
			b.Fatal(err)
		}
		var err error
		if l.actor, err = x.Service.Actor(b.Context(), id, authz.Proof{Method: authz.ByPassword}); err != nil {
			b.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

// BenchmarkReport tells of the report of every level how long it takes after a
// change in times its own statements in pgx, and how long then and when nothing
// has changed in times counting the apprenticeships.
func BenchmarkReport(b *testing.B) {
	eachSeeded(b, func(b *testing.B, x *bench) {
		conn := x.connect(b)
		count := timed(func() { read(b, conn, store.Statement{SQL: "SELECT count(*) FROM apprenticeships"}) })
		for _, l := range x.levels(b) {
			b.Run(l.name, func(b *testing.B) {
				see := func() { l.report(b.Context(), b, x) }
				see() // what is kept of other training hubs is there
				x.change(b)
				ctx, recorded := x.Store.RecordStatements(b.Context())
				l.report(ctx, b, x)
				statements := recorded()
				bare := timed(func() {
					for _, s := range statements {
						read(b, conn, s)
					}
				})
				for b.Loop() {
					see()
				}
				afresh := best(5, func() { x.change(b) }, see)
				b.ReportMetric(float64(afresh)/float64(bare), "times-bare")
				b.ReportMetric(float64(afresh)/float64(count), "times-count-changed")
				b.ReportMetric(float64(timed(see))/float64(count), "times-count")
			})
		}
	}, 1000, 10_000)
}

// change has something to be added up again.
func (x *bench) change(b *testing.B) {
	x.exec(b, "UPDATE tallies SET digest = digest + 1 WHERE apprenticeship_id = (SELECT min(apprenticeship_id) FROM tallies)")
}

func (l level) report(ctx context.Context, b *testing.B, x *bench) {
	b.Helper()
	if _, err := x.Service.Report(ctx, l.actor, service.ReportQuery{Place: l.place}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkFlatInEvidence tells how long the reports of 1,000 apprenticeships
// take with 100 pieces of evidence each, in times those with 10.
func BenchmarkFlatInEvidence(b *testing.B) {
	few, many := openSeeded(b, seeded(b, size{1000, 10})), openSeeded(b, seeded(b, size{1000, 100}))
	ratio := map[string]float64{}
	other := many.levels(b)
	for b.Loop() {
		for i, l := range few.levels(b) {
			var with, without []time.Duration
			for range 20 { // in turn, as other work on the machine comes and goes
				few.change(b)
				without = append(without, best(1, func() {}, func() { l.report(b.Context(), b, few) }))
				many.change(b)
				with = append(with, best(1, func() {}, func() { other[i].report(b.Context(), b, many) }))
			}
			ratio[l.name] = float64(slices.Min(with)) / float64(slices.Min(without))
		}
	}
	for name, r := range ratio {
		b.ReportMetric(r, name+"-times")
	}
}

// BenchmarkPagesBySize tells how long the page of an apprentice and the queue of
// a GP take among 2,000 apprenticeships in times those among 400, or of the large
// database that is given in times the small one: of up to 20 apprentices with
// much the same evidence, and of as many GPs with two of them.
func BenchmarkPagesBySize(b *testing.B) {
	pieces := 20
	few, ok := given(seededSmall)
	many, _ := given(seededLarge)
	if !ok {
		few, many = seeded(b, size{400, pieces}), seeded(b, size{2000, pieces})
	}
	small, large := openSeeded(b, few), openSeeded(b, many)
	if ok {
		all := "SELECT (SELECT count(*) FROM evidence) / (SELECT count(*) FROM apprenticeships)"
		if err := large.connect(b).QueryRow(b.Context(), all).Scan(&pieces); err != nil {
			b.Fatal(err)
		}
	}
	ratio := map[string]float64{}
	for b.Loop() {
		for name, who := range map[string]string{
			"apprentice": fmt.Sprintf("SELECT t.apprentice_id FROM apprenticeships t JOIN evidence e ON e.apprenticeship_id = t.id GROUP BY t.apprentice_id HAVING count(*) BETWEEN %d AND %d ORDER BY 1 LIMIT 20", pieces, pieces+pieces/2),
			"gp":         "SELECT supervisor_id FROM tallies WHERE supervisor_id IS NOT NULL GROUP BY supervisor_id HAVING count(*) = 2 ORDER BY 1 LIMIT 20",
		} {
			ratio[name] = large.opened(b, who) / small.opened(b, who)
		}
	}
	for name, r := range ratio {
		b.ReportMetric(r, name+"-times")
	}
}

// opened is how long it takes on average to open the home of somebody and their
// queue.
func (x *bench) opened(b *testing.B, who string) float64 {
	b.Helper()
	rows, err := x.connect(b).Query(b.Context(), who)
	if err != nil {
		b.Fatal(err)
	}
	people, err := pgx.CollectRows(rows, pgx.RowTo[countersign.PersonID])
	if err != nil || len(people) < 10 {
		b.Fatalf("%d people, %v", len(people), err)
	}
	var all time.Duration
	for _, id := range people {
		actor, err := x.Service.Actor(b.Context(), id, authz.Proof{Method: authz.ByPassword})
		if err != nil {
			b.Fatal(err)
		}
		all += timed(func() {
			if _, err := x.Service.ApprenticeHome(b.Context(), actor); err != nil {
				b.Fatal(err)
			}
			if _, err := x.Service.Queue(b.Context(), actor, service.QueueFilter{}); err != nil {
				b.Fatal(err)
			}
		})
	}
	return float64(all) / float64(len(people))
}

// timed is how long fn takes, the best of 20: other work on the machine only
// makes it slower.
func timed(fn func()) time.Duration { return best(20, func() {}, fn) }

// best is the shortest that fn takes in so many times, each after before.
func best(times int, before, fn func()) time.Duration {
	var took []time.Duration
	for range times {
		before()
		began := time.Now()
		fn()
		took = append(took, time.Since(began))
	}
	return slices.Min(took)
}

// read runs a statement and reads its rows.
func read(b *testing.B, conn *pgx.Conn, s store.Statement) {
	b.Helper()
	rows, err := conn.Query(b.Context(), s.SQL, plain(b, s.Args)...)
	if err != nil {
		b.Fatalf("%s: %v", s.SQL, err)
	}
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			b.Fatal(err)
		}
	}
	if rows.Close(); rows.Err() != nil {
		b.Fatalf("%s: %v", s.SQL, rows.Err())
	}
}
