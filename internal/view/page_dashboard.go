package view

import (
	"net/url"
	"slices"
	"time"

	"countersign/internal/chart"
	"countersign/internal/countersign"
)

// DashboardPage is the report of a place: its figures, and those of the places
// beneath it, of cohorts and of frameworks.
type DashboardPage struct {
	Layout
	Code        string
	Kind        countersign.OrganisationKind
	Filter      ReportFilter
	Frameworks  []Option // value is the identifier
	Cohorts     []string
	Months      []countersign.Month // whose ends can be asked for, the latest first
	Day         countersign.Date    // as at which the figures are
	Late        time.Time           // when a month's end was kept, where that was later
	Then        bool                // a past month is added up by the places of its time
	Copied      bool                // read from a copy of the database
	Behind      time.Duration       // by how much that lags
	Rule        []string            // what on track, slipping and stuck mean
	Values      countersign.Values
	Beneath     []FigureRow
	ByCohort    []FigureRow
	ByFramework []FigureRow
	Trend       []MonthFigures
	Finishes    []MonthForecast
	Loads       []LoadRow
	Supervisors []SupervisorRow // for whom most waits
	Capacity    *Capacity
	Impact      *ImpactPage // of the board report; nil where it isn't in it
	Hidden      bool        // small numbers aren't shown
	MayMail     bool        // has it mailed every month
	MayPeople   bool        // sees the people counted
	Leads       bool        // leads this very training hub
}

// FigureRow is a place, a cohort or a framework with its figures.
type FigureRow struct {
	Code, Name string
	Closed     bool
	Open       bool // has a report of its own to look at
	Values     countersign.Values
}

// MonthFigures are the figures at the end of a month.
type MonthFigures struct {
	Month  countersign.Month
	Values countersign.Values
}

// MonthForecast is how many are likely to finish in a month.
type MonthForecast struct {
	Month          countersign.Month
	Later          bool // or after it
	Low, Mid, High countersign.Value
}

// LoadRow is what waits for the supervisors who look after so many apprentices.
type LoadRow struct {
	Apprentices          int
	Supervisors, Waiting countersign.Value
}

// SupervisorRow is a GP supervisor and what waits for them.
type SupervisorRow struct {
	Name                                   string
	Apprentices, Load, Waiting, OldestDays int
}

// Capacity says who can be looked after: of practices with active apprentices
// those with one who lacks a mentor, of supervisors those with more than their
// load.
type Capacity struct {
	Practices, Unmentored, Supervisors, Over countersign.Value
}

// ReportFilter is what a report is narrowed down to, as typed.
type ReportFilter struct {
	Framework, Cohort, Month, Map string
}

// Values returns the filter as the query of an address.
func (f ReportFilter) Values() url.Values {
	q := url.Values{}
	for key, value := range map[string]string{"framework": f.Framework, "cohort": f.Cohort, "month": f.Month, "map": f.Map} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return q
}

// Narrowed says what the report is narrowed down to; empty for nothing.
func (f ReportFilter) Narrowed() string {
	var to []string
	if f.Framework != "" {
		to = append(to, "the framework "+f.Framework)
	}
	if f.Cohort != "" {
		to = append(to, "the cohort "+f.Cohort)
	}
	if len(to) == 0 {
		return ""
	}
	return "Only of " + Sentence(to) + "."
}

// Href returns the address of a place's report narrowed down so, or of a page
// beneath it.
func (f ReportFilter) Href(code, page string) string {
	return withQuery("/reports/"+url.PathEscape(code)+page, f.Values())
}

// NewDashboardPage returns the report of the place with that name.
func NewDashboardPage(name, code string, above ...Link) *DashboardPage {
	p := &DashboardPage{Layout: Layout{Title: name}, Code: code}
	p.Breadcrumbs = append([]Link{{Text: "Home", Href: "/"}}, above...)
	return p
}

// Template implements Page.
func (*DashboardPage) Template() string { return "reports/place" }

