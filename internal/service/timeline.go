package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// Timeline is a whole apprenticeship over time.
type Timeline struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Changes        []countersign.Change // oldest first
	Breaks         []countersign.Period
	Milestones     []countersign.DatedMilestone
	Reviews        []countersign.Date // on which progress reviews were held that all three have signed
	NextReview     countersign.Date   // by when the next one is due; zero for none
	SignedOn       []countersign.Date // when each competency that stands was first signed off, in order
	Hours          countersign.HoursTotals
	Forecast       *countersign.Forecast // nil when there is too little to go by, or nothing left
	Today          countersign.Date
}

// Timeline returns the apprenticeship over time, with a forecast, for whoever
// may read its programme.
func (s *Service) Timeline(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (Timeline, error) {
	var t Timeline
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		t = Timeline{Framework: w.framework, Today: w.tx.Today()}
		if t.Changes, err = w.tx.Changes(w.permit); err != nil {
			return err
		}
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err != nil {
			return err
		}
		if t.Hours, err = w.hoursTotals(t.Changes); err != nil {
			return err
		}
		t.Apprenticeship = w.record(as).Apprenticeship
		t.Breaks = w.app.Breaks(t.Changes)
		t.Milestones = w.framework.MilestonesOf(w.app, t.Changes, t.Today)
		if err := w.reviewsOn(&t); err != nil {
			return err
		}
		pace := paceOf(as)
		t.SignedOn = pace.SignedOn
		if w.app.State.Ended() || w.app.State == countersign.Applied || w.app.State == countersign.HandedIn {
			return nil
		}
		pace.Start, pace.Today, pace.Breaks, pace.ReturnExpected = w.app.StartOn, t.Today, t.Breaks, w.app.ReturnExpectedOn
		pace.VerifiedMinutes, pace.MinimumMinutes = t.Hours.Verified, max(t.Hours.Minimum-t.Hours.PriorLearning, 0)
		if f, ok := pace.Forecast(); ok {
			t.Forecast = &f
		}
		return nil
	}, authz.ReadProgramme)
	return t, err
}

// reviewsOn fills in the progress reviews.
func (w work) reviewsOn(t *Timeline) error {
	all, err := w.tx.ProgressReviews(w.permit)
	for _, r := range all {
		if r.State == countersign.ReviewLocked {
			t.Reviews = append(t.Reviews, r.HeldOn)
		}
	}
	t.NextReview = w.nextReview(all, t.Changes)
	return err
}

// paceOf is the part of a pace that competencies tell.
func paceOf(as []countersign.Attainment) countersign.Pace {
	var p countersign.Pace
	var waited []int
	for _, a := range as {
		switch a.Status() {
		case countersign.NotApplicable:
			continue
		case countersign.SignedOff, countersign.Expired:
			first, wait := a.FirstSignedOff()
			p.SignedOn, waited = append(p.SignedOn, first), append(waited, wait)
			continue
		case countersign.Ready, countersign.Assessed:
			p.Ready++
		}
		p.Remaining++
	}
	slices.SortFunc(p.SignedOn, func(a, b countersign.Date) int { return b.DaysUntil(a) })
	if slices.Sort(waited); len(waited) > 0 {
		p.WaitDays = waited[len(waited)/2]
	}
	return p
}
