package countersign

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// GatewayDeclaration is what the GP supervisor says of a condition that the record
// itself can't show. The last one of a condition holds; Declared is false where
// it was taken back.
type GatewayDeclaration struct {
	Condition string // code
	Declared  bool
	By        PersonID
	ByName    string // as it was
	At        time.Time
}

// Shortfall is how far something that is counted has come.
type Shortfall struct {
	Have, Need int // minutes
}

// GatewayFacts are what the checklist is judged by. What is nil isn't kept in
// the record, so the GP supervisor declares it.
type GatewayFacts struct {
	Attainments    []Attainment
	Hours          *Shortfall // verified
	PlacementHours *Shortfall // confirmed by the site supervisor
	OverdueReview  *Date      // the day by which a review ought to have been held; the zero Date for none
	Declarations   []GatewayDeclaration
	ReferredAt     time.Time // of the last referral: earlier declarations don't hold any more
}

// CheckedCondition is a line of the gateway checklist.
type CheckedCondition struct {
	Condition
	Met         bool
	Says        string              // what is missing, or what shows that it is met
	Missing     []Competency        // of those that are about competencies
	ByPerson    bool                // the GP supervisor declares it
	Declaration *GatewayDeclaration // that holds
}

// Checklist judges each condition of the gateway.
func (p Programme) Checklist(f GatewayFacts) []CheckedCondition {
	conditions := p.Conditions()
	out := make([]CheckedCondition, len(conditions))
	for i, c := range conditions {
		line := CheckedCondition{Condition: c}
		switch {
		case c.Kind == CoreCompetencies || c.Kind == ScopeCompleted:
			line.competencies(f.Attainments)
		case c.Kind == HoursReached && f.Hours != nil:
			line.hours(*f.Hours, "verified")
		case c.Kind == PlacementReached && f.PlacementHours != nil:
			line.hours(*f.PlacementHours, "confirmed")
		case c.Kind == ReviewsHeld && f.OverdueReview != nil:
			line.Met, line.Says = f.OverdueReview.IsZero(), "No progress review is overdue."
			if !line.Met {
				line.Says = "A progress review has been due since " + f.OverdueReview.Long() + "."
			}
		default:
			line.declared(f)
		}
		out[i] = line
	}
	return out
}

func (c *CheckedCondition) competencies(all []Attainment) {
	need := 0
	for _, a := range all {
		switch status := a.Status(); {
		case status == NotApplicable || c.Kind == CoreCompetencies && !a.Core:
			continue
		case status != SignedOff:
			c.Missing = append(c.Missing, a.Competency)
		}
		need++
	}
	c.Met = len(c.Missing) == 0
	c.Says = fmt.Sprintf("%d of %d are signed off.", need-len(c.Missing), need)
}

func (c *CheckedCondition) hours(s Shortfall, how string) {
	c.Met = s.Have >= s.Need
	c.Says = fmt.Sprintf("%s of %s hours are %s.", hoursText(s.Have), hoursText(s.Need), how)
}

func hoursText(minutes int) string {
	if minutes%60 == 0 {
		return fmt.Sprint(minutes / 60)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(minutes)/60), ".0")
}

func (c *CheckedCondition) declared(f GatewayFacts) {
	c.ByPerson, c.Says = true, "The GP supervisor has not declared this yet."
	for _, d := range slices.Backward(f.Declarations) {
		if d.Condition != c.Code {
			continue
		}
		if d.Declared && d.At.After(f.ReferredAt) {
			c.Met, c.Declaration = true, &d
			c.Says = "Declared by " + d.ByName + " on " + LondonDate(d.At).Long() + "."
		} else if d.Declared {
			c.Says = "The GP supervisor has not declared this again since the portfolio was referred back."
		}
		return
	}
}

// ChecklistMet reports whether every condition is met.
func ChecklistMet(lines []CheckedCondition) bool {
	return !slices.ContainsFunc(lines, func(c CheckedCondition) bool { return !c.Met })
}

