package web_test

import (
	"net/http"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// finished completes the programme of App on a framework version that has a
// cycle of continuing development.
func (s *site) finished(t *testing.T, db *store.Store) {
	t.Helper()
	f := s.Framework
	f.Version, f.SHA256 = "9.0.0", ""
	f.Programme.Cycles = []countersign.Cycle{{
		Code: "cma", Title: "Recertification", Body: "AAMA", Months: 12, Points: 4, Approved: 2, Alternative: "Re-examination", Source: "S1",
		Floors: []countersign.Floor{{Code: "clinical", Title: "Clinical", Points: 2}},
	}}
	if _, err := s.svc.LoadFramework(t.Context(), s.svc.Operator(), "after.yaml", framework.Document(f).YAML()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.svc.ChangeVersions(t.Context(), s.Actor(t, s.HubLead), service.VersionInput{Framework: f.ID, From: s.Framework.Version, To: f.Version}, 0); err != nil {
		t.Fatal(err)
	}
	permit := s.Permit(t, s.HubLead, authz.ChangeApprenticeship, s.App)
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		app, err := tx.Apprenticeship(permit)
		if err != nil {
			return err
		}
		app.State, app.EndedOn = countersign.CompletedProgramme, tx.Today()
		_, err = tx.ChangeApprenticeship(permit, app, app.Version)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestContinuingDevelopmentOnPages(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.Store, clock *storetest.Clock) {
		s := newSite(t, db, clock)
		s.finished(t, db)
		asha, gp := s.as(t, s.Apprentice), s.as(t, s.GP)
		asha.get(s.path("/programme"), http.StatusOK).wants("Continuing development")
		asha.get(s.path("/cpd"), http.StatusOK).wants("No cycle is open yet")
		open := asha.get(s.path("/cpd/open"), http.StatusOK).form("/open")
		open.date("starts_on", "3", "3", "2030").send(http.StatusUnprocessableEntity).wants("today or in the past")
		page := open.date("starts_on", "2", "3", "2026").send(http.StatusOK).wants("The cycle is open", "Points in all: 0 of 4", "Clinical: 0 of 2", "Until 1 March 2027")
		entry := page.get(page.link("Add an entry")).form("/new").with("title", "Phlebotomy update").with("category", "clinical")
		entry.with("points", "1.3").send(http.StatusUnprocessableEntity).wants("whole or half", "Phlebotomy update")
		page = entry.with("points", "2.5").with("approved", "yes").send(http.StatusOK).wants("Phlebotomy update", "2.5 of 4", "Still needed: 1.5")
		gp.get(s.path("/cpd"), http.StatusOK).wants("Phlebotomy update").lacks("Add an entry", "Reverse")
		gp.get(s.path("/cpd/open"), http.StatusForbidden)
		s.as(t, s.Mentor).get(s.path("/cpd"), http.StatusForbidden)
		reversal := page.get(page.link("Reverse")).form("/reversal")
		reversal.send(http.StatusUnprocessableEntity).wants("Enter why the entry is reversed")
		page = reversal.with("reason", "Entered twice").send(http.StatusOK).wants("Reversed, so it does not count: Entered twice", "Points in all: 0 of 4")
		closure := page.get(page.link("Record a re-examination")).form("/alternative")
		page = closure.date("on", "2", "3", "2026").send(http.StatusOK).wants("The cycle is closed", "Re-examination")
		page.form("/renewal").send(http.StatusOK).wants("The next cycle is open", "Begins on 3 March 2026")
	})
}
