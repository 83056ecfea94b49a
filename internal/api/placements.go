package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type placementJSON struct {
	ID             countersign.PlacementID      `json:"id"`
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	Site           string                       `json:"site"`
	From           day                          `json:"from"`
	To             day                          `json:"to"`
	SupervisorName string                       `json:"supervisor_name"`
	PlannedMinutes int                          `json:"planned_minutes"`
	DoneMinutes    int                          `json:"done_minutes"`
	State          countersign.PlacementState   `json:"state"`
	Comment        string                       `json:"comment"`
	AskedAt        moment                       `json:"asked_at"`
	AnsweredAt     moment                       `json:"answered_at"`
	Version        string                       `json:"version"`
}

func placementOf(p countersign.Placement) placementJSON {
	return placementJSON{
		p.ID, p.Apprenticeship, p.Site, day(p.From), day(p.To), p.SupervisorName, p.PlannedMinutes, p.DoneMinutes, p.State, p.Comment,
		moment(p.AskedAt), moment(p.AnsweredAt), itoa(p.Version),
	}
}

// listPlacements handles GET /apprenticeships/:id/placements.
func (h *Handlers) listPlacements(c echo.Context, actor authz.Actor) error {
	l, err := h.svc.Placements(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, struct {
		page[placementJSON]
		Confirmed int `json:"confirmed_minutes"`
	}{page[placementJSON]{Items: each(l.Placements, placementOf)}, l.Confirmed()})
}

// arrangePlacement handles POST /apprenticeships/:id/placements.
func (h *Handlers) arrangePlacement(c echo.Context, actor authz.Actor) error {
	var in struct {
		Site            string           `json:"site"`
		From            countersign.Date `json:"from"`
		To              countersign.Date `json:"to"`
		SupervisorName  string           `json:"supervisor_name"`
		SupervisorEmail string           `json:"supervisor_email"`
		PlannedHours    int              `json:"planned_hours"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	p, err := h.svc.ArrangePlacement(c.Request().Context(), actor, apprenticeshipID(c), service.PlacementInput(in))
	if err != nil {
		return err
	}
	return created(c, "/placements/"+string(p.ID), itoa(p.Version), placementOf(p))
}

func placementID(c echo.Context) countersign.PlacementID {
	return countersign.PlacementID(c.Param("id"))
}

// showPlacement handles GET /placements/:id.
func (h *Handlers) showPlacement(c echo.Context, actor authz.Actor) error {
	p, _, err := h.svc.Placement(c.Request().Context(), actor, placementID(c))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(p.Version), placementOf(p))
}

// changePlacement handles PATCH /placements/:id: the fields sent take the place
// of those that are there.
func (h *Handlers) changePlacement(c echo.Context, actor authz.Actor) error {
	var in struct {
		Site            *string           `json:"site"`
		From            *countersign.Date `json:"from"`
		To              *countersign.Date `json:"to"`
		SupervisorName  *string           `json:"supervisor_name"`
		SupervisorEmail *string           `json:"supervisor_email"`
		PlannedHours    *int              `json:"planned_hours"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	p, _, err := h.svc.Placement(c.Request().Context(), actor, placementID(c))
	if err != nil {
		return err
	}
	if err := m.require(itoa(p.Version)); err != nil {
		return err
	}
	if _, err := h.svc.ChangePlacement(c.Request().Context(), actor, p.ID, p.Version, service.PlacementInput{
		Site: or(in.Site, p.Site), From: or(in.From, p.From), To: or(in.To, p.To), SupervisorName: or(in.SupervisorName, p.SupervisorName),
		SupervisorEmail: or(in.SupervisorEmail, p.SupervisorEmail), PlannedHours: or(in.PlannedHours, p.PlannedMinutes/60),
	}); err != nil {
		return fresh(err)
	}
	return h.showPlacement(c, actor)
}

// or returns what was sent, or else what is there.
func or[T any](sent *T, there T) T {
	if sent != nil {
		return *sent
	}
	return there
}

// askSite handles POST /placements/:id/site-request.
func (h *Handlers) askSite(c echo.Context, actor authz.Actor) error {
	var in struct {
		HoursDone int `json:"hours_done"`
	}
	if err := attempt(c, &in, func(version int) error {
		_, err := h.svc.AskSite(c.Request().Context(), actor, placementID(c), version, service.AskSiteInput(in))
		return err
	}); err != nil {
		return err
	}
	return h.showPlacement(c, actor)
}

// cancelPlacement handles POST /placements/:id/cancellation.
func (h *Handlers) cancelPlacement(c echo.Context, actor authz.Actor) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := attempt(c, &in, func(version int) error {
		_, err := h.svc.CancelPlacement(c.Request().Context(), actor, placementID(c), version, service.CancelPlacementInput(in))
		return err
	}); err != nil {
		return err
	}
	return h.showPlacement(c, actor)
}
