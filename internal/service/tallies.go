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

// freshenTallies works out anew what the passing of time has changed, once the
// month's end before is kept as it was.
func (s *Service) freshenTallies(ctx context.Context) error {
	due := false
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.TalliesDue()
		return err
	}); err != nil || !due {
		return err
	}
	return s.touchTallies(ctx, false)
}

func (s *Service) touchTallies(ctx context.Context, stale bool) error {
	if err := s.KeepMonths(ctx); err != nil {
		return err
	}
	const atOnce = 500
	for {
		var n int
		err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.TouchTallies(stale, atOnce)
			return err
		})
		if err != nil || n < atOnce {
			return err
		}
	}
}

// KeepMonths keeps every month's end that has passed and isn't kept yet, as at
// the last recorded moment: before anything is recounted that the new day
// changes, whether the worker asks for that or somebody who looks at a report.
// Several servers may call it at once.
func (s *Service) KeepMonths(ctx context.Context) error {
	for {
		var next countersign.Month
		if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
			next, err = nextToKeep(tx)
			return err
		}); err != nil || next.IsZero() {
			return err
		}
		if err := s.store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.KeepMonth(next)
			return err
		}); err != nil {
			return err
		}
	}
}

// nextToKeep returns the first month whose end is to be kept; zero for none.
// The first of all is the one in which there first was anything to keep.
func nextToKeep(tx *store.Tx) (countersign.Month, error) {
	now := countersign.MonthOf(tx.Today())
	kept, err := tx.KeptMonths()
	if err != nil {
		return now, err
	}
	next := now.Add(-1)
	if len(kept) > 0 {
		next = kept[0].Month.Add(1)
	} else if first, err := tx.FirstEnrolment(); err != nil || first.IsZero() || !countersign.MonthOf(first).Before(now) {
		return countersign.Month{}, err
	}
	if !next.Before(now) {
		return countersign.Month{}, nil
	}
	return next, nil
}
