package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

const nobody countersign.PersonID = "00000000-0000-7000-8000-ffffffffffff"

func TestAddPerson(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		read(t, s, func(tx *store.Tx) error {
			if empty, err := tx.Empty(); !empty || err != nil {
				t.Errorf("Empty() = %v, %v before anybody is added", empty, err)
			}
			return nil
		})
		want := countersign.Person{Name: "Zoë Ńowak", Email: "zoe@example.org", Registration: "NMC 12A3456B", DailyDigest: true, Version: 1, CreatedAt: storetest.Start}
		var added countersign.Person
		write(t, s, func(tx *store.Tx) (err error) {
			added, err = tx.AddPerson(countersign.Person{Name: "Zoë Ńowak", Email: " Zoe@Example.org", Registration: "NMC 12A3456B", DailyDigest: true, HasPassword: true, Version: 9})
			return err
		})
		want.ID = added.ID
		if diff := cmp.Diff(want, added); diff != "" || !countersign.ValidID(string(added.ID)) {
			t.Errorf("AddPerson() %s", diff)
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Person(added.ID)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("Person(): %v\n%s", err, diff)
			}
			got, err = tx.PersonByEmail("ZOE@example.ORG")
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("PersonByEmail(): %v\n%s", err, diff)
			}
			if empty, err := tx.Empty(); empty || err != nil {
				t.Errorf("Empty() = %v, %v with somebody there", empty, err)
			}
			for _, id := range []countersign.PersonID{"", "zoe", nobody, countersign.PersonID(strings.ToUpper(string(added.ID)) + "'")} {
				if _, err := tx.Person(id); countersign.KindOf(err) != countersign.NotFound {
					t.Errorf("Person(%q): %v, want not found", id, err)
				}
			}
			if _, err := tx.PersonByEmail("nobody@example.org"); countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("PersonByEmail(nobody): %v, want not found", err)
			}
			return nil
		})
		refused(t, s, countersign.Conflict, "email", func(tx *store.Tx) error {
			_, err := tx.AddPerson(countersign.Person{Name: "Another", Email: "ZOE@EXAMPLE.ORG"})
			return err
		})
	})
}

func TestOfTwoWhoAddAPersonAtOnceOneIsTold(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		errs := make(chan error)
		for range 8 {
			go func() {
				errs <- s.Write(t.Context(), func(tx *store.Tx) error {
					_, err := tx.AddPerson(countersign.Person{Name: "Twin", Email: "twin@example.org"})
					return err
				})
			}()
		}
		added := 0
		for range 8 {
			err := <-errs
			switch {
			case err == nil:
				added++
			case countersign.KindOf(err) != countersign.Conflict:
				t.Errorf("a loser was told %v, want a conflict", err)
			}
		}
		if added != 1 {
			t.Errorf("%d were added, want 1", added)
		}
	})
}

func TestChangePersonNeedsTheVersionSeen(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		p := addPerson(t, s, "Asha Patel", "asha@example.org")
		addPerson(t, s, "Ben Okri", "ben@example.org")
		clock.Advance(time.Hour)
		change := func(p countersign.Person, version int) (got countersign.Person, err error) {
			err = s.Write(t.Context(), func(tx *store.Tx) error {
				got, err = tx.ChangePerson(p, version)
				return err
			})
			return got, err
		}

		got, err := change(countersign.Person{ID: p.ID, Name: "Asha Shah", Email: "Shah@example.org", Registration: "GMC 7012345", DailyDigest: true}, 1)
		want := countersign.Person{ID: p.ID, Name: "Asha Shah", Email: "shah@example.org", Registration: "GMC 7012345", DailyDigest: true, Version: 2, CreatedAt: storetest.Start}
		if got != want || err != nil {
			t.Errorf("ChangePerson() = %+v, %v; want %+v", got, err, want)
		}
		// Values are taken away as well as given.
		got, err = change(countersign.Person{ID: p.ID, Name: "Asha Shah", Email: "shah@example.org"}, 2)
		if err != nil || got.DailyDigest || got.Registration != "" || got.Version != 3 {
			t.Errorf("ChangePerson() to nothing = %+v, %v", got, err)
		}
		if _, err := change(want, 2); countersign.KindOf(err) != countersign.Conflict || len(fieldsOf(err)) != 0 {
			t.Errorf("change of an older version: %v, want a conflict about no field", err)
		}
		want.Email = "ben@example.org"
		if _, err := change(want, 3); countersign.KindOf(err) != countersign.Conflict || len(fieldsOf(err)) != 1 {
			t.Errorf("another's e-mail: %v, want a conflict about it", err)
		}
		want.ID = nobody
		want.Email = "nobody@example.org"
		if _, err := change(want, 1); countersign.KindOf(err) != countersign.NotFound {
			t.Errorf("change of nobody: %v, want not found", err)
		}
		if got := found(t, s, "asha shah"); got != "Asha Shah" {
			t.Errorf("found %q by the new name", got)
		}
		if got := found(t, s, "patel"); got != "" {
			t.Errorf("found %q by the old name", got)
		}
	})
}

