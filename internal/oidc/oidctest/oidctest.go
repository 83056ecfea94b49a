// Package oidctest runs a real OpenID Connect provider, oidc-provider from npm,
// for tests.
package oidctest

import (
	"bufio"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"countersign/internal/browsertest"
)

// ID and Secret are those of the one client that the provider knows.
const (
	ID     = "countersign"
	Secret = "only-for-tests"
)

// Start runs a provider until the test ends and returns its address. It sends
// people back to callback.
func Start(t testing.TB, callback string) (issuer string) {
	t.Helper()
	root, err := browsertest.RepositoryRoot()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(root, "internal", "oidc", "oidctest", "provider.mjs")
	modules := filepath.Join(root, "templates", "node_modules")
	cmd := exec.CommandContext(t.Context(), "node", script, modules, callback)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("the provider for tests needs Node.js and `make assets`: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider doesn't start (make assets installs it): %v", err)
	}
	return strings.TrimSpace(line)
}

// Person is somebody's browser at the provider.
type Person struct {
	t      testing.TB
	client *http.Client
	name   string
}

// NewPerson returns a browser of somebody who types that name.
func NewPerson(t testing.TB, name string) *Person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Person{t: t, name: name, client: &http.Client{Jar: jar}}
}

// SignIn opens the address that a flow begins with, fills in the provider's
// forms, and returns what the provider sends back to callback.
func (p *Person) SignIn(begin, callback string) url.Values {
	p.t.Helper()
	var back url.Values
	p.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			back = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}
	at, page := p.send(http.MethodGet, begin, nil)
	for range 5 {
		if back != nil {
			return back
		}
		action, fields := p.form(page)
		fields.Set("login", p.name)
		at, page = p.send(http.MethodPost, at.ResolveReference(action).String(), strings.NewReader(fields.Encode()))
	}
	p.t.Fatal("the provider asks for ever")
	return nil
}

// send returns the page that the request leads to, and its address.
func (p *Person) send(method, address string, body io.Reader) (*url.URL, *html.Node) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, address, body)
	if err != nil {
		p.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	page, err := html.Parse(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.Request.URL, page
}

// form reads the first form of a page.
func (p *Person) form(page *html.Node) (action *url.URL, fields url.Values) {
	p.t.Helper()
	fields = url.Values{}
	for n := range page.Descendants() {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		switch {
		case n.Data == "form" && action == nil:
			var err error
			if action, err = url.Parse(at["action"]); err != nil {
				p.t.Fatal(err)
			}
		case n.Data == "input" && at["name"] != "":
			fields.Set(at["name"], at["value"])
		}
	}
	if action == nil {
		p.t.Fatal("the provider shows a page without a form")
	}
	return action, fields
}
