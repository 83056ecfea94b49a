package problem

import (
	"net/http"

	"countersign/internal/countersign"
)

// The refusals below exist only at the edge: the domain knows nothing of
// preconditions, media types or methods. An empty detail gets a plain one.

// Malformed is the 400 for a body or a parameter that can't be read at all.
func Malformed(detail string) Problem {
	return edge(http.StatusBadRequest, "malformed", "The request can’t be read",
		detail, "Check that the body is valid JSON with the documented fields")
}

// MethodNotAllowed is the 405; the caller sets the Allow header.
func MethodNotAllowed() Problem {
	return edge(http.StatusMethodNotAllowed, "method-not-allowed", "Method not allowed",
		"", "This address doesn’t answer that method")
}

// StaleMatch is the 412 for an If-Match that names an older version.
func StaleMatch() Problem {
	return edge(http.StatusPreconditionFailed, "stale", "Something has changed",
		"", "It was changed since you read it. Read it again and repeat your change")
}

// TooLarge is the 413.
func TooLarge(detail string) Problem {
	return edge(http.StatusRequestEntityTooLarge, "too-large", "The request is too large",
		detail, "Send less at once")
}

// UnsupportedMediaType is the 415.
func UnsupportedMediaType(detail string) Problem {
	return edge(http.StatusUnsupportedMediaType, "unsupported-media-type", "Unsupported media type",
		detail, "Send application/json")
}

// MissingMatch is the 428 for a change without the If-Match it needs.
func MissingMatch() Problem {
	return edge(http.StatusPreconditionRequired, "if-match-required", "If-Match is required",
		"", "Read the resource and send its ETag in If-Match")
}

// Unavailable is the 503 for a server that isn't ready, or is stopping.
func Unavailable(detail string) Problem {
	return edge(http.StatusServiceUnavailable, "unavailable", "The service is unavailable",
		detail, "Try again later")
}

// OfStatus returns the problem of a bare HTTP status, as a router makes it
// when no route matched. A status without a problem of its own becomes an
// untyped one (about:blank), and anything below 400 is an Internal one.
func OfStatus(status int) Problem {
	switch status {
	case http.StatusBadRequest:
		return Malformed("")
	case http.StatusMethodNotAllowed:
		return MethodNotAllowed()
	case http.StatusPreconditionFailed:
		return StaleMatch()
	case http.StatusRequestEntityTooLarge:
		return TooLarge("")
	case http.StatusUnsupportedMediaType:
		return UnsupportedMediaType("")
	case http.StatusPreconditionRequired:
		return MissingMatch()
	case http.StatusServiceUnavailable:
		return Unavailable("")
	}
	for kind, k := range kinds {
		if kind == countersign.Unproved { // of somebody known, which only the service says
			continue
		}
		if k.status == status || status < http.StatusBadRequest && k.status == http.StatusInternalServerError {
			return Problem{Type: urn + k.name, Title: k.title, Status: k.status}
		}
	}
	return Problem{Type: "about:blank", Title: http.StatusText(status), Status: status}
}

func edge(status int, name, title, detail, otherwise string) Problem {
	if detail == "" {
		detail = otherwise
	}
	return Problem{Type: urn + name, Title: title, Status: status, Detail: detail}
}
