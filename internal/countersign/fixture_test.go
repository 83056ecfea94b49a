package countersign_test

import (
	"fmt"
	"testing"
	"time"

	"countersign/internal/countersign"
)

// The people and days of these tests.
const (
	asha  countersign.PersonID = "asha"
	bell  countersign.PersonID = "dr-bell"
	nurse countersign.PersonID = "nurse"
	other countersign.PersonID = "somebody-else"
)

var (
	today = countersign.On(2026, time.November, 22)
	start = countersign.On(2026, time.March, 1)

	asGP      = countersign.Capacities{{Role: countersign.GPSupervisor}}
	asMentor  = countersign.Capacities{{Role: countersign.SecondaryMentor}}
	asManager = countersign.Capacities{{Role: countersign.ManagerOfPractice}}
	asNobody  countersign.Capacities
)

func at(day countersign.Date, hour int) time.Time {
	return day.UTC().Add(time.Duration(hour) * time.Hour)
}

// framework is small: a clinical and an administration domain, two people
// needed, the GP supervisor countersigns.
func framework() countersign.Framework {
	bp := countersign.Competency{
		Code: "CL2", Domain: "CLINICAL", Title: "Blood pressure", Core: true, Threshold: "3", RenewMonths: 12,
		Evidence: []countersign.EvidenceKind{countersign.Observation, countersign.Procedure, countersign.ReflectiveAccount, countersign.ProcedureLog},
		Requires: countersign.Requirement{Pieces: 2, Observed: 1},
	}
	post := countersign.Competency{
		Code: "AD1", Domain: "ADMIN", Title: "Sort post", Core: true, Threshold: "4",
		Evidence: []countersign.EvidenceKind{countersign.Audit, countersign.WorkProduct},
		Requires: countersign.Requirement{Pieces: 1},
	}
	ecg := countersign.Competency{
		Code: "CL6", Domain: "CLINICAL", Title: "ECG", Threshold: "3",
		Evidence: []countersign.EvidenceKind{countersign.Certificate, countersign.Procedure},
		Requires: countersign.Requirement{Pieces: 1},
	}
	return countersign.Framework{
		ID: "test", Version: "1.0.0", Title: "Test",
		Scale: countersign.Scale{Levels: []countersign.Level{
			{Code: "1", Title: "Not yet"}, {Code: "2", Title: "With help"}, {Code: "3", Title: "Indirect supervision"}, {Code: "4", Title: "Independent"},
		}, Threshold: "3"},
		Signing: countersign.Signing{
			Assess:       []countersign.NamingRole{countersign.GPSupervisor, countersign.SecondaryMentor, countersign.Assessor},
			DomainAssess: map[string][]countersign.NamingRole{"ADMIN": {countersign.ManagerOfPractice}},
			Countersign:  countersign.GPSupervisor, TwoPeople: true,
		},
		Domains: []countersign.Domain{
			{Code: "CLINICAL", Title: "Clinical", Competencies: []countersign.Competency{bp, ecg}},
			{Code: "ADMIN", Title: "Administration", Competencies: []countersign.Competency{post}},
		},
	}
}

func competency(t *testing.T, code string) countersign.Competency {
	t.Helper()
	c, ok := framework().Competency(code)
	if !ok {
		t.Fatalf("the test framework has no competency %s", code)
	}
	return c
}

// piece is an accepted piece mapped to CL2, ready to be altered.
func piece(id string, kind countersign.EvidenceKind, acceptedBy countersign.PersonID, day countersign.Date) countersign.Evidence {
	return countersign.Evidence{
		ID: countersign.EvidenceID(id), Apprentice: asha, State: countersign.Accepted, Revision: 1,
		AcceptedBy: acceptedBy, AcceptedByName: string(acceptedBy), DecidedAt: at(day, 12), SubmittedAt: at(day, 9),
		Content: countersign.Content{Kind: kind, Title: id, OccurredOn: day, Mapping: []countersign.Mapping{{Competency: "CL2"}}},
	}
}

// observed is piece, observed and accepted by the same person.
func observed(id string, by countersign.PersonID, day countersign.Date) countersign.Evidence {
	e := piece(id, countersign.Observation, by, day)
	e.ObservedBy = by
	return e
}

// attainment is CL2 with pieces that meet its requirement, accepted by whom.
func attainment(t *testing.T, acceptedBy ...countersign.PersonID) countersign.Attainment {
	t.Helper()
	a := countersign.Attainment{
		Competency: competency(t, "CL2"), Apprenticeship: "a1", Apprentice: asha, Scope: countersign.ScopeIn, Version: 7, Today: today,
	}
	for i, by := range acceptedBy {
		a.Pieces = append(a.Pieces, observed(fmt.Sprintf("e%d", i+1), by, today.AddDays(-30+i)))
	}
	return a
}

// sign makes the decision and puts it into the chain, as the record would.
func sign(t *testing.T, a *countersign.Attainment, in countersign.Intent, day countersign.Date) countersign.SignOff {
	t.Helper()
	so, err := a.Decide(framework(), in)
	if err != nil {
		t.Fatalf("Decide(%v) = %v", in, err)
	}
	return chain(a, so, day)
}

func chain(a *countersign.Attainment, so countersign.SignOff, day countersign.Date) countersign.SignOff {
	so.ID = countersign.SignOffID(fmt.Sprintf("s%d", len(a.Decisions)+1))
	so.SignedAt = at(day, 15)
	a.Decisions = append(a.Decisions, so)
	return so
}

func competentBy(signer countersign.PersonID, caps countersign.Capacities, evidence ...countersign.EvidenceID) countersign.Intent {
	return countersign.Intent{Signer: signer, Capacities: caps, Decision: countersign.Competent, Level: "3", Evidence: evidence}
}

// wantKind fails unless err is of the kind; 0 asks for success.
func wantKind(t *testing.T, err error, want countersign.Kind) {
	t.Helper()
	if got := countersign.KindOf(err); got != want {
		t.Errorf("error = %v, kind %v; want kind %v", err, got, want)
	}
}
