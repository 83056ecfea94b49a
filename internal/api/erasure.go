package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type erasureJSON struct {
	Person  countersign.PersonID `json:"person"`
	Name    string               `json:"name"`
	LastDay day                  `json:"last_day"`
	DueOn   day                  `json:"due_on"`
	AskedAt moment               `json:"asked_at"`
	Reason  word                 `json:"reason"`
}

func (h *Handlers) erasureOf(e countersign.Erasure) erasureJSON {
	return erasureJSON{e.Person, e.Name, day(e.LastDay), day(e.DueOn(h.svc.Retention())), moment(e.AskedAt), word(e.AskedWhy)}
}

// listErasures handles GET /erasures.
func (h *Handlers) listErasures(c echo.Context, actor authz.Actor) error {
	all, err := h.svc.Erasures(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writePage(c, each(all, h.erasureOf), "")
}

// askErasure handles POST /me/erasure.
func (h *Handlers) askErasure(c echo.Context, actor authz.Actor) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.svc.AskErasure(c.Request().Context(), actor, service.AskErasureInput{Reason: in.Reason}); err != nil {
		return err
	}
	e, err := h.svc.OwnErasure(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, h.erasureOf(e))
}

// decideErasure handles POST /people/:id/erasure.
func (h *Handlers) decideErasure(c echo.Context, actor authz.Actor) error {
	var in struct {
		Decision string `json:"decision"`
		Basis    string `json:"basis"`
		Reason   string `json:"reason"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.svc.DecideErasure(c.Request().Context(), actor, personID(c), service.ErasureInput{Decision: in.Decision, Basis: in.Basis, Reason: in.Reason}); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
