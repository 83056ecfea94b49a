package demo

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"countersign/internal/view"
)

// The people of the demonstration whom others rely on. Every other e-mail
// address is made of a name.
var known = map[string]string{
	"Asha Patel":                "apprentice@demo.example",
	"Zoë Ńowak":                 "apprentice2@demo.example",
	"Dr Megan Bell":             "gp@demo.example",
	"Sam Okafor":                "nurse@demo.example",
	"Jo Fletcher":               "manager@demo.example",
	"Ruth Adeyemi":              "hub@demo.example",
	"Daniel Osei":               "region@demo.example",
	"Dr Fiona MacAllister":      "national@demo.example",
	"Bronwen Pryce":             "assessor@demo.example",
	"Professor Ingrid Sørensen": "verifier@demo.example",
	"Tom Whitaker":              "admin@demo.example",
	"Siân Llewellyn":            "other-apprentice@demo.example",
	"Dr Rhodri Vaughan":         "other-gp@demo.example",
	"Gareth Pugh":               "other-hub@demo.example",
}

// email returns somebody's address.
func email(name string) string {
	if e, ok := known[name]; ok {
		return e
	}
	name = strings.TrimPrefix(name, "Dr ")
	var out strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r == ' ':
			out.WriteByte('.')
		case r == '-' || r < unicode.MaxASCII && unicode.IsLetter(r):
			out.WriteRune(r)
		default:
			out.WriteString(plain[r])
		}
	}
	return out.String() + "@demo.example"
}

// plain spells letters that don't come apart into a letter and a mark.
var plain = map[rune]string{'ł': "l", 'đ': "d", 'ø': "o", 'ß': "ss", 'ı': "i", 'æ': "ae"}

// Personas returns who can sign in by one click, and what each gets to see.
func Personas() []view.Persona {
	personas := []view.Persona{
		{Name: "Asha Patel", Role: "Apprentice, Hillview Surgery", About: "Half-way through, with evidence in every state, something returned and something ready to sign."},
		{Name: "Dr Megan Bell", Role: "GP supervisor, Hillview Surgery", About: "Five apprentices and a queue with everything that can wait for a GP."},
		{Name: "Sam Okafor", Role: "Secondary mentor, Hillview Surgery", About: "A practice nurse who reviews evidence and signs before the GP countersigns."},
		{Name: "Jo Fletcher", Role: "Practice manager, Hillview Surgery", About: "The practice's apprentices, who is named on each, and the administration evidence."},
		{Name: "Ruth Adeyemi", Role: "Hub lead, Dales and Coast Training Hub", About: "Forty apprenticeships on five programmes: on track, slow, overdue, on a break, extended, moved, submitted, completed and withdrawn, and what waits for her decision."},
		{Name: "Zoë Ńowak", Role: "Apprentice, Hillview Surgery", About: "Nearly done: the portfolio to look at and to export."},
		{Name: "Bronwen Pryce", Role: "Assessor for the clinical domain", About: "Assesses Asha's clinical competencies and nothing else."},
		{Name: "Professor Ingrid Sørensen", Role: "External verifier", About: "Reads the portfolios assigned to her: three wait for her answer, one she referred back, others she verified."},
		{Name: "Daniel Osei", Role: "Region lead, North East and Yorkshire", About: "Sums by hub, and no names."},
		{Name: "Dr Fiona MacAllister", Role: "National lead, England", About: "Sums by region and hub for the whole country."},
		{Name: "Tom Whitaker", Role: "Administrator, England", About: "People, roles and places, and no evidence."},
		{Name: "Siân Llewellyn", Role: "Apprentice in another region", About: "Sees her own apprenticeship and nothing of the others."},
		{Name: "Dr Rhodri Vaughan", Role: "GP supervisor in another region", About: "Supervises Siân, and has nothing to do with Hillview."},
		{Name: "Gareth Pugh", Role: "Hub lead in another region", About: "Leads the Moor and Shore Training Hub in the South West."},
	}
	for i := range personas {
		personas[i].Email = known[personas[i].Name]
	}
	return personas
}
