package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestMemberships(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		p := addPerson(t, s, "Asha", "asha@example.org")
		m := countersign.Membership{Person: p.ID, Organisation: at["P1"], Role: countersign.ApprenticeMember, From: startDay}
		first := addMembership(t, s, m)

		refused(t, s, countersign.Conflict, "role", func(tx *store.Tx) error {
			_, err := tx.AddMembership(m)
			return err
		})
		for _, wrong := range []countersign.Membership{
			{Person: nobody, Organisation: at["P1"], Role: countersign.Admin, From: startDay},
			{Person: p.ID, Organisation: countersign.OrganisationID(nobody), Role: countersign.Admin, From: startDay},
		} {
			refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error {
				_, err := tx.AddMembership(wrong)
				return err
			})
		}
		refused(t, s, countersign.Internal, "", func(tx *store.Tx) error {
			_, err := tx.AddMembership(countersign.Membership{Person: p.ID, Organisation: at["P1"], Role: "king", From: startDay})
			return err
		})

		write(t, s, func(tx *store.Tx) error { return tx.EndMembership(first, startDay.AddDays(7)) })
		m.From = startDay.AddDays(30)
		second := addMembership(t, s, m) // again, later

		first.To = startDay.AddDays(7)
		want := []store.HeldMembership{
			{Membership: first, OrganisationCode: "P1", OrganisationName: "Park Surgery", OrganisationKind: countersign.Practice},
			{Membership: second, OrganisationCode: "P1", OrganisationName: "Park Surgery", OrganisationKind: countersign.Practice},
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Memberships(p.ID)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("Memberships(): %v\n%s", err, diff)
			}
			one, err := tx.Membership(first.ID)
			if one != first || err != nil {
				t.Errorf("Membership() = %+v, %v; want %+v", one, err, first)
			}
			if _, err := tx.Membership(countersign.MembershipID(nobody)); countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("Membership(none): %v, want not found", err)
			}
			if got, err := tx.Memberships(nobody); len(got) != 0 || err != nil {
				t.Errorf("Memberships(nobody) = %v, %v", got, err)
			}
			return nil
		})
	})
}

func TestAnEndCanBeBroughtForwardButNotPutOff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		p := addPerson(t, s, "Asha", "asha@example.org")
		m := addMembership(t, s, countersign.Membership{Person: p.ID, Organisation: at["H1"], Role: countersign.HubLead, From: startDay})
		for _, step := range []struct {
			to   countersign.Date
			want countersign.Kind
		}{
			{countersign.Date{}, countersign.Invalid},
			{startDay.AddDays(5), 0},
			{startDay.AddDays(5), 0}, // again
			{startDay.AddDays(6), countersign.Conflict},
			{startDay, 0},
			{startDay.AddDays(-1), 0}, // it never held
			{startDay, countersign.Conflict},
		} {
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				now, err := tx.Membership(m.ID)
				if err != nil {
					return err
				}
				return tx.EndMembership(now, step.to)
			})
			if got := countersign.KindOf(err); got != step.want {
				t.Errorf("end on %v: %v, want kind %v", step.to, err, step.want)
			}
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Membership(m.ID)
			if got.To != startDay.AddDays(-1) || err != nil {
				t.Errorf("Membership() = %+v, %v", got, err)
			}
			if _, held, err := tx.Holder(p.ID); held != nil || err != nil {
				t.Errorf("Holder() still holds %v, %v", held, err)
			}
			return nil
		})
		err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.EndMembership(m, startDay) }) // as it was read at first
		if !errors.Is(err, store.ErrStale) {
			t.Errorf("end of a membership that somebody else has ended: %v, want ErrStale", err)
		}
	})
}

func TestMayBeNamed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		gp := member(t, s, "gp", countersign.GPSupervisorMember, at["P2"])
		mentor := member(t, s, "mentor", countersign.SecondaryMentorMember, at["P4"])
		assessor := member(t, s, "assessor", countersign.AssessorMember, at["H1"])
		verifier := member(t, s, "verifier", countersign.Verifier, at["Y1"])
		manager := member(t, s, "manager", countersign.PracticeManager, at["P1"])
		left := addPerson(t, s, "left", "left@example.org")
		addMembership(t, s, countersign.Membership{Person: left.ID, Organisation: at["P1"], Role: countersign.AssessorMember, From: startDay.AddDays(-9), To: startDay.AddDays(-1)})
		closed := member(t, s, "closed", countersign.AssessorMember, at["P3"])
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.ChangeOrganisation(countersign.Organisation{ID: at["P3"], Name: "Closed", EndedOn: startDay.AddDays(-1)}, 1)
			return err
		})

		for _, tc := range []struct {
			name string
			who  countersign.PersonID
			role countersign.MemberRole
			at   string
			want bool
		}{
			{"at the place", gp.ID, countersign.GPSupervisorMember, "P2", true},
			{"in the same network", gp.ID, countersign.GPSupervisorMember, "P1", true},
			{"in the same hub", gp.ID, countersign.GPSupervisorMember, "P3", true},
			{"in another hub of the region", gp.ID, countersign.GPSupervisorMember, "P4", false},
			{"in another region", gp.ID, countersign.GPSupervisorMember, "P5", false},
			{"in another role", gp.ID, countersign.SecondaryMentorMember, "P2", false},
			{"a mentor in their hub", mentor.ID, countersign.SecondaryMentorMember, "P4", true},
			{"a mentor in another hub", mentor.ID, countersign.SecondaryMentorMember, "P1", false},
			{"held above the place", assessor.ID, countersign.AssessorMember, "P1", true},
			{"held above another place", assessor.ID, countersign.AssessorMember, "P5", false},
			{"a verifier of the region", verifier.ID, countersign.Verifier, "P4", true},
			{"a verifier of another region", verifier.ID, countersign.Verifier, "P5", false},
			{"a manager at the place", manager.ID, countersign.PracticeManager, "P1", true},
			{"a manager elsewhere in the hub", manager.ID, countersign.PracticeManager, "P2", false},
			{"who has left", left.ID, countersign.AssessorMember, "P1", false},
			{"at a place that closed", closed.ID, countersign.AssessorMember, "P1", false},
			{"nobody", nobody, countersign.AssessorMember, "P1", false},
		} {
			read(t, s, func(tx *store.Tx) error {
				if got, err := tx.MayBeNamed(tc.who, tc.role, at[tc.at]); got != tc.want || err != nil {
					t.Errorf("%s: MayBeNamed() = %v, %v; want %v", tc.name, got, err, tc.want)
				}
				return nil
			})
		}
	})
}
