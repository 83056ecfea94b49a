package view

import (
	"strings"

	"countersign/internal/countersign"
)

// SkillsScanPage is both sides' view of what the apprentice can do at the
// start.
type SkillsScanPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Sides          map[countersign.ScanSide]countersign.SkillsScan
	Mine           countersign.ScanSide // that the viewer can fill in; empty for neither
	Levels         map[string]string    // as typed
}

// NewSkillsScanPage returns the page; mine is the side that the viewer can
// fill in.
func NewSkillsScanPage(a countersign.Apprenticeship, f countersign.Framework, sides map[countersign.ScanSide]countersign.SkillsScan, mine countersign.ScanSide) *SkillsScanPage {
	p := &SkillsScanPage{Apprenticeship: a, Framework: f, Sides: sides, Mine: mine, Levels: sides[mine].Levels}
	p.Layout = beneathProgramme("Skills scan", a, mine == countersign.ApprenticeScan)
	p.Notice = f.Notice
	if !sides[mine].FinishedOn.IsZero() {
		p.Mine = ""
	}
	return p
}

// Template implements Page.
func (*SkillsScanPage) Template() string { return "reviews/skills-scan" }

// Action is where the form goes.
func (p *SkillsScanPage) Action() string {
	return apprenticeshipHref(p.Apprenticeship.ID) + "/skills-scan"
}

// Version is that of the viewer's side.
func (p *SkillsScanPage) Version() int { return p.Sides[p.Mine].Version }

// Finished says how far each side is.
func (p *SkillsScanPage) Finished() SummaryList {
	word := func(side countersign.ScanSide) string {
		switch s := p.Sides[side]; {
		case s.Version == 0:
			return "Not begun"
		case s.FinishedOn.IsZero():
			return "Being filled in by " + or(s.ByName, "somebody")
		default:
			return "Finished on " + Date(s.FinishedOn) + " by " + or(s.ByName, "somebody")
		}
	}
	return SummaryList{Rows: []SummaryRow{{Key: "Apprentice’s view", Value: word(countersign.ApprenticeScan)}, {Key: "Supervisor’s view", Value: word(countersign.SupervisorScan)}}}
}

