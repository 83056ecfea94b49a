package view

import (
	"net/url"
	"slices"
	"time"

	"countersign/internal/countersign"
)

// ApprenticesPage is the table of the apprentices that a practice manager, a
// hub lead or an assessor follows.
type ApprenticesPage struct {
	Layout
	Today      countersign.Date
	Rows       []ApprenticeRow
	Filter     ApprenticesFilter
	Practices  []Option // value is the code; empty when there is nothing to choose
	Frameworks []Option // value is the identifier
	Cohorts    []string
	// PracticeByCode says that there are too many practices to choose from.
	PracticeByCode bool
	Next           string // cursor of the next page; empty at the end
	Views          []countersign.SavedView
	MayEnrol       bool
	MayApply       bool // ask the training hub
	MayImport      bool // a roster
	MayReceive     bool // see what comes from other installations
}

// ApprenticesFilter is what the table is narrowed down to, as typed.
type ApprenticesFilter struct {
	Query, State, Flag, Sort, Organisation, Framework, Cohort string
	Overdue, Unmentored                                       bool
	Columns                                                   []string // beside the name; none for the usual ones
	Cursor                                                    string   // of the page that is shown
}

// Values returns the filter as the query of an address, without the cursor.
func (f ApprenticesFilter) Values() url.Values {
	q := url.Values{}
	for key, value := range map[string]string{
		"q": f.Query, "state": f.State, "flag": f.Flag, "sort": f.Sort, "organisation": f.Organisation, "framework": f.Framework, "cohort": f.Cohort,
	} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if f.Overdue {
		q.Set("overdue", "yes")
	}
	if f.Unmentored {
		q.Set("unmentored", "yes")
	}
	if len(f.Columns) > 0 {
		q["columns"] = f.Columns
	}
	return q
}

// Href returns the address of the list narrowed down so.
func (f ApprenticesFilter) Href() string { return withQuery("/apprenticeships", f.Values()) }

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// narrow reports whether the filter leaves anybody out.
func (f ApprenticesFilter) narrow() bool {
	f.Sort, f.Cursor, f.Columns = "", "", nil
	return len(f.Values()) > 0
}

// ApprenticeRow is one apprentice of the table.
type ApprenticeRow struct {
	ID, Name, Practice, Hub, Framework, Cohort       string
	Start                                            countersign.Date
	Flag                                             countersign.Flag // empty for somebody who isn't learning
	Progress                                         countersign.Progress
	State                                            countersign.ApprenticeshipState
	LastActivity, OldestWaiting                      time.Time
	PlannedEnd                                       countersign.Date
	Overdue, ReturnOverdue, ReviewOverdue            bool
	Waiting                                          int
	Supervisor, SupervisorEmail, Mentor, MentorEmail string
}

// NewApprenticesPage returns the page with its title.
func NewApprenticesPage() *ApprenticesPage {
	return &ApprenticesPage{Layout: Layout{Title: "Apprentices"}}
}

// Template implements Page.
func (*ApprenticesPage) Template() string { return "apprentices/list" }

// QueryField searches by name.
func (p *ApprenticesPage) QueryField() SearchInput {
	return SearchInput{Input: Input{Name: "q", Label: Label{Text: "Find an apprentice by name or email address"}, Value: p.Filter.Query, Classes: "nhsuk-u-width-two-thirds"}}
}

// More holds the other filters; it is open when one of them is in use.
func (p *ApprenticesPage) More() Details {
	f := p.Filter
	f.Query, f.Cursor = "", ""
	return Details{Summary: "Filter, sort and choose columns", Open: len(f.Values()) > 0 || p.Errors.Any()}
}

// StateField narrows to a state.
func (p *ApprenticesPage) StateField() Select {
	options := []Option{{Text: "All"}}
	for _, s := range countersign.ApprenticeshipStates() {
		options = append(options, Option{Value: string(s), Text: ApprenticeshipTag(s).Text})
	}
	return Select{Name: "state", Label: Label{Text: "State"}, Value: p.Filter.State, Options: withValue(p.Filter.State, options)}
}

