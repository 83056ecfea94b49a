package countersign_test

import (
	"strings"
	"testing"

	"countersign/internal/countersign"
)

func TestDecideSaysWhoMaySignWhat(t *testing.T) {
	met := func(t *testing.T) countersign.Attainment { return attainment(t, nurse, bell) }
	bare := func(t *testing.T) countersign.Attainment { return attainment(t) }
	out := func(t *testing.T) countersign.Attainment {
		a := attainment(t, nurse, bell)
		a.Scope = countersign.ScopeOut
		return a
	}
	notYet := func(comment string) countersign.Intent {
		return countersign.Intent{Signer: bell, Capacities: asGP, Decision: countersign.NotYetCompetent, Comment: comment}
	}
	level := func(l string) countersign.Intent {
		in := competentBy(bell, asGP, "e1")
		in.Level = l
		return in
	}
	for _, tc := range []struct {
		name   string
		a      func(*testing.T) countersign.Attainment
		in     countersign.Intent
		want   countersign.Kind
		awaits countersign.NamingRole
	}{
		{"S3 the GP supervisor signs off what the nurse accepted", met, competentBy(bell, asGP, "e1"), 0, ""},
		{"S4 the GP supervisor relying only on what they accepted themselves awaits a second person", met, competentBy(bell, asGP, "e2"), 0, countersign.SecondPerson},
		{"S3 a mentor's decision awaits the GP supervisor", met, competentBy(nurse, asMentor, "e1", "e2"), 0, countersign.GPSupervisor},
		{"S1 never one's own work", met, competentBy(asha, asGP, "e1"), countersign.Forbidden, ""},
		{"S1 nobody who isn't named", met, competentBy(other, asNobody, "e1"), countersign.Forbidden, ""},
		{"S1 a practice manager doesn't sign clinical work", met, competentBy(other, asManager, "e1"), countersign.Forbidden, ""},
		{"S1 an assessor signs only the domains delegated", met, competentBy(other, countersign.Capacities{{Role: countersign.Assessor, Domains: []string{"ADMIN"}}}, "e1"), countersign.Forbidden, ""},
		{"S1 an assessor signs the domains delegated", met, competentBy(other, countersign.Capacities{{Role: countersign.Assessor, Domains: []string{"CLINICAL"}}}, "e1"), 0, countersign.GPSupervisor},
		{"S2 competent needs the requirement met", bare, competentBy(bell, asGP, "e1"), countersign.Invalid, ""},
		{"S2 competent needs the threshold", met, level("2"), countersign.Invalid, ""},
		{"S2 competent needs a level of the scale", met, level("9"), countersign.Invalid, ""},
		{"S2 competent may be above the threshold", met, level("4"), 0, ""},
		{"S2 competent names the evidence it relies on", met, competentBy(bell, asGP), countersign.Invalid, ""},
		{"S2 evidence of somebody else's piece is refused", met, competentBy(bell, asGP, "e1", "e99"), countersign.Invalid, ""},
		{"S2 not yet competent needs next steps", bare, notYet("  "), countersign.Invalid, ""},
		{"S2 not yet competent needs no evidence", bare, notYet("Observe two more"), 0, ""},
		{"out of scope can't be decided", out, competentBy(bell, asGP, "e1"), countersign.Conflict, ""},
		{"an unknown decision", met, countersign.Intent{Signer: bell, Capacities: asGP, Decision: "maybe"}, countersign.Invalid, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			so, err := tc.a(t).Decide(framework(), tc.in)
			wantKind(t, err, tc.want)
			if err == nil && so.Awaits != tc.awaits {
				t.Errorf("Awaits = %q, want %q", so.Awaits, tc.awaits)
			}
		})
	}
}

