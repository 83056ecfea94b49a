package store_test

import (
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// complete adds everything of an end to App, without changing its state: a
// referral, a submission that waits, an award and a claim.
func (r *record) complete() {
	r.t.Helper()
	verifier := r.Person(r.t, "Ines Sand", "verifier@example.org", countersign.Verifier, r.England)
	r.otherVerifier = r.Person(r.t, "Vera Stone", "other-verifier@example.org", countersign.Verifier, r.England)
	r.by(r.HubLead, authz.ChangeNamings, func(tx *store.Tx, p authz.Permit, _ int) error {
		_, err := tx.AddNaming(p, countersign.Naming{Person: verifier.ID, Role: countersign.NamedVerifier, From: tx.Today()})
		return err
	})
	other := r.Permit(r.t, r.OtherHubLead, authz.ChangeNamings, r.OtherApp)
	write(r.t, r.s, func(tx *store.Tx) error {
		_, err := tx.AddNaming(other, countersign.Naming{Person: r.otherVerifier.ID, Role: countersign.NamedVerifier, From: tx.Today()})
		return err
	})
	submit := func(number int) (id countersign.SubmissionID) {
		r.by(r.GP, authz.SubmitPortfolio, func(tx *store.Tx, p authz.Permit, _ int) error {
			if err := tx.AddDeclaration(p, "ready", true); err != nil {
				return err
			}
			if err := tx.AddSubmission(p, countersign.Submission{Number: number, Checklist: []countersign.SubmittedLine{{Code: "core", Title: "Core", Says: "5 of 5"}}}); err != nil {
				return err
			}
			all, err := tx.Submissions(p)
			if err == nil {
				id = all[len(all)-1].ID
			}
			return err
		})
		return id
	}
	first := submit(1)
	r.by(verifier, authz.VerifyPortfolio, func(tx *store.Tx, p authz.Permit, _ int) error {
		return tx.AddVerification(p, countersign.Verification{
			Submission: first, Outcome: countersign.PortfolioReferred, Comment: "Nearly", Referrals: []countersign.Referral{{Competency: lasting, Comment: "One more"}},
		})
	})
	r.submission = submit(2)
	r.by(r.HubLead, authz.RecordAward, func(tx *store.Tx, p authz.Permit, _ int) error {
		return tx.AddAward(p, countersign.AwardGiven{Nth: 1, Title: "Certificate", Body: "University", Level: "Level 4", Credits: 10, Number: "C-1", On: tx.Today()})
	})
	r.by(r.Manager, authz.ClaimPayment, func(tx *store.Tx, p authz.Permit, _ int) error {
		return tx.AddPaymentEntry(p, countersign.PaymentEntry{Number: 1, Payment: "mentor", Event: countersign.ClaimPayment, Title: "Mentors", Amount: 200, On: tx.Today(), Reference: "INV-1"})
	})
}

func TestWhatEndsAProgrammeIsKeptAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.complete()
		r.reading(r.HubLead, authz.ReadApprenticeship, func(tx *store.Tx, p authz.Permit) error {
			sent, err := tx.Submissions(p)
			if err != nil || len(sent) != 2 || sent[0].Verification == nil || sent[1].Verification != nil {
				t.Fatalf("%+v, %v", sent, err)
			}
			v := sent[0].Verification
			if sent[0].ByName != "Dr Megan Bell" || sent[0].Checklist[0].Says != "5 of 5" || v.ByName != "Ines Sand" || v.Comment != "Nearly" || v.Referrals[0].Comment != "One more" {
				t.Errorf("%+v, %+v", sent[0], v)
			}
			declared, err := tx.Declarations(p)
			if err != nil || len(declared) != 2 || !declared[0].Declared || declared[0].Condition != "ready" || declared[0].ByName != "Dr Megan Bell" {
				t.Errorf("%+v, %v", declared, err)
			}
			given, err := tx.Award(p)
			if err != nil || given == nil || given.Title != "Certificate" || given.Credits != 10 || given.Number != "C-1" || given.ByName != "Helen Cole" {
				t.Errorf("%+v, %v", given, err)
			}
			return nil
		})
	})
}

func TestASubmissionIsAnsweredOnceAndAPaymentClaimedOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.complete()
		err := r.try(r.Manager, authz.ClaimPayment, func(tx *store.Tx, p authz.Permit, _ int) error {
			return tx.AddPaymentEntry(p, countersign.PaymentEntry{Number: 1, Payment: "mentor", Event: countersign.ClaimPayment, On: tx.Today()})
		})
		if countersign.KindOf(err) != countersign.Conflict {
			t.Errorf("a second claim: %v", err)
		}
		err = r.try(r.GP, authz.SubmitPortfolio, func(tx *store.Tx, p authz.Permit, _ int) error {
			return tx.AddSubmission(p, countersign.Submission{Number: 2})
		})
		if countersign.KindOf(err) != countersign.Conflict {
			t.Errorf("the same submission: %v", err)
		}
	})
}

func TestPaymentsOfAHubComeWithWhatTheyFollowFrom(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.complete()
		r.by(r.Manager, authz.ChangeNamings, func(tx *store.Tx, p authz.Permit, _ int) error {
			all, err := tx.Namings(p)
			if err != nil {
				return err
			}
			n, err := tx.SetBriefing(p, all[0].ID, tx.Today())
			if n.BriefingOn != tx.Today() {
				t.Errorf("%+v", n)
			}
			return err
		})
		for _, tc := range []struct {
			name string
			who  countersign.Person
			f    store.ApprenticeshipFilter
			want int
		}{
			{"the hub's lead", r.HubLead, store.ApprenticeshipFilter{}, 1},
			{"the manager, by practice and cohort", r.Manager, store.ApprenticeshipFilter{Organisation: "A81001", Cohort: "2026-A"}, 1},
			{"another cohort", r.HubLead, store.ApprenticeshipFilter{Cohort: "2025"}, 0},
			{"the GP supervisor", r.GP, store.ApprenticeshipFilter{}, 0},
		} {
			ctx, count := s.CountStatements(t.Context())
			var got []store.PaymentSubject
			if err := s.Read(ctx, func(tx *store.Tx) (err error) {
				got, err = tx.PaymentSubjects(r.Actor(t, tc.who).Scope(authz.ReadPayments), tc.f)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			atMost(t, tc.name, count(), 4)
			if len(got) != tc.want {
				t.Errorf("%s: %d, want %d", tc.name, len(got), tc.want)
				continue
			}
			if tc.want == 1 && (len(got[0].Namings) != 2 || got[0].SubmittedOn != countersign.LondonDate(clock.Now()) || len(got[0].Entries) != 1 || got[0].Namings[0].BriefingOn.IsZero() && got[0].Namings[1].BriefingOn.IsZero()) {
				t.Errorf("%s: %+v", tc.name, got[0])
			}
		}
	})
}
