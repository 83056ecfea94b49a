package view

import "countersign/internal/countersign"

// PlacementsPage is the placements of an apprenticeship.
type PlacementsPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Placements     []countersign.Placement
	Confirmed      int // minutes
	MayArrange     bool
	MayAsk         bool
	Today          countersign.Date
}

// NewPlacementsPage returns the page of an apprenticeship.
func NewPlacementsPage(a countersign.Apprenticeship, f countersign.Framework, own bool) *PlacementsPage {
	p := &PlacementsPage{Apprenticeship: a, Framework: f, Layout: Layout{Title: "Your placements", Notice: f.Notice}}
	record := Link{Text: "Your record", Href: apprenticeshipHref(a.ID)}
	if !own {
		p.Title, record.Text = "Placements of "+a.ApprenticeName, a.ApprenticeName
	}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, record}
	return p
}

// Template implements Page.
func (*PlacementsPage) Template() string { return "placements/placements" }

func placementsHref(id countersign.ApprenticeshipID) string {
	return apprenticeshipHref(id) + "/placements"
}

// New arranges one.
func (p *PlacementsPage) New() ActionLink {
	return ActionLink{Text: "Arrange a placement", Href: placementsHref(p.Apprenticeship.ID) + "/new"}
}

// Sum says how much sites have confirmed.
func (p *PlacementsPage) Sum() string {
	if len(p.Placements) == 0 && p.Framework.PlacementHours == 0 {
		return ""
	}
	text := "Confirmed by sites so far: " + countersign.Duration(p.Confirmed)
	if p.Framework.PlacementHours > 0 {
		text += " of at least " + Count(p.Framework.PlacementHours, "hour")
	}
	return text + "."
}

// PlacementTag is the state of a placement.
func PlacementTag(s countersign.PlacementState) Tag {
	switch s {
	case countersign.PlacementAsked:
		return Tag{Text: "Waiting for the site", Colour: "yellow"}
	case countersign.PlacementConfirmed:
		return Tag{Text: "Confirmed", Colour: "green"}
	case countersign.PlacementDisputed:
		return Tag{Text: "Something is wrong", Colour: "red"}
	case countersign.PlacementCancelled:
		return Tag{Text: "Cancelled", Colour: "grey"}
	}
	return Tag{Text: "Planned", Colour: "blue"}
}

// Cards are the placements with what can be done about each.
func (p *PlacementsPage) Cards() []SummaryList {
	var cards []SummaryList
	for _, pl := range p.Placements {
		cards = append(cards, SummaryList{Rows: p.rows(pl), Card: &Card{Heading: Heading{Text: pl.Site, Size: "m"}}})
	}
	return cards
}

func (p *PlacementsPage) rows(pl countersign.Placement) []SummaryRow {
	rows := placementFacts(pl)
	rows = append([]SummaryRow{{Key: "State", Body: Blocks{PlacementTag(pl.State)}}}, rows...)
	switch {
	case pl.State == countersign.PlacementDisputed:
		rows = append(rows, SummaryRow{Key: "What is wrong", Value: pl.Comment})
	case pl.State == countersign.PlacementCancelled:
		rows = append(rows, SummaryRow{Key: "Reason", Value: pl.Comment})
	case pl.State == countersign.PlacementAsked:
		rows = append(rows, SummaryRow{Key: "Asked", Value: DayTime(pl.AskedAt) + ", by email"})
	case pl.State == countersign.PlacementConfirmed:
		rows = append(rows, SummaryRow{Key: "Confirmed", Value: DayTime(pl.AnsweredAt) + ", by " + pl.SupervisorName})
	}
	var next Links
	open := pl.State != countersign.PlacementConfirmed && pl.State != countersign.PlacementCancelled
	if open && p.MayAsk && !p.Today.Before(pl.From) {
		text := "Enter the hours and ask the site to confirm them"
		if pl.State == countersign.PlacementAsked {
			text = "Ask the site again"
		}
		next = append(next, Link{Text: text, Href: "/placements/" + string(pl.ID) + "/request", Hidden: "at " + pl.Site})
	}
	if open && p.MayArrange {
		next = append(next, Link{Text: "Change", Href: "/placements/" + string(pl.ID) + "/change", Hidden: "the placement at " + pl.Site})
		next = append(next, Link{Text: "Cancel", Href: "/placements/" + string(pl.ID) + "/cancellation", Hidden: "the placement at " + pl.Site})
	}
	if len(next) > 0 {
		rows = append(rows, SummaryRow{Key: "Next", Body: Blocks{next}})
	}
	return rows
}

