package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestQueue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		ready := r.accepted("To be signed", lasting)
		readyAt := clock.Now()
		clock.Advance(time.Hour)
		waits := r.submit(r.draft("To be reviewed", expiring, lasting))
		waitsAt := clock.Now()
		clock.Advance(time.Hour)
		r.by(r.Apprentice, authz.ProposeScope, func(tx *store.Tx, p authz.Permit, seq int) error {
			if err := tx.SetScope(p, optional, countersign.ScopeProposed); err != nil {
				return err
			}
			return r.recount(tx, p, seq, true, optional)
		})
		proposedAt := clock.Now()
		clock.Advance(time.Hour)
		// Signed, but it waits for a second person.
		other := r.accepted("To be countersigned", "GPA-CA3")
		r.by(r.GP, authz.SignOff, func(tx *store.Tx, p authz.Permit, seq int) error {
			so, err := r.decision(tx, p, "GPA-CA3", r.GP, countersign.Competent, other)
			if err != nil {
				return err
			}
			so.Awaits = countersign.SecondPerson
			if _, err := tx.AddSignOff(p, so); err != nil {
				return err
			}
			return r.recount(tx, p, seq, true, "GPA-CA3")
		})
		base := countersign.QueueItem{
			Apprenticeship: r.App.ID, Apprentice: r.Apprentice.ID, ApprenticeName: r.Apprentice.Name, PracticeName: r.Practice.Name,
			FrameworkID: r.Framework.ID, FrameworkVersion: r.Framework.Version,
		}
		sign, review, scope, counter := base, base, base, base
		sign.Type, sign.Since, sign.Competency, sign.Version = countersign.WaitSignOff, readyAt, lasting, r.attainment(lasting).Version
		review.Type, review.Since, review.Evidence, review.EvidenceTitle = countersign.WaitReview, waitsAt, waits.ID, waits.Title
		review.EvidenceKind, review.Mapping, review.Version = waits.Kind, []string{expiring, lasting}, waits.Version
		scope.Type, scope.Since, scope.Competency, scope.Version = countersign.WaitScope, proposedAt, optional, r.attainment(optional).Version
		counter.Type, counter.Since, counter.Competency, counter.Version = countersign.WaitCountersign, clock.Now(), "GPA-CA3", r.attainment("GPA-CA3").Version
		counter.Awaits, counter.OpenAssessor = countersign.SecondPerson, r.GP.ID
		all := []countersign.QueueItem{sign, review, scope, counter}
		_ = ready

		gp := r.Actor(t, r.GP).Scope(authz.ReviewEvidence)
		queue := func(scope authz.Scope, f store.QueueFilter) (items []countersign.QueueItem) {
			t.Helper()
			ctx, count := s.CountStatements(t.Context())
			if err := s.Read(ctx, func(tx *store.Tx) (err error) {
				items, err = tx.Queue(scope, f)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			atMost(t, "Queue", count(), 2)
			return items
		}
		for _, tc := range []struct {
			name  string
			scope authz.Scope
			f     store.QueueFilter
			want  []countersign.QueueItem
		}{
			{"the GP supervisor's, oldest first", gp, store.QueueFilter{}, all},
			{"the practice manager's", r.Actor(t, r.Manager).Scope(authz.ReviewEvidence), store.QueueFilter{}, all},
			{"everybody's", authz.Scope{All: true}, store.QueueFilter{}, all},
			{"another GP's", r.Actor(t, r.OtherGP).Scope(authz.ReviewEvidence), store.QueueFilter{}, nil},
			{"nobody's", authz.Scope{}, store.QueueFilter{}, nil},
			{"of one apprenticeship", gp, store.QueueFilter{Apprenticeship: r.App.ID}, all},
			{"of another", gp, store.QueueFilter{Apprenticeship: r.OtherApp.ID}, nil},
			{"reviews", gp, store.QueueFilter{Types: []countersign.WaitingType{countersign.WaitReview}}, all[1:2]},
			{"decisions", gp, store.QueueFilter{Types: []countersign.WaitingType{countersign.WaitSignOff, countersign.WaitCountersign}}, []countersign.QueueItem{sign, counter}},
			{"reviews and scope", gp, store.QueueFilter{Types: []countersign.WaitingType{countersign.WaitReview, countersign.WaitScope}}, all[1:3]},
			{"a page", gp, store.QueueFilter{Limit: 2, Offset: 1}, all[1:3]},
			{"past the end", gp, store.QueueFilter{Limit: 2, Offset: 9}, nil},
		} {
			got := queue(tc.scope, tc.f)
			if len(got) == 0 {
				got = nil
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.name, diff)
			}
		}
		// Nothing waits on an apprenticeship that has ended.
		r.by(r.HubLead, authz.ChangeApprenticeship, func(tx *store.Tx, p authz.Permit, _ int) error {
			app, err := tx.Apprenticeship(p)
			if err != nil {
				return err
			}
			app.State, app.EndedOn = countersign.WithdrawnFromProgramme, tx.Today()
			_, err = tx.ChangeApprenticeship(p, app, app.Version)
			return err
		})
		if got := queue(gp, store.QueueFilter{}); len(got) > 0 {
			t.Errorf("ended, and yet %+v", got)
		}
	})
}

