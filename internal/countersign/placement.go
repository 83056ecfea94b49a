package countersign

import (
	"fmt"
	"strings"
	"time"
)

// PlacementID names a placement.
type PlacementID string

// PlacementState is where a placement is in its life.
type PlacementState string

// The states.
const (
	PlacementPlanned   PlacementState = "planned"
	PlacementAsked     PlacementState = "asked" // the site supervisor is asked to confirm
	PlacementConfirmed PlacementState = "confirmed"
	PlacementDisputed  PlacementState = "disputed" // the site supervisor says what is wrong
	PlacementCancelled PlacementState = "cancelled"
)

// PlacementEvent is something that happens to a placement.
type PlacementEvent string

// The events.
const (
	AskSite         PlacementEvent = "ask"
	ConfirmAtSite   PlacementEvent = "confirm"
	DisputeAtSite   PlacementEvent = "dispute"
	CancelPlacement PlacementEvent = "cancel"
	ChangePlacement PlacementEvent = "change" // its dates, its site or who confirms it
)

// SiteSupervisor looks after an apprentice on a placement. They have no
// account: a mailed link lets them confirm the placement.
const SiteSupervisor NamingRole = "site_supervisor"

// PlacementLifecycle is the transition table of a placement.
var PlacementLifecycle = Lifecycle[PlacementState, PlacementEvent]{
	Name:  "Placement",
	Start: PlacementPlanned,
	Transitions: []Transition[PlacementState, PlacementEvent]{
		{PlacementPlanned, AskSite, PlacementAsked, []NamingRole{TheApprentice, GPSupervisor, ManagerOfPractice, LeadOfHub}},
		{PlacementAsked, AskSite, PlacementAsked, []NamingRole{TheApprentice, GPSupervisor, ManagerOfPractice, LeadOfHub}},
		{PlacementDisputed, AskSite, PlacementAsked, []NamingRole{TheApprentice, GPSupervisor, ManagerOfPractice, LeadOfHub}},
		{PlacementAsked, ConfirmAtSite, PlacementConfirmed, []NamingRole{SiteSupervisor}},
		{PlacementAsked, DisputeAtSite, PlacementDisputed, []NamingRole{SiteSupervisor}},
		{PlacementPlanned, ChangePlacement, PlacementPlanned, []NamingRole{GPSupervisor, ManagerOfPractice, LeadOfHub}},
		{PlacementAsked, ChangePlacement, PlacementPlanned, []NamingRole{GPSupervisor, ManagerOfPractice, LeadOfHub}},
		{PlacementDisputed, ChangePlacement, PlacementPlanned, []NamingRole{GPSupervisor, ManagerOfPractice, LeadOfHub}},
		{PlacementPlanned, CancelPlacement, PlacementCancelled, []NamingRole{GPSupervisor, ManagerOfPractice, LeadOfHub}},
		{PlacementAsked, CancelPlacement, PlacementCancelled, []NamingRole{GPSupervisor, ManagerOfPractice, LeadOfHub}},
		{PlacementDisputed, CancelPlacement, PlacementCancelled, []NamingRole{GPSupervisor, ManagerOfPractice, LeadOfHub}},
	},
}

// Placement is time that an apprentice spends at another site.
type Placement struct {
	ID              PlacementID
	Apprenticeship  ApprenticeshipID
	Site            string
	From, To        Date
	SupervisorName  string
	SupervisorEmail string
	PlannedMinutes  int
	DoneMinutes     int // as last entered
	State           PlacementState
	Comment         string // what the site supervisor said was wrong, or why it was cancelled
	AskedAt         time.Time
	AnsweredAt      time.Time
	Version         int
}

