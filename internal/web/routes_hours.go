package web

// hoursRoutes are the pages of hours, placements and classroom sessions.
var hoursRoutes = []route{
	{method: get, path: "/apprenticeships/:id/hours", access: signedIn, handle: (*Handlers).listHours},
	{method: get, path: "/apprenticeships/:id/hours/new", access: signedIn, handle: (*Handlers).newHours},
	{method: post, path: "/apprenticeships/:id/hours/new", access: signedIn, handle: (*Handlers).createHours},
	{method: post, path: "/hours/:id/verification", access: signedIn, handle: (*Handlers).verifyHours},
	{method: get, path: "/hours/:id/reversal", access: signedIn, handle: (*Handlers).newHoursReversal},
	{method: post, path: "/hours/:id/reversal", access: signedIn, handle: (*Handlers).reverseHours},
	{method: get, path: "/hours", access: signedIn, handle: (*Handlers).listWaitingHours},
	{method: post, path: "/hours", access: signedIn, handle: (*Handlers).verifyWaitingHours},
}
