package view

import (
	"strings"

	"countersign/internal/countersign"
)

// HoursPage is the log of protected and off-the-job time of an apprenticeship:
// how it stands, the rule that holds, and the entries.
type HoursPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Own            bool
	MayLog         bool
	Texts          bool // the viewer may read what was learnt
	Totals         countersign.HoursTotals
	Entries        []HoursRow
	Filter         HoursFilter
	First, Next    string // addresses of the list's pages
}

// HoursRow is an entry and what the viewer may do to it.
type HoursRow struct {
	countersign.HoursEntry
	MayVerify, MayReverse bool
}

// HoursFilter is what was asked for, as typed.
type HoursFilter struct {
	State, Kind string
	From, To    DateValue
}

// Any reports whether anything was asked for.
func (f HoursFilter) Any() bool { return f != HoursFilter{} }

// NewHoursPage returns the page of an apprenticeship.
func NewHoursPage(a countersign.Apprenticeship, f countersign.Framework, own bool) *HoursPage {
	p := &HoursPage{Apprenticeship: a, Framework: f, Own: own, Layout: Layout{Title: "Your hours", Notice: f.Notice}}
	record := Link{Text: "Your record", Href: apprenticeshipHref(a.ID)}
	if !own {
		p.Title, record.Text = "Hours of "+a.ApprenticeName, a.ApprenticeName
	}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, record}
	return p
}

// Template implements Page.
func (*HoursPage) Template() string { return "hours/hours" }

func hoursHref(id countersign.ApprenticeshipID) string { return apprenticeshipHref(id) + "/hours" }

// Action is where the list is.
func (p *HoursPage) Action() string { return hoursHref(p.Apprenticeship.ID) }

// Standstill says why nothing can be entered.
func (p *HoursPage) Standstill() string {
	if p.Own && !p.MayLog {
		return "You cannot enter hours: this apprenticeship is " + p.Apprenticeship.State.Phrase() + "."
	}
	return ""
}

// New enters hours.
func (p *HoursPage) New() ActionLink {
	return ActionLink{Text: "Enter hours", Href: p.Action() + "/new"}
}

// hoursBar is a Bar of minutes that says hours.
type hoursBar struct{ Bar }

// Text returns the same in words.
func (b hoursBar) Text() string {
	return countersign.Duration(b.Done) + " of " + countersign.Duration(b.Total) + " verified (" + Percent(b.Done, b.Total) + ")"
}

// Bar is how much of the target is verified.
func (p *HoursPage) Bar() hoursBar { return hoursBar{Bar{p.Totals.Verified, p.Totals.Target()}} }

// Summary are the totals in words.
func (p *HoursPage) Summary() SummaryList {
	t := p.Totals
	minimum := "No number: see the rule below"
	switch {
	case !t.HasRule:
		minimum = "None: this programme has no rule for hours"
	case t.Minimum > 0:
		minimum = countersign.Duration(t.Minimum)
	}
	rows := []SummaryRow{{Key: "Minimum", Value: minimum}}
	if t.PriorLearning > 0 {
		rows = append(rows, SummaryRow{Key: "Less for prior learning", Value: countersign.Duration(t.PriorLearning)})
	}
	planned := "Not worked out: the programme protects no hours a week"
	if t.Planned > 0 {
		planned = countersign.Duration(t.Planned) + " of protected time, " + Count(p.Framework.ProtectedHoursPerWeek, "hour") + " a week"
	}
	rows = append(rows, SummaryRow{Key: "Planned", Value: planned},
		SummaryRow{Key: "Verified", Value: countersign.Duration(t.Verified)},
		SummaryRow{Key: "Waiting to be verified", Value: countersign.Duration(t.Submitted)})
	if t.Target() > 0 {
		expected := countersign.Duration(t.Expected)
		if n := t.Behind(); n > 0 {
			expected += ": " + countersign.Duration(n) + " more than is entered"
		}
		rows = append(rows, SummaryRow{Key: "Expected by today", Value: expected})
	}
	return SummaryList{Rows: rows}
}

// Tags say whether it keeps pace.
func (p *HoursPage) Tags() Tags {
	switch {
	case p.Totals.Target() == 0:
		return nil
	case p.Totals.Behind() > 0:
		return Tags{{Text: "Behind what is expected", Colour: "orange"}}
	}
	return Tags{{Text: "On pace", Colour: "green"}}
}

