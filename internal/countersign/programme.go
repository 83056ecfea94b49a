package countersign

import "fmt"

// Programme holds the rules of time, money and completion. They are settings
// of a framework version: the same rules hold for everybody who started on it.
// Months are calendar months.
type Programme struct {
	MonthsMin             int
	MonthsMax             int
	ExtensionMonths       int  // how much longer than MonthsMax a hub may allow
	StartsOnTheFirst      bool // apprenticeships start on the first day of a month
	ProtectedHoursPerWeek int
	ReviewEveryMonths     int
	Milestones            []Milestone
	Hours                 []HoursRule // by start date, earliest first; none: hours are kept without a minimum
	Placements            bool        // the route has placements
	PlacementHours        int         // hours of placement that a site supervisor must have confirmed
	Classroom             bool        // the route has taught sessions
	Payments              []Payment
	Gateway               []Condition // none: the core competencies alone
	Award                 Award
	Qualifications        []Qualification
	Words                 []AssessmentWords // by start date, earliest first
	Cycles                []Cycle
	Facts                 []Fact
	Pace                  PaceRule
	ProgrammeNote         string // how the programme is delivered and accredited, in prose
}

// Milestone is a point of the programme, Month months after the start.
type Milestone struct {
	Code  string
	Title string
	Month int
}

// HoursRule is the rule for off-the-job or protected hours of everybody who
// started on From or later, until the next rule's From. The first rule's From
// may be zero: it holds for all earlier starts.
type HoursRule struct {
	From         Date
	Title        string
	MinimumHours int    // over the whole programme; 0: see WeeklyHours
	WeeklyHours  int    // the minimum is so many hours for each week of the plan; used where MinimumHours is 0
	MonthsMin    int    // shortest programme under this rule; 0: the programme's own
	Basis        string // why, in a sentence
	Source       string
	Unconfirmed  bool
}

// Minimum returns the minutes that the rule asks of a plan from start to end,
// both days included. A week that has begun counts in full.
func (r HoursRule) Minimum(start, end Date) int {
	if r.MinimumHours > 0 || end.Before(start) {
		return r.MinimumHours * 60
	}
	return (start.DaysUntil(end)/7 + 1) * r.WeeklyHours * 60
}

// HoursRule returns the rule for hours that holds for that start, and whether
// there is one.
func (p Programme) HoursRule(start Date) (HoursRule, bool) {
	var found HoursRule
	ok := false
	for _, r := range p.Hours {
		if !start.Before(r.From) {
			found, ok = r, true
		}
	}
	return found, ok
}

// PaymentTrigger is what makes a staged payment due.
type PaymentTrigger string

// The triggers.
const (
	BriefingAttended    PaymentTrigger = "mentor_briefing" // the GP mentor attended the mentor briefing
	MentorsNamed        PaymentTrigger = "mentors_named"   // both mentors are named and confirmed
	ProgrammeStarted    PaymentTrigger = "started"
	PortfolioHandedIn   PaymentTrigger = "submitted"
	ProgrammeCompletion PaymentTrigger = "completed"
)

// PaymentTriggers returns all triggers in the order in which they come about.
func PaymentTriggers() []PaymentTrigger {
	return []PaymentTrigger{BriefingAttended, MentorsNamed, ProgrammeStarted, PortfolioHandedIn, ProgrammeCompletion}
}

// Payment is one staged payment to the practice.
type Payment struct {
	Code    string
	Title   string
	Amount  int // whole pounds
	Trigger PaymentTrigger
	Source  string
}

// ConditionKind is how a condition of the gateway is judged.
type ConditionKind string

// The kinds. All but a declaration are computed from the record.
const (
	CoreCompetencies ConditionKind = "core_competencies" // every core competency signed off at its threshold
	ScopeCompleted   ConditionKind = "scope"             // every competency in scope signed off
	HoursReached     ConditionKind = "hours"             // verified hours reach the minimum
	PlacementReached ConditionKind = "placement_hours"   // confirmed placement hours reach the minimum
	ReviewsHeld      ConditionKind = "reviews"           // no progress review is overdue
	Declared         ConditionKind = "declaration"       // the GP supervisor declares it
)

