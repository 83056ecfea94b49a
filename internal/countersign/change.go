package countersign

import (
	"fmt"
	"strings"
	"time"
)

// ShortestBreak is how many days a break in learning must be expected to last:
// leave of up to four weeks is not a break (funding rules, S85-S88).
const ShortestBreak = 29

// ChangeID names a change of an apprenticeship.
type ChangeID string

// Change is something that happened to an apprenticeship itself. Changes are
// never altered; a decision on a request answers it with a change of its own.
type Change struct {
	ID             ChangeID
	Apprenticeship ApprenticeshipID
	Event          ApprenticeshipEvent
	From, To       ApprenticeshipState
	On             Date // the day from which it holds
	EndBefore      Date // the planned end, where the event changes it or asks to
	EndAfter       Date
	ReturnExpected Date
	LastLearningOn Date
	PracticeBefore OrganisationID
	PracticeAfter  OrganisationID
	PracticeNames  [2]string // before and after, for reading
	Answers        ChangeID  // the request that this decides
	Reason         string
	Progress       string // of an extension: what is done so far
	Support        string // of an extension: what extra help will be given
	By             PersonID
	ByName         string // as it was
	ByRole         NamingRole
	At             time.Time
}

// change begins the record of an event, if somebody in that role may cause it
// in the present state.
func (a Apprenticeship) change(event ApprenticeshipEvent, who NamingRole, on Date, reason string) (Change, error) {
	c := Change{Apprenticeship: a.ID, Event: event, From: a.State, To: a.State, On: on, Reason: strings.TrimSpace(reason), ByRole: who}
	for _, t := range ApprenticeshipLifecycle.Transitions {
		if t.From != a.State || t.Event != event {
			continue
		}
		for _, w := range t.Who {
			if w == who {
				c.To = t.To
				return c, nil
			}
		}
		if t.Who[0] == LeadOfHub {
			return c, Refuse(Forbidden, "Only the training hub can do this")
		}
		return c, Refuse(Forbidden, "Only the "+t.Who[0].Title()+" can do this")
	}
	return c, Refuse(Conflict, "This cannot be done to an apprenticeship that is "+a.State.Phrase())
}

// Phrase returns the state for use inside a sentence: "on a break".
func (s ApprenticeshipState) Phrase() string {
	switch s {
	case Applied:
		return "waiting for the training hub's decision"
	case OnBreak:
		return "on a break"
	case HandedIn:
		return "with the verifier"
	case ReferredBack:
		return "referred back"
	}
	return string(s)
}

// Accept starts the programme that a practice applied for.
func (a Apprenticeship) Accept(p Programme, start, end Date, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(AcceptApplication, who, today, "")
	if err != nil {
		return a, c, err
	}
	if err := p.CheckDates(start, end, false, 0); err != nil {
		return a, c, err
	}
	c.EndBefore, c.EndAfter = a.PlannedEndOn, end
	a.State, a.StartOn, a.PlannedEndOn, a.OriginalEndOn = c.To, start, end, end
	return a, c, nil
}

// Decline says no to an application, with a reason that the practice reads.
func (a Apprenticeship) Decline(reason string, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(DeclineApplication, who, today, reason)
	if err != nil {
		return a, c, err
	}
	if c.Reason == "" {
		return a, c, InvalidField("reason", "Enter why the application is declined")
	}
	a.State, a.EndedOn, a.EndReason = c.To, today, c.Reason
	return a, c, nil
}

// StartBreak begins a break in learning on a day that isn't in the future and
// isn't before the start. It must be expected to last more than four weeks.
func (a Apprenticeship) StartBreak(on, expected Date, reason string, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(BeginBreak, who, on, reason)
	if err != nil {
		return a, c, err
	}
	var p Problems
	switch {
	case on.IsZero():
		p.Add("on", "Enter the first day of the break")
	case on.After(today):
		p.Add("on", "The first day of the break must be today or in the past")
	case on.Before(a.StartOn):
		p.Add("on", "The break must not begin before the apprenticeship, on "+a.StartOn.Long())
	}
	switch {
	case expected.IsZero():
		p.Add("return_expected_on", "Enter the day on which the apprentice is expected back")
	case !on.IsZero() && on.DaysUntil(expected) < ShortestBreak:
		p.Add("return_expected_on", fmt.Sprintf("A break lasts more than 4 weeks: the return must be %s or later. Leave of up to 4 weeks is not recorded as a break", on.AddDays(ShortestBreak).Long()))
	}
	if c.Reason == "" {
		p.Add("reason", "Enter why the apprentice takes a break")
	}
	if err := p.Err(); err != nil {
		return a, c, err
	}
	c.ReturnExpected = expected
	a.State, a.OnBreakSince, a.ReturnExpectedOn = c.To, on, expected
	return a, c, nil
}

