package view

import "countersign/internal/countersign"

// placeFigures are the columns of a table of places, cohorts or frameworks.
var placeFigures = []countersign.FigureCode{
	countersign.FigStarters, countersign.FigActive, countersign.FigOnTrack, countersign.FigSlipping, countersign.FigStuck,
	countersign.FigWaiting, countersign.FigWaitOldest, countersign.FigSignedShare, countersign.FigCompleted, countersign.FigWithdrawn,
}

func figuresTable(caption, of string, rows []FigureRow, href func(FigureRow) string) Table {
	t := Table{
		Caption: caption, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true, Compact: true, Head: []Column{{Text: of}},
	}
	for _, code := range placeFigures {
		t.Head = append(t.Head, Column{Text: figureName(code), Numeric: true})
	}
	for _, r := range rows {
		first := Cell{Text: r.Name}
		if r.Open {
			first.Href = href(r)
		}
		if r.Closed {
			first.Hidden = "(closed)"
		}
		row := []Cell{first}
		for _, code := range placeFigures {
			row = append(row, Cell{Text: figureText(code, r.Values)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// PlacesTable is the places directly beneath; each leads to its own report.
func (p *DashboardPage) PlacesTable() Table {
	return figuresTable("Place by place", "Place", p.Beneath, func(r FigureRow) string { return p.Filter.Href(r.Code, "") })
}

// CohortsTable is the cohorts; each narrows the report down.
func (p *DashboardPage) CohortsTable() Table {
	return figuresTable("Cohort by cohort", "Cohort", p.ByCohort, func(r FigureRow) string {
		f := p.Filter
		f.Cohort = r.Code
		if r.Code == "" {
			return ""
		}
		return f.Href(p.Code, "")
	})
}

// FrameworksTable is the frameworks; each narrows the report down.
func (p *DashboardPage) FrameworksTable() Table {
	return figuresTable("Framework by framework", "Framework", p.ByFramework, func(r FigureRow) string {
		f := p.Filter
		f.Framework = r.Code
		return f.Href(p.Code, "")
	})
}

// Pages lead to what else is reported of the place.
func (p *DashboardPage) Pages() []Link {
	links := []Link{
		{Text: "Where people get stuck, by competency", Href: p.Filter.Href(p.Code, "/heat-map")},
		{Text: "Practices with a GPA", Href: p.Filter.Href(p.Code, "/coverage")},
		{Text: "Impact measured by practices", Href: ImpactHref(p.Code, "")},
		{Text: "What the figures mean", Href: "/reports/figures"},
	}
	if p.MayPeople {
		links = append([]Link{{Text: "See the people", Href: p.everybody().Href()}}, links...)
		if p.Leads {
			links = append(links, Link{Text: "Hand learners over to a provider", Href: "/reports/" + p.Code + "/ilr"},
				Link{Text: "What your region sees", Href: regionSightHref(p.Code)})
		}
	}
	return links
}

// Files are the report to take along.
func (p *DashboardPage) Files() []Link {
	links := []Link{
		{Text: "Board report (PDF)", Href: p.Filter.Href(p.Code, "/report.pdf")}, {Text: "Spreadsheet (XLSX)", Href: p.Filter.Href(p.Code, "/report.xlsx")},
		{Text: "Table (CSV)", Href: p.Filter.Href(p.Code, "/report.csv")},
	}
	if p.MayMail {
		links = append(links, Link{Text: "Board report by email every month", Href: ReportFilter{}.Href(p.Code, "/mails")})
	}
	return links
}
