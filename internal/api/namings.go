package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type namingJSON struct {
	ID      countersign.NamingID   `json:"id"`
	Person  personJSON             `json:"person"`
	Role    countersign.NamingRole `json:"role"`
	Domains []string               `json:"domains"` // empty: all
	Covers  word                   `json:"covers"`  // name of who is stood in for
	From    day                    `json:"from"`
	To      day                    `json:"to"`
	Version string                 `json:"version"`

	BriefingAttendedOn day `json:"briefing_attended_on"`
}

func namingOf(n countersign.Naming) namingJSON {
	return namingJSON{
		n.ID, personJSON{n.Person, n.PersonName, n.PersonEmail}, n.Role, listOf(n.Domains), word(n.CoversName),
		day(n.From), day(n.To), endVersion(n.To), day(n.BriefingOn),
	}
}

// listNamings handles GET /apprenticeships/:id/namings: past ones too.
func (h *Handlers) listNamings(c echo.Context, actor authz.Actor) error {
	all, err := h.svc.Namings(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writePage(c, each(all, namingOf), "")
}

// createNaming handles POST /apprenticeships/:id/namings.
func (h *Handlers) createNaming(c echo.Context, actor authz.Actor) error {
	var in struct {
		Email   string                 `json:"email"`
		Role    countersign.NamingRole `json:"role"`
		Domains []string               `json:"domains"`
		Covers  string                 `json:"covers"`
		From    countersign.Date       `json:"from"`
		To      countersign.Date       `json:"to"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.unchanged(c, actor); err != nil {
		return err
	}
	n, err := h.svc.AddNaming(c.Request().Context(), actor, apprenticeshipID(c), service.NamingInput(in))
	if err != nil {
		return err
	}
	return h.writeNaming(c, actor, http.StatusCreated, n.ID)
}

// showNaming handles GET /apprenticeships/:id/namings/:naming.
func (h *Handlers) showNaming(c echo.Context, actor authz.Actor) error {
	return h.writeNaming(c, actor, http.StatusOK, countersign.NamingID(c.Param("naming")))
}

func (h *Handlers) writeNaming(c echo.Context, actor authz.Actor, status int, id countersign.NamingID) error {
	all, err := h.svc.Namings(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(n countersign.Naming) bool { return n.ID == id })
	if at < 0 {
		return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
	}
	out := namingOf(all[at])
	if status == http.StatusCreated {
		return created(c, "/apprenticeships/"+c.Param("id")+"/namings/"+string(id), out.Version, out)
	}
	return writeResource(c, status, out.Version, out)
}

// endNaming handles PATCH /apprenticeships/:id/namings/:naming: its last day,
// today if none is given.
func (h *Handlers) endNaming(c echo.Context, actor authz.Actor) error {
	to, m, err := readEnd(c)
	if err != nil {
		return err
	}
	id := countersign.NamingID(c.Param("naming"))
	err = m.tryEnd(func(seen *countersign.Date) error {
		_, err := h.svc.EndNaming(c.Request().Context(), actor, apprenticeshipID(c), id, service.EndNamingInput{To: to, Seen: seen})
		return err
	})
	if err != nil {
		return err
	}
	return h.writeNaming(c, actor, http.StatusOK, id)
}

// handOver handles POST /apprenticeships/:id/namings/:naming/handover: it ends
// the naming the day before and names somebody else in the same role.
func (h *Handlers) handOver(c echo.Context, actor authz.Actor) error {
	var in struct {
		Email string           `json:"email"`
		From  countersign.Date `json:"from"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	var n countersign.Naming
	err = m.tryEnd(func(seen *countersign.Date) (err error) {
		n, err = h.svc.HandOver(c.Request().Context(), actor, apprenticeshipID(c), countersign.NamingID(c.Param("naming")),
			service.HandOverInput{Email: in.Email, From: in.From, Seen: seen})
		return err
	})
	if err != nil {
		return err
	}
	return h.writeNaming(c, actor, http.StatusCreated, n.ID)
}
