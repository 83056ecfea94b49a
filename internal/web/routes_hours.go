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
	{method: get, path: "/apprenticeships/:id/placements", access: signedIn, handle: (*Handlers).listPlacements},
	{method: get, path: "/apprenticeships/:id/placements/new", access: signedIn, handle: (*Handlers).newPlacement},
	{method: post, path: "/apprenticeships/:id/placements/new", access: signedIn, handle: (*Handlers).createPlacement},
	{method: get, path: "/placements/:id/request", access: signedIn, handle: (*Handlers).newSiteRequest},
	{method: post, path: "/placements/:id/request", access: signedIn, handle: (*Handlers).askSite},
	{method: get, path: "/placements/:id/cancellation", access: signedIn, handle: (*Handlers).newPlacementCancellation},
	{method: post, path: "/placements/:id/cancellation", access: signedIn, handle: (*Handlers).cancelPlacement},
	{method: get, path: "/placement-confirmation/:token", access: public, handle: (*Handlers).showSiteRequest},
	{method: post, path: "/placement-confirmation/:token", access: public, handle: (*Handlers).answerForSite},
	{method: get, path: "/apprenticeships/:id/sessions", access: signedIn, handle: (*Handlers).showTimetable},
	{method: get, path: "/sessions", access: signedIn, handle: (*Handlers).listSessions},
	{method: get, path: "/sessions/new", access: signedIn, handle: (*Handlers).newClassroomSession},
	{method: post, path: "/sessions/new", access: signedIn, handle: (*Handlers).createClassroomSession},
	{method: get, path: "/sessions/:session", access: signedIn, handle: (*Handlers).showAttendance},
	{method: post, path: "/sessions/:session", access: signedIn, handle: (*Handlers).markAttendance},
}