// HandInPortfolio freezes the record and hands it to the verifier, once the checklist
// is met.
func (a Apprenticeship) HandInPortfolio(lines []CheckedCondition, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(HandIn, who, today, "")
	if err != nil {
		return a, c, err
	}
	for _, line := range lines {
		if !line.Met {
			return a, c, InvalidField("checklist", "The checklist is not met yet: "+line.Title)
		}
	}
	a.State = c.To
	return a, c, nil
}

// SubmissionID names a submission.
type SubmissionID string

// Submission is one handing in of the portfolio. It is never altered, nor is
// the answer to it.
type Submission struct {
	ID             SubmissionID
	Apprenticeship ApprenticeshipID
	Number         int             // counts from 1
	Checklist      []SubmittedLine // as it was
	By             PersonID
	ByName         string // as it was
	At             time.Time
	Verification   *Verification // nil while it waits
}

// SubmittedLine is a condition as it was met.
type SubmittedLine struct {
	Code, Title, Says string
}

// SubmittedLines returns the checklist as a submission keeps it.
func SubmittedLines(lines []CheckedCondition) []SubmittedLine {
	out := make([]SubmittedLine, len(lines))
	for i, l := range lines {
		out[i] = SubmittedLine{l.Code, l.Title, l.Says}
	}
	return out
}

// CheckedLines returns the checklist of a submission, all of it met.
func CheckedLines(lines []SubmittedLine) []CheckedCondition {
	out := make([]CheckedCondition, len(lines))
	for i, l := range lines {
		out[i] = CheckedCondition{Condition: Condition{Code: l.Code, Title: l.Title}, Met: true, Says: l.Says}
	}
	return out
}

// VerificationOutcome is what a verifier found.
type VerificationOutcome string

// The outcomes.
const (
	PortfolioVerified VerificationOutcome = "verified"
	PortfolioReferred VerificationOutcome = "referred_back"
)

// Verification is the verifier's answer to a submission.
type Verification struct {
	Submission SubmissionID
	Outcome    VerificationOutcome
	Comment    string
	Referrals  []Referral // at least one where it is referred back
	By         PersonID
	ByName     string // as it was
	At         time.Time
}

// Referral is what the verifier asks to be done about one competency.
type Referral struct {
	Competency string
	Comment    string
}

// MayVerify refuses somebody who had a part in the record: a verifier comes
// from outside it.
func MayVerify(person PersonID, all []Attainment) error {
	for _, a := range all {
		for _, so := range a.Decisions {
			if so.Assessor == person {
				return Refuse(Forbidden, "You signed "+a.Code+" in this record, so somebody else must verify it")
			}
		}
		for _, e := range a.Pieces {
			if e.AcceptedBy == person || e.RecordedBy == person {
				return Refuse(Forbidden, "You reviewed evidence in this record, so somebody else must verify it")
			}
		}
	}
	return nil
}

// Verify completes the programme.
func (a Apprenticeship) Verify(who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(VerifyPortfolio, who, today, "")
	if err != nil {
		return a, c, err
	}
	a.State, a.EndedOn, a.EndReason = c.To, today, ""
	return a, c, nil
}

// Refer opens the record again for the competencies that the verifier names,
// each with a comment.
func (a Apprenticeship) Refer(f Framework, referrals []Referral, who NamingRole, today Date) (Apprenticeship, Change, error) {
	c, err := a.change(ReferBack, who, today, "")
	if err != nil {
		return a, c, err
	}
	var p Problems
	if len(referrals) == 0 {
		p.Add("referrals", "Name at least one competency, with a comment that says what is missing")
	}
	seen := map[string]bool{}
	for i, r := range referrals {
		field := fmt.Sprintf("referrals.%d.", i)
		if _, ok := f.Competency(r.Competency); !ok {
			p.Add(field+"competency", "This framework has no such competency")
		} else if seen[r.Competency] {
			p.Add(field+"competency", "This competency is named twice")
		}
		seen[r.Competency] = true
		if strings.TrimSpace(r.Comment) == "" {
			p.Add(field+"comment", "Enter what is missing for "+r.Competency)
		}
	}
	if err := p.Err(); err != nil {
		return a, c, err
	}
	a.State = c.To
	return a, c, nil
}

