package web_test

import (
	"net/http"
	"testing"

	"countersign/internal/countersign"
)

// What of a competency and the portfolio each role reads (RULES Reading).
func TestWhoReadsWhatOfACompetency(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		const admin = "GPA-AD1"
		s.accepted(t, s.Mentor, "A near miss", raising)
		s.accepted(t, s.Mentor, "Asking for help", raising)
		s.accepted(t, s.Mentor, "Sorting the post", admin)
		s.as(t, s.GP).decide(raising).with("decision", "competent").with("level", levelOK).with("comment", "Careful and honest").send(http.StatusOK)
		evidence := []string{"A near miss", "Asking for help", narrated, "I will do it sooner", "It shows that I raise concerns", "Sorting the post"}

		s.as(t, s.Mentor).get(s.competency(raising), http.StatusOK).wants("Signed off", "A near miss", narrated, "Careful and honest")
		hub := s.as(t, s.HubLead)
		hub.get(s.competency(raising), http.StatusOK).wants("Signed off", "Careful and honest", "Dr Megan Bell", "2 pieces, of which 2 count now", "You do not have access to evidence itself").lacks(evidence...)
		hub.get(s.competency(admin), http.StatusOK).wants("In progress").lacks(evidence...)
		hub.get(s.path("/portfolio"), http.StatusForbidden).lacks(evidence...)
		hub.get(s.path("/portfolio.pdf"), http.StatusForbidden).lacks(evidence...)

		manager := s.as(t, s.Manager)
		manager.get(s.competency(raising), http.StatusOK).wants("Signed off").lacks(evidence...).lacks("Careful and honest", "Assessment by")
		manager.get(s.competency(admin), http.StatusOK).wants("In progress", "Sorting the post", narrated).lacks("A near miss")
		if manager.get(s.competency(raising), http.StatusOK).hasForm("/sign-offs") {
			t.Error("a practice manager can decide outside administration")
		}
		manager.decide(admin).page.wants("You sign as Priya Shah, practice manager")
		manager.get(s.path("/portfolio"), http.StatusForbidden).lacks(evidence...)

		for _, who := range []countersign.Person{s.Assessor, s.OtherGP, s.OtherApprentice, s.OtherHubLead, s.RegionLead, s.Admin} {
			c := s.as(t, who)
			for _, path := range []string{s.competency(raising), s.path("/portfolio"), s.path("/portfolio.pdf")} {
				c.get(path, http.StatusNotFound).lacks(evidence...)
			}
			c.post(s.competency(raising)+"/sign-offs", map[string][]string{"decision": {"not_yet_competent"}, "comment": {"x"}}, http.StatusNotFound)
		}
		s.as(t, s.HubLead).post(s.competency(raising)+"/sign-offs", map[string][]string{"decision": {"not_yet_competent"}, "comment": {"x"}}, http.StatusForbidden)
		s.as(t, s.Apprentice).post(s.competency(raising)+"/sign-offs", map[string][]string{"decision": {"not_yet_competent"}, "comment": {"x"}}, http.StatusForbidden)
		s.anonymous(t).get(s.competency(raising), http.StatusOK).wants("Sign in").lacks(evidence...)
		s.wantStanding(t, raising, countersign.SignedOff)
	})
}

func TestAddressesThatCannotBe(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		gp := s.as(t, s.GP)
		for _, id := range []string{"x", "%00", "00000000-0000-7000-8000-00000000ffff", "%27%20OR%201=1", "../admin"} {
			for _, path := range []string{
				"/apprenticeships/" + id + "/competencies/" + raising, "/apprenticeships/" + id + "/portfolio", "/apprenticeships/" + id + "/portfolio.pdf",
				"/sign-offs/" + id + "/withdrawal", "/frameworks/" + id, "/job-description/" + id, s.competency(id),
				"/frameworks/gpa-combined?version=" + id,
			} {
				gp.get(path, http.StatusNotFound)
			}
			for _, path := range []string{
				"/apprenticeships/" + id + "/competencies/" + raising + "/sign-offs", "/evidence/" + id + "/review", "/sign-offs/" + id + "/withdrawal",
				"/sign-offs/" + id + "/confirmation", s.competency(id) + "/sign-offs",
			} {
				gp.post(path, map[string][]string{"decision": {"not_yet_competent"}, "comment": {"x"}, "reason": {"x"}}, http.StatusNotFound)
			}
		}
	})
}
