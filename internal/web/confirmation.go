package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"countersign/internal/service"
	"countersign/internal/view"
)

// confirmable lets a posted form say what of it doesn't identify a patient:
// every form does so in the same way, see templates/components/privacy-check.html.
func confirmable(c echo.Context) {
	f := formOf(c)
	said := &service.Confirmation{Reason: f.text(view.PrivacyReason)}
	if f.bool(view.PrivacyTick) {
		said.Findings = f.Values[view.PrivacyFinding]
	}
	c.SetRequest(c.Request().WithContext(service.WithConfirmation(c.Request().Context(), said)))
}

// privacyCheck returns what a page asks about the form that it shows again:
// what was found this time, and what was confirmed with it.
func privacyCheck(c echo.Context, wrong view.Errors) view.PrivacyCheck {
	said := service.ConfirmationOf(c.Request().Context())
	check := view.PrivacyCheck{Path: c.Request().URL.Path, Reason: said.Reason, Error: wrong.Of(view.PrivacyReason), Ticked: len(said.Asked) == 0}
	for _, d := range slices.Concat(said.Asked, said.Confirmed) {
		text := d.Marked
		if text != "" {
			text = "“" + text + "”, "
		}
		check.Findings = append(check.Findings, view.PrivacyFind{Digest: d.Digest, Text: text + service.DoubtPhrase(d.Kind)})
	}
	return check
}
