package view

import (
	"strconv"

	"countersign/internal/countersign"
)

// GatewayPage is the way out of a programme: the checklist, what was handed in
// and answered, the award and the certificate.
type GatewayPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Checklist      []countersign.CheckedCondition
	Submissions    []countersign.Submission // oldest first
	Award          *countersign.AwardGiven
	Verifiers      []string
	Barred         string // why the viewer can't verify though named for it
	MaySubmit      bool
	MayVerify      bool
	MayAward       bool
	Portfolio      bool // the viewer may read it
	Today          countersign.Date
	Stale          bool
	Declared       []string // codes, as ticked
}

// NewGatewayPage returns the page of an apprenticeship.
func NewGatewayPage(a countersign.Apprenticeship, f countersign.Framework, own bool) *GatewayPage {
	p := &GatewayPage{Apprenticeship: a, Framework: f, Layout: Layout{Title: "Your " + f.WordsFor(a.StartOn).Gateway, Notice: f.Notice}}
	record := Link{Text: "Your record", Href: apprenticeshipHref(a.ID)}
	if !own {
		p.Title, record.Text = capital(f.WordsFor(a.StartOn).Gateway)+": "+a.ApprenticeName, a.ApprenticeName
	}
	p.Breadcrumbs = []Link{{Text: "Home", Href: "/"}, record}
	return p
}

// Template implements Page.
func (*GatewayPage) Template() string { return "gateway/gateway" }

func gatewayHref(id countersign.ApprenticeshipID) string { return apprenticeshipHref(id) + "/gateway" }

// Tags say where it stands.
func (p *GatewayPage) Tags() Tags { return programmeTags(p.Apprenticeship, p.Today) }

// Lead says in a sentence what the page is about now.
func (p *GatewayPage) Lead() string {
	w := p.Framework.WordsFor(p.Apprenticeship.StartOn)
	last := len(p.Submissions) - 1
	switch p.Apprenticeship.State {
	case countersign.HandedIn:
		if last < 0 {
			return "The portfolio was submitted. Nothing is added to the record until the verifier answers."
		}
		since := Waiting(p.Submissions[last].At, p.Today)
		if len(p.Verifiers) == 0 {
			return "The portfolio was submitted, and is " + since + ". No verifier is named yet: the practice manager or the training hub names one."
		}
		return "The portfolio is with " + Sentence(p.Verifiers) + ", " + since + ". Nothing is added to the record until they answer."
	case countersign.ReferredBack:
		return "The verifier referred the portfolio back. The record is open again, and the portfolio can be submitted once more when the checklist is met."
	case countersign.WithdrawnFromProgramme:
		return "The programme ended before the portfolio was submitted."
	case countersign.CompletedProgramme:
		return "The programme was completed on " + Date(p.Apprenticeship.EndedOn) + "."
	}
	return "When every condition is met, the GP supervisor submits the portfolio. Then comes the " + w.Assessment + ", by the " + w.Body + "."
}

// shownMissing is how many competencies a line of the checklist names.
const shownMissing = 6

// Table is the checklist.
func (p *GatewayPage) Table() Table {
	t := Table{
		Caption: "Checklist", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Condition"}, {Text: "Met"}, {Text: "What the record shows"}},
	}
	for _, c := range p.Checklist {
		tag := Tag{Text: "Met", Colour: "green"}
		if !c.Met {
			tag = Tag{Text: "Not yet", Colour: "yellow"}
		}
		says := Blocks{Text(c.Says)}
		for i, m := range c.Missing[:min(len(c.Missing), shownMissing)] {
			before := ", "
			if i == 0 {
				before = " Missing: "
			}
			says = append(says, Text(before), Link{Text: m.Code, Href: apprenticeshipHref(p.Apprenticeship.ID) + "/competencies/" + m.Code, Hidden: m.Title})
		}
		if more := len(c.Missing) - shownMissing; more > 0 {
			says = append(says, Text(" and "+Number(more)+" more."))
		}
		t.Rows = append(t.Rows, []Cell{{Text: c.Title}, {Body: Blocks{tag}}, {Body: says}})
	}
	return t
}

