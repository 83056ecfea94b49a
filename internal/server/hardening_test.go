package server_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/internal/password"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/view"
)

// goldenRoutes are the routes of both doors, as their golden lists have them,
// with the world's first apprenticeship for what they name.
func (h *house) goldenRoutes(t *testing.T) [][2]string {
	t.Helper()
	var all [][2]string
	for list, base := range map[string]string{"web/testdata/routes.txt": "", "api/testdata/routes.txt": "/api/v1"} {
		source, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(list)))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(source)) {
			fields := strings.Fields(line)
			parts := strings.Split(fields[1], "/")
			for i, part := range parts {
				if strings.HasPrefix(part, ":") || strings.HasPrefix(part, "{") {
					parts[i] = string(h.App.ID)
				}
			}
			all = append(all, [2]string{fields[0], base + strings.Join(parts, "/")})
		}
	}
	if len(all) < 250 {
		t.Fatalf("only %d routes", len(all))
	}
	return all
}

// signIn returns the session cookie of the hub lead.
func (h *house) signIn(t *testing.T) *http.Cookie {
	t.Helper()
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, form("/sign-in/demo", url.Values{"email": {h.HubLead.Email}}))
	cookies := answer.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("signing in: %d with %d cookies", answer.Code, len(cookies))
	}
	return cookies[0]
}

// hardened says what is wrong with the headers of an answer over https.
func hardened(res *http.Response) []string {
	var wrong []string
	for name, want := range map[string]string{
		"Content-Security-Policy":      view.CSP,
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
	} {
		if got := res.Header.Values(name); len(got) != 1 || got[0] != want {
			wrong = append(wrong, fmt.Sprintf("%s %q", name, got))
		}
	}
	for _, name := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Server", "X-Powered-By"} {
		if got := res.Header.Get(name); got != "" {
			wrong = append(wrong, name+" "+got)
		}
	}
	if to := res.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
		wrong = append(wrong, "Location "+to)
	}
	for _, c := range res.Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			wrong = append(wrong, "cookie "+c.String())
		}
	}
	return wrong
}

// Whatever is asked, by whomever, over https: the answer says what a browser
// may do with it, isn't kept, and has the type of what it holds.
func TestEveryRouteAnswersHardenedOverHTTPS(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	for _, r := range h.goldenRoutes(t) {
		for _, signedIn := range []bool{true, false} {
			req := httptest.NewRequest(r[0], r[1], nil)
			if signedIn {
				req.AddCookie(h.signIn(t))
			}
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, req)
			res := rec.Result()
			if wrong := hardened(res); wrong != nil {
				t.Errorf("%s %s, signed in %t: %d with %v", r[0], r[1], signedIn, rec.Code, wrong)
			}
			if got := res.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s %s, signed in %t: Cache-Control %q", r[0], r[1], signedIn, got)
			}
			contentType := res.Header.Get("Content-Type")
			body := strings.TrimSpace(rec.Body.String())
			switch {
			case body == "":
			case strings.HasPrefix(body, "<!DOCTYPE html>") && contentType == "text/html; charset=UTF-8" && !strings.HasPrefix(r[1], "/api/"):
			case strings.HasPrefix(body, "{") && (contentType == "application/json" || contentType == "application/problem+json"):
			case strings.HasPrefix(body, "PK\x03\x04") && (contentType == "application/zip" || contentType == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), strings.HasPrefix(body, "%PDF-") && contentType == "application/pdf":
			case contentType == "text/plain; charset=UTF-8" && !strings.ContainsAny(body, "<{"): // to a script of ours
			case contentType == "text/csv; charset=utf-8; header=present", contentType == "text/calendar; charset=utf-8":
			default:
				t.Errorf("%s %s: Content-Type %q for %.40q", r[0], r[1], contentType, body)
			}
			if rec.Code >= http.StatusInternalServerError {
				t.Errorf("%s %s: %d", r[0], r[1], rec.Code)
			}
		}
	}
}

func TestWhatNoRouteAnswersIsHardenedToo(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	for _, path := range []string{"/nowhere", "/api/v1/nowhere", "/ims/case/v1p1/nowhere", "/assets/nowhere", "/assets/", "/.git/config", "/.env", "/..%2f..%2fetc/passwd", "/assets/..%2f..%2fgo.mod", "/healthz", "/readyz", "/metrics"} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		if wrong := hardened(rec.Result()); wrong != nil {
			t.Errorf("%s: %d with %v", path, rec.Code, wrong)
		}
		if ok := path == "/healthz" || path == "/readyz"; ok != (rec.Code == http.StatusOK) {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}

func TestTheContentSecurityPolicyAllowsNothingInlineAndNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	directives := map[string]string{}
	for d := range strings.SplitSeq(view.CSP, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), " ")
		directives[name] = value
		if value != "'none'" && value != "'self'" {
			t.Errorf("%s %s", name, value)
		}
	}
	for _, name := range []string{"default-src", "object-src", "base-uri", "frame-ancestors"} {
		if directives[name] != "'none'" {
			t.Errorf("%s is %q, want 'none'", name, directives[name])
		}
	}
	if directives["form-action"] != "'self'" {
		t.Errorf("form-action is %q, want 'self'", directives["form-action"])
	}
}

