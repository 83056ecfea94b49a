package view

import (
	"strconv"

	"countersign/internal/countersign"
)

// cpdTags are how a cycle stands.
var cpdTags = map[countersign.CPDState]Tag{
	countersign.CPDOpen:        {Text: "Open", Colour: "blue"},
	countersign.CPDMet:         {Text: "Met", Colour: "green"},
	countersign.CPDNotMet:      {Text: "Not met", Colour: "red"},
	countersign.CPDAlternative: {Text: "Closed", Colour: "green"},
}

// CPDPage is somebody's continuing development after completion.
type CPDPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Cycles         []countersign.CPDCycle // the latest first
	Offered        []countersign.Cycle    // of the programme
	MayKeep        bool
	Own            bool
	Today          countersign.Date
}

// NewCPDPage returns the page of an apprenticeship.
func NewCPDPage(a countersign.Apprenticeship, f countersign.Framework, own bool) *CPDPage {
	p := &CPDPage{Apprenticeship: a, Offered: f.Cycles, Own: own, Layout: Layout{Title: "Your continuing development", Notice: f.Notice}}
	record := Link{Text: "Your record", Href: apprenticeshipHref(a.ID)}
	if !own {
		p.Title, record.Text = "Continuing development: "+a.ApprenticeName, a.ApprenticeName
	}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, record}
	return p
}

// Template implements Page.
func (*CPDPage) Template() string { return "cpd/cpd" }

func cpdHref(id countersign.ApprenticeshipID) string { return apprenticeshipHref(id) + "/cpd" }

// Lead says what the page is for now.
func (p *CPDPage) Lead() string {
	switch {
	case p.Apprenticeship.State != countersign.CompletedProgramme:
		return "Continuing development is kept once the programme is completed."
	case len(p.Offered) == 0 && len(p.Cycles) == 0:
		return "This version of the programme names no cycles of continuing development."
	case len(p.Cycles) == 0:
		return "No cycle is open yet. A cycle begins on the day of the award or certificate."
	}
	return "What was done in each cycle, against what it asks for. Evidence and sign-offs of competencies stay on the record itself."
}

// MayOpen reports whether the viewer can begin a cycle.
func (p *CPDPage) MayOpen() bool { return p.MayKeep && len(p.Offered) > 0 }

// Open leads to the form.
func (p *CPDPage) Open() ActionLink {
	return ActionLink{Text: "Open a cycle", Href: cpdHref(p.Apprenticeship.ID) + "/open"}
}

// CPDSection is one cycle on the page.
type CPDSection struct {
	Heading     string
	Tags        Tags
	Facts       SummaryList
	Missing     List
	Unconfirmed bool
	Actions     Buttons
	Renew       string // where the form goes; empty when it can't be renewed
	Ledger      Table
}

// Sections are the cycles, the latest first.
func (p *CPDPage) Sections() []CPDSection {
	out := make([]CPDSection, len(p.Cycles))
	for i, c := range p.Cycles {
		s := c.Standing(p.Today)
		at := cpdHref(p.Apprenticeship.ID) + "/" + string(c.ID)
		section := CPDSection{
			Heading: c.Cycle.Title + ", " + Date(c.StartsOn) + " to " + Date(c.EndsOn), Tags: Tags{tagOf(cpdTags, s.State)},
			Facts: cycleFacts(c, s, p.Today), Missing: List{Items: s.Missing}, Unconfirmed: c.Cycle.Unconfirmed, Ledger: p.ledger(c),
		}
		if p.MayKeep && c.Closure == nil && !c.StartsOn.After(p.Today) {
			section.Actions.Buttons = append(section.Actions.Buttons, Button{Text: "Add an entry", Href: at + "/new", Label: "Add an entry to " + section.Heading})
			if c.Cycle.Alternative != "" {
				section.Actions.Buttons = append(section.Actions.Buttons, Button{Text: "Record a " + lowerStart(c.Cycle.Alternative), Href: at + "/alternative", Variant: "secondary", Label: "Record a " + lowerStart(c.Cycle.Alternative) + " for " + section.Heading})
			}
		}
		if p.MayKeep && c.MayRenew(p.Cycles, p.Today) {
			section.Renew = at + "/renewal"
		}
		out[i] = section
	}
	return out
}

