package service

import (
	"context"

	"countersign/internal/countersign"
	"countersign/internal/store"
)

// Paces returns by which rules frameworks say that somebody is on track,
// slipping or stuck. A framework is public.
func (s *Service) Paces(ctx context.Context) ([]countersign.StatedPace, error) {
	var stated []countersign.StatedPace
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		stated, err = s.paces(tx, "")
		return err
	})
	return stated, err
}

// paces are the rules of all versions of a framework; of every one for an
// empty identifier.
func (s *Service) paces(tx *store.Tx, id string) ([]countersign.StatedPace, error) {
	rows, err := tx.FrameworkRows()
	if err != nil {
		return nil, err
	}
	var all []countersign.Framework
	for _, r := range rows {
		if id != "" && r.ID != id {
			continue
		}
		f, err := s.framework(tx, r.ID, r.Version)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return countersign.StatePace(all), nil
}
