package countersign

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The identifiers of continuing development.
type (
	CPDCycleID string
	CPDEntryID string
)

// Points count what a body asks for in a cycle, in halves: half an hour of
// teaching is half a point.
type Points int

// WholePoints returns n points.
func WholePoints(n int) Points { return Points(2 * n) }

// ParsePoints reads "3", "0.5" or "3.5".
func ParsePoints(s string) (Points, error) {
	whole, half, cut := strings.Cut(strings.TrimSpace(s), ".")
	n, err := strconv.ParseUint(whole, 10, 16)
	if err != nil || cut && half != "0" && half != "5" {
		return 0, fmt.Errorf("%q is not a number of points such as 3 or 0.5", s)
	}
	p := WholePoints(int(n))
	if half == "5" {
		p++
	}
	return p, nil
}

// String returns "3" or "3.5".
func (p Points) String() string {
	if p%2 == 0 {
		return strconv.Itoa(int(p / 2))
	}
	return strconv.Itoa(int(p/2)) + ".5"
}

// MaxPoints is the most that one entry may count.
const MaxPoints = Points(200)

// OtherCPD is the category of what counts towards no floor.
const OtherCPD = "other"

// CPDCycle is one person's cycle of continuing development after completion.
// Its rules are those of the framework version on which it was opened.
type CPDCycle struct {
	ID               CPDCycleID
	FrameworkID      string
	FrameworkVersion string
	Cycle            Cycle // the rules
	Anchor           Date  // first day of the first in a row of renewals: months count from it, so that 29 February is not lost
	Round            int   // how many renewals there were since
	StartsOn         Date
	EndsOn           Date       // its last day
	Entries          []CPDEntry // by day, latest first
	Closure          *CPDClosure
}

// CPDEntry is something done for a cycle. It is never deleted: an entry that
// is wrong is reversed.
type CPDEntry struct {
	ID         CPDEntryID
	On         Date
	Title      string
	Provider   string
	Category   string // of a floor, or OtherCPD
	Points     Points
	Approved   bool // by the body
	ReversedAt time.Time
	Reason     string // of the reversal
}

// CPDClosure says that the alternative, such as a re-examination, stands
// instead of points.
type CPDClosure struct {
	On   Date
	Note string
}

// Cycle returns the rules of the cycle with that code, and whether there is
// one.
func (p Programme) Cycle(code string) (Cycle, bool) {
	for _, c := range p.Cycles {
		if c.Code == code {
			return c, true
		}
	}
	return Cycle{}, false
}

// Categories returns the codes that an entry may have.
func (c Cycle) Categories() []string {
	codes := make([]string, 0, len(c.Floors)+1)
	for _, f := range c.Floors {
		codes = append(codes, f.Code)
	}
	return append(codes, OtherCPD)
}

// CategoryTitle returns what a category is called.
func (c Cycle) CategoryTitle(code string) string {
	for _, f := range c.Floors {
		if f.Code == code {
			return f.Title
		}
	}
	return "Other"
}

// span returns a cycle that begins a number of its lengths after the anchor.
func (c Cycle) span(anchor Date, round int) CPDCycle {
	return CPDCycle{
		Cycle: c, Anchor: anchor, Round: round, StartsOn: anchor.AddMonths(round * c.Months), EndsOn: anchor.AddMonths((round + 1) * c.Months).AddDays(-1),
	}
}

// last is the last day that the cycle covers.
func (c CPDCycle) last() Date {
	if c.Closure != nil {
		return c.Closure.On
	}
	return c.EndsOn
}

