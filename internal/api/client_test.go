package api_test

import (
	"bytes"
	"context"
	"countersign/internal/pack"
	"countersign/internal/view"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/labstack/echo/v4"

	"countersign/internal/api"
	"countersign/internal/problem"
	"countersign/internal/service"
)

// newServer mounts the API as internal/server does: with request ids and one
// error handler.
func newServer(svc *service.Service, now func() time.Time) http.Handler {
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		if c.Response().Committed {
			return
		}
		p := problem.Of(err)
		var he *echo.HTTPError
		if errors.As(err, &he) {
			p = problem.OfStatus(he.Code)
		}
		p.RequestID = c.Response().Header().Get(echo.HeaderXRequestID)
		if api.IsCASE(c.Request().URL.Path) {
			_ = api.WriteStatusInfo(c, p, err)
			return
		}
		_ = api.WriteProblem(c, p)
	}
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Response().Header().Set(echo.HeaderXRequestID, "4e0c1a3e-6f0e-4a52-9d0f-3f3f5b1a2c11")
			return next(c)
		}
	})
	pages, err := templates()
	if err != nil {
		panic(err)
	}
	packer := &pack.Packer{Service: svc, View: pages, URL: "https://learn.example.org"}
	api.New(api.Config{Service: svc, Version: "test", URL: packer.URL, Packer: packer, Now: now}).Mount(e)
	e.RouteNotFound("/*", func(echo.Context) error { return problem.OfStatus(http.StatusNotFound) })
	return e
}

// templates are parsed once: that takes time and tens of megabytes.
var templates = sync.OnceValues(func() (*view.View, error) { return view.New(view.Site{}) })

