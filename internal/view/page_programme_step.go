package view

import (
	"maps"
	"slices"

	"countersign/internal/countersign"
)

// StepPage is the form of one event of a programme: accepting an application,
// beginning a break and so on. Which fields it has depends on the event.
type StepPage struct {
	Layout
	Event          countersign.ApprenticeshipEvent
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Possible       bool                // the event can happen now
	Stale          bool                // the programme has changed since the form was opened
	Open           *countersign.Change // the extension that is decided
	LatestEnd      countersign.Date
	LastEntry      countersign.Date
	Practices      []Option // value is the code; empty to type one
	Today          countersign.Date

	On, Expected, Start, End, LastLearning        DateValue // as typed
	Reason, Progress, Support, Decision           string
	Practice, OtherPractice, GPSupervisor, Mentor string
}

// step is what an event is called. Path is its address beneath the programme.
type step struct{ path, link, title, intro, button string }

var steps = map[countersign.ApprenticeshipEvent]step{
	countersign.AcceptApplication: {
		"acceptance", "Accept the application", "Accept the application for ", "The apprentice is invited, and the programme runs on the dates below.", "Accept the application",
	},
	countersign.DeclineApplication: {
		"refusal", "Decline the application", "Decline the application for ", "The practice reads the reason. It can apply again.", "Decline the application",
	},
	countersign.BeginBreak: {
		"break", "Begin a break in learning", "Begin a break for ",
		"A break is for more than four weeks away, such as illness or parental leave. Until the return nothing is added to the record, and at the return the planned end moves by the length of the break.", "Begin the break",
	},
	countersign.ReturnFromBreak: {
		"return", "Record the return", "Record the return of ", "The planned end moves by the length of the break.", "Record the return",
	},
	countersign.RequestExtension: {
		"extension", "Ask for an extension", "Ask for an extension for ", "The training hub decides. It reads what you write here.", "Ask the training hub",
	},
	countersign.GrantExtension: {"decision", "Decide about the extension", "Decide about the extension for ", "", "Save the decision"},
	countersign.TransferPractice: {
		"move", "Move to another practice", "Move to another practice: ",
		"From today the apprentice is at the other practice, with a GP supervisor and a secondary mentor there. The namings at the present practice end; what was signed stays as it is.", "Move the apprentice",
	},
	countersign.WithdrawApprentice: {
		"withdrawal", "Withdraw from the programme", "Withdraw from the programme: ",
		"Nothing more can be added to the record. It stays readable, and the training hub can take the apprentice back.", "Withdraw from the programme",
	},
	countersign.RestartApprenticeship: {
		"restart", "Start again", "Start again: ", "The record goes on where it stopped. The days away count like a break.", "Start again",
	},
	countersign.CompleteApprenticeship: {
		"completion", "Complete without a verifier", "Complete the programme of ",
		"For training outside an accredited programme, once every core competency is signed off. An accredited one ends when the verifier has verified the portfolio.", "Complete the programme",
	},
}

// StepPath returns the last part of an event's address.
func StepPath(e countersign.ApprenticeshipEvent) string { return steps[e].path }

// StepHref returns the address of an event's form.
func StepHref(id countersign.ApprenticeshipID, e countersign.ApprenticeshipEvent) string {
	return programmeHref(id) + "/" + steps[e].path
}

// NewStepPage returns the form of an event.
func NewStepPage(e countersign.ApprenticeshipEvent, a countersign.Apprenticeship, f countersign.Framework) *StepPage {
	p := &StepPage{Event: e, Apprenticeship: a, Framework: f}
	p.Title, p.Back = steps[e].title+a.ApprenticeName, BackLink{Href: programmeHref(a.ID)}
	return p
}

// Template implements Page.
func (*StepPage) Template() string { return "programme/step" }

// Intro says what the event means.
func (p *StepPage) Intro() string { return steps[p.Event].intro }

// Action is where the form goes.
func (p *StepPage) Action() string { return StepHref(p.Apprenticeship.ID, p.Event) }

// Tags say where it stands.
func (p *StepPage) Tags() Tags { return programmeTags(p.Apprenticeship, p.Today) }

