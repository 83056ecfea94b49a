package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// versionRoutes show an apprenticeship over time, compare the versions of a framework and bring people to
// another one.
var versionRoutes = []route{
	{method: get, path: "/frameworks/:id/changes", access: public, handle: (*Handlers).showFrameworkChanges},
	{method: get, path: "/frameworks/:id/move", access: signedIn, handle: (*Handlers).newMove},
	{method: post, path: "/frameworks/:id/move", access: signedIn, handle: (*Handlers).createMove},
	{method: get, path: "/apprenticeships/:id/timeline", access: signedIn, handle: (*Handlers).showTimeline},
	{method: get, path: "/apprenticeships/:id/version", access: signedIn, handle: (*Handlers).showVersion},
	{method: post, path: "/apprenticeships/:id/version", access: signedIn, handle: (*Handlers).changeVersion},
	{method: post, path: "/apprenticeships/:id/version/undo", access: signedIn, handle: (*Handlers).undoVersion},
}

// moveAtOnce is how many people one form changes: so that the answer comes
// soon, and says how far it has come.
const moveAtOnce = 1000

// versions returns the versions of the framework that the path names, the
// newest first, and the newest one that is published.
func (h *Handlers) versions(c echo.Context, id string) (all []string, newest string, err error) {
	rows, err := h.svc.Frameworks(c.Request().Context())
	if err != nil {
		return nil, "", err
	}
	for _, r := range rows {
		if r.ID != id {
			continue
		}
		all = append(all, r.Version)
		if newest == "" && r.Status == string(countersign.FrameworkPublished) {
			newest = r.Version
		}
	}
	if newest == "" {
		return nil, "", countersign.Refuse(countersign.NotFound, "There is no such framework")
	}
	return all, newest, nil
}

// showFrameworkChanges handles GET /frameworks/:id/changes?from=&to=. Without
// them it compares the two newest versions.
func (h *Handlers) showFrameworkChanges(c echo.Context, actor authz.Actor) error {
	all, _, err := h.versions(c, c.Param("id"))
	if err != nil {
		return err
	}
	d, err := h.svc.Difference(c.Request().Context(), c.Param("id"), c.QueryParam("from"), c.QueryParam("to"))
	if err != nil {
		return err
	}
	page := view.NewFrameworkChangesPage(d.To, d.From.Version)
	page.Versions, page.Programme, page.Groups = all, d.Programme, changeGroups(d)
	return h.render(c, http.StatusOK, actor, page)
}