// A browser says with each request which site it comes from. What another site
// had it send changes nothing, signs nobody in, and is in the log.
func TestAFormFromAnotherSiteChangesNothingAndIsLogged(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	for _, tc := range []struct {
		name, header, value string
		path                string
		status              int
	}{
		{"from another site", "Sec-Fetch-Site", "cross-site", "/sign-in/demo", http.StatusForbidden},
		{"from a sibling domain", "Sec-Fetch-Site", "same-site", "/sign-in/demo", http.StatusForbidden},
		{"by an older browser", "Origin", "https://evil.example", "/sign-in/demo", http.StatusForbidden},
		{"from a sandboxed frame", "Origin", "null", "/sign-in/demo", http.StatusForbidden},
		{"to the API", "Sec-Fetch-Site", "cross-site", "/api/v1/tokens", http.StatusForbidden},
		{"from here", "Sec-Fetch-Site", "same-origin", "/sign-in/demo", http.StatusSeeOther},
		{"by an older browser, from here", "Origin", "http://example.com", "/sign-in/demo", http.StatusSeeOther},
	} {
		req := form(tc.path, url.Values{"email": {h.HubLead.Email}})
		req.Header.Set(tc.header, tc.value)
		h.log.Reset()
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if rec.Code != tc.status || (len(rec.Result().Cookies()) == 0) != (tc.status == http.StatusForbidden) {
			t.Errorf("%s: %d with cookies %v, want %d", tc.name, rec.Code, rec.Result().Cookies(), tc.status)
		}
		if wrong := hardened(rec.Result()); wrong != nil {
			t.Errorf("%s: %v", tc.name, wrong)
		}
		if refused := strings.Contains(h.log.String(), `"kind":"forbidden"`); refused != (tc.status == http.StatusForbidden) {
			t.Errorf("%s is logged as %s", tc.name, &h.log)
		}
	}
}

// TRACE would tell a script the cookie that it can't read; a header that names
// another method would make a link change something.
func TestOddMethodsDoNothing(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	for _, method := range []string{http.MethodTrace, http.MethodConnect, http.MethodOptions, "PROPFIND", "TRACK", "DEBUG", "get"} {
		for _, path := range []string{"/", "/sign-in", "/api/v1/me", "/assets/app.css", "/healthz"} {
			req := httptest.NewRequest(http.MethodGet, path, nil)
			req.Method = method
			req.Header.Set("X-Secret", "tell me")
			req.AddCookie(h.signIn(t))
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, req)
			if rec.Code != http.StatusMethodNotAllowed && rec.Code != http.StatusNotFound && !(method == http.MethodOptions && rec.Code == http.StatusNoContent) {
				t.Errorf("%s %s: %d", method, path, rec.Code)
			}
			if wrong := hardened(rec.Result()); wrong != nil || strings.Contains(rec.Body.String(), "tell me") {
				t.Errorf("%s %s: %v\n%s", method, path, wrong, rec.Body)
			}
		}
	}
	for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		cookie := h.signIn(t)
		req := httptest.NewRequest(http.MethodGet, "/?_method=POST", nil)
		req.Header.Set(name, http.MethodPost)
		req.AddCookie(cookie)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if rec.Code != http.StatusOK {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
}

// The server's own address comes from its settings and never from a header
// that whoever asks can type.
func TestTypedHeadersOfProxiesAreNotBelieved(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	for _, name := range []string{"Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Prefix", "X-Original-URL", "X-Rewrite-URL", "X-User-ID", "X-Remote-User", "Forwarded"} {
		for _, path := range []string{"/sign-in", "/", "/api/v1/me", "/ims/case/v1p1/CFDocuments"} {
			req := httptest.NewRequest(http.MethodGet, path, nil)
			if name == "Host" {
				req.Host = "evil.example"
			}
			req.Header.Set(name, "evil.example")
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, req)
			var headers strings.Builder
			if err := rec.Header().Write(&headers); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(rec.Body.String(), "evil.example") || strings.Contains(headers.String(), "evil.example") {
				t.Errorf("%s with %s: the answer holds what was typed\n%s\n%s", path, name, &headers, rec.Body)
			}
		}
	}
}

