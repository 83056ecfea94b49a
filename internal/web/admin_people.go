package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// listPeople handles GET /admin/people.
func (h *Handlers) listPeople(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	if err := h.svc.PermittedAnywhere(ctx, actor, authz.ChangePeople); err != nil {
		return err
	}
	page := view.NewPeoplePage()
	page.Query, page.Role, page.Past = strings.TrimSpace(c.QueryParam("q")), c.QueryParam("role"), c.QueryParam("past") != ""
	page.Organisation = strings.ToUpper(strings.TrimSpace(c.QueryParam("organisation")))
	rows, next, err := h.svc.AdministeredPeople(ctx, actor, service.PeopleFilter{
		Query: page.Query, Role: countersign.MemberRole(page.Role), Organisation: page.Organisation, Past: page.Past, Cursor: c.QueryParam("cursor"),
	})
	if err != nil {
		page.Errors.LinkTo("cursor", "q")
		return h.again(c, actor, page, err)
	}
	page.Next = next
	for _, r := range rows {
		row := view.PersonRow{ID: string(r.ID), Name: r.Name, Email: r.Email, Invited: !r.HasPassword}
		for _, m := range r.Memberships {
			row.Roles = append(row.Roles, m.Role.Title()+", "+m.OrganisationName)
		}
		page.Rows = append(page.Rows, row)
	}
	return h.render(c, http.StatusOK, actor, page)
}

func personID(c echo.Context) countersign.PersonID { return countersign.PersonID(c.Param("person")) }

// showPerson handles GET /admin/people/:person.
func (h *Handlers) showPerson(c echo.Context, actor authz.Actor) error {
	file, err := h.svc.PersonFile(c.Request().Context(), actor, personID(c))
	if err != nil {
		return err
	}
	page := view.NewPersonPage(string(file.Person.ID), file.Person.Name)
	page.Email, page.Registration, page.Invited = file.Person.Email, file.Person.Registration, !file.Person.HasPassword
	page.Elsewhere, page.Today = file.Elsewhere, countersign.LondonDate(h.now())
	for _, m := range file.Memberships {
		page.Roles = append(page.Roles, personRole(m))
	}
	slices.SortStableFunc(page.Roles, func(a, b view.PersonRole) int {
		return cmp.Compare(ended(a, page.Today), ended(b, page.Today))
	})
	return h.render(c, http.StatusOK, actor, page)
}

func ended(r view.PersonRole, today countersign.Date) int {
	if r.To.IsZero() || !r.To.Before(today) {
		return 0
	}
	return 1
}

func personRole(m service.HeldMembership) view.PersonRole {
	return view.PersonRole{ID: string(m.ID), Role: m.Role, Place: m.OrganisationName, Code: m.OrganisationCode, From: m.From, To: m.To}
}

// newPerson handles GET /admin/people/new.
func (h *Handlers) newPerson(c echo.Context, actor authz.Actor) error {
	if err := h.svc.PermittedAnywhere(c.Request().Context(), actor, authz.ChangePeople); err != nil {
		return err
	}
	page := view.NewAddPersonPage()
	page.Organisation, page.From = c.QueryParam("organisation"), view.DateValueOf(countersign.LondonDate(h.now()))
	return h.render(c, http.StatusOK, actor, page)
}

// createPerson handles POST /admin/people/new.
func (h *Handlers) createPerson(c echo.Context, actor authz.Actor) error {
	if err := h.svc.PermittedAnywhere(c.Request().Context(), actor, authz.ChangePeople); err != nil {
		return err
	}
	f := formOf(c)
	page := view.NewAddPersonPage()
	page.Name, page.Email, page.Registration = f.text("name"), f.text("email"), f.text("registration")
	return h.give(c, actor, page)
}

// newRole handles GET /admin/people/:person/roles/new.
func (h *Handlers) newRole(c echo.Context, actor authz.Actor) error {
	file, err := h.svc.PersonFile(c.Request().Context(), actor, personID(c))
	if err != nil {
		return err
	}
	page := view.NewAddRolePage(string(file.Person.ID), file.Person.Name)
	page.From = view.DateValueOf(countersign.LondonDate(h.now()))
	return h.render(c, http.StatusOK, actor, page)
}

// createRole handles POST /admin/people/:person/roles/new.
func (h *Handlers) createRole(c echo.Context, actor authz.Actor) error {
	file, err := h.svc.PersonFile(c.Request().Context(), actor, personID(c))
	if err != nil {
		return err
	}
	page := view.NewAddRolePage(string(file.Person.ID), file.Person.Name)
	page.Email = file.Person.Email
	return h.give(c, actor, page)
}

