package view

import (
	"countersign/internal/countersign"
)

func receivedHref(id countersign.ReceivedID) string { return "/received/" + string(id) }

// receivedTag is the tag of a state.
func receivedTag(s countersign.ReceivedState) Tag {
	switch s {
	case countersign.PackageAccepted:
		return Tag{Text: "Accepted", Colour: "green"}
	case countersign.PackageDeclined:
		return Tag{Text: "Declined", Colour: "grey"}
	}
	return Tag{Text: "To be decided", Colour: "blue"}
}

// ReceivedListPage lists the portfolios that came from other installations.
type ReceivedListPage struct {
	Layout
	Packages   []countersign.Received
	MayReceive bool
}

// NewReceivedListPage returns the list.
func NewReceivedListPage(all []countersign.Received, may bool) *ReceivedListPage {
	return &ReceivedListPage{Packages: all, MayReceive: may, Layout: Layout{Title: "Portfolios from elsewhere"}}
}

// Template implements Page.
func (*ReceivedListPage) Template() string { return "received/list" }

// Receive leads to the form.
func (*ReceivedListPage) Receive() Button {
	return Button{Text: "Receive a portfolio", Href: "/received/new"}
}

// Table lists them, the newest first.
func (p *ReceivedListPage) Table() Table {
	t := Table{
		Caption: "Portfolios from elsewhere", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Apprentice"}, {Text: "From"}, {Text: "For"}, {Text: "Received"}, {Text: "Standing"}},
	}
	for _, r := range p.Packages {
		t.Rows = append(t.Rows, []Cell{
			{Text: r.ApprenticeName, Href: receivedHref(r.ID)}, {Text: r.OriginURL}, {Text: r.PracticeName}, {Text: Date(countersign.LondonDate(r.ReceivedAt))},
			{Body: Blocks{receivedTag(r.State)}},
		})
	}
	return t
}

// ReceivePage is the form by which a transfer package is received.
type ReceivePage struct {
	Layout
	Practices []Option // value is the code; empty to type one
	Practice  string
}

// NewReceivePage returns the form.
func NewReceivePage() *ReceivePage {
	return &ReceivePage{Layout: Layout{Title: "Receive a portfolio from elsewhere", Back: BackLink{Href: "/received"}}}
}

// Template implements Page.
func (*ReceivePage) Template() string { return "received/form" }

// Fields are the practice and the file.
func (p *ReceivePage) Fields() Blocks {
	var practice Block = Input{Name: "practice", Label: Label{Text: "Code of the practice"}, Value: p.Practice, Error: p.Errors.Of("practice"), Width: 10, NoSpellcheck: true}
	if len(p.Practices) > 0 {
		practice = Select{
			Name: "practice", Label: Label{Text: "Practice"}, Value: p.Practice, Error: p.Errors.Of("practice"),
			Options: withValue(p.Practice, append([]Option{{Text: "Select a practice"}}, p.Practices...)),
		}
	}
	return Blocks{practice, FileUpload{
		Name: "package", Label: Label{Text: "Transfer package"}, Accept: ".zip,application/zip", Error: p.Errors.Of("package"),
		Hint: "The ZIP that was downloaded as “everything, to move elsewhere”, as it is. If it is larger than 200MB, whoever runs this installation can receive it for you.",
	}}
}

// Submit sends the form.
func (*ReceivePage) Submit() Button { return Button{Text: "Check and receive it", Once: true} }

// ReceivedPage is a received portfolio, to be read and decided about.
type ReceivedPage struct {
	Layout
	Received  countersign.Received
	Record    *countersign.ReceivedRecord // nil for those who don't read it
	MayDecide bool
	MayOpen   bool // the record that it became
}

