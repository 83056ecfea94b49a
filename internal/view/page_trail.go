package view

import (
	"net/url"
	"time"

	"countersign/internal/countersign"
)

// DataPage is what a person may do about their own data.
type DataPage struct {
	Layout
	Changes []DataChange
	Erasure countersign.Erasure
	Reason  string // as typed
}

// DataChange is a detail that was put right.
type DataChange struct {
	Field, Was, Became, By string
	At                     time.Time
}

// NewDataPage returns the page with its title.
func NewDataPage() *DataPage {
	return &DataPage{Layout: Layout{Title: "Your data", Back: BackLink{Text: "Your account", Href: "/account"}}}
}

// Template implements Page.
func (*DataPage) Template() string { return "account/data" }

// Download gets everything.
func (*DataPage) Download() Button {
	return Button{Text: "Download everything about you"}
}

// Standing says what became of their wish to be erased; empty if they have
// none.
func (p *DataPage) Standing() string {
	switch {
	case p.Erasure.Asked():
		return "You asked on " + Day(p.Erasure.AskedAt) + " for your data to be erased. An administrator will answer."
	case !p.Erasure.RefusedAt.IsZero():
		return "Your wish to be erased was refused on " + Day(p.Erasure.RefusedAt) + ". Ask your training hub why. You can ask again."
	}
	return ""
}

// ReasonField is why they want to be erased.
func (p *DataPage) ReasonField() Textarea {
	return Textarea{Name: "reason", Label: Label{Text: "Why do you want to be erased? (optional)"}, Value: p.Reason, Error: p.Errors.Of("reason"), Rows: 3}
}

// Ask asks.
func (*DataPage) Ask() Button {
	return Button{Text: "Ask for my data to be erased", Variant: "secondary", Once: true}
}

// Table is what was put right.
func (p *DataPage) Table() Table {
	t := Table{
		Caption: "Corrections of your details", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true,
		Head: []Column{{Text: "When"}, {Text: "What"}, {Text: "From"}, {Text: "To"}, {Text: "By"}},
	}
	for _, c := range p.Changes {
		t.Rows = append(t.Rows, []Cell{
			{Text: Day(c.At) + " at " + Clock(c.At)}, {Text: map[string]string{"name": "Name", "email": "Email address", "registration": "Registration number"}[c.Field]},
			{Text: or(c.Was, "None")}, {Text: or(c.Became, "None")}, {Text: or(c.By, "The operator")},
		})
	}
	return t
}

// TrailPage says who did what and when: to one's own record and account, or,
// for an administrator, to people of the places they look after.
type TrailPage struct {
	Layout
	Admin                    bool
	Person, Action, From, To string // as typed
	Rows                     []TrailRow
	Next                     string // cursor of the next page; empty at the end
}

// TrailRow is something that was done.
type TrailRow struct {
	At              time.Time
	Who, Role, What string
	About           string // which piece or competency, in one's own trail
}

// NewOwnTrailPage returns the page about one's own record.
func NewOwnTrailPage() *TrailPage {
	return &TrailPage{Layout: Layout{Title: "Who saw or changed your record", Back: BackLink{Text: "Your data", Href: "/account/data"}}}
}

// NewAuditPage returns the page of an administrator.
func NewAuditPage() *TrailPage {
	return &TrailPage{Layout: Layout{Title: "Audit", Breadcrumbs: adminCrumbs()}, Admin: true}
}

// Template implements Page.
func (*TrailPage) Template() string { return "account/trail" }

// PersonField narrows to a person.
func (p *TrailPage) PersonField() Input {
	return Input{Name: "person", Label: Label{Text: "Name or email address"}, Value: p.Person, Type: "search", Autocomplete: "off"}
}

// ActionField narrows to what was done.
func (p *TrailPage) ActionField() Select {
	return Select{Name: "action", Label: Label{Text: "What was done"}, Value: p.Action, Options: doneGroups}
}

// FromField is the first day.
func (p *TrailPage) FromField() Input { return dayField("from", "From", p.From, p.Errors.Of("from")) }

// ToField is the last day.
func (p *TrailPage) ToField() Input { return dayField("to", "To", p.To, p.Errors.Of("to")) }

func dayField(name, label, value, problem string) Input {
	return Input{Name: name, Label: Label{Text: label}, Hint: "Such as 2026-03-27.", Value: value, Error: problem, Width: 10, Autocomplete: "off"}
}

// Search looks.
func (*TrailPage) Search() Button { return Button{Text: "Find", Variant: "secondary"} }

// Table is what was done.
func (p *TrailPage) Table() Table {
	t := Table{
		Caption: p.Title, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true,
		Head: []Column{{Text: "When"}, {Text: "Who"}, {Text: "Role"}, {Text: "What"}},
	}
	for _, r := range p.Rows {
		what := r.What
		if r.About != "" {
			what += ": " + r.About
		}
		t.Rows = append(t.Rows, []Cell{{Text: DayTime(r.At)}, {Text: r.Who}, {Text: or(r.Role, "–")}, {Text: what}})
	}
	return t
}

// Pages leads to the next page.
func (p *TrailPage) Pages() Pagination {
	q, path := url.Values{"cursor": {p.Next}}, "/account/trail"
	if p.Admin {
		path = "/admin/audit"
	}
	for key, value := range map[string]string{"person": p.Person, "action": p.Action, "from": p.From, "to": p.To} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return Pagination{Next: PageLink{Href: withQuery(path, q), Text: "Next page"}}
}

func init() {
	addSamples(func() []Sample {
		at := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
		data := NewDataPage()
		data.Changes = []DataChange{{Field: "email", Was: "asha@old.example", Became: "asha@hillview.example", By: "Ada Moss", At: at}, {Field: "registration", Became: "GMC 7012345", At: at}}
		waiting, refused := NewDataPage(), NewDataPage()
		waiting.Erasure.AskedAt = at
		refused.Erasure.AskedAt, refused.Erasure.RefusedAt = at.AddDate(0, 0, -3), at
		own := NewOwnTrailPage()
		own.Rows = []TrailRow{
			{At: at, Who: "Nia Ward", Role: "Secondary mentor", What: Done("record.read")}, {At: at, Who: "Nia Ward", Role: "Secondary mentor", What: Done("evidence.accept"), About: "Collapse in the waiting room"},
			{At: at, Who: "The operator", What: Done("membership.add")},
		}
		own.Next = "abc"
		audit := NewAuditPage()
		audit.Person, audit.Action, audit.Rows, audit.Next = "ward", "evidence", own.Rows, "abc"
		wrong := NewAuditPage()
		wrong.From = "yesterday"
		wrong.Fail(countersign.InvalidField("from", "Enter a date that exists, such as 2026-03-27"))
		return []Sample{
			{"your data", data}, {"your data: nothing was corrected", NewDataPage()}, {"your data: asked to be erased", waiting}, {"your data: refused", refused},
			{"who saw your record", own}, {"who saw your record: nobody", NewOwnTrailPage()},
			{"audit", audit}, {"audit: wrong date", wrong},
		}
	})
}
