package countersign

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// HoursID names an entry of the hours log.
type HoursID string

// HoursKind is what sort of protected or off-the-job time an entry was.
type HoursKind string

// The kinds, in the order in which forms offer them.
const (
	MentorTeaching   HoursKind = "mentor_teaching"
	Shadowing        HoursKind = "shadowing"
	ELearning        HoursKind = "e_learning"
	ClassroomTime    HoursKind = "classroom"
	PortfolioWriting HoursKind = "portfolio_writing"
	AssignmentTime   HoursKind = "assignment"
)

// HoursKinds returns every kind, in the order in which forms offer them.
func HoursKinds() []HoursKind {
	return []HoursKind{MentorTeaching, Shadowing, ELearning, ClassroomTime, PortfolioWriting, AssignmentTime}
}

// Title returns the kind's name; empty for an unknown kind.
func (k HoursKind) Title() string {
	switch k {
	case MentorTeaching:
		return "Mentor teaching"
	case Shadowing:
		return "Shadowing"
	case ELearning:
		return "E-learning"
	case ClassroomTime:
		return "Classroom"
	case PortfolioWriting:
		return "Portfolio writing"
	case AssignmentTime:
		return "Assignment"
	}
	return ""
}

// HoursState is where an entry of the hours log is in its life.
type HoursState string

// The states. A reversed entry stays in the log and counts for nothing.
const (
	HoursSubmitted HoursState = "submitted"
	HoursVerified  HoursState = "verified"
	HoursReversed  HoursState = "reversed"
)

// HoursStates returns every state.
func HoursStates() []HoursState { return []HoursState{HoursSubmitted, HoursVerified, HoursReversed} }

// HoursEvent is something that happens to an entry.
type HoursEvent string

// The events. Attendance at a classroom session makes an entry that is
// verified, and withdrawing it takes the entry back.
const (
	VerifyHours        HoursEvent = "verify"
	ReverseHours       HoursEvent = "reverse"
	MarkAttendance     HoursEvent = "attend"
	WithdrawAttendance HoursEvent = "withdraw_attendance"
)

// HoursLifecycle is the transition table of an entry. Those who mentor an
// apprentice know what was done in protected time; assessors are named for
// domains, and managers judge administration (RULES S1), so they don't verify.
var HoursLifecycle = Lifecycle[HoursState, HoursEvent]{
	Name:  "Hours",
	Start: HoursSubmitted,
	Transitions: []Transition[HoursState, HoursEvent]{
		{HoursSubmitted, VerifyHours, HoursVerified, []NamingRole{GPSupervisor, SecondaryMentor}},
		{HoursSubmitted, ReverseHours, HoursReversed, []NamingRole{TheApprentice, GPSupervisor, SecondaryMentor}},
		{HoursVerified, ReverseHours, HoursReversed, []NamingRole{GPSupervisor, SecondaryMentor}},
		{HoursSubmitted, MarkAttendance, HoursVerified, []NamingRole{LeadOfHub}},
		{HoursVerified, WithdrawAttendance, HoursReversed, []NamingRole{LeadOfHub}},
	},
}

// HoursEntry is some time of learning on one day. It is never changed: one
// that is wrong is reversed, and entered again.
type HoursEntry struct {
	ID             HoursID
	Apprenticeship ApprenticeshipID
	On             Date
	Minutes        int
	Kind           HoursKind
	Learnt         string
	Competencies   []string  // codes
	Session        SessionID // whose attendance it is; empty for none
	State          HoursState
	EnteredBy      PersonID
	EnteredAt      time.Time
	Verified       HoursDecision
	Reversed       HoursDecision
}

// HoursDecision says who verified or reversed an entry. The zero value means
// nobody did.
type HoursDecision struct {
	By     PersonID
	ByName string // as it was
	ByRole NamingRole
	At     time.Time
	Reason string
}

// DayMinutes is how long a day is.
const DayMinutes = 24 * 60

// LogsHours reports whether hours can be entered: on a break those of the days
// before it.
func (a Apprenticeship) LogsHours() bool {
	return a.State == Active || a.State == OnBreak || a.State == ReferredBack
}

