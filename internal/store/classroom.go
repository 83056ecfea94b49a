package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// classroomRow is a row of classroom_sessions.
type classroomRow struct {
	ID          string
	HubID       string
	Title       string
	HeldOn      dbDate
	Starts      string
	Minutes     int
	Place       string
	Materials   string
	FrameworkID string
	Cohort      string
	CreatedBy   string
	CreatedAt   dbTime
}

// TableName implements GORM's Tabler.
func (classroomRow) TableName() string { return "classroom_sessions" }

func (r classroomRow) toDomain() countersign.Session {
	return countersign.Session{
		ID: countersign.SessionID(r.ID), Hub: countersign.OrganisationID(r.HubID), Title: r.Title, On: r.HeldOn.Date, Starts: r.Starts,
		Minutes: r.Minutes, Place: r.Place, Materials: r.Materials, Framework: r.FrameworkID, Cohort: r.Cohort,
	}
}

// AddSession puts a session on the timetable of the permit's place, a training
// hub. The identifier is made here.
func (tx *Tx) AddSession(p authz.Permit, s countersign.Session) (countersign.Session, error) {
	places := p.Subject().Places
	if !p.Allows(authz.HoldSessions) || len(places) == 0 || p.Apprenticeship() != "" || places[0] != s.Hub {
		return s, fmt.Errorf("store: add session: %w", errPermit)
	}
	s.ID = countersign.SessionID(tx.NewID())
	if err := tx.insert(&classroomRow{
		ID: string(s.ID), HubID: string(s.Hub), Title: s.Title, HeldOn: dbDate{s.On}, Starts: s.Starts, Minutes: s.Minutes, Place: s.Place,
		Materials: s.Materials, FrameworkID: s.Framework, Cohort: s.Cohort, CreatedBy: string(p.Actor().ID()), CreatedAt: dbTime{tx.Now()},
	}); err != nil {
		return s, fmt.Errorf("store: add session: %w", err)
	}
	return s, nil
}

// ChangeSession makes a session of the permit's place, a training hub, into
// another, if it is still as old, with as many who were there: otherwise
// ErrStale.
func (tx *Tx) ChangeSession(p authz.Permit, old, s countersign.Session) error {
	places := p.Subject().Places
	if !p.Allows(authz.HoldSessions) || len(places) == 0 || p.Apprenticeship() != "" || places[0] != old.Hub {
		return fmt.Errorf("store: change session: %w", errPermit)
	}
	// Whoever marks attendance holds the same lock, by Session.
	if _, err := one[string](tx, "SELECT s.id FROM classroom_sessions s WHERE s.id = ?"+tx.onPostgres(" FOR NO KEY UPDATE"), string(old.ID)); err != nil {
		return fmt.Errorf("store: change session: %w", err)
	}
	n, err := tx.update("classroom_sessions", map[string]any{
		"title": s.Title, "held_on": dbDate{s.On}, "starts": s.Starts, "minutes": s.Minutes, "place": s.Place,
		"materials": s.Materials, "framework_id": s.Framework, "cohort": s.Cohort,
	}, `id = ? AND hub_id = ? AND title = ? AND held_on = ? AND starts = ? AND minutes = ? AND place = ? AND materials = ? AND framework_id = ? AND cohort = ?
		AND (SELECT count(*) FROM `+attendances+` h.session_id = classroom_sessions.id) = ?`,
		string(old.ID), string(old.Hub), old.Title, dbDate{old.On}, old.Starts, old.Minutes, old.Place, old.Materials, old.Framework, old.Cohort, old.Attended)
	if err != nil {
		return fmt.Errorf("store: change session: %w", err)
	}
	if n == 0 {
		return stale()
	}
	return nil
}

const (
	sessionColumns = `s.id, s.hub_id, s.title, s.held_on, s.starts, s.minutes, s.place, s.materials, s.framework_id, s.cohort, s.created_by, s.created_at`
	attendances    = `hours h WHERE NOT EXISTS (SELECT 1 FROM hours_decisions d WHERE d.hours_id = h.id AND d.state = 'reversed') AND`
	attended       = `, (SELECT count(*) FROM ` + attendances + ` h.session_id = s.id) AS attended`
)

type sessionRead struct {
	Session  classroomRow `gorm:"embedded"`
	Attended int
}

func sessionsOf(rows []sessionRead) []countersign.Session {
	out := make([]countersign.Session, len(rows))
	for i, r := range rows {
		out[i] = r.Session.toDomain()
		out[i].Attended = r.Attended
	}
	return out
}