// Declarations are the conditions that the GP supervisor declares; none when
// there is nothing to declare.
func (p *GatewayPage) Declarations() Checkboxes {
	c := Checkboxes{
		Name: "conditions", Legend: Legend{Text: "What do you declare?", Size: "s"}, Values: p.Declared, Error: p.Errors.Of("conditions"),
		Hint: "Your name and the time are kept with each.",
	}
	for _, line := range p.Checklist {
		if line.ByPerson {
			c.Items = append(c.Items, Choice{Value: line.Code, Text: line.Title, Checked: line.Met})
		}
	}
	return c
}

// Declare keeps what is ticked.
func (*GatewayPage) Declare() Button {
	return Button{Text: "Save what I declare", Variant: "secondary", Once: true}
}

// Submit hands the portfolio in.
func (*GatewayPage) Submit() Button { return Button{Text: "Submit to the verifier", Once: true} }

// Met reports whether the portfolio can be submitted.
func (p *GatewayPage) Met() bool { return countersign.ChecklistMet(p.Checklist) }

// Next is what can be done from here.
func (p *GatewayPage) Next() Buttons {
	var b Buttons
	id := p.Apprenticeship.ID
	if p.MayVerify {
		b.Buttons = append(b.Buttons, Button{Text: "Verify or refer back", Href: gatewayHref(id) + "/verification"})
	}
	if p.Apprenticeship.State == countersign.CompletedProgramme {
		b.Buttons = append(b.Buttons, Button{Text: "Download the certificate (PDF)", Href: apprenticeshipHref(id) + "/certificate.pdf"})
	}
	if p.Portfolio {
		b.Links = append(b.Links, Link{Text: "Read the portfolio", Href: apprenticeshipHref(id) + "/portfolio"})
	}
	if p.MayAward {
		text := "Record the award"
		if p.Award != nil {
			text = "Correct the award"
		}
		b.Links = append(b.Links, Link{Text: text, Href: gatewayHref(id) + "/award"})
	}
	return b
}

// AwardList is what was awarded.
func (p *GatewayPage) AwardList() SummaryList {
	g := p.Award
	rows := []SummaryRow{{Key: "Award", Value: g.Title}, {Key: "Given by", Value: g.Body}}
	if g.Level != "" {
		rows = append(rows, SummaryRow{Key: "Level", Value: g.Level})
	}
	if g.Credits > 0 {
		rows = append(rows, SummaryRow{Key: "Credits", Value: Number(g.Credits)})
	}
	if g.Number != "" {
		rows = append(rows, SummaryRow{Key: "Number", Value: g.Number})
	}
	return SummaryList{Rows: append(rows, SummaryRow{Key: "Date", Value: Date(g.On)}, SummaryRow{Key: "Recorded by", Value: or(g.ByName, "Somebody") + ", on " + Day(g.At)})}
}

// Sent is a submission with its answer.
type Sent struct {
	Heading   string
	Facts     SummaryList
	Referrals *Table
}

