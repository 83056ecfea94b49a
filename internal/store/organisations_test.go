package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

var startDay = countersign.LondonDate(storetest.Start)

func fieldsOf(err error) []countersign.FieldError {
	var e *countersign.Error
	if !errors.As(err, &e) {
		return nil
	}
	return e.Fields
}

func codesOf(rows []store.OrganisationRow) string {
	var codes []string
	for _, r := range rows {
		codes = append(codes, r.Code)
	}
	return strings.Join(codes, " ")
}

func TestAddOrganisation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)

		read(t, s, func(tx *store.Tx) error {
			got, err := tx.OrganisationByCode("P1")
			want := countersign.Organisation{ID: at["P1"], Code: "P1", Name: "Park Surgery", Kind: countersign.Practice, Parent: at["N1"], Version: 1}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("OrganisationByCode(P1): %v\n%s", err, diff)
			}
			same, err := tx.Organisation(at["P1"])
			if same != got || err != nil {
				t.Errorf("Organisation(P1) = %+v, %v; want %+v", same, err, got)
			}
			return nil
		})
		refused(t, s, countersign.Conflict, "code", func(tx *store.Tx) error {
			_, err := tx.AddOrganisation(countersign.Organisation{Code: "P1", Name: "Another", Kind: countersign.Practice, Parent: at["H1"]})
			return err
		})
		refused(t, s, countersign.Invalid, "parent", func(tx *store.Tx) error {
			_, err := tx.AddOrganisation(countersign.Organisation{Code: "P9", Name: "Lost", Kind: countersign.Practice, Parent: countersign.OrganisationID(tx.NewID())})
			return err
		})
		refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error {
			_, err := tx.OrganisationByCode("P9") // nothing of it was kept
			return err
		})
		for _, id := range []countersign.OrganisationID{"", "P1", "00000000-0000-7000-8000-ffffffffffff"} {
			refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error {
				_, err := tx.Organisation(id)
				return err
			})
		}
	})
}

func TestChangeOrganisationNeedsTheVersionSeen(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		change := func(o countersign.Organisation, version int) (got countersign.Organisation, err error) {
			err = s.Write(t.Context(), func(tx *store.Tx) error {
				got, err = tx.ChangeOrganisation(o, version)
				return err
			})
			return got, err
		}

		got, err := change(countersign.Organisation{ID: at["P1"], Name: "Élan Surgery", EndedOn: startDay}, 1)
		want := countersign.Organisation{ID: at["P1"], Code: "P1", Name: "Élan Surgery", Kind: countersign.Practice, Parent: at["N1"], EndedOn: startDay, Version: 2}
		if got != want || err != nil {
			t.Errorf("ChangeOrganisation() = %+v, %v; want %+v", got, err, want)
		}
		if _, err := change(countersign.Organisation{ID: at["P1"], Name: "Late"}, 1); countersign.KindOf(err) != countersign.Conflict {
			t.Errorf("change of an older version: %v, want a conflict", err)
		}
		if got, err = change(countersign.Organisation{ID: at["P1"], Name: "Elan", EndedOn: countersign.Date{}}, 2); err != nil || !got.EndedOn.IsZero() {
			t.Errorf("opened again: %+v, %v", got, err)
		}
		if _, err := change(countersign.Organisation{ID: "00000000-0000-7000-8000-ffffffffffff", Name: "None"}, 1); countersign.KindOf(err) != countersign.NotFound {
			t.Errorf("change of nothing: %v, want not found", err)
		}
		read(t, s, func(tx *store.Tx) error {
			for query, want := range map[string]string{"élan": "P1", "park": ""} {
				rows, _, err := tx.Organisations(store.OrganisationFilter{Under: everything, Query: query})
				if codesOf(rows) != want || err != nil {
					t.Errorf("Organisations(%q) = %q, %v; want %q", query, codesOf(rows), err, want)
				}
			}
			return nil
		})
	})
}

// The closure table must be what a walk up the tree gives, for any tree.
func TestPlacesAreEverythingAbove(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		parents := map[string]string{}
		for _, p := range placeTree {
			parents[p.code] = p.parent
		}
		// The store doesn't judge which kind stands above which, so a chain can be as deep as we like.
		write(t, s, func(tx *store.Tx) error {
			above := "P1"
			for i := range 40 {
				code := fmt.Sprintf("D%02d", i)
				o, err := tx.AddOrganisation(countersign.Organisation{Code: code, Name: "Deep " + code, Kind: countersign.PCN, Parent: at[above]})
				if err != nil {
					return err
				}
				at[code], parents[code] = o.ID, above
				if i%7 != 0 { // and branches
					above = code
				}
			}
			return nil
		})
		read(t, s, func(tx *store.Tx) error {
			for code, id := range at {
				var want, got []string
				for c := code; c != ""; c = parents[c] {
					want = append(want, c)
				}
				found, err := tx.Places(id)
				for _, o := range found {
					got = append(got, o.Code)
				}
				if !slices.Equal(got, want) || err != nil {
					t.Errorf("Places(%s) = %v, %v; want %v", code, got, err, want)
				}
				subject, err := tx.PlaceSubject(id)
				if len(subject.Places) != len(want) || subject.Places[0] != id || err != nil {
					t.Errorf("PlaceSubject(%s) = %+v, %v", code, subject, err)
				}
				if subject.Apprenticeship != "" || subject.Apprentice != "" || subject.Person != "" {
					t.Errorf("PlaceSubject(%s) is about more than a place: %+v", code, subject)
				}
			}
			return nil
		})
		refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error {
			_, err := tx.PlaceSubject("00000000-0000-7000-8000-ffffffffffff")
			return err
		})
	})
}

