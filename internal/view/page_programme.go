package view

import (
	"slices"

	"countersign/internal/countersign"
)

// ProgrammePage is an apprenticeship as a programme: its dates, what can be
// done next, and what has happened to it.
type ProgrammePage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Changes        []countersign.Change // oldest first
	Open           *countersign.Change  // the extension that waits for a decision
	LatestEnd      countersign.Date
	Events         []countersign.ApprenticeshipEvent // what the viewer may do
	Today          countersign.Date
	Own            bool
	Milestones     []countersign.DatedMilestone
	Payments       bool                 // the viewer may read the payments to the practice
	CPD            bool                 // the viewer may read continuing development
	Received       countersign.Received // the package that the record came in; zero for one that began here
}

// NewProgrammePage returns the page of an apprenticeship.
func NewProgrammePage(a countersign.Apprenticeship, f countersign.Framework, own bool) *ProgrammePage {
	p := &ProgrammePage{Apprenticeship: a, Framework: f, Own: own, Layout: Layout{Title: "Your programme", Notice: f.Notice}}
	record := Link{Text: "Your record", Href: apprenticeshipHref(a.ID)}
	if !own {
		p.Title, record.Text = "Programme of "+a.ApprenticeName, a.ApprenticeName
	}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, record}
	return p
}

// Template implements Page.
func (*ProgrammePage) Template() string { return "programme/programme" }

// Tags say where it stands.
func (p *ProgrammePage) Tags() Tags { return programmeTags(p.Apprenticeship, p.Today) }

// programmeTags are the state and what is late.
func programmeTags(a countersign.Apprenticeship, today countersign.Date) Tags {
	tags := Tags{ApprenticeshipTag(a.State)}
	switch {
	case a.Overdue(today):
		tags = append(tags, Tag{Text: "Overdue", Colour: "red"})
	case a.ReturnOverdue(today):
		tags = append(tags, Tag{Text: "Return overdue", Colour: "red"})
	}
	return tags
}

// Standstill says why nothing can be added to the record now, or why it is
// open again.
func (p *ProgrammePage) Standstill() string {
	if p.Apprenticeship.State == countersign.ReferredBack {
		return "The verifier has referred the portfolio back. What is asked for, by competency, is under “" + p.gateway() + "” below."
	}
	return standstill(p.Apprenticeship, p.Own)
}

func (p *ProgrammePage) gateway() string {
	return capital(p.Framework.WordsFor(p.Apprenticeship.StartOn).Gateway)
}

// Facts are the dates and what belongs to them.
func (p *ProgrammePage) Facts() SummaryList {
	a := p.Apprenticeship
	rows := programmeRows(a, p.Today)
	if !a.State.Ended() && p.Framework.ExtensionMonths > 0 {
		rows = append(rows, SummaryRow{Key: "Latest possible end", Value: Date(p.LatestEnd) + ", with the longest extension"})
	}
	switch {
	case a.BreakDays > 0:
		rows = append(rows, SummaryRow{Key: "Breaks so far", Value: Count(a.BreakDays, "day") + ", by which the latest possible end has moved"})
	case a.State != countersign.OnBreak:
		rows = append(rows, SummaryRow{Key: "Breaks so far", Value: "None"})
	}
	if r := p.Received; r.ID != "" {
		rows = append(rows, SummaryRow{Key: "Received from", Value: r.OriginURL + ", accepted by " + r.DecidedByName + " on " + Date(countersign.LondonDate(r.DecidedAt)) +
			". What is older was recorded there."})
	}
	return SummaryList{Rows: append(rows,
		SummaryRow{Key: "Funding year", Value: or(a.FundingYear, "Not given")}, SummaryRow{Key: "Cohort", Value: or(a.Cohort, "None")})}
}

