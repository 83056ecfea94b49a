package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// newReport handles GET /evidence/:id/report.
func (h *Handlers) newReport(c echo.Context, actor authz.Actor) error {
	known, err := h.svc.Evidence(c.Request().Context(), actor, countersign.EvidenceID(c.Param("id")))
	if err != nil {
		return err
	}
	if !known.MayReport {
		return h.redirect(c, "", evidencePath(known.Evidence.ID))
	}
	return h.render(c, http.StatusOK, actor, view.NewReportPage(known.Evidence, nil, false))
}

// createReport handles POST /evidence/:id/report.
func (h *Handlers) createReport(c echo.Context, actor authz.Actor) error {
	f, id := formOf(c), countersign.EvidenceID(c.Param("id"))
	err := h.svc.ReportEvidence(c.Request().Context(), actor, id, service.ReportInput{Version: f.number("version"), Reason: f.text("reason")})
	if err == nil {
		return h.redirect(c, "Reported. It is hidden until the report is closed, and its author is told.", evidencePath(id))
	}
	known, readErr := h.svc.Evidence(c.Request().Context(), actor, id)
	if readErr != nil {
		return readErr
	}
	if !known.MayReport {
		return h.evidenceAgain(c, actor, id, err)
	}
	page := view.NewReportPage(known.Evidence, nil, false)
	page.Reason = f.text("reason")
	return h.again(c, actor, page, err)
}

// newReportClosure handles GET /evidence/:id/report-closure.
func (h *Handlers) newReportClosure(c echo.Context, actor authz.Actor) error {
	page, err := h.closurePage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// closurePage returns the page for whoever may close the report; to the GP
// supervisor it shows nothing of a piece that isn't redacted yet.
func (h *Handlers) closurePage(c echo.Context, actor authz.Actor) (*view.ReportPage, error) {
	e, r, mayRelease, err := h.svc.OpenReport(c.Request().Context(), actor, countersign.EvidenceID(c.Param("id")))
	return view.NewReportPage(e, &r, mayRelease), err
}

// createReportClosure handles POST /evidence/:id/report-closure.
func (h *Handlers) createReportClosure(c echo.Context, actor authz.Actor) error {
	f, id := formOf(c), countersign.EvidenceID(c.Param("id"))
	err := h.svc.CloseReport(c.Request().Context(), actor, id, service.CloseReportInput{
		Outcome: countersign.ReportOutcome(f.text("outcome")), Reason: f.text("reason"),
	})
	if err == nil {
		return h.redirect(c, "The report is closed. The piece is no longer hidden.", evidencePath(id))
	}
	page, readErr := h.closurePage(c, actor)
	if readErr != nil {
		return readErr
	}
	page.Reason = f.text("reason")
	return h.again(c, actor, page, err)
}
