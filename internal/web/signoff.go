package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// newWithdrawal handles GET /sign-offs/:id/withdrawal.
func (h *Handlers) newWithdrawal(c echo.Context, actor authz.Actor) error {
	page, err := h.withdrawalPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) withdrawalPage(c echo.Context, actor authz.Actor) (*view.WithdrawalPage, error) {
	known, so, err := h.svc.Decision(c.Request().Context(), actor, countersign.SignOffID(c.Param("id")))
	if err != nil {
		return nil, err
	}
	if current := known.Attainment.Current(); current == nil || current.ID != so.ID {
		return nil, countersign.Refuse(countersign.Conflict, "A later decision has taken the place of this one")
	}
	if !known.MayWithdraw {
		return nil, countersign.Refuse(countersign.Forbidden, "A decision can be withdrawn by its signer, the GP supervisor or a hub lead")
	}
	return view.NewWithdrawalPage(known.Apprenticeship, known.Framework, known.Attainment), nil
}

// createWithdrawal handles POST /sign-offs/:id/withdrawal.
func (h *Handlers) createWithdrawal(c echo.Context, actor authz.Actor) error {
	in := reasonOf(c)
	ctx, id := c.Request().Context(), countersign.SignOffID(c.Param("id"))
	var so countersign.SignOff
	var summary countersign.Summary
	signer, signing, err := h.signedBy(c, actor)
	if in.Signing = signing; err == nil {
		so, summary, err = h.svc.WithdrawSignOff(ctx, signer, id, in)
	}
	if err == nil {
		return h.redirect(c, "The decision on "+so.Competency+" "+summary.Title+" is withdrawn.", competencyPath(so.Apprenticeship, so.Competency))
	}
	if kind := countersign.KindOf(err); kind != countersign.Invalid && kind != countersign.Conflict {
		return err
	}
	page, readErr := h.withdrawalPage(c, actor)
	switch countersign.KindOf(readErr) {
	case 0:
	case countersign.Conflict: // it has been withdrawn or followed meanwhile
		known, _, readErr := h.svc.Decision(ctx, actor, id)
		if readErr != nil {
			return readErr
		}
		return h.tooLate(c, actor, h.competencyPage(actor, known), err, in.Reason)
	default:
		return readErr
	}
	page.Reason = in.Reason
	return h.again(c, actor, page, err)
}

// tooLate shows how a competency stands to somebody whose reason has no place
// there any more, and gives them back what they typed.
func (h *Handlers) tooLate(c echo.Context, actor authz.Actor, page *view.CompetencyPage, err error, reason string) error {
	message := countersign.MessageOf(err)
	if reason != "" {
		message += ". Your reason was: “" + reason + "”"
	}
	page.Fail(countersign.Refuse(countersign.Conflict, message))
	return h.render(c, http.StatusConflict, actor, page)
}

// createConfirmation handles POST /sign-offs/:id/confirmation: the decision
// stands, though evidence was withdrawn since.
func (h *Handlers) createConfirmation(c echo.Context, actor authz.Actor) error {
	in := reasonOf(c)
	ctx := c.Request().Context()
	id := countersign.SignOffID(c.Param("id"))
	var so countersign.SignOff
	var summary countersign.Summary
	signer, signing, err := h.signedBy(c, actor)
	if in.Signing = signing; err == nil {
		so, summary, err = h.svc.ConfirmSignOff(ctx, signer, id, in)
	}
	if err == nil {
		return h.redirectOn(c, actor, "The decision on "+so.Competency+" "+summary.Title+" is confirmed.", competencyPath(so.Apprenticeship, so.Competency))
	}
	if kind := countersign.KindOf(err); kind != countersign.Invalid && kind != countersign.Conflict {
		return err
	}
	known, _, readErr := h.svc.Decision(ctx, actor, id)
	if readErr != nil {
		return readErr
	}
	page := h.competencyPage(actor, known)
	if page.Confirm == nil { // there is nothing to confirm any more
		return h.tooLate(c, actor, page, err, in.Reason)
	}
	page.Confirm.Reason = in.Reason
	return h.again(c, actor, page, err)
}

func reasonOf(c echo.Context) service.ReasonInput {
	f := formOf(c)
	return service.ReasonInput{Version: f.number("version"), Reason: f.text("reason")}
}
