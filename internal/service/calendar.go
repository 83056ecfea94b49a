package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// CalendarDay is a day for somebody's calendar: a review due, a planned end, a
// return from a break or the last day of a sign-off that has to be renewed.
type CalendarDay = store.CalendarDay

// CalendarReview is the kind of day on which a review is due.
const CalendarReview = "review"

// Calendar returns what is due from today on, and reviews that are overdue,
// among the apprenticeships whose programme the actor may read.
func (s *Service) Calendar(ctx context.Context, actor authz.Actor) ([]CalendarDay, error) {
	if actor.IsZero() {
		return nil, countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	}
	var days []CalendarDay
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		scope := actor.Scope(authz.ReadProgramme)
		if days, err = tx.CalendarDays(scope, tx.Today()); err != nil {
			return err
		}
		due, err := s.reviewsDue(tx, scope, tx.Today().AddMonths(24))
		for _, d := range due {
			days = append(days, CalendarDay{Apprenticeship: d.Apprenticeship, ApprenticeName: d.ApprenticeName, On: d.DueOn, Kind: CalendarReview})
		}
		return err
	})
	return days, err
}
