package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
)

func TestNamingsAreShownToWhoeverFollowsTheRecord(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		for _, p := range []countersign.Person{s.Apprentice, s.GP, s.Mentor} {
			s.as(t, p).get(s.path("/namings"), http.StatusOK).wants("Mentors and assessors of Asha Patel", "Dr Megan Bell", "GP supervisor", "2 February 2026", "No end").
				lacks("Name somebody", "Hand over")
			s.as(t, p).get(s.path("/namings/new"), http.StatusForbidden)
		}
		s.as(t, s.Manager).get(s.path("/namings"), http.StatusOK).wants("Name somebody", "Hand over", "Arrange cover", "End")
		s.as(t, s.Assessor).get(s.path("/namings"), http.StatusNotFound)
	})
}

func TestNameAnAssessorForDomains(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Manager)
		ask := c.get(c.get(s.path("/namings"), http.StatusOK).link("Name somebody"), http.StatusOK).wants("What will they be for Asha Patel?")
		if ask.form("/namings/new").values.Has("role") {
			t.Error("a role is chosen already")
		}
		c.get(s.path("/namings/new?"), http.StatusUnprocessableEntity).wants("Select what they will be")
		c.get(s.path("/namings/new?role=king"), http.StatusUnprocessableEntity)

		form := c.get(s.path("/namings/new?role=assessor"), http.StatusOK).wants("Name an assessor for Asha Patel", "Tom Reed", "assessor@example.org", "Clinical").form("/namings/new")
		form.send(http.StatusUnprocessableEntity).wants("Error: Name an assessor", "Enter an email address", `href="#person"`)
		form.with("person", "other").with("email", "nobody@example.org").with("domains", "CLINICAL").send(http.StatusUnprocessableEntity).
			wants("Nobody with this email address is known here", `href="#email"`, `value="nobody@example.org"`, `value="CLINICAL" checked`)
		form.with("person", "other").with("email", s.GP.Email).send(http.StatusUnprocessableEntity).wants("This person is not")
		form.with("person", s.Assessor.Email).with("domains", "NOPE").send(http.StatusUnprocessableEntity).wants("This framework has no such domain")
		form.with("domains", "CLINICAL", "CARE").date("from", "30", "2", "2026").send(http.StatusUnprocessableEntity).wants("This date does not exist", `value="30"`)
		done := form.date("from", "2", "3", "2026").date("to", "1", "9", "2026").send(http.StatusOK)
		done.wants("Tom Reed is named from 2 March 2026. We have told them by email.", "Assessor for Clinical", "1 September 2026")
		told := false
		for _, n := range s.notices(t) {
			told = told || n.Kind == "named" && n.To == s.Assessor.ID
		}
		if !told {
			t.Error("nobody was told")
		}
		s.as(t, s.Assessor).get(s.path(""), http.StatusOK)
		form.date("from", "2", "5", "2026").date("to", "1", "5", "2026").send(http.StatusUnprocessableEntity).wants("The last day must be on or after the first")
	})
}

func TestCoverForAHoliday(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		locum := s.Person(t, "Dr Lena Locum", "locum@example.org", countersign.GPSupervisorMember, s.Practice)
		c := s.as(t, s.Manager)
		page := c.get(c.get(s.path("/namings"), http.StatusOK).link("Arrange cover for Dr Megan Bell"), http.StatusOK)
		page.wants("Arrange cover for Dr Megan Bell", "Dr Lena Locum", "stays named").lacks(`value="gp@example.org"`)
		form := page.form("/cover").with("person", locum.Email).date("from", "4", "3", "2026")
		form.send(http.StatusUnprocessableEntity).wants("Enter the last day of the cover")
		done := form.date("to", "6", "3", "2026").send(http.StatusOK)
		done.wants("Dr Lena Locum is named from 4 March 2026.", "Later", "GP supervisor, covering for Dr Megan Bell").lacks("We have told them")
		c.get("/", http.StatusOK).wants("Cover", "Dr Lena Locum", "Dr Megan Bell, GP supervisor")

		s.as(t, locum).get(s.path(""), http.StatusNotFound)
		s.clock.Advance(3 * 24 * time.Hour)
		s.as(t, locum).get(s.path("/evidence"), http.StatusOK)
		s.clock.Advance(2 * 24 * time.Hour)
		s.as(t, locum).get(s.path(""), http.StatusNotFound)
	})
}

func TestHandOverToAnotherMentor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		next := s.Person(t, "Noor Khan", "noor@example.org", countersign.SecondaryMentorMember, s.NextPractice)
		c := s.as(t, s.HubLead)
		list := c.get(s.path("/namings"), http.StatusOK)
		form := c.get(list.link("Hand over from Nia Ward"), http.StatusOK).wants("Email address", "stops being it on the day before").form("/handover")
		form.send(http.StatusUnprocessableEntity).wants("Enter an email address", `href="#email"`)
		form.with("email", s.Mentor.Email).send(http.StatusUnprocessableEntity).wants("Enter somebody else")
		end := c.get(list.link("End Nia Ward as secondary mentor"), http.StatusOK).form("/end")
		done := form.with("email", next.Email).date("from", "5", "3", "2026").send(http.StatusOK)
		done.wants("Noor Khan is named from 5 March 2026.", "Later", "4 March 2026")
		end.date("to", "20", "3", "2026").send(http.StatusConflict).wants("Error: End", "Somebody changed this naming since you opened it", "4 March 2026", `value="20"`)
		form.send(http.StatusConflict)
	})
}

func TestEndANaming(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Manager)
		form := c.get(c.get(s.path("/namings"), http.StatusOK).link("End Dr Megan Bell as GP supervisor"), http.StatusOK).
			wants("End Dr Megan Bell as GP supervisor", "What they accepted and signed stays as it is").form("/end")
		form.date("to", "", "", "").send(http.StatusUnprocessableEntity).wants("Enter the last day")
		form.date("to", "31", "2", "2026").send(http.StatusUnprocessableEntity).wants("This date does not exist")
		form.date("to", "1", "3", "2026").send(http.StatusOK).wants("Dr Megan Bell is named until 1 March 2026.", "No GP supervisor is named today", "Before")
		s.as(t, s.GP).get(s.path(""), http.StatusNotFound)
		c.get("/", http.StatusOK).wants("No GP supervisor is named today for Asha Patel")
		// An end can't be put off.
		late := c.get(strings.TrimSuffix(form.action, "/"), http.StatusOK).form("/end").date("to", "1", "4", "2026").send(http.StatusConflict)
		late.wants("This naming ended on 1 March 2026. Name the person again instead")
	})
}

func TestNamingsOfAnotherApprenticeshipAreOutOfReach(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		namings, err := s.svc.Namings(t.Context(), s.Actor(t, s.OtherHubLead), s.OtherApp.ID)
		if err != nil {
			t.Fatal(err)
		}
		c := s.as(t, s.HubLead)
		for _, what := range []string{"/end", "/cover", "/handover"} {
			c.get(s.path("/namings/"+string(namings[0].ID)+what), http.StatusNotFound)
			c.get(s.path("/namings/nonsense"+what), http.StatusNotFound)
			c.post(s.path("/namings/"+string(namings[0].ID)+what), nil, http.StatusNotFound)
		}
	})
}
