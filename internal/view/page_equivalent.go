package view

import "countersign/internal/countersign"

// Equivalent is what was accepted in another framework for the same skill, as
// the page of a competency suggests it.
type Equivalent struct {
	Framework  string // its title
	Competency string // its code there
	Accepted   int
	Pieces     []EquivalentPiece // for the apprentice alone
}

// EquivalentPiece is one accepted piece that could be used here.
type EquivalentPiece struct {
	Title  string
	Href   string // the piece there
	Detail string // its kind and day
	Use    string // the form that uses it; empty when nothing can be added
}

// NewEquivalentPiece describes an accepted piece.
func NewEquivalentPiece(id countersign.EvidenceID, title string, kind countersign.EvidenceKind, on countersign.Date) EquivalentPiece {
	return EquivalentPiece{Title: title, Href: evidenceHref(id), Detail: kind.Title() + ", " + Date(on)}
}

// Heading says what was accepted where.
func (e Equivalent) Heading() string {
	return "Evidence accepted in " + e.Framework + " for " + e.Competency
}

// Text says what it is worth here.
func (e Equivalent) Text() string {
	if len(e.Pieces) > 0 {
		return "You can propose it here. It counts once an assessor of this programme has accepted it."
	}
	return Count(e.Accepted, "piece") + ". The apprentice can propose " + Plural(e.Accepted, "it", "them") + " here, for you to review."
}

// UsePage puts a piece that was accepted in another framework to a competency.
type UsePage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Competency     countersign.Competency
	Equivalent     Equivalent // with the one piece
	Justification  string     // as typed
}

// NewUsePage returns the page.
func NewUsePage(app countersign.Apprenticeship, f countersign.Framework, c countersign.Competency, e Equivalent) *UsePage {
	p := &UsePage{Apprenticeship: app, Competency: c, Equivalent: e}
	p.Title, p.Notice = "Use accepted evidence here", f.Notice
	p.Back = BackLink{Href: competencyHref(app.ID, c.Code), HiddenText: "to " + c.Code + " " + c.Title}
	return p
}

// Template implements Page.
func (*UsePage) Template() string { return "competency/use" }

// Caption is what it is to be evidence for.
func (p *UsePage) Caption() string { return p.Competency.Code + " " + p.Competency.Title }

// Action is where the form posts to.
func (p *UsePage) Action() string { return p.Equivalent.Pieces[0].Use }

// Facts say which piece it is.
func (p *UsePage) Facts() SummaryList {
	piece := p.Equivalent.Pieces[0]
	return SummaryList{Rows: []SummaryRow{
		{Key: "Piece", Value: piece.Title},
		{Key: "Kind and date", Value: piece.Detail},
		{Key: "Accepted in", Value: p.Equivalent.Framework + ", for " + p.Equivalent.Competency},
	}}
}

// JustificationField asks why.
func (p *UsePage) JustificationField() Textarea {
	return Textarea{
		Name: "justification", Label: Label{Text: "Why is it evidence for this competency?", Size: "m"}, Hint: "Your assessors read this. Do not name patients.",
		Rows: 4, Value: p.Justification, Error: p.Errors.Of("justification"),
	}
}

// Submit hands the copy in.
func (*UsePage) Submit() Button { return Button{Text: "Submit to your assessors", Once: true} }

func init() {
	addSamples(func() []Sample {
		page := func() *UsePage {
			c := sampleCompetency()
			return NewUsePage(c.Apprenticeship, c.Framework, c.Attainment.Competency, sampleEquivalents()[0])
		}
		wrong := page()
		wrong.Fail(countersign.InvalidField("justification", "Enter why it is evidence for this competency"))
		return []Sample{{"use accepted evidence", page()}, {"use accepted evidence: no reason", wrong}}
	})
}

func sampleEquivalents() []Equivalent {
	piece := NewEquivalentPiece("e9", "Observations round on the ward", countersign.Observation, countersign.On(2025, 6, 3))
	piece.Use = competencyHref("a1", "GPA-CL2") + "/equivalents/e9"
	return []Equivalent{{Framework: "NHS Medical Assistant (community draft)", Competency: "MAA-C3", Accepted: 1, Pieces: []EquivalentPiece{piece}}}
}

func sampleOrigin() *countersign.Origin {
	return &countersign.Origin{
		Evidence: "e9", FrameworkID: "nhs-medical-assistant", FrameworkVersion: "1.0.0", Competency: "MAA-C3", Revision: 2,
		Hash:           "6b3a55e0261b0304143f805a24924d0c1c44524821305f31d9277843b8a10f4e",
		AcceptedByName: "Dr Siân Okafor", AcceptedAt: sampleNow.AddDate(-1, 0, 0),
	}
}
