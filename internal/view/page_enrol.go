package view

import "countersign/internal/countersign"

// EnrolPage starts an apprenticeship.
type EnrolPage struct {
	Layout
	Name, Email, Practice, GP, Mentor, Cohort, Framework string // as typed
	Start, End                                           DateValue
	Frameworks                                           []Option // value "id@version"
	Practices                                            []Option // value is the code; empty to type one
}

// NewEnrolPage returns the page with its title.
func NewEnrolPage() *EnrolPage {
	return &EnrolPage{Layout: Layout{Title: "Enrol an apprentice", Back: BackLink{Href: "/apprenticeships"}}}
}

// Template implements Page.
func (*EnrolPage) Template() string { return "apprentices/enrol" }

// NameField is the apprentice's name.
func (p *EnrolPage) NameField() Input {
	return Input{Name: "apprentice.name", Label: Label{Text: "Apprentice’s name"}, Hint: "Only needed for somebody who has no account yet.", Value: p.Name, Error: p.Errors.Of("apprentice.name"), Autocomplete: "off"}
}

// EmailField is the apprentice's e-mail address.
func (p *EnrolPage) EmailField() Input {
	return p.email("apprentice.email", "Apprentice’s email address", "We send an invitation to somebody new.", p.Email)
}

// GPField is the GP supervisor's e-mail address.
func (p *EnrolPage) GPField() Input {
	return p.email("gp_supervisor", "GP supervisor’s email address", "", p.GP)
}

// MentorField is the secondary mentor's e-mail address.
func (p *EnrolPage) MentorField() Input {
	return p.email("secondary_mentor", "Secondary mentor’s email address", "", p.Mentor)
}

func (p *EnrolPage) email(name, label, hint, value string) Input {
	return Input{Name: name, Label: Label{Text: label}, Hint: hint, Value: value, Error: p.Errors.Of(name), Type: "email", NoSpellcheck: true, Autocomplete: "off"}
}

// FrameworkField chooses the framework version.
func (p *EnrolPage) FrameworkField() Radios {
	r := Radios{Name: "framework", Legend: Legend{Text: "Framework"}, Value: p.Framework, Error: p.Errors.Of("framework")}
	for _, o := range p.Frameworks {
		r.Items = append(r.Items, Choice{Value: o.Value, Text: o.Text})
	}
	return r
}

// PracticeSelect chooses among few practices.
func (p *EnrolPage) PracticeSelect() Select {
	return Select{Name: "practice", Label: Label{Text: "Practice"}, Value: p.Practice, Options: append([]Option{{Text: "Select a practice"}}, p.Practices...), Error: p.Errors.Of("practice")}
}

// PracticeInput asks for the code where there are too many to list.
func (p *EnrolPage) PracticeInput() Input {
	return Input{Name: "practice", Label: Label{Text: "Practice code"}, Hint: "The ODS code, for example A81001.", Value: p.Practice, Error: p.Errors.Of("practice"), Width: 10, Code: true}
}

// StartField is the first day.
func (p *EnrolPage) StartField() DateInput {
	return DateInput{Name: "start_date", Legend: Legend{Text: "Start date"}, Value: p.Start, Error: p.Errors.Of("start_date")}
}

// EndField is the planned last day.
func (p *EnrolPage) EndField() DateInput {
	return DateInput{Name: "planned_end_date", Legend: Legend{Text: "Planned end date"}, Value: p.End, Error: p.Errors.Of("planned_end_date")}
}

// CohortField groups apprentices.
func (p *EnrolPage) CohortField() Input {
	return Input{Name: "cohort", Label: Label{Text: "Cohort (optional)"}, Hint: "For example, Spring 2026.", Value: p.Cohort, Error: p.Errors.Of("cohort"), Width: 20}
}

// Submit enrols.
func (*EnrolPage) Submit() Button { return Button{Text: "Enrol and invite", Once: true} }

// ChangePage changes an enrolment.
type ChangePage struct {
	Layout
	Action         string
	Version        int
	Cohort, Reason string
	State          string
	End            DateValue
	States         []Option // what this person may bring it into
}

// NewChangePage returns the page for the apprenticeship at that path.
func NewChangePage(path, apprentice string) *ChangePage {
	return &ChangePage{Layout: Layout{Title: "Change " + apprentice + "’s apprenticeship", Back: BackLink{Href: path}}, Action: path + "/change"}
}

// Template implements Page.
func (*ChangePage) Template() string { return "apprentices/change" }

// EndField is the planned last day.
func (p *ChangePage) EndField() DateInput {
	return DateInput{
		Name: "planned_end_date", Legend: Legend{Text: "Planned end date"}, Value: p.End, Error: p.Errors.Of("planned_end_date"),
		Hint: "A later date than the programme's longest time is an extension.",
	}
}

// CohortField groups apprentices.
func (p *ChangePage) CohortField() Input {
	return Input{Name: "cohort", Label: Label{Text: "Cohort"}, Value: p.Cohort, Error: p.Errors.Of("cohort"), Width: 20}
}

// StateField ends the apprenticeship, or not.
func (p *ChangePage) StateField() Radios {
	r := Radios{Name: "state", Legend: Legend{Text: "State"}, Value: p.State, Error: p.Errors.Of("state")}
	for _, o := range p.States {
		r.Items = append(r.Items, Choice{Value: o.Value, Text: o.Text})
	}
	return r
}

// ReasonField is why the apprentice leaves.
func (p *ChangePage) ReasonField() Textarea {
	return Textarea{Name: "reason", Label: Label{Text: "Reason"}, Hint: "Needed when the apprentice leaves the programme.", Value: p.Reason, Error: p.Errors.Of("reason"), Rows: 3}
}

// Submit saves.
func (*ChangePage) Submit() Button { return Button{Text: "Save changes", Once: true} }

func init() {
	addSamples(func() []Sample {
		typical := NewEnrolPage()
		typical.Frameworks = []Option{{Value: "gpa-combined@1.0.0", Text: "General Practice Assistant, combined (community draft)"}}
		typical.Practices = []Option{{Value: "A81001", Text: "Hillview Surgery (A81001)"}}
		wrong := NewEnrolPage()
		wrong.Frameworks, wrong.Email = typical.Frameworks, "zoe"
		var p countersign.Problems
		for _, f := range []string{"apprentice.name", "apprentice.email", "framework", "practice", "gp_supervisor", "secondary_mentor", "start_date", "planned_end_date", "cohort"} {
			p.Add(f, "Enter something else for "+f)
		}
		wrong.Fail(p.Err())
		change := NewChangePage("/apprenticeships/a1", "Asha Patel")
		change.Version, change.End, change.State = 3, DateValue{"1", "2", "2027"}, "active"
		change.States = []Option{{Value: "active", Text: "Active"}, {Value: "withdrawn", Text: "Withdrawn from the programme"}}
		refused := NewChangePage("/apprenticeships/a1", "Asha Patel")
		refused.Fail(countersign.InvalidField("reason", "Enter why the apprentice leaves the programme"))
		return []Sample{{"enrol", typical}, {"enrol: wrong", wrong}, {"change", change}, {"change: refused", refused}}
	})
}