// placementFacts say where, when and how long.
func placementFacts(pl countersign.Placement) []SummaryRow {
	rows := []SummaryRow{
		{Key: "Dates", Value: Date(pl.From) + " to " + Date(pl.To)}, {Key: "Site supervisor", Value: pl.SupervisorName},
		{Key: "Planned", Value: countersign.Duration(pl.PlannedMinutes)},
	}
	if pl.DoneMinutes > 0 {
		rows = append(rows, SummaryRow{Key: "Done", Value: countersign.Duration(pl.DoneMinutes)})
	}
	return rows
}

// PlacementFormPage arranges a placement, or changes one.
type PlacementFormPage struct {
	Layout
	ID                             countersign.ApprenticeshipID
	Present                        countersign.Placement // the one that is changed
	Site, Supervisor, Email, Hours string
	From, To                       DateValue
}

// NewPlacementFormPage returns the form.
func NewPlacementFormPage(a countersign.Apprenticeship) *PlacementFormPage {
	return &PlacementFormPage{ID: a.ID, Layout: Layout{Title: "Arrange a placement for " + a.ApprenticeName, Back: BackLink{Href: placementsHref(a.ID)}}}
}

// NewPlacementChangePage returns the form, filled in.
func NewPlacementChangePage(a countersign.Apprenticeship, pl countersign.Placement) *PlacementFormPage {
	p := NewPlacementFormPage(a)
	p.Title, p.Present = "Change a placement of "+a.ApprenticeName, pl
	p.Site, p.Supervisor, p.Email, p.Hours = pl.Site, pl.SupervisorName, pl.SupervisorEmail, itoa(pl.PlannedMinutes/60)
	p.From, p.To = DateValueOf(pl.From), DateValueOf(pl.To)
	return p
}

// Template implements Page.
func (*PlacementFormPage) Template() string { return "placements/form" }

// Action is where the form goes.
func (p *PlacementFormPage) Action() string {
	if p.Present.ID != "" {
		return "/placements/" + string(p.Present.ID) + "/change"
	}
	return placementsHref(p.ID) + "/new"
}

// Version is what was seen of the placement, none for a new one.
func (p *PlacementFormPage) Version() int { return p.Present.Version }

// Facts are none: see PlacementStepPage.
func (*PlacementFormPage) Facts() SummaryList { return SummaryList{} }

// Fields are what is asked.
func (p *PlacementFormPage) Fields() Blocks {
	fields := Blocks{
		Input{Name: "site", Label: Label{Text: "Site"}, Hint: "For example: Ward 7, St Mary’s Hospital.", Value: p.Site, Error: p.Errors.Of("site")},
		DateInput{Name: "from", Legend: Legend{Text: "First day"}, Value: p.From, Error: p.Errors.Of("from")},
		DateInput{Name: "to", Legend: Legend{Text: "Last day"}, Value: p.To, Error: p.Errors.Of("to")},
		Input{Name: "planned_hours", Label: Label{Text: "Planned hours"}, Value: p.Hours, Error: p.Errors.Of("planned_hours"), Width: 4, InputMode: "numeric"},
		Input{Name: "supervisor_name", Label: Label{Text: "Site supervisor’s name"}, Value: p.Supervisor, Error: p.Errors.Of("supervisor_name"), NoSpellcheck: true},
		emailField(&p.Layout, "supervisor_email", "Site supervisor’s email address", "They need no account. They get a link by which they confirm the hours.", p.Email),
	}
	if p.Present.State == countersign.PlacementAsked || p.Present.State == countersign.PlacementDisputed {
		fields = append(fields, Paragraph("The link that the site got stops working when you save. Ask the site again afterwards."))
	}
	return fields
}

