package countersign

import (
	"maps"
	"math"
	"slices"
)

// FigureCode names a figure of a report.
type FigureCode string

// The figures.
const (
	FigStarters       FigureCode = "starters"
	FigActive         FigureCode = "active"
	FigOnBreak        FigureCode = "on_break"
	FigSubmitted      FigureCode = "submitted"
	FigCompleted      FigureCode = "completed"
	FigWithdrawn      FigureCode = "withdrawn"
	FigOnTrack        FigureCode = "on_track"
	FigSlipping       FigureCode = "slipping"
	FigStuck          FigureCode = "stuck"
	FigOverdue        FigureCode = "overdue"
	FigMonths         FigureCode = "median_months"
	FigSignings       FigureCode = "sign_offs"
	FigSignedOff      FigureCode = "signed_off"
	FigInScope        FigureCode = "in_scope"
	FigSignedShare    FigureCode = "signed_off_share"
	FigVerified       FigureCode = "hours_verified"
	FigExpected       FigureCode = "hours_expected"
	FigHoursShare     FigureCode = "hours_share"
	FigReviewsDue     FigureCode = "reviews_due"
	FigReviewsOverdue FigureCode = "reviews_overdue"
	FigWaiting        FigureCode = "waiting"
	FigWaitingFor     FigureCode = "waiting_apprentices"
	FigWaitMedian     FigureCode = "waiting_median"
	FigWaitOldest     FigureCode = "waiting_oldest"
	FigUnmentored     FigureCode = "without_mentor"
	FigDue            FigureCode = "payments_due"
	FigClaimed        FigureCode = "payments_claimed"
	FigPaid           FigureCode = "payments_paid"
)

// Unit is what a figure counts.
type Unit string

// The units. Hours are kept and added up in minutes.
const (
	Apprentices  Unit = "apprentices"
	Competencies Unit = "competencies"
	Decisions    Unit = "decisions"
	Minutes      Unit = "minutes"
	Days         Unit = "days"
	Months       Unit = "months"
	Percent      Unit = "percent"
	Pounds       Unit = "pounds"
)

// Figure is the one definition of a figure.
type Figure struct {
	Code     FigureCode
	Name     string
	Meaning  string
	Rule     string
	Unit     Unit
	Decimals int // the last so many digits of a value are decimals
	Added    bool
	// Of is the count of apprentices that the figure is about. Where that is
	// hidden, so is this.
	Of FigureCode
}

const (
	ofActive  = "Active apprentices."
	activeNow = "Active apprentices, from their start day on."
)

