package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// listNamings handles GET /apprenticeships/:id/namings.
func (h *Handlers) listNamings(c echo.Context, actor authz.Actor) error {
	id, ctx := apprenticeshipID(c), c.Request().Context()
	app, err := h.svc.Apprenticeship(ctx, actor, id)
	if err != nil {
		return err
	}
	framework, err := h.svc.Framework(ctx, app.FrameworkID, app.FrameworkVersion)
	if err != nil {
		return err
	}
	page := view.NewNamingsPage(apprenticeshipPath(id), app.ApprenticeName)
	if page.Namings, err = h.svc.Namings(ctx, actor, id); err != nil {
		return err
	}
	if page.Lapsed, err = h.svc.LapsedNamings(ctx, actor, id); err != nil {
		return err
	}
	page.Today, page.Active = countersign.LondonDate(h.now()), !app.State.Ended()
	page.MayChange = h.svc.Permitted(ctx, actor, id, authz.ChangeNamings) == nil
	page.Domains = map[string]string{}
	for _, d := range framework.Domains {
		page.Domains[d.Code] = d.Title
	}
	return h.render(c, http.StatusOK, actor, page)
}

func apprenticeshipID(c echo.Context) countersign.ApprenticeshipID {
	return countersign.ApprenticeshipID(c.Param("id"))
}

// toName returns the apprenticeship for a form that names somebody, and
// refuses those who may not.
func (h *Handlers) toName(c echo.Context, actor authz.Actor) (countersign.Apprenticeship, error) {
	id, ctx := apprenticeshipID(c), c.Request().Context()
	if err := h.svc.Permitted(ctx, actor, id, authz.ChangeNamings); err != nil {
		return countersign.Apprenticeship{}, err
	}
	return h.svc.Apprenticeship(ctx, actor, id)
}

// toChange returns the apprenticeship and the naming that the path names.
func (h *Handlers) toChange(c echo.Context, actor authz.Actor) (countersign.Apprenticeship, countersign.Naming, error) {
	app, err := h.toName(c, actor)
	if err != nil {
		return app, countersign.Naming{}, err
	}
	all, err := h.svc.Namings(c.Request().Context(), actor, app.ID)
	if err != nil {
		return app, countersign.Naming{}, err
	}
	i := slices.IndexFunc(all, func(n countersign.Naming) bool { return string(n.ID) == c.Param("naming") })
	if i < 0 {
		return app, countersign.Naming{}, countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
	}
	return app, all[i], nil
}

// offer fills in who can be chosen, without those who can't be meant.
func (h *Handlers) offer(c echo.Context, actor authz.Actor, page *view.NamingPage, without ...countersign.PersonID) error {
	people, err := h.svc.MayBeNamed(c.Request().Context(), actor, apprenticeshipID(c), page.Role)
	for _, p := range people {
		if !slices.Contains(without, p.ID) {
			page.Offered = append(page.Offered, view.PersonOption{Name: p.Name, Email: p.Email})
		}
	}
	return err
}

// chosen puts what was posted back, and returns the address of who is meant.
func chosen(f form, page *view.NamingPage) (email string) {
	page.Person, page.Email, page.Chosen = f.Get("person"), f.text("email"), f.Values["domains"]
	page.From, page.To = f.dateValue("from"), f.dateValue("to")
	page.LinkErrors()
	if page.Person != "" && page.Person != view.OtherPerson {
		return page.Person
	}
	return page.Email
}

