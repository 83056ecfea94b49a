package web

import (
	"cmp"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/board"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showCoverage handles GET /reports/:code/coverage.
func (h *Handlers) showCoverage(c echo.Context, actor authz.Actor) error {
	return h.filtered(c, actor, func(in service.ReportQuery) (view.Page, error) {
		coverage, err := h.svc.Coverage(c.Request().Context(), actor, in)
		if err != nil {
			return nil, err
		}
		return coveragePage(coverage, in), nil
	})
}

func coveragePage(coverage service.Coverage, in service.ReportQuery) *view.CoveragePage {
	o, filter := coverage.Place, filterOf(in)
	if coverage.Sums {
		filter.Framework, filter.Cohort = "", "" // it is of all
	}
	page := view.NewCoveragePage(o.Name, o.Code, filter, board.Above(coverage.Above)...)
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
	return page
}

// showHeatMap handles GET /reports/:code/heat-map.
func (h *Handlers) showHeatMap(c echo.Context, actor authz.Actor) error {
	return h.filtered(c, actor, func(in service.ReportQuery) (view.Page, error) {
		heat, err := h.svc.HeatMap(c.Request().Context(), actor, in, c.QueryParam("by") == "place")
		if err != nil {
			return nil, err
		}
		frameworks, err := h.frameworkOptions(c.Request().Context())
		if err != nil {
			return nil, err
		}
		return heatMapPage(heat, frameworks, in), nil
	})
}

func heatMapPage(heat service.HeatMap, frameworks []view.Option, in service.ReportQuery) *view.HeatMapPage {
	o := heat.Place
	page := view.NewHeatMapPage(o.Name, o.Code, view.ReportFilter{Framework: cmp.Or(heat.Framework.ID, in.Framework), Cohort: in.Cohort}, board.Above(heat.Above)...)
	page.Notice, page.Hidden, page.By = heat.Framework.Notice, heat.Sums, "cohort"
	page.Frameworks = frameworks
	if heat.ByPlace {
		page.By = "place"
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
	return page
}

// showFigures handles GET /reports/figures.
func (h *Handlers) showFigures(c echo.Context, actor authz.Actor) error {
	paces, err := h.svc.Paces(c.Request().Context())
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, view.NewFiguresPage(paces))
}
