package web

// learnerRoutes are the pages of an apprenticeship and its evidence.
var learnerRoutes = []route{}
