package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

func placementID(c echo.Context) countersign.PlacementID {
	return countersign.PlacementID(c.Param("id"))
}

func placementsPath(id countersign.ApprenticeshipID) string {
	return apprenticeshipPath(id) + "/placements"
}

// listPlacements handles GET /apprenticeships/:id/placements.
func (h *Handlers) listPlacements(c echo.Context, actor authz.Actor) error {
	l, err := h.svc.Placements(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	page := view.NewPlacementsPage(l.Apprenticeship, l.Framework, actor.ID() == l.Apprenticeship.Apprentice)
	page.Placements, page.Confirmed, page.MayArrange, page.MayAsk = l.Placements, l.Confirmed(), l.MayArrange, l.MayAsk
	page.Today = countersign.LondonDate(h.now())
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) toArrange(c echo.Context, actor authz.Actor) (*view.PlacementFormPage, error) {
	ctx := c.Request().Context()
	if err := h.svc.Permitted(ctx, actor, apprenticeshipID(c), authz.ArrangePlacement); err != nil {
		return nil, err
	}
	app, err := h.svc.Apprenticeship(ctx, actor, apprenticeshipID(c))
	return view.NewPlacementFormPage(app), err
}

// newPlacement handles GET /apprenticeships/:id/placements/new.
func (h *Handlers) newPlacement(c echo.Context, actor authz.Actor) error {
	page, err := h.toArrange(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// createPlacement handles POST /apprenticeships/:id/placements/new.
func (h *Handlers) createPlacement(c echo.Context, actor authz.Actor) error {
	page, err := h.toArrange(c, actor)
	if err != nil {
		return err
	}
	in, read := placementInput(formOf(c), page)
	_, err = h.svc.ArrangePlacement(c.Request().Context(), actor, apprenticeshipID(c), in)
	if err = both(read, err); err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "The placement is arranged.", placementsPath(apprenticeshipID(c)))
}

// placementInput reads the form, and keeps what was typed on the page.
func placementInput(f form, page *view.PlacementFormPage) (service.PlacementInput, countersign.Problems) {
	page.Site, page.Supervisor, page.Email, page.Hours = f.text("site"), f.text("supervisor_name"), f.text("supervisor_email"), f.text("planned_hours")
	page.From, page.To = f.dateValue("from"), f.dateValue("to")
	var read countersign.Problems
	return service.PlacementInput{
		Site: page.Site, From: f.date("from", &read), To: f.date("to", &read), SupervisorName: page.Supervisor, SupervisorEmail: page.Email, PlannedHours: f.number("planned_hours"),
	}, read
}

func (h *Handlers) toRearrange(c echo.Context, actor authz.Actor) (*view.PlacementFormPage, error) {
	ctx := c.Request().Context()
	if err := h.svc.PermittedOnPlacement(ctx, actor, placementID(c), authz.ArrangePlacement); err != nil {
		return nil, err
	}
	p, app, err := h.svc.Placement(ctx, actor, placementID(c))
	return view.NewPlacementChangePage(app, p), err
}

// editPlacement handles GET /placements/:id/change.
func (h *Handlers) editPlacement(c echo.Context, actor authz.Actor) error {
	page, err := h.toRearrange(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// changePlacement handles POST /placements/:id/change.
func (h *Handlers) changePlacement(c echo.Context, actor authz.Actor) error {
	page, err := h.toRearrange(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	in, read := placementInput(f, page)
	if err = read.Err(); err == nil {
		_, err = h.svc.ChangePlacement(c.Request().Context(), actor, placementID(c), f.number("version"), in)
	}
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "The placement is changed.", placementsPath(page.ID))
}

// placementStep returns the page of a step, for whoever may take it.
func (h *Handlers) placementStep(c echo.Context, actor authz.Actor, cancel bool) (*view.PlacementStepPage, error) {
	ctx, action := c.Request().Context(), authz.AskSite
	if cancel {
		action = authz.ArrangePlacement
	}
	if err := h.svc.PermittedOnPlacement(ctx, actor, placementID(c), action); err != nil {
		return nil, err
	}
	p, _, err := h.svc.Placement(ctx, actor, placementID(c))
	return view.NewPlacementStepPage(p, cancel), err
}

func (h *Handlers) showPlacementStep(c echo.Context, actor authz.Actor, cancel bool) error {
	page, err := h.placementStep(c, actor, cancel)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// newSiteRequest handles GET /placements/:id/request.
func (h *Handlers) newSiteRequest(c echo.Context, actor authz.Actor) error {
	return h.showPlacementStep(c, actor, false)
}

// newPlacementCancellation handles GET /placements/:id/cancellation.
func (h *Handlers) newPlacementCancellation(c echo.Context, actor authz.Actor) error {
	return h.showPlacementStep(c, actor, true)
}

// askSite handles POST /placements/:id/request.
func (h *Handlers) askSite(c echo.Context, actor authz.Actor) error {
	page, err := h.placementStep(c, actor, false)
	if err != nil {
		return err
	}
	page.Hours = formOf(c).text("hours_done")
	p, err := h.svc.AskSite(c.Request().Context(), actor, placementID(c), formOf(c).number("version"), service.AskSiteInput{HoursDone: formOf(c).number("hours_done")})
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "We have asked "+p.SupervisorName+" by email.", placementsPath(p.Apprenticeship))
}

// cancelPlacement handles POST /placements/:id/cancellation.
func (h *Handlers) cancelPlacement(c echo.Context, actor authz.Actor) error {
	page, err := h.placementStep(c, actor, true)
	if err != nil {
		return err
	}
	page.Reason = formOf(c).text("reason")
	p, err := h.svc.CancelPlacement(c.Request().Context(), actor, placementID(c), formOf(c).number("version"), service.CancelPlacementInput{Reason: page.Reason})
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "The placement is cancelled.", placementsPath(p.Apprenticeship))
}

// sitePage returns what the link is about; a link that doesn't work any more
// gets a page that says what to do.
func (h *Handlers) sitePage(c echo.Context) (*view.SitePage, error) {
	r, err := h.svc.SiteRequest(c.Request().Context(), c.Param("token"))
	if countersign.KindOf(err) == countersign.NotFound {
		return view.NewUsedSitePage(), nil
	}
	return view.NewSitePage(c.Param("token"), r.Apprentice, r.Placement), err
}

func (h *Handlers) renderSite(c echo.Context, page *view.SitePage) error {
	status := http.StatusOK
	if page.Used {
		status = http.StatusNotFound
	}
	return h.render(c, status, authz.Actor{}, page)
}

// showSiteRequest handles GET /placement-confirmation/:token, the link that is
// mailed to a site supervisor.
func (h *Handlers) showSiteRequest(c echo.Context, _ authz.Actor) error {
	page, err := h.sitePage(c)
	if err != nil {
		return err
	}
	return h.renderSite(c, page)
}

// answerForSite handles POST /placement-confirmation/:token.
func (h *Handlers) answerForSite(c echo.Context, _ authz.Actor) error {
	page, err := h.sitePage(c)
	if err != nil || page.Used {
		if err == nil {
			err = h.renderSite(c, page)
		}
		return err
	}
	f := formOf(c)
	page.Answer, page.Comment = f.Get("answer"), f.text("comment")
	err = h.svc.AnswerForSite(c.Request().Context(), service.SiteAnswer{Token: page.Token, Answer: page.Answer, Comment: page.Comment})
	switch {
	case countersign.KindOf(err) == countersign.NotFound:
		return h.renderSite(c, view.NewUsedSitePage())
	case err != nil:
		return h.again(c, authz.Actor{}, page, err)
	}
	page.Done = "Thank you. You have confirmed the placement of " + page.Apprentice + "."
	if page.Answer == "wrong" {
		page.Done = "Thank you. What you wrote is passed on, and you may get another email when it is put right."
	}
	return h.render(c, http.StatusOK, authz.Actor{}, page)
}
