package web

// reportRoutes are what is reported of places.
var reportRoutes = []route{
	{method: get, path: "/reports", access: signedIn, handle: (*Handlers).showReports},
	{method: get, path: "/reports/figures", access: signedIn, handle: (*Handlers).showFigures},
	{method: get, path: "/reports/:code", access: signedIn, handle: (*Handlers).showPlaceReport},
	{method: get, path: "/reports/:code/coverage", access: signedIn, handle: (*Handlers).showCoverage},
	{method: get, path: "/reports/:code/heat-map", access: signedIn, handle: (*Handlers).showHeatMap},
	{method: get, path: "/reports/:code/impact", access: signedIn, handle: (*Handlers).showImpact},
	{method: get, path: "/reports/:code/impact.csv", access: signedIn, handle: (*Handlers).downloadImpactTable},
	{method: get, path: "/reports/:code/impact.xlsx", access: signedIn, handle: (*Handlers).downloadImpactBook},
	{method: get, path: "/reports/:code/impact/new", access: signedIn, handle: (*Handlers).newImpact},
	{method: post, path: "/reports/:code/impact/new", access: signedIn, handle: (*Handlers).createImpact},
	{method: get, path: "/impact/:impact", access: signedIn, handle: (*Handlers).showOneImpact},
	{method: get, path: "/impact/:impact/change", access: signedIn, handle: (*Handlers).editImpact},
	{method: post, path: "/impact/:impact/change", access: signedIn, handle: (*Handlers).changeImpact},
	{method: post, path: "/impact/:impact/check", access: signedIn, handle: (*Handlers).checkImpact},
	{method: get, path: "/reports/:code/region-sight", access: signedIn, handle: (*Handlers).showRegionSight},
	{method: post, path: "/reports/:code/region-sight", access: signedIn, handle: (*Handlers).agreeToRegion},
	{method: get, path: "/reports/:code/mails", access: signedIn, handle: (*Handlers).listBoardMails},
	{method: post, path: "/reports/:code/mails", access: signedIn, handle: (*Handlers).createBoardMail},
	{method: post, path: "/reports/:code/mails/:mail/stop", access: signedIn, handle: (*Handlers).stopBoardMail},
	{method: get, path: "/stop-mail/:token", access: public, handle: (*Handlers).showStopMail},
	{method: post, path: "/stop-mail/:token", access: public, handle: (*Handlers).stopMail},
	{method: get, path: "/reports/:code/report.pdf", access: signedIn, handle: (*Handlers).downloadReportPDF},
	{method: get, path: "/reports/:code/report.xlsx", access: signedIn, handle: (*Handlers).downloadReportBook},
	{method: get, path: "/reports/:code/report.csv", access: signedIn, handle: (*Handlers).downloadReportTable},
}
