package view

import "countersign/internal/countersign"

// ScopePage shows which optional competencies are in scope. The apprentice
// proposes, the GP supervisor decides; everybody else reads.
type ScopePage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Optional       []countersign.Summary
	MayPropose     bool
	MayConfirm     bool
	Chosen         []string // codes, as shown or as typed
	Reason         string   // as typed
	Seen           string   // what the page shows, for noticing a change meanwhile
}

// NewScopePage returns the page, with what is in scope or proposed chosen.
func NewScopePage(a countersign.Apprenticeship, f countersign.Framework, optional []countersign.Summary) *ScopePage {
	p := &ScopePage{Apprenticeship: a, Framework: f, Optional: optional, Layout: Layout{Title: "Optional competencies", Notice: f.Notice}}
	p.Breadcrumbs = recordCrumbs(a.ID)
	for _, c := range optional {
		if c.Scope != countersign.ScopeOut {
			p.Chosen = append(p.Chosen, c.Code)
		}
	}
	return p
}

// Template implements Page.
func (*ScopePage) Template() string { return "scope/scope" }

// Action is where the form posts to.
func (p *ScopePage) Action() string { return apprenticeshipHref(p.Apprenticeship.ID) + "/scope" }

// MayChange reports whether the viewer can change anything.
func (p *ScopePage) MayChange() bool { return p.MayPropose || p.MayConfirm }

// Boxes are the optional competencies.
func (p *ScopePage) Boxes() Checkboxes {
	boxes := Checkboxes{
		Name: "competencies", Values: p.Chosen, Error: p.Errors.Of("competencies"),
		Legend: Legend{Text: "Which optional competencies are part of your apprenticeship?", Size: "m"},
	}
	if p.MayConfirm {
		boxes.Legend.Text = "Which optional competencies are part of this apprenticeship?"
	}
	for _, c := range p.Optional {
		boxes.Items = append(boxes.Items, Choice{Value: c.Code, Text: c.Code + " " + c.Title, Hint: p.hint(c)})
	}
	return boxes
}

func (p *ScopePage) hint(c countersign.Summary) string {
	domain := or(p.Framework.Domain(c.Domain).Title, c.Domain)
	if known, _ := p.Framework.Competency(c.Code); known.Unconfirmed {
		domain += ". To be confirmed"
	}
	switch {
	case c.Scope == countersign.ScopeProposed && p.MayConfirm:
		return domain + ". Proposed by " + p.Apprenticeship.ApprenticeName + ": leave it selected to agree"
	case c.Scope == countersign.ScopeProposed:
		return domain + ". Proposed, waiting for the GP supervisor"
	case c.Scope == countersign.ScopeIn && c.Status == countersign.SignedOff:
		return domain + ". Agreed and signed off, so it stays"
	case c.Scope == countersign.ScopeIn:
		return domain + ". Agreed"
	}
	return domain
}

// Table is the same to read only.
func (p *ScopePage) Table() Table {
	t := Table{
		Caption: "Optional competencies", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Competency"}, {Text: "Domain"}, {Text: "In scope"}},
	}
	words := map[countersign.ScopeState]string{countersign.ScopeIn: "Yes", countersign.ScopeProposed: "Proposed", countersign.ScopeOut: "No"}
	for _, c := range p.Optional {
		t.Rows = append(t.Rows, []Cell{
			{Text: c.Code + " " + c.Title, Href: competencyHref(p.Apprenticeship.ID, c.Code)},
			{Text: or(p.Framework.Domain(c.Domain).Title, c.Domain)}, {Text: or(words[c.Scope], string(c.Scope))},
		})
	}
	return t
}

// ReasonField asks why one is taken out.
func (p *ScopePage) ReasonField() Textarea {
	return Textarea{
		Name: "reason", Label: Label{Text: "Reason"}, Hint: "Needed only if you take out one that was agreed", Rows: 3,
		Value: p.Reason, Error: p.Errors.Of("reason"),
	}
}

// Save sends it.
func (p *ScopePage) Save() Button {
	if p.MayConfirm {
		return Button{Text: "Agree this selection", Once: true}
	}
	return Button{Text: "Propose to GP supervisor", Once: true}
}

func init() {
	addSamples(func() []Sample {
		page := func() *ScopePage {
			all := sampleSummaries()
			return NewScopePage(sampleApprenticeship(), sampleLearnerFramework(), []countersign.Summary{all[1], all[3]})
		}
		propose, confirm, read, wrong, none := page(), page(), page(), page(), page()
		propose.MayPropose, confirm.MayConfirm, wrong.MayConfirm = true, true, true
		confirm.Optional[0].Scope, wrong.Optional[0].Scope = countersign.ScopeIn, countersign.ScopeIn
		wrong.Chosen = []string{"GPA-CL7"}
		wrong.Fail(countersign.InvalidField("reason", "Enter why GPA-CA2 is taken out"))
		signed := page()
		signed.MayConfirm, signed.Optional[0].Scope, signed.Optional[0].Status = true, countersign.ScopeIn, countersign.SignedOff
		signed.Fail(countersign.InvalidField("competencies", "GPA-CA2 is signed, so it cannot be taken out"))
		none.Optional, none.MayPropose = nil, true
		return []Sample{
			{"scope: apprentice proposes", propose}, {"scope: supervisor agrees", confirm}, {"scope: to read", read},
			{"scope: no reason", wrong}, {"scope: signed", signed}, {"scope: nothing optional", none},
		}
	})
}