// OpenCycle begins the first cycle of a kind for somebody who has completed.
// existing are the cycles that they have.
func (a Apprenticeship) OpenCycle(p Programme, code string, from Date, existing []CPDCycle, today Date) (CPDCycle, error) {
	if a.State != CompletedProgramme {
		return CPDCycle{}, Refuse(Conflict, "Continuing development is kept once the programme is completed: it is "+a.State.Phrase())
	}
	var problems Problems
	rules, ok := p.Cycle(code)
	if !ok {
		problems.Add("code", "Select one of the cycles that this programme has")
	}
	switch {
	case from.IsZero():
		problems.Add("starts_on", "Enter the first day of the cycle")
	case from.After(today):
		problems.Add("starts_on", "The first day must be today or in the past")
	case from.Before(a.StartOn):
		problems.Add("starts_on", "The first day must be on or after the start of the programme, "+a.StartOn.Long())
	}
	if err := problems.Err(); err != nil {
		return CPDCycle{}, err
	}
	c := rules.span(from, 0)
	for _, e := range existing {
		if e.Cycle.Code == code && !c.EndsOn.Before(e.StartsOn) && !c.StartsOn.After(e.last()) {
			return CPDCycle{}, InvalidField("starts_on", fmt.Sprintf("A cycle of this kind covers %s to %s already", e.StartsOn.Long(), e.last().Long()))
		}
	}
	return c, nil
}

// Renew begins the cycle that follows: on the day after the last one's, once
// it is met or has ended, or on the day after the alternative. rules are the
// present ones.
func (c CPDCycle) Renew(rules Cycle, existing []CPDCycle, today Date) (CPDCycle, error) {
	if c.renewed(existing) {
		return CPDCycle{}, Refuse(Conflict, "This cycle is renewed already")
	}
	if c.Standing(today).State == CPDOpen {
		return CPDCycle{}, Refuse(Conflict, "This cycle can be renewed once it is met, or after "+c.EndsOn.Long())
	}
	if c.Closure != nil {
		return rules.span(c.Closure.On.AddDays(1), 0), nil
	}
	if rules.Months != c.Cycle.Months {
		return rules.span(c.EndsOn.AddDays(1), 0), nil
	}
	return rules.span(c.Anchor, c.Round+1), nil
}

// renewed reports whether a later cycle of its kind exists.
func (c CPDCycle) renewed(existing []CPDCycle) bool {
	return slices.ContainsFunc(existing, func(e CPDCycle) bool { return e.Cycle.Code == c.Cycle.Code && e.StartsOn.After(c.StartsOn) })
}

// MayRenew reports whether Renew would begin the next one.
func (c CPDCycle) MayRenew(existing []CPDCycle, today Date) bool {
	return !c.renewed(existing) && c.Standing(today).State != CPDOpen
}

// Add checks a new entry.
func (c CPDCycle) Add(e CPDEntry, today Date) (CPDEntry, error) {
	if c.Closure != nil {
		return e, Refuse(Conflict, "This cycle was closed by "+strings.ToLower(c.Cycle.Alternative)+", so nothing is added any more")
	}
	var p Problems
	e.Title, e.Provider = strings.TrimSpace(e.Title), strings.TrimSpace(e.Provider)
	switch {
	case e.On.IsZero():
		p.Add("on", "Enter the day on which you did it")
	case e.On.After(today):
		p.Add("on", "The day must be today or in the past")
	case e.On.Before(c.StartsOn) || e.On.After(c.EndsOn):
		p.Add("on", fmt.Sprintf("The day must be within the cycle: %s to %s", c.StartsOn.Long(), c.EndsOn.Long()))
	}
	if e.Title == "" {
		p.Add("title", "Enter what you did")
	}
	if !slices.Contains(c.Cycle.Categories(), e.Category) {
		p.Add("category", "Select one of the categories")
	}
	if e.Points < 0 || e.Points > MaxPoints || e.Points == 0 && c.Cycle.Points > 0 {
		p.Add("points", "Enter the points in whole or half numbers, from 0.5 to "+MaxPoints.String())
	}
	return e, p.Err()
}

// Reverse takes an entry out of the count, for a reason.
func (c CPDCycle) Reverse(id CPDEntryID, reason string) (CPDEntry, error) {
	i := slices.IndexFunc(c.Entries, func(e CPDEntry) bool { return e.ID == id })
	switch {
	case i < 0:
		return CPDEntry{}, Refuse(NotFound, "This does not exist, or you cannot see it")
	case !c.Entries[i].ReversedAt.IsZero():
		return CPDEntry{}, Refuse(Conflict, "This entry is reversed already")
	}
	e := c.Entries[i]
	if e.Reason = strings.TrimSpace(reason); e.Reason == "" {
		return e, InvalidField("reason", "Enter why the entry is reversed")
	}
	return e, nil
}

