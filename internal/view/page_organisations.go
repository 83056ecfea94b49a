package view

import (
	"net/url"
	"slices"

	"countersign/internal/countersign"
)

// adminCrumbs lead to a page beneath the administration.
func adminCrumbs(more ...Link) []Link {
	return append([]Link{{Text: "Home", Href: "/"}, {Text: "Administration", Href: "/admin"}}, more...)
}

var organisationsCrumb = Link{Text: "Organisations", Href: "/admin/organisations"}

// AdminPage is where an administrator begins.
type AdminPage struct {
	Layout
	Home HomeAdmin
}

// NewAdminPage returns the page with its title.
func NewAdminPage() *AdminPage {
	return &AdminPage{Layout: Layout{Title: "Administration", Breadcrumbs: []Link{{Text: "Home", Href: "/"}}}}
}

// Template implements Page.
func (*AdminPage) Template() string { return "admin/admin" }

// Cards lead to the lists.
func (*AdminPage) Cards() []Card {
	return []Card{
		{Heading: Heading{Text: "People", Size: "m"}, Href: "/admin/people", Clickable: true, Text: "Find people, add them, and begin and end their roles."},
		{Heading: Heading{Text: "Organisations", Size: "m"}, Href: "/admin/organisations", Clickable: true, Text: "Regions, training hubs, networks and practices: add, rename and close them."},
		{Heading: Heading{Text: "Audit", Size: "m"}, Href: "/admin/audit", Clickable: true, Text: "Who did what and when, among the people that you look after."},
		{Heading: Heading{Text: "Erasure", Size: "m"}, Href: "/admin/erasures", Clickable: true, Text: "People whose retention period is over, and people who asked to be erased."},
	}
}

// OrganisationsPage finds organisations.
type OrganisationsPage struct {
	Layout
	Today  countersign.Date
	Query  string
	Kind   string
	Rows   []OrganisationRow
	Next   string // cursor of the next page; empty at the end
	Tree   bool   // nothing is looked for: the rows are the top of what is administered
	Cursor string
}

// OrganisationRow is an organisation in a list.
type OrganisationRow struct {
	Code, Name string
	Kind       countersign.OrganisationKind
	EndedOn    countersign.Date
	Parent     string // code of the place above; empty at the top
	Level      int    // beneath the top, in a tree
}

// NewOrganisationsPage returns the page with its title.
func NewOrganisationsPage() *OrganisationsPage {
	return &OrganisationsPage{Layout: Layout{Title: "Organisations", Breadcrumbs: adminCrumbs()}}
}

// Template implements Page.
func (*OrganisationsPage) Template() string { return "admin/organisations" }

// QueryField searches.
func (p *OrganisationsPage) QueryField() Input {
	return Input{Name: "q", Label: Label{Text: "Name or code"}, Value: p.Query, Type: "search", Autocomplete: "off"}
}

// KindField narrows to a kind.
func (p *OrganisationsPage) KindField() Select {
	return Select{Name: "kind", Label: Label{Text: "Kind"}, Value: p.Kind, Options: withValue(p.Kind, append([]Option{{Text: "All"}}, kindOptions(countersign.OrganisationKinds())...))}
}

func kindOptions(kinds []countersign.OrganisationKind) []Option {
	options := make([]Option, len(kinds))
	for i, k := range kinds {
		options[i] = Option{Value: string(k), Text: k.Title()}
	}
	return options
}

// Search looks.
func (*OrganisationsPage) Search() Button { return Button{Text: "Find", Variant: "secondary"} }

// Table is what was found.
func (p *OrganisationsPage) Table() Table {
	return organisationsTable(p.Title, p.Today, p.Rows, !p.Tree)
}

// Pages leads to the next page.
func (p *OrganisationsPage) Pages() Pagination {
	q := url.Values{"cursor": {p.Next}}
	if p.Query != "" {
		q.Set("q", p.Query)
	}
	if p.Kind != "" {
		q.Set("kind", p.Kind)
	}
	return Pagination{Next: PageLink{Href: withQuery("/admin/organisations", q), Text: "Next page"}}
}