// Present is how the programme stands.
func (p *StepPage) Present() SummaryList {
	rows := programmeRows(p.Apprenticeship, p.Today)
	switch p.Event {
	case countersign.WithdrawApprentice:
		if p.Apprenticeship.State != countersign.Applied {
			rows = append(rows, SummaryRow{Key: "Last entry in the record", Value: or(Date(p.LastEntry), "None")})
		}
	case countersign.CompleteApprenticeship:
		done := p.Apprenticeship.Progress
		rows = append(rows, SummaryRow{Key: "Core competencies", Value: Number(done.CoreSignedOff) + " of " + Number(done.Core) + " signed off"})
	}
	return SummaryList{Rows: rows}
}

// Deciding reports whether an extension is decided.
func (p *StepPage) Deciding() bool { return p.Event == countersign.GrantExtension }

// Request is the extension that is decided.
func (p *StepPage) Request() SummaryList { return extensionParts(*p.Open) }

// Fields are what the event asks for.
func (p *StepPage) Fields() Blocks {
	switch p.Event {
	case countersign.AcceptApplication:
		return Blocks{p.startField(), p.endField("The programme takes " + EnrolFramework{MonthsMin: p.Framework.MonthsMin, MonthsMax: p.Framework.MonthsMax}.months() + ".")}
	case countersign.DeclineApplication:
		return Blocks{p.reasonField("Why is the application declined?")}
	case countersign.BeginBreak:
		return Blocks{
			p.date("on", "First day of the break", "Today or in the past.", p.On),
			p.date("return_expected_on", "When is the apprentice expected back?", "More than 4 weeks after the first day of the break.", p.Expected),
			p.reasonField("Why does the apprentice take a break?"),
		}
	case countersign.ReturnFromBreak:
		return Blocks{p.date("on", "First day back", "", p.On)}
	case countersign.RequestExtension:
		return Blocks{
			p.endField("The latest possible end is " + Date(p.LatestEnd) + "."),
			p.text("progress", "What has the apprentice done so far?", "", p.Progress), p.text("reason", "Why is more time needed?", "", p.Reason),
			p.text("support", "What extra support will be given?", "", p.Support),
		}
	case countersign.GrantExtension:
		return Blocks{p.decisionField()}
	case countersign.TransferPractice:
		return append(p.practiceFields(), p.email("gp_supervisor", "GP supervisor’s email address", "A GP supervisor", p.GPSupervisor),
			p.email("secondary_mentor", "Secondary mentor’s email address", "A secondary mentor", p.Mentor), p.reasonField("Why does the apprentice move?"))
	case countersign.WithdrawApprentice:
		return p.leavingFields()
	case countersign.RestartApprenticeship:
		return Blocks{p.endField("In the future, and long enough for what is left."), p.reasonField("Why does the apprentice start again?")}
	}
	return nil
}

func (p *StepPage) date(name, legend, hint string, value DateValue) DateInput {
	return DateInput{Name: name, Legend: Legend{Text: legend}, Hint: hint, Value: value, Error: p.Errors.Of(name)}
}

func (p *StepPage) startField() DateInput {
	hint := ""
	if p.Framework.StartsOnTheFirst {
		hint = "The first day of a month."
	}
	return p.date("start_date", "Start date", hint, p.Start)
}

func (p *StepPage) endField(hint string) DateInput {
	return p.date("planned_end_date", "Planned end date", hint, p.End)
}

func (p *StepPage) text(name, label, hint, value string) Textarea {
	return Textarea{Name: name, Label: Label{Text: label}, Hint: hint, Value: value, Error: p.Errors.Of(name), Rows: 4}
}

func (p *StepPage) reasonField(label string) Textarea {
	return p.text("reason", label, "This becomes part of the record.", p.Reason)
}

func (p *StepPage) email(name, label, who, value string) Input {
	return emailField(&p.Layout, name, label, who+" at the other practice or in its training hub.", value)
}

// practiceFields choose among few practices, or take the code of another.
func (p *StepPage) practiceFields() Blocks {
	code := Input{
		Name: "practice", Label: Label{Text: "Code of the other practice"}, Hint: "The ODS code, for example A81001.",
		Value: p.Practice, Error: p.Errors.Of("practice"), Width: 10, Code: true,
	}
	if len(p.Practices) == 0 {
		return Blocks{code}
	}
	choose := Select{
		Name: "practice", Label: Label{Text: "The other practice"}, Value: p.Practice, Error: p.Errors.Of("practice"),
		Options: append([]Option{{Text: "Select a practice"}}, p.Practices...),
	}
	code.Name, code.Label.Text, code.Value, code.Error = "other_practice", "Or the code of a practice elsewhere (optional)", p.OtherPractice, ""
	return Blocks{choose, code}
}

