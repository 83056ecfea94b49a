package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/session"
	"countersign/internal/view"
)

// askToSignIn leads to the sign-in page. A form that was posted after its
// session had ended is carried over, sealed for the person whose session it
// was; files are asked for again.
func (h *Handlers) askToSignIn(c echo.Context) error {
	req := c.Request()
	if req.Method != http.MethodPost {
		return c.Redirect(http.StatusSeeOther, "/sign-in?next="+url.QueryEscape(req.URL.RequestURI()))
	}
	page := h.signInPage()
	page.SessionEnded = true
	owner := h.sessions.ExpiredPerson(req.Context())
	if sealed, err := h.sealer.Seal(owner, session.Rescue{Method: req.Method, Path: req.URL.RequestURI(), Form: req.PostForm}); err == nil {
		page.Rescue = sealed
	}
	return h.render(c, http.StatusUnauthorized, authz.Actor{}, page)
}

func (h *Handlers) signInPage() *view.SignInPage {
	page := view.NewSignInPage()
	page.Personas, page.Ask, page.Provider = h.personas(), h.passkeyAsk("/sign-in/challenge"), h.svc.Provider()
	return page
}

// newSession handles GET /sign-in. Somebody who is signed in is led on.
func (h *Handlers) newSession(c echo.Context, actor authz.Actor) error {
	if !actor.IsZero() {
		return h.redirect(c, "", localPath(c.QueryParam("next")))
	}
	page := h.signInPage()
	page.Next = c.QueryParam("next")
	return h.render(c, http.StatusOK, authz.Actor{}, page)
}

// createSession handles POST /sign-in.
func (h *Handlers) createSession(c echo.Context, _ authz.Actor) error {
	f, from := formOf(c), h.origin(c)
	in, err := h.svc.SignIn(c.Request().Context(), service.SignInInput{Email: f.text("email"), Password: f.Get("password"), From: from})
	if err != nil {
		page := h.signInPage()
		page.Email, page.Next, page.Rescue = f.text("email"), f.Get("next"), f.Get("rescue")
		if countersign.KindOf(err) == countersign.Unauthenticated {
			page.Fail(countersign.InvalidField("email", countersign.MessageOf(err)))
			return h.render(c, http.StatusUnauthorized, authz.Actor{}, page)
		}
		return h.refuse(c, page, err)
	}
	return h.welcome(c, in, from)
}

// createCodeSession handles POST /sign-in/code, the second step of signing in.
func (h *Handlers) createCodeSession(c echo.Context, _ authz.Actor) error {
	f, from := formOf(c), h.origin(c)
	if f.Get("step") == "" {
		return h.redirect(c, "", "/sign-in")
	}
	in, err := h.svc.SignInCode(c.Request().Context(), service.CodeInput{Step: f.Get("step"), Code: f.text("code"), From: from})
	switch countersign.KindOf(err) {
	case 0:
		return h.welcome(c, in, from)
	case countersign.NotFound: // it took too long
		page := h.signInPage()
		page.Next, page.Rescue = f.Get("next"), f.Get("rescue")
		page.Fail(countersign.InvalidField("email", countersign.MessageOf(err)))
		return h.render(c, http.StatusUnauthorized, authz.Actor{}, page)
	}
	return h.refuse(c, h.codePage(c, f.Get("step")), err)
}

func (h *Handlers) codePage(c echo.Context, step string) *view.CodePage {
	page := view.NewCodePage(step)
	page.Next, page.Rescue = formOf(c).Get("next"), formOf(c).Get("rescue")
	return page
}

// challengeSession handles POST /sign-in/challenge.
func (h *Handlers) challengeSession(c echo.Context, _ authz.Actor) error {
	ask, err := h.svc.AskPasskey(c.Request().Context(), h.origin(c))
	return h.writeChallenge(c, ask, err)
}

// createPasskeySession handles POST /sign-in/passkey.
func (h *Handlers) createPasskeySession(c echo.Context, _ authz.Actor) error {
	f, from := formOf(c), h.origin(c)
	in, err := h.svc.SignInPasskey(c.Request().Context(), service.AnswerInput{Token: f.Get("token"), Response: f.Get("passkey"), From: from})
	if err != nil {
		page := h.signInPage()
		page.Next, page.Rescue = f.Get("next"), f.Get("rescue")
		return h.refuse(c, page, unplaced(err))
	}
	return h.welcome(c, in, from)
}

// unplaced is what is wrong with a form of which a person sees no field.
func unplaced(err error) error {
	if countersign.KindOf(err) == countersign.Invalid {
		return countersign.Refuse(countersign.Invalid, "The passkey could not be used. Try again")
	}
	return err
}

// refuse is again for somebody who isn't signed in; after too many tries it
// tells programs too when to come back.
func (h *Handlers) refuse(c echo.Context, page view.Page, err error) error {
	if countersign.KindOf(err) == countersign.TooMany {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(service.TryWindow.Seconds())))
	}
	return h.again(c, authz.Actor{}, page, err)
}

// createDemoSession handles POST /sign-in/demo: one click as a demo person.
func (h *Handlers) createDemoSession(c echo.Context, _ authz.Actor) error {
	in, err := h.svc.SignInDemo(c.Request().Context(), formOf(c).text("email"), h.origin(c))
	if err != nil {
		return err
	}
	return h.enter(c, in)
}

