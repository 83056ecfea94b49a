package web

// assessorRoutes are the pages of those who judge, and of whoever reads the
// frameworks and portfolios.
var assessorRoutes = []route{
	{method: get, path: "/queue", access: signedIn, handle: (*Handlers).showQueue},
	{method: post, path: "/queue", access: signedIn, handle: (*Handlers).createDecisions},
	{method: get, path: "/apprenticeships/:id/competencies/:code", access: signedIn, handle: (*Handlers).showCompetency},
	{method: post, path: "/apprenticeships/:id/competencies/:code/sign-offs", access: signedIn, handle: (*Handlers).createSignOff},
	{method: post, path: "/evidence/:id/review", access: signedIn, handle: (*Handlers).createReview},
	{method: get, path: "/sign-offs/:id/withdrawal", access: signedIn, handle: (*Handlers).newWithdrawal},
	{method: post, path: "/sign-offs/:id/withdrawal", access: signedIn, handle: (*Handlers).createWithdrawal},
	{method: post, path: "/sign-offs/:id/confirmation", access: signedIn, handle: (*Handlers).createConfirmation},
	{method: get, path: "/apprenticeships/:id/portfolio", access: signedIn, handle: (*Handlers).showPortfolio},
	{method: get, path: "/apprenticeships/:id/portfolio.pdf", access: signedIn, handle: (*Handlers).downloadPortfolio},
	{method: get, path: "/apprenticeships/:id/portfolio.zip", access: signedIn, handle: (*Handlers).downloadPackage},
	{method: get, path: "/apprenticeships/:id/badges", access: signedIn, handle: (*Handlers).listBadges},
	{method: post, path: "/apprenticeships/:id/badges", access: signedIn, handle: (*Handlers).issueBadge},
	{method: get, path: "/apprenticeships/:id/badges/:badge", access: signedIn, handle: (*Handlers).downloadBadge},
	{method: get, path: "/frameworks", access: public, handle: (*Handlers).listFrameworks},
	{method: get, path: "/frameworks/:id", access: public, handle: (*Handlers).showFramework},
	{method: get, path: "/frameworks/:id/:version/export", access: public, handle: (*Handlers).exportFramework},
	{method: get, path: "/job-description/:id", access: public, handle: (*Handlers).showJobDescription},
}
