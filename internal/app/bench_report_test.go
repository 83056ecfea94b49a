package app

import (
	"context"
	"fmt"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// BenchmarkReport compares the report of a training hub and that of England
// with the same statements in pgx, and that of England with counting the
// apprenticeships, at 5,000 of them over 40 training hubs.
func BenchmarkReport(b *testing.B) {
	x := newBench(b, "exec")
	x.england(b)
	lead := func(role countersign.MemberRole, at countersign.Organisation) authz.Actor {
		p := x.Person(b, "Lead", string(role)+"@example.org", role, at)
		actor, err := x.Service.Actor(b.Context(), p.ID, authz.Proof{Method: authz.ByPassword})
		if err != nil {
			b.Fatal(err)
		}
		return actor
	}
	for _, c := range []struct {
		name  string
		actor authz.Actor
		place string
	}{
		{"hub", lead(countersign.HubLead, x.Hub), x.Hub.Code},
		{"England", lead(countersign.NationalLead, x.England), x.England.Code},
	} {
		b.Run(c.name, func(b *testing.B) {
			see := func(ctx context.Context) {
				if _, err := x.Service.Report(ctx, c.actor, service.ReportQuery{Place: c.place}); err != nil {
					b.Fatal(err)
				}
			}
			ctx, recorded := x.Store.RecordStatements(b.Context())
			see(ctx)
			statements := recorded()
			conn := x.connect(b)
			timed := func(fn func()) time.Duration {
				const times = 20
				fn()
				began := time.Now()
				for range times {
					fn()
				}
				return time.Since(began) / times
			}
			bare := timed(func() {
				for _, s := range statements {
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
			})
			count := timed(func() {
				var n int
				if err := conn.QueryRow(b.Context(), "SELECT count(*) FROM apprenticeships").Scan(&n); err != nil || n < 5000 {
					b.Fatalf("%d apprenticeships, %v", n, err)
				}
			})
			for b.Loop() {
				see(b.Context())
			}
			own := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(float64(own)/float64(bare), "times-bare")
			b.ReportMetric(float64(own)/float64(count), "times-count")
			b.ReportMetric(float64(len(statements)), "statements")
		})
	}
}

// england fills the tables: 40 training hubs of 20 practices in the world's
// region, and 5,000 apprenticeships with their tallies.
func (x *bench) england(b *testing.B) {
	b.Helper()
	conn := x.connect(b)
	id := func(kind int) string {
		return fmt.Sprintf("'0000000%d-0000-7000-9000-' || lpad(i::text, 12, '0')", kind)
	}
	hub, practice := "CASE WHEN i % 40 = 0 THEN $1 ELSE '00000001-0000-7000-9000-' || lpad((i % 40)::text, 12, '0') END", "'00000002-0000-7000-9000-' || lpad((i % 800)::text, 12, '0')"
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{"INSERT INTO organisations (id, code, name, search, kind, parent_id, version, created_at) SELECT " + id(1) + ", 'TH9' || i, 'Hub ' || i, 'hub', 'hub', $1, 1, now() FROM generate_series(1, 39) i", []any{string(x.Region.ID)}},
		{"INSERT INTO organisations (id, code, name, search, kind, parent_id, version, created_at) SELECT " + id(2) + ", 'Z' || i, 'Practice ' || i, 'practice', 'practice', " + hub + ", 1, now() FROM generate_series(0, 799) i", []any{string(x.Hub.ID)}},
		{"INSERT INTO organisation_ancestors (organisation_id, ancestor_id, depth) SELECT id, id, 0 FROM organisations WHERE id LIKE '0000000_-0000-7000-9000-%'", nil},
		{"INSERT INTO organisation_ancestors (organisation_id, ancestor_id, depth) SELECT o.id, a.ancestor_id, a.depth + 1 FROM organisations o JOIN organisation_ancestors a ON a.organisation_id = o.parent_id WHERE o.id LIKE '00000001-0000-7000-9000-%'", nil},
		{"INSERT INTO organisation_ancestors (organisation_id, ancestor_id, depth) SELECT o.id, a.ancestor_id, a.depth + 1 FROM organisations o JOIN organisation_ancestors a ON a.organisation_id = o.parent_id WHERE o.id LIKE '00000002-0000-7000-9000-%'", nil},
		{"INSERT INTO people (id, name, email, search, registration, daily_digest, password_phc, version, created_at) SELECT " + id(3) + ", 'P' || i, 'p' || i || '@example.org', 'p', '', FALSE, '', 1, now() FROM generate_series(1, 5000) i", nil},
		{`INSERT INTO apprenticeships (id, apprentice_id, framework_id, framework_version, practice_id, start_on, planned_end_on, cohort, state, ended_on, end_reason, in_scope, signed_off,
			core, core_signed_off, waiting, seq, version, created_at)
			SELECT ` + id(4) + ", " + id(3) + ", $1, $2, " + practice + `, '2025-01-01', '2026-06-01', '2025-' || (i % 12), CASE WHEN i % 5 = 0 THEN 'completed' ELSE 'active' END,
			CASE WHEN i % 5 = 0 THEN DATE '2025-01-01' + (i % 400) END, '', 40, i % 40, 40, i % 40, 0, 1, 1, now() FROM generate_series(1, 5000) i`, []any{x.Framework.ID, x.Framework.Version}},
		{`INSERT INTO tallies (apprenticeship_id, practice_id, framework_id, framework_version, cohort, state, begun, start_day, planned_end_day, ended_day, in_scope, signed_off,
			signings_month, signings, to_sign, to_sign_day, learn_from_day, learn_until_day, plan_days, verified, target, review_day, slips_day, stuck_day, supervisor_id, mentor_id, mentor_load,
			due, claimed, paid, finish_month, early_month, late_month, as_of_day)
			SELECT ` + id(4) + ", " + practice + `, $1, $2, '2025-' || (i % 12), CASE WHEN i % 5 = 0 THEN 'completed' ELSE 'active' END, TRUE, 20089, 20605,
			CASE WHEN i % 5 = 0 THEN 20089 + (i % 400) END, 40, i % 40, 24314, i % 3, i % 4, CASE WHEN i % 4 > 0 THEN 20500 - i % 60 END, 20089, 20605, 517, i, 20000, 20500 + i % 60, 20480 + i % 60, 20490 + i % 90,
			'00000003-0000-7000-9000-' || lpad((1 + i % 2000)::text, 12, '0'), NULL, 3, i % 700, 0, 275, 24315 + i % 9, 24315 + i % 5, 24318 + i % 12, 20500
			FROM generate_series(1, 5000) i`, []any{x.Framework.ID, x.Framework.Version}},
		{"ANALYZE", nil}, //nolint:misspell // as PostgreSQL spells it
	} {
		if _, err := conn.Exec(b.Context(), s.sql, s.args...); err != nil {
			b.Fatalf("%s: %v", s.sql, err)
		}
	}
}
