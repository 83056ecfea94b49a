package api

import (
	"context"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pdf"
	"countersign/internal/service"
)

type gatewayJSON struct {
	ID          countersign.ApprenticeshipID    `json:"id"` // of the apprenticeship
	State       countersign.ApprenticeshipState `json:"state"`
	Met         bool                            `json:"met"`
	Checklist   []conditionJSON                 `json:"checklist"`
	Submissions []submissionJSON                `json:"submissions"`
	Award       *awardJSON                      `json:"award"`
}

type conditionJSON struct {
	Code     string   `json:"code"`
	Title    string   `json:"title"`
	Met      bool     `json:"met"`
	Says     string   `json:"says"`
	Missing  []string `json:"missing"` // codes of competencies
	Declared bool     `json:"declared"`
}

type submissionJSON struct {
	Number       int               `json:"number"`
	ByName       string            `json:"by_name"`
	At           moment            `json:"at"`
	Verification *verificationJSON `json:"verification"`
}

type verificationJSON struct {
	Outcome   countersign.VerificationOutcome `json:"outcome"`
	Comment   string                          `json:"comment"`
	Referrals []referralJSON                  `json:"referrals"`
	ByName    string                          `json:"by_name"`
	At        moment                          `json:"at"`
}

type referralJSON struct {
	Competency string `json:"competency"`
	Comment    string `json:"comment"`
}

type awardJSON struct {
	Version   string `json:"version"`
	Title     string `json:"title"`
	Body      string `json:"body"`
	Level     string `json:"level"`
	Credits   int    `json:"credits"`
	Number    string `json:"number"`
	AwardedOn day    `json:"awarded_on"`
	ByName    string `json:"by_name"`
	At        moment `json:"at"`
}

func awardOf(g countersign.AwardGiven) awardJSON {
	return awardJSON{itoa(g.Nth), g.Title, g.Body, g.Level, g.Credits, g.Number, day(g.On), g.ByName, moment(g.At)}
}

// showGateway handles GET /apprenticeships/:id/gateway.
func (h *Handlers) showGateway(c echo.Context, actor authz.Actor) error {
	return h.writeGateway(c, actor)
}

