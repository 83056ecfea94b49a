package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/session"
	"countersign/internal/view"
)

// showSessions handles GET /account/sessions.
func (h *Handlers) showSessions(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	page := view.NewSignedInPage()
	page.Present, page.Idle, page.Lasts, page.Later = h.sessions.ID(ctx), session.Idle, session.Absolute, c.QueryParam("cursor") != ""
	var err error
	if page.Sessions, err = h.svc.BrowserSessions(ctx, actor); err != nil {
		return err
	}
	events, next, err := h.svc.OwnSignIns(ctx, actor, service.ListPage{Limit: 20, Cursor: c.QueryParam("cursor")})
	if err != nil {
		return err
	}
	page.Next = next
	for _, e := range events {
		page.SignIns = append(page.SignIns, view.SignInRow{
			At: e.At, What: signInWhat[e.Action], Method: e.Method, Browser: e.Browser, New: e.New, By: e.By, Reason: e.Reason,
		})
	}
	return h.render(c, http.StatusOK, actor, page)
}

var signInWhat = map[string]view.SignInWhat{
	service.SignedInAction: view.GotIn, service.SignInRefusedAction: view.WasRefused,
	service.SessionEndedAction: view.EndedSessions, service.SessionsEndedAction: view.WasSignedOut,
}

// endSessionPage is about the session that the path names, or all others.
func (h *Handlers) endSessionPage(c echo.Context, actor authz.Actor) (*view.EndSessionPage, error) {
	ctx := c.Request().Context()
	var of countersign.BrowserSession
	if id := c.Param("id"); id != "others" {
		all, err := h.svc.BrowserSessions(ctx, actor)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(all, func(s countersign.BrowserSession) bool { return s.ID == id })
		if at < 0 {
			return nil, countersign.Refuse(countersign.NotFound, "This session does not exist, or has ended")
		}
		of = all[at]
	}
	page := view.NewEndSessionPage(of)
	var err error
	_, page.NeedPassword, err = h.svc.MustProve(ctx, actor)
	return page, err
}

// askEndSession handles GET /account/sessions/:id/end.
func (h *Handlers) askEndSession(c echo.Context, actor authz.Actor) error {
	page, err := h.endSessionPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// endSession handles POST /account/sessions/:id/end.
func (h *Handlers) endSession(c echo.Context, actor authz.Actor) error {
	page, err := h.endSessionPage(c, actor)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = h.svc.EndSession(ctx, actor, service.EndSessionInput{
		ID: page.Session.ID, Present: h.sessions.ID(ctx), Password: formOf(c).Get("current_password"), From: h.origin(c),
	})
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "Signed out.", "/account/sessions")
}

// askSignOutPerson handles GET /admin/people/:person/sign-out.
func (h *Handlers) askSignOutPerson(c echo.Context, actor authz.Actor) error {
	page, err := h.signOutPersonPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) signOutPersonPage(c echo.Context, actor authz.Actor) (*view.SignOutPersonPage, error) {
	file, err := h.svc.PersonFile(c.Request().Context(), actor, personID(c))
	if err != nil {
		return nil, err
	}
	return view.NewSignOutPersonPage(string(file.Person.ID), file.Person.Name), nil
}

// signOutPerson handles POST /admin/people/:person/sign-out.
func (h *Handlers) signOutPerson(c echo.Context, actor authz.Actor) error {
	page, err := h.signOutPersonPage(c, actor)
	if err != nil {
		return err
	}
	page.Reason = formOf(c).text("reason")
	p, err := h.svc.EndSessionsOf(c.Request().Context(), actor, personID(c), service.EndSessionsInput{Reason: page.Reason})
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, p.Name+" is signed out everywhere. We have emailed them.", personPath(p.ID))
}