// History is what was submitted and answered, the latest first.
func (p *GatewayPage) History() []Sent {
	out := make([]Sent, 0, len(p.Submissions))
	for i := len(p.Submissions) - 1; i >= 0; i-- {
		s := p.Submissions[i]
		sent := Sent{Heading: "Submission " + strconv.Itoa(s.Number)}
		rows := []SummaryRow{{Key: "Submitted", Value: Day(s.At) + ", by " + or(s.ByName, "somebody")}}
		v := s.Verification
		switch {
		case v == nil:
			rows = append(rows, SummaryRow{Key: "Answer", Value: "None yet"})
		case v.Outcome == countersign.PortfolioVerified:
			rows = append(rows, SummaryRow{Key: "Answer", Value: "Verified on " + Day(v.At) + " by " + or(v.ByName, "somebody")})
		default:
			rows = append(rows, SummaryRow{Key: "Answer", Value: "Referred back on " + Day(v.At) + " by " + or(v.ByName, "somebody")})
		}
		if v != nil && v.Comment != "" {
			rows = append(rows, SummaryRow{Key: "Comment", Value: v.Comment})
		}
		sent.Facts = SummaryList{Rows: rows}
		if v != nil && len(v.Referrals) > 0 {
			t := Table{
				Caption: "Competencies referred back in submission " + strconv.Itoa(s.Number), CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true,
				Head: []Column{{Text: "Competency"}, {Text: "What is missing"}},
			}
			for _, r := range v.Referrals {
				c, _ := p.Framework.Competency(r.Competency)
				t.Rows = append(t.Rows, []Cell{
					{Text: r.Competency + " " + c.Title, Href: apprenticeshipHref(p.Apprenticeship.ID) + "/competencies/" + r.Competency}, {Text: r.Comment},
				})
			}
			sent.Referrals = &t
		}
		out = append(out, sent)
	}
	return out
}

// VerificationPage is where a verifier answers a submission.
type VerificationPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Number         int // of the submission
	SentAt         string
	Outcome        string
	Comment        string
	Referrals      []countersign.Referral // as typed, with an empty one to go on
	Stale          bool
}

// NewVerificationPage returns the form.
func NewVerificationPage(a countersign.Apprenticeship, f countersign.Framework) *VerificationPage {
	return &VerificationPage{
		Layout:         Layout{Title: "Verify or refer back: " + a.ApprenticeName, Back: BackLink{Href: gatewayHref(a.ID)}, Notice: f.Notice},
		Apprenticeship: a, Framework: f,
	}
}

// Template implements Page.
func (*VerificationPage) Template() string { return "gateway/form" }

// Intro says what the answer means.
func (*VerificationPage) Intro() string {
	return "Verifying completes the programme. Referring back opens the record again for more work on the competencies that you name."
}

// Action is where the form goes.
func (p *VerificationPage) Action() string { return gatewayHref(p.Apprenticeship.ID) + "/verification" }

// Seen is the version that the answer is about.
func (p *VerificationPage) Seen() int { return p.Apprenticeship.Version }

// Present is what was submitted.
func (p *VerificationPage) Present() SummaryList {
	a := p.Apprenticeship
	return SummaryList{Rows: []SummaryRow{
		{Key: "Practice", Value: a.PracticeName}, {Key: "Programme", Value: p.Framework.Title + ", version " + p.Framework.Version},
		{Key: "Submission", Value: strconv.Itoa(p.Number) + ", " + p.SentAt},
		{Key: "Portfolio", Body: Blocks{Link{Text: "Read the portfolio", Href: apprenticeshipHref(a.ID) + "/portfolio"}}},
	}}
}

// Fields ask for the answer.
func (p *VerificationPage) Fields() Blocks {
	var refer Blocks
	options := []Option{{Text: "Select a competency"}}
	for _, c := range p.Framework.Competencies() {
		options = append(options, Option{Value: c.Code, Text: c.Code + " " + c.Title})
	}
	for i, r := range p.Referrals {
		at, n := "referrals."+strconv.Itoa(i)+".", " "+strconv.Itoa(i+1)
		refer = append(refer,
			Select{Name: at + "competency", Label: Label{Text: "Competency" + n}, Options: options, Value: r.Competency, Error: or(p.Errors.Of(at+"competency"), p.none(i))},
			Textarea{Name: at + "comment", Label: Label{Text: "What is missing for competency" + n + "?"}, Value: r.Comment, Error: p.Errors.Of(at + "comment"), Rows: 3})
	}
	refer = append(refer, Button{Text: "Add another competency", Variant: "secondary", Small: true, Name: "more", Value: "1"})
	return Blocks{
		Radios{Name: "outcome", Legend: Legend{Text: "What is your answer?"}, Value: p.Outcome, Error: p.Errors.Of("outcome"), Items: []Choice{
			{Value: string(countersign.PortfolioVerified), Text: "Verify the portfolio"},
			{Value: string(countersign.PortfolioReferred), Text: "Refer it back", Conditional: refer},
		}},
		Textarea{Name: "comment", Label: Label{Text: "Comment on the whole (optional)"}, Value: p.Comment, Error: p.Errors.Of("comment"), Rows: 4, Hint: "The apprentice and the mentors read it."},
	}
}

