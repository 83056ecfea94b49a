package countersign

import (
	"slices"
	"strings"
	"time"
)

// PaymentState is where a staged payment to a practice is.
type PaymentState string

// The states. Whether a payment is due follows from the record; the other two
// are what people do about it.
const (
	PaymentNotDue  PaymentState = "not_due"
	PaymentDue     PaymentState = "due"
	PaymentClaimed PaymentState = "claimed"
	PaymentPaid    PaymentState = "paid"
)

// PaymentStates returns every state, in the order of a life.
func PaymentStates() []PaymentState {
	return []PaymentState{PaymentNotDue, PaymentDue, PaymentClaimed, PaymentPaid}
}

// PaymentEvent is something that happens to a payment.
type PaymentEvent string

// The events.
const (
	ClaimPayment   PaymentEvent = "claim"
	PayPayment     PaymentEvent = "pay"
	ReverseClaim   PaymentEvent = "reverse_claim"
	ReversePayment PaymentEvent = "reverse_payment"
)

// PaymentLifecycle is the transition table of a payment. It begins when its
// trigger comes about: nobody makes it due.
var PaymentLifecycle = Lifecycle[PaymentState, PaymentEvent]{
	Name:  "Payment",
	Start: PaymentDue,
	Transitions: []Transition[PaymentState, PaymentEvent]{
		{PaymentDue, ClaimPayment, PaymentClaimed, []NamingRole{ManagerOfPractice}},
		{PaymentClaimed, PayPayment, PaymentPaid, []NamingRole{LeadOfHub}},
		{PaymentClaimed, ReverseClaim, PaymentDue, []NamingRole{ManagerOfPractice, LeadOfHub}},
		{PaymentPaid, ReversePayment, PaymentClaimed, []NamingRole{LeadOfHub}},
	},
}

// PaymentFacts are the days on which the triggers came about; the zero Date
// for what hasn't.
type PaymentFacts struct {
	BriefingOn  Date // the GP supervisor attended the mentor briefing
	MentorsOn   Date // both mentors are named
	StartOn     Date
	SubmittedOn Date // for the first time
	CompletedOn Date
}

// NewPaymentFacts reads the facts from an apprenticeship, from everybody who
// was ever named on it, and from the day of the first submission.
func NewPaymentFacts(a Apprenticeship, namings []Naming, submitted Date) PaymentFacts {
	f := PaymentFacts{SubmittedOn: submitted}
	if a.State == Applied || a.State == Declined || a.State == WithdrawnFromProgramme && a.LastLearningOn.IsZero() {
		return f // it never began
	}
	f.StartOn = a.StartOn
	if a.State == CompletedProgramme {
		f.CompletedOn = a.EndedOn
	}
	var gp, mentor Date
	for _, n := range namings {
		if n.Covers != "" || !n.To.IsZero() && n.To.Before(n.From) {
			continue
		}
		switch n.Role {
		case GPSupervisor:
			gp = earliest(gp, n.From)
			f.BriefingOn = earliest(f.BriefingOn, n.BriefingOn)
		case SecondaryMentor:
			mentor = earliest(mentor, n.From)
		}
	}
	if !gp.IsZero() && !mentor.IsZero() {
		f.MentorsOn = gp
		if mentor.After(gp) {
			f.MentorsOn = mentor
		}
	}
	return f
}

// earliest returns the earlier day; the zero Date is none.
func earliest(a, b Date) Date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// DueOn returns the day on which the trigger makes a payment due; the zero Date
// if it hasn't come about.
func (f PaymentFacts) DueOn(t PaymentTrigger) Date {
	switch t {
	case BriefingAttended:
		return f.BriefingOn
	case MentorsNamed:
		return f.MentorsOn
	case ProgrammeStarted:
		return f.StartOn
	case PortfolioHandedIn:
		return f.SubmittedOn
	case ProgrammeCompletion:
		return f.CompletedOn
	}
	return Date{}
}

// PaymentEntry is a claim or a payment that was made, or the reversal of one:
// nothing is ever taken away. It keeps what was claimed for how much, whatever
// a later version of the framework says.
type PaymentEntry struct {
	Number    int    // of the lines of this payment, from 1
	Payment   string // code
	Event     PaymentEvent
	Title     string
	Amount    int // whole pounds
	On        Date
	Reference string // of a reversal: why
	By        PersonID
	ByName    string // as it was
	At        time.Time
}

// PaymentReversal is a claim or a payment that was wrong, and the line that
// says so.
type PaymentReversal struct{ Wrong, Reversal PaymentEntry }

// PaymentStanding is a payment of one apprenticeship.
type PaymentStanding struct {
	Payment
	State PaymentState
	DueOn Date // may lie ahead; the zero Date while the trigger hasn't come about
	Claim *PaymentEntry
	Paid  *PaymentEntry

	Reversed []PaymentReversal // oldest first
	lines    int               // how many entries it has
}

