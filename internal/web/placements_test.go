package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// onPlacements enrols the other apprentice on a programme that has placements
// and classroom sessions.
func (s *site) onPlacements(t *testing.T) countersign.Apprenticeship {
	t.Helper()
	if err := s.svc.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	app, err := s.svc.Enrol(t.Context(), s.Actor(t, s.HubLead), service.EnrolInput{
		Apprentice: service.PersonInput{Name: "Mina Cole", Email: "mina@example.org"}, Framework: "nhs-medical-assistant", Practice: s.Practice.Code,
		GPSupervisor: s.GP.Email, SecondaryMentor: s.Mentor.Email, StartDate: s.today(), PlannedEndDate: s.today().AddMonths(15), Cohort: "2025-26",
	})
	if err != nil {
		t.Fatal(err)
	}
	s.notices(t)
	return app
}

// arranged arranges a placement of today and tomorrow, and returns it.
func (s *site) arranged(t *testing.T, app countersign.Apprenticeship) countersign.Placement {
	t.Helper()
	p, err := s.svc.ArrangePlacement(t.Context(), s.Actor(t, s.Manager), app.ID, service.PlacementInput{
		Site: "Ward 7", From: s.today(), To: s.today().AddDays(1), SupervisorName: "Ward Sister", SupervisorEmail: "ward@example.org", PlannedHours: 15,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestASiteConfirmsAPlacementByAMailedLinkWithoutAnAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		app := s.onPlacements(t)
		path := "/apprenticeships/" + string(app.ID) + "/placements"
		manager := s.as(t, s.Manager)
		manager.get(path+"/new", http.StatusOK).form(path+"/new").send(http.StatusUnprocessableEntity).
			wants("Enter the site", "Enter the first day", "Enter the hours that are planned")
		placement := s.arranged(t, app)
		request := "/placements/" + string(placement.ID) + "/request"
		mina, err := s.svc.Record(t.Context(), s.Actor(t, s.GP), app.ID)
		if err != nil {
			t.Fatal(err)
		}
		learner := s.as(t, countersign.Person{ID: mina.Apprenticeship.Apprentice, Name: "Mina Cole", Email: "mina@example.org"})
		learner.get(request, http.StatusOK).form(request).send(http.StatusUnprocessableEntity).wants("Enter the hours that were done")
		ask := func() string {
			t.Helper()
			learner.get(request, http.StatusOK).form(request).with("hours_done", "14").send(http.StatusOK).wants("We have asked Ward Sister by email", "Waiting for the site")
			sent := s.notices(t)
			if len(sent) != 1 || sent[0].Kind != service.NoticePlacement || sent[0].Token == "" {
				t.Fatalf("mails = %+v", sent)
			}
			letter, err := s.svc.Letter(t.Context(), sent[0])
			if err != nil || letter.To.Email != "ward@example.org" || letter.Apprentice != "Mina Cole" {
				t.Errorf("letter = %+v, %v", letter, err)
			}
			return "/placement-confirmation/" + sent[0].Token
		}
		opened := manager.get("/placements/"+string(placement.ID)+"/cancellation", http.StatusOK).form("/cancellation")
		void, link := ask(), ask()
		opened.with("reason", "x").send(http.StatusConflict).wants("was changed since you opened it")
		nobody := s.anonymous(t)
		nobody.get(void, http.StatusNotFound).wants("This link does not work any more")
		nobody.get(link, http.StatusOK).wants("Mina Cole", "Ward 7", "14 hours").lacks("ward@example.org", "mina@example.org", s.Practice.Name, s.GP.Name)
		nobody.get(link, http.StatusOK).form(link).with("answer", "wrong").send(http.StatusUnprocessableEntity).wants("Enter what is wrong")
		nobody.get(link, http.StatusOK).form(link).with("answer", "wrong").with("comment", "One day only").send(http.StatusOK).wants("Thank you")
		nobody.get(link, http.StatusNotFound)
		manager.get(path, http.StatusOK).wants("Something is wrong", "One day only")
		learner.get("/placements/"+string(placement.ID)+"/change", http.StatusForbidden)
		change := manager.get(manager.get(path, http.StatusOK).link("Change"), http.StatusOK).wants("stops working when you save").form("/change")
		change.with("site", " ").with("planned_hours", "99").send(http.StatusUnprocessableEntity).wants("Enter the site", "So many hours do not fit into 2 days")
		change.with("site", "Ward 8").with("planned_hours", "16").send(http.StatusOK).wants("The placement is changed", "Ward 8", "Planned")
		change.send(http.StatusConflict).wants("was changed since you opened it")
		s.notices(t)
		link = ask()
		open := nobody.get(link, http.StatusOK).form(link).with("answer", "right")
		open.send(http.StatusOK).wants("You have confirmed the placement of Mina Cole")
		open.send(http.StatusNotFound)
		manager.get(path, http.StatusOK).wants("Confirmed by sites so far: 14 hours", "by Ward Sister")
		manager.get("/placements/"+string(placement.ID)+"/cancellation", http.StatusOK).form("/cancellation").with("reason", "x").send(http.StatusConflict)
		s.as(t, s.OtherGP).get(path, http.StatusNotFound)

		old := s.arranged(t, app)
		if _, err := s.svc.AskSite(t.Context(), s.Actor(t, s.GP), old.ID, 0, service.AskSiteInput{HoursDone: 1}); err != nil {
			t.Fatal(err)
		}
		link = "/placement-confirmation/" + s.notices(t)[1].Token
		s.clock.Advance(service.SiteLinkHolds + time.Minute)
		nobody.get(link, http.StatusNotFound)
	})
}

