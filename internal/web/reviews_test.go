package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
)

// rated fills in a rating of every domain.
func rated(p *sheet, f countersign.Framework) *sheet {
	for _, d := range f.Domains {
		p = p.with("ratings."+d.Code, countersign.NoExperience)
	}
	return p
}

func TestTheThreeWriteAndSignAReviewOnItsPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		gp, asha, hub := s.as(t, s.GP), s.as(t, s.Apprentice), s.as(t, s.HubLead)
		asha.get(s.path("/programme"), http.StatusOK).wants("Progress reviews", "Skills scan", "Prior learning")
		asha.get(s.path("/reviews"), http.StatusOK).wants("The next review is due by 31 May 2026").lacks("Prepare review")
		gp.get(s.path("/reviews"), http.StatusOK).form("/reviews").send(http.StatusOK).wants("The review is prepared.", "0 submitted, 0 accepted", "Being written")
		form := gp.get(s.path("/reviews/1"), http.StatusOK).form("/reviews/1")
		form.date("held_on", "31", "2", "2026").with("notes", "Going well").send(http.StatusUnprocessableEntity).wants("This date does not exist", "Going well")
		rated(form.date("held_on", "2", "3", "2026").with("notes", "Going well").with("actions.1.text", "Shadow reception").with("actions.1.owner", "apprentice"), s.Framework).
			send(http.StatusUnprocessableEntity).wants("Enter the day by which it is to be done", "Shadow reception")
		rated(form, s.Framework).date("actions.1.due_on", "1", "4", "2026").send(http.StatusOK).wants("Your part is saved.", "Shadow reception", "No experience yet")
		form.send(http.StatusConflict).wants("This review was changed since you opened it")
		gp.get(s.path("/reviews/1"), http.StatusOK).form("/signature").send(http.StatusUnprocessableEntity).wants("The apprentice has not rated every domain yet")
		rated(asha.get(s.path("/reviews/1"), http.StatusOK).wants("Going well").form("/reviews/1"), s.Framework).with("notes", "I like it").send(http.StatusOK)

		stale := hub.get(s.path("/reviews/1"), http.StatusOK).lacks("Your rating").form("/signature")
		asha.get(s.path("/reviews/1"), http.StatusOK).form("/signature").with("remark", "Happy with this").send(http.StatusOK).wants("You have signed the review.", "Happy with this", "Still to sign: Employer, Training provider").lacks("Write your part")
		gp.get(s.path("/reviews/1"), http.StatusOK).lacks("Write your part").form("/signature").send(http.StatusOK)
		s.as(t, s.Mentor).get(s.path("/reviews/1"), http.StatusOK).lacks("Sign for the")
		s.as(t, s.Manager).get(s.path("/reviews/1"), http.StatusOK).lacks("Sign for the")
		stale.send(http.StatusOK).wants("All three have signed", "Signed by all")
		stale.send(http.StatusConflict).wants("All three have signed this review")
		s.as(t, s.OtherGP).get(s.path("/reviews/1"), http.StatusNotFound)
		asha.get(s.path("/reviews/2"), http.StatusNotFound)
		asha.get(s.path("/reviews/x"), http.StatusNotFound)
		if status, body := asha.raw(http.MethodGet, s.path("/reviews/1.pdf"), nil); status != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
			t.Errorf("PDF: %d", status)
		}
		s.clock.Set(countersign.On(2026, time.July, 1).Start().Add(9 * time.Hour))
		gp = s.as(t, s.GP)
		gp.get(s.path("/reviews"), http.StatusOK).wants("Overdue").form("/reviews").send(http.StatusOK).wants("from review 1", "Shadow reception")
		for _, p := range []countersign.Person{s.GP, s.HubLead, s.Manager} {
			s.as(t, p).get("/", http.StatusOK).wants("Progress reviews", "Asha Patel", "was due by 30 June 2026")
		}
		s.as(t, s.HubLead).get("/apprenticeships", http.StatusOK).wants("Review overdue")
	})
}

func TestSkillsScanAndPriorLearningOnTheirPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha, gp := s.as(t, s.Apprentice), s.as(t, s.GP)
		form := asha.get(s.path("/skills-scan"), http.StatusOK).form("/skills-scan").with("levels."+raising, "2")
		form.send(http.StatusUnprocessableEntity, "intent", "finish").wants("Select a level for")
		form.send(http.StatusOK, "intent", "save").wants("Your side is saved.", "Being filled in by Asha Patel")
		form.send(http.StatusConflict, "intent", "save").wants("was changed since you opened it")
		gp.get(s.path("/skills-scan"), http.StatusOK).form("/skills-scan").with("levels."+raising, "1").send(http.StatusOK, "intent", "save")
		s.as(t, s.HubLead).get(s.path("/skills-scan"), http.StatusOK).lacks("Finish your side")

		claim := asha.get(s.path("/prior-learning/new"), http.StatusOK).form("/new").with("title", "Phlebotomy").with("minutes", "twelve")
		claim.date("on", "1", "6", "2025").send(http.StatusUnprocessableEntity).wants("Enter a number of hours", "Phlebotomy")
		claim.with("minutes", "12.5").with("provider", "City College").send(http.StatusOK).wants("The claim waits", "12 hours 30 minutes")
		gp.get(s.path("/prior-learning/new"), http.StatusForbidden)
		l, err := s.svc.PriorLearning(t.Context(), s.Actor(t, s.GP), s.App.ID)
		if err != nil || len(l.Claims) != 1 {
			t.Fatalf("%d claims, %v", len(l.Claims), err)
		}
		at := s.path("/prior-learning/" + string(l.Claims[0].ID))
		decision := gp.get(at+"/decision", http.StatusOK).wants("City College").form("/decision")
		decision.send(http.StatusUnprocessableEntity).wants("Select a decision")
		decision.with("decision", "accept").send(http.StatusOK).wants("The decision is saved.", "so far by 12 hours 30 minutes")
		decision.with("decision", "accept").send(http.StatusConflict).wants("This claim has been decided since")
		gp.get(s.path("/hours"), http.StatusOK)
	})
}

func TestTheCalendarFileHoldsWhatIsDue(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		status, body := s.as(t, s.GP).raw(http.MethodGet, "/calendar.ics", nil)
		for _, want := range []string{"BEGIN:VCALENDAR\r\n", "DTSTART;VALUE=DATE:20260531\r\nDTEND;VALUE=DATE:20260601\r\nSUMMARY:Progress review due: Asha Patel", "Planned end of the programme: Asha Patel"} {
			if status != http.StatusOK || !strings.Contains(body, want) {
				t.Errorf("%d, calendar lacks %q:\n%s", status, want, body)
			}
		}
		if _, body = s.as(t, s.Admin).raw(http.MethodGet, "/calendar.ics", nil); strings.Contains(body, "Asha") {
			t.Error("the administrator's calendar names an apprentice")
		}
	})
}