// Return ends a break; on is the first day back. The planned end moves by the
// length of a break of more than four weeks.
func (a Apprenticeship) Return(on Date, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(ReturnFromBreak, who, on, "")
	if err != nil {
		return a, c, err
	}
	switch {
	case on.IsZero():
		return a, c, InvalidField("on", "Enter the first day back")
	case on.After(today):
		return a, c, InvalidField("on", "The first day back must be today or in the past")
	case !on.After(a.OnBreakSince):
		return a, c, InvalidField("on", "The first day back must be after the break began, on "+a.OnBreakSince.Long())
	}
	days := a.OnBreakSince.DaysUntil(on)
	if days < ShortestBreak {
		days = 0
	}
	c.EndBefore, c.EndAfter = a.PlannedEndOn, a.PlannedEndOn.AddDays(days)
	a.State, a.OnBreakSince, a.ReturnExpectedOn = c.To, Date{}, Date{}
	a.PlannedEndOn, a.BreakDays = c.EndAfter, a.BreakDays+days
	return a, c, nil
}

// LatestEnd returns the last day on which the programme may end: its longest
// time and its extension, and the days of breaks.
func (a Apprenticeship) LatestEnd(p Programme) Date {
	return a.StartOn.AddMonths(p.MonthsMax + p.ExtensionMonths).AddDays(a.BreakDays)
}

// AskExtension asks the training hub for a later planned end. It says what is
// done so far, why more time is needed and what extra help will be given
// (S3: the three parts of the form that hubs use).
func (a Apprenticeship) AskExtension(p Programme, end Date, progress, reason, support string, who NamingRole, today Date) (Change, error) {
	c := Change{
		Apprenticeship: a.ID, Event: RequestExtension, From: a.State, To: a.State, On: today, EndBefore: a.PlannedEndOn, EndAfter: end,
		Progress: strings.TrimSpace(progress), Reason: strings.TrimSpace(reason), Support: strings.TrimSpace(support), ByRole: who,
	}
	if a.State != Active && a.State != ReferredBack {
		return c, Refuse(Conflict, "Only an apprenticeship that is active can be extended; this one is "+a.State.Phrase())
	}
	var problems Problems
	problems.Merge(a.checkExtension(p, end))
	if c.Progress == "" {
		problems.Add("progress", "Enter what the apprentice has done so far")
	}
	if c.Reason == "" {
		problems.Add("reason", "Enter why more time is needed")
	}
	if c.Support == "" {
		problems.Add("support", "Enter the extra support that will be given")
	}
	return c, problems.Err()
}

func (a Apprenticeship) checkExtension(p Programme, end Date) error {
	switch last := a.LatestEnd(p); {
	case p.ExtensionMonths == 0:
		return InvalidField("planned_end_date", "This programme cannot be extended")
	case end.IsZero():
		return InvalidField("planned_end_date", "Enter the new planned end date")
	case !end.After(a.PlannedEndOn):
		return InvalidField("planned_end_date", "The new planned end must be after the present one, "+a.PlannedEndOn.Long())
	case end.After(last):
		return InvalidField("planned_end_date", fmt.Sprintf("The programme can be extended by at most %d months: to %s", p.ExtensionMonths, last.Long()))
	}
	return nil
}

// DecideExtension grants or declines a request that nobody has decided yet.
// Granting may set an earlier end than was asked for; declining needs a
// reason.
func (a Apprenticeship) DecideExtension(p Programme, request Change, grant bool, end Date, reason string, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c := Change{
		Apprenticeship: a.ID, Event: DeclineExtension, From: a.State, To: a.State, On: today, EndBefore: a.PlannedEndOn, EndAfter: a.PlannedEndOn,
		Answers: request.ID, Reason: strings.TrimSpace(reason), ByRole: who,
	}
	switch {
	case who != LeadOfHub:
		return a, c, Refuse(Forbidden, "Only the training hub can decide about an extension")
	case a.State != Active && a.State != ReferredBack:
		return a, c, Refuse(Conflict, "Only an apprenticeship that is active can be extended; this one is "+a.State.Phrase())
	case !grant && c.Reason == "":
		return a, c, InvalidField("reason", "Enter why the extension is declined")
	case !grant:
		return a, c, nil
	}
	if err := a.checkExtension(p, end); err != nil {
		return a, c, err
	}
	c.Event, c.EndAfter = GrantExtension, end
	a.PlannedEndOn = end
	return a, c, nil
}

