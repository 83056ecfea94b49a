package app_test

import (
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"countersign/internal/app"
	"countersign/internal/store/storetest"
)

// databases are what the product runs on: the embedded one, and PostgreSQL.
var databases = map[string]func(testing.TB) string{
	"sqlite":   func(testing.TB) string { return "" },
	"postgres": storetest.Postgres,
}

func TestAnEmptyServerTakesItsFirstAdministrator(t *testing.T) {
	t.Parallel()
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := app.Config{Data: t.TempDir(), Database: dsn(t)}
			r := serve(t, c)
			if strings.Contains(r.out.String(), "demo.example") {
				t.Errorf("a server without --demo speaks of demonstration people:\n%s", r.out)
			}
			if body := page(t, http.DefaultClient, r.url+"/sign-in"); strings.Contains(body, "/sign-in/demo") {
				t.Error("/sign-in offers demonstration people")
			}
			beside, err := app.Open(t.Context(), c) // a short command, beside the server
			if err != nil {
				t.Fatal(err)
			}
			token := addFirst(t, beside)
			if err := beside.Close(); err != nil {
				t.Fatal(err)
			}
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			client := &http.Client{Jar: jar}
			t.Cleanup(client.CloseIdleConnections)
			link := r.url + "/set-password/" + token
			if body := page(t, client, link); !strings.Contains(body, "First Admin") && !strings.Contains(body, "first@example.org") {
				t.Errorf("the set-up page doesn't say whose it is:\n%s", body)
			}
			res, err := client.PostForm(link, url.Values{"password": {"purple otter umbrella"}})
			if err != nil {
				t.Fatal(err)
			}
			if body := read(t, res); res.StatusCode != http.StatusOK || !strings.Contains(body, "First Admin") {
				t.Errorf("after setting the password: %d\n%s", res.StatusCode, body)
			}
			_ = page(t, client, r.url+"/admin")
		})
	}
}

func TestDemonstrationKeepsItsDataOverARestart(t *testing.T) {
	t.Parallel()
	c := demonstration(t) // filled by a server that has stopped since
	apprenticeship := regexp.MustCompile(`/apprenticeships/[0-9a-f-]{36}`)
	var seen []string
	for range 2 {
		r := serve(t, c)
		if n := strings.Count(r.out.String(), "@demo.example"); n != 14 {
			t.Errorf("the server names %d demonstration people, want 14:\n%s", n, r.out)
		}
		if strings.Contains(r.out.String(), "Filling") {
			t.Errorf("the demonstration was filled once more:\n%s", r.out)
		}
		home := page(t, signIn(t, r.url, "apprentice@demo.example"), r.url+"/")
		if !strings.Contains(home, "Asha Patel") {
			t.Errorf("Asha's home doesn't know her:\n%s", home)
		}
		seen = append(seen, apprenticeship.FindString(home))
		if err := r.stop(); err != nil {
			t.Fatalf("stopping: %v", err)
		}
	}
	if seen[0] == "" || seen[0] != seen[1] {
		t.Errorf("Asha's apprenticeship is %q, and %q after the restart", seen[0], seen[1])
	}
}

func TestServeRefusesInOneClearLine(t *testing.T) {
	t.Parallel()
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	used := t.TempDir()
	prepared, err := app.Open(t.Context(), app.Config{Data: used})
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
		{"a second server on the same file", app.Config{Data: busy}, "server"},
		{"a folder that can't be used", app.Config{Data: filepath.Join(file, "data")}, "the data folder cannot be used"},
		{"a demonstration on real data", app.Config{Data: used, Demo: true}, "real data"},
		{"a demonstration for all the world", app.Config{Addr: "0.0.0.0:0", Data: t.TempDir(), Demo: true}, "loopback"},
		{"a moved clock on real data", app.Config{Data: used, Now: demoNow}, "demonstrations only"},
		{"a clock that is none", app.Config{Data: t.TempDir(), Demo: true, Now: "tomorrow"}, "is not a time"},
		{"an unknown database", app.Config{Data: t.TempDir(), Database: "oracle:x"}, "sqlite:PATH"},
		{"an address that is none", app.Config{Addr: "here", Data: t.TempDir()}, "host:port"},
		{"a public address that is none", app.Config{URL: "here", Data: t.TempDir()}, "COUNTERSIGN_URL"},
		{"a trusted proxy that is no network", app.Config{TrustedProxies: "10.0.0.1", Data: t.TempDir()}, "COUNTERSIGN_TRUSTED_PROXIES"},
		{"an authority that is none", app.Config{TSA: "tsa.example.org", Data: t.TempDir()}, "COUNTERSIGN_TSA"},
		{"certificates of no authority", app.Config{TSACA: file, Data: t.TempDir()}, "COUNTERSIGN_TSA is missing"},
		{"certificates that are none", app.Config{TSA: "http://tsa.example.org", TSACA: file, Data: t.TempDir()}, "COUNTERSIGN_TSA_CA"},
		{"a way to send mail that is none", app.Config{SMTP: "nonsense", Data: t.TempDir()}, "COUNTERSIGN_SMTP"},
		{"files in a bucket, which come later", app.Config{Files: "s3://bucket", Data: t.TempDir()}, "COUNTERSIGN_FILES"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.c.Addr == "" {
				tc.c.Addr = "127.0.0.1:0"
			}
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
	for path, status := range map[string]int{
		"/sign-in": http.StatusOK, "/nothing/here": http.StatusNotFound, "/api/v1/me": http.StatusUnauthorized,
		"/healthz": http.StatusOK, "/readyz": http.StatusOK, "/metrics": http.StatusOK,
	} {
		res := get(t, http.DefaultClient, r.url+path)
		_ = read(t, res)
		if res.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, status)
		}
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

func TestMetricsAreForTheMachineItselfAndNotForWhomAProxySpeaks(t *testing.T) {
	t.Parallel()
	r := serve(t, app.Config{Data: t.TempDir()})
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(header, "192.0.2.1")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _ = read(t, res); res.StatusCode != http.StatusNotFound {
			t.Errorf("/metrics for somebody behind a proxy that sends %s: %d, want 404", header, res.StatusCode)
		}
	}
}