// programmeRows say where and from when to when.
func programmeRows(a countersign.Apprenticeship, today countersign.Date) []SummaryRow {
	rows := []SummaryRow{{Key: "Practice", Value: a.PracticeName}, {Key: "Start", Value: Date(a.StartOn)}, {Key: "Planned end", Value: Date(a.PlannedEndOn)}}
	if a.OriginalEndOn != a.PlannedEndOn && !a.OriginalEndOn.IsZero() {
		rows = append(rows, SummaryRow{Key: "Planned end at first", Value: Date(a.OriginalEndOn)})
	}
	if a.State == countersign.OnBreak {
		rows = append(rows, SummaryRow{Key: "On a break since", Value: Date(a.OnBreakSince)},
			SummaryRow{Key: "Return expected", Value: Date(a.ReturnExpectedOn) + " (" + DaysUntil(today, a.ReturnExpectedOn) + ")"})
	}
	if !a.EndedOn.IsZero() {
		rows = append(rows, SummaryRow{Key: "Ended", Value: Date(a.EndedOn)})
	}
	if !a.LastLearningOn.IsZero() {
		rows = append(rows, SummaryRow{Key: "Last day of learning", Value: Date(a.LastLearningOn)})
	}
	if a.EndReason != "" {
		rows = append(rows, SummaryRow{Key: "Reason", Value: a.EndReason})
	}
	return rows
}

// Actions are what the viewer may do next; what the programme waits for comes
// first and stands out. Completion is offered once nothing core is missing.
func (p *ProgrammePage) Actions() Buttons {
	var first, rest []Button
	for _, e := range p.Events {
		if e == countersign.CompleteApprenticeship && p.Apprenticeship.CoreSignedOff < p.Apprenticeship.Core {
			continue
		}
		button := Button{Text: steps[e].link, Href: StepHref(p.Apprenticeship.ID, e)}
		if e == countersign.AcceptApplication || e == countersign.ReturnFromBreak || e == countersign.GrantExtension {
			first = append(first, button)
			continue
		}
		button.Variant = "secondary"
		rest = append(rest, button)
	}
	return Buttons{Buttons: append(first, rest...)}
}

// Parts lead to what belongs to the programme.
func (p *ProgrammePage) Parts() Links {
	at := apprenticeshipHref(p.Apprenticeship.ID)
	parts := Links{
		{Text: "Timeline and forecast", Href: at + "/timeline"}, {Text: "Hours of protected and off-the-job time", Href: at + "/hours"}, {Text: "Progress reviews", Href: reviewsHref(p.Apprenticeship.ID)},
		{Text: "Skills scan", Href: at + "/skills-scan"}, {Text: "Prior learning", Href: priorLearningHref(p.Apprenticeship.ID)},
		{Text: "Calendar file of what is due", Href: "/calendar.ics"},
	}
	if p.Framework.Placements {
		parts = append(parts, Link{Text: "Placements", Href: at + "/placements"})
	}
	if p.Framework.Classroom {
		parts = append(parts, Link{Text: "Classroom sessions", Href: at + "/sessions"})
	}
	if p.Apprenticeship.State != countersign.Applied && p.Apprenticeship.State != countersign.Declined {
		parts = append(parts, Link{Text: p.gateway(), Href: gatewayHref(p.Apprenticeship.ID)})
	}
	if p.Apprenticeship.State == countersign.CompletedProgramme {
		parts = append(parts, Link{Text: "Certificate (PDF)", Href: at + "/certificate.pdf"})
	}
	if p.CPD {
		parts = append(parts, Link{Text: "Continuing development", Href: cpdHref(p.Apprenticeship.ID)})
	}
	if p.Payments {
		parts = append(parts, Link{Text: "Payments to the practice", Href: paymentsHref(p.Apprenticeship.ID)})
	}
	if slices.Contains(p.Events, countersign.TransferPractice) { // whoever decides about the programme
		parts = append(parts, Link{Text: "Framework version " + p.Apprenticeship.FrameworkVersion, Href: at + "/version"})
	}
	return parts
}

// milestoneTags are what the record proves of a milestone.
var milestoneTags = map[countersign.MilestoneStanding]Tag{
	countersign.MilestoneReached:  {Text: "Reached", Colour: "green"},
	countersign.MilestoneUpcoming: {Text: "Coming up", Colour: "blue"},
	countersign.MilestonePassed:   {Text: "Date has passed", Colour: "grey"},
	countersign.MilestoneLate:     {Text: "Late", Colour: "red"},
}