// RuleSince says for which starts the rule holds.
func (p *HoursPage) RuleSince() string {
	if p.Totals.Rule.From.IsZero() {
		return "It holds for starts before the next rule. This apprenticeship began on " + Date(p.Apprenticeship.StartOn) + "."
	}
	return "It holds for starts from " + Date(p.Totals.Rule.From) + ". This apprenticeship began on " + Date(p.Apprenticeship.StartOn) + "."
}

// FilterBox holds the filter; it is open while anything is asked for.
func (p *HoursPage) FilterBox() Details {
	return Details{Summary: "Filter entries", Open: p.Filter.Any() || p.Errors.Any(), Expander: true}
}

// StateField narrows down by state.
func (p *HoursPage) StateField() Select {
	s := Select{Name: "state", Label: Label{Text: "State"}, Value: p.Filter.State, Error: p.Errors.Of("state"), Options: []Option{{Text: "Any state"}}}
	for _, state := range countersign.HoursStates() {
		s.Options = append(s.Options, Option{Value: string(state), Text: HoursTag(state).Text})
	}
	return s
}

// KindField narrows down by kind.
func (p *HoursPage) KindField() Select {
	s := Select{Name: "kind", Label: Label{Text: "Kind"}, Value: p.Filter.Kind, Error: p.Errors.Of("kind"), Options: []Option{{Text: "Any kind"}}}
	for _, k := range countersign.HoursKinds() {
		s.Options = append(s.Options, Option{Value: string(k), Text: k.Title()})
	}
	return s
}

// FromField is the first day.
func (p *HoursPage) FromField() DateInput {
	return DateInput{Name: "from", Legend: Legend{Text: "On or after", Size: "s"}, Value: p.Filter.From, Error: p.Errors.Of("from")}
}

// ToField is the last day.
func (p *HoursPage) ToField() DateInput {
	return DateInput{Name: "to", Legend: Legend{Text: "On or before", Size: "s"}, Value: p.Filter.To, Error: p.Errors.Of("to")}
}

// Apply filters.
func (*HoursPage) Apply() Button {
	return Button{Text: "Apply filters", Variant: "secondary", Small: true}
}

// Clear shows everything again.
func (p *HoursPage) Clear() Link { return Link{Text: "Clear filters", Href: p.Action()} }

// HoursTag is the state of an entry.
func HoursTag(s countersign.HoursState) Tag {
	switch s {
	case countersign.HoursVerified:
		return Tag{Text: "Verified", Colour: "green"}
	case countersign.HoursReversed:
		return Tag{Text: "Reversed", Colour: "grey"}
	}
	return Tag{Text: "Waiting", Colour: "yellow"}
}

// hoursRow is an entry of plain strings: a page holds many.
type hoursRow struct {
	ID, Day, Duration, Kind, Learnt, Codes, Decided string
	Tag                                             Tag
	Verify, Reverse                                 string // addresses; empty where the viewer can't
	About                                           string // for screen readers
}

// Rows are the entries.
func (p *HoursPage) Rows() []hoursRow {
	rows := make([]hoursRow, len(p.Entries))
	for i, e := range p.Entries {
		r := hoursRow{
			ID: string(e.ID), Day: Date(e.On), Duration: countersign.Duration(e.Minutes), Kind: e.Kind.Title(), Learnt: e.Learnt,
			Codes: strings.Join(e.Competencies, ", "), Tag: HoursTag(e.State), About: "the entry of " + Date(e.On) + ", " + countersign.Duration(e.Minutes),
		}
		switch {
		case e.State == countersign.HoursReversed && e.Reversed.Reason != "":
			r.Decided = "Reversed by " + e.Reversed.ByName + ": " + e.Reversed.Reason
		case e.State == countersign.HoursReversed:
			r.Decided = "Reversed by " + e.Reversed.ByName
		case e.State == countersign.HoursVerified:
			r.Decided = "By " + e.Verified.ByName + ", " + lowerRole(e.Verified.ByRole)
		}
		if e.MayVerify {
			r.Verify = "/hours/" + string(e.ID) + "/verification"
		}
		if e.MayReverse {
			r.Reverse = "/hours/" + string(e.ID) + "/reversal"
		}
		rows[i] = r
	}
	return rows
}

