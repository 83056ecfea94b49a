package view

import (
	"time"

	"countersign/internal/countersign"
)

// AccessibilityPage is the accessibility statement in the model form that the
// Public Sector Bodies Accessibility Regulations 2018 ask for.
type AccessibilityPage struct{ Layout }

// NewAccessibilityPage returns the page.
func NewAccessibilityPage() *AccessibilityPage {
	return &AccessibilityPage{Layout{Title: "Accessibility statement for Countersign"}}
}

// Template implements Page.
func (*AccessibilityPage) Template() string { return "information/accessibility" }

// AccessibilityIssue is a known fault of the product.
type AccessibilityIssue struct {
	Problem   string // what doesn't work, for whom
	Instead   string // what people can do meanwhile
	Criterion string // the success criterion of WCAG 2.2 that it fails
	Plan      string // what will be done
}

// knownIssues is the list that the statement shows. Take an entry out when its
// fault is mended, and set reviewedOn whenever the list was gone through.
var knownIssues = []AccessibilityIssue{}

// When the statement was first written, and when it was last gone through.
var (
	statementOn = countersign.On(2026, time.November, 22)
	reviewedOn  = countersign.On(2026, time.November, 22)
)

// Issues returns the known faults.
func (*AccessibilityPage) Issues() []AccessibilityIssue { return knownIssues }

// Prepared returns when the statement was first written.
func (*AccessibilityPage) Prepared() countersign.Date { return statementOn }

// Reviewed returns when the statement was last gone through.
func (*AccessibilityPage) Reviewed() countersign.Date { return reviewedOn }

// PrivacyPage says what is kept about people and why.
type PrivacyPage struct{ Layout }

// NewPrivacyPage returns the page.
func NewPrivacyPage() *PrivacyPage { return &PrivacyPage{Layout{Title: "Privacy"}} }

// Template implements Page.
func (*PrivacyPage) Template() string { return "information/privacy" }

// Who returns who sees what, for a table.
func (*PrivacyPage) Who() Table {
	return Table{
		Caption: "Who can see your apprenticeship", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Person"}, {Text: "What they see"}},
		Rows: [][]Cell{
			{{Text: "You"}, {Text: "Everything in your own record"}},
			{{Text: "The GP supervisor, mentors and assessors named for you"}, {Text: "Your whole record, but not your drafts"}},
			{{Text: "Your practice manager"}, {Text: "Your progress, who is named for you, and evidence in the administration domain"}},
			{{Text: "Your training hub"}, {Text: "Enrolment, progress, decisions and how long things have waited. Not your evidence, files or portfolio"}},
			{{Text: "Your region’s lead"}, {Text: "Totals. Where every training hub of the region has agreed to it, also who is enrolled, their progress and who is named for them. Not your evidence, files or portfolio"}},
			{{Text: "The national lead"}, {Text: "Totals only"}},
			{{Text: "A place where you are on a placement"}, {Text: "Your name and that placement, by a link that is emailed to them to confirm your hours"}},
			{{Text: "An external verifier"}, {Text: "Portfolios that were assigned to them"}},
			{{Text: "Administrators"}, {Text: "People and organisations. Not your record"}},
		},
	}
}

func init() {
	addSamples(func() []Sample {
		return []Sample{
			{"accessibility statement", NewAccessibilityPage()},
			{"privacy", NewPrivacyPage()},
		}
	})
}

// NoPatients is the rule that matters most.
func (*PrivacyPage) NoPatients() WarningCallout {
	return WarningCallout{
		Heading: Heading{Text: "Never enter anything about a patient", Level: 2},
		Text: "This is a training record. Do not enter a patient’s name, date of birth, NHS number or anything else " +
			"that could tell somebody who they are, and do not upload files that show it.",
	}
}
