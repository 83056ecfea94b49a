package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/transfer"
)

// DecideReceivedInput is a decision about a received package. Version is that
// of the package as the actor saw it; 0 asks for no check.
type DecideReceivedInput struct {
	Package countersign.ReceivedID    `field:"package" privacy:"-"`
	Version int                       `field:"version"`
	Event   countersign.ReceivedEvent `field:"decision" label:"what you decide" verb:"Select" validate:"oneof=accept decline" privacy:"-"`
	Reason  string                    `field:"reason" label:"a reason" validate:"max=2000"`
}

// DecideReceived accepts a received package or declines it, as a GP supervisor
// of the practice. Accepted, its record becomes one of this installation: the
// apprentice is invited if they are new here, the actor is their GP supervisor
// from today, and every decision keeps its hash and says where it was made.
// Declined, its content goes.
func (s *Service) DecideReceived(ctx context.Context, actor authz.Actor, in DecideReceivedInput) (countersign.Received, error) {
	var decided countersign.Received
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		received, err := tx.Received(in.Package)
		if err != nil {
			return err
		}
		subject, err := tx.PlaceSubject(received.Practice)
		if err != nil {
			return err
		}
		if !seesReceived(actor, subject) {
			return errUnseen
		}
		permit, err := actor.Check(authz.DecideReceived, subject)
		if err != nil {
			return err
		}
		if err := s.vet(tx, actor, "", in); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != received.Version {
			return store.ErrStale
		}
		if decided, err = received.Decide(in.Event, actor.ID(), actor.Name(), in.Reason, tx.Now()); err != nil {
			return err
		}
		if in.Event == countersign.AcceptPackage {
			if err := s.restore(ctx, tx, actor, permit, received); err != nil {
				return err
			}
		}
		if err := tx.DecideReceived(permit, decided, received.Version); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Role: string(countersign.GPSupervisor), Action: "package." + string(in.Event), Apprenticeship: decided.Apprenticeship, Subject: string(decided.ID),
			Detail: map[string]string{"sha256": decided.SHA256, "origin": decided.OriginURL},
		})
	})
	return decided, err
}

// restore makes the record of a package one of this installation.
func (s *Service) restore(ctx context.Context, tx *store.Tx, actor authz.Actor, permit authz.Permit, received countersign.Received) error {
	p, err := s.receivedPackage(ctx, tx, actor, received)
	if err != nil {
		return err
	}
	if _, err := tx.Subject(received.Apprenticeship); countersign.KindOf(err) != countersign.NotFound {
		if err == nil {
			err = countersign.Refuse(countersign.Conflict, "This apprenticeship is part of this installation already")
		}
		return err
	}
	brought, err := releases(p)
	if err != nil {
		return err
	}
	if err := known(tx, brought); err != nil {
		return err
	}
	for _, r := range brought {
		if err := tx.AddReceivedFramework(permit, r.Framework, r.Data); err != nil {
			return err
		}
	}
	person, _, err := s.personOrInvite(tx, PersonInput{Name: received.ApprenticeName, Email: received.ApprenticeEmail}, "package")
	if err != nil {
		return err
	}
	if person.ID == actor.ID() {
		return countersign.Refuse(countersign.Forbidden, "You cannot accept your own portfolio")
	}
	if err := s.ensureApprentice(tx, person.ID, received.Practice); err != nil {
		return err
	}
	if err := tx.RestoreRecord(permit, p.Document, person.ID); err != nil {
		return err
	}
	return s.derive(tx, received.Apprenticeship)
}

// known refuses a version that is new here of a framework that isn't. What a
// later version of such a framework says is for its publisher and the operator
// to tell, and no package may take its number first.
func known(tx *store.Tx, brought []transfer.Release) error {
	for _, r := range brought {
		f := r.Framework
		loaded, err := versionsOf(tx, f.ID)
		if err != nil {
			return err
		}
		if len(loaded) > 0 && !slices.Contains(loaded, f.Version) {
			return countersign.Refuse(countersign.Conflict, "This installation has "+f.ID+", but not its version "+f.Version+
				", which this portfolio names. Ask whoever runs the installation to load that version first")
		}
	}
	return nil
}

// derive counts what a package leaves out because it follows from the rest.
func (s *Service) derive(tx *store.Tx, id countersign.ApprenticeshipID) error {
	subject, err := tx.Subject(id)
	if err != nil {
		return err
	}
	counter := authz.NewJob(authz.CountJob)
	permit, err := counter.Check(authz.CountAttainments, subject)
	if err != nil {
		return err
	}
	app, err := tx.Apprenticeship(permit)
	if err != nil {
		return err
	}
	w, err := s.begin(tx, counter, permit, app)
	if err != nil {
		return err
	}
	var all []string
	for _, c := range w.framework.Competencies() {
		all = append(all, c.Code)
	}
	return w.recount(true, all...)
}
