package web_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/prometheus/client_golang/prometheus"

	"countersign/internal/api"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/keyring"
	"countersign/internal/oidc"
	"countersign/internal/oidc/oidctest"
	"countersign/internal/pack"
	"countersign/internal/passkey"
	"countersign/internal/server"
	"countersign/internal/service"
	"countersign/internal/session"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/view"
	"countersign/internal/view/htmlcheck"
	"countersign/internal/web"
)

// site is the whole server over a small world, with a clock that tests move.
type site struct {
	*storetest.World
	svc   *service.Service
	store *store.Store
	clock *storetest.Clock
	files *storage
	url   string
	stop  func()   // waits for what is still being answered
	gone  []string // addresses that pages may lead to though no route answers
}

// storage is where files are kept, and can be away.
type storage struct {
	files.Objects
	away atomic.Bool
}

func (s *storage) Write(ctx context.Context, name string, r io.Reader) error {
	if s.away.Load() {
		return countersign.Refuse(countersign.Unavailable, "The storage is away")
	}
	return s.Objects.Write(ctx, name, r)
}

// each runs fn on both databases.
func each(t *testing.T, fn func(t *testing.T, s *site)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store, clock *storetest.Clock) { fn(t, newSite(t, st, clock)) })
}

// onSQLite runs fn on the embedded database only: for what a page shows and
// not for what is kept.
func onSQLite(t *testing.T, fn func(t *testing.T, s *site)) {
	t.Helper()
	clock := storetest.NewClock()
	fn(t, newSite(t, storetest.Open(t, storetest.SQLite(t), clock), clock))
}

// templates are parsed once: that takes time and tens of megabytes.
var templates = sync.OnceValues(func() (*view.View, error) { return view.New(view.Site{}) })

// newSite is a demonstration, in which one click signs people in.
func newSite(t *testing.T, st *store.Store, clock *storetest.Clock) *site {
	t.Helper()
	return siteFor(t, st, clock, true, providerAt(nobodysProvider, "strong"))
}

// realSite is no demonstration: whoever signs must prove that it is them.
func realSite(t *testing.T, st *store.Store, clock *storetest.Clock) *site {
	t.Helper()
	return siteFor(t, st, clock, false, providerAt(nobodysProvider, "strong"))
}

// nobodysProvider is one that doesn't answer.
const nobodysProvider = "http://127.0.0.1:1"

// providerAt is the provider there, where that authentication is proof to sign.
func providerAt(issuer, acr string) *oidc.Provider {
	return oidc.New(oidc.Config{
		Name: "NHSmail", Issuer: issuer, ClientID: oidctest.ID, ClientSecret: oidctest.Secret, ACR: acr, Callback: providerCallback, Now: time.Now,
	})
}

func siteFor(t *testing.T, st *store.Store, clock *storetest.Clock, demonstration bool, provider *oidc.Provider) *site {
	t.Helper()
	folder, err := files.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	stored := &storage{Objects: folder}
	vault := files.NewVault(stored, st.FileKeys())
	srv := httptest.NewUnstartedServer(nil)
	passkeys, err := passkey.New("http://" + srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	svc := service.New(service.Config{
		Store: st, Files: vault, Keys: keyring.Open(t.TempDir(), "record.example.org"), Rand: rand.Reader, Demo: true,
		Intake:  files.NewIntake(vault, t.TempDir(), service.FileGuard()),
		Secrets: storetest.Secrets(t), Passkeys: passkeys,
		Provider: provider,
	})
	world := storetest.NewWorld(t, st)
	if demonstration {
		if err := st.Write(t.Context(), func(tx *store.Tx) error { return tx.SetSetting(service.DemonstrationMark, "complete") }); err != nil {
			t.Fatal(err)
		}
	}
	var personas []view.Persona
	for _, p := range []countersign.Person{world.Apprentice, world.GP, world.Mentor, world.Manager, world.HubLead, world.Admin} {
		personas = append(personas, view.Persona{Name: p.Name, Email: p.Email, Role: "In these tests", About: "One click signs them in."})
	}
	pages, err := templates()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := session.NewSealer(bytes.Repeat([]byte{7}, 32), clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	sessions := session.New(st.Sessions(), false, clock.Now)
	packer := &pack.Packer{Service: svc, View: pages, URL: "https://learn.example.org", Temp: t.TempDir()}
	handler := server.New(server.Config{
		Pages: web.New(web.Config{Service: svc, View: pages, Sessions: sessions, Sealer: sealer, Personas: func() []view.Persona { return personas }, Now: clock.Now, Packer: packer}),
		API:   api.New(api.Config{Service: svc, Packer: packer}),
		Store: st, Log: slog.New(slog.NewTextHandler(failures{t}, &slog.HandlerOptions{Level: slog.LevelError})),
		Now: clock.Now, Ready: func() bool { return true }, Registry: prometheus.NewRegistry(),
	})
	srv.Config.Handler = handler
	srv.Start()
	t.Cleanup(srv.Close)
	return &site{World: world, svc: svc, store: st, clock: clock, files: stored, url: srv.URL, stop: srv.Close, gone: []string{"/api/docs"}}
}

// failures fails the test for whatever the server logs as an error.
type failures struct{ t *testing.T }

func (f failures) Write(p []byte) (int, error) {
	f.t.Errorf("the server logged: %s", p)
	return len(p), nil
}

func (s *site) today() countersign.Date { return countersign.LondonDate(s.clock.Now()) }

// client is somebody's browser. It checks every page that it gets.
type client struct {
	t    *testing.T
	site *site
	http *http.Client
	// tampers is set for somebody who fills in what a form doesn't show.
	tampers bool
}

// anonymous is a browser in which nobody is signed in.
func (s *site) anonymous(t *testing.T) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, site: s, http: &http.Client{Jar: jar}}
}

