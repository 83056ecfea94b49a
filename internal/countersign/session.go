package countersign

import (
	"net/url"
	"regexp"
	"time"
)

// SessionID names a classroom session.
type SessionID string

// Session is a taught session on the timetable of a training hub, for the
// apprentices of one framework, or of one cohort of it.
type Session struct {
	ID        SessionID
	Hub       OrganisationID
	Title     string
	On        Date
	Starts    string // "09:30", London time
	Minutes   int
	Place     string
	Materials string // https address; empty for none
	Framework string // identifier
	Cohort    string // empty for every cohort
	Attended  int    // how many did
}

// StartsAt returns the moment at which the session begins; the zero Time if it
// isn't entered well.
func (s Session) StartsAt() time.Time {
	at, err := time.ParseInLocation(time.DateOnly+" 15:04", s.On.String()+" "+s.Starts, london)
	if err != nil {
		return time.Time{}
	}
	return at
}

var clockPattern = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

// Check looks at a session as it was entered; f is its framework.
func (s Session) Check(f Framework) error {
	var p Problems
	if s.On.IsZero() {
		p.Add("on", "Enter the day")
	}
	if !clockPattern.MatchString(s.Starts) {
		p.Add("starts", "Enter when it starts, such as 09:30")
	}
	if s.Minutes <= 0 || s.Minutes > 12*60 {
		p.Add("minutes", "Enter how long it takes: from 1 minute to 12 hours")
	}
	if !f.Classroom {
		p.Add("framework", "This programme has no classroom sessions")
	}
	if u, err := url.Parse(s.Materials); s.Materials != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil) {
		p.Add("materials", "Enter an address that begins with https://")
	}
	return p.Err()
}

// Change makes a session into to. Once somebody is marked as there, their hours
// say on which day, for how long and in which programme it was: that stays.
func (s Session) Change(to Session, f Framework) (Session, error) {
	to.ID, to.Hub, to.Attended = s.ID, s.Hub, s.Attended
	var p Problems
	p.Merge(to.Check(f))
	if s.Attended > 0 {
		for _, c := range []struct {
			field   string
			differs bool
		}{{"on", to.On != s.On}, {"minutes", to.Minutes != s.Minutes}, {"framework", to.Framework != s.Framework}, {"cohort", to.Cohort != s.Cohort}} {
			if c.differs {
				p.Add(c.field, "This cannot change while somebody is marked as there")
			}
		}
	}
	return to, p.Err()
}

// Attend makes the entry of somebody who was at the session. It is verified:
// whoever holds the session knows who was there.
func (a Apprenticeship) Attend(s Session, f Framework, others []HoursEntry, breaks []Period, today Date) (HoursEntry, error) {
	e := HoursEntry{
		Apprenticeship: a.ID, On: s.On, Minutes: s.Minutes, Kind: ClassroomTime, Learnt: s.Title, Session: s.ID, State: HoursVerified,
	}
	if a.FrameworkID != s.Framework || s.Cohort != "" && a.Cohort != s.Cohort {
		return e, Refuse(NotFound, "This does not exist, or you cannot see it")
	}
	for _, o := range others {
		if o.Session == s.ID && o.State != HoursReversed {
			return e, Refuse(Conflict, "This attendance is marked already")
		}
	}
	return e, a.LogHours(e, f, others, breaks, today)
}
