package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/internal/countersign"
)

// TimelinePage is a whole apprenticeship over time, as one picture and the
// same as a table.
type TimelinePage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Changes        []countersign.Change
	Breaks         []countersign.Period
	Milestones     []countersign.DatedMilestone
	Reviews        []countersign.Date // held and signed
	NextReview     countersign.Date   // due; zero for none
	SignedOn       []countersign.Date // in order
	Hours          countersign.HoursTotals
	Forecast       *countersign.Forecast
	Today          countersign.Date
}

// NewTimelinePage returns the page of an apprenticeship.
func NewTimelinePage(a countersign.Apprenticeship, f countersign.Framework, own bool) *TimelinePage {
	p := &TimelinePage{Apprenticeship: a}
	p.Title, p.Notice = "Timeline", f.Notice
	name := "Your record"
	if !own {
		p.Title, name = "Timeline of "+a.ApprenticeName, a.ApprenticeName
	}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: name, Href: apprenticeshipHref(a.ID)}, {Text: "Programme", Href: apprenticeshipHref(a.ID) + "/programme"}}
	return p
}

// Template implements Page.
func (*TimelinePage) Template() string { return "programme/timeline" }

// Facts are the picture in words.
func (p *TimelinePage) Facts() SummaryList {
	a := p.Apprenticeship
	rows := []SummaryRow{
		{Key: "Signed off", Value: Number(len(p.SignedOn)) + " of " + Count(a.InScope, "competency")},
		{Key: "Start", Value: Date(a.StartOn)}, {Key: "Planned end", Value: Date(a.PlannedEndOn)},
	}
	if target := p.Hours.Target(); target > 0 {
		rows = append(rows, SummaryRow{Key: "Hours", Value: countersign.Duration(p.Hours.Verified) + " verified of " + countersign.Duration(target) +
			"; " + countersign.Duration(p.Hours.Expected) + " expected by today"})
	}
	return SummaryList{Rows: append(rows, SummaryRow{Key: "Forecast", Body: p.forecast()})}
}

func (p *TimelinePage) forecast() Blocks {
	switch {
	case p.Forecast != nil:
		late := ""
		if p.Forecast.Finish.After(p.Apprenticeship.PlannedEndOn) {
			late = " That is after the planned end."
		}
		return Blocks{
			Paragraph("Likely to finish around " + Date(p.Forecast.Finish) + ", and in 8 of 10 cases between " + Date(p.Forecast.Early) + " and " + Date(p.Forecast.Late) + "." + late),
			List{Items: p.Forecast.Reasons},
		}
	case p.Apprenticeship.State.Ended():
		return Blocks{Paragraph("The apprenticeship has ended.")}
	case len(p.SignedOn) >= p.Apprenticeship.InScope && p.Apprenticeship.InScope > 0:
		return Blocks{Paragraph("Every competency is signed off.")}
	}
	return Blocks{Paragraph("There is too little to go by yet: a forecast needs 5 sign-offs and 60 days of learning.")}
}

// How explains the forecast.
func (*TimelinePage) How() Details {
	return Details{Summary: "How the forecast is made", Body: Blocks{
		Paragraph("It goes by the apprentice's own pace of sign-offs. Portfolios usually grow slowly at first and faster later, since evidence comes before decisions; the forecast follows that curve and not a straight line. Breaks are left out."),
		Paragraph("The assumptions were tested on generated apprenticeships, not yet on real ones. It is a help for planning, and no judgement."),
	}}
}

// timelineMonth is a month of the table.
type timelineMonth struct {
	first  countersign.Date
	signed int
	events []string
}

func monthOf(d countersign.Date) countersign.Date { return countersign.On(d.Year, d.Month, 1) }

// span is from the first day to the last that the picture shows.
func (p *TimelinePage) span() (from, to countersign.Date) {
	a := p.Apprenticeship
	from, to = a.StartOn, a.PlannedEndOn
	later := func(d countersign.Date) {
		if d.After(to) {
			to = d
		}
	}
	later(p.Today)
	if !a.EndedOn.IsZero() {
		to = a.PlannedEndOn
		later(a.EndedOn)
	}
	if p.Forecast != nil {
		later(p.Forecast.Late)
	}
	for _, m := range p.Milestones {
		later(m.On)
	}
	for _, s := range p.SignedOn {
		if s.Before(from) {
			from = s
		}
	}
	if limit := from.AddMonths(60); to.After(limit) { // a date far off doesn't flatten the rest
		to = limit
	}
	return from, to
}

