package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestNamingsAtAPlace(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		today := countersign.LondonDate(clock.Now())
		locum := w.Person(t, "Dr Lena Locum", "locum@example.org", countersign.GPSupervisorMember, w.NextPractice)
		permit := w.Permit(t, w.HubLead, authz.ChangeNamings, w.App)
		write(t, s, func(tx *store.Tx) error {
			for _, n := range []countersign.Naming{
				{Person: w.Assessor.ID, Role: countersign.Assessor, From: today.AddDays(-20), To: today.AddDays(-1)}, // over
				{Person: locum.ID, Role: countersign.GPSupervisor, From: today.AddDays(5), To: today.AddDays(9), Covers: w.GP.ID},
			} {
				if _, err := tx.AddNaming(permit, n); err != nil {
					return err
				}
			}
			return nil
		})
		for _, tc := range []struct {
			name  string
			who   countersign.Person
			place countersign.Organisation
			want  []string
		}{
			{"the hub's lead at the hub", w.HubLead, w.Hub, []string{"Dr Megan Bell", "Nia Ward", "Dr Lena Locum"}},
			{"the manager at the practice", w.Manager, w.Practice, []string{"Dr Megan Bell", "Nia Ward", "Dr Lena Locum"}},
			{"another place", w.HubLead, w.NextPractice, nil},
			{"another hub's lead", w.OtherHubLead, w.Hub, nil},
			{"a region's lead, who sees sums alone", w.RegionLead, w.Hub, nil},
		} {
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.NamingsAt(w.Actor(t, tc.who).Scope(authz.ReadApprenticeship), tc.place.ID)
				if err != nil {
					return err
				}
				var names []string
				for _, n := range got[w.App.ID] {
					names = append(names, n.PersonName)
				}
				if diff := cmp.Diff(tc.want, names); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tc.name, diff)
				}
				return nil
			})
		}
	})
}

func TestListTellsWhoHasNoMentor(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		zoe := w.Person(t, "Zoë Ńowak", "zoe@example.org", countersign.ApprenticeMember, w.NextPractice)
		w.Enrol(t, zoe, w.NextPractice, w.GP.ID) // nobody as secondary mentor
		scope := w.Actor(t, w.HubLead).Scope(authz.ReadApprenticeship)
		read(t, s, func(tx *store.Tx) error {
			rows, _, err := tx.Apprenticeships(scope, store.ApprenticeshipFilter{})
			if err != nil || len(rows) != 2 {
				t.Fatalf("%d rows, %v; want 2", len(rows), err)
			}
			if r := rows[0]; r.MentorName != "Nia Ward" || r.MentorEmail != "mentor@example.org" || r.SupervisorName != "Dr Megan Bell" {
				t.Errorf("mentors of %s: %q, %q, %q", r.ApprenticeName, r.SupervisorName, r.MentorName, r.MentorEmail)
			}
			rows, _, err = tx.Apprenticeships(scope, store.ApprenticeshipFilter{Unmentored: true})
			if err != nil || len(rows) != 1 || rows[0].ApprenticeName != "Zoë Ńowak" || rows[0].MentorName != "" {
				t.Errorf("unmentored: %+v, %v", rows, err)
			}
			cohorts, err := tx.Cohorts(scope)
			if diff := cmp.Diff([]string{"2026-A"}, cohorts); diff != "" || err != nil {
				t.Errorf("Cohorts(): %v\n%s", err, diff)
			}
			if cohorts, err := tx.Cohorts(authz.Scope{}); len(cohorts) != 0 || err != nil {
				t.Errorf("Cohorts() of nobody: %v, %v", cohorts, err)
			}
			return nil
		})
	})
}