func organisationsTable(caption string, today countersign.Date, rows []OrganisationRow, above bool) Table {
	t := Table{
		Caption: caption, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Name"}, {Text: "Code"}, {Text: "Kind"}},
	}
	if above {
		t.Head = append(t.Head, Column{Text: "Beneath"})
	}
	t.Head = append(t.Head, Column{Text: "Status"})
	for _, r := range rows {
		name := Cell{Text: r.Name, Href: organisationHref(r.Code)}
		if r.Level > 0 {
			name.Classes = "app-tree--" + itoa(min(r.Level, 3))
		}
		row := []Cell{name, {Text: r.Code}, {Text: r.Kind.Title()}}
		if above {
			row = append(row, Cell{Text: or(r.Parent, "None")})
		}
		t.Rows = append(t.Rows, append(row, Cell{Body: Blocks{openTag(today, r.EndedOn)}}))
	}
	return t
}

func organisationHref(code string) string { return "/admin/organisations/" + url.PathEscape(code) }

// openTag says whether a place is open.
func openTag(today, ended countersign.Date) Tag {
	switch {
	case ended.IsZero():
		return Tag{Text: "Open", Colour: "green"}
	case ended.Before(today):
		return Tag{Text: "Closed since " + Date(ended), Colour: "grey"}
	}
	return Tag{Text: "Closes after " + Date(ended), Colour: "yellow"}
}

// OrganisationPage is one place of the tree.
type OrganisationPage struct {
	Layout
	Today   countersign.Date
	Place   OrganisationRow
	Above   Link // the place above; may be empty
	Stays   []countersign.Stay
	Beneath []OrganisationRow
	Next    string
}

// NewOrganisationPage returns the page of a place beneath those.
func NewOrganisationPage(place OrganisationRow, above ...Link) *OrganisationPage {
	return &OrganisationPage{Layout: Layout{Title: place.Name, Breadcrumbs: adminCrumbs(append([]Link{organisationsCrumb}, above...)...)}, Place: place}
}

// Template implements Page.
func (*OrganisationPage) Template() string { return "admin/organisation" }

// Facts is what the place is.
func (p *OrganisationPage) Facts() SummaryList {
	above := SummaryRow{Key: "Beneath", Value: or(p.Above.Text, "None")}
	if p.Above.Href != "" {
		above.Value, above.Body = "", Blocks{p.Above}
	}
	if p.Place.Kind != countersign.National {
		above.Actions = []Action{{Text: "Move", Href: p.Href() + "/move", Hidden: "to another place"}}
	}
	change := p.Href() + "/change"
	return SummaryList{Rows: []SummaryRow{
		{Key: "Name", Value: p.Place.Name, Actions: []Action{{Text: "Change", Href: change, Hidden: "the name"}}},
		{Key: "Code", Value: p.Place.Code}, {Key: "Kind", Value: p.Place.Kind.Title()}, above,
		{Key: "Status", Body: Blocks{openTag(p.Today, p.Place.EndedOn)}, Actions: []Action{{Text: "Change", Href: change, Hidden: "the last day"}}},
	}}
}

// Href is the address of the page.
func (p *OrganisationPage) Href() string { return organisationHref(p.Place.Code) }

// People is the address of those who have a role here or beneath.
func (p *OrganisationPage) People() string {
	return withQuery("/admin/people", url.Values{"organisation": {p.Place.Code}})
}

// AddPerson is the address of the form for somebody new here.
func (p *OrganisationPage) AddPerson() string {
	return withQuery("/admin/people/new", url.Values{"organisation": {p.Place.Code}})
}

// MayHold reports whether anything can stand beneath the place.
func (p *OrganisationPage) MayHold() bool { return len(KindsBeneath(p.Place.Kind)) > 0 }

// Add leads to the form for a place beneath.
func (p *OrganisationPage) Add() Button {
	return Button{Text: "Add an organisation beneath", Href: p.Href() + "/new", Variant: "secondary"}
}