// none is what stands at the first competency when there is none at all.
func (p *VerificationPage) none(i int) string {
	if i == 0 {
		return p.Errors.Of("referrals")
	}
	return ""
}

// Submit answers.
func (*VerificationPage) Submit() Button { return Button{Text: "Save the answer", Once: true} }

// AwardPage records what was awarded.
type AwardPage struct {
	Layout
	Apprenticeship                     countersign.Apprenticeship
	Facts                              countersign.Award // of the programme
	Number                             int               // of the award that is corrected; 0 for none
	Name, Body, Level, Credits, Certif string            // as typed
	On                                 DateValue
	Stale                              bool
}

// NewAwardPage returns the form, filled in with what the programme says, or
// with the award that is to be corrected.
func NewAwardPage(a countersign.Apprenticeship, f countersign.Framework, present *countersign.AwardGiven) *AwardPage {
	p := &AwardPage{
		Layout:         Layout{Title: "Record the award of " + a.ApprenticeName, Back: BackLink{Href: gatewayHref(a.ID)}},
		Apprenticeship: a, Facts: f.Award, Name: f.Award.Title, Body: f.Award.Body, Level: f.Award.Level,
	}
	if f.Award.Credits > 0 {
		p.Credits = strconv.Itoa(f.Award.Credits)
	}
	if g := present; g != nil {
		p.Title = "Correct the award of " + a.ApprenticeName
		p.Number, p.Name, p.Body, p.Level, p.Certif, p.On = g.Nth, g.Title, g.Body, g.Level, g.Number, DateValueOf(g.On)
		p.Credits = strconv.Itoa(g.Credits)
	}
	return p
}

// Template implements Page.
func (*AwardPage) Template() string { return "gateway/form" }

// Intro says what is known about the award.
func (p *AwardPage) Intro() string {
	if p.Facts.Title == "" {
		return "This programme itself leads to no award. Record one that was given for it."
	}
	return "Filled in from the programme: change what is different."
}

// Action is where the form goes.
func (p *AwardPage) Action() string { return gatewayHref(p.Apprenticeship.ID) + "/award" }

// Seen is the number of the award that was shown.
func (p *AwardPage) Seen() int { return p.Number }

// Present is whom it is for.
func (p *AwardPage) Present() SummaryList {
	a := p.Apprenticeship
	return SummaryList{Rows: []SummaryRow{{Key: "Practice", Value: a.PracticeName}, {Key: "Started", Value: Date(a.StartOn)}, {Key: "Completed", Value: Date(a.EndedOn)}}}
}

// Fields are the award.
func (p *AwardPage) Fields() Blocks {
	text := func(name, label, value string, width int) Input {
		return Input{Name: name, Label: Label{Text: label}, Value: value, Error: p.Errors.Of(name), Width: width}
	}
	credits := text("credits", "Credits (optional)", p.Credits, 4)
	credits.InputMode = "numeric"
	return Blocks{
		text("title", "Award", p.Name, 0), text("body", "Given by", p.Body, 0), text("level", "Level (optional)", p.Level, 20), credits,
		text("number", "Number of the certificate (optional)", p.Certif, 20),
		DateInput{Name: "awarded_on", Legend: Legend{Text: "Date of the award"}, Value: p.On, Error: p.Errors.Of("awarded_on")},
	}
}

