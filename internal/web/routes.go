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
var routes = slices.Concat(entryRoutes, learnerRoutes, assessorRoutes, peopleRoutes, versionRoutes, stepRoutes(), gatewayRoutes, hoursRoutes, reviewRoutes, cpdRoutes, draftRoutes, receivedRoutes, reportRoutes, rosterRoutes)

// entryRoutes lead in and out.
var entryRoutes = []route{
	{method: get, path: "/", access: signedIn, handle: (*Handlers).showHome},
	{method: get, path: "/sign-in", access: public, handle: (*Handlers).newSession},
	{method: post, path: "/sign-in", access: public, handle: (*Handlers).createSession},
	{method: post, path: "/sign-in/challenge", access: public, handle: (*Handlers).challengeSession},
	{method: post, path: "/sign-in/passkey", access: public, handle: (*Handlers).createPasskeySession},
	{method: post, path: "/sign-in/code", access: public, handle: (*Handlers).createCodeSession},
	{method: post, path: "/sign-in/demo", access: public, handle: (*Handlers).createDemoSession},
	{method: post, path: "/sign-out", access: public, handle: (*Handlers).deleteSession},
	{method: get, path: "/reset-password", access: public, handle: (*Handlers).newReset},
	{method: post, path: "/reset-password", access: public, handle: (*Handlers).createReset},
	{method: get, path: "/set-password/:token", access: public, handle: (*Handlers).newPassword},
	{method: post, path: "/set-password/:token", access: public, handle: (*Handlers).createPassword},
	{method: post, path: "/sign-in/provider", access: public, handle: (*Handlers).goToProvider},
	{method: get, path: "/sign-in/provider", access: public, handle: (*Handlers).backFromProvider},
	{method: post, path: "/sign-in/provider/answer", access: public, handle: (*Handlers).answerOfProvider},
	{method: post, path: "/prove", access: signedIn, handle: (*Handlers).prove},
	{method: post, path: "/prove/provider", access: signedIn, handle: (*Handlers).proveByProvider},
	{method: post, path: "/prove/challenge", access: signedIn, handle: (*Handlers).challengeProof},
	{method: post, path: "/prove/passkey", access: signedIn, handle: (*Handlers).provePasskey},
	{method: post, path: "/queue/preparation", access: signedIn, handle: (*Handlers).prepareDecisions},
	{method: post, path: "/apprenticeships/:id/competencies/:code/sign-offs/preparation", access: signedIn, handle: (*Handlers).prepareSignOff},
	{method: post, path: "/sign-offs/:id/withdrawal/preparation", access: signedIn, handle: (*Handlers).prepareWithdrawal},
	{method: post, path: "/sign-offs/:id/confirmation/preparation", access: signedIn, handle: (*Handlers).prepareConfirmation},
	{method: get, path: "/account/sessions", access: signedIn, handle: (*Handlers).showSessions},
	{method: get, path: "/account/sessions/:id/end", access: signedIn, handle: (*Handlers).askEndSession},
	{method: post, path: "/account/sessions/:id/end", access: signedIn, handle: (*Handlers).endSession},
	{method: get, path: "/admin/people/:person/sign-out", access: signedIn, handle: (*Handlers).askSignOutPerson},
	{method: post, path: "/admin/people/:person/sign-out", access: signedIn, handle: (*Handlers).signOutPerson},
	{method: get, path: "/account/security", access: signedIn, handle: (*Handlers).showSecurity},
	{method: post, path: "/account/passkeys", access: signedIn, handle: (*Handlers).createPasskey},
	{method: post, path: "/account/passkeys/new", access: signedIn, handle: (*Handlers).showSecurity},
	{method: post, path: "/account/passkeys/challenge", access: signedIn, handle: (*Handlers).challengeNewPasskey},
	{method: post, path: "/account/passkeys/:passkey", access: signedIn, handle: (*Handlers).renamePasskey},
	{method: post, path: "/account/passkeys/:passkey/removal", access: signedIn, handle: (*Handlers).removePasskey},
	{method: post, path: "/account/provider", access: signedIn, handle: (*Handlers).linkProvider},
	{method: post, path: "/account/provider/removal", access: signedIn, handle: (*Handlers).unlinkProvider},
	{method: post, path: "/account/app/new", access: signedIn, handle: (*Handlers).newApp},
	{method: post, path: "/account/app", access: signedIn, handle: (*Handlers).confirmApp},
	{method: post, path: "/account/app/removal", access: signedIn, handle: (*Handlers).removeApp},
	{method: post, path: "/account/recovery-codes", access: signedIn, handle: (*Handlers).renewCodes},
	{method: post, path: "/admin/people/:person/factors/removal", access: signedIn, handle: (*Handlers).removeFactors},
	{method: get, path: "/verify", access: public, handle: (*Handlers).showVerify},
	{method: post, path: "/verify", access: public, handle: (*Handlers).checkPortfolio, upload: true},
	{method: get, path: "/accessibility", access: public, handle: information(func() view.Page { return view.NewAccessibilityPage() })},
	{method: get, path: "/privacy", access: public, handle: information(func() view.Page { return view.NewPrivacyPage() })},
	{method: get, path: "/help", access: public, handle: information(func() view.Page { return view.NewHelpPage() })},
	{method: get, path: "/assets/*", access: static, handle: (*Handlers).asset},
}
