package web

import (
	"net/http"
	"net/url"

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

// newSession handles GET /sign-in.
func (h *Handlers) newSession(c echo.Context, _ authz.Actor) error {
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
			page.Fail(countersign.InvalidField("email", err.Error()))
			return h.render(c, http.StatusUnauthorized, authz.Actor{}, page)
		}
		return h.again(c, authz.Actor{}, page, err)
	}
	return h.welcome(c, id, service.AuthenticatedByPassword)
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
	if rescued, err := h.sealer.Open(id, f.Get("rescue")); err == nil && rescued.Method == http.MethodPost {
		actor, err := h.svc.Actor(ctx, id, method)
		if err != nil {
			return err
		}
		return h.render(c, http.StatusOK, actor, view.NewRescuePage(rescued.Path, rescued.Form))
	}
	return h.redirect(c, "", localPath(f.Get("next")))
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
		return h.again(c, authz.Actor{}, page, err)
	}
	page.Sent = true
	page.Title = "Check your email"
	return h.render(c, http.StatusOK, authz.Actor{}, page)
}

// newPassword handles GET /set-password/:token, the one-time link of an
// invitation or a reset.
func (h *Handlers) newPassword(c echo.Context, _ authz.Actor) error {
	p, err := h.svc.PeekLink(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, authz.Actor{}, view.NewPasswordPage(c.Param("token"), p.Name, p.Email))
}

// createPassword handles POST /set-password/:token.
func (h *Handlers) createPassword(c echo.Context, _ authz.Actor) error {
	ctx := c.Request().Context()
	token := c.Param("token")
	id, err := h.svc.SetPassword(ctx, service.NewPasswordInput{Token: token, Password: formOf(c).Get("password")})
	if countersign.KindOf(err) == countersign.Invalid {
		p, peekErr := h.svc.PeekLink(ctx, token)
		if peekErr != nil {
			return peekErr
		}
		return h.again(c, authz.Actor{}, view.NewPasswordPage(token, p.Name, p.Email), err)
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