// Table shows both side by side.
func (p *SkillsScanPage) Table() Table {
	t := Table{
		Caption: "Levels by competency", CaptionClasses: "nhsuk-u-visually-hidden", FirstCellIsHeader: true, Responsive: true,
		Head: []Column{{Text: "Competency"}, {Text: "Apprentice"}, {Text: "Supervisor"}},
	}
	for _, c := range p.Framework.Competencies() {
		row := []Cell{{Text: c.Code + " " + c.Title}}
		for _, side := range countersign.ScanSides() {
			row = append(row, Cell{Text: p.level(side, c.Code)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p *SkillsScanPage) level(side countersign.ScanSide, code string) string {
	return or(p.Framework.Scale.LevelOrNone(p.Sides[side].Levels[code]), "Not rated yet")
}

// Fields are the viewer's own side, with what the other says beside it.
func (p *SkillsScanPage) Fields() Blocks {
	other, name := countersign.SupervisorScan, "Supervisor: "
	if p.Mine == countersign.SupervisorScan {
		other, name = countersign.ApprenticeScan, "Apprentice: "
	}
	var b Blocks
	for _, c := range p.Framework.Competencies() {
		field := "levels." + c.Code
		b = append(b, Select{
			Name: field, Label: Label{Text: c.Code + " " + c.Title}, Hint: name + p.level(other, c.Code), Value: p.Levels[c.Code], Options: levelOptions(p.Framework.Scale), Error: p.Errors.Of(field),
		})
	}
	return b
}

// Buttons save a part of it, or all.
func (*SkillsScanPage) Buttons() Buttons {
	return Buttons{Buttons: []Button{{Text: "Finish your side", Name: "intent", Value: "finish", Once: true}, {Text: "Save and go on later", Name: "intent", Value: "save", Variant: "secondary", Once: true}}}
}

// PriorLearningPage lists claims of prior learning.
type PriorLearningPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Claims         []countersign.PriorLearning
	Minutes        int
	MayClaim       bool
	MayDecide      bool
}

func priorLearningHref(id countersign.ApprenticeshipID) string {
	return apprenticeshipHref(id) + "/prior-learning"
}

// NewPriorLearningPage returns the page of an apprenticeship.
func NewPriorLearningPage(a countersign.Apprenticeship, f countersign.Framework, own bool) *PriorLearningPage {
	p := &PriorLearningPage{Apprenticeship: a, Layout: beneathProgramme("Prior learning", a, own)}
	p.Notice = f.Notice
	return p
}

// Template implements Page.
func (*PriorLearningPage) Template() string { return "reviews/prior-learning" }

// Sum is by how much it shortens the programme's hours; empty for nothing.
func (p *PriorLearningPage) Sum() string {
	if p.Minutes == 0 {
		return ""
	}
	return hoursOf(p.Minutes)
}

// Claim leads to the form.
func (p *PriorLearningPage) Claim() Button {
	return Button{Text: "Claim prior learning", Href: priorLearningHref(p.Apprenticeship.ID) + "/new"}
}

// Cards show each claim.
func (p *PriorLearningPage) Cards() []ClaimCard {
	cards := make([]ClaimCard, len(p.Claims))
	for i, c := range p.Claims {
		cards[i] = ClaimCard{Title: c.Title, Facts: claimFacts(c), Tags: Tags{claimTag(c.State)}, Version: c.Version}
		if at := priorLearningHref(p.Apprenticeship.ID) + "/" + string(c.ID); c.State == countersign.PriorClaimed {
			if p.MayDecide {
				cards[i].Decide = &Button{Text: "Decide", Href: at + "/decision"}
			}
			if p.MayClaim {
				cards[i].Withdraw = at + "/withdrawal"
			}
		}
	}
	return cards
}

// ClaimCard is one claim.
type ClaimCard struct {
	Title    string
	Facts    SummaryList
	Tags     Tags
	Version  int
	Decide   *Button
	Withdraw string // where it is taken back; empty if it can't be
}

// TakeBack takes the claim back.
func (c ClaimCard) TakeBack() Button {
	return Button{Text: "Take this claim back", Variant: "secondary", Once: true}
}

func claimTag(s countersign.PriorLearningState) Tag {
	switch s {
	case countersign.PriorAccepted:
		return Tag{Text: "Accepted", Colour: "green"}
	case countersign.PriorDeclined:
		return Tag{Text: "Declined", Colour: "red"}
	case countersign.PriorWithdrawn:
		return Tag{Text: "Taken back", Colour: "grey"}
	}
	return Tag{Text: "Waits for the GP supervisor", Colour: "blue"}
}

func claimFacts(c countersign.PriorLearning) SummaryList {
	rows := []SummaryRow{
		{Key: "Where", Value: c.Provider}, {Key: "Completed on", Value: Date(c.On)}, {Key: "Replaces", Value: hoursOf(c.Minutes)},
		{Key: "Competencies", Value: or(strings.Join(c.Competencies, ", "), "None")},
	}
	if c.Evidence != "" {
		rows = append(rows, SummaryRow{Key: "Evidence", Value: c.EvidenceTitle})
	}
	if c.State != countersign.PriorClaimed {
		rows = append(rows, SummaryRow{Key: "Decided", Value: "On " + Date(countersign.LondonDate(c.DecidedAt)) + " by " + or(c.DecidedByName, "somebody")})
	}
	if c.Reason != "" {
		rows = append(rows, SummaryRow{Key: "Reason", Value: c.Reason})
	}
	return SummaryList{Rows: rows}
}

// ClaimPage is the form of a claim of prior learning.
type ClaimPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Pieces         []countersign.Evidence
	ClaimTitle     string
	Provider       string
	On             DateValue
	Hours          string
	Codes          []string
	Piece          string
}

// NewClaimPage returns the form.
func NewClaimPage(a countersign.Apprenticeship, f countersign.Framework, pieces []countersign.Evidence) *ClaimPage {
	p := &ClaimPage{Apprenticeship: a, Framework: f, Pieces: pieces}
	p.Title, p.Notice, p.Back = "Claim prior learning", f.Notice, BackLink{Href: priorLearningHref(a.ID)}
	return p
}

// Template implements Page.
func (*ClaimPage) Template() string { return "reviews/claim" }

// Intro says what a claim does.
func (*ClaimPage) Intro() string {
	return "Your GP supervisor decides. What is accepted lowers the hours that you need; it signs no competency off: its evidence is judged as every other."
}

// Action is where the form goes.
func (p *ClaimPage) Action() string { return priorLearningHref(p.Apprenticeship.ID) + "/new" }

// Facts are none.
func (*ClaimPage) Facts() *SummaryList { return nil }

// Version is none.
func (*ClaimPage) Version() int { return 0 }

// Fields are what a claim says.
func (p *ClaimPage) Fields() Blocks {
	boxes := Checkboxes{Name: "competencies", Legend: Legend{Text: "Which competencies is it about?"}, Values: p.Codes, Small: true, Error: p.Errors.Of("competencies")}
	for _, c := range p.Framework.Competencies() {
		boxes.Items = append(boxes.Items, Choice{Value: c.Code, Text: c.Code + " " + c.Title})
	}
	pieces := Select{
		Name: "evidence", Label: Label{Text: "Evidence (optional)"}, Hint: "A submitted piece that is marked as prior learning.", Value: p.Piece, Error: p.Errors.Of("evidence"),
		Options: []Option{{Text: "None"}},
	}
	for _, e := range p.Pieces {
		pieces.Options = append(pieces.Options, Option{Value: string(e.ID), Text: e.Title})
	}
	return Blocks{
		Input{Name: "title", Label: Label{Text: "What did you learn?"}, Hint: "For example the name of the course.", Value: p.ClaimTitle, Error: p.Errors.Of("title")},
		Input{Name: "provider", Label: Label{Text: "Where did you learn it?"}, Value: p.Provider, Error: p.Errors.Of("provider")},
		DateInput{Name: "on", Legend: Legend{Text: "When did you complete it?"}, Hint: "Before the apprenticeship started.", Value: p.On, Error: p.Errors.Of("on")},
		Input{Name: "minutes", Label: Label{Text: "How many hours of off-the-job time does it replace?"}, Hint: "For example 12 or 12.5. Enter 0 for none.", Value: p.Hours, Width: 5, InputMode: "decimal", Error: p.Errors.Of("minutes")},
		boxes, pieces,
	}
}

// Submit sends it.
func (*ClaimPage) Submit() Button { return Button{Text: "Send to the GP supervisor", Once: true} }

// ClaimDecisionPage decides a claim of prior learning.
type ClaimDecisionPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Claim          countersign.PriorLearning
	Decision       string
	Reason         string
}

// NewClaimDecisionPage returns the form.
func NewClaimDecisionPage(a countersign.Apprenticeship, f countersign.Framework, c countersign.PriorLearning) *ClaimDecisionPage {
	p := &ClaimDecisionPage{Apprenticeship: a, Claim: c}
	p.Title, p.Notice, p.Back = "Decide about prior learning: "+c.Title, f.Notice, BackLink{Href: priorLearningHref(a.ID)}
	return p
}

// Template implements Page.
func (*ClaimDecisionPage) Template() string { return "reviews/claim" }

// Intro says what accepting does.
func (*ClaimDecisionPage) Intro() string {
	return "Accepting lowers the hours that the apprentice needs. It signs no competency off."
}

// Action is where the form goes.
func (p *ClaimDecisionPage) Action() string {
	return priorLearningHref(p.Apprenticeship.ID) + "/" + string(p.Claim.ID) + "/decision"
}

// Facts are the claim.
func (p *ClaimDecisionPage) Facts() *SummaryList { f := claimFacts(p.Claim); return &f }

// Version is the claim's.
func (p *ClaimDecisionPage) Version() int { return p.Claim.Version }

// Fields are the decision.
func (p *ClaimDecisionPage) Fields() Blocks {
	if p.Claim.State != countersign.PriorClaimed {
		return nil
	}
	return Blocks{Radios{Name: "decision", Legend: Legend{Text: "Decision"}, Value: p.Decision, Error: p.Errors.Of("decision"), Items: []Choice{
		{Value: "accept", Text: "Accept it"},
		{Value: "decline", Text: "Decline it", Conditional: Blocks{Textarea{Name: "reason", Label: Label{Text: "Why is it declined?"}, Value: p.Reason, Rows: 3, Error: p.Errors.Of("reason")}}},
	}}}
}

// Submit saves it.
func (*ClaimDecisionPage) Submit() Button { return Button{Text: "Save the decision", Once: true} }

func init() {
	addSamples(func() []Sample {
		a, f := sampleApprenticeship(), sampleLearnerFramework()
		code := f.Competencies()[0].Code
		sides := map[countersign.ScanSide]countersign.SkillsScan{
			countersign.ApprenticeScan: {Side: countersign.ApprenticeScan, Levels: map[string]string{code: countersign.NoExperience}, ByName: "Asha Patel", FinishedOn: countersign.On(2026, 2, 3), Version: 2},
			countersign.SupervisorScan: {Side: countersign.SupervisorScan, Levels: map[string]string{code: f.Scale.Levels[0].Code}, ByName: "Dr Megan Bell", Version: 1},
		}
		wrong := NewSkillsScanPage(a, f, sides, countersign.SupervisorScan)
		wrong.Fail(countersign.InvalidField("levels."+code, "Select a level for "+code))
		list := NewPriorLearningPage(a, f, false)
		list.Minutes, list.MayClaim, list.MayDecide = 630, true, true
		for _, s := range []countersign.PriorLearningState{countersign.PriorClaimed, countersign.PriorAccepted, countersign.PriorDeclined, countersign.PriorWithdrawn} {
			list.Claims = append(list.Claims, countersign.PriorLearning{
				ID: "c1", Title: "Phlebotomy course", Provider: "City College", On: countersign.On(2025, 6, 1), Minutes: 630, Competencies: []string{code}, State: s,
				Evidence: "e1", EvidenceTitle: "Certificate", Reason: map[countersign.PriorLearningState]string{countersign.PriorDeclined: "Too long ago"}[s], DecidedAt: sampleNow,
			})
		}
		claim := NewClaimPage(a, f, []countersign.Evidence{sampleEvidence()})
		bad := NewClaimPage(a, f, nil)
		decision := NewClaimDecisionPage(a, f, list.Claims[0])
		undecided, decided := NewClaimDecisionPage(a, f, list.Claims[0]), NewClaimDecisionPage(a, f, list.Claims[1])
		var problems countersign.Problems
		for _, field := range []string{"title", "provider", "on", "minutes", "competencies", "evidence"} {
			problems.Add(field, "Enter something else for "+field)
		}
		bad.Fail(problems.Err())
		undecided.Decision = "decline"
		undecided.Fail(countersign.InvalidField("reason", "Enter why the claim is declined"))
		decided.Fail(countersign.Refuse(countersign.Conflict, "This claim is accepted already"))
		return []Sample{
			{"skills scan: to read", NewSkillsScanPage(a, f, sides, "")}, {"skills scan: supervisor", NewSkillsScanPage(a, f, sides, countersign.SupervisorScan)},
			{"skills scan: finished", NewSkillsScanPage(a, f, sides, countersign.ApprenticeScan)}, {"skills scan: refused", wrong},
			{"prior learning: none", NewPriorLearningPage(a, f, true)}, {"prior learning", list}, {"prior learning: claim", claim}, {"prior learning: claim refused", bad},
			{"prior learning: decision", decision}, {"prior learning: decision refused", undecided}, {"prior learning: decided already", decided},
		}
	})
}
