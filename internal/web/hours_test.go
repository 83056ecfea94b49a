package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestHoursFromThePhoneToTheMentor(t *testing.T) {
	each(t, func(t *testing.T, s *site) { s.hours(t) })
}

func (s *site) hours(t *testing.T) {
	path := "/apprenticeships/" + string(s.App.ID) + "/hours"
	asha := s.as(t, s.Apprentice)
	form := asha.get(path+"/new", http.StatusOK).form(path + "/new")
	refused := form.with("hours", "25").with("learnt", "All day").send(http.StatusUnprocessableEntity)
	refused.wants("A day has 24 hours", "Select what kind of learning it was")
	form.with("hours", "1").with("minutes", "30").with("kind", "shadowing").with("learnt", "How the desk works").send(http.StatusOK).
		wants("1 hour 30 minutes of", "entered", "How the desk works", "Waiting")
	asha.get(path+"?kind=assignment", http.StatusOK).wants("No entry matches these filters")
	asha.get(path+"?kind=poem", http.StatusUnprocessableEntity).wants("Select one of the kinds")

	mentor := s.as(t, s.Mentor)
	mentor.get("/", http.StatusOK).wants("1 entry of hours waits to be verified")
	batch := mentor.get("/hours", http.StatusOK).wants("Asha Patel", "1 hour 30 minutes")
	entries, _, err := s.svc.WaitingHours(t.Context(), s.Actor(t, s.Mentor), 10)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d entries wait: %v", len(entries), err)
	}
	id := string(entries[0].ID)
	batch.form("/hours").with("hours", id).send(http.StatusOK).wants("1 entry verified", "No hours wait")
	mentor.get(path, http.StatusOK).wants("Verified", "By "+s.Mentor.Name)

	reversal := mentor.get("/hours/"+id+"/reversal", http.StatusOK).form("/reversal")
	reversal.send(http.StatusUnprocessableEntity).wants("Enter why these hours are reversed")
	reversal.with("reason", "It was a day off").send(http.StatusOK).wants("It was a day off", "Reversed")
	if _, body := asha.raw(http.MethodGet, "/hours/"+id+"/reversal", nil); !strings.Contains(body, "Reverse these hours") {
		t.Error("the apprentice can't look at the page that says why not")
	}
	s.as(t, s.HubLead).get(path, http.StatusOK).lacks("How the desk works")
}