// Months is the picture as a table, a row for each month.
func (p *TimelinePage) Months() Table {
	from, to := p.span()
	var months []timelineMonth
	for m := monthOf(from); !m.After(to); m = m.AddMonths(1) {
		months = append(months, timelineMonth{first: m})
	}
	at := func(d countersign.Date) *timelineMonth {
		i := slices.IndexFunc(months, func(m timelineMonth) bool { return m.first == monthOf(d) })
		if d.IsZero() || i < 0 {
			return new(timelineMonth)
		}
		return &months[i]
	}
	say := func(d countersign.Date, what string) {
		m := at(d)
		m.events = append(m.events, what+" ("+Date(d)+")")
	}
	say(p.Apprenticeship.StartOn, "Start")
	for _, m := range p.Milestones {
		say(m.On, m.Title)
	}
	for _, c := range p.Changes {
		say(c.On, c.Title())
	}
	for i, r := range p.Reviews {
		say(r, "Progress review "+Number(i+1))
	}
	say(p.NextReview, "Next progress review due")
	say(p.Apprenticeship.PlannedEndOn, "Planned end")
	if p.Forecast != nil {
		say(p.Forecast.Finish, "Forecast finish")
	}
	for _, s := range p.SignedOn {
		at(s).signed++
	}
	t := Table{
		Caption: "Month by month", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Month"}, {Text: "Signed off", Numeric: true}, {Text: "In all", Numeric: true}, {Text: "What happens"}},
	}
	all := 0
	for _, m := range months {
		all += m.signed
		inAll := Cell{Text: Number(all)}
		if m.first.After(p.Today) {
			inAll = Cell{Text: "To come", Words: true}
		}
		what := strings.Join(m.events, "; ")
		for _, b := range p.Breaks {
			if !m.first.AddMonths(1).AddDays(-1).Before(b.From) && (b.To.IsZero() || !m.first.After(b.To)) && !m.first.After(p.Today) {
				what = strings.TrimPrefix(what+"; on a break", "; ")
			}
		}
		t.Rows = append(t.Rows, []Cell{{Text: m.first.Month.String() + " " + fmt.Sprint(m.first.Year)}, {Text: Number(m.signed)}, inAll, {Text: or(capital(what), "Nothing recorded")}})
	}
	return t
}

// The picture's measures, in its own units.
const (
	timelineWidth, timelineHeight = 640.0, 300.0
	timelineLeft, timelineRight   = 44.0, 16.0
	timelineTop, timelineBottom   = 16.0, 54.0
	timelineFloor                 = timelineHeight - timelineBottom
	timelineLabelEvery            = 112.0 // the least distance between two labels of months
	timelineSquare                = 10.0
)

// TimelinePicture is everything that the picture draws.
type TimelinePicture struct {
	Text                  string // the picture in one sentence
	Done, Plan            string // points of the lines
	Breaks                []TimelineBox
	Marks                 []TimelineMark
	Reviews               []TimelineMark
	Beneath               string // the middle of the marks, down
	Labels                []TimelineMark
	Today, End            string // across
	Band                  *TimelineBox
	Finish                string // across
	Top, Floor, Baseline  string
	Most                  string // the number at the top of the scale
	ShowsToday, ShowsPlan bool
}

// TimelineBox is an upright box.
type TimelineBox struct{ X, Width, Y, Height string }

// TimelineMark is a place across with a text.
type TimelineMark struct{ X, Text string }

