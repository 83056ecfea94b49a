package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
)

// onSQLiteReal is onSQLite where there is no demonstration.
func onSQLiteReal(t *testing.T, fn func(t *testing.T, s *site)) {
	t.Helper()
	clock := storetest.NewClock()
	fn(t, realSite(t, storetest.Open(t, storetest.SQLite(t), clock), clock))
}

var keyOnPage = regexp.MustCompile(`app-key">([A-Z2-7 ]+)<`)

// code is what the app shows whose key stands on the page.
func (p *page) code(at time.Time) string {
	p.c.t.Helper()
	found := keyOnPage.FindSubmatch(p.body)
	if found == nil {
		p.c.t.Fatalf("no key on %s", p.path)
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(string(found[1]), " ", ""), at)
	if err != nil {
		p.c.t.Fatal(err)
	}
	return code
}

func TestWhoHasNothingToSignWithIsToldOnTheirHome(t *testing.T) {
	const told = "Before you can sign off a competency you need a passkey or an authenticator app."
	onSQLiteReal(t, func(t *testing.T, s *site) {
		gp := s.withPassword(t, s.GP)
		home := gp.get("/", http.StatusOK).wants(told)
		home.get(home.link("Set one up now")).wants("Passkeys", "Authenticator app")
		s.withPassword(t, s.Apprentice).get("/", http.StatusOK).lacks(told)
		app := gp.post("/account/app/new", nil, http.StatusOK)
		app.form("/account/app").with("code", app.code(s.clock.Now())).with("current_password", goodPassword).send(http.StatusOK)
		gp.get("/", http.StatusOK).lacks(told)
	})
	onSQLite(t, func(t *testing.T, s *site) { // a demonstration
		s.as(t, s.GP).get("/", http.StatusOK).lacks(told)
	})
}

// TestAPasswordAloneDoesNotSign goes without scripts from a decision over
// setting up an app back to the decision, and proves it again later.
func TestAPasswordAloneDoesNotSign(t *testing.T) {
	onSQLiteReal(t, func(t *testing.T, s *site) {
		s.accepted(t, s.Mentor, "Said it", raising)
		s.accepted(t, s.Mentor, "Said it again", raising)
		gp := s.withPassword(t, s.GP)
		asked := gp.decide(raising).with("decision", "not_yet_competent").with("comment", "Speak up sooner").send(http.StatusUnauthorized)
		asked.wants("Prove that it is you", "A password alone is not enough", "What you typed is kept").lacks("Speak up sooner")
		s.wantStanding(t, raising, countersign.Ready)

		app := asked.form("/account/app/new").send(http.StatusOK).wants("Set up an authenticator app")
		sheet := app.form("/account/app")
		sheet.with("code", "000000").with("current_password", goodPassword).send(http.StatusUnprocessableEntity).wants("This code is not right")
		sheet.with("code", app.code(s.clock.Now())).with("current_password", "wrong").send(http.StatusUnprocessableEntity).wants("This is not your current password")
		codes := sheet.with("code", app.code(s.clock.Now())).with("current_password", goodPassword).send(http.StatusOK).wants("Your recovery codes")
		codes.form("/sign-offs").send(http.StatusOK).wants("Not yet competent", "Speak up sooner")
		s.wantStanding(t, raising, countersign.StatusNotYet)

		s.clock.Advance(6 * time.Minute)
		again := gp.decide(raising).with("decision", "not_yet_competent").with("comment", "Still too late").send(http.StatusUnauthorized).lacks("A password alone")
		prove := again.form("/prove")
		prove.with("password", goodPassword).with("code", "000000").send(http.StatusUnprocessableEntity).wants("Error: Prove that it is you", "This code is not right")
		proved := prove.with("password", goodPassword).with("code", app.code(s.clock.Now())).send(http.StatusOK).wants("It is you", "Still too late")
		proved.form("/sign-offs").send(http.StatusOK).wants("Still too late", "password and a code from an authenticator app")

		// Nobody else gets the form that waits.
		other := s.withPassword(t, s.Mentor)
		other.post("/prove", url.Values{"password": {goodPassword}, "code": {"000000"}, "rescue": {prove.values.Get("rescue")}}, http.StatusUnprocessableEntity)

		// Signing in asks for the code, too, and says so of the browser only once it is known.
		c := s.anonymous(t)
		second := c.post("/sign-in", url.Values{"email": {s.GP.Email}, "password": {goodPassword}, "next": {"/account"}}, http.StatusOK).wants("Enter your code")
		s.clock.Advance(time.Minute)
		if in := second.form("/sign-in/code").with("code", app.code(s.clock.Now())).send(http.StatusOK); in.path != "/account" {
			t.Errorf("signing in led to %s", in.path)
		}
		c.get("/account/security", http.StatusOK).wants("You have 10 recovery codes left").form("/account/recovery-codes").send(http.StatusOK).wants("Your recovery codes")
		c.get("/account/security", http.StatusOK).form("/account/app/removal").send(http.StatusOK).wants("The authenticator app is removed")
		kinds := map[service.NoticeKind]int{}
		for _, n := range s.notices(t) {
			if n.To == s.GP.ID {
				kinds[n.Kind]++
			}
		}
		if kinds[service.NoticeSecurity] != 2 || kinds[service.NoticeNewDevice] != 1 {
			t.Errorf("the GP gets %v", kinds)
		}
	})
}
