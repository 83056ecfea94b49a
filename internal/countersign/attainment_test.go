package countersign_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
)

func TestStatusIsTheFirstThatApplies(t *testing.T) {
	signed := func(day countersign.Date) func(*testing.T) countersign.Attainment {
		return func(t *testing.T) countersign.Attainment {
			a := attainment(t, nurse, bell)
			for i := range a.Pieces {
				a.Pieces[i].OccurredOn, a.Pieces[i].DecidedAt = day.AddDays(-10), at(day.AddDays(-9), 12)
			}
			sign(t, &a, competentBy(bell, asGP, "e1"), day)
			return a
		}
	}
	for _, tc := range []struct {
		name string
		a    func(*testing.T) countersign.Attainment
		want countersign.Status
	}{
		{"out of scope", func(t *testing.T) countersign.Attainment {
			a := signed(today)(t)
			a.Scope = countersign.ScopeProposed
			return a
		}, countersign.NotApplicable},
		{"S8 stands on its last day", signed(today.AddMonths(-12)), countersign.SignedOff},
		{"S8 expired from the next day", signed(today.AddMonths(-12).AddDays(-1)), countersign.Expired},
		{"signed off", signed(today), countersign.SignedOff},
		{"not yet competent", func(t *testing.T) countersign.Attainment {
			a := attainment(t, nurse)
			sign(t, &a, countersign.Intent{Signer: bell, Capacities: asGP, Decision: countersign.NotYetCompetent, Comment: "Practise"}, today)
			return a
		}, countersign.StatusNotYet},
		{"not yet competent, until something is accepted", func(t *testing.T) countersign.Attainment {
			a := attainment(t, nurse)
			sign(t, &a, countersign.Intent{Signer: bell, Capacities: asGP, Decision: countersign.NotYetCompetent, Comment: "Practise"}, today.AddDays(-2))
			a.Pieces = append(a.Pieces, observed("e2", nurse, today.AddDays(-1)))
			return a
		}, countersign.Ready},
		{"ready", func(t *testing.T) countersign.Attainment { return attainment(t, nurse, bell) }, countersign.Ready},
		{"in progress by one accepted piece", func(t *testing.T) countersign.Attainment { return attainment(t, nurse) }, countersign.InProgress},
		{"in progress by a draft", func(t *testing.T) countersign.Attainment {
			a := attainment(t, nurse)
			a.Pieces[0].State = countersign.Draft
			return a
		}, countersign.InProgress},
		{"a withdrawn piece is nothing", func(t *testing.T) countersign.Attainment {
			a := attainment(t, nurse)
			a.Pieces[0].State = countersign.Withdrawn
			return a
		}, countersign.NotStarted},
		{"not started", func(t *testing.T) countersign.Attainment { return attainment(t) }, countersign.NotStarted},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := tc.a(t)
			if got := a.Status(); got != tc.want {
				t.Errorf("Status() = %s, want %s", got, tc.want)
			}
		})
	}
}

// "Not yet competent" on a requirement that is met asks for something new, and
// says so.
func TestNotYetCompetentAsksForNewEvidence(t *testing.T) {
	a := attainment(t, nurse, bell)
	notYet := countersign.Intent{Signer: bell, Capacities: asGP, Decision: countersign.NotYetCompetent, Comment: "Practise"}
	sign(t, &a, notYet, today)
	want := []string{"New evidence: no piece was accepted since the decision of " + today.Long()}
	if diff := cmp.Diff(want, a.Missing()); diff != "" {
		t.Errorf("Missing() (-want +got):\n%s", diff)
	}
	a.Pieces = a.Pieces[:1]
	if missing := a.Missing(); len(missing) == 0 || strings.Contains(missing[0], "since the decision") {
		t.Errorf("Missing() with the requirement unmet = %q, want what it lacks", missing)
	}
}

