package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

const (
	headerIfMatch     = "If-Match"
	headerIfNoneMatch = "If-None-Match"
)

// match is what a request's If-Match allows.
type match struct {
	any      bool     // no header where none is needed, or "*"
	versions []string // of the strong ETags named
}

// ifMatch reads If-Match. A change needs it: without one it is refused with
// 428. A POST may leave it out.
func ifMatch(c echo.Context) (match, error) {
	values := c.Request().Header.Values(headerIfMatch)
	if len(values) == 0 {
		if c.Request().Method == http.MethodPost {
			return match{any: true}, nil
		}
		return match{}, problem.MissingMatch()
	}
	var m match
	for _, tag := range tags(values) {
		if tag == "*" {
			return match{any: true}, nil
		}
		if inner, ok := strings.CutPrefix(tag, `"`); ok { // weak ones never match
			version, _, _ := strings.Cut(strings.TrimSuffix(inner, `"`), "-")
			m.versions = append(m.versions, version)
		}
	}
	return m, nil
}

// tags splits a list of entity tags. Ours hold no comma.
func tags(values []string) []string {
	var out []string
	for _, v := range values {
		for tag := range strings.SplitSeq(v, ",") {
			if tag = strings.TrimSpace(tag); tag != "" {
				out = append(out, tag)
			}
		}
	}
	return out
}

// allows reports whether a resource at that version may be changed.
func (m match) allows(version string) bool {
	if m.any {
		return true
	}
	for _, v := range m.versions {
		if v == version {
			return true
		}
	}
	return false
}

// require is the 412 unless the resource is at a version that is allowed.
func (m match) require(version string) error {
	if !m.allows(version) {
		return problem.StaleMatch()
	}
	return nil
}

// try calls do with each version allowed, 0 for any, until one is the present
// one: a change to a stale version changes nothing. When all are stale it is
// refused with 412.
func (m match) try(do func(version int) error) error {
	if m.any {
		return fresh(do(0))
	}
	for _, v := range m.versions {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			continue // no ETag of ours
		}
		if err = do(n); !service.IsStale(err) {
			return err
		}
	}
	return problem.StaleMatch()
}

// fresh turns the conflict of an older version into a 412.
func fresh(err error) error {
	if service.IsStale(err) {
		p := problem.StaleMatch()
		p.Detail = err.Error()
		return p
	}
	return err
}

// seen returns the version of a competency that a signer saw: from If-Match,
// which also takes the bare number of a list here, or else from the body.
func seen(c echo.Context, body int) (int, error) {
	values := tags(c.Request().Header.Values(headerIfMatch))
	if len(values) == 0 || len(values) == 1 && values[0] == "*" {
		return body, nil
	}
	version, _, _ := strings.Cut(strings.Trim(values[0], `"`), "-")
	n, err := strconv.Atoi(version)
	if err != nil || n < 1 || len(values) > 1 {
		return 0, problem.Of(countersign.Refuse(countersign.Conflict, "This is no version of the competency. Look at it again before you decide"))
	}
	return n, nil
}

// notModified sets the ETag of the answer and reports whether the request has
// that already.
func notModified(c echo.Context, tag string) bool {
	header := c.Response().Header()
	header.Set("ETag", tag)
	header.Set("Cache-Control", "private, no-cache")
	if c.Request().Method != http.MethodGet {
		return false
	}
	for _, t := range tags(c.Request().Header.Values(headerIfNoneMatch)) {
		if t == "*" || strings.TrimPrefix(t, "W/") == tag {
			return true
		}
	}
	return false
}
