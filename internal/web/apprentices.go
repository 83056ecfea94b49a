package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// listApprentices handles GET /apprenticeships.
func (h *Handlers) listApprentices(c echo.Context, actor authz.Actor) error {
	page, filter := apprenticesFilter(c)
	page.Today, page.MayEnrol = countersign.LondonDate(h.now()), actor.CanAnywhere(authz.Enrol)
	page.MayApply = actor.Has(countersign.PracticeManager)
	page.MayReceive = actor.CanAnywhere(authz.ReceivePackage) || actor.CanAnywhere(authz.ReadReceived)
	if err := h.offerFilters(c, actor, page); err != nil {
		return err
	}
	rows, next, err := h.svc.Apprenticeships(c.Request().Context(), actor, filter)
	if err != nil {
		page.Errors.LinkTo("cursor", "q")
		return h.again(c, actor, page, err)
	}
	page.Rows, page.Next = apprenticeRows(rows, page.Today), next
	if err := h.flagReviews(c.Request().Context(), actor, page.Rows); err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
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
	frameworks, err := h.svc.Frameworks(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, f := range frameworks {
		if !seen[f.ID] {
			seen[f.ID] = true
			page.Frameworks = append(page.Frameworks, view.Option{Value: f.ID, Text: f.Title})
		}
	}
	page.Cohorts, err = h.svc.Cohorts(ctx, actor)
	return err
}

func apprenticesFilter(c echo.Context) (*view.ApprenticesPage, service.ApprenticeshipFilter) {
	page := view.NewApprenticesPage()
	f := view.ApprenticesFilter{
		Query: strings.TrimSpace(c.QueryParam("q")), State: c.QueryParam("state"), Sort: c.QueryParam("sort"),
		Organisation: strings.ToUpper(strings.TrimSpace(c.QueryParam("organisation"))), Framework: c.QueryParam("framework"), Cohort: c.QueryParam("cohort"),
		Overdue: c.QueryParam("overdue") != "", Unmentored: c.QueryParam("unmentored") != "", Cursor: c.QueryParam("cursor"),
	}
	page.Filter = f
	return page, service.ApprenticeshipFilter{
		Query: f.Query, State: countersign.ApprenticeshipState(f.State), Sort: f.Sort, Organisation: f.Organisation,
		Framework: f.Framework, Cohort: f.Cohort, Overdue: f.Overdue, Unmentored: f.Unmentored, Cursor: f.Cursor,
	}
}

func apprenticeRows(rows []service.ApprenticeshipRow, today countersign.Date) []view.ApprenticeRow {
	out := make([]view.ApprenticeRow, len(rows))
	for i, r := range rows {
		out[i] = view.ApprenticeRow{
			ID: string(r.ID), Name: r.ApprenticeName, Practice: r.PracticeName, Progress: r.Progress, State: r.State,
			LastActivity: r.LastActivityAt, OldestWaiting: r.OldestWaiting, PlannedEnd: r.PlannedEndOn,
			Overdue: r.Overdue(today), ReturnOverdue: r.ReturnOverdue(today), Waiting: r.Waiting, Supervisor: r.SupervisorName, SupervisorEmail: r.SupervisorEmail,
			Mentor: r.MentorName, MentorEmail: r.MentorEmail,
		}
	}
	return out
}

var apprenticesHeader = []string{
	"apprentice", "email", "practice_code", "practice", "hub", "framework", "version", "cohort", "state", "start_date", "planned_end_date", "overdue",
	"signed_off", "in_scope", "core_signed_off", "core", "last_activity", "waiting", "oldest_waiting", "gp_supervisor", "gp_supervisor_email",
	"secondary_mentor", "secondary_mentor_email", "funding_year", "on_break_since", "return_expected_on", "return_overdue", "last_learning_on",
}

// downloadApprentices handles GET /apprenticeships.csv: the whole list, page
// after page. Nothing is sent before all of it is there, so that an error
// never ends as half a file.
func (h *Handlers) downloadApprentices(c echo.Context, actor authz.Actor) error {
	_, filter := apprenticesFilter(c)
	filter.Limit, filter.Cursor = 200, ""
	today := countersign.LondonDate(h.now())
	out := [][]string{apprenticesHeader}
	for {
		rows, next, err := h.svc.Apprenticeships(c.Request().Context(), actor, filter)
		if err != nil {
			return err
		}
		for _, r := range rows {
			out = append(out, apprenticeRecord(r, today))
		}
		if next == "" {
			break
		}
		filter.Cursor = next
	}
	return sendCSV(c, "apprentices-"+today.String(), out)
}

func apprenticeRecord(r service.ApprenticeshipRow, today countersign.Date) []string {
	return []string{
		r.ApprenticeName, r.ApprenticeEmail, r.PracticeCode, r.PracticeName, r.HubName, r.FrameworkID, r.FrameworkVersion, r.Cohort, string(r.State),
		r.StartOn.String(), r.PlannedEndOn.String(), strconv.FormatBool(r.Overdue(today)),
		strconv.Itoa(r.SignedOff), strconv.Itoa(r.InScope), strconv.Itoa(r.CoreSignedOff), strconv.Itoa(r.Core),
		countersign.LondonDate(r.LastActivityAt).String(), strconv.Itoa(r.Waiting), countersign.LondonDate(r.OldestWaiting).String(),
		r.SupervisorName, r.SupervisorEmail, r.MentorName, r.MentorEmail,
		r.FundingYear, r.OnBreakSince.String(), r.ReturnExpectedOn.String(), strconv.FormatBool(r.ReturnOverdue(today)), r.LastLearningOn.String(),
	}
}
