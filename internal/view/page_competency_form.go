package view

import (
	"slices"

	"countersign/internal/countersign"
)

// DecisionForm is the form in which waiting pieces are reviewed and the
// competency is decided, in one step.
type DecisionForm struct {
	Action          string
	Version         int // of the competency as seen
	Signer          string
	Role            countersign.NamingRole
	Open            *countersign.SignOff // the decision to be countersigned; nil when there is none
	Awaits          countersign.NamingRole
	Countersigners  []string                 // who could countersign, by name and role
	MissingStill    []string                 // even if the signer accepts every waiting piece
	Reviewing       bool                     // there are pieces that the signer may review
	MaySign         bool                     // false: only review
	Again           bool                     // it is signed off already: the form is folded away
	Relied          []countersign.EvidenceID // ticked
	Decision, Level string                   // as chosen
	Comment         string                   // as typed
}

// What the radios of the decision send beside the decisions themselves.
const (
	DecideLater       = "none"        // save the reviews only
	DecideCountersign = "countersign" // agree with the open decision
)

// NameAndRole names somebody who is named on an apprenticeship, for use inside
// a sentence.
func NameAndRole(n countersign.Naming) string { return n.PersonName + " (" + lowerRole(n.Role) + ")" }

// FormHeading is above the form, and in the link that jumps to it.
func (p *CompetencyPage) FormHeading() string {
	f := p.Form
	switch {
	case f == nil:
		return ""
	case !f.MaySign:
		return "Save your reviews"
	case f.Open != nil:
		return "Countersign"
	case f.Again:
		return "Decide again"
	case p.renewing():
		return "Renew the sign-off"
	}
	return "Your decision"
}

// FormIntro says what there is to know before deciding.
func (p *CompetencyPage) FormIntro() []string {
	f := p.Form
	var out []string
	if f.Open != nil {
		out = append(out, f.Open.AssessorName+", "+lowerRole(f.Open.AssessorRole)+", judged on "+Day(f.Open.SignedAt)+": competent at “"+p.level(f.Open.Level)+"”.")
		if f.Open.Comment != "" {
			out = append(out, "Their comment: “"+f.Open.Comment+"”")
		}
	}
	if standing := p.Attainment.Standing(); standing != nil && f.MaySign && f.Open == nil {
		switch {
		case p.Summary.Status == countersign.Expired:
			out = append(out, "The last sign-off has expired. A new decision needs evidence from "+Day(standing.SignedAt)+" on.")
		case p.Summary.Expiring:
			out = append(out, "The sign-off expires on "+Date(p.Summary.ExpiresOn)+". Signing now renews it for another "+Count(p.Attainment.RenewMonths, "month")+".")
		case f.Again:
			out = append(out, "It is signed off. You can record another level, or that the apprentice is not yet competent; the new decision takes the place of the old one, and both are kept.")
		}
	}
	if len(f.MissingStill) > 0 && f.MaySign && f.Open == nil {
		text := "It cannot be signed off as competent yet. Still missing"
		if f.Reviewing {
			text += ", even if you accept the waiting evidence"
		}
		out = append(out, text+": "+lowerStart(countersign.FullStops(f.MissingStill)))
	}
	return out
}

// Possible reports whether the signer could decide "competent".
func (p *CompetencyPage) Possible() bool {
	return p.Form.MaySign && (len(p.Form.MissingStill) == 0 || p.Form.Open != nil)
}

// DecisionField decides.
func (p *CompetencyPage) DecisionField() Radios {
	f := p.Form
	var items []Choice
	if f.MaySign && f.Open != nil {
		items = append(items, Choice{Value: DecideCountersign, Text: "Countersign: I agree that " + p.Apprenticeship.ApprenticeName + " is competent at “" + p.level(f.Open.Level) + "”"})
	}
	switch {
	case !f.MaySign || len(f.MissingStill) > 0:
	case f.Open != nil:
		items = append(items, Choice{Value: string(countersign.Competent), Text: "Competent at another level", Hint: "A new assessment, which takes the place of the one above"})
	default:
		items = append(items, Choice{Value: string(countersign.Competent), Text: "Competent"})
	}
	if f.MaySign {
		items = append(items, Choice{Value: string(countersign.NotYetCompetent), Text: "Not yet competent", Hint: "Say in the comment what to do next"})
	}
	if f.Reviewing {
		items = append(items, Choice{Value: DecideLater, Text: "No decision now", Hint: "Saves your reviews of the evidence only"})
	}
	value := f.Decision
	if value == "" && (len(items) == 1 || len(f.MissingStill) > 0 && f.Reviewing && f.Open == nil) {
		value = items[len(items)-1].Value
	}
	return Radios{
		Name: "decision", Value: value, Items: items, Error: p.Errors.Of("decision"),
		Legend: Legend{Text: "Is " + p.Apprenticeship.ApprenticeName + " competent?", Size: "m", HiddenText: "in " + p.Title},
	}
}

// Only reports whether nothing but the reviews can be saved.
func (p *CompetencyPage) Only() bool { return !p.Form.MaySign }

