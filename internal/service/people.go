package service

import (
	"context"
	"errors"
	"slices"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

func asError(err error) *countersign.Error {
	var e *countersign.Error
	errors.As(err, &e)
	return e
}

// personOrInvite returns the person with that e-mail, or creates them, for
// which a name is needed. Who has no password yet is invited, by a one-time
// link whose token is returned.
func (s *Service) personOrInvite(tx *store.Tx, in PersonInput, nameField string) (p countersign.Person, token string, err error) {
	p, err = s.personNamed(tx, in, nameField)
	if err != nil || p.HasPassword {
		return p, "", err
	}
	token, err = s.mailLink(tx, p.ID, NoticeInvited, linkSetUp, SetUpLinkHolds)
	return p, token, err
}

// personNamed finds a person by e-mail, or creates them.
func (s *Service) personNamed(tx *store.Tx, in PersonInput, nameField string) (countersign.Person, error) {
	email := lowerEmail(in.Email)
	p, err := tx.PersonByEmail(email)
	if countersign.KindOf(err) != countersign.NotFound {
		return p, err
	}
	name := strings.TrimSpace(in.Name)
	if name == "" {
		return p, countersign.InvalidField(nameField, "Enter a name: nobody with this email address is known here yet")
	}
	return tx.AddPerson(countersign.Person{Name: name, Email: email, DailyDigest: true})
}

// ensureApprentice makes somebody an apprentice of the place, unless they are.
func (s *Service) ensureApprentice(tx *store.Tx, person countersign.PersonID, place countersign.OrganisationID) error {
	held, err := tx.Memberships(person)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(held, func(m store.HeldMembership) bool {
		return m.Role == countersign.ApprenticeMember && m.Organisation == place && m.ValidOn(tx.Today())
	}) {
		return nil
	}
	_, err = tx.AddMembership(countersign.Membership{Person: person, Organisation: place, Role: countersign.ApprenticeMember, From: tx.Today()})
	return err
}

// OrganisationInput is a place in the tree. Parent is the code of the place
// above it.
type OrganisationInput struct {
	Code   string                       `field:"code" label:"a code" validate:"required,max=20" privacy:"-"`
	Name   string                       `field:"name" label:"a name" validate:"filled,max=200" privacy:"certain"`
	Kind   countersign.OrganisationKind `field:"kind" label:"a kind" verb:"Select" validate:"required,oneof=region hub pcn practice" privacy:"-"`
	Parent string                       `field:"parent" label:"the place above it" validate:"required,max=20" privacy:"-"`
}

// AddOrganisation adds a place beneath one that the actor administers.
func (s *Service) AddOrganisation(ctx context.Context, actor authz.Actor, in OrganisationInput) (countersign.Organisation, error) {
	var o countersign.Organisation
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if !actor.CanAnywhere(authz.ChangePlaces) {
			return countersign.Refuse(refusalOf(actor), "Only an administrator can add places")
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		if strings.ContainsFunc(strings.TrimSpace(in.Code), func(r rune) bool {
			return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
		}) { // it stands in addresses
			return countersign.InvalidField("code", "Enter a code of letters, digits and hyphens, for example A81001")
		}
		parent, err := s.placeNamed(tx, actor, authz.ChangePlaces, "parent", in.Parent)
		if err != nil {
			return err
		}
		if !slices.Contains(in.Kind.Parents(), parent.Kind) {
			return countersign.InvalidField("kind", "A "+strings.ToLower(in.Kind.Title())+" cannot stand beneath a "+strings.ToLower(parent.Kind.Title()))
		}
		o, err = tx.AddOrganisation(countersign.Organisation{
			Code: strings.ToUpper(strings.TrimSpace(in.Code)), Name: strings.TrimSpace(in.Name), Kind: in.Kind, Parent: parent.ID,
		})
		if err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Job: actor.Job(), Action: "organisation.add", Subject: o.Code})
	})
	return o, err
}

