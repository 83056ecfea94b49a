package store_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestAddApprenticeship(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		var core int
		for _, c := range r.Framework.Competencies() {
			if c.Core {
				core++
			}
		}
		got := r.app()
		want := countersign.Apprenticeship{
			ID: r.App.ID, Apprentice: r.Apprentice.ID, ApprenticeName: "Asha Patel", ApprenticeEmail: "asha@example.org",
			FrameworkID: r.Framework.ID, FrameworkVersion: r.Framework.Version,
			Practice: r.Practice.ID, PracticeCode: "A81001", PracticeName: "Oakwood Surgery", HubName: "Leeds Training Hub",
			StartOn: countersign.On(2026, 2, 2), PlannedEndOn: countersign.On(2027, 8, 2), OriginalEndOn: countersign.On(2027, 8, 2), Cohort: "2026-A", State: countersign.Active,
			Progress: countersign.Progress{InScope: core, Core: core}, Seq: 1, Version: 1, CreatedAt: storetest.Start,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Apprenticeship() (-want +got):\n%s", diff)
		}
		var as []countersign.Attainment
		n := r.reading(r.HubLead, authz.ReadApprenticeship, func(tx *store.Tx, p authz.Permit) (err error) {
			as, err = tx.Attainments(p, r.Framework)
			return err
		})
		atMost(t, "Attainments of all", n, 4)
		if len(as) != len(r.Framework.Competencies()) {
			t.Fatalf("%d attainments; want %d", len(as), len(r.Framework.Competencies()))
		}
		for i, c := range r.Framework.Competencies() {
			want := countersign.ScopeOut
			if c.Core {
				want = countersign.ScopeIn
			}
			if as[i].Code != c.Code || as[i].Scope != want || as[i].Version != 1 || as[i].Today != countersign.On(2026, 3, 2) {
				t.Errorf("attainment %d = %s, %s, version %d, today %s; want %s, %s", i, as[i].Code, as[i].Scope, as[i].Version, as[i].Today, c.Code, want)
			}
		}
	})
}

func TestEnrollingNeedsAPermitOfThatPractice(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		hub := r.Actor(t, r.HubLead)
		zoe := r.Person(t, "Zoë Ńowak", "zoe@example.org", countersign.ApprenticeMember, r.NextPractice)
		add := func(permit authz.Permit, at countersign.Organisation) error {
			return s.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.AddApprenticeship(permit, countersign.Apprenticeship{Apprentice: zoe.ID, Practice: at.ID,
					StartOn: r.App.StartOn, PlannedEndOn: r.App.PlannedEndOn, State: countersign.Active}, r.Framework)
				return err
			})
		}
		permit := func(at countersign.Organisation) (p authz.Permit) {
			read(t, s, func(tx *store.Tx) error {
				place, err := tx.PlaceSubject(at.ID)
				if err != nil {
					return err
				}
				p, err = hub.Check(authz.Enrol, place)
				return err
			})
			return p
		}
		if err := add(permit(r.NextPractice), r.NextPractice); err != nil {
			t.Errorf("with a permit: %v", err)
		}
		wantKind(t, "at another practice", add(permit(r.NextPractice), r.Practice), countersign.Internal)
		wantKind(t, "above the permit's place", add(permit(r.Practice), r.Hub), countersign.Internal)
		wantKind(t, "with the zero permit", add(authz.Permit{}, r.Practice), countersign.Internal)
		wantKind(t, "with a permit for something else",
			add(r.Permit(t, r.HubLead, authz.ReadApprenticeship, r.App), r.Practice), countersign.Internal)
	})
}

func TestChangeApprenticeship(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.submit(r.draft("Waits", lasting))
		before := r.app()
		changed := before
		changed.PlannedEndOn, changed.Cohort = countersign.On(2027, 12, 31), ""
		r.by(r.Manager, authz.ChangeApprenticeship, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
			changed, err = tx.ChangeApprenticeship(p, changed, before.Version)
			return err
		})
		if changed.Cohort != "" || changed.PlannedEndOn != countersign.On(2027, 12, 31) || changed.Version != 2 {
			t.Errorf("changed = %+v", changed)
		}
		err := r.try(r.Manager, authz.ChangeApprenticeship, func(tx *store.Tx, p authz.Permit, _ int) error {
			_, err := tx.ChangeApprenticeship(p, changed, before.Version)
			return err
		})
		wantKind(t, "at a version that has passed", err, countersign.Conflict)

		if _, waiting := r.listed(); waiting != 1 {
			t.Errorf("waiting = %d while active; want 1", waiting)
		}
		changed.State, changed.EndedOn, changed.EndReason = countersign.WithdrawnFromProgramme, countersign.On(2026, 3, 2), "Moved away"
		r.by(r.HubLead, authz.ChangeApprenticeship, func(tx *store.Tx, p authz.Permit, _ int) error {
			_, err := tx.ChangeApprenticeship(p, changed, changed.Version)
			return err
		})
		got := r.app()
		if got.State != countersign.WithdrawnFromProgramme || got.EndedOn != changed.EndedOn || got.EndReason != "Moved away" {
			t.Errorf("ended = %+v", got)
		}
		if _, waiting := r.listed(); waiting != 0 {
			t.Errorf("waiting = %d once ended; want 0", waiting)
		}
	})
}