// changeGroups are the changes by kind, without what is kept.
func changeGroups(d service.Difference) []view.FrameworkChangeGroup {
	var groups []view.FrameworkChangeGroup
	for _, kind := range service.VersionKinds() {
		if kind == service.Kept {
			continue
		}
		g := view.FrameworkChangeGroup{Title: kind.Title()}
		for _, change := range d.Changes {
			if change.Kind == kind {
				g.Items = append(g.Items, frameworkChange(change))
			}
		}
		if len(g.Items) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func frameworkChange(c service.VersionChange) view.FrameworkChange {
	out := view.FrameworkChange{Words: c.Words}
	for _, k := range c.From {
		out.Before = append(out.Before, k.Code+" "+k.Title)
	}
	for _, k := range c.To {
		out.After = append(out.After, k.Code+" "+k.Title)
	}
	if len(c.From) == 1 && len(c.To) == 1 {
		out.OldStatement, out.NewStatement = c.From[0].Statement, c.To[0].Statement
	}
	return out
}

// showVersion handles GET /apprenticeships/:id/version.
func (h *Handlers) showVersion(c echo.Context, actor authz.Actor) error {
	page, err := h.versionPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) versionPage(c echo.Context, actor authz.Actor) (*view.VersionPage, error) {
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	p, err := h.svc.PreviewVersion(ctx, actor, id, "")
	if err != nil {
		return nil, err
	}
	page := view.NewVersionPage(p.Apprenticeship, p.Difference.From)
	if page.Undo, err = h.svc.VersionUndo(ctx, actor, id); err != nil {
		return nil, err
	}
	to := p.Difference.To.Version
	if !p.Newer() {
		return page, nil
	}
	page.To, page.Changes = to, view.FrameworkChangesHref(p.Apprenticeship.FrameworkID, page.Present, to)
	for _, s := range p.Lost() {
		page.Recheck = append(page.Recheck, versionLine(s))
	}
	for _, fate := range service.Fates() {
		if fate == service.Carried {
			continue
		}
		g := view.VersionGroup{Title: fate.Title()}
		for _, s := range p.Steps {
			if s.Fate == fate {
				g.Lines = append(g.Lines, versionLine(s))
			}
		}
		if len(g.Lines) > 0 {
			page.Groups = append(page.Groups, g)
		}
	}
	return page, nil
}

func versionLine(s service.VersionStep) view.VersionLine {
	return view.VersionLine{Name: s.Competency.Code + " " + s.Competency.Title, Status: s.Before, Words: s.Words}
}

// changeVersion handles POST /apprenticeships/:id/version.
func (h *Handlers) changeVersion(c echo.Context, actor authz.Actor) error {
	id, to := apprenticeshipID(c), formOf(c).text("to")
	_, err := h.svc.ChangeVersion(c.Request().Context(), actor, id, to)
	if err == nil {
		return h.redirect(c, "The apprentice is on version "+to+" now. You can go back until something new is signed.", apprenticeshipPath(id)+"/version")
	}
	if countersign.KindOf(err) == countersign.Invalid { // there is no field in which it could be mended
		err = countersign.Refuse(countersign.Conflict, countersign.MessageOf(err))
	}
	page, pageErr := h.versionPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	return h.again(c, actor, page, err)
}

// undoVersion handles POST /apprenticeships/:id/version/undo.
func (h *Handlers) undoVersion(c echo.Context, actor authz.Actor) error {
	id := apprenticeshipID(c)
	err := h.svc.UndoVersion(c.Request().Context(), actor, id)
	if err == nil {
		return h.redirect(c, "The apprentice is back on the version before.", apprenticeshipPath(id)+"/version")
	}
	page, pageErr := h.versionPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	return h.again(c, actor, page, err)
}

// newMove handles GET /frameworks/:id/move.
func (h *Handlers) newMove(c echo.Context, actor authz.Actor) error {
	page, err := h.movePage(c, actor, c.QueryParam("from"))
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) movePage(c echo.Context, actor authz.Actor, from string) (*view.MovePage, error) {
	ctx, id := c.Request().Context(), c.Param("id")
	if !actor.CanAnywhere(authz.DecideProgramme) {
		return nil, countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
	}
	all, newest, err := h.versions(c, id)
	if err != nil {
		return nil, err
	}
	on, err := h.svc.OnVersions(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if from == "" {
		for _, v := range all {
			if v != newest && on[v] > on[from] {
				from = v
			}
		}
	}
	if from == "" {
		from = newest
	}
	d, err := h.svc.Difference(ctx, id, from, newest)
	if err != nil {
		return nil, err
	}
	page := view.NewMovePage(d.To)
	page.From, page.On, page.Versions = from, on, all
	for _, s := range d.Steps() {
		name := s.Competency.Code + " " + s.Competency.Title
		switch s.Fate {
		case service.Recheck:
			page.Recheck = append(page.Recheck, name)
		case service.FateNew:
			page.Added = append(page.Added, name)
		case service.FateRetired:
			page.Gone = append(page.Gone, name)
		case service.Carried:
			page.CarriedAsIs++
		case service.CarriedNote:
			page.CarriedNote++
		}
	}
	list := view.NewApprenticesPage()
	if err := h.offerFilters(c, actor, list); err != nil {
		return nil, err
	}
	page.Practices = list.Practices
	for _, cohort := range list.Cohorts {
		page.Cohorts = append(page.Cohorts, view.Option{Value: cohort, Text: cohort})
	}
	return page, nil
}

// createMove handles POST /frameworks/:id/move. It changes at most moveAtOnce
// people and says how many are left.
func (h *Handlers) createMove(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	in := service.VersionInput{Framework: c.Param("id"), From: f.text("from"), To: f.text("to"), Organisation: f.text("organisation"), Cohort: f.text("cohort")}
	out, err := h.svc.ChangeVersions(c.Request().Context(), actor, in, moveAtOnce)
	from := in.From
	if err != nil {
		from = ""
	}
	page, pageErr := h.movePage(c, actor, from)
	if pageErr != nil {
		return pageErr
	}
	page.Practice, page.Cohort = in.Organisation, in.Cohort
	page.Errors.LinkTo("to", "from")
	if countersign.KindOf(err) == countersign.Invalid && page.Nobody() {
		err = countersign.Refuse(countersign.Conflict, "There is nobody to change")
	}
	if err != nil {
		return h.again(c, actor, page, err)
	}
	page.Done, page.Moved, page.Left = true, out.Moved, out.Left
	return h.render(c, http.StatusOK, actor, page)
}
