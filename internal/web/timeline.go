package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/view"
)

// showTimeline handles GET /apprenticeships/:id/timeline.
func (h *Handlers) showTimeline(c echo.Context, actor authz.Actor) error {
	t, err := h.svc.Timeline(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	page := view.NewTimelinePage(t.Apprenticeship, t.Framework, actor.ID() == t.Apprenticeship.Apprentice)
	page.Changes, page.Breaks, page.Milestones, page.SignedOn = t.Changes, t.Breaks, t.Milestones, t.SignedOn
	page.Reviews, page.NextReview = t.Reviews, t.NextReview
	page.Hours, page.Forecast, page.Today = t.Hours, t.Forecast, t.Today
	return h.render(c, http.StatusOK, actor, page)
}
