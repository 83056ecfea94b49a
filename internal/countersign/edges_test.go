package countersign_test

import (
	"errors"
	"fmt"
	"testing"

	"countersign/internal/countersign"
)

func TestWhatWasReliedOnDoesNotCountAgain(t *testing.T) { // S8
	a := attainment(t, nurse, bell)
	signedOn := today.AddMonths(-12)
	for i := range a.Pieces { // on the day of the sign-off itself
		a.Pieces[i].OccurredOn, a.Pieces[i].DecidedAt = signedOn, at(signedOn, 9+i)
	}
	a.Today = signedOn
	sign(t, &a, competentBy(bell, asGP, "e1"), signedOn)
	a.Today = today
	if got := a.Assessment().Counting; len(got) != 1 || got[0].ID != "e2" {
		t.Errorf("counting in the next round: %v, want e2 alone, which nobody relied on", got)
	}
}

func TestHowOldAPieceMayBe(t *testing.T) { // R5
	c := competency(t, "CL2")
	c.Requires = countersign.Requirement{Pieces: 1, WithinMonths: 6}
	day := today.AddMonths(-6)
	if as := c.Assess([]countersign.Evidence{observed("e1", nurse, day)}, nil, today); !as.Met() || as.AgesOn != today.AddDays(1) {
		t.Errorf("six months old to the day: missing %q, too old from %v; want it to count today for the last time", as.Missing, as.AgesOn)
	}
	if as := c.Assess([]countersign.Evidence{observed("e1", nurse, day.AddDays(-1))}, nil, today); as.Met() {
		t.Error("a day older counts, want it too old")
	}
}

func TestWhatADecisionMayRelyOn(t *testing.T) { // S2
	for _, tc := range []struct {
		name   string
		change func(*countersign.Evidence)
		rely   []countersign.EvidenceID
		want   countersign.Kind
	}{
		{"a piece that counts beside one that doesn't", func(*countersign.Evidence) {}, []countersign.EvidenceID{"e1", "e3"}, 0},
		{"only one that doesn't count", func(*countersign.Evidence) {}, []countersign.EvidenceID{"e3"}, countersign.Invalid},
		{"one that is hidden", func(e *countersign.Evidence) { e.Quarantined = true }, []countersign.EvidenceID{"e1", "e3"}, countersign.Invalid},
		{"one that isn't accepted", func(e *countersign.Evidence) { e.State = countersign.Submitted }, []countersign.EvidenceID{"e1", "e3"}, countersign.Invalid},
	} {
		a := attainment(t, nurse, bell)
		other := piece("e3", countersign.Certificate, nurse, today.AddDays(-3)) // no kind that counts here
		tc.change(&other)
		a.Pieces = append(a.Pieces, other)
		so, err := a.Decide(framework(), competentBy(bell, asGP, tc.rely...))
		if got := countersign.KindOf(err); got != tc.want {
			t.Errorf("%s: error = %v, want kind %v", tc.name, err, tc.want)
		}
		if err == nil && (!so.Evidence[0].Counted || so.Evidence[1].Counted) {
			t.Errorf("%s: relied on %+v, want the first alone to carry it", tc.name, so.Evidence)
		}
	}
}

func TestConfirmingRenewsNothing(t *testing.T) { // S6, S8
	a := attainment(t, nurse, bell)
	sign(t, &a, competentBy(bell, asGP, "e1"), today.AddDays(-10))
	want := a.ExpiresOn()
	a.Pieces[0].State, a.Pieces[0].WithdrawnAt = countersign.Withdrawn, at(today, 10)
	so, err := a.Confirm(bell, asGP, "The other one carries it")
	wantKind(t, err, 0)
	chain(&a, so, today)
	if got := a.ExpiresOn(); got != want {
		t.Errorf("ExpiresOn() after confirming = %v, want %v as before", got, want)
	}
}

func TestOnePersonIsEnoughWhereTheFrameworkSaysSo(t *testing.T) { // S4
	f := framework()
	f.Signing.TwoPeople = false
	so, err := attainment(t, bell, bell).Decide(f, competentBy(bell, asGP, "e1"))
	wantKind(t, err, 0)
	if so.Awaits != "" {
		t.Errorf("Awaits = %q, want nobody", so.Awaits)
	}
}

func TestAGPSupervisorWhoIsAnAssessorTooSignsAsTheSupervisor(t *testing.T) { // S1, S3
	caps := countersign.Capacities{{Role: countersign.Assessor}, {Role: countersign.GPSupervisor}}
	so, err := attainment(t, nurse, nurse).Decide(framework(), competentBy(bell, caps, "e1"))
	wantKind(t, err, 0)
	if so.AssessorRole != countersign.GPSupervisor || so.Awaits != "" {
		t.Errorf("signed as %s awaiting %q, want as GP supervisor awaiting nobody", so.AssessorRole, so.Awaits)
	}
}

func TestMessageOfIsTheRefusalWithoutItsWrapping(t *testing.T) {
	refusal := countersign.Refuse(countersign.Conflict, "Somebody else was first")
	for _, tc := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("store: add sign-off: %w", refusal), "Somebody else was first"},
		{countersign.InvalidField("title", "Enter a title"), "Enter a title"},
		{errors.New("pq: password of the database"), ""},
		{nil, ""},
	} {
		if got := countersign.MessageOf(tc.err); got != tc.want {
			t.Errorf("MessageOf(%v) = %q, want %q", tc.err, got, tc.want)
		}
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		countersign.FullStops([]string{"One", "Two."}):                                "One. Two.",
		countersign.SignOff{Leaf: "0123456789abcdef0"}.ShortLeaf():                    "0123456789abcdef",
		countersign.SignOff{Leaf: "ab"}.ShortLeaf():                                   "ab",
		countersign.Naming{From: start}.Period():                                      "From 1 March 2026",
		countersign.Naming{From: start, To: today}.Period():                           "1 March 2026 to 22 November 2026",
		countersign.Naming{To: today}.Period():                                        "Until 22 November 2026",
		countersign.Naming{}.Period():                                                 "No dates recorded",
		countersign.Attachment{MediaType: "application/pdf"}.TypeTitle():              "PDF",
		countersign.Attachment{MediaType: "application/x-unknown"}.TypeTitle():        "application/x-unknown",
		countersign.SecondPerson.Title():                                              "Second assessor",
		countersign.DecisionWithdrawn.Title() + ", " + countersign.Withdrawal.Title(): "Decision withdrawn, Withdrawal",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
