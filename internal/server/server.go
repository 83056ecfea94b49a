// Package server is the Echo instance: the order of the middleware, the one
// error handler, and what is mounted where.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"countersign/internal/api"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/session"
	"countersign/internal/store"
	"countersign/internal/view"
	"countersign/internal/web"
)

// Config is what the server is made of.
type Config struct {
	Pages  *web.Handlers
	API    *api.Handlers
	Store  *store.Store
	Log    *slog.Logger
	Now    func() time.Time
	Secure bool        // the public address is https
	Issuer string      // address of the provider that forms may lead to; empty if there is none
	Ready  func() bool // demonstration data is complete, or there is none
	// Registry is where the server's own measures go; all that is registered is
	// for Prometheus, on the server's own machine only.
	Registry *prometheus.Registry
	// SlowStatement is how long a database statement takes that is logged with
	// its route; 0 logs none.
	SlowStatement time.Duration
	// TrustedProxies are the networks of the proxies in front of the server,
	// whose X-Forwarded-For says where a request comes from.
	TrustedProxies []*net.IPNet
}

// New returns the handler of the whole server.
func New(c Config) http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = addressOf(c.TrustedProxies)
	h := &handler{Config: c, csp: view.CSP, meter: newMeter(c.Registry)}
	if c.Issuer != "" { // browsers hold a form's redirects to its policy too
		h.csp = strings.Replace(view.CSP, "form-action 'self'", "form-action 'self' "+originOf(c.Issuer), 1)
	}
	e.HTTPErrorHandler = h.handleError
	e.Use(h.requestID, h.metered, h.logged, middleware.RecoverWithConfig(middleware.RecoverConfig{DisablePrintStack: true, LogErrorFunc: h.recovered}), h.secured, sameOrigin, withoutCopies)
	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "alive\n") })
	e.GET("/readyz", h.ready)
	e.GET("/metrics", loopbackOnly(promhttp.HandlerFor(c.Registry, promhttp.HandlerOpts{})))
	c.Pages.Mount(e)
	c.API.Mount(e)

	return e
}

// addressOf returns how the network address of a request is found, which tries
// to sign in are counted by. X-Forwarded-For can be typed by anybody, so only
// the part that trusted proxies wrote is believed.
func addressOf(proxies []*net.IPNet) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(p))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

type handler struct {
	Config
	csp   string
	meter *meter
}

// originOf returns scheme and host of an address.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// requestID gives the request a name that error pages show, the log carries
// and the audit keeps.
func (h *handler) requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := uuid.NewString()
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		c.SetRequest(c.Request().WithContext(store.WithRequestID(c.Request().Context(), id)))
		return next(c)
	}
}

// logged writes one event a request: who asked, by identifier, and what kind
// of refusal they got. It holds no name, address or text.
func (h *handler) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := h.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		attrs := []slog.Attr{
			slog.String("method", c.Request().Method), slog.String("route", c.Path()), slog.Int("status", c.Response().Status),
			slog.Int64("ms", h.Now().Sub(began).Milliseconds()), slog.String("request_id", c.Response().Header().Get(echo.HeaderXRequestID)),
		}
		if actor := session.NotedActor(c); actor != "" {
			attrs = append(attrs, slog.String("actor", string(actor)))
		}
		if status := c.Response().Status; status >= http.StatusBadRequest {
			attrs = append(attrs, slog.String("kind", problem.OfStatus(status).Kind()))
		}
		level := slog.LevelInfo
		switch failed := err != nil && c.Response().Status >= http.StatusInternalServerError; {
		case failed && c.Request().Context().Err() != nil: // whoever asked has gone, and the work was broken off
			attrs = append(attrs, slog.Bool("abandoned", true))
		case failed:
			level = slog.LevelError
			attrs = append(attrs, slog.String("error", err.Error()))
		}
		h.Log.LogAttrs(c.Request().Context(), level, "request", attrs...)
		return nil
	}
}

func (h *handler) recovered(c echo.Context, err error, stack []byte) error {
	h.Log.Error("panic", "route", c.Path(), "error", err.Error(), "stack", string(stack))
	return err
}

// secured sets the headers that every answer carries.
func (h *handler) secured(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		header := c.Response().Header()
		header.Set("Content-Security-Policy", h.csp)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY") // says what the policy says, to who doesn't know it
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		if h.Secure {
			header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		return next(c)
	}
}

// sameOrigin refuses a change that another site had a browser send. The session
// cookie wouldn't come with it, but signing in needs none. The refusal is an
// answer as any other: with the headers above, and in the log.
func sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if guard.Check(c.Request()) != nil {
			return countersign.Refuse(countersign.Forbidden, "This form was sent from another site, so nothing was done")
		}
		return next(c)
	}
}

// withoutCopies removes what was kept of an uploaded form in the folder for
// temporary files. net/http would do it, but that it knows another copy of the
// request than the one that was read.
func withoutCopies(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		defer func() {
			if form := c.Request().MultipartForm; form != nil {
				_ = form.RemoveAll() // the system clears its temporary folder in the end
			}
		}()
		return next(c)
	}
}

func (h *handler) ready(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	if err := h.Store.Ready(ctx); err != nil {
		h.Log.Warn("not ready", "error", err.Error())
		return c.String(http.StatusServiceUnavailable, "not ready\n")
	}
	if !h.Config.Ready() {
		return c.String(http.StatusServiceUnavailable, "starting, or about to stop\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// loopbackOnly answers 404 to anybody who isn't on the server's own machine. A
// proxy on the same machine speaks for somebody else, and says so.
func loopbackOnly(next http.Handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		host, _, err := net.SplitHostPort(c.Request().RemoteAddr)
		header := c.Request().Header
		forwarded := header.Get("X-Forwarded-For") != "" || header.Get("Forwarded") != "" || header.Get("X-Real-Ip") != ""
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() || forwarded {
			return problem.OfStatus(http.StatusNotFound)
		}
		next.ServeHTTP(c.Response(), c.Request())
		return nil
	}
}

// handleError turns an error into a page or, beneath /api, a problem document,
// or into what CASE asks for.
func (h *handler) handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := problemOf(err)
	p.RequestID = c.Response().Header().Get(echo.HeaderXRequestID)
	c.Response().Header().Set("Cache-Control", "no-store")
	if p.Status == http.StatusTooManyRequests {
		c.Response().Header().Set("Retry-After", "900")
	}
	var writeErr error
	switch path := c.Request().URL.Path; {
	case strings.HasPrefix(path, "/api/"):
		writeErr = api.WriteProblem(c, p)
	case api.IsCASE(path):
		writeErr = api.WriteStatusInfo(c, p, err)
	default:
		writeErr = h.Pages.ErrorPage(c, p)
	}
	if writeErr != nil {
		h.Log.Error("error page", "error", writeErr.Error())
	}
}

func problemOf(err error) problem.Problem {
	var he *echo.HTTPError
	if errors.As(err, &he) && countersign.KindOf(err) == countersign.Internal {
		return problem.OfStatus(he.Code)
	}
	return problem.Of(err)
}