// newNaming handles GET /apprenticeships/:id/namings/new. It asks for the role
// first.
func (h *Handlers) newNaming(c echo.Context, actor authz.Actor) error {
	role := countersign.NamingRole(c.QueryParam("role"))
	if !slices.Contains(view.NamingRoles, role) {
		return h.askForRole(c, actor, c.QueryParams().Has("role") || strings.HasSuffix(c.Request().URL.String(), "?"))
	}
	page, err := h.namingPage(c, actor, role)
	if err != nil {
		return err
	}
	page.From = view.DateValueOf(countersign.LondonDate(h.now()))
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) askForRole(c echo.Context, actor authz.Actor, asked bool) error {
	app, err := h.toName(c, actor)
	if err != nil {
		return err
	}
	page := view.NewNamingRolePage(apprenticeshipPath(app.ID), app.ApprenticeName)
	if asked {
		return h.again(c, actor, page, countersign.InvalidField("role", "Select what they will be"))
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) namingPage(c echo.Context, actor authz.Actor, role countersign.NamingRole) (*view.NamingPage, error) {
	app, err := h.toName(c, actor)
	if err != nil {
		return nil, err
	}
	page := view.NewNamingPage(apprenticeshipPath(app.ID), app.ApprenticeName, role)
	if role == countersign.Assessor {
		framework, err := h.svc.Framework(c.Request().Context(), app.FrameworkID, app.FrameworkVersion)
		if err != nil {
			return nil, err
		}
		for _, d := range framework.Domains {
			page.Domains = append(page.Domains, view.Option{Value: d.Code, Text: d.Title})
		}
	}
	return page, h.offer(c, actor, page)
}

// createNaming handles POST /apprenticeships/:id/namings/new.
func (h *Handlers) createNaming(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	role := countersign.NamingRole(f.Get("role"))
	if !slices.Contains(view.NamingRoles, role) {
		return h.askForRole(c, actor, true)
	}
	page, err := h.namingPage(c, actor, role)
	if err != nil {
		return err
	}
	var read countersign.Problems
	in := service.NamingInput{Email: chosen(f, page), Role: role, From: f.date("from", &read), To: f.date("to", &read)}
	if role == countersign.Assessor {
		in.Domains = page.Chosen
	}
	return h.name(c, actor, page, read, func() (countersign.Naming, error) {
		return h.svc.AddNaming(c.Request().Context(), actor, apprenticeshipID(c), in)
	})
}

// name carries out a form that names somebody, unless it can't be read.
func (h *Handlers) name(c echo.Context, actor authz.Actor, page *view.NamingPage, read countersign.Problems, do func() (countersign.Naming, error)) error {
	err := read.Err()
	if err == nil {
		var n countersign.Naming
		if n, err = do(); err == nil {
			message := n.PersonName + " is named from " + view.Date(n.From) + "."
			if !n.From.After(countersign.LondonDate(h.now())) {
				message += " We have told them by email."
			}
			return h.redirect(c, message, apprenticeshipPath(apprenticeshipID(c))+"/namings")
		}
	}
	return h.again(c, actor, page, err)
}

// newCover handles GET /apprenticeships/:id/namings/:naming/cover.
func (h *Handlers) newCover(c echo.Context, actor authz.Actor) error {
	page, _, err := h.coverPage(c, actor)
	if err != nil {
		return err
	}
	page.From = view.DateValueOf(countersign.LondonDate(h.now()))
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) coverPage(c echo.Context, actor authz.Actor) (*view.NamingPage, countersign.Naming, error) {
	app, n, err := h.toChange(c, actor)
	if err != nil {
		return nil, n, err
	}
	page := view.NewCoverPage(apprenticeshipPath(app.ID), app.ApprenticeName, n)
	return page, n, h.offer(c, actor, page, n.Person)
}

// createCover handles POST /apprenticeships/:id/namings/:naming/cover.
func (h *Handlers) createCover(c echo.Context, actor authz.Actor) error {
	page, n, err := h.coverPage(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	var read countersign.Problems
	in := service.NamingInput{
		Email: chosen(f, page), Role: n.Role, Domains: n.Domains, Covers: n.PersonEmail, From: f.date("from", &read), To: f.date("to", &read),
	}
	return h.name(c, actor, page, read, func() (countersign.Naming, error) {
		return h.svc.AddNaming(c.Request().Context(), actor, apprenticeshipID(c), in)
	})
}

// newHandover handles GET /apprenticeships/:id/namings/:naming/handover.
func (h *Handlers) newHandover(c echo.Context, actor authz.Actor) error {
	page, n, err := h.handoverPage(c, actor)
	if err != nil {
		return err
	}
	page.From = view.DateValueOf(countersign.LondonDate(h.now()))
	if n.From.After(countersign.LondonDate(h.now())) {
		page.From = view.DateValueOf(n.From)
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) handoverPage(c echo.Context, actor authz.Actor) (*view.NamingPage, countersign.Naming, error) {
	app, n, err := h.toChange(c, actor)
	if err != nil {
		return nil, n, err
	}
	page := view.NewHandoverPage(apprenticeshipPath(app.ID), app.ApprenticeName, n)
	return page, n, h.offer(c, actor, page, n.Person)
}

// createHandover handles POST /apprenticeships/:id/namings/:naming/handover.
func (h *Handlers) createHandover(c echo.Context, actor authz.Actor) error {
	page, n, err := h.handoverPage(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	var read countersign.Problems
	in := service.HandOverInput{Email: chosen(f, page), From: f.date("from", &read), Seen: f.seen()}
	return h.name(c, actor, page, read, func() (countersign.Naming, error) {
		return h.svc.HandOver(c.Request().Context(), actor, apprenticeshipID(c), n.ID, in)
	})
}

// seen reads the last day as it stood when the form was shown; nil when the
// form doesn't say.
func (f form) seen() *countersign.Date {
	if !f.Has("seen") {
		return nil
	}
	if f.Get("seen") == "" {
		return &countersign.Date{}
	}
	d, err := countersign.ParseDate(f.Get("seen"))
	if err != nil {
		return nil
	}
	return &d
}

// lastDay reads the last day of a form that ends something, where it has to be
// said.
func (f form) lastDay(p *countersign.Problems) countersign.Date {
	to := f.date("to", p)
	if to.IsZero() && p.Err() == nil {
		p.Add("to", "Enter the last day")
	}
	return to
}

// editNamingEnd handles GET /apprenticeships/:id/namings/:naming/end.
func (h *Handlers) editNamingEnd(c echo.Context, actor authz.Actor) error {
	app, n, err := h.toChange(c, actor)
	if err != nil {
		return err
	}
	page := view.NewEndNamingPage(apprenticeshipPath(app.ID), app.ApprenticeName, n)
	page.To = view.DateValueOf(countersign.LondonDate(h.now()))
	return h.render(c, http.StatusOK, actor, page)
}

// endNaming handles POST /apprenticeships/:id/namings/:naming/end.
func (h *Handlers) endNaming(c echo.Context, actor authz.Actor) error {
	app, n, err := h.toChange(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	var read countersign.Problems
	in := service.EndNamingInput{To: f.lastDay(&read), Seen: f.seen()}
	if err = read.Err(); err == nil {
		if n, err = h.svc.EndNaming(c.Request().Context(), actor, app.ID, n.ID, in); err == nil {
			return h.redirect(c, n.PersonName+" is named until "+view.Date(n.To)+".", apprenticeshipPath(app.ID)+"/namings")
		}
	}
	if _, again, findErr := h.toChange(c, actor); findErr == nil {
		n = again
	}
	page := view.NewEndNamingPage(apprenticeshipPath(app.ID), app.ApprenticeName, n)
	page.To = f.dateValue("to")
	return h.again(c, actor, page, err)
}
