package web

// peopleRoutes are the pages of accounts, places and enrolment.
var peopleRoutes = []route{
	{method: get, path: "/apprenticeships", access: signedIn, handle: (*Handlers).listApprentices},
	{method: get, path: "/apprenticeships/new", access: signedIn, handle: (*Handlers).newEnrolment},
	{method: post, path: "/apprenticeships/new", access: signedIn, handle: (*Handlers).createEnrolment},
	{method: get, path: "/apprenticeships/:id/change", access: signedIn, handle: (*Handlers).editApprenticeship},
	{method: post, path: "/apprenticeships/:id/change", access: signedIn, handle: (*Handlers).changeApprenticeship},
	{method: get, path: "/apprenticeships.csv", access: signedIn, handle: (*Handlers).downloadApprentices},
	{method: get, path: "/apprenticeships/:id/namings", access: signedIn, handle: (*Handlers).listNamings},
	{method: get, path: "/apprenticeships/:id/namings/new", access: signedIn, handle: (*Handlers).newNaming},
	{method: post, path: "/apprenticeships/:id/namings/new", access: signedIn, handle: (*Handlers).createNaming},
	{method: get, path: "/apprenticeships/:id/namings/:naming/cover", access: signedIn, handle: (*Handlers).newCover},
	{method: post, path: "/apprenticeships/:id/namings/:naming/cover", access: signedIn, handle: (*Handlers).createCover},
	{method: get, path: "/apprenticeships/:id/namings/:naming/handover", access: signedIn, handle: (*Handlers).newHandover},
	{method: post, path: "/apprenticeships/:id/namings/:naming/handover", access: signedIn, handle: (*Handlers).createHandover},
	{method: get, path: "/apprenticeships/:id/namings/:naming/end", access: signedIn, handle: (*Handlers).editNamingEnd},
	{method: post, path: "/apprenticeships/:id/namings/:naming/end", access: signedIn, handle: (*Handlers).endNaming},
	{method: get, path: "/account", access: signedIn, handle: (*Handlers).showAccount},
	{method: post, path: "/account/digest", access: signedIn, handle: (*Handlers).changeDigest},
	{method: post, path: "/account/password", access: signedIn, handle: (*Handlers).changePassword},
	{method: post, path: "/account/tokens", access: signedIn, handle: (*Handlers).createToken},
	{method: post, path: "/account/tokens/:token/revocation", access: signedIn, handle: (*Handlers).revokeToken},
}
