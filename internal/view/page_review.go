package view

import "countersign/internal/countersign"

// ReviewForm is the form on a piece's page with which an assessor judges it;
// templates/partials/review-form.html draws it.
type ReviewForm struct {
	Action     string
	Version    int // of the piece as seen
	Apprentice string
	Mapping    []ReviewChoice // what it is mapped to now
	Others     []ReviewChoice // what the assessor may add
	From       string         // the competency whose page they came from; may be empty
	Decision   string         // as chosen
	Comment    string         // as typed
	Corrected  bool           // the mapping was changed before the form came back
	Errors     Errors         // those of the page
	Check      PrivacyCheck
}

// ReviewChoice is a competency that the piece is, or may be, evidence for.
type ReviewChoice struct {
	Code, Title string
	Note        string // why it wouldn't count, or why the assessor may not judge it
	Checked     bool
}

// Jump leads past the piece to the form.
func (*ReviewForm) Jump() ActionLink {
	return ActionLink{Text: "Review this piece", Href: "#review", Classes: "app-no-print"}
}

// DecisionField accepts or returns.
func (f *ReviewForm) DecisionField() Radios {
	return Radios{
		Name: "decision", Value: f.Decision, Error: f.Errors.Of("decision"), Legend: Legend{Text: "What do you decide?", Size: "s"},
		Items: []Choice{
			{Value: string(countersign.AcceptEvidence), Text: "Accept it", Hint: "It counts from now on"},
			{Value: string(countersign.ReturnEvidence), Text: "Return it", Hint: f.Apprentice + " can change it and submit it again"},
		},
	}
}

// CommentField is what to say about it.
func (f *ReviewForm) CommentField() Textarea {
	return Textarea{
		Name: "comment", Label: Label{Text: "Comment"}, Hint: "Needed if you return it: what should change?", Rows: 4,
		Value: f.Comment, Error: f.Errors.Of("comment"),
	}
}

// Correction is the box around the mapping.
func (f *ReviewForm) Correction() Details {
	return Details{Summary: "Correct what it is evidence for", Open: f.Corrected || f.Errors.Of("competencies") != "" || f.refused()}
}

// refused reports whether the piece is mapped to a competency that the
// assessor may not judge, so that they must correct it.
func (f *ReviewForm) refused() bool {
	for _, m := range f.Mapping {
		if !m.Checked {
			return true
		}
	}
	return false
}

// KeepField chooses which of the present competencies stay.
func (f *ReviewForm) KeepField() Checkboxes {
	return Checkboxes{
		Name: "keep", Small: true, Items: reviewChoices(f.Mapping), Error: f.Errors.Of("competencies"),
		Legend: Legend{Text: "It stays evidence for", Size: "s"}, Hint: "Used if you accept it. " + f.Apprentice + " sees what you change.",
	}
}

// AddField adds others.
func (f *ReviewForm) AddField() Checkboxes {
	return Checkboxes{Name: "add", Small: true, Items: reviewChoices(f.Others), Legend: Legend{Text: "It is also evidence for", Size: "s"}}
}

func reviewChoices(all []ReviewChoice) []Choice {
	out := make([]Choice, len(all))
	for i, c := range all {
		out[i] = Choice{Value: c.Code, Text: c.Code + " " + c.Title, Hint: c.Note, Checked: c.Checked}
	}
	return out
}

// Save sends the review.
func (*ReviewForm) Save() Button { return Button{Text: "Save review", Once: true} }

// SignOff accepts the piece and leads to the competency.
func (*ReviewForm) SignOff() Button {
	return Button{Text: "Accept and go to sign-off", Name: "then", Value: "sign-off", Variant: "secondary", Once: true}
}

func init() {
	addSamples(func() []Sample {
		page := func() *EvidencePage {
			p := NewEvidencePage(sampleEvidence(), sampleLearnerFramework())
			p.Apprenticeship, p.Today = sampleApprenticeship(), countersign.LondonDate(sampleNow)
			p.Review = &ReviewForm{
				Action: "/evidence/e1/review", Version: 4, Apprentice: "Asha Patel",
				Mapping: []ReviewChoice{{Code: "GPA-CL2", Title: "Blood pressure", Checked: true}, {Code: "GPA-CA2", Title: "Chaperoning", Checked: true}},
				Others:  []ReviewChoice{{Code: "GPA-CA1", Title: "Welcoming patients"}, {Code: "GPA-CL7", Title: "Phlebotomy", Note: "An observation doesn't count for this competency"}},
			}
			return p
		}
		wrong := page()
		wrong.Errors.LinkTo("competencies", "keep")
		var p countersign.Problems
		p.Add("decision", "Select accept or return")
		p.Add("comment", "Enter what the apprentice needs to change")
		p.Add("competencies", "Leave at least one competency, or return the piece")
		wrong.Fail(p.Err())
		wrong.Review.Errors = wrong.Errors
		wrong.Review.Mapping[0].Checked = false
		wrong.Review.Mapping[0].Note = "You are not named to assess it for this apprentice today"
		return []Sample{{"evidence: review", page()}, {"evidence: review with errors", wrong}}
	})
}
