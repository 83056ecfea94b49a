package store_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestSignOffsKeepEverything(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		e := r.accepted("Relied on", lasting)
		var want countersign.SignOff
		r.by(r.GP, authz.SignOff, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
			if want, err = r.decision(tx, p, lasting, r.GP, countersign.Competent, e); err != nil {
				return err
			}
			want.Awaits, want.Part, want.Level = countersign.SecondPerson, countersign.Countersignature, "4"
			_, err = tx.AddSignOff(p, want)
			return err
		})
		n := r.reading(r.HubLead, authz.ReadDecisions, func(tx *store.Tx, p authz.Permit) error {
			got, err := tx.SignOffs(p)
			if diff := cmp.Diff([]countersign.SignOff{want}, got); diff != "" {
				t.Errorf("SignOffs() (-want +got):\n%s", diff)
			}
			return err
		})
		atMost(t, "SignOffs", n, 1)
		if diff := cmp.Diff([]countersign.SignOff{want}, r.attainment(lasting).Decisions); diff != "" {
			t.Errorf("Decisions (-want +got):\n%s", diff)
		}
	})
}

func TestSignOffsAreAChain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		a := r.decide(lasting, countersign.NotYetCompetent)
		clock.Advance(-time.Hour) // a clock set back doesn't turn the chain round
		b := r.decide(lasting, countersign.NotYetCompetent)
		clock.Advance(2 * time.Hour)
		c := r.decide(expiring, countersign.NotYetCompetent)
		if b.Supersedes != a.ID || b.PreviousLeaf != a.Leaf || c.Supersedes != "" || c.PreviousLeaf != b.Leaf {
			t.Errorf("chain = %+v, %+v, %+v", a, b, c)
		}
		if got := r.attainment(lasting).Head(); got == nil || got.ID != b.ID {
			t.Errorf("Head() = %+v; want the decision that follows", got)
		}
		add := func(so countersign.SignOff) error {
			return r.try(r.GP, authz.SignOff, func(tx *store.Tx, p authz.Permit, _ int) error {
				made, err := r.decision(tx, p, lasting, r.GP, countersign.NotYetCompetent)
				if err != nil {
					return err
				}
				so.ID, so.Leaf = made.ID, made.Leaf
				_, err = tx.AddSignOff(p, so)
				return err
			})
		}
		for _, tc := range []struct {
			name   string
			change func(*countersign.SignOff)
			want   countersign.Kind
		}{
			{"follows a decision that another follows", func(so *countersign.SignOff) { so.Supersedes = a.ID }, countersign.Conflict},
			{"a second first decision", func(so *countersign.SignOff) { so.Supersedes = "" }, countersign.Conflict},
			{"claims a leaf that another follows", func(so *countersign.SignOff) { so.PreviousLeaf = a.Leaf }, countersign.Conflict},
			{"claims to be the apprenticeship's first", func(so *countersign.SignOff) { so.PreviousLeaf = "" }, countersign.Conflict},
			{"follows another competency's", func(so *countersign.SignOff) { so.Supersedes = c.ID }, countersign.Internal},
			{"of no competency", func(so *countersign.SignOff) { so.Competency = "XX1"; so.Supersedes = "" }, countersign.Internal},
			{"of an unknown decision", func(so *countersign.SignOff) { so.Decision = "maybe" }, countersign.Internal},
			{"of another apprenticeship", func(so *countersign.SignOff) { so.Apprenticeship = r.OtherApp.ID }, countersign.Internal},
			{"follows the last", func(*countersign.SignOff) {}, 0},
		} {
			so := b
			so.Supersedes, so.PreviousLeaf = b.ID, c.Leaf
			tc.change(&so)
			wantKind(t, tc.name, add(so), tc.want)
		}
	})
}

