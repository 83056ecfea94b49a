package view

import "countersign/internal/countersign"

// ChangePage changes an enrolment.
type ChangePage struct {
	Layout
	Action    string
	Version   int
	Started   countersign.Date
	MonthsMax int // the programme's longest time after the start
	Extension int // months longer that a training hub may allow
	LastDay   countersign.Date
	Cohort    string
	End       DateValue
	Stale     bool // somebody else changed it; Now says how it stands
	Now       []SummaryRow
}

// NewChangePage returns the page for the apprenticeship at that path.
func NewChangePage(path, apprentice string) *ChangePage {
	return &ChangePage{Layout: Layout{Title: "Change " + apprentice + "’s apprenticeship", Back: BackLink{Href: path}}, Action: path + "/change"}
}

// Template implements Page.
func (*ChangePage) Template() string { return "apprentices/change" }

// Present is how the enrolment stands after somebody else's change.
func (p *ChangePage) Present() SummaryList { return SummaryList{Rows: p.Now} }

// Mentors leads to the namings.
func (p *ChangePage) Mentors() Link {
	return Link{Text: "Mentors, assessors and cover", Href: p.Back.Href + "/namings"}
}

// Programme leads to breaks, extensions, moves and endings.
func (p *ChangePage) Programme() Link {
	return Link{Text: "the programme page", Href: p.Back.Href + "/programme"}
}

// EndField is the planned last day.
func (p *ChangePage) EndField() DateInput {
	hint := ""
	if p.MonthsMax > 0 && !p.Started.IsZero() {
		hint = "It began on " + Date(p.Started) + " and takes up to " + Count(p.MonthsMax, "month") + "."
		if p.Extension > 0 {
			hint += " With an extension, which the training hub grants, it can last until " + Date(p.LastDay) + "."
		}
	}
	return DateInput{Name: "planned_end_date", Legend: Legend{Text: "Planned end date"}, Hint: hint, Value: p.End, Error: p.Errors.Of("planned_end_date")}
}

// CohortField groups apprentices.
func (p *ChangePage) CohortField() Input {
	return Input{Name: "cohort", Label: Label{Text: "Cohort (optional)"}, Value: p.Cohort, Error: p.Errors.Of("cohort"), Width: 20}
}

// Submit saves.
func (*ChangePage) Submit() Button { return Button{Text: "Save changes", Once: true} }

func init() {
	addSamples(func() []Sample {
		typical := NewChangePage("/apprenticeships/a1", "Asha Patel")
		typical.Version, typical.End = 3, DateValue{"1", "2", "2027"}
		typical.Started, typical.MonthsMax, typical.Extension, typical.LastDay = countersign.On(2026, 5, 1), 9, 3, countersign.On(2027, 5, 1)
		refused := NewChangePage("/apprenticeships/a1", "Asha Patel")
		var p countersign.Problems
		p.Add("planned_end_date", "Enter the planned end date")
		p.Add("cohort", "Enter a shorter cohort")
		refused.Fail(p.Err())
		stale := NewChangePage("/apprenticeships/a1", "Asha Patel")
		stale.Stale, stale.Now = true, []SummaryRow{{Key: "Planned end", Value: "1 May 2027"}, {Key: "State", Value: "Active"}}
		stale.Fail(countersign.Refuse(countersign.Conflict, "Somebody changed this enrolment since you opened it. Look at it again"))
		return []Sample{{"change", typical}, {"change: refused", refused}, {"change: changed meanwhile", stale}}
	})
}