func TestRenewal(t *testing.T) { // S8
	a := attainment(t, nurse, bell)
	for i := range a.Pieces {
		a.Pieces[i].OccurredOn, a.Pieces[i].DecidedAt = countersign.On(2025, time.December, 1+i), at(countersign.On(2025, time.December, 2), 9)
	}
	signedOn := countersign.On(2025, time.December, 20)
	a.Today = signedOn
	sign(t, &a, competentBy(bell, asGP, "e1"), signedOn)

	a.Today = countersign.On(2026, time.October, 20)
	if a.Expiring() {
		t.Error("Expiring() 61 days before, want it only from 60 days before")
	}
	if got := a.RecountOn(); got != countersign.On(2026, time.October, 21) {
		t.Errorf("RecountOn() = %v, want the day 60 days before expiry", got)
	}
	a.Today = countersign.On(2026, time.October, 21)
	if !a.Expiring() {
		t.Error("Expiring() 60 days before is false")
	}
	if missing := a.Missing(); len(missing) == 0 {
		t.Error("Missing() while expiring is empty: pieces of the round before must not count")
	}
	a.Pieces = append(a.Pieces, observed("e3", nurse, countersign.On(2026, time.October, 1)), observed("e4", nurse, countersign.On(2026, time.October, 2)))
	if got, _ := a.Waiting(); got != countersign.WaitRenewal {
		t.Errorf("Waiting() with the fresh requirement met = %q, want renewal", got)
	}
	if got := a.Status(); got != countersign.SignedOff {
		t.Errorf("Status() while it waits for renewal = %s, want signed_off", got)
	}
	sign(t, &a, competentBy(bell, asGP, "e3"), a.Today)
	if got, want := a.ExpiresOn(), countersign.On(2027, time.October, 21); got != want {
		t.Errorf("ExpiresOn() after renewal = %v, want %v", got, want)
	}
	a.Today = countersign.On(2027, time.October, 22)
	if got := a.Status(); got != countersign.Expired {
		t.Errorf("Status() the day after = %s, want expired", got)
	}
}

// "Not yet competent" about an expired sign-off doesn't bring its old evidence
// back: the next round starts afresh (S8).
func TestNotYetCompetentAfterExpiryStartsAfresh(t *testing.T) {
	a := attainment(t, nurse, bell)
	signedOn := today.AddMonths(-13)
	for i := range a.Pieces {
		a.Pieces[i].OccurredOn, a.Pieces[i].DecidedAt = signedOn.AddDays(-9), at(signedOn.AddDays(-8), 9)
	}
	sign(t, &a, competentBy(bell, asGP, "e1"), signedOn)
	notYet := countersign.Intent{Signer: bell, Capacities: asGP, Decision: countersign.NotYetCompetent, Comment: "Practise"}
	sign(t, &a, notYet, today.AddDays(-5))
	a.Pieces = append(a.Pieces, observed("e3", nurse, today.AddDays(-2)))
	if got := a.Status(); got != countersign.InProgress {
		t.Errorf("Status() with one fresh piece of two = %s, want in_progress", got)
	}
	a.Pieces = append(a.Pieces, observed("e4", nurse, today.AddDays(-1)))
	if got := a.Status(); got != countersign.Ready {
		t.Errorf("Status() with two fresh pieces = %s, want ready", got)
	}

	b := attainment(t, nurse, bell) // signed and doubted within one round: what there is still counts
	sign(t, &b, competentBy(bell, asGP, "e1"), today.AddDays(-5))
	sign(t, &b, notYet, today.AddDays(-4))
	b.Pieces = append(b.Pieces, observed("e3", nurse, today.AddDays(-2)))
	if got := b.Status(); got != countersign.Ready {
		t.Errorf("Status() within the round = %s, want ready", got)
	}
	if got, want := b.RecountOn(), today.AddDays(-5).AddMonths(12).AddDays(-60); got != want {
		t.Errorf("RecountOn() = %v, want the day on which the next round is due, %v", got, want)
	}
}

