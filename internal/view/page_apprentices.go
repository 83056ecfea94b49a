package view

import (
	"net/url"
	"time"

	"countersign/internal/countersign"
)

// ApprenticesPage is the table of the apprentices that a practice manager, a
// hub lead or an assessor follows.
type ApprenticesPage struct {
	Layout
	Today    countersign.Date
	Rows     []ApprenticeRow
	Filter   ApprenticesFilter
	Next     string // address of the next page; empty at the end
	MayEnrol bool
}

// ApprenticesFilter is what the table is narrowed down to, as typed.
type ApprenticesFilter struct {
	Query, State, Sort string
	Overdue            bool
}

// ApprenticeRow is one apprentice of the table.
type ApprenticeRow struct {
	ID, Name, Practice, Framework, Cohort string
	Progress                              countersign.Progress
	State                                 countersign.ApprenticeshipState
	LastActivity, OldestWaiting           time.Time
	PlannedEnd                            countersign.Date
	Overdue                               bool
	Waiting                               int
	Supervisor, SupervisorEmail           string
}

// NewApprenticesPage returns the page with its title.
func NewApprenticesPage() *ApprenticesPage {
	return &ApprenticesPage{Layout: Layout{Title: "Apprentices"}}
}

// Template implements Page.
func (*ApprenticesPage) Template() string { return "apprentices/list" }

// QueryField searches by name.
func (p *ApprenticesPage) QueryField() Input {
	return Input{Name: "q", Label: Label{Text: "Name or email address"}, Value: p.Filter.Query, Width: 20, Type: "search"}
}

// StateField narrows to a state.
func (p *ApprenticesPage) StateField() Select {
	return Select{Name: "state", Label: Label{Text: "State"}, Value: p.Filter.State, Options: []Option{
		{Value: "", Text: "All"}, {Value: "active", Text: "Active"}, {Value: "completed", Text: "Completed"}, {Value: "withdrawn", Text: "Withdrawn"},
	}}
}

// SortField chooses the order.
func (p *ApprenticesPage) SortField() Select {
	return Select{Name: "sort", Label: Label{Text: "Order by"}, Value: p.Filter.Sort, Options: []Option{
		{Value: "name", Text: "Name"}, {Value: "progress", Text: "Least progress first"}, {Value: "last_activity", Text: "Longest without activity first"},
		{Value: "planned_end", Text: "Earliest planned end first"}, {Value: "oldest_waiting", Text: "Longest wait for a mentor first"},
	}}
}

// OverdueField narrows to those past their planned end.
func (p *ApprenticesPage) OverdueField() Checkboxes {
	var values []string
	if p.Filter.Overdue {
		values = []string{"yes"}
	}
	return Checkboxes{Name: "overdue", Values: values, Small: true, Items: []Choice{{Value: "yes", Text: "Only those past their planned end"}}}
}

// Apply filters.
func (*ApprenticesPage) Apply() Button { return Button{Text: "Show", Variant: "secondary"} }

// Table is the apprentices.
func (p *ApprenticesPage) Table() Table {
	t := Table{
		Caption: "Apprentices", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Apprentice"}, {Text: "Practice"}, {Text: "Signed off"}, {Text: "Planned end"}, {Text: "Last activity"}, {Text: "Waiting for a mentor"}, {Text: "GP supervisor"}},
	}
	for _, r := range p.Rows {
		t.Rows = append(t.Rows, []Cell{
			{Text: r.Name, Href: "/apprenticeships/" + r.ID}, {Text: r.Practice},
			{Text: Number(r.Progress.SignedOff) + " of " + Number(r.Progress.InScope) + " (" + Percent(r.Progress.SignedOff, r.Progress.InScope) + ")"},
			{Text: r.end()}, {Text: r.activity()}, {Text: r.waits(p.Today)}, {Text: r.supervisor()},
		})
	}
	return t
}

func (r ApprenticeRow) end() string {
	switch {
	case r.State != countersign.Active:
		return ApprenticeshipTag(r.State).Text
	case r.Overdue:
		return "Overdue: " + r.PlannedEnd.Long()
	}
	return r.PlannedEnd.Long()
}

func (r ApprenticeRow) activity() string {
	if r.LastActivity.IsZero() {
		return "None yet"
	}
	return Day(r.LastActivity)
}

func (r ApprenticeRow) waits(today countersign.Date) string {
	if r.Waiting == 0 {
		return "Nothing"
	}
	return Number(r.Waiting) + ", " + Waiting(r.OldestWaiting, today)
}

func (r ApprenticeRow) supervisor() string {
	if r.Supervisor == "" {
		return "Nobody named today"
	}
	return r.Supervisor + ", " + r.SupervisorEmail
}

// CSV is the address of the same list as a file.
func (p *ApprenticesPage) CSV() string {
	q := url.Values{"q": {p.Filter.Query}, "state": {p.Filter.State}, "sort": {p.Filter.Sort}}
	if p.Filter.Overdue {
		q.Set("overdue", "yes")
	}
	return "/apprenticeships.csv?" + q.Encode()
}

// Pages leads to the next page.
func (p *ApprenticesPage) Pages() Pagination {
	return Pagination{Next: PageLink{Href: p.Next, Text: "Next page"}}
}

// Enrol leads to the enrolment form.
func (*ApprenticesPage) Enrol() Button {
	return Button{Text: "Enrol an apprentice", Href: "/apprenticeships/new"}
}

func init() {
	addSamples(func() []Sample {
		full := NewApprenticesPage()
		full.Today, full.MayEnrol, full.Next = countersign.On(2026, 11, 22), true, "/apprenticeships?cursor=abc"
		full.Rows = []ApprenticeRow{
			{
				ID: "a1", Name: "Asha Patel", Practice: "Hillview Surgery", Progress: countersign.Progress{SignedOff: 21, InScope: 41}, State: countersign.Active,
				LastActivity: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), OldestWaiting: time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC), Waiting: 4,
				PlannedEnd: countersign.On(2027, 2, 1), Supervisor: "Dr Megan Bell", SupervisorEmail: "megan.bell@hillview.example",
			},
			{ID: "a2", Name: "Zoë Ńowak", Practice: "Canal Street Practice", Progress: countersign.Progress{InScope: 39}, State: countersign.Active, PlannedEnd: countersign.On(2026, 10, 1), Overdue: true},
			{ID: "a3", Name: "Siân Llewellyn", Practice: "Hillview Surgery", Progress: countersign.Progress{SignedOff: 40, InScope: 40}, State: countersign.CompletedProgramme},
		}
		empty := NewApprenticesPage()
		empty.Filter = ApprenticesFilter{Query: "Nguyễn", State: "active", Overdue: true}
		return []Sample{{"apprentices", full}, {"apprentices: none", empty}}
	})
}
