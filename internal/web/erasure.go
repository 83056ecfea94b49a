package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// askErasure handles POST /account/erasure.
func (h *Handlers) askErasure(c echo.Context, actor authz.Actor) error {
	err := h.svc.AskErasure(c.Request().Context(), actor, service.AskErasureInput{Reason: formOf(c).text("reason")})
	if err != nil {
		page, pageErr := h.dataPage(c, actor)
		if pageErr != nil {
			return pageErr
		}
		page.Reason = formOf(c).text("reason")
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "You have asked for your data to be erased. An administrator will answer.", "/account/data")
}

// listErasures handles GET /admin/erasures.
func (h *Handlers) listErasures(c echo.Context, actor authz.Actor) error {
	all, err := h.svc.Erasures(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	page := view.NewErasuresPage()
	page.Retention, page.Rows = h.svc.Retention(), all
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) erasurePage(c echo.Context, actor authz.Actor) (*view.ErasurePage, error) {
	e, cannot, err := h.svc.Erasure(c.Request().Context(), actor, personID(c))
	if err != nil {
		return nil, err
	}
	page := view.NewErasurePage(e)
	page.Retention, page.Cannot = h.svc.Retention(), countersign.MessageOf(cannot)
	page.Basis = page.Retention.Basis
	return page, nil
}

// showErasure handles GET /admin/people/:person/erasure.
func (h *Handlers) showErasure(c echo.Context, actor authz.Actor) error {
	page, err := h.erasurePage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// decideErasure handles POST /admin/people/:person/erasure.
func (h *Handlers) decideErasure(c echo.Context, actor authz.Actor) error {
	page, err := h.erasurePage(c, actor)
	if err != nil {
		return err
	}
	if !page.Decides() {
		return countersign.Refuse(countersign.Conflict, page.Cannot)
	}
	f := formOf(c)
	page.Decision, page.Basis, page.Reason = f.text("decision"), f.text("basis"), f.text("reason")
	in := service.ErasureInput{Decision: page.Decision, Basis: page.Basis, Reason: page.Reason}
	if err := h.svc.DecideErasure(c.Request().Context(), actor, personID(c), in); err != nil {
		return h.again(c, actor, page, err)
	}
	if page.Decision == "refuse" {
		return h.redirect(c, "The wish is refused.", "/admin/erasures")
	}
	return h.redirect(c, "Erased. The files of the database are written anew at 3am, without them. Backups that were made before still hold this person.", "/admin/erasures")
}
