package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type heatColumnJSON struct {
	Key  string `json:"key"` // a cohort, or the code of a place
	Name string `json:"name"`
}

// heatCellJSON is where the apprentices of a column stand on a competency. A
// number is null where there is nothing to say, or it is hidden.
type heatCellJSON struct {
	InScope *float64 `json:"in_scope"`
	Share   *float64 `json:"share_signed_off"`
	Days    *float64 `json:"median_days"`
	Hidden  bool     `json:"hidden"`
}

type heatRowJSON struct {
	Code  string         `json:"code"`
	Title string         `json:"title"`
	Cells []heatCellJSON `json:"cells"` // one for each column
}

type heatMapJSON struct {
	Organisation placeJSON        `json:"organisation"`
	Framework    string           `json:"framework"` // empty where nobody is on one
	Version      string           `json:"version"`
	Cohort       string           `json:"cohort"`
	By           string           `json:"by"`
	Sums         bool             `json:"sums"`
	Columns      []heatColumnJSON `json:"columns"`
	Items        []heatRowJSON    `json:"items"`
}

// reportOf reads what a report is about.
func reportOf(q *query) service.ReportQuery {
	in := service.ReportQuery{Place: q.text("organisation"), Framework: q.text("framework"), Cohort: q.text("cohort"), Month: q.text("month"), Map: q.text("map")}
	if in.Place == "" {
		q.p.Add("organisation", "Send the code of an organisation")
	}
	return in
}

// showHeatMap handles GET /reports/heat-map: on which competencies people get
// stuck, now.
func (h *Handlers) showHeatMap(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	in, by := reportOf(q), oneOf(q, "by", []string{"organisation", "cohort"})
	if by == "" {
		by = "cohort"
	}
	if err := q.err(); err != nil {
		return err
	}
	m, err := h.svc.HeatMap(c.Request().Context(), actor, in, by == "organisation")
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, heatMapJSON{
		Organisation: placeOf(m.Place), Framework: m.Framework.ID, Version: m.Framework.Version, Cohort: m.Cohort, By: by, Sums: m.Sums,
		Columns: each(m.Columns, func(k service.HeatColumn) heatColumnJSON { return heatColumnJSON(k) }),
		Items: each(m.Rows, func(r service.HeatRow) heatRowJSON {
			return heatRowJSON{r.Competency.Code, r.Competency.Title, each(r.Cells, heatCellOf)}
		}),
	})
}

func heatCellOf(c service.HeatCell) heatCellJSON {
	return heatCellJSON{numberOf(c.InScope, 1), numberOf(c.Share, 1), numberOf(c.Days, 10), c.InScope.Hidden || c.Share.Hidden || c.Days.Hidden}
}

// numberOf is a value in its unit, of which it counts so many parts.
func numberOf(v countersign.Value, parts float64) *float64 {
	if !v.Known || v.Hidden {
		return nil
	}
	n := float64(v.N) / parts
	return &n
}

type coverageRowJSON struct {
	placeJSON
	Practices   int `json:"practices"`
	Training    int `json:"practices_training"`
	Qualified   int `json:"practices_qualified"`
	Either      int `json:"practices_either"`
	Networks    int `json:"networks"`
	NetworksGPA int `json:"networks_either"`
}

type coverageJSON struct {
	Organisation placeJSON         `json:"organisation"`
	Day          day               `json:"day"`
	Sums         bool              `json:"sums"`
	Items        []coverageRowJSON `json:"items"`
}

// showCoverage handles GET /reports/coverage: which practices and networks
// have somebody in training, or who has completed.
func (h *Handlers) showCoverage(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	in := reportOf(q)
	if err := q.err(); err != nil {
		return err
	}
	out, err := h.svc.Coverage(c.Request().Context(), actor, in)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, coverageJSON{
		Organisation: placeOf(out.Place), Day: day(out.Day), Sums: out.Sums,
		Items: each(out.Rows, func(r service.CoverageRow) coverageRowJSON {
			return coverageRowJSON{placeOf(r.Place), r.Practices, r.PracticesTraining, r.PracticesQualified, r.PracticesEither, r.Networks, r.NetworksEither}
		}),
	})
}
