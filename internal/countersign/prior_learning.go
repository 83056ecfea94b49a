package countersign

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ScanSide is one of the two views of a skills scan.
type ScanSide string

// The sides.
const (
	ApprenticeScan ScanSide = "apprentice"
	SupervisorScan ScanSide = "supervisor"
)

// ScanSides returns both, the apprentice's first.
func ScanSides() []ScanSide { return []ScanSide{ApprenticeScan, SupervisorScan} }

// SkillsScan is one side's view of what the apprentice can do at the start: a
// level of the scale or NoExperience for each competency. It is finished once.
type SkillsScan struct {
	Side             ScanSide
	FrameworkVersion string
	Levels           map[string]string // by code
	By               PersonID
	ByName           string
	FinishedOn       Date
	Version          int // 0: nothing is saved yet
}

// Rate replaces the levels of one side. Finishing needs every competency; a
// side that is finished doesn't change any more.
func (s SkillsScan) Rate(f Framework, levels map[string]string, finish bool, today Date) (SkillsScan, error) {
	if !s.FinishedOn.IsZero() {
		return s, Refuse(Conflict, "This side of the skills scan is finished, so it cannot change any more")
	}
	var p Problems
	kept := map[string]string{}
	for _, code := range sortedKeys(levels) {
		level := levels[code]
		switch _, known := f.Competency(code); {
		case !known:
			p.Add("levels."+code, "This framework has no competency "+code)
		case level == "":
		case !f.Scale.rates(level):
			p.Add("levels."+code, "Select a level of the scale for "+code)
		default:
			kept[code] = level
		}
	}
	if finish && p.Err() == nil {
		for _, c := range f.Competencies() {
			if kept[c.Code] == "" {
				p.Add("levels."+c.Code, "Select a level for "+c.Code)
			}
		}
	}
	s.Levels = kept
	if finish {
		s.FinishedOn = today
	}
	return s, p.Err()
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// PriorLearningID names a claim of prior learning.
type PriorLearningID string

// PriorLearningState is where a claim is in its life.
type PriorLearningState string

// The states.
const (
	PriorClaimed   PriorLearningState = "claimed"
	PriorAccepted  PriorLearningState = "accepted"
	PriorDeclined  PriorLearningState = "declined"
	PriorWithdrawn PriorLearningState = "withdrawn"
)

// PriorLearningEvent is something that happens to a claim.
type PriorLearningEvent string

// The events.
const (
	AcceptPriorLearning   PriorLearningEvent = "accept"
	DeclinePriorLearning  PriorLearningEvent = "decline"
	WithdrawPriorLearning PriorLearningEvent = "withdraw"
)

// PriorLearningLifecycle is the transition table of a claim.
var PriorLearningLifecycle = Lifecycle[PriorLearningState, PriorLearningEvent]{
	Name:  "Prior learning",
	Start: PriorClaimed,
	Transitions: []Transition[PriorLearningState, PriorLearningEvent]{
		{PriorClaimed, AcceptPriorLearning, PriorAccepted, []NamingRole{GPSupervisor}},
		{PriorClaimed, DeclinePriorLearning, PriorDeclined, []NamingRole{GPSupervisor}},
		{PriorClaimed, WithdrawPriorLearning, PriorWithdrawn, []NamingRole{TheApprentice}},
	},
}

// PriorLearning is a claim that something was learnt before the
// apprenticeship. Once accepted it shortens the hours; it never signs anything
// off.
type PriorLearning struct {
	ID             PriorLearningID
	Apprenticeship ApprenticeshipID
	Title          string
	Provider       string
	On             Date
	Minutes        int // of off-the-job time that it replaces
	Competencies   []string
	Evidence       EvidenceID // a piece marked as prior learning; may be empty
	EvidenceTitle  string
	State          PriorLearningState
	Reason         string // of the decision
	ClaimedAt      time.Time
	DecidedByName  string // as it was
	DecidedAt      time.Time
	Version        int
}

// Claim checks a new claim. evidence is the piece that it names, nil for none.
func (c PriorLearning) Claim(a Apprenticeship, f Framework, evidence *Evidence) (PriorLearning, error) {
	var p Problems
	c.Title, c.Provider, c.State = strings.TrimSpace(c.Title), strings.TrimSpace(c.Provider), PriorClaimed
	switch {
	case c.On.IsZero():
		p.Add("on", "Enter the day on which it was completed")
	case !c.On.Before(a.StartOn):
		p.Add("on", "Prior learning is from before the apprenticeship, which started on "+a.StartOn.Long())
	}
	if c.Minutes < 0 {
		p.Add("minutes", "Enter the time that it replaces, or 0")
	}
	for i, code := range c.Competencies {
		if _, ok := f.Competency(code); !ok {
			p.Add(fmt.Sprintf("competencies.%d", i), "This framework has no competency "+code)
		}
	}
	if c.Minutes == 0 && len(c.Competencies) == 0 {
		p.Add("minutes", "Enter the time that it replaces, or select the competencies that it is about")
	}
	if evidence != nil && (!evidence.PriorLearning || evidence.Revision == 0 || evidence.State == Withdrawn) {
		p.Add("evidence", "Select a submitted piece that is marked as prior learning")
	}
	return c, p.Err()
}

// Decide accepts or declines a claim, or takes it back.
func (c PriorLearning) Decide(event PriorLearningEvent, reason string, who NamingRole, at time.Time) (PriorLearning, error) {
	next, ok := PriorLearningLifecycle.Next(c.State, event)
	switch {
	case !ok:
		return c, Refuse(Conflict, "This claim is "+string(c.State)+" already")
	case !slices.Contains(PriorLearningLifecycle.Events(c.State, who), event):
		return c, Refuse(Forbidden, "Only the GP supervisor decides, and only the apprentice takes a claim back")
	}
	if c.Reason = strings.TrimSpace(reason); event == DeclinePriorLearning && c.Reason == "" {
		return c, InvalidField("reason", "Enter why the claim is declined")
	}
	c.State, c.DecidedAt = next, at
	return c, nil
}

// AcceptedMinutes sums the time that accepted claims replace: the minimum
// hours of the programme are so much lower.
func AcceptedMinutes(claims []PriorLearning) int {
	sum := 0
	for _, c := range claims {
		if c.State == PriorAccepted {
			sum += c.Minutes
		}
	}
	return sum
}
