package session_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
	"countersign/internal/session"
)

const asha, bell = countersign.PersonID("asha"), countersign.PersonID("dr-bell")

var monday = time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)

type row struct {
	countersign.BrowserSession
	data []byte
}

// memory is a session.Store for tests; it counts writes and can fail.
type memory struct {
	mu     sync.Mutex
	rows   map[string]row
	writes int
	broken error
}

func (m *memory) FindSession(_ context.Context, hash string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.rows[hash]
	return r.data, ok, m.broken
}

func (m *memory) AddSession(_ context.Context, hash string, s countersign.BrowserSession, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes++
	if _, ok := m.rows[hash]; ok {
		return errors.New("memory: session is there already")
	}
	m.rows[hash] = row{s, data}
	return m.broken
}

func (m *memory) ChangeSession(_ context.Context, hash string, data []byte, seenAt, expiresAt time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes++
	if r, ok := m.rows[hash]; ok {
		r.data, r.LastSeenAt, r.ExpiresAt = data, seenAt, expiresAt
		m.rows[hash] = r
	}
	return m.broken
}

func (m *memory) DeleteSession(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.rows, hash)
	return m.broken
}

func (m *memory) end(person countersign.PersonID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for hash, r := range m.rows {
		if r.Person == person {
			delete(m.rows, hash)
		}
	}
}

// site is a server with pages to sign in and out, and a clock that only the
// test moves.
type site struct {
	*testing.T
	store   *memory
	manager *session.Manager
	echo    *echo.Echo
	now     time.Time
}

func newSite(t *testing.T, secure bool) *site {
	s := &site{T: t, store: &memory{rows: map[string]row{}}, now: monday}
	s.manager = session.New(s.store, secure, func() time.Time { return s.now })
	s.echo = echo.New()
	s.echo.Use(s.manager.Handle)
	m := s.manager
	s.echo.POST("/sign-in/:person", func(c echo.Context) error {
		if err := m.SignIn(c.Request().Context(), countersign.PersonID(c.Param("person")), "password", "Firefox on Windows"); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/")
	})
	s.echo.POST("/sign-out", func(c echo.Context) error {
		ctx := c.Request().Context()
		if err := m.SignOut(ctx); err != nil {
			return err
		}
		if c.QueryParam("flash") != "" {
			m.SetFlash(ctx, "You have signed out")
		}
		return c.NoContent(http.StatusNoContent)
	})
	s.echo.POST("/confirm", func(c echo.Context) error {
		return m.Confirm(c.Request().Context(), "passkey")
	})
	s.echo.POST("/end-all/:person", func(c echo.Context) error {
		s.store.end(countersign.PersonID(c.Param("person")))
		m.SetFlash(c.Request().Context(), "written after the end")
		return nil
	})
	s.echo.POST("/save", func(c echo.Context) error {
		m.SetFlash(c.Request().Context(), "Saved")
		return c.Redirect(http.StatusSeeOther, "/")
	})
	s.echo.GET("/flash", func(c echo.Context) error {
		return c.String(http.StatusOK, m.Flash(c.Request().Context()))
	})
	s.echo.GET("/fail", func(c echo.Context) error {
		m.SetFlash(c.Request().Context(), "kept over an error")
		return echo.ErrTeapot
	})
	s.echo.GET("/", func(c echo.Context) error {
		at, method := m.AuthenticatedAt(c.Request().Context())
		who := string(m.PersonID(c.Request().Context()))
		if who != "" {
			who += " by " + method + " at " + at.Format("15:04")
		}
		if p := m.ExpiredPerson(c.Request().Context()); p != "" {
			who = "was " + string(p)
		}
		return c.String(http.StatusOK, who)
	})
	return s
}

// browser keeps one cookie, as a person's browser does.
type browser struct {
	*site
	cookie *http.Cookie
}

func (b *browser) do(method, path string) *httptest.ResponseRecorder {
	b.Helper()
	req := httptest.NewRequest(method, path, nil)
	if b.cookie != nil {
		req.AddCookie(b.cookie)
	}
	rec := httptest.NewRecorder()
	b.echo.ServeHTTP(rec, req)
	for _, c := range rec.Result().Cookies() {
		b.cookie = c
		if c.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return rec
}

func (b *browser) wantHome(want string) {
	b.Helper()
	if got := b.do("GET", "/").Body.String(); got != want {
		b.Errorf("home says %q, want %q", got, want)
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		secure bool
		want   string
	}{
		{"https", true, "__Host-countersign=TOKEN; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"http", false, "countersign=TOKEN; Path=/; HttpOnly; SameSite=Lax"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := &browser{site: newSite(t, tc.secure)}
			rec := b.do("POST", "/sign-in/asha")
			got := strings.Replace(rec.Header().Get("Set-Cookie"), b.cookie.Value, "TOKEN", 1)
			if got != tc.want {
				t.Errorf("Set-Cookie: %s, want %s", got, tc.want)
			}
			if len(b.cookie.Value) < 43 {
				t.Errorf("token %q has less than 256 bits", b.cookie.Value)
			}
			for hash := range b.store.rows {
				if hash == b.cookie.Value {
					t.Error("the token itself is in the store")
				}
			}
			if rec.Header().Get("Vary") != "Cookie" {
				t.Error("no Vary: Cookie")
			}
		})
	}
}