func TestLastChangeNamesNothingThatWasNotSubmitted(t *testing.T) { // E3, S7
	a := attainment(t, nurse)
	a.Pieces[0].State, a.Pieces[0].Title = countersign.Returned, "Being rewritten"
	a.Pieces = append(a.Pieces, countersign.Evidence{
		ID: "e2", State: countersign.Withdrawn, WithdrawnAt: at(today, 12), Content: countersign.Content{Title: "Never submitted"},
	})
	if got, want := a.LastChange(), "A piece was returned"; got != want {
		t.Errorf("LastChange() = %q, want %q", got, want)
	}
}

func TestWaitingSinceTheDayItCouldFirstBeActedOn(t *testing.T) {
	a := attainment(t, nurse, bell, nurse)
	if kind, since := a.Waiting(); kind != countersign.WaitSignOff || !since.Equal(a.Pieces[1].DecidedAt) {
		t.Errorf("Waiting() = %s since %v, want sign_off since the second piece was accepted", kind, since)
	}
	b := attainment(t, nurse, nurse)
	so := sign(t, &b, competentBy(nurse, asMentor, "e1"), today)
	if kind, since := b.Waiting(); kind != countersign.WaitCountersign || !since.Equal(so.SignedAt) {
		t.Errorf("Waiting() = %s since %v, want countersign since the assessment", kind, since)
	}
	c := attainment(t)
	if kind, _ := c.Waiting(); kind != "" {
		t.Errorf("Waiting() with nothing there = %s, want nothing", kind)
	}
	d := attainment(t, nurse, nurse)
	signed := sign(t, &d, competentBy(bell, asGP, "e1"), today)
	undo, err := d.Undo(bell, asGP, false, signed.ID, "The wrong apprentice")
	if err != nil {
		t.Fatal(err)
	}
	if undo = chain(&d, undo, today.AddDays(3)); undo.SignedAt.Equal(signed.SignedAt) {
		t.Fatal("the withdrawal has no later time")
	}
	if kind, since := d.Waiting(); kind != countersign.WaitSignOff || !since.Equal(undo.SignedAt) {
		t.Errorf("Waiting() = %s since %v, want sign_off since the withdrawal", kind, since)
	}
}

func TestQueueHoldsWhatThePersonMayActOn(t *testing.T) {
	f := framework()
	assessorOf := func(d string) countersign.Capacities {
		return countersign.Capacities{{Role: countersign.Assessor, Domains: []string{d}}}
	}
	item := func(kind countersign.WaitingType) countersign.QueueItem {
		return countersign.QueueItem{Type: kind, Apprentice: asha, Competency: "CL2", Mapping: []string{"CL2"}}
	}
	countersigning := item(countersign.WaitCountersign)
	countersigning.Awaits, countersigning.OpenAssessor = countersign.GPSupervisor, nurse
	second := countersigning
	second.Awaits, second.OpenAssessor = countersign.SecondPerson, bell
	for _, tc := range []struct {
		name   string
		item   countersign.QueueItem
		person countersign.PersonID
		caps   countersign.Capacities
		want   bool
	}{
		{"review by a mentor", item(countersign.WaitReview), nurse, asMentor, true},
		{"review by an assessor of another domain", item(countersign.WaitReview), other, assessorOf("ADMIN"), false},
		{"review of one's own", item(countersign.WaitReview), asha, asGP, false},
		{"review by nobody", item(countersign.WaitReview), other, asNobody, false},
		{"sign-off by the GP", item(countersign.WaitSignOff), bell, asGP, true},
		{"sign-off by a manager in a clinical domain", item(countersign.WaitSignOff), other, asManager, false},
		{"countersignature by the GP", countersigning, bell, asGP, true},
		{"countersignature by a mentor", countersigning, other, asMentor, false},
		{"countersignature by who signed", countersigning, nurse, asGP, false},
		{"second person by the mentor", second, nurse, asMentor, true},
		{"second person by the same GP", second, bell, asGP, false},
		{"scope by the GP", item(countersign.WaitScope), bell, asGP, true},
		{"scope by a mentor", item(countersign.WaitScope), nurse, asMentor, false},
		{"confirmation by the GP", item(countersign.WaitConfirm), bell, asGP, true},
		{"renewal by a mentor", item(countersign.WaitRenewal), nurse, asMentor, true},
	} {
		if got := tc.item.ActionableBy(f, tc.person, tc.caps); got != tc.want {
			t.Errorf("%s: ActionableBy() = %t, want %t", tc.name, got, tc.want)
		}
	}
}

