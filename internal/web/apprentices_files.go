package web

import (
	"net/http"
	"os"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/service"
)

var apprenticesHeader = []string{
	"apprentice", "email", "practice_code", "practice", "hub", "framework", "version", "cohort", "state", "start_date", "planned_end_date", "overdue",
	"signed_off", "in_scope", "core_signed_off", "core", "last_activity", "waiting", "oldest_waiting", "gp_supervisor", "gp_supervisor_email",
	"secondary_mentor", "secondary_mentor_email", "funding_year", "on_break_since", "return_expected_on", "return_overdue", "last_learning_on", "flag",
}

// everyApprentice yields the whole list, page after page.
func (h *Handlers) everyApprentice(c echo.Context, actor authz.Actor, today countersign.Date) func(yield func([]any, error) bool) {
	_, filter := apprenticesFilter(c.QueryParams())
	filter.Limit, filter.Cursor = 200, ""
	return func(yield func([]any, error) bool) {
		for {
			rows, next, err := h.svc.Apprenticeships(c.Request().Context(), actor, filter)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, r := range rows {
				if !yield(apprenticeRecord(r, today), nil) {
					return
				}
			}
			if next == "" {
				return
			}
			filter.Cursor = next
		}
	}
}

// downloadApprentices handles GET /apprenticeships.csv.
func (h *Handlers) downloadApprentices(c echo.Context, actor authz.Actor) error {
	today := countersign.LondonDate(h.now())
	return sendCSV(c, "apprentices-"+today.String(), apprenticesHeader, h.everyApprentice(c, actor, today))
}

// downloadApprenticesBook handles GET /apprenticeships.xlsx.
func (h *Handlers) downloadApprenticesBook(c echo.Context, actor authz.Actor) error {
	today := countersign.LondonDate(h.now())
	sheet := interchange.Sheet{Name: "Apprentices", Rows: h.everyApprentice(c, actor, today)}
	for _, name := range apprenticesHeader {
		sheet.Columns = append(sheet.Columns, interchange.SheetColumn{Name: name, Width: float64(max(len(name)+2, 14))})
	}
	return sendBook(c, "apprentices-"+today.String(), sheet)
}

// sendBook answers with sheets as a workbook. It waits in a file until it is
// whole, so that neither an error nor a slow reader holds anything up.
func sendBook(c echo.Context, name string, sheets ...interchange.Sheet) error {
	file, err := os.CreateTemp("", "countersign-book-*.xlsx")
	if err != nil {
		return err
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	if err := interchange.WriteWorkbook(c.Request().Context(), file, sheets...); err != nil {
		return err
	}
	if _, err := file.Seek(0, 0); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`.xlsx"`)
	return c.Stream(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", file)
}

func apprenticeRecord(r service.ApprenticeshipRow, today countersign.Date) []any {
	return []any{
		r.ApprenticeName, r.ApprenticeEmail, r.PracticeCode, r.PracticeName, r.HubName, r.FrameworkID, r.FrameworkVersion, r.Cohort, string(r.State),
		r.StartOn, r.PlannedEndOn, r.Overdue(today), r.SignedOff, r.InScope, r.CoreSignedOff, r.Core,
		countersign.LondonDate(r.LastActivityAt), r.Waiting, countersign.LondonDate(r.OldestWaiting),
		r.SupervisorName, r.SupervisorEmail, r.MentorName, r.MentorEmail,
		r.FundingYear, r.OnBreakSince, r.ReturnExpectedOn, r.ReturnOverdue(today), r.LastLearningOn, string(r.Flag),
	}
}