// KindTitle says what the place is.
func (p *DashboardPage) KindTitle() string { return p.Kind.Title() + ", code " + p.Code }

// Nobody says that nobody of the place is in the cohort that is asked for;
// empty if somebody is.
func (p *DashboardPage) Nobody() string {
	if p.Filter.Cohort == "" || slices.Contains(p.Cohorts, p.Filter.Cohort) {
		return ""
	}
	return "Nobody counted here is in the cohort " + p.Filter.Cohort + "."
}

// Action is where the filter's form goes.
func (p *DashboardPage) Action() string { return ReportFilter{}.Href(p.Code, "") }

// More holds the filters; it is open when one of them is in use.
func (p *DashboardPage) More() Details {
	return Details{Summary: "Filter, or look at a past month", Open: p.Filter != ReportFilter{} || p.Errors.Any()}
}

// FrameworkField narrows to a framework.
func (p *DashboardPage) FrameworkField() Select {
	return Select{Name: "framework", Label: Label{Text: "Framework"}, Value: p.Filter.Framework, Error: p.Errors.Of("framework"),
		Options: withValue(p.Filter.Framework, append([]Option{{Text: "All"}}, p.Frameworks...))}
}

// CohortField narrows to a cohort.
func (p *DashboardPage) CohortField() Select {
	options := []Option{{Text: "All"}}
	for _, c := range p.Cohorts {
		options = append(options, Option{Value: c, Text: c})
	}
	return Select{Name: "cohort", Label: Label{Text: "Cohort"}, Value: p.Filter.Cohort, Error: p.Errors.Of("cohort"), Options: withValue(p.Filter.Cohort, options)}
}

// MonthField asks for the end of a past month.
func (p *DashboardPage) MonthField() Select {
	options := []Option{{Text: "Today"}}
	for _, m := range p.Months {
		options = append(options, Option{Value: m.String(), Text: "End of " + m.Long()})
	}
	return Select{Name: "month", Label: Label{Text: "As at"}, Value: p.Filter.Month, Error: p.Errors.Of("month"), Options: withValue(p.Filter.Month, options)}
}

// ChoosesMap reports whether the tree of then can be asked for instead of
// today's, or the other way round: not where sums are seen, nor of a region.
func (p *DashboardPage) ChoosesMap() bool {
	return len(p.Months) > 0 && !p.Hidden && p.Kind != countersign.Region || p.Errors.Of("map") != ""
}

// MapField says by which tree of places a past month is added up.
func (p *DashboardPage) MapField() Select {
	return Select{Name: "map", Label: Label{Text: "Places of a past month"}, Value: p.Filter.Map, Error: p.Errors.Of("map"), Options: []Option{
		{Text: "As they were then"}, {Value: "today", Text: "As they are today"},
	}}
}

// Apply filters.
func (*DashboardPage) Apply() Button { return Button{Text: "Show", Variant: "secondary"} }

// AsAt says of which day the figures are.
func (p *DashboardPage) AsAt() string {
	text := "As at " + Date(p.Day) + "."
	switch {
	case p.Filter.Month == "":
	case p.Then:
		text += " Places are beneath each other as they were then."
	default:
		text += " Places are beneath each other as they are today."
	}
	if !p.Late.IsZero() {
		text += " This was kept on " + DayTime(p.Late) + ": changes until then are in it."
	}
	if p.Copied {
		text += " The figures come from a copy of the database, which is " + Count(int(p.Behind.Seconds()), "second") + " behind."
	}
	return text
}

// SmallNumbers says what is kept back; nothing where all is shown.
func (p *DashboardPage) SmallNumbers() string {
	return when(p.Hidden, "Small numbers are not shown here, nor those from which they could be worked out. Practices, supervisors and the forecast are rounded to 5.")
}

