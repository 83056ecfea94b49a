package view

import "countersign/internal/countersign"

// HelpPage explains the service, role by role.
type HelpPage struct {
	Layout
	Roles    []HelpRole
	Account  []HelpRole // how to get in, for everybody
	Statuses []HelpStatus
}

// HelpRole is what a person in one role, or with one need, does here.
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
	return &HelpPage{Layout: Layout{Title: "Help"}, Roles: helpRoles, Account: helpAccount, Statuses: helpStatuses}
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
			"When somebody has lost their phone or passkey, make sure that it is them: call them on a number that you know. Then open their page, sign them out everywhere and remove what they have lost.",
		},
	},
}

// helpAccount is how to get in, and to prove that it is you when you sign.
var helpAccount = []HelpRole{
	{
		ID: "passkey", Title: "Set up a passkey",
		Intro: "A passkey is the safest and quickest way to sign in and to sign. Your phone, computer or security key keeps it, and asks for your finger, face or PIN. There is nothing to remember or type.",
		Steps: []string{
			"Sign in, open “Account”, then “Passkeys and authenticator app”.",
			"Give the passkey a name, such as “work laptop”. If you have set up nothing else yet, enter your password.",
			"Choose “Add a passkey” and do what your phone or computer asks.",
			"Add a second passkey on another device, so that losing one does not shut you out.",
		},
		Notes: []string{
			"If your computer at work does not let you keep a passkey, choose “use another device” when it asks, and scan the code with your phone. A security key works too.",
		},
	},
	{
		ID: "app", Title: "Set up an authenticator app",
		Intro: "Where you cannot use a passkey, sign in and sign with your password and a code that an app on your phone shows. Any app for one-time codes works, such as the one of Microsoft or Google, or your password manager.",
		Steps: []string{
			"Sign in, open “Account”, then “Passkeys and authenticator app”, and choose “Set up an authenticator app”.",
			"Scan the square picture with the app. If you cannot, type the key that stands beside it.",
			"Enter the 6 digits that the app shows, and choose “Turn on”.",
			"Keep the recovery codes that are shown then.",
		},
	},
	{
		ID: "recovery-codes", Title: "Keep your recovery codes",
		Intro: "With an authenticator app you get 10 recovery codes. Each lets you sign in once with your password when you do not have the app. They are shown only once.",
		Steps: []string{
			"Print them or write them down, and keep them where only you get at them. Do not keep them on the phone that has the app.",
			"When the app asks for a code and you do not have it, enter a recovery code instead.",
			"When few are left, open “Account”, then “Passkeys and authenticator app”, and choose “Make new recovery codes”. The old ones stop working.",
		},
		Notes: []string{"A recovery code lets you in, but does not let you sign off a competency. Set up the app again for that, or add a passkey."},
	},
	{
		ID: "lost-phone", Title: "If your phone is lost or stolen",
		Intro: "Do this as soon as you notice, from any other device.",
		Steps: []string{
			"Sign in with a passkey on another device, or with your password and a recovery code.",
			"Open “Account”, then “Where you are signed in”, and sign out everywhere else. Look through the sign-in history for anything that was not you.",
			"Open “Passkeys and authenticator app”. Remove the passkey of the lost phone, or the authenticator app, and set up a new one.",
			"If somebody may know your password, change it. That signs you out everywhere else, too.",
		},
		Notes: []string{
			"If you can no longer sign in at all, call the administrator of your training hub. Once they are sure that it is you, they sign you out everywhere and remove what you have lost. You then sign in with your password and set it up again.",
			"What you signed before stays valid.",
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
