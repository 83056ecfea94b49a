package view

import (
	"countersign/internal/countersign"
)

func init() {
	addSamples(func() []Sample {
		read := sampleCompetency()
		read.Equivalents = sampleEquivalents()
		read.AddHref, read.Own = "/apprenticeships/a1/evidence/new?competency=GPA-CL2", true

		progress := sampleCompetency()
		progress.MaySeeEvidence, progress.Pieces = false, nil
		progress.Attainment.Decisions = sampleDecisions()
		progress.Attainment.Decisions[0].Evidence[0].Title = ""
		progress.MayWithdraw = true

		empty := NewCompetencyPage(sampleApprenticeship(), sampleLearnerFramework(), countersign.Attainment{
			Competency: sampleLearnerFramework().Competencies()[2], Apprenticeship: "a1", Scope: countersign.ScopeIn,
		})
		empty.Form = sampleDecisionForm(empty)
		empty.MaySeeEvidence, empty.MaySeeDecisions = true, true
		empty.Form.MissingStill = []string{"2 more pieces of evidence", "A direct observation"}

		decide := sampleCompetency()
		decide.Form = sampleDecisionForm(decide)
		decide.Equivalents = sampleEquivalents()
		decide.Equivalents[0].Pieces = nil
		decide.AddHref = "/apprenticeships/a1/evidence/new?competency=GPA-CL2"

		wrong := sampleCompetency()
		wrong.Form = sampleDecisionForm(wrong)
		wrong.Form.Decision, wrong.Form.Comment = "not_yet_competent", ""
		wrong.Pieces[0].Review.Decision, wrong.Pieces[0].Review.Comment = "return", "  "
		var p countersign.Problems
		p.Add("reviews.0.comment", "Enter what the apprentice needs to change")
		p.Add("comment", "Enter what the apprentice needs to do next")
		p.Add("level", "Select the level reached")
		p.Add("evidence", "Select at least one piece of evidence that counts")
		wrong.Fail(p.Err())

		countersigning := sampleCompetency()
		countersigning.Attainment.Decisions = sampleDecisions()[:1]
		countersigning.Summary = countersigning.Attainment.Summary()
		countersigning.Pieces = countersigning.Pieces[1:]
		countersigning.Form = sampleDecisionForm(countersigning)
		countersigning.Form.Open, countersigning.Form.Reviewing = &countersigning.Attainment.Decisions[0], false

		lost := sampleCompetency()
		lost.Attainment.Decisions = sampleDecisions()
		lost.Attainment.Pieces[1].State, lost.Attainment.Pieces[1].WithdrawnAt = countersign.Withdrawn, sampleNow
		lost.Summary, lost.WithdrawnSince = lost.Attainment.Summary(), lost.Attainment.EvidenceWithdrawnSince()
		lost.Pieces, lost.MayWithdraw = nil, true
		lost.Confirm = &ConfirmForm{Action: "/sign-offs/s2/confirmation"}
		lost.Form = sampleDecisionForm(lost)
		lost.Form.Again = true
		lost.Fail(countersign.InvalidField("reason", "Enter a reason"))

		waiting := sampleCompetency()
		waiting.Form = sampleDecisionForm(waiting)
		waiting.Form.MaySign = false
		waiting.Note = "You have signed this already. It waits for a countersignature."
		return []Sample{
			{"competency: read", read}, {"competency: progress only", progress}, {"competency: empty", empty},
			{"competency: decide", decide}, {"competency: errors", wrong}, {"competency: countersign", countersigning},
			{"competency: evidence withdrawn", lost}, {"competency: only review", waiting},
		}
	})
}

