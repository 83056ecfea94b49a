// Package board makes the report of a place into a page, and the page into a
// board report as PDF, a workbook or a table. The pages and the monthly mail
// share it.
package board

import (
	"net/url"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// Path returns the address of a place's report.
func Path(code string) string { return "/reports/" + url.PathEscape(code) }

// Above leads to the reports of the places above one, from the top down.
func Above(places []countersign.Organisation) []view.Link {
	links := make([]view.Link, len(places))
	for i, o := range places {
		links[i] = view.Link{Text: o.Name, Href: Path(o.Code)}
	}
	return links
}

// Page is the report as a page. titles are those of frameworks.
func Page(r service.Report, trend []service.ReportRow, titles map[string]string) *view.DashboardPage {
	p := view.NewDashboardPage(r.Place.Name, r.Place.Code, Above(r.Above)...)
	p.Kind, p.Day, p.Rule, p.Values, p.Hidden, p.Months = r.Place.Kind, r.Day, countersign.PaceWords(r.Paces), r.Total.Figures, r.Sums, r.Months
	p.Filter = view.ReportFilter{Framework: r.Framework, Cohort: r.Cohort, Month: r.Month.String()}
	p.MayPeople, p.Then = !r.Sums, r.Then
	p.Copied, p.Behind = r.Copied, r.Behind
	if r.Late {
		p.Late = r.TakenAt
	}
	for _, row := range r.Places {
		p.Beneath = append(p.Beneath, view.FigureRow{
			Code: row.Key, Name: row.Name, Open: row.Open, Values: row.Figures, Closed: !row.Place.OpenOn(r.Day),
		})
	}
	for _, row := range r.Cohorts {
		if row.Key == "" {
			row.Name = "No cohort"
		} else {
			p.Cohorts = append(p.Cohorts, row.Key)
		}
		p.ByCohort = append(p.ByCohort, view.FigureRow{Code: row.Key, Name: row.Name, Open: true, Values: row.Figures})
	}
	for _, row := range r.Frameworks {
		title := titles[row.Key]
		if title == "" {
			title = row.Key
		}
		p.Frameworks = append(p.Frameworks, view.Option{Value: row.Key, Text: title})
		p.ByFramework = append(p.ByFramework, view.FigureRow{Code: row.Key, Name: title, Open: true, Values: row.Figures})
	}
	for _, row := range trend {
		if m, err := countersign.ParseMonth(row.Key); err == nil {
			p.Trend = append(p.Trend, view.MonthFigures{Month: m, Values: row.Figures})
		}
	}
	for _, f := range r.Forecast {
		p.Finishes = append(p.Finishes, view.MonthForecast{Month: f.Month, Later: f.Later, Low: f.Low, Mid: f.Likely, High: f.High})
	}
	p.Capacity = &view.Capacity{Practices: r.Capacity.Practices, Unmentored: r.Capacity.Unmentored, Supervisors: r.Capacity.Supervisors, Over: r.Capacity.Over}
	p.Loads, p.Supervisors = loads(r.Loads), supervisors(r.Supervisors)
	return p
}

func known(n int) countersign.Value { return countersign.Value{N: n, Known: true} }

func loads(all []service.SupervisorLoads) []view.LoadRow {
	rows := make([]view.LoadRow, len(all))
	for i, l := range all {
		rows[i] = view.LoadRow{Apprentices: l.Apprentices, Supervisors: known(l.Supervisors), Waiting: known(l.Waiting)}
	}
	return rows
}

func supervisors(all []service.SupervisorLoad) []view.SupervisorRow {
	rows := make([]view.SupervisorRow, len(all))
	for i, l := range all {
		rows[i] = view.SupervisorRow{Name: l.Name, Apprentices: l.Apprentices, Load: l.Load, Waiting: l.Waiting, OldestDays: l.OldestDays}
	}
	return rows
}
