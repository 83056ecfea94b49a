package api

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type impactJSON struct {
	ID           countersign.ImpactID    `json:"id"`
	Practice     string                  `json:"practice"`
	Measure      string                  `json:"measure"`
	Unit         string                  `json:"unit"`
	Baseline     float64                 `json:"baseline"`
	BaselineFrom day                     `json:"baseline_from"`
	BaselineTo   day                     `json:"baseline_to"`
	Value        float64                 `json:"value"`
	From         day                     `json:"from"`
	To           day                     `json:"to"`
	Method       string                  `json:"method"`
	Sample       int                     `json:"sample"`
	Note         string                  `json:"note"`
	State        countersign.ImpactState `json:"state"`
	Reason       string                  `json:"reason"`
	EnteredBy    string                  `json:"entered_by"`
	EnteredAt    moment                  `json:"entered_at"`
	CheckedBy    string                  `json:"checked_by"`
	CheckedAt    moment                  `json:"checked_at"`
	Version      string                  `json:"version"`
}

func impactOf(i countersign.Impact) impactJSON {
	m, _ := countersign.ImpactMeasureBy(i.Measure)
	return impactJSON{
		i.ID, i.PracticeCode, i.Measure, m.Unit, tenth(i.Baseline), day(i.BaselineFrom), day(i.BaselineTo), tenth(i.Value), day(i.From), day(i.To),
		i.Method, i.Sample, i.Note, i.State, i.Reason, i.EnteredByName, moment(i.EnteredAt), i.CheckedByName, moment(i.CheckedAt), itoa(i.Version),
	}
}

func tenth(n int) float64 { return float64(n) / 10 }

// tenthsOf is a number with one decimal place at most, -1 for any other.
func tenthsOf(n float64) int {
	return countersign.ParseTenths(strconv.FormatFloat(n, 'f', -1, 64))
}

func impactID(c echo.Context) countersign.ImpactID { return countersign.ImpactID(c.Param("id")) }

func onImpact(action authz.Action) probe {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		return h.svc.PermittedOnImpact(c.Request().Context(), actor, impactID(c), action)
	}
}

// listImpacts handles GET /organisations/:code/impact-reports.
func (h *Handlers) listImpacts(c echo.Context, actor authz.Actor) error {
	if err := h.svc.PermittedAtPlace(c.Request().Context(), actor, c.Param("code"), authz.ReadReport); err != nil {
		return err
	}
	q := queryOf(c)
	f := service.ImpactFilter{State: countersign.ImpactState(q.text("state")), Limit: q.limit(), Cursor: q.cursor()}
	if err := q.err(); err != nil {
		return err
	}
	list, next, err := h.svc.Impacts(c.Request().Context(), actor, c.Param("code"), f)
	if err != nil {
		return err
	}
	return writePage(c, each(list, impactOf), next)
}

