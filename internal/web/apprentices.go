package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
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
	rows, next, err := h.svc.Apprenticeships(c.Request().Context(), actor, filter)
	if err != nil {
		return err
	}
	page.Today, page.MayEnrol = countersign.LondonDate(h.now()), actor.CanAnywhere(authz.Enrol)
	for _, r := range rows {
		page.Rows = append(page.Rows, apprenticeRow(r, page.Today))
	}
	if next != "" {
		q := c.QueryParams()
		q.Set("cursor", next)
		page.Next = "/apprenticeships?" + url.Values(q).Encode()
	}
	return h.render(c, http.StatusOK, actor, page)
}

func apprenticesFilter(c echo.Context) (*view.ApprenticesPage, service.ApprenticeshipFilter) {
	page := view.NewApprenticesPage()
	page.Filter = view.ApprenticesFilter{
		Query: c.QueryParam("q"), State: c.QueryParam("state"), Sort: c.QueryParam("sort"), Overdue: c.QueryParam("overdue") != "",
	}
	return page, service.ApprenticeshipFilter{
		Query: page.Filter.Query, State: countersign.ApprenticeshipState(page.Filter.State), Sort: page.Filter.Sort,
		Overdue: page.Filter.Overdue, Organisation: c.QueryParam("organisation"), Cohort: c.QueryParam("cohort"), Cursor: c.QueryParam("cursor"),
	}
}

func apprenticeRow(r service.ApprenticeshipRow, today countersign.Date) view.ApprenticeRow {
	return view.ApprenticeRow{
		ID: string(r.ID), Name: r.ApprenticeName, Practice: r.PracticeName, Framework: r.FrameworkID, Cohort: r.Cohort,
		Progress: r.Progress, State: r.State, LastActivity: r.LastActivityAt, OldestWaiting: r.OldestWaiting, PlannedEnd: r.PlannedEndOn,
		Overdue: r.Overdue(today), Waiting: r.Waiting, Supervisor: r.SupervisorName, SupervisorEmail: r.SupervisorEmail,
	}
}

// downloadApprentices handles GET /apprenticeships.csv: the whole list, page
// after page.
func (h *Handlers) downloadApprentices(c echo.Context, actor authz.Actor) error {
	_, filter := apprenticesFilter(c)
	filter.Limit = 200
	today := countersign.LondonDate(h.now())
	out := [][]string{{
		"apprentice", "email", "practice_code", "practice", "hub", "framework", "version", "cohort", "state", "start_date", "planned_end_date", "overdue",
		"signed_off", "in_scope", "core_signed_off", "core", "last_activity", "waiting", "oldest_waiting", "gp_supervisor", "gp_supervisor_email",
	}}
	for {
		rows, next, err := h.svc.Apprenticeships(c.Request().Context(), actor, filter)
		if err != nil {
			return err
		}
		for _, r := range rows {
			out = append(out, []string{
				r.ApprenticeName, r.ApprenticeEmail, r.PracticeCode, r.PracticeName, r.HubName, r.FrameworkID, r.FrameworkVersion, r.Cohort, string(r.State),
				r.StartOn.String(), r.PlannedEndOn.String(), strconv.FormatBool(r.Overdue(today)),
				strconv.Itoa(r.SignedOff), strconv.Itoa(r.InScope), strconv.Itoa(r.CoreSignedOff), strconv.Itoa(r.Core),
				countersign.LondonDate(r.LastActivityAt).String(), strconv.Itoa(r.Waiting), countersign.LondonDate(r.OldestWaiting).String(),
				r.SupervisorName, r.SupervisorEmail,
			})
		}
		if next == "" {
			break
		}
		filter.Cursor = next
	}
	for _, row := range out {
		for i := range row {
			row[i] = harmless(row[i])
		}
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="apprentices-`+today.String()+`.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	w := csv.NewWriter(c.Response())
	if err := w.WriteAll(out); err != nil {
		return err
	}
	return w.Error()
}

// harmless keeps a spreadsheet from reading text as a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
