package view

import (
	"net/url"

	"countersign/internal/countersign"
)

// paymentTags are the stages of a payment.
var paymentTags = map[countersign.PaymentState]Tag{
	countersign.PaymentNotDue:  {Text: "Not due", Colour: "grey"},
	countersign.PaymentDue:     {Text: "Due", Colour: "yellow"},
	countersign.PaymentClaimed: {Text: "Claimed", Colour: "blue"},
	countersign.PaymentPaid:    {Text: "Paid", Colour: "green"},
}

// PaymentTag returns the tag of a payment's stage.
func PaymentTag(s countersign.PaymentState) Tag { return tagOf(paymentTags, s) }

// Pounds returns an amount of whole pounds: "£1,075".
func Pounds(n int) string { return "£" + Number(n) }

// PaymentsPage is the staged payments to the practice for one apprenticeship.
type PaymentsPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Payments       []countersign.PaymentStanding
	MayClaim       bool
	MayPay         bool
}

// NewPaymentsPage returns the page of an apprenticeship.
func NewPaymentsPage(a countersign.Apprenticeship, f countersign.Framework) *PaymentsPage {
	return &PaymentsPage{Apprenticeship: a, Layout: Layout{Title: "Payments for " + a.ApprenticeName, Notice: f.Notice, Breadcrumbs: []Link{
		{Text: "Home", Href: "/"}, {Text: a.ApprenticeName, Href: apprenticeshipHref(a.ID)},
	}}}
}

// Template implements Page.
func (*PaymentsPage) Template() string { return "payments/payments" }

func paymentsHref(id countersign.ApprenticeshipID) string {
	return apprenticeshipHref(id) + "/payments"
}