// enterImpact handles POST /organisations/:code/impact-reports.
func (h *Handlers) enterImpact(c echo.Context, actor authz.Actor) error {
	var in struct {
		Measure      string           `json:"measure"`
		Baseline     float64          `json:"baseline"`
		BaselineFrom countersign.Date `json:"baseline_from"`
		BaselineTo   countersign.Date `json:"baseline_to"`
		Value        float64          `json:"value"`
		From         countersign.Date `json:"from"`
		To           countersign.Date `json:"to"`
		Method       string           `json:"method"`
		Sample       int              `json:"sample"`
		Note         string           `json:"note"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	i, err := h.svc.EnterImpact(c.Request().Context(), actor, c.Param("code"), service.ImpactInput{
		Measure: in.Measure, Baseline: tenthsOf(in.Baseline), BaselineFrom: in.BaselineFrom, BaselineTo: in.BaselineTo,
		Value: tenthsOf(in.Value), From: in.From, To: in.To, Method: in.Method, Sample: in.Sample, Note: in.Note,
	})
	if err != nil {
		return err
	}
	return created(c, "/impact-reports/"+string(i.ID), itoa(i.Version), impactOf(i))
}

// showOneImpact handles GET /impact-reports/:id.
func (h *Handlers) showOneImpact(c echo.Context, actor authz.Actor) error {
	known, err := h.svc.Impact(c.Request().Context(), actor, impactID(c))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(known.Version), impactOf(known.Impact))
}

// changeImpact handles PATCH /impact-reports/:id: the fields sent take the
// place of those that are there.
func (h *Handlers) changeImpact(c echo.Context, actor authz.Actor) error {
	var in struct {
		Measure      *string           `json:"measure"`
		Baseline     *float64          `json:"baseline"`
		BaselineFrom *countersign.Date `json:"baseline_from"`
		BaselineTo   *countersign.Date `json:"baseline_to"`
		Value        *float64          `json:"value"`
		From         *countersign.Date `json:"from"`
		To           *countersign.Date `json:"to"`
		Method       *string           `json:"method"`
		Sample       *int              `json:"sample"`
		Note         *string           `json:"note"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	known, err := h.svc.Impact(c.Request().Context(), actor, impactID(c))
	if err != nil {
		return err
	}
	if err := m.require(itoa(known.Version)); err != nil {
		return err
	}
	if _, err := h.svc.ChangeImpact(c.Request().Context(), actor, known.ID, known.Version, service.ImpactInput{
		Measure: or(in.Measure, known.Measure), Baseline: tenthsOf(or(in.Baseline, tenth(known.Baseline))), BaselineFrom: or(in.BaselineFrom, known.BaselineFrom),
		BaselineTo: or(in.BaselineTo, known.BaselineTo), Value: tenthsOf(or(in.Value, tenth(known.Value))), From: or(in.From, known.From), To: or(in.To, known.To),
		Method: or(in.Method, known.Method), Sample: or(in.Sample, known.Sample), Note: or(in.Note, known.Note),
	}); err != nil {
		return fresh(err)
	}
	return h.showOneImpact(c, actor)
}

// withdrawImpact handles POST /impact-reports/:id/withdrawal.
func (h *Handlers) withdrawImpact(c echo.Context, actor authz.Actor) error {
	if err := attempt(c, &struct{}{}, func(version int) error {
		_, err := h.svc.WithdrawImpact(c.Request().Context(), actor, impactID(c), version)
		return err
	}); err != nil {
		return err
	}
	return h.showOneImpact(c, actor)
}

// checkImpact handles POST /impact-reports/:id/check.
func (h *Handlers) checkImpact(c echo.Context, actor authz.Actor) error {
	var in struct {
		Decision countersign.ImpactEvent `json:"decision"`
		Reason   string                  `json:"reason"`
	}
	if err := attempt(c, &in, func(version int) error {
		_, err := h.svc.DecideImpact(c.Request().Context(), actor, impactID(c), version, service.ImpactDecision(in))
		return err
	}); err != nil {
		return err
	}
	return h.showOneImpact(c, actor)
}

// numberJSON is a number that may be hidden, or not there.
type numberJSON struct {
	Value  *float64 `json:"value"`
	Hidden bool     `json:"hidden"`
}

func tenthsJSON(v countersign.Value) numberJSON {
	n := numberJSON{Hidden: v.Hidden}
	if v.Known {
		value := tenth(v.N)
		n.Value = &value
	}
	return n
}

type spreadJSON struct {
	Median numberJSON `json:"median"`
	Low    numberJSON `json:"low"`
	High   numberJSON `json:"high"`
}

func spreadOf(s countersign.ImpactSpread) spreadJSON {
	return spreadJSON{tenthsJSON(s.Median), tenthsJSON(s.Low), tenthsJSON(s.High)}
}

type impactFigureJSON struct {
	countersign.ImpactMeasure
	Practices int        `json:"practices"`
	Reported  numberJSON `json:"reported"`
	Methods   []string   `json:"methods"`
	From      day        `json:"from"`
	To        day        `json:"to"`
	Baseline  spreadJSON `json:"baseline"`
	Now       spreadJSON `json:"now"`
	Change    spreadJSON `json:"change"`
	Percent   spreadJSON `json:"percent"`
	Together  numberJSON `json:"together"`
}

func impactFigureOf(f countersign.ImpactFigure) impactFigureJSON {
	reported := f.Reported
	reported.N *= 10
	return impactFigureJSON{
		f.Measure, f.Practices, tenthsJSON(reported), listOf(f.Methods), day(f.From), day(f.To), spreadOf(f.Baseline), spreadOf(f.Now), spreadOf(f.Change), spreadOf(f.Percent),
		tenthsJSON(f.Together),
	}
}

// showImpact handles GET /reports/impact: what the practices of a place have
// measured, with what others have published.
func (h *Handlers) showImpact(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	in := service.ReportQuery{Place: q.text("organisation"), Month: q.text("month")}
	if in.Place == "" {
		q.p.Add("organisation", "Send the code of an organisation")
	}
	if err := q.err(); err != nil {
		return err
	}
	r, err := h.svc.ImpactOf(c.Request().Context(), actor, in)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, struct {
		Organisation placeJSON                     `json:"organisation"`
		Month        string                        `json:"month"`
		Day          day                           `json:"day"`
		Sums         bool                          `json:"sums"`
		Items        []impactFigureJSON            `json:"items"`
		Methods      []countersign.ImpactMethod    `json:"methods"`
		Published    []countersign.PublishedImpact `json:"published"`
	}{placeOf(r.Place), r.Month.String(), day(r.Day), r.Sums, each(r.Figures, impactFigureOf), countersign.ImpactMethods(), r.Published})
}
