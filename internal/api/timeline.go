package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

type timelineJSON struct {
	ID             countersign.ApprenticeshipID `json:"id"`
	StartDate      day                          `json:"start_date"`
	PlannedEndDate day                          `json:"planned_end_date"`
	InScope        int                          `json:"in_scope"`
	SignedOffOn    []day                        `json:"signed_off_on"` // of each competency that stands, in order
	Breaks         []periodJSON                 `json:"breaks"`
	Milestones     []milestoneJSON              `json:"milestones"`
	ReviewsHeldOn  []day                        `json:"reviews_held_on"` // that all three parties have signed
	NextReviewOn   day                          `json:"next_review_on"`  // by when it is due; null for none
	Forecast       *forecastJSON                `json:"forecast"`        // null when there is too little to go by
}

type periodJSON struct {
	From day `json:"from"`
	To   day `json:"to"`
}

type milestoneJSON struct {
	Title    string                        `json:"title"`
	On       day                           `json:"on"`
	Standing countersign.MilestoneStanding `json:"standing"`
}

type forecastJSON struct {
	Finish  day      `json:"finish"`
	Early   day      `json:"early"`
	Late    day      `json:"late"`
	Reasons []string `json:"reasons"`
}

// showTimeline handles GET /apprenticeships/:id/timeline.
func (h *Handlers) showTimeline(c echo.Context, actor authz.Actor) error {
	t, err := h.svc.Timeline(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	out := timelineJSON{
		ID: t.Apprenticeship.ID, StartDate: day(t.Apprenticeship.StartOn), PlannedEndDate: day(t.Apprenticeship.PlannedEndOn), InScope: t.Apprenticeship.InScope,
		SignedOffOn: listOf(each(t.SignedOn, func(d countersign.Date) day { return day(d) })),
		Breaks:      listOf(each(t.Breaks, func(p countersign.Period) periodJSON { return periodJSON{day(p.From), day(p.To)} })),
		Milestones: listOf(each(t.Milestones, func(m countersign.DatedMilestone) milestoneJSON {
			return milestoneJSON{m.Title, day(m.On), m.Standing}
		})),
		ReviewsHeldOn: listOf(each(t.Reviews, func(d countersign.Date) day { return day(d) })), NextReviewOn: day(t.NextReview),
	}
	if f := t.Forecast; f != nil {
		out.Forecast = &forecastJSON{day(f.Finish), day(f.Early), day(f.Late), f.Reasons}
	}
	return writeJSON(c, http.StatusOK, out)
}
