// Package web is the pages: it turns requests into service inputs and service
// answers into page structs of internal/view, and nothing else.
//
// A handler gets who is asking as a parameter. It parses, calls one service
// method and presents: 303 to a page after a change, the same page with 422
// and what was typed when something is wrong, an error for the server's error
// handler otherwise. Handlers are mounted only by the route table, in which
// every route says who may reach it.
package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pack"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/session"
	"countersign/internal/view"
)

// Limits of a request's body in bytes: a form of the longest texts, a form
// with one file, which is what somebody who isn't signed in can send, and one
// with as many files as a piece can have.
const (
	maxForm    = 2 << 20
	maxUpload  = 21 << 20
	maxUploads = countersign.MaxAttachments * maxUpload
)

// Config is what the pages are made of.
type Config struct {
	Service  *service.Service
	View     *view.View
	Sessions *session.Manager
	Sealer   *session.Sealer
	Personas func() []view.Persona // of a demonstration; nil for none
	Now      func() time.Time
	URL      string // public address of the installation, without a slash at the end
	Packer   *pack.Packer
}

// Handlers serves the pages.
type Handlers struct {
	svc      *service.Service
	view     *view.View
	sessions *session.Manager
	sealer   *session.Sealer
	personas func() []view.Persona
	now      func() time.Time
	url      string
	packer   *pack.Packer
}

// New returns the pages.
func New(c Config) *Handlers {
	if c.Personas == nil {
		c.Personas = func() []view.Persona { return nil }
	}
	return &Handlers{svc: c.Service, view: c.View, sessions: c.Sessions, sealer: c.Sealer, personas: c.Personas, now: c.Now, url: c.URL, packer: c.Packer}
}

// access says who may reach a route. Its zero value is no useful one: a route
// that forgets it stops the server at start.
type access int

const (
	public   access = iota + 1 // anybody
	signedIn                   // whoever is signed in; the service decides the rest
	static                     // anybody, and nobody looks who it is: the built files
)

type handler func(*Handlers, echo.Context, authz.Actor) error

type route struct {
	method, path string
	access       access
	handle       handler
	upload       bool // the form carries files
}

// Mount adds every route of the table.
func (h *Handlers) Mount(e *echo.Echo) {
	g := e.Group("", h.sessions.Handle)
	for _, r := range routes {
		switch r.access {
		case public, signedIn:
			g.Add(r.method, r.path, h.adapt(r))
		case static:
			e.Add(r.method, r.path, func(c echo.Context) error { return r.handle(h, c, authz.Actor{}) })
		default:
			panic(fmt.Sprintf("web: %s %s doesn't say who may reach it", r.method, r.path))
		}
	}
}

// adapt finds out who is asking, limits and parses the form, and calls the
// handler.
func (h *Handlers) adapt(r route) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-store")
		actor, err := h.actor(c)
		if err != nil {
			return err
		}
		session.NoteActor(c, actor.ID())
		if r.method == http.MethodPost {
			if err := parseForm(c, r.upload, !actor.IsZero()); err != nil {
				return err
			}
			confirmable(c)
		}
		if r.access == signedIn && actor.IsZero() {
			return h.askToSignIn(c)
		}
		err = r.handle(h, c, actor)
		if countersign.KindOf(err) == countersign.Unproved {
			return h.askToProve(c, actor)
		}
		return err
	}
}

// actor returns who is signed in; the zero Actor for nobody, or for somebody
// whose account has gone since.
func (h *Handlers) actor(c echo.Context) (authz.Actor, error) {
	ctx := c.Request().Context()
	id := h.sessions.PersonID(ctx)
	if id == "" {
		return authz.Actor{}, nil
	}
	at, method := h.sessions.AuthenticatedAt(ctx)
	actor, err := h.svc.Actor(ctx, id, authz.Proof{Method: method, At: at})
	if countersign.KindOf(err) == countersign.NotFound {
		return authz.Actor{}, h.sessions.SignOut(ctx)
	}
	return actor, err
}

func parseForm(c echo.Context, upload, known bool) error {
	req := c.Request()
	limit := int64(maxForm)
	switch {
	case upload && known:
		limit = maxUploads
	case upload:
		limit = maxUpload
	}
	req.Body = http.MaxBytesReader(c.Response(), req.Body, limit)
	var err error
	if strings.HasPrefix(req.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		err = req.ParseMultipartForm(1 << 20) //nolint:gosec // of the limited body above
	} else {
		err = req.ParseForm()
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge) && upload:
		return problem.TooLarge("Each file must be smaller than 20MB. Go back and send fewer or smaller files")
	case errors.As(err, &tooLarge), errors.Is(err, multipart.ErrMessageTooLarge):
		return problem.TooLarge("The text is too long to send. Go back, shorten it and send it again")
	}
	return problem.Malformed("The form could not be read. Go back and send it again")
}

