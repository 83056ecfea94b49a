package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pdf"
	"countersign/internal/service"
	"countersign/internal/view"
)

// gatewayRoutes are the pages of the end of a programme and of payments.
var gatewayRoutes = []route{
	{method: get, path: "/apprenticeships/:id/gateway", access: signedIn, handle: (*Handlers).showGateway},
	{method: post, path: "/apprenticeships/:id/gateway/declarations", access: signedIn, handle: (*Handlers).declareConditions},
	{method: post, path: "/apprenticeships/:id/gateway/submission", access: signedIn, handle: (*Handlers).submitPortfolio},
	{method: get, path: "/apprenticeships/:id/gateway/verification", access: signedIn, handle: (*Handlers).newVerification},
	{method: post, path: "/apprenticeships/:id/gateway/verification", access: signedIn, handle: (*Handlers).createVerification},
	{method: get, path: "/apprenticeships/:id/gateway/award", access: signedIn, handle: (*Handlers).newAward},
	{method: post, path: "/apprenticeships/:id/gateway/award", access: signedIn, handle: (*Handlers).createAward},
	{method: get, path: "/apprenticeships/:id/certificate.pdf", access: signedIn, handle: (*Handlers).downloadCertificate},
	{method: get, path: "/apprenticeships/:id/namings/:naming/briefing", access: signedIn, handle: (*Handlers).editBriefing},
	{method: post, path: "/apprenticeships/:id/namings/:naming/briefing", access: signedIn, handle: (*Handlers).changeBriefing},
	{method: get, path: "/apprenticeships/:id/payments", access: signedIn, handle: (*Handlers).listPayments},
	{method: get, path: "/apprenticeships/:id/payments/:payment/claim", access: signedIn, handle: payment(countersign.ClaimPayment, (*Handlers).newPayment)},
	{method: post, path: "/apprenticeships/:id/payments/:payment/claim", access: signedIn, handle: payment(countersign.ClaimPayment, (*Handlers).createPayment)},
	{method: get, path: "/apprenticeships/:id/payments/:payment/payment", access: signedIn, handle: payment(countersign.PayPayment, (*Handlers).newPayment)},
	{method: post, path: "/apprenticeships/:id/payments/:payment/payment", access: signedIn, handle: payment(countersign.PayPayment, (*Handlers).createPayment)},
	{method: get, path: "/apprenticeships/:id/payments/:payment/claim/reversal", access: signedIn, handle: payment(countersign.ReverseClaim, (*Handlers).newPayment)},
	{method: post, path: "/apprenticeships/:id/payments/:payment/claim/reversal", access: signedIn, handle: payment(countersign.ReverseClaim, (*Handlers).createPayment)},
	{method: get, path: "/apprenticeships/:id/payments/:payment/payment/reversal", access: signedIn, handle: payment(countersign.ReversePayment, (*Handlers).newPayment)},
	{method: post, path: "/apprenticeships/:id/payments/:payment/payment/reversal", access: signedIn, handle: payment(countersign.ReversePayment, (*Handlers).createPayment)},
	{method: get, path: "/payments", access: signedIn, handle: (*Handlers).showPaymentSums},
	{method: get, path: "/payments.csv", access: signedIn, handle: (*Handlers).downloadPayments},
}

func gatewayPath(id countersign.ApprenticeshipID) string { return apprenticeshipPath(id) + "/gateway" }

// showGateway handles GET /apprenticeships/:id/gateway.
func (h *Handlers) showGateway(c echo.Context, actor authz.Actor) error {
	page, err := h.gatewayPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) gatewayPage(c echo.Context, actor authz.Actor) (*view.GatewayPage, error) {
	g, err := h.svc.Gateway(c.Request().Context(), actor, apprenticeshipID(c))
	if err != nil {
		return nil, err
	}
	page := view.NewGatewayPage(g.Apprenticeship, g.Framework, actor.ID() == g.Apprenticeship.Apprentice)
	page.Checklist, page.Submissions, page.Award, page.Verifiers = g.Checklist, g.Submissions, g.Award, g.Verifiers
	page.MaySubmit, page.MayVerify, page.MayAward, page.Barred = g.MaySubmit, g.MayVerify, g.MayAward, g.Barred
	page.Portfolio = h.svc.Permitted(c.Request().Context(), actor, g.Apprenticeship.ID, authz.ReadPortfolio) == nil
	page.Today = countersign.LondonDate(h.now())
	return page, nil
}

