package view

import (
	"net/url"

	"countersign/internal/countersign"
)

var peopleCrumb = Link{Text: "People", Href: "/admin/people"}

// PeoplePage finds people, for an administrator.
type PeoplePage struct {
	Layout
	Query, Role, Organisation string // as typed
	Past                      bool
	Rows                      []PersonRow
	Next                      string // cursor of the next page; empty at the end
}

// PersonRow is a person in a list.
type PersonRow struct {
	ID, Name, Email string
	Roles           []string // "GP supervisor, Hillview Surgery"
	Invited         bool     // has not set a password yet
}

// NewPeoplePage returns the page with its title.
func NewPeoplePage() *PeoplePage {
	return &PeoplePage{Layout: Layout{Title: "People", Breadcrumbs: adminCrumbs()}}
}

// Template implements Page.
func (*PeoplePage) Template() string { return "admin/people" }

// QueryField searches.
func (p *PeoplePage) QueryField() Input {
	return Input{Name: "q", Label: Label{Text: "Name or email address"}, Value: p.Query, Type: "search", Autocomplete: "off"}
}

// RoleField narrows to a role.
func (p *PeoplePage) RoleField() Select {
	return Select{Name: "role", Label: Label{Text: "Role"}, Value: p.Role, Options: withValue(p.Role, append([]Option{{Text: "All"}}, roleOptions()...))}
}

func roleOptions() []Option {
	roles := countersign.MemberRoles()
	options := make([]Option, len(roles))
	for i, r := range roles {
		options[i] = Option{Value: string(r), Text: r.Title()}
	}
	return options
}

// OrganisationField narrows to a place and everything beneath it.
func (p *PeoplePage) OrganisationField() Input {
	return Input{Name: "organisation", Label: Label{Text: "Code of an organisation"}, Value: p.Organisation, Code: true, Autocomplete: "off"}
}

// PastField asks for leavers too.
func (p *PeoplePage) PastField() Checkboxes {
	return Checkboxes{Name: "past", Small: true, Items: []Choice{{Value: "yes", Text: "Show people whose roles have ended too", Checked: p.Past}}}
}

// Search looks.
func (*PeoplePage) Search() Button { return Button{Text: "Find", Variant: "secondary"} }

// Add leads to the form for somebody new.
func (p *PeoplePage) Add() Button {
	q := url.Values{}
	if p.Organisation != "" {
		q.Set("organisation", p.Organisation)
	}
	return Button{Text: "Add a person", Href: withQuery("/admin/people/new", q)}
}

// Table is who was found.
func (p *PeoplePage) Table() Table {
	t := Table{
		Caption: "People", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Name"}, {Text: "Email address"}, {Text: "Roles"}, {Text: "Account"}},
	}
	for _, r := range p.Rows {
		roles := Cell{Text: "None today"}
		if len(r.Roles) == 1 {
			roles = Cell{Text: r.Roles[0]}
		} else if len(r.Roles) > 1 {
			roles = Cell{Body: Blocks{List{Items: r.Roles}}}
		}
		t.Rows = append(t.Rows, []Cell{{Text: r.Name, Href: personHref(r.ID)}, {Text: r.Email}, roles, {Body: Blocks{accountTag(r.Invited)}}})
	}
	return t
}

func personHref(id string) string { return "/admin/people/" + id }

// Pages leads to the next page.
func (p *PeoplePage) Pages() Pagination {
	q := url.Values{"cursor": {p.Next}}
	for key, value := range map[string]string{"q": p.Query, "role": p.Role, "organisation": p.Organisation} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if p.Past {
		q.Set("past", "yes")
	}
	return Pagination{Next: PageLink{Href: withQuery("/admin/people", q), Text: "Next page"}}
}

// PersonPage is one person with their roles, for an administrator.
type PersonPage struct {
	Layout
	ID, Name, Email, Registration string
	Invited                       bool // has not set a password yet
	Elsewhere                     bool // holds roles that the viewer doesn't administer
	Today                         countersign.Date
	Roles                         []PersonRole
}

