package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type placeJSON struct {
	Code string                       `json:"code"`
	Name string                       `json:"name"`
	Kind countersign.OrganisationKind `json:"kind"`
}

func placeOf(o countersign.Organisation) placeJSON { return placeJSON{o.Code, o.Name, o.Kind} }

type meJSON struct {
	ID           countersign.PersonID `json:"id"`
	Name         string               `json:"name"`
	Email        string               `json:"email"`
	Registration word                 `json:"registration"`
	Roles        []roleJSON           `json:"roles"`
	DailyDigest  bool                 `json:"daily_digest"`
	Version      int                  `json:"version"`
}

type roleJSON struct {
	Role         countersign.MemberRole `json:"role"`
	Organisation placeJSON              `json:"organisation"`
}

// showMe handles GET /me.
func (h *Handlers) showMe(c echo.Context, actor authz.Actor) error {
	a, err := h.svc.Account(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(a.Person.Version), meJSON{
		ID: a.Person.ID, Name: a.Person.Name, Email: a.Person.Email, Registration: word(a.Person.Registration),
		Roles: each(a.Memberships, func(m service.HeldMembership) roleJSON {
			return roleJSON{m.Role, placeJSON{m.OrganisationCode, m.OrganisationName, m.OrganisationKind}}
		}),
		DailyDigest: a.Person.DailyDigest, Version: a.Person.Version,
	})
}

// changeMe handles PATCH /me: whether the daily mail of what waits is wanted.
func (h *Handlers) changeMe(c echo.Context, actor authz.Actor) error {
	var in struct {
		DailyDigest bool `json:"daily_digest"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	err = m.try(func(version int) error { return h.svc.SetDigest(c.Request().Context(), actor, version, in.DailyDigest) })
	if err != nil {
		return err
	}
	return h.showMe(c, actor)
}