// as is a browser in which that person is signed in.
func (s *site) as(t *testing.T, p countersign.Person) *client {
	t.Helper()
	c := s.anonymous(t)
	c.post("/sign-in/demo", url.Values{"email": {p.Email}}, http.StatusOK)
	return c
}

// in is the same browser for a subtest.
func (c *client) in(t *testing.T) *client { return &client{t: t, site: c.site, http: c.http} }

// page is an answer.
type page struct {
	c      *client
	status int
	path   string // after redirects
	header http.Header
	body   []byte
	root   *html.Node
}

// get fetches a page and wants that status.
func (c *client) get(path string, status int) *page {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.site.url+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(req, status)
}

// post sends a form, follows where it leads and wants that status there.
func (c *client) post(path string, values url.Values, status int) *page {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.site.url+path, strings.NewReader(values.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(req, status)
}

// file is a file to upload.
type file struct {
	field, name string
	content     []byte
}

// upload sends a form with files.
func (c *client) upload(path string, values url.Values, files []file, status int) *page {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, all := range values {
		for _, v := range all {
			if err := w.WriteField(name, v); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(f.field, f.name)
		if err == nil {
			_, err = part.Write(f.content)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.site.url+path, &body)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	return c.do(req, status)
}

func (c *client) do(req *http.Request, status int) *page {
	c.t.Helper()
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	p := &page{c: c, status: res.StatusCode, path: res.Request.URL.RequestURI(), header: res.Header}
	if p.body, err = io.ReadAll(res.Body); err != nil {
		c.t.Fatal(err)
	}
	if got := p.header.Get("Cache-Control"); got != "no-store" && !strings.HasPrefix(p.path, "/assets/") && !strings.HasPrefix(p.path, "/api/") {
		c.t.Errorf("%s %s may be kept: Cache-Control %q", req.Method, req.URL.Path, got)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		p.check()
	}
	if p.status != status {
		c.t.Fatalf("%s %s answers %d at %s, not %d:\n%s", req.Method, req.URL.Path, p.status, p.path, status, p.text())
	}
	return p
}

// check looks at everything that must never be wrong with a page.
func (p *page) check() {
	p.c.t.Helper()
	report := htmlcheck.Check(p.body, func(method, path string) bool {
		return web.Resolves(method, path) || slices.ContainsFunc(p.c.site.gone, func(end string) bool { return strings.HasSuffix(path, end) })
	})
	for _, problem := range report.Problems {
		if p.c.tampers && strings.HasPrefix(problem, "a link leads to #") {
			continue
		}
		p.c.t.Errorf("%s (%d): %s", p.path, p.status, problem)
	}
	root, err := html.Parse(bytes.NewReader(p.body))
	if err != nil {
		p.c.t.Fatal(err)
	}
	p.root = root
}

// text is what a person reads on the page, in one line.
func (p *page) text() string {
	if p.root == nil {
		return string(p.body)
	}
	var b strings.Builder
	for n := range p.root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// wants fails the test unless the page holds every text, as a person reads it
// or as it stands in the source.
func (p *page) wants(texts ...string) *page {
	p.c.t.Helper()
	read := p.text()
	for _, want := range texts {
		if !strings.Contains(read, want) && !bytes.Contains(p.body, []byte(want)) {
			p.c.t.Errorf("%s (%d) doesn't hold %q:\n%s", p.path, p.status, want, read)
		}
	}
	return p
}

// lacks fails the test if the page holds one of the texts.
func (p *page) lacks(texts ...string) *page {
	p.c.t.Helper()
	read := p.text()
	for _, unwanted := range texts {
		if strings.Contains(read, unwanted) || bytes.Contains(p.body, []byte(unwanted)) {
			p.c.t.Errorf("%s (%d) holds %q", p.path, p.status, unwanted)
		}
	}
	return p
}