// Submit saves.
func (p *PlacementFormPage) Submit() Button {
	if p.Present.ID != "" {
		return Button{Text: "Save", Once: true}
	}
	return Button{Text: "Arrange the placement", Once: true}
}

// PlacementStepPage asks a site to confirm the hours, or cancels a placement.
type PlacementStepPage struct {
	Layout
	Placement countersign.Placement
	Cancel    bool
	Hours     string
	Reason    string
}

// NewPlacementStepPage returns the page of a placement.
func NewPlacementStepPage(pl countersign.Placement, cancel bool) *PlacementStepPage {
	p := &PlacementStepPage{Placement: pl, Cancel: cancel, Layout: Layout{Title: "Ask the site to confirm the hours", Back: BackLink{Href: placementsHref(pl.Apprenticeship)}}}
	if cancel {
		p.Title = "Cancel a placement"
	}
	if pl.DoneMinutes > 0 {
		p.Hours = itoa(pl.DoneMinutes / 60)
	}
	return p
}

// Template implements Page.
func (*PlacementStepPage) Template() string { return "placements/form" }

// Action is where the form goes.
func (p *PlacementStepPage) Action() string {
	if p.Cancel {
		return "/placements/" + string(p.Placement.ID) + "/cancellation"
	}
	return "/placements/" + string(p.Placement.ID) + "/request"
}

// Version is what was seen of the placement.
func (p *PlacementStepPage) Version() int { return p.Placement.Version }

// Facts are the placement.
func (p *PlacementStepPage) Facts() SummaryList {
	return SummaryList{Rows: append([]SummaryRow{{Key: "Site", Value: p.Placement.Site}}, placementFacts(p.Placement)...)}
}

// Fields are what is asked.
func (p *PlacementStepPage) Fields() Blocks {
	if p.Cancel {
		return Blocks{Textarea{Name: "reason", Label: Label{Text: "Why is it cancelled?"}, Value: p.Reason, Error: p.Errors.Of("reason"), Rows: 3}}
	}
	return Blocks{
		Input{Name: "hours_done", Label: Label{Text: "How many hours were done?"}, Hint: "Whole hours.", Value: p.Hours, Error: p.Errors.Of("hours_done"), Width: 4, InputMode: "numeric"},
		Paragraph(p.Placement.SupervisorName + " gets an email with a link that holds for 14 days and works once. You can send it again."),
	}
}

// Submit does it.
func (p *PlacementStepPage) Submit() Button {
	if p.Cancel {
		return Button{Text: "Cancel the placement", Variant: "warning", Once: true}
	}
	return Button{Text: "Ask the site", Once: true}
}

// SitePage is what a site supervisor sees, who has no account: what is to be
// confirmed, and nothing else.
type SitePage struct {
	Layout
	Token      string
	Apprentice string
	Placement  countersign.Placement
	Answer     string
	Comment    string
	Done       string // what is said afterwards
	Used       bool   // the link can't be used
}

// NewSitePage returns the page of a link.
func NewSitePage(token, apprentice string, pl countersign.Placement) *SitePage {
	return &SitePage{Token: token, Apprentice: apprentice, Placement: pl, Layout: Layout{Title: "Confirm a placement", SigningIn: true}}
}

// NewUsedSitePage returns the page of a link that can't be used.
func NewUsedSitePage() *SitePage {
	return &SitePage{Used: true, Layout: Layout{Title: "This link does not work any more", SigningIn: true}}
}

// Template implements Page.
func (*SitePage) Template() string { return "placements/site" }

// Action is where the form goes.
func (p *SitePage) Action() string { return "/placement-confirmation/" + p.Token }

// Facts are what is to be confirmed.
func (p *SitePage) Facts() SummaryList {
	pl := p.Placement
	return SummaryList{Rows: []SummaryRow{
		{Key: "Name", Value: p.Apprentice}, {Key: "Site", Value: pl.Site}, {Key: "Dates", Value: Date(pl.From) + " to " + Date(pl.To)},
		{Key: "Hours done", Value: countersign.Duration(pl.DoneMinutes)},
	}}
}