// listed returns App as a list shows it to the hub, and how many wait.
func (r *record) listed() (store.ApprenticeshipRow, int) {
	r.t.Helper()
	for _, row := range r.list(r.HubLead, store.ApprenticeshipFilter{}) {
		if row.ID == r.App.ID {
			return row, row.Waiting
		}
	}
	r.t.Fatal("App isn't in the hub's list")
	return store.ApprenticeshipRow{}, 0
}

// list returns every page of what a person may list.
func (r *record) list(person countersign.Person, f store.ApprenticeshipFilter) []store.ApprenticeshipRow {
	r.t.Helper()
	scope := r.Actor(r.t, person).Scope(authz.ReadApprenticeship)
	var out []store.ApprenticeshipRow
	for {
		ctx, count := r.s.CountStatements(r.t.Context())
		if err := r.s.Read(ctx, func(tx *store.Tx) error {
			page, next, err := tx.Apprenticeships(scope, f)
			out, f.Cursor = append(out, page...), next
			return err
		}); err != nil {
			r.t.Fatal(err)
		}
		atMost(r.t, "a page of apprenticeships", count(), 2)
		if f.Cursor == "" {
			return out
		}
	}
}

func TestTouchCountsEveryWriteAndNotesActivity(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		clock.Advance(time.Hour)
		var seqs []int
		for range 2 {
			r.by(r.Apprentice, authz.WriteEvidence, func(_ *store.Tx, _ authz.Permit, seq int) error {
				seqs = append(seqs, seq)
				return nil
			})
		}
		if !slices.Equal(seqs, []int{2, 3}) || r.app().Seq != 3 || !r.app().LastActivityAt.Equal(clock.Now()) {
			t.Errorf("seqs = %v, apprenticeship = %+v", seqs, r.app())
		}
		noted := clock.Now()
		clock.Advance(time.Hour)
		permit := r.PermitOf(t, authz.NewJob(authz.CountJob), authz.CountAttainments, r.App)
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.Touch(permit)
			return err
		})
		if got := r.app(); got.Seq != 4 || !got.LastActivityAt.Equal(noted) {
			t.Errorf("after recounting: seq %d, last activity %s; want 4, %s", got.Seq, got.LastActivityAt, noted)
		}
	})
}

