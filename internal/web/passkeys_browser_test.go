package web_test

import (
	"strings"
	"testing"

	"countersign/internal/browsertest"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/view"
)

// TestAPasskeyInABrowser adds a passkey on a phone, signs in with it, signs one
// decision and then a batch.
func TestAPasskeyInABrowser(t *testing.T) {
	if !view.AssetsBuilt() {
		t.Fatal("the assets are not built. Run: make assets")
	}
	onSQLiteReal(t, func(t *testing.T, s *site) {
		for _, code := range []string{raising, "GPA-CA1"} {
			s.accepted(t, s.Mentor, "First for "+code, code)
			s.accepted(t, s.Mentor, "Second for "+code, code)
		}
		s.withPassword(t, s.GP)
		p := browsertest.New(t, browsertest.Options{Width: 320, Height: 640, Mobile: true, JavaScript: true})
		p.Authenticator()
		home := strings.Replace(s.url, "127.0.0.1", "localhost", 1) // browsers know no passkeys for a number
		look := func(wants ...string) {
			t.Helper()
			p.WantText(wants...)
			p.NoSidewaysScroll()
			p.Axe()
		}
		p.Goto(home + "/sign-in")
		look("Sign in with a passkey", "Or by password")
		p.Fill("Email address", s.GP.Email)
		p.Fill("Password", goodPassword)
		p.Click("Sign in")
		p.Goto(home + "/account/security")
		look("You have none yet.")
		p.Fill("Name of the new passkey", "My phone")
		add := p.In("New passkey")
		add.Fill("Your current password", goodPassword)
		add.Click("Add a passkey")
		look("The passkey is added.", "My phone")
		p.Goto(home + "/")
		p.Click("Sign out")
		p.Click("Sign in with a passkey")
		p.WantText("Hello " + s.GP.Name)

		p.Goto(home + s.competency("GPA-CL1"))
		p.In("Is " + s.Apprentice.Name + " competent? \u00a0 in " + s.title(t, "GPA-CL1") + "\u00a0").Click("Not yet competent")
		p.Fill("Comment", "Speak up sooner")
		look("What you sign")
		p.Click("Sign and save")
		look("signed with a passkey, key", "Speak up sooner")

		p.Goto(home + "/queue")
		for _, row := range []string{s.title(t, "GPA-CA1"), s.title(t, raising)} {
			in := p.In(row)
			in.Select("Decision", "Not yet competent, with next steps")
			in.Fill("Comment", "Practise once more")
		}
		look()
		p.Click("Sign and save decisions")
		look("2 decisions saved.")

		all, err := s.svc.SignOffs(t.Context(), s.Actor(t, s.Apprentice), s.App.ID)
		if err != nil || len(all) != 3 {
			t.Fatalf("%d decisions, %v", len(all), err)
		}
		batch := 0
		for _, so := range all {
			if err := ledger.CheckSignature(so.Signature, []byte(so.Canonical), so.Fingerprint()); err != nil {
				t.Errorf("%s: %v", so.Competency, err)
			}
			if strings.Contains(so.Signature, "digests") {
				batch++
			}
		}
		if batch != 2 {
			t.Errorf("%d decisions were signed together, not 2", batch)
		}
		s.wantStanding(t, raising, countersign.StatusNotYet)
	})
}

// title is what the queue calls a competency.
func (s *site) title(t *testing.T, code string) string {
	t.Helper()
	c, ok := s.Framework.Competency(code)
	if !ok {
		t.Fatalf("no competency %s", code)
	}
	return c.Code + " " + c.Title
}
