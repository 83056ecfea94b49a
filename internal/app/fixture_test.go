package app_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// demoNow is where the clock of these tests' demonstration starts: a Tuesday
// morning, so that no run sees a day end.
const demoNow = "2026-03-03T09:30:00Z"

// shared is a folder for what tests make once and share.
var shared string

func TestMain(m *testing.M) { os.Exit(runIn(m)) }

func runIn(m *testing.M) (code int) {
	var err error
	if shared, err = os.MkdirTemp("", "countersign-app-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(shared)
	return m.Run()
}

// program builds the program, once, and returns its path: the one in
// COUNTERSIGN if there is one. It has no race detector, so that a
// demonstration is filled in seconds.
var program = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("COUNTERSIGN"); path != "" {
		return path, nil
	}
	path := filepath.Join(shared, "countersign")
	cmd := exec.Command("go", "build", "-tags", "nodynamic", "-trimpath", "-o", path, "countersign/cmd/countersign")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// filled is a data folder with a demonstration, filled once by the program
// itself, which is then told to stop as a supervisor tells it.
var filled = sync.OnceValues(func() (string, error) {
	path, err := program()
	if err != nil {
		return "", err
	}
	data := filepath.Join(shared, "demonstration")
	out := newOutput()
	cmd := exec.Command(path, "serve", "--demo", "--addr", "127.0.0.1:0", "--data", data)
	cmd.Env = append(cleanEnvironment(), "COUNTERSIGN_NOW="+demoNow)
	cmd.Stdout = out
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-out.ready:
	case err := <-ended:
		return "", fmt.Errorf("serve --demo ended: %w\n%s", err, log.String())
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return "", err
	}
	if err := <-ended; err != nil {
		return "", fmt.Errorf("serve --demo, told to stop: %w\n%s", err, log.String())
	}
	return data, nil
})

// cleanEnvironment is the environment without settings of the product.
func cleanEnvironment() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "COUNTERSIGN") {
			out = append(out, v)
		}
	}
	return out
}

// demonstration returns the settings of a demonstration of the test's own.
func demonstration(t *testing.T) app.Config {
	t.Helper()
	from, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	if err := os.CopyFS(data, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return app.Config{Data: data, Demo: true, Now: demoNow}
}

// output collects what a server prints, and tells when it says that it is
// ready.
type output struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	ready chan string // gets the address, once
}

func newOutput() *output { return &output{ready: make(chan string, 1)} }

var announced = regexp.MustCompile(`(?m)^Countersign is ready at (http://\S+)$`)

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := announced.Match(o.buf.Bytes())
	o.buf.Write(p)
	if m := announced.FindSubmatch(o.buf.Bytes()); m != nil && !before {
		o.ready <- string(m[1])
	}
	return len(p), nil
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

// serve starts the whole program on a free port and waits until it is ready.
// It is stopped when the test ends, if not before.
func serve(t *testing.T, c app.Config) *running {
	t.Helper()
	c.Addr = "127.0.0.1:0"
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	r := &running{out: newOutput()}
	done := make(chan error, 1)
	go func() { done <- app.Serve(ctx, c, r.out) }()
	r.stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	select {
	case r.url = <-r.out.ready:
	case err := <-done:
		t.Fatalf("the server ended before it was ready: %v", err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := r.stop(); err != nil {
			t.Errorf("the server stopped with %v", err)
		}
	})
	return r
}

func get(t testing.TB, client *http.Client, address string) *http.Response {
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

func read(t testing.TB, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// page returns the text of a page, which must be there.
func page(t testing.TB, client *http.Client, address string) string {
	t.Helper()
	res := get(t, client, address)
	body := read(t, res)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d\n%s", address, res.StatusCode, body)
	}
	return body
}

// signIn clicks on a demonstration person and returns their browser.
func signIn(t testing.TB, address, email string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	t.Cleanup(client.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/sign-in/demo", strings.NewReader(url.Values{"email": {email}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if body := read(t, res); res.StatusCode != http.StatusOK {
		t.Fatalf("signing in as %s: %d\n%s", email, res.StatusCode, body)
	}
	return client
}

// addFirst adds the first administrator and returns their set-up token.
func addFirst(t *testing.T, a *app.App) string {
	t.Helper()
	added, err := a.Service.AddMember(t.Context(), a.Service.Operator(), service.MembershipInput{
		PersonInput: service.PersonInput{Name: "First Admin", Email: "first@example.org"}, Role: countersign.Admin, Organisation: "ENGLAND",
	})
	if err != nil {
		t.Fatal(err)
	}
	return added.SetUpToken
}
