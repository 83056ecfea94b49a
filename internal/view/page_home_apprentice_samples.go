package view

import "countersign/internal/countersign"

func init() {
	addSamples(func() []Sample {
		home := func(sections ...*HomeApprentice) *HomePage {
			p := NewHomePage("Asha Patel")
			p.Apprentice = sections
			return p
		}
		second := sampleHomeApprentice()
		second.Index, second.Open = 1, nil
		fresh := sampleHomeApprentice()
		fresh.Open, fresh.Recorded, fresh.Competencies, fresh.Apprenticeship.Progress = nil, nil, nil, countersign.Progress{InScope: 14, Core: 14}
		back := sampleHomeApprentice()
		back.Apprenticeship.State = countersign.ReferredBack
		wrong := home(sampleHomeApprentice())
		wrong.Apprentice[0].TitleError, wrong.Apprentice[0].FileError = "Enter a title", "“holiday.exe”: the selected file must be a JPG, PNG or HEIC"
		var p countersign.Problems
		p.Add("title", wrong.Apprentice[0].TitleError)
		p.Add("file", wrong.Apprentice[0].FileError)
		wrong.Fail(p.Err())
		return []Sample{
			{"home: apprentice", home(sampleHomeApprentice())}, {"home: apprentice, referred back", home(back)}, {"home: apprentice on the first day", home(fresh)},
			{"home: apprentice, twice", home(sampleHomeApprentice(), second)}, {"home: apprentice, capture refused", wrong},
		}
	})
}

func sampleHomeApprentice() *HomeApprentice {
	h := &HomeApprentice{
		Apprenticeship: sampleApprenticeship(), Framework: sampleLearnerFramework(), Competencies: sampleSummaries(), Namings: sampleNamings(),
		Today: countersign.LondonDate(sampleNow), Key: "k", CaptureTitle: "ECG with Siân",
	}
	for i, state := range []countersign.EvidenceState{
		countersign.Returned, countersign.Submitted, countersign.Draft, countersign.Draft, countersign.Draft, countersign.Draft, countersign.Draft, countersign.Draft,
	} {
		e := sampleEvidence()
		e.ID, e.State = countersign.EvidenceID("e"+itoa(i+1)), state
		if i == 3 {
			e.Title = ""
		}
		h.Open = append(h.Open, e)
	}
	h.Comments = map[countersign.EvidenceID]countersign.Review{"e1": sampleReviews()[1]}
	recorded := sampleEvidence()
	recorded.ID, recorded.RecordedByName = "e20", "Siân Okafor"
	h.Recorded = []countersign.Evidence{recorded}
	expired, ready, notYet := sampleSummaries()[0], sampleSummaries()[2], sampleSummaries()[2]
	expired.Code, expired.Status, expired.Expiring, expired.ExpiresOn = "GPA-CA3", countersign.Expired, false, countersign.On(2026, 2, 1)
	ready.Code, ready.Status, ready.Waiting, ready.WaitingSince = "GPA-CL3", countersign.Ready, countersign.WaitSignOff, sampleNow.AddDate(0, 0, -4)
	ready.Domain, ready.Missing = "CLINICAL", nil
	notYet.Code, notYet.Status = "GPA-CL4", countersign.StatusNotYet
	h.Competencies = append(h.Competencies, expired, ready, notYet)
	return h
}