// contract is the document, and what finds the operation of a request in it.
var contract = sync.OnceValues(func() (routers.Router, error) {
	openapi3.DefineStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`))
	for _, mediaType := range []string{"application/pdf", "application/zip", "image/jpeg", "image/png", "image/svg+xml"} {
		openapi3filter.RegisterBodyDecoder(mediaType, openapi3filter.FileBodyDecoder)
	}
	rec := httptest.NewRecorder()
	newServer(nil, nil).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/api/openapi.json", nil))
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(rec.Body.Bytes())
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(loader.Context); err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

// client sends requests as one person and holds every exchange against the
// contract, refusals too.
type client struct {
	t     *testing.T
	h     http.Handler
	token string        // empty: nobody
	grant func() string // of a proof; nil for none
	// sloppy lets a request through that the contract forbids though it is
	// answered: rows of a batch are refused one by one.
	sloppy bool
}

// answer is what came back.
type answer struct {
	t      *testing.T
	Status int
	Header http.Header
	Body   []byte
	about  string
}

type option func(*http.Request)

func header(name, value string) option {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func ifMatch(tag string) option { return header("If-Match", tag) }

// raw is a body that is sent as it is.
type raw string

func (c client) get(path string, o ...option) answer { return c.do(http.MethodGet, path, nil, o...) }

func (c client) post(path string, body any, o ...option) answer {
	return c.do(http.MethodPost, path, body, o...)
}

func (c client) patch(path string, body any, o ...option) answer {
	return c.do(http.MethodPatch, path, body, o...)
}

func (c client) put(path string, body any, o ...option) answer {
	return c.do(http.MethodPut, path, body, o...)
}

func (c client) delete(path string, o ...option) answer {
	return c.do(http.MethodDelete, path, nil, o...)
}

// upload sends a file in the field "file".
func (c client) upload(path, name string, content []byte, o ...option) answer {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"application/octet-stream"},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	_, err = part.Write(content)
	if err := errors.Join(err, w.Close()); err != nil {
		c.t.Fatal(err)
	}
	return c.do(http.MethodPost, path, raw(b.String()), append([]option{header("Content-Type", w.FormDataContentType())}, o...)...)
}

func (c client) do(method, path string, body any, o ...option) answer {
	c.t.Helper()
	var content []byte
	switch b := body.(type) {
	case nil:
	case raw:
		content = []byte(b)
	default:
		var err error
		if content, err = json.Marshal(b); err != nil {
			c.t.Fatal(err)
		}
	}
	req := httptest.NewRequestWithContext(c.t.Context(), method, "/api/v1"+path, bytes.NewReader(content))
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.grant != nil {
		req.Header.Set("Signing-Grant", c.grant())
	}
	for _, set := range o {
		set(req)
	}
	rec := httptest.NewRecorder()
	c.h.ServeHTTP(rec, req)
	a := answer{t: c.t, Status: rec.Code, Header: rec.Result().Header, Body: rec.Body.Bytes(), about: method + " " + path}
	req.Body = io.NopCloser(bytes.NewReader(content))
	c.check(req, a)
	return a
}

// check holds an exchange against the contract.
func (c client) check(req *http.Request, a answer) {
	c.t.Helper()
	if strings.Contains(strings.ToLower(strings.Join(a.Header.Values("Set-Cookie"), "")), "=") {
		c.t.Errorf("%s: a cookie", a.about)
	}
	router, err := contract()
	if err != nil {
		c.t.Fatal(err)
	}
	route, params, err := router.FindRoute(req)
	if err != nil {
		if a.Status != http.StatusNotFound && a.Status != http.StatusMethodNotAllowed {
			c.t.Errorf("%s: %v, but it is answered %d", a.about, err, a.Status)
		}
		return
	}
	request := &openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateRequest(context.Background(), request); err != nil && a.Status < 400 && !c.sloppy {
		c.t.Errorf("%s: answered %d, but the contract doesn't allow the request: %v", a.about, a.Status, err)
	}
	response := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: a.Status, Header: a.Header, Options: request.Options,
	}
	response.SetBodyBytes(a.Body)
	if err := openapi3filter.ValidateResponse(context.Background(), response); err != nil {
		c.t.Errorf("%s: the contract doesn't allow the answer %d: %v\n%s", a.about, a.Status, err, shorten(a.Body))
	}
	if a.Status >= 400 {
		a.checkProblem()
	} else {
		succeeded.Store(route.Method+" "+route.Path, true)
	}
}

// succeeded holds the operations that were answered well at least once.
var succeeded sync.Map

// checkProblem makes sure that a refusal says what it must and no more.
func (a answer) checkProblem() {
	a.t.Helper()
	if got := a.Header.Get("Content-Type"); got != problem.ContentType {
		a.t.Errorf("%s: a refusal of type %q", a.about, got)
	}
	var p problem.Problem
	if err := json.Unmarshal(a.Body, &p); err != nil || p.Status != a.Status || p.RequestID != a.Header.Get("X-Request-Id") {
		a.t.Errorf("%s: %v, problem %+v with status %d", a.about, err, p, a.Status)
	}
	if a.Status >= 500 {
		a.t.Errorf("%s: answered %d", a.about, a.Status)
	}
}

// want fails the test unless the answer has that status.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: answered %d, want %d\n%s", a.about, a.Status, status, shorten(a.Body))
	}
	return a
}

// wantPointer fails unless a problem points there.
func (a answer) wantPointer(pointer string) answer {
	a.t.Helper()
	for _, e := range a.list("errors") {
		if e.(map[string]any)["pointer"] == pointer {
			return a
		}
	}
	a.t.Errorf("%s: nothing points at %s\n%s", a.about, pointer, shorten(a.Body))
	return a
}

// at returns a value of the answer: the names of fields, and indexes.
func (a answer) at(path ...any) any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		a.t.Fatalf("%s: %v\n%s", a.about, err, shorten(a.Body))
	}
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				a.t.Fatalf("%s: there is no %v\n%s", a.about, path, shorten(a.Body))
			}
			v = l[s]
		}
	}
	return v
}

func (a answer) text(path ...any) string {
	a.t.Helper()
	s, ok := a.at(path...).(string)
	if !ok {
		a.t.Fatalf("%s: %v is no text\n%s", a.about, path, shorten(a.Body))
	}
	return s
}

func (a answer) list(path ...any) []any {
	a.t.Helper()
	l, ok := a.at(path...).([]any)
	if !ok {
		a.t.Fatalf("%s: %v is no list\n%s", a.about, path, shorten(a.Body))
	}
	return l
}

// item returns the item of a list whose field has that value.
func (a answer) item(field, value string) map[string]any {
	a.t.Helper()
	for _, i := range a.list("items") {
		if m := i.(map[string]any); m[field] == value {
			return m
		}
	}
	a.t.Fatalf("%s: no item has %s %q\n%s", a.about, field, value, shorten(a.Body))
	return nil
}

func (a answer) tag() string { return a.Header.Get("ETag") }

func shorten(b []byte) string {
	if len(b) > 1500 {
		return string(b[:1500]) + "…"
	}
	return string(b)
}
