package view

import (
	"slices"

	"countersign/internal/countersign"
)

// ShowsFlag reports whether the viewer is shown the flag: who looks after the
// apprentice is, the apprentice is told what would help instead.
func (p *ApprenticeshipPage) ShowsFlag() bool { return !p.Own && p.Flag != "" }

// FlagTag says how the apprentice gets on.
func (p *ApprenticeshipPage) FlagTag() Tag { return flagTags[p.Flag] }

// Flagged reports whether there is something to say.
func (p *ApprenticeshipPage) Flagged() bool { return len(p.Why) > 0 }

// WhyTitle heads the reasons.
func (p *ApprenticeshipPage) WhyTitle() string {
	switch {
	case p.Own:
		return "What would help now"
	case p.Flag == countersign.Stuck:
		return "Why stuck"
	}
	return "Why slipping"
}

// causeLinks lead to where something can be done, by the cause; the first that
// the viewer can open counts.
var causeLinks = map[countersign.PaceCause][]string{
	countersign.NothingNew:   {"/evidence/new", "/evidence", "/namings"},
	countersign.PastTheEnd:   {"/programme", "/change"},
	countersign.DecisionLate: {"/competencies"},
	countersign.ReviewLate:   {"/programme"},
	countersign.BehindPlan:   {"/competencies"},
}

// Reasons are what makes the apprentice slip or stick, each with what to do
// next and where.
func (p *ApprenticeshipPage) Reasons() []FlagReason {
	var out []FlagReason
	for _, r := range p.Why {
		reason := FlagReason{Sentence: r.Sentence + ".", Next: r.Cause.Next()}
		if p.Own {
			reason.Next = r.Cause.NextForOneself()
		}
		for _, path := range causeLinks[r.Cause] {
			href := apprenticeshipHref(p.Apprenticeship.ID) + path
			if i := slices.IndexFunc(p.Links, func(l Link) bool { return l.Href == href }); i >= 0 {
				reason.Link = p.Links[i]
				break
			}
		}
		out = append(out, reason)
	}
	return out
}

// FlagReason is one of them.
type FlagReason struct {
	Sentence, Next string
	Link           Link // may be empty
}

// RuleDetails states the rule by which the apprentice is judged.
func (p *ApprenticeshipPage) RuleDetails() Details {
	return Details{Summary: "What on track, slipping and stuck mean", Body: Blocks{List{Items: p.Rule.Words()}}}
}

var sampleReasons = []countersign.PaceReason{
	{Flag: countersign.Stuck, Cause: countersign.NothingNew, Sentence: "Nothing has happened since 4 January 2026"},
	{Flag: countersign.Slipping, Cause: countersign.PastTheEnd, Sentence: "The planned end was 28 February 2026"},
	{Flag: countersign.Slipping, Cause: countersign.BehindPlan, Sentence: "12 of 41 competencies are signed off, which is behind the usual pace"},
}
