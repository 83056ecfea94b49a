package web_test

import (
	"net/http"
	"strings"
	"testing"

	"countersign/internal/service"
)

func TestAFormAsksAboutWhatMayIdentifyAPatientAndKeepsTheText(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		const text = "Mrs Patterson showed me the sluice."
		asked := asha.observation().with("narrative", text).send(http.StatusUnprocessableEntity, "intent", "save")
		asked.wants("This may be a name", "Could this identify a patient?", text)
		form := asked.form("/evidence")
		form.with("privacy_confirmation.confirmed", "1").send(http.StatusUnprocessableEntity, "intent", "save").
			wants("Enter why this does not identify a patient", text).
			form("/evidence").with("privacy_confirmation.confirmed", "1").with("privacy_confirmation.reason", "She is a receptionist").
			send(http.StatusOK, "intent", "save").wants("Draft saved.", text).lacks("Could this identify")
		// Each find of one field is named at the top, and leads there.
		asha.observation().with("narrative", "Mr Underwood, date of birth 4 March 1951, came.").send(http.StatusUnprocessableEntity, "intent", "save").
			wants(`href="#narrative">This may be a name`, `href="#narrative">This may be a date of birth`)
		// What is certain can't be ticked away, and the text comes back with the place marked.
		asha.observation().with("narrative", "Seen with 999 000 0018.").send(http.StatusUnprocessableEntity, "intent", "save").
			wants("This looks like an NHS number: “Seen with 999 000 0018.”").lacks("Could this identify")
		if list, _, err := s.svc.EvidenceList(t.Context(), s.Actor(t, s.Apprentice), s.App.ID, service.EvidenceFilter{}); err != nil || len(list) != 1 {
			t.Errorf("%d pieces are kept, %v", len(list), err)
		}
	})
}

func TestAPieceIsReportedRedactedAndReleasedOnPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha, nurse, gp := s.as(t, s.Apprentice), s.as(t, s.Mentor), s.as(t, s.GP)
		piece := asha.submitted()
		ask := nurse.get(nurse.get(piece.path, http.StatusOK).link("Report that a patient could be identified"), http.StatusOK)
		ask.form("/report").send(http.StatusUnprocessableEntity).wants("Enter where it is")
		ask.form("/report").with("reason", "A first name in the second line").send(http.StatusOK).wants("Reported.", "Take this report back")
		ask.form("/report").with("reason", "Again").send(http.StatusConflict)
		gp.get(piece.path, http.StatusNotFound)
		gp.get("/apprenticeships/"+string(s.App.ID)+"/evidence", http.StatusOK).wants("Hidden while a report is looked into").lacks("Morning blood pressure clinic")
		gp.get(piece.path+"/report-closure", http.StatusOK).wants("Take this report back").lacks("Morning blood pressure clinic")
		s.as(t, s.HubLead).get(piece.path+"/report", http.StatusForbidden)
		s.as(t, s.OtherGP).get(piece.path+"/report-closure", http.StatusNotFound)
		asha.get(piece.path, http.StatusOK).wants("A first name in the second line", "Take out what could identify a patient")
		asha.get(piece.path+"/edit", http.StatusOK).form("/edit").with("narrative", "Took four readings.").send(http.StatusOK, "intent", "submit").wants("Submitted for review.")
		asha.get(piece.path+"/revisions/1", http.StatusOK).wants("destroyed").lacks("Recorded them")
		asha.get(piece.path+"/revisions/2", http.StatusOK).lacks("Changes since revision 1")
		asha.get(piece.path+"/report-closure", http.StatusNotFound)
		release := nurse.get(nurse.get(piece.path, http.StatusOK).link("Release this piece"), http.StatusOK)
		release.form("/report-closure").send(http.StatusOK).wants("The report is closed.")
		if got := gp.get(piece.path, http.StatusOK).wants("Your review"); strings.Contains(string(got.body), "hidden while") {
			t.Error("the piece is still hidden")
		}
	})
}
