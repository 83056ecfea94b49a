package countersign

import (
	"fmt"
	"math"
	"sort"
)

// Flag says how an apprentice who is learning gets on.
type Flag string

// The flags.
const (
	OnTrack  Flag = "on_track"
	Slipping Flag = "slipping"
	Stuck    Flag = "stuck"
)

// Flags returns every flag, the best first.
func Flags() []Flag { return []Flag{OnTrack, Slipping, Stuck} }

// PaceRule holds the numbers by which the training hub judges pace. They are
// settings of a framework version.
type PaceRule struct {
	StillDays     int // nothing new for so long is stuck
	WaitDays      int // a decision waited for so long is stuck
	BehindPercent int // so many percentage points of the scope behind is slipping
	MentorLoad    int // apprentices that a GP supervisor can look after at a time
}

// UsualPace is the rule of a framework that gives none of its own. The numbers
// are ours, not published ones: 6 weeks, 4 weeks, 15 points and 3 apprentices.
var UsualPace = PaceRule{StillDays: 42, WaitDays: 28, BehindPercent: 15, MentorLoad: 3}

// PaceRule returns the programme's rule with the usual numbers where it gives
// none.
func (p Programme) PaceRule() PaceRule {
	r := p.Pace
	for _, n := range []struct{ own, usual *int }{
		{&r.StillDays, &UsualPace.StillDays},
		{&r.WaitDays, &UsualPace.WaitDays},
		{&r.BehindPercent, &UsualPace.BehindPercent},
		{&r.MentorLoad, &UsualPace.MentorLoad},
	} {
		if *n.own == 0 {
			*n.own = *n.usual
		}
	}
	return r
}

// Words states the rule for people.
func (r PaceRule) Words() []string {
	return []string{
		fmt.Sprintf("Stuck: nothing has happened on the record for %d days, or a decision about a competency has been waited for %d days.", r.StillDays, r.WaitDays),
		fmt.Sprintf("Slipping: not stuck, but sign-offs are %d percentage points or more behind the usual pace of the plan, a progress review is overdue, or the planned end has passed.", r.BehindPercent),
		"On track: neither.",
		"The usual pace is slow at first and faster later. Only apprentices who are learning are judged, not those on a break.",
	}
}

// Pacing is what the flag of one apprentice follows from.
type Pacing struct {
	Rule         PaceRule
	StartOn      Date
	PlannedEndOn Date
	LastActivity Date // zero if nothing has happened yet
	WaitingSince Date // of the decision waited for longest; zero for none
	ReviewDue    Date // zero for none
	LearnFrom    Date // the start, later by the days of breaks that are over
	PlanDays     int  // of learning in the plan
	SignedOff    int
	InScope      int
}

// PaceReason is why somebody is slipping or stuck from a day on, if nothing
// changes.
type PaceReason struct {
	Flag     Flag
	From     Date
	Sentence string
}

// Reasons returns everything that makes the apprentice slip or stick, sooner
// or later, the first first.
func (p Pacing) Reasons() []PaceReason {
	last := p.LastActivity
	if last.Before(p.StartOn) {
		last = p.StartOn
	}
	out := []PaceReason{
		{Stuck, last.AddDays(p.Rule.StillDays), "Nothing has happened since " + last.Long()},
		{Slipping, p.PlannedEndOn.AddDays(1), "The planned end was " + p.PlannedEndOn.Long()},
	}
	if !p.WaitingSince.IsZero() {
		out = append(out, PaceReason{Stuck, p.WaitingSince.AddDays(p.Rule.WaitDays), "A decision has been waited for since " + p.WaitingSince.Long()})
	}
	if !p.ReviewDue.IsZero() {
		out = append(out, PaceReason{Slipping, p.ReviewDue.AddDays(1), "A progress review was due by " + p.ReviewDue.Long()})
	}
	if n := sort.Search(p.PlanDays+1, p.behindAfter); n <= p.PlanDays {
		out = append(out, PaceReason{
			Slipping, p.LearnFrom.AddDays(n - 1),
			fmt.Sprintf("%d of %d competencies are signed off, which is behind the usual pace", p.SignedOff, p.InScope),
		})
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].From.Before(out[j].From) })
	return out
}

// behindAfter reports whether the sign-offs of today would be too few after so
// many days of learning.
func (p Pacing) behindAfter(days int) bool {
	if p.PlanDays == 0 || p.InScope == 0 {
		return false
	}
	usual := math.Pow(float64(days)/float64(p.PlanDays), growth) * float64(p.InScope)
	return usual-float64(p.SignedOff) >= float64(p.Rule.BehindPercent*p.InScope)/100
}

// On returns how the apprentice gets on that day, and why.
func (p Pacing) On(day Date) (Flag, []PaceReason) {
	flag := OnTrack
	var why []PaceReason
	for _, r := range p.Reasons() {
		if r.From.After(day) {
			continue
		}
		why = append(why, r)
		if flag != Stuck {
			flag = r.Flag
		}
	}
	return flag, why
}

// from returns the first day on which there is a reason for the flag.
func (p Pacing) from(flag Flag) Date {
	for _, r := range p.Reasons() {
		if r.Flag == flag {
			return r.From
		}
	}
	return Date{}
}