// declareConditions handles POST /apprenticeships/:id/gateway/declarations.
func (h *Handlers) declareConditions(c echo.Context, actor authz.Actor) error {
	id, declared := apprenticeshipID(c), formOf(c).Values["conditions"]
	err := h.svc.Declare(c.Request().Context(), actor, id, service.DeclareInput{Conditions: declared})
	if err == nil {
		return h.redirect(c, "What you declare is saved.", gatewayPath(id))
	}
	return h.gatewayAgain(c, actor, err, declared)
}

func (h *Handlers) gatewayAgain(c echo.Context, actor authz.Actor, err error, declared []string) error {
	page, pageErr := h.gatewayPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	page.Stale, page.Declared = service.IsStale(err), declared
	page.Errors.LinkTo("conditions.0", "conditions")
	page.Errors.LinkTo("checklist", "conditions")
	return h.again(c, actor, page, err)
}

// submitPortfolio handles POST /apprenticeships/:id/gateway/submission.
func (h *Handlers) submitPortfolio(c echo.Context, actor authz.Actor) error {
	id := apprenticeshipID(c)
	_, err := h.svc.SubmitPortfolio(c.Request().Context(), actor, id, formOf(c).number("version"))
	if err == nil {
		return h.redirect(c, "The portfolio is submitted. The verifier is told by email.", gatewayPath(id))
	}
	if countersign.KindOf(err) == countersign.Invalid { // there is no field that could be mended
		err = countersign.Refuse(countersign.Invalid, countersign.MessageOf(err))
	}
	return h.gatewayAgain(c, actor, err, nil)
}

// referralRows is how many competencies the verifier's form has room for at
// first.
const referralRows = 3

// newVerification handles GET /apprenticeships/:id/gateway/verification.
func (h *Handlers) newVerification(c echo.Context, actor authz.Actor) error {
	page, barred, err := h.verificationPage(c, actor)
	if err != nil {
		return err
	}
	page.Referrals = make([]countersign.Referral, referralRows)
	if barred != nil {
		return h.again(c, actor, page, barred)
	}
	return h.render(c, http.StatusOK, actor, page)
}

