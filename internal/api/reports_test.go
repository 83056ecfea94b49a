package api_test

import (
	"strings"
	"testing"
)

func TestAReportedPieceIsNotFoundUntilItIsReleased(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, nurse, gp := h.as(t, h.Apprentice), h.as(t, h.Mentor), h.as(t, h.GP)
		piece := h.drafted(t, h.observation(h.Mentor.Email, "GPA-CL1"))
		asha.post(piece+"/submission", nil).want(200)
		h.as(t, h.OtherGP).post(piece+"/report", object{"reason": "Nosy"}).want(404)
		nurse.post(piece+"/report", object{"reason": " "}).want(422).wantPointer("#/reason")
		nurse.post(piece+"/report", object{"reason": "A first name in the second line"}).want(204)
		gp.get(piece).want(404)
		gp.get(piece + "/revisions").want(404)
		if list := gp.get("/apprenticeships/" + string(h.App.ID) + "/evidence").want(200); strings.Contains(string(list.Body), "clinic") {
			t.Errorf("the list says %s", list.Body)
		}
		asha.get(piece).want(200)
		asha.get("/apprenticeships/" + string(h.App.ID) + "/portfolio.zip").want(409)
		nurse.post(piece+"/report/closure", object{"outcome": "released"}).want(409)
		nurse.post(piece+"/report/closure", object{"outcome": "other"}).want(422).wantPointer("#/outcome")
		asha.post(piece+"/submission", nil).want(200)
		nurse.post(piece+"/report/closure", object{"outcome": "released"}).want(204)
		if revisions := gp.get(piece + "/revisions").want(200); revisions.text("items", 0, "narrative") != "" || revisions.text("items", 0, "hash") == "" || revisions.text("items", 1, "narrative") == "" {
			t.Errorf("revisions %s", revisions.Body)
		}
	})
}

func TestABodyConfirmsWhatDoesNotIdentifyAPatient(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		in := h.observation(h.Mentor.Email, "GPA-CL1")
		in["narrative"] = "Mrs Patterson showed me the way to the sluice."
		path := "/apprenticeships/" + string(h.App.ID) + "/evidence"
		refused := asha.post(path, in).want(422).wantPointer("#/narrative")
		if got := refused.text("errors", 0, "kind"); got != "name" {
			t.Errorf("kind %q", got)
		}
		finding := refused.text("errors", 0, "finding")
		in["privacy_confirmation"] = object{"findings": []string{finding}}
		asha.post(path, in).want(422).wantPointer("#/privacy_confirmation/reason")
		in["privacy_confirmation"] = object{"findings": []string{finding}, "reason": "She is a receptionist"}
		asha.post(path, in).want(201)
		in["privacy_confirmation"] = object{"findings": finding}
		asha.post(path, in).want(422).wantPointer("#/privacy_confirmation/findings")
		delete(in, "privacy_confirmation")
		in["narrative"] = "Seen with 999 000 0018."
		if got := asha.post(path, in).want(422).wantPointer("#/narrative"); got.at("errors", 0, "finding") != nil {
			t.Errorf("a certain find: %s", got.Body)
		}
	})
}
