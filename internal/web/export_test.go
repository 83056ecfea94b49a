package web

import (
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
)

import "strings"

// Resolves reports whether a page answers that method and path.
func Resolves(method, path string) bool {
	for _, r := range routes {
		if r.method == method && matches(r.path, path) {
			return true
		}
	}
	return false
}

func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, part := range want {
		switch {
		case part == "*":
			return true
		case i >= len(got) || strings.HasPrefix(part, ":") && got[i] == "" || !strings.HasPrefix(part, ":") && part != got[i]:
			return false
		}
	}
	return len(want) == len(got)
}

// ReadForm reads a posted form as a handler does, its files too, and returns
// the date, the number and the text of a field.
func ReadForm(req *http.Request, field string) (countersign.Date, int, string, error) {
	c := echo.New().NewContext(req, httptest.NewRecorder())
	if err := parseForm(c, true, false); err != nil {
		return countersign.Date{}, 0, "", err
	}
	f := formOf(c)
	var p countersign.Problems
	return f.date(field, &p), f.number(field), f.text(field), p.Err()
}

// LocalPath is where a sign-in with that "next" leads.
var LocalPath = localPath
