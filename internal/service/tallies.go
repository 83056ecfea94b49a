package service

import (
	"context"

	"countersign/internal/countersign"
	"countersign/internal/store"
)

// tally works out the tallies of what a transaction has changed, within it.
func (s *Service) tally(tx *store.Tx, changed []countersign.ApprenticeshipID) error {
	facts, err := tx.TallyFacts(changed)
	if err != nil {
		return err
	}
	tallies := make([]countersign.Tally, len(facts))
	for i, f := range facts {
		framework, err := s.framework(tx, f.FrameworkID, f.FrameworkVersion)
		if err != nil {
			return err
		}
		f.Programme = framework.Programme
		tallies[i] = f.Tally()
	}
	return tx.SaveTallies(tallies)
}

// freshenTallies works out anew what the passing of time has changed.
func (s *Service) freshenTallies(ctx context.Context) error {
	const atOnce = 500
	due := false
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.TalliesDue()
		return err
	}); err != nil || !due {
		return err
	}
	for {
		var n int
		err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.TouchTallies(atOnce)
			return err
		})
		if err != nil || n < atOnce {
			return err
		}
	}
}
