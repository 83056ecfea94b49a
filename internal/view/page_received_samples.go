package view

import "countersign/internal/countersign"

func init() {
	addSamples(func() []Sample {
		r := sampleReceived()
		record := &countersign.ReceivedRecord{
			Framework: sampleLearnerFramework(), State: countersign.Active, StartOn: countersign.On(2025, 9, 1), PlannedEndOn: countersign.On(2026, 9, 1), PracticeName: "Harbour Surgery",
		}
		c := record.Framework.Competencies()[0]
		record.Decisions = []countersign.SignOff{
			{Competency: c.Code, Decision: countersign.Competent, Part: countersign.FirstAssessment, AssessorName: "Dr Olive Kerr", AssessorRole: countersign.GPSupervisor, SignedAt: sampleNow, Leaf: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", Origin: r.OriginURL},
			{Competency: "GONE", Decision: countersign.Competent, Part: countersign.Countersignature, AssessorRole: countersign.Assessor, SignedAt: sampleNow, Leaf: "6e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"},
		}
		piece := countersign.Evidence{State: countersign.Accepted, Attachments: []countersign.Attachment{{Name: "certificate.pdf", Size: 52000}}}
		piece.Kind, piece.Title, piece.OccurredOn, piece.Narrative, piece.Reflection = countersign.Observation, "Morning clinic", countersign.On(2026, 1, 5), "Took *readings*.", "I was calm."
		waiting := countersign.Evidence{State: countersign.Submitted}
		waiting.Kind, waiting.Title = countersign.Audit, "Recall audit"
		record.Pieces = []countersign.Evidence{piece, waiting}
		accepted, declined := r, r
		accepted.State, accepted.DecidedAt, accepted.DecidedByName = countersign.PackageAccepted, sampleNow, "Dr Megan Bell"
		declined.State, declined.DecidedAt, declined.DecidedByName, declined.Reason, declined.ReceivedByName = countersign.PackageDeclined, sampleNow, "Dr Megan Bell", "She went elsewhere.", ""
		toDecide := NewReceivedPage(r, record)
		toDecide.MayDecide = true
		opened := NewReceivedPage(accepted, &countersign.ReceivedRecord{Framework: record.Framework, State: countersign.Active})
		opened.MayOpen = true
		form := NewReceivePage()
		form.Practices = []Option{{Value: "A81001", Text: "Oakwood Surgery"}}
		typed := NewReceivePage()
		typed.Practice = "A8"
		typed.Fail(countersign.InvalidField("package", "The package cannot be used: it is not a whole ZIP file. It may be damaged, or have been cut short on its way"))
		why := NewReceivedDecisionPage(r, countersign.DeclinePackage)
		why.Fail(countersign.InvalidField("reason", "Enter why you decline this portfolio"))
		return []Sample{
			{"received: list", NewReceivedListPage([]countersign.Received{r, accepted, declined}, true)}, {"received: empty list", NewReceivedListPage(nil, false)},
			{"received: form", form}, {"received: form, refused", typed},
			{"received: to decide", toDecide}, {"received: for the practice manager", NewReceivedPage(r, nil)}, {"received: accepted", opened}, {"received: declined", NewReceivedPage(declined, nil)},
			{"received: accept", NewReceivedDecisionPage(r, countersign.AcceptPackage)}, {"received: decline", why},
		}
	})
}

func sampleReceived() countersign.Received {
	return countersign.Received{
		ID: "g1", PracticeCode: "A81001", PracticeName: "Oakwood Surgery", Apprenticeship: "a1", OriginURL: "https://learn.example.org", AsAt: sampleNow, ApprenticeName: "Owen Hale",
		ApprenticeEmail: "owen@example.org", FrameworkID: "gpa-combined", FrameworkVersion: "1.0.0", ReceivedByName: "Priya Shah", ReceivedAt: sampleNow, State: countersign.PackageReceived,
		SHA256: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", Version: 1,
	}
}