func TestSignInGivesANewTokenAndKeepsNothing(t *testing.T) {
	t.Parallel()
	b := &browser{site: newSite(t, false)}
	b.do("POST", "/save") // an anonymous session, as somebody might plant one
	planted := b.cookie
	b.do("POST", "/sign-in/asha")
	if b.cookie.Value == planted.Value {
		t.Error("the token from before the sign-in still serves")
	}
	if got := b.do("GET", "/flash").Body.String(); got != "" {
		t.Errorf("flash %q of the session before was kept", got)
	}
	b.wantHome("asha by password at 09:00")
	(&browser{site: b.site, cookie: planted}).wantHome("")

	b.do("POST", "/sign-in/dr-bell") // another person at the same computer
	b.wantHome("dr-bell by password at 09:00")
	if len(b.store.rows) != 1 {
		t.Errorf("%d sessions in the store, want 1", len(b.store.rows))
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	t.Run("idle", func(t *testing.T) {
		t.Parallel()
		b := &browser{site: newSite(t, false)}
		b.do("POST", "/sign-in/asha")
		b.now = b.now.Add(session.Idle - time.Second)
		b.wantHome("asha by password at 09:00")
		b.now = b.now.Add(session.Idle - time.Second)
		b.wantHome("asha by password at 09:00")
		b.now = b.now.Add(session.Idle)
		b.wantHome("was asha")
	})
	t.Run("absolute", func(t *testing.T) {
		t.Parallel()
		b := &browser{site: newSite(t, false)}
		b.do("POST", "/sign-in/asha")
		for b.now.Before(monday.Add(session.Absolute - time.Hour)) {
			b.now = b.now.Add(time.Hour)
			b.wantHome("asha by password at 09:00")
		}
		b.do("POST", "/confirm") // proving it again doesn't prolong it
		b.wantHome("asha by passkey at 20:00")
		b.now = b.now.Add(time.Hour)
		b.wantHome("was asha")
		b.do("POST", "/sign-in/asha")
		b.wantHome("asha by password at 21:00")
	})
	t.Run("unknown token", func(t *testing.T) {
		t.Parallel()
		for _, token := range []string{"", "x", strings.Repeat("a", 43), strings.Repeat("a", 9000)} {
			b := &browser{site: newSite(t, false), cookie: &http.Cookie{Name: "countersign", Value: token}}
			b.wantHome("")
		}
	})
}

func TestLastSeenIsWrittenAtMostOnceAMinute(t *testing.T) {
	t.Parallel()
	b := &browser{site: newSite(t, false)}
	b.do("POST", "/sign-in/asha")
	b.store.writes = 0
	for range 12 {
		b.now = b.now.Add(10 * time.Second)
		b.do("GET", "/")
	}
	if b.store.writes != 2 {
		t.Errorf("%d writes in two minutes, want 2", b.store.writes)
	}
	for _, r := range b.store.rows {
		if r.Person != asha || !r.LastSeenAt.Equal(b.now) || !r.ExpiresAt.Equal(b.now.Add(session.Idle)) {
			t.Errorf("stored %+v", r)
		}
	}
}

func TestAnonymousReadingWritesNothing(t *testing.T) {
	t.Parallel()
	b := &browser{site: newSite(t, false)}
	rec := b.do("GET", "/")
	if b.store.writes != 0 || rec.Header().Get("Set-Cookie") != "" {
		t.Errorf("%d writes, Set-Cookie %q; want none", b.store.writes, rec.Header().Get("Set-Cookie"))
	}
}

func TestFlashIsShownOnce(t *testing.T) {
	t.Parallel()
	b := &browser{site: newSite(t, false)}
	b.do("POST", "/sign-in/asha")
	b.do("POST", "/save")
	b.wantHome("asha by password at 09:00") // a page that shows no flash leaves it
	for i, want := range []string{"Saved", ""} {
		if got := b.do("GET", "/flash").Body.String(); got != want {
			t.Errorf("showing %d: %q, want %q", i+1, got, want)
		}
	}
	if rec := b.do("GET", "/fail"); rec.Code != http.StatusTeapot {
		t.Errorf("status %d, want the error's own", rec.Code)
	}
	if got := b.do("GET", "/flash").Body.String(); got != "kept over an error" {
		t.Errorf("flash %q", got)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	b := &browser{site: newSite(t, false)}
	b.do("POST", "/sign-in/asha")
	old := b.cookie
	b.do("POST", "/sign-out")
	if b.cookie != nil || len(b.store.rows) != 0 {
		t.Errorf("cookie %v and %d rows are left", b.cookie, len(b.store.rows))
	}
	(&browser{site: b.site, cookie: old}).wantHome("")

	b.do("POST", "/sign-in/asha")
	b.do("POST", "/sign-out?flash=1")
	if got := b.do("GET", "/flash").Body.String(); got != "You have signed out" {
		t.Errorf("flash after sign-out: %q", got)
	}
	b.wantHome("")
}

func TestASessionKeepsItsNameAndItsBeginningOverAProof(t *testing.T) {
	t.Parallel()
	b := &browser{site: newSite(t, false)}
	b.do("POST", "/sign-in/asha")
	only := func() countersign.BrowserSession {
		t.Helper()
		if len(b.store.rows) != 1 {
			t.Fatalf("%d sessions, want 1", len(b.store.rows))
		}
		for _, r := range b.store.rows {
			return r.BrowserSession
		}
		panic("unreachable")
	}
	first := only()
	want := countersign.BrowserSession{
		ID: first.ID, Person: asha, Browser: "Firefox on Windows", Method: "password", ProvedAt: monday, SignedInAt: monday, LastSeenAt: monday, ExpiresAt: monday.Add(session.Idle),
	}
	if first != want || first.ID == "" {
		t.Errorf("kept %+v, want %+v", first, want)
	}
	b.now = b.now.Add(11 * time.Hour / 6)
	b.do("POST", "/confirm")
	want.Method, want.ProvedAt, want.LastSeenAt, want.ExpiresAt = "passkey", b.now, b.now, b.now.Add(session.Idle)
	if got := only(); got != want {
		t.Errorf("after a proof %+v, want %+v", got, want)
	}
	b.do("POST", "/sign-in/asha")
	if only().ID == first.ID {
		t.Error("another sign-in has the same name")
	}
}

func TestASessionThatWasEndedIsNotBroughtBackByARequestUnderWay(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	phone, desk, other := &browser{site: s}, &browser{site: s}, &browser{site: s}
	phone.do("POST", "/sign-in/asha")
	desk.do("POST", "/sign-in/asha")
	other.do("POST", "/sign-in/dr-bell")
	desk.do("POST", "/end-all/asha") // and writes to its own session, which must stay ended
	phone.wantHome("")
	desk.wantHome("")
	other.wantHome(string(bell) + " by password at 09:00")
}

func TestConfirmNeedsSomebody(t *testing.T) {
	t.Parallel()
	b := &browser{site: newSite(t, false)}
	b.do("POST", "/confirm")
	b.wantHome("")

	b.do("POST", "/sign-in/asha")
	before := b.cookie.Value
	b.do("POST", "/confirm")
	if b.cookie.Value == before {
		t.Error("token not renewed")
	}
}

func TestFailingStoreIsNoSignIn(t *testing.T) {
	t.Parallel()
	b := &browser{site: newSite(t, false)}
	b.store.broken = errors.New("disk full")
	rec := b.do("POST", "/sign-in/asha")
	if rec.Code != http.StatusInternalServerError || rec.Header().Get("Location") != "" || b.cookie != nil {
		t.Errorf("answered %d, Location %q, cookie %v", rec.Code, rec.Header().Get("Location"), b.cookie)
	}
	b.store.broken = nil
	b.do("POST", "/sign-in/asha")
	b.store.broken = errors.New("disk full")
	if rec := b.do("GET", "/"); rec.Code != http.StatusInternalServerError {
		t.Errorf("answered %d without a session store", rec.Code)
	}
}

func TestWithoutMiddlewareNobodyIsSignedIn(t *testing.T) {
	t.Parallel()
	m := newSite(t, false).manager
	ctx := t.Context()
	at, method := m.AuthenticatedAt(ctx)
	if m.PersonID(ctx) != "" || m.ExpiredPerson(ctx) != "" || m.Flash(ctx) != "" || !at.IsZero() || method != "" {
		t.Error("a bare context has a session")
	}
}
