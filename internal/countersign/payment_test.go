package countersign_test

import (
	"testing"

	"countersign/internal/countersign"
)

var staged = countersign.Programme{Payments: []countersign.Payment{
	{Code: "briefing", Title: "Briefing", Amount: 200, Trigger: countersign.BriefingAttended},
	{Code: "mentor", Title: "Mentors", Amount: 200, Trigger: countersign.MentorsNamed},
	{Code: "start", Title: "Start", Amount: 50, Trigger: countersign.ProgrammeStarted},
	{Code: "portfolio", Title: "Portfolio", Amount: 275, Trigger: countersign.PortfolioHandedIn},
	{Code: "done", Title: "Done", Amount: 100, Trigger: countersign.ProgrammeCompletion},
}}

func TestAPaymentFallsDueWhenItsTriggerComesAbout(t *testing.T) {
	jan, feb, mar := countersign.On(2026, 1, 1), countersign.On(2026, 2, 1), countersign.On(2026, 3, 1)
	namings := []countersign.Naming{
		{Role: countersign.GPSupervisor, From: feb, BriefingOn: mar},
		{Role: countersign.GPSupervisor, From: jan, To: jan.AddDays(-1), BriefingOn: jan}, // never held
		{Role: countersign.SecondaryMentor, From: jan, Covers: "somebody", BriefingOn: jan},
		{Role: countersign.SecondaryMentor, From: mar, BriefingOn: feb},
	}
	done := learning()
	done.State, done.EndedOn = countersign.CompletedProgramme, monthly
	applied, never := learning(), learning()
	applied.State, never.State = countersign.Applied, countersign.WithdrawnFromProgramme
	for _, tc := range []struct {
		name    string
		facts   countersign.PaymentFacts
		trigger countersign.PaymentTrigger
		want    countersign.Date
	}{
		{"the GP supervisor was briefed", countersign.NewPaymentFacts(learning(), namings, countersign.Date{}), countersign.BriefingAttended, mar},
		{"nobody was briefed", countersign.NewPaymentFacts(learning(), nil, countersign.Date{}), countersign.BriefingAttended, countersign.Date{}},
		{"the later of both namings", countersign.NewPaymentFacts(learning(), namings, countersign.Date{}), countersign.MentorsNamed, mar},
		{"one mentor only", countersign.NewPaymentFacts(learning(), namings[:2], countersign.Date{}), countersign.MentorsNamed, countersign.Date{}},
		{"started", countersign.NewPaymentFacts(learning(), nil, countersign.Date{}), countersign.ProgrammeStarted, jan},
		{"applied", countersign.NewPaymentFacts(applied, namings, countersign.Date{}), countersign.MentorsNamed, countersign.Date{}},
		{"an application taken back", countersign.NewPaymentFacts(never, namings, countersign.Date{}), countersign.ProgrammeStarted, countersign.Date{}},
		{"handed in", countersign.NewPaymentFacts(learning(), nil, mar), countersign.PortfolioHandedIn, mar},
		{"completed", countersign.NewPaymentFacts(done, nil, mar), countersign.ProgrammeCompletion, monthly},
		{"not completed", countersign.NewPaymentFacts(learning(), nil, mar), countersign.ProgrammeCompletion, countersign.Date{}},
	} {
		if got := tc.facts.DueOn(tc.trigger); got != tc.want {
			t.Errorf("%s: due on %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestAPaymentIsClaimedOnceDueAndPaidOnceClaimed(t *testing.T) {
	facts := countersign.PaymentFacts{BriefingOn: monthly, StartOn: monthly.AddDays(5)}
	all := staged.PaymentsOf(facts, nil, monthly)
	due, ahead := all[0], all[2]
	if due.State != countersign.PaymentDue || ahead.State != countersign.PaymentNotDue || ahead.DueOn.IsZero() {
		t.Fatalf("%+v", all)
	}
	entry, err := due.Do(countersign.ClaimPayment, monthly, "INV-1", countersign.ManagerOfPractice, monthly)
	if err != nil || entry.Amount != 200 || entry.Title != "Briefing" {
		t.Fatalf("%+v, %v", entry, err)
	}
	claimed := staged.PaymentsOf(facts, []countersign.PaymentEntry{entry}, monthly)[0]
	pay, err := claimed.Do(countersign.PayPayment, monthly, "BACS 7", countersign.LeadOfHub, monthly)
	if err != nil {
		t.Fatal(err)
	}
	paid := staged.PaymentsOf(facts, []countersign.PaymentEntry{entry, pay}, monthly)[0]
	if claimed.State != countersign.PaymentClaimed || paid.State != countersign.PaymentPaid || paid.Claim.Reference != "INV-1" || paid.Paid.Reference != "BACS 7" {
		t.Errorf("%+v, %+v", claimed, paid)
	}
	for _, tc := range []struct {
		name         string
		err          func() error
		field, words string
	}{
		{"not due", func() error { return do(ahead, countersign.ClaimPayment, monthly, "x", countersign.ManagerOfPractice) }, "", "not due"},
		{"claimed by the hub", func() error { return do(due, countersign.ClaimPayment, monthly, "x", countersign.LeadOfHub) }, "", "Only the practice manager"},
		{"paid by the practice", func() error { return do(claimed, countersign.PayPayment, monthly, "x", countersign.ManagerOfPractice) }, "", "Only the training hub"},
		{"paid before it is claimed", func() error { return do(due, countersign.PayPayment, monthly, "x", countersign.LeadOfHub) }, "", "is due"},
		{"claimed twice", func() error {
			return do(claimed, countersign.ClaimPayment, monthly, "x", countersign.ManagerOfPractice)
		}, "", "is claimed"},
		{"before it fell due", func() error {
			return do(due, countersign.ClaimPayment, monthly.AddDays(-1), "x", countersign.ManagerOfPractice)
		}, "on", "when it fell due"},
		{"tomorrow", func() error {
			return do(claimed, countersign.PayPayment, monthly.AddDays(1), "x", countersign.LeadOfHub)
		}, "on", "today or in the past"},
		{"without a reference", func() error { return do(claimed, countersign.PayPayment, monthly, " ", countersign.LeadOfHub) }, "reference", "Enter the reference"},
	} {
		refusedFor(t, tc.name, tc.err(), tc.field, tc.words)
	}
}

func do(s countersign.PaymentStanding, e countersign.PaymentEvent, on countersign.Date, reference string, who countersign.NamingRole) error {
	_, err := s.Do(e, on, reference, who, monthly)
	return err
}

func TestAClaimKeepsItsAmountWhateverALaterVersionSays(t *testing.T) {
	entries := []countersign.PaymentEntry{{Payment: "old", Event: countersign.ClaimPayment, Title: "Of old", Amount: 150}, {Payment: "mentor", Event: countersign.ClaimPayment, Title: "Mentors", Amount: 180}}
	all := staged.PaymentsOf(countersign.PaymentFacts{}, entries, monthly)
	if len(all) != 6 || all[5].Title != "Of old" || all[5].Amount != 150 || all[5].State != countersign.PaymentClaimed || all[1].Amount != 180 {
		t.Errorf("%+v", all)
	}
}

func TestAWrongClaimOrPaymentIsReversedByALineOfItsOwn(t *testing.T) {
	facts := countersign.PaymentFacts{BriefingOn: monthly}
	var lines []countersign.PaymentEntry
	standing := func() countersign.PaymentStanding { return staged.PaymentsOf(facts, lines, monthly)[0] }
	enter := func(e countersign.PaymentEntry, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, e)
	}
	reverse := func(event countersign.PaymentEvent, reason string, who countersign.NamingRole) error {
		_, err := standing().Reverse(event, reason, who, monthly)
		return err
	}
	refusedFor(t, "nothing is claimed", reverse(countersign.ReverseClaim, "x", countersign.ManagerOfPractice), "", "is due")
	enter(standing().Do(countersign.ClaimPayment, monthly, "INV-1", countersign.ManagerOfPractice, monthly))
	refusedFor(t, "without a reason", reverse(countersign.ReverseClaim, " ", countersign.ManagerOfPractice), "reason", "what is wrong")
	enter(standing().Reverse(countersign.ReverseClaim, "The wrong invoice", countersign.ManagerOfPractice, monthly))
	if s := standing(); s.State != countersign.PaymentDue || s.Claim != nil || len(s.Reversed) != 1 || s.Reversed[0].Wrong.Reference != "INV-1" {
		t.Errorf("after the reversal of a claim %+v", s)
	}
	enter(standing().Do(countersign.ClaimPayment, monthly, "INV-2", countersign.ManagerOfPractice, monthly))
	enter(standing().Do(countersign.PayPayment, monthly, "BACS 7", countersign.LeadOfHub, monthly))
	refusedFor(t, "the claim of what is paid", reverse(countersign.ReverseClaim, "x", countersign.LeadOfHub), "", "is paid")
	refusedFor(t, "by the practice", reverse(countersign.ReversePayment, "x", countersign.ManagerOfPractice), "", "Only the training hub")
	enter(standing().Reverse(countersign.ReversePayment, "The bank sent it back", countersign.LeadOfHub, monthly))
	if s := standing(); s.State != countersign.PaymentClaimed || s.Paid != nil || s.Claim.Reference != "INV-2" || len(s.Reversed) != 2 || s.Reversed[1].Reversal.Reference != "The bank sent it back" {
		t.Errorf("after the reversal of a payment %+v", s)
	}
	enter(standing().Reverse(countersign.ReverseClaim, "The hub asks for another", countersign.LeadOfHub, monthly))
	for i, line := range lines {
		if line.Number != i+1 || line.Amount != 200 {
			t.Errorf("line %d is %+v", i+1, line)
		}
	}
}

func TestAClaimOfAnEarlierVersionIsGoneOnceItIsReversed(t *testing.T) {
	claim := countersign.PaymentEntry{Number: 1, Payment: "old", Event: countersign.ClaimPayment, Title: "Of old", Amount: 150}
	old := staged.PaymentsOf(countersign.PaymentFacts{}, []countersign.PaymentEntry{claim}, monthly)[5]
	reversal, err := old.Reverse(countersign.ReverseClaim, "Not ours", countersign.ManagerOfPractice, monthly)
	if err != nil {
		t.Fatal(err)
	}
	if all := staged.PaymentsOf(countersign.PaymentFacts{}, []countersign.PaymentEntry{claim, reversal}, monthly); len(all) != len(staged.Payments) {
		t.Errorf("%+v", all)
	}
}
