package view

import (
	"time"

	"countersign/internal/countersign"
)

func init() { addSamples(evidenceSamples) }

func evidenceSamples() []Sample {
	waiting := sampleEvidencePage(countersign.Submitted)
	waiting.MayWithdraw, waiting.MayCopy = true, true
	nobody := sampleEvidencePage(countersign.Submitted)
	nobody.Reviewers, nobody.Own = nil, false
	judged := sampleEvidencePage(countersign.Submitted)
	judged.Own, judged.Review = false, &ReviewForm{Action: "/evidence/e1/review", Version: 4, Apprentice: "Asha Patel"}

	draft := sampleEvidencePage(countersign.Draft)
	draft.Evidence.Revision, draft.Revisions, draft.MayEdit, draft.MayDelete, draft.MayCopy = 0, nil, true, true, true
	draft.Evidence.Attachments = sampleAttachments()
	draft.Evidence.Attachments[0].Unchecked = true
	captured := NewEvidencePage(countersign.Evidence{
		ID: "e2", Apprenticeship: "a1", Apprentice: "asha", State: countersign.Draft, Version: 1, Content: countersign.Content{Kind: countersign.WorkProduct},
	}, sampleLearnerFramework())
	captured.Own, captured.MayEdit, captured.MayDelete = true, true, true

	returned := sampleEvidencePage(countersign.Returned)
	returned.Reviews, returned.MayEdit, returned.MayWithdraw, returned.MayCopy = sampleReviews(), true, true, true
	returned.Fail(countersign.InvalidField("file", "“scan.pdf”: the selected file is empty"))

	accepted := sampleEvidencePage(countersign.Accepted)
	accepted.Evidence.AcceptedByName, accepted.Evidence.DecidedAt = "Siân Okafor", sampleNow
	accepted.Reviews, accepted.MayWithdraw, accepted.MayCopy = sampleReviews(), true, true
	accepted.ReliedOn = []countersign.SignOff{{
		Apprenticeship: "a1", Competency: "GPA-CL2", Decision: countersign.Competent, AssessorName: "Dr Megan Bell", SignedAt: sampleNow,
		Evidence: []countersign.Relied{{Evidence: "e1", Revision: 1}},
	}}

	recorded := sampleEvidencePage(countersign.Accepted)
	recorded.Evidence.RecordedBy, recorded.Evidence.RecordedByName, recorded.MayConfirmRead = "nurse", "Siân Okafor", true

	withdrawn := sampleEvidencePage(countersign.Withdrawn)
	withdrawn.Evidence.WithdrawnAt, withdrawn.Evidence.WithdrawReason, withdrawn.Evidence.Quarantined = sampleNow, "It was about the wrong clinic", true

	reason := NewEvidenceAskPage(sampleEvidence(), true)
	reason.ReliedOn = accepted.ReliedOn
	reason.Fail(countersign.InvalidField("reason", "Enter why you withdraw this piece"))
	return []Sample{
		{"evidence: waiting", waiting}, {"evidence: nobody to review", nobody}, {"evidence: for a reviewer", judged}, {"evidence: draft", draft},
		{"evidence: captured", captured}, {"evidence: returned, an upload refused", returned}, {"evidence: accepted", accepted},
		{"evidence: recorded by an assessor", recorded}, {"evidence: withdrawn", withdrawn},
		{"evidence withdrawal", NewEvidenceAskPage(sampleEvidence(), true)}, {"evidence withdrawal: no reason", reason},
		{"evidence deletion", NewEvidenceAskPage(sampleEvidence(), false)},
		{"evidence revision", sampleRevision(1)}, {"evidence revision: compared", sampleRevision(2)},
	}
}

func sampleEvidencePage(state countersign.EvidenceState) *EvidencePage {
	e := sampleEvidence()
	e.State, e.Revision = state, 2
	p := NewEvidencePage(e, sampleLearnerFramework())
	p.Apprenticeship, p.Reviewers, p.Own = sampleApprenticeship(), sampleNamings()[:2], true
	p.Today = countersign.LondonDate(sampleNow)
	p.Revisions = sampleRevisions()
	return p
}

func sampleReviews() []countersign.Review {
	return []countersign.Review{
		{
			Revision: 1, ReviewerName: "Dr Megan Bell", Role: countersign.GPSupervisor, Decision: countersign.AcceptEvidence,
			At: sampleNow.AddDate(0, 0, -3), Added: []string{"GPA-CL7"}, Removed: []string{"GPA-CA1", "GPA-CA2"},
		},
		{
			Revision: 2, ReviewerName: "Siân Okafor", Role: countersign.SecondaryMentor, Decision: countersign.ReturnEvidence,
			Comment: "Say what you did when the second reading was high.\nWho did you tell?", At: sampleNow.AddDate(0, 0, -1),
		},
	}
}

func sampleRevisions() []countersign.Revision {
	first := sampleEvidence().Content
	first.Narrative, first.Reflection, first.PriorLearning, first.Entries = "I took readings from three people.", "", true, 2
	first.Details = map[string]string{"setting": "Treatment room 1"}
	first.Mapping = first.Mapping[:1]
	at := time.Date(2026, time.March, 4, 17, 30, 0, 0, time.UTC)
	return []countersign.Revision{
		{Evidence: "e1", Number: 1, Content: first, Hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", SubmittedAt: at},
		{
			Evidence: "e1", Number: 2, Content: sampleEvidence().Content, ObservedByName: "Siân Okafor", Attachments: sampleAttachments(),
			Hash: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", SubmittedAt: at.AddDate(0, 0, 2),
		},
	}
}

func sampleRevision(number int) *EvidenceRevisionPage {
	all := sampleRevisions()
	p := NewEvidenceRevisionPage(sampleEvidence(), sampleLearnerFramework(), all[number-1])
	p.Numbers = []int{1, 2}
	if number > 1 {
		p.With, p.Reviews = all[number-2], sampleReviews()[1:]
	}
	return p
}