// Empty says why nothing is listed.
func (p *HoursPage) Empty() string {
	switch {
	case p.Errors.Any():
		return "Nothing is listed until this is put right."
	case p.Filter.Any():
		return "No entry matches these filters."
	}
	return "No hours are entered yet."
}

// Paging leads through the list.
func (p *HoursPage) Paging() Pagination {
	pages := Pagination{Label: "Hours"}
	if p.First != "" {
		pages.Previous = PageLink{Href: p.First, Text: "Back to the latest"}
	}
	if p.Next != "" {
		pages.Next = PageLink{Href: p.Next, Text: "Earlier entries"}
	}
	return pages
}

// Paged reports whether there is another page.
func (p *HoursPage) Paged() bool { return p.First != "" || p.Next != "" }

// HoursFormPage enters hours.
type HoursFormPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Competencies   []countersign.Competency // to choose from
	On             DateValue
	Kind           string
	Hours, Minutes string
	Learnt         string
	Chosen         []string
}

// NewHoursFormPage returns the form of an apprenticeship.
func NewHoursFormPage(a countersign.Apprenticeship, f countersign.Framework) *HoursFormPage {
	return &HoursFormPage{
		Layout:         Layout{Title: "Enter hours", Back: BackLink{Href: hoursHref(a.ID)}, Notice: f.Notice},
		Apprenticeship: a, Competencies: f.Competencies(),
	}
}

// Template implements Page.
func (*HoursFormPage) Template() string { return "hours/form" }

// Action is where the form goes.
func (p *HoursFormPage) Action() string { return hoursHref(p.Apprenticeship.ID) + "/new" }

// Fields are what is asked.
func (p *HoursFormPage) Fields() Blocks {
	kind := Radios{Name: "kind", Legend: Legend{Text: "What kind of learning was it?"}, Value: p.Kind, Error: p.Errors.Of("kind"), Small: true}
	for _, k := range countersign.HoursKinds() {
		kind.Items = append(kind.Items, Choice{Value: string(k), Text: k.Title()})
	}
	codes := Checkboxes{Name: "competencies", Legend: Legend{Text: "Competencies"}, Values: p.Chosen, Error: p.codesError(), Small: true}
	for _, c := range p.Competencies {
		codes.Items = append(codes.Items, Choice{Value: c.Code, Text: c.Code + " " + c.Title})
	}
	return Blocks{
		kind, p.hoursField(), p.minutesField(),
		Textarea{Name: "learnt", Label: Label{Text: "What was learnt?"}, Hint: "A sentence is enough. Do not name patients.", Value: p.Learnt, Error: p.Errors.Of("learnt"), Rows: 3},
		DateInput{Name: "on", Legend: Legend{Text: "Which day?"}, Value: p.On, Error: p.Errors.Of("on")},
		Details{Summary: "Which competencies was it about? (optional)", Body: Blocks{codes}, Open: len(p.Chosen) > 0 || p.codesError() != ""},
	}
}

func (p *HoursFormPage) codesError() string {
	for i := range p.Chosen {
		if e := p.Errors.Of("competencies." + itoa(i)); e != "" {
			return e
		}
	}
	return p.Errors.Of("competencies")
}

func (p *HoursFormPage) hoursField() Input {
	return Input{Name: "hours", Label: Label{Text: "Hours"}, Value: p.Hours, Width: 3, InputMode: "numeric", Error: p.Errors.Of("minutes")}
}

func (p *HoursFormPage) minutesField() Input {
	return Input{Name: "minutes", Label: Label{Text: "Minutes"}, Value: p.Minutes, Width: 3, InputMode: "numeric", Invalid: p.Errors.Of("minutes") != ""}
}

// Submit saves.
func (*HoursFormPage) Submit() Button { return Button{Text: "Enter hours", Once: true} }

// HoursReversalPage takes an entry back, with a reason.
type HoursReversalPage struct {
	Layout
	Entry  countersign.HoursEntry
	Reason string
}

// NewHoursReversalPage returns the page of an entry.
func NewHoursReversalPage(e countersign.HoursEntry) *HoursReversalPage {
	return &HoursReversalPage{Layout: Layout{Title: "Reverse these hours", Back: BackLink{Href: hoursHref(e.Apprenticeship)}}, Entry: e}
}

// Template implements Page.
func (*HoursReversalPage) Template() string { return "hours/reversal" }

// Action is where the form goes.
func (p *HoursReversalPage) Action() string { return "/hours/" + string(p.Entry.ID) + "/reversal" }

