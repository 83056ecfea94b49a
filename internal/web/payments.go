package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/service"
	"countersign/internal/view"
)

// listPayments handles GET /apprenticeships/:id/payments.
func (h *Handlers) listPayments(c echo.Context, actor authz.Actor) error {
	p, err := h.svc.Payments(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	page := view.NewPaymentsPage(p.Apprenticeship, p.Framework)
	page.Payments, page.MayClaim, page.MayPay = p.Payments, p.MayClaim, p.MayPay
	return h.render(c, http.StatusOK, actor, page)
}

// paymentSteps are who may take a step of a payment, and what is said once it
// is taken.
var paymentSteps = map[countersign.PaymentEvent]struct {
	actions []authz.Action
	done    string
}{
	countersign.ClaimPayment:   {[]authz.Action{authz.ClaimPayment}, "The payment is claimed."},
	countersign.PayPayment:     {[]authz.Action{authz.PayPractice}, "The payment is recorded."},
	countersign.ReverseClaim:   {[]authz.Action{authz.ClaimPayment, authz.PayPractice}, "The claim is reversed."},
	countersign.ReversePayment: {[]authz.Action{authz.PayPractice}, "The payment is reversed."},
}

// payment is the handler of a step of a payment.
func payment(event countersign.PaymentEvent, handle func(*Handlers, echo.Context, authz.Actor, countersign.PaymentEvent) error) handler {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error { return handle(h, c, actor, event) }
}

func (h *Handlers) paymentPage(c echo.Context, actor authz.Actor, event countersign.PaymentEvent) (*view.PaymentPage, error) {
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	if err := h.svc.Permitted(ctx, actor, id, paymentSteps[event].actions...); err != nil {
		return nil, err
	}
	p, err := h.svc.Payments(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(p.Payments, func(s countersign.PaymentStanding) bool { return s.Code == c.Param("payment") })
	if i < 0 {
		return nil, countersign.Refuse(countersign.NotFound, "This programme has no such payment")
	}
	return view.NewPaymentPage(p.Apprenticeship, p.Payments[i], event), nil
}

func (h *Handlers) newPayment(c echo.Context, actor authz.Actor, event countersign.PaymentEvent) error {
	page, err := h.paymentPage(c, actor, event)
	if err != nil {
		return err
	}
	page.On = view.DateValueOf(countersign.LondonDate(h.now()))
	if _, ok := countersign.PaymentLifecycle.Next(page.Payment.State, event); !ok {
		return h.again(c, actor, page, countersign.Refuse(countersign.Conflict, "This cannot be done to a payment that is "+page.Payment.State.Phrase()))
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) createPayment(c echo.Context, actor authz.Actor, event countersign.PaymentEvent) error {
	f, id, ctx, code := formOf(c), apprenticeshipID(c), c.Request().Context(), c.Param("payment")
	var read countersign.Problems
	in, reason := service.PaymentInput{On: f.date("on", &read), Reference: f.text("reference")}, f.text("reason")
	err := read.Err()
	switch {
	case err != nil:
	case event == countersign.ClaimPayment:
		err = h.svc.ClaimPayment(ctx, actor, id, code, in)
	case event == countersign.PayPayment:
		err = h.svc.PayPractice(ctx, actor, id, code, in)
	case event == countersign.ReverseClaim:
		err = h.svc.ReverseClaim(ctx, actor, id, code, service.PaymentReversal{Reason: reason})
	default:
		err = h.svc.ReversePayment(ctx, actor, id, code, service.PaymentReversal{Reason: reason})
	}
	if err == nil {
		return h.redirect(c, paymentSteps[event].done, apprenticeshipPath(id)+"/payments")
	}
	page, pageErr := h.paymentPage(c, actor, event)
	if pageErr != nil {
		return pageErr
	}
	page.On, page.Reference = f.dateValue("on"), in.Reference+reason
	page.Stale = countersign.KindOf(err) == countersign.Conflict
	return h.again(c, actor, page, err)
}

func paymentFilter(c echo.Context) service.PaymentFilter {
	return service.PaymentFilter{Organisation: strings.ToUpper(strings.TrimSpace(c.QueryParam("organisation"))), Cohort: c.QueryParam("cohort")}
}

// showPaymentSums handles GET /payments.
func (h *Handlers) showPaymentSums(c echo.Context, actor authz.Actor) error {
	ctx, f := c.Request().Context(), paymentFilter(c)
	sums, err := h.svc.PaymentSums(ctx, actor, f)
	if err != nil {
		return err
	}
	page := view.NewPaymentSumsPage()
	page.Organisation, page.Cohort, page.Totals, page.Counts = f.Organisation, f.Cohort, sums.Totals, sums.Counts
	for _, r := range sums.Rows {
		page.Rows = append(page.Rows, view.PaymentLine(r))
	}
	if page.Practices, err = h.practiceOptions(ctx, actor, ""); err != nil {
		return err
	}
	if page.Cohorts, err = h.svc.Cohorts(ctx, actor); err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

var paymentsHeader = []string{
	"apprentice", "email", "practice_code", "practice", "hub", "cohort", "payment", "title", "amount", "stage", "due_on",
	"claimed_on", "claim_reference", "paid_on", "payment_reference",
}

// downloadPayments handles GET /payments.csv.
func (h *Handlers) downloadPayments(c echo.Context, actor authz.Actor) error {
	sums, err := h.svc.PaymentSums(c.Request().Context(), actor, paymentFilter(c))
	if err != nil {
		return err
	}
	var rows [][]any
	for _, r := range sums.Rows {
		var claim, paid countersign.PaymentEntry
		if r.Claim != nil {
			claim = *r.Claim
		}
		if r.Paid != nil {
			paid = *r.Paid
		}
		rows = append(rows, []any{
			r.ApprenticeName, r.ApprenticeEmail, r.PracticeCode, r.PracticeName, r.HubName, r.Cohort, r.Code, r.Title, r.Amount,
			string(r.PaymentStanding.State), r.DueOn, claim.On, claim.Reference, paid.On, paid.Reference,
		})
	}
	return sendCSV(c, "payments-"+countersign.LondonDate(h.now()).String(), paymentsHeader, interchange.RowsOf(rows))
}