// leavingFields ask for the last day of learning unless nothing has begun.
func (p *StepPage) leavingFields() Blocks {
	why := p.reasonField("Why does the apprentice leave the programme?")
	if p.Apprenticeship.State == countersign.Applied {
		why.Label.Text = "Why is the application taken back?"
		return Blocks{why}
	}
	hint := "Leave it empty for the day of the last entry in the record, " + Date(p.LastEntry) + ", which proves it."
	if p.LastEntry.IsZero() {
		hint = "Leave it empty: there is no entry in the record that proves a later day than the start."
	}
	return Blocks{p.date("last_learning_on", "Last day of learning (optional)", hint, p.LastLearning), why}
}

func (p *StepPage) decisionField() Radios {
	return Radios{Name: "decision", Legend: Legend{Text: "Decision"}, Value: p.Decision, Error: p.Errors.Of("decision"), Items: []Choice{
		{Value: "grant", Text: "Grant an extension", Conditional: Blocks{p.endField("You can grant less than was asked for.")}},
		{Value: "decline", Text: "Decline it", Conditional: Blocks{p.reasonField("Why is it declined?")}},
	}}
}

// Submit does it.
func (p *StepPage) Submit() Button {
	b := Button{Text: steps[p.Event].button, Once: true}
	if p.Event == countersign.WithdrawApprentice || p.Event == countersign.DeclineApplication {
		b.Variant = "warning"
	}
	return b
}

func init() {
	addSamples(func() []Sample {
		var samples []Sample
		f := sampleLearnerFramework()
		f.StartsOnTheFirst, f.MonthsMin, f.MonthsMax = true, 6, 9
		page := func(e countersign.ApprenticeshipEvent) *StepPage {
			p := NewStepPage(e, sampleApprenticeship(), f)
			p.Possible, p.Today, p.LatestEnd = true, countersign.LondonDate(sampleNow), countersign.On(2027, 1, 31)
			p.Open = &sampleChanges()[4]
			return p
		}
		wrong := map[countersign.ApprenticeshipEvent][]string{
			countersign.AcceptApplication: {"start_date", "planned_end_date"}, countersign.DeclineApplication: {"reason"},
			countersign.BeginBreak: {"on", "return_expected_on", "reason"}, countersign.ReturnFromBreak: {"on"},
			countersign.RequestExtension: {"planned_end_date", "progress", "reason", "support"}, countersign.GrantExtension: {"decision", "planned_end_date", "reason"},
			countersign.TransferPractice: {"practice", "gp_supervisor", "secondary_mentor", "reason"}, countersign.WithdrawApprentice: {"last_learning_on", "reason"},
			countersign.RestartApprenticeship: {"planned_end_date", "reason"}, countersign.CompleteApprenticeship: {""},
		}
		for _, e := range slices.Sorted(maps.Keys(wrong)) {
			fields := wrong[e]
			p, q := page(e), page(e)
			p.LastEntry = countersign.On(2026, 2, 20)
			p.Practices = []Option{{Value: "A81002", Text: "Canal Street Practice (A81002)"}}
			var problems countersign.Problems
			for _, name := range fields {
				problems.Add(name, "Enter something else for "+name)
			}
			q.Fail(problems.Err())
			samples = append(samples, Sample{"programme, " + steps[e].path, p}, Sample{"programme, " + steps[e].path + ": refused", q})
		}
		applied := page(countersign.WithdrawApprentice)
		applied.Apprenticeship.State = countersign.Applied
		stale := page(countersign.BeginBreak)
		stale.Stale = true
		stale.Fail(countersign.Refuse(countersign.Conflict, "Somebody changed this enrolment since you opened it. Look at it again"))
		gone := page(countersign.ReturnFromBreak)
		gone.Possible = false
		gone.Fail(countersign.Refuse(countersign.Conflict, "This cannot be done to an apprenticeship that is active"))
		return append(samples, Sample{"programme, withdrawal of an application", applied}, Sample{"programme, break: changed meanwhile", stale}, Sample{"programme, return: not possible", gone})
	})
}