func TestCountersignature(t *testing.T) {
	byNurse := func(t *testing.T) countersign.Attainment {
		a := attainment(t, nurse, nurse)
		sign(t, &a, competentBy(nurse, asMentor, "e1"), today)
		return a
	}
	byGPAlone := func(t *testing.T) countersign.Attainment {
		a := attainment(t, bell, bell)
		sign(t, &a, competentBy(bell, asGP, "e1"), today)
		return a
	}
	withLevel := func(in countersign.Intent, level string) countersign.Intent {
		in.Level = level
		return in
	}
	for _, tc := range []struct {
		name   string
		a      func(*testing.T) countersign.Attainment
		in     countersign.Intent
		want   countersign.Kind
		status countersign.Status
	}{
		{"S3 the GP supervisor countersigns the nurse", byNurse, competentBy(bell, asGP), 0, countersign.SignedOff},
		{"S3 another mentor can't countersign for the GP supervisor", byNurse, competentBy(other, asMentor), countersign.Forbidden, countersign.Assessed},
		{"S3 never the same person twice", byNurse, competentBy(nurse, asMentor), countersign.Forbidden, countersign.Assessed},
		{"S3 nor in another role", byNurse, competentBy(nurse, asGP), countersign.Forbidden, countersign.Assessed},
		{"S4 the secondary mentor countersigns the GP who judged alone", byGPAlone, competentBy(nurse, asMentor), 0, countersign.SignedOff},
		{"S4 the GP can't complete it alone", byGPAlone, competentBy(bell, asGP), countersign.Forbidden, countersign.Assessed},
		{"S3 another level is a new assessment", byNurse, withLevel(competentBy(bell, asGP, "e1"), "4"), 0, countersign.SignedOff},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := tc.a(t)
			so, err := a.Decide(framework(), tc.in)
			wantKind(t, err, tc.want)
			if err == nil {
				chain(&a, so, today)
			}
			if got := a.Status(); got != tc.status {
				t.Errorf("Status() = %s, want %s", got, tc.status)
			}
		})
	}
	t.Run("naming a decision that is gone conflicts", func(t *testing.T) {
		in := competentBy(bell, asGP)
		in.Countersigns = "s99"
		_, err := byNurse(t).Decide(framework(), in)
		wantKind(t, err, countersign.Conflict)
	})
	t.Run("naming the decision at another level is told which", func(t *testing.T) {
		in := withLevel(competentBy(bell, asGP), "4")
		in.Countersigns = "s1"
		_, err := byNurse(t).Decide(framework(), in)
		wantKind(t, err, countersign.Invalid)
	})
}

func TestSignedTwiceAtOneLevelConflicts(t *testing.T) {
	a := attainment(t, nurse, bell)
	sign(t, &a, competentBy(bell, asGP, "e1"), today)
	_, err := a.Decide(framework(), competentBy(bell, asGP, "e1"))
	wantKind(t, err, countersign.Conflict)
}

func TestUndo(t *testing.T) { // S5
	for _, tc := range []struct {
		name    string
		by      countersign.PersonID
		caps    countersign.Capacities
		hubLead bool
		id      countersign.SignOffID
		reason  string
		want    countersign.Kind
	}{
		{"the GP supervisor", bell, asGP, false, "s2", "Wrong person", 0},
		{"a hub lead", other, nil, true, "s2", "Wrong person", 0},
		{"another mentor", other, asMentor, false, "s2", "Wrong person", countersign.Forbidden},
		{"the apprentice", asha, asGP, false, "s2", "Wrong person", countersign.Forbidden},
		{"without a reason", bell, asGP, false, "s2", " ", countersign.Invalid},
		{"a decision that another has taken the place of", bell, asGP, false, "s1", "Wrong person", countersign.Conflict},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := attainment(t, nurse, nurse)
			sign(t, &a, competentBy(nurse, asMentor, "e1"), today)
			sign(t, &a, competentBy(bell, asGP), today)
			so, err := a.Undo(tc.by, tc.caps, tc.hubLead, tc.id, tc.reason)
			wantKind(t, err, tc.want)
			if err != nil {
				return
			}
			chain(&a, so, today)
			if got := a.Status(); got != countersign.Ready {
				t.Errorf("Status() after withdrawal = %s, want what the evidence supports, ready", got)
			}
		})
	}
	t.Run("its signer", func(t *testing.T) {
		a := attainment(t, nurse, nurse)
		sign(t, &a, competentBy(nurse, asMentor, "e1"), today)
		_, err := a.Undo(nurse, asMentor, false, "s1", "Wrong person")
		wantKind(t, err, 0)
	})
}

func TestEvidenceWithdrawnAfterADecisionIsShownUntilConfirmed(t *testing.T) { // S6
	a := attainment(t, nurse, bell)
	sign(t, &a, competentBy(bell, asGP, "e1"), today.AddDays(-1))
	a.Pieces[0].State, a.Pieces[0].WithdrawnAt = countersign.Withdrawn, at(today, 10)

	if got := a.Status(); got != countersign.SignedOff {
		t.Errorf("Status() = %s, want it to stand", got)
	}
	if got, since := a.Waiting(); got != countersign.WaitConfirm || !since.Equal(at(today, 10)) {
		t.Errorf("Waiting() = %s since %v, want confirm since the withdrawal", got, since)
	}
	_, err := a.Confirm(nurse, asMentor, "Still good")
	wantKind(t, err, countersign.Forbidden)
	_, err = a.Confirm(bell, asGP, "")
	wantKind(t, err, countersign.Invalid)
	so, err := a.Confirm(bell, asGP, "The other observation carries it")
	wantKind(t, err, 0)
	chain(&a, so, today)
	if gone := a.EvidenceWithdrawnSince(); len(gone) != 0 {
		t.Errorf("EvidenceWithdrawnSince() after confirming = %v, want none", gone)
	}
	if got := a.Status(); got != countersign.SignedOff {
		t.Errorf("Status() after confirming = %s, want signed_off", got)
	}
}

