package session

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
)

// How long a session is good for. The limits suit shared computers in a
// practice: a surgery's length without a click, and a working day in all.
const (
	Idle     = 2 * time.Hour
	Absolute = 12 * time.Hour

	// touchEvery is how often the last-seen time is written.
	touchEvery = time.Minute

	// tokenLength is that of an scs token: 32 random bytes in base64url.
	tokenLength = 43
)

// Manager signs people in and out and finds out who is asking. Make one with
// New. Its methods other than Handle need the context of a request
// that Handle let through; those that only read answer with zero values
// without it.
type Manager struct {
	scs    *scs.SessionManager
	store  Store
	now    func() time.Time
	cookie string
	secure bool
}

// New returns a Manager. Pass secure when the public address is https: the
// cookie is then called "__Host-countersign" and never sent in clear.
func New(store Store, secure bool, now func() time.Time) *Manager {
	m := &Manager{scs: scs.New(), store: store, now: now, cookie: "countersign", secure: secure}
	if secure {
		m.cookie = "__Host-countersign"
	}
	m.scs.Store = adapter{store: store, now: now}
	m.scs.Codec = codec{}
	m.scs.HashTokenInStore = true
	m.scs.Lifetime = Absolute
	return m
}

// Handle is the Echo middleware that loads the session before next and saves
// it, if it changed, just before the response begins. When saving fails the
// response becomes a 500, so that nobody is told of a sign-in that isn't kept.
func (m *Manager) Handle(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Add(echo.HeaderVary, "Cookie")

		state := &request{}
		ctx, err := m.load(context.WithValue(c.Request().Context(), requestKey{}, state), c.Request())
		if err != nil {
			return fmt.Errorf("session: load: %w", err)
		}
		c.SetRequest(c.Request().WithContext(ctx))
		c.Response().Before(func() {
			m.commit(ctx, c.Response())
			if state.err != nil {
				c.Response().Status = http.StatusInternalServerError
				c.Response().Header().Del(echo.HeaderLocation)
			}
		})

		err = next(c)
		if !c.Response().Committed { // an error, or an empty answer
			m.commit(ctx, c.Response())
		}
		if state.err != nil {
			return fmt.Errorf("session: save: %w", state.err)
		}
		return err
	}
}

func (m *Manager) load(ctx context.Context, r *http.Request) (context.Context, error) {
	var token string
	if cookie, err := r.Cookie(m.cookie); err == nil && len(cookie.Value) == tokenLength {
		token = cookie.Value
	}
	ctx, err := m.scs.Load(ctx, token)
	if err != nil {
		return nil, err
	}
	if requestOf(ctx).found != "" && m.now().Sub(m.scs.GetTime(ctx, keySeen)) >= touchEvery {
		m.touch(ctx)
	}
	return ctx, nil
}

func (m *Manager) touch(ctx context.Context) {
	m.scs.Put(ctx, keySeen, m.now().UTC())
}

// commit saves a changed session and sets the cookie, once per request.
func (m *Manager) commit(ctx context.Context, w http.ResponseWriter) {
	state := requestOf(ctx)
	if state.done {
		return
	}
	state.done = true
	switch m.scs.Status(ctx) {
	case scs.Unmodified:
	case scs.Destroyed:
		m.setCookie(w, "", -1)
	case scs.Modified:
		if m.scs.Token(ctx) == "" { // scs counted from the real clock
			m.scs.SetDeadline(ctx, m.now().Add(Absolute).UTC())
		}
		m.touch(ctx)
		token, _, err := m.scs.Commit(ctx)
		if err != nil {
			state.err = err
			return
		}
		m.setCookie(w, token, 0)
	}
}

// setCookie writes a cookie that ends with the browser; the server's own
// limits are what counts.
func (m *Manager) setCookie(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: m.cookie, Value: value, MaxAge: maxAge,
		Path: "/", HttpOnly: true, Secure: m.secure, SameSite: http.SameSiteLaxMode,
	})
}

// SignIn makes the session that of person, under a new token and with nothing
// of an earlier session kept. method says how they proved who they are, as it
// will stand in a sign-off ("password"), and browser with what, in words.
func (m *Manager) SignIn(ctx context.Context, person countersign.PersonID, method, browser string) error {
	if err := m.scs.RenewToken(ctx); err != nil {
		return fmt.Errorf("session: sign in: %w", err)
	}
	if err := m.scs.Clear(ctx); err != nil {
		return fmt.Errorf("session: sign in: %w", err)
	}
	now := m.now().UTC()
	m.scs.SetDeadline(ctx, now.Add(Absolute))
	m.scs.Put(ctx, keyID, rand.Text())
	m.scs.Put(ctx, keyBrowser, browser)
	m.scs.Put(ctx, keyPerson, string(person))
	m.scs.Put(ctx, keyMethod, method)
	m.scs.Put(ctx, keyAuthenticatedAt, now)
	return nil
}

// Confirm notes that the signed-in person has proved again who they are, and
// renews the token. The session doesn't last longer for it.
func (m *Manager) Confirm(ctx context.Context, method string) error {
	if m.PersonID(ctx) == "" {
		return countersign.Refuse(countersign.Unauthenticated, "Sign in to continue")
	}
	deadline := m.scs.Deadline(ctx)
	if err := m.scs.RenewToken(ctx); err != nil {
		return fmt.Errorf("session: confirm: %w", err)
	}
	m.scs.SetDeadline(ctx, deadline)
	m.scs.Put(ctx, keyMethod, method)
	m.scs.Put(ctx, keyAuthenticatedAt, m.now().UTC())
	return nil
}

// SignOut ends the session. A flash message set afterwards begins a new one
// that belongs to nobody.
func (m *Manager) SignOut(ctx context.Context) error {
	if err := m.scs.Destroy(ctx); err != nil {
		return fmt.Errorf("session: sign out: %w", err)
	}
	return nil
}

// PersonID returns who is signed in; empty if nobody is.
func (m *Manager) PersonID(ctx context.Context) countersign.PersonID {
	if requestOf(ctx) == nil {
		return ""
	}
	return countersign.PersonID(m.scs.GetString(ctx, keyPerson))
}

// ID names the session in the list of its owner; empty if nobody is signed in.
func (m *Manager) ID(ctx context.Context) string {
	if requestOf(ctx) == nil {
		return ""
	}
	return m.scs.GetString(ctx, keyID)
}

// AuthenticatedAt returns when the signed-in person last proved who they are,
// and how.
func (m *Manager) AuthenticatedAt(ctx context.Context) (at time.Time, method string) {
	if requestOf(ctx) == nil {
		return time.Time{}, ""
	}
	return m.scs.GetTime(ctx, keyAuthenticatedAt), m.scs.GetString(ctx, keyMethod)
}

// ExpiredPerson returns whose session the request's cookie named if that
// session has run out; empty in every other case. It proves nothing about who
// is asking: use it only to seal what was typed for that person.
func (m *Manager) ExpiredPerson(ctx context.Context) countersign.PersonID {
	if r := requestOf(ctx); r != nil {
		return r.expired
	}
	return ""
}

// SetFlash leaves one short message for the next page.
func (m *Manager) SetFlash(ctx context.Context, message string) {
	m.scs.Put(ctx, keyFlash, message)
}

// Flash returns the message left by the request before, once.
func (m *Manager) Flash(ctx context.Context) string {
	if requestOf(ctx) == nil {
		return ""
	}
	return m.scs.PopString(ctx, keyFlash)
}