// welcome signs somebody in who has proved who they are, or asks for the code
// that is still needed. Their browser is known from now on.
func (h *Handlers) welcome(c echo.Context, in service.SignedIn, from service.Origin) error {
	if in.Step != "" {
		return h.render(c, http.StatusOK, authz.Actor{}, h.codePage(c, in.Step))
	}
	h.rememberDevice(c, from)
	return h.enter(c, in)
}

// enter begins the session and leads them where they wanted to go, or back to
// the form that they had filled in when their session ended.
func (h *Handlers) enter(c echo.Context, in service.SignedIn) error {
	ctx := c.Request().Context()
	if err := h.sessions.SignIn(ctx, in.Person, in.Proof.Method, h.origin(c).Browser); err != nil {
		return err
	}
	f := formOf(c)
	if f.Get("rescue") == "" {
		return h.redirect(c, "", localPath(f.Get("next")))
	}
	actor, err := h.svc.Actor(ctx, in.Person, in.Proof)
	if err != nil {
		return err
	}
	return h.handBack(c, actor, view.NewRescuePage)
}

// handBack gives the form back that waited while somebody signed in, or proved
// that it is them.
func (h *Handlers) handBack(c echo.Context, actor authz.Actor, page func(string, url.Values) *view.RescuePage) error {
	sealed := formOf(c).Get("rescue")
	if sealed == "" {
		return h.redirect(c, "Thank you. Send again what you wanted to sign.", "/")
	}
	rescued, err := h.sealer.Open(actor.ID(), sealed)
	switch {
	case errors.Is(err, session.ErrExpired):
		return h.inform(c, "The form that you sent before is too old to be given back, so nothing of it was saved.", "/")
	case err != nil || rescued.Method != http.MethodPost:
		return h.inform(c, "The form that was sent before was not yours, so nothing of it was kept.", "/")
	}
	return h.render(c, http.StatusOK, actor, page(rescued.Path, rescued.Form))
}

// rescued returns the form that waits, if there is one that is the actor's.
func (h *Handlers) rescued(c echo.Context, actor authz.Actor) (session.Rescue, bool) {
	r, err := h.sealer.Open(actor.ID(), formOf(c).Get("rescue"))
	return r, err == nil && r.Method == http.MethodPost
}

// deleteSession handles POST /sign-out.
func (h *Handlers) deleteSession(c echo.Context, _ authz.Actor) error {
	if err := h.sessions.SignOut(c.Request().Context()); err != nil {
		return err
	}
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return h.redirect(c, "You are signed out.", "/sign-in")
}

// newReset handles GET /reset-password.
func (h *Handlers) newReset(c echo.Context, _ authz.Actor) error {
	return h.render(c, http.StatusOK, authz.Actor{}, view.NewResetPage())
}

// createReset handles POST /reset-password. The answer is the same whether
// anybody has that address.
func (h *Handlers) createReset(c echo.Context, _ authz.Actor) error {
	email := formOf(c).text("email")
	page := view.NewResetPage()
	page.Email = email
	if err := h.svc.RequestReset(c.Request().Context(), email, h.origin(c)); err != nil {
		return h.refuse(c, page, err)
	}
	page.Sent = true
	page.Title = "Check your email"
	return h.render(c, http.StatusOK, authz.Actor{}, page)
}

// newPassword handles GET /set-password/:token, the one-time link of an
// invitation or a reset.
func (h *Handlers) newPassword(c echo.Context, _ authz.Actor) error {
	page, err := h.passwordPage(c)
	if err != nil {
		return err
	}
	return h.render(c, linkStatus(page), authz.Actor{}, page)
}

func linkStatus(page *view.PasswordPage) int {
	if page.Used {
		return http.StatusNotFound
	}
	return http.StatusOK
}

// passwordPage greets the owner of the link; a link that doesn't work any more
// gets a page that leads to a new one.
func (h *Handlers) passwordPage(c echo.Context) (*view.PasswordPage, error) {
	token := c.Param("token")
	p, err := h.svc.PeekLink(c.Request().Context(), token)
	if countersign.KindOf(err) == countersign.NotFound {
		return view.NewUsedLinkPage(), nil
	}
	return view.NewPasswordPage(token, p.Name, p.Email), err
}

// createPassword handles POST /set-password/:token.
func (h *Handlers) createPassword(c echo.Context, _ authz.Actor) error {
	ctx := c.Request().Context()
	from := h.origin(c)
	in, err := h.svc.SetPassword(ctx, service.NewPasswordInput{Token: c.Param("token"), Password: formOf(c).Get("password"), From: from})
	switch countersign.KindOf(err) {
	case countersign.Invalid, countersign.NotFound:
		page, pageErr := h.passwordPage(c)
		if pageErr != nil {
			return pageErr
		}
		if page.Used {
			return h.render(c, linkStatus(page), authz.Actor{}, page)
		}
		return h.again(c, authz.Actor{}, page, err)
	}
	if err != nil {
		return err
	}
	return h.welcome(c, in, from)
}

// asset handles GET /assets/*: the built files, kept by browsers for ever.
func (h *Handlers) asset(c echo.Context, _ authz.Actor) error {
	a, ok := view.Assets.Lookup(c.Request().URL.Path)
	if !ok {
		return problem.OfStatus(http.StatusNotFound)
	}
	header := c.Response().Header()
	header.Set("Cache-Control", "no-cache")
	if a.Immutable {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	header.Set("Vary", "Accept-Encoding")
	body := a.Body
	if a.Gzip != nil && acceptsGzip(c.Request()) {
		header.Set("Content-Encoding", "gzip")
		body = a.Gzip
	}
	return c.Blob(http.StatusOK, a.ContentType, body)
}
