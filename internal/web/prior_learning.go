package web

import (
	"math"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// listPriorLearning handles GET /apprenticeships/:id/prior-learning.
func (h *Handlers) listPriorLearning(c echo.Context, actor authz.Actor) error {
	l, err := h.svc.PriorLearning(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, priorLearningPage(actor, l))
}

func priorLearningPage(actor authz.Actor, l service.PriorLearningList) *view.PriorLearningPage {
	page := view.NewPriorLearningPage(l.Apprenticeship, l.Framework, actor.ID() == l.Apprenticeship.Apprentice)
	page.Claims, page.Minutes, page.MayClaim, page.MayDecide = l.Claims, l.Minutes, l.MayClaim, l.MayDecide
	return page
}

func (h *Handlers) claimPage(c echo.Context, actor authz.Actor) (*view.ClaimPage, error) {
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	if err := h.svc.Permitted(ctx, actor, id, authz.ClaimPriorLearning); err != nil {
		return nil, err
	}
	l, err := h.svc.PriorLearning(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return view.NewClaimPage(l.Apprenticeship, l.Framework, l.Pieces), nil
}

// newPriorLearning handles GET /apprenticeships/:id/prior-learning/new.
func (h *Handlers) newPriorLearning(c echo.Context, actor authz.Actor) error {
	page, err := h.claimPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// hours reads hours such as "12" or "12.5" as minutes. What isn't a number is
// added to the problems.
func (f form) hours(name string, p *countersign.Problems) int {
	s := f.text(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 10000 {
		p.Add(name, "Enter a number of hours, for example 12 or 12.5")
		return 0
	}
	return int(math.Round(n * 60))
}

// claimPriorLearning handles POST /apprenticeships/:id/prior-learning/new.
func (h *Handlers) claimPriorLearning(c echo.Context, actor authz.Actor) error {
	page, err := h.claimPage(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	var read countersign.Problems
	in := service.PriorLearningInput{
		Title: f.text("title"), Provider: f.text("provider"), On: f.date("on", &read), Minutes: f.hours("minutes", &read),
		Competencies: f.Values["competencies"], Evidence: countersign.EvidenceID(f.Get("evidence")),
	}
	if err = read.Err(); err == nil {
		_, err = h.svc.ClaimPriorLearning(c.Request().Context(), actor, apprenticeshipID(c), in)
	}
	if err == nil {
		return h.redirect(c, "The claim waits for your GP supervisor.", apprenticeshipPath(apprenticeshipID(c))+"/prior-learning")
	}
	page.ClaimTitle, page.Provider, page.On, page.Hours, page.Codes, page.Piece = in.Title, in.Provider, f.dateValue("on"), f.text("minutes"), in.Competencies, string(in.Evidence)
	return h.again(c, actor, page, err)
}

func (h *Handlers) priorDecisionPage(c echo.Context, actor authz.Actor) (*view.ClaimDecisionPage, error) {
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	if err := h.svc.Permitted(ctx, actor, id, authz.DecidePriorLearning); err != nil {
		return nil, err
	}
	l, err := h.svc.PriorLearning(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	for _, claim := range l.Claims {
		if string(claim.ID) == c.Param("claim") {
			return view.NewClaimDecisionPage(l.Apprenticeship, l.Framework, claim), nil
		}
	}
	return nil, countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
}

// newPriorDecision handles GET /apprenticeships/:id/prior-learning/:claim/decision.
func (h *Handlers) newPriorDecision(c echo.Context, actor authz.Actor) error {
	page, err := h.priorDecisionPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// decidePriorLearning handles POST /apprenticeships/:id/prior-learning/:claim/decision.
func (h *Handlers) decidePriorLearning(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	in := service.PriorLearningDecision{Decision: f.Get("decision")}
	if in.Decision == "decline" {
		in.Reason = f.text("reason")
	}
	err := h.svc.DecidePriorLearning(c.Request().Context(), actor, apprenticeshipID(c), countersign.PriorLearningID(c.Param("claim")), f.number("version"), in)
	if err == nil {
		return h.redirect(c, "The decision is saved.", apprenticeshipPath(apprenticeshipID(c))+"/prior-learning")
	}
	page, pageErr := h.priorDecisionPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	page.Decision, page.Reason = in.Decision, in.Reason
	return h.again(c, actor, page, err)
}

// withdrawPriorLearning handles POST /apprenticeships/:id/prior-learning/:claim/withdrawal.
func (h *Handlers) withdrawPriorLearning(c echo.Context, actor authz.Actor) error {
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	err := h.svc.WithdrawPriorLearning(ctx, actor, id, countersign.PriorLearningID(c.Param("claim")), formOf(c).number("version"))
	if err == nil {
		return h.redirect(c, "The claim is taken back.", apprenticeshipPath(id)+"/prior-learning")
	}
	l, listErr := h.svc.PriorLearning(ctx, actor, id)
	if listErr != nil {
		return listErr
	}
	return h.again(c, actor, priorLearningPage(actor, l), err)
}
