package view

import (
	"slices"

	"countersign/internal/countersign"
)

// CompetencyPage is one competency of one apprentice: what it asks for, the
// evidence, the decisions, and, for whoever may judge it, the one form in
// which to do so.
type CompetencyPage struct {
	Layout
	Apprenticeship  countersign.Apprenticeship
	Framework       countersign.Framework
	Attainment      countersign.Attainment
	Summary         countersign.Summary
	Assessment      countersign.Assessment
	WithdrawnSince  []countersign.Evidence // that the standing decision relied on
	Pieces          []CompetencyPiece
	Equivalents     []Equivalent // accepted in another framework
	MaySeeEvidence  bool
	MaySeeDecisions bool
	Own             bool // the viewer is the apprentice
	MayWithdraw     bool // the current decision
	AddHref         string
	Note            string        // why the viewer can't sign though they may judge
	Form            *DecisionForm // nil for anybody who may not decide
	Confirm         *ConfirmForm  // nil unless evidence was withdrawn and the viewer may confirm
}

// ConfirmForm is the GP supervisor's word that a decision stands though
// evidence was withdrawn since.
type ConfirmForm struct {
	Action string
	Reason string // as typed
}

// NewCompetencyPage returns the page of one competency.
func NewCompetencyPage(app countersign.Apprenticeship, f countersign.Framework, a countersign.Attainment) *CompetencyPage {
	p := &CompetencyPage{
		Apprenticeship: app, Framework: f, Attainment: a,
		Summary: a.Summary(), Assessment: a.Assessment(), WithdrawnSince: a.EvidenceWithdrawnSince(),
	}
	p.Title, p.Notice = a.Code+" "+a.Title, f.Notice
	p.Breadcrumbs = recordCrumbs(app.ID, Link{Text: "Competencies", Href: apprenticeshipHref(app.ID) + "/competencies"})
	return p
}

// Template implements Page.
func (*CompetencyPage) Template() string { return "competency/competency" }

// Caption is whose competency it is, above the heading.
func (p *CompetencyPage) Caption() string {
	return p.Apprenticeship.ApprenticeName + ", " + or(p.Framework.Domain(p.Attainment.Domain).Title, p.Attainment.Domain)
}

// Standstill says why nothing can be added or judged now.
func (p *CompetencyPage) Standstill() string { return standstill(p.Apprenticeship, p.Own) }

// Tag is where the apprentice stands.
func (p *CompetencyPage) Tag() Tag { return CompetencyTag(p.Summary.Status) }

// Standing says in a sentence what the tag means here and now.
func (p *CompetencyPage) Standing() string {
	s, level := p.Summary, p.level(p.Summary.Level)
	switch s.Status {
	case countersign.SignedOff:
		text := "Signed off on " + Day(s.SignedOffAt) + " at “" + level + "”."
		if !s.ExpiresOn.IsZero() {
			text += " It expires on " + Date(s.ExpiresOn) + "."
		}
		if s.Expiring {
			text += " It needs to be renewed: evidence from the day of the sign-off on counts."
		}
		return text
	case countersign.Expired:
		return "The sign-off of " + Day(s.SignedOffAt) + " expired on " + Date(s.ExpiresOn) + ". Evidence from the day of that sign-off on counts for the renewal."
	case countersign.Assessed:
		return "Judged competent at “" + level + "”. It waits for the countersignature of " + theRole(s.Awaits) + "."
	case countersign.StatusNotYet:
		return "The last decision was “not yet competent”. It can be decided again when new evidence is accepted."
	case countersign.Ready:
		return "The evidence meets the requirement. Nobody has decided yet."
	case countersign.InProgress:
		return "There is evidence, but not all that is needed."
	case countersign.NotStarted:
		return "There is no evidence yet."
	case countersign.NotApplicable:
		if s.Scope == countersign.ScopeProposed {
			return "An optional competency that is proposed for this apprenticeship, and not agreed yet."
		}
		return "An optional competency that is not part of this apprenticeship."
	}
	return ""
}

func (p *CompetencyPage) level(code string) string {
	return or(p.Framework.Scale.Level(code).Title, code)
}

// theRole is a role inside a sentence with its article.
func theRole(r countersign.NamingRole) string {
	if r == countersign.SecondPerson {
		return "a second assessor"
	}
	return "the " + lowerRole(r)
}

// Facts are the short things about the competency.
func (p *CompetencyPage) Facts() SummaryList {
	a := p.Attainment
	core := "Core: every apprentice needs it"
	if !a.Core {
		core = "Optional"
	}
	rows := []SummaryRow{{Key: "Level needed", Value: p.level(a.Threshold)}, {Key: "Part of the framework", Value: core}}
	if a.RenewMonths > 0 {
		rows = append(rows, SummaryRow{Key: "Renewal", Value: "Every " + Count(a.RenewMonths, "month")})
	}
	return SummaryList{Rows: rows, Classes: "app-facts"}
}