// MilestoneTable is the framework's milestones with their dates.
func (p *ProgrammePage) MilestoneTable() Table {
	t := Table{Caption: "Milestones", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true, Head: []Column{{Text: "Milestone"}, {Text: "Date"}, {Text: "Standing"}}}
	for _, m := range p.Milestones {
		on := Date(m.On)
		if !m.ReachedOn.IsZero() {
			on += ", reached on " + Date(m.ReachedOn)
		}
		t.Rows = append(t.Rows, []Cell{{Text: m.Title}, {Text: on}, {Body: Blocks{tagOf(milestoneTags, m.Standing)}}})
	}
	return t
}

// Request is the extension that waits for the training hub.
func (p *ProgrammePage) Request() SummaryList { return extensionParts(*p.Open) }

// extensionParts are the parts of the form that training hubs use (S3).
func extensionParts(c countersign.Change) SummaryList {
	return SummaryList{Rows: []SummaryRow{
		{Key: "Asked for", Value: "From " + Date(c.EndBefore) + " to " + Date(c.EndAfter)},
		{Key: "Progress so far", Value: c.Progress}, {Key: "Why more time is needed", Value: c.Reason}, {Key: "Extra support", Value: c.Support},
		{Key: "Asked by", Value: changedBy(c) + ", on " + Date(c.On)},
	}}
}

func changedBy(c countersign.Change) string {
	return or(c.ByName, "Somebody") + ", " + lowerRole(c.ByRole)
}

// History is what has happened, who did it and why.
func (p *ProgrammePage) History() Table {
	t := Table{
		Caption: "What has happened to the programme, oldest first", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true,
		Head: []Column{{Text: "When"}, {Text: "What"}, {Text: "Who"}, {Text: "Why"}},
	}
	for _, c := range p.Changes {
		when := Date(c.On)
		if recorded := countersign.LondonDate(c.At); recorded != c.On {
			when += ", recorded on " + Date(recorded)
		}
		what := []string{c.Title()}
		if m := changeMeans(c); m != "" {
			what = append(what, m)
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: when}, {Text: countersign.FullStops(what)}, {Text: changedBy(c)}, {Text: or(changeReasons(c), "None given")},
		})
	}
	return t
}

// changeMeans says what a change did to dates or place.
func changeMeans(c countersign.Change) string {
	ends := "planned end " + Date(c.EndAfter)
	if !c.EndBefore.IsZero() && c.EndBefore != c.EndAfter {
		ends = "planned end from " + Date(c.EndBefore) + " to " + Date(c.EndAfter)
	}
	switch {
	case c.Event == countersign.BeginBreak:
		return "Return expected on " + Date(c.ReturnExpected)
	case c.Event == countersign.TransferPractice:
		return "From " + c.PracticeNames[0] + " to " + c.PracticeNames[1]
	case c.Event == countersign.RequestExtension:
		return "Asked for: " + ends
	case c.Event == countersign.DeclineExtension:
		return "The planned end stays " + Date(c.EndAfter)
	case !c.LastLearningOn.IsZero():
		return "Last day of learning " + Date(c.LastLearningOn)
	case !c.EndAfter.IsZero():
		return capital(ends)
	}
	return ""
}

// changeReasons are the reasons as typed; of a request all three parts.
func changeReasons(c countersign.Change) string {
	if c.Event != countersign.RequestExtension {
		return c.Reason
	}
	return countersign.FullStops([]string{"Progress: " + c.Progress, "Reason: " + c.Reason, "Support: " + c.Support})
}

