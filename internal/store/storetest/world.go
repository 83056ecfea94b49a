package storetest

import (
	"fmt"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/store"
)

// World is a small world to begin a test with: two regions with a hub and
// practices, people with the roles that their names say, and two
// apprenticeships on gpa-combined that have nothing to do with each other.
type World struct {
	store     *store.Store
	Framework countersign.Framework

	England, Region, Hub, Practice, NextPractice countersign.Organisation // NextPractice is in the same hub
	OtherRegion, OtherHub, OtherPractice         countersign.Organisation

	Apprentice, GP, Mentor, Assessor, Manager, HubLead countersign.Person // named in App, or over it
	RegionLead, Admin                                  countersign.Person
	OtherApprentice, OtherGP, OtherHubLead             countersign.Person

	App, OtherApp countersign.Apprenticeship
}

// Framework returns gpa-combined 1.0.0, which never changes.
func Framework(t testing.TB) (countersign.Framework, []byte) {
	t.Helper()
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shipped {
		if f := s.Framework; f.ID == "gpa-combined" && f.Version == "1.0.0" {
			return f, s.Data
		}
	}
	t.Fatal("storetest: gpa-combined isn't shipped")
	return countersign.Framework{}, nil
}

// NewWorld fills an empty database.
func NewWorld(t testing.TB, s *store.Store) *World {
	t.Helper()
	w := &World{store: s}
	var source []byte
	w.Framework, source = Framework(t)
	w.write(t, func(tx *store.Tx) error {
		if err := tx.AddFramework(w.Framework, source); err != nil {
			return err
		}
		return w.build(tx)
	})
	return w
}