func cycleFacts(c countersign.CPDCycle, s countersign.CPDStanding, today countersign.Date) SummaryList {
	of := func(have countersign.Points, want int) string {
		if want == 0 {
			return have.String()
		}
		return have.String() + " of " + strconv.Itoa(want)
	}
	var l SummaryList
	add := func(key, value string) { l.Rows = append(l.Rows, SummaryRow{Key: key, Value: value}) }
	if c.Cycle.Body != "" {
		add("For", c.Cycle.Body)
	}
	if c.Closure != nil {
		note := ""
		if c.Closure.Note != "" {
			note = ": " + c.Closure.Note
		}
		add(c.Cycle.Alternative, Date(c.Closure.On)+note)
	}
	if c.Cycle.Points > 0 {
		add("Points in all", of(s.Total, c.Cycle.Points))
	}
	for _, f := range c.Cycle.Floors {
		add(f.Title, of(s.Of[f.Code], f.Points))
	}
	if c.Cycle.Approved > 0 {
		add("Approved by the body", of(s.Approved, c.Cycle.Approved))
	}
	switch {
	case c.Closure != nil:
	case today.Before(c.StartsOn):
		add("Time left", "Begins on "+Date(c.StartsOn))
	case today.After(c.EndsOn):
		add("Time left", "Ended on "+Date(c.EndsOn))
	default:
		left := "Until " + Date(c.EndsOn)
		if s.DaysLeft <= countersign.CPDNotice {
			left += ", " + DaysUntil(today, c.EndsOn)
		}
		add("Time left", left)
	}
	return l
}

