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
	page.Personas = h.personas
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
	f := formOf(c)
	ctx := c.Request().Context()
	id, err := h.svc.SignIn(ctx, service.SignInInput{Email: f.text("email"), Password: f.Get("password"), Address: c.RealIP()})
	if err != nil {
		page := h.signInPage()
		page.Email, page.Next, page.Rescue = f.text("email"), f.Get("next"), f.Get("rescue")
		if countersign.KindOf(err) == countersign.Unauthenticated {
			page.Fail(countersign.InvalidField("email", countersign.MessageOf(err)))
			return h.render(c, http.StatusUnauthorized, authz.Actor{}, page)
		}
		return h.refuse(c, page, err)
	}
	return h.welcome(c, id, service.AuthenticatedByPassword)
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
	id, err := h.svc.SignInDemo(c.Request().Context(), formOf(c).text("email"))
	if err != nil {
		return err
	}
	return h.welcome(c, id, service.AuthenticatedByPersona)
}

// welcome signs the person in and leads them where they wanted to go, or back
// to the form that they had filled in when their session ended.
func (h *Handlers) welcome(c echo.Context, id countersign.PersonID, method string) error {
	ctx := c.Request().Context()
	if err := h.sessions.SignIn(ctx, id, method); err != nil {
		return err
	}
	f := formOf(c)
	if f.Get("rescue") == "" {
		return h.redirect(c, "", localPath(f.Get("next")))
	}
	rescued, err := h.sealer.Open(id, f.Get("rescue"))
	switch {
	case errors.Is(err, session.ErrExpired):
		return h.inform(c, "The form that you sent before you signed in is too old to be given back, so nothing of it was saved.", "/")
	case err != nil || rescued.Method != http.MethodPost:
		return h.inform(c, "The form that was sent before you signed in was not yours, so nothing of it was kept.", "/")
	}
	actor, err := h.svc.Actor(ctx, id, method)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, view.NewRescuePage(rescued.Path, rescued.Form))
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
	if err := h.svc.RequestReset(c.Request().Context(), email, c.RealIP()); err != nil {
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
	id, err := h.svc.SetPassword(ctx, service.NewPasswordInput{Token: c.Param("token"), Password: formOf(c).Get("password")})
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
	if err := h.sessions.EndAll(ctx, id); err != nil {
		return err
	}
	return h.welcome(c, id, service.AuthenticatedByPassword)
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
