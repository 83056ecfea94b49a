package app_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"countersign/internal/app"
	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
)

// BenchmarkChangeVersion brings 5,000 learners to another version of their
// framework and back in turn, on both databases; an operation is all of them.
// Each has the framework's 49 competencies and four accepted pieces.
func BenchmarkChangeVersion(b *testing.B) {
	const learners = 5000
	for name, dsn := range map[string]string{"sqlite": storetest.SQLite(b), "postgres": storetest.Postgres(b)} {
		b.Run(name, func(b *testing.B) {
			a, err := app.Open(b.Context(), app.Config{Data: b.TempDir(), Database: dsn, Demo: true, Now: storetest.Start.Format("2006-01-02T15:04:05Z07:00")})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			world := storetest.NewWorld(b, a.Store)
			fourPieces(b, a, world)
			copyLearner(b, dsn, world.App.ID, learners-1)
			lead, err := a.Service.Actor(b.Context(), world.HubLead.ID, authz.Proof{Method: authz.ByPassword})
			if err != nil {
				b.Fatal(err)
			}
			in := service.VersionInput{Framework: world.Framework.ID, From: "1.0.0", To: "1.1.0"}
			statements := 0
			for b.Loop() {
				ctx, count := a.Store.CountStatements(b.Context())
				out, err := a.Service.ChangeVersions(ctx, lead, in, 0)
				if err != nil || out.Moved != learners {
					b.Fatalf("moved %+v, %v", out, err)
				}
				statements += count()
				in.From, in.To = in.To, in.From
			}
			b.ReportMetric(float64(statements)/float64(b.N*learners/1000), "statements/1000")
			b.ReportMetric(float64(b.N*learners)/b.Elapsed().Seconds(), "learners/s")
		})
	}
}

// fourPieces has four pieces of the world's apprentice accepted, two of them
// for competencies that the next version changes.
func fourPieces(b *testing.B, a *app.App, world *storetest.World) {
	b.Helper()
	as := func(p countersign.Person) authz.Actor {
		actor, err := a.Service.Actor(b.Context(), p.ID, authz.Proof{Method: authz.ByPassword})
		if err != nil {
			b.Fatal(err)
		}
		return actor
	}
	for i, code := range []string{"GPA-CA6", "GPA-AD6", "GPA-CA9", "GPA-CL1"} {
		e, err := a.Service.DraftEvidence(b.Context(), as(world.Apprentice), world.App.ID, service.EvidenceInput{
			Kind: countersign.WorkProduct, Title: fmt.Sprintf("Piece %d", i+1), OccurredOn: countersign.LondonDate(storetest.Start), Narrative: "What I did", Anonymised: true,
			Details: map[string]string{"product": "A letter"}, Competencies: []service.MappingInput{{Code: code, Justification: "It shows the task"}},
		})
		if err == nil {
			e, err = a.Service.SubmitEvidence(b.Context(), as(world.Apprentice), e.ID, e.Version)
		}
		if err == nil {
			_, err = a.Service.ReviewEvidence(b.Context(), as(world.Mentor), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// copyLearner adds n learners with a record such as that one, row by row, which
// the use cases would take minutes for.
func copyLearner(b *testing.B, dsn string, like countersign.ApprenticeshipID, n int) {
	b.Helper()
	driver, source := "pgx", dsn
	if file, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, source = "sqlite3", "file:"+file
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	exec := func(query string, args ...any) {
		b.Helper()
		if _, err := tx.Exec(query, args...); err != nil {
			b.Fatal(err)
		}
	}
	const (
		app      = "framework_id, framework_version, practice_id, start_on, planned_end_on, original_end_on, cohort, state, end_reason, in_scope, signed_off, core, core_signed_off, waiting, oldest_waiting_at, seq, version, created_at"
		attained = "competency, core, domain, scope, scope_since, status, level, pieces, version, waiting_type, waiting_since, open_awaits"
		piece    = "kind, title, occurred_on, narrative, reflection, details, entries, anonymised, prior_learning, state, revision, accepted_by, decided_at, submitted_at, read_comment, withdraw_reason, quarantined, version, created_at, updated_at"
	)
	for i := range n {
		exec("INSERT INTO people (id, name, email, search, registration, daily_digest, password_phc, version, created_at) "+
			"SELECT $1, name, $2, search, registration, daily_digest, password_phc, version, created_at FROM people WHERE id = (SELECT apprentice_id FROM apprenticeships WHERE id = $3)",
			fmt.Sprintf("p%d", i), fmt.Sprintf("p%d@example.org", i), string(like))
		exec("INSERT INTO apprenticeships (id, apprentice_id, "+app+") SELECT $1, $2, "+app+" FROM apprenticeships WHERE id = $3", fmt.Sprintf("a%d", i), fmt.Sprintf("p%d", i), string(like))
	}
	const copies = " t CROSS JOIN (SELECT id AS app FROM apprenticeships WHERE apprentice_id LIKE 'p%') c WHERE t.apprenticeship_id = $1"
	exec("INSERT INTO attainments (apprenticeship_id, "+attained+") SELECT c.app, "+attained+" FROM attainments"+copies, string(like))
	exec("INSERT INTO evidence (id, apprenticeship_id, "+piece+") SELECT c.app || t.id, c.app, "+piece+" FROM evidence"+copies, string(like))
	exec("INSERT INTO evidence_mappings (evidence_id, competency, position, justification) SELECT c.app || t.id, m.competency, m.position, m.justification "+
		"FROM evidence_mappings m JOIN evidence t ON t.id = m.evidence_id"+strings.TrimPrefix(copies, " t"), string(like))
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