func TestAttendanceMakesVerifiedHoursAndTakesThemBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		app := s.onPlacements(t)
		lead := s.as(t, s.HubLead)
		form := lead.get("/sessions/new", http.StatusOK).form("/sessions/new").with("title", "Infection control").with("framework", "nhs-medical-assistant").
			with("on.day", "2").with("on.month", "3").with("on.year", "2026").with("starts", "09:30").with("minutes", "180").with("place", "Room 2")
		form.with("materials", "http://hub.example").send(http.StatusUnprocessableEntity).wants("Enter an address that begins with https://")
		form.with("materials", "https://hub.example/ipc").send(http.StatusOK).wants("Infection control is on the timetable")
		sessions, err := s.svc.Sessions(t.Context(), s.Actor(t, s.HubLead))
		if err != nil || len(sessions) != 1 {
			t.Fatalf("%d sessions: %v", len(sessions), err)
		}
		path := "/sessions/" + string(sessions[0].ID)
		lead.get(path, http.StatusOK).wants("Mina Cole").form(path).with("present", string(app.ID)).send(http.StatusOK).wants("The attendance is saved")
		totals := func() (int, int) {
			log, err := s.svc.Hours(t.Context(), s.Actor(t, s.GP), app.ID, service.HoursFilter{})
			if err != nil {
				t.Fatal(err)
			}
			return log.Totals.Verified, len(log.Entries)
		}
		if verified, n := totals(); verified != 180 || n != 1 {
			t.Errorf("%d minutes verified by %d entries, want 180 by 1", verified, n)
		}
		lead.get(path, http.StatusOK).form(path).with("present", string(app.ID)).send(http.StatusOK)
		if verified, n := totals(); verified != 180 || n != 1 {
			t.Errorf("marked twice: %d minutes by %d entries", verified, n)
		}
		change := lead.get(lead.get(path, http.StatusOK).link("Change this session"), http.StatusOK).wants("Somebody is marked as there").form("/change")
		change.with("minutes", "60").send(http.StatusUnprocessableEntity).wants("This cannot change while somebody is marked as there")
		change.with("minutes", "180").with("place", "Room 3").send(http.StatusOK).wants("The session is changed", "Room 3")
		change.with("place", "Room 4").send(http.StatusConflict).wants("was changed since you opened it")
		s.as(t, s.GP).get("/apprenticeships/"+string(app.ID)+"/sessions", http.StatusOK).wants("Infection control", "Attended")
		lead.get(path, http.StatusOK).form(path).with("present", "").send(http.StatusOK)
		if verified, n := totals(); verified != 0 || n != 1 {
			t.Errorf("withdrawn: %d minutes by %d entries", verified, n)
		}
		change = lead.get(path+"/change", http.StatusOK).lacks("Somebody is marked as there").form("/change")
		change.with("title", "Hygiene").with("minutes", "60").send(http.StatusOK).wants("The session is changed", "Hygiene", "1 hour")
		change = lead.get(path+"/change", http.StatusOK).form("/change")
		change.with("title", "Infection control").send(http.StatusOK)
		s.as(t, s.OtherHubLead).get(path+"/change", http.StatusNotFound)
		for _, who := range []countersign.Person{s.OtherHubLead, s.GP, s.Apprentice} {
			if status, _ := s.as(t, who).raw(http.MethodGet, path, nil); status != http.StatusNotFound {
				t.Errorf("%s reads the session: %d", who.Name, status)
			}
		}
		if status, body := s.as(t, s.OtherHubLead).raw(http.MethodGet, "/sessions", nil); status != http.StatusOK || strings.Contains(body, "Infection") {
			t.Errorf("another hub's timetable: %d", status)
		}
	})
}
