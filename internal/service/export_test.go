package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/store"
)

// ReportInFull is Report with the small numbers that the actor may not see.
func (s *Service) ReportInFull(ctx context.Context, actor authz.Actor, in ReportQuery) (Report, error) {
	var r Report
	err := s.report(ctx, actor, in, func(tx *store.Tx, v sight) (err error) {
		v.sums = false
		r, err = v.whole(tx)
		return err
	})
	return r, err
}