// list leads to those counted, where they may be seen.
func (p *DashboardPage) list(code countersign.FigureCode) string {
	if !p.MayPeople || p.Filter.Month != "" {
		return ""
	}
	f := p.everybody()
	switch code {
	case countersign.FigOnBreak, countersign.FigSubmitted, countersign.FigCompleted:
		f.State = string(code)
	case countersign.FigActive, countersign.FigOnTrack, countersign.FigSlipping, countersign.FigStuck:
		f.Flag = string(code)
	case countersign.FigOverdue:
		f.Overdue = true
	case countersign.FigUnmentored:
		f.Flag, f.Unmentored = string(countersign.FigActive), true // others may have no mentor yet
	default:
		return ""
	}
	return f.Href()
}

// everybody is the list of those whom the report is about.
func (p *DashboardPage) everybody() ApprenticesFilter {
	return ApprenticesFilter{Organisation: p.Code, Framework: p.Filter.Framework, Cohort: p.Filter.Cohort}
}

func (p *DashboardPage) tiles(codes ...countersign.FigureCode) []FigureTile {
	return figureTiles(p.Values, p.list, codes...)
}

// People is how many there are in each state.
func (p *DashboardPage) People() []FigureTile {
	return p.tiles(countersign.FigStarters, countersign.FigActive, countersign.FigOnBreak, countersign.FigSubmitted, countersign.FigCompleted,
		countersign.FigWithdrawn, countersign.FigOverdue, countersign.FigMonths)
}

// Pace is how those who are learning get on.
func (p *DashboardPage) Pace() []FigureTile {
	return p.tiles(countersign.FigOnTrack, countersign.FigSlipping, countersign.FigStuck)
}

// Learning is sign-offs, hours and reviews.
func (p *DashboardPage) Learning() []FigureTile {
	return p.tiles(countersign.FigSignings, countersign.FigSignedOff, countersign.FigSignedShare, countersign.FigVerified, countersign.FigHoursShare,
		countersign.FigReviewsDue, countersign.FigReviewsOverdue)
}

// Waiting is what waits for a decision.
func (p *DashboardPage) Waiting() []FigureTile {
	return p.tiles(countersign.FigWaiting, countersign.FigWaitingFor, countersign.FigWaitMedian, countersign.FigWaitOldest)
}

// Money is payments to practices.
func (p *DashboardPage) Money() []FigureTile {
	return p.tiles(countersign.FigDue, countersign.FigClaimed, countersign.FigPaid)
}

// Mentors is who has none, and who has too many apprentices.
func (p *DashboardPage) Mentors() []FigureTile {
	tiles := p.tiles(countersign.FigUnmentored)
	if c := p.Capacity; c != nil {
		tiles = append(tiles,
			FigureTile{Name: "Practices with active apprentices", Value: valueText(c.Practices)},
			FigureTile{Name: "Practices where somebody lacks a mentor", Value: valueText(c.Unmentored)},
			FigureTile{Name: "GP supervisors", Value: valueText(c.Supervisors)},
			FigureTile{Name: "GP supervisors with more apprentices than their framework expects", Value: valueText(c.Over)})
	}
	return tiles
}

func valueText(v countersign.Value) string {
	return FigureText(countersign.Figure{}, v)
}

// RuleDetails states the rule of on track, slipping and stuck.
func (p *DashboardPage) RuleDetails() Details {
	return Details{Summary: "What on track, slipping and stuck mean", Body: Blocks{List{Items: p.Rule}}}
}

// PacePlot is the pace of the places beneath.
func (p *DashboardPage) PacePlot() Plot {
	c := chart.Bars{Title: "On track, slipping and stuck", Of: "Place", Parts: []string{"On track", "Slipping", "Stuck"}}
	codes := []countersign.FigureCode{countersign.FigOnTrack, countersign.FigSlipping, countersign.FigStuck}
	for _, r := range p.Beneath {
		if r.Values[countersign.FigActive].N > 0 || r.Values[countersign.FigActive].Hidden {
			c.Rows = append(c.Rows, chart.Row(r.Name, plotValues(r.Values, codes...)...))
		}
	}
	if len(c.Rows) > maxBars {
		c.Rows = nil // the table says it better
	}
	if len(c.Rows) == 0 {
		c.Rows = []chart.Bar{chart.Row(p.Title, plotValues(p.Values, codes...)...)}
	}
	return Plot{ID: "pace", Chart: c, Means: figureMeans(countersign.FigOnTrack)}
}