// Breaks returns the times in which nothing counts as learning: breaks, and
// the time between a withdrawal and starting again. changes are all of the
// apprenticeship's, oldest first.
func (a Apprenticeship) Breaks(changes []Change) []Period {
	var all []Period
	open := false
	for _, c := range changes {
		switch {
		case c.Event == BeginBreak || c.Event == WithdrawApprentice && !open && c.From != Applied:
			all, open = append(all, Period{From: c.On}), true
		case open && (c.Event == ReturnFromBreak || c.Event == RestartApprenticeship):
			all[len(all)-1].To, open = c.On.AddDays(-1), false
		}
	}
	return all
}

// LogHours checks a new entry. others are the entries of the same day;
// breaks are when nothing counts.
func (a Apprenticeship) LogHours(e HoursEntry, f Framework, others []HoursEntry, breaks []Period, today Date) error {
	if !a.LogsHours() {
		return Refuse(Conflict, "Hours cannot be entered: this apprenticeship is "+a.State.Phrase())
	}
	var p Problems
	switch i := slices.IndexFunc(breaks, func(b Period) bool { return within(e.On, b.From, b.To) }); {
	case e.On.IsZero():
		p.Add("on", "Enter the day")
	case e.On.After(today):
		p.Add("on", "The day must be today or in the past")
	case e.On.Before(a.StartOn):
		p.Add("on", "The day must not be before the apprenticeship began, on "+a.StartOn.Long())
	case i >= 0 && breaks[i].To.IsZero():
		p.Add("on", "No hours count during a break, which began on "+breaks[i].From.Long())
	case i >= 0:
		p.Add("on", "No hours count during a break, which was from "+breaks[i].From.Long()+" to "+breaks[i].To.Long())
	}
	if e.Kind.Title() == "" {
		p.Add("kind", "Select what kind of learning it was")
	}
	if e.Minutes <= 0 {
		p.Add("minutes", "Enter how long it took: 1 minute or more")
	} else if sum := sumOf(others); sum+e.Minutes > DayMinutes {
		message := "A day has 24 hours, so no entry can be of " + Duration(e.Minutes)
		if sum > 0 {
			message = fmt.Sprintf("A day has 24 hours. %s are entered for %s already; with these it would be %s", Duration(sum), e.On.Long(), Duration(sum+e.Minutes))
		}
		p.Add("minutes", message)
	}
	if strings.TrimSpace(e.Learnt) == "" {
		p.Add("learnt", "Enter what was learnt")
	} else if slices.ContainsFunc(others, func(o HoursEntry) bool {
		return o.State != HoursReversed && o.Kind == e.Kind && o.Minutes == e.Minutes && o.Learnt == e.Learnt
	}) {
		p.Add("learnt", "This is in the log already, for the same day")
	}
	for i, code := range e.Competencies {
		field := fmt.Sprintf("competencies.%d", i)
		if _, ok := f.Competency(code); !ok {
			p.Add(field, "This framework has no such competency")
		} else if slices.Contains(e.Competencies[:i], code) {
			p.Add(field, "This competency is there twice")
		}
	}
	return p.Err()
}

func sumOf(entries []HoursEntry) (minutes int) {
	for _, e := range entries {
		if e.State != HoursReversed {
			minutes += e.Minutes
		}
	}
	return minutes
}

// Decide returns the state that an event leads to, if somebody may cause it:
// by is what they act as, and the apprentice whatever else they are. Nobody
// verifies their own hours, and reversing needs a reason.
func (e HoursEntry) Decide(event HoursEvent, apprentice, person PersonID, by Capacities, reason string) (HoursState, NamingRole, error) {
	if event == VerifyHours && (person == apprentice || person == e.EnteredBy) {
		return e.State, "", Refuse(Forbidden, "You cannot verify your own hours")
	}
	if e.Session != "" && event == ReverseHours {
		return e.State, "", Refuse(Conflict, "These hours come from a classroom session. The training hub takes them back by withdrawing the attendance")
	}
	next, ok := HoursLifecycle.Next(e.State, event)
	if !ok {
		return e.State, "", Refuse(Conflict, "This cannot be done: these hours are "+string(e.State)+" already")
	}
	as, ok := e.actsAs(event, person == apprentice, by)
	switch {
	case !ok && event == ReverseHours && person == apprentice:
		return e.State, "", Refuse(Forbidden, "These hours are verified. Ask your supervisor or mentor to reverse them")
	case !ok:
		return e.State, "", Refuse(Forbidden, "Only the GP supervisor or the secondary mentor can do this")
	case event == ReverseHours && strings.TrimSpace(reason) == "":
		return e.State, "", InvalidField("reason", "Enter why these hours are reversed")
	}
	return next, as, nil
}

