package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/session"
	"countersign/internal/store"
)

const goodPassword = "velvet anchor thirteen"

// notices takes what waits in the outbox.
func (s *site) notices(t *testing.T) []service.Notice {
	t.Helper()
	var out []service.Notice
	if err := s.store.Write(t.Context(), func(tx *store.Tx) error {
		jobs, err := tx.ClaimJobs(100, time.Hour)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			var n service.Notice
			if err := json.Unmarshal(j.Payload, &n); err != nil {
				return err
			}
			out = append(out, n)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// link asks for a reset and returns the path that the mail leads to.
func (s *site) link(t *testing.T, p countersign.Person) string {
	t.Helper()
	s.notices(t)
	s.anonymous(t).post("/reset-password", url.Values{"email": {p.Email}}, http.StatusOK)
	s.notices(t) // the request, which the worker answers
	if err := s.svc.MailReset(t.Context(), service.ResetRequest{Person: p.ID}); err != nil {
		t.Fatal(err)
	}
	notices := s.notices(t)
	if len(notices) != 1 || notices[0].To != p.ID || notices[0].Token == "" {
		t.Fatalf("outbox = %+v, want one link for %s", notices, p.Name)
	}
	return "/set-password/" + notices[0].Token
}

// withPassword sets somebody's password by a link and returns the browser, in
// which they are signed in then.
func (s *site) withPassword(t *testing.T, p countersign.Person) *client {
	t.Helper()
	c := s.anonymous(t)
	path := s.link(t, p)
	c.get(path, http.StatusOK).form(path).with("password", goodPassword).send(http.StatusOK).wants("Hello " + p.Name)
	return c
}

func TestSignInAnswersTheSameForUnknownAndWrong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.withPassword(t, s.GP)
		answer := func(email string) []byte {
			p := s.anonymous(t).post("/sign-in", url.Values{"email": {email}, "password": {"not the password"}}, http.StatusUnauthorized)
			p.wants("Error: Sign in", "The email address or password is not right").lacks("not the password")
			return bytes.ReplaceAll(p.body, []byte(email), []byte("EMAIL"))
		}
		wrong, without, unknown := answer(s.GP.Email), answer(s.Mentor.Email), answer("nobody@example.org")
		without = bytes.ReplaceAll(without, []byte("mentor@example.org"), []byte("EMAIL"))
		if strings.Count(string(unknown), "EMAIL") != 1 {
			t.Errorf("the address is kept %d times, not once", strings.Count(string(unknown), "EMAIL"))
		}
		// The personas of these tests stand below the form, with addresses.
		main := func(b []byte) string { return string(b[:bytes.Index(b, []byte("personas"))]) }
		if main(wrong) != main(unknown) || main(without) != main(unknown) {
			t.Error("the answer tells whether the account exists, or whether it has a password")
		}

		asked := func(email string) string {
			p := s.anonymous(t).post("/reset-password", url.Values{"email": {email}}, http.StatusOK).wants("Check your email")
			return strings.ReplaceAll(string(p.body), email, "EMAIL")
		}
		if asked(s.GP.Email) != asked("nobody@example.org") {
			t.Error("the answer to a reset tells whether the account exists")
		}
	})
}

