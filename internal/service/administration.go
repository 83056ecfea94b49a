package service

import (
	"context"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// AdminHome is what an administrator begins with.
type AdminHome struct {
	Places []countersign.Organisation // those administered, with everything beneath
	Recent []store.PersonMembership   // the roles given last there, newest first
}

// AdminHome returns where an administrator begins; an empty one for anybody
// else.
func (s *Service) AdminHome(ctx context.Context, actor authz.Actor) (AdminHome, error) {
	var home AdminHome
	if !actor.CanAnywhere(authz.ChangePeople) {
		return home, nil
	}
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		home = AdminHome{}
		for _, id := range actor.At(countersign.Admin) {
			o, err := tx.Organisation(id)
			if err != nil {
				return err
			}
			home.Places = append(home.Places, o)
		}
		home.Recent, err = tx.RecentMemberships(actor.Scope(authz.ChangePeople), homeRecentRows)
		return err
	})
	return home, err
}

// AdministeredPlaces is Organisations for the places that the actor
// administers.
func (s *Service) AdministeredPlaces(ctx context.Context, actor authz.Actor, f store.OrganisationFilter) ([]store.OrganisationRow, string, error) {
	var rows []store.OrganisationRow
	var next string
	f.Under = actor.Scope(authz.ChangePlaces)
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, next, err = tx.Organisations(f)
		return err
	})
	return rows, next, err
}

// AdministeredPeople is People for the places that the actor administers.
func (s *Service) AdministeredPeople(ctx context.Context, actor authz.Actor, f store.PeopleFilter) ([]store.PersonRow, string, error) {
	var rows []store.PersonRow
	var next string
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, next, err = tx.People(actor.Scope(authz.ChangePeople), f)
		return err
	})
	return rows, next, err
}

// PlaceFile is a place in the tree, for who administers it.
type PlaceFile struct {
	countersign.Organisation
	Above  []countersign.Organisation // those the actor administers, from the top
	Parent countersign.Organisation   // zero at the top
	Stays  []countersign.Stay         // beneath which places it was, newest first
}

// PlaceFile returns a place that the actor administers.
func (s *Service) PlaceFile(ctx context.Context, actor authz.Actor, code string) (PlaceFile, error) {
	var p PlaceFile
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if p.Organisation, err = s.placeFor(tx, actor, authz.ChangePlaces, code); err != nil {
			return err
		}
		if p.Organisation.Parent != "" {
			if p.Parent, err = tx.Organisation(p.Organisation.Parent); err != nil {
				return err
			}
		}
		if p.Stays, err = tx.Stays(p.ID); err != nil {
			return err
		}
		p.Above, err = visibleAbove(tx, actor, authz.ChangePlaces, p.ID)
		return err
	})
	return p, err
}

// PersonFile is a person with the roles that the actor administers.
type PersonFile struct {
	Person      countersign.Person
	Memberships []HeldMembership // past and future ones too, oldest first
	// Elsewhere says that the person holds, or will hold, a role at a place
	// that the actor doesn't administer. Then the actor may change the roles
	// above, but not the person.
	Elsewhere bool
}

var errElsewhere = countersign.Refuse(countersign.Forbidden,
	"This person has a role at a place that you do not administer. Only an administrator of all their places can change their name, email address or registration")

// PersonFile returns somebody who holds or held a role at a place that the
// actor administers.
func (s *Service) PersonFile(ctx context.Context, actor authz.Actor, id countersign.PersonID) (PersonFile, error) {
	var f PersonFile
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		f, err = personFile(tx, actor, id)
		return err
	})
	return f, err
}

func personFile(tx *store.Tx, actor authz.Actor, id countersign.PersonID) (PersonFile, error) {
	f := PersonFile{}
	all, err := tx.Memberships(id)
	if err != nil {
		return f, err
	}
	for _, m := range all {
		subject, err := tx.PlaceSubject(m.Organisation)
		if err != nil {
			return f, err
		}
		if actor.May(authz.ChangePeople, subject) {
			f.Memberships = append(f.Memberships, m)
		} else if m.To.IsZero() || !m.To.Before(tx.Today()) {
			f.Elsewhere = true
		}
	}
	if len(f.Memberships) == 0 && (f.Elsewhere || !actor.May(authz.ChangePeople, authz.Subject{})) {
		return PersonFile{}, countersign.Refuse(refusalOf(actor), "This person does not exist, or you cannot see them")
	}
	f.Person, err = tx.Person(id)
	return f, err
}

// ChangePersonInput is everything about a person that an administrator can
// change.
type ChangePersonInput struct {
	Name         string `field:"name" label:"a name" validate:"required,max=200" privacy:"certain"`
	Email        string `field:"email" label:"an email address" validate:"required,max=254,email" privacy:"-"`
	Registration string `field:"registration" label:"a registration number" validate:"max=40" privacy:"-"`
}

// ChangePerson changes a person at that version; 0 asks for no check. It is
// refused for somebody with a role at a place that the actor doesn't
// administer: with the e-mail address goes the account.
func (s *Service) ChangePerson(ctx context.Context, actor authz.Actor, id countersign.PersonID, version int, in ChangePersonInput) (countersign.Person, error) {
	var p countersign.Person
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		f, err := personFile(tx, actor, id)
		if err != nil {
			return err
		}
		if f.Elsewhere {
			return errElsewhere
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		if version != 0 && version != f.Person.Version {
			return refuseStale("Somebody changed this person since you opened the page. Look at it again")
		}
		p = f.Person
		p.Name, p.Email, p.Registration = strings.TrimSpace(in.Name), lowerEmail(in.Email), strings.TrimSpace(in.Registration)
		if p.Name == "" {
			return countersign.InvalidField("name", "Enter a name")
		}
		if p, err = tx.ChangePerson(p, f.Person.Version); err != nil {
			return err
		}
		if p.Email != f.Person.Email { // the old address hears of it: with it goes the account
			if err := tx.Enqueue(MailJob, Notice{Kind: NoticeEmailChanged, To: p.ID, Email: f.Person.Email}, time.Time{}, ""); err != nil {
				return err
			}
		}
		if err := tx.AddPersonChanges(actor, f.Person, p); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: "person.change", Subject: string(p.ID),
			Detail: map[string]any{"name": p.Name != f.Person.Name, "email": p.Email != f.Person.Email, "registration": p.Registration != f.Person.Registration},
		})
	})
	return p, err
}

// Invite mails a new set-up link to somebody who has no password yet.
func (s *Service) Invite(ctx context.Context, actor authz.Actor, id countersign.PersonID) (countersign.Person, error) {
	var p countersign.Person
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		f, err := personFile(tx, actor, id)
		if err != nil {
			return err
		}
		if p = f.Person; p.HasPassword {
			return countersign.Refuse(countersign.Conflict, "This person has set a password already. They can reset it from the sign-in page")
		}
		if _, err := s.mailLink(tx, p.ID, NoticeInvited, linkSetUp, SetUpLinkHolds); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Job: actor.Job(), Action: "person.invite", Subject: string(p.ID)})
	})
	return p, err
}
