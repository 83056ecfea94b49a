package view

// ReportsPage leads to the reports of somebody who has several places, or says
// that there are none for them.
type ReportsPage struct {
	Layout
	Places []Link
}

// NewReportsPage returns the page.
func NewReportsPage() *ReportsPage {
	return &ReportsPage{Layout: Layout{Title: "Reports", Breadcrumbs: []Link{{Text: "Home", Href: "/"}}}}
}

// Template implements Page.
func (*ReportsPage) Template() string { return "reports/list" }

func init() {
	addSamples(func() []Sample {
		several := NewReportsPage()
		several.Places = []Link{{Text: "Hillview Surgery", Href: "/reports/A81001"}, {Text: "Leeds Training Hub", Href: "/reports/TH01"}}
		return []Sample{{"reports", several}, {"reports: none", NewReportsPage()}}
	})
}
