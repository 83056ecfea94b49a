// Package api is the REST interface: it turns requests into service inputs and
// service answers into JSON, and nothing else.
//
// Every request passes the same checks in the same order: who is asking (401),
// what the path names (404), whether they may do it (404, or 403 to somebody
// who may see it), then the body and If-Match (400, 413, 415, 422, 412, 428).
// The contract is the OpenAPI document in openapi/; the tests hold every
// exchange against it.
package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pack"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/session"
	"countersign/internal/transfer"
)

// base is where the resources are.
const base = "/api/v1"

// Limits of what a request may carry, in bytes: a JSON body, and a form with a
// file, whose own limit is a little lower.
const (
	maxBody   = 2 << 20
	maxUpload = 21 << 20
	maxText   = 400 // of a path or query parameter
)

// Config is what the API is made of.
type Config struct {
	Service *service.Service
	// For the documentation: the version of the program, and the addresses of
	// the pages' stylesheets and icon.
	Version string
	Styles  []string
	Icon    string
	URL     string // public address of the installation, without a slash at the end
	Packer  *pack.Packer
	Now     func() time.Time
}

// Handlers serves the API.
type Handlers struct {
	svc     *service.Service
	version string
	styles  []string
	icon    string
	url     string
	packer  *pack.Packer
	now     func() time.Time
	shelf   *shelf
}

// New returns the API.
func New(c Config) *Handlers {
	return &Handlers{svc: c.Service, version: c.Version, styles: c.Styles, icon: c.Icon, url: c.URL, packer: c.Packer, now: c.Now, shelf: &shelf{}}
}

// Mount adds every route of the table, the documentation, and the binding of
// CASE.
func (h *Handlers) Mount(e *echo.Echo) {
	e.GET("/api/openapi.json", h.showDocument)
	e.GET("/api/docs", h.showDocs)
	e.GET(transfer.SchemaPath, h.showTransferSchema)
	h.mountCASE(e)
	for _, r := range routes {
		if r.access != public && r.access != token {
			panic(fmt.Sprintf("api: %s %s doesn't say who may reach it", r.method, r.path))
		}
		e.Add(r.method, base+r.path, h.adapt(r))
	}
	for path, allowed := range allowedMethods() {
		for _, method := range []string{get, post, put, patch, remove} {
			if !slices.Contains(allowed, method) {
				e.Add(method, base+path, methodNotAllowed(allowed)).Name = notAllowed
			}
		}
	}
}

// notAllowed is the name of the routes that answer 405. The router would do it
// by itself, but that the server has a route for everything else.
const notAllowed = "api: method not allowed"

func allowedMethods() map[string][]string {
	methods := map[string][]string{}
	for _, r := range routes {
		methods[r.path] = append(methods[r.path], r.method)
	}
	return methods
}

func methodNotAllowed(allowed []string) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderAllow, strings.Join(allowed, ", "))
		return problem.MethodNotAllowed()
	}
}

// WriteProblem answers with a problem document.
func WriteProblem(c echo.Context, p problem.Problem) error {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, problem.ContentType)
	header.Set("Cache-Control", "no-store")
	if p.Kind() == problem.Unproved { // RFC 9470
		header.Set(echo.HeaderWWWAuthenticate, fmt.Sprintf(`Bearer error="insufficient_user_authentication", max_age=%d`, int(authz.ProofHolds.Seconds())))
	}
	if p.Status == http.StatusUnauthorized && header.Get(echo.HeaderWWWAuthenticate) == "" {
		header.Set(echo.HeaderWWWAuthenticate, "Bearer")
	}
	return writeJSON(c, p.Status, p)
}

// access says who may reach a route. Its zero value is no useful one: a route
// that forgets it stops the server at start.
type access int

const (
	public access = iota + 1 // anybody
	token                    // whoever sends a valid token; the service decides the rest
)

type (
	handler func(*Handlers, echo.Context, authz.Actor) error
	// probe asks whether the actor may do what the route does, without doing
	// it: the error that the use case would begin with.
	probe func(*Handlers, echo.Context, authz.Actor) error
)

type route struct {
	method, path string
	access       access
	handle       handler
	probe        probe // for routes with a body or If-Match that are about a subject
	upload       bool  // the body is a form with a file
}

// adapt finds out who is asking, checks what the path names, and calls the
// handler. When the request itself is refused, by a problem that only this
// package makes, the service hasn't been asked anything yet: then the probe
// speaks first, so that an outsider learns nothing.
func (h *Handlers) adapt(r route) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-store")
		c.SetRequest(c.Request().WithContext(service.WithConfirmation(c.Request().Context(), &service.Confirmation{})))
		var actor authz.Actor
		if r.access == token {
			var err error
			if actor, err = h.actor(c); err != nil {
				return err
			}
			session.NoteActor(c, actor.ID())
		}
		if err := checkPath(c); err != nil {
			return err
		}
		if r.upload { // before megabytes are read for an outsider
			if err := r.probe(h, c, actor); err != nil {
				return err
			}
		}
		err := checkQuery(c)
		if err == nil {
			err = h.idempotent(r, c, actor)
		}
		var refused problem.Problem
		if r.probe != nil && !r.upload && errors.As(err, &refused) {
			if outsider := r.probe(h, c, actor); outsider != nil {
				return outsider
			}
		}
		return err
	}
}

// grantHeader carries a fresh proof of the token's owner, for signing.
const grantHeader = "Signing-Grant"

// actor returns whose token the request carries.
func (h *Handlers) actor(c echo.Context) (authz.Actor, error) {
	const scheme = "bearer "
	value := c.Request().Header.Get(echo.HeaderAuthorization)
	if len(value) <= len(scheme) || !strings.EqualFold(value[:len(scheme)], scheme) {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, "Bearer")
		return authz.Actor{}, countersign.Refuse(countersign.Unauthenticated, "Send your token in the header Authorization: Bearer TOKEN")
	}
	actor, err := h.svc.ActorByToken(c.Request().Context(), value[len(scheme):], c.Request().Header.Get(grantHeader))
	if countersign.KindOf(err) == countersign.Unauthenticated {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer error="invalid_token"`)
	}
	return actor, err
}

// checkPath refuses as not found what can't exist: identifiers are UUIDs,
// codes are short printable text.
func checkPath(c echo.Context) error {
	for i, name := range c.ParamNames() {
		value := c.ParamValues()[i]
		uuid := name == "id" || name == "naming"
		if uuid && !countersign.ValidID(value) || !plain(value) {
			return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
		}
	}
	return nil
}

// checkQuery refuses parameters that no text can be.
func checkQuery(c echo.Context) error {
	var p countersign.Problems
	for name, values := range c.QueryParams() {
		for _, v := range values {
			if !plain(v) {
				p.Add(name, fmt.Sprintf("This must be text of at most %d characters", maxText))
			}
		}
	}
	return unprocessable(p)
}

func plain(s string) bool {
	return len(s) <= maxText && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// unprocessable turns what this package itself found wrong into a problem, or
// nil when nothing was.
func unprocessable(p countersign.Problems) error {
	if err := p.Err(); err != nil {
		return problem.Of(err)
	}
	return nil
}
