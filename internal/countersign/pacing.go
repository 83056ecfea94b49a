package countersign

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
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

// PaceRule holds the numbers by which pace is judged. They are settings of a
// framework version; one that gives none has those of frameworks/usual.yaml.
type PaceRule struct {
	StillDays     int    // nothing new for so long is stuck
	WaitDays      int    // a decision waited for so long is stuck
	BehindPercent int    // so many percentage points of the scope behind is slipping
	MentorLoad    int    // apprentices that a GP supervisor can look after at a time
	Basis         string // why these
	Source        string
	Usual         bool // the framework gives none of its own
}

// Words states the rule for people.
func (r PaceRule) Words() []string {
	words := []string{
		fmt.Sprintf("Stuck: nothing has happened on the record for %d days, or a decision about a competency has been waited for %d days.", r.StillDays, r.WaitDays),
		fmt.Sprintf("Slipping: not stuck, but sign-offs are %d percentage points or more behind the usual pace of the plan, a progress review is overdue, or the planned end has passed.", r.BehindPercent),
		"On track: neither.",
		"The usual pace is slow at first and faster later. Only apprentices who are learning are judged, not those on a break.",
		fmt.Sprintf("A GP supervisor is over their load with more than %d active apprentices.", r.MentorLoad),
	}
	return append(words, sentences(r.Basis, sourceWords(r.Source)))
}

func sourceWords(source string) string {
	if source == "" {
		return ""
	}
	return "Source: " + source + "."
}

// StatedPace is a rule with the framework versions that it holds for, such as
// "gpa-combined 1.1.0".
type StatedPace struct {
	For  []string
	Rule PaceRule
}

// Names are the versions in a line.
func (p StatedPace) Names() string { return strings.Join(p.For, ", ") }

// StatePace returns the rules of frameworks, each once: that of most versions
// first.
func StatePace(frameworks []Framework) []StatedPace {
	var stated []StatedPace
	for _, f := range frameworks {
		i := slices.IndexFunc(stated, func(p StatedPace) bool { return p.Rule == f.Pace })
		if i < 0 {
			i, stated = len(stated), append(stated, StatedPace{Rule: f.Pace})
		}
		stated[i].For = append(stated[i].For, f.ID+" "+f.Version)
	}
	slices.SortStableFunc(stated, func(a, b StatedPace) int { return len(b.For) - len(a.For) })
	return stated
}

// PaceWords states rules for people: whom each is for, where there are several.
func PaceWords(stated []StatedPace) []string {
	var words []string
	for _, p := range stated {
		of := ""
		if len(stated) > 1 {
			of = p.Names() + ": "
		}
		for _, w := range p.Rule.Words() {
			words = append(words, of+w)
		}
	}
	return words
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

// PaceCause is what makes somebody slip or stick.
type PaceCause string

// The causes.
const (
	NothingNew   PaceCause = "nothing_new"
	PastTheEnd   PaceCause = "past_the_end"
	DecisionLate PaceCause = "decision_waited_for"
	ReviewLate   PaceCause = "review_overdue"
	BehindPlan   PaceCause = "behind_the_plan"
)

// PaceCauses returns every cause.
func PaceCauses() []PaceCause {
	return []PaceCause{NothingNew, PastTheEnd, DecisionLate, ReviewLate, BehindPlan}
}

// PaceReason is why somebody is slipping or stuck from a day on, if nothing
// changes.
type PaceReason struct {
	Flag     Flag
	From     Date
	Cause    PaceCause
	Sentence string
}

// Next says what those who look after an apprentice can do about a cause.
func (c PaceCause) Next() string {
	return map[PaceCause]string{
		NothingNew:   "Ask the apprentice what is in the way. Somebody who sees their work can record evidence for them.",
		PastTheEnd:   "Agree a new planned end, ask the training hub for an extension, or end the programme.",
		DecisionLate: "The GP supervisor decides what waits. While they are away somebody can be named to cover.",
		ReviewLate:   "Hold the progress review, and agree what comes next.",
		BehindPlan:   "Look together at what is missing for each competency, and plan the next sign-offs.",
	}[c]
}

// NextForOneself says what the apprentice can do about a cause.
func (c PaceCause) NextForOneself() string {
	return map[PaceCause]string{
		NothingNew:   "Add something you did lately, however small. If something is in the way, tell your GP supervisor or mentor.",
		PastTheEnd:   "Talk with your GP supervisor about the time you need. They can ask the training hub for more.",
		DecisionLate: "This is not up to you. Remind your GP supervisor that it waits for them.",
		ReviewLate:   "Agree a day for the progress review with your GP supervisor.",
		BehindPlan:   "Most people sign off more towards the end. Look at what is missing, and choose what to do next with your mentor.",
	}[c]
}

// Reasons returns everything that makes the apprentice slip or stick, sooner
// or later, the first first.
func (p Pacing) Reasons() []PaceReason {
	last := p.LastActivity
	if last.Before(p.StartOn) {
		last = p.StartOn
	}
	out := []PaceReason{
		{Stuck, last.AddDays(p.Rule.StillDays), NothingNew, "Nothing has happened since " + last.Long()},
		{Slipping, p.PlannedEndOn.AddDays(1), PastTheEnd, "The planned end was " + p.PlannedEndOn.Long()},
	}
	if !p.WaitingSince.IsZero() {
		out = append(out, PaceReason{Stuck, p.WaitingSince.AddDays(p.Rule.WaitDays), DecisionLate, "A decision has been waited for since " + p.WaitingSince.Long()})
	}
	if !p.ReviewDue.IsZero() {
		out = append(out, PaceReason{Slipping, p.ReviewDue.AddDays(1), ReviewLate, "A progress review was due by " + p.ReviewDue.Long()})
	}
	if n := sort.Search(p.PlanDays+1, p.behindAfter); n <= p.PlanDays {
		out = append(out, PaceReason{
			Slipping, p.LearnFrom.AddDays(n - 1), BehindPlan,
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
