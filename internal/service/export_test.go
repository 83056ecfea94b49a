package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
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

// RightPassword is what SignIn does once the password of that hash was typed.
func (s *Service) RightPassword(ctx context.Context, id countersign.PersonID, phc string, in SignInInput) (SignedIn, error) {
	return s.rightPassword(ctx, id, phc, phc, in)
}

// RunRosterRows carries out so many rows of a roster, for tests.
func (s *Service) RunRosterRows(ctx context.Context, id countersign.RosterID, rows int) error {
	var running []countersign.Roster
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		running, err = tx.RunningRosters()
		return err
	}); err != nil {
		return err
	}
	for _, r := range running {
		if r.ID == id {
			return s.runRoster(ctx, r, rows)
		}
	}
	return nil
}

// KeepTallies says whether tallies are kept with every change, as they are.
func (s *Service) KeepTallies(kept bool) {
	s.store.OnChange(nil)
	if kept {
		s.store.OnChange(s.tally)
	}
}

// Whole is what the slow reference reads of an apprenticeship, from the record
// itself.
type Whole struct {
	Timeline
	Attainments []countersign.Attainment
	Payments    []countersign.PaymentStanding
}

// Whole reads it for whoever leads the training hub.
func (s *Service) Whole(ctx context.Context, lead authz.Actor, id countersign.ApprenticeshipID) (Whole, error) {
	var out Whole
	err := s.read(ctx, lead, byApprenticeship(id), func(w work) (err error) {
		out = Whole{}
		if out.Attainments, err = w.tx.Attainments(w.permit, w.framework); err != nil {
			return err
		}
		out.Apprenticeship = w.record(out.Attainments).Apprenticeship
		if out.Changes, err = w.tx.Changes(w.permit); err != nil {
			return err
		}
		out.Breaks = w.app.Breaks(out.Changes)
		if out.Hours, err = w.hoursTotals(out.Changes); err != nil {
			return err
		}
		return w.reviewsOn(&out.Timeline)
	}, authz.ReadProgramme)
	if err != nil {
		return out, err
	}
	p, err := s.Payments(ctx, lead, id)
	out.Payments = p.Payments
	return out, err
}