// placeFor returns the place with that code if the actor may do the action
// there.
func (s *Service) placeFor(tx *store.Tx, actor authz.Actor, action authz.Action, code string) (countersign.Organisation, error) {
	o, err := tx.OrganisationByCode(strings.ToUpper(strings.TrimSpace(code)))
	if err != nil {
		return o, err
	}
	subject, err := tx.PlaceSubject(o.ID)
	if err != nil {
		return o, err
	}
	_, err = actor.Check(action, subject)
	return o, err
}

// placeNamed is placeFor for a code that was typed: one that the actor can't
// use is wrong beside its field.
func (s *Service) placeNamed(tx *store.Tx, actor authz.Actor, action authz.Action, field, code string) (countersign.Organisation, error) {
	o, err := s.placeFor(tx, actor, action, code)
	if err != nil && !countersign.IsFault(err) {
		err = countersign.InvalidField(field, "No place of yours has this code")
	}
	return o, err
}

// ChangeOrganisationInput changes a place; nil leaves a part as it is.
type ChangeOrganisationInput struct {
	Name    *string           `field:"name" label:"a name" validate:"omitempty,filled,max=200"`
	EndedOn *countersign.Date `field:"ended_on"`
}

// ChangeOrganisation renames or closes a place at that version; 0 asks for no
// check.
func (s *Service) ChangeOrganisation(ctx context.Context, actor authz.Actor, code string, version int, in ChangeOrganisationInput) (countersign.Organisation, error) {
	var o countersign.Organisation
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if o, err = s.placeFor(tx, actor, authz.ChangePlaces, code); err != nil {
			return err
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		if version == 0 {
			version = o.Version
		}
		if version != o.Version {
			return refuseStale("Somebody changed this organisation since you opened it. Look at it again")
		}
		if in.Name != nil {
			o.Name = strings.TrimSpace(*in.Name)
		}
		if in.EndedOn != nil {
			o.EndedOn = *in.EndedOn
		}
		o, err = tx.ChangeOrganisation(o, version)
		if err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Job: actor.Job(), Action: "organisation.change", Subject: o.Code})
	})
	return o, err
}

// Organisation returns a place that the actor may see.
func (s *Service) Organisation(ctx context.Context, actor authz.Actor, code string) (countersign.Organisation, error) {
	var o countersign.Organisation
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		o, err = s.placeFor(tx, actor, authz.ReadPlace, code)
		return err
	})
	return o, err
}

// Organisations lists the places that the actor may see: a page and the
// cursor of the next.
func (s *Service) Organisations(ctx context.Context, actor authz.Actor, f store.OrganisationFilter) ([]store.OrganisationRow, string, error) {
	if actor.IsZero() {
		return nil, "", countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	}
	var rows []store.OrganisationRow
	var next string
	f.Under = actor.Scope(authz.ReadPlace)
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, next, err = tx.Organisations(f)
		return err
	})
	return rows, next, err
}

// People lists who works at the places that the actor administers or leads.
func (s *Service) People(ctx context.Context, actor authz.Actor, f store.PeopleFilter) ([]store.PersonRow, string, error) {
	if actor.IsZero() {
		return nil, "", countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	}
	var rows []store.PersonRow
	var next string
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, next, err = tx.People(actor.Scope(authz.ReadPeople), f)
		return err
	})
	return rows, next, err
}

// MembershipInput gives a person a role at an organisation. An unknown e-mail
// creates the person and mails an invitation.
type MembershipInput struct {
	PersonInput
	Registration string                 `field:"registration" label:"a registration number" validate:"max=40" privacy:"-"`
	Role         countersign.MemberRole `field:"role" label:"a role" verb:"Select" validate:"required,max=40" privacy:"-"`
	Organisation string                 `field:"organisation" label:"an organisation" validate:"required,max=20" privacy:"-"`
	From         countersign.Date       `field:"from"`
	To           countersign.Date       `field:"to"`
}

// Added is somebody given a role. SetUpToken is the secret of their one-time
// link when they have no password yet, for a command to print.
type Added struct {
	Person     countersign.Person
	Membership countersign.Membership
	SetUpToken string
}

