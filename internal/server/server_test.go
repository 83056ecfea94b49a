package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"countersign/internal/api"
	"countersign/internal/pack"
	"countersign/internal/server"
	"countersign/internal/service"
	"countersign/internal/session"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/view"
	"countersign/internal/web"
)

// house is the whole server over a small world, and what it logged.
type house struct {
	*storetest.World
	http.Handler
	svc   *service.Service
	store *store.Store
	log   bytes.Buffer
}

func newHouse(t *testing.T, proxies ...string) *house {
	t.Helper()
	return build(t, false, proxies, storetest.NewClock().Now)
}

// newSlowHouse is one where a second passes whenever somebody looks at the
// clock.
func newSlowHouse(t *testing.T) *house {
	t.Helper()
	clock := storetest.NewClock()
	return build(t, false, nil, func() time.Time {
		clock.Advance(time.Second)
		return clock.Now()
	})
}

// newSecureHouse is one whose public address is https.
func newSecureHouse(t *testing.T) *house {
	t.Helper()
	return build(t, true, nil, storetest.NewClock().Now)
}

func build(t *testing.T, secure bool, proxies []string, now func() time.Time) *house {
	t.Helper()
	st, err := store.Open(t.Context(), storetest.SQLite(t), store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	h := &house{svc: service.New(service.Config{Store: st, Rand: rand.Reader, Demo: true, Secrets: storetest.Secrets(t), Passkeys: storetest.Passkeys(t)}), store: st, World: storetest.NewWorld(t, st)}
	pages, err := view.New(view.Site{})
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := session.NewSealer(bytes.Repeat([]byte{7}, 32), now)
	if err != nil {
		t.Fatal(err)
	}
	var networks []*net.IPNet
	for _, p := range proxies {
		_, network, err := net.ParseCIDR(p)
		if err != nil {
			t.Fatal(err)
		}
		networks = append(networks, network)
	}
	packer := &pack.Packer{Service: h.svc, View: pages, URL: "https://learn.example.org", Temp: t.TempDir()}
	url := "http://example.com"
	if secure {
		url = "https://example.com"
	}
	h.Handler = server.New(server.Config{
		Pages: web.New(web.Config{Service: h.svc, View: pages, Sessions: session.New(st.Sessions(), secure, now), Sealer: sealer, Now: now, Packer: packer, URL: url}),
		API:   api.New(api.Config{Service: h.svc, Packer: packer}),
		Store: st, Log: slog.New(slog.NewJSONHandler(&h.log, nil)), Now: now, Secure: secure, SlowStatement: time.Second,
		Ready: func() bool { return true }, Registry: prometheus.NewRegistry(), TrustedProxies: networks,
	})
	return h
}

// logged answers the request and returns what was logged about it.
func (h *house) logged(t *testing.T, req *http.Request) map[string]any {
	t.Helper()
	h.log.Reset()
	h.ServeHTTP(httptest.NewRecorder(), req)
	var event map[string]any
	if err := json.Unmarshal(h.log.Bytes(), &event); err != nil {
		t.Fatalf("the log isn't one event: %v\n%s", err, &h.log)
	}
	return event
}

func form(path string, fields url.Values) *http.Request {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req
}

func TestTheLogSaysWhoAskedAndWhatKindOfRefusalTheyGot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, secret, err := h.svc.CreateTokenFor(t.Context(), h.svc.Operator(), h.HubLead.Email, service.TokenInput{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	signedIn := httptest.NewRecorder()
	h.ServeHTTP(signedIn, form("/sign-in/demo", url.Values{"email": {h.HubLead.Email}}))
	byCookie := func(path string) *http.Request {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.AddCookie(signedIn.Result().Cookies()[0])
		return req
	}
	byToken := func(method, path, body string) *http.Request {
		req := httptest.NewRequest(method, path, strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+secret)
		return req
	}
	hub := string(h.HubLead.ID)
	for _, tc := range []struct {
		name        string
		req         *http.Request
		actor, kind any
	}{
		{"a page", byCookie("/"), hub, nil},
		{"a page that isn't there for them", byCookie("/apprenticeships/" + string(h.OtherApp.ID)), hub, "not-found"},
		{"a page, signed out", httptest.NewRequest(http.MethodGet, "/help", nil), nil, nil},
		{"an address that no route answers", byCookie("/nowhere"), nil, "not-found"},
		{"the API", byToken(http.MethodGet, "/api/v1/me", ""), hub, nil},
		{"the API without If-Match", byToken(http.MethodPatch, "/api/v1/apprenticeships/"+string(h.App.ID), "{}"), hub, "if-match-required"},
		{"the API without a token", httptest.NewRequest(http.MethodGet, "/api/v1/me", nil), nil, "unauthenticated"},
		{"a form with something wrong", form("/sign-in", url.Values{"email": {""}}), nil, "invalid"},
	} {
		event := h.logged(t, tc.req)
		if event["actor"] != tc.actor || event["kind"] != tc.kind {
			t.Errorf("%s is logged with actor %v and kind %v, want %v and %v", tc.name, event["actor"], event["kind"], tc.actor, tc.kind)
		}
	}
	for _, private := range []string{h.HubLead.Name, h.HubLead.Email} {
		if strings.Contains(h.log.String(), private) {
			t.Errorf("the log names %q:\n%s", private, &h.log)
		}
	}
}

// A browser that goes elsewhere before the answer is no fault of the server's.
func TestAnAbandonedRequestIsNoErrorInTheLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	signedIn := httptest.NewRecorder()
	h.ServeHTTP(signedIn, form("/sign-in/demo", url.Values{"email": {h.HubLead.Email}}))
	req := httptest.NewRequest(http.MethodGet, "/", nil).WithContext(gone)
	req.AddCookie(signedIn.Result().Cookies()[0])
	if event := h.logged(t, req); event["level"] != "INFO" || event["abandoned"] != true || event["error"] != nil {
		t.Errorf("logged %v", event)
	}
}

// A page asks for its style sheet and scripts too: they cost no look at the
// session.
func TestBuiltFilesAreServedWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	signedIn := httptest.NewRecorder()
	h.ServeHTTP(signedIn, form("/sign-in/demo", url.Values{"email": {h.HubLead.Email}}))
	gone, cancel := context.WithCancel(t.Context())
	cancel() // any question to the database fails
	req := httptest.NewRequest(http.MethodGet, "/assets/app.css", nil).WithContext(gone)
	req.AddCookie(signedIn.Result().Cookies()[0])
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, req)
	if answer.Code != http.StatusOK && answer.Code != http.StatusNotFound { // not found before the assets are built
		t.Errorf("answered %d", answer.Code)
	}
}

