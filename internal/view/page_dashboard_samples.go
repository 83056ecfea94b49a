package view

import (
	"time"

	"countersign/internal/countersign"
)

// sampleValues are figures of about that many active apprentices.
func sampleValues(active int) countersign.Values {
	v := countersign.Values{}
	for i, f := range countersign.Figures() {
		v[f.Code] = countersign.Value{N: active * (i%5 + 1) / 7, Known: true}
	}
	v[countersign.FigSignedShare] = countersign.Value{N: 43, Known: true}
	v[countersign.FigHoursShare] = countersign.Value{N: 104, Known: true}
	v[countersign.FigMonths] = countersign.Value{N: 75, Known: active > 0}
	v[countersign.FigWaitMedian] = countersign.Value{N: 95, Known: active > 0}
	return v
}

func hiddenValues() countersign.Values {
	v := countersign.Values{}
	for _, f := range countersign.Figures() {
		v[f.Code] = countersign.Value{Hidden: true}
	}
	return v
}

// sampleRegion is a region with two hubs.
func sampleRegion() *DashboardPage {
	full := NewDashboardPage("North East and Yorkshire", "Y63", Link{Text: "England", Href: "/reports/ENGLAND"})
	full.Kind, full.Day, full.Values, full.MayPeople = countersign.Region, countersign.On(2026, 11, 22), sampleValues(1204), true
	full.MayMail = true
	full.Rule = countersign.PaceWords(samplePaces[:1])
	full.Frameworks, full.Cohorts = []Option{{Value: "gpa-combined", Text: "General Practice Assistant, combined"}}, []string{"2026-A", "2026-B"}
	full.Beneath = []FigureRow{
		{Code: "QWO", Name: "West Yorkshire", Open: true, Values: sampleValues(700)}, {Code: "QOQ", Name: "Humber and North Yorkshire", Values: sampleValues(300)},
		{Code: "QF7", Name: "South Yorkshire", Closed: true, Open: true, Values: sampleValues(0)},
	}
	return full
}

func init() {
	addSamples(func() []Sample {
		number := func(n int) countersign.Value { return countersign.Value{N: n, Known: true} }
		full := sampleRegion()
		full.ByCohort = []FigureRow{{Code: "2026-A", Name: "2026-A", Values: sampleValues(90)}, {Name: "No cohort", Values: sampleValues(3)}}
		full.ByFramework = []FigureRow{{Code: "gpa-combined", Name: "General Practice Assistant, combined", Values: sampleValues(1204)}}
		full.Capacity = &Capacity{Practices: number(120), Unmentored: number(4), Supervisors: number(100), Over: number(2)}
		full.Loads = []LoadRow{{1, number(40), number(12)}, {2, number(11), number(9)}, {4, number(2), number(31)}}
		full.Supervisors = []SupervisorRow{{"Dr Megan Bell", 4, 3, 20, 51}, {"Dr Tobias Lindqvist", 1, 3, 0, 0}}
		for i := range 12 {
			m := countersign.MonthOf(countersign.On(2025, 12, 1)).Add(i)
			full.Months = append([]countersign.Month{m}, full.Months...)
			full.Trend = append(full.Trend, MonthFigures{m, sampleValues(900 + 20*i)})
			full.Finishes = append(full.Finishes, MonthForecast{m.Add(12), i == 11, number(i), number(3 + i), number(9 + 2*i)})
		}
		hidden := NewDashboardPage("A training hub with few people", "TH09")
		hidden.Kind, hidden.Day, hidden.Values, hidden.Hidden, hidden.Rule = countersign.Hub, countersign.On(2026, 10, 31), hiddenValues(), true, full.Rule
		hidden.Filter, hidden.Late = ReportFilter{Month: "2026-10", Cohort: "2024-A"}, time.Date(2026, 11, 3, 2, 0, 0, 0, time.UTC)
		hidden.Beneath = []FigureRow{{Code: "A81001", Name: "Hillview Surgery", Values: hiddenValues()}}
		coverage := NewCoveragePage("England", "ENGLAND", ReportFilter{})
		coverage.Day, coverage.Fives = full.Day, true
		coverage.Total = CoverageRow{Practices: 6253, Training: 1200, Qualified: 900, Covered: 2000, Networks: 1250, NetworksCovered: 700}
		for i, t := range []struct{ code, name string }{{"Y56", "London"}, {"Y58", "South West"}, {"Y59", "South East"}, {"Y60", "Midlands"}, {"Y61", "East of England"}, {"Y62", "North West"}, {"Y63", "North East and Yorkshire"}} {
			coverage.Rows = append(coverage.Rows, CoverageRow{
				Code: t.code, Name: t.name, Kind: countersign.Region, Open: true, Practices: 900, Training: 100 * i, Qualified: 20 * i, Covered: 130 * i, Networks: 180, NetworksCovered: 20 * i,
			})
		}
		coverage.Rows[0].Practices = 0
		practices := NewCoveragePage("Riverside Primary Care Network", "U70901", ReportFilter{})
		practices.Day, practices.Rows = full.Day, []CoverageRow{{Code: "B70101", Name: "Hillview Surgery", Kind: countersign.Practice, Practices: 1, Training: 1, Qualified: 0, Covered: 1}}
		many := NewCoveragePage("Dales Training Hub", "HUB-DALES", ReportFilter{})
		many.Day = full.Day
		for i := range longRows + 1 {
			many.Add(CoverageRow{Code: "B7" + itoa(i), Name: "Surgery " + itoa(i), Kind: countersign.Practice, Practices: 1})
		}
		heat := NewHeatMapPage("West Yorkshire", "QWO", ReportFilter{Framework: "gpa-combined"})
		heat.By, heat.Frameworks, heat.Columns = "cohort", full.Frameworks, []string{"2025-A", "2025-B", "2026-A", "2026-B", "No cohort"}
		for i, title := range []string{"Greets patients and checks who they are", "Takes a blood pressure", "Codes letters", "Explains what happens next"} {
			row := HeatRow{Code: "GPA-" + itoa(i+1), Title: title}
			for k := range heat.Columns {
				row.Cells = append(row.Cells, HeatCell{number(max(90-10*i-10*k, 0))})
			}
			row.Cells[3], row.Cells[4] = HeatCell{Share: countersign.Value{Hidden: true}}, HeatCell{}
			heat.Rows = append(heat.Rows, row)
		}
		empty := NewHeatMapPage("A practice without apprentices", "B70109", ReportFilter{})
		return []Sample{
			{"reports: place", full}, {"reports: small numbers", hidden},
			{"reports: coverage", coverage}, {"reports: coverage of a network", practices}, {"reports: coverage of many practices", many}, {"reports: heat map", heat}, {"reports: heat map of nobody", empty},
		}
	})
}