var figures = []Figure{
	{FigStarters, "Starters", "Everybody who has begun the programme.", "Accepted, the start day has come, and not withdrawn before it began. The sum of active, on break, submitted, completed and withdrawn.", Apprentices, 0, true, FigStarters},
	{FigActive, "Active", "Learning now.", "In the state active or referred back.", Apprentices, 0, true, FigActive},
	{FigOnBreak, "On a break", "On a break in learning.", "In the state on break.", Apprentices, 0, true, FigOnBreak},
	{FigSubmitted, "Submitted", "The portfolio is with the verifier.", "In the state submitted.", Apprentices, 0, true, FigSubmitted},
	{FigCompleted, "Completed", "The programme is completed.", "In the state completed.", Apprentices, 0, true, FigCompleted},
	{FigWithdrawn, "Withdrawn", "Left the programme after beginning it.", "In the state withdrawn.", Apprentices, 0, true, FigWithdrawn},
	{FigOnTrack, "On track", "Active, neither slipping nor stuck.", "By the rules of on track, slipping and stuck. The sum of on track, slipping and stuck is active.", Apprentices, 0, true, FigOnTrack},
	{FigSlipping, "Slipping", "Active and behind.", "By the rules of on track, slipping and stuck.", Apprentices, 0, true, FigSlipping},
	{FigStuck, "Stuck", "Active, and nothing moves.", "By the rules of on track, slipping and stuck.", Apprentices, 0, true, FigStuck},
	{FigOverdue, "Past the planned end", "Active after the planned end.", "Active, and the planned end is before the day of the report.", Apprentices, 0, true, FigOverdue},
	{FigMonths, "Median months to complete", "How long the programme took those who completed it.", "The middle of the days from start to end, both included, breaks too, divided by 30.4375; of two middle ones their mean.", Months, 1, false, FigCompleted},
	{FigSignings, "Sign-offs this month", "Decisions that completed a sign-off.", "Decisions “competent” that waited for no countersignature, made in the month of the report, renewals too, also those withdrawn later. Confirmations do not count.", Decisions, 0, true, FigStarters},
	{FigSignedOff, "Competencies signed off", "Of active apprentices, valid now.", ofActive + " Expired sign-offs do not count.", Competencies, 0, true, FigActive},
	{FigInScope, "Competencies in scope", "Of active apprentices.", ofActive + " Core competencies, and optional ones that are agreed.", Competencies, 0, true, FigActive},
	{FigSignedShare, "Share signed off", "How much of the scope is signed off.", "Competencies signed off of 100 in scope, rounded down.", Percent, 0, false, FigActive},
	{FigVerified, "Hours verified", "Verified protected and off-the-job time of active apprentices.", activeNow, Minutes, 0, true, FigActive},
	{FigExpected, "Hours expected", "What the plans expect by the day of the report.", activeNow + " The minimum of the hours rule less prior learning, or the protected time, spread evenly over the days of the plan without breaks.", Minutes, 0, true, FigActive},
	{FigHoursShare, "Hours against plan", "Verified hours of 100 expected.", "Hours verified divided by hours expected, rounded down.", Percent, 0, false, FigActive},
	{FigReviewsDue, "Progress reviews due", "To be held by the end of the month.", "Active apprentices whose next progress review is due from the day of the report to the last day of its month.", Apprentices, 0, true, FigReviewsDue},
	{FigReviewsOverdue, "Progress reviews overdue", "Should have been held.", "Active apprentices whose next progress review was due before the day of the report.", Apprentices, 0, true, FigReviewsOverdue},
	{FigWaiting, "Waiting for sign-off", "Competencies that only wait for somebody to decide.", "Waiting for a sign-off, a countersignature or a renewal, of apprentices who are active or completed.", Competencies, 0, true, FigWaitingFor},
	{FigWaitingFor, "Apprentices waiting for sign-off", "Those with at least one competency waiting.", "At least one competency waiting for sign-off.", Apprentices, 0, true, FigWaitingFor},
	{FigWaitMedian, "Median wait", "The middle of the apprentices' longest waits for sign-off.", "Of each apprentice waiting the days since the competency that has waited longest could first be decided; of two middle ones their mean.", Days, 1, false, FigWaitingFor},
	{FigWaitOldest, "Longest wait", "The longest wait for sign-off.", "Days since the competency that has waited longest could first be decided.", Days, 0, false, FigWaitingFor},
	{FigUnmentored, "Without a mentor", "Active apprentices without a full set of mentors.", activeNow + " Nobody who holds the role is named today as GP supervisor, or as secondary mentor.", Apprentices, 0, true, FigUnmentored},
	{FigDue, "Payments due", "To practices: due and not claimed.", "The amounts of staged payments whose trigger has come about, before the start too.", Pounds, 0, true, FigStarters},
	{FigClaimed, "Payments claimed", "To practices: claimed and not paid.", "The amounts of claims that are neither paid nor reversed.", Pounds, 0, true, FigStarters},
	{FigPaid, "Payments made", "To practices: paid.", "The amounts of payments that are not reversed.", Pounds, 0, true, FigStarters},
}

// Figures returns every figure, in the order of reports.
func Figures() []Figure { return figures }

// FigureBy returns the figure with that code, and whether there is one.
func FigureBy(code FigureCode) (Figure, bool) {
	i := slices.IndexFunc(figures, func(f Figure) bool { return f.Code == code })
	if i < 0 {
		return Figure{}, false
	}
	return figures[i], true
}

// Added returns the codes of the figures that add up: that of a whole is the
// sum of those of its parts.
var added = func() (codes []FigureCode) {
	for _, f := range figures {
		if f.Added {
			codes = append(codes, f.Code)
		}
	}
	return codes
}()

// Added is described at Figure.Added; Counts.N has their order.
func Added() []FigureCode { return added }

// Value is what a figure comes to. The zero Value says that there is nothing
// to say, such as the median of nobody.
type Value struct {
	N      int
	Known  bool
	Hidden bool // a small number that isn't shown here
}

// Values are those of one row of a report.
type Values map[FigureCode]Value

// Spread counts how often each number of days occurs.
type Spread map[int]int

// Add adds another spread.
func (s Spread) Add(o Spread) {
	for days, n := range o {
		s[days] += n
	}
}