// maxBars is how many bars are still a picture.
const maxBars = 45

// SigningsPlot is sign-offs by month.
func (p *DashboardPage) SigningsPlot() Plot {
	c := chart.Months{Title: "Sign-offs by month", Parts: []string{"Sign-offs"}}
	for _, m := range p.Trend {
		c.Points = append(c.Points, chart.Month{Name: shortMonth(m.Month), Values: plotValues(m.Values, countersign.FigSignings)})
	}
	return Plot{ID: "signings", Chart: c, Means: figureMeans(countersign.FigSignings)}
}

// TrendPlot is how apprentices stood at the end of each month.
func (p *DashboardPage) TrendPlot() Plot {
	c := chart.Months{Title: "Trend: on track, slipping and stuck at the end of each month", Parts: []string{"On track", "Slipping", "Stuck"}, Lines: true}
	for _, m := range p.Trend {
		c.Points = append(c.Points, chart.Month{Name: shortMonth(m.Month), Values: plotValues(m.Values, countersign.FigOnTrack, countersign.FigSlipping, countersign.FigStuck)})
	}
	return Plot{ID: "trend", Chart: c, Means: figureMeans(countersign.FigOnTrack)}
}

// FinishesPlot is forecast finishes by month.
func (p *DashboardPage) FinishesPlot() Plot {
	c := chart.Range{Title: "Forecast finishes by month"}
	for _, m := range p.Finishes {
		name := shortMonth(m.Month)
		if m.Later {
			name += " or later"
		}
		c.Points = append(c.Points, chart.Estimate{Name: name, Low: plotNumber(m.Low), Mid: plotNumber(m.Mid), High: plotNumber(m.High)})
	}
	return Plot{ID: "finishes", Chart: c}
}

// LoadsPlot is what waits, by how many apprentices a supervisor has.
func (p *DashboardPage) LoadsPlot() Plot {
	c := chart.Bars{Title: "Waiting for sign-off, by how many apprentices the supervisor has", Of: "Supervisors with", Parts: []string{"Competencies waiting"}}
	for _, l := range p.Loads {
		c.Rows = append(c.Rows, chart.Row(Count(l.Apprentices, "active apprentice")+" ("+Count(l.Supervisors.N, "supervisor")+")", plotNumber(l.Waiting)))
	}
	return Plot{ID: "loads", Chart: c}
}

// SupervisorsTable is the supervisors for whom most waits.
func (p *DashboardPage) SupervisorsTable() Table {
	t := Table{
		Caption: "Supervisors for whom most waits", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "GP supervisor"}, {Text: "Competencies waiting", Numeric: true}, {Text: "Longest wait"}, {Text: "Active apprentices", Numeric: true}, {Text: "Expected at most", Numeric: true}},
	}
	for _, s := range p.Supervisors {
		wait := "None"
		if s.Waiting > 0 {
			wait = Count(s.OldestDays, "day")
		}
		t.Rows = append(t.Rows, []Cell{{Text: s.Name}, {Text: Number(s.Waiting)}, {Text: wait}, {Text: Number(s.Apprentices)}, {Text: Number(s.Load)}})
	}
	return t
}

func plotNumber(v countersign.Value) chart.Value {
	return chart.Value{N: float64(v.N), Text: valueText(v), Known: v.Known && !v.Hidden}
}

func shortMonth(m countersign.Month) string {
	if m.IsZero() {
		return ""
	}
	return m.Month.String()[:3] + " " + itoa(m.Year)
}