// LevelField chooses the level, the meanings side by side.
func (p *CompetencyPage) LevelField() Radios {
	items := make([]Choice, len(p.Framework.Scale.Levels))
	for i, l := range p.Framework.Scale.Levels {
		items[i] = Choice{Value: l.Code, Text: l.Title, Hint: l.Meaning}
		if l.Code == p.Attainment.Threshold {
			items[i].Hint = "The level needed. " + l.Meaning
		}
	}
	return Radios{
		Name: "level", Value: p.Form.Level, Items: items, Error: p.Errors.Of("level"), GroupClasses: "app-levels",
		Legend: Legend{Text: "Level", Size: "m"}, Hint: "Competent needs “" + p.level(p.Attainment.Threshold) + "” or higher.",
	}
}

// Acceptable reports whether there is accepted evidence to rely on.
func (p *CompetencyPage) Acceptable() bool { return len(p.reliable()) > 0 }

// reliable are the accepted pieces, those that count first.
func (p *CompetencyPage) reliable() []CompetencyPiece {
	return slices.DeleteFunc(p.Evidence(), func(c CompetencyPiece) bool { return c.State != countersign.Accepted || c.Quarantined })
}

// EvidenceField chooses what the decision relies on.
func (p *CompetencyPage) EvidenceField() Checkboxes {
	f := p.Form
	box := Checkboxes{Name: "evidence", Small: true, Error: p.Errors.Of("evidence"), Legend: Legend{Text: "Evidence relied on", Size: "m"}}
	if f.Reviewing {
		box.Hint = "Pieces that you accept above are added."
	}
	for _, c := range p.reliable() {
		item := Choice{Value: string(c.ID), Text: c.Title, Hint: c.Kind.Title() + ", " + Date(c.OccurredOn)}
		if c.AcceptedByName != "" {
			item.Hint += ", accepted by " + c.AcceptedByName
		}
		if why := c.NotCounting(); why != "" {
			item.Hint += ". " + why
		}
		item.Checked = slices.Contains(f.Relied, c.ID)
		box.Items = append(box.Items, item)
	}
	return box
}

// CommentField is what the signer says.
func (p *CompetencyPage) CommentField() Textarea {
	return Textarea{
		Name: "comment", Label: Label{Text: "Comment", Size: "m"}, Rows: 3, Value: p.Form.Comment, Error: p.Errors.Of("comment"),
		Hint: "The apprentice reads it. If they are not yet competent: what should they do next?",
	}
}

// statement is the exact text that one of the choices signs. Class lets the
// stylesheet show the one that is chosen.
type statement struct{ Text, Class string }

// Statements are what the choices sign.
func (p *CompetencyPage) Statements() []statement {
	f := p.Form
	declare := func(part countersign.Part, d countersign.Decision, level string) string {
		so := countersign.SignOff{Part: part, Decision: d, Level: level}
		return countersign.Declaration(so, p.Framework, p.Attainment.Competency, p.Apprenticeship.ApprenticeName)
	}
	var out []statement
	if f.Open != nil {
		out = append(out, statement{declare(countersign.Countersignature, countersign.Competent, f.Open.Level), "app-statement app-statement--countersign"})
	}
	if len(f.MissingStill) == 0 {
		threshold, _ := p.Framework.Scale.Rank(p.Attainment.Threshold)
		for i, l := range p.Framework.Scale.Levels {
			if i >= threshold && (f.Open == nil || f.Open.Level != l.Code) {
				out = append(out, statement{
					declare(countersign.FirstAssessment, countersign.Competent, l.Code), "app-statement app-statement--level app-statement--" + itoa(i+1),
				})
			}
		}
	}
	return append(out, statement{declare(countersign.FirstAssessment, countersign.NotYetCompetent, ""), "app-statement app-statement--not-yet"})
}

// SigningAs says as whom the viewer signs.
func (p *CompetencyPage) SigningAs() string {
	return "You sign as " + p.Form.Signer + ", " + lowerRole(p.Form.Role) + ". Your name, role and the time are kept with your statement, and the decision cannot be changed later, only followed by another one."
}

// After says what a competent decision leads to.
func (p *CompetencyPage) After() string {
	f := p.Form
	if f.Open != nil {
		return "Your countersignature makes it final: signed off."
	}
	who := "Nobody is named who could do that today. Tell the practice manager or the training hub."
	if len(f.Countersigners) > 0 {
		who = "That can be done by " + anyOf(f.Countersigners) + "."
	}
	switch f.Awaits {
	case "":
		if p.Framework.Signing.TwoPeople && f.Role == p.Framework.Signing.Countersign {
			return "Your decision will be final, as long as it relies on at least one piece that somebody else accepted."
		}
		return "Your decision will be final."
	case countersign.SecondPerson:
		return "A second person must countersign, because nobody else has accepted any of the evidence that counts. " + who
	}
	return "Your decision will wait for the countersignature of " + theRole(f.Awaits) + ". " + who
}

// Save sends it.
func (p *CompetencyPage) Save() Button {
	b := Button{Text: "Sign and save", Once: true}
	switch {
	case p.Only():
		b.Text = "Save reviews"
	case p.DecisionField().Value == DecideLater:
		b.Text = "Save"
	}
	return b
}