func TestALeaversNamingLapses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		scope := w.Actor(t, w.HubLead).Scope(authz.ReadApprenticeship)
		permit := w.Permit(t, w.HubLead, authz.ReadApprenticeship, w.App)
		look := func() (supervisor string, unmentored, current, lapsed int) {
			read(t, s, func(tx *store.Tx) error {
				rows, _, err := tx.Apprenticeships(scope, store.ApprenticeshipFilter{})
				if err != nil {
					return err
				}
				supervisor = rows[0].SupervisorName
				rows, _, err = tx.Apprenticeships(scope, store.ApprenticeshipFilter{Unmentored: true})
				if err != nil {
					return err
				}
				unmentored = len(rows)
				at, err := tx.NamingsAt(scope, w.Hub.ID)
				if err != nil {
					return err
				}
				current = len(at[w.App.ID])
				ids, err := tx.LapsedNamings(permit)
				lapsed = len(ids)
				return err
			})
			return supervisor, unmentored, current, lapsed
		}
		if supervisor, unmentored, current, lapsed := look(); supervisor != "Dr Megan Bell" || unmentored != 0 || current != 2 || lapsed != 0 {
			t.Errorf("before: %q, %d unmentored, %d current, %d lapsed", supervisor, unmentored, current, lapsed)
		}
		write(t, s, func(tx *store.Tx) error {
			held, err := tx.Memberships(w.GP.ID)
			if err != nil {
				return err
			}
			return tx.EndMembership(held[0].Membership, countersign.LondonDate(clock.Now()).AddDays(-1))
		})
		if supervisor, unmentored, current, lapsed := look(); supervisor != "" || unmentored != 1 || current != 1 || lapsed != 1 {
			t.Errorf("after: %q, %d unmentored, %d current, %d lapsed", supervisor, unmentored, current, lapsed)
		}
	})
}

func TestMayBeNamedHere(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		today := countersign.LondonDate(clock.Now())
		left := w.Person(t, "Dr Left", "left@example.org", countersign.GPSupervisorMember, w.Practice)
		w.Person(t, "Dr Near", "near@example.org", countersign.GPSupervisorMember, w.NextPractice)
		write(t, s, func(tx *store.Tx) error {
			held, err := tx.Memberships(left.ID)
			if err != nil {
				return err
			}
			return tx.EndMembership(held[0].Membership, today.AddDays(-1))
		})
		for _, tc := range []struct {
			role countersign.MemberRole
			want []string
		}{
			{countersign.GPSupervisorMember, []string{"Dr Megan Bell"}}, // not who left, nor who is elsewhere
			{countersign.AssessorMember, []string{"Tom Reed"}},          // held at the hub above
			{countersign.Verifier, nil},
		} {
			read(t, s, func(tx *store.Tx) error {
				people, err := tx.MayBeNamedHere(tc.role, w.Practice.ID, 10)
				var names []string
				for _, p := range people {
					names = append(names, p.Name)
					if ok, err := tx.MayBeNamed(p.ID, tc.role, w.Practice.ID); !ok || err != nil {
						t.Errorf("%s is offered as %s but may not be named: %v", p.Name, tc.role, err)
					}
				}
				if diff := cmp.Diff(tc.want, names); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tc.role, diff)
				}
				return err
			})
		}
	})
}

func TestRecentMembershipsAndLeavers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		clock.Advance(1e9)
		left := w.Person(t, "Lou Left", "lou@example.org", countersign.AssessorMember, w.Practice)
		write(t, s, func(tx *store.Tx) error {
			held, err := tx.Memberships(left.ID)
			if err != nil {
				return err
			}
			return tx.EndMembership(held[0].Membership, countersign.LondonDate(clock.Now()).AddDays(-1))
		})
		admin := w.Actor(t, w.Admin).Scope(authz.ChangePeople)
		read(t, s, func(tx *store.Tx) error {
			recent, err := tx.RecentMemberships(admin, 3)
			if err != nil || len(recent) != 3 || recent[0].PersonName != "Lou Left" || recent[0].OrganisationName != "Oakwood Surgery" || !recent[0].AddedAt.Equal(clock.Now()) {
				t.Errorf("RecentMemberships() = %+v, %v", recent, err)
			}
			other := authz.Scope{Organisations: []countersign.OrganisationID{w.OtherHub.ID}}
			recent, err = tx.RecentMemberships(other, 10)
			if err != nil || len(recent) != 3 {
				t.Errorf("RecentMemberships() of another hub: %d, %v; want 3", len(recent), err)
			}
			for _, past := range []bool{false, true} {
				rows, _, err := tx.People(admin, store.PeopleFilter{Query: "lou", Past: past})
				if found := len(rows) == 1; found != past || err != nil {
					t.Errorf("People(past %t) found the leaver: %t, %v", past, found, err)
				}
			}
			return nil
		})
	})
}
