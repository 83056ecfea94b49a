package view

import (
	"strings"

	"countersign/internal/countersign"
)

func init() {
	addSamples(func() []Sample {
		empty := countersign.Portfolio{Apprenticeship: sampleApprenticeship(), Framework: sampleLearnerFramework()}
		for _, c := range empty.Framework.Competencies() {
			scope := countersign.ScopeIn
			if !c.Core {
				scope = countersign.ScopeOut
			}
			empty.Attainments = append(empty.Attainments, countersign.Attainment{Competency: c, Apprenticeship: "a1", Apprentice: "asha", Scope: scope, Today: countersign.LondonDate(sampleNow)})
		}
		return []Sample{{"portfolio: empty", NewPortfolioPage(empty)}, {"portfolio", NewPortfolioPage(samplePortfolio())}}
	})
}

// samplePortfolio has every sort of piece and of decision.
func samplePortfolio() countersign.Portfolio {
	f := sampleLearnerFramework()
	f.SHA256 = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"
	f.Sources = []countersign.Source{{ID: "S1", Title: "Health Education England, Roles Explorer", URL: "https://www.hee.nhs.uk/roles"}, {Title: "A paper"}}
	f.Role = countersign.Role{
		Title: "General Practice Assistant", Purpose: "Supports GPs.", ReportsTo: "GP supervisor", Band: "Band 3 or 4", Duties: []countersign.Duty{
			{Code: "T1", Text: "Prepares patients before they see the GP", Competencies: []string{"GPA-CA1", "GPA-CL2"}}, {Code: "T3", Text: "Gives immunisations"},
		},
	}
	p := countersign.Portfolio{Framework: f, Apprenticeship: sampleApprenticeship(), Namings: sampleNamings(), AsAt: sampleNow}
	p.Apprenticeship.State, p.Apprenticeship.EndedOn, p.Apprenticeship.EndReason = countersign.WithdrawnFromProgramme, countersign.On(2026, 3, 12), "Moved to another practice"
	p.Namings[1].Domains = []string{"CLINICAL"}
	p.Places = []countersign.Organisation{
		{Name: "Hillview Surgery", Code: "A81001", Kind: countersign.Practice}, {Name: "Leeds Training Hub", Kind: countersign.Hub},
		{Name: "North East and Yorkshire", Code: "Y63", Kind: countersign.Region}, {Name: "England", Code: "ENGLAND", Kind: countersign.National},
	}
	all := sampleCompetency().Attainment.Pieces
	all[0].Origin = sampleOrigin()
	all[1].RecordedBy, all[1].RecordedByName, all[1].ReadAt, all[1].ReadComment = "nurse", "Siân Okafor", sampleNow, "I agree"
	all[1].Kind, all[1].Entries, all[1].PriorLearning = countersign.ProcedureLog, 12, true
	all[1].Details = map[string]string{"procedure": "Manual blood pressure", "an_older_question": "An answer that is kept"}
	gone := all[1]
	gone.ID, gone.State, gone.WithdrawnAt, gone.WithdrawReason = "e4", countersign.Withdrawn, sampleNow, "It named a colleague"
	hidden := all[2]
	hidden.ID, hidden.Quarantined = "e5", true
	all = append(all, gone, hidden)
	for i, e := range all {
		p.Pieces = append(p.Pieces, countersign.PortfolioPiece{Number: i + 1, Evidence: e, Hash: f.SHA256, Reviews: []countersign.Review{
			{ReviewerName: "Siân Okafor", Role: countersign.SecondaryMentor, Decision: countersign.ReturnEvidence, Revision: 1, Comment: "Which arm?", At: sampleNow.AddDate(0, 0, -7)},
			{ReviewerName: "Dr Megan Bell", Role: countersign.GPSupervisor, Decision: countersign.AcceptEvidence, Revision: 2, Added: []string{"GPA-CA1"}, Removed: []string{"GPA-CL7"}, At: sampleNow},
		}})
	}
	decisions := sampleDecisions()
	decisions[0].Evidence = append(decisions[0].Evidence, countersign.Relied{Evidence: "e4", Revision: 1, Title: "Gone"}, countersign.Relied{Evidence: "e9", Revision: 1, Title: "Elsewhere", Counted: true})
	decisions[1].Evidence = decisions[0].Evidence
	for i, c := range f.Competencies() {
		a := countersign.Attainment{Competency: c, Apprenticeship: "a1", Apprentice: "asha", Scope: countersign.ScopeIn, Today: countersign.LondonDate(sampleNow)}
		switch i {
		case 1:
			a.Scope = countersign.ScopeProposed
		case 2:
			a.RenewMonths, a.Pieces, a.Decisions = 12, all, decisions
		case 3:
			a.Pieces, a.Decisions = all[:2], decisions[:1]
		}
		p.Attainments = append(p.Attainments, a)
	}
	retired := countersign.SignOff{
		ID: "s90", Competency: "GPA-CA6", Decision: countersign.Competent, Level: "3", Statement: "Recognises signs of possible abuse.", AssessorName: "Dr Megan Bell",
		AssessorRole: countersign.GPSupervisor, FrameworkVersion: "0.9.0", SignedAt: sampleNow.AddDate(0, -3, 0), Leaf: strings.Repeat("7", 64),
	}
	p.Earlier = []countersign.Attainment{{
		Competency: countersign.Competency{Code: "GPA-CA6", Title: "Safeguarding adults and children", Statement: "Recognises signs of possible abuse.", Threshold: "3"},
		Scope:      countersign.ScopeOut, Decisions: []countersign.SignOff{retired},
	}}
	return p
}
