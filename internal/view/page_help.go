package view

import "countersign/internal/countersign"

// HelpPage explains the service, role by role.
type HelpPage struct {
	Layout
	Roles    []HelpRole
	Statuses []HelpStatus
}

// HelpRole is what a person in one role does here.
type HelpRole struct {
	ID    string
	Title string
	Intro string
	Steps []string
	Notes []string
}

// HelpStatus explains one status.
type HelpStatus struct {
	Tag     Tag
	Meaning string
}

// NewHelpPage returns the page.
func NewHelpPage() *HelpPage {
	return &HelpPage{Layout: Layout{Title: "Help"}, Roles: helpRoles, Statuses: helpStatuses}
}

// Template implements Page.
func (*HelpPage) Template() string { return "information/help" }

// StatusTable explains the statuses of a competency.
func (p *HelpPage) StatusTable() Table {
	t := Table{
		Caption: "What the status of a competency means", CaptionClasses: "nhsuk-u-visually-hidden",
		FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Status", Width: "one-third"}, {Text: "What it means"}},
	}
	for _, s := range p.Statuses {
		t.Rows = append(t.Rows, []Cell{{Body: Blocks{s.Tag}}, {Text: s.Meaning}})
	}
	return t
}

// NoPatients is the rule that matters most.
func (*HelpPage) NoPatients() WarningCallout { return (&PrivacyPage{}).NoPatients() }

// helpRoles follow the roles of the programme; docs/rules has the rules in full.
var helpRoles = []HelpRole{
	{
		ID: "apprentice", Title: "Apprentices",
		Intro: "You collect evidence of your work and show which competencies it proves.",
		Steps: []string{
			"Choose “Add evidence”, say what kind it is and write what you did. Add files if they help.",
			"Choose the competencies that it is evidence for, and say why. Save it as a draft as often as you like: nobody else sees a draft.",
			"Submit it for review. If it comes back, read the comment, change it and submit it again.",
			"Watch each competency: it tells you in plain words what is still missing.",
			"When everything is signed off, your portfolio is complete. You can download it at any time.",
		},
		Notes: []string{
			"If an assessor records something they saw you do, you are asked to confirm that you have read it.",
			"Competencies that are not core can be added to your scope. Your GP supervisor agrees to it.",
		},
	},
	{
		ID: "gp-supervisor", Title: "GP supervisors",
		Intro: "You review evidence, and your decision makes a competency signed off.",
		Steps: []string{
			"Open “Waiting for you”. What has waited longest is at the top.",
			"Read a piece of evidence and accept it, or return it with a comment that says what to change.",
			"When a competency is ready, choose the level that the apprentice has reached and sign it off. The page says before you sign whether a second person has to countersign.",
			"If the apprentice is not there yet, record “not yet competent” and say what to do next.",
		},
		Notes: []string{
			"Nobody can sign off their own work.",
			"A sign-off is never changed. If it was wrong, withdraw it and say why; the history stays.",
		},
	},
	{
		ID: "assessor", Title: "Secondary mentors and assessors",
		Intro: "You review evidence and assess the competencies that you are named for.",
		Steps: []string{
			"Open “Waiting for you” and review what has been submitted.",
			"If you watched the apprentice at work, record it yourself: it counts as observed.",
			"Assess a competency when it is ready. The GP supervisor is then asked to countersign.",
		},
		Notes: []string{
			"What you can assess depends on how you are named for the apprentice, and until when. If something is missing, ask the training hub.",
		},
	},
	{
		ID: "practice-manager", Title: "Practice managers",
		Intro: "You see how the apprentices of your practice are doing and who supports them.",
		Steps: []string{
			"Open an apprentice to see progress, dates and who is named.",
			"Review evidence in the administration domain, where the framework asks practice managers to assess it.",
		},
	},
	{
		ID: "lead", Title: "Training hub, region and national leads",
		Intro: "You see progress, never the evidence itself.",
		Steps: []string{
			"Hub leads enrol apprentices, name the people who support them, and follow progress and waiting times over their practices.",
			"Region and national leads see totals.",
		},
	},
	{
		ID: "verifier", Title: "External verifiers",
		Intro: "You read the portfolios that were assigned to you.",
		Steps: []string{
			"Open a portfolio. Every decision shows who made it, in what role, when, and on which evidence.",
		},
	},
	{
		ID: "administrator", Title: "Administrators",
		Intro: "You look after people and organisations. You do not see training records.",
		Steps: []string{
			"Add people, give them their role at an organisation, and end it on a date when they leave.",
		},
	},
}

var helpStatuses = []HelpStatus{
	{CompetencyTag(countersign.NotStarted), "There is no evidence for it yet."},
	{CompetencyTag(countersign.InProgress), "There is some evidence. The competency’s page says what is missing."},
	{CompetencyTag(countersign.Ready), "There is enough evidence. Somebody can now assess it."},
	{CompetencyTag(countersign.Assessed), "One person has judged it. A second person still has to."},
	{CompetencyTag(countersign.SignedOff), "It is done."},
	{CompetencyTag(countersign.StatusNotYet), "The last judgement was “not yet competent”. The comment says what to do next."},
	{CompetencyTag(countersign.Expired), "It was signed off, but has to be shown afresh because time has passed."},
	{CompetencyTag(countersign.NotApplicable), "It is not part of this apprenticeship."},
}

func init() {
	addSamples(func() []Sample {
		signedIn := NewHelpPage()
		signedIn.Viewer = sampleViewer
		return []Sample{{"help", NewHelpPage()}, {"help: signed in", signedIn}}
	})
}
