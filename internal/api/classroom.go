package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

type sessionJSON struct {
	ID        countersign.SessionID `json:"id"`
	Title     string                `json:"title"`
	On        day                   `json:"on"`
	Starts    string                `json:"starts"`
	Minutes   int                   `json:"minutes"`
	Place     string                `json:"place"`
	Materials word                  `json:"materials"`
	Framework string                `json:"framework"`
	Cohort    word                  `json:"cohort"`
}

func sessionOf(s countersign.Session) sessionJSON {
	return sessionJSON{s.ID, s.Title, day(s.On), s.Starts, s.Minutes, s.Place, word(s.Materials), s.Framework, word(s.Cohort)}
}

// heldSessionJSON is a session as the training hub sees it.
type heldSessionJSON struct {
	sessionJSON
	Attended int `json:"attended"`
}

func heldSessionOf(s countersign.Session) heldSessionJSON {
	return heldSessionJSON{sessionOf(s), s.Attended}
}

// showTimetable handles GET /apprenticeships/:id/timetable.
func (h *Handlers) showTimetable(c echo.Context, actor authz.Actor) error {
	_, all, err := h.svc.Timetable(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	type row struct {
		sessionJSON
		Present bool `json:"present"`
	}
	return writePage(c, each(all, func(s service.SessionOf) row { return row{sessionOf(s.Session), s.Present} }), "")
}

// listSessions handles GET /classroom-sessions.
func (h *Handlers) listSessions(c echo.Context, actor authz.Actor) error {
	all, err := h.svc.Sessions(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writePage(c, each(all, heldSessionOf), "")
}

// createSession handles POST /classroom-sessions.
func (h *Handlers) createSession(c echo.Context, actor authz.Actor) error {
	var in struct {
		Title     string           `json:"title"`
		On        countersign.Date `json:"on"`
		Starts    string           `json:"starts"`
		Minutes   int              `json:"minutes"`
		Place     string           `json:"place"`
		Materials string           `json:"materials"`
		Framework string           `json:"framework"`
		Cohort    string           `json:"cohort"`
		Hub       string           `json:"hub"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	s, err := h.svc.AddSession(c.Request().Context(), actor, service.SessionInput(in))
	if err != nil {
		return err
	}
	return created(c, "/classroom-sessions/"+string(s.ID), service.SessionVersion(s), heldSessionOf(s))
}

// showSession handles GET /classroom-sessions/:id.
func (h *Handlers) showSession(c echo.Context, actor authz.Actor) error {
	a, err := h.svc.Attendance(c.Request().Context(), actor, sessionID(c))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, service.SessionVersion(a.Session), heldSessionOf(a.Session))
}

// changeSession handles PATCH /classroom-sessions/:id: the fields sent take the
// place of those that are there.
func (h *Handlers) changeSession(c echo.Context, actor authz.Actor) error {
	var in struct {
		Title     *string           `json:"title"`
		On        *countersign.Date `json:"on"`
		Starts    *string           `json:"starts"`
		Minutes   *int              `json:"minutes"`
		Place     *string           `json:"place"`
		Materials *string           `json:"materials"`
		Framework *string           `json:"framework"`
		Cohort    *string           `json:"cohort"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	a, err := h.svc.Attendance(c.Request().Context(), actor, sessionID(c))
	if err != nil {
		return err
	}
	s, version := a.Session, service.SessionVersion(a.Session)
	if err := m.require(version); err != nil {
		return err
	}
	if _, err := h.svc.ChangeSession(c.Request().Context(), actor, s.ID, version, service.SessionInput{
		Title: or(in.Title, s.Title), On: or(in.On, s.On), Starts: or(in.Starts, s.Starts), Minutes: or(in.Minutes, s.Minutes), Place: or(in.Place, s.Place),
		Materials: or(in.Materials, s.Materials), Framework: or(in.Framework, s.Framework), Cohort: or(in.Cohort, s.Cohort),
	}); err != nil {
		return fresh(err)
	}
	return h.showSession(c, actor)
}

func sessionID(c echo.Context) countersign.SessionID { return countersign.SessionID(c.Param("id")) }

func onSession(h *Handlers, c echo.Context, actor authz.Actor) error {
	_, err := h.svc.Attendance(c.Request().Context(), actor, sessionID(c))
	return err
}

type attendanceJSON struct {
	Session   heldSessionJSON `json:"session"`
	Attendees []attendeeJSON  `json:"attendees"`
}

type attendeeJSON struct {
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	Name           string                       `json:"name"`
	Practice       string                       `json:"practice"` // name
	Present        bool                         `json:"present"`
	Problem        *problem.Problem             `json:"problem,omitempty"` // why it couldn't be set
}

// showAttendance handles GET /classroom-sessions/:id/attendance.
func (h *Handlers) showAttendance(c echo.Context, actor authz.Actor) error {
	return h.writeAttendance(c, actor, nil)
}

func (h *Handlers) writeAttendance(c echo.Context, actor authz.Actor, refused map[countersign.ApprenticeshipID]error) error {
	a, err := h.svc.Attendance(c.Request().Context(), actor, sessionID(c))
	if err != nil {
		return err
	}
	out := attendanceJSON{Session: heldSessionOf(a.Session)}
	for _, who := range a.Attendees {
		row := attendeeJSON{who.Apprenticeship, who.Name, who.PracticeName, who.Entry != "", nil}
		if err := refused[who.Apprenticeship]; err != nil {
			p := problem.Of(err)
			row.Problem = &p
		}
		out.Attendees = append(out.Attendees, row)
	}
	out.Attendees = listOf(out.Attendees)
	return writeResource(c, http.StatusOK, attendanceVersion(a), out)
}

// attendanceVersion is who is marked, by the entry that each has in their log.
func attendanceVersion(a service.Attendance) string {
	var entries []string
	for _, who := range a.Attendees {
		entries = append(entries, string(who.Entry))
	}
	slices.Sort(entries)
	sum := sha256.Sum256([]byte(strings.Join(entries, "\n")))
	return hex.EncodeToString(sum[:8])
}

// markAttendance handles PUT /classroom-sessions/:id/attendance: who was
// there. Somebody who can't be marked doesn't keep the others from it.
func (h *Handlers) markAttendance(c echo.Context, actor authz.Actor) error {
	var in struct {
		Present []countersign.ApprenticeshipID `json:"present"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	a, err := h.svc.Attendance(c.Request().Context(), actor, sessionID(c))
	if err != nil {
		return err
	}
	if err := m.require(attendanceVersion(a)); err != nil {
		return err
	}
	var p countersign.Problems
	for i, id := range in.Present {
		known := false
		for _, who := range a.Attendees {
			known = known || who.Apprenticeship == id
		}
		if !known {
			p.Add(fmt.Sprintf("present.%d", i), "This session is not for this apprenticeship")
		}
	}
	if err := unprocessable(p); err != nil {
		return err
	}
	refused, err := h.svc.MarkAttendance(c.Request().Context(), actor, sessionID(c), in.Present)
	if err != nil {
		return err
	}
	return h.writeAttendance(c, actor, refused)
}