// actsAs returns as what somebody causes an event.
func (e HoursEntry) actsAs(event HoursEvent, own bool, by Capacities) (NamingRole, bool) {
	for _, t := range HoursLifecycle.Transitions {
		if t.From != e.State || t.Event != event {
			continue
		}
		for _, role := range t.Who {
			if own && role == TheApprentice || !own && by.Has(role) {
				return role, true
			}
		}
	}
	return "", false
}

// May reports whether somebody may cause the event, as Decide would say.
func (e HoursEntry) May(event HoursEvent, apprentice, person PersonID, by Capacities) bool {
	_, _, err := e.Decide(event, apprentice, person, by, "any")
	return err == nil
}

// HoursTotals is how an hours log stands, in minutes.
type HoursTotals struct {
	Rule          HoursRule
	HasRule       bool
	Minimum       int // what the rule asks of the plan; 0 where it gives no number
	PriorLearning int // by how much recognised prior learning lowers the minimum
	Planned       int // protected time over the plan; 0 where the framework protects none
	Submitted     int // waiting to be verified
	Verified      int
	Expected      int // of Target, by today
}

// Target is what is to be reached: the minimum less prior learning, or what is
// planned where no rule gives a minimum.
func (t HoursTotals) Target() int {
	if t.Minimum > 0 {
		return max(t.Minimum-t.PriorLearning, 0)
	}
	return t.Planned
}

// Behind is how much less is logged, verified or not, than is expected by
// today; 0 when nothing is missing.
func (t HoursTotals) Behind() int { return max(t.Expected-t.Verified-t.Submitted, 0) }

// HoursTotals adds an hours log up. What is expected by today grows evenly
// over the days of the plan without breaks.
func (a Apprenticeship) HoursTotals(p Programme, breaks []Period, prior, submitted, verified int, today Date) HoursTotals {
	t := HoursTotals{PriorLearning: prior, Submitted: submitted, Verified: verified}
	ended := today
	if !a.EndedOn.IsZero() && a.EndedOn.Before(today) {
		ended = a.EndedOn
	}
	if a.PlannedEndOn.Before(ended) {
		ended = a.PlannedEndOn
	}
	var closed []Period // the end doesn't move by a break before it is over
	for _, b := range breaks {
		if !b.To.IsZero() {
			closed = append(closed, b)
		}
	}
	days, past := learning(a.StartOn, a.PlannedEndOn, closed), learning(a.StartOn, ended, breaks)
	if t.Rule, t.HasRule = p.HoursRule(a.StartOn); t.HasRule {
		t.Minimum = t.Rule.Minimum(a.StartOn, a.StartOn.AddDays(days-1))
	}
	t.Planned = (days + 6) / 7 * p.ProtectedHoursPerWeek * 60
	if days > 0 {
		t.Expected = t.Target() * min(past, days) / days
	}
	return t
}

// learning counts the days from one day to another, both included, without
// those of breaks.
func learning(from, to Date, breaks []Period) int {
	days := 0
	for day := from; !day.After(to); day = day.AddDays(1) {
		if !slices.ContainsFunc(breaks, func(b Period) bool { return within(day, b.From, b.To) }) {
			days++
		}
	}
	return days
}

// Duration returns minutes as people say them: "2 hours 30 minutes".
func Duration(minutes int) string {
	hours, rest := minutes/60, minutes%60
	switch {
	case hours == 0:
		return count(rest, "minute")
	case rest == 0:
		return count(hours, "hour")
	}
	return count(hours, "hour") + " " + count(rest, "minute")
}
