package api

import (
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

// Roles and namings change in one thing only, their last day, so that is what
// their version is made of.

const openEnd = "open"

// endVersion is the version of something that ends on that day.
func endVersion(to countersign.Date) string {
	if to.IsZero() {
		return openEnd
	}
	return strings.ReplaceAll(to.String(), "-", "") // an ETag's version ends at a hyphen
}

// readEnd reads a request that sets a last day.
func readEnd(c echo.Context) (to countersign.Date, m match, err error) {
	var in struct {
		To countersign.Date `json:"to"`
	}
	if m, err = ifMatch(c); err != nil {
		return to, m, err
	}
	err = decodeJSON(c, &in)
	return in.To, m, err
}

// tryEnd calls do with each last day that If-Match allows, nil for any, until
// one is the present one. When all are stale it is refused with 412.
func (m match) tryEnd(do func(seen *countersign.Date) error) error {
	if m.any {
		return fresh(do(nil))
	}
	for _, version := range m.versions {
		var seen countersign.Date
		if version != openEnd {
			var err error
			if seen, err = countersign.ParseDate(dashed(version)); err != nil {
				continue // no ETag of ours
			}
		}
		if err := do(&seen); !service.IsStale(err) {
			return err
		}
	}
	return problem.StaleMatch()
}

// dashed turns 20260327 into 2026-03-27.
func dashed(s string) string {
	if len(s) != 8 {
		return ""
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:]
}