// AwardGiven is what somebody was awarded for the programme. A correction is
// recorded as the next one; the last holds.
type AwardGiven struct {
	Nth     int // counts from 1
	Title   string
	Body    string
	Level   string
	Credits int
	Number  string // of the certificate of the body
	On      Date
	By      PersonID
	ByName  string // as it was
	At      time.Time
}

// CheckAward reports whether the award can be recorded: after completion, with
// what it is and who gave it.
func (a Apprenticeship) CheckAward(g AwardGiven, today Date) error {
	if a.State != CompletedProgramme {
		return Refuse(Conflict, "An award is recorded once the programme is completed; this one is "+a.State.Phrase())
	}
	var p Problems
	if strings.TrimSpace(g.Title) == "" {
		p.Add("title", "Enter the title of the award")
	}
	if strings.TrimSpace(g.Body) == "" {
		p.Add("body", "Enter who gives the award")
	}
	switch {
	case g.On.IsZero():
		p.Add("awarded_on", "Enter the date of the award")
	case g.On.After(today):
		p.Add("awarded_on", "The date of the award must be today or in the past")
	case g.On.Before(a.StartOn):
		p.Add("awarded_on", "The date of the award must not be before the start, "+a.StartOn.Long())
	}
	return p.Err()
}

// CompletionCertificate is what the certificate of completion says. AsAt is the moment of
// the last change of it, so that the same facts give the same certificate.
type CompletionCertificate struct {
	Apprenticeship Apprenticeship
	Framework      Framework
	VerifiedBy     string // empty: completed without external verification
	VerifiedOn     Date
	Award          *AwardGiven
	Elsewhere      string // address of the installation in which it was completed; empty for this one
	AsAt           time.Time
}

// MilestoneStanding is how a milestone stands, as far as the record proves it.
type MilestoneStanding string

// The standings. Most milestones are not proved by anything in the record: of
// these it can only say that their date is coming or has passed.
const (
	MilestoneReached  MilestoneStanding = "reached"
	MilestoneUpcoming MilestoneStanding = "upcoming"
	MilestonePassed   MilestoneStanding = "passed"
	MilestoneLate     MilestoneStanding = "late"
)

// DatedMilestone is a milestone of one apprenticeship.
type DatedMilestone struct {
	Milestone
	On        Date
	Standing  MilestoneStanding
	ReachedOn Date // where the record proves it
}

// MilestonesOf returns the milestones with their dates, which breaks before
// them move. Handing in the portfolio, or completing the programme, proves
// that the last milestone and those before it are reached; without it the last
// one is late once its date has passed. After a withdrawal none is to come.
func (p Programme) MilestonesOf(a Apprenticeship, changes []Change, today Date) []DatedMilestone {
	if a.State == Applied || a.State == Declined {
		return nil
	}
	var done Date
	for _, c := range changes {
		if done.IsZero() && (c.Event == HandIn || c.Event == CompleteApprenticeship) {
			done = c.On
		}
	}
	if done.IsZero() && a.State == CompletedProgramme {
		done = a.EndedOn
	}
	last := 0
	for _, m := range p.Milestones {
		last = max(last, m.Month)
	}
	var out []DatedMilestone
	for _, m := range p.Milestones {
		d := DatedMilestone{Milestone: m, On: moved(a.StartOn.AddMonths(m.Month), changes), Standing: MilestoneUpcoming}
		if a.State == WithdrawnFromProgramme && d.On.After(a.EndedOn) {
			continue // it never came
		}
		switch {
		case !done.IsZero():
			d.Standing = MilestoneReached
			if m.Month == last {
				d.ReachedOn = done
			}
		case today.After(d.On) && m.Month == last && !a.State.Ended():
			d.Standing = MilestoneLate
		case today.After(d.On):
			d.Standing = MilestonePassed
		}
		out = append(out, d)
	}
	return out
}

// moved returns the day after the breaks that began before it.
func moved(day Date, changes []Change) Date {
	var began Date
	for _, c := range changes {
		switch {
		case c.Event == BeginBreak:
			began = c.On
		case c.Event == ReturnFromBreak && !began.After(day):
			day = day.AddDays(c.EndBefore.DaysUntil(c.EndAfter))
		}
	}
	return day
}
