package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestHolder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		at := addPlaces(t, s)
		p := addPerson(t, s, "Megan Bell", "bell@example.org")
		hold := func(role countersign.MemberRole, code string, from, to countersign.Date) {
			addMembership(t, s, countersign.Membership{Person: p.ID, Organisation: at[code], Role: role, From: from, To: to})
		}
		hold(countersign.GPSupervisorMember, "P1", startDay.AddDays(-100), countersign.Date{})
		hold(countersign.AssessorMember, "P2", startDay, startDay)                                                // one day: today
		hold(countersign.HubLead, "H1", startDay.AddDays(-9), startDay.AddDays(-1))                               // ended yesterday
		hold(countersign.Admin, "H2", startDay.AddDays(1), countersign.Date{})                                    // begins tomorrow
		hold(countersign.PracticeManager, "P4", startDay.AddDays(-50), countersign.Date{})                        // the place closes
		addMembership(t, s, countersign.Membership{Person: member(t, s, "other", countersign.Admin, at["H1"]).ID, // somebody else's
			Organisation: at["H3"], Role: countersign.HubLead, From: startDay})

		closing := func(on countersign.Date) {
			write(t, s, func(tx *store.Tx) error {
				o, err := tx.Organisation(at["P4"])
				if err != nil {
					return err
				}
				o.EndedOn = on
				_, err = tx.ChangeOrganisation(o, o.Version)
				return err
			})
		}
		held := func() string {
			t.Helper()
			ctx, count := s.CountStatements(t.Context())
			var out []string
			err := s.Read(ctx, func(tx *store.Tx) error {
				got, held, err := tx.Holder(p.ID)
				if got.ID != p.ID || got.Name != "Megan Bell" || got.Email != "bell@example.org" {
					t.Errorf("Holder() = %+v", got)
				}
				for _, h := range held {
					for code, id := range at {
						if id == h.Organisation {
							out = append(out, string(h.Role)+"@"+code)
						}
					}
				}
				return err
			})
			if err != nil || count() != 1 {
				t.Errorf("Holder() took %d statements, %v; want 1", count(), err)
			}
			return strings.Join(out, " ")
		}

		if got, want := held(), "gp_supervisor@P1 practice_manager@P4 assessor@P2"; got != want {
			t.Errorf("held today: %q, want %q", got, want)
		}
		closing(startDay)
		if got, want := held(), "gp_supervisor@P1 practice_manager@P4 assessor@P2"; got != want {
			t.Errorf("held on the last day of a place: %q, want %q", got, want)
		}
		closing(startDay.AddDays(-1))
		if got, want := held(), "gp_supervisor@P1 assessor@P2"; got != want {
			t.Errorf("held after a place closed: %q, want %q", got, want)
		}
		clock.Advance(24 * time.Hour)
		if got, want := held(), "gp_supervisor@P1 admin@H2"; got != want {
			t.Errorf("held tomorrow: %q, want %q", got, want)
		}

		alone := addPerson(t, s, "Alone", "alone@example.org")
		read(t, s, func(tx *store.Tx) error {
			if got, held, err := tx.Holder(alone.ID); got.ID != alone.ID || held != nil || err != nil {
				t.Errorf("Holder() of somebody without a role = %+v, %v, %v", got, held, err)
			}
			for _, id := range []countersign.PersonID{"", "x", nobody} {
				if _, _, err := tx.Holder(id); countersign.KindOf(err) != countersign.NotFound {
					t.Errorf("Holder(%q): %v, want not found", id, err)
				}
			}
			return nil
		})
	})
}

// London's day, not UTC's, decides what holds.
func TestARoleBeginsAtLondonsMidnight(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		at := addPlaces(t, s)
		p := addPerson(t, s, "Summer", "summer@example.org")
		addMembership(t, s, countersign.Membership{Person: p.ID, Organisation: at["P1"], Role: countersign.AssessorMember, From: countersign.On(2026, time.July, 1)})
		for _, tc := range []struct {
			at   time.Time
			want int
		}{
			{time.Date(2026, time.June, 30, 22, 59, 59, 0, time.UTC), 0},
			{time.Date(2026, time.June, 30, 23, 0, 0, 0, time.UTC), 1},
		} {
			clock.Set(tc.at)
			read(t, s, func(tx *store.Tx) error {
				if _, held, err := tx.Holder(p.ID); len(held) != tc.want || err != nil {
					t.Errorf("at %v: %v, %v; want %d", tc.at, held, err, tc.want)
				}
				return nil
			})
		}
	})
}

