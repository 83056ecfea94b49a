package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"countersign/internal/browsertest"
	"countersign/internal/countersign"
	"countersign/internal/view"
)

// TestTheApprenticeInABrowser walks through the pages as an apprentice, on a
// phone with scripts and on a large screen without.
func TestTheApprenticeInABrowser(t *testing.T) {
	t.Parallel()
	if !view.AssetsBuilt() {
		t.Fatal("the assets are not built. Run: make assets")
	}
	picture := filepath.Join(t.TempDir(), "clinic.jpg")
	if err := os.WriteFile(picture, photo(t, 1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range []browsertest.Options{{Width: 320, Height: 640, Mobile: true, JavaScript: true}, {Width: 1280}} {
		t.Run(o.String(), func(t *testing.T) {
			t.Parallel()
			p := browsertest.New(t, o)
			onSQLite(t, func(t *testing.T, s *site) { asApprentice(t, p, s, o.JavaScript, picture) })
		})
	}
}

func asApprentice(t *testing.T, p *browsertest.Page, s *site, scripts bool, picture string) {
	t.Helper()
	look := func(name string, wants ...string) {
		t.Helper()
		p.WantText(wants...)
		p.NoSidewaysScroll()
		p.Axe()
		p.Screenshot(name)
	}
	p.Goto(s.url + "/sign-in")
	p.Click("Sign in as Asha Patel")
	look("home", "What to do next", "Note something quickly")

	p.Goto(s.url + s.path("/evidence/new"))
	look("kinds", "What kind of evidence is it?")
	p.Click("Observation")
	p.Click("Continue")
	p.Fill("Title", "Morning clinic 🙂")
	if scripts {
		wait(t, p, "Draft saved at 9am")
		if e := s.onePiece(t); e.Title != "Morning clinic 🙂" {
			t.Errorf("the draft is called %q", e.Title)
		}
		p.Fill("Find a competency", "blood pressure")
		p.WantText("1 competency found", "GPA-CL2 Blood pressure")
		look("form, a competency looked for")
	}
	look("form")
	p.Fill("What did you do?", "Took four readings")
	if scripts { // a save under way when the button is pressed is no conflict
		browsertest.Eval[any](p, `void document.querySelector("form[data-autosave]").dispatchEvent(new Event("input"))`)
	}
	p.Click("Submit for review")
	look("form with errors", "There is a problem", "Enter the date of the activity", "Your draft was saved")
	p.Fill("Day", "1")
	p.Fill("Month", "3")
	p.Fill("Year", "2026")
	p.Fill("Where was it?", "Room 1")
	p.Fill("What was seen?", "Blood pressure")
	p.Click("Clinical: 0 of 12 selected")
	p.Click("GPA-CL2 Blood pressure")
	if scripts {
		p.WantText("Clinical: 1 of 12 selected")
	}
	p.Fill("Why is it evidence for GPA-CL2?", "It shows my technique")
	p.Upload("Add files (optional)", picture)
	p.Click("I confirm that no patient can be identified from this piece")
	p.Click("Submit for review")
	look("piece", "Submitted for review.", "clinic.jpg", "It shows my technique", "can review it")
	if e := s.onePiece(t); e.State != countersign.Submitted || len(e.Attachments) != 1 {
		t.Errorf("the piece is %s with %d files", e.State, len(e.Attachments))
	}
	for name, path := range map[string]string{
		"record": "", "competencies": "/competencies", "evidence": "/evidence", "scope": "/scope", "reflective": "/evidence/new?kind=reflective_account",
	} {
		p.Goto(s.url + s.path(path))
		look(name)
	}
}

// wait waits until the text can be seen.
func wait(t *testing.T, p *browsertest.Page, text string) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if strings.Contains(p.Text(), text) {
			return
		}
	}
	t.Fatalf("no %q to be seen after 15 seconds; there is:\n%s", text, p.Text())
}