// AddMember gives a person a role at a place that the actor administers. A
// zero From means today.
func (s *Service) AddMember(ctx context.Context, actor authz.Actor, in MembershipInput) (Added, error) {
	var added Added
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if !actor.CanAnywhere(authz.ChangePeople) {
			return countersign.Refuse(refusalOf(actor), "Only an administrator can give roles")
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		place, err := s.placeNamed(tx, actor, authz.ChangePeople, "organisation", in.Organisation)
		if err != nil {
			return err
		}
		if err := checkRole(in, place, tx.Today()); err != nil {
			return err
		}
		if added.Person, added.SetUpToken, err = s.personOrInvite(tx, in.PersonInput, "name"); err != nil {
			return err
		}
		in.Registration = strings.TrimSpace(in.Registration)
		if in.Registration != "" && added.Person.Registration != in.Registration {
			if f, err := personFile(tx, actor, added.Person.ID); added.Person.Registration != "" && (err != nil || f.Elsewhere) {
				return countersign.InvalidField("registration", "This person has another registration number already, and only an administrator of all their places can change it. Leave this empty")
			}
			added.Person.Registration = in.Registration
			if added.Person, err = tx.ChangePerson(added.Person, added.Person.Version); err != nil {
				return err
			}
		}
		if in.From.IsZero() {
			in.From = tx.Today()
		}
		added.Membership, err = tx.AddMembership(countersign.Membership{
			Person: added.Person.ID, Organisation: place.ID, Role: in.Role, From: in.From, To: in.To,
		})
		if err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: "membership.add", Subject: string(added.Person.ID),
			Detail: map[string]any{"role": in.Role, "organisation": place.Code},
		})
	})
	return added, err
}

func checkRole(in MembershipInput, place countersign.Organisation, today countersign.Date) error {
	var p countersign.Problems
	switch {
	case !in.Role.Valid():
		p.Add("role", "Select a role")
	case !slices.Contains(in.Role.HeldAt(), place.Kind):
		p.Add("role", "Nobody can be "+in.Role.Title()+" at a "+strings.ToLower(place.Kind.Title()))
	}
	if !in.To.IsZero() && (in.To.Before(in.From) || in.From.IsZero() && in.To.Before(today)) {
		p.Add("to", "The last day must be on or after the first")
	}
	return p.Err()
}

// EndMemberInput is the last day of a role. Seen is the last day as the actor
// saw it, the zero Date for an open end; nil asks for no check.
type EndMemberInput struct {
	To   countersign.Date  `field:"to"`
	Seen *countersign.Date `field:"seen"`
}

// EndMember ends a role; To is its last day, and a zero To means today.
// What the person signed stays as it was.
func (s *Service) EndMember(ctx context.Context, actor authz.Actor, id countersign.MembershipID, in EndMemberInput) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		m, err := tx.Membership(id)
		if err != nil {
			return err
		}
		subject, err := tx.PlaceSubject(m.Organisation)
		if err != nil {
			return err
		}
		if _, err := actor.Check(authz.ChangePeople, subject); err != nil {
			return err
		}
		if in.To.IsZero() {
			in.To = tx.Today()
		}
		if in.Seen != nil && *in.Seen != m.To {
			return refuseStale("Somebody changed this role since you opened it. Look at it again")
		}
		if in.To.Before(m.From.AddDays(-1)) { // the day before the first says that it never held
			return countersign.InvalidField("to", "The last day must be on or after the first")
		}
		if err := tx.EndMembership(m, in.To); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Job: actor.Job(), Action: "membership.end", Subject: string(m.Person), Detail: map[string]any{"to": in.To.String()}})
	})
}

// Sums returns progress summed by the organisations directly beneath one, for
// those who lead a training hub: beyond it Report hides the small numbers.
func (s *Service) Sums(ctx context.Context, actor authz.Actor, code string) (countersign.Organisation, []store.SumRow, error) {
	var o countersign.Organisation
	var rows []store.SumRow
	if err := s.freshen(ctx, actor.Scope(authz.ReadReport)); err != nil {
		return o, nil, err
	}
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if o, err = s.placeFor(tx, actor, authz.ReadReport, code); err != nil {
			return err
		}
		rows, err = tx.Sums(actor.Scope(authz.ReadReport), o.ID)
		return err
	})
	return o, rows, err
}
