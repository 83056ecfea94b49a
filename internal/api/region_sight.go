package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// regionSightJSON is what the lead of a training hub's region sees of it.
type regionSightJSON struct {
	Organisation placeJSON           `json:"organisation"`
	Region       placeJSON           `json:"region"`
	Agrees       bool                `json:"agrees"`
	Hubs         []agreeingPlaceJSON `json:"hubs"`
	People       bool                `json:"people"` // every training hub agrees
}

type agreeingPlaceJSON struct {
	placeJSON
	Agrees bool `json:"agrees"`
}

func writeRegionSight(c echo.Context, r service.RegionSight) error {
	out := regionSightJSON{Organisation: placeOf(r.Hub), Region: placeOf(r.Region), Agrees: r.Hub.PeopleToRegion, People: r.People()}
	out.Hubs = each(r.Hubs, func(o countersign.Organisation) agreeingPlaceJSON {
		return agreeingPlaceJSON{placeOf(o), o.PeopleToRegion}
	})
	return writeResource(c, http.StatusOK, itoa(r.Hub.Version), out)
}

// showRegionSight handles GET /organisations/:code/region-sight.
func (h *Handlers) showRegionSight(c echo.Context, actor authz.Actor) error {
	r, err := h.svc.RegionSight(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return err
	}
	return writeRegionSight(c, r)
}

// agreeToRegion handles PUT /organisations/:code/region-sight.
func (h *Handlers) agreeToRegion(c echo.Context, actor authz.Actor) error {
	var in struct {
		Agrees bool   `json:"agrees"`
		Reason string `json:"reason"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	var r service.RegionSight
	if err := m.try(func(version int) (err error) {
		r, err = h.svc.AgreeToRegion(c.Request().Context(), actor, c.Param("code"), version, service.RegionSightInput(in))
		return err
	}); err != nil {
		return err
	}
	return writeRegionSight(c, r)
}
