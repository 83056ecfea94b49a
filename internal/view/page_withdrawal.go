package view

import (
	"slices"

	"countersign/internal/countersign"
)

// WithdrawalPage takes the current decision on a competency back, with a reason.
type WithdrawalPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Attainment     countersign.Attainment // its current decision is the one
	Reason         string                 // as typed
}

// NewWithdrawalPage returns the page for the current decision of a.
func NewWithdrawalPage(app countersign.Apprenticeship, f countersign.Framework, a countersign.Attainment) *WithdrawalPage {
	p := &WithdrawalPage{Apprenticeship: app, Framework: f, Attainment: a}
	p.Title, p.Notice = "Withdraw this decision", f.Notice
	p.Back = BackLink{Href: p.Cancel(), HiddenText: "to " + a.Code + " " + a.Title}
	return p
}

// Template implements Page.
func (*WithdrawalPage) Template() string { return "competency/withdrawal" }

// Cancel leads back.
func (p *WithdrawalPage) Cancel() string {
	return competencyHref(p.Apprenticeship.ID, p.Attainment.Code)
}

// Caption is whose competency it is.
func (p *WithdrawalPage) Caption() string {
	return p.Apprenticeship.ApprenticeName + ", " + p.Attainment.Code + " " + p.Attainment.Title
}

// Action is where the form posts to.
func (p *WithdrawalPage) Action() string {
	if current := p.Attainment.Current(); current != nil {
		return signOffHref(current.ID) + "/withdrawal"
	}
	return p.Cancel()
}

// Decision is what is withdrawn.
func (p *WithdrawalPage) Decision() []decisionEntry {
	a, current := p.Attainment, p.Attainment.Current()
	if current == nil {
		return nil
	}
	a.Decisions = a.Decisions[:1+slices.IndexFunc(a.Decisions, func(so countersign.SignOff) bool { return so.ID == current.ID })]
	all := decisionEntries(a, p.Framework, func(r countersign.Relied) reliedOn {
		return reliedOn{Text: or(r.Title, "A piece of evidence")}
	})
	last := all[len(all)-1]
	last.Same = false
	return []decisionEntry{last}
}

// Statement is what is signed by withdrawing.
func (p *WithdrawalPage) Statement() string {
	so := countersign.SignOff{Part: countersign.Withdrawal, Decision: countersign.DecisionWithdrawn}
	return countersign.Declaration(so, p.Framework, p.Attainment.Competency, p.Apprenticeship.ApprenticeName)
}

// ReasonField asks why.
func (p *WithdrawalPage) ReasonField() Textarea {
	return Textarea{
		Name: "reason", Label: Label{Text: "Why do you withdraw it?", Size: "m"}, Hint: "The reason stays in the record.",
		Value: p.Reason, Error: p.Errors.Of("reason"),
	}
}

// Withdraw does it.
func (*WithdrawalPage) Withdraw() Button {
	return Button{Text: "Withdraw the decision", Variant: "warning", Once: true}
}

func init() {
	addSamples(func() []Sample {
		page := func() *WithdrawalPage {
			c := sampleCompetency()
			c.Attainment.Decisions = sampleDecisions()
			return NewWithdrawalPage(c.Apprenticeship, c.Framework, c.Attainment)
		}
		wrong := page()
		wrong.Fail(countersign.InvalidField("reason", "Enter a reason"))
		return []Sample{{"withdrawal", page()}, {"withdrawal: no reason", wrong}}
	})
}
