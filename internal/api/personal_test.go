package api_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

func TestEverythingAboutOneselfByAPI(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, admin := h.as(t, h.Apprentice), h.as(t, h.Admin)
		got := asha.get("/me/data.zip").want(200)
		if z, err := zip.NewReader(bytes.NewReader(got.Body), int64(len(got.Body))); err != nil || len(z.File) < 2 || got.Header.Get("Content-Type") != "application/zip" {
			t.Errorf("data %v %s", err, got.Header.Get("Content-Type"))
		}
		h.as(t, h.Mentor).get(h.path("")).want(200)
		if err := h.svc.KeepLooks(t.Context()); err != nil {
			t.Fatal(err)
		}
		person := admin.get("/people/" + string(h.Apprentice.ID)).want(200)
		admin.patch("/people/"+string(h.Apprentice.ID), object{"name": "Asha Moss", "email": "asha@example.org", "registration": nil}, ifMatch(person.tag())).want(200)
		if list := asha.get("/me/corrections").want(200); list.text("items", 0, "to") != "Asha Moss" || list.text("items", 0, "by") != h.Admin.Name {
			t.Errorf("corrections %s", list.Body)
		}
		trail := asha.get("/me/trail").want(200)
		if !bytes.Contains(trail.Body, []byte(`"record.read"`)) || !bytes.Contains(trail.Body, []byte(`"person.change"`)) {
			t.Errorf("trail %s", trail.Body)
		}
		asha.get("/me/trail?limit=0").want(422)
		if list := admin.get("/audit-events?action=person.change").want(200); list.text("items", 0, "by") != h.Admin.Name {
			t.Errorf("audit %s", list.Body)
		}
		admin.get("/audit-events?from=yesterday").want(422)
		asha.get("/audit-events").want(404)
	})
}

func TestErasureByAPI(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		gone := h.Person(t, "Ivy Gone", "ivy@example.org", countersign.ApprenticeMember, h.Practice)
		admin, path := h.as(t, h.Admin), "/people/"+string(gone.ID)+"/erasure"
		body := object{"decision": "erase", "basis": "Public task", "reason": "She asked"}
		admin.post(path, body).want(409)
		_, token, err := h.svc.CreateTokenFor(t.Context(), h.svc.Operator(), gone.Email, service.TokenInput{Name: "Test", Days: 1})
		if err != nil {
			t.Fatal(err)
		}
		h.tokens[gone.ID] = token
		if wish := h.as(t, gone).post("/me/erasure", object{"reason": "I left"}).want(201); wish.text("reason") != "I left" {
			t.Errorf("wish %s", wish.Body)
		}
		h.as(t, gone).post("/me/erasure", object{}).want(409)
		if list := admin.get("/erasures").want(200); list.text("items", 0, "name") != "Ivy Gone" {
			t.Errorf("waiting %s", list.Body)
		}
		h.as(t, h.GP).get("/erasures").want(404)
		h.as(t, h.HubLead).post(path, body).want(404)
		admin.post(path, object{"decision": "forget", "basis": "Public task", "reason": "She asked"}).want(422)
		admin.post(path, body).want(204)
		if list := admin.get("/erasures").want(200); len(list.list("items")) != 0 {
			t.Errorf("waiting still %s", list.Body)
		}
	})
}
