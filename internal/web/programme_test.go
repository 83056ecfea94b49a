package web_test

import (
	"net/http"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// asked is an extension that waits for the hub.
func (s *site) asked(t *testing.T) {
	t.Helper()
	end := countersign.On(2026, time.October, 2)
	if _, err := s.svc.ChangeApprenticeship(t.Context(), s.Actor(t, s.Manager), s.App.ID, 0, service.ChangeInput{PlannedEndDate: &end}); err != nil {
		t.Fatal(err)
	}
	form := s.as(t, s.GP).get(s.path("/programme/extension"), http.StatusOK).wants("The latest possible end is 2 February 2027").form("/extension")
	form.with("progress", "Half is done").send(http.StatusUnprocessableEntity).wants("Enter the new planned end date", "Enter why more time is needed", "Enter the extra support", "Half is done")
	form.date("planned_end_date", "2", "1", "2027").with("progress", "Half is done").with("reason", "Six weeks of illness").with("support", "A tutorial a week").
		send(http.StatusOK).wants("The training hub is asked", "An extension waits", "Six weeks of illness").lacks("Ask for an extension")
}

func TestTheProgrammePageSaysWhatHappenedAndOffersWhatTheViewerMayDo(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		s.as(t, s.Apprentice).get(s.path("/programme"), http.StatusOK).wants("Your programme", "2 February 2026", "Nothing has changed").lacks("What can be done next")
		s.as(t, s.Manager).get(s.path(""), http.StatusOK).wants("Programme: dates, breaks and changes")
		page := s.as(t, s.Manager).get(s.path("/programme"), http.StatusOK)
		page.wants("Begin a break in learning", "Ask for an extension", "Withdraw from the programme").lacks("Move to another practice", "Complete without")
		s.as(t, s.HubLead).get(s.path("/programme"), http.StatusOK).wants("Move to another practice").lacks("Complete without") // core is missing
		s.as(t, s.GP).get(s.path("/programme"), http.StatusOK).wants("Ask for an extension").lacks("Begin a break")
		s.as(t, s.GP).get(s.path("/programme/break"), http.StatusForbidden)
		s.as(t, s.OtherGP).get(s.path("/programme"), http.StatusNotFound)
		s.as(t, s.HubLead).get(s.path("/programme/return"), http.StatusConflict).wants("This cannot be done now. The apprenticeship is active", "See what can be done next").lacks("First day back")
	})
}

func TestABreakIsRecordedAndSaidOnEveryPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Manager)
		form := c.get(s.path("/programme/break"), http.StatusOK).form("/break")
		stale := s.as(t, s.HubLead).get(s.path("/programme/break"), http.StatusOK).form("/break")
		form.date("on", "31", "2", "2026").date("return_expected_on", "10", "4", "2026").with("reason", "An operation").
			send(http.StatusUnprocessableEntity).wants("This date does not exist", "An operation", `value="31"`)
		form.date("on", "25", "2", "2026").date("return_expected_on", "1", "3", "2026").with("reason", "").
			send(http.StatusUnprocessableEntity).wants("A break lasts more than 4 weeks", "Enter why the apprentice takes a break")
		form.date("on", "25", "2", "2026").date("return_expected_on", "10", "4", "2026").with("reason", "An operation").
			send(http.StatusOK).wants("The break is recorded.", "On a break", "Return expected on 10 April 2026", "An operation", "Priya Shah")
		stale.date("on", "25", "2", "2026").date("return_expected_on", "10", "4", "2026").with("reason", "Again").
			send(http.StatusConflict).wants("Somebody changed this enrolment", "On a break since", "See what can be done next")

		why := "Nothing can be added or judged until the return is recorded"
		asha := s.as(t, s.Apprentice)
		asha.get("/", http.StatusOK).wants("You have been on a break in learning since 25 February 2026", why).lacks("Add evidence", "Note something quickly")
		for _, path := range []string{"", "/evidence", "/competencies/" + raising, "/programme"} {
			asha.get(s.path(path), http.StatusOK).wants(why).lacks("Add evidence")
		}
		s.as(t, s.GP).get(s.path("/competencies/"+raising), http.StatusOK).wants(why).lacks("Record evidence")
		s.as(t, s.GP).get("/", http.StatusOK).wants("On a break").lacks("Record evidence")
		c.get("/apprenticeships?state=on_break", http.StatusOK).wants("Asha Patel", "On a break")
		c.get("/apprenticeships?state=applied", http.StatusOK).wants("Nobody matches")

		s.clock.Advance(60 * 24 * time.Hour)
		s.as(t, s.HubLead).get("/", http.StatusOK).wants("Programmes that wait for you", "Asha Patel at Oakwood Surgery was expected back from a break on 10 April 2026")
		c = s.as(t, s.Manager)
		c.get("/", http.StatusOK).wants("was expected back from a break", "Record the return", "Return overdue")
		c.get(s.path("/programme"), http.StatusOK).wants("Return overdue")
		c.get(s.path("/programme/return"), http.StatusOK).form("/return").date("on", "26", "4", "2026").
			send(http.StatusOK).wants("The return is recorded.", "60 days", "Back from the break")
		s.as(t, s.Apprentice).get("/", http.StatusOK).wants("Add evidence").lacks(why)
	})
}