// AnswerField asks whether it is right.
func (p *SitePage) AnswerField() Radios {
	return Radios{Name: "answer", Legend: Legend{Text: "Is this right?", Size: "m"}, Value: p.Answer, Error: p.Errors.Of("answer"), Items: []Choice{
		{Value: "right", Text: "Yes, I confirm it"},
		{Value: "wrong", Text: "No, something is wrong", Conditional: Blocks{
			Textarea{Name: "comment", Label: Label{Text: "What is wrong?"}, Hint: "Do not name patients.", Value: p.Comment, Error: p.Errors.Of("comment"), Rows: 3},
		}},
	}}
}

// Submit sends the answer.
func (*SitePage) Submit() Button { return Button{Text: "Send", Once: true} }

func samplePlacements() []countersign.Placement {
	p := func(id countersign.PlacementID, state countersign.PlacementState, done int, comment string) countersign.Placement {
		return countersign.Placement{
			ID: id, Apprenticeship: "a1", Site: "Ward 7, St Mary’s Hospital", From: countersign.On(2026, 2, 2), To: countersign.On(2026, 2, 13), SupervisorName: "Łucja O’Neill",
			SupervisorEmail: "ward7@stmarys.example", PlannedMinutes: 3600, DoneMinutes: done, State: state, Comment: comment, AskedAt: sampleNow, AnsweredAt: sampleNow,
		}
	}
	return []countersign.Placement{
		p("p1", countersign.PlacementPlanned, 0, ""), p("p2", countersign.PlacementAsked, 3000, ""), p("p3", countersign.PlacementConfirmed, 3600, ""),
		p("p4", countersign.PlacementDisputed, 3600, "She was here for 8 days & not 10"), p("p5", countersign.PlacementCancelled, 0, "The ward closed"),
	}
}

func init() {
	addSamples(func() []Sample {
		a, f := sampleApprenticeship(), sampleLearnerFramework()
		f.Placements, f.PlacementHours = true, 160
		full := NewPlacementsPage(a, f, false)
		full.Placements, full.Confirmed, full.MayArrange, full.MayAsk, full.Today = samplePlacements(), 3600, true, true, countersign.LondonDate(sampleNow)
		form := NewPlacementFormPage(a)
		wrong := NewPlacementFormPage(a)
		wrong.Hours, wrong.To = "many", DateValue{"1", "2", "2026"}
		var p countersign.Problems
		p.Add("site", "Enter the site")
		p.Add("from", "Enter the first day")
		p.Add("to", "The last day must be on or after the first")
		p.Add("planned_hours", "Enter the hours that are planned: 1 or more")
		p.Add("supervisor_name", "Enter the site supervisor’s name")
		p.Add("supervisor_email", "Enter the site supervisor’s email address")
		wrong.Fail(p.Err())
		change := NewPlacementChangePage(a, samplePlacements()[1])
		ask, cancel := NewPlacementStepPage(samplePlacements()[1], false), NewPlacementStepPage(samplePlacements()[0], true)
		unasked, kept := NewPlacementStepPage(samplePlacements()[0], false), NewPlacementStepPage(samplePlacements()[0], true)
		unasked.Fail(countersign.InvalidField("hours_done", "Enter the hours that were done: 1 or more"))
		kept.Fail(countersign.InvalidField("reason", "Enter why it is cancelled"))
		site := NewSitePage("token", "Asha Patel", samplePlacements()[1])
		unsaid := NewSitePage("token", "Asha Patel", samplePlacements()[1])
		unsaid.Answer = "wrong"
		unsaid.Fail(countersign.InvalidField("comment", "Enter what is wrong"))
		done := NewSitePage("token", "Asha Patel", samplePlacements()[2])
		done.Done = "Thank you. The placement is confirmed."
		return []Sample{
			{"placements", full}, {"placements: none, own", NewPlacementsPage(a, f, true)}, {"placements, form", form}, {"placements, form: refused", wrong},
			{"placements, change", change}, {"placements, request", ask}, {"placements, request: refused", unasked}, {"placements, cancellation", cancel}, {"placements, cancellation: refused", kept},
			{"placements, site", site}, {"placements, site: refused", unsaid}, {"placements, site: done", done}, {"placements, site: used link", NewUsedSitePage()},
		}
	})
}