func TestProgressCountsTheScope(t *testing.T) {
	var p countersign.Progress
	p.Add(true, countersign.SignedOff)
	p.Add(true, countersign.Expired) // doesn't count as signed off
	p.Add(false, countersign.SignedOff)
	p.Add(false, countersign.NotApplicable) // out of scope
	if want := (countersign.Progress{SignedOff: 2, InScope: 3, CoreSignedOff: 1, Core: 2}); p != want {
		t.Errorf("Progress = %+v, want %+v", p, want)
	}
	if got := p.Percent(); got != 66 {
		t.Errorf("Percent() = %d, want 66, rounded down", got)
	}
	if got := (countersign.Progress{}).Percent(); got != 0 {
		t.Errorf("Percent() of nothing = %d, want 0", got)
	}
}

func TestScopeIsProposedAgreedAndTakenOut(t *testing.T) {
	optional := func(t *testing.T, s countersign.ScopeState) []countersign.Attainment {
		a := countersign.Attainment{Competency: competency(t, "CL6"), Apprentice: asha, Scope: s, Today: today}
		return []countersign.Attainment{attainment(t), a}
	}
	signed := func(t *testing.T) []countersign.Attainment {
		as := optional(t, countersign.ScopeIn)
		as[1].Decisions = []countersign.SignOff{{ID: "s1", Decision: countersign.Competent}}
		return as
	}
	both := []string{"CL2", "CL6"}
	for _, tc := range []struct {
		name    string
		as      []countersign.Attainment
		wanted  []string
		confirm bool
		reason  string
		want    countersign.ScopeState // "" for no change
		kind    countersign.Kind
	}{
		{"the apprentice proposes", optional(t, countersign.ScopeOut), both, false, "", countersign.ScopeProposed, 0},
		{"the apprentice takes a proposal back", optional(t, countersign.ScopeProposed), nil, false, "", countersign.ScopeOut, 0},
		{"the apprentice can't take an agreed one out", optional(t, countersign.ScopeIn), nil, false, "x", "", countersign.Invalid},
		{"the GP agrees", optional(t, countersign.ScopeProposed), both, true, "", countersign.ScopeIn, 0},
		{"the GP takes one out with a reason", optional(t, countersign.ScopeIn), nil, true, "Not done here", countersign.ScopeOut, 0},
		{"not without one", optional(t, countersign.ScopeIn), nil, true, "", "", countersign.Invalid},
		{"a signed one stays", signed(t), nil, true, "Not done here", "", countersign.Invalid},
		{"an unknown code", optional(t, countersign.ScopeOut), []string{"NO"}, false, "", "", countersign.Invalid},
		{"nothing changes", optional(t, countersign.ScopeIn), both, true, "", "", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			changes, err := countersign.PlanScope(tc.as, tc.wanted, tc.confirm, tc.reason)
			wantKind(t, err, tc.kind)
			if err != nil {
				return
			}
			switch {
			case tc.want == "" && len(changes) != 0:
				t.Errorf("PlanScope() = %v, want no change", changes)
			case tc.want != "" && (len(changes) != 1 || changes[0] != countersign.ScopeChange{Competency: "CL6", To: tc.want}):
				t.Errorf("PlanScope() = %v, want CL6 to %s", changes, tc.want)
			}
		})
	}
}
