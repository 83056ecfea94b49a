package web

// assessorRoutes are the pages of those who judge, and of whoever reads the
// frameworks and portfolios.
var assessorRoutes = []route{
	{method: get, path: "/queue", access: signedIn, handle: (*Handlers).showQueue},
	{method: post, path: "/queue", access: signedIn, handle: (*Handlers).createDecisions},
}