func TestApprenticeshipsWithinAScope(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		next := r.Enrol(t, r.Person(t, "Bo Lund", "bo@example.org", countersign.ApprenticeMember, r.NextPractice), r.NextPractice, r.GP.ID)
		names := func(rows []store.ApprenticeshipRow) (out []string) {
			for _, row := range rows {
				out = append(out, row.ApprenticeName)
			}
			return out
		}
		for _, tc := range []struct {
			who  countersign.Person
			want []string
		}{
			{r.Apprentice, []string{"Asha Patel"}},
			{r.GP, []string{"Asha Patel", "Bo Lund"}},
			{r.Mentor, []string{"Asha Patel"}},
			{r.Assessor, nil},
			{r.Manager, []string{"Asha Patel"}},
			{r.HubLead, []string{"Asha Patel", "Bo Lund"}},
			{r.OtherHubLead, []string{"Owen Hale"}},
			{r.RegionLead, nil}, // sums only
			{r.Admin, nil},
		} {
			if got := names(r.list(tc.who, store.ApprenticeshipFilter{})); !slices.Equal(got, tc.want) {
				t.Errorf("%s lists %v; want %v", tc.who.Name, got, tc.want)
			}
		}
		// A naming that has ended, or not begun, is none.
		r.by(r.Manager, authz.ChangeNamings, func(tx *store.Tx, p authz.Permit, _ int) error {
			all, err := tx.Namings(p)
			if err != nil {
				return err
			}
			for _, n := range all {
				if _, err := tx.EndNaming(p, n.ID, tx.Today().AddDays(-1)); err != nil {
					return err
				}
			}
			_, err = tx.AddNaming(p, countersign.Naming{Person: r.Mentor.ID, Role: countersign.SecondaryMentor, From: tx.Today().AddDays(1)})
			return err
		})
		if got := names(r.list(r.GP, store.ApprenticeshipFilter{})); !slices.Equal(got, []string{"Bo Lund"}) {
			t.Errorf("the GP lists %v after the end of the naming", got)
		}
		if got := r.list(r.Mentor, store.ApprenticeshipFilter{}); got != nil {
			t.Errorf("the mentor lists %v before the naming begins", names(got))
		}
		read(t, s, func(tx *store.Tx) error {
			for _, scope := range []authz.Scope{
				{}, {Person: r.GP.ID}, {Own: true}, {Named: []countersign.NamingRole{countersign.GPSupervisor}},
			} {
				if rows, next, err := tx.Apprenticeships(scope, store.ApprenticeshipFilter{}); len(rows) > 0 || next != "" || err != nil {
					t.Errorf("%+v lists %v, %q, %v; want nothing", scope, names(rows), next, err)
				}
			}
			rows, _, err := tx.Apprenticeships(authz.Scope{All: true}, store.ApprenticeshipFilter{})
			if len(rows) != 3 {
				t.Errorf("everything lists %v", names(rows))
			}
			return err
		})
		row, _ := r.listed()
		if row.SupervisorName != "" || row.HubCode != "TH01" || row.ApprenticeEmail != "asha@example.org" {
			t.Errorf("row = %+v", row)
		}
		for _, row := range r.list(r.HubLead, store.ApprenticeshipFilter{}) {
			if row.ID == next.ID && (row.SupervisorName != r.GP.Name || row.SupervisorEmail != r.GP.Email) {
				t.Errorf("supervisor = %q, %q", row.SupervisorName, row.SupervisorEmail)
			}
		}
	})
}

func TestApprenticeshipsFilteredAndSorted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		for i, name := range []string{"Zoë Ash", "abe Birch", "Mia Cole", "Ugo Dunn", "Eve Elm"} {
			clock.Advance(time.Hour)
			p := r.Person(t, name, fmt.Sprintf("p%d@example.org", i), countersign.ApprenticeMember, r.NextPractice)
			r.App = r.Enrol(t, p, r.NextPractice, r.GP.ID)
			r.Apprentice = p
			clock.Advance(time.Hour)
			if i%2 == 0 {
				r.submit(r.draft("Waits", lasting))
			}
			write(t, s, func(tx *store.Tx) error {
				return tx.ExecForTest("UPDATE apprenticeships SET planned_end_on = ?, signed_off = ?, core_signed_off = 0, cohort = ? WHERE id = ?",
					countersign.On(2026, 2, 28).AddDays((i*7)%5).String(), (i*3)%5, fmt.Sprintf("c%d", i%2), string(r.App.ID))
			})
		}
		order := func(f store.ApprenticeshipFilter) (out []string) {
			f.Limit = 2
			for _, row := range r.list(r.HubLead, f) {
				out = append(out, row.ApprenticeName)
			}
			return out
		}
		for _, tc := range []struct {
			name string
			f    store.ApprenticeshipFilter
			want []string
		}{
			{"by name", store.ApprenticeshipFilter{}, []string{"abe Birch", "Asha Patel", "Eve Elm", "Mia Cole", "Ugo Dunn", "Zoë Ash"}},
			{"by progress", store.ApprenticeshipFilter{Sort: "progress", Framework: r.Framework.ID}, []string{"Asha Patel", "Zoë Ash", "Mia Cole", "Eve Elm", "abe Birch", "Ugo Dunn"}},
			{"by last activity", store.ApprenticeshipFilter{Sort: "last_activity"}, []string{"Asha Patel", "Zoë Ash", "abe Birch", "Mia Cole", "Ugo Dunn", "Eve Elm"}},
			{"by planned end", store.ApprenticeshipFilter{Sort: "planned_end", State: countersign.Active}, []string{"Zoë Ash", "Ugo Dunn", "abe Birch", "Eve Elm", "Mia Cole", "Asha Patel"}},
			{"by oldest waiting", store.ApprenticeshipFilter{Sort: "oldest_waiting"}, []string{"Zoë Ash", "Mia Cole", "Eve Elm", "Asha Patel", "abe Birch", "Ugo Dunn"}},
			{"overdue", store.ApprenticeshipFilter{Overdue: true}, []string{"Ugo Dunn", "Zoë Ash"}},
			{"of a cohort", store.ApprenticeshipFilter{Cohort: "c1"}, []string{"abe Birch", "Ugo Dunn"}},
			{"of an organisation", store.ApprenticeshipFilter{Organisation: "A81001"}, []string{"Asha Patel"}},
			{"of one above", store.ApprenticeshipFilter{Organisation: "Y63", Cohort: "2026-A"}, []string{"Asha Patel"}},
			{"of one outside the scope", store.ApprenticeshipFilter{Organisation: "TH02"}, nil},
			{"by part of a name, without accent", store.ApprenticeshipFilter{Query: "ZOE"}, []string{"Zoë Ash"}},
			{"by e-mail", store.ApprenticeshipFilter{Query: "p1@"}, []string{"abe Birch"}},
			{"a wildcard is only a character", store.ApprenticeshipFilter{Query: "%"}, nil},
			{"completed", store.ApprenticeshipFilter{State: countersign.CompletedProgramme}, nil},
			{"of another framework", store.ApprenticeshipFilter{Framework: "gpa-non-clinical"}, nil},
			{"of a cohort that no row can hold", store.ApprenticeshipFilter{Cohort: "2026\x00"}, nil},
			{"of a framework that no row can hold", store.ApprenticeshipFilter{Framework: "\xff"}, nil},
			{"of an organisation that no row can hold", store.ApprenticeshipFilter{Organisation: "\x00"}, nil},
			{"in a state that no row can hold", store.ApprenticeshipFilter{State: "\x00"}, nil},
		} {
			if got := order(tc.f); !slices.Equal(got, tc.want) {
				t.Errorf("%s: %v; want %v", tc.name, got, tc.want)
			}
		}
	})
}