// Sessions returns the timetable of the scope's training hubs, the latest
// first, 200 sessions at most.
func (tx *Tx) Sessions(scope authz.Scope) ([]countersign.Session, error) {
	if len(scope.Organisations) == 0 {
		return nil, nil
	}
	rows, err := all[sessionRead](tx, "SELECT "+sessionColumns+attended+" FROM classroom_sessions s WHERE s.hub_id IN ? ORDER BY s.held_on DESC, s.starts DESC, s.id DESC LIMIT 200", scopeIDs(scope))
	if err != nil {
		return nil, fmt.Errorf("store: sessions: %w", err)
	}
	return sessionsOf(rows), nil
}

// Session returns a session of one of the scope's training hubs. Within Write
// it locks the session first.
func (tx *Tx) Session(scope authz.Scope, id countersign.SessionID) (countersign.Session, error) {
	if len(scope.Organisations) == 0 || !countersign.ValidID(string(id)) {
		return countersign.Session{}, notFound()
	}
	lock := ""
	if tx.write {
		lock = tx.onPostgres(" FOR NO KEY UPDATE OF s")
	}
	r, err := one[sessionRead](tx, "SELECT "+sessionColumns+attended+" FROM classroom_sessions s WHERE s.id = ? AND s.hub_id IN ?"+lock, string(id), scopeIDs(scope))
	if err != nil {
		return countersign.Session{}, fmt.Errorf("store: session: %w", err)
	}
	return sessionsOf([]sessionRead{r})[0], nil
}

// SessionOf is a session on the timetable of one apprentice.
type SessionOf struct {
	countersign.Session
	Present bool // attendance is marked
}

// SessionsOf returns the timetable of the permit's apprenticeship: the
// sessions of its training hub for its framework and cohort, the earliest
// first.
func (tx *Tx) SessionsOf(p authz.Permit) ([]SessionOf, error) {
	app, err := beneath(p, authz.ReadProgramme, authz.ReadHours)
	if err != nil {
		return nil, fmt.Errorf("store: sessions of an apprenticeship: %w", err)
	}
	rows, err := all[struct {
		Session classroomRow `gorm:"embedded"`
		Present bool
	}](tx, "SELECT "+sessionColumns+`, EXISTS (SELECT 1 FROM hours h WHERE h.session_id = s.id AND h.apprenticeship_id = a.id
			AND NOT EXISTS (SELECT 1 FROM hours_decisions d WHERE d.hours_id = h.id AND d.state = 'reversed')) AS present
		FROM apprenticeships a JOIN organisation_ancestors u ON u.organisation_id = a.practice_id
		JOIN classroom_sessions s ON s.hub_id = u.ancestor_id AND s.framework_id = a.framework_id AND s.cohort IN ('', a.cohort) AND s.held_on >= a.start_on
		WHERE a.id = ? ORDER BY s.held_on, s.starts, s.id`, app)
	if err != nil {
		return nil, fmt.Errorf("store: sessions of an apprenticeship: %w", err)
	}
	out := make([]SessionOf, len(rows))
	for i, r := range rows {
		out[i] = SessionOf{r.Session.toDomain(), r.Present}
	}
	return out, nil
}

// Attendee is an apprentice whom a session is for.
type Attendee struct {
	Apprenticeship countersign.ApprenticeshipID
	Name           string
	PracticeName   string
	Entry          countersign.HoursID // of their attendance; empty while none is marked
}

// Attendees returns whom a session is for, so far as they are within the
// scope, by name.
func (tx *Tx) Attendees(scope authz.Scope, s countersign.Session) ([]Attendee, error) {
	within, args := tx.inScope(scope)
	rows, err := all[struct {
		ID           string
		Name         string
		PracticeName string
		Entry        string
	}](tx, `SELECT a.id, p.name, o.name AS practice_name, COALESCE((SELECT max(h.id) FROM hours h WHERE h.session_id = ? AND h.apprenticeship_id = a.id
			AND NOT EXISTS (SELECT 1 FROM hours_decisions d WHERE d.hours_id = h.id AND d.state = 'reversed')), '') AS entry
		FROM apprenticeships a JOIN people p ON p.id = a.apprentice_id JOIN organisations o ON o.id = a.practice_id
		JOIN organisation_ancestors u ON u.organisation_id = a.practice_id AND u.ancestor_id = ?
		WHERE a.framework_id = ? AND ? IN ('', a.cohort) AND a.state IN ('active', 'on_break', 'referred_back') AND `+within+`
		ORDER BY p.search, a.id`, append([]any{string(s.ID), string(s.Hub), s.Framework, s.Cohort}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("store: attendees: %w", err)
	}
	out := make([]Attendee, len(rows))
	for i, r := range rows {
		out[i] = Attendee{countersign.ApprenticeshipID(r.ID), r.Name, r.PracticeName, countersign.HoursID(r.Entry)}
	}
	return out, nil
}
