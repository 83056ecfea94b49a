package web

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/calendar"
	"countersign/internal/service"
)

// downloadCalendar handles GET /calendar.ics: what is due among the actor's
// apprentices, or for themselves.
func (h *Handlers) downloadCalendar(c echo.Context, actor authz.Actor) error {
	days, err := h.svc.Calendar(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	events := make([]calendar.Event, len(days))
	for i, d := range days {
		uid := strings.Join([]string{d.Kind, string(d.Apprenticeship), d.Competency}, "-") + "@countersign"
		if d.Kind == service.CalendarReview {
			uid = d.Kind + "-" + string(d.Apprenticeship) + "-" + d.On.String() + "@countersign"
		}
		events[i] = calendar.Event{UID: uid, On: d.On, Title: calendarTitle(d)}
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, attachmentName("countersign.ics"))
	var b bytes.Buffer
	if err := calendar.Write(&b, "Countersign", h.now(), events); err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", b.Bytes())
}

func calendarTitle(d service.CalendarDay) string {
	switch d.Kind {
	case service.CalendarReview:
		return "Progress review due: " + d.ApprenticeName
	case "return":
		return "Return from a break expected: " + d.ApprenticeName
	case "expiry":
		return d.Competency + " expires after today: " + d.ApprenticeName
	}
	return "Planned end of the programme: " + d.ApprenticeName
}