func TestOrganisations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		for _, tc := range []struct {
			name string
			f    store.OrganisationFilter
			want string
		}{
			{"no scope, no list", store.OrganisationFilter{}, ""},
			{"a scope of one's own records", store.OrganisationFilter{Under: authz.Scope{Own: true, Person: "x"}}, ""},
			{"at and beneath", store.OrganisationFilter{Under: under(at["H1"])}, "H1 N1 P1 P2 P3"},
			{"two places", store.OrganisationFilter{Under: under(at["N1"], at["H3"])}, "N1 H3 P1 P2 P5"},
			{"a kind", store.OrganisationFilter{Under: everything, Kind: countersign.Hub}, "H1 H2 H3"},
			{"directly beneath", store.OrganisationFilter{Under: everything, Parent: "H1"}, "N1 P3"},
			{"beneath, out of scope", store.OrganisationFilter{Under: under(at["H2"]), Parent: "H1"}, ""},
			{"an unknown parent", store.OrganisationFilter{Under: everything, Parent: "NONE"}, ""},
			{"part of the name", store.OrganisationFilter{Under: everything, Query: " ash "}, "H1 N1"},
			{"part of the code", store.OrganisationFilter{Under: everything, Query: "p5"}, "P5"},
			{"a wildcard is text", store.OrganisationFilter{Under: everything, Query: "%"}, ""},
			{"any one character is text", store.OrganisationFilter{Under: everything, Query: "_"}, ""},
			{"an escape is text", store.OrganisationFilter{Under: everything, Query: `\`}, ""},
			{"everything at once", store.OrganisationFilter{Under: under(at["Y1"]), Kind: countersign.Practice, Parent: "N1", Query: "quay"}, "P2"},
		} {
			read(t, s, func(tx *store.Tx) error {
				rows, next, err := tx.Organisations(tc.f)
				if got := codesOf(rows); got != tc.want || next != "" || err != nil {
					t.Errorf("%s: Organisations() = %q, next %q, %v; want %q", tc.name, got, next, err, tc.want)
				}
				return nil
			})
		}
		read(t, s, func(tx *store.Tx) error {
			rows, _, err := tx.Organisations(store.OrganisationFilter{Under: everything, Query: "park"})
			if len(rows) != 1 || rows[0].ParentCode != "N1" || rows[0].Parent != at["N1"] || err != nil {
				t.Errorf("Organisations(park) = %+v, %v", rows, err)
			}
			return nil
		})
	})
}

func TestOrganisationsPageWithoutLossOrRepeat(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		at := addPlaces(t, s)
		const n = 450
		write(t, s, func(tx *store.Tx) error {
			for i := range n {
				_, err := tx.AddOrganisation(countersign.Organisation{ // names in no order, many the same
					Code: fmt.Sprintf("M%05d", i*7919%n), Name: fmt.Sprintf("The %c Surgery", 'A'+i%5), Kind: countersign.Practice, Parent: at["H2"],
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		for _, limit := range []int{0, 7, 150, 200, 1000} {
			seen, pages := map[string]bool{}, 0
			cursor, last := "", ""
			for {
				var rows []store.OrganisationRow
				read(t, s, func(tx *store.Tx) (err error) {
					rows, cursor, err = tx.Organisations(store.OrganisationFilter{Under: everything, Parent: "H2", Query: "the", Cursor: cursor, Limit: limit})
					return err
				})
				pages++
				for _, r := range rows {
					if seen[r.Code] {
						t.Fatalf("limit %d: %s came twice", limit, r.Code)
					}
					if r.Name < last {
						t.Fatalf("limit %d: %q came after %q", limit, r.Name, last)
					}
					seen[r.Code], last = true, r.Name
				}
				if cursor == "" {
					break
				}
			}
			size := map[int]int{0: 50, 1000: 200}[limit]
			if size == 0 {
				size = limit
			}
			if want := (n + size - 1) / size; len(seen) != n || pages != want {
				t.Errorf("limit %d: %d rows on %d pages, want %d on %d", limit, len(seen), pages, n, want)
			}
		}
		refused(t, s, countersign.Invalid, "cursor", func(tx *store.Tx) error {
			_, _, err := tx.Organisations(store.OrganisationFilter{Under: everything, Cursor: "2"})
			return err
		})
	})
}
