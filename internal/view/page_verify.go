package view

import (
	"fmt"
	"strings"
	"time"

	"countersign/internal/countersign"
)

// VerifyPage lets anybody check a portfolio, and says what was found.
type VerifyPage struct {
	Layout
	Code     string
	Standing *CodeStanding     // of the code
	Document *CheckedPortfolio // that was sent
	Badge    *CheckedBadge     // the same
}

// CodeStanding is what a code tells to anybody.
type CodeStanding struct {
	Last              time.Time
	Decided, Standing int
}

// CheckedPortfolio is what was found in a document.
type CheckedPortfolio struct {
	URL       string // of the installation that issued it
	AsAt      time.Time
	Key       string // that signed it
	Known     bool   // it is this installation's
	Valid     bool
	Wrong     []string // what was changed
	Decisions []CheckedDecision
}

// CheckedDecision is a decision in a document, by what the document shows.
type CheckedDecision struct {
	Competency, Decision, Level, Part, By, Role string
	On                                          countersign.Date
	Status                                      string // valid, changed, withdrawn since, unknown key
	Why                                         string
}

// CheckedBadge is what was found of a badge.
type CheckedBadge struct {
	Name, Issuer, Site, Key string
	From, Until             time.Time
	Status                  string // valid, changed, withdrawn since, not valid today, unknown key
	Why                     string
}

// NewVerifyPage returns the page before anything was asked.
func NewVerifyPage() *VerifyPage {
	return &VerifyPage{Layout: Layout{Title: "Check a portfolio or a badge"}}
}

// Template implements Page.
func (*VerifyPage) Template() string { return "verify/verify" }

// Outcome says what was found in the document.
func (p *VerifyPage) Outcome() Blocks { return Blocks{p.verdict(), p.facts(), p.table()} }

// BadgeOutcome says what was found of the badge.
func (p *VerifyPage) BadgeOutcome() Blocks {
	b := p.Badge
	rows := []SummaryRow{
		{Key: "Badge", Value: b.Name}, {Key: "Issued by", Value: strings.TrimSuffix(b.Issuer+", "+b.Site, ", ")}, {Key: "Issued on", Value: Date(countersign.LondonDate(b.From))},
		{Key: "Signed with the key", Value: b.Key},
	}
	if !b.Until.IsZero() {
		rows = append(rows, SummaryRow{Key: "Valid up to and including", Value: Date(countersign.LondonDate(b.Until.Add(-time.Second)))})
	}
	return Blocks{b.verdict(), SummaryList{Rows: rows}}
}

func (b *CheckedBadge) verdict() Block {
	heading, says := "This badge is not as it was issued", "Do not rely on it. Ask whoever gave it to you for the badge as it was issued."
	switch b.Status {
	case "valid":
		return NotificationBanner{Success: true, Title: "Checked", Heading: Heading{Text: "This badge is as it was issued here, and still holds", Level: 3}}
	case "unknown key":
		heading, says = "Signed by another installation", "The badge holds together, but its key is not one of this installation’s, so nothing is known here of who issued it. Check it at the address that it names."
	case "withdrawn since", "not valid today":
		heading, says = "This badge does not hold today", "It is as it was issued here. "+b.Why+"."
	}
	return WarningCallout{Heading: Heading{Text: heading, Level: 3}, Body: Blocks{Paragraph(says)}}
}

// CodeOutcome says what became of the decisions.
func (p *VerifyPage) CodeOutcome() Blocks { return Blocks{p.codeResult()} }

// CodeFields is the code that is printed on the cover.
func (p *VerifyPage) CodeFields() Blocks {
	return Blocks{Input{
		Name: "code", Label: Label{Text: "Code"}, Hint: "16 letters and digits on the first page, for example ABCD-EFGH-2345-JKLM", Value: p.Code, Error: p.Errors.Of("code"),
		Width: 20, NoSpellcheck: true,
	}}
}