// Guidance is what to show and how.
func (p *CompetencyPage) Guidance() Details {
	kinds := make([]string, len(p.Attainment.Evidence))
	for i, k := range p.Attainment.Evidence {
		kinds[i] = lowerStart(k.Title())
	}
	body := Blocks{}
	if p.Attainment.Guidance != "" {
		body = append(body, Paragraph(p.Attainment.Guidance))
	}
	return Details{Summary: "Guidance and the kinds of evidence that count", Body: append(body, Paragraph("These kinds count: "+Sentence(kinds)+"."))}
}

// requirementLine is one part of the requirement and how far it is met.
type requirementLine struct {
	Text  string
	State string // "Met" or "Missing"
	Class string
	Icon  Icon
}

// Requirement is every part of the requirement, met or not.
func (p *CompetencyPage) Requirement() []requirementLine {
	var out []requirementLine
	if p.settled() {
		for _, text := range p.Attainment.Requires.Sentences() {
			out = append(out, requirementLine{Text: text, Class: "app-checks__item", Icon: Icon{Name: "minus"}})
		}
		return out
	}
	add := func(text string, met bool) {
		line := requirementLine{Text: text, State: "Missing", Class: "app-checks__item app-checks__item--missing", Icon: Icon{Name: "cross"}}
		if met {
			line.State, line.Class, line.Icon = "Met", "app-checks__item", Icon{Name: "tick"}
		}
		out = append(out, line)
	}
	said := map[string]bool{}
	for _, part := range p.Attainment.Requires.Parts(p.Assessment.Counting) {
		text := part.Sentence
		if part.Missing != "" && part.Missing != part.Sentence {
			text += ". Still missing: " + lowerStart(part.Missing)
		}
		said[part.Missing] = true
		add(text, part.Missing == "")
	}
	for _, missing := range p.Assessment.Missing { // that pieces have become too old
		if !said[missing] {
			add(missing, false)
		}
	}
	return out
}

// settled reports whether nothing is asked for the time being: it isn't in
// scope, or it is signed off on evidence that has become too old since.
func (p *CompetencyPage) settled() bool {
	s := p.Summary
	return s.Status == countersign.NotApplicable ||
		s.Status == countersign.SignedOff && !s.Expiring && !p.Lost() && !p.Assessment.Met()
}

// renewing reports whether it is the next sign-off that evidence is for.
func (p *CompetencyPage) renewing() bool {
	return p.Summary.Status == countersign.Expired || p.Summary.Expiring
}

// RequirementHeading is above the requirement.
func (p *CompetencyPage) RequirementHeading() string {
	if p.renewing() {
		return "What the renewal requires"
	}
	return "What it requires"
}

// RequirementNote says which pieces count at all.
func (p *CompetencyPage) RequirementNote() string {
	fresh := p.Attainment.Requires.Freshness()
	if fresh == "" || p.settled() {
		return ""
	}
	return "A piece counts when it is accepted and " + lowerStart(fresh) + "."
}

// Counting says how many pieces count, of those that the page shows: somebody
// else's drafts are not among them.
func (p *CompetencyPage) Counting() string {
	pieces := p.Summary.Pieces
	if p.MaySeeEvidence {
		pieces = 0
		for _, e := range p.Pieces {
			if e.State != countersign.Withdrawn {
				pieces++
			}
		}
	}
	switch {
	case pieces == 0:
		return "There is no evidence for this competency yet."
	case p.MaySeeEvidence:
		return Count(pieces, "piece") + ", of which " + Number(p.Summary.Counting) + " " + Plural(p.Summary.Counting, "counts", "count") + " now."
	}
	return Count(pieces, "piece") + ", of which " + Number(p.Summary.Counting) + " " + Plural(p.Summary.Counting, "counts", "count") + " now. You do not have access to evidence itself."
}

// Add leads to the form for a new piece.
func (p *CompetencyPage) Add() ActionLink {
	text := "Add evidence for this competency"
	if !p.Own {
		text = "Record evidence for " + p.Apprenticeship.ApprenticeName
	}
	return ActionLink{Text: text, Href: p.AddHref}
}

// Jumps reports whether a link to the form is of use.
func (p *CompetencyPage) Jumps() bool { return p.Form != nil && !p.Form.Again && p.MaySeeEvidence }

// Jump leads past the evidence to the form.
func (p *CompetencyPage) Jump() ActionLink {
	return ActionLink{Text: p.FormHeading(), Href: "#decide", Classes: "app-no-print"}
}

