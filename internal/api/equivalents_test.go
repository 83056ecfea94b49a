package api_test

import (
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

func TestEvidenceAcceptedInAnotherFrameworkIsProposed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		mentor := h.Person(t, "Mary Holt", "other-mentor@example.org", countersign.SecondaryMentorMember, h.OtherPractice)
		second, err := h.svc.Enrol(t.Context(), h.Actor(t, h.OtherHubLead), service.EnrolInput{
			Apprentice: service.PersonInput{Email: h.Apprentice.Email}, Framework: "nhs-medical-assistant", Practice: h.OtherPractice.Code,
			GPSupervisor: h.OtherGP.Email, SecondaryMentor: mentor.Email, StartDate: h.today(), PlannedEndDate: h.today().AddMonths(15),
		})
		if err != nil {
			t.Fatal(err)
		}
		there := h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor)
		path := "/apprenticeships/" + string(second.ID)
		asha, gp := h.as(t, h.Apprentice), h.as(t, h.OtherGP)

		suggested := func(c client) object {
			t.Helper()
			list := c.get(path+"/competencies").want(200).item("code", "MAA-C3")["equivalent"].([]any)
			page := c.get(path + "/competencies/MAA-C3").want(200).at("equivalent").([]any)
			if len(list) != 1 || len(page) != 1 {
				t.Fatalf("equivalent: %v in the list, %v on its own", list, page)
			}
			return list[0].(object)
		}
		if got := suggested(asha); got["framework"] != "gpa-combined" || got["competency"] != "GPA-CL2" || got["accepted"] != 1.0 || len(got["evidence"].([]any)) != 1 {
			t.Errorf("the apprentice is told %v", got)
		}
		if got := suggested(gp); got["accepted"] != 1.0 || len(got["evidence"].([]any)) != 0 {
			t.Errorf("the supervisor is told %v", got)
		}

		body := object{"competency": "MAA-C3", "evidence": there, "justification": "The same technique"}
		gp.post(path+"/equivalents", body).want(403)
		h.as(t, h.Mentor).post(path+"/equivalents", body).want(404)
		asha.post(path+"/equivalents", object{"competency": "MAA-C3", "evidence": there, "justification": ""}).want(422)
		made := asha.post(path+"/equivalents", body).want(201)
		if made.text("state") != "submitted" || made.text("origin", "evidence") != there || made.text("origin", "competency") != "GPA-CL2" || made.text("origin", "hash") == "" {
			t.Errorf("proposed: %s", made.Body)
		}
		asha.post(path+"/equivalents", body).want(409)
		piece := "/evidence/" + made.text("id")
		h.as(t, h.Mentor).get(piece).want(404)
		gp.get(piece).want(200)
		if asha.get("/evidence/"+there).want(200).at("origin") != nil {
			t.Error("the piece there has an origin")
		}
	})
}
