package problem_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/problem"
)

func TestOf(t *testing.T) {
	t.Parallel()
	const said = "You cannot sign off your own competency"
	for _, tc := range []struct {
		kind   countersign.Kind
		status int
		typ    string
	}{
		{countersign.Invalid, 422, "urn:countersign:problem:invalid"},
		{countersign.Unauthenticated, 401, "urn:countersign:problem:unauthenticated"},
		{countersign.NotFound, 404, "urn:countersign:problem:not-found"},
		{countersign.Forbidden, 403, "urn:countersign:problem:forbidden"},
		{countersign.Conflict, 409, "urn:countersign:problem:conflict"},
		{countersign.TooMany, 429, "urn:countersign:problem:too-many"},
	} {
		err := fmt.Errorf("service: sign off: %w", countersign.Refuse(tc.kind, said))
		got := problem.Of(err)
		if got.Status != tc.status || got.Type != tc.typ || got.Detail != said || got.Title == "" {
			t.Errorf("kind %v: %+v", tc.kind, got)
		}
	}
}

func TestInternalSaysNothing(t *testing.T) {
	t.Parallel()
	const secret = "pq: password authentication failed for asha@example.org"
	for name, err := range map[string]error{
		"plain":        errors.New(secret),
		"wrapped":      fmt.Errorf("store: %w", errors.New(secret)),
		"by kind":      countersign.Refuse(countersign.Internal, secret),
		"unknown kind": countersign.Refuse(countersign.Kind(99), secret),
		"kind zero":    &countersign.Error{Message: secret},
	} {
		p := problem.Of(err)
		b, _ := json.Marshal(p)
		if p.Status != 500 || strings.Contains(string(b), "pq:") || strings.Contains(string(b), "asha") {
			t.Errorf("%s: %s", name, b)
		}
	}
}

func TestOfNil(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(problem.Problem{}, problem.Of(nil)); diff != "" {
		t.Error(diff)
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	var problems countersign.Problems
	problems.Add("title", "Enter a title")
	problems.Add("competencies.0.code", "Choose a competency of the framework")
	p := problem.Of(problems.Err())
	p.RequestID = "r1"
	got, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"urn:countersign:problem:invalid","title":"Some of what was sent can’t be accepted","status":422,` +
		`"detail":"Enter a title","request_id":"r1","errors":[{"pointer":"#/title","detail":"Enter a title"},` +
		`{"pointer":"#/competencies/0/code","detail":"Choose a competency of the framework"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if fields := problem.Fields(fmt.Errorf("web: %w", problems.Err())); len(fields) != 2 || fields[1].Field != "competencies.0.code" {
		t.Errorf("Fields() = %v", fields)
	}
	if problem.Fields(errors.New("x")) != nil {
		t.Error("an error without fields has fields")
	}
}

func TestEdge(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		p      problem.Problem
		status int
	}{
		{problem.Malformed(""), 400},
		{problem.MethodNotAllowed(), 405},
		{problem.StaleMatch(), 412},
		{problem.TooLarge(""), 413},
		{problem.UnsupportedMediaType(""), 415},
		{problem.MissingMatch(), 428},
		{problem.Unavailable(""), 503},
	} {
		if tc.p.Status != tc.status || tc.p.Detail == "" || !strings.HasPrefix(tc.p.Type, "urn:countersign:problem:") {
			t.Errorf("%+v, want status %d", tc.p, tc.status)
		}
		if diff := cmp.Diff(tc.p, problem.Of(fmt.Errorf("api: %w", tc.p))); diff != "" {
			t.Errorf("Of() changed it (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(tc.p, problem.OfStatus(tc.status)); diff != "" {
			t.Errorf("OfStatus(%d) (-want +got):\n%s", tc.status, diff)
		}
	}
	if got := problem.Malformed("line 1: a comma is missing").Detail; got != "line 1: a comma is missing" {
		t.Errorf("detail %q", got)
	}
	if got := problem.Of(fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 5})); got.Status != 413 {
		t.Errorf("a body over the limit: %+v", got)
	}
	for status, want := range map[int]string{
		404: "urn:countersign:problem:not-found", 401: "urn:countersign:problem:unauthenticated",
		500: "urn:countersign:problem:internal", 0: "urn:countersign:problem:internal", 302: "urn:countersign:problem:internal",
		418: "about:blank",
	} {
		if got := problem.OfStatus(status); got.Type != want {
			t.Errorf("OfStatus(%d) = %+v, want type %s", status, got, want)
		}
	}
}

func TestPointer(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"":                    "#",
		"title":               "#/title",
		"competencies.0.code": "#/competencies/0/code",
		"details.a/b":         "#/details/a~1b",
		"details.a~b":         "#/details/a~0b",
		"details.a b":         "#/details/a%20b",
		"details.Ł%":          "#/details/%C5%81%25",
	} {
		got := problem.Pointer(field)
		if got != want {
			t.Errorf("Pointer(%q) = %s, want %s", field, got, want)
		}
		if _, err := url.Parse(got); err != nil {
			t.Errorf("Pointer(%q) = %s: %v", field, got, err)
		}
	}
}
