package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type organisationJSON struct {
	placeJSON
	Parent  word `json:"parent"`   // code of the place above
	EndedOn day  `json:"ended_on"` // its last day; null while it is open
	Version int  `json:"version"`
}

func organisationOf(r service.OrganisationRow) organisationJSON {
	return organisationJSON{placeOf(r.Organisation), word(r.ParentCode), day(r.EndedOn), r.Version}
}

// listOrganisations handles GET /organisations.
func (h *Handlers) listOrganisations(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	f := service.OrganisationFilter{
		Kind: oneOf(q, "kind", countersign.OrganisationKinds()), Parent: q.code("parent"),
		Query: q.text("q"), Cursor: q.cursor(), Limit: q.limit(),
	}
	if err := q.err(); err != nil {
		return err
	}
	rows, next, err := h.svc.Organisations(c.Request().Context(), actor, f)
	if err != nil {
		return err
	}
	return writePage(c, each(rows, organisationOf), next)
}

// createOrganisation handles POST /organisations.
func (h *Handlers) createOrganisation(c echo.Context, actor authz.Actor) error {
	var in struct {
		Code   string                       `json:"code"`
		Name   string                       `json:"name"`
		Kind   countersign.OrganisationKind `json:"kind"`
		Parent string                       `json:"parent"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	o, err := h.svc.AddOrganisation(c.Request().Context(), actor, service.OrganisationInput(in))
	if err != nil {
		return err
	}
	row := service.OrganisationRow{Organisation: o, ParentCode: strings.ToUpper(strings.TrimSpace(in.Parent))}
	return created(c, "/organisations/"+o.Code, itoa(o.Version), organisationOf(row))
}

// showOrganisation handles GET /organisations/:code.
func (h *Handlers) showOrganisation(c echo.Context, actor authz.Actor) error {
	row, err := h.svc.OrganisationInTree(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(row.Version), organisationOf(row))
}

// changeOrganisation handles PATCH /organisations/:code: its name, and its last
// day, which null takes away again.
func (h *Handlers) changeOrganisation(c echo.Context, actor authz.Actor) error {
	var in struct {
		Name    *string           `json:"name"`
		EndedOn *countersign.Date `json:"ended_on"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	err = m.try(func(version int) error {
		_, err := h.svc.ChangeOrganisation(c.Request().Context(), actor, c.Param("code"), version, service.ChangeOrganisationInput(in))
		return err
	})
	if err != nil {
		return err
	}
	return h.showOrganisation(c, actor)
}

// stayJSON is where a place was directly beneath another one.
type stayJSON struct {
	Parent placeJSON `json:"parent"`
	From   day       `json:"from"` // null: since always
	To     day       `json:"to"`   // its last day there; null: until now
}

// listPlaceMoves handles GET /organisations/:code/moves: beneath which places
// it was, newest first.
func (h *Handlers) listPlaceMoves(c echo.Context, actor authz.Actor) error {
	f, err := h.svc.PlaceFile(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return err
	}
	return writePage(c, each(f.Stays, func(s countersign.Stay) stayJSON {
		return stayJSON{placeOf(s.Parent), day(s.From), day(s.To)}
	}), "")
}

// createPlaceMove handles POST /organisations/:code/moves.
func (h *Handlers) createPlaceMove(c echo.Context, actor authz.Actor) error {
	var in struct {
		Parent string           `json:"parent"`
		On     countersign.Date `json:"on"`
		Reason string           `json:"reason"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	err = m.try(func(version int) error {
		_, err := h.svc.MovePlace(c.Request().Context(), actor, c.Param("code"), version, service.MovePlaceInput(in))
		return err
	})
	if err != nil {
		return err
	}
	return h.showOrganisation(c, actor)
}