// Gone are the pieces that a standing decision has lost.
func (p *CompetencyPage) Gone() WarningCallout {
	gone := p.WithdrawnSince
	w := WarningCallout{Heading: Heading{Text: "Evidence withdrawn since", Level: 2}}
	if len(gone) == 0 {
		return w
	}
	text := Count(len(gone), "piece") + " of evidence that the decision relied on " + Plural(len(gone), "was", "were") + " withdrawn after it."
	if p.MaySeeEvidence {
		titles := make([]string, len(gone))
		for i, e := range gone {
			titles[i] = "“" + e.Title + "” on " + Day(e.WithdrawnAt)
		}
		text = "The decision relied on evidence that was withdrawn after it: " + Sentence(titles) + "."
	}
	w.Body = Blocks{Paragraph(text), Paragraph("The decision stands until the GP supervisor confirms or withdraws it.")}
	return w
}

// Lost reports whether a standing decision has lost evidence.
func (p *CompetencyPage) Lost() bool { return len(p.WithdrawnSince) > 0 }

// ReasonField asks why the decision stands.
func (p *CompetencyPage) ReasonField() Textarea {
	return Textarea{Name: "reason", Label: Label{Text: "Why does the decision still stand?"}, Rows: 3, Value: p.Confirm.Reason, Error: p.Errors.Of("reason")}
}

// ConfirmButton confirms.
func (*CompetencyPage) ConfirmButton() Button {
	return Button{Text: "Confirm that the decision stands", Variant: "secondary", Once: true}
}

// ConfirmStatement is what is signed by confirming.
func (p *CompetencyPage) ConfirmStatement() string {
	so := countersign.SignOff{Part: countersign.Confirmation, Decision: countersign.Competent, Level: p.Attainment.Level()}
	return countersign.Declaration(so, p.Framework, p.Attainment.Competency, p.Apprenticeship.ApprenticeName)
}

// WithdrawHref leads to the page on which the current decision is withdrawn;
// empty when the viewer may not.
func (p *CompetencyPage) WithdrawHref() string {
	if current := p.Attainment.Current(); p.MayWithdraw && current != nil {
		return signOffHref(current.ID) + "/withdrawal"
	}
	return ""
}

// decisionEntry is one decision of the chain, as shown.
type decisionEntry struct {
	Heading   string // "Competent: competent independently"
	Class     string
	Part      string
	Signer    string
	Role      string
	When      string
	Machine   string
	Statement string
	Comment   string
	Awaits    string
	Evidence  []reliedOn
	Same      bool // on the same evidence as the decision before
	Count     int
	Leaf      string
}

// reliedOn is a piece that a decision relied on.
type reliedOn struct {
	Text, Href, Note string
}

// Decisions is the chain, newest first.
func (p *CompetencyPage) Decisions() []decisionEntry {
	all := decisionEntries(p.Attainment, p.Framework, p.relied)
	slices.Reverse(all)
	return all
}

func (p *CompetencyPage) relied(r countersign.Relied) reliedOn {
	at := slices.IndexFunc(p.Attainment.Pieces, func(e countersign.Evidence) bool { return e.ID == r.Evidence })
	out := reliedOn{Text: or(r.Title, "A piece of evidence")}
	if r.Title != "" { // who isn't told the title may not open it
		out.Href = evidenceHref(r.Evidence)
	}
	if at >= 0 && p.Attainment.Pieces[at].State == countersign.Withdrawn {
		out.Note = "withdrawn since"
	}
	if !r.Counted {
		out.Note = classes(out.Note, "listed, does not count")
	}
	return out
}

// decisionEntries returns the chain as shown, oldest first.
func decisionEntries(a countersign.Attainment, f countersign.Framework, relied func(countersign.Relied) reliedOn) []decisionEntry {
	out := make([]decisionEntry, 0, len(a.Decisions))
	for i, so := range a.Decisions {
		e := decisionEntry{
			Heading: so.Decision.Title(), Part: so.Part.Title(), Signer: so.AssessorName, Role: roleTitle(so.AssessorRole),
			When: DayTime(so.SignedAt), Machine: Machine(so.SignedAt), Statement: so.Statement, Comment: so.Comment, Count: len(so.Evidence),
			Leaf: so.ShortLeaf(), Class: "app-decision app-decision--" + decisionTone(so.Decision),
		}
		if so.Level != "" {
			e.Heading += ": " + lowerStart(or(f.Scale.Level(so.Level).Title, so.Level))
		}
		if so.Registration != "" {
			e.Role += ", " + so.Registration
		}
		if where := so.MadeElsewhere(); where != "" {
			e.Role += ", " + where
		}
		e.Role += ", " + so.ProvedBy()
		if so.Awaits != "" {
			e.Awaits = "Subject to countersignature by " + theRole(so.Awaits) + "."
		}
		e.Same = i > 0 && len(so.Evidence) > 0 && slices.Equal(so.Evidence, a.Decisions[i-1].Evidence)
		for _, r := range so.Evidence {
			e.Evidence = append(e.Evidence, relied(r))
		}
		out = append(out, e)
	}
	return out
}

func decisionTone(d countersign.Decision) string {
	switch d {
	case countersign.Competent:
		return "competent"
	case countersign.NotYetCompetent:
		return "not-yet"
	}
	return "withdrawn"
}
