package store_test

import (
	"slices"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestAttainmentsHoldWhatTheyRestOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		relied := r.accepted("Relied on", lasting)
		clock.Advance(time.Minute)
		both := r.submit(r.draft("Both", lasting, expiring))
		clock.Advance(time.Minute)
		other := r.draft("Other", expiring)
		r.draft("None")
		so := r.decide(lasting, countersign.Competent, relied)
		// The mapping is corrected after the decision: it still rests on the piece.
		r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, seq int) error {
			relied.Mapping = mapTo(expiring)
			_, err := tx.ChangeEvidence(p, relied, relied.Version)
			return err
		})
		for _, tc := range []struct {
			codes []string
			want  map[string][]countersign.EvidenceID
		}{
			{[]string{expiring, lasting}, map[string][]countersign.EvidenceID{lasting: {relied.ID, both.ID}, expiring: {relied.ID, both.ID, other.ID}}},
			{[]string{lasting}, map[string][]countersign.EvidenceID{lasting: {relied.ID, both.ID}}},
			{nil, map[string][]countersign.EvidenceID{lasting: {relied.ID, both.ID}, expiring: {relied.ID, both.ID, other.ID}}},
		} {
			n := r.reading(r.HubLead, authz.ReadApprenticeship, func(tx *store.Tx, p authz.Permit) error {
				as, err := tx.Attainments(p, r.Framework, tc.codes...)
				if want := len(tc.codes); want > 0 && len(as) != want {
					t.Errorf("%v: %d attainments", tc.codes, len(as))
				}
				if !slices.IsSortedFunc(as, func(a, b countersign.Attainment) int { return r.place(a.Code) - r.place(b.Code) }) {
					t.Errorf("%v: not in the framework's order", tc.codes)
				}
				for _, a := range as {
					if got := idsOf(a.Pieces); !slices.Equal(got, tc.want[a.Code]) {
						t.Errorf("%v: %s rests on %v; want %v", tc.codes, a.Code, got, tc.want[a.Code])
					}
					for _, e := range a.Pieces {
						if e.Narrative != "" || e.Reflection != "" || e.Details != nil || e.Apprentice != r.Apprentice.ID {
							t.Errorf("a piece with its text: %+v", e)
						}
					}
					if (a.Code == lasting) != (len(a.Decisions) == 1 && a.Decisions[0].ID == so.ID) {
						t.Errorf("%s has decisions %+v", a.Code, a.Decisions)
					}
				}
				return err
			})
			atMost(t, "Attainments", n, 4)
		}
		r.reading(r.HubLead, authz.ReadApprenticeship, func(tx *store.Tx, p authz.Permit) error {
			if as, err := tx.Attainments(p, r.Framework, "XX1"); len(as) > 0 || err != nil {
				t.Errorf("an unknown code: %v, %v", as, err)
			}
			return nil
		})
	})
}

// place is where a competency stands in the framework.
func (r *record) place(code string) int {
	return slices.IndexFunc(r.Framework.Competencies(), func(c countersign.Competency) bool { return c.Code == code })
}