// Leave withdraws the apprentice from the programme. The last day of learning
// is proved by the last entry of the record, last, and can't be after it
// (S90); without any entry it is the start.
func (a Apprenticeship) Leave(lastLearning, last Date, reason string, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(WithdrawApprentice, who, today, reason)
	if err != nil {
		return a, c, err
	}
	if last.IsZero() || last.Before(a.StartOn) {
		last = a.StartOn
	}
	if lastLearning.IsZero() {
		lastLearning = last
	}
	var p Problems
	if c.Reason == "" {
		p.Add("reason", "Enter why the apprentice leaves the programme")
	}
	switch {
	case a.State == Applied:
		lastLearning = Date{}
	case lastLearning.After(last):
		p.Add("last_learning_on", "The last day of learning must be proved by an entry: the last one is of "+last.Long())
	case lastLearning.Before(a.StartOn):
		p.Add("last_learning_on", "The last day of learning must not be before the start, "+a.StartOn.Long())
	}
	if err := p.Err(); err != nil {
		return a, c, err
	}
	c.LastLearningOn = lastLearning
	a.State, a.EndedOn, a.EndReason, a.LastLearningOn = c.To, today, c.Reason, lastLearning
	a.OnBreakSince, a.ReturnExpectedOn = Date{}, Date{}
	return a, c, nil
}

// Restart takes somebody who withdrew back, with a new planned end. The days
// away count like a break.
func (a Apprenticeship) Restart(p Programme, end Date, reason string, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(RestartApprenticeship, who, today, reason)
	if err != nil {
		return a, c, err
	}
	away := a
	away.BreakDays += a.EndedOn.DaysUntil(today)
	var problems Problems
	if c.Reason == "" {
		problems.Add("reason", "Enter why the apprentice starts again")
	}
	switch last := away.LatestEnd(p); {
	case end.IsZero():
		problems.Add("planned_end_date", "Enter the new planned end date")
	case !end.After(today):
		problems.Add("planned_end_date", "The new planned end must be in the future")
	case end.After(last):
		problems.Add("planned_end_date", "The planned end can be at most "+last.Long())
	}
	if err := problems.Err(); err != nil {
		return a, c, err
	}
	c.EndBefore, c.EndAfter = a.PlannedEndOn, end
	a.State, a.EndedOn, a.EndReason, a.LastLearningOn = c.To, Date{}, "", Date{}
	a.PlannedEndOn, a.BreakDays = end, away.BreakDays
	return a, c, nil
}

// Complete ends the programme without a verifier, once every core competency
// is signed off.
func (a Apprenticeship) Complete(who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(CompleteApprenticeship, who, today, "")
	if err != nil {
		return a, c, err
	}
	if a.CoreSignedOff < a.Core {
		return a, c, InvalidField("state", "Not every core competency is signed off yet")
	}
	a.State, a.EndedOn, a.EndReason = c.To, today, ""
	return a, c, nil
}

// PlanEnd moves the planned end within the programme's usual length. More is
// an extension, which only the training hub grants.
func (a Apprenticeship) PlanEnd(p Programme, end Date, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c := Change{
		Apprenticeship: a.ID, Event: ChangePlannedEnd, From: a.State, To: a.State, On: today, EndBefore: a.PlannedEndOn, EndAfter: end, ByRole: who,
	}
	if a.State.Ended() {
		return a, c, Refuse(Conflict, "This apprenticeship has ended, so its dates cannot change any more")
	}
	if err := p.CheckDates(a.StartOn, end, who == LeadOfHub, a.BreakDays); err != nil {
		return a, c, err
	}
	a.PlannedEndOn = end
	return a, c, nil
}

// Move brings the apprenticeship to another practice.
func (a Apprenticeship) Move(to OrganisationID, reason string, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c := Change{
		Apprenticeship: a.ID, Event: TransferPractice, From: a.State, To: a.State, On: today,
		PracticeBefore: a.Practice, PracticeAfter: to, Reason: strings.TrimSpace(reason), ByRole: who,
	}
	var p Problems
	switch {
	case who != LeadOfHub:
		return a, c, Refuse(Forbidden, "Only the training hub can move an apprentice to another practice")
	case a.State.Ended():
		return a, c, Refuse(Conflict, "This apprenticeship has ended, so it cannot move any more")
	case to == a.Practice:
		p.Add("practice", "The apprentice is at this practice already")
	}
	if c.Reason == "" {
		p.Add("reason", "Enter why the apprentice moves")
	}
	if err := p.Err(); err != nil {
		return a, c, err
	}
	a.Practice = to
	return a, c, nil
}

// Title returns what happened, for a line of the history.
func (c Change) Title() string {
	return changeTitles[c.Event]
}

var changeTitles = map[ApprenticeshipEvent]string{
	ApplyForProgramme:      "Application made",
	AcceptApplication:      "Application accepted",
	DeclineApplication:     "Application declined",
	BeginBreak:             "Break began",
	ReturnFromBreak:        "Back from the break",
	HandIn:                 "Portfolio submitted",
	ReferBack:              "Portfolio referred back",
	VerifyPortfolio:        "Portfolio verified",
	CompleteApprenticeship: "Completed",
	WithdrawApprentice:     "Withdrew from the programme",
	RestartApprenticeship:  "Started again",
	RequestExtension:       "Extension asked for",
	GrantExtension:         "Extension granted",
	DeclineExtension:       "Extension declined",
	TransferPractice:       "Moved to another practice",
	ChangeVersion:          "Framework version changed",
	ChangePlannedEnd:       "Planned end changed",
}
