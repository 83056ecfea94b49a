package app_test

import (
	"net/http"
	"testing"
	"time"

	"countersign/internal/browsertest"
)

// way leads to a page: an address, and the links to follow from there, each
// the first that the selector matches in the page's main part.
type way []string

// Links to somebody's apprenticeship, and to somebody.
const (
	record    = `a[href^="/apprenticeships/"]:not([href$="/new"]):not([href$="/change"]):not([href*="/competencies"]):not([href*="/programme"]):not([href$="/reviews"]):not([href$="/apply"]):not([href*="/gateway"]):not([href$="/hours"])`
	programme = `a[href$="/programme"]`
	person    = `a[href^="/admin/people/"]:not([href*="/new"])`
)

// visits are what people of the demonstration look at, with its data. Who is
// "" has not signed in.
var visits = []struct {
	who  string
	ways []way
}{
	{"", []way{
		{"/sign-in"}, {"/reset-password"}, {"/help"}, {"/privacy"}, {"/accessibility"},
		{"/frameworks"}, {"/frameworks", `a[href^="/frameworks/"]`}, {"/frameworks", `a[href^="/job-description/"]`},
	}},
	{asha, []way{
		{"/"}, {"/account"},
		{"/", `a[href$="/competencies"]`},
		{"/", `a[href$="/competencies"]`, `a[href*="/competencies/"]`},
		{"/", `a[href$="/evidence"]`},
		{"/", `a[href^="/evidence/"]`}, // returned
		{"/", `a[href^="/evidence/"]`, `a[href$="/revisions/1"]`},
		{"/", `a[href^="/evidence/"]`, `a[href$="/withdrawal"]`},
		{"/", `a[href^="/evidence/"][href$="/edit"]`}, // a draft
		{"/", `a[href$="/evidence/new"]`},
		{"/", `a[href$="/scope"]`},
		{"/", `a[href$="/portfolio"]`},
		{"/", programme},
		{"/", programme, `a[href$="/timeline"]`},
		{"/", programme, `a[href$="/hours"]`},
		{"/", programme, `a[href$="/hours"]`, `a[href$="/hours/new"]`},
		{"/", programme, `a[href$="/reviews"]`},
		{"/", programme, `a[href$="/skills-scan"]`},
		{"/", programme, `a[href$="/prior-learning"]`},
		{"/", programme, `a[href$="/gateway"]`},
	}},
	{bell, []way{
		{"/"}, {"/queue"},
		{"/queue", `a.app-queue__title[href*="/competencies/"]`},
		{"/queue", `a.app-queue__title[href^="/evidence/"]`},
		{"/queue", `a.app-queue__title[href$="/scope"]`},
		{"/queue", `a.app-queue__title[href$="/GPA-CL2"]`, `a[href$="/withdrawal"]`},
		{"/queue", `a.app-queue__title[href*="/competencies/"]`, `a[href*="/evidence/new"]`},
		{"/apprenticeships"},
	}},
	{"Jo Fletcher", []way{
		{"/"}, {"/apprenticeships/new"},
		{"/", record},
		{"/", record, `a[href$="/change"]`},
		{"/", record, `a[href$="/namings"]`},
		{"/", record, `a[href$="/namings"]`, `a[href$="/namings/new"]`},
		{"/", record, `a[href$="/namings"]`, `a[href$="/cover"]`},
		{"/", record, `a[href$="/namings"]`, `a[href$="/handover"]`},
		{"/", record, `a[href$="/namings"]`, `a[href$="/end"]`},
	}},
	{"Ruth Adeyemi", []way{
		{"/"}, {"/apprenticeships"}, {"/reports/HUB-DALES"}, {"/payments"}, {"/sessions"}, {"/frameworks/gpa-combined/move"}, {"/frameworks/gpa-combined/changes"},
		{"/", programme},
		{"/apprenticeships?state=active", record, programme, `a[href$="/version"]`},
		{"/apprenticeships?state=active", record, programme, `a[href$="/move"]`},
		{"/sessions", `a[href^="/sessions/"]:not([href$="/new"])`},
		{"/apprenticeships?q=Rhiannon", record, programme, `a[href$="/placements"]`},
		{"/apprenticeships?q=Rhiannon", record, programme, `a[href$="/sessions"]`},
		{"/apprenticeships?q=Marisol", record, programme, `a[href$="/gateway"]`},
	}},
	{"Dr Fiona MacAllister", []way{{"/"}, {"/", `a[href^="/reports/"]`}}},
	{"Professor Ingrid Sørensen", []way{{"/"}, {"/", `a[href$="/portfolio"]`}, {"/", `a[href$="/verification"]`}}},
	{"Tom Whitaker", []way{
		{"/admin"}, {"/admin/organisations"}, {"/admin/organisations/B70101"}, {"/admin/organisations/B70101/change"}, {"/admin/organisations/ENGLAND/new"},
		{"/admin/people"}, {"/admin/people/new?organisation=B70101"},
		{"/admin/people", person},
		{"/admin/people", person, `a[href$="/change"]`},
		{"/admin/people", person, `a[href$="/roles/new"]`},
		{"/admin/people", person, `a[href$="/end"]`},
	}},
}

// TestThePagesOfADemonstrationAreAccessible looks at the pages with real data,
// as those who see them. internal/view looks at every page and state with
// made-up data.
func TestThePagesOfADemonstrationAreAccessible(t *testing.T) {
	t.Parallel()
	for _, o := range []browsertest.Options{phone, desktop} {
		t.Run(o.String(), func(t *testing.T) {
			t.Parallel()
			p := browsertest.New(t, o)
			url := serveProgram(t, demonstration(t))
			began := time.Now()
			for _, v := range visits {
				if v.who != "" {
					p.Goto(url + "/sign-in")
					p.Click("Sign in as " + v.who)
				}
				for _, w := range v.ways {
					if follow(t, p, url, w) {
						p.Axe()
						p.NoSidewaysScroll()
					}
				}
				if v.who != "" {
					p.GotoStatus(url+"/evidence/0195b7f6-7fe0-756f-ba2c-30fa07707591", http.StatusNotFound)
					p.Click("Sign out")
				}
			}
			p.GotoStatus(url+"/nothing/here", http.StatusNotFound)
			p.Axe()
			p.NoSidewaysScroll()
			t.Logf("looked at the pages in %v", time.Since(began).Round(time.Second))
		})
	}
}

// follow goes the way, and reports whether it got to its end.
func follow(t *testing.T, p *browsertest.Page, url string, w way) bool {
	t.Helper()
	p.Goto(url + w[0])
	for _, link := range w[1:] {
		href := browsertest.Eval[string](p, "(document.querySelector('main').querySelector('"+link+"') || {}).href || ''")
		if href == "" {
			t.Errorf("%q: no %s on %s", w, link, p.URL())
			return false
		}
		p.Goto(href)
	}
	return true
}
