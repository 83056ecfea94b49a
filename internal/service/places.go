package service

import (
	"context"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// MovePlaceInput moves a place beneath another one, by its code, from a day on
// that is today or in the past.
type MovePlaceInput struct {
	Parent string           `field:"parent" label:"the code of the place above it" validate:"required,max=20" privacy:"-"`
	On     countersign.Date `field:"on" label:"the first day in the new place" validate:"required"`
	Reason string           `field:"reason" label:"a reason" validate:"filled,max=500"`
}

// MovePlace moves a place with everything beneath it, at that version; 0 asks
// for no check. Who leads a place sees from then on what is beneath it now;
// reports can ask for the map of any day.
func (s *Service) MovePlace(ctx context.Context, actor authz.Actor, code string, version int, in MovePlaceInput) (countersign.Organisation, error) {
	var o countersign.Organisation
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if o, err = s.placeFor(tx, actor, authz.ChangePlaces, code); err != nil {
			return err
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		if version != 0 && version != o.Version {
			return refuseStale("Somebody changed this organisation since you opened it. Look at it again")
		}
		parent, err := s.placeNamed(tx, actor, authz.ChangePlaces, "parent", in.Parent)
		if err != nil {
			return err
		}
		before, err := movePlace(tx, actor, &o, parent, in.On)
		if err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: "organisation.move", Subject: o.Code,
			Detail: map[string]any{"from": before, "to": parent.Code, "on": in.On.String(), "reason": strings.TrimSpace(in.Reason)},
		})
	})
	return o, err
}

// movePlace moves a place and returns the code of what was above it.
func movePlace(tx *store.Tx, actor authz.Actor, o *countersign.Organisation, parent countersign.Organisation, on countersign.Date) (before string, err error) {
	subject, err := tx.PlaceSubject(o.ID)
	if err != nil {
		return "", err
	}
	permit, err := actor.Check(authz.ChangePlaces, subject)
	if err != nil {
		return "", err
	}
	if o.Parent != "" {
		above, err := tx.Organisation(o.Parent)
		if err != nil {
			return "", err
		}
		before = above.Code
	}
	*o, err = tx.MovePlace(permit, *o, parent.ID, on)
	return before, err
}