// PersonRole is a role with its place and its days.
type PersonRole struct {
	ID          string
	Role        countersign.MemberRole
	Place, Code string
	From, To    countersign.Date
}

// NewPersonPage returns the page of the person with that identifier.
func NewPersonPage(id, name string) *PersonPage {
	return &PersonPage{Layout: Layout{Title: name, Breadcrumbs: adminCrumbs(peopleCrumb)}, ID: id, Name: name}
}

// Template implements Page.
func (*PersonPage) Template() string { return "admin/person" }

// Href is the address of the page.
func (p *PersonPage) Href() string { return personHref(p.ID) }

// Facts is who the person is.
func (p *PersonPage) Facts() SummaryList {
	rows := []SummaryRow{
		{Key: "Name", Value: p.Name}, {Key: "Email address", Value: p.Email}, {Key: "Registration number", Value: or(p.Registration, "Not provided")},
		{Key: "Account", Body: Blocks{accountTag(p.Invited)}},
	}
	if !p.Elsewhere {
		for i, hidden := range []string{"the name", "the email address", "the registration number"} {
			rows[i].Actions = []Action{{Text: "Change", Href: p.Href() + "/change", Hidden: hidden}}
		}
	}
	return SummaryList{Rows: rows}
}

// Table is the roles, those that hold first.
func (p *PersonPage) Table() Table {
	t := Table{
		Caption: "Roles", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Role"}, {Text: "Organisation"}, {Text: "From"}, {Text: "Until"}, {Text: "Change"}},
	}
	for _, r := range p.Roles {
		end := Cell{Text: "Ended"}
		if r.To.IsZero() || !r.To.Before(p.Today) {
			end = Cell{Body: Blocks{Link{Text: "End", Href: p.Href() + "/roles/" + r.ID + "/end", Hidden: "the role " + r.Role.Title() + " at " + r.Place}}}
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: r.Role.Title()}, {Text: r.Place, Href: organisationHref(r.Code)}, {Text: Date(r.From)}, {Text: until(countersign.Naming{From: r.From, To: r.To})}, end,
		})
	}
	return t
}

// AddRole leads to the form for another role.
func (p *PersonPage) AddRole() Button {
	return Button{Text: "Add a role", Href: p.Href() + "/roles/new", Variant: "secondary"}
}

// MayReset reports whether the viewer may take away how the person proves who
// they are.
func (p *PersonPage) MayReset() bool { return !p.Elsewhere && !p.Invited }

// ResetBox holds it.
func (*PersonPage) ResetBox() Details {
	return Details{Summary: "They have lost their passkey or phone"}
}

// Reset takes it away.
func (*PersonPage) Reset() Button {
	return Button{Text: "Remove passkeys and authenticator app", Variant: "warning", Once: true}
}

// Invite mails the set-up link again.
func (*PersonPage) Invite() Button {
	return Button{Text: "Send a new invitation", Variant: "secondary", Once: true}
}

// NewEndRolePage returns the page that ends a role.
func NewEndRolePage(id, name string, r PersonRole) *EndPage {
	return &EndPage{
		Layout: Layout{Title: "End the role of " + name, Back: BackLink{Href: personHref(id)}},
		Action: personHref(id) + "/roles/" + r.ID + "/end", Seen: r.To.String(), Button: "End the role",
		Facts: []SummaryRow{
			{Key: "Name", Value: name}, {Key: "Role", Value: r.Role.Title()}, {Key: "Organisation", Value: r.Place},
			{Key: "From", Value: Date(r.From)}, {Key: "Until", Value: until(countersign.Naming{From: r.From, To: r.To})},
		},
		Means: "After the last day this role gives no access any more. Where they are named as a mentor or assessor by it, that gives no access either. What they signed stays as it is.",
	}
}