// Table is the places beneath.
func (p *OrganisationPage) Table() Table {
	return organisationsTable("Beneath "+p.Title, p.Today, p.Beneath, false)
}

// Pages leads to the next page of the places beneath.
func (p *OrganisationPage) Pages() Pagination {
	return Pagination{Next: PageLink{Href: withQuery(p.Href(), url.Values{"cursor": {p.Next}}), Text: "Next page"}}
}

// KindsBeneath returns the kinds that can stand directly beneath one.
func KindsBeneath(kind countersign.OrganisationKind) []countersign.OrganisationKind {
	var kinds []countersign.OrganisationKind
	for _, k := range countersign.OrganisationKinds() {
		if slices.Contains(k.Parents(), kind) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// OrganisationFormPage adds a place beneath another one, or renames and closes
// one.
type OrganisationFormPage struct {
	Layout
	Action           string
	New              bool
	Kinds            []countersign.OrganisationKind // to choose from
	Code, Name, Kind string                         // as typed
	Ends             DateValue
	Version          int
	Stale            bool // somebody else changed it; Now says how it stands
	Now              []SummaryRow
}

// NewOrganisationFormPage returns the page that adds a place beneath one.
func NewOrganisationFormPage(above OrganisationRow) *OrganisationFormPage {
	href := organisationHref(above.Code)
	p := &OrganisationFormPage{Layout: Layout{Title: "Add an organisation beneath " + above.Name, Back: BackLink{Href: href}}, Action: href + "/new", New: true}
	if p.Kinds = KindsBeneath(above.Kind); len(p.Kinds) == 1 {
		p.Kind = string(p.Kinds[0])
	}
	return p
}

// NewOrganisationChangePage returns the page that changes a place.
func NewOrganisationChangePage(place OrganisationRow) *OrganisationFormPage {
	href := organisationHref(place.Code)
	return &OrganisationFormPage{Layout: Layout{Title: "Change " + place.Name, Back: BackLink{Href: href}}, Action: href + "/change", Name: place.Name, Ends: DateValueOf(place.EndedOn)}
}

// Template implements Page.
func (*OrganisationFormPage) Template() string { return "admin/organisation-form" }

// Present is how the place stands after somebody else's change.
func (p *OrganisationFormPage) Present() SummaryList { return SummaryList{Rows: p.Now} }

// NameField is the name.
func (p *OrganisationFormPage) NameField() Input {
	return Input{Name: "name", Label: Label{Text: "Name"}, Value: p.Name, Error: p.Errors.Of("name"), NoSpellcheck: true, Autocomplete: "off"}
}

// CodeField is the code.
func (p *OrganisationFormPage) CodeField() Input {
	return Input{
		Name: "code", Label: Label{Text: "Code"}, Hint: "The ODS code where there is one, for example A81001. It cannot be changed later.",
		Value: p.Code, Error: p.Errors.Of("code"), Width: 10, Code: true, Autocomplete: "off",
	}
}

// KindField is the kind.
func (p *OrganisationFormPage) KindField() Radios {
	r := Radios{Name: "kind", Legend: Legend{Text: "Kind"}, Value: p.Kind, Error: p.Errors.Of("kind")}
	for _, o := range kindOptions(p.Kinds) {
		r.Items = append(r.Items, Choice{Value: o.Value, Text: o.Text})
	}
	return r
}

// EndsField is the last day.
func (p *OrganisationFormPage) EndsField() DateInput {
	return DateInput{
		Name: "ended_on", Legend: Legend{Text: "Last day (optional)"}, Value: p.Ends, Error: p.Errors.Of("ended_on"),
		Hint: "Only if it closes. After that day nobody holds a role here any more and nobody can be enrolled. Records stay. Empty it to open the organisation again.",
	}
}

// Submit saves.
func (p *OrganisationFormPage) Submit() Button {
	if p.New {
		return Button{Text: "Add organisation", Once: true}
	}
	return Button{Text: "Save changes", Once: true}
}