// ledger is the entries of a cycle.
func (p *CPDPage) ledger(c countersign.CPDCycle) Table {
	t := Table{
		Caption: "Entries of this cycle, the latest day first", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true,
		Head: []Column{{Text: "Day"}, {Text: "What was done"}, {Text: "Category"}, {Text: "Points", Numeric: true}, {Text: "Approved"}},
	}
	if p.MayKeep {
		t.Head = append(t.Head, Column{Text: "Change"})
	}
	for _, e := range c.Entries {
		what := e.Title
		if e.Provider != "" {
			what += ", " + e.Provider
		}
		approved := "No"
		if e.Approved {
			approved = "Yes"
		}
		row := []Cell{{Text: Date(e.On)}, {Text: what}, {Text: c.Cycle.CategoryTitle(e.Category)}, {Text: e.Points.String()}, {Text: approved}}
		change := Cell{Body: Blocks{Link{Text: "Reverse", Href: cpdHref(p.Apprenticeship.ID) + "/entries/" + string(e.ID) + "/reversal", Hidden: what}}}
		if !e.ReversedAt.IsZero() {
			row[1].Text += ". Reversed, so it does not count: " + e.Reason
			change = Cell{Text: "Reversed"}
		}
		if p.MayKeep {
			row = append(row, change)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// CPDFormPage is one of the forms of continuing development: its fields are
// those that Fields returns.
type CPDFormPage struct {
	Layout
	Intro   string
	Action  string
	Present SummaryList
	Save    string
	Values  CPDValues // as typed
	fields  func(*CPDFormPage) Blocks
}

// CPDValues are what the forms ask for.
type CPDValues struct {
	Code, Title, Provider, Category, Points, Reason, Note string
	Approved                                              bool
	On                                                    DateValue
}

// Template implements Page.
func (*CPDFormPage) Template() string { return "cpd/form" }

// Fields are the form's.
func (p *CPDFormPage) Fields() Blocks { return p.fields(p) }

// Submit saves it.
func (p *CPDFormPage) Submit() Button { return Button{Text: p.Save, Once: true} }

func newCPDForm(id countersign.ApprenticeshipID, path, title, intro, save string, fields func(*CPDFormPage) Blocks) *CPDFormPage {
	return &CPDFormPage{
		Layout: Layout{Title: title, Back: BackLink{Href: cpdHref(id)}}, Action: cpdHref(id) + path, Intro: intro, Save: save, fields: fields,
	}
}

// NewCPDOpenPage opens a cycle.
func NewCPDOpenPage(a countersign.Apprenticeship, offered []countersign.Cycle, on countersign.Date) *CPDFormPage {
	p := newCPDForm(a.ID, "/open", "Open a cycle", "A cycle begins on the day of your award or certificate, and ends on the day before its months are past.", "Open the cycle", func(p *CPDFormPage) Blocks {
		r := Radios{Name: "code", Legend: Legend{Text: "Which cycle?"}, Value: p.Values.Code, Error: p.Errors.Of("code")}
		for _, c := range offered {
			hint := Count(c.Months, "month", "months")
			if c.Points > 0 {
				hint += ", " + Count(c.Points, "point", "points")
			}
			if c.Body != "" {
				hint += ", " + c.Body
			}
			if c.Unconfirmed {
				hint += " (to be confirmed)"
			}
			r.Items = append(r.Items, Choice{Value: c.Code, Text: c.Title, Hint: hint})
		}
		return Blocks{r, DateInput{Name: "starts_on", Legend: Legend{Text: "First day of the cycle"}, Value: p.Values.On, Error: p.Errors.Of("starts_on")}}
	})
	p.Values.On = DateValueOf(on)
	if len(offered) == 1 {
		p.Values.Code = offered[0].Code
	}
	return p
}

// NewCPDEntryPage adds to a cycle.
func NewCPDEntryPage(a countersign.Apprenticeship, c countersign.CPDCycle, today countersign.Date) *CPDFormPage {
	p := newCPDForm(a.ID, "/"+string(c.ID)+"/new", "Add an entry", "Do not name a patient.", "Save the entry", func(p *CPDFormPage) Blocks {
		v := p.Values
		fields := Blocks{
			Input{Name: "title", Label: Label{Text: "What did you do?"}, Hint: "For example, a phlebotomy update or a review with your manager.", Value: v.Title, Error: p.Errors.Of("title")},
			Input{Name: "provider", Label: Label{Text: "Provider (optional)"}, Value: v.Provider, Error: p.Errors.Of("provider")},
			DateInput{Name: "on", Legend: Legend{Text: "On which day?"}, Value: v.On, Error: p.Errors.Of("on")},
		}
		if len(c.Cycle.Floors) > 0 {
			r := Radios{Name: "category", Legend: Legend{Text: "Category"}, Value: v.Category, Error: p.Errors.Of("category")}
			for _, code := range c.Cycle.Categories() {
				r.Items = append(r.Items, Choice{Value: code, Text: c.Cycle.CategoryTitle(code)})
			}
			fields = append(fields, r)
		}
		if c.Cycle.Points > 0 {
			fields = append(fields, Input{
				Name: "points", Label: Label{Text: "Points"}, Hint: "Whole or half, for example 1.5.", Value: v.Points, Error: p.Errors.Of("points"), Width: 4, InputMode: "decimal",
			})
		}
		if c.Cycle.Approved > 0 {
			boxes := Checkboxes{Name: "approved", Items: []Choice{{Value: "yes", Text: "Approved by " + c.Cycle.Body}}}
			if v.Approved {
				boxes.Values = []string{"yes"}
			}
			fields = append(fields, boxes)
		}
		return fields
	})
	p.Present = cycleOf(c)
	p.Values.On = DateValueOf(today)
	return p
}

func cycleOf(c countersign.CPDCycle) SummaryList {
	return SummaryList{Rows: []SummaryRow{{Key: "Cycle", Value: c.Cycle.Title}, {Key: "From", Value: Date(c.StartsOn)}, {Key: "To", Value: Date(c.EndsOn)}}}
}

// NewCPDClosurePage records what stands instead of points.
func NewCPDClosurePage(a countersign.Apprenticeship, c countersign.CPDCycle) *CPDFormPage {
	p := newCPDForm(a.ID, "/"+string(c.ID)+"/alternative", "Record a "+lowerStart(c.Cycle.Alternative), "It stands instead of the points, and closes this cycle for good.", "Close the cycle", func(p *CPDFormPage) Blocks {
		return Blocks{
			DateInput{Name: "on", Legend: Legend{Text: "On which day?"}, Value: p.Values.On, Error: p.Errors.Of("on")},
			Input{Name: "note", Label: Label{Text: "Note (optional)"}, Hint: "For example, the number of the new certificate.", Value: p.Values.Note, Error: p.Errors.Of("note")},
		}
	})
	p.Present = cycleOf(c)
	return p
}

// NewCPDReversalPage takes an entry out of the count.
func NewCPDReversalPage(a countersign.Apprenticeship, e countersign.CPDEntry) *CPDFormPage {
	p := newCPDForm(a.ID, "/entries/"+string(e.ID)+"/reversal", "Reverse an entry", "It stays in the record with your reason, and does not count any more.", "Reverse the entry", func(p *CPDFormPage) Blocks {
		return Blocks{Input{Name: "reason", Label: Label{Text: "Why is it reversed?"}, Value: p.Values.Reason, Error: p.Errors.Of("reason")}}
	})
	p.Present = SummaryList{Rows: []SummaryRow{{Key: "Day", Value: Date(e.On)}, {Key: "What was done", Value: e.Title}, {Key: "Points", Value: e.Points.String()}}}
	return p
}

func init() {
	addSamples(func() []Sample {
		f := sampleLearnerFramework()
		f.Cycles = []countersign.Cycle{
			{
				Code: "cma", Title: "CMA (AAMA) recertification", Body: "American Association of Medical Assistants", Months: 60, Points: 60, Approved: 30, Alternative: "Re-examination",
				Floors: []countersign.Floor{{Code: "general", Title: "General", Points: 10}, {Code: "clinical", Title: "Clinical", Points: 10}},
			},
			{Code: "appraisal", Title: "Yearly performance review", Months: 12, Unconfirmed: true},
		}
		a := sampleApprenticeship()
		a.State, a.EndedOn = countersign.CompletedProgramme, countersign.On(2025, 3, 1)
		today := countersign.LondonDate(sampleNow)
		entries := []countersign.CPDEntry{
			{ID: "e1", On: countersign.On(2025, 9, 3), Title: "Phlebotomy update", Provider: "College", Category: "clinical", Points: 21, Approved: true},
			{ID: "e2", On: countersign.On(2025, 6, 3), Title: "Customer care", Category: countersign.OtherCPD, Points: 4, ReversedAt: sampleNow, Reason: "Entered twice"},
		}
		cycle := countersign.CPDCycle{ID: "c1", Cycle: f.Cycles[0], StartsOn: countersign.On(2025, 3, 1), EndsOn: countersign.On(2030, 2, 28), Entries: entries}
		page := func(own bool, cycles ...countersign.CPDCycle) *CPDPage {
			p := NewCPDPage(a, f, own)
			p.Cycles, p.MayKeep, p.Today = cycles, own, today
			return p
		}
		closed, over, next := cycle, cycle, cycle
		closed.Closure = &countersign.CPDClosure{On: today, Note: "Certificate 7"}
		over.ID, over.Cycle, over.StartsOn, over.EndsOn, over.Entries = "c2", f.Cycles[1], countersign.On(2024, 3, 1), countersign.On(2025, 2, 28), nil
		next.ID, next.Cycle, next.StartsOn, next.EndsOn, next.Entries = "c3", f.Cycles[1], today.AddDays(9), today.AddMonths(12), nil
		none := NewCPDPage(a, countersign.Framework{}, true)
		early := NewCPDPage(sampleApprenticeship(), f, true)
		samples := []Sample{
			{"continuing development", page(true, cycle)}, {"continuing development: for the GP", page(false, cycle, over)}, {"continuing development: closed, over", page(true, closed, over)},
			{"continuing development: next", page(true, next)}, {"continuing development: no cycle yet", page(true)}, {"continuing development: none offered", none}, {"continuing development: not completed", early},
		}
		forms := []struct {
			name   string
			form   func() *CPDFormPage
			fields []string
		}{
			{"open", func() *CPDFormPage { return NewCPDOpenPage(a, f.Cycles, a.EndedOn) }, []string{"code", "starts_on"}},
			{"open the only one", func() *CPDFormPage { return NewCPDOpenPage(a, f.Cycles[1:], a.EndedOn) }, []string{"starts_on"}},
			{"entry", func() *CPDFormPage { return NewCPDEntryPage(a, cycle, today) }, []string{"title", "provider", "on", "category", "points"}},
			{"closure", func() *CPDFormPage { return NewCPDClosurePage(a, cycle) }, []string{"on", "note"}},
			{"reversal", func() *CPDFormPage { return NewCPDReversalPage(a, entries[0]) }, []string{"reason"}},
		}
		for _, form := range forms {
			refused := form.form()
			refused.Values.Approved = true
			var wrong countersign.Problems
			for _, name := range form.fields {
				wrong.Add(name, "Enter something else for "+name)
			}
			refused.Fail(wrong.Err())
			samples = append(samples, Sample{"continuing development, form: " + form.name, form.form()}, Sample{"continuing development, form: " + form.name + ", refused", refused})
		}
		return samples
	})
}