// FileFields is the document.
func (p *VerifyPage) FileFields() Blocks {
	return Blocks{FileUpload{
		Name: "document", Label: Label{Text: "Portfolio or badge"}, Accept: ".pdf,.zip,.json,.svg,.png,application/pdf,application/zip,application/json,image/svg+xml,image/png", Error: p.Errors.Of("document"),
		Hint: "The PDF, the transfer package or the badge (JSON, SVG or PNG) as you received it, up to 20MB. It is read, checked and forgotten: nothing of it is kept.",
	}}
}

// SubmitCode sends the code.
func (*VerifyPage) SubmitCode() Button { return Button{Text: "Check the code", Variant: "secondary"} }

// SubmitFile sends the document.
func (*VerifyPage) SubmitFile() Button { return Button{Text: "Check the file", Once: true} }

// codeResult says what became of the decisions.
func (p *VerifyPage) codeResult() InsetText {
	s := p.Standing
	text := fmt.Sprintf("A portfolio with this code was issued here. Its last decision was made on %s. ", Date(countersign.LondonDate(s.Last)))
	switch {
	case s.Standing == s.Decided && s.Decided == 1:
		text += "Its one decision still stands."
	case s.Standing == s.Decided:
		text += fmt.Sprintf("All of its %d decisions still stand.", s.Decided)
	case s.Standing == 0:
		text += "None of its decisions still stands: they were withdrawn since."
	default:
		text += fmt.Sprintf("Of its %d decisions %d still count: the others were withdrawn since.", s.Decided, s.Standing)
	}
	return InsetText{Body: Blocks{Paragraph(text), Paragraph("To see whether the document in front of you is that portfolio, and unchanged, check the file itself.")}}
}

// verdict says the most important thing about the document.
func (p *VerifyPage) verdict() Block {
	d := p.Document
	switch {
	case d.Valid:
		return NotificationBanner{Success: true, Title: "Checked", Heading: Heading{Text: "This document is as it was issued here", Level: 3}, Text: "Its decisions are listed below, each with how it stands today."}
	case len(d.Wrong) == 0 && !d.Known:
		return WarningCallout{Heading: Heading{Text: "Signed by another installation", Level: 3}, Body: Blocks{
			Paragraph("The document holds together, but its key is not one of this installation’s, so nothing is known here of who issued it. Check it at the address that it names."),
		}}
	}
	body := Blocks{Paragraph("Do not rely on it. Ask whoever gave it to you for the document as it was issued.")}
	for _, w := range d.Wrong {
		body = append(body, Paragraph(w+"."))
	}
	return WarningCallout{Heading: Heading{Text: "This document is not as it was issued", Level: 3}, Body: body}
}

// facts say who issued the document.
func (p *VerifyPage) facts() SummaryList {
	return SummaryList{Rows: []SummaryRow{
		{Key: "Issued by", Value: p.Document.URL}, {Key: "With what was recorded up to", Value: DayTime(p.Document.AsAt)}, {Key: "Signed with the key", Value: p.Document.Key},
	}}
}

// table lists the decisions as the document shows them.
func (p *VerifyPage) table() Table {
	t := Table{
		Caption: "Decisions in the document", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Competency"}, {Text: "Decision"}, {Text: "By"}, {Text: "Signed"}, {Text: "Standing"}},
	}
	for _, d := range p.Document.Decisions {
		decision := d.Decision
		if d.Level != "" {
			decision += ", level " + d.Level
		}
		by := d.Role
		if d.By != "" {
			by = d.By + ", " + d.Role
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: d.Competency}, {Text: decision + ". " + d.Part}, {Text: by}, {Text: Date(d.On)}, {Body: standingOf(d)},
		})
	}
	return t
}

func standingOf(d CheckedDecision) Blocks {
	colours := map[string]string{"valid": "green", "changed": "red", "withdrawn since": "orange", "unknown key": "grey"}
	body := Blocks{Tag{Text: strings.ToUpper(d.Status[:1]) + d.Status[1:], Colour: colours[d.Status]}}
	if d.Why != "" {
		body = append(body, Paragraph(d.Why+"."))
	}
	return body
}
