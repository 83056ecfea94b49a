package countersign

import (
	"slices"
	"time"
)

// Tally is one apprenticeship as reports count it: a narrow row that is
// kept with every change, so that no report reads the record itself. What a
// day decides stands in it as the day on which it does.
type Tally struct {
	Apprenticeship   ApprenticeshipID
	Practice         OrganisationID
	FrameworkID      string
	FrameworkVersion string
	Cohort           string
	State            ApprenticeshipState
	Begun            bool // accepted, and not withdrawn before it began
	StartOn          Date
	PlannedEndOn     Date
	EndedOn          Date
	InScope          int
	SignedOff        int
	Month            Month // in which Signings were made
	Signings         int   // decisions that completed a sign-off
	ToSign           int   // competencies that wait for a decision
	ToSignSince      Date
	LearnFrom        Date // the start, later by the days of breaks that are over
	LearnUntil       Date // the last day on which hours are expected
	PlanDays         int  // of learning in the plan
	Verified         int  // minutes of protected and off-the-job time
	Target           int  // minutes, over the plan
	ReviewDue        Date
	SlipsOn, StuckOn Date     // unless something changes before
	Supervisor       PersonID // the GP supervisor; empty for none
	Mentor           PersonID // the secondary mentor
	MentorLoad       int
	Due              int // pounds to the practice that are due, not claimed
	Claimed          int // claimed, not paid
	Paid             int
	Finish           Date // forecast as of AsOf; zero for too little to go by
	Early, Late      Date
	AsOf             Date // the day on which this was worked out
	RefreshOn        Date // the next day on which time alone changes any of it
}

// HeldNaming is a naming and the last day on which its person holds the role
// that it needs; zero for no end.
type HeldNaming struct {
	Naming
	HeldUntil Date
}

// holds reports whether the naming gives its right on a day.
func (n HeldNaming) holds(day Date) bool {
	return within(day, n.From, n.To) && (n.HeldUntil.IsZero() || !day.After(n.HeldUntil))
}

// TallyFacts are what a tally follows from.
type TallyFacts struct {
	Apprenticeship
	Programme   Programme
	Changes     []Change     // oldest first
	Namings     []HeldNaming // everybody who was ever named; in their own right before covers, the first first
	SignedOn    []Date       // when each competency that stands was first signed off, in order
	WaitDays    int          // how long a decision has usually been waited for
	Ready       int          // competencies not signed off that only wait for a decision
	ToSign      int          // competencies that wait for one, renewals too
	ToSignSince time.Time
	Signings    int
	Verified    int // minutes
	Prior       int // minutes that prior learning stands for
	LastReview  Date
	SubmittedOn Date
	Payments    []PaymentEntry
	Today       Date
}

// Tally works the tally out.
func (f TallyFacts) Tally() Tally {
	t := Tally{
		Apprenticeship: f.ID, Practice: f.Practice, FrameworkID: f.FrameworkID, FrameworkVersion: f.FrameworkVersion, Cohort: f.Cohort,
		State: f.State, Begun: f.begun(), StartOn: f.StartOn, PlannedEndOn: f.PlannedEndOn, EndedOn: f.EndedOn,
		InScope: f.InScope, SignedOff: f.SignedOff, Month: MonthOf(f.Today), Signings: f.Signings,
		Verified: f.Verified, MentorLoad: f.Programme.Pace.MentorLoad, AsOf: f.Today,
	}
	if f.IsWorking() {
		t.ToSign, t.ToSignSince = f.ToSign, LondonDate(f.ToSignSince)
	}
	breaks := f.Breaks(f.Changes)
	t.learning(f, breaks)
	t.ReviewDue = f.NextReview(f.Programme, f.LastReview, breaks)
	if f.learns() {
		p := f.pacing(t)
		t.SlipsOn, t.StuckOn = p.from(Slipping), p.from(Stuck)
	}
	t.forecast(f, breaks)
	t.named(f)
	t.payments(f)
	return t
}

// begun reports whether the apprentice was accepted and didn't leave before
// the beginning.
func (a Apprenticeship) begun() bool {
	return a.State != Applied && a.State != Declined && (a.State != WithdrawnFromProgramme || !a.LastLearningOn.IsZero())
}

// learns reports whether pace is judged.
func (a Apprenticeship) learns() bool { return a.State == Active || a.State == ReferredBack }

// learning fills in what is expected of the hours as time passes.
func (t *Tally) learning(f TallyFacts, breaks []Period) {
	var over []Period
	t.LearnUntil = f.PlannedEndOn
	if !f.EndedOn.IsZero() && f.EndedOn.Before(t.LearnUntil) {
		t.LearnUntil = f.EndedOn
	}
	for _, b := range breaks {
		if !b.To.IsZero() {
			over = append(over, b)
		} else if last := b.From.AddDays(-1); last.Before(t.LearnUntil) {
			t.LearnUntil = last
		}
	}
	t.PlanDays = learning(f.StartOn, f.PlannedEndOn, over)
	away := f.StartOn.DaysUntil(f.PlannedEndOn) + 1 - t.PlanDays
	t.LearnFrom = f.StartOn.AddDays(away)
	t.Target = f.HoursTotals(f.Programme, breaks, f.Prior, 0, f.Verified, f.Today).Target()
}