// ConditionKinds returns all kinds.
func ConditionKinds() []ConditionKind {
	return []ConditionKind{CoreCompetencies, ScopeCompleted, HoursReached, PlacementReached, ReviewsHeld, Declared}
}

// Condition is one line of the gateway checklist.
type Condition struct {
	Code  string
	Title string
	Kind  ConditionKind
}

// Conditions returns the gateway checklist: that of the programme, or the
// core competencies alone where it names none.
func (p Programme) Conditions() []Condition {
	if len(p.Gateway) > 0 {
		return p.Gateway
	}
	return []Condition{{Code: "core", Title: "Every core competency is signed off", Kind: CoreCompetencies}}
}

// Award is what completion leads to. An empty Title means none.
type Award struct {
	Title       string
	Body        string
	Level       string
	Credits     int
	Note        string
	Source      string
	Unconfirmed bool
}

// Qualification is a qualification of somebody else's that the route is
// linked with.
type Qualification struct {
	Code        string
	Title       string
	Body        string
	Note        string
	Source      string
	Unconfirmed bool
}

// AssessmentWords are what the last steps are called for everybody who
// started on From or later.
type AssessmentWords struct {
	From       Date
	Gateway    string // such as "gateway to completion"
	Assessment string // such as "end-point assessment"
	Body       string // such as "end-point assessment organisation"
	Source     string
}

// WordsFor returns what the last steps are called for that start.
func (p Programme) WordsFor(start Date) AssessmentWords {
	found := AssessmentWords{Gateway: "gateway", Assessment: "external verification", Body: "verifier"}
	for _, w := range p.Words {
		if !start.Before(w.From) {
			found = w
		}
	}
	return found
}

// Cycle is a period of continuing development after completion, and what it
// asks for. Points are called credits or hours by some bodies.
type Cycle struct {
	Code        string
	Title       string
	Body        string
	Months      int
	Points      int
	Floors      []Floor // at least so many points of a category
	Approved    int     // at least so many points approved by the body
	Alternative string  // what may stand instead, such as "re-examination"
	Source      string
	Unconfirmed bool
}

// Floor is the least number of points of one category in a cycle.
type Floor struct {
	Code   string
	Title  string
	Points int
}

// Fact is something a person on the route ought to know, such as a state's
// law.
type Fact struct {
	Title       string
	Text        string
	Source      string
	Unconfirmed bool
}

// CheckDates reports whether start and end fit the programme: the length is
// from MonthsMin to MonthsMax, and to MonthsMax and ExtensionMonths when
// extended, and in any case the days of breaks longer. Both days are days of the
// programme: from 1 March to 31 August are six months. A rule for hours may ask
// for a longer programme than MonthsMin.
func (p Programme) CheckDates(start, end Date, extended bool, breakDays int) error {
	var problems Problems
	switch {
	case start.IsZero():
		problems.Add("start_date", "Enter the start date")
	case p.StartsOnTheFirst && start.Day != 1:
		problems.Add("start_date", "The programme starts on the first day of a month")
	}
	if end.IsZero() {
		problems.Add("planned_end_date", "Enter the planned end date")
	}
	if start.IsZero() || end.IsZero() {
		return problems.Err()
	}
	shortest, longest := p.MonthsMin, p.MonthsMax
	if rule, ok := p.HoursRule(start); ok {
		shortest = max(shortest, rule.MonthsMin)
	}
	if extended {
		longest += p.ExtensionMonths
	}
	if first, last := start.AddMonths(shortest).AddDays(-1), start.AddMonths(longest).AddDays(breakDays); end.Before(first) || end.After(last) {
		problems.Add("planned_end_date", fmt.Sprintf("The planned end must be %d to %d months after the start: from %s to %s",
			shortest, longest, first.Long(), last.Long()))
	}
	return problems.Err()
}