// give gives somebody the role that was posted.
func (h *Handlers) give(c echo.Context, actor authz.Actor, page *view.PersonFormPage) error {
	f := formOf(c)
	var read countersign.Problems
	page.Role, page.Organisation, page.From, page.To = f.Get("role"), f.text("organisation"), f.dateValue("from"), f.dateValue("to")
	in := service.MembershipInput{
		PersonInput: service.PersonInput{Name: page.Name, Email: page.Email}, Registration: page.Registration,
		Role: countersign.MemberRole(page.Role), Organisation: page.Organisation, From: f.date("from", &read), To: f.date("to", &read),
	}
	err := read.Err()
	if err == nil {
		var added service.Added
		if added, err = h.svc.AddMember(c.Request().Context(), actor, in); err == nil {
			message := added.Person.Name + " is " + added.Membership.Role.Title() + " from " + view.Date(added.Membership.From) + "."
			if added.SetUpToken != "" {
				message += " We have emailed them a link to set a password."
			}
			return h.redirect(c, message, personPath(added.Person.ID))
		}
	}
	return h.again(c, actor, page, err)
}

// editPerson handles GET /admin/people/:person/change.
func (h *Handlers) editPerson(c echo.Context, actor authz.Actor) error {
	page, err := h.changePersonPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) changePersonPage(c echo.Context, actor authz.Actor) (*view.PersonFormPage, error) {
	file, err := h.svc.PersonFile(c.Request().Context(), actor, personID(c))
	if err != nil {
		return nil, err
	}
	p := file.Person
	page := view.NewChangePersonPage(string(p.ID), p.Name)
	page.Name, page.Email, page.Registration, page.Version = p.Name, p.Email, p.Registration, p.Version
	page.Now = []view.SummaryRow{{Key: "Email address", Value: p.Email}, {Key: "Name", Value: p.Name}, {Key: "Registration", Value: cmp.Or(p.Registration, "Not provided")}}
	return page, nil
}

// changePerson handles POST /admin/people/:person/change.
func (h *Handlers) changePerson(c echo.Context, actor authz.Actor) error {
	page, err := h.changePersonPage(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	page.Name, page.Email, page.Registration = f.text("name"), f.text("email"), f.text("registration")
	p, err := h.svc.ChangePerson(c.Request().Context(), actor, personID(c), f.number("version"), service.ChangePersonInput{
		Name: page.Name, Email: page.Email, Registration: page.Registration,
	})
	if err == nil {
		return h.redirect(c, p.Name+" is changed.", personPath(p.ID))
	}
	if page.Stale = service.IsStale(err); !page.Stale {
		page.Version = f.number("version")
	}
	return h.again(c, actor, page, err)
}

// createInvitation handles POST /admin/people/:person/invitation.
func (h *Handlers) createInvitation(c echo.Context, actor authz.Actor) error {
	p, err := h.svc.Invite(c.Request().Context(), actor, personID(c))
	if countersign.KindOf(err) == countersign.Conflict { // the password was set meanwhile
		return h.inform(c, countersign.MessageOf(err), personPath(personID(c)))
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "We have emailed "+p.Email+" a new link.", personPath(p.ID))
}

// roleOf returns the person and the role that the path names.
func (h *Handlers) roleOf(c echo.Context, actor authz.Actor) (service.PersonFile, view.PersonRole, error) {
	file, err := h.svc.PersonFile(c.Request().Context(), actor, personID(c))
	if err != nil {
		return file, view.PersonRole{}, err
	}
	for _, m := range file.Memberships {
		if string(m.ID) == c.Param("role") {
			return file, personRole(m), nil
		}
	}
	return file, view.PersonRole{}, countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
}

// editRoleEnd handles GET /admin/people/:person/roles/:role/end.
func (h *Handlers) editRoleEnd(c echo.Context, actor authz.Actor) error {
	file, role, err := h.roleOf(c, actor)
	if err != nil {
		return err
	}
	page := view.NewEndRolePage(string(file.Person.ID), file.Person.Name, role)
	page.To = view.DateValueOf(countersign.LondonDate(h.now()))
	return h.render(c, http.StatusOK, actor, page)
}

// endRole handles POST /admin/people/:person/roles/:role/end.
func (h *Handlers) endRole(c echo.Context, actor authz.Actor) error {
	file, role, err := h.roleOf(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	var read countersign.Problems
	in := service.EndMemberInput{To: f.lastDay(&read), Seen: f.seen()}
	if err = read.Err(); err == nil {
		if err = h.svc.EndMember(c.Request().Context(), actor, countersign.MembershipID(role.ID), in); err == nil {
			return h.redirect(c, file.Person.Name+" is "+role.Role.Title()+" at "+role.Place+" until "+view.Date(in.To)+".", personPath(file.Person.ID))
		}
	}
	if _, again, findErr := h.roleOf(c, actor); findErr == nil {
		role = again
	}
	page := view.NewEndRolePage(string(file.Person.ID), file.Person.Name, role)
	page.To = f.dateValue("to")
	return h.again(c, actor, page, err)
}