// sampleCompetency has one piece that waits, one that counts and one that
// doesn't.
func sampleCompetency() *CompetencyPage {
	f := sampleLearnerFramework()
	c := f.Competencies()[2]
	c.Guidance, c.RenewMonths = "Ask to be observed. Say what you would do with a reading that worries you.", 36
	c.Requires = countersign.Requirement{Pieces: 2, Observed: 1, WithinMonths: 24}
	waits := sampleEvidence()
	counts := sampleEvidence()
	counts.ID, counts.Title, counts.State, counts.Attachments = "e2", "Home visit with the nurse", countersign.Accepted, nil
	counts.AcceptedBy, counts.AcceptedByName, counts.DecidedAt = "nurse", "Siân Okafor", sampleNow.AddDate(0, 0, -2)
	not := counts
	not.ID, not.Title, not.Kind = "e3", "Certificate of the blood pressure course", countersign.Certificate
	not.ObservedBy, not.ObservedByName = "", ""
	a := countersign.Attainment{
		Competency: c, Apprenticeship: "a1", Apprentice: "asha", Scope: countersign.ScopeIn, Version: 7,
		Pieces: []countersign.Evidence{waits, counts, not}, Today: countersign.LondonDate(sampleNow),
	}
	p := NewCompetencyPage(sampleApprenticeship(), f, a)
	p.MaySeeEvidence, p.MaySeeDecisions = true, true
	p.Pieces = []CompetencyPiece{
		{Evidence: waits, Review: &PieceReview{}, Reviews: []countersign.Review{{
			ReviewerName: "Siân Okafor", Role: countersign.SecondaryMentor, Decision: countersign.ReturnEvidence, Revision: 1,
			Comment: "Say which arm, and what you did about the high reading", At: sampleNow.AddDate(0, 0, -7),
		}}},
		{Evidence: counts, Reviews: []countersign.Review{{
			ReviewerName: "Siân Okafor", Role: countersign.SecondaryMentor, Decision: countersign.AcceptEvidence, Revision: 1, At: counts.DecidedAt,
		}}},
		{Evidence: not},
	}
	return p
}

func sampleDecisionForm(p *CompetencyPage) *DecisionForm {
	return &DecisionForm{
		Action: competencyHref("a1", p.Attainment.Code) + "/sign-offs", Version: p.Attainment.Version, Signer: "Dr Megan Bell",
		Role: countersign.GPSupervisor, Awaits: countersign.SecondPerson, Countersigners: []string{"Siân Okafor (secondary mentor)"},
		Reviewing: len(p.Pieces) > 0, MaySign: true, Relied: []countersign.EvidenceID{"e2"},
	}
}

// sampleDecisions are an assessment and its countersignature.
func sampleDecisions() []countersign.SignOff {
	relied := []countersign.Relied{{Evidence: "e2", Revision: 1, Title: "Home visit with the nurse", Counted: true}}
	first := countersign.SignOff{
		ID: "s1", Apprenticeship: "a1", Competency: "GPA-CL2", Decision: countersign.Competent, Part: countersign.FirstAssessment, Level: "3",
		Awaits: countersign.GPSupervisor, Comment: "Calm and exact.", Evidence: relied, Assessor: "nurse", AssessorName: "Siân Okafor",
		AssessorRole: countersign.SecondaryMentor, Registration: "NMC 12A3456B", SignedAt: sampleNow.AddDate(0, 0, -2),
		Statement: "In my judgement Asha Patel is competent in GPA-CL2 Blood pressure at On their own, on the evidence listed.",
		Leaf:      "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
	}
	second := first
	second.ID, second.Part, second.Awaits, second.Supersedes, second.Comment = "s2", countersign.Countersignature, "", "s1", ""
	second.Assessor, second.AssessorName, second.AssessorRole, second.Registration = "gp", "Dr Megan Bell", countersign.GPSupervisor, "GMC 7012345"
	second.SignedAt = sampleNow.AddDate(0, 0, -1)
	second.Statement = "I countersign the decision that Asha Patel is competent in GPA-CL2 Blood pressure at On their own."
	second.Evidence = []countersign.Relied{relied[0]}
	return []countersign.SignOff{first, second}
}
