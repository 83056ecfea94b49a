package web

// reportRoutes are what is reported of places.
var reportRoutes = []route{
	{method: get, path: "/reports", access: signedIn, handle: (*Handlers).showReports},
	{method: get, path: "/reports/figures", access: signedIn, handle: (*Handlers).showFigures},
	{method: get, path: "/reports/:code", access: signedIn, handle: (*Handlers).showPlaceReport},
	{method: get, path: "/reports/:code/coverage", access: signedIn, handle: (*Handlers).showCoverage},
	{method: get, path: "/reports/:code/heat-map", access: signedIn, handle: (*Handlers).showHeatMap},
	{method: get, path: "/reports/:code/report.pdf", access: signedIn, handle: (*Handlers).downloadReportPDF},
	{method: get, path: "/reports/:code/report.xlsx", access: signedIn, handle: (*Handlers).downloadReportBook},
	{method: get, path: "/reports/:code/report.csv", access: signedIn, handle: (*Handlers).downloadReportTable},
}
