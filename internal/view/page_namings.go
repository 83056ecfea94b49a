package view

import (
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// NamingsPage is who is named on an apprenticeship from when to when.
type NamingsPage struct {
	Layout
	Path      string // of the apprenticeship
	Today     countersign.Date
	Namings   []countersign.Naming
	Lapsed    []countersign.NamingID // of people who don't hold the role any more
	Domains   map[string]string      // titles by code
	Active    bool                   // the apprenticeship
	MayChange bool
}

// NewNamingsPage returns the page for the apprenticeship at that path.
func NewNamingsPage(path, apprentice string) *NamingsPage {
	return &NamingsPage{
		Layout: Layout{Title: "Mentors and assessors of " + apprentice, Back: BackLink{Href: path, Text: "Back to " + apprentice}}, Path: path,
	}
}

// Template implements Page.
func (*NamingsPage) Template() string { return "apprentices/namings" }

// NamingGroup is the namings of one time.
type NamingGroup struct {
	Heading string
	Table   Table
}

// Groups are the namings of today, of the future and of the past.
func (p *NamingsPage) Groups() []NamingGroup {
	var today, later, before []countersign.Naming
	for _, n := range p.Namings {
		switch {
		case n.ValidOn(p.Today):
			today = append(today, n)
		case n.From.After(p.Today) && (n.To.IsZero() || !n.To.Before(n.From)):
			later = append(later, n)
		default:
			before = append(before, n)
		}
	}
	var groups []NamingGroup
	for _, g := range []struct {
		heading string
		namings []countersign.Naming
		now     bool
		open    bool
	}{{"Today", today, true, true}, {"Later", later, false, true}, {"Before", before, false, false}} {
		if len(g.namings) > 0 {
			groups = append(groups, NamingGroup{g.heading, p.table(g.heading, g.namings, g.now, g.open && p.MayChange)})
		}
	}
	return groups
}

func (p *NamingsPage) table(caption string, namings []countersign.Naming, now, actions bool) Table {
	t := Table{
		Caption: caption, CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Name"}, {Text: "Role"}, {Text: "From"}, {Text: "Until"}},
	}
	if actions {
		t.Head = append(t.Head, Column{Text: "Change"})
	}
	for _, n := range namings {
		who := Cell{Text: n.PersonName, Href: Mailto(n.PersonEmail), Hidden: "(send an email)"}
		if strings.HasSuffix(n.PersonEmail, ".invalid") { // somebody of another installation, whom no mail from here reaches
			who = Cell{Text: n.PersonName}
		}
		row := []Cell{who, {Text: p.role(n)}, {Text: Date(n.From)}, {Text: until(n)}}
		if actions {
			row = append(row, Cell{Body: p.actions(n, now)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func until(n countersign.Naming) string {
	switch {
	case n.To.IsZero():
		return "No end"
	case n.To.Before(n.From):
		return "Never held"
	}
	return Date(n.To)
}

func (p *NamingsPage) role(n countersign.Naming) string {
	text := roleTitle(n.Role)
	if len(n.Domains) > 0 {
		titles := make([]string, len(n.Domains))
		for i, d := range n.Domains {
			titles[i] = or(p.Domains[d], d)
		}
		text += " for " + Sentence(titles)
	}
	if n.Covers != "" {
		text += ", covering for " + n.CoversName
	}
	if !n.BriefingOn.IsZero() {
		text += ". Attended the mentor briefing on " + Date(n.BriefingOn)
	}
	if slices.Contains(p.Lapsed, n.ID) {
		text += ". They do not hold this role any more, so this gives them no access"
	}
	return text
}

func (p *NamingsPage) actions(n countersign.Naming, now bool) Blocks {
	base := p.Path + "/namings/" + string(n.ID)
	var links Blocks
	add := func(text, href, hidden string) {
		if len(links) > 0 {
			links = append(links, Text(", "))
		}
		links = append(links, Link{Text: text, Href: href, Hidden: hidden})
	}
	if n.Covers == "" && p.Active {
		add("Hand over", base+"/handover", "from "+n.PersonName)
		if now && n.Role != countersign.NamedVerifier {
			add("Arrange cover", base+"/cover", "for "+n.PersonName)
		}
	}
	if n.Role == countersign.GPSupervisor || n.Role == countersign.SecondaryMentor {
		add("Mentor briefing", base+"/briefing", "of "+n.PersonName)
	}
	add("End", base+"/end", n.PersonName+" as "+lowerRole(n.Role))
	return links
}

// Missing says who ought to be named today and isn't; empty when all is well.
func (p *NamingsPage) Missing() string {
	if !p.Active {
		return ""
	}
	gp, mentor := false, false
	for _, n := range p.Namings {
		holds := n.ValidOn(p.Today) && !slices.Contains(p.Lapsed, n.ID)
		gp = gp || n.Role == countersign.GPSupervisor && holds
		mentor = mentor || n.Role == countersign.SecondaryMentor && holds
	}
	return missingMentors(gp, mentor)
}

func missingMentors(gp, mentor bool) string {
	switch {
	case !gp && !mentor:
		return "No GP supervisor and no secondary mentor is named today"
	case !gp:
		return "No GP supervisor is named today"
	case !mentor:
		return "No secondary mentor is named today"
	}
	return ""
}

// Warning says who is missing and what that means.
func (p *NamingsPage) Warning() WarningCallout {
	return WarningCallout{Heading: Heading{Text: p.Missing(), Level: 2}, Text: "Until somebody is named, nobody with that role can review evidence or sign."}
}

// New leads to the form that names somebody.
func (p *NamingsPage) New() Button {
	return Button{Text: "Name somebody", Href: p.Path + "/namings/new"}
}

// NamingRolePage asks in which role somebody is to be named.
type NamingRolePage struct {
	Layout
	Action string
}

// NewNamingRolePage returns the page for the apprenticeship at that path.
func NewNamingRolePage(path, apprentice string) *NamingRolePage {
	return &NamingRolePage{Layout: Layout{Title: "What will they be for " + apprentice + "?", Back: BackLink{Href: path + "/namings"}}, Action: path + "/namings/new"}
}

// Template implements Page.
func (*NamingRolePage) Template() string { return "apprentices/naming-role" }

// RoleField is the role; the question is the page's title.
func (p *NamingRolePage) RoleField() Radios {
	r := Radios{Name: "role", Legend: Legend{Text: p.Title, Size: "l", Heading: 1}, Error: p.Errors.Of("role")}
	for _, role := range NamingRoles {
		r.Items = append(r.Items, Choice{Value: string(role), Text: roleTitle(role), Hint: namingHints[role]})
	}
	return r
}

// Submit goes on.
func (*NamingRolePage) Submit() Button { return Button{Text: "Continue"} }

// NamingRoles are the roles in which somebody can be named.
var NamingRoles = []countersign.NamingRole{
	countersign.GPSupervisor, countersign.SecondaryMentor, countersign.Assessor, countersign.NamedVerifier,
}

var namingHints = map[countersign.NamingRole]string{
	countersign.GPSupervisor:    "Supervises the apprentice, reviews evidence and signs competencies off.",
	countersign.SecondaryMentor: "Reviews evidence and assesses competencies. Often a nurse.",
	countersign.Assessor:        "Reviews evidence and assesses in the domains that you choose.",
	countersign.NamedVerifier:   "Comes from outside, reads the whole portfolio and changes nothing.",
}

// rolePhrase is the role with its article, inside a sentence.
func rolePhrase(r countersign.NamingRole) string {
	word := lowerRole(r)
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

var sampleNamed = []countersign.Naming{
	{ID: "n0", Person: "p0", PersonName: "Dr Ian Moore", PersonEmail: "ian.moore@hillview.example", Role: countersign.GPSupervisor, From: countersign.On(2026, 5, 1), To: countersign.On(2026, 8, 31)},
	{ID: "n1", Person: "p1", PersonName: "Dr Megan Bell", PersonEmail: "megan.bell@hillview.example", Role: countersign.GPSupervisor, From: countersign.On(2026, 9, 1), BriefingOn: countersign.On(2026, 9, 15)},
	{ID: "n2", Person: "p2", PersonName: "Sam Okafor", PersonEmail: "sam.okafor@hillview.example", Role: countersign.SecondaryMentor, From: countersign.On(2026, 5, 1)},
	{ID: "n3", Person: "p3", PersonName: "Nguyễn Văn An", PersonEmail: "an@canal.example", Role: countersign.Assessor, Domains: []string{"CLINICAL", "CARE"}, From: countersign.On(2026, 11, 1), To: countersign.On(2027, 1, 31)},
	{ID: "n4", Person: "p4", PersonName: "Dr Siân Rees", PersonEmail: "sian@canal.example", Role: countersign.GPSupervisor, Covers: "p1", CoversName: "Dr Megan Bell", From: countersign.On(2026, 12, 20), To: countersign.On(2027, 1, 3)},
	{ID: "n5", Person: "p5", PersonName: "Jo Mistake", PersonEmail: "jo@canal.example", Role: countersign.NamedVerifier, From: countersign.On(2026, 11, 10), To: countersign.On(2026, 11, 9)},
}

func init() {
	addSamples(func() []Sample {
		full := NewNamingsPage("/apprenticeships/a1", "Asha Patel")
		full.Today, full.MayChange, full.Active, full.Namings = countersign.On(2026, 11, 22), true, true, sampleNamed
		full.Domains = map[string]string{"CLINICAL": "Clinical", "CARE": "Care"}
		full.Lapsed = []countersign.NamingID{"n2"}
		reader := NewNamingsPage("/apprenticeships/a1", "Asha Patel")
		reader.Today, reader.Active, reader.Namings = full.Today, true, sampleNamed[:1]
		role := NewNamingRolePage("/apprenticeships/a1", "Asha Patel")
		unsaid := NewNamingRolePage("/apprenticeships/a1", "Asha Patel")
		unsaid.Fail(countersign.InvalidField("role", "Select a role"))
		return []Sample{{"namings", full}, {"namings: read only, nobody today", reader}, {"naming: role", role}, {"naming: no role chosen", unsaid}}
	})
}