// PaymentsOf returns how the programme's payments stand, and those that were
// claimed under another version of the framework.
func (p Programme) PaymentsOf(f PaymentFacts, entries []PaymentEntry, today Date) []PaymentStanding {
	var out []PaymentStanding
	at := map[string]int{}
	for _, payment := range p.Payments {
		s := PaymentStanding{Payment: payment, State: PaymentNotDue, DueOn: f.DueOn(payment.Trigger)}
		if !s.DueOn.IsZero() && !s.DueOn.After(today) {
			s.State = PaymentDue
		}
		at[payment.Code] = len(out)
		out = append(out, s)
	}
	unclaimed := slices.Clone(out)
	for _, e := range entries {
		i, ok := at[e.Payment]
		if !ok {
			i, at[e.Payment] = len(out), len(out)
			old := PaymentStanding{Payment: Payment{Code: e.Payment}, State: PaymentNotDue}
			out, unclaimed = append(out, old), append(unclaimed, old)
		}
		out[i] = out[i].add(e, unclaimed[i])
	}
	for i := len(out) - 1; i >= len(p.Payments); i-- {
		if out[i].Claim == nil { // taken back, and the programme has it no more
			out = slices.Delete(out, i, i+1)
		}
	}
	return out
}

// add returns the standing after the next line. unclaimed is how the payment
// stands without any.
func (s PaymentStanding) add(e PaymentEntry, unclaimed PaymentStanding) PaymentStanding {
	switch e.Event {
	case ClaimPayment:
		s.Title, s.Amount, s.State, s.Claim = e.Title, e.Amount, PaymentClaimed, &e
	case PayPayment:
		s.State, s.Paid = PaymentPaid, &e
	case ReverseClaim:
		s.Reversed = append(s.Reversed, PaymentReversal{*s.Claim, e})
		s.Payment, s.State, s.Claim = unclaimed.Payment, unclaimed.State, nil
	case ReversePayment:
		s.Reversed = append(s.Reversed, PaymentReversal{*s.Paid, e})
		s.State, s.Paid = PaymentClaimed, nil
	}
	s.lines++
	return s
}

// entry begins the next line, if somebody in that role may cause the event now.
func (s PaymentStanding) entry(event PaymentEvent, who NamingRole) (PaymentEntry, error) {
	e := PaymentEntry{Number: s.lines + 1, Payment: s.Code, Event: event, Title: s.Title, Amount: s.Amount}
	if slices.Contains(PaymentLifecycle.Events(s.State, who), event) {
		return e, nil
	}
	if _, possible := PaymentLifecycle.Next(s.State, event); !possible {
		return e, Refuse(Conflict, "This cannot be done to a payment that is "+s.State.Phrase())
	}
	switch event {
	case ClaimPayment:
		return e, Refuse(Forbidden, "Only the practice manager can claim a payment")
	case ReverseClaim:
		return e, Refuse(Forbidden, "Only the practice manager or the training hub can reverse a claim")
	case ReversePayment:
		return e, Refuse(Forbidden, "Only the training hub can reverse a payment")
	}
	return e, Refuse(Forbidden, "Only the training hub can record that a payment was made")
}

// Do claims the payment or pays it, with the day and the reference of whoever
// does so.
func (s PaymentStanding) Do(event PaymentEvent, on Date, reference string, who NamingRole, today Date) (PaymentEntry, error) {
	e, err := s.entry(event, who)
	if err != nil {
		return e, err
	}
	e.On, e.Reference = on, strings.TrimSpace(reference)
	from, since := s.DueOn, "it fell due"
	if event == PayPayment {
		from, since = s.Claim.On, "it was claimed"
	}
	var p Problems
	switch {
	case on.IsZero():
		p.Add("on", "Enter the date")
	case on.After(today):
		p.Add("on", "The date must be today or in the past")
	case on.Before(from):
		p.Add("on", "The date must not be before "+from.Long()+", when "+since)
	}
	if e.Reference == "" {
		p.Add("reference", "Enter the reference, such as the number of the invoice or of the bank transfer")
	}
	return e, p.Err()
}

// Reverse takes back a claim that isn't paid, or a payment, for a reason.
func (s PaymentStanding) Reverse(event PaymentEvent, reason string, who NamingRole, today Date) (PaymentEntry, error) {
	e, err := s.entry(event, who)
	if err != nil {
		return e, err
	}
	if e.On, e.Reference = today, strings.TrimSpace(reason); e.Reference == "" {
		return e, InvalidField("reason", "Enter what is wrong with it")
	}
	return e, nil
}

// Phrase returns the state for use inside a sentence: "not due".
func (s PaymentState) Phrase() string {
	if s == PaymentNotDue {
		return "not due"
	}
	return string(s)
}