// Submit records it.
func (*AwardPage) Submit() Button { return Button{Text: "Save the award", Once: true} }

// BriefingPage records when somebody attended the mentor briefing.
type BriefingPage struct {
	Layout
	Path   string
	Naming countersign.Naming
	On     DateValue
	Stale  bool
}

// NewBriefingPage returns the form for a naming.
func NewBriefingPage(path string, n countersign.Naming) *BriefingPage {
	return &BriefingPage{
		Layout: Layout{Title: "Mentor briefing of " + n.PersonName, Back: BackLink{Href: path + "/namings"}},
		Path:   path, Naming: n, On: DateValueOf(n.BriefingOn),
	}
}

// Template implements Page.
func (*BriefingPage) Template() string { return "gateway/form" }

// Intro says what it is for.
func (*BriefingPage) Intro() string {
	return "A payment to the practice can depend on it. Leave the date empty if they did not attend."
}

// Action is where the form goes.
func (p *BriefingPage) Action() string {
	return p.Path + "/namings/" + string(p.Naming.ID) + "/briefing"
}

// Seen asks for no check.
func (*BriefingPage) Seen() int { return 0 }

// Present is who is named.
func (p *BriefingPage) Present() SummaryList {
	return SummaryList{Rows: []SummaryRow{{Key: "Role", Value: roleTitle(p.Naming.Role)}, {Key: "Named from", Value: Date(p.Naming.From)}}}
}

// Fields is the day.
func (p *BriefingPage) Fields() Blocks {
	return Blocks{DateInput{Name: "attended_on", Legend: Legend{Text: "When did they attend the mentor briefing?"}, Value: p.On, Error: p.Errors.Of("attended_on")}}
}

// Submit keeps it.
func (*BriefingPage) Submit() Button { return Button{Text: "Save", Once: true} }