func TestCursorsAreRefusedThatNoListGave(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		scope := authz.Scope{All: true}
		read(t, s, func(tx *store.Tx) error {
			_, next, err := tx.Apprenticeships(scope, store.ApprenticeshipFilter{Limit: 1})
			if err != nil || next == "" {
				t.Fatalf("next = %q, %v", next, err)
			}
			for _, cursor := range []string{
				"x", "!", "e30", next[1:], next + "A",
				"eyJzIjoibmFtZSIsImsiOiJhIiwiaSI6IngnIE9SIDE9MSJ9", // {"s":"name","k":"a","i":"x' OR 1=1"}
				base64.RawURLEncoding.EncodeToString([]byte(`{"s":"name","k":"a\u0000","i":"` + string(r.App.ID) + `"}`)),
			} {
				_, _, err := tx.Apprenticeships(scope, store.ApprenticeshipFilter{Cursor: cursor})
				if fields := fieldsOf(err); len(fields) != 1 || fields[0].Field != "cursor" {
					t.Errorf("cursor %q: %v; want invalid cursor", cursor, err)
				}
			}
			// Another list's cursor, and another order's.
			_, _, err = tx.Apprenticeships(scope, store.ApprenticeshipFilter{Cursor: next, Sort: "progress"})
			wantKind(t, "another order's cursor", err, countersign.Invalid)
			_, _, err = tx.EvidenceList(r.Permit(t, r.GP, authz.ReadEvidence, r.App), store.EvidenceFilter{Cursor: next})
			wantKind(t, "another list's cursor", err, countersign.Invalid)
			_, _, err = tx.Apprenticeships(scope, store.ApprenticeshipFilter{Sort: "shoe size"})
			wantKind(t, "an unknown order", err, countersign.Invalid)
			return nil
		})
	})
}

func TestDueForRecount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		e := r.accepted("A year of it", expiring)
		r.decide(expiring, countersign.Competent, e)
		due := func(scope authz.Scope) (ids []countersign.ApprenticeshipID) {
			read(t, s, func(tx *store.Tx) (err error) {
				ids, err = tx.DueForRecount(scope, 10)
				return err
			})
			return ids
		}
		on := r.app().RecountOn
		if on.IsZero() {
			t.Fatal("a sign-off that expires is never recounted")
		}
		clock.Set(on.Start().Add(-time.Minute))
		if got := due(authz.Scope{All: true}); len(got) > 0 {
			t.Errorf("due the day before: %v", got)
		}
		clock.Set(on.Start())
		if got := due(authz.Scope{All: true}); !slices.Equal(got, []countersign.ApprenticeshipID{r.App.ID}) {
			t.Errorf("due on the day: %v", got)
		}
		if got := due(authz.Scope{}); len(got) > 0 {
			t.Errorf("due for nobody: %v", got)
		}
		if got := due(r.Actor(t, r.OtherHubLead).Scope(authz.ReadApprenticeship)); len(got) > 0 {
			t.Errorf("due for another hub: %v", got)
		}
	})
}