func TestTriesAreCountedByTheAddressThatATrustedProxyTells(t *testing.T) {
	t.Parallel()
	const perAddress = 100
	for _, tc := range []struct {
		name      string
		proxies   []string
		typed     string // by the client, before what the proxy adds
		elsewhere int    // what somebody elsewhere gets afterwards
	}{
		{"no proxy is trusted, so all share its address", nil, "", http.StatusTooManyRequests},
		{"another network is trusted", []string{"10.0.0.0/8"}, "", http.StatusTooManyRequests},
		{"the proxy is trusted", []string{"192.0.2.0/24"}, "", http.StatusOK},
		{"the proxy is trusted, and the client typed another address each time", []string{"192.0.2.0/24"}, "203.0.113.%d, ", http.StatusOK},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, tc.proxies...)
			try := func(n int, from string) int { // through the proxy 192.0.2.1, httptest's address
				req := form("/reset-password", url.Values{"email": {fmt.Sprintf("person%d@example.org", n)}})
				typed := tc.typed
				if typed != "" {
					typed = fmt.Sprintf(typed, n%250)
				}
				req.Header.Set("X-Forwarded-For", typed+from)
				answer := httptest.NewRecorder()
				h.ServeHTTP(answer, req)
				return answer.Code
			}
			for n := range perAddress {
				if got := try(n, "198.51.100.7"); got != http.StatusOK {
					t.Fatalf("try %d: %d, want 200", n+1, got)
				}
			}
			if got := try(perAddress, "198.51.100.7"); got != http.StatusTooManyRequests {
				t.Errorf("one more from there: %d, want 429", got)
			}
			if got := try(perAddress+1, "198.51.100.8"); got != tc.elsewhere {
				t.Errorf("the first from elsewhere: %d, want %d", got, tc.elsewhere)
			}
		})
	}
}
