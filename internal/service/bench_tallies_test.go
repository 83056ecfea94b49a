package service_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
)

// BenchmarkKeepingTallies says what the tally adds to drafting, submitting,
// reviewing and deciding, in statements and as times of the same without it,
// by the medians of taking turns.
func BenchmarkKeepingTallies(b *testing.B) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			clock := storetest.NewClock()
			h := newHouse(b, storetest.Open(b, dsn(b), clock), clock)
			core := slices.DeleteFunc(slices.Clone(h.Framework.Competencies()), func(c countersign.Competency) bool { return !c.Core })
			var taken, statements [2]map[string][]int
			for i := range taken {
				taken[i], statements[i] = map[string][]int{}, map[string][]int{}
			}
			n := 0
			for b.Loop() {
				for kept := range 2 {
					h.svc.KeepTallies(kept == 1)
					h.steps(b, core[n%len(core)].Code, func(name string, do func(context.Context)) {
						ctx, counted := h.store.CountStatements(b.Context())
						began := time.Now()
						do(ctx)
						taken[kept][name] = append(taken[kept][name], int(time.Since(began)))
						statements[kept][name] = append(statements[kept][name], counted())
					})
					n++
				}
			}
			for name := range taken[0] {
				b.ReportMetric(float64(middle(taken[1][name]))/float64(middle(taken[0][name])), name+"-times")
				b.ReportMetric(float64(middle(statements[1][name])-middle(statements[0][name])), name+"-statements")
			}
		})
	}
}

func middle(of []int) int { return slices.Sorted(slices.Values(of))[len(of)/2] }

// steps takes a piece through to a decision.
func (h *house) steps(b *testing.B, code string, step func(name string, do func(context.Context))) {
	asha, nurse, gp := h.as(b, h.Apprentice), h.as(b, h.Mentor), h.as(b, h.GP)
	in := h.observation(h.Mentor.Email, code)
	var e countersign.Evidence
	var err error
	done := func() {
		h.clock.Advance(time.Second)
		if err != nil {
			b.Fatal(err)
		}
	}
	step("draft", func(ctx context.Context) { e, err = h.svc.DraftEvidence(ctx, asha, h.App.ID, in); done() })
	step("submit", func(ctx context.Context) { e, err = h.svc.SubmitEvidence(ctx, asha, e.ID, e.Version); done() })
	step("review", func(ctx context.Context) {
		_, err = h.svc.ReviewEvidence(ctx, nurse, service.ReviewInput{Evidence: e.ID, Version: e.Version, Decision: countersign.AcceptEvidence})
		done()
	})
	step("decide", func(ctx context.Context) {
		_, _, err = h.svc.SignOff(ctx, gp, service.SignOffInput{Apprenticeship: h.App.ID, Competency: code, Decision: countersign.NotYetCompetent, Comment: "Observe two more"})
		done()
	})
}
