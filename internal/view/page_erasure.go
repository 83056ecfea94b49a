package view

import (
	"strings"
	"time"

	"countersign/internal/countersign"
)

// ErasuresPage lists whose retention period is over and who asked to be
// erased, for an administrator.
type ErasuresPage struct {
	Layout
	Retention countersign.Retention
	Rows      []countersign.Erasure
}

// NewErasuresPage returns the page with its title.
func NewErasuresPage() *ErasuresPage {
	return &ErasuresPage{Layout: Layout{Title: "Erasure", Breadcrumbs: adminCrumbs()}}
}

// Template implements Page.
func (*ErasuresPage) Template() string { return "admin/erasures" }

// Policy says for how long people are kept.
func (p *ErasuresPage) Policy() string {
	if p.Retention.Years == 0 {
		return "The operator has not set a retention period, so nobody’s is over. People who ask are listed."
	}
	return "People are kept for " + Count(p.Retention.Years, "year") + " after their last day. Legal basis: " + p.Retention.Basis
}

// Table is those who wait.
func (p *ErasuresPage) Table() Table {
	t := Table{Caption: "People to decide about", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true, Head: []Column{{Text: "Name"}, {Text: "Why"}, {Text: "Last day"}}}
	for _, e := range p.Rows {
		t.Rows = append(t.Rows, []Cell{{Text: e.Name, Href: erasureHref(e.Person)}, {Text: whyErased(e, p.Retention)}, {Text: or(Date(e.LastDay), "None")}})
	}
	return t
}

func whyErased(e countersign.Erasure, r countersign.Retention) string {
	switch due := e.DueOn(r); {
	case e.Asked():
		return "Asked on " + Day(e.AskedAt)
	case !due.IsZero():
		return "Kept until " + Date(due.AddDays(-1))
	}
	return "Not asked, and no period is over"
}

func erasureHref(id countersign.PersonID) string { return personHref(string(id)) + "/erasure" }

// ErasurePage decides about erasing somebody.
type ErasurePage struct {
	Layout
	Erasure       countersign.Erasure
	Retention     countersign.Retention
	Cannot        string // why they can't be erased now; empty if they can
	Decision      string // as typed, as the next
	Basis, Reason string
}

// NewErasurePage returns the page about somebody.
func NewErasurePage(e countersign.Erasure) *ErasurePage {
	return &ErasurePage{Layout: Layout{Title: "Erase " + e.Name, Back: BackLink{Href: personHref(string(e.Person))}}, Erasure: e}
}

// Template implements Page.
func (*ErasurePage) Template() string { return "admin/erasure" }

// Action is where the decision goes.
func (p *ErasurePage) Action() string { return erasureHref(p.Erasure.Person) }

// Facts is how they stand.
func (p *ErasurePage) Facts() SummaryList {
	rows := []SummaryRow{
		{Key: "Name", Value: p.Erasure.Name}, {Key: "Email address", Value: p.Erasure.Email},
		{Key: "Last day", Value: or(Date(p.Erasure.LastDay), "None")}, {Key: "Why", Value: whyErased(p.Erasure, p.Retention)},
	}
	if p.Erasure.Asked() {
		rows = append(rows, SummaryRow{Key: "Their reason", Value: or(p.Erasure.AskedWhy, "None given")})
	}
	if n := len(p.Erasure.NamedIn); n > 0 {
		var ids []string
		for _, id := range p.Erasure.NamedIn {
			ids = append(ids, string(id))
		}
		rows = append(rows, SummaryRow{Key: "Named in what was received", Value: Count(n, "portfolio") + " of others that came from elsewhere hold this name or address. It stays there, as part of their record: " + strings.Join(ids, ", ")})
	}
	return SummaryList{Rows: rows}
}

// Blocked says why they can't be erased.
func (p *ErasurePage) Blocked() InsetText { return InsetText{Text: p.Cannot + "."} }

// Decides reports whether there is anything to decide.
func (p *ErasurePage) Decides() bool { return p.Cannot == "" || p.Erasure.Asked() }

// DecisionField chooses.
func (p *ErasurePage) DecisionField() Radios {
	r := Radios{Name: "decision", Legend: Legend{Text: "Decision"}, Value: p.Decision, Error: p.Errors.Of("decision")}
	if p.Cannot == "" {
		r.Items = append(r.Items, Choice{Value: "erase", Text: "Erase everything that says something about them", Hint: "This cannot be undone. Identifiers, dates and hashes stay."})
	}
	if p.Erasure.Asked() {
		r.Items = append(r.Items, Choice{Value: "refuse", Text: "Refuse their wish"})
	}
	return r
}

// BasisField is the legal basis.
func (p *ErasurePage) BasisField() Input {
	return Input{Name: "basis", Label: Label{Text: "Legal basis"}, Value: p.Basis, Error: p.Errors.Of("basis")}
}

// ReasonField is why.
func (p *ErasurePage) ReasonField() Textarea {
	return Textarea{Name: "reason", Label: Label{Text: "Reason"}, Hint: "It is kept. Do not enter a name.", Value: p.Reason, Error: p.Errors.Of("reason"), Rows: 3}
}

// Submit decides.
func (*ErasurePage) Submit() Button {
	return Button{Text: "Confirm the decision", Variant: "warning", Once: true}
}

func init() {
	addSamples(func() []Sample {
		asked := countersign.Erasure{
			Person: "0198c0de-0000-7000-8000-000000000001", Name: "Ivy Gone", Email: "ivy@hillview.example", LastDay: countersign.On(2026, 3, 1),
			AskedAt: time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC), AskedWhy: "I left in spring.", NamedIn: []countersign.ReceivedID{"0198c0de-0000-7000-8000-000000000003"},
		}
		due := countersign.Erasure{Person: "0198c0de-0000-7000-8000-000000000002", Name: "Owen Hale", Email: "owen@hillview.example", LastDay: countersign.On(2019, 3, 1)}
		six := countersign.Retention{Years: 6, Basis: "Public task (Article 6(1)(e))"}
		list := NewErasuresPage()
		list.Retention, list.Rows = six, []countersign.Erasure{asked, due}
		may := NewErasurePage(asked)
		may.Retention, may.Basis = six, six.Basis
		cannot := NewErasurePage(due)
		cannot.Cannot = "This person holds a role today. End it first"
		wrong := NewErasurePage(due)
		wrong.Retention = six
		wrong.Fail(countersign.InvalidField("reason", "Enter the reason"))
		return []Sample{{"erasure", list}, {"erasure: nobody", NewErasuresPage()}, {"erase a person", may}, {"erase a person: they are needed", cannot}, {"erase a person: no reason", wrong}}
	})
}
