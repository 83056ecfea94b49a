package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/board"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

func (h *Handlers) regionSight(c echo.Context, actor authz.Actor) (*view.RegionSightPage, error) {
	r, err := h.svc.RegionSight(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return nil, err
	}
	return view.NewRegionSightPage(r.Hub, r.Region.Name, r.Hubs), nil
}

// showRegionSight handles GET /reports/:code/region-sight.
func (h *Handlers) showRegionSight(c echo.Context, actor authz.Actor) error {
	page, err := h.regionSight(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// agreeToRegion handles POST /reports/:code/region-sight.
func (h *Handlers) agreeToRegion(c echo.Context, actor authz.Actor) error {
	page, err := h.regionSight(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	page.Chosen, page.Reason = f.text("agrees"), f.text("reason")
	if page.Chosen != "yes" && page.Chosen != "no" {
		return h.again(c, actor, page, countersign.InvalidField("agrees", "Select yes or no"))
	}
	in := service.RegionSightInput{Agrees: page.Chosen == "yes", Reason: page.Reason}
	if _, err = h.svc.AgreeToRegion(c.Request().Context(), actor, c.Param("code"), f.number("version"), in); err == nil {
		return h.redirect(c, "What your region sees is saved.", board.Path(strings.ToUpper(c.Param("code"))))
	}
	if page.Stale = service.IsStale(err); !page.Stale {
		page.Version = f.number("version")
	}
	return h.again(c, actor, page, err)
}