// Nothing that is sent gets into the log but in its place: one event a
// request, in JSON, whatever the address and the headers say.
func TestNothingThatIsSentForgesALineOfTheLog(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	const forged = "\n{\"level\":\"INFO\",\"msg\":\"forged\"}"
	req := form("/nowhere"+url.PathEscape(forged)+"?q="+url.QueryEscape(forged), url.Values{"email": {forged}})
	req.Header.Set("User-Agent", forged)
	req.Header.Set("X-Request-Id", forged)
	req.Header.Set("X-Forwarded-For", forged)
	event := h.logged(t, req) // fails unless it is one event
	if strings.Contains(h.log.String(), "forged") || strings.Count(h.log.String(), "\n") != 1 {
		t.Errorf("logged %v\n%s", event, &h.log)
	}
	h.log.Reset()
	token := form("/api/v1/tokens", nil)
	token.Header.Set("Authorization", "Bearer secret-token")
	h.ServeHTTP(httptest.NewRecorder(), token)
	password := form("/sign-in", url.Values{"email": {"asha@example.org"}, "password": {"secret-word"}})
	h.ServeHTTP(httptest.NewRecorder(), password)
	if strings.Contains(h.log.String(), "secret") || strings.Contains(h.log.String(), "asha") {
		t.Errorf("the log holds a secret or a name: %s", &h.log)
	}
}

// Two lengths for one request are what smuggles a second one past a proxy.
func TestARequestWithTwoLengthsIsRefused(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	for name, headers := range map[string]string{
		"two lengths":                "Content-Length: 5\r\nContent-Length: 6\r\n",
		"an unknown coding":          "Transfer-Encoding: gzip, chunked\r\n",
		"a coding that is disguised": "Transfer-Encoding : chunked\r\n",
		"two hosts":                  "Host: a\r\nHost: b\r\n",
	} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		host := "Host: example.com\r\n"
		if strings.HasPrefix(headers, "Host") {
			host = ""
		}
		if _, err := io.WriteString(conn, "POST /sign-in HTTP/1.1\r\n"+host+headers+"Connection: close\r\n\r\n0\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(conn)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") && !strings.HasPrefix(string(answer), "HTTP/1.1 501 ") {
			t.Errorf("%s: %.60q", name, answer)
		}
	}
}

func TestSigningInSetsHardenedCookies(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	const secret = "velvet anchor thirteen"
	phc, err := password.Hash(t.Context(), secret)
	if err == nil {
		err = h.store.Write(t.Context(), func(tx *store.Tx) error { return tx.SetPassword(h.GP.ID, phc) })
	}
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, form("/sign-in", url.Values{"email": {h.GP.Email}, "password": {secret}}))
	if n := len(rec.Result().Cookies()); rec.Code != http.StatusSeeOther || n != 2 {
		t.Errorf("%d with %d cookies", rec.Code, n)
	}
	if wrong := hardened(rec.Result()); wrong != nil {
		t.Error(wrong)
	}
}

func TestSigningOutEndsTheSessionAndClearsTheBrowser(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	cookie := h.signIn(t)
	ask := func(req *http.Request) *http.Response {
		req.AddCookie(cookie)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		return rec.Result()
	}
	out := ask(form("/sign-out", nil))
	if got := out.Header.Get("Clear-Site-Data"); !strings.Contains(got, `"cache"`) || !strings.Contains(got, `"storage"`) {
		t.Errorf("Clear-Site-Data %q", got)
	}
	if after := ask(httptest.NewRequest(http.MethodGet, "/", nil)); after.StatusCode != http.StatusSeeOther || !strings.HasPrefix(after.Header.Get("Location"), "/sign-in") {
		t.Errorf("the old cookie gets %d %s", after.StatusCode, after.Header.Get("Location"))
	}
}

// A fault is in the log with its cause, and whoever asked is told a request id
// and nothing else.
func TestAFaultIsLoggedWithItsCauseAndToldWithoutIt(t *testing.T) {
	t.Parallel()
	h := newSecureHouse(t)
	_, secret, err := h.svc.CreateTokenFor(t.Context(), h.svc.Operator(), h.HubLead.Email, service.TokenInput{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	cookie := h.signIn(t)
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/apprenticeships", "/api/v1/me"} {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.AddCookie(cookie)
		req.Header.Set("Authorization", "Bearer "+secret)
		h.log.Reset()
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		id := rec.Header().Get("X-Request-Id")
		if rec.Code != http.StatusInternalServerError || !strings.Contains(rec.Body.String(), id) || strings.Contains(rec.Body.String(), "sql") || strings.Contains(rec.Body.String(), "store") {
			t.Errorf("%s: %d without its id, or with more\n%s", path, rec.Code, rec.Body)
		}
		if log := h.log.String(); !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, `"error":"`) || !strings.Contains(log, id) || strings.Contains(log, secret) || strings.Contains(log, cookie.Value) {
			t.Errorf("%s is logged as %s", path, log)
		}
		if wrong := hardened(rec.Result()); wrong != nil {
			t.Errorf("%s: %v", path, wrong)
		}
	}
}
