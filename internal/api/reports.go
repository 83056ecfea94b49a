package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// reportEvidence handles POST /evidence/:id/report.
func (h *Handlers) reportEvidence(c echo.Context, actor authz.Actor) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.svc.ReportEvidence(c.Request().Context(), actor, evidenceID(c), service.ReportInput{Reason: in.Reason}); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// closeReport handles POST /evidence/:id/report/closure.
func (h *Handlers) closeReport(c echo.Context, actor authz.Actor) error {
	var in struct {
		Outcome countersign.ReportOutcome `json:"outcome"`
		Reason  string                    `json:"reason"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.svc.CloseReport(c.Request().Context(), actor, evidenceID(c), service.CloseReportInput(in)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
