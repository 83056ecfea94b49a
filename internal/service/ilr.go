package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// ILRHandOver is what the record of a hub says of those who learnt off the job
// in countersign.ILRYear, for the training provider that makes the return.
type ILRHandOver struct {
	Place    countersign.Organisation
	Learners []countersign.ILRLearner // by name
}

// ILRHandOver returns the learners of a place on frameworks that ask for hours
// off the job.
func (s *Service) ILRHandOver(ctx context.Context, actor authz.Actor, code string) (ILRHandOver, error) {
	var out ILRHandOver
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = s.ilrHandOver(tx, actor, code)
		return err
	})
	return out, err
}

// DownloadILR is ILRHandOver for who takes the file away: that is audited. It
// fails with NotFound where there is nobody to hand over.
func (s *Service) DownloadILR(ctx context.Context, actor authz.Actor, code string) (ILRHandOver, error) {
	var out ILRHandOver
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if out, err = s.ilrHandOver(tx, actor, code); err != nil {
			return err
		}
		if len(out.Learners) == 0 {
			return countersign.Refuse(countersign.NotFound, "Nobody here learnt off the job in that year")
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Action: "ilr.hand-over", Subject: out.Place.Code})
	})
	return out, err
}

func (s *Service) ilrHandOver(tx *store.Tx, actor authz.Actor, code string) (ILRHandOver, error) {
	place, err := s.placeFor(tx, actor, authz.HandOverLearners, code)
	if err != nil {
		return ILRHandOver{}, err
	}
	rows, err := tx.FrameworkRows()
	if err != nil {
		return ILRHandOver{}, err
	}
	var offTheJob []string
	for _, r := range rows {
		f, err := s.framework(tx, r.ID, r.Version)
		if err != nil {
			return ILRHandOver{}, err
		}
		if len(f.Programme.Hours) > 0 && !slices.Contains(offTheJob, f.ID) {
			offTheJob = append(offTheJob, f.ID)
		}
	}
	out := ILRHandOver{Place: place}
	if out.Learners, err = tx.ILRLearners(authz.Scope{Person: actor.ID(), Organisations: []countersign.OrganisationID{place.ID}}, offTheJob, countersign.ILRYear.Period); err != nil {
		return ILRHandOver{}, err
	}
	for i, l := range out.Learners {
		f, err := s.framework(tx, l.FrameworkID, l.FrameworkVersion)
		if err != nil {
			return ILRHandOver{}, err
		}
		out.Learners[i].Programme = f.Programme
	}
	return out, nil
}
