package web_test

import (
	"net/http"
	"testing"
)

func TestAHubBringsPeopleToAnotherVersionAndBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		if err := s.svc.Prepare(t.Context()); err != nil { // all shipped versions
			t.Fatal(err)
		}
		lead, manager := s.as(t, s.HubLead), s.as(t, s.Manager)
		lead.get("/frameworks/gpa-combined/changes?from=1.0.0&to=1.1.0", http.StatusOK).wants("What changed in version 1.1.0", "Split: 1", "Retired: 1", "Also changed")
		lead.get("/frameworks/gpa-combined/changes?from=1.1.0&to=1.1.0", http.StatusOK).wants("Nothing changed between these versions")
		lead.get("/frameworks/gpa-combined/changes?from=7.7.7", http.StatusNotFound)

		page := lead.get(s.path("/version"), http.StatusOK).wants("is on version 1.0.0", "Checked again: ").lacks("Go back to version")
		page.wants("Comes from GPA-CA6, whose evidence counts for it", "Goes on as GPA-CA13 and GPA-CA14", "No longer part of the framework", "New in this version")
		page.form("/version").send(http.StatusOK).wants("is on version 1.1.0 now", "This is the newest version", "Go back to version 1.0.0").
			form("/undo").send(http.StatusOK).wants("is on version 1.0.0").lacks("Go back to version")
		page.form("/version").with("to", "7.7.7").send(http.StatusConflict)
		manager.get(s.path("/version"), http.StatusForbidden)

		move := lead.get("/frameworks/gpa-combined/move", http.StatusOK).wants("Version 1.0.0", "1 apprentice", "Retired").form("/move")
		move.with("from").send(http.StatusUnprocessableEntity).wants("There is a problem")
		move.with("from", "1.0.0").with("organisation", s.Practice.Code).send(http.StatusOK).wants("1 apprentice changed to version 1.1.0")
		lead.get("/frameworks/gpa-combined/move", http.StatusOK).wants("Everybody who has not finished is on this version already")
		manager.get("/frameworks/gpa-combined/move", http.StatusNotFound)
	})
}