// Picture draws the apprenticeship: sign-offs as a stepped line against an
// even pace to the planned end, breaks, milestones, and the forecast.
func (p *TimelinePage) Picture() TimelinePicture {
	from, to := p.span()
	days := max(from.DaysUntil(to), 1)
	most := max(p.Apprenticeship.InScope, len(p.SignedOn), 1)
	x := func(d countersign.Date) float64 {
		share := float64(min(max(from.DaysUntil(d), 0), days)) / float64(days)
		return timelineLeft + share*(timelineWidth-timelineLeft-timelineRight)
	}
	y := func(n int) float64 {
		return timelineFloor - float64(n)/float64(most)*(timelineFloor-timelineTop)
	}
	point := func(px, py float64) string { return short(px) + "," + short(py) }
	end := p.Today
	if !p.Apprenticeship.EndedOn.IsZero() && p.Apprenticeship.EndedOn.Before(end) {
		end = p.Apprenticeship.EndedOn
	}
	line := []string{point(x(from), y(0))}
	for i, s := range p.SignedOn {
		line = append(line, point(x(s), y(i)), point(x(s), y(i+1)))
	}
	if n := len(p.SignedOn); n == 0 || !p.SignedOn[n-1].After(end) {
		line = append(line, point(x(end), y(n)))
	}
	pic := TimelinePicture{
		Done: strings.Join(line, " "), Plan: point(x(p.Apprenticeship.StartOn), y(0)) + " " + point(x(p.Apprenticeship.PlannedEndOn), y(most)),
		Today: short(x(p.Today)), ShowsToday: !p.Today.Before(from) && !p.Today.After(to), End: short(x(p.Apprenticeship.PlannedEndOn)),
		Beneath: short(timelineFloor + timelineSquare/2), Top: short(timelineTop), Floor: short(timelineFloor), Baseline: short(timelineFloor + 22), Most: Number(most),
	}
	for _, b := range p.Breaks {
		until := b.To
		if until.IsZero() {
			until = end
		}
		pic.Breaks = append(pic.Breaks, TimelineBox{short(x(b.From)), short(max(x(until)-x(b.From), 2)), short(timelineTop), short(timelineFloor - timelineTop)})
	}
	for _, m := range p.Milestones {
		pic.Marks = append(pic.Marks, TimelineMark{X: short(x(m.On) - timelineSquare/2), Text: m.Title})
	}
	for i, r := range p.Reviews {
		pic.Reviews = append(pic.Reviews, TimelineMark{X: short(x(r)), Text: "Progress review " + Number(i+1)})
	}
	last := -timelineLabelEvery
	for m := monthOf(from); !m.After(to); m = m.AddMonths(1) {
		if at := x(m); !m.Before(from) && at-last >= timelineLabelEvery && at <= timelineWidth-timelineLabelEvery {
			pic.Labels = append(pic.Labels, TimelineMark{X: short(at), Text: m.Month.String()[:3] + " " + fmt.Sprint(m.Year%100)})
			last = at
		}
	}
	pic.Text = Number(len(p.SignedOn)) + " of " + Count(most, "competency") + " signed off by " + Date(end) + "; planned end " + Date(p.Apprenticeship.PlannedEndOn)
	if f := p.Forecast; f != nil {
		pic.Band = &TimelineBox{short(x(f.Early)), short(max(x(f.Late)-x(f.Early), 4)), short(timelineTop), short(timelineSquare)}
		pic.Finish = short(x(f.Finish))
		pic.Text += "; forecast finish " + Date(f.Finish) + ", between " + Date(f.Early) + " and " + Date(f.Late)
	}
	return pic
}

func init() {
	addSamples(func() []Sample {
		a, f := sampleApprenticeship(), sampleLearnerFramework()
		a.InScope, a.SignedOff = 41, 20
		page := func(own bool) *TimelinePage {
			p := NewTimelinePage(a, f, own)
			p.Today = countersign.LondonDate(sampleNow)
			return p
		}
		full := page(false)
		for i := range 20 {
			full.SignedOn = append(full.SignedOn, a.StartOn.AddDays(40+6*i))
		}
		full.Breaks = []countersign.Period{{From: countersign.On(2025, time.December, 1), To: countersign.On(2026, time.January, 11)}}
		full.Milestones = []countersign.DatedMilestone{{Milestone: countersign.Milestone{Code: "mid", Title: "Mid-point review"}, On: countersign.On(2026, time.February, 1)}}
		full.Hours = countersign.HoursTotals{Minimum: 187 * 60, Verified: 80 * 60, Expected: 90 * 60}
		full.Changes = sampleChanges()
		full.Reviews, full.NextReview = []countersign.Date{countersign.On(2025, time.November, 20)}, countersign.On(2026, time.March, 31)
		full.Forecast = &countersign.Forecast{
			Finish: countersign.On(2026, time.November, 20), Early: countersign.On(2026, time.August, 3), Late: countersign.On(2027, time.February, 14),
			Reasons: []string{"20 of 41 competencies were signed off in 6 months of learning"},
		}
		done := page(true)
		done.Apprenticeship.State, done.Apprenticeship.EndedOn = countersign.CompletedProgramme, countersign.On(2026, time.March, 1)
		return []Sample{{"timeline", full}, {"timeline: own, too little for a forecast", page(true)}, {"timeline: completed", done}}
	})
}
