package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/board"
	"countersign/internal/countersign"
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
	page, err := h.placeReport(c, actor)
	if page != nil && err != nil {
		return h.again(c, actor, page, err)
	}
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func reportQuery(c echo.Context) service.ReportQuery {
	return service.ReportQuery{
		Place: strings.ToUpper(c.Param("code")), Framework: c.QueryParam("framework"), Cohort: c.QueryParam("cohort"), Month: c.QueryParam("month"),
	}
}

// placeReport is the page of the report that is asked for. What is wrong with
// the filter comes with the page as it is without one.
func (h *Handlers) placeReport(c echo.Context, actor authz.Actor) (*view.DashboardPage, error) {
	in := reportQuery(c)
	page, err := h.reportPage(c.Request().Context(), actor, in)
	if countersign.KindOf(err) != countersign.Invalid {
		return page, err
	}
	page, plainErr := h.reportPage(c.Request().Context(), actor, service.ReportQuery{Place: in.Place})
	if plainErr != nil {
		return nil, plainErr
	}
	page.Filter = view.ReportFilter{Framework: in.Framework, Cohort: in.Cohort, Month: in.Month}
	return page, err
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
	return board.Page(report, trend, titles), nil
}
