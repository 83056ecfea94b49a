package web

// assessorRoutes are the pages of those who judge, and of whoever reads the
// frameworks and portfolios.
var assessorRoutes = []route{}
