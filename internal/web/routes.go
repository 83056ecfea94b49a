package web

import (
	"net/http"
	"slices"

	"countersign/internal/view"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is every page. A test keeps it equal to the golden list in
// testdata/routes.txt.
var routes = slices.Concat(entryRoutes, learnerRoutes, assessorRoutes, peopleRoutes, versionRoutes, stepRoutes(), gatewayRoutes, hoursRoutes, reviewRoutes, cpdRoutes, draftRoutes, receivedRoutes)

// entryRoutes lead in and out.
var entryRoutes = []route{
	{method: get, path: "/", access: signedIn, handle: (*Handlers).showHome},
	{method: get, path: "/sign-in", access: public, handle: (*Handlers).newSession},
	{method: post, path: "/sign-in", access: public, handle: (*Handlers).createSession},
	{method: post, path: "/sign-in/demo", access: public, handle: (*Handlers).createDemoSession},
	{method: post, path: "/sign-out", access: public, handle: (*Handlers).deleteSession},
	{method: get, path: "/reset-password", access: public, handle: (*Handlers).newReset},
	{method: post, path: "/reset-password", access: public, handle: (*Handlers).createReset},
	{method: get, path: "/set-password/:token", access: public, handle: (*Handlers).newPassword},
	{method: post, path: "/set-password/:token", access: public, handle: (*Handlers).createPassword},
	{method: get, path: "/accessibility", access: public, handle: information(func() view.Page { return view.NewAccessibilityPage() })},
	{method: get, path: "/privacy", access: public, handle: information(func() view.Page { return view.NewPrivacyPage() })},
	{method: get, path: "/help", access: public, handle: information(func() view.Page { return view.NewHelpPage() })},
	{method: get, path: "/assets/*", access: static, handle: (*Handlers).asset},
}