// found returns the names of the people that a search gives.
func found(t *testing.T, s *store.Store, query string) string {
	t.Helper()
	var names []string
	read(t, s, func(tx *store.Tx) error {
		rows, _, err := tx.People(everything, store.PeopleFilter{Query: query})
		for _, r := range rows {
			names = append(names, r.Name)
		}
		return err
	})
	return strings.Join(names, ", ")
}

func TestNamesAreFoundInAnyCase(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		addPerson(t, s, "Zoë Ńowak", "zn@example.org")
		addPerson(t, s, "Ştefan Ionescu", "si@example.org")
		addPerson(t, s, "Σοφία Παπά", "sp@example.org")
		addPerson(t, s, "100% Jo_Ann", "ja@example.org")
		addPerson(t, s, `Back\slash`, "bs@example.org")
		for query, want := range map[string]string{
			"zoë ńowak":        "Zoë Ńowak",
			"ZOË":              "Zoë Ńowak",
			"ŃOW":              "Zoë Ńowak",
			"nowak":            "Zoë Ńowak", // typed on another keyboard
			"Zoe\u0308":        "Zoë Ńowak", // the same letter in two code points
			"ȘTEFAN":           "Ştefan Ionescu",
			"ΣΟΦΙΑ":            "Σοφία Παπά",
			"SP@EXAMPLE":       "Σοφία Παπά",
			"100%":             "100% Jo_Ann",
			"%":                "100% Jo_Ann",
			"o_a":              "100% Jo_Ann",
			"1%J":              "",
			`k\s`:              `Back\slash`,
			`\`:                `Back\slash`,
			"' OR 1=1 --":      "",
			"Zoë Ńowak zn@exa": "Zoë Ńowak",
		} {
			if got := found(t, s, query); got != want {
				t.Errorf("%q finds %q, want %q", query, got, want)
			}
		}
	})
}

func TestPeople(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		amy := member(t, s, "Amy", countersign.GPSupervisorMember, at["P1"])
		member(t, s, "Bo", countersign.Admin, at["H1"])
		cy := member(t, s, "Cy", countersign.AssessorMember, at["H2"])
		left := addPerson(t, s, "Dee", "dee@example.org")
		addMembership(t, s, countersign.Membership{Person: left.ID, Organisation: at["P1"], Role: countersign.Admin, From: startDay.AddDays(-9), To: startDay.AddDays(-1)})
		soon := addPerson(t, s, "Eli", "eli@example.org")
		addMembership(t, s, countersign.Membership{Person: soon.ID, Organisation: at["P3"], Role: countersign.ApprenticeMember, From: startDay.AddDays(30)})
		addPerson(t, s, "Fay", "fay@example.org")
		addMembership(t, s, countersign.Membership{Person: amy.ID, Organisation: at["P4"], Role: countersign.AssessorMember, From: startDay})
		addMembership(t, s, countersign.Membership{Person: cy.ID, Organisation: at["P3"], Role: countersign.Verifier, From: startDay})

		for _, tc := range []struct {
			name  string
			scope authz.Scope
			f     store.PeopleFilter
			want  string
		}{
			{"no scope, no list", authz.Scope{}, store.PeopleFilter{}, ""},
			{"a scope of one's own records", authz.Scope{Own: true, Person: amy.ID, Named: []countersign.NamingRole{countersign.Assessor}}, store.PeopleFilter{}, ""},
			{"everything holds those without a role too", everything, store.PeopleFilter{}, "Amy(2) Bo(1) Cy(2) Dee(0) Eli(1) Fay(0)"},
			{"a hub: who works there, or will; not who left", under(at["H1"]), store.PeopleFilter{}, "Amy(1) Bo(1) Cy(1) Eli(1)"},
			{"another hub sees its own half", under(at["H2"]), store.PeopleFilter{}, "Amy(1) Cy(1)"},
			{"the region", under(at["Y1"]), store.PeopleFilter{}, "Amy(2) Bo(1) Cy(2) Eli(1)"},
			{"another region", under(at["Y2"]), store.PeopleFilter{}, ""},
			{"at a place or beneath", under(at["Y1"]), store.PeopleFilter{Organisation: "N1"}, "Amy(2)"},
			{"a place out of scope", under(at["H2"]), store.PeopleFilter{Organisation: "N1"}, ""},
			{"a role", under(at["Y1"]), store.PeopleFilter{Role: countersign.AssessorMember}, "Amy(2) Cy(2)"},
			{"a role held elsewhere", under(at["H1"]), store.PeopleFilter{Role: countersign.AssessorMember}, ""},
			{"role and place are of one membership", under(at["Y1"]), store.PeopleFilter{Role: countersign.GPSupervisorMember, Organisation: "P4"}, ""},
			{"a query", under(at["Y1"]), store.PeopleFilter{Query: "bo@"}, "Bo(1)"},
			{"a query of everything", everything, store.PeopleFilter{Query: "fay"}, "Fay(0)"},
		} {
			read(t, s, func(tx *store.Tx) error {
				rows, next, err := tx.People(tc.scope, tc.f)
				var got []string
				for _, r := range rows {
					got = append(got, fmt.Sprintf("%s(%d)", r.Name, len(r.Memberships)))
					for _, m := range r.Memberships {
						if m.Person != r.ID || m.OrganisationCode == "" {
							t.Errorf("%s: %s has the membership %+v", tc.name, r.Name, m)
						}
					}
				}
				if got := strings.Join(got, " "); got != tc.want || next != "" || err != nil {
					t.Errorf("%s: People() = %q, next %q, %v; want %q", tc.name, got, next, err, tc.want)
				}
				return nil
			})
		}
	})
}

func TestPeoplePageWithoutLossOrRepeat(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		const n = 450
		write(t, s, func(tx *store.Tx) error {
			for i := range n {
				p, err := tx.AddPerson(countersign.Person{Name: fmt.Sprintf("Person %d", i*31%17), Email: fmt.Sprintf("p%d@example.org", i)})
				if err != nil {
					return err
				}
				for _, code := range []string{"P1", "P2"} { // both in scope: still one row
					if _, err := tx.AddMembership(countersign.Membership{Person: p.ID, Organisation: at[code], Role: countersign.AssessorMember, From: startDay}); err != nil {
						return err
					}
				}
			}
			return nil
		})
		for _, scope := range []authz.Scope{everything, under(at["Y1"], at["P1"])} {
			seen := map[countersign.PersonID]bool{}
			for cursor, pages := "", 1; ; pages++ {
				ctx, count := s.CountStatements(t.Context())
				var rows []store.PersonRow
				if err := s.Read(ctx, func(tx *store.Tx) (err error) {
					rows, cursor, err = tx.People(scope, store.PeopleFilter{Cursor: cursor, Limit: 100})
					return err
				}); err != nil {
					t.Fatal(err)
				}
				if count() > 2 {
					t.Errorf("a page took %d statements, want 2", count())
				}
				for _, r := range rows {
					if seen[r.ID] || len(r.Memberships) != 2 {
						t.Fatalf("%+v came twice, or without its memberships", r)
					}
					seen[r.ID] = true
				}
				if cursor == "" {
					if len(seen) != n || pages != 5 {
						t.Errorf("%d people on %d pages, want %d on 5", len(seen), pages, n)
					}
					break
				}
			}
		}
		refused(t, s, countersign.Invalid, "cursor", func(tx *store.Tx) error {
			_, _, err := tx.People(everything, store.PeopleFilter{Cursor: "'"})
			return err
		})
	})
}