// Facts are the entry.
func (p *HoursReversalPage) Facts() SummaryList {
	e := p.Entry
	return SummaryList{Rows: []SummaryRow{
		{Key: "Day", Value: Date(e.On)}, {Key: "Time", Value: countersign.Duration(e.Minutes)}, {Key: "Kind", Value: e.Kind.Title()},
		{Key: "What was learnt", Value: e.Learnt}, {Key: "State", Body: Blocks{HoursTag(e.State)}},
	}}
}

// ReasonField asks why.
func (p *HoursReversalPage) ReasonField() Textarea {
	return Textarea{Name: "reason", Label: Label{Text: "Why are they reversed?"}, Hint: "The reason stays in the log.", Value: p.Reason, Error: p.Errors.Of("reason"), Rows: 3}
}

// Submit does it.
func (*HoursReversalPage) Submit() Button {
	return Button{Text: "Reverse these hours", Variant: "warning", Once: true}
}

// WaitingHoursPage verifies the hours of all of somebody's apprentices.
type WaitingHoursPage struct {
	Layout
	Rows  []WaitingHoursRow
	Total int // that wait in all
	Saved int // that were verified when others were refused
}

// WaitingHoursRow is an entry that waits.
type WaitingHoursRow struct {
	countersign.HoursEntry
	Apprentice, Practice string
	Waiting              string // "waiting 3 days"
	Chosen               bool
	Error                string
}

// NewWaitingHoursPage returns the page with its title.
func NewWaitingHoursPage() *WaitingHoursPage {
	return &WaitingHoursPage{Layout: Layout{Title: "Hours to verify", Breadcrumbs: []Link{{Text: "Home", Href: "/"}}}}
}

// Template implements Page.
func (*WaitingHoursPage) Template() string { return "hours/waiting" }

// Count says how many wait.
func (p *WaitingHoursPage) Count() string {
	if p.Total > len(p.Rows) {
		return "The " + Number(len(p.Rows)) + " oldest of " + Count(p.Total, "entry", "entries") + "."
	}
	return Count(p.Total, "entry", "entries") + ", oldest first."
}

// Line is the entry in a line.
func (r WaitingHoursRow) Line() string {
	return r.Apprentice + ", " + Date(r.On) + ", " + countersign.Duration(r.Minutes) + ": " + r.Kind.Title()
}

// Codes are the competencies.
func (r WaitingHoursRow) Codes() string { return strings.Join(r.Competencies, ", ") }

// LogHref leads to the whole log.
func (r WaitingHoursRow) LogHref() string { return hoursHref(r.Apprenticeship) }

// ReverseHref leads to where the entry is reversed.
func (r WaitingHoursRow) ReverseHref() string { return "/hours/" + string(r.ID) + "/reversal" }

// Field is the id of the row's box.
func (r WaitingHoursRow) Field() string { return "hours-" + string(r.ID) }

// Save verifies what is chosen.
func (*WaitingHoursPage) Save() Button { return Button{Text: "Verify the chosen hours", Once: true} }

func sampleHours() []HoursRow {
	e := func(id string, day, minutes int, kind countersign.HoursKind, state countersign.HoursState) HoursRow {
		row := HoursRow{HoursEntry: countersign.HoursEntry{
			ID: countersign.HoursID(id), Apprenticeship: "a1", On: countersign.On(2026, 3, day), Minutes: minutes, Kind: kind, State: state,
			Learnt: "How to take a manual blood pressure & when to repeat it", Competencies: []string{"GPA-CL2", "GPA-CA1"}, EnteredAt: sampleNow,
		}}
		decided := countersign.HoursDecision{ByName: "Dr Megan Bell", ByRole: countersign.GPSupervisor, At: sampleNow, Reason: "Entered for the wrong day"}
		switch state {
		case countersign.HoursVerified:
			row.Verified = decided
		case countersign.HoursReversed:
			row.Reversed = decided
		}
		return row
	}
	return []HoursRow{
		e("h1", 10, 90, countersign.MentorTeaching, countersign.HoursSubmitted), e("h2", 9, 240, countersign.ClassroomTime, countersign.HoursVerified),
		e("h3", 2, 60, countersign.PortfolioWriting, countersign.HoursReversed),
	}
}

