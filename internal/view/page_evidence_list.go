package view

import (
	"countersign/internal/countersign"
)

// EvidenceListPage lists the pieces of an apprenticeship, newest first.
type EvidenceListPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Own            bool
	MayWrite       bool
	Filter         EvidenceFilter
	Pieces         []countersign.Evidence
	First          string // where the list begins; empty on its first page
	Next           string // where it goes on; empty at the end
}

// EvidenceFilter is what was asked for, as typed.
type EvidenceFilter struct {
	State  string
	Kind   string
	Domain string
	From   DateValue
	To     DateValue
}

// Any reports whether anything was asked for.
func (f EvidenceFilter) Any() bool { return f != EvidenceFilter{} }

// NewEvidenceListPage returns the page of an apprenticeship.
func NewEvidenceListPage(a countersign.Apprenticeship, f countersign.Framework, own bool) *EvidenceListPage {
	p := &EvidenceListPage{Apprenticeship: a, Framework: f, Own: own, Layout: Layout{Title: "Your evidence", Notice: f.Notice}}
	if !own {
		p.Title = "Evidence of " + a.ApprenticeName
	}
	p.Breadcrumbs = recordCrumbs(a.ID)
	return p
}

// Template implements Page.
func (*EvidenceListPage) Template() string { return "evidence/list" }

// Action is where the filter is sent.
func (p *EvidenceListPage) Action() string {
	return apprenticeshipHref(p.Apprenticeship.ID) + "/evidence"
}

// Standstill says why nothing can be added now.
func (p *EvidenceListPage) Standstill() string { return standstill(p.Apprenticeship, p.Own) }

// New starts a piece.
func (p *EvidenceListPage) New() ActionLink {
	text := "Add evidence"
	if !p.Own {
		text = "Record evidence for " + p.Apprenticeship.ApprenticeName
	}
	return ActionLink{Text: text, Href: p.Action() + "/new"}
}

// FilterBox holds the filter; it is open while anything is asked for.
func (p *EvidenceListPage) FilterBox() Details {
	return Details{Summary: "Filter evidence", Open: p.Filter.Any() || p.Errors.Any(), Expander: true}
}

// StateField narrows down by state.
func (p *EvidenceListPage) StateField() Select {
	s := Select{Name: "state", Label: Label{Text: "State"}, Value: p.Filter.State, Error: p.Errors.Of("state"), Options: []Option{{Text: "Any state"}}}
	for _, state := range countersign.EvidenceStates() {
		s.Options = append(s.Options, Option{Value: string(state), Text: EvidenceTag(state).Text})
	}
	return s
}

// KindField narrows down by kind.
func (p *EvidenceListPage) KindField() Select {
	s := Select{Name: "kind", Label: Label{Text: "Kind"}, Value: p.Filter.Kind, Error: p.Errors.Of("kind"), Options: []Option{{Text: "Any kind"}}}
	for _, kind := range countersign.EvidenceKinds() {
		s.Options = append(s.Options, Option{Value: string(kind), Text: kind.Title()})
	}
	return s
}

// DomainField narrows down by what the pieces are mapped to.
func (p *EvidenceListPage) DomainField() Select {
	s := Select{Name: "domain", Label: Label{Text: "Domain"}, Value: p.Filter.Domain, Error: p.Errors.Of("domain"), Options: []Option{{Text: "Any domain"}}}
	for _, d := range p.Framework.Domains {
		s.Options = append(s.Options, Option{Value: d.Code, Text: d.Title})
	}
	return s
}

// FromField is the first day of the activity.
func (p *EvidenceListPage) FromField() DateInput {
	return DateInput{Name: "from", Legend: Legend{Text: "Happened on or after", Size: "s"}, Value: p.Filter.From, Error: p.Errors.Of("from")}
}