// Close lets the alternative stand instead of points.
func (c CPDCycle) Close(by CPDClosure, existing []CPDCycle, today Date) (CPDClosure, error) {
	switch {
	case c.Cycle.Alternative == "":
		return by, Refuse(Conflict, "Nothing else stands instead of the points of this cycle")
	case c.Closure != nil:
		return by, Refuse(Conflict, "This cycle is closed already")
	case c.renewed(existing):
		return by, Refuse(Conflict, "This cycle is renewed already")
	}
	by.Note = strings.TrimSpace(by.Note)
	switch {
	case by.On.IsZero():
		return by, InvalidField("on", "Enter the day of it")
	case by.On.After(today):
		return by, InvalidField("on", "The day must be today or in the past")
	case by.On.Before(c.StartsOn) || by.On.After(c.EndsOn):
		return by, InvalidField("on", fmt.Sprintf("The day must be within the cycle: %s to %s", c.StartsOn.Long(), c.EndsOn.Long()))
	}
	return by, nil
}

// CPDState is how a cycle stands.
type CPDState string

// The states.
const (
	CPDOpen        CPDState = "open"
	CPDMet         CPDState = "met"
	CPDNotMet      CPDState = "not_met"     // it ended short of what it asks for
	CPDAlternative CPDState = "alternative" // closed by what stands instead
)

// CPDStates returns all states.
func CPDStates() []CPDState { return []CPDState{CPDOpen, CPDMet, CPDNotMet, CPDAlternative} }

// CPDStanding is how a cycle stands on a day.
type CPDStanding struct {
	State    CPDState
	Total    Points
	Approved Points            // of the total
	Of       map[string]Points // by category
	DaysLeft int               // to the last day; 0 once it has passed
	Missing  []string          // sentences; empty when nothing is
}

// Standing adds a cycle up. A cycle that asks for no points, such as a yearly
// performance review, is met by its first entry.
func (c CPDCycle) Standing(today Date) CPDStanding {
	s := CPDStanding{State: CPDOpen, Of: map[string]Points{}, DaysLeft: max(0, today.DaysUntil(c.EndsOn))}
	counting := 0
	for _, e := range c.Entries {
		if !e.ReversedAt.IsZero() {
			continue
		}
		counting++
		s.Total += e.Points
		s.Of[e.Category] += e.Points
		if e.Approved {
			s.Approved += e.Points
		}
	}
	if c.Closure != nil {
		s.State, s.DaysLeft = CPDAlternative, 0
		return s
	}
	short := func(what string, have Points, want int) {
		if missing := WholePoints(want) - have; missing > 0 {
			s.Missing = append(s.Missing, fmt.Sprintf("%s: %s of %d. Still needed: %s.", what, have, want, missing))
		}
	}
	short("Points in all", s.Total, c.Cycle.Points)
	for _, f := range c.Cycle.Floors {
		short(f.Title, s.Of[f.Code], f.Points)
	}
	short("Approved by "+c.Cycle.Body, s.Approved, c.Cycle.Approved)
	if counting == 0 && len(s.Missing) == 0 {
		s.Missing = []string{"Nothing is entered yet: one entry is enough."}
	}
	switch {
	case len(s.Missing) == 0:
		s.State = CPDMet
	case today.After(c.EndsOn):
		s.State = CPDNotMet
	}
	return s
}

// CPDNotice is how many days before the end of a cycle that isn't met its
// owner is told first, cpdLastNotice when once more.
const (
	CPDNotice     = 90
	cpdLastNotice = 30
)

// Reminder returns which reminder is due on a day: the days before the end for
// which it stands; 0 for none.
func (c CPDCycle) Reminder(today Date) int {
	if today.Before(c.StartsOn) || today.After(c.EndsOn) || c.Standing(today).State != CPDOpen {
		return 0
	}
	switch left := today.DaysUntil(c.EndsOn); {
	case left <= cpdLastNotice:
		return cpdLastNotice
	case left <= CPDNotice:
		return CPDNotice
	}
	return 0
}