// FlagField narrows to those who get on so.
func (p *ApprenticesPage) FlagField() Select {
	return Select{Name: "flag", Label: Label{Text: "How they get on"}, Value: p.Filter.Flag, Error: p.Errors.Of("flag"), Options: []Option{
		{Text: "All"}, {Value: "active", Text: "Active, however they get on"}, {Value: string(countersign.OnTrack), Text: "On track"},
		{Value: string(countersign.Slipping), Text: "Slipping"}, {Value: string(countersign.Stuck), Text: "Stuck"},
	}}
}

// SortField chooses the order.
func (p *ApprenticesPage) SortField() Select {
	return Select{Name: "sort", Label: Label{Text: "Order by"}, Value: p.Filter.Sort, Error: p.Errors.Of("sort"), Options: []Option{
		{Value: "", Text: "Name"}, {Value: "progress", Text: "Least progress first"}, {Value: "last_activity", Text: "Longest without activity first"},
		{Value: "planned_end", Text: "Earliest planned end first"}, {Value: "oldest_waiting", Text: "Longest wait for a mentor first"},
	}}
}

// PracticeField narrows to a practice.
func (p *ApprenticesPage) PracticeField() Select {
	return Select{Name: "organisation", Label: Label{Text: "Practice"}, Value: p.Filter.Organisation,
		Options: withValue(p.Filter.Organisation, append([]Option{{Text: "All"}}, p.Practices...))}
}

// PracticeInput narrows to a place where there are too many to list.
func (p *ApprenticesPage) PracticeInput() Input {
	return Input{Name: "organisation", Label: Label{Text: "Code of a practice or network"}, Value: p.Filter.Organisation, Width: 10, Code: true}
}

// FrameworkField narrows to a framework.
func (p *ApprenticesPage) FrameworkField() Select {
	return Select{Name: "framework", Label: Label{Text: "Framework"}, Value: p.Filter.Framework,
		Options: withValue(p.Filter.Framework, append([]Option{{Text: "All"}}, p.Frameworks...))}
}

// CohortField narrows to a cohort.
func (p *ApprenticesPage) CohortField() Select {
	options := []Option{{Text: "All"}}
	for _, c := range p.Cohorts {
		options = append(options, Option{Value: c, Text: c})
	}
	return Select{Name: "cohort", Label: Label{Text: "Cohort"}, Value: p.Filter.Cohort, Options: withValue(p.Filter.Cohort, options)}
}

// withValue adds what an address asks for to the options that don't offer it,
// so that sending the form again doesn't silently ask for something else.
func withValue(value string, options []Option) []Option {
	if value == "" || slices.ContainsFunc(options, func(o Option) bool { return o.Value == value }) {
		return options
	}
	return append(options, Option{Value: value, Text: value})
}

// OnlyField narrows to those who need attention.
func (p *ApprenticesPage) OnlyField() Checkboxes {
	return Checkboxes{Name: "overdue", Legend: Legend{Text: "Show only those"}, Small: true, Items: []Choice{
		{Value: "yes", Text: "past their planned end", Checked: p.Filter.Overdue},
		{Value: "yes", Name: "unmentored", ID: "unmentored", Text: "without a GP supervisor or a secondary mentor today", Checked: p.Filter.Unmentored},
	}}
}

// Apply filters.
func (*ApprenticesPage) Apply() Button { return Button{Text: "Show", Variant: "secondary"} }

// Narrowed reports whether somebody may be missing because of the filter.
func (p *ApprenticesPage) Narrowed() bool { return p.Filter.narrow() }

// Later reports whether this isn't the first page of the list.
func (p *ApprenticesPage) Later() bool { return p.Filter.Cursor != "" }

