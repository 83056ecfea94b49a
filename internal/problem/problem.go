// Package problem says once what an error means outside: the status, the
// title, and the RFC 9457 document of a REST answer. Pages use the same
// statuses and words.
package problem

import (
	"errors"
	"net/http"
	"strings"

	"countersign/internal/countersign"
)

// ContentType is that of a problem document.
const ContentType = "application/problem+json"

// Problem is an RFC 9457 problem document. Everything in it may be shown. It
// is also an error, so that a handler can return one of the refusals that only
// the edge knows (StaleMatch and the like); the type names the kind of problem
// for programs and never changes.
type Problem struct {
	Type      string  `json:"type"`
	Title     string  `json:"title"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail,omitempty"`
	RequestID string  `json:"request_id,omitempty"` // filled in by the caller
	Errors    []Field `json:"errors,omitempty"`
}

// Field is what is wrong with one value of the request.
type Field struct {
	Pointer string `json:"pointer"` // JSON pointer into the body, as a fragment: "#/competencies/0/code"
	Detail  string `json:"detail"`
	Kind    string `json:"kind,omitempty"`    // of what could identify a patient: "name", "date_of_birth" ...
	Finding string `json:"finding,omitempty"` // what a confirmation in the body calls it
}

// Error implements the error interface.
func (p Problem) Error() string {
	if p.Detail == "" {
		return p.Title
	}
	return p.Title + ": " + p.Detail
}

// Kind is the end of the problem's type, for logs; empty if it has none of its
// own.
func (p Problem) Kind() string {
	name, own := strings.CutPrefix(p.Type, urn)
	if !own {
		return ""
	}
	return name
}

// urn begins every problem type. It is a name and not an address: the product
// runs on many hosts and owns none.
const urn = "urn:countersign:problem:"

// Unproved is the kind of the problem of somebody known who has to prove
// afresh who they are.
const Unproved = "unproved"

// kinds maps each kind of refusal to its status, the end of its type, and its
// title.
var kinds = map[countersign.Kind]struct {
	status      int
	name, title string
}{
	countersign.Invalid:         {http.StatusUnprocessableEntity, "invalid", "Some of what was sent can’t be accepted"},
	countersign.Unauthenticated: {http.StatusUnauthorized, "unauthenticated", "Sign in to continue"},
	countersign.NotFound:        {http.StatusNotFound, "not-found", "Not found"},
	countersign.Forbidden:       {http.StatusForbidden, "forbidden", "Not allowed"},
	countersign.Conflict:        {http.StatusConflict, "conflict", "Something has changed"},
	countersign.TooMany:         {http.StatusTooManyRequests, "too-many", "Too many tries"},
	countersign.Unproved:        {http.StatusUnauthorized, Unproved, "Prove that it is you"},
	countersign.Unavailable:     {http.StatusServiceUnavailable, "unavailable", "The service is unavailable"},
	countersign.Internal:        {http.StatusInternalServerError, "internal", "Sorry, there is a problem with the service"},
}

// Of returns what to tell the outside about err. An error that isn't a
// refusal in the user's words becomes a 500 that says nothing about it.
// Of(nil) is the zero Problem.
func Of(err error) Problem {
	if err == nil {
		return Problem{}
	}
	var p Problem
	if errors.As(err, &p) {
		return p
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return TooLarge("")
	}
	kind := countersign.KindOf(err)
	k, ok := kinds[kind]
	if !ok || kind == countersign.Internal {
		k = kinds[countersign.Internal]
		return Problem{Type: urn + k.name, Title: k.title, Status: k.status}
	}
	var e *countersign.Error
	errors.As(err, &e)
	p = Problem{Type: urn + k.name, Title: k.title, Status: k.status, Detail: e.Message}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, Field{Pointer: Pointer(f.Field), Detail: f.Message, Kind: f.Kind, Finding: f.Finding})
	}
	return p
}

// Fields returns the field errors of err, for a page's error summary; nil if
// it has none.
func Fields(err error) []countersign.FieldError {
	var e *countersign.Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

// Pointer turns the name of an input into a JSON pointer in the fragment form
// of RFC 6901: "competencies.0.code" becomes "#/competencies/0/code". An empty
// name points at the whole body, "#".
func Pointer(field string) string {
	if field == "" {
		return "#"
	}
	var b strings.Builder
	b.WriteByte('#')
	for part := range strings.SplitSeq(field, ".") {
		b.WriteByte('/')
		for i := range len(part) {
			switch c := part[i]; {
			case c == '~':
				b.WriteString("~0")
			case c == '/':
				b.WriteString("~1")
			case unescaped(c):
				b.WriteByte(c)
			default:
				const hex = "0123456789ABCDEF"
				b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			}
		}
	}
	return b.String()
}

// unescaped reports whether c stands for itself in a URI fragment (RFC 3986).
func unescaped(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("-._!$&'()*+,;=:@?", c) >= 0
}
