package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type savedViewJSON struct {
	ID        countersign.SavedViewID `json:"id"`
	Name      string                  `json:"name"`
	Query     string                  `json:"query"`
	CreatedAt moment                  `json:"created_at"`
}

func savedViewOf(v countersign.SavedView) savedViewJSON {
	return savedViewJSON{v.ID, v.Name, v.Query, moment(v.At)}
}

// listSavedViews handles GET /me/views.
func (h *Handlers) listSavedViews(c echo.Context, actor authz.Actor) error {
	views, err := h.svc.SavedViews(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writePage(c, each(views, savedViewOf), "")
}

// saveView handles POST /me/views. One of the same name is replaced.
func (h *Handlers) saveView(c echo.Context, actor authz.Actor) error {
	var in struct {
		Name  string `json:"name"`
		Query string `json:"query"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	v, err := h.svc.SaveView(c.Request().Context(), actor, service.SavedViewInput{Name: in.Name, Query: in.Query})
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, savedViewOf(v))
}

// removeView handles DELETE /me/views/:id.
func (h *Handlers) removeView(c echo.Context, actor authz.Actor) error {
	if err := h.svc.RemoveView(c.Request().Context(), actor, countersign.SavedViewID(c.Param("id"))); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