func sampleChanges() []countersign.Change {
	c := func(event countersign.ApprenticeshipEvent, on countersign.Date, who countersign.NamingRole, reason string) countersign.Change {
		names := map[countersign.NamingRole]string{countersign.LeadOfHub: "Ruth Adeyemi", countersign.ManagerOfPractice: "Jo Fletcher", countersign.GPSupervisor: "Dr Megan Bell"}
		return countersign.Change{ID: countersign.ChangeID(event), Event: event, On: on, At: on.Start(), ByName: names[who], ByRole: who, Reason: reason}
	}
	began := c(countersign.BeginBreak, countersign.On(2025, 12, 1), countersign.ManagerOfPractice, "An operation and the weeks after it")
	began.ReturnExpected, began.At = countersign.On(2026, 1, 12), countersign.On(2025, 12, 4).Start()
	back := c(countersign.ReturnFromBreak, countersign.On(2026, 1, 12), countersign.ManagerOfPractice, "")
	back.EndBefore, back.EndAfter = countersign.On(2026, 9, 19), countersign.On(2026, 10, 31)
	move := c(countersign.TransferPractice, countersign.On(2026, 2, 2), countersign.LeadOfHub, "Moved house")
	move.PracticeNames = [2]string{"Canal Street Practice", "Hillview Surgery"}
	ask := c(countersign.RequestExtension, countersign.On(2026, 3, 2), countersign.GPSupervisor, "Six weeks of illness")
	ask.EndBefore, ask.EndAfter = countersign.On(2026, 10, 31), countersign.On(2026, 12, 31)
	ask.Progress, ask.Support = "21 of 41 competencies are signed off", "A tutorial every week with the practice nurse"
	return []countersign.Change{c(countersign.ApplyForProgramme, countersign.On(2025, 8, 4), countersign.ManagerOfPractice, ""), began, back, move, ask}
}

func init() {
	addSamples(func() []Sample {
		a, f := sampleApprenticeship(), sampleLearnerFramework()
		a.OriginalEndOn, a.BreakDays, a.FundingYear = countersign.On(2026, 9, 19), 42, "2025-26"
		page := func(a countersign.Apprenticeship, own bool, events ...countersign.ApprenticeshipEvent) *ProgrammePage {
			p := NewProgrammePage(a, f, own)
			p.Today, p.LatestEnd, p.Events = countersign.LondonDate(sampleNow), countersign.On(2027, 1, 31), events
			return p
		}
		full := page(a, false, countersign.BeginBreak, countersign.CompleteApprenticeship, countersign.WithdrawApprentice, countersign.GrantExtension, countersign.TransferPractice)
		full.Payments = true
		full.Received = countersign.Received{ID: "received", OriginURL: "https://learn.example.org", DecidedByName: "Dr Megan Bell", DecidedAt: sampleNow}
		full.Milestones = []countersign.DatedMilestone{
			{Milestone: countersign.Milestone{Title: "Induction done"}, On: countersign.On(2025, 10, 1), Standing: countersign.MilestonePassed},
			{Milestone: countersign.Milestone{Title: "Portfolio ready"}, On: countersign.On(2026, 1, 31), Standing: countersign.MilestoneLate},
		}
		full.Changes = sampleChanges()
		full.Open = &full.Changes[4]
		away := a
		away.State, away.OnBreakSince, away.ReturnExpectedOn = countersign.OnBreak, countersign.On(2025, 12, 1), countersign.On(2026, 1, 12)
		broken := page(away, false, countersign.ReturnFromBreak, countersign.WithdrawApprentice)
		broken.Changes = sampleChanges()[1:2]
		back, done := a, a
		back.State, done.State, done.EndedOn = countersign.ReferredBack, countersign.CompletedProgramme, countersign.On(2026, 3, 1)
		left := a
		left.State, left.EndedOn, left.EndReason, left.LastLearningOn = countersign.WithdrawnFromProgramme, countersign.On(2026, 3, 1), "Another job", countersign.On(2026, 2, 20)
		return []Sample{
			{"programme: extension asked for, for the hub", full}, {"programme: return overdue", broken}, {"programme: own", page(a, true)}, {"programme: own, on a break", page(away, true)},
			{"programme: referred back", page(back, false, countersign.WithdrawApprentice)}, {"programme: completed", page(done, false)},
			{"programme: withdrawn", page(left, false, countersign.RestartApprenticeship)},
		}
	})
}