// ToField is the last day of the activity.
func (p *EvidenceListPage) ToField() DateInput {
	return DateInput{Name: "to", Legend: Legend{Text: "Happened on or before", Size: "s"}, Value: p.Filter.To, Error: p.Errors.Of("to")}
}

// Apply filters.
func (*EvidenceListPage) Apply() Button {
	return Button{Text: "Apply filters", Variant: "secondary", Small: true}
}

// Clear shows everything again.
func (p *EvidenceListPage) Clear() Link { return Link{Text: "Clear filters", Href: p.Action()} }

// evidenceRow is a piece as a row, of plain strings: a page holds many.
type evidenceRow struct {
	Title, Href, Kind, Date, Codes, Files string
	Tag                                   Tag
}

// Rows are the pieces.
func (p *EvidenceListPage) Rows() []evidenceRow {
	rows := make([]evidenceRow, len(p.Pieces))
	for i, e := range p.Pieces {
		row := evidenceRow{
			Title: or(e.Title, "Untitled piece"), Href: evidenceHref(e.ID), Kind: e.Kind.Title(), Date: or(Date(e.OccurredOn), "No date yet"),
			Tag: EvidenceTag(e.State), Codes: "None yet",
		}
		for j, m := range e.Mapping {
			if j == 0 {
				row.Codes = m.Competency
			} else {
				row.Codes += ", " + m.Competency
			}
		}
		if n := len(e.Attachments); n > 0 {
			row.Files = Count(n, "file")
		}
		rows[i] = row
	}
	return rows
}

// Empty says why nothing is listed.
func (p *EvidenceListPage) Empty() string {
	switch {
	case p.Errors.Any():
		return "Nothing is listed until this is put right."
	case p.Filter.Any():
		return "No piece matches these filters."
	case p.Own:
		return "You have no evidence yet. Start with something that you did this week."
	}
	return "There is no evidence yet that you can see."
}

// Paging leads through the list.
func (p *EvidenceListPage) Paging() Pagination {
	pages := Pagination{Label: "Evidence"}
	if p.First != "" {
		pages.Previous = PageLink{Href: p.First, Text: "Back to the newest"}
	}
	if p.Next != "" {
		pages.Next = PageLink{Href: p.Next, Text: "Older pieces"}
	}
	return pages
}

// Paged reports whether there is another page.
func (p *EvidenceListPage) Paged() bool { return p.First != "" || p.Next != "" }

func init() {
	addSamples(func() []Sample {
		a, f := sampleApprenticeship(), sampleLearnerFramework()
		empty := NewEvidenceListPage(a, f, true)
		empty.MayWrite = true
		full := NewEvidenceListPage(a, f, true)
		full.MayWrite, full.Next = true, "/apprenticeships/a1/evidence?cursor=x"
		captured := countersign.Evidence{ID: "e9", State: countersign.Draft, Content: countersign.Content{Kind: countersign.WorkProduct}}
		for _, state := range []countersign.EvidenceState{countersign.Submitted, countersign.Returned, countersign.Accepted, countersign.Withdrawn} {
			e := sampleEvidence()
			e.State = state
			full.Pieces = append(full.Pieces, e)
		}
		full.Pieces = append(full.Pieces, captured)
		filtered := NewEvidenceListPage(a, f, false)
		filtered.Filter, filtered.First, filtered.MayWrite = EvidenceFilter{State: "accepted", Domain: "CARE"}, "/apprenticeships/a1/evidence?state=accepted", true
		wrong := NewEvidenceListPage(a, f, true)
		wrong.Filter = EvidenceFilter{Kind: "poem", From: DateValue{"31", "2", "2026"}}
		var p countersign.Problems
		p.Add("kind", "Select one of the kinds that are offered")
		p.Add("from", "This date does not exist. Check the day, the month and the year")
		wrong.Fail(p.Err())
		return []Sample{
			{"evidence list: empty", empty}, {"evidence list", full}, {"evidence list: nothing matches", filtered}, {"evidence list: wrong filter", wrong},
		}
	})
}