// A countersignature is no word on evidence that went before it: only the GP
// supervisor's confirmation is (S6).
func TestEvidenceWithdrawnBeforeTheCountersignatureStillAsks(t *testing.T) {
	a := attainment(t, bell, bell)
	sign(t, &a, competentBy(bell, asGP, "e1"), today.AddDays(-2))
	a.Pieces[0].State, a.Pieces[0].WithdrawnAt = countersign.Withdrawn, at(today.AddDays(-1), 10)
	sign(t, &a, competentBy(nurse, asMentor), today)
	if got := a.Status(); got != countersign.SignedOff {
		t.Fatalf("Status() = %s, want signed_off", got)
	}
	if got, _ := a.Waiting(); got != countersign.WaitConfirm {
		t.Errorf("Waiting() = %q, want the GP supervisor to confirm", got)
	}
	so, err := a.Confirm(bell, asGP, "The other one carries it")
	wantKind(t, err, 0)
	chain(&a, so, today)
	if gone := a.EvidenceWithdrawnSince(); len(gone) != 0 {
		t.Errorf("EvidenceWithdrawnSince() after confirming = %v, want none", gone)
	}
}

func TestNobodyConfirmsTheirOwnCompetency(t *testing.T) { // S1, S6
	a := attainment(t, nurse, bell)
	sign(t, &a, competentBy(bell, asGP, "e1"), today.AddDays(-1))
	a.Pieces[0].State, a.Pieces[0].WithdrawnAt = countersign.Withdrawn, at(today, 10)
	_, err := a.Confirm(asha, asGP, "Still good")
	wantKind(t, err, countersign.Forbidden)
}

// A renewal that a mentor began and took back leaves the sign-off beneath it,
// which can itself still be taken back (S5).
func TestWithdrawnRenewalLeavesTheSignOff(t *testing.T) {
	a := attainment(t, nurse, bell)
	signedOn := today.AddMonths(-11)
	for i := range a.Pieces {
		a.Pieces[i].OccurredOn, a.Pieces[i].DecidedAt = signedOn.AddDays(-9), at(signedOn.AddDays(-8), 9)
	}
	first := sign(t, &a, competentBy(bell, asGP, "e1"), signedOn)
	a.Pieces = append(a.Pieces, observed("e3", nurse, today.AddDays(-3)), observed("e4", nurse, today.AddDays(-2)))
	renewal := sign(t, &a, competentBy(nurse, asMentor, "e3"), today.AddDays(-1))
	so, err := a.Undo(nurse, asMentor, false, renewal.ID, "Wrong apprentice")
	wantKind(t, err, 0)
	chain(&a, so, today)
	if got := a.Status(); got != countersign.SignedOff {
		t.Errorf("Status() = %s, want the sign-off beneath to stand", got)
	}
	so, err = a.Undo(bell, asGP, false, first.ID, "Wrong after all")
	wantKind(t, err, 0)
	if last := a.Head().ID; so.Supersedes != last {
		t.Errorf("Supersedes = %q, want the last decision of the chain, %q", so.Supersedes, last)
	}
	chain(&a, so, today)
	if got := a.Status(); got != countersign.Ready {
		t.Errorf("Status() = %s, want what the evidence supports, ready", got)
	}
	_, err = a.Undo(bell, asGP, false, first.ID, "Again")
	wantKind(t, err, countersign.Conflict)
}

func TestDeclarationSaysWhatIsSigned(t *testing.T) {
	f := framework()
	c := competency(t, "CL2")
	for _, tc := range []struct {
		so   countersign.SignOff
		want string
	}{
		{countersign.SignOff{Decision: countersign.Competent, Part: countersign.FirstAssessment, Level: "3"}, "competent in CL2 Blood pressure at Indirect supervision"},
		{countersign.SignOff{Decision: countersign.NotYetCompetent, Part: countersign.FirstAssessment}, "not yet competent in CL2"},
		{countersign.SignOff{Decision: countersign.Competent, Part: countersign.Countersignature, Level: "3"}, "I countersign"},
		{countersign.SignOff{Decision: countersign.DecisionWithdrawn, Part: countersign.Withdrawal}, "I withdraw"},
		{countersign.SignOff{Decision: countersign.Competent, Part: countersign.Confirmation, Level: "3"}, "I confirm"},
	} {
		if got := countersign.Declaration(tc.so, f, c, "Asha Patel"); !strings.Contains(got, tc.want) || !strings.Contains(got, "Asha Patel") {
			t.Errorf("Declaration(%s %s) = %q, want it to hold %q and the name", tc.so.Part, tc.so.Decision, got, tc.want)
		}
	}
}
