package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// tally is what is counted of an apprenticeship.
type tally struct {
	countersign.Progress
	Waiting int
	Oldest  time.Time
}

// slowly counts by looking at everything: the domain's rules over all evidence
// and decisions, and what a queue holds.
func (r *record) slowly() tally {
	r.t.Helper()
	var out tally
	permit := r.PermitOf(r.t, authz.NewJob(authz.CountJob), authz.CountAttainments, r.App)
	read(r.t, r.s, func(tx *store.Tx) error {
		as, err := tx.Attainments(permit, r.Framework)
		if err != nil {
			return err
		}
		for _, a := range as {
			out.Add(a.Core, a.Status())
			if kind, since := a.Waiting(); kind != "" && kind != countersign.WaitScope {
				out.wait(since)
			}
		}
		pieces, err := tx.PortfolioEvidence(r.Permit(r.t, r.Apprentice, authz.ReadEvidence, r.App))
		if err != nil {
			return err
		}
		for _, e := range pieces {
			if e.State == countersign.Submitted {
				out.wait(e.SubmittedAt)
			}
		}
		queue, err := tx.Queue(authz.Scope{All: true}, store.QueueFilter{Apprenticeship: r.App.ID, Limit: 1000})
		for _, item := range queue {
			if item.Type == countersign.WaitScope { // since when, only the store knows
				out.wait(item.Since)
			}
		}
		if len(queue) != out.Waiting {
			r.t.Errorf("the queue holds %d; want %d", len(queue), out.Waiting)
		}
		return err
	})
	return out
}

func (w *tally) wait(since time.Time) {
	w.Waiting++
	if w.Oldest.IsZero() || since.Before(w.Oldest) {
		w.Oldest = since
	}
}

// Whatever happens to a record, in any order, the counters that lists and
// reports read equal a slow count of everything.
func TestCountsEqualASlowCountAfterAnything(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 2} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
				r := newRecord(t, s, clock)
				rng := rand.New(rand.NewPCG(seed, 0))
				codes := []string{expiring, lasting, "GPA-CA3", "GPA-CA12", optional}
				pieces := map[countersign.EvidenceState][]countersign.Evidence{}
				take := func(state countersign.EvidenceState) (e countersign.Evidence, ok bool) {
					list := pieces[state]
					if len(list) == 0 {
						return e, false
					}
					i := rng.IntN(len(list))
					e = list[i]
					pieces[state] = append(list[:i:i], list[i+1:]...)
					return e, true
				}
				keep := func(e countersign.Evidence) { pieces[e.State] = append(pieces[e.State], e) }
				some := func() []string {
					n := 1 + rng.IntN(3)
					rng.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
					return append([]string{}, codes[:n]...)
				}
				for step := range 60 {
					clock.Advance(time.Duration(rng.IntN(72)) * time.Hour)
					what := ""
					switch rng.IntN(10) {
					case 0, 1:
						what = "draft"
						keep(r.draft(fmt.Sprint("Piece ", step), some()...))
					case 2, 3:
						if e, ok := take(countersign.Draft); ok {
							what = "submit"
							keep(r.submit(e))
						}
					case 4, 5:
						if e, ok := take(countersign.Submitted); ok {
							what = "review"
							keep(r.review(e, r.Mentor, countersign.SecondaryMentor,
								[]countersign.ReviewDecision{countersign.AcceptEvidence, countersign.AcceptEvidence, countersign.ReturnEvidence}[rng.IntN(3)]))
						}
					case 6:
						if e, ok := take([]countersign.EvidenceState{countersign.Accepted, countersign.Returned, countersign.Submitted}[rng.IntN(3)]); ok {
							what = "withdraw"
							r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, seq int) (err error) {
								e.State, e.WithdrawnAt = countersign.Withdrawn, tx.Now()
								if e, err = tx.ChangeEvidence(p, e, e.Version); err != nil {
									return err
								}
								return r.recount(tx, p, seq, true, mappedTo(e)...)
							})
						}
					case 7, 8:
						what = "decide"
						r.randomDecision(rng, codes[0])
					case 9:
						what = "scope"
						r.by(r.GP, authz.ConfirmScope, func(tx *store.Tx, p authz.Permit, seq int) error {
							to := []countersign.ScopeState{countersign.ScopeIn, countersign.ScopeProposed, countersign.ScopeOut}[rng.IntN(3)]
							if err := tx.SetScope(p, optional, to); err != nil {
								return err
							}
							return r.recount(tx, p, seq, true, optional)
						})
					}
					if step%10 == 9 {
						what = "a year passes"
						clock.Advance(300 * 24 * time.Hour)
						r.recountAll()
					}
					r.recountIfDue()
					row, waiting := r.listed()
					if diff := cmp.Diff(r.slowly(), tally{row.Progress, waiting, row.OldestWaiting}); diff != "" {
						t.Fatalf("step %d, %s (-slow +fast):\n%s", step, what, diff)
					}
				}
				read(t, s, func(tx *store.Tx) error {
					want := r.slowly()
					sums, err := tx.Sums(authz.Scope{All: true}, r.Region.ID)
					if err != nil || len(sums) != 1 || sums[0].SignedOff != want.SignedOff || sums[0].InScope != want.InScope ||
						sums[0].Waiting != want.Waiting || !sums[0].OldestWaiting.Equal(want.Oldest) {
						t.Errorf("Sums() = %+v, %v; want %+v", sums, err, want)
					}
					return nil
				})
			})
		})
	}
}

// recountIfDue recounts App as the worker does, when a day has come.
func (r *record) recountIfDue() {
	r.t.Helper()
	var due []countersign.ApprenticeshipID
	read(r.t, r.s, func(tx *store.Tx) (err error) {
		due, err = tx.DueForRecount(authz.Scope{All: true}, 10)
		return err
	})
	if len(due) > 0 {
		r.recountAll()
	}
}

// randomDecision decides, undoes or leaves a competency, relying on whatever
// is accepted.
func (r *record) randomDecision(rng *rand.Rand, code string) {
	r.t.Helper()
	a := r.attainment(code)
	if a.Scope != countersign.ScopeIn {
		return
	}
	var relied []countersign.Evidence
	for _, e := range a.Pieces {
		if e.State == countersign.Accepted {
			relied = append(relied, e)
		}
	}
	r.by(r.GP, authz.SignOff, func(tx *store.Tx, p authz.Permit, seq int) error {
		d := []countersign.Decision{countersign.Competent, countersign.Competent, countersign.NotYetCompetent, countersign.DecisionWithdrawn}[rng.IntN(4)]
		if d == countersign.DecisionWithdrawn && a.Head() == nil {
			return nil
		}
		so, err := r.decision(tx, p, code, r.GP, d, relied...)
		if err != nil {
			return err
		}
		if d == countersign.Competent && rng.IntN(2) == 0 {
			so.Awaits = countersign.SecondPerson
		}
		if d == countersign.DecisionWithdrawn {
			so.Part = countersign.Withdrawal
		}
		if _, err := tx.AddSignOff(p, so); err != nil {
			return err
		}
		return r.recount(tx, p, seq, true, code)
	})
}
