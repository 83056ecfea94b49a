package web_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

// unzipped returns the entries of a ZIP.
func unzipped(t *testing.T, body []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(content)
	}
	return out
}

func TestEverythingAboutOneselfIsOneClickFromTheAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		asha.submitted()
		asha.get("/account", http.StatusOK).wants("Download everything about you")
		asha.get("/account/data", http.StatusOK).wants("Download everything about you", "have not been changed")
		all := unzipped(t, asha.post("/account/data.zip", nil, http.StatusOK).body)
		for _, part := range []string{"index.html", "data.json"} {
			if !strings.Contains(all[part], s.Apprentice.Email) || !strings.Contains(all[part], "Morning blood pressure clinic") {
				t.Errorf("%s lacks the person or their evidence:\n%s", part, all[part])
			}
			if strings.Contains(all[part], s.OtherApprentice.Name) {
				t.Errorf("%s has somebody else in it", part)
			}
		}
		if !strings.Contains(all["index.html"], "<h1") || strings.Contains(all["index.html"], "<no value>") {
			t.Errorf("index.html is no page:\n%s", all["index.html"])
		}
	})
}

func TestAPersonSeesWhoLookedAtTheirRecordAndWhatWasPutRight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		s.as(t, s.Mentor).get(s.path(""), http.StatusOK)
		if err := s.svc.KeepLooks(t.Context()); err != nil {
			t.Fatal(err)
		}
		change := s.as(t, s.Admin).get("/admin/people/"+string(s.Apprentice.ID)+"/change", http.StatusOK).form("/admin/people/" + string(s.Apprentice.ID) + "/change")
		change.with("email", "asha.new@example.org").send(http.StatusOK)
		asha.get("/account/trail", http.StatusOK).wants("Nia Ward", "Secondary mentor", "Looked at the record", "Changed name, email address or registration number")
		asha.get("/account/data", http.StatusOK).wants("asha@example.org", "asha.new@example.org", "Ada Moss")
		asha.get("/account/trail?cursor=nonsense", http.StatusUnprocessableEntity)
		asha.get("/admin/audit", http.StatusNotFound)
		admin := s.as(t, s.Admin)
		admin.get("/admin", http.StatusOK).wants("Audit")
		admin.get("/admin/audit?person=moss&action=person", http.StatusOK).wants("Ada Moss", "Changed name").lacks("Looked at")
		admin.get("/admin/audit?from=yesterday", http.StatusUnprocessableEntity).wants("Enter a date that exists")
	})
}

func TestAnAdministratorAnswersAWishToBeErased(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha, admin := s.as(t, s.Apprentice), s.as(t, s.Admin)
		asha.get("/account/data", http.StatusOK).form("/account/erasure").with("reason", "I am leaving").send(http.StatusOK).wants("An administrator will answer")
		admin.get("/admin/erasures", http.StatusOK).wants("Asha Patel", "has not set a retention period")
		page := admin.get("/admin/people/"+string(s.Apprentice.ID)+"/erasure", http.StatusOK).wants("I am leaving", "has an apprenticeship that has not ended").lacks("Erase everything")
		form := page.form("/admin/people/" + string(s.Apprentice.ID) + "/erasure")
		form.with("decision", "refuse").with("basis", "Public task").send(http.StatusUnprocessableEntity).wants("Error: Erase Asha Patel", "Public task")
		form.with("decision", "refuse").with("basis", "Public task").with("reason", "The record is needed until it ends").send(http.StatusOK).wants("The wish is refused", "Nobody waits")
		asha.get("/account/data", http.StatusOK).wants("was refused", "Ask for my data to be erased")
		admin.get("/admin/people/"+string(s.Apprentice.ID), http.StatusOK).wants("Erase this person")
		asha.get("/admin/erasures", http.StatusNotFound)
	})
}
