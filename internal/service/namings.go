package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// Namings returns everybody ever named on the apprenticeship, oldest first.
func (s *Service) Namings(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) ([]countersign.Naming, error) {
	var all []countersign.Naming
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		all, err = w.tx.Namings(w.permit)
		return err
	}, authz.ReadApprenticeship)
	return all, err
}

// NamingInput names somebody from a day on. Covers is the e-mail of the person
// stood in for; To, which cover needs, is the last day.
type NamingInput struct {
	Email   string                 `field:"email" label:"an email address" validate:"required,max=254,email" privacy:"-"`
	Role    countersign.NamingRole `field:"role" label:"a role" validate:"required,oneof=gp_supervisor secondary_mentor assessor verifier" privacy:"-"`
	Domains []string               `field:"domains" label:"domains" validate:"max=20,dive,max=40" privacy:"-"`
	Covers  string                 `field:"covers" label:"who is covered" validate:"omitempty,max=254,email" privacy:"-"`
	From    countersign.Date       `field:"from"`
	To      countersign.Date       `field:"to"`
}

// AddNaming names a mentor, an assessor, a verifier or somebody who covers
// for one. A zero From means today.
func (s *Service) AddNaming(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in NamingInput) (countersign.Naming, error) {
	var n countersign.Naming
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := s.check.Check(in); err != nil {
			return err
		}
		var err error
		if n, err = s.naming(w, in); err != nil {
			return err
		}
		if n, err = w.tx.AddNaming(w.permit, n); err != nil {
			return err
		}
		if err := w.notifyNamed(n); err != nil {
			return err
		}
		return w.audit("naming.add", string(n.Person), map[string]any{"role": n.Role, "from": n.From.String(), "to": n.To.String()})
	}, authz.ChangeNamings)
	return n, err
}

var memberRoleOf = map[countersign.NamingRole]countersign.MemberRole{
	countersign.GPSupervisor:    countersign.GPSupervisorMember,
	countersign.SecondaryMentor: countersign.SecondaryMentorMember,
	countersign.Assessor:        countersign.AssessorMember,
	countersign.NamedVerifier:   countersign.Verifier,
}

func (s *Service) naming(w work, in NamingInput) (countersign.Naming, error) {
	var p countersign.Problems
	n := countersign.Naming{Apprenticeship: w.app.ID, Role: in.Role, Domains: in.Domains, From: in.From, To: in.To}
	if n.From.IsZero() {
		n.From = w.tx.Today()
	}
	if !n.To.IsZero() && n.To.Before(n.From) {
		p.Add("to", "The last day must be on or after the first")
	}
	place, err := w.tx.Organisation(w.app.Practice)
	if err != nil {
		return n, err
	}
	person, err := eligible(w.tx, &p, "email", in.Email, memberRoleOf[in.Role], place)
	if err != nil {
		return n, err
	}
	if person.ID == w.app.Apprentice && person.ID != "" {
		p.Add("email", "The apprentice cannot be named on their own apprenticeship")
	}
	n.Person, n.PersonName, n.PersonEmail = person.ID, person.Name, person.Email
	for i, d := range in.Domains {
		if w.framework.Domain(d).Code == "" {
			p.Add("domains."+itoa(i), "This framework has no such domain")
		}
	}
	if in.Covers != "" {
		covered, err := w.tx.PersonByEmail(lowerEmail(in.Covers))
		if err != nil && countersign.KindOf(err) != countersign.NotFound {
			return n, err
		}
		if err != nil || !slices.ContainsFunc(w.permit.Subject().Namings, func(o countersign.Naming) bool { return o.Person == covered.ID && o.Role == in.Role }) {
			p.Add("covers", "This person is not named in that role today")
		}
		if n.To.IsZero() {
			p.Add("to", "Enter the last day of the cover")
		}
		n.Covers, n.CoversName = covered.ID, covered.Name
	}
	if err := p.Err(); err != nil {
		return n, err
	}
	return n, notNamedYet(w, n)
}

// notNamedYet refuses a naming that is there already to the letter, such as a
// form that was sent twice makes.
func notNamedYet(w work, n countersign.Naming) error {
	all, err := w.tx.Namings(w.permit)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Person == n.Person && o.Role == n.Role && o.From == n.From && o.To == n.To && o.Covers == n.Covers && slices.Equal(o.Domains, n.Domains) {
			return countersign.InvalidField("email", n.PersonName+" is named so already")
		}
	}
	return nil
}

// beforeItBegan reports whether a naming that has begun would end on a day
// that undoes all of it. Until the day before its first is allowed: it was a
// mistake.
func (w work) beforeItBegan(n countersign.Naming, to countersign.Date) bool {
	next := to.AddDays(1)
	return next.Before(n.From) && next.Before(w.tx.Today())
}

// EndNamingInput is the last day on which a naming holds. Seen is the last day
// as the actor saw it, the zero Date for an open end; nil asks for no check.
type EndNamingInput struct {
	To   countersign.Date  `field:"to"`
	Seen *countersign.Date `field:"seen"`
}

// EndNaming ends a naming; To is its last day, and a zero To ends it at once.
// What the person signed stays as it was.
func (s *Service) EndNaming(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, naming countersign.NamingID, in EndNamingInput) (countersign.Naming, error) {
	var n countersign.Naming
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		if in.To.IsZero() {
			in.To = w.tx.Today().AddDays(-1)
		}
		old, err := w.namingSeen(naming, in.Seen)
		if err != nil {
			return err
		}
		if w.beforeItBegan(old, in.To) {
			return countersign.InvalidField("to", "The last day cannot be before "+old.From.Long()+", when it began")
		}
		if n, err = w.tx.EndNaming(w.permit, naming, in.To); err != nil {
			return err
		}
		return w.audit("naming.end", string(n.Person), map[string]any{"role": n.Role, "to": n.To.String()})
	}, authz.ChangeNamings)
	return n, err
}
