package service

import (
	"context"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// Retention returns for how long people are kept here.
func (s *Service) Retention() countersign.Retention { return s.retention }

// Erasures returns those whose retention period is over, and those who asked
// and wait for the answer, among the people that the actor administers.
func (s *Service) Erasures(ctx context.Context, actor authz.Actor) ([]countersign.Erasure, error) {
	scope := actor.Scope(authz.ErasePeople)
	if scope.None() {
		return nil, countersign.Refuse(refusalOf(actor), "This does not exist, or you cannot see it")
	}
	var waiting []countersign.Erasure
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Erasures(scope)
		for _, e := range all {
			if e.Asked() || e.Due(s.retention, tx.Today()) {
				waiting = append(waiting, e)
			}
		}
		return err
	})
	return waiting, err
}

// Erasure returns where somebody stands whom the actor administers, and why
// they can't be erased now: nil if they can.
func (s *Service) Erasure(ctx context.Context, actor authz.Actor, person countersign.PersonID) (e countersign.Erasure, cannot, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		permit, err := mayErase(tx, actor, person)
		if err != nil {
			return err
		}
		if e, err = tx.Erasure(permit); err != nil {
			return err
		}
		cannot = e.Check(s.retention, tx.Today())
		e.NamedIn, err = tx.NamedIn(permit)
		return err
	})
	return e, cannot, err
}

// mayErase returns a permit for somebody all of whose places the actor
// administers.
func mayErase(tx *store.Tx, actor authz.Actor, person countersign.PersonID) (authz.Permit, error) {
	f, err := personFile(tx, actor, person)
	if err != nil {
		return authz.Permit{}, err
	}
	if f.Elsewhere {
		return authz.Permit{}, errElsewhere
	}
	subject := authz.Subject{Person: person}
	if len(f.Memberships) > 0 {
		place, err := tx.PlaceSubject(f.Memberships[0].Organisation)
		if err != nil {
			return authz.Permit{}, err
		}
		subject.Places = place.Places
	}
	return actor.Check(authz.ErasePeople, subject)
}

// AskErasureInput is somebody's wish to be erased.
type AskErasureInput struct {
	Reason string `field:"reason" label:"a reason" validate:"max=2000"`
}

// AskErasure keeps the actor's wish to be erased, which an administrator
// answers.
func (s *Service) AskErasure(ctx context.Context, actor authz.Actor, in AskErasureInput) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		permit, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()})
		if err != nil {
			return err
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		e, err := tx.Erasure(permit)
		if err != nil {
			return err
		}
		if e.Asked() {
			return countersign.Refuse(countersign.Conflict, "You have asked already, and have not been answered yet")
		}
		if err := tx.AddErasure(permit, store.ErasureAsked, "", strings.TrimSpace(in.Reason)); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Action: "person.ask_erasure", Subject: string(actor.ID())})
	})
}

// OwnErasure returns where the actor stands.
func (s *Service) OwnErasure(ctx context.Context, actor authz.Actor) (e countersign.Erasure, err error) {
	err = s.ownRead(ctx, actor, func(tx *store.Tx, permit authz.Permit) error {
		e, err = tx.Erasure(permit)
		return err
	})
	return e, err
}

// ErasureInput is what is decided about erasing somebody.
type ErasureInput struct {
	Decision string `field:"decision" label:"a decision" validate:"required,oneof=erase refuse"`
	Basis    string `field:"basis" label:"the legal basis" validate:"required,max=500" privacy:"-"`
	Reason   string `field:"reason" label:"the reason" validate:"required,max=2000"`
}

func (in ErasureInput) erases() bool { return in.Decision == "erase" }

// DecideErasure erases somebody, or refuses their wish. That it happened, by
// whom, on which basis and why, is kept; nothing else of them is. The files of
// the database follow in the night: see Scrub.
func (s *Service) DecideErasure(ctx context.Context, actor authz.Actor, person countersign.PersonID, in ErasureInput) error {
	var known []string
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		permit, err := mayErase(tx, actor, person)
		if err != nil {
			return err
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		e, err := tx.Erasure(permit)
		if err != nil {
			return err
		}
		event := store.PersonErased
		if in.erases() {
			err = e.Check(s.retention, tx.Today())
		} else if event = store.ErasureRefused; !e.Asked() {
			err = countersign.Refuse(countersign.Conflict, "This person has not asked, so there is nothing to refuse")
		}
		if err != nil {
			return err
		}
		if in.erases() {
			if known, err = tx.KnownAs(permit); err != nil {
				return err
			}
			unused, err := tx.ErasePerson(permit)
			if err != nil {
				return err
			}
			s.discard(ctx, tx, unused)
			if err := scrubTonight(tx); err != nil {
				return err
			}
		}
		if err := tx.AddErasure(permit, event, strings.TrimSpace(in.Basis), strings.TrimSpace(in.Reason)); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: "person." + string(event), Subject: string(person),
			Detail: map[string]any{"basis": strings.TrimSpace(in.Basis), "reason": strings.TrimSpace(in.Reason)},
		})
	})
	if err != nil || !in.erases() || s.mails == nil {
		return err
	}
	return s.mails.Forget(known)
}