// First is the address of the list's first page.
func (p *ApprenticesPage) First() string { return p.Filter.Href() }

// Table is the apprentices, with the columns that were chosen.
func (p *ApprenticesPage) Table() Table {
	if len(p.Filter.Columns) == 0 {
		return apprenticesTable("Apprentices", p.Today, p.Rows)
	}
	return apprenticesTableWith("Apprentices", p.Today, p.Rows, p.Filter.Columns)
}

// apprenticesTable is the same on the list and on the homes.
func apprenticesTable(caption string, today countersign.Date, rows []ApprenticeRow) Table {
	return apprenticesTableWith(caption, today, rows, []string{"practice", "signed_off", "planned_end", "last_activity", "waiting", "mentors"})
}

func (r ApprenticeRow) progress() Cell {
	return Cell{Body: Blocks{Bar{r.Progress.SignedOff, r.Progress.InScope}}}
}

func (r ApprenticeRow) end() Cell {
	c := r.standing()
	if r.ReviewOverdue {
		if len(c.Body) == 0 {
			c.Body, c.Text = Blocks{Text(c.Text)}, ""
		}
		c.Body = append(c.Body, Text(" "), Tag{Text: "Review overdue", Colour: "red"})
	}
	return c
}

func (r ApprenticeRow) standing() Cell {
	late := Tag{Text: "Overdue", Colour: "red"}
	switch {
	case r.ReturnOverdue:
		return Cell{Body: Blocks{ApprenticeshipTag(r.State), Text(" "), Tag{Text: "Return overdue", Colour: "red"}}}
	case r.State == countersign.ReferredBack && r.Overdue:
		return Cell{Body: Blocks{ApprenticeshipTag(r.State), Text(" "), late}}
	case r.State != countersign.Active:
		return Cell{Body: Blocks{ApprenticeshipTag(r.State)}}
	case r.Overdue:
		return Cell{Body: Blocks{Text(Date(r.PlannedEnd) + " "), late}}
	}
	return Cell{Text: Date(r.PlannedEnd)}
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
	return Count(r.Waiting, "item") + ", " + Waiting(r.OldestWaiting, today)
}

// mentors are links to write to whoever is named today.
func (r ApprenticeRow) mentors() Blocks {
	if r.State.Ended() && r.Supervisor == "" && r.Mentor == "" {
		return Blocks{Text("Nobody named today")}
	}
	gp, mentor := Block(Text("No GP supervisor")), Block(Text("no secondary mentor"))
	if r.Supervisor != "" {
		gp = Link{Text: r.Supervisor, Href: Mailto(r.SupervisorEmail), Hidden: "(GP supervisor, send an email)"}
	}
	if r.Mentor != "" {
		mentor = Link{Text: r.Mentor, Href: Mailto(r.MentorEmail), Hidden: "(secondary mentor, send an email)"}
	}
	return Blocks{gp, Text(", "), mentor}
}

// Mailto returns the address of a link that begins an e-mail.
func Mailto(email string) string { return "mailto:" + url.PathEscape(email) }

// CSV is the address of the same list as a file.
func (p *ApprenticesPage) CSV() string { return withQuery("/apprenticeships.csv", p.Filter.Values()) }

// XLSX is the address of the same list as a workbook.
func (p *ApprenticesPage) XLSX() string { return withQuery("/apprenticeships.xlsx", p.Filter.Values()) }

// Pages leads to the next page.
func (p *ApprenticesPage) Pages() Pagination {
	q := p.Filter.Values()
	q.Set("cursor", p.Next)
	return Pagination{Next: PageLink{Href: withQuery("/apprenticeships", q), Text: "Next page"}}
}

// Enrol leads to the enrolment form.
func (*ApprenticesPage) Enrol() Button {
	return Button{Text: "Enrol an apprentice", Href: "/apprenticeships/new"}
}

// ApplyFor leads to the application form.
func (*ApprenticesPage) ApplyFor() Link { return applyLink }

