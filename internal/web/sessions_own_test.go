package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"countersign/internal/service"
)

// withAgent is a browser that says so of itself.
type withAgent string

func (a withAgent) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", string(a))
	return http.DefaultTransport.RoundTrip(r)
}

func TestAPersonSeesWhereTheyAreSignedInAndEndsIt(t *testing.T) {
	onSQLiteReal(t, func(t *testing.T, s *site) {
		desk := s.withPassword(t, s.GP)
		phone, tablet := s.anonymous(t), s.anonymous(t)
		phone.http.Transport = withAgent("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36")
		for _, c := range []*client{phone, tablet} {
			c.post("/sign-in", url.Values{"email": {s.GP.Email}, "password": {goodPassword}}, http.StatusOK)
		}
		s.anonymous(t).post("/sign-in", url.Values{"email": {s.GP.Email}, "password": {"wrong"}}, http.StatusUnauthorized)
		s.clock.Advance(10 * time.Minute)
		page := desk.get("/account/security", http.StatusOK).wants("Where you are signed in").c.get("/account/sessions", http.StatusOK)
		page.wants("Chrome on Android", "A browser", "This one", "with a password", "in a new browser", "Refused: somebody tried with a password",
			"not used Countersign for 2 hours", "12 hours after you signed in", "Sign out everywhere else").lacks(s.Mentor.Name)

		var id string
		all, err := s.svc.BrowserSessions(t.Context(), s.Actor(t, s.GP))
		if err != nil || len(all) != 3 {
			t.Fatalf("%d sessions, %v", len(all), err)
		}
		for _, b := range all {
			if b.Browser == "Chrome on Android" {
				id = b.ID
			}
		}
		path := "/account/sessions/" + id + "/end"
		s.as(t, s.Mentor).get(path, http.StatusNotFound)
		s.as(t, s.Mentor).post(path, nil, http.StatusNotFound)
		form := desk.get(path, http.StatusOK).wants("Sign out Chrome on Android").form(path)
		form.with("current_password", "wrong").send(http.StatusUnprocessableEntity).wants("This is not your current password")
		form.with("current_password", goodPassword).send(http.StatusOK).wants("Signed out.").lacks("Sign out Chrome on Android")
		if p := phone.get("/account", http.StatusOK); !strings.HasPrefix(p.path, "/sign-in") {
			t.Error("the phone goes on")
		}
		desk.get(path, http.StatusNotFound)

		others := "/account/sessions/others/end"
		desk.get(others, http.StatusOK).form(others).with("current_password", goodPassword).send(http.StatusOK).wants("This one", "You ended other sessions")
		if p := tablet.get("/account", http.StatusOK); !strings.HasPrefix(p.path, "/sign-in") {
			t.Error("the tablet goes on")
		}
		if p := desk.get("/account", http.StatusOK); p.path != "/account" {
			t.Error("the session in use has ended")
		}
	})
}

func TestAnAdministratorSignsSomebodyOutEverywhere(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		gp, admin := s.as(t, s.GP), s.as(t, s.Admin)
		path := "/admin/people/" + string(s.GP.ID) + "/sign-out"
		admin.get("/admin/people/"+string(s.GP.ID), http.StatusOK).wants("Sign this person out everywhere")
		form := admin.get(path, http.StatusOK).form(path)
		form.with("reason", "").send(http.StatusUnprocessableEntity).wants("Enter the reason")
		form.with("reason", "A laptop was left in a taxi.").send(http.StatusOK).wants("is signed out everywhere")
		if p := gp.get("/account", http.StatusOK); !strings.HasPrefix(p.path, "/sign-in") {
			t.Error("the GP goes on")
		}
		s.as(t, s.GP).get("/account/sessions", http.StatusOK).wants("Signed out everywhere by "+s.Admin.Name, "A laptop was left in a taxi.")
		told := false
		for _, n := range s.notices(t) {
			told = told || n.Kind == service.NoticeSecurity && n.To == s.GP.ID
		}
		if !told {
			t.Error("nobody was told by mail")
		}
	})
}