// Table is the payments.
func (p *PaymentsPage) Table() Table {
	t := Table{
		Caption: "Payments to " + p.Apprenticeship.PracticeName, Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Payment"}, {Text: "Amount", Numeric: true}, {Text: "Stage"}, {Text: "Due"}, {Text: "Claimed"}, {Text: "Paid"}},
	}
	actions := p.MayClaim || p.MayPay
	if actions {
		t.Head = append(t.Head, Column{Text: "Change"})
	}
	for _, s := range p.Payments {
		row := []Cell{
			{Text: s.Title}, {Text: Pounds(s.Amount)}, {Body: Blocks{PaymentTag(s.State)}}, {Text: or(Date(s.DueOn), "Not yet")},
			{Text: entryText(s.Claim)}, {Text: entryText(s.Paid)},
		}
		if actions {
			row = append(row, Cell{Body: p.actions(s)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func entryText(e *countersign.PaymentEntry) string {
	if e == nil {
		return "No"
	}
	return Date(e.On) + ", " + or(e.Reference, "no reference") + ", by " + or(e.ByName, "somebody")
}

func (p *PaymentsPage) actions(s countersign.PaymentStanding) Blocks {
	at := paymentsHref(p.Apprenticeship.ID) + "/" + url.PathEscape(s.Code)
	var links Links
	switch {
	case p.MayClaim && s.State == countersign.PaymentDue:
		links = append(links, Link{Text: "Claim", Href: at + "/claim", Hidden: s.Title})
	case p.MayPay && s.State == countersign.PaymentClaimed:
		links = append(links, Link{Text: "Record the payment", Href: at + "/payment", Hidden: "of " + s.Title})
	}
	switch {
	case s.State == countersign.PaymentClaimed:
		links = append(links, Link{Text: "Reverse the claim", Href: at + "/claim/reversal", Hidden: "of " + s.Title})
	case p.MayPay && s.State == countersign.PaymentPaid:
		links = append(links, Link{Text: "Reverse the payment", Href: at + "/payment/reversal", Hidden: "of " + s.Title})
	}
	if len(links) == 0 {
		return Blocks{Text("Nothing to do")}
	}
	return Blocks{links}
}

// Reversed is what was claimed or paid and was wrong; no rows when nothing was.
func (p *PaymentsPage) Reversed() Table {
	t := Table{
		Caption: "Reversed", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Payment"}, {Text: "What was reversed"}, {Text: "Reversed"}, {Text: "Why"}},
	}
	for _, s := range p.Payments {
		for _, r := range s.Reversed {
			what := "Claim of "
			if r.Wrong.Event == countersign.PayPayment {
				what = "Payment of "
			}
			t.Rows = append(t.Rows, []Cell{
				{Text: r.Wrong.Title}, {Text: what + Pounds(r.Wrong.Amount) + ", " + entryText(&r.Wrong)},
				{Text: Date(r.Reversal.On) + ", by " + or(r.Reversal.ByName, "somebody")}, {Text: or(r.Reversal.Reference, "No longer kept")},
			})
		}
	}
	return t
}

// PaymentPage claims a payment, records that it was made, or reverses either.
type PaymentPage struct {
	Layout
	Apprenticeship countersign.Apprenticeship
	Payment        countersign.PaymentStanding
	Event          countersign.PaymentEvent
	Reference      string // of a reversal: why
	On             DateValue
	Stale          bool
}

// paymentStep is what a step of a payment says.
type paymentStep struct{ Title, Intro, Path, When, Reference, Hint, Submit string }

var paymentSteps = map[countersign.PaymentEvent]paymentStep{
	countersign.ClaimPayment: {
		"Claim a payment for ", "The training hub pays what is claimed. A claim that is wrong can be reversed, and stays in the record.", "/claim",
		"Date of the claim", "Your reference", "Such as the number of your invoice.", "Claim the payment",
	},
	countersign.PayPayment: {
		"Record a payment for ", "Record it once the money has been sent. What is wrong can be reversed, and stays in the record.", "/payment",
		"Date of the payment", "Reference of the payment", "Such as the number of the bank transfer.", "Record the payment",
	},
	countersign.ReverseClaim: {
		Title: "Reverse a claim for ", Intro: "The claim stays in the record as reversed. The payment can be claimed again.", Path: "/claim/reversal", Submit: "Reverse the claim",
	},
	countersign.ReversePayment: {
		Title: "Reverse a payment for ", Intro: "The payment stays in the record as reversed. The claim waits to be paid again.", Path: "/payment/reversal", Submit: "Reverse the payment",
	},
}

// NewPaymentPage returns the form.
func NewPaymentPage(a countersign.Apprenticeship, s countersign.PaymentStanding, event countersign.PaymentEvent) *PaymentPage {
	return &PaymentPage{
		Layout:         Layout{Title: paymentSteps[event].Title + a.ApprenticeName, Back: BackLink{Href: paymentsHref(a.ID)}},
		Apprenticeship: a, Payment: s, Event: event,
	}
}

// Template implements Page.
func (*PaymentPage) Template() string { return "gateway/form" }

// Intro says what it means.
func (p *PaymentPage) Intro() string { return paymentSteps[p.Event].Intro }

// Action is where the form goes.
func (p *PaymentPage) Action() string {
	return paymentsHref(p.Apprenticeship.ID) + "/" + url.PathEscape(p.Payment.Code) + paymentSteps[p.Event].Path
}

// Seen asks for no check: the stage itself is one.
func (*PaymentPage) Seen() int { return 0 }

// Present is the payment.
func (p *PaymentPage) Present() SummaryList {
	rows := []SummaryRow{
		{Key: "Practice", Value: p.Apprenticeship.PracticeName}, {Key: "Payment", Value: p.Payment.Title}, {Key: "Amount", Value: Pounds(p.Payment.Amount)},
		{Key: "Due since", Value: or(Date(p.Payment.DueOn), "Not yet")},
	}
	if c := p.Payment.Claim; c != nil {
		rows = append(rows, SummaryRow{Key: "Claimed", Value: entryText(c)})
	}
	if c := p.Payment.Paid; c != nil {
		rows = append(rows, SummaryRow{Key: "Paid", Value: entryText(c)})
	}
	return SummaryList{Rows: rows}
}

// Fields are the day and the reference, or why it is reversed.
func (p *PaymentPage) Fields() Blocks {
	step := paymentSteps[p.Event]
	if step.Reference == "" {
		return Blocks{Textarea{Name: "reason", Label: Label{Text: "What is wrong with it?"}, Value: p.Reference, Error: p.Errors.Of("reason"), Rows: 3}}
	}
	return Blocks{
		DateInput{Name: "on", Legend: Legend{Text: step.When}, Value: p.On, Error: p.Errors.Of("on")},
		Input{Name: "reference", Label: Label{Text: step.Reference}, Hint: step.Hint, Value: p.Reference, Error: p.Errors.Of("reference"), Width: 20},
	}
}

// Submit does it.
func (p *PaymentPage) Submit() Button {
	b := Button{Text: paymentSteps[p.Event].Submit, Once: true}
	if paymentSteps[p.Event].Reference == "" {
		b.Variant = "warning"
	}
	return b
}

// PaymentSumsPage is the payments of a training hub or practice with their
// totals.
type PaymentSumsPage struct {
	Layout
	Totals       map[countersign.PaymentState]int // in pounds
	Counts       map[countersign.PaymentState]int
	Rows         []PaymentLine
	Organisation string // as filtered
	Cohort       string
	Practices    []Option
	Cohorts      []string
}

// PaymentLine is a payment in the list.
type PaymentLine struct {
	countersign.Apprenticeship
	countersign.PaymentStanding
}

// NewPaymentSumsPage returns the page.
func NewPaymentSumsPage() *PaymentSumsPage {
	return &PaymentSumsPage{Layout: Layout{Title: "Payments to practices", Breadcrumbs: []Link{{Text: "Home", Href: "/"}}}}
}

// Template implements Page.
func (*PaymentSumsPage) Template() string { return "payments/sums" }

// Sums is a line for each stage, and their total.
func (p *PaymentSumsPage) Sums() Table {
	t := Table{Caption: "Totals by stage", FirstCellIsHeader: true, Head: []Column{{Text: "Stage"}, {Text: "Payments", Numeric: true}, {Text: "Pounds", Numeric: true}}}
	count, pounds := 0, 0
	for _, s := range countersign.PaymentStates() {
		t.Rows = append(t.Rows, []Cell{{Text: PaymentTag(s).Text}, {Text: Number(p.Counts[s])}, {Text: Pounds(p.Totals[s])}})
		count, pounds = count+p.Counts[s], pounds+p.Totals[s]
	}
	t.Rows = append(t.Rows, []Cell{{Text: "Together"}, {Text: Number(count)}, {Text: Pounds(pounds)}})
	return t
}

// Table is every payment.
func (p *PaymentSumsPage) Table() Table {
	t := Table{
		Caption: "Payments", CaptionClasses: "nhsuk-u-visually-hidden", Responsive: true, FirstCellIsHeader: true,
		Head: []Column{{Text: "Apprentice"}, {Text: "Practice"}, {Text: "Payment"}, {Text: "Amount", Numeric: true}, {Text: "Stage"}, {Text: "Since"}},
	}
	for _, r := range p.Rows {
		since := Date(r.DueOn)
		switch {
		case r.Paid != nil:
			since = Date(r.Paid.On)
		case r.Claim != nil:
			since = Date(r.Claim.On)
		case r.PaymentStanding.State == countersign.PaymentNotDue && since != "":
			since = "From " + since
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: r.ApprenticeName, Href: paymentsHref(r.Apprenticeship.ID), Hidden: "(payments)"}, {Text: r.PracticeName}, {Text: r.PaymentStanding.Title},
			{Text: Pounds(r.Amount)}, {Body: Blocks{PaymentTag(r.PaymentStanding.State)}}, {Text: or(since, "Not yet")},
		})
	}
	return t
}

// PracticeField narrows to a practice.
func (p *PaymentSumsPage) PracticeField() Select {
	return Select{Name: "organisation", Label: Label{Text: "Practice"}, Value: p.Organisation,
		Options: withValue(p.Organisation, append([]Option{{Text: "All"}}, p.Practices...))}
}

// CohortField narrows to a cohort.
func (p *PaymentSumsPage) CohortField() Select {
	options := []Option{{Text: "All"}}
	for _, c := range p.Cohorts {
		options = append(options, Option{Value: c, Text: c})
	}
	return Select{Name: "cohort", Label: Label{Text: "Cohort"}, Value: p.Cohort, Options: withValue(p.Cohort, options)}
}

// Apply filters.
func (*PaymentSumsPage) Apply() Button { return Button{Text: "Show", Variant: "secondary"} }

// CSV is the address of the same list as a file.
func (p *PaymentSumsPage) CSV() string {
	q := url.Values{}
	for key, value := range map[string]string{"organisation": p.Organisation, "cohort": p.Cohort} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return withQuery("/payments.csv", q)
}

func init() {
	addSamples(func() []Sample {
		a, f := sampleApprenticeship(), sampleLearnerFramework()
		claim := &countersign.PaymentEntry{On: countersign.On(2026, 1, 12), Reference: "INV-204", ByName: "Jo Fletcher"}
		paid := &countersign.PaymentEntry{On: countersign.On(2026, 2, 3), Reference: "BACS 88123", ByName: "Ruth Adeyemi"}
		standings := []countersign.PaymentStanding{
			{Payment: countersign.Payment{Code: "briefing", Title: "The GP mentor attended the mentor briefing", Amount: 200}, State: countersign.PaymentPaid, DueOn: countersign.On(2026, 1, 5), Claim: claim, Paid: paid},
			{Payment: countersign.Payment{Code: "mentor", Title: "A named mentor is assigned and confirmed", Amount: 200}, State: countersign.PaymentClaimed, DueOn: countersign.On(2026, 1, 5), Claim: claim},
			{Payment: countersign.Payment{Code: "start", Title: "The programme started", Amount: 1075}, State: countersign.PaymentDue, DueOn: countersign.On(2026, 2, 1)},
			{Payment: countersign.Payment{Code: "portfolio", Title: "The portfolio is complete and handed in", Amount: 275}, State: countersign.PaymentNotDue},
		}
		page := func(claim, pay bool) *PaymentsPage {
			p := NewPaymentsPage(a, f)
			p.Payments, p.MayClaim, p.MayPay = standings, claim, pay
			return p
		}
		claiming, paying := NewPaymentPage(a, standings[2], countersign.ClaimPayment), NewPaymentPage(a, standings[1], countersign.PayPayment)
		paying.Stale = true
		standings[2].Reversed = []countersign.PaymentReversal{
			{Wrong: countersign.PaymentEntry{Event: countersign.PayPayment, Title: standings[2].Title, Amount: 1075, On: claim.On, Reference: "BACS 1", ByName: "Ruth Adeyemi"}, Reversal: countersign.PaymentEntry{On: claim.On}},
			{Wrong: countersign.PaymentEntry{Event: countersign.ClaimPayment, Title: standings[2].Title, Amount: 1075, On: claim.On, Reference: "INV-203", ByName: "Jo Fletcher"}, Reversal: countersign.PaymentEntry{On: claim.On, Reference: "The invoice of another practice", ByName: "Jo Fletcher"}},
		}
		unclaim, unpay := NewPaymentPage(a, standings[1], countersign.ReverseClaim), NewPaymentPage(a, standings[0], countersign.ReversePayment)
		unpay.Fail(countersign.InvalidField("reason", "Enter what is wrong with it"))
		var p countersign.Problems
		p.Add("on", "Enter the date")
		p.Add("reference", "Enter the reference")
		paying.Fail(p.Err())
		sums := NewPaymentSumsPage()
		sums.Totals, sums.Counts = map[countersign.PaymentState]int{}, map[countersign.PaymentState]int{}
		for _, s := range standings {
			sums.Rows = append(sums.Rows, PaymentLine{a, s})
			sums.Totals[s.State] += s.Amount
			sums.Counts[s.State]++
		}
		sums.Rows[3].DueOn = countersign.On(2026, 6, 1)
		sums.Practices, sums.Cohorts, sums.Cohort = []Option{{Value: "A81001", Text: "Hillview Surgery"}}, []string{"2025-26"}, "2024-25"
		return []Sample{
			{"payments: for the practice", page(true, false)}, {"payments: for the hub", page(false, true)}, {"payments: none", NewPaymentsPage(a, f)},
			{"payment: claim", claiming}, {"payment: record, refused", paying},
			{"payment: reverse a claim", unclaim}, {"payment: reverse a payment, refused", unpay}, {"payments of a hub", sums}, {"payments of a hub: none", NewPaymentSumsPage()},
		}
	})
}