// Expected returns the minutes that the plan expects by a day.
func (t Tally) Expected(day Date) int {
	if t.LearnUntil.Before(day) {
		day = t.LearnUntil
	}
	if t.PlanDays == 0 {
		return 0
	}
	return t.Target * min(max(t.LearnFrom.DaysUntil(day)+1, 0), t.PlanDays) / t.PlanDays
}

// GetsOn returns how the apprentice gets on today, as reports count it, and
// why; nothing for somebody who isn't learning.
func (f TallyFacts) GetsOn() (Flag, []PaceReason) {
	t := f.Tally()
	if !t.Begun || t.Flag(f.Today) == "" {
		return "", nil
	}
	return f.pacing(t).On(f.Today)
}

func (f TallyFacts) pacing(t Tally) Pacing {
	return Pacing{
		Rule: f.Programme.Pace, StartOn: f.StartOn, PlannedEndOn: f.PlannedEndOn, LastActivity: LondonDate(f.LastActivityAt),
		WaitingSince: t.ToSignSince, ReviewDue: t.ReviewDue, LearnFrom: t.LearnFrom, PlanDays: t.PlanDays, SignedOff: f.SignedOff, InScope: f.InScope,
	}
}

// Flag returns how the apprentice gets on that day; empty for somebody who
// isn't learning.
func (t Tally) Flag(day Date) Flag {
	switch {
	case t.StuckOn.IsZero() || day.Before(t.StartOn):
		return ""
	case !day.Before(t.StuckOn):
		return Stuck
	case !day.Before(t.SlipsOn):
		return Slipping
	}
	return OnTrack
}

// forecast fills in when the apprentice is likely to finish.
func (t *Tally) forecast(f TallyFacts, breaks []Period) {
	if !f.learns() && f.State != OnBreak {
		return
	}
	p := Pace{
		Start: f.StartOn, Today: f.Today, Breaks: breaks, ReturnExpected: f.ReturnExpectedOn, SignedOn: f.SignedOn,
		Remaining: f.InScope - len(f.SignedOn), Ready: f.Ready, WaitDays: f.WaitDays, VerifiedMinutes: f.Verified,
	}
	if rule, ok := f.Programme.HoursRule(f.StartOn); ok {
		p.MinimumMinutes = max(rule.Minimum(f.StartOn, f.StartOn.AddDays(t.PlanDays-1))-f.Prior, 0)
	}
	if forecast, ok := p.Forecast(); ok {
		t.Finish, t.Early, t.Late = forecast.Finish, forecast.Early, forecast.Late
	}
}

// named fills in who looks after the apprentice, and when time changes that.
func (t *Tally) named(f TallyFacts) {
	for _, n := range f.Namings {
		holder := &t.Supervisor
		switch n.Role {
		case SecondaryMentor:
			holder = &t.Mentor
		case GPSupervisor:
		default:
			continue
		}
		if *holder == "" && n.holds(f.Today) {
			*holder = n.Person
		}
		t.refresh(f, n.From)
		if !n.To.IsZero() {
			t.refresh(f, n.To.AddDays(1))
		}
		if !n.HeldUntil.IsZero() {
			t.refresh(f, n.HeldUntil.AddDays(1))
		}
	}
}

// payments fills in the money to the practice.
func (t *Tally) payments(f TallyFacts) {
	var named []Naming
	for _, n := range f.Namings {
		named = append(named, n.Naming)
	}
	for _, p := range f.Programme.PaymentsOf(NewPaymentFacts(f.Apprenticeship, named, f.SubmittedOn), f.Payments, f.Today) {
		switch p.State {
		case PaymentDue:
			t.Due += p.Amount
		case PaymentClaimed:
			t.Claimed += p.Amount
		case PaymentPaid:
			t.Paid += p.Amount
		case PaymentNotDue:
			t.refresh(f, p.DueOn)
		}
	}
}

// refresh notes a day on which time alone changes the tally.
func (t *Tally) refresh(f TallyFacts, day Date) {
	if day.After(f.Today) && (t.RefreshOn.IsZero() || day.Before(t.RefreshOn)) {
		t.RefreshOn = day
	}
}

// Usual returns the middle of waiting times, the later of two.
func Usual(days []int) int {
	if len(days) == 0 {
		return 0
	}
	days = slices.Sorted(slices.Values(days))
	return days[len(days)/2]
}