// NewReceivedPage returns the page of a package.
func NewReceivedPage(r countersign.Received, record *countersign.ReceivedRecord) *ReceivedPage {
	p := &ReceivedPage{Received: r, Record: record, Layout: Layout{Title: "Portfolio of " + r.ApprenticeName + " from elsewhere"}}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, {Text: "Portfolios from elsewhere", Href: "/received"}}
	if record != nil {
		p.Notice = record.Framework.Notice
	}
	return p
}

// Template implements Page.
func (*ReceivedPage) Template() string { return "received/received" }

// Tag says where it stands.
func (p *ReceivedPage) Tag() Tag { return receivedTag(p.Received.State) }

// Apart says that it is no record of this installation.
func (p *ReceivedPage) Apart() WarningCallout {
	return WarningCallout{Heading: Heading{Text: "Not part of this installation yet", Level: 2}, Body: Blocks{
		Paragraph("Nobody here has judged this. Every hash in it was checked, so nothing was changed since it was made. That does not prove who made it: if you are in doubt, ask the practice that it names."),
	}}
}

// Facts say what it is.
func (p *ReceivedPage) Facts() SummaryList {
	r := p.Received
	rows := []SummaryRow{{Key: "Apprentice", Value: r.ApprenticeName + ", " + r.ApprenticeEmail}, {Key: "From", Value: r.OriginURL}}
	if p.Record != nil {
		rows = append(rows, SummaryRow{Key: "Practice there", Value: p.Record.PracticeName},
			SummaryRow{Key: "Programme", Value: p.Record.Framework.Title + " (" + r.FrameworkID + ", version " + r.FrameworkVersion + ")"},
			SummaryRow{Key: "State there", Value: ApprenticeshipTag(p.Record.State).Text}, SummaryRow{Key: "Started", Value: Date(p.Record.StartOn)}, SummaryRow{Key: "Planned end", Value: Date(p.Record.PlannedEndOn)})
	}
	rows = append(rows, SummaryRow{Key: "As at", Value: DayTime(r.AsAt)}, SummaryRow{Key: "For", Value: r.PracticeName},
		SummaryRow{Key: "Received", Value: DayTime(r.ReceivedAt) + ", by " + or(r.ReceivedByName, "whoever runs this installation")})
	if r.State != countersign.PackageReceived {
		rows = append(rows, SummaryRow{Key: p.Tag().Text, Value: DayTime(r.DecidedAt) + ", by " + r.DecidedByName})
	}
	if r.Reason != "" {
		rows = append(rows, SummaryRow{Key: "Reason", Value: r.Reason})
	}
	return SummaryList{Rows: append(rows, SummaryRow{Key: "SHA-256 of the package", Value: r.SHA256})}
}

// Accept and Decline lead to the forms.
func (p *ReceivedPage) Accept() Button {
	return Button{Text: "Accept the portfolio", Href: receivedHref(p.Received.ID) + "/acceptance"}
}

// Decline is described at Accept.
func (p *ReceivedPage) Decline() Button {
	return Button{Text: "Decline it", Variant: "secondary", Href: receivedHref(p.Received.ID) + "/refusal"}
}

// Package leads to the package as it was received.
func (p *ReceivedPage) Package() Link {
	return Link{Text: "Download the package, with the portfolio and every file", Href: receivedHref(p.Received.ID) + "/package.zip"}
}

// Open leads to the record that it became.
func (p *ReceivedPage) Open() Link {
	return Link{Text: "Open the record", Href: apprenticeshipHref(p.Received.Apprenticeship)}
}

// Decisions are what was decided there.
func (p *ReceivedPage) Decisions() Table {
	t := Table{
		Caption: "Decisions", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Competency"}, {Text: "Decision"}, {Text: "Made"}, {Text: "Hash checked"}},
	}
	for _, so := range p.Record.Decisions {
		c, ok := p.Record.Framework.Competency(so.Competency)
		name := so.Competency
		if ok {
			name += " " + c.Title
		}
		decision := so.Decision.Title()
		if so.Part != countersign.FirstAssessment && so.Part != countersign.Withdrawal {
			decision += ", " + lowerStart(so.Part.Title())
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: name}, {Text: decision}, {Text: madeAt(so) + " by " + or(so.AssessorName, "somebody whose name was erased") + ", " + lowerRole(so.AssessorRole) + ", " + DayTime(so.SignedAt)},
			{Text: so.ShortLeaf(), Classes: "app-reference"},
		})
	}
	return t
}

