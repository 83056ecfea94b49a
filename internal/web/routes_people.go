package web

// peopleRoutes are the pages of accounts, places and enrolment.
var peopleRoutes = []route{}
