package view

import "countersign/internal/countersign"

// EnrolPage starts an apprenticeship.
type EnrolPage struct {
	Layout
	Apply                                                bool   // the training hub is asked first
	Name, Email, Practice, GP, Mentor, Cohort, Framework string // as typed
	FundingYear                                          string
	Start, End                                           DateValue
	Frameworks                                           []EnrolFramework
	Practices                                            []Option // value is the code; empty to type one
}

// EnrolFramework is a framework version that can be enrolled on.
type EnrolFramework struct {
	ID, Version, Title   string
	MonthsMin, MonthsMax int
}

// NewEnrolPage returns the page with its title.
func NewEnrolPage() *EnrolPage {
	return &EnrolPage{Layout: Layout{Title: "Enrol an apprentice", Back: BackLink{Href: "/apprenticeships"}}}
}

// Applying makes it the page on which a practice asks the training hub first.
func (p *EnrolPage) Applying() { p.Title, p.Apply = "Apply for an apprenticeship", true }

// Action is where the form goes.
func (p *EnrolPage) Action() string {
	if p.Apply {
		return "/apprenticeships/apply"
	}
	return "/apprenticeships/new"
}

// Template implements Page.
func (*EnrolPage) Template() string { return "apprentices/enrol" }

// EmailField is the apprentice's e-mail address.
func (p *EnrolPage) EmailField() Input {
	return emailField(&p.Layout, "apprentice.email", "Apprentice’s email address", p.invitation(), p.Email)
}

func (p *EnrolPage) invitation() string {
	if p.Apply {
		return "If they have no account yet, we email them an invitation once the training hub has accepted."
	}
	return "If they have no account yet, we email them an invitation."
}

// NameField is the apprentice's name.
func (p *EnrolPage) NameField() Input {
	return Input{
		Name: "apprentice.name", Label: Label{Text: "Apprentice’s name"}, Hint: "As it should stand in their portfolio. Only needed for somebody who has no account yet.",
		Value: p.Name, Error: p.Errors.Of("apprentice.name"), Autocomplete: "off", NoSpellcheck: true,
	}
}

// GPField is the GP supervisor's e-mail address.
func (p *EnrolPage) GPField() Input {
	return emailField(&p.Layout, "gp_supervisor", "GP supervisor’s email address", "Somebody who is a GP supervisor in your training hub.", p.GP)
}

// MentorField is the secondary mentor's e-mail address.
func (p *EnrolPage) MentorField() Input {
	return emailField(&p.Layout, "secondary_mentor", "Secondary mentor’s email address", "Often a nurse. Somebody who is a secondary mentor in your training hub.", p.Mentor)
}

// emailField asks for somebody's address, not the viewer's own.
func emailField(l *Layout, name, label, hint, value string) Input {
	return Input{
		Name: name, Label: Label{Text: label}, Hint: hint, Value: value, Error: l.Errors.Of(name),
		Type: "email", NoSpellcheck: true, Autocomplete: "off", Capitalise: "none",
	}
}

// FrameworkField chooses the framework version.
func (p *EnrolPage) FrameworkField() Radios {
	r := Radios{
		Name: "framework", Legend: Legend{Text: "Framework"}, Value: p.Framework, Error: p.Errors.Of("framework"),
		Hint: "The apprentice stays on this version until the end.",
	}
	for _, f := range p.Frameworks {
		r.Items = append(r.Items, Choice{Value: f.ID + "@" + f.Version, Text: f.Title, Hint: "Version " + f.Version + ". The programme takes " + f.months() + "."})
	}
	return r
}

func (f EnrolFramework) months() string {
	if f.MonthsMin == f.MonthsMax {
		return Count(f.MonthsMax, "month")
	}
	return Number(f.MonthsMin) + " to " + Count(f.MonthsMax, "month")
}

// PracticeSelect chooses among few practices.
func (p *EnrolPage) PracticeSelect() Select {
	options := p.Practices
	if len(options) != 1 {
		options = append([]Option{{Text: "Select a practice"}}, options...)
	}
	return Select{Name: "practice", Label: Label{Text: "Practice"}, Value: p.Practice, Options: options, Error: p.Errors.Of("practice")}
}

