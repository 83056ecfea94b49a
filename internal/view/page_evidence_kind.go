package view

import "countersign/internal/countersign"

// EvidenceKindPage asks what kind of evidence a piece is, before its form, or
// changes the kind of a draft.
type EvidenceKindPage struct {
	Layout
	Action     string
	Competency string                   // code that the piece is meant for; passed on
	Apprentice string                   // name, when an assessor records for them
	Kind       countersign.EvidenceKind // as chosen
	Change     bool                     // of a draft that exists: posts
	Version    int
	Loses      []string // questions of the present kind whose answers will go
}

// NewEvidenceKindPage returns the page with its title.
func NewEvidenceKindPage() *EvidenceKindPage {
	return &EvidenceKindPage{Layout: Layout{Title: "What kind of evidence is it?"}}
}

// Template implements Page.
func (*EvidenceKindPage) Template() string { return "evidence/kind" }

// Method is how the form is sent.
func (p *EvidenceKindPage) Method() string {
	if p.Change {
		return "post"
	}
	return "get"
}

// KindField is the choice. Its legend is the page's h1.
func (p *EvidenceKindPage) KindField() Radios {
	r := Radios{
		Name: "kind", Legend: Legend{Text: p.Title, Heading: 1, Size: "l"}, Value: string(p.Kind), Error: p.Errors.Of("kind"),
	}
	if p.Apprentice != "" {
		r.Legend.Caption = Caption{Text: "Record evidence for " + p.Apprentice}
	}
	for _, k := range countersign.EvidenceKinds() {
		r.Items = append(r.Items, Choice{Value: string(k), Text: k.Title(), Hint: kindHelp[k]})
	}
	return r
}

// Continue goes on.
func (p *EvidenceKindPage) Continue() Button {
	if p.Change {
		return Button{Text: "Change the kind"}
	}
	return Button{Text: "Continue"}
}

// LosesText says which answers will go.
func (p *EvidenceKindPage) LosesText() InsetText {
	return InsetText{Body: Blocks{
		Paragraph("Another kind asks other questions. Your answers to these will be removed when you change it:"), List{Items: p.Loses},
	}}
}

// kindHelp says in a sentence what a kind is.
var kindHelp = map[countersign.EvidenceKind]string{
	countersign.Observation:            "A mentor watched the work and says what they saw",
	countersign.Procedure:              "A mentor watched a procedure from beginning to end",
	countersign.ProcedureLog:           "How often you have done one procedure, and when",
	countersign.WitnessTestimony:       "A colleague says what they saw you do",
	countersign.ExpertWitness:          "Somebody qualified in the subject watched you and says how you did",
	countersign.ProfessionalDiscussion: "A planned talk with a mentor about how you work and why",
	countersign.CaseDiscussion:         "You and a mentor talked one situation through, with nobody identified",
	countersign.ReflectiveAccount:      "You look back on something you did and what you learnt from it",
	countersign.WorkProduct:            "Something you made at work, such as a letter or a template, with every identifier removed",
	countersign.Audit:                  "A number of your own results, checked for whether they were right",
	countersign.Certificate:            "A course or training that you completed",
	countersign.Questioning:            "Questions you were asked, and what you answered",
	countersign.ColleagueFeedback:      "What colleagues say about your work",
	countersign.PatientFeedback:        "What patients say about your work, with nobody named",
}

func init() {
	addSamples(func() []Sample {
		first := NewEvidenceKindPage()
		first.Action, first.Back = "/apprenticeships/a1/evidence/new", BackLink{Href: "/"}
		wrong := NewEvidenceKindPage()
		wrong.Action, wrong.Apprentice = first.Action, "Asha Patel"
		wrong.Fail(countersign.InvalidField("kind", "Select what kind of evidence this is"))
		change := NewEvidenceKindPage()
		change.Action, change.Change, change.Kind, change.Version = "/evidence/e1/kind", true, countersign.WorkProduct, 2
		change.Loses = []string{"What is the work product?"}
		return []Sample{{"evidence kind", first}, {"evidence kind: nothing chosen", wrong}, {"evidence kind: change", change}}
	})
}
