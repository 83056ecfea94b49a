package view

import "countersign/internal/countersign"

// NamingPage names somebody on an apprenticeship: newly, as cover for somebody
// who is away, or as whoever takes over.
type NamingPage struct {
	Layout
	Action     string
	Apprentice string
	Role       countersign.NamingRole
	Covered    string // who is away; empty when it isn't cover
	Leaving    string // who hands over; empty when nobody does
	Seen       string // last day of the naming that is handed over, as it was shown
	Offered    []PersonOption
	Domains    []Option // of the framework; for an assessor

	Person, Email string // as chosen and typed
	Chosen        []string
	From, To      DateValue
}

// PersonOption is somebody to choose.
type PersonOption struct{ Name, Email string }

// OtherPerson is what Person holds when the e-mail address is typed.
const OtherPerson = "other"

// NewNamingPage returns the page that names somebody newly.
func NewNamingPage(path, apprentice string, role countersign.NamingRole) *NamingPage {
	return &NamingPage{
		Layout: Layout{Title: "Name " + rolePhrase(role) + " for " + apprentice, Back: BackLink{Href: path + "/namings"}},
		Action: path + "/namings/new", Apprentice: apprentice, Role: role,
	}
}

// NewCoverPage returns the page that names somebody as cover.
func NewCoverPage(path, apprentice string, n countersign.Naming) *NamingPage {
	p := NewNamingPage(path, apprentice, n.Role)
	p.Title, p.Covered = "Arrange cover for "+n.PersonName, n.PersonName
	p.Action = path + "/namings/" + string(n.ID) + "/cover"
	return p
}

// NewHandoverPage returns the page that names somebody who takes over.
func NewHandoverPage(path, apprentice string, n countersign.Naming) *NamingPage {
	p := NewNamingPage(path, apprentice, n.Role)
	p.Title, p.Leaving, p.Seen = "Hand over from "+n.PersonName, n.PersonName, n.To.String()
	p.Action = path + "/namings/" + string(n.ID) + "/handover"
	return p
}

// Template implements Page.
func (*NamingPage) Template() string { return "apprentices/naming" }

// Intro says what the form does.
func (p *NamingPage) Intro() string {
	switch {
	case p.Covered != "":
		return "Whoever covers can do what " + p.Covered + " can do as " + lowerRole(p.Role) + " of " + p.Apprentice + ", on the days you enter. " + p.Covered + " stays named."
	case p.Leaving != "":
		return "Somebody else becomes " + lowerRole(p.Role) + " of " + p.Apprentice + ". " + p.Leaving + " stops being it on the day before. What they signed stays as it is."
	}
	return namingHints[p.Role]
}

// PersonField chooses among those who are offered, or somebody else.
func (p *NamingPage) PersonField() Radios {
	r := Radios{Name: "person", Legend: Legend{Text: p.who()}, Value: p.Person}
	for _, o := range p.Offered {
		r.Items = append(r.Items, Choice{Value: o.Email, Text: o.Name, Hint: o.Email})
	}
	if p.Person != OtherPerson {
		r.Error = p.Errors.Of("email")
	}
	r.Items = append(r.Items, Choice{Divider: "or"}, Choice{Value: OtherPerson, Text: "Somebody else", Conditional: Blocks{p.EmailField()}})
	return r
}

func (p *NamingPage) who() string {
	switch {
	case p.Covered != "":
		return "Who covers?"
	case p.Leaving != "":
		return "Who takes over?"
	}
	return "Who?"
}

// EmailField asks for the address of somebody who isn't offered.
func (p *NamingPage) EmailField() Input {
	hint := "They must be " + rolePhrase(p.Role) + " in your training hub."
	if p.Role == countersign.NamedVerifier {
		hint = "They must be an external verifier of your training hub, its region or the country."
	}
	label := "Email address"
	if len(p.Offered) == 0 {
		switch {
		case p.Covered != "":
			label = "Email address of whoever covers"
		case p.Leaving != "":
			label = "Email address of whoever takes over"
		default:
			label = "Email address of the " + lowerRole(p.Role)
		}
	}
	in := emailField(&p.Layout, "email", label, hint, p.Email)
	if len(p.Offered) > 0 && p.Person != OtherPerson {
		in.Error = "" // it stands at the choice above
	}
	return in
}

// DomainsField limits an assessor.
func (p *NamingPage) DomainsField() Checkboxes {
	c := Checkboxes{
		Name: "domains", Legend: Legend{Text: "In which domains may they assess? (optional)"}, Hint: "Choose none for all of them.",
		Values: p.Chosen, Error: or(p.Errors.Of("domains"), p.Errors.Of("domains.0")),
	}
	for _, d := range p.Domains {
		c.Items = append(c.Items, Choice{Value: d.Value, Text: d.Text})
	}
	return c
}

// FromField is the first day.
func (p *NamingPage) FromField() DateInput {
	return DateInput{Name: "from", Legend: Legend{Text: "First day"}, Value: p.From, Error: p.Errors.Of("from")}
}