func TestTheHubDecidesAnExtensionOnItsPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.asked(t)
		c := s.as(t, s.HubLead)
		c.get("/", http.StatusOK).wants("An extension for Asha Patel at Oakwood Surgery was asked for on 2 March 2026")
		form := c.get(s.path("/programme/decision"), http.StatusOK).wants("Half is done", "A tutorial a week").form("/decision")
		form.with("decision", "decline").send(http.StatusUnprocessableEntity).wants("Enter why the extension is declined")
		form.with("decision", "grant").date("planned_end_date", "x", "1", "2027").send(http.StatusUnprocessableEntity).wants("Enter a date with a day")
		form.date("planned_end_date", "2", "3", "2027").send(http.StatusUnprocessableEntity).wants("at most 3 months")
		form.date("planned_end_date", "2", "12", "2026").send(http.StatusOK).wants("The decision is recorded.", "Extension granted", "2 December 2026").lacks("An extension waits")
		form.send(http.StatusConflict).wants("See what can be done next")
		s.as(t, s.Apprentice).get(s.path("/programme"), http.StatusOK).wants("Planned end from 2 October 2026 to 2 December 2026")
		s.as(t, s.Manager).get(s.path("/programme/decision"), http.StatusForbidden)
	})
}

func TestAPracticeAppliesAndTheHubDecides(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Manager)
		c.get("/apprenticeships", http.StatusOK).wants("Ask the training hub to accept an apprentice")
		apply := func(email string) *page {
			return c.get("/apprenticeships/apply", http.StatusOK).wants("Your training hub decides").form("/apply").
				with("apprentice.email", email).with("apprentice.name", "Zoë Ńowak").with("practice", "A81001").with("gp_supervisor", s.GP.Email).
				with("secondary_mentor", s.Mentor.Email).with("framework", "gpa-combined@"+s.Framework.Version).with("funding_year", "2026-27").
				date("start_date", "2", "4", "2026").date("planned_end_date", "2", "12", "2026").send(http.StatusOK)
		}
		first := apply("zoe@example.org").wants("The training hub is asked to accept Zoë Ńowak", "Applied", "2026-27", "Application made").lacks("Accept the application")
		c.get(first.path+"/acceptance", http.StatusForbidden)
		c.get("/", http.StatusOK).wants("Zoë Ńowak", "Applied")

		hub := s.as(t, s.HubLead)
		hub.get("/", http.StatusOK).wants("An application for Zoë Ńowak at Oakwood Surgery has waited since 2 March 2026")
		form := hub.get(first.path+"/acceptance", http.StatusOK).form("/acceptance")
		form.date("planned_end_date", "2", "5", "2026").send(http.StatusUnprocessableEntity).wants("The planned end must be 6 to 9 months")
		form.date("planned_end_date", "2", "1", "2027").send(http.StatusOK).wants("The application is accepted.", "Active", "2 January 2027")
		form.send(http.StatusConflict)

		second := apply("jan@example.org")
		decline := hub.get(second.path+"/refusal", http.StatusOK).form("/refusal")
		decline.send(http.StatusUnprocessableEntity).wants("Enter why the application is declined")
		decline.with("reason", "No places this year").send(http.StatusOK).wants("Declined", "No places this year", "so nothing can be added")
		hub.get("/apprenticeships?state=declined", http.StatusOK).wants("Declined")
		for _, p := range []countersign.Person{s.Apprentice, s.GP, s.Admin} {
			s.as(t, p).get("/apprenticeships/apply", http.StatusNotFound)
		}
	})
}

func TestMoveWithdrawRestartAndCompleteOnTheirPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		hub := s.as(t, s.HubLead)
		gp := s.Person(t, "Dr Nora Near", "near@example.org", countersign.GPSupervisorMember, s.NextPractice)
		nurse := s.Person(t, "Nick Near", "nick@example.org", countersign.SecondaryMentorMember, s.NextPractice)
		move := hub.get(s.path("/programme/move"), http.StatusOK).wants(s.NextPractice.Code).form("/move").with("reason", "Moved house").with("gp_supervisor", gp.Email)
		move.send(http.StatusUnprocessableEntity).wants("Enter a practice", "Moved house", gp.Email)
		move.with("other_practice", s.NextPractice.Code).with("secondary_mentor", nurse.Email).
			send(http.StatusOK).wants("The apprentice is at the other practice now.", "From "+s.Practice.Name+" to "+s.NextPractice.Name, "Moved house")
		s.as(t, s.Manager).get(s.path("/programme"), http.StatusNotFound)

		hub.get(s.path("/programme/completion"), http.StatusOK).wants("0 of 39 signed off").form("/completion").
			send(http.StatusUnprocessableEntity).wants("Not every core competency is signed off yet")

		leave := hub.get(s.path("/programme/withdrawal"), http.StatusOK).form("/withdrawal")
		leave.date("last_learning_on", "x", "", "").send(http.StatusUnprocessableEntity).wants("Enter a date with a day")
		leave.date("last_learning_on", "", "", "").send(http.StatusUnprocessableEntity).wants("Enter why the apprentice leaves")
		leave.with("reason", "Another job").send(http.StatusOK).wants("The withdrawal is recorded.", "Withdrawn", "Last day of learning", "2 February 2026", "Another job")
		s.as(t, s.Apprentice).get(s.path("/evidence"), http.StatusOK).wants("This apprenticeship has ended, so nothing can be added any more.")

		again := hub.get(s.path("/programme/restart"), http.StatusOK).form("/restart")
		again.with("reason", "Back").send(http.StatusUnprocessableEntity).wants("Enter the new planned end date")
		again.date("planned_end_date", "2", "12", "2026").send(http.StatusOK).wants("The programme goes on.", "Started again", "Active")
	})
}
