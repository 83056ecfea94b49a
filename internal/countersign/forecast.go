package countersign

import (
	"fmt"
	"math"
	"slices"
)

// Period is a time from From to To, both days included. A zero To is still
// going on.
type Period struct{ From, To Date }

// Pace is what a forecast goes by: one apprentice's own record.
type Pace struct {
	Start, Today    Date
	Breaks          []Period
	ReturnExpected  Date   // while on a break
	SignedOn        []Date // when each competency that stands now was first signed off
	Remaining       int    // competencies in scope that aren't signed off
	Ready           int    // of these, those that only wait for a decision
	WaitDays        int    // how long a decision has usually been waited for
	VerifiedMinutes int    // off-the-job time
	MinimumMinutes  int    // what the rule asks for; 0 for no rule
}

// Forecast is when the last competency is likely to be signed off, and the
// hours to be complete. In 8 of 10 cases it is expected between Early and Late.
type Forecast struct {
	Finish, Early, Late Date
	Reasons             []string // what it goes by, in plain sentences
}

// The assumptions of a forecast. They are not policy: they describe how
// portfolios usually grow, slowly at first and faster later, since evidence
// comes before decisions. TestForecastHoldsItsRange tests them on generated
// cohorts; they are to be tested on real ones when there are enough.
const (
	leastSigned = 5    // sign-offs needed before there is a forecast
	leastDays   = 60   // days of learning needed
	growth      = 1.6  // a share p of the competencies is signed off after p^(1/growth) of the time
	growthDoubt = 6.0  // how many sign-offs it takes for a person's own curve to count as much
	spreadWhole = 0.29 // half the width of the range for a whole programme ahead, as a share of the time still needed
	spreadFew   = 0.92 // what few sign-offs add to it
)

// Forecast returns when the apprentice is likely to finish, and false if there
// is too little to go by.
func (p Pace) Forecast() (Forecast, bool) {
	n, days := len(p.SignedOn), p.learningDays(p.Start, p.Today)
	if p.Remaining == 0 || n < leastSigned || days < leastDays {
		return Forecast{}, false
	}
	all := float64(n + p.Remaining)
	done := min(float64(n)+float64(p.Ready)*0.9, all-0.5) // what only waits for a decision is nearly done
	whole := float64(days) * math.Pow(all/done, 1/p.growth())
	left := max(whole-float64(days), 1)
	f := Forecast{Reasons: []string{fmt.Sprintf("%d of %d competencies were signed off in %s of learning", n, n+p.Remaining, monthsOf(days))}}
	if p.Ready > 0 {
		f.Reasons = append(f.Reasons, fmt.Sprintf("%d more only wait for a decision, which has usually taken %d days", p.Ready, p.WaitDays))
		left = max(left, float64(p.WaitDays))
	}
	if hours := p.hoursLeft(days); hours > left {
		left = hours
		f.Reasons = append(f.Reasons, "At the pace so far the off-the-job hours are complete later than the competencies")
	}
	if len(p.Breaks) > 0 {
		f.Reasons = append(f.Reasons, "Breaks in learning are left out of the pace")
	}
	from := p.Today
	if p.ReturnExpected.After(from) {
		from = p.ReturnExpected
		f.Reasons = append(f.Reasons, "It counts from the expected return, "+from.Long())
	}
	spread := spreadWhole + spreadFew/math.Sqrt(done+1)
	f.Finish = from.AddDays(int(math.Ceil(left)))
	f.Early = from.AddDays(int(math.Ceil(left / (1 + spread))))
	f.Late = from.AddDays(int(math.Ceil(left * (1 + spread))))
	return f, true
}

// growth is the shape of the person's own curve so far, held towards the usual
// one while there are few sign-offs.
func (p Pace) growth() float64 {
	signed := slices.Clone(p.SignedOn)
	slices.SortFunc(signed, func(a, b Date) int { return a.DaysUntil(b) * -1 })
	n, days := len(signed), float64(p.learningDays(p.Start, p.Today))
	half := float64(p.learningDays(p.Start, signed[n/2])) / days // when half of what there is was signed
	if half <= 0.05 || half >= 0.97 {
		return growth
	}
	own := math.Log(float64(n/2+1)/float64(n)) / math.Log(half)
	own = min(max(own, 1), 2.4)
	weight := float64(n) / (float64(n) + growthDoubt*4)
	return growth*(1-weight) + own*weight
}

// hoursLeft returns how many days of learning the rest of the hours takes.
func (p Pace) hoursLeft(days int) float64 {
	if p.MinimumMinutes <= p.VerifiedMinutes || p.VerifiedMinutes == 0 {
		return 0
	}
	return float64(p.MinimumMinutes-p.VerifiedMinutes) / (float64(p.VerifiedMinutes) / float64(days))
}

// learningDays returns the days from one day to another without breaks.
func (p Pace) learningDays(from, to Date) int {
	days := from.DaysUntil(to)
	for _, b := range p.Breaks {
		begin, end := b.From, b.To
		if end.IsZero() || end.After(to) {
			end = to
		}
		if begin.Before(from) {
			begin = from
		}
		if end.After(begin) {
			days -= begin.DaysUntil(end)
		}
	}
	return max(days, 0)
}

func monthsOf(days int) string {
	n := (days + 15) / 30
	if n == 1 {
		return "1 month"
	}
	return fmt.Sprintf("%d months", n)
}

// FirstSignedOff returns the London day on which the competency was first
// signed off by a decision that wasn't withdrawn, and for how many days it had
// been waited for since the last piece relied on was accepted. It is the zero
// Date for a competency that was never signed off.
func (a Attainment) FirstSignedOff() (on Date, waited int) {
	signed := a.chain().signed
	if len(signed) == 0 {
		return Date{}, 0
	}
	on = LondonDate(signed[0].SignedAt)
	var accepted Date
	for _, e := range a.Pieces {
		if day := LondonDate(e.DecidedAt); signed[0].ReliesOn(e.ID) && e.State == Accepted && day.After(accepted) && !day.After(on) {
			accepted = day
		}
	}
	if accepted.IsZero() {
		return on, 0
	}
	return on, accepted.DaysUntil(on)
}
