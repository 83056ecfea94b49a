package view

import (
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// PersonFormPage adds a person with a role, gives a person another role, or
// changes a person.
type PersonFormPage struct {
	Layout
	Action  string
	Version int
	About   bool // asks who the person is
	Giving  bool // asks for a role

	Name, Email, Registration, Role, Organisation string // as typed
	From, To                                      DateValue
	Stale                                         bool // somebody else changed the person; Now says how they stand
	Now                                           []SummaryRow
}

// NewAddPersonPage returns the page that adds a person.
func NewAddPersonPage() *PersonFormPage {
	return &PersonFormPage{Layout: Layout{Title: "Add a person", Back: BackLink{Href: "/admin/people"}}, Action: "/admin/people/new", About: true, Giving: true}
}

// NewAddRolePage returns the page that gives a person another role.
func NewAddRolePage(id, name string) *PersonFormPage {
	return &PersonFormPage{Layout: Layout{Title: "Add a role for " + name, Back: BackLink{Href: personHref(id)}}, Action: personHref(id) + "/roles/new", Giving: true}
}

// NewChangePersonPage returns the page that changes a person.
func NewChangePersonPage(id, name string) *PersonFormPage {
	return &PersonFormPage{Layout: Layout{Title: "Change " + name, Back: BackLink{Href: personHref(id)}}, Action: personHref(id) + "/change", About: true}
}

// Template implements Page.
func (*PersonFormPage) Template() string { return "admin/person-form" }

// Present is how the person stands after somebody else's change.
func (p *PersonFormPage) Present() SummaryList { return SummaryList{Rows: p.Now} }

// EmailField is the address.
func (p *PersonFormPage) EmailField() Input {
	hint := "They sign in with it, and a link to set a new password goes there."
	if p.Giving {
		hint = "If they have no account yet, we email them an invitation. If they have one, they get the role beside those they hold."
	}
	return emailField(&p.Layout, "email", "Email address", hint, p.Email)
}

// NameField is the name.
func (p *PersonFormPage) NameField() Input {
	hint := ""
	if p.Giving {
		hint = "Only needed for somebody who has no account yet."
	}
	return Input{Name: "name", Label: Label{Text: "Name"}, Hint: hint, Value: p.Name, Error: p.Errors.Of("name"), NoSpellcheck: true, Autocomplete: "off"}
}

// RegistrationField is the professional registration.
func (p *PersonFormPage) RegistrationField() Input {
	return Input{
		Name: "registration", Label: Label{Text: "Professional registration (optional)"}, Hint: "For example, GMC 7012345 or NMC 12A3456E. It is shown with what they sign.",
		Value: p.Registration, Error: p.Errors.Of("registration"), Width: 20, NoSpellcheck: true, Autocomplete: "off",
	}
}

// RoleField is the role.
func (p *PersonFormPage) RoleField() Radios {
	r := Radios{Name: "role", Legend: Legend{Text: "Role"}, Value: p.Role, Error: p.Errors.Of("role")}
	for _, role := range countersign.MemberRoles() {
		r.Items = append(r.Items, Choice{Value: string(role), Text: role.Title(), Hint: heldAt(role)})
	}
	return r
}

// heldAt says where a role can be held.
func heldAt(role countersign.MemberRole) string {
	var kinds []string
	for _, k := range role.HeldAt() {
		kinds = append(kinds, strings.ToLower(k.Title()))
	}
	slices.Reverse(kinds)
	if len(kinds) < 2 {
		return "At a " + strings.Join(kinds, "")
	}
	return "At a " + strings.Join(kinds[:len(kinds)-1], ", ") + " or " + kinds[len(kinds)-1]
}

// OrganisationField is where the role is held.
func (p *PersonFormPage) OrganisationField() Input {
	return Input{
		Name: "organisation", Label: Label{Text: "Code of the organisation"}, Hint: "For example, A81001 for a practice. It stands on the organisation’s page, from which you can also add people.", Value: p.Organisation,
		Error: p.Errors.Of("organisation"), Width: 10, Code: true, Autocomplete: "off",
	}
}

// FromField is the first day.
func (p *PersonFormPage) FromField() DateInput {
	return DateInput{Name: "from", Legend: Legend{Text: "First day"}, Value: p.From, Error: p.Errors.Of("from")}
}

// ToField is the last day.
func (p *PersonFormPage) ToField() DateInput {
	return DateInput{Name: "to", Legend: Legend{Text: "Last day (optional)"}, Hint: "Leave it empty if there is no end yet.", Value: p.To, Error: p.Errors.Of("to")}
}

// Submit saves.
func (p *PersonFormPage) Submit() Button {
	switch {
	case p.About && p.Giving:
		return Button{Text: "Add person", Once: true}
	case p.Giving:
		return Button{Text: "Add role", Once: true}
	}
	return Button{Text: "Save changes", Once: true}
}

func init() {
	addSamples(func() []Sample {
		today := countersign.On(2026, 11, 22)
		found := NewPeoplePage()
		found.Query, found.Role, found.Organisation, found.Past, found.Next = "e", "assessor", "TH01", true, "abc"
		found.Rows = []PersonRow{
			{ID: "p1", Name: "Dr Megan Bell", Email: "megan.bell@hillview.example", Roles: []string{"GP supervisor, Hillview Surgery", "Assessor, Leeds Training Hub"}},
			{ID: "p2", Name: "Zoë Ńowak", Email: "zoe@hillview.example", Roles: []string{"Apprentice, Hillview Surgery"}, Invited: true},
			{ID: "p3", Name: "Lou Left", Email: "lou@hillview.example"},
		}
		none := NewPeoplePage()
		none.Query = "Nguyễn"
		roles := []PersonRole{
			{ID: "m1", Role: countersign.GPSupervisorMember, Place: "Hillview Surgery", Code: "A81001", From: countersign.On(2026, 5, 1)},
			{ID: "m2", Role: countersign.AssessorMember, Place: "Leeds Training Hub", Code: "TH01", From: countersign.On(2025, 5, 1), To: countersign.On(2026, 4, 30)},
			{ID: "m3", Role: countersign.HubLead, Place: "Leeds Training Hub", Code: "TH01", From: countersign.On(2026, 5, 2), To: countersign.On(2026, 5, 1)},
		}
		person := NewPersonPage("p1", "Dr Megan Bell")
		person.Email, person.Registration, person.Today, person.Roles = "megan.bell@hillview.example", "GMC 7012345", today, roles
		elsewhere := NewPersonPage("p2", "Zoë Ńowak")
		elsewhere.Email, elsewhere.Invited, elsewhere.Elsewhere, elsewhere.Today, elsewhere.Roles = "zoe@hillview.example", true, true, today, roles[1:2]
		add := NewAddPersonPage()
		add.From, add.Organisation = DateValue{"22", "11", "2026"}, "A81001"
		wrong := NewAddPersonPage()
		var p countersign.Problems
		for _, f := range []string{"email", "name", "registration", "role", "organisation", "from", "to"} {
			p.Add(f, "Enter something else for "+f)
		}
		wrong.Fail(p.Err())
		role := NewAddRolePage("p1", "Dr Megan Bell")
		change := NewChangePersonPage("p1", "Dr Megan Bell")
		change.Name, change.Email, change.Version = "Dr Megan Bell", "megan.bell@hillview.example", 2
		stale := NewChangePersonPage("p1", "Dr Megan Bell")
		stale.Stale, stale.Now = true, []SummaryRow{{Key: "Name", Value: "Dr Megan Bell-Rees"}}
		stale.Fail(countersign.Refuse(countersign.Conflict, "Somebody changed this person since you opened the page. Look at it again"))
		end := NewEndRolePage("p1", "Dr Megan Bell", roles[0])
		return []Sample{
			{"people: found", found}, {"people: none", none}, {"person", person}, {"person: with roles elsewhere", elsewhere},
			{"person: add", add}, {"person: add, refused", wrong}, {"person: add a role", role}, {"person: change", change},
			{"person: changed meanwhile", stale}, {"role: end", end},
		}
	})
}