// verificationPage returns the form, and why there is nothing to answer.
func (h *Handlers) verificationPage(c echo.Context, actor authz.Actor) (*view.VerificationPage, error, error) {
	id, ctx := apprenticeshipID(c), c.Request().Context()
	if err := h.svc.Permitted(ctx, actor, id, authz.VerifyPortfolio); err != nil {
		return nil, nil, err
	}
	g, err := h.svc.Gateway(ctx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	page := view.NewVerificationPage(g.Apprenticeship, g.Framework)
	if n := len(g.Submissions); n > 0 {
		page.Number, page.SentAt = g.Submissions[n-1].Number, "submitted on "+view.Day(g.Submissions[n-1].At)+" by "+g.Submissions[n-1].ByName
	} else {
		page.SentAt = "nothing was submitted yet"
	}
	switch {
	case g.Barred != "":
		return page, countersign.Refuse(countersign.Forbidden, g.Barred), nil
	case !g.MayVerify:
		return page, countersign.Refuse(countersign.Conflict, "This cannot be done to an apprenticeship that is "+g.Apprenticeship.State.Phrase()), nil
	}
	return page, nil, nil
}

// createVerification handles POST /apprenticeships/:id/gateway/verification.
func (h *Handlers) createVerification(c echo.Context, actor authz.Actor) error {
	f, id := formOf(c), apprenticeshipID(c)
	in := service.VerifyInput{Outcome: countersign.VerificationOutcome(f.Get("outcome")), Comment: f.text("comment")}
	var typed []countersign.Referral
	for i := 0; f.Has("referrals." + strconv.Itoa(i) + ".competency"); i++ {
		at := "referrals." + strconv.Itoa(i) + "."
		r := countersign.Referral{Competency: f.Get(at + "competency"), Comment: f.text(at + "comment")}
		if r.Competency != "" || r.Comment != "" {
			typed = append(typed, r)
		}
	}
	if in.Outcome == countersign.PortfolioReferred {
		for _, r := range typed {
			in.Referrals = append(in.Referrals, service.ReferralInput(r))
		}
	}
	var err error
	if !f.bool("more") {
		if _, err = h.svc.VerifyPortfolio(c.Request().Context(), actor, id, f.number("seen"), in); err == nil {
			done := "The portfolio is verified, and the programme is completed."
			if in.Outcome == countersign.PortfolioReferred {
				done = "The portfolio is referred back."
			}
			return h.redirect(c, done, gatewayPath(id))
		}
	}
	page, _, pageErr := h.verificationPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	page.Outcome, page.Comment, page.Stale = string(in.Outcome), in.Comment, service.IsStale(err)
	page.Referrals = append(typed, make([]countersign.Referral, max(1, referralRows-len(typed)))...)
	page.Errors.LinkTo("referrals", "referrals.0.competency")
	if err == nil {
		page.Outcome = string(countersign.PortfolioReferred)
		return h.render(c, http.StatusOK, actor, page)
	}
	return h.again(c, actor, page, err)
}

// newAward handles GET /apprenticeships/:id/gateway/award.
func (h *Handlers) newAward(c echo.Context, actor authz.Actor) error {
	page, err := h.awardPage(c, actor)
	if err != nil {
		return err
	}
	if page.Apprenticeship.State != countersign.CompletedProgramme {
		return h.again(c, actor, page, countersign.Refuse(countersign.Conflict, "An award is recorded once the programme is completed"))
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) awardPage(c echo.Context, actor authz.Actor) (*view.AwardPage, error) {
	id, ctx := apprenticeshipID(c), c.Request().Context()
	if err := h.svc.Permitted(ctx, actor, id, authz.RecordAward); err != nil {
		return nil, err
	}
	g, err := h.svc.Gateway(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return view.NewAwardPage(g.Apprenticeship, g.Framework, g.Award), nil
}

// createAward handles POST /apprenticeships/:id/gateway/award.
func (h *Handlers) createAward(c echo.Context, actor authz.Actor) error {
	f, id := formOf(c), apprenticeshipID(c)
	var read countersign.Problems
	seen := f.number("seen")
	in := service.AwardInput{
		Title: f.text("title"), Body: f.text("body"), Level: f.text("level"), Credits: f.number("credits"), Number: f.text("number"), On: f.date("awarded_on", &read), Seen: &seen,
	}
	err := read.Err()
	if err == nil {
		if _, err = h.svc.RecordAward(c.Request().Context(), actor, id, in); err == nil {
			return h.redirect(c, "The award is recorded. We have told the apprentice by email.", gatewayPath(id))
		}
	}
	page, pageErr := h.awardPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	page.Name, page.Body, page.Level, page.Credits, page.Certif, page.On = in.Title, in.Body, in.Level, f.text("credits"), in.Number, f.dateValue("awarded_on")
	page.Stale = service.IsStale(err)
	return h.again(c, actor, page, err)
}

// downloadCertificate handles GET /apprenticeships/:id/certificate.pdf.
func (h *Handlers) downloadCertificate(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	cert, err := h.svc.Certificate(ctx, actor, apprenticeshipID(c))
	if err != nil {
		return err
	}
	w := &firstWrite{to: c.Response(), begin: func() {
		header := c.Response().Header()
		header.Set(echo.HeaderContentType, "application/pdf")
		header.Set(echo.HeaderContentDisposition, attachmentName("Certificate "+cert.Apprenticeship.ApprenticeName+".pdf"))
		c.Response().WriteHeader(http.StatusOK)
	}}
	return pdf.Certificate(ctx, w, cert)
}

// editBriefing handles GET /apprenticeships/:id/namings/:naming/briefing.
func (h *Handlers) editBriefing(c echo.Context, actor authz.Actor) error {
	app, n, err := h.toChange(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, view.NewBriefingPage(apprenticeshipPath(app.ID), n))
}

// changeBriefing handles POST /apprenticeships/:id/namings/:naming/briefing.
func (h *Handlers) changeBriefing(c echo.Context, actor authz.Actor) error {
	app, n, err := h.toChange(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	var read countersign.Problems
	in := service.BriefingInput{On: f.date("attended_on", &read)}
	if err = read.Err(); err == nil {
		if _, err = h.svc.RecordBriefing(c.Request().Context(), actor, app.ID, n.ID, in); err == nil {
			return h.redirect(c, "The mentor briefing of "+n.PersonName+" is saved.", apprenticeshipPath(app.ID)+"/namings")
		}
	}
	page := view.NewBriefingPage(apprenticeshipPath(app.ID), n)
	page.On = f.dateValue("attended_on")
	return h.again(c, actor, page, err)
}
