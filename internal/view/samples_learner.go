package view

import (
	"time"

	"countersign/internal/countersign"
)

// The people, pieces and framework that the samples of an apprentice's pages
// share. Every call returns fresh data.

var sampleNow = time.Date(2026, time.March, 12, 14, 5, 0, 0, time.UTC)

func sampleLearnerFramework() countersign.Framework {
	competency := func(domain, code, title string, core bool, kinds ...countersign.EvidenceKind) countersign.Competency {
		return countersign.Competency{
			Code: code, Domain: domain, Title: title, Core: core, Threshold: "3", Evidence: kinds,
			Statement: title + " safely, and says when to ask for help.", Requires: countersign.Requirement{Pieces: 2, Observed: 1},
		}
	}
	return countersign.Framework{
		ID: "gpa-combined", Version: "1.0.0", Title: "General Practice Assistant, combined role (community draft)",
		Standing: countersign.CommunityDraft, Notice: "Community draft, not the official framework.",
		Scale: countersign.Scale{Levels: []countersign.Level{
			{Code: "1", Title: "Observes", Meaning: "Has watched it being done"},
			{Code: "2", Title: "With supervision", Meaning: "Does it with somebody in the room"},
			{Code: "3", Title: "On their own", Meaning: "Does it with somebody to ask"},
		}, Threshold: "3"},
		Signing: countersign.Signing{Assess: []countersign.NamingRole{countersign.GPSupervisor, countersign.SecondaryMentor}, Countersign: countersign.GPSupervisor},
		Domains: []countersign.Domain{
			{Code: "CARE", Title: "Care", Competencies: []countersign.Competency{
				competency("CARE", "GPA-CA1", "Welcoming patients", true, countersign.Observation, countersign.ReflectiveAccount),
				competency("CARE", "GPA-CA2", "Chaperoning", false, countersign.Observation, countersign.Certificate),
			}},
			{Code: "CLINICAL", Title: "Clinical skills", Competencies: []countersign.Competency{
				competency("CLINICAL", "GPA-CL2", "Blood pressure", true, countersign.Observation, countersign.Procedure),
				competency("CLINICAL", "GPA-CL7", "Phlebotomy", false, countersign.Procedure, countersign.ProcedureLog),
			}},
		},
	}
}

func sampleNamings() []countersign.Naming {
	from := countersign.On(2025, time.September, 1)
	return []countersign.Naming{
		{ID: "n1", Person: "gp", PersonName: "Dr Megan Bell", PersonEmail: "gp@hillview.example", Role: countersign.GPSupervisor, From: from},
		{ID: "n2", Person: "nurse", PersonName: "Siân Okafor", PersonEmail: "nurse@hillview.example", Role: countersign.SecondaryMentor, From: from},
		{
			ID: "n3", Person: "locum", PersonName: "Dr Nguyễn Thị Lan", PersonEmail: "locum@hillview.example", Role: countersign.GPSupervisor,
			Covers: "gp", CoversName: "Dr Megan Bell", From: countersign.On(2026, time.March, 9), To: countersign.On(2026, time.March, 20),
		},
	}
}

func sampleApprenticeship() countersign.Apprenticeship {
	return countersign.Apprenticeship{
		ID: "a1", Apprentice: "asha", ApprenticeName: "Asha Patel", ApprenticeEmail: "asha@hillview.example",
		FrameworkID: "gpa-combined", FrameworkVersion: "1.0.0", PracticeCode: "A81001", PracticeName: "Hillview Surgery", HubName: "Leeds Training Hub",
		StartOn: countersign.On(2025, time.September, 1), PlannedEndOn: countersign.On(2026, time.October, 31), Cohort: "2025-B", State: countersign.Active,
		Progress: countersign.Progress{SignedOff: 1, InScope: 3, CoreSignedOff: 1, Core: 2},
	}
}

func sampleSummaries() []countersign.Summary {
	all := sampleLearnerFramework().Competencies()
	return []countersign.Summary{
		{
			Competency: all[0], Scope: countersign.ScopeIn, Status: countersign.SignedOff, Level: "3", Pieces: 3, Counting: 3,
			SignedOffAt: sampleNow.AddDate(0, -10, 0), ExpiresOn: countersign.On(2026, time.April, 2), Expiring: true, Missing: []string{"2 more pieces of evidence"},
		},
		{Competency: all[1], Scope: countersign.ScopeOut, Status: countersign.NotApplicable},
		{
			Competency: all[2], Scope: countersign.ScopeIn, Status: countersign.InProgress, Pieces: 2, Counting: 1,
			Missing: []string{"1 more piece of evidence", "A direct observation"},
		},
		{Competency: all[3], Scope: countersign.ScopeProposed, Status: countersign.NotApplicable, Waiting: countersign.WaitScope},
	}
}

func sampleAttachments() []countersign.Attachment {
	return []countersign.Attachment{
		{ID: "f1", Evidence: "e1", Name: "Readings.pdf", MediaType: "application/pdf", Size: 48_211, SHA256: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"},
		{
			ID: "f2", Evidence: "e1", Name: "Tray.jpg", MediaType: "image/jpeg", Size: 1_840_221, Width: 3024, Height: 4032,
			SHA256:    "6b3a55e0261b0304143f805a24924d0c1c44524821305f31d9277843b8a10f4e",
			Rendition: countersign.Rendition{SHA256: "a1", Size: 211_000, Width: 1200, Height: 1600},
		},
	}
}

func sampleEvidence() countersign.Evidence {
	return countersign.Evidence{
		ID: "e1", Apprenticeship: "a1", Apprentice: "asha", State: countersign.Submitted, Revision: 1, Version: 4,
		SubmittedAt: sampleNow.AddDate(0, 0, -6), CreatedAt: sampleNow.AddDate(0, 0, -9), UpdatedAt: sampleNow.AddDate(0, 0, -6), ObservedByName: "Siân Okafor",
		Content: countersign.Content{
			Kind: countersign.Observation, Title: "Morning blood pressure clinic", OccurredOn: countersign.On(2026, time.March, 3),
			Narrative:  "I took readings from four people.\n\nFor each I:\n\n- explained what I would do\n- asked for consent",
			Reflection: "I was calmer than last time 🙂 and remembered to check the cuff.",
			Details:    map[string]string{"setting": "Treatment room 2", "seen": "Manual blood pressure on four adults"},
			ObservedBy: "nurse", Anonymised: true, Mapping: []countersign.Mapping{
				{Competency: "GPA-CL2", Justification: "Four readings, each recorded at once"}, {Competency: "GPA-CA2"},
			},
		},
		Attachments: sampleAttachments(),
	}
}
