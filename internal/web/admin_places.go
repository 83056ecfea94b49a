package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showAdmin handles GET /admin.
func (h *Handlers) showAdmin(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	if err := h.svc.PermittedAnywhere(ctx, actor, authz.ChangePeople); err != nil {
		return err
	}
	page := view.NewAdminPage()
	home, err := h.adminHome(ctx, actor)
	if err != nil {
		return err
	}
	page.Home = *home
	return h.render(c, http.StatusOK, actor, page)
}

func organisationRow(o countersign.Organisation, parent string, level int) view.OrganisationRow {
	return view.OrganisationRow{Code: o.Code, Name: o.Name, Kind: o.Kind, EndedOn: o.EndedOn, Parent: parent, Level: level}
}

func organisationRows(rows []service.OrganisationRow, level int) []view.OrganisationRow {
	out := make([]view.OrganisationRow, len(rows))
	for i, r := range rows {
		out[i] = organisationRow(r.Organisation, r.ParentCode, level)
	}
	return out
}

// listOrganisations handles GET /admin/organisations: what was looked for, or
// the top of what the administrator looks after.
func (h *Handlers) listOrganisations(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	if err := h.svc.PermittedAnywhere(ctx, actor, authz.ChangePlaces); err != nil {
		return err
	}
	page := view.NewOrganisationsPage()
	page.Today = countersign.LondonDate(h.now())
	page.Query, page.Kind, page.Cursor = strings.TrimSpace(c.QueryParam("q")), c.QueryParam("kind"), c.QueryParam("cursor")
	var err error
	if page.Tree = page.Query == "" && page.Kind == "" && page.Cursor == ""; page.Tree {
		page.Rows, err = h.topOfTree(c, actor)
	} else {
		var rows []service.OrganisationRow
		rows, page.Next, err = h.svc.AdministeredPlaces(ctx, actor, service.OrganisationFilter{
			Query: page.Query, Kind: countersign.OrganisationKind(page.Kind), Cursor: page.Cursor,
		})
		page.Rows = organisationRows(rows, 0)
	}
	if err != nil {
		page.Errors.LinkTo("cursor", "q")
		return h.again(c, actor, page, err)
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) topOfTree(c echo.Context, actor authz.Actor) ([]view.OrganisationRow, error) {
	ctx := c.Request().Context()
	home, err := h.svc.AdminHome(ctx, actor)
	if err != nil {
		return nil, err
	}
	var tree []view.OrganisationRow
	for _, o := range home.Places {
		tree = append(tree, organisationRow(o, "", 0))
		beneath, _, err := h.svc.AdministeredPlaces(ctx, actor, service.OrganisationFilter{Parent: o.Code, Limit: 200})
		if err != nil {
			return nil, err
		}
		tree = append(tree, organisationRows(beneath, 1)...)
	}
	return tree, nil
}

// showOrganisation handles GET /admin/organisations/:code.
func (h *Handlers) showOrganisation(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	file, err := h.svc.PlaceFile(ctx, actor, c.Param("code"))
	if err != nil {
		return err
	}
	var above []view.Link
	for _, o := range file.Above {
		above = append(above, view.Link{Text: o.Name, Href: organisationPath(o.Code)})
	}
	page := view.NewOrganisationPage(organisationRow(file.Organisation, file.Parent.Code, 0), above...)
	page.Today, page.Above = countersign.LondonDate(h.now()), view.Link{Text: file.Parent.Name}
	if n := len(file.Above); n > 0 && file.Above[n-1].ID == file.Organisation.Parent {
		page.Above = above[n-1]
	}
	beneath, next, err := h.svc.AdministeredPlaces(ctx, actor, service.OrganisationFilter{Parent: file.Code, Cursor: c.QueryParam("cursor")})
	if err != nil {
		return err
	}
	page.Beneath, page.Next, page.Stays = organisationRows(beneath, 0), next, file.Stays
	return h.render(c, http.StatusOK, actor, page)
}

// newOrganisation handles GET /admin/organisations/:code/new.
func (h *Handlers) newOrganisation(c echo.Context, actor authz.Actor) error {
	page, err := h.organisationForm(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) organisationForm(c echo.Context, actor authz.Actor) (*view.OrganisationFormPage, error) {
	file, err := h.svc.PlaceFile(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return nil, err
	}
	page := view.NewOrganisationFormPage(organisationRow(file.Organisation, file.Parent.Code, 0))
	if len(page.Kinds) == 0 {
		return nil, countersign.Refuse(countersign.NotFound, "Nothing can stand beneath a practice")
	}
	return page, nil
}

// createOrganisation handles POST /admin/organisations/:code/new.
func (h *Handlers) createOrganisation(c echo.Context, actor authz.Actor) error {
	page, err := h.organisationForm(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	page.Code, page.Name, page.Kind = f.text("code"), f.text("name"), f.Get("kind")
	o, err := h.svc.AddOrganisation(c.Request().Context(), actor, service.OrganisationInput{
		Code: page.Code, Name: page.Name, Kind: countersign.OrganisationKind(page.Kind), Parent: c.Param("code"),
	})
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, o.Name+" is added.", organisationPath(o.Code))
}

// editOrganisation handles GET /admin/organisations/:code/change.
func (h *Handlers) editOrganisation(c echo.Context, actor authz.Actor) error {
	page, err := h.organisationChange(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) organisationChange(c echo.Context, actor authz.Actor) (*view.OrganisationFormPage, error) {
	file, err := h.svc.PlaceFile(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return nil, err
	}
	page := view.NewOrganisationChangePage(organisationRow(file.Organisation, file.Parent.Code, 0))
	page.Version = file.Version
	last := "None"
	if !file.EndedOn.IsZero() {
		last = view.Date(file.EndedOn)
	}
	page.Now = []view.SummaryRow{{Key: "Name", Value: file.Name}, {Key: "Last day", Value: last}}
	return page, nil
}

// changeOrganisation handles POST /admin/organisations/:code/change.
func (h *Handlers) changeOrganisation(c echo.Context, actor authz.Actor) error {
	page, err := h.organisationChange(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	var read countersign.Problems
	page.Name, page.Ends = f.text("name"), f.dateValue("ended_on")
	ended := f.date("ended_on", &read)
	if page.Name == "" {
		read.Add("name", "Enter a name")
	}
	if err = read.Err(); err == nil { // an empty last day opens the place again, so one that can't be read must not get there
		var o countersign.Organisation
		o, err = h.svc.ChangeOrganisation(c.Request().Context(), actor, c.Param("code"), f.number("version"), service.ChangeOrganisationInput{Name: &page.Name, EndedOn: &ended})
		if err == nil {
			return h.redirect(c, o.Name+" is changed.", organisationPath(o.Code))
		}
	}
	page.Stale = service.IsStale(err)
	if !page.Stale {
		page.Version = f.number("version")
	}
	return h.again(c, actor, page, err)
}

// newPlaceMove handles GET /admin/organisations/:code/move.
func (h *Handlers) newPlaceMove(c echo.Context, actor authz.Actor) error {
	page, err := h.placeMove(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) placeMove(c echo.Context, actor authz.Actor) (*view.MovePlacePage, error) {
	file, err := h.svc.PlaceFile(c.Request().Context(), actor, c.Param("code"))
	if err != nil {
		return nil, err
	}
	if file.Parent.ID == "" {
		return nil, countersign.Refuse(countersign.NotFound, "The top of the tree cannot move")
	}
	page := view.NewMovePlacePage(organisationRow(file.Organisation, file.Parent.Code, 0), file.Parent.Name, countersign.LondonDate(h.now()))
	page.Version = file.Version
	return page, nil
}

// createPlaceMove handles POST /admin/organisations/:code/move.
func (h *Handlers) createPlaceMove(c echo.Context, actor authz.Actor) error {
	page, err := h.placeMove(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	var read countersign.Problems
	page.Parent, page.Reason, page.On = f.text("parent"), f.text("reason"), f.dateValue("on")
	in := service.MovePlaceInput{Parent: page.Parent, On: f.date("on", &read), Reason: page.Reason}
	if err = read.Err(); err == nil {
		var o countersign.Organisation
		if o, err = h.svc.MovePlace(c.Request().Context(), actor, c.Param("code"), f.number("version"), in); err == nil {
			return h.redirect(c, o.Name+" is moved.", organisationPath(o.Code))
		}
	}
	page.Stale = service.IsStale(err)
	if !page.Stale {
		page.Version = f.number("version")
	}
	return h.again(c, actor, page, err)
}
