package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// ReportPlaces returns the places of the actor's own of which there are
// reports for them, the highest first. A place beneath another one that they
// lead is left out.
func (s *Service) ReportPlaces(ctx context.Context, actor authz.Actor) ([]countersign.Organisation, error) {
	ids := slices.Concat(actor.At(countersign.NationalLead), actor.At(countersign.RegionLead), actor.At(countersign.HubLead), actor.At(countersign.PracticeManager))
	if len(ids) == 0 {
		return nil, nil
	}
	var places []countersign.Organisation
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		places = nil
		for _, id := range ids {
			above, err := tx.Places(id)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(above[1:], func(o countersign.Organisation) bool { return slices.Contains(ids, o.ID) }) {
				places = append(places, above[0])
			}
		}
		return nil
	})
	return places, err
}
