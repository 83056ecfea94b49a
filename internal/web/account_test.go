package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

func TestAccountShowsWhoOneIs(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		s.as(t, s.GP).get("/account", http.StatusOK).wants("Your account", "Dr Megan Bell", "gp@example.org", "GP supervisor, Oakwood Surgery").lacks("Nia Ward")
	})
}

func TestDigestIsASetting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.as(t, s.GP)
		form := c.get("/account", http.StatusOK).form("/account/digest")
		if form.values.Has("digest") {
			t.Fatal("it is on already")
		}
		on := form.with("digest", "yes").send(http.StatusOK).wants("Your email setting is saved.").form("/account/digest")
		if !on.values.Has("digest") {
			t.Error("it wasn't switched on")
		}
		if off := on.with("digest").send(http.StatusOK).form("/account/digest"); off.values.Has("digest") {
			t.Error("it wasn't switched off")
		}
	})
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.withPassword(t, s.GP)
		elsewhere := s.as(t, s.GP)
		change := func(current, next string, status int) *page {
			return c.get("/account", http.StatusOK).form("/account/password").with("current_password", current).with("password", next).send(status)
		}
		change("wrong", "another good one 17", http.StatusUnprocessableEntity).wants("Error: Your account", "This is not your current password").lacks("another good one 17")
		change("", "", http.StatusUnprocessableEntity).wants("Enter your current password", "Enter a new password")
		change(goodPassword, "short", http.StatusUnprocessableEntity).wants("Password must be 12 characters or more")
		change(goodPassword, "another good one 17", http.StatusOK).wants("Your password is changed. You are signed out on your other devices.")
		if p := elsewhere.get("/account", http.StatusOK); !strings.HasPrefix(p.path, "/sign-in") {
			t.Error("another session goes on")
		}
		if p := c.get("/account", http.StatusOK); p.path != "/account" {
			t.Error("the session in use has ended")
		}
		sign := func(password string, status int) {
			s.anonymous(t).post("/sign-in", url.Values{"email": {s.GP.Email}, "password": {password}}, status)
		}
		sign(goodPassword, http.StatusUnauthorized)
		sign("another good one 17", http.StatusOK)
		told := false
		for _, n := range s.notices(t) {
			told = told || n.Kind == "password_changed" && n.To == s.GP.ID
		}
		if !told {
			t.Error("nobody was warned by mail")
		}
	})
}

func TestTokensAreShownOnceListedAndRevoked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		c := s.withPassword(t, s.GP)
		form := c.get("/account", http.StatusOK).form("/account/tokens")
		form.with("days", "30").with("name", "Rota").with("current_password", "wrong").send(http.StatusUnprocessableEntity).wants(`href="#token-password"`, `value="Rota"`)
		form = form.with("current_password", goodPassword)
		form.with("days", "x").with("name", "Rota").send(http.StatusUnprocessableEntity).wants("Error: Your account", `value="Rota"`)
		form.with("days", "366").send(http.StatusUnprocessableEntity)
		made := form.with("days", "30").with("name", "Rota <system>").send(http.StatusOK).wants("Copy your new token now", "Rota <system>", "Holds until 1 April 2026", "never used")
		secret := regexp.MustCompile(`<code>([^<]+)</code>`).FindSubmatch(made.body)
		if secret == nil {
			t.Fatal("no token is shown")
		}
		c.get("/account", http.StatusOK).wants("Rota <system>").lacks(string(secret[1]))
		api := func(status int) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/me", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+string(secret[1]))
			s.anonymous(t).do(req, status)
		}
		api(http.StatusOK)
		list := c.get("/account", http.StatusOK).wants("last used 2 March 2026")
		revoke := list.form("/revocation")
		s.as(t, s.Mentor).post(revoke.action, nil, http.StatusNotFound)
		api(http.StatusOK)
		revoke.send(http.StatusOK).wants("The token is revoked.", "Ended")
		api(http.StatusUnauthorized)
		if c.get("/account", http.StatusOK).hasForm("/revocation") {
			t.Error("an ended token can be revoked")
		}
	})
}

func TestSomebodyWithoutARoleIsToldSo(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		left := s.Person(t, "Lou Left", "lou@example.org", countersign.AssessorMember, s.Practice)
		admin := s.as(t, s.Admin)
		end := admin.get("/admin/people/"+string(left.ID), http.StatusOK).link("End the role Assessor at Oakwood Surgery")
		admin.get(end, http.StatusOK).form("/end").date("to", "1", "3", "2026").send(http.StatusOK).wants("Lou Left is Assessor at Oakwood Surgery until 1 March 2026.")
		s.as(t, left).get("/", http.StatusOK).wants("You have no role today")
	})
}
