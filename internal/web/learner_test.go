package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
)

func TestWhoSeesWhatOfARecord(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		piece := s.as(t, s.Apprentice).submitted().path
		for _, tc := range []struct {
			who                         countersign.Person
			record, evidence, one, form int
		}{
			{s.Apprentice, 200, 200, 200, 200},
			{s.GP, 200, 200, 200, 200},
			{s.Mentor, 200, 200, 200, 200},
			{s.Manager, 200, 200, 404, 200}, // administration only; this piece isn't
			{s.HubLead, 200, 403, 403, 403},
			{s.Assessor, 404, 404, 404, 404}, // not named
			{s.RegionLead, 404, 404, 404, 404},
			{s.Admin, 404, 404, 404, 404},
			{s.OtherApprentice, 404, 404, 404, 404},
			{s.OtherGP, 404, 404, 404, 404},
			{s.OtherHubLead, 404, 404, 404, 404},
		} {
			t.Run(tc.who.Name, func(t *testing.T) {
				c := s.as(t, tc.who)
				for path, want := range map[string]int{
					s.path(""): tc.record, s.path("/competencies"): tc.record, s.path("/scope"): tc.record,
					s.path("/evidence"): tc.evidence, s.path("/evidence/new"): tc.form, piece: tc.one,
				} {
					p := c.get(path, want)
					if tc.who.ID != s.Apprentice.ID && path != piece {
						p.lacks("Took four readings", "I was calmer")
					}
				}
				if tc.record == http.StatusOK {
					has := strings.Contains(c.get(s.path(""), http.StatusOK).text(), "Evidence ")
					if want := tc.evidence == http.StatusOK; has != want {
						t.Errorf("the record leads to evidence: %t", has)
					}
				}
			})
		}
	})
}

func TestARecordIsToldOnOnePage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.as(t, s.Apprentice).get(s.path(""), http.StatusOK).wants("Your record", "Oakwood Surgery", "Leeds Training Hub", "2 February 2026", "2026-A",
			"Dr Megan Bell", "GP supervisor", "gp@example.org", "Nia Ward", "since 2 February 2026", "0 of 39 competencies signed off", "Progress by domain in numbers", "Clinical")
		mentor := s.as(t, s.Mentor).get(s.path(""), http.StatusOK).wants("Asha Patel", "asha@example.org")
		for _, text := range []string{"Competencies", "Evidence", "Portfolio", "Optional competencies", "Record evidence for Asha Patel", "General Practice Assistant, combined role"} {
			mentor.link(text)
		}
		s.as(t, s.HubLead).get(s.path(""), http.StatusOK).wants("Asha Patel").lacks("Record evidence", "Portfolio")
		s.clock.Advance(600 * 24 * time.Hour)
		s.as(t, s.HubLead).get(s.path(""), http.StatusOK).wants("(overdue)")
	})
}

// TestCompetenciesPageIsSmall: 49 rows, with pieces on many, in 60 kB.
func TestCompetenciesPageIsSmall(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		var codes []string
		for _, c := range s.Framework.Competencies() {
			codes = append(codes, c.Code)
		}
		for i := range 3 {
			asha.observation().with("title", strings.Repeat("x", i+1)).with("competencies", codes[:40]...).send(http.StatusOK, "intent", "submit")
			s.review(t, s.GP, countersign.AcceptEvidence, "")
		}
		p := asha.get(s.path("/competencies"), http.StatusOK)
		p.wants(codes...).wants("Your competencies", "In progress", "Not started", "Not applicable", "(optional)", "more piece", "3 (", "counting")
		if len(codes) != 49 || len(p.body) > 60_000 {
			t.Errorf("%d competencies take %d bytes of HTML", len(codes), len(p.body))
		}
		t.Logf("%d bytes", len(p.body))
		p.get(p.link("GPA-CL2 Blood pressure"))
	})
}

// get follows a link of the page.
func (p *page) get(href string) *page {
	p.c.t.Helper()
	return p.c.get(href, http.StatusOK)
}