func (h *Handlers) writeGateway(c echo.Context, actor authz.Actor) error {
	g, err := h.svc.Gateway(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	out := gatewayJSON{
		ID: g.Apprenticeship.ID, State: g.Apprenticeship.State, Met: countersign.ChecklistMet(g.Checklist),
		Checklist: each(g.Checklist, func(l countersign.CheckedCondition) conditionJSON {
			missing := each(l.Missing, func(m countersign.Competency) string { return m.Code })
			return conditionJSON{l.Code, l.Title, l.Met, l.Says, missing, l.ByPerson}
		}),
		Submissions: each(g.Submissions, func(s countersign.Submission) submissionJSON {
			out := submissionJSON{Number: s.Number, ByName: s.ByName, At: moment(s.At)}
			if v := s.Verification; v != nil {
				out.Verification = &verificationJSON{v.Outcome, v.Comment, each(v.Referrals, func(r countersign.Referral) referralJSON { return referralJSON(r) }), v.ByName, moment(v.At)}
			}
			return out
		}),
	}
	if g.Award != nil {
		award := awardOf(*g.Award)
		out.Award = &award
	}
	return writeResource(c, http.StatusOK, itoa(g.Apprenticeship.Version), out)
}

// declareConditions handles PUT /apprenticeships/:id/gateway/declarations.
func (h *Handlers) declareConditions(c echo.Context, actor authz.Actor) error {
	var in struct {
		Conditions []string `json:"conditions"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	a, err := h.svc.Apprenticeship(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	if err := m.require(itoa(a.Version)); err != nil {
		return err
	}
	if err := h.svc.Declare(c.Request().Context(), actor, a.ID, service.DeclareInput(in)); err != nil {
		return err
	}
	return h.writeGateway(c, actor)
}

// submitPortfolio handles POST /apprenticeships/:id/gateway/submission.
func (h *Handlers) submitPortfolio(c echo.Context, actor authz.Actor) error {
	var in struct{}
	if err := attempt(c, &in, func(version int) error {
		_, err := h.svc.SubmitPortfolio(c.Request().Context(), actor, apprenticeshipID(c), version)
		return err
	}); err != nil {
		return err
	}
	return h.writeGateway(c, actor)
}

// verifyPortfolio handles POST /apprenticeships/:id/gateway/verification.
func (h *Handlers) verifyPortfolio(c echo.Context, actor authz.Actor) error {
	var in struct {
		Outcome   countersign.VerificationOutcome `json:"outcome"`
		Comment   string                          `json:"comment"`
		Referrals []referralJSON                  `json:"referrals"`
	}
	if err := attempt(c, &in, func(version int) error {
		_, err := h.svc.VerifyPortfolio(c.Request().Context(), actor, apprenticeshipID(c), version, service.VerifyInput{
			Outcome: in.Outcome, Comment: in.Comment,
			Referrals: each(in.Referrals, func(r referralJSON) service.ReferralInput { return service.ReferralInput(r) }),
		})
		return err
	}); err != nil {
		return err
	}
	return h.writeGateway(c, actor)
}

// recordAward handles POST /apprenticeships/:id/award.
func (h *Handlers) recordAward(c echo.Context, actor authz.Actor) error {
	var in struct {
		Title     string           `json:"title"`
		Body      string           `json:"body"`
		Level     string           `json:"level"`
		Credits   int              `json:"credits"`
		Number    string           `json:"number"`
		AwardedOn countersign.Date `json:"awarded_on"`
	}
	var given countersign.AwardGiven
	if err := attempt(c, &in, func(version int) (err error) {
		award := service.AwardInput{Title: in.Title, Body: in.Body, Level: in.Level, Credits: in.Credits, Number: in.Number, On: in.AwardedOn}
		if version > 0 {
			award.Seen = &version
		}
		given, err = h.svc.RecordAward(c.Request().Context(), actor, apprenticeshipID(c), award)
		return err
	}); err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(given.Nth), awardOf(given))
}

// showCertificate handles GET /apprenticeships/:id/certificate.pdf.
func (h *Handlers) showCertificate(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	cert, err := h.svc.Certificate(ctx, actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writePDF(c, "certificate-"+cert.AsAt.UTC().Format("2006-01-02"), func(w io.Writer) error {
		return pdf.Certificate(ctx, w, cert)
	})
}

// recordBriefing handles POST /apprenticeships/:id/namings/:naming/briefing.
func (h *Handlers) recordBriefing(c echo.Context, actor authz.Actor) error {
	var in struct {
		AttendedOn countersign.Date `json:"attended_on"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	n, err := h.svc.RecordBriefing(c.Request().Context(), actor, apprenticeshipID(c), countersign.NamingID(c.Param("naming")), service.BriefingInput{On: in.AttendedOn})
	if err != nil {
		return err
	}
	return h.writeNaming(c, actor, http.StatusOK, n.ID)
}

type paymentJSON struct {
	Code    string                   `json:"code"`
	Title   string                   `json:"title"`
	Amount  int                      `json:"amount"` // whole pounds
	State   countersign.PaymentState `json:"state"`
	DueOn   day                      `json:"due_on"`
	Claim   *paymentEntryJSON        `json:"claim"`
	Payment *paymentEntryJSON        `json:"payment"`

	Reversals []paymentReversalJSON `json:"reversals"`
}

type paymentReversalJSON struct {
	Event      countersign.PaymentEvent `json:"event"` // what was reversed
	Wrong      paymentEntryJSON         `json:"wrong"`
	ReversedOn day                      `json:"reversed_on"`
	Reason     string                   `json:"reason"`
	ByName     string                   `json:"by_name"`
}

type paymentEntryJSON struct {
	On        day    `json:"on"`
	Reference string `json:"reference"`
	ByName    string `json:"by_name"`
}

func paymentOf(s countersign.PaymentStanding) paymentJSON {
	entry := func(e *countersign.PaymentEntry) *paymentEntryJSON {
		if e == nil {
			return nil
		}
		return &paymentEntryJSON{day(e.On), e.Reference, e.ByName}
	}
	return paymentJSON{s.Code, s.Title, s.Amount, s.State, day(s.DueOn), entry(s.Claim), entry(s.Paid), each(s.Reversed, func(r countersign.PaymentReversal) paymentReversalJSON {
		return paymentReversalJSON{r.Wrong.Event, *entry(&r.Wrong), day(r.Reversal.On), r.Reversal.Reference, r.Reversal.ByName}
	})}
}

// listPayments handles GET /apprenticeships/:id/payments.
func (h *Handlers) listPayments(c echo.Context, actor authz.Actor) error {
	p, err := h.svc.Payments(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	return writePage(c, each(p.Payments, paymentOf), "")
}

// claimPayment handles POST /apprenticeships/:id/payments/:payment/claim.
func (h *Handlers) claimPayment(c echo.Context, actor authz.Actor) error {
	return h.payment(c, actor, h.svc.ClaimPayment)
}

// payPractice handles POST /apprenticeships/:id/payments/:payment/payment.
func (h *Handlers) payPractice(c echo.Context, actor authz.Actor) error {
	return h.payment(c, actor, h.svc.PayPractice)
}

// paymentStep is a use case of a payment.
type paymentStep func(context.Context, authz.Actor, countersign.ApprenticeshipID, string, service.PaymentInput) error

func (h *Handlers) payment(c echo.Context, actor authz.Actor, do paymentStep) error {
	var in struct {
		On        countersign.Date `json:"on"`
		Reference string           `json:"reference"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := do(c.Request().Context(), actor, apprenticeshipID(c), c.Param("payment"), service.PaymentInput(in)); err != nil {
		return err
	}
	return h.listPayments(c, actor)
}

// reverseClaim handles POST /apprenticeships/:id/payments/:payment/claim/reversal.
func (h *Handlers) reverseClaim(c echo.Context, actor authz.Actor) error {
	return h.paymentReversal(c, actor, h.svc.ReverseClaim)
}

// reversePayment handles POST /apprenticeships/:id/payments/:payment/payment/reversal.
func (h *Handlers) reversePayment(c echo.Context, actor authz.Actor) error {
	return h.paymentReversal(c, actor, h.svc.ReversePayment)
}

func (h *Handlers) paymentReversal(c echo.Context, actor authz.Actor,
	do func(context.Context, authz.Actor, countersign.ApprenticeshipID, string, service.PaymentReversal) error,
) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := do(c.Request().Context(), actor, apprenticeshipID(c), c.Param("payment"), service.PaymentReversal(in)); err != nil {
		return err
	}
	return h.listPayments(c, actor)
}

type paymentRowJSON struct {
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	Apprentice     string                       `json:"apprentice"`
	Practice       string                       `json:"practice"` // code
	Cohort         string                       `json:"cohort"`
	paymentJSON
}

type paymentSumsJSON struct {
	Items  []paymentRowJSON                 `json:"items"`
	Totals map[countersign.PaymentState]int `json:"totals"` // whole pounds
}

// listPaymentSums handles GET /payments.
func (h *Handlers) listPaymentSums(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	f := service.PaymentFilter{Organisation: q.code("organisation"), Cohort: q.text("cohort")}
	if err := q.err(); err != nil {
		return err
	}
	sums, err := h.svc.PaymentSums(c.Request().Context(), actor, f)
	if err != nil {
		return err
	}
	out := paymentSumsJSON{Totals: map[countersign.PaymentState]int{}, Items: each(sums.Rows, func(r service.PaymentRow) paymentRowJSON {
		return paymentRowJSON{r.Apprenticeship.ID, r.ApprenticeName, r.PracticeCode, r.Cohort, paymentOf(r.PaymentStanding)}
	})}
	for _, s := range countersign.PaymentStates() {
		out.Totals[s] = sums.Totals[s]
	}
	return writeJSON(c, http.StatusOK, out)
}
