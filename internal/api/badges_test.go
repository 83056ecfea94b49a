package api_test

import (
	"bytes"
	"testing"
)

// badges makes the badge of the one domain, takes it in every form and has it
// seen in the list of revocations.
func (h *house) badges(t *testing.T, at string) {
	t.Helper()
	asha, gp, nobody := h.as(t, h.Apprentice), h.as(t, h.GP), h.nobody(t)
	if err := h.svc.Prepare(t.Context()); err != nil { // with a key to sign with
		t.Fatal(err)
	}
	domain := "CLINICAL"
	asha.post(at+"/badges", object{"domain": ""}).want(409) // the programme isn't completed
	asha.post(at+"/badges", object{"domain": "NONE"}).want(422)
	gp.post(at+"/badges", object{"domain": domain}).want(403)
	made := asha.post(at+"/badges", object{"domain": domain}).want(201)
	again := asha.post(at+"/badges", object{"domain": domain}).want(201)
	if made.text("id") != again.text("id") || gp.get(at+"/badges").want(200).text("items", 0, "id") != made.text("id") {
		t.Errorf("made %s and again %s", made.Body, again.Body)
	}
	badge := at + "/badges/" + made.text("id")
	credential := gp.get(badge).want(200)
	status := credential.text("credentialStatus", "statusListCredential")
	if credential.text("proof", 0, "cryptosuite") != "eddsa-rdfc-2022" || status == "" {
		t.Errorf("credential %s", credential.Body)
	}
	for form, head := range map[string]string{"svg": "<svg", "png": "\x89PNG"} {
		if picture := gp.get(badge + "/badge." + form).want(200); !bytes.HasPrefix(picture.Body, []byte(head)) || !bytes.Contains(picture.Body, credential.Body) {
			t.Errorf("the %s lacks the credential", form)
		}
	}
	found := nobody.upload("/checks", "badge.json", credential.Body).want(200)
	if found.at("valid") != true || found.text("badge", "standing") != "valid" || found.at("badge", "known") != true || found.at("portfolio") != nil {
		t.Errorf("the badge is found %s", found.Body)
	}
	if list := nobody.get("/badge-status/1").want(200); list.text("credentialSubject", "statusPurpose") != "revocation" {
		t.Errorf("list %s", list.Body)
	}
	nobody.get("/badge-status/2").want(404)
	nobody.get("/badge-status/x").want(404)
	gp.get(at + "/badges/no-such-badge").want(404)
}
