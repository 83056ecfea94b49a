package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// paymentRow is a row of payment_entries, which a trigger keeps from being
// changed.
type paymentRow struct {
	ID               string
	ApprenticeshipID string
	Number           int
	Payment          string
	Event            string
	Title            string
	Amount           int
	DoneOn           dbDate
	Reference        string
	ByID             dbRef
	ByName           string
	At               dbTime
}

// TableName implements GORM's Tabler.
func (paymentRow) TableName() string { return "payment_entries" }

const paymentColumns = "y.id, y.apprenticeship_id, y.number, y.payment, y.event, y.title, y.amount, y.done_on, y.reference, y.by_id, y.by_name, y.at"

func (r paymentRow) toDomain() countersign.PaymentEntry {
	return countersign.PaymentEntry{
		Number: r.Number, Payment: r.Payment, Event: countersign.PaymentEvent(r.Event), Title: r.Title, Amount: r.Amount, On: r.DoneOn.Date,
		Reference: r.Reference, By: countersign.PersonID(r.ByID), ByName: r.ByName, At: r.At.Time,
	}
}

// AddPaymentEntry appends a claim, a payment or the reversal of one. A number
// that is there already is a Conflict.
func (tx *Tx) AddPaymentEntry(p authz.Permit, e countersign.PaymentEntry) error {
	id, err := beneath(p, authz.ClaimPayment, authz.PayPractice)
	if err == nil {
		err = tx.insert(&paymentRow{
			ID: tx.NewID(), ApprenticeshipID: id, Number: e.Number, Payment: e.Payment, Event: string(e.Event), Title: e.Title, Amount: e.Amount,
			DoneOn: dbDate{e.On}, Reference: e.Reference, ByID: dbRef(p.Actor().ID()), ByName: p.Actor().Name(), At: dbTime{tx.Now()},
		})
	}
	if err != nil {
		return fmt.Errorf("store: add payment entry: %w", err)
	}
	return nil
}

// PaymentSubject is an apprenticeship with what its payments follow from.
type PaymentSubject struct {
	countersign.Apprenticeship
	Namings     []countersign.Naming
	SubmittedOn countersign.Date // for the first time
	Entries     []countersign.PaymentEntry
}

var paymentReaders = []authz.Action{authz.ReadPayments, authz.ClaimPayment, authz.PayPractice}

// PaymentSubject returns what the payments of the permit's apprenticeship
// follow from.
func (tx *Tx) PaymentSubject(p authz.Permit) (PaymentSubject, error) {
	id, err := beneath(p, paymentReaders...)
	if err == nil {
		var found []PaymentSubject
		if found, err = tx.paymentSubjects(" WHERE a.id = ?", id); err == nil && len(found) == 1 {
			return found[0], nil
		}
	}
	if err == nil {
		err = notFound()
	}
	return PaymentSubject{}, fmt.Errorf("store: payment subject: %w", err)
}

// PaymentSubjects returns every apprenticeship within the scope and the
// filter, by name, with what its payments follow from. It takes four
// statements.
func (tx *Tx) PaymentSubjects(scope authz.Scope, f ApprenticeshipFilter) ([]PaymentSubject, error) {
	c := tx.apprenticeshipConditions(scope, f)
	found, err := tx.paymentSubjects(c.where(), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: payment subjects: %w", err)
	}
	return found, nil
}

func (tx *Tx) paymentSubjects(where string, args ...any) ([]PaymentSubject, error) {
	rows, err := all[namedApprenticeship](tx, "SELECT "+apprenticeshipColumns+` FROM apprenticeships
		WHERE id IN (SELECT a.id FROM apprenticeships a JOIN people p ON p.id = a.apprentice_id`+where+`)
		ORDER BY (SELECT p.search FROM people p WHERE p.id = apprentice_id), id`, args...)
	if err != nil {
		return nil, err
	}
	out, at := make([]PaymentSubject, len(rows)), make(map[string]*PaymentSubject, len(rows))
	for i, r := range rows {
		out[i] = PaymentSubject{Apprenticeship: r.toDomain()}
		at[r.Apprenticeship.ID] = &out[i]
	}
	these := "apprenticeship_id IN (SELECT a.id FROM apprenticeships a JOIN people p ON p.id = a.apprentice_id" + where + ")"
	namings, err := all[namingRow](tx, "SELECT n.apprenticeship_id, n.person_id, n.role, n.domains, n.covers_id, n.from_on, n.to_on, n.briefing_on FROM namings n WHERE role IN ('gp_supervisor', 'secondary_mentor') AND "+these+" ORDER BY from_on, id", args...)
	if err != nil {
		return nil, fmt.Errorf("namings: %w", err)
	}
	for _, n := range namings {
		s := at[n.ApprenticeshipID]
		s.Namings = append(s.Namings, n.toDomain(namingNames{}))
	}
	submitted, err := all[submissionRow](tx, "SELECT "+submissionColumns+" FROM submissions s WHERE number = 1 AND "+these, args...)
	if err != nil {
		return nil, fmt.Errorf("submissions: %w", err)
	}
	for _, s := range submitted {
		at[s.ApprenticeshipID].SubmittedOn = countersign.LondonDate(s.At.Time)
	}
	entries, err := all[paymentRow](tx, "SELECT "+paymentColumns+" FROM payment_entries y WHERE "+these+" ORDER BY number, at, id", args...)
	if err != nil {
		return nil, fmt.Errorf("entries: %w", err)
	}
	for _, e := range entries {
		s := at[e.ApprenticeshipID]
		s.Entries = append(s.Entries, e.toDomain())
	}
	return out, nil
}