// middle returns the two middle days, which are the same where there is an odd
// number of them, and false for none.
func (s Spread) middle() (low, high int, ok bool) {
	total := 0
	for _, n := range s {
		total += n
	}
	if total == 0 {
		return 0, 0, false
	}
	seen, ok := 0, false
	for _, days := range slices.Sorted(maps.Keys(s)) {
		seen += s[days]
		if !ok && seen > (total-1)/2 {
			low, ok = days, true
		}
		if seen > total/2 {
			return low, days, true
		}
	}
	return low, high, ok
}

// Median returns the middle day in tenths, the mean of two middle ones; false
// for none.
func (s Spread) Median() (tenths int, ok bool) {
	low, high, ok := s.middle()
	return (low + high) * 5, ok
}

// Counts is what some apprenticeships add up to.
type Counts struct {
	N    []int  // by Added
	Took Spread // days to complete
	Wait Spread // days of the longest wait of each
}

// NewCounts returns nothing, to add to.
func NewCounts() Counts { return Counts{make([]int, len(added)), Spread{}, Spread{}} }

// Add adds other counts.
func (c *Counts) Add(o Counts) {
	for i, n := range o.N {
		c.N[i] += n
	}
	c.Took.Add(o.Took)
	c.Wait.Add(o.Wait)
}

// daysInMonth is the mean length of a month.
const daysInMonth = 30.4375

// Values returns every figure.
func (c Counts) Values() Values {
	v := make(Values, len(figures))
	for i, code := range added {
		v[code] = Value{N: c.N[i], Known: true}
	}
	share := func(to, part, whole FigureCode) {
		if v[whole].N > 0 {
			v[to] = Value{N: 100 * v[part].N / v[whole].N, Known: true}
		}
	}
	share(FigSignedShare, FigSignedOff, FigInScope)
	share(FigHoursShare, FigVerified, FigExpected)
	if low, high, ok := c.Took.middle(); ok {
		v[FigMonths] = Value{N: int(math.Round(float64(low+high) / 2 / daysInMonth * 10)), Known: true}
	}
	if tenths, ok := c.Wait.Median(); ok {
		v[FigWaitMedian] = Value{N: tenths, Known: true}
		v[FigWaitOldest] = Value{N: slices.Max(slices.Collect(maps.Keys(c.Wait))), Known: true}
	}
	return v
}

// Count adds one apprenticeship as it stands on a day. It is the rule of every
// figure that adds up; databases have the same as SQL.
func (c *Counts) Count(t Tally, day Date) {
	one := map[FigureCode]int{FigDue: t.Due, FigClaimed: t.Claimed, FigPaid: t.Paid}
	defer func() {
		for i, code := range added {
			c.N[i] += one[code]
		}
	}()
	if !t.Begun || day.Before(t.StartOn) {
		return
	}
	one[FigStarters], one[FigWaiting] = 1, t.ToSign
	when := func(code FigureCode, holds bool) {
		if holds {
			one[code] = 1
		}
	}
	active := t.State == Active || t.State == ReferredBack
	when(FigActive, active)
	when(FigOnBreak, t.State == OnBreak)
	when(FigSubmitted, t.State == HandedIn)
	when(FigCompleted, t.State == CompletedProgramme)
	when(FigWithdrawn, t.State == WithdrawnFromProgramme)
	when(FigWaitingFor, t.ToSign > 0)
	if t.Month == MonthOf(day) {
		one[FigSignings] = t.Signings
	}
	if active {
		one[FigSignedOff], one[FigInScope] = t.SignedOff, t.InScope
		one[FigVerified], one[FigExpected] = t.Verified, t.Expected(day)
		one[FigureCode(t.Flag(day))]++
		when(FigOverdue, day.After(t.PlannedEndOn))
		when(FigUnmentored, t.Supervisor == "" || t.Mentor == "")
		due := t.ReviewDue
		when(FigReviewsDue, !due.IsZero() && !due.Before(day) && !due.After(MonthOf(day).Last()))
		when(FigReviewsOverdue, !due.IsZero() && due.Before(day))
	}
	if t.State == CompletedProgramme && !t.EndedOn.IsZero() {
		c.Took[t.StartOn.DaysUntil(t.EndedOn)+1]++
	}
	if t.ToSign > 0 {
		c.Wait[t.ToSignSince.DaysUntil(day)]++
	}
}