// Eight people decide on one competency at the same moment, each on the page
// they saw: one decision stands, and seven are told.
func TestRacingDecisionsCannotForkTheChain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		first := r.decide(lasting, countersign.NotYetCompetent)
		for round, supersedes := range []countersign.SignOff{first, {}} {
			code := []string{lasting, expiring}[round]
			permit := r.Permit(t, r.GP, authz.SignOff, r.App)
			errs := make([]error, 8)
			var wg sync.WaitGroup
			start := make(chan struct{})
			for i := range errs {
				wg.Go(func() {
					<-start
					errs[i] = s.Write(t.Context(), func(tx *store.Tx) error {
						if _, err := tx.Touch(permit); err != nil {
							return err
						}
						so, err := r.decision(tx, permit, code, r.GP, countersign.NotYetCompetent)
						if err != nil {
							return err
						}
						so.Supersedes = supersedes.ID
						_, err = tx.AddSignOff(permit, so)
						return err
					})
				})
			}
			close(start)
			wg.Wait()
			var won, conflicts int
			for _, err := range errs {
				switch countersign.KindOf(err) {
				case 0:
					won++
				case countersign.Conflict:
					conflicts++
					if !strings.Contains(err.Error(), "decided on this competency") {
						t.Errorf("the message is %q", err)
					}
				default:
					t.Errorf("error = %v", err)
				}
			}
			if won != 1 || conflicts != 7 {
				t.Errorf("%d won and %d got Conflict; want 1 and 7", won, conflicts)
			}
		}
	})
}

// The same without the queue at Touch: the constraints alone must hold.
func TestConstraintsAloneKeepTheChain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		permit := r.Permit(t, r.GP, authz.SignOff, r.App)
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				errs[i] = s.Write(t.Context(), func(tx *store.Tx) error {
					so := countersign.SignOff{
						ID: countersign.SignOffID(tx.NewID()), Apprenticeship: r.App.ID, Competency: lasting, Decision: countersign.NotYetCompetent,
						Part: countersign.FirstAssessment, Assessor: r.GP.ID, AssessorRole: countersign.GPSupervisor,
						FrameworkID: r.Framework.ID, FrameworkVersion: r.Framework.Version, SignedAt: tx.Now(),
					}
					so.Leaf = string(so.ID)
					_, err := tx.AddSignOff(permit, so)
					return err
				})
			})
		}
		wg.Wait()
		kinds := map[countersign.Kind]int{}
		for _, err := range errs {
			kinds[countersign.KindOf(err)]++
		}
		if kinds[0] != 1 || kinds[countersign.Conflict] != 7 {
			t.Errorf("kinds = %v: %v", kinds, errs)
		}
	})
}

// Writes beneath one apprenticeship queue: none is lost, none is refused.
func TestWritesBeneathAnApprenticeshipQueue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		permit := r.Permit(t, r.Apprentice, authz.WriteEvidence, r.App)
		actor := r.Actor(t, r.Apprentice)
		const writers, each = 8, 5
		var mu sync.Mutex
		seen := map[int]bool{}
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					var got int
					if err := s.Write(context.Background(), func(tx *store.Tx) error {
						subject, err := tx.Subject(r.App.ID) // locks
						if err != nil {
							return err
						}
						if _, err := actor.Check(authz.WriteEvidence, subject); err != nil {
							return err
						}
						app, err := tx.Touch(permit)
						if err != nil {
							return err
						}
						got = app.Seq
						_, err = tx.AddEvidence(permit, countersign.Evidence{
							State: countersign.Draft, Content: countersign.Content{Kind: countersign.Audit, Mapping: mapTo(lasting)},
						})
						if err != nil {
							return err
						}
						return r.recount(tx, permit, got, true, lasting)
					}); err != nil {
						t.Errorf("write: %v", err)
					}
					mu.Lock()
					seen[got] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(seen) != writers*each || r.app().Seq != 1+writers*each {
			t.Errorf("%d numbers, seq %d; want %d, %d", len(seen), r.app().Seq, writers*each, 1+writers*each)
		}
	})
}