func init() {
	addSamples(func() []Sample {
		f := sampleLearnerFramework()
		f.Award = countersign.Award{Title: "General Practice Assistant certificate", Body: "University", Level: "Level 4", Credits: 10}
		codes := f.Competencies()
		page := func(state countersign.ApprenticeshipState, own bool) *GatewayPage {
			a := sampleApprenticeship()
			if a.State = state; state == countersign.CompletedProgramme {
				a.EndedOn = countersign.On(2026, 3, 1)
			}
			p := NewGatewayPage(a, f, own)
			p.Today, p.Verifiers, p.Portfolio = countersign.LondonDate(sampleNow), []string{"Professor Ingrid Sørensen"}, true
			p.Checklist = []countersign.CheckedCondition{
				{Condition: countersign.Condition{Code: "core", Title: "Every core competency is signed off at its level"}, Says: "9 of 16 are signed off.", Missing: codes[:min(len(codes), 7)]},
				{Condition: countersign.Condition{Code: "reviews", Title: "Progress reviews were held in time"}, Met: true, Says: "No progress review is overdue."},
				{Condition: countersign.Condition{Code: "ready", Title: "The GP supervisor declares the portfolio ready"}, ByPerson: true, Says: "The GP supervisor has not declared this yet."},
			}
			return p
		}
		open := page(countersign.Active, false)
		open.MaySubmit = true
		own := page(countersign.Active, true)
		ready := page(countersign.ReferredBack, false)
		ready.MaySubmit = true
		for i := range ready.Checklist {
			ready.Checklist[i].Met, ready.Checklist[i].Missing = true, nil
		}
		ready.Checklist[0].Says, ready.Checklist[2].Says = "16 of 16 are signed off.", "Declared by Dr Megan Bell on 2 March 2026."
		first := countersign.Submission{Number: 1, ByName: "Dr Megan Bell", At: sampleNow.AddDate(0, 0, -20), Verification: &countersign.Verification{
			Outcome: countersign.PortfolioReferred, ByName: "Professor Ingrid Sørensen", At: sampleNow.AddDate(0, 0, -12), Comment: "A strong portfolio.",
			Referrals: []countersign.Referral{{Competency: codes[0].Code, Comment: "Only one observation in the last year"}},
		}}
		ready.Submissions = []countersign.Submission{first}
		stale := page(countersign.Active, false)
		stale.MaySubmit, stale.Stale = true, true
		stale.Fail(countersign.InvalidField("conditions", "The checklist has no such condition to declare"))
		sent := page(countersign.HandedIn, false)
		sent.Checklist, sent.MayVerify = ready.Checklist, true
		sent.Submissions = []countersign.Submission{first, {Number: 2, ByName: "Dr Megan Bell", At: sampleNow.AddDate(0, 0, -3)}}
		alone := page(countersign.HandedIn, false)
		alone.Checklist, alone.Submissions, alone.Verifiers = ready.Checklist, sent.Submissions, nil
		barred := page(countersign.HandedIn, false)
		barred.Checklist, barred.Submissions, barred.Barred = ready.Checklist, sent.Submissions, "You signed A1 in this record, so somebody else must verify it"
		done := page(countersign.CompletedProgramme, false)
		done.Checklist, done.MayAward = ready.Checklist, true
		done.Submissions = []countersign.Submission{first, {Number: 2, ByName: "Dr Megan Bell", At: sampleNow.AddDate(0, 0, -9), Verification: &countersign.Verification{
			Outcome: countersign.PortfolioVerified, ByName: "Professor Ingrid Sørensen", At: sampleNow.AddDate(0, 0, -2),
		}}}
		done.Award = &countersign.AwardGiven{Nth: 1, Title: f.Award.Title, Body: "University of Teesside", Level: "Level 4", Credits: 10, Number: "GPA/26/7", On: countersign.On(2026, 3, 1), ByName: "Ruth Adeyemi", At: sampleNow}
		verify := NewVerificationPage(sent.Apprenticeship, f)
		verify.Number, verify.SentAt, verify.Referrals = 2, "submitted on 1 March 2026", make([]countersign.Referral, 3)
		refused := NewVerificationPage(sent.Apprenticeship, f)
		refused.Number, refused.SentAt, refused.Referrals, refused.Outcome, refused.Stale = 2, "submitted on 1 March 2026", []countersign.Referral{{Competency: codes[0].Code}}, "referred_back", true
		var p countersign.Problems
		p.Add("referrals.0.comment", "Enter what is missing for it")
		refused.Fail(p.Err())
		award := NewAwardPage(done.Apprenticeship, f, nil)
		wrong := NewAwardPage(done.Apprenticeship, f, done.Award)
		wrong.Stale = true
		var q countersign.Problems
		for _, name := range []string{"title", "body", "level", "credits", "number", "awarded_on"} {
			q.Add(name, "Enter something else for "+name)
		}
		wrong.Fail(q.Err())
		f.Award = countersign.Award{}
		briefing := NewBriefingPage("/apprenticeships/a1", sampleNamed[1])
		late := NewBriefingPage("/apprenticeships/a1", sampleNamed[2])
		late.Fail(countersign.InvalidField("attended_on", "The date must be today or in the past"))
		return []Sample{
			{"gateway: not met, for the GP supervisor", open}, {"gateway: own", own}, {"gateway: met after a referral", ready}, {"gateway: wrong declaration", stale},
			{"gateway: with the verifier", sent}, {"gateway: no verifier named", alone}, {"gateway: barred verifier", barred}, {"gateway: completed", done},
			{"verification", verify}, {"verification: refused", refused}, {"award", award}, {"award: refused", wrong}, {"award: none of the programme", NewAwardPage(done.Apprenticeship, f, nil)},
			{"mentor briefing", briefing}, {"mentor briefing: refused", late},
		}
	})
}
