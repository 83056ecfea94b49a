package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type personJSON struct {
	ID    countersign.PersonID `json:"id"`
	Name  string               `json:"name"`
	Email string               `json:"email"`
}

func personOf(p countersign.Person) personJSON { return personJSON{p.ID, p.Name, p.Email} }

type membershipJSON struct {
	ID           countersign.MembershipID `json:"id"`
	Role         countersign.MemberRole   `json:"role"`
	Organisation placeJSON                `json:"organisation"`
	From         day                      `json:"from"`
	To           day                      `json:"to"`
	Version      string                   `json:"version"`
}

func membershipOf(m service.HeldMembership) membershipJSON {
	return membershipJSON{
		m.ID, m.Role, placeJSON{m.OrganisationCode, m.OrganisationName, m.OrganisationKind}, day(m.From), day(m.To), endVersion(m.To),
	}
}

type memberJSON struct {
	personJSON
	Registration word             `json:"registration"`
	Memberships  []membershipJSON `json:"memberships"`
}

// listPeople handles GET /people: who works at the actor's places.
func (h *Handlers) listPeople(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	f := service.PeopleFilter{
		Query: q.text("q"), Organisation: q.code("organisation"), Role: oneOf(q, "role", countersign.MemberRoles()),
		Cursor: q.cursor(), Limit: q.limit(),
	}
	if err := q.err(); err != nil {
		return err
	}
	rows, next, err := h.svc.People(c.Request().Context(), actor, f)
	if err != nil {
		return err
	}
	return writePage(c, each(rows, func(r service.PersonRow) memberJSON {
		return memberJSON{personOf(r.Person), word(r.Registration), each(r.Memberships, membershipOf)}
	}), next)
}

// personFileJSON is a person for who administers where they work.
type personFileJSON struct {
	memberJSON
	HasPassword bool `json:"has_password"`
	Version     int  `json:"version"`
}

// showPerson handles GET /people/:id: somebody with a role at a place that the
// actor administers, and those roles.
func (h *Handlers) showPerson(c echo.Context, actor authz.Actor) error {
	f, err := h.svc.PersonFile(c.Request().Context(), actor, personID(c))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(f.Person.Version), personFileJSON{
		memberJSON{personOf(f.Person), word(f.Person.Registration), each(f.Memberships, membershipOf)}, f.Person.HasPassword, f.Person.Version,
	})
}

// changePerson handles PATCH /people/:id.
func (h *Handlers) changePerson(c echo.Context, actor authz.Actor) error {
	var in struct {
		Name         *string `json:"name"`
		Email        *string `json:"email"`
		Registration *string `json:"registration"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = m.try(func(version int) error {
		f, err := h.svc.PersonFile(ctx, actor, personID(c))
		if err != nil {
			return err
		}
		if version == 0 {
			version = f.Person.Version // what is left out stays as it is
		}
		to := service.ChangePersonInput{Name: f.Person.Name, Email: f.Person.Email, Registration: f.Person.Registration}
		for field, value := range map[*string]*string{&to.Name: in.Name, &to.Email: in.Email, &to.Registration: in.Registration} {
			if value != nil {
				*field = *value
			}
		}
		_, err = h.svc.ChangePerson(ctx, actor, personID(c), version, to)
		return err
	})
	if err != nil {
		return err
	}
	return h.showPerson(c, actor)
}

// createInvitation handles POST /people/:id/invitation: a new link to set a
// password, by mail.
func (h *Handlers) createInvitation(c echo.Context, actor authz.Actor) error {
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if !m.any {
		f, err := h.svc.PersonFile(c.Request().Context(), actor, personID(c))
		if err != nil {
			return err
		}
		if err := m.require(itoa(f.Person.Version)); err != nil {
			return err
		}
	}
	if _, err := h.svc.Invite(c.Request().Context(), actor, personID(c)); err != nil {
		return err
	}
	return h.showPerson(c, actor)
}

// personMembershipJSON is one role with whose it is.
type personMembershipJSON struct {
	membershipJSON
	Person personJSON `json:"person"`
}

// createMembership handles POST /memberships: it gives a person a role, and
// creates and invites somebody unknown.
func (h *Handlers) createMembership(c echo.Context, actor authz.Actor) error {
	var in struct {
		Name         string                 `json:"name"`
		Email        string                 `json:"email"`
		Registration string                 `json:"registration"`
		Role         countersign.MemberRole `json:"role"`
		Organisation string                 `json:"organisation"`
		From         countersign.Date       `json:"from"`
		To           countersign.Date       `json:"to"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	added, err := h.svc.AddMember(ctx, actor, service.MembershipInput{
		PersonInput: service.PersonInput{Name: in.Name, Email: in.Email}, Registration: in.Registration,
		Role: in.Role, Organisation: in.Organisation, From: in.From, To: in.To,
	})
	if err != nil {
		return err
	}
	m, err := h.svc.Membership(ctx, actor, added.Membership.ID)
	if err != nil {
		return err
	}
	return created(c, "/memberships/"+string(m.ID), endVersion(m.To), personMembershipJSON{membershipOf(m.HeldMembership), personOf(m.Person)})
}

// showMembership handles GET /memberships/:id.
func (h *Handlers) showMembership(c echo.Context, actor authz.Actor) error {
	m, err := h.svc.Membership(c.Request().Context(), actor, countersign.MembershipID(c.Param("id")))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, endVersion(m.To), personMembershipJSON{membershipOf(m.HeldMembership), personOf(m.Person)})
}

// endMembership handles PATCH /memberships/:id: the last day of a role, today
// if none is given.
func (h *Handlers) endMembership(c echo.Context, actor authz.Actor) error {
	to, m, err := readEnd(c)
	if err != nil {
		return err
	}
	err = m.tryEnd(func(seen *countersign.Date) error {
		id := countersign.MembershipID(c.Param("id"))
		return h.svc.EndMember(c.Request().Context(), actor, id, service.EndMemberInput{To: to, Seen: seen})
	})
	if err != nil {
		return err
	}
	return h.showMembership(c, actor)
}