// PracticeInput asks for the code where there are too many to list.
func (p *EnrolPage) PracticeInput() Input {
	return Input{Name: "practice", Label: Label{Text: "Practice code"}, Hint: "The ODS code, for example A81001.", Value: p.Practice, Error: p.Errors.Of("practice"), Width: 10, Code: true}
}

// StartField is the first day.
func (p *EnrolPage) StartField() DateInput {
	return DateInput{Name: "start_date", Legend: Legend{Text: "Start date"}, Hint: "For example, 27 3 2026", Value: p.Start, Error: p.Errors.Of("start_date")}
}

// EndField is the planned last day.
func (p *EnrolPage) EndField() DateInput {
	return DateInput{Name: "planned_end_date", Legend: Legend{Text: "Planned end date"}, Hint: p.endHint(), Value: p.End, Error: p.Errors.Of("planned_end_date")}
}

// endHint says how long the programme takes, where that is the same in every
// framework.
func (p *EnrolPage) endHint() string {
	for _, f := range p.Frameworks {
		if f.months() != p.Frameworks[0].months() {
			return "As long after the start as the framework says."
		}
	}
	if len(p.Frameworks) == 0 {
		return ""
	}
	return capital(p.Frameworks[0].months()) + " after the start date."
}

// CohortField groups apprentices.
func (p *EnrolPage) CohortField() Input {
	return Input{Name: "cohort", Label: Label{Text: "Cohort (optional)"}, Hint: "For example, Spring 2026.", Value: p.Cohort, Error: p.Errors.Of("cohort"), Width: 20}
}

// FundingYearField says out of which year's money the programme is paid.
func (p *EnrolPage) FundingYearField() Input {
	return Input{Name: "funding_year", Label: Label{Text: "Funding year (optional)"}, Hint: "For example, 2026-27.", Value: p.FundingYear, Error: p.Errors.Of("funding_year"), Width: 10}
}

// Submit enrols, or asks.
func (p *EnrolPage) Submit() Button {
	if p.Apply {
		return Button{Text: "Ask the training hub", Once: true}
	}
	return Button{Text: "Enrol and invite", Once: true}
}

func init() {
	addSamples(func() []Sample {
		both := []EnrolFramework{
			{ID: "gpa-combined", Version: "1.0.0", Title: "General Practice Assistant, combined", MonthsMin: 6, MonthsMax: 9},
			{ID: "gpa-non-clinical", Version: "1.0.0", Title: "General Practice Assistant, non-clinical", MonthsMin: 6, MonthsMax: 9},
		}
		typical := NewEnrolPage()
		typical.Frameworks = both
		typical.Practices = []Option{{Value: "A81001", Text: "Hillview Surgery (A81001)"}, {Value: "A81002", Text: "Canal Street Practice (A81002)"}}
		wrong := NewEnrolPage()
		wrong.Frameworks, wrong.Email, wrong.Start = append(both[:1:1], EnrolFramework{ID: "x", Version: "2", Title: "Another", MonthsMin: 12, MonthsMax: 12}), "zoe", DateValue{"31", "2", "2026"}
		var p countersign.Problems
		for _, f := range []string{"apprentice.email", "apprentice.name", "framework", "practice", "gp_supervisor", "secondary_mentor", "start_date", "planned_end_date", "cohort", "funding_year"} {
			p.Add(f, "Enter something else for "+f)
		}
		wrong.Fail(p.Err())
		one := NewEnrolPage()
		one.Practices = typical.Practices[:1]
		apply := NewEnrolPage()
		apply.Frameworks, apply.Practices, apply.FundingYear = both, typical.Practices, "2026-27"
		apply.Applying()
		return []Sample{{"apply", apply}, {"enrol", typical}, {"enrol: wrong", wrong}, {"enrol: one practice", one}}
	})
}