// ToField is the last day.
func (p *NamingPage) ToField() DateInput {
	d := DateInput{Name: "to", Legend: Legend{Text: "Last day (optional)"}, Hint: "Leave it empty if there is no end yet.", Value: p.To, Error: p.Errors.Of("to")}
	if p.Covered != "" {
		d.Legend.Text, d.Hint = "Last day", ""
	}
	return d
}

// Submit names them.
func (p *NamingPage) Submit() Button {
	switch {
	case p.Covered != "":
		return Button{Text: "Arrange cover", Once: true}
	case p.Leaving != "":
		return Button{Text: "Hand over", Once: true}
	}
	return Button{Text: "Name them", Once: true}
}

// LinkErrors makes the error summary lead to what is on the page: what is
// wrong with the address of one of those offered stands at the choice. Call it
// when the page is filled in.
func (p *NamingPage) LinkErrors() {
	if len(p.Offered) > 0 && p.Person != OtherPerson {
		p.Errors.LinkTo("email", "person")
	}
	p.Errors.LinkTo("domains.0", "domains")
	if len(p.Offered) > 0 {
		p.Errors.LinkTo("covers", "person")
	} else {
		p.Errors.LinkTo("covers", "email")
	}
}

// EndPage asks for the last day of a naming or of a role.
type EndPage struct {
	Layout
	Action string
	Facts  []SummaryRow // what ends
	Means  string       // what it means that it ends
	Seen   string       // last day as it was shown; empty for no end
	To     DateValue
	Button string
}

// Template implements Page.
func (*EndPage) Template() string { return "apprentices/end" }

// Summary is what ends.
func (p *EndPage) Summary() SummaryList { return SummaryList{Rows: p.Facts} }

// ToField is the last day.
func (p *EndPage) ToField() DateInput {
	return DateInput{
		Name: "to", Legend: Legend{Text: "Last day"}, Value: p.To, Error: p.Errors.Of("to"),
		Hint: "They keep it until the end of that day. Enter yesterday’s date to end it at once.",
	}
}

// Submit ends it.
func (p *EndPage) Submit() Button { return Button{Text: p.Button, Variant: "warning", Once: true} }

// NewEndNamingPage returns the page that ends a naming.
func NewEndNamingPage(path, apprentice string, n countersign.Naming) *EndPage {
	return &EndPage{
		Layout: Layout{Title: "End " + n.PersonName + " as " + lowerRole(n.Role), Back: BackLink{Href: path + "/namings"}},
		Action: path + "/namings/" + string(n.ID) + "/end", Seen: n.To.String(), Button: "End it",
		Facts: []SummaryRow{
			{Key: "Apprentice", Value: apprentice}, {Key: "Name", Value: n.PersonName}, {Key: "Role", Value: roleTitle(n.Role)},
			{Key: "From", Value: Date(n.From)}, {Key: "Until", Value: until(n)},
		},
		Means: "After the last day they cannot see or judge this record any more. What they accepted and signed stays as it is.",
	}
}

func init() {
	addSamples(func() []Sample {
		path, name := "/apprenticeships/a1", "Asha Patel"
		offered := []PersonOption{{"Sam Okafor", "sam.okafor@hillview.example"}, {"Siân Rees", "sian@hillview.example"}}
		typical := NewNamingPage(path, name, countersign.Assessor)
		typical.Offered, typical.From, typical.Chosen = offered, DateValue{"22", "11", "2026"}, []string{"CARE"}
		typical.Domains = []Option{{Value: "CARE", Text: "Care"}, {Value: "CLINICAL", Text: "Clinical"}}
		bare := NewNamingPage(path, name, countersign.NamedVerifier)
		cover := NewCoverPage(path, name, sampleNamed[1])
		cover.Offered, cover.Person, cover.Email = offered, OtherPerson, "nobody@hillview.example"
		var p countersign.Problems
		p.Add("email", "Nobody with this email address is known here. Ask an administrator to add them first")
		p.Add("to", "Enter the last day of the cover")
		p.Add("from", "This date does not exist. Check the day, the month and the year")
		cover.LinkErrors()
		cover.Fail(p.Err())
		over := NewHandoverPage(path, name, sampleNamed[2])
		over.Offered, over.Seen = offered, "2027-01-31"
		over.LinkErrors()
		over.Fail(countersign.InvalidField("email", "Enter an email address"))
		wrong := NewNamingPage(path, name, countersign.Assessor)
		wrong.Domains = typical.Domains
		var q countersign.Problems
		q.Add("email", "Enter an email address")
		q.Add("domains.0", "This framework has no such domain")
		wrong.LinkErrors()
		wrong.Fail(q.Err())
		end := NewEndNamingPage(path, name, sampleNamed[1])
		late := NewEndNamingPage(path, name, sampleNamed[3])
		late.Fail(countersign.InvalidField("to", "Enter the last day"))
		return []Sample{
			{"naming", typical}, {"naming: verifier", bare}, {"naming: cover, refused", cover}, {"naming: handover, nobody chosen", over}, {"naming: refused", wrong},
			{"naming: end", end}, {"naming: end, refused", late},
		}
	})
}
