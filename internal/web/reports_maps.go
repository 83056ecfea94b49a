package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/board"
	"countersign/internal/countersign"
	"countersign/internal/view"
)

// showCoverage handles GET /reports/:code/coverage.
func (h *Handlers) showCoverage(c echo.Context, actor authz.Actor) error {
	in := reportQuery(c)
	coverage, err := h.svc.Coverage(c.Request().Context(), actor, in)
	if err != nil {
		return err
	}
	o := coverage.Place
	page := view.NewCoveragePage(o.Name, o.Code, view.ReportFilter{Framework: in.Framework, Cohort: in.Cohort, Month: in.Month, Map: in.Map}, board.Above(coverage.Above)...)
	page.Day, page.Fives = coverage.Day, coverage.Sums
	for _, r := range coverage.Rows {
		row := view.CoverageRow{
			Code: r.Place.Code, Name: r.Place.Name, Kind: r.Place.Kind, Practices: r.Practices, Training: r.PracticesTraining, Qualified: r.PracticesQualified,
			Covered: r.PracticesEither, Networks: r.Networks, NetworksCovered: r.NetworksEither, Open: r.Place.ID != o.ID && (!coverage.Sums || r.Place.Kind == countersign.Region),
		}
		if o.Kind == countersign.Region {
			row.Region = o.Code
		}
		page.Add(row)
	}
	return h.render(c, http.StatusOK, actor, page)
}

// showHeatMap handles GET /reports/:code/heat-map.
func (h *Handlers) showHeatMap(c echo.Context, actor authz.Actor) error {
	ctx, in := c.Request().Context(), reportQuery(c)
	byPlace := c.QueryParam("by") == "place"
	heat, err := h.svc.HeatMap(ctx, actor, in, byPlace)
	if err != nil {
		return err
	}
	o := heat.Place
	page := view.NewHeatMapPage(o.Name, o.Code, view.ReportFilter{Framework: heat.Framework.ID, Cohort: in.Cohort}, board.Above(heat.Above)...)
	page.Notice, page.Hidden, page.By = heat.Framework.Notice, heat.Sums, "cohort"
	if byPlace {
		page.By = "place"
	}
	rows, err := h.svc.Frameworks(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, f := range rows {
		if !seen[f.ID] {
			seen[f.ID] = true
			page.Frameworks = append(page.Frameworks, view.Option{Value: f.ID, Text: f.Title})
		}
	}
	for _, column := range heat.Columns {
		name := column.Name
		if name == "" {
			name = "No cohort"
		}
		page.Columns = append(page.Columns, name)
	}
	for _, r := range heat.Rows {
		row := view.HeatRow{Code: r.Competency.Code, Title: r.Competency.Title}
		for _, cell := range r.Cells {
			row.Cells = append(row.Cells, view.HeatCell{Share: cell.Share})
		}
		page.Rows = append(page.Rows, row)
	}
	return h.render(c, http.StatusOK, actor, page)
}

// showFigures handles GET /reports/figures.
func (h *Handlers) showFigures(c echo.Context, actor authz.Actor) error {
	paces, err := h.svc.Paces(c.Request().Context())
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, view.NewFiguresPage(paces))
}