func TestSums(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		clock.Advance(time.Hour)
		r.decide(lasting, countersign.Competent, r.accepted("Signed", lasting))
		r.submit(r.draft("Waits", expiring))
		ended := r.Enrol(t, r.Person(t, "Bo Lund", "bo@example.org", countersign.ApprenticeMember, r.NextPractice), r.NextPractice, r.GP.ID)
		write(t, s, func(tx *store.Tx) error {
			if err := tx.ExecForTest("UPDATE apprenticeships SET planned_end_on = '2026-02-28', start_on = '2025-01-01' WHERE id = ?", string(r.App.ID)); err != nil {
				return err
			}
			return tx.ExecForTest("UPDATE apprenticeships SET state = 'completed', ended_on = '2026-03-01' WHERE id = ?", string(ended.ID))
		})
		sums := func(scope authz.Scope, under countersign.Organisation) (rows []store.SumRow) {
			t.Helper()
			ctx, count := s.CountStatements(t.Context())
			if err := s.Read(ctx, func(tx *store.Tx) (err error) {
				rows, err = tx.Sums(scope, under.ID)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			atMost(t, "Sums", count(), 1)
			if len(rows) == 0 {
				return nil
			}
			return rows
		}
		busy := store.SumRow{
			Apprenticeships: 1, Active: 1, Overdue: 1, SignedOff: 1, InScope: r.App.Core, Waiting: 1, OldestWaiting: clock.Now(),
		}
		of := func(o countersign.Organisation, row store.SumRow) store.SumRow {
			row.Organisation = o
			return row
		}
		hub := busy
		hub.Apprenticeships, hub.Completed = 2, 1
		quiet := store.SumRow{Apprenticeships: 1, Active: 1, InScope: r.App.Core}
		region := r.Actor(t, r.RegionLead).Scope(authz.ReadSums)
		for _, tc := range []struct {
			name  string
			scope authz.Scope
			under countersign.Organisation
			want  []store.SumRow
		}{
			{"a region's hubs", region, r.Region, []store.SumRow{of(r.Hub, hub)}},
			{"a hub's practices", region, r.Hub, []store.SumRow{of(r.NextPractice, store.SumRow{Apprenticeships: 1, Completed: 1}), of(r.Practice, busy)}},
			{"a practice has nothing beneath", region, r.Practice, nil},
			{"the country for a region lead", region, r.England, []store.SumRow{of(r.Region, hub)}},
			{"another region", region, r.OtherRegion, nil},
			{"the country for everybody", authz.Scope{All: true}, r.England, []store.SumRow{of(r.Region, hub), of(r.OtherRegion, quiet)}},
			{"nobody", authz.Scope{}, r.England, nil},
			{"the apprentice", r.Actor(t, r.Apprentice).Scope(authz.ReadApprenticeship), r.Hub, nil},
		} {
			if diff := cmp.Diff(tc.want, sums(tc.scope, tc.under)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.name, diff)
			}
		}
		if rows := sums(region, r.Hub); !slices.IsSortedFunc(rows, func(a, b store.SumRow) int {
			return slices.Compare([]string{a.Organisation.Name}, []string{b.Organisation.Name})
		}) {
			t.Error("not by name")
		}
	})
}