func TestSignInLeadsOnAndOut(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		s.withPassword(t, s.GP)
		c := s.anonymous(t)
		asked := c.get(s.path("?from=mail"), http.StatusOK)
		if asked.path != "/sign-in?next="+url.QueryEscape(s.path("?from=mail")) {
			t.Errorf("asked to sign in at %s", asked.path)
		}
		shown := asked.form("/sign-in").with("email", " GP@Example.org ").with("password", goodPassword).send(http.StatusOK)
		if shown.path != s.path("?from=mail") {
			t.Errorf("signing in led to %s", shown.path)
		}
		if p := c.get("/sign-in?next=/queue", http.StatusOK); p.path != "/queue" {
			t.Errorf("the sign-in page shows itself to who is signed in: %s", p.path)
		}
		for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", ""} {
			p := s.anonymous(t).post("/sign-in", url.Values{"email": {s.GP.Email}, "password": {goodPassword}, "next": {next}}, http.StatusOK)
			if p.path != "/" {
				t.Errorf("next=%q led to %s", next, p.path)
			}
		}
		out := shown.form("/sign-out").send(http.StatusOK).wants("You are signed out.")
		if out.header.Get("Clear-Site-Data") != "" && out.path != "/sign-in" {
			t.Errorf("signing out led to %s", out.path)
		}
		if p := c.get("/queue", http.StatusOK); !strings.HasPrefix(p.path, "/sign-in") {
			t.Errorf("still signed in: %s", p.path)
		}
	})
}

func TestSignInAsksForWhatIsMissing(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		p := s.anonymous(t).get("/sign-in", http.StatusOK).form("/sign-in").send(http.StatusUnprocessableEntity)
		p.wants("Error: Sign in", "Enter your email address", "Enter your password")
		s.anonymous(t).post("/sign-in", url.Values{"email": {"a\x00b"}, "password": {"x"}}, http.StatusUnprocessableEntity).wants("cannot be saved")
		s.anonymous(t).post("/sign-in", url.Values{"email": {"\xff"}, "password": {"x"}}, http.StatusUnprocessableEntity)
		s.anonymous(t).post("/sign-in", url.Values{"email": {strings.Repeat("a", 300)}, "password": {"x"}}, http.StatusUnprocessableEntity)
		s.anonymous(t).get("/reset-password", http.StatusOK).form("/reset-password").send(http.StatusUnprocessableEntity).wants("Enter your email address")
	})
}

func TestSignInIsRefusedAfterTooManyTriesForAWhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.withPassword(t, s.GP)
		try := func(email, password string, status int) *page {
			return s.anonymous(t).post("/sign-in", url.Values{"email": {email}, "password": {password}}, status)
		}
		for range 10 {
			try(s.GP.Email, "wrong", http.StatusUnauthorized)
		}
		refused := try(s.GP.Email, goodPassword, http.StatusTooManyRequests).wants("There were too many tries. Wait 15 minutes, then try again", `value="gp@example.org"`)
		if got := refused.header.Get("Retry-After"); got != "900" {
			t.Errorf("Retry-After = %q", got)
		}
		try(s.Mentor.Email, "wrong", http.StatusUnauthorized) // somebody else from the same address
		s.clock.Advance(16 * time.Minute)
		try(s.GP.Email, goodPassword, http.StatusOK)

		for range 10 {
			s.anonymous(t).post("/reset-password", url.Values{"email": {s.Mentor.Email}}, http.StatusOK)
		}
		s.anonymous(t).post("/reset-password", url.Values{"email": {s.Mentor.Email}}, http.StatusTooManyRequests).wants("too many tries")
	})
}

func TestALinkToChooseAPasswordWorksOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		path := s.link(t, s.Mentor)
		c := s.anonymous(t)
		form := c.get(path, http.StatusOK).wants("Choose a password", "Hello Nia Ward", "mentor@example.org").form(path)
		form.with("password", "short").send(http.StatusUnprocessableEntity).wants("Error: Choose a password", "Password must be 12 characters or more").lacks(`value="short"`)
		form.with("password", "passwordpassword").send(http.StatusUnprocessableEntity)
		form.with("password", goodPassword).send(http.StatusOK).wants("Hello Nia Ward")
		form.send(http.StatusNotFound).wants("This link does not work any more", "Get a new link")
		s.anonymous(t).get(path, http.StatusNotFound).wants("This link does not work any more")
		s.anonymous(t).get("/set-password/"+strings.Repeat("x", 500), http.StatusNotFound)

		late := s.link(t, s.GP)
		s.clock.Advance(15 * 24 * time.Hour)
		s.anonymous(t).get(late, http.StatusNotFound).wants("Get a new link")
	})
}