// render writes a page with who is signed in and what has just happened.
func (h *Handlers) render(c echo.Context, status int, actor authz.Actor, page view.Page) error {
	base := page.Base()
	base.Viewer, base.PasskeyDomain = viewer(actor, c.Request().URL.Path), h.svc.PasskeyDomain()
	if text := h.sessions.Flash(c.Request().Context()); text != "" {
		if json.Unmarshal([]byte(text), &base.Flash) != nil {
			base.Flash = view.Flash{Text: text}
		}
	}
	base.PrivacyCheck = privacyCheck(c, base.Errors)
	c.Response().Header().Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
	var body bytes.Buffer
	if err := h.view.Render(&body, page); err != nil {
		return err
	}
	return c.HTMLBlob(status, body.Bytes())
}

// again shows a form again with what is wrong and everything as typed: 422 for
// input that can't be accepted, 409 when something has changed since. Any
// other error is passed on.
func (h *Handlers) again(c echo.Context, actor authz.Actor, page view.Page, err error) error {
	switch countersign.KindOf(err) {
	case countersign.Invalid, countersign.Conflict, countersign.TooMany, countersign.Unavailable: // what was typed stays in the form
		page.Base().Fail(err)
		return h.render(c, problem.Of(err).Status, actor, page)
	}
	return err
}

// redirect leads to another page after a change, with a message about it.
func (h *Handlers) redirect(c echo.Context, message, to string) error {
	return h.redirectWith(c, view.Flash{Text: message}, to)
}

// inform is redirect with a message that is no success but something to know.
func (h *Handlers) inform(c echo.Context, message, to string) error {
	return h.redirectWith(c, view.Flash{Text: message, Important: true}, to)
}

func (h *Handlers) redirectWith(c echo.Context, flash view.Flash, to string) error {
	if flash.Text != "" {
		text, err := json.Marshal(flash)
		if err != nil {
			return err
		}
		h.sessions.SetFlash(c.Request().Context(), string(text))
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// viewer says on every page who is signed in and where they can go.
func viewer(actor authz.Actor, path string) view.Viewer {
	if actor.IsZero() {
		return view.Viewer{}
	}
	v := view.Viewer{Name: actor.Name()}
	add := func(text, href string) {
		v.Navigation = append(v.Navigation, view.NavItem{Text: text, Href: href, Current: path == href})
	}
	add("Home", "/")
	if actor.CanAnywhere(authz.ReviewEvidence) {
		for _, role := range []countersign.MemberRole{
			countersign.GPSupervisorMember, countersign.SecondaryMentorMember, countersign.AssessorMember, countersign.PracticeManager,
		} {
			if actor.Has(role) {
				add("Queue", "/queue")
				break
			}
		}
	}
	if hasAny(actor, append([]countersign.MemberRole{countersign.HubLead}, judges...)...) {
		add("Apprentices", "/apprenticeships")
	}
	if actor.Has(countersign.HubLead) {
		add("Classroom", "/sessions")
	}
	if hasAny(actor, countersign.PracticeManager, countersign.HubLead, countersign.RegionLead, countersign.NationalLead) {
		add("Reports", "/reports")
	}
	add("Frameworks", "/frameworks")
	if actor.Has(countersign.Admin) {
		add("Admin", "/admin")
	}
	add("Account", "/account")
	return v
}

// ErrorPage shows a problem as a page.
func (h *Handlers) ErrorPage(c echo.Context, p problem.Problem) error {
	actor, err := h.actor(c)
	if err != nil {
		actor = authz.Actor{}
	}
	page := view.NewErrorPage(p.Status, p.Detail, p.RequestID)
	page.Viewer = viewer(actor, c.Request().URL.Path)
	var body bytes.Buffer
	if err := h.view.Render(&body, page); err != nil {
		return err
	}
	return c.HTMLBlob(p.Status, body.Bytes())
}

// localPath returns next if it is a path on this server, "/" otherwise, so
// that a sign-in link can't lead elsewhere.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\n\r") {
		return "/"
	}
	return next
}

func acceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}
