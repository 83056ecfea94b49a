package store_test

import (
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// The helpers of the tests of people, places and accounts.

func write(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), fn); err != nil {
		t.Fatalf("write: %v", err)
	}
}

func read(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Read(t.Context(), fn); err != nil {
		t.Fatalf("read: %v", err)
	}
}

// refused checks that a write is refused with the kind and, if one is given,
// about the field.
func refused(t testing.TB, s *store.Store, kind countersign.Kind, field string, fn func(*store.Tx) error) {
	t.Helper()
	err := s.Write(t.Context(), fn)
	if got := countersign.KindOf(err); got != kind {
		t.Fatalf("error = %v, kind %v; want kind %v", err, got, kind)
	}
	if field == "" {
		return
	}
	if fields := fieldsOf(err); len(fields) != 1 || fields[0].Field != field || fields[0].Message == "" {
		t.Errorf("fields = %+v, want one about %q", fields, field)
	}
}

// places are the organisations of a test by code: ENGLAND over regions Y1 and
// Y2, hubs H1 and H2 (Y1) and H3 (Y2), network N1 (H1), practices P1 and P2
// (N1), P3 (H1), P4 (H2) and P5 (H3).
type places map[string]countersign.OrganisationID

var placeTree = []struct {
	code, name string
	kind       countersign.OrganisationKind
	parent     string
}{
	{"ENGLAND", "England", countersign.National, ""},
	{"Y1", "North", countersign.Region, "ENGLAND"},
	{"Y2", "South", countersign.Region, "ENGLAND"},
	{"H1", "Ash Hub", countersign.Hub, "Y1"},
	{"H2", "Birch Hub", countersign.Hub, "Y1"},
	{"H3", "Cedar Hub", countersign.Hub, "Y2"},
	{"N1", "Ash Network", countersign.PCN, "H1"},
	{"P1", "Park Surgery", countersign.Practice, "N1"},
	{"P2", "Quay Surgery", countersign.Practice, "N1"},
	{"P3", "Rose Surgery", countersign.Practice, "H1"},
	{"P4", "Station Surgery", countersign.Practice, "H2"},
	{"P5", "Tower Surgery", countersign.Practice, "H3"},
}

func addPlaces(t testing.TB, s *store.Store) places {
	t.Helper()
	ids := places{}
	write(t, s, func(tx *store.Tx) error {
		for _, p := range placeTree {
			o, err := tx.AddOrganisation(countersign.Organisation{Code: p.code, Name: p.name, Kind: p.kind, Parent: ids[p.parent]})
			if err != nil {
				return err
			}
			ids[p.code] = o.ID
		}
		return nil
	})
	return ids
}

func addPerson(t testing.TB, s *store.Store, name, email string) countersign.Person {
	t.Helper()
	var p countersign.Person
	write(t, s, func(tx *store.Tx) (err error) {
		p, err = tx.AddPerson(countersign.Person{Name: name, Email: email})
		return err
	})
	return p
}

func addMembership(t testing.TB, s *store.Store, m countersign.Membership) countersign.Membership {
	t.Helper()
	write(t, s, func(tx *store.Tx) (err error) {
		m, err = tx.AddMembership(m)
		return err
	})
	return m
}

// member adds a person who holds the role at the place from Start's day on.
func member(t testing.TB, s *store.Store, name string, role countersign.MemberRole, at countersign.OrganisationID) countersign.Person {
	t.Helper()
	p := addPerson(t, s, name, name+"@example.org")
	addMembership(t, s, countersign.Membership{Person: p.ID, Organisation: at, Role: role, From: startDay})
	return p
}

func under(ids ...countersign.OrganisationID) authz.Scope { return authz.Scope{Organisations: ids} }

var everything = authz.Scope{All: true}
