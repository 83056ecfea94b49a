package api_test

import (
	"archive/zip"
	"bytes"
	"testing"
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
