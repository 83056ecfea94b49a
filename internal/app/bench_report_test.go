package app

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// eachSeeded runs fn on databases of so many apprenticeships with a piece of
// evidence each, or on the one that COUNTERSIGN_SEEDED names.
func eachSeeded(b *testing.B, fn func(b *testing.B, x *bench), sizes ...int) {
	b.Helper()
	run := func(name string, seed func(b *testing.B) Config) {
		b.Run(name, func(b *testing.B) {
			collectLess()
			c := seed(b)
			a, err := Open(b.Context(), c)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			x := &bench{App: a, dsn: c.Database}
			x.exec(b, "VACUUM ANALYZE apprenticeships, tallies, organisations, organisation_ancestors, attainments") //nolint:misspell // as PostgreSQL spells it
			fn(b, x)
		})
	}
	if dsn := os.Getenv("COUNTERSIGN_SEEDED"); dsn != "" {
		run("seeded", func(*testing.B) Config {
			return Config{Database: dsn, Data: os.Getenv("COUNTERSIGN_SEEDED_DATA"), Demo: true}
		})
		return
	}
	for _, n := range sizes {
		run(fmt.Sprint(n), func(b *testing.B) Config { return seeded(b, size{apprenticeships: n, evidencePer: 1}) })
	}
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

// BenchmarkReport compares the reports of every level with their own statements
// in pgx, and with counting the apprenticeships.
func BenchmarkReport(b *testing.B) {
	eachSeeded(b, func(b *testing.B, x *bench) {
		for _, l := range x.levels(b) {
			b.Run(l.name, func(b *testing.B) {
				x.againstBare(b, func(ctx context.Context) error {
					_, err := x.Service.Report(ctx, l.actor, service.ReportQuery{Place: l.place})
					return err
				})
			})
		}
	}, 1000, 10_000)
}

// againstBare compares fn with its own statements in pgx, and with counting
// the apprenticeships.
func (x *bench) againstBare(b *testing.B, fn func(context.Context) error) {
	b.Helper()
	see := func(ctx context.Context) {
		if err := fn(ctx); err != nil {
			b.Fatal(err)
		}
	}
	ctx, recorded := x.Store.RecordStatements(b.Context())
	see(ctx)
	statements := recorded()
	conn := x.connect(b)
	bare := timed(func() {
		for _, s := range statements {
			read(b, conn, s)
		}
	})
	count := timed(func() { read(b, conn, store.Statement{SQL: "SELECT count(*) FROM apprenticeships"}) })
	for b.Loop() {
		see(b.Context())
	}
	own := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(own)/float64(bare), "times-bare")
	b.ReportMetric(float64(own)/float64(count), "times-count")
	b.ReportMetric(float64(len(statements)), "statements")
}

// timed is how long fn takes, the fastest of some times: other work on the
// machine only makes it slower.
func timed(fn func()) time.Duration {
	fn()
	best := time.Duration(0)
	for range 20 {
		began := time.Now()
		fn()
		if took := time.Since(began); best == 0 || took < best {
			best = took
		}
	}
	return best
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