func TestEvidenceIsFiltered(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		asha.observation().with("title", "In care").about("GPA-CA1").date("occurred_on", "10", "2", "2026").send(http.StatusOK, "intent", "save")
		asha.observation().with("title", "Submitted one").send(http.StatusOK, "intent", "submit")
		asha.newForm(countersign.Certificate).with("title", "A certificate").send(http.StatusOK, "intent", "save")
		for _, tc := range []struct {
			query        string
			wants, lacks []string
		}{
			{"", []string{"In care", "Submitted one", "A certificate", "No date yet"}, nil},
			{"?state=draft", []string{"In care", "A certificate"}, []string{"Submitted one"}},
			{"?kind=certificate", []string{"A certificate"}, []string{"In care", "Submitted one"}},
			{"?domain=CLINICAL", []string{"Submitted one"}, []string{"In care", "A certificate"}},
			{"?state=draft&kind=observation&domain=CARE", []string{"In care", "Clear filters"}, []string{"Submitted one"}},
			{"?from.day=1&from.month=3&from.year=2026", []string{"Submitted one"}, []string{"In care"}},
			{"?to.day=28&to.month=2&to.year=2026", []string{"In care"}, []string{"Submitted one"}},
			{"?state=accepted", []string{"No piece matches these filters"}, []string{"In care"}},
		} {
			asha.get(s.path("/evidence")+tc.query, http.StatusOK).wants(tc.wants...).lacks(tc.lacks...)
		}
		for query, want := range map[string]string{
			"?state=lost": "Select one of the states", "?kind=poem": "Select one of the kinds", "?domain=X": "Select one of the domains",
			"?from.day=31&from.month=2&from.year=2026":                                                     "This date does not exist",
			"?from.day=2&from.month=3&from.year=2026&to.day=1&to.month=3&to.year=2026":                     "on or after the other one",
			"?from.day=%3Cscript%3Ealert(1)%3C/script%3E&from.month=2&from.year=2026&state=draft&kind=%00": "Enter a date",
		} {
			asha.get(s.path("/evidence")+query, http.StatusUnprocessableEntity).wants("Error: Your evidence", want)
		}
		s.as(t, s.HubLead).get(s.path("/evidence?state=lost"), http.StatusForbidden)
		asha.get(s.path("/evidence?cursor=x"), http.StatusUnprocessableEntity)
	})
}

func TestEvidenceHasPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		for range 23 {
			asha.newForm(countersign.Audit).send(http.StatusOK, "intent", "save")
		}
		rows := func(p *page) int { return strings.Count(p.text(), "Untitled piece") }
		first := asha.get(s.path("/evidence?state=draft&kind="), http.StatusOK)
		next := first.get(first.link("Older pieces"))
		if rows(first) != 20 || rows(next) != 3 {
			t.Errorf("the pages have %d and %d rows", rows(first), rows(next))
		}
		if back := next.get(next.link("Back to the newest")); rows(back) != 20 || !strings.HasSuffix(back.path, "?state=draft") {
			t.Errorf("%s has %d rows", back.path, rows(back))
		}
	})
}

func TestScopeIsProposedAndAgreed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha, gp := s.as(t, s.Apprentice), s.as(t, s.GP)
		opened := gp.get(s.path("/scope"), http.StatusOK).wants("Agree this selection")
		proposal := asha.get(s.path("/scope"), http.StatusOK).wants("Propose to GP supervisor").lacks("Reason")
		proposal.form("/scope").with("competencies", "GPA-CL7", "GPA-CL6").send(http.StatusOK).wants("Proposed to your GP supervisor.", "Proposed, waiting for the GP supervisor")
		asha.get("/", http.StatusOK).wants("GPA-CL7 Phlebotomy", "Dr Megan Bell can agree scope")
		// The supervisor's page was opened before the proposal: nothing is dropped unseen.
		conflict := opened.form("/scope").with("competencies", "GPA-CL6").send(http.StatusConflict).wants("changed since you opened this page", "Proposed by Asha Patel")
		conflict.form("/scope").send(http.StatusOK).wants("The optional competencies are agreed.")
		proposal.form("/scope").with("competencies", "GPA-CL7").send(http.StatusConflict)
		asha.get(s.path("/scope"), http.StatusOK).form("/scope").with("competencies").send(http.StatusUnprocessableEntity).
			wants("GPA-CL6 is agreed. Only the GP supervisor can take it out again")
		out := gp.get(s.path("/scope"), http.StatusOK).form("/scope").with("competencies").send(http.StatusUnprocessableEntity).wants("Enter why GPA-CL6 is taken out", `href="#reason"`)
		out.form("/scope").with("reason", "She moves to reception").send(http.StatusOK).wants("are agreed")
		asha.get(s.path("/scope"), http.StatusOK).form("/scope").with("competencies", "XX-1").send(http.StatusUnprocessableEntity).
			wants("is not a competency of this framework", `href="#competencies"`)
		s.as(t, s.Mentor).get(s.path("/scope"), http.StatusOK).wants("In scope").lacks("Agree this selection")
		s.as(t, s.Mentor).post(s.path("/scope"), nil, http.StatusForbidden)
		s.as(t, s.OtherGP).post(s.path("/scope"), nil, http.StatusNotFound)
	})
}
