package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// showTimetable handles GET /apprenticeships/:id/sessions.
func (h *Handlers) showTimetable(c echo.Context, actor authz.Actor) error {
	app, sessions, err := h.svc.Timetable(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	page := view.NewTimetablePage(app, actor.ID() == app.Apprentice)
	page.Today = countersign.LondonDate(h.now())
	for _, s := range sessions {
		page.Sessions = append(page.Sessions, view.TimetableRow(s))
	}
	return h.render(c, http.StatusOK, actor, page)
}

// listSessions handles GET /sessions.
func (h *Handlers) listSessions(c echo.Context, actor authz.Actor) error {
	sessions, err := h.svc.Sessions(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	page := view.NewSessionsPage()
	page.Sessions, page.Today = sessions, countersign.LondonDate(h.now())
	if page.Titles, err = h.frameworkTitles(c.Request().Context()); err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// sessionForm returns the form, for whoever may hold sessions.
func (h *Handlers) sessionForm(c echo.Context, actor authz.Actor) (*view.SessionFormPage, error) {
	ctx := c.Request().Context()
	if err := h.svc.PermittedAnywhere(ctx, actor, authz.HoldSessions); err != nil {
		return nil, err
	}
	page := view.NewSessionFormPage()
	hubs, err := h.svc.HubsLed(ctx, actor)
	if err != nil {
		return nil, err
	}
	if len(hubs) > 1 {
		page.Hubs = []view.Option{{Text: "Select a training hub"}}
		for _, hub := range hubs {
			page.Hubs = append(page.Hubs, view.Option{Value: hub.Code, Text: hub.Name})
		}
	}
	page.Frameworks = []view.Option{{Text: "Select a programme"}}
	rows, err := h.svc.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	offered := map[string]bool{}
	for _, r := range rows {
		f, err := h.svc.Framework(ctx, r.ID, r.Version)
		if err != nil {
			return nil, err
		}
		if f.Classroom && !offered[f.ID] {
			offered[f.ID] = true
			page.Frameworks = append(page.Frameworks, view.Option{Value: f.ID, Text: f.Title})
		}
	}
	return page, nil
}

// newClassroomSession handles GET /sessions/new.
func (h *Handlers) newClassroomSession(c echo.Context, actor authz.Actor) error {
	page, err := h.sessionForm(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// createClassroomSession handles POST /sessions/new.
func (h *Handlers) createClassroomSession(c echo.Context, actor authz.Actor) error {
	page, err := h.sessionForm(c, actor)
	if err != nil {
		return err
	}
	in, read := sessionInput(formOf(c), page)
	s, err := h.svc.AddSession(c.Request().Context(), actor, in)
	if err = both(read, err); err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, s.Title+" is on the timetable.", "/sessions")
}

// sessionInput reads the form, and keeps what was typed on the page.
func sessionInput(f form, page *view.SessionFormPage) (service.SessionInput, countersign.Problems) {
	page.Name, page.Framework, page.Cohort, page.On = f.text("title"), f.Get("framework"), f.text("cohort"), f.dateValue("on")
	page.Starts, page.Minutes, page.Place, page.Materials = f.text("starts"), f.text("minutes"), f.text("place"), f.text("materials")
	page.Hub = f.Get("hub")
	var read countersign.Problems
	return service.SessionInput{
		Title: page.Name, On: f.date("on", &read), Starts: page.Starts, Minutes: f.number("minutes"), Place: page.Place, Materials: page.Materials,
		Framework: page.Framework, Cohort: page.Cohort, Hub: page.Hub,
	}, read
}

// sessionChangeForm returns the form with the session that the path names.
func (h *Handlers) sessionChangeForm(c echo.Context, actor authz.Actor) (*view.SessionFormPage, error) {
	a, err := h.svc.Attendance(c.Request().Context(), actor, countersign.SessionID(c.Param("session")))
	if err != nil {
		return nil, err
	}
	page, err := h.sessionForm(c, actor)
	if err != nil {
		return nil, err
	}
	page.Fill(a.Session, service.SessionVersion(a.Session))
	return page, nil
}

// editClassroomSession handles GET /sessions/:session/change.
func (h *Handlers) editClassroomSession(c echo.Context, actor authz.Actor) error {
	page, err := h.sessionChangeForm(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// changeClassroomSession handles POST /sessions/:session/change.
func (h *Handlers) changeClassroomSession(c echo.Context, actor authz.Actor) error {
	page, err := h.sessionChangeForm(c, actor)
	if err != nil {
		return err
	}
	in, read := sessionInput(formOf(c), page)
	_, err = h.svc.ChangeSession(c.Request().Context(), actor, countersign.SessionID(c.Param("session")), formOf(c).Get("version"), in)
	if err = both(read, err); err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "The session is changed.", "/sessions/"+c.Param("session"))
}

func (h *Handlers) attendancePage(c echo.Context, actor authz.Actor) (*view.AttendancePage, error) {
	a, err := h.svc.Attendance(c.Request().Context(), actor, countersign.SessionID(c.Param("session")))
	if err != nil {
		return nil, err
	}
	titles, err := h.frameworkTitles(c.Request().Context())
	if err != nil {
		return nil, err
	}
	page := view.NewAttendancePage(a.Session, titles[a.Session.Framework])
	page.Held = !a.Session.On.After(countersign.LondonDate(h.now()))
	for _, who := range a.Attendees {
		page.Attendees = append(page.Attendees, view.Choice{Value: string(who.Apprenticeship), Text: who.Name, Hint: who.PracticeName, Checked: who.Entry != ""})
	}
	return page, nil
}

// showAttendance handles GET /sessions/:session.
func (h *Handlers) showAttendance(c echo.Context, actor authz.Actor) error {
	page, err := h.attendancePage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// markAttendance handles POST /sessions/:session. Whoever can't be marked
// stays as they were, with the reason.
func (h *Handlers) markAttendance(c echo.Context, actor authz.Actor) error {
	var present []countersign.ApprenticeshipID
	for _, id := range formOf(c).Values["present"] {
		present = append(present, countersign.ApprenticeshipID(id))
	}
	refused, err := h.svc.MarkAttendance(c.Request().Context(), actor, countersign.SessionID(c.Param("session")), present)
	if err != nil {
		return err
	}
	page, err := h.attendancePage(c, actor)
	if err != nil {
		return err
	}
	var p countersign.Problems
	for _, who := range page.Attendees {
		if err := refused[countersign.ApprenticeshipID(who.Value)]; err != nil {
			p.Add("present", who.Text+": "+countersign.MessageOf(err))
		}
	}
	if err := p.Err(); err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "The attendance is saved.", "/sessions/"+c.Param("session"))
}
