package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// offeredToName is how many people a naming form offers before it asks for an
// e-mail address.
const offeredToName = 20

// MayBeNamed returns those whom a form for naming somebody in a role offers
// first: who holds the role at the apprentice's practice or above it. Others
// of the training hub can be named by their e-mail.
func (s *Service) MayBeNamed(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, role countersign.NamingRole) ([]countersign.Person, error) {
	var people []countersign.Person
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		member, ok := memberRoleOf[role]
		if !ok {
			return nil
		}
		found, err := w.tx.MayBeNamedHere(member, w.app.Practice, offeredToName)
		for _, p := range found {
			if p.ID != w.app.Apprentice {
				people = append(people, p)
			}
		}
		return err
	}, authz.ChangeNamings)
	return people, err
}

// LapsedNamings returns the namings that hold today by their dates but give no
// right, since the person doesn't hold the role any more.
func (s *Service) LapsedNamings(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) ([]countersign.NamingID, error) {
	var lapsed []countersign.NamingID
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		lapsed, err = w.tx.LapsedNamings(w.permit)
		return err
	}, authz.ReadApprenticeship)
	return lapsed, err
}

// HandOverInput says who takes over a naming, from which day on. Seen is the
// last day of the naming as the actor saw it; nil asks for no check.
type HandOverInput struct {
	Email string            `field:"email" label:"an email address" validate:"required,max=254,email" privacy:"-"`
	From  countersign.Date  `field:"from"`
	Seen  *countersign.Date `field:"seen"`
}

// HandOver ends a naming on the day before From and names somebody else in the
// same role and domains from that day on, both or neither. A zero From means
// today. What was signed stays with who signed it.
func (s *Service) HandOver(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, naming countersign.NamingID, in HandOverInput) (countersign.Naming, error) {
	var n countersign.Naming
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := s.check.Check(in); err != nil {
			return err
		}
		old, err := w.namingSeen(naming, in.Seen)
		if err != nil {
			return err
		}
		if in.From.IsZero() {
			in.From = w.tx.Today()
		}
		if !old.To.IsZero() && old.To.Before(in.From) {
			return countersign.InvalidField("from", "The first day must be on or before "+old.To.Long()+", when this naming ends")
		}
		if w.beforeItBegan(old, in.From.AddDays(-1)) {
			return countersign.InvalidField("from", "The first day cannot be before "+old.From.Long()+", when the naming that is handed over began")
		}
		if n, err = s.naming(w, NamingInput{Email: in.Email, Role: old.Role, Domains: old.Domains, From: in.From}); err != nil {
			return err
		}
		if n.Person == old.Person {
			return countersign.InvalidField("email", "Enter somebody else: "+old.PersonName+" is who hands over")
		}
		if old, err = w.tx.EndNaming(w.permit, naming, in.From.AddDays(-1)); err != nil {
			return err
		}
		if n, err = w.tx.AddNaming(w.permit, n); err != nil {
			return err
		}
		if err := w.notifyNamed(n); err != nil {
			return err
		}
		if err := w.audit("naming.end", string(old.Person), map[string]any{"role": old.Role, "to": old.To.String()}); err != nil {
			return err
		}
		return w.audit("naming.add", string(n.Person), map[string]any{"role": n.Role, "from": n.From.String(), "to": n.To.String()})
	}, authz.ChangeNamings)
	return n, err
}

// namingSeen returns a naming, if it still ends when the actor saw it end.
func (w work) namingSeen(id countersign.NamingID, seen *countersign.Date) (countersign.Naming, error) {
	all, err := w.tx.Namings(w.permit)
	if err != nil {
		return countersign.Naming{}, err
	}
	for _, n := range all {
		if n.ID != id {
			continue
		}
		if seen != nil && n.To != *seen {
			return n, refuseStale("Somebody changed this naming since you opened it. Look at it again")
		}
		return n, nil
	}
	return countersign.Naming{}, errUnseen
}
