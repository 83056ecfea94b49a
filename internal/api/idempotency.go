package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

const (
	headerIdempotencyKey = "Idempotency-Key"
	maxIdempotencyKey    = 200
)

// idempotent runs the handler, once for all requests of a person with the same
// Idempotency-Key: a repetition gets the first one's answer, another request
// with the key is refused with 422, and one that comes while the first is
// running with 409. An answer is kept when something was done; a refused
// request gives its key back.
func (h *Handlers) idempotent(r route, c echo.Context, actor authz.Actor) error {
	key := c.Request().Header.Get(headerIdempotencyKey)
	if r.method != http.MethodPost || key == "" || actor.IsZero() { // what anybody may post changes nothing
		return r.handle(h, c, actor)
	}
	if len(key) > maxIdempotencyKey || !plain(key) {
		return problem.Malformed("An Idempotency-Key is a text of at most " + strconv.Itoa(maxIdempotencyKey) + " characters")
	}
	sum, err := fingerprint(r, c)
	if err != nil {
		return err
	}
	key = "api:" + key // forms of the pages have keys of their own
	ctx := c.Request().Context()
	kept, seen, err := h.svc.BeginIdempotent(ctx, actor, key, sum)
	switch {
	case err != nil:
		return err
	case !seen:
		return h.first(r, c, actor, key, sum)
	case kept.Fingerprint != sum:
		p := problem.Of(countersign.Refuse(countersign.Invalid, "This Idempotency-Key was used for another request. Send a new key"))
		return p
	case !kept.Done:
		c.Response().Header().Set("Retry-After", "1")
		return countersign.Refuse(countersign.Conflict, "A request with this Idempotency-Key is still running. Ask again in a moment")
	}
	for name, value := range kept.Header {
		c.Response().Header().Set(name, value)
	}
	return writeBody(c, kept.Status, kept.Body)
}

// first runs the handler and keeps its answer, or gives the key back.
func (h *Handlers) first(r route, c echo.Context, actor authz.Actor, key, sum string) error {
	// The client may be gone by the time; what was done must be remembered.
	ctx := context.WithoutCancel(c.Request().Context())
	done := false
	defer func() {
		if !done {
			if err := h.svc.ForgetKey(ctx, actor, key); err != nil {
				c.Logger().Error(err) // the key comes free by itself, minutes later
			}
		}
	}()
	writer := c.Response().Writer
	held := &holder{ResponseWriter: writer}
	c.Response().Writer = held
	err := r.handle(h, c, actor)
	c.Response().Writer = writer
	if err != nil || !c.Response().Committed {
		return err
	}
	answer := service.Answer{Fingerprint: sum, Status: c.Response().Status, Header: map[string]string{}, Body: held.body.Bytes()}
	for _, name := range []string{echo.HeaderContentType, echo.HeaderLocation, "ETag"} {
		if v := c.Response().Header().Get(name); v != "" {
			answer.Header[name] = v
		}
	}
	if instead, ok := c.Get(keptInstead).([]byte); ok {
		answer.Body = instead
	}
	if err := h.svc.KeepAnswer(ctx, actor, key, answer); err != nil {
		c.Response().Committed = false // nothing has been sent yet
		return err
	}
	done = true
	writer.WriteHeader(c.Response().Status)
	_, err = writer.Write(held.body.Bytes())
	return err
}

// keptInstead is the name under which a handler leaves what to keep instead of
// its answer, which holds a secret.
const keptInstead = "kept instead"

// holder holds an answer back until it is kept.
type holder struct {
	http.ResponseWriter
	body bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (h *holder) WriteHeader(int) {}

// Write implements io.Writer.
func (h *holder) Write(b []byte) (int, error) { return h.body.Write(b) }

// fingerprint tells requests apart. Of a form with a file it takes the file and
// not the boundary, which differs each time.
func fingerprint(r route, c echo.Context) (string, error) {
	req := c.Request()
	hash := sha256.New()
	// A body may hold a password. With the token in it, which is kept nowhere, what
	// is kept of the request doesn't tell.
	io.WriteString(hash, req.Header.Get(echo.HeaderAuthorization)+"\n")                                //nolint:errcheck // a hash takes everything
	io.WriteString(hash, req.Method+"\n"+req.URL.RequestURI()+"\n"+req.Header.Get(headerIfMatch)+"\n") //nolint:errcheck // a hash takes everything
	if r.upload {
		file, err := formFile(c)
		if err != nil {
			return "", err
		}
		defer file.Close()
		io.WriteString(hash, file.name+"\n") //nolint:errcheck // a hash takes everything
		if _, err := io.Copy(hash, file); err != nil {
			return "", err
		}
		return hex.EncodeToString(hash.Sum(nil)), nil
	}
	body, err := readLimited(c, maxBody)
	if err != nil {
		return "", err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	hash.Write(body)
	return hex.EncodeToString(hash.Sum(nil)), nil
}