func TestCountersFollowTheRecord(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		core := r.App.Core
		want := func(when string, p countersign.Progress, waiting int) {
			t.Helper()
			row, n := r.listed()
			if row.Progress != p || n != waiting {
				t.Errorf("%s: %+v, %d waiting; want %+v, %d", when, row.Progress, n, p, waiting)
			}
		}
		want("at first", countersign.Progress{InScope: core, Core: core}, 0)
		e := r.draft("A piece", expiring)
		want("with a draft", countersign.Progress{InScope: core, Core: core}, 0)
		e = r.submit(e)
		submitted := clock.Now()
		want("submitted", countersign.Progress{InScope: core, Core: core}, 1)
		clock.Advance(time.Hour)
		e = r.review(e, r.Mentor, countersign.SecondaryMentor, countersign.AcceptEvidence)
		want("accepted, to be signed", countersign.Progress{InScope: core, Core: core}, 1)
		if row, _ := r.listed(); !row.OldestWaiting.Equal(submitted.Add(time.Hour)) {
			t.Errorf("waits since %s; want since the acceptance", row.OldestWaiting)
		}
		before := r.attainment(expiring).Version
		r.decide(expiring, countersign.Competent, e)
		want("signed off", countersign.Progress{InScope: core, Core: core, SignedOff: 1, CoreSignedOff: 1}, 0)
		if got := r.attainment(expiring).Version; got <= before || got != r.app().Seq {
			t.Errorf("version = %d; want that of the write, %d", got, r.app().Seq)
		}
		quiet := r.attainment(expiring).Version
		r.draft("A draft doesn't disturb a signer", expiring)
		if got := r.attainment(expiring).Version; got != quiet {
			t.Errorf("version = %d after a draft; want %d", got, quiet)
		}
		// Three years later it has expired, and is counted so once recounted.
		clock.Set(clock.Now().AddDate(3, 0, 2))
		r.recountAll()
		want("expired", countersign.Progress{InScope: core, Core: core}, 0)
		if got := r.attainment(expiring).Status(); got != countersign.Expired {
			t.Errorf("status = %s", got)
		}
	})
}

// recountAll recounts App as the worker does.
func (r *record) recountAll() {
	r.t.Helper()
	permit := r.PermitOf(r.t, authz.NewJob(authz.CountJob), authz.CountAttainments, r.App)
	write(r.t, r.s, func(tx *store.Tx) error {
		app, err := tx.Touch(permit)
		if err != nil {
			return err
		}
		as, err := tx.Attainments(permit, r.Framework)
		if err != nil {
			return err
		}
		return tx.SaveAttainments(permit, as, app.Seq, true)
	})
}

func TestScope(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		core := r.App.Core
		set := func(who countersign.Person, action authz.Action, code string, to countersign.ScopeState) error {
			return r.try(who, action, func(tx *store.Tx, p authz.Permit, seq int) error {
				if err := tx.SetScope(p, code, to); err != nil {
					return err
				}
				return r.recount(tx, p, seq, true, code)
			})
		}
		clock.Advance(time.Hour)
		proposed := clock.Now()
		if err := set(r.Apprentice, authz.ProposeScope, optional, countersign.ScopeProposed); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Hour)
		r.recountAll() // a later recount doesn't make it wait less long
		if row, waiting := r.listed(); waiting != 1 || !row.OldestWaiting.Equal(proposed) || row.InScope != core {
			t.Errorf("proposed: %d waiting since %s, %d in scope; want 1 since %s, %d", waiting, row.OldestWaiting, row.InScope, proposed, core)
		}
		wantKind(t, "the apprentice agrees to it", set(r.Apprentice, authz.ProposeScope, optional, countersign.ScopeIn), countersign.Internal)
		if err := set(r.GP, authz.ConfirmScope, optional, countersign.ScopeIn); err != nil {
			t.Fatal(err)
		}
		if row, waiting := r.listed(); waiting != 0 || row.InScope != core+1 || row.Core != core {
			t.Errorf("agreed: %d waiting, %+v", waiting, row.Progress)
		}
		if got := r.attainment(optional); got.Scope != countersign.ScopeIn || got.Status() != countersign.NotStarted {
			t.Errorf("agreed: %s, %s", got.Scope, got.Status())
		}
		if err := set(r.GP, authz.ConfirmScope, optional, countersign.ScopeOut); err != nil {
			t.Fatal(err)
		}
		if row, _ := r.listed(); row.InScope != core {
			t.Errorf("taken out: %+v", row.Progress)
		}
		wantKind(t, "a core competency", set(r.GP, authz.ConfirmScope, lasting, countersign.ScopeOut), countersign.NotFound)
		wantKind(t, "an unknown competency", set(r.GP, authz.ConfirmScope, "XX1", countersign.ScopeOut), countersign.NotFound)
	})
}
