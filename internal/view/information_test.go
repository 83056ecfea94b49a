package view

import (
	"bytes"
	"strings"
	"testing"

	"countersign/internal/countersign"
)

// text returns what a page says.
func text(t *testing.T, site Site, page Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := newTestView(t, site).Render(&b, page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The notice that people see and docs/assurance/privacy-notice.md say the same.
func TestThePrivacyNoticeSaysWhatIsKept(t *testing.T) {
	t.Parallel()
	page := text(t, Site{
		Organisation: "Leeds Training Hub", Contact: "help@example.org", Retention: countersign.Retention{Years: 6, Basis: "the funding rules"},
	}, NewPrivacyPage())
	for _, said := range []string{
		"Leeds Training Hub", "help@example.org", "the controller", // who
		"run the training programme", "keep patients safe", "keep accounts safe", "legal basis", // why
		"registration number", "evidence", "breaks with their reason", "when you signed in", "the emails we send you", // what
		"Whoever you give your portfolio to", "host the service", "sends nothing elsewhere", "Your training hub", "An external verifier", "every training hub of the region has agreed", "a placement", // to whom
		"for 6 years after", "the funding rules", "never changed or deleted", "the personal content is erased", "Backups", // how long
		"copy of what is kept", "mistakes put right", "object", "to be erased", "Information Commissioner", // rights
		"People make every decision", "2 cookies", "Never enter anything about a patient",
	} {
		if !strings.Contains(page, said) {
			t.Errorf("the page doesn't say %q", said)
		}
	}
}

func TestTheAccessibilityStatementListsEveryKnownIssue(t *testing.T) {
	t.Parallel()
	page := text(t, Site{}, NewAccessibilityPage())
	for _, issue := range knownIssues {
		for _, said := range []string{issue.Problem, issue.Instead, issue.Criterion, issue.Plan} {
			if said == "" || !strings.Contains(page, said) {
				t.Errorf("the page doesn't say %q of %+v", said, issue)
			}
		}
	}
	partially := strings.Contains(page, "partially compliant")
	if partially != (len(knownIssues) > 0) {
		t.Errorf("%d known issues, and the page says partially compliant: %t", len(knownIssues), partially)
	}
	for _, said := range []string{"Accessibility Regulations 2018", "version 2.2", "Enforcement procedure", "Feedback and contact information", "not yet been tested by an outside body"} {
		if !strings.Contains(page, said) {
			t.Errorf("the page doesn't say %q", said)
		}
	}
}
