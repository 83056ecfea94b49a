package api

import (
	"math"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type figureJSON struct {
	Code   countersign.FigureCode `json:"code"`
	Unit   countersign.Unit       `json:"unit"`
	Value  *float64               `json:"value"`  // null where there is nothing to say, or it is hidden
	Hidden bool                   `json:"hidden"` // a small number, or one that would tell it
}

type reportRowJSON struct {
	Key     string       `json:"key"`
	Name    string       `json:"name"`
	Figures []figureJSON `json:"figures"`
}

type forecastMonthJSON struct {
	Month  string `json:"month"`
	Later  bool   `json:"later"`
	Likely int    `json:"likely"`
	Low    int    `json:"low"`
	High   int    `json:"high"`
}

type reportJSON struct {
	Organisation          placeJSON           `json:"organisation"`
	Framework             string              `json:"framework"`
	Cohort                string              `json:"cohort"`
	Month                 string              `json:"month"`
	Day                   day                 `json:"day"`
	TakenAt               moment              `json:"taken_at"`
	Late                  bool                `json:"late"`
	Sums                  bool                `json:"sums"`
	By                    string              `json:"by"`
	Total                 reportRowJSON       `json:"total"`
	Items                 []reportRowJSON     `json:"items"`
	Practices             int                 `json:"practices"`
	PracticesUnmentored   int                 `json:"practices_without_mentor"`
	Supervisors           int                 `json:"supervisors"`
	SupervisorsOverloaded int                 `json:"supervisors_over_load"`
	Forecast              []forecastMonthJSON `json:"forecast"`
	Months                []string            `json:"months"`
	Pace                  []paceJSON          `json:"pace"`
}

// paceJSON is a rule of on track, slipping and stuck.
type paceJSON struct {
	Frameworks    []string `json:"frameworks"`
	StillDays     int      `json:"still_days"`
	WaitDays      int      `json:"wait_days"`
	BehindPercent int      `json:"behind_percent"`
	MentorLoad    int      `json:"mentor_load"`
	Basis         string   `json:"basis"`
	Source        string   `json:"source"`
	Usual         bool     `json:"usual"` // the frameworks give none of their own
}

func paceOf(p countersign.StatedPace) paceJSON {
	r := p.Rule
	return paceJSON{p.For, r.StillDays, r.WaitDays, r.BehindPercent, r.MentorLoad, r.Basis, r.Source, r.Usual}
}

// showProgressReport handles GET /reports/progress: the figures of a place, in
// all and by one of what it can be divided by.
func (h *Handlers) showProgressReport(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	in := reportOf(q)
	by := q.text("by")
	switch by {
	case "":
		by = "organisation"
	case "organisation", "cohort", "framework", "month":
	default:
		q.p.Add("by", "Send organisation, cohort, framework or month")
	}
	if err := q.err(); err != nil {
		return err
	}
	r, err := h.svc.Report(c.Request().Context(), actor, in)
	if err != nil {
		return err
	}
	rows := map[string][]service.ReportRow{"organisation": r.Places, "cohort": r.Cohorts, "framework": r.Frameworks}[by]
	if by == "month" {
		if rows, err = h.svc.Trend(c.Request().Context(), actor, in); err != nil {
			return err
		}
	}
	out := reportJSON{
		Organisation: placeOf(r.Place), Framework: r.Framework, Cohort: r.Cohort, Month: r.Month.String(), Day: day(r.Day), TakenAt: moment(r.TakenAt), Late: r.Late,
		Sums: r.Sums, By: by, Total: reportRowOf(r.Total), Items: each(rows, reportRowOf),
		Practices: r.Capacity.Practices.N, PracticesUnmentored: r.Capacity.Unmentored.N, Supervisors: r.Capacity.Supervisors.N, SupervisorsOverloaded: r.Capacity.Over.N,
		Forecast: each(r.Forecast, func(f service.ForecastMonth) forecastMonthJSON {
			return forecastMonthJSON{f.Month.String(), f.Later, f.Likely.N, f.Low.N, f.High.N}
		}),
		Months: each(r.Months, countersign.Month.String), Pace: each(r.Paces, paceOf),
	}
	return writeJSON(c, http.StatusOK, out)
}

func reportRowOf(r service.ReportRow) reportRowJSON {
	row := reportRowJSON{Key: r.Key, Name: r.Name}
	for _, f := range countersign.Figures() {
		v := r.Figures[f.Code]
		figure := figureJSON{Code: f.Code, Unit: f.Unit, Hidden: v.Hidden}
		if v.Known {
			n := float64(v.N) / math.Pow10(f.Decimals)
			figure.Value = &n
		}
		row.Figures = append(row.Figures, figure)
	}
	return row
}