// TestAFormSentTooLateIsGivenBack: the session ends while somebody types. The
// sign-in page carries the text, sealed for the person whose session it was.
func TestAFormSentTooLateIsGivenBack(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.withPassword(t, s.Apprentice)
		s.withPassword(t, s.GP)
		form := asha.observation().with("narrative", "A long and careful text").with("intent", "save")
		s.clock.Advance(session.Idle + time.Minute)
		ended := form.send(http.StatusUnauthorized).wants("Sign in", "Your session has ended", "you get back everything you typed")
		ended.lacks("A long and careful text")
		if n := len(s.pieces(t)); n != 0 {
			t.Fatalf("%d pieces were saved", n)
		}
		sealed := ended.form("/sign-in")
		if sealed.values.Get("rescue") == "" {
			t.Fatal("the page carries nothing")
		}
		wrong := sealed.with("email", s.Apprentice.Email).with("password", "wrong").send(http.StatusUnauthorized).form("/sign-in")
		if wrong.values.Get("rescue") != sealed.values.Get("rescue") {
			t.Error("a wrong password loses the text")
		}

		t.Run("another person", func(t *testing.T) {
			again := *sealed
			p := s.anonymous(t).get("/sign-in", http.StatusOK)
			again.page = p
			gone := again.with("email", s.GP.Email).with("password", goodPassword).send(http.StatusOK)
			gone.wants("Hello Dr Megan Bell", "was not yours").lacks("A long and careful text")
		})
		t.Run("an altered text", func(t *testing.T) {
			kept, other := sealed.values.Get("rescue"), "A"
			if strings.HasPrefix(kept, other) {
				other = "B"
			}
			values := url.Values{"email": {s.Apprentice.Email}, "password": {goodPassword}, "rescue": {other + kept[1:]}}
			s.anonymous(t).post("/sign-in", values, http.StatusOK).wants("Hello Asha Patel")
		})
		t.Run("the same person", func(t *testing.T) {
			back := sealed.with("email", s.Apprentice.Email).with("password", goodPassword).send(http.StatusOK)
			back.wants("Your text is safe", "A long and careful text", "Morning blood pressure clinic")
			back.form("/evidence").send(http.StatusOK).wants("Draft saved.", "A long and careful text")
			s.onePiece(t)
		})
		t.Run("too late", func(t *testing.T) {
			s.clock.Advance(2 * time.Hour)
			values := url.Values{"email": {s.Apprentice.Email}, "password": {goodPassword}, "rescue": {sealed.values.Get("rescue")}}
			s.anonymous(t).post("/sign-in", values, http.StatusOK).wants("is too old to be given back")
		})
	})
}

func TestAFormOfNobodyKnownIsNotCarried(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		p := s.anonymous(t).post(s.path("/evidence"), url.Values{"narrative": {"A text"}}, http.StatusUnauthorized)
		p.wants("nothing was saved").lacks("A text", `name="rescue"`)
	})
}

// TestAPasswordIsNeverCarried: what is typed into a password field must not
// come back on a page.
func TestAPasswordIsNeverCarried(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		c := s.withPassword(t, s.GP)
		form := c.get("/account", http.StatusOK).form("/account/password").with("current_password", goodPassword).with("password", "another good one 17")
		s.clock.Advance(session.Idle + time.Minute)
		ended := form.send(http.StatusUnauthorized)
		back := ended.form("/sign-in").with("email", s.GP.Email).with("password", goodPassword).send(http.StatusOK)
		back.wants("Your text is safe").lacks(goodPassword, "another good one 17")
	})
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		c := s.as(t, s.GP)
		for range 8 { // in use all the time, but a day has an end
			s.clock.Advance(90 * time.Minute)
			p := c.get("/account", http.StatusOK)
			if strings.HasPrefix(p.path, "/sign-in") {
				return
			}
		}
		t.Error("a session in use never ends")
	})
}