// Arrange checks a new placement. Its dates lie within the plan.
func (a Apprenticeship) Arrange(f Framework, p Placement) error {
	if !f.Placements {
		return Refuse(Conflict, "This programme has no placements")
	}
	if !a.LogsHours() {
		return Refuse(Conflict, "Placements cannot be arranged: this apprenticeship is "+a.State.Phrase())
	}
	var problems Problems
	switch {
	case p.From.IsZero():
		problems.Add("from", "Enter the first day")
	case p.From.Before(a.StartOn):
		problems.Add("from", "The first day must not be before the apprenticeship begins, on "+a.StartOn.Long())
	}
	switch {
	case p.To.IsZero():
		problems.Add("to", "Enter the last day")
	case p.To.Before(p.From):
		problems.Add("to", "The last day must be on or after the first")
	case p.To.After(a.PlannedEndOn):
		problems.Add("to", "The last day must not be after the planned end, "+a.PlannedEndOn.Long())
	}
	if p.PlannedMinutes <= 0 {
		problems.Add("planned_hours", "Enter the hours that are planned: 1 or more")
	} else if problems.Err() == nil && p.PlannedMinutes > p.most() {
		problems.Add("planned_hours", "So many hours do not fit into "+count(p.days(), "day"))
	}
	if strings.EqualFold(p.SupervisorEmail, a.ApprenticeEmail) {
		problems.Add("supervisor_email", "The apprentice cannot be their own site supervisor")
	}
	return problems.Err()
}

// Rearrange changes a placement that no site has confirmed into p. What the
// site was asked or said was about the one before: it is asked afresh.
func (a Apprenticeship) Rearrange(f Framework, old, p Placement) (Placement, error) {
	next, ok := PlacementLifecycle.Next(old.State, ChangePlacement)
	if !ok {
		return old, Refuse(Conflict, "This placement is "+string(old.State)+" already")
	}
	p.ID, p.Apprenticeship, p.State, p.Version = old.ID, old.Apprenticeship, next, old.Version
	return p, a.Arrange(f, p)
}

func (p Placement) days() int { return p.From.DaysUntil(p.To) + 1 }
func (p Placement) most() int { return p.days() * DayMinutes }

// Ask checks the hours done and asks the site supervisor to confirm them. Days
// that are still to come can't be confirmed.
func (p Placement) Ask(done int, today Date) (Placement, error) {
	next, ok := PlacementLifecycle.Next(p.State, AskSite)
	if !ok {
		return p, Refuse(Conflict, "This placement is "+string(p.State)+" already")
	}
	switch {
	case today.Before(p.From):
		return p, Refuse(Conflict, "This placement has not begun yet")
	case done <= 0:
		return p, InvalidField("hours_done", "Enter the hours that were done: 1 or more")
	case done > p.most():
		return p, InvalidField("hours_done", fmt.Sprintf("So many hours do not fit into %s", count(p.days(), "day")))
	}
	p.State, p.DoneMinutes, p.Comment = next, done, ""
	return p, nil
}

// Answer is what the site supervisor says: the hours are right, or what is
// wrong.
func (p Placement) Answer(right bool, comment string) (Placement, error) {
	event := ConfirmAtSite
	if !right {
		event = DisputeAtSite
	}
	next, ok := PlacementLifecycle.Next(p.State, event)
	switch {
	case !ok:
		return p, Refuse(Conflict, "This placement does not wait for an answer any more")
	case !right && strings.TrimSpace(comment) == "":
		return p, InvalidField("comment", "Enter what is wrong")
	}
	p.State, p.Comment = next, ""
	if !right {
		p.Comment = strings.TrimSpace(comment)
	}
	return p, nil
}

// Cancel ends a placement that didn't take place, with a reason.
func (p Placement) Cancel(reason string) (Placement, error) {
	next, ok := PlacementLifecycle.Next(p.State, CancelPlacement)
	switch {
	case !ok:
		return p, Refuse(Conflict, "This placement is "+string(p.State)+" already")
	case strings.TrimSpace(reason) == "":
		return p, InvalidField("reason", "Enter why it is cancelled")
	}
	p.State, p.Comment = next, strings.TrimSpace(reason)
	return p, nil
}
