package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/board"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showReports handles GET /reports: the way to one's own place, or a choice
// where there are several.
func (h *Handlers) showReports(c echo.Context, actor authz.Actor) error {
	places, err := h.svc.ReportPlaces(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	if len(places) == 1 {
		return c.Redirect(http.StatusSeeOther, board.Path(places[0].Code))
	}
	page := view.NewReportsPage()
	for _, o := range places {
		page.Places = append(page.Places, view.Link{Text: o.Name, Href: board.Path(o.Code)})
	}
	return h.render(c, http.StatusOK, actor, page)
}

// showPlaceReport handles GET /reports/:code.
func (h *Handlers) showPlaceReport(c echo.Context, actor authz.Actor) error {
	return h.filtered(c, actor, func(in service.ReportQuery) (view.Page, error) {
		page, err := h.reportPage(c.Request().Context(), actor, in)
		if err != nil {
			return nil, err
		}
		page.Filter = filterOf(reportQuery(c))
		if page.Kind != countersign.Practice && page.Kind != countersign.PCN {
			page.MayMail = h.svc.PermittedAtPlace(c.Request().Context(), actor, page.Code, authz.MailBoardReport) == nil
		}
		return page, nil
	})
}

func reportQuery(c echo.Context) service.ReportQuery {
	return service.ReportQuery{
		Place: strings.ToUpper(c.Param("code")), Framework: c.QueryParam("framework"), Cohort: c.QueryParam("cohort"), Month: c.QueryParam("month"), Map: c.QueryParam("map"),
	}
}

func filterOf(in service.ReportQuery) view.ReportFilter {
	return view.ReportFilter{Framework: in.Framework, Cohort: in.Cohort, Month: in.Month, Map: in.Map}
}

// filtered shows a page of the report that is asked for. What is wrong with
// the filter comes with the page as it is without one.
func (h *Handlers) filtered(c echo.Context, actor authz.Actor, build func(service.ReportQuery) (view.Page, error)) error {
	in := reportQuery(c)
	page, err := build(in)
	if err == nil {
		return h.render(c, http.StatusOK, actor, page)
	}
	if countersign.KindOf(err) != countersign.Invalid {
		return err
	}
	page, plainErr := build(service.ReportQuery{Place: in.Place})
	if plainErr != nil {
		return plainErr
	}
	return h.again(c, actor, page, err)
}

func (h *Handlers) reportPage(ctx context.Context, actor authz.Actor, in service.ReportQuery) (*view.DashboardPage, error) {
	report, err := h.svc.Report(ctx, actor, in)
	if err != nil {
		return nil, err
	}
	trend, err := h.svc.Trend(ctx, actor, in)
	if err != nil {
		return nil, err
	}
	titles, err := h.frameworkTitles(ctx)
	if err != nil {
		return nil, err
	}
	page := board.Page(report, trend, titles)
	page.Filter.Map, page.Leads = in.Map, slices.Contains(actor.At(countersign.HubLead), report.Place.ID)
	return page, nil
}

// downloadReportPDF handles GET /reports/:code/report.pdf.
func (h *Handlers) downloadReportPDF(c echo.Context, actor authz.Actor) error {
	page, err := h.reportPage(c.Request().Context(), actor, reportQuery(c))
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if page.Filter.Framework == "" && page.Filter.Cohort == "" { // practices measure what they do, not for whom
		impact, err := h.svc.ImpactOf(ctx, actor, reportQuery(c))
		if err != nil {
			return err
		}
		page.Impact = board.ImpactPage(impact)
	}
	w := &firstWrite{to: c.Response(), begin: func() {
		header := c.Response().Header()
		header.Set(echo.HeaderContentType, "application/pdf")
		header.Set(echo.HeaderContentDisposition, attachmentName(fileName(page)+".pdf"))
		c.Response().WriteHeader(http.StatusOK)
	}}
	err = board.PDF(ctx, w, page, h.now())
	if ctx.Err() != nil {
		return nil //nolint:nilerr // nobody waits for it any more
	}
	return err
}

// downloadReportBook handles GET /reports/:code/report.xlsx.
func (h *Handlers) downloadReportBook(c echo.Context, actor authz.Actor) error {
	page, err := h.reportPage(c.Request().Context(), actor, reportQuery(c))
	if err != nil {
		return err
	}
	return sendBook(c, fileName(page), board.Sheets(page)...)
}

// downloadReportTable handles GET /reports/:code/report.csv.
func (h *Handlers) downloadReportTable(c echo.Context, actor authz.Actor) error {
	page, err := h.reportPage(c.Request().Context(), actor, reportQuery(c))
	if err != nil {
		return err
	}
	return sendCSV(c, fileName(page), board.Columns(), interchange.RowsOf(board.Rows(page)))
}

func fileName(p *view.DashboardPage) string { return "report-" + p.Code + "-" + p.Day.String() }
