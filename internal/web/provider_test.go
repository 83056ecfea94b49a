package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/oidc/oidctest"
	"countersign/internal/service"
	"countersign/internal/store/storetest"
)

// providerCallback is the address that the provider sends people back to.
const providerCallback = "https://learn.example.org/sign-in/provider"

// atProvider is somebody's browser there.
func (c *client) atProvider(name string) *oidctest.Person { return oidctest.NewPerson(c.t, name) }

// through sends a form that leads to the provider, where the person signs in,
// and returns the page to which they are sent back.
func (f *sheet) through(person *oidctest.Person) *page {
	f.page.c.t.Helper()
	return f.page.c.get("/sign-in/provider?"+person.SignIn(f.leads(), providerCallback).Encode(), http.StatusOK)
}

// leads returns where a form leads to, without going there.
func (f *sheet) leads() string {
	f.page.c.t.Helper()
	c := f.page.c
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.site.url+f.action, strings.NewReader(f.values.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	stay := &http.Client{Jar: c.http.Jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := stay.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		c.t.Fatalf("%s: %s, want a redirect", f.action, res.Status)
	}
	return res.Header.Get("Location")
}

func onProvider(t *testing.T, acr string, fn func(t *testing.T, s *site)) {
	t.Helper()
	clock := storetest.NewClock()
	issuer := oidctest.Start(t, providerCallback)
	fn(t, siteFor(t, storetest.Open(t, storetest.SQLite(t), clock), clock, false, providerAt(issuer, acr)))
}

// nameOf is what somebody types at the provider to be known by that address.
func nameOf(p countersign.Person) string { return strings.TrimSuffix(p.Email, "@example.org") }

func TestSigningInWithAProvider(t *testing.T) {
	t.Parallel()
	onProvider(t, "strong", func(t *testing.T, s *site) {
		c := s.anonymous(t)
		page := c.get("/sign-in?next=/account", http.StatusOK).wants("Sign in with NHSmail")
		if strings.Count(string(page.body), "Or by password") != 1 || strings.Index(string(page.body), "Sign in with NHSmail") > strings.Index(string(page.body), "Or by password") {
			t.Error("the provider stands under “Or by password”")
		}
		back := page.form("/sign-in/provider").through(c.atProvider(nameOf(s.GP)))
		answer := back.wants("You are back from NHSmail").form("/sign-in/provider/answer")
		in := answer.send(http.StatusOK)
		if in.path != "/account" {
			t.Errorf("signing in led to %s", in.path)
		}
		c.get("/account/security", http.StatusOK).wants("You can sign in here with your NHSmail account")
		told := 0
		for _, n := range s.notices(t) {
			if n.Kind == service.NoticeSecurity && n.To == s.GP.ID {
				told++
			}
		}
		if told != 1 {
			t.Errorf("told of the link %d times, want once", told)
		}

		// An answer is good once, and in the browser that began only.
		s.anonymous(t).post("/sign-in/provider/answer", answer.values, http.StatusConflict).wants("was not completed")
		other := s.anonymous(t)
		stolen := other.get("/sign-in", http.StatusOK).form("/sign-in/provider").through(other.atProvider(nameOf(s.GP))).form("/sign-in/provider/answer")
		s.anonymous(t).post("/sign-in/provider/answer", stolen.values, http.StatusConflict).wants("was not completed")

		// Who has no account here, or no verified address, doesn't get in.
		for _, name := range []string{"nobody", "unverified"} {
			c := s.anonymous(t)
			c.get("/sign-in", http.StatusOK).form("/sign-in/provider").through(c.atProvider(name)).
				form("/sign-in/provider/answer").send(http.StatusConflict).wants("Nobody is known here by the email address")
		}
		s.anonymous(t).post("/sign-in/provider/answer", url.Values{"state": {"x"}, "code": {"y"}}, http.StatusConflict).wants("was not completed")
	})
}

func TestLinkingAnAccountAtAProvider(t *testing.T) {
	t.Parallel()
	onProvider(t, "strong", func(t *testing.T, s *site) {
		gp := s.withPassword(t, s.GP)
		link := func() *sheet { return gp.get("/account/security", http.StatusOK).form("/account/provider") }
		link().with("current_password", "wrong").send(http.StatusUnprocessableEntity).wants("This is not your current password")
		link().with("current_password", goodPassword).through(gp.atProvider("unverified")).form("/sign-in/provider/answer").send(http.StatusOK).
			wants("Your account at NHSmail is linked", "You can sign in here with your NHSmail account")

		// It is hers now, and nobody else's.
		nurse := s.withPassword(t, s.Mentor)
		nurse.get("/account/security", http.StatusOK).form("/account/provider").with("current_password", goodPassword).
			through(nurse.atProvider("unverified")).form("/sign-in/provider/answer").send(http.StatusConflict).wants("That is another account")
		c := s.anonymous(t)
		c.get("/sign-in", http.StatusOK).form("/sign-in/provider").through(c.atProvider("unverified")).
			form("/sign-in/provider/answer").send(http.StatusOK).wants("Hello " + s.GP.Name)

		unlink := func() *sheet { return gp.get("/account/security", http.StatusOK).form("/account/provider/removal") }
		unlink().with("current_password", "wrong").send(http.StatusUnprocessableEntity).wants("This is not your current password")
		unlink().with("current_password", goodPassword).send(http.StatusOK).wants("The link is removed", "Link your NHSmail account")
		c = s.anonymous(t)
		c.get("/sign-in", http.StatusOK).form("/sign-in/provider").through(c.atProvider("unverified")).
			form("/sign-in/provider/answer").send(http.StatusConflict)
	})
}

func TestAFreshAuthenticationAtTheProviderSigns(t *testing.T) {
	t.Parallel()
	onProvider(t, "strong", func(t *testing.T, s *site) {
		s.accepted(t, s.Mentor, "Said it", raising)
		s.accepted(t, s.Mentor, "Said it again", raising)
		c := s.anonymous(t)
		c.get("/sign-in", http.StatusOK).form("/sign-in/provider").through(c.atProvider(nameOf(s.GP))).form("/sign-in/provider/answer").send(http.StatusOK)
		asked := c.decide(raising).with("decision", "not_yet_competent").with("comment", "Speak up sooner").send(http.StatusUnauthorized)
		asked.wants("Sign in to NHSmail again", "What you typed is kept")
		s.wantStanding(t, raising, countersign.Ready)
		asked.form("/prove/provider").through(c.atProvider(nameOf(s.Mentor))).form("/sign-in/provider/answer").
			send(http.StatusConflict).wants("That is another account")
		asked.form("/prove/provider").through(c.atProvider(nameOf(s.GP))).form("/sign-in/provider/answer").send(http.StatusOK).
			wants("It is you", "Speak up sooner").form("/sign-offs").send(http.StatusOK).
			wants("Not yet competent", "Speak up sooner", "proved by the sign-in service of their organisation (strong)")
		s.wantStanding(t, raising, countersign.StatusNotYet)
	})
}

// The provider knows nothing stronger than "strong".
func TestAWeakAuthenticationAtTheProviderSignsNothing(t *testing.T) {
	t.Parallel()
	onProvider(t, "stronger", func(t *testing.T, s *site) {
		c := s.anonymous(t)
		c.get("/sign-in", http.StatusOK).form("/sign-in/provider").through(c.atProvider(nameOf(s.GP))).form("/sign-in/provider/answer").send(http.StatusOK)
		asked := c.decide(raising).with("decision", "not_yet_competent").with("comment", "Speak up sooner").send(http.StatusUnauthorized)
		asked.form("/prove/provider").through(c.atProvider(nameOf(s.GP))).form("/sign-in/provider/answer").
			send(http.StatusConflict).wants("did not confirm who you are well enough", "Or set up one of these").
			form("/account/app/new").send(http.StatusOK).wants("Set up an authenticator app")
		c.decide(raising).with("decision", "not_yet_competent").with("comment", "Speak up sooner").send(http.StatusUnauthorized)
	})
}

func TestAProviderThatIsAwayLosesNothing(t *testing.T) {
	t.Parallel()
	onSQLiteReal(t, func(t *testing.T, s *site) {
		s.anonymous(t).get("/sign-in?next=/account", http.StatusOK).form("/sign-in/provider").send(http.StatusConflict).
			wants("does not answer just now").form("/sign-in")
	})
}
