package web_test

import (
	"net/http"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// asMedicalAssistant enrols the apprentice on a second framework, at another
// practice and with another supervisor.
func (s *site) asMedicalAssistant(t *testing.T) countersign.Apprenticeship {
	t.Helper()
	if err := s.svc.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	mentor := s.Person(t, "Mary Holt", "other-mentor@example.org", countersign.SecondaryMentorMember, s.OtherPractice)
	app, err := s.svc.Enrol(t.Context(), s.Actor(t, s.OtherHubLead), service.EnrolInput{
		Apprentice: service.PersonInput{Email: s.Apprentice.Email}, Framework: "nhs-medical-assistant", Practice: s.OtherPractice.Code,
		GPSupervisor: s.OtherGP.Email, SecondaryMentor: mentor.Email, StartDate: s.today(), PlannedEndDate: s.today().AddMonths(15),
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func TestEvidenceAcceptedInAnotherProgrammeIsUsedFromThePageOfACompetency(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		second := s.asMedicalAssistant(t)
		there := s.accepted(t, s.Mentor, "A week of health and safety", "GPA-CA9")
		path := "/apprenticeships/" + string(second.ID) + "/competencies/MAA-P2"
		use := path + "/equivalents/" + string(there.ID)

		s.as(t, s.OtherGP).get(path, http.StatusOK).
			wants("Evidence accepted in", "for GPA-CA9", "The apprentice can propose it here").lacks(there.Title, use)
		s.as(t, s.OtherGP).get(use, http.StatusForbidden)
		s.as(t, s.Mentor).get(use, http.StatusNotFound)
		s.as(t, s.OtherHubLead).get(path, http.StatusOK).lacks("Evidence accepted in")

		asha := s.as(t, s.Apprentice)
		asha.get(path, http.StatusOK).wants("Evidence accepted in", there.Title, use)
		asha.get(path+"/equivalents/no-such-piece", http.StatusNotFound)
		form := asha.get(use, http.StatusOK).wants(there.Title, "for GPA-CA9").form(use)
		form.send(http.StatusUnprocessableEntity).wants("Enter why it is evidence for this competency")
		piece := form.with("justification", "The same rules hold here").send(http.StatusOK).
			wants("Used from", "gpa-combined", "GPA-CA9 by "+s.Mentor.Name, "The same rules hold here", "Submitted")
		asha.get(path, http.StatusOK).lacks("Evidence accepted in").wants("Accepted in gpa-combined")
		form.send(http.StatusConflict).wants("This piece is used here already", "The same rules hold here")

		s.as(t, s.OtherGP).get(path, http.StatusOK).wants(there.Title, "Your review of this piece")
		s.as(t, s.Mentor).get(piece.path, http.StatusNotFound)
		asha.get("/apprenticeships/"+string(second.ID)+"/portfolio", http.StatusOK).wants("Used from", "SHA-256 of the revision accepted there")
	})
}