var applyLink = Link{Text: "Ask the training hub to accept an apprentice", Href: "/apprenticeships/apply"}

var sampleApprentices = []ApprenticeRow{
	{
		ID: "a1", Name: "Asha Patel", Practice: "Hillview Surgery", Hub: "Leeds Training Hub", Framework: "gpa-combined 1.1.0", Cohort: "2026-A", Flag: countersign.Slipping, Progress: countersign.Progress{SignedOff: 21, InScope: 41}, State: countersign.Active,
		LastActivity: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), OldestWaiting: time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC), Waiting: 4,
		PlannedEnd: countersign.On(2027, 2, 1), Supervisor: "Dr Megan Bell", SupervisorEmail: "megan.bell@hillview.example",
		Mentor: "Sam Okafor", MentorEmail: "sam.okafor@hillview.example",
	},
	{
		ID: "a2", Name: "Zoë Ńowak", Practice: "Canal Street Practice", Progress: countersign.Progress{InScope: 39}, State: countersign.Active,
		PlannedEnd: countersign.On(2026, 10, 1), Overdue: true, ReviewOverdue: true, Mentor: "Sam Okafor", MentorEmail: "sam.okafor@hillview.example",
	},
	{ID: "a4", Name: "Grace Mensah", Practice: "Hillview Surgery", State: countersign.OnBreak, ReturnOverdue: true, ReviewOverdue: true, Supervisor: "Dr Megan Bell", SupervisorEmail: "megan.bell@hillview.example"},
	{ID: "a5", Name: "Tom Reed", Practice: "Hillview Surgery", State: countersign.Applied},
	{ID: "a3", Name: "Siân Llewellyn", Practice: "Hillview Surgery", Progress: countersign.Progress{SignedOff: 40, InScope: 40}, State: countersign.CompletedProgramme},
}

func init() {
	addSamples(func() []Sample {
		full := NewApprenticesPage()
		full.Today, full.MayEnrol, full.MayApply, full.Next, full.Rows = countersign.On(2026, 11, 22), true, true, "abc", sampleApprentices
		full.Filter = ApprenticesFilter{Sort: "oldest_waiting", Cursor: "abb", Cohort: "2025-Z"}
		full.Practices = []Option{{Value: "A81001", Text: "Hillview Surgery"}, {Value: "A81002", Text: "Canal Street Practice"}}
		full.Frameworks = []Option{{Value: "gpa-combined", Text: "General Practice Assistant, combined"}}
		full.Cohorts = []string{"2026-B", "2026-A"}
		full.Views = []countersign.SavedView{{ID: "v1", Name: "Stuck at Hillview", Query: "flag=stuck&organisation=A81001"}}
		typical := NewApprenticesPage()
		typical.Today, typical.Rows = full.Today, sampleApprentices
		none := NewApprenticesPage()
		none.Filter = ApprenticesFilter{Query: "Nguyễn", State: "active", Overdue: true, Unmentored: true, Organisation: "A81001"}
		empty := NewApprenticesPage()
		empty.MayEnrol = true
		wrong := NewApprenticesPage()
		wrong.Fail(countersign.InvalidField("sort", "Select one of the orders that are offered"))
		columns := NewApprenticesPage()
		columns.Today, columns.Rows = full.Today, sampleApprentices
		columns.Filter.Columns = []string{"hub", "framework", "cohort", "start", "flag", "signed_off"}
		unnamed := NewApprenticesPage()
		unnamed.Errors.LinkTo("name", "view-name")
		unnamed.Fail(countersign.InvalidField("name", "Enter a name for the view"))
		return []Sample{{"apprentices", typical}, {"apprentices: filtered", full}, {"apprentices: nobody matches", none}, {"apprentices: none", empty}, {"apprentices: unknown order", wrong},
			{"apprentices: columns", columns}, {"apprentices: view without a name", unnamed}}
	})
}
