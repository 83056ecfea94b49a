package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// listApprentices handles GET /apprenticeships.
func (h *Handlers) listApprentices(c echo.Context, actor authz.Actor) error {
	page, err := h.apprentices(c, actor, c.QueryParams())
	if countersign.KindOf(err) == countersign.Invalid {
		return h.again(c, actor, page, err)
	} else if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// apprentices returns the list that an address's query asks for. The page comes
// with an error too, if the query is what is wrong (Invalid).
func (h *Handlers) apprentices(c echo.Context, actor authz.Actor, q url.Values) (*view.ApprenticesPage, error) {
	ctx := c.Request().Context()
	page, filter := apprenticesFilter(q)
	page.Today, page.MayEnrol = countersign.LondonDate(h.now()), actor.CanAnywhere(authz.Enrol)
	page.MayApply = actor.Has(countersign.PracticeManager)
	page.MayImport = actor.CanAnywhere(authz.ImportRoster)
	page.MayReceive = actor.CanAnywhere(authz.ReceivePackage) || actor.CanAnywhere(authz.ReadReceived)
	page.Errors.LinkTo("cursor", "q")
	page.Errors.LinkTo("name", "view-name")
	if err := h.offerFilters(c, actor, page); err != nil {
		return nil, err
	}
	var err error
	if page.Views, err = h.svc.SavedViews(ctx, actor); err != nil {
		return nil, err
	}
	rows, next, err := h.svc.Apprenticeships(ctx, actor, filter)
	if err != nil {
		return page, err
	}
	page.Rows, page.Next = apprenticeRows(rows, page.Today), next
	return page, h.flagReviews(ctx, actor, page.Rows)
}

// saveView handles POST /apprenticeships/views.
func (h *Handlers) saveView(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	v, err := h.svc.SaveView(c.Request().Context(), actor, service.SavedViewInput{Name: f.text("name"), Query: f.text("query")})
	if err == nil {
		return h.redirect(c, "The view is kept.", "/apprenticeships?"+v.Query)
	}
	q, parseErr := url.ParseQuery(f.text("query"))
	if parseErr != nil {
		q = url.Values{}
	}
	page, pageErr := h.apprentices(c, actor, q)
	if pageErr != nil {
		return pageErr
	}
	return h.again(c, actor, page, err)
}

// removeView handles POST /apprenticeships/views/:view/removal.
func (h *Handlers) removeView(c echo.Context, actor authz.Actor) error {
	if err := h.svc.RemoveView(c.Request().Context(), actor, countersign.SavedViewID(c.Param("view"))); err != nil {
		return err
	}
	return h.redirect(c, "The view is removed.", "/apprenticeships")
}

// offerFilters says what the list can be narrowed down to.
func (h *Handlers) offerFilters(c echo.Context, actor authz.Actor, page *view.ApprenticesPage) error {
	ctx := c.Request().Context()
	practices, next, err := h.svc.Organisations(ctx, actor, service.OrganisationFilter{Kind: countersign.Practice, Limit: 200})
	if err != nil {
		return err
	}
	if page.PracticeByCode = next != ""; !page.PracticeByCode && len(practices) > 1 {
		for _, o := range practices {
			page.Practices = append(page.Practices, view.Option{Value: o.Code, Text: o.Name})
		}
	}
	if page.Frameworks, err = h.frameworkOptions(ctx); err != nil {
		return err
	}
	page.Cohorts, err = h.svc.Cohorts(ctx, actor)
	return err
}

func apprenticesFilter(q url.Values) (*view.ApprenticesPage, service.ApprenticeshipFilter) {
	page := view.NewApprenticesPage()
	f := view.ApprenticesFilter{
		Query: strings.TrimSpace(q.Get("q")), State: q.Get("state"), Flag: q.Get("flag"), Sort: q.Get("sort"),
		Organisation: strings.ToUpper(strings.TrimSpace(q.Get("organisation"))), Framework: q.Get("framework"), Cohort: q.Get("cohort"),
		Overdue: q.Get("overdue") != "", Unmentored: q.Get("unmentored") != "", Cursor: q.Get("cursor"), Columns: q["columns"],
	}
	page.Filter = f
	return page, service.ApprenticeshipFilter{
		Query: f.Query, State: countersign.ApprenticeshipState(f.State), Flag: f.Flag, Sort: f.Sort, Organisation: f.Organisation,
		Framework: f.Framework, Cohort: f.Cohort, Overdue: f.Overdue, Unmentored: f.Unmentored, Cursor: f.Cursor,
	}
}

func apprenticeRows(rows []service.ApprenticeshipRow, today countersign.Date) []view.ApprenticeRow {
	out := make([]view.ApprenticeRow, len(rows))
	for i, r := range rows {
		out[i] = view.ApprenticeRow{
			ID: string(r.ID), Name: r.ApprenticeName, Practice: r.PracticeName, Hub: r.HubName, Framework: r.FrameworkID + " " + r.FrameworkVersion,
			Cohort: r.Cohort, Start: r.StartOn, Flag: r.Flag, Progress: r.Progress, State: r.State,
			LastActivity: r.LastActivityAt, OldestWaiting: r.OldestWaiting, PlannedEnd: r.PlannedEndOn,
			Overdue: r.Overdue(today), ReturnOverdue: r.ReturnOverdue(today), Waiting: r.Waiting, Supervisor: r.SupervisorName, SupervisorEmail: r.SupervisorEmail,
			Mentor: r.MentorName, MentorEmail: r.MentorEmail,
		}
	}
	return out
}
