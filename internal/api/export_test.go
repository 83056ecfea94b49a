package api

import (
	"countersign/internal/service"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/labstack/echo/v4"
)

// Route is a route as the tests see it.
type Route struct {
	Method, Path string // as in the OpenAPI document
	Public       bool
	Probed       bool
}

// Routes returns the route table.
func Routes() []Route {
	all := make([]Route, len(routes))
	for i, r := range routes {
		all[i] = Route{Method: r.method, Path: documented(r.path), Public: r.access == public, Probed: r.probe != nil}
	}
	return all
}

// Operations returns the operations of the document as "METHOD path".
func Operations() ([]string, error) {
	doc, err := document()
	if err != nil {
		return nil, err
	}
	var all []string
	for path, item := range at(doc, "paths") {
		for _, method := range methods {
			if _, ok := item.(tree)[method]; ok {
				all = append(all, strings.ToUpper(method)+" "+path)
			}
		}
	}
	return all, nil
}

// NotAllowed is the name of the routes that answer 405.
const NotAllowed = notAllowed

// Decode reads a body as handlers do.
func Decode(body []byte, into any) error { return decodeBody(&service.Confirmation{}, body, into) }

// HalfSurrogate is halfSurrogate.
func HalfSurrogate(body []byte) bool { return halfSurrogate(body) }

// CASERoutes returns the paths of the binding of CASE.
func CASERoutes() []string {
	paths := []string{}
	for _, r := range caseRoutes {
		paths = append(paths, documentedCASE(r.path))
	}
	return append(paths, CASEDiscovery)
}

// TryIfMatch returns the versions that a change with the request's If-Match is
// tried with, and what refuses it.
func TryIfMatch(req *http.Request) ([]int, error) {
	c := echo.New().NewContext(req, httptest.NewRecorder())
	notModified(c, `"3"`)
	if _, err := seen(c, 3); err != nil {
		return nil, err
	}
	m, err := ifMatch(c)
	if err != nil {
		return nil, err
	}
	var tried []int
	return tried, m.try(func(version int) error { tried = append(tried, version); return nil })
}