func (w *World) write(t testing.TB, fn func(*store.Tx) error) {
	t.Helper()
	if err := w.store.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (w *World) build(tx *store.Tx) error {
	for _, o := range []struct {
		to         *countersign.Organisation
		code, name string
		kind       countersign.OrganisationKind
		parent     *countersign.Organisation
	}{
		{&w.England, "ENGLAND", "England", countersign.National, new(countersign.Organisation)},
		{&w.Region, "Y63", "North East and Yorkshire", countersign.Region, &w.England},
		{&w.Hub, "TH01", "Leeds Training Hub", countersign.Hub, &w.Region},
		{&w.Practice, "A81001", "Oakwood Surgery", countersign.Practice, &w.Hub},
		{&w.NextPractice, "A81002", "Beechwood Surgery", countersign.Practice, &w.Hub},
		{&w.OtherRegion, "Y58", "South West", countersign.Region, &w.England},
		{&w.OtherHub, "TH02", "Devon Training Hub", countersign.Hub, &w.OtherRegion},
		{&w.OtherPractice, "L83001", "Harbour Surgery", countersign.Practice, &w.OtherHub},
	} {
		var err error
		if *o.to, err = tx.OrganisationByCode(o.code); err == nil { // the program itself adds ENGLAND
			continue
		}
		if *o.to, err = tx.AddOrganisation(countersign.Organisation{Code: o.code, Name: o.name, Kind: o.kind, Parent: o.parent.ID}); err != nil {
			return err
		}
	}
	for _, p := range []struct {
		to          *countersign.Person
		name, email string
		role        countersign.MemberRole
		at          countersign.Organisation
	}{
		{&w.Apprentice, "Asha Patel", "asha@example.org", countersign.ApprenticeMember, w.Practice},
		{&w.GP, "Dr Megan Bell", "gp@example.org", countersign.GPSupervisorMember, w.Practice},
		{&w.Mentor, "Nia Ward", "mentor@example.org", countersign.SecondaryMentorMember, w.Practice},
		{&w.Assessor, "Tom Reed", "assessor@example.org", countersign.AssessorMember, w.Hub},
		{&w.Manager, "Priya Shah", "manager@example.org", countersign.PracticeManager, w.Practice},
		{&w.HubLead, "Helen Cole", "hub@example.org", countersign.HubLead, w.Hub},
		{&w.RegionLead, "Rob Lane", "region@example.org", countersign.RegionLead, w.Region},
		{&w.Admin, "Ada Moss", "admin@example.org", countersign.Admin, w.England},
		{&w.OtherApprentice, "Owen Hale", "other-apprentice@example.org", countersign.ApprenticeMember, w.OtherPractice},
		{&w.OtherGP, "Dr Olive Kerr", "other-gp@example.org", countersign.GPSupervisorMember, w.OtherPractice},
		{&w.OtherHubLead, "Omar Dean", "other-hub@example.org", countersign.HubLead, w.OtherHub},
	} {
		var err error
		if *p.to, err = tx.AddPerson(countersign.Person{Name: p.name, Email: p.email}); err != nil {
			return err
		}
		if _, err := tx.AddMembership(countersign.Membership{
			Person: p.to.ID, Organisation: p.at.ID, Role: p.role, From: countersign.LondonDate(Start).AddMonths(-6),
		}); err != nil {
			return err
		}
	}
	var err error
	if w.App, err = w.enrol(tx, w.Apprentice, w.Practice, map[countersign.NamingRole]countersign.PersonID{
		countersign.GPSupervisor: w.GP.ID, countersign.SecondaryMentor: w.Mentor.ID,
	}); err != nil {
		return err
	}
	w.OtherApp, err = w.enrol(tx, w.OtherApprentice, w.OtherPractice, map[countersign.NamingRole]countersign.PersonID{
		countersign.GPSupervisor: w.OtherGP.ID,
	})
	return err
}

// enrol starts an apprenticeship a month before Start, of a year and a half.
func (w *World) enrol(tx *store.Tx, apprentice countersign.Person, at countersign.Organisation, named map[countersign.NamingRole]countersign.PersonID) (countersign.Apprenticeship, error) {
	none := countersign.Apprenticeship{}
	operator := authz.NewJob(authz.Operator)
	place, err := tx.PlaceSubject(at.ID)
	if err != nil {
		return none, err
	}
	permit, err := operator.Check(authz.Enrol, place)
	if err != nil {
		return none, err
	}
	app, err := w.start(tx, permit, apprentice, at)
	if err != nil {
		return none, err
	}
	subject, err := tx.Subject(app.ID)
	if err != nil {
		return none, err
	}
	if permit, err = operator.Check(authz.NameOnEnrolment, subject); err != nil {
		return none, err
	}
	for _, role := range []countersign.NamingRole{countersign.GPSupervisor, countersign.SecondaryMentor} {
		if named[role] == "" {
			continue
		}
		if _, err := tx.AddNaming(permit, countersign.Naming{Person: named[role], Role: role, From: app.StartOn}); err != nil {
			return none, err
		}
	}
	return app, nil
}

func (w *World) start(tx *store.Tx, permit authz.Permit, apprentice countersign.Person, at countersign.Organisation) (countersign.Apprenticeship, error) {
	from := countersign.LondonDate(Start).AddMonths(-1)
	return tx.AddApprenticeship(permit, countersign.Apprenticeship{
		Apprentice: apprentice.ID, FrameworkID: w.Framework.ID, FrameworkVersion: w.Framework.Version, Practice: at.ID,
		StartOn: from, PlannedEndOn: from.AddMonths(18), Cohort: "2026-A", State: countersign.Active,
	}, w.Framework)
}

// Enrol starts another apprenticeship, with a GP supervisor if there is one.
func (w *World) Enrol(t testing.TB, apprentice countersign.Person, at countersign.Organisation, gp countersign.PersonID) countersign.Apprenticeship {
	t.Helper()
	var app countersign.Apprenticeship
	w.write(t, func(tx *store.Tx) (err error) {
		app, err = w.enrol(tx, apprentice, at, map[countersign.NamingRole]countersign.PersonID{countersign.GPSupervisor: gp})
		return err
	})
	return app
}

// Person adds somebody with a role at a place.
func (w *World) Person(t testing.TB, name, email string, role countersign.MemberRole, at countersign.Organisation) countersign.Person {
	t.Helper()
	var p countersign.Person
	w.write(t, func(tx *store.Tx) (err error) {
		if p, err = tx.AddPerson(countersign.Person{Name: name, Email: email}); err != nil {
			return err
		}
		_, err = tx.AddMembership(countersign.Membership{Person: p.ID, Organisation: at.ID, Role: role, From: countersign.LondonDate(Start)})
		return err
	})
	return p
}

// Actor returns a person who has just proved who they are.
func (w *World) Actor(t testing.TB, person countersign.Person) authz.Actor {
	t.Helper()
	var a authz.Actor
	if err := w.store.Read(t.Context(), func(tx *store.Tx) error {
		p, held, err := tx.Holder(person.ID)
		a = authz.NewActor(p.ID, p.Name, authz.Proof{Method: authz.ByPasswordCode, At: tx.Now()}, held)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return a
}

// Permit returns a permit of a person for an action on an apprenticeship, and
// fails the test if the policy gives none.
func (w *World) Permit(t testing.TB, person countersign.Person, action authz.Action, app countersign.Apprenticeship) authz.Permit {
	t.Helper()
	return w.PermitOf(t, w.Actor(t, person), action, app)
}

// PermitOf is Permit for any actor.
func (w *World) PermitOf(t testing.TB, actor authz.Actor, action authz.Action, app countersign.Apprenticeship) authz.Permit {
	t.Helper()
	var subject authz.Subject
	if err := w.store.Read(t.Context(), func(tx *store.Tx) (err error) {
		subject, err = tx.Subject(app.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	permit, err := actor.Check(action, subject)
	if err != nil {
		t.Fatalf("%s, %s: %v", actor.Name(), action, err)
	}
	return permit
}

// EnrolMany starts n more apprenticeships at a place, of people without names
// that matter and with nobody named on them.
func (w *World) EnrolMany(t testing.TB, n int, at countersign.Organisation) {
	t.Helper()
	w.write(t, func(tx *store.Tx) error {
		place, err := tx.PlaceSubject(at.ID)
		if err != nil {
			return err
		}
		permit, err := authz.NewJob(authz.Operator).Check(authz.Enrol, place)
		if err != nil {
			return err
		}
		for i := range n {
			p, err := tx.AddPerson(countersign.Person{Name: "Learner", Email: fmt.Sprintf("learner-%d@example.org", i)})
			if err != nil {
				return err
			}
			if _, err := w.start(tx, permit, p, at); err != nil {
				return err
			}
		}
		return nil
	})
}
