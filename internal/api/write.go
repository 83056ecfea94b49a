package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
)

// writeJSON answers with v. The content type may have been set before.
func writeJSON(c echo.Context, status int, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return writeBody(c, status, body)
}

func writeBody(c echo.Context, status int, body []byte) error {
	contentType := c.Response().Header().Get(echo.HeaderContentType)
	if contentType == "" {
		contentType = echo.MIMEApplicationJSON
	}
	return c.Blob(status, contentType, body)
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("api: encode %T: %w", v, err)
	}
	return b.Bytes(), nil
}

// writeResource answers with a resource that has a version, and its ETag:
// `"7-3fa9c2d1"`, the version that If-Match is held against and a part of the
// content's hash, since counters, names and the passing of time change what is
// shown without being a change that somebody's own could overwrite. A GET that
// names it in If-None-Match is answered 304.
func writeResource(c echo.Context, status int, version string, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	tag := `"` + version + "-" + hex.EncodeToString(sum[:4]) + `"`
	if notModified(c, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return writeBody(c, status, body)
}

// created is writeResource for something new at a path of its own.
func created(c echo.Context, path, version string, v any) error {
	c.Response().Header().Set(echo.HeaderLocation, base+path)
	return writeResource(c, http.StatusCreated, version, v)
}

// page is a list, or a part of one.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"` // cursor of the next page; empty at the end
}

// writePage answers with a page of a list; next is the cursor of the one that
// follows.
func writePage[T any](c echo.Context, items []T, next string) error {
	if items == nil {
		items = []T{}
	}
	if next != "" {
		query := url.Values{}
		for name, values := range c.QueryParams() {
			query[name] = values
		}
		query.Set("cursor", next)
		c.Response().Header().Set("Link", "<"+c.Request().URL.EscapedPath()+"?"+query.Encode()+`>; rel="next"`)
	}
	return writeJSON(c, http.StatusOK, page[T]{items, next})
}

// each maps a list, never to nil.
func each[T, U any](list []T, to func(T) U) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = to(v)
	}
	return out
}

// listOf is a list that is never null.
func listOf[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// moment is a time in JSON: RFC 3339 in UTC, null for none.
type moment time.Time

// MarshalJSON implements json.Marshaler.
func (m moment) MarshalJSON() ([]byte, error) {
	t := time.Time(m)
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(t.UTC().Format(`"` + time.RFC3339Nano + `"`)), nil
}

// day is a civil date in JSON: YYYY-MM-DD, null for none.
type day countersign.Date

// MarshalJSON implements json.Marshaler.
func (d day) MarshalJSON() ([]byte, error) {
	if countersign.Date(d).IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + countersign.Date(d).String() + `"`), nil
}

// word is text that is null when there is none.
type word string

// MarshalJSON implements json.Marshaler.
func (w word) MarshalJSON() ([]byte, error) {
	if w == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(w))
}

func itoa(n int) string { return strconv.Itoa(n) }