// madeAt says where a decision was made.
func madeAt(so countersign.SignOff) string { return "Made at " + or(so.Origin, "this installation") }

// ReceivedPiece is a piece of evidence of a received portfolio.
type ReceivedPiece struct{ countersign.Evidence }

// Pieces are the pieces.
func (p *ReceivedPage) Pieces() []ReceivedPiece {
	out := make([]ReceivedPiece, len(p.Record.Pieces))
	for i, e := range p.Record.Pieces {
		out[i] = ReceivedPiece{e}
	}
	return out
}

// Meta says what it is, of when, and whether it was accepted.
func (p ReceivedPiece) Meta() string {
	state := "submitted there, and not judged"
	if p.State == countersign.Accepted {
		state = "accepted there"
	}
	return p.Kind.Title() + ", " + or(Date(p.OccurredOn), "undated") + ", " + state
}

// Files names the files of the piece.
func (p ReceivedPiece) Files() string {
	names := make([]string, len(p.Attachments))
	for i, a := range p.Attachments {
		names[i] = a.Name + " (" + FileSize(a.Size) + ")"
	}
	return Sentence(names)
}

// ReceivedDecisionPage asks whether to accept or to decline.
type ReceivedDecisionPage struct {
	Layout
	Received countersign.Received
	Event    countersign.ReceivedEvent
	Reason   string
}

// NewReceivedDecisionPage returns the form of an event.
func NewReceivedDecisionPage(r countersign.Received, event countersign.ReceivedEvent) *ReceivedDecisionPage {
	title := "Accept the portfolio of " + r.ApprenticeName
	if event == countersign.DeclinePackage {
		title = "Decline the portfolio of " + r.ApprenticeName
	}
	return &ReceivedDecisionPage{Received: r, Event: event, Layout: Layout{Title: title, Back: BackLink{Href: receivedHref(r.ID)}}}
}

// Template implements Page.
func (*ReceivedDecisionPage) Template() string { return "received/decision" }

// Action is where the form goes.
func (p *ReceivedDecisionPage) Action() string {
	if p.Event == countersign.DeclinePackage {
		return receivedHref(p.Received.ID) + "/refusal"
	}
	return receivedHref(p.Received.ID) + "/acceptance"
}

// Says is what the decision means.
func (p *ReceivedDecisionPage) Says() []string {
	if p.Event == countersign.DeclinePackage {
		return []string{"What the package holds is deleted here. That it was received, and your reason, stay."}
	}
	return []string{
		p.Received.ApprenticeName + " becomes an apprentice of " + p.Received.PracticeName + ", and is invited by email at " + p.Received.ApprenticeEmail + " if they have no account here.",
		"You are their GP supervisor from today. Whoever judged there judges no more.",
		"Every decision stays as it was made, with its hash, and says that it was made at " + p.Received.OriginURL + ".",
	}
}

// Fields are what the form asks for.
func (p *ReceivedDecisionPage) Fields() Blocks {
	if p.Event == countersign.AcceptPackage {
		return nil
	}
	return Blocks{Textarea{Name: "reason", Label: Label{Text: "Why do you decline it?"}, Hint: "The practice reads this.", Value: p.Reason, Error: p.Errors.Of("reason")}}
}

// Submit sends the form.
func (p *ReceivedDecisionPage) Submit() Button {
	if p.Event == countersign.DeclinePackage {
		return Button{Text: "Decline the portfolio", Variant: "warning", Once: true}
	}
	return Button{Text: "Accept the portfolio", Once: true}
}
