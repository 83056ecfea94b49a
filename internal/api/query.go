package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
)

// How many items a list has on a page.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// query reads the parameters of a list and gathers what is wrong with them.
type query struct {
	c echo.Context
	p countersign.Problems
}

func queryOf(c echo.Context) *query { return &query{c: c} }

// err returns the problem of everything that was wrong, nil if nothing was.
func (q *query) err() error { return unprocessable(q.p) }

func (q *query) text(name string) string { return strings.TrimSpace(q.c.QueryParam(name)) }

// limit returns how many items to give.
func (q *query) limit() int {
	s := q.text("limit")
	if s == "" {
		return defaultLimit
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxLimit {
		q.p.Add("limit", fmt.Sprintf("The limit must be between 1 and %d", maxLimit))
	}
	return n
}

// code returns the code of an organisation; codes are upper case.
func (q *query) code(name string) string { return strings.ToUpper(q.text(name)) }

func (q *query) cursor() string { return q.text("cursor") }

func (q *query) date(name string) countersign.Date {
	s := q.text(name)
	if s == "" {
		return countersign.Date{}
	}
	d, err := countersign.ParseDate(s)
	if err != nil {
		q.p.Add(name, "Send a date that exists, such as 2026-03-27")
	}
	return d
}

func (q *query) bool(name string) bool {
	switch q.text(name) {
	case "true":
		return true
	case "", "false":
	default:
		q.p.Add(name, "Send true or false")
	}
	return false
}

// oneOf returns a parameter that must be one of the words; empty if it is left
// out.
func oneOf[T ~string](q *query, name string, words []T) T {
	s := T(q.text(name))
	if s != "" && !slices.Contains(words, s) {
		q.p.Add(name, "Send one of "+listed(words))
	}
	return s
}

// anyOf returns the words of a parameter that may be repeated.
func anyOf[T ~string](q *query, name string, words []T) []T {
	var out []T
	for _, value := range q.c.QueryParams()[name] {
		word := T(strings.TrimSpace(value))
		switch {
		case word == "" || slices.Contains(out, word):
		case slices.Contains(words, word):
			out = append(out, word)
		default:
			q.p.Add(name, "Send it once for each of "+listed(words))
			return nil
		}
	}
	return out
}

func listed[T ~string](words []T) string {
	names := make([]string, len(words))
	for i, w := range words {
		names[i] = string(w)
	}
	return strings.Join(names, ", ")
}
