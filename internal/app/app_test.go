package app_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
)

// output collects what a server prints.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// running is a whole server.
type running struct {
	url  string
	out  *output
	stop func() error
}

// serve starts the whole program on a port of its own and waits until it is
// ready. It is stopped when the test ends, if not before.
func serve(t *testing.T, c app.Config) *running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Addr = listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{url: "http://" + c.Addr, out: &output{}}
	done := make(chan error, 1)
	go func() { done <- app.Serve(ctx, c, r.out) }()
	r.stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("the server stopped with %v", err)
		}
	})
	r.waitUntilReady(t, done)
	return r
}

// waitUntilReady asks /readyz until it says yes or the server has ended.
func (r *running) waitUntilReady(t *testing.T, done chan error) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		if res, err := http.Get(r.url + "/readyz"); err == nil { //nolint:noctx // a test's own server
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case err := <-done:
			done <- err
			t.Fatalf("the server ended before it was ready: %v", err)
		case <-t.Context().Done():
			t.Fatal("the server never became ready")
		case <-ticker.C:
		}
	}
}

func TestAnEmptyServerTakesItsFirstAdministrator(t *testing.T) {
	t.Parallel()
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := app.Config{Data: t.TempDir(), Database: dsn(t)}
			r := serve(t, c)
			if strings.Contains(r.out.String(), "demo.example") {
				t.Errorf("a server without --demo speaks of demonstration people:\n%s", r.out)
			}
			res := get(t, http.DefaultClient, r.url+"/sign-in")
			if body := read(t, res); res.StatusCode != http.StatusOK || strings.Contains(body, "/sign-in/demo") {
				t.Errorf("/sign-in = %d, or it offers demonstration people", res.StatusCode)
			}
		})
	}
}

func TestDemonstrationKeepsItsDataOverARestart(t *testing.T) {
	t.Parallel()
	c := app.Config{Data: t.TempDir(), Demo: true}
	first := serve(t, c)
	client := signIn(t, first.url, "apprentice@demo.example")
	home := read(t, get(t, client, first.url+"/"))
	if !strings.Contains(home, "Asha Patel") {
		t.Errorf("Asha's home doesn't know her:\n%s", home)
	}
	if err := first.stop(); err != nil {
		t.Fatalf("stopping: %v", err)
	}
	second := serve(t, c)
	if n := strings.Count(second.out.String(), "@demo.example"); n < 14 {
		t.Errorf("the server names %d demonstration people, want 14", n)
	}
	apprenticeship := regexp.MustCompile(`/apprenticeships/[0-9a-f-]{36}`)
	if got := read(t, get(t, signIn(t, second.url, "apprentice@demo.example"), second.url+"/")); apprenticeship.FindString(got) != apprenticeship.FindString(home) {
		t.Error("Asha has another apprenticeship after the restart")
	}
}

func TestServeRefusesInOneClearLine(t *testing.T) {
	t.Parallel()
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	real := t.TempDir()
	prepared, err := app.Open(t.Context(), app.Config{Data: real})
	if err != nil {
		t.Fatal(err)
	}
	addFirst(t, prepared)
	if err := prepared.Close(); err != nil {
		t.Fatal(err)
	}
	busy := t.TempDir()
	serve(t, app.Config{Data: busy})
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		c    app.Config
		says string
	}{
		{"a port in use", app.Config{Addr: held.Addr().String(), Data: t.TempDir()}, "cannot listen on " + held.Addr().String()},
		{"a second server on the same file", app.Config{Addr: "127.0.0.1:0", Data: busy}, "server"},
		{"a folder that can't be used", app.Config{Addr: "127.0.0.1:0", Data: filepath.Join(file, "data")}, "the data folder cannot be used"},
		{"a demonstration on real data", app.Config{Addr: "127.0.0.1:0", Data: real, Demo: true}, "real data"},
		{"a demonstration for all the world", app.Config{Addr: "0.0.0.0:0", Data: t.TempDir(), Demo: true}, "loopback"},
		{"a moved clock on real data", app.Config{Addr: "127.0.0.1:0", Data: real, Now: "2026-03-02T09:00:00Z"}, "demonstrations only"},
		{"an unknown database", app.Config{Addr: "127.0.0.1:0", Data: t.TempDir(), Database: "oracle:x"}, "sqlite:PATH"},
		{"an address that is none", app.Config{Addr: "here", Data: t.TempDir()}, "host:port"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := app.Serve(t.Context(), tc.c, io.Discard)
			if err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Serve() = %v, want one line that says %q", err, tc.says)
			}
		})
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	r := serve(t, app.Config{Data: t.TempDir()})
	for _, path := range []string{"/sign-in", "/nothing/here", "/api/v1/me", "/healthz"} {
		res := get(t, http.DefaultClient, r.url+path)
		_ = read(t, res)
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		} {
			if got := res.Header.Get(header); !strings.Contains(got, want) {
				t.Errorf("%s: %s = %q, want %q", path, header, got, want)
			}
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/sign-in", strings.NewReader("email=a"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = read(t, res)
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a form from another site gets %d, want 403", res.StatusCode)
	}
}

func get(t *testing.T, client *http.Client, address string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// signIn clicks on a demonstration person and returns their browser.
func signIn(t *testing.T, address, email string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/sign-in/demo", strings.NewReader(url.Values{"email": {email}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _ = read(t, res); res.StatusCode != http.StatusOK {
		t.Fatalf("signing in as %s: %d", email, res.StatusCode)
	}
	return client
}

func addFirst(t *testing.T, a *app.App) {
	t.Helper()
	_, err := a.Service.AddMember(t.Context(), a.Service.Operator(), service.MembershipInput{
		PersonInput: service.PersonInput{Name: "First Admin", Email: "first@example.org"}, Role: countersign.Admin, Organisation: "ENGLAND",
	})
	if err != nil {
		t.Fatal(err)
	}
}
