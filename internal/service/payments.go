package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// Payments are the staged payments to the practice for one apprenticeship.
type Payments struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Payments       []countersign.PaymentStanding
	MayClaim       bool
	MayPay         bool
}

// Payments returns how the payments of an apprenticeship stand.
func (s *Service) Payments(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (Payments, error) {
	var p Payments
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		p = Payments{Apprenticeship: w.app, Framework: w.framework}
		p.MayClaim, p.MayPay = w.actor.May(authz.ClaimPayment, w.permit.Subject()), w.actor.May(authz.PayPractice, w.permit.Subject())
		p.Payments, err = w.payments()
		return err
	}, authz.ReadPayments)
	return p, err
}

func (w work) payments() ([]countersign.PaymentStanding, error) {
	sub, err := w.tx.PaymentSubject(w.permit)
	if err != nil {
		return nil, err
	}
	return w.framework.PaymentsOf(factsOf(sub), sub.Entries, w.tx.Today()), nil
}

func factsOf(s store.PaymentSubject) countersign.PaymentFacts {
	return countersign.NewPaymentFacts(s.Apprenticeship, s.Namings, s.SubmittedOn)
}

// PaymentInput is a claim, or that it was paid.
type PaymentInput struct {
	On        countersign.Date `field:"on"`
	Reference string           `field:"reference" label:"the reference" validate:"max=80" privacy:"-"`
}

// ClaimPayment claims a payment that is due, for the practice.
func (s *Service) ClaimPayment(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, code string, in PaymentInput) error {
	return s.payment(ctx, actor, id, code, in, countersign.ClaimPayment, countersign.ManagerOfPractice, authz.ClaimPayment)
}

// PayPractice records that the training hub paid what was claimed.
func (s *Service) PayPractice(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, code string, in PaymentInput) error {
	return s.payment(ctx, actor, id, code, in, countersign.PayPayment, countersign.LeadOfHub, authz.PayPractice)
}

func (s *Service) payment(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, code string, in PaymentInput,
	event countersign.PaymentEvent, who countersign.NamingRole, action authz.Action,
) error {
	return s.paymentLine(ctx, actor, id, code, in, func(w work, p countersign.PaymentStanding) (countersign.PaymentEntry, error) {
		return p.Do(event, in.On, in.Reference, who, w.tx.Today())
	}, action)
}

// PaymentReversal says what is wrong with a claim or a payment.
type PaymentReversal struct {
	Reason string `field:"reason" label:"what is wrong with it" validate:"max=500"`
}

// ReverseClaim takes back a claim that isn't paid, for the practice or the
// training hub. It stays in the record.
func (s *Service) ReverseClaim(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, code string, in PaymentReversal) error {
	return s.paymentLine(ctx, actor, id, code, in, func(w work, p countersign.PaymentStanding) (countersign.PaymentEntry, error) {
		who := countersign.ManagerOfPractice
		if actor.May(authz.PayPractice, w.permit.Subject()) {
			who = countersign.LeadOfHub
		}
		return p.Reverse(countersign.ReverseClaim, in.Reason, who, w.tx.Today())
	}, authz.ClaimPayment, authz.PayPractice)
}

// ReversePayment takes back that the training hub paid. It stays in the record.
func (s *Service) ReversePayment(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, code string, in PaymentReversal) error {
	return s.paymentLine(ctx, actor, id, code, in, func(w work, p countersign.PaymentStanding) (countersign.PaymentEntry, error) {
		return p.Reverse(countersign.ReversePayment, in.Reason, countersign.LeadOfHub, w.tx.Today())
	}, authz.PayPractice)
}

// paymentLine appends a line to a payment.
func (s *Service) paymentLine(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, code string, in any,
	rule func(work, countersign.PaymentStanding) (countersign.PaymentEntry, error), actions ...authz.Action,
) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		all, err := w.payments()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(p countersign.PaymentStanding) bool { return p.Code == code })
		if i < 0 {
			return countersign.Refuse(countersign.NotFound, "This programme has no such payment")
		}
		if err := w.vet(s, in); err != nil {
			return err
		}
		entry, err := rule(w, all[i])
		if err != nil {
			return err
		}
		if err := w.tx.AddPaymentEntry(w.permit, entry); err != nil {
			return err
		}
		return w.audit("payment."+string(entry.Event), code, map[string]any{"amount": entry.Amount, "on": entry.On.String()})
	}, actions...)
}

// PaymentFilter says which payments to sum; empty parts ask for nothing.
type PaymentFilter struct {
	Organisation string // code; those at it or beneath
	Cohort       string
}

// PaymentRow is a payment in the list of a training hub.
type PaymentRow struct {
	countersign.Apprenticeship
	countersign.PaymentStanding
}

// PaymentSums are payments with their totals in pounds by stage.
type PaymentSums struct {
	Rows   []PaymentRow // by apprentice, in the programme's order
	Totals map[countersign.PaymentState]int
	Counts map[countersign.PaymentState]int
}

// PaymentSums returns the payments of the actor's practices or training hub.
// What can't fall due any more, as the apprenticeship has ended, is left out.
func (s *Service) PaymentSums(ctx context.Context, actor authz.Actor, f PaymentFilter) (PaymentSums, error) {
	sums := PaymentSums{Totals: map[countersign.PaymentState]int{}, Counts: map[countersign.PaymentState]int{}}
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		subjects, err := tx.PaymentSubjects(actor.Scope(authz.ReadPayments), store.ApprenticeshipFilter{Organisation: f.Organisation, Cohort: f.Cohort})
		if err != nil {
			return err
		}
		for _, sub := range subjects {
			programme, err := s.framework(tx, sub.FrameworkID, sub.FrameworkVersion)
			if err != nil {
				return err
			}
			for _, p := range programme.PaymentsOf(factsOf(sub), sub.Entries, tx.Today()) {
				if p.State == countersign.PaymentNotDue && (sub.State.Ended() || sub.State == countersign.Applied) {
					continue
				}
				sums.Rows = append(sums.Rows, PaymentRow{sub.Apprenticeship, p})
				sums.Totals[p.State] += p.Amount
				sums.Counts[p.State]++
			}
		}
		return nil
	})
	return sums, err
}