func TestTheDailyMailGoesToThoseWithSomethingToDo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		ids := map[string]countersign.PersonID{}
		for _, name := range []string{"named", "named-twice", "was-named", "to-be-named", "manager", "was-manager", "of-closed", "mentor-unnamed", "declines"} {
			write(t, s, func(tx *store.Tx) error {
				p, err := tx.AddPerson(countersign.Person{Name: name, Email: name + "@example.org", DailyDigest: name != "declines"})
				ids[name] = p.ID
				return err
			})
		}
		addMembership(t, s, countersign.Membership{Person: ids["manager"], Organisation: at["P1"], Role: countersign.PracticeManager, From: startDay})
		addMembership(t, s, countersign.Membership{Person: ids["was-manager"], Organisation: at["P1"], Role: countersign.PracticeManager, From: startDay.AddDays(-9), To: startDay.AddDays(-1)})
		addMembership(t, s, countersign.Membership{Person: ids["of-closed"], Organisation: at["P2"], Role: countersign.PracticeManager, From: startDay.AddDays(-9)})
		addMembership(t, s, countersign.Membership{Person: ids["mentor-unnamed"], Organisation: at["P1"], Role: countersign.SecondaryMentorMember, From: startDay})
		write(t, s, func(tx *store.Tx) error {
			if _, err := tx.ChangeOrganisation(countersign.Organisation{ID: at["P2"], Name: "Closed", EndedOn: startDay.AddDays(-1)}, 1); err != nil {
				return err
			}
			if err := tx.AddFramework(countersign.Framework{ID: "gpa", Version: "1", Title: "GPA", Status: "published", Standing: "official"}, []byte("x")); err != nil {
				return err
			}
			app := tx.NewID()
			if err := tx.ExecForTest(`INSERT INTO apprenticeships (id, apprentice_id, framework_id, framework_version, practice_id, start_on, planned_end_on,
					cohort, state, end_reason, in_scope, signed_off, core, core_signed_off, waiting, seq, version, created_at)
				VALUES (?, ?, 'gpa', '1', ?, '2026-01-01', '2027-01-01', '', 'active', '', 0, 0, 0, 0, 0, 0, 1, '2026-01-01T00:00:00.000000Z')`,
				app, string(ids["mentor-unnamed"]), string(at["P1"])); err != nil {
				return err
			}
			for i, n := range []struct {
				who  string
				from countersign.Date
				to   any
			}{
				{"named", startDay, startDay.String()},
				{"named-twice", startDay.AddDays(-9), nil},
				{"named-twice", startDay, nil},
				{"was-named", startDay.AddDays(-9), startDay.AddDays(-1).String()},
				{"to-be-named", startDay.AddDays(1), nil},
				{"declines", startDay, nil},
			} {
				if err := tx.ExecForTest(`INSERT INTO namings (id, apprenticeship_id, person_id, role, domains, from_on, to_on, created_at)
					VALUES (?, ?, ?, 'assessor', '[]', ?, ?, '2026-01-01T00:00:00.000000Z')`,
					fmt.Sprint(i), app, string(ids[n.who]), n.from.String(), n.to); err != nil {
					return err
				}
			}
			return nil
		})
		read(t, s, func(tx *store.Tx) error {
			people, err := tx.DigestPeople()
			var got []string
			for _, p := range people {
				got = append(got, p.Name)
			}
			if got, want := strings.Join(got, " "), "named named-twice manager"; got != want || err != nil {
				t.Errorf("DigestPeople() = %q, %v; want %q", got, err, want)
			}
			return nil
		})
	})
}

// Written with the join in brackets, the query read every membership there is:
// 68 ms instead of 0.1 ms among 50,000 people.
func TestHolderLooksAtOnePersonsMembershipsOnly(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t), storetest.NewClock())
	read(t, s, func(tx *store.Tx) error {
		plan, err := tx.HolderPlanForTest()
		if len(plan) != 6 {
			t.Errorf("the plan has %d steps, want 6: %q", len(plan), plan)
		}
		for _, step := range plan {
			if !strings.HasPrefix(step, "SEARCH") && !strings.HasPrefix(step, "CORRELATED") { // the hubs of a region that somebody leads

				t.Errorf("the plan has the step %q", step)
			}
		}
		return err
	})
}
