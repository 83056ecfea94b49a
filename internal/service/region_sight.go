package service

import (
	"context"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// RegionSight is what the lead of a training hub's region sees of it: sums, or
// people once every open training hub of the region agrees. It is all or
// nothing: with some hubs seen whole, the small numbers of the others could be
// worked out from the sums of the region.
type RegionSight struct {
	Hub    countersign.Organisation
	Region countersign.Organisation
	Hubs   []countersign.Organisation // that are open, by name
}

// Agreed counts the training hubs that agree.
func (r RegionSight) Agreed() int {
	n := 0
	for _, h := range r.Hubs {
		if h.PeopleToRegion {
			n++
		}
	}
	return n
}

// People reports whether people are seen.
func (r RegionSight) People() bool { return len(r.Hubs) > 0 && r.Agreed() == len(r.Hubs) }

// RegionSightInput is whether a training hub agrees, and why.
type RegionSightInput struct {
	Agrees bool   `field:"agrees"`
	Reason string `field:"reason" label:"a reason" validate:"filled,max=500"`
}

// RegionSight returns what the region sees of a training hub, for its leads.
func (s *Service) RegionSight(ctx context.Context, actor authz.Actor, code string) (RegionSight, error) {
	var r RegionSight
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		r, err = s.regionSight(tx, actor, code)
		return err
	})
	return r, err
}

func (s *Service) regionSight(tx *store.Tx, actor authz.Actor, code string) (RegionSight, error) {
	var r RegionSight
	var err error
	if r.Hub, err = s.placeFor(tx, actor, authz.AgreeToRegion, code); err != nil {
		return r, err
	}
	above, err := tx.Places(r.Hub.ID)
	if err != nil {
		return r, err
	}
	for _, o := range above {
		if o.Kind == countersign.Region {
			r.Region = o
		}
	}
	if r.Hub.Kind != countersign.Hub || r.Region.ID == "" {
		return RegionSight{}, errUnseen
	}
	r.Hubs, err = tx.OpenHubs(r.Region.ID)
	return r, err
}

// AgreeToRegion says whether a training hub agrees that the lead of its region
// sees its people, at that version of the hub; 0 asks for no check.
func (s *Service) AgreeToRegion(ctx context.Context, actor authz.Actor, code string, version int, in RegionSightInput) (RegionSight, error) {
	var r RegionSight
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if r, err = s.regionSight(tx, actor, code); err != nil {
			return err
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		if version != 0 && version != r.Hub.Version {
			return refuseStale("Somebody changed this training hub since you opened it. Look at it again")
		}
		subject, err := tx.PlaceSubject(r.Hub.ID)
		if err != nil {
			return err
		}
		permit, err := actor.Check(authz.AgreeToRegion, subject)
		if err != nil {
			return err
		}
		if r.Hub, err = tx.AgreeToRegion(permit, r.Hub, in.Agrees); err != nil {
			return err
		}
		if r.Hubs, err = tx.OpenHubs(r.Region.ID); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: "organisation.region-sight", Subject: r.Hub.Code,
			Detail: map[string]any{"agrees": in.Agrees, "region": r.Region.Code, "reason": strings.TrimSpace(in.Reason)},
		})
	})
	return r, err
}