func init() {
	addSamples(func() []Sample {
		a, f := sampleApprenticeship(), sampleLearnerFramework()
		f.ProtectedHoursPerWeek = 8
		rule := countersign.HoursRule{
			From: countersign.On(2025, 8, 1), Title: "Published minimum of the standard, at least 187 hours", MinimumHours: 187,
			Basis: "Each standard has its own published minimum number of hours.", Source: "S37", Unconfirmed: true,
		}
		own := NewHoursPage(a, f, true)
		own.MayLog, own.Texts, own.Entries, own.Next = true, true, sampleHours(), "/apprenticeships/a1/hours?cursor=x"
		own.Entries[0].MayReverse = true
		own.Totals = countersign.HoursTotals{Rule: rule, HasRule: true, Minimum: 187 * 60, PriorLearning: 600, Planned: 480 * 60, Submitted: 90, Verified: 2400, Expected: 3000}
		gp := NewHoursPage(a, f, false)
		gp.Texts, gp.Entries, gp.Filter = true, sampleHours(), HoursFilter{State: "submitted"}
		gp.First = "/apprenticeships/a1/hours?state=submitted"
		for i := range gp.Entries {
			gp.Entries[i].MayVerify, gp.Entries[i].MayReverse = i == 0, i < 2
		}
		gp.Totals = countersign.HoursTotals{Planned: 480 * 60, Verified: 6000, Expected: 3000}
		hub := NewHoursPage(a, f, false)
		hub.Totals = countersign.HoursTotals{Rule: countersign.HoursRule{Title: "A fifth of working hours", Basis: "It differs from contract to contract."}, HasRule: true}
		wrong := NewHoursPage(a, f, true)
		wrong.Filter = HoursFilter{Kind: "poem", From: DateValue{"31", "2", "2026"}}
		var p countersign.Problems
		p.Add("kind", "Select one of the kinds that are offered")
		p.Add("from", "This date does not exist. Check the day, the month and the year")
		wrong.Fail(p.Err())
		form := NewHoursFormPage(a, f)
		form.On = DateValue{"12", "3", "2026"}
		refused := NewHoursFormPage(a, f)
		refused.Kind, refused.Hours, refused.Learnt, refused.Chosen, refused.On = "shadowing", "25", "All day", []string{"GPA-CL2"}, DateValue{"31", "12", "2026"}
		var q countersign.Problems
		q.Add("minutes", "A day has 24 hours, so no entry can be of 25 hours")
		q.Add("on", "The day must be today or in the past")
		q.Add("kind", "Select what kind of learning it was")
		q.Add("competencies.0", "This framework has no such competency")
		refused.LinkErrors()
		refused.Fail(q.Err())
		reversal := NewHoursReversalPage(sampleHours()[0].HoursEntry)
		unreasoned := NewHoursReversalPage(sampleHours()[1].HoursEntry)
		unreasoned.Fail(countersign.InvalidField("reason", "Enter why these hours are reversed"))
		waiting := NewWaitingHoursPage()
		waiting.Total = 41
		for i, h := range sampleHours() {
			waiting.Rows = append(waiting.Rows, WaitingHoursRow{HoursEntry: h.HoursEntry, Apprentice: "Asha Patel", Practice: "Hillview Surgery", Waiting: "waiting 2 days", Chosen: i == 1})
		}
		late := NewWaitingHoursPage()
		late.Rows, late.Total, late.Saved = waiting.Rows[:1], 1, 2
		late.Rows = []WaitingHoursRow{late.Rows[0]}
		late.Rows[0].Error = "You cannot verify your own hours"
		late.Fail(countersign.InvalidField(late.Rows[0].Field(), "You cannot verify your own hours"))
		return []Sample{
			{"hours: own", own}, {"hours: for a supervisor", gp}, {"hours: for the hub, no number", hub}, {"hours: wrong filter", wrong},
			{"hours, form", form}, {"hours, form: refused", refused}, {"hours, reversal", reversal}, {"hours, reversal: no reason", unreasoned},
			{"hours to verify", waiting}, {"hours to verify: one refused", late}, {"hours to verify: none", NewWaitingHoursPage()},
		}
	})
}

// LinkErrors makes the error summary lead to what is on the page. Call it when
// the page is filled in.
func (p *HoursFormPage) LinkErrors() {
	p.Errors.LinkTo("minutes", "hours")
	for i := range p.Chosen {
		p.Errors.LinkTo("competencies."+itoa(i), "competencies")
	}
}
