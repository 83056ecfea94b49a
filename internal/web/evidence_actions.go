package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// createSubmission handles POST /evidence/:id/submission: the piece as it is.
// What is still missing is shown in its form.
func (h *Handlers) createSubmission(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	id := countersign.EvidenceID(c.Param("id"))
	e, err := h.svc.SubmitEvidence(ctx, actor, id, formOf(c).number("version"))
	if err == nil {
		return h.redirect(c, submitted(e), evidencePath(id))
	}
	if countersign.KindOf(err) != countersign.Invalid {
		return h.evidenceAgain(c, actor, id, err)
	}
	known, readErr := h.svc.Evidence(ctx, actor, id)
	if readErr != nil {
		return readErr
	}
	page := oldEvidenceForm(known, actor)
	page.LinkErrors()
	return h.again(c, actor, page, typedEvidence{fields: page.Fields}.everything(err))
}

// evidenceAgain shows the piece as it is now with what went wrong.
func (h *Handlers) evidenceAgain(c echo.Context, actor authz.Actor, id countersign.EvidenceID, err error) error {
	known, readErr := h.svc.Evidence(c.Request().Context(), actor, id)
	if readErr != nil {
		return readErr
	}
	return h.again(c, actor, h.evidencePage(actor, known), err)
}

// newEvidenceWithdrawal handles GET /evidence/:id/withdrawal.
func (h *Handlers) newEvidenceWithdrawal(c echo.Context, actor authz.Actor) error {
	page, known, err := h.askPage(c, actor, true)
	if err != nil {
		return err
	}
	if !known.MayWithdraw {
		return h.redirect(c, "", evidencePath(known.Evidence.ID))
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) askPage(c echo.Context, actor authz.Actor, withdraw bool) (*view.EvidenceAskPage, service.EvidencePage, error) {
	known, err := h.svc.Evidence(c.Request().Context(), actor, countersign.EvidenceID(c.Param("id")))
	page := view.NewEvidenceAskPage(known.Evidence, withdraw)
	page.Notice, page.ReliedOn = known.Framework.Notice, known.ReliedOn
	return page, known, err
}

// createEvidenceWithdrawal handles POST /evidence/:id/withdrawal.
func (h *Handlers) createEvidenceWithdrawal(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	id := countersign.EvidenceID(c.Param("id"))
	_, err := h.svc.WithdrawEvidence(c.Request().Context(), actor, id, f.number("version"), service.WithdrawInput{Reason: f.text("reason")})
	if err == nil {
		return h.redirect(c, "Withdrawn. It counts for nothing any more.", evidencePath(id))
	}
	page, known, readErr := h.askPage(c, actor, true)
	if readErr != nil {
		return readErr
	}
	if !known.MayWithdraw {
		return h.evidenceAgain(c, actor, id, err)
	}
	page.Reason = f.text("reason")
	return h.again(c, actor, page, err)
}

// newDeletion handles GET /evidence/:id/deletion.
func (h *Handlers) newDeletion(c echo.Context, actor authz.Actor) error {
	page, known, err := h.askPage(c, actor, false)
	if err != nil {
		return err
	}
	if !h.evidencePage(actor, known).MayDelete {
		return h.redirect(c, "", evidencePath(known.Evidence.ID))
	}
	return h.render(c, http.StatusOK, actor, page)
}

// deleteEvidence handles POST /evidence/:id/deletion.
func (h *Handlers) deleteEvidence(c echo.Context, actor authz.Actor) error {
	id := countersign.EvidenceID(c.Param("id"))
	known, err := h.svc.Evidence(c.Request().Context(), actor, id)
	if err != nil {
		return err
	}
	if err := h.svc.DeleteDraft(c.Request().Context(), actor, id, formOf(c).number("version")); err != nil {
		return h.evidenceAgain(c, actor, id, err)
	}
	return h.redirect(c, "Draft deleted.", apprenticeshipPath(known.Apprenticeship.ID)+"/evidence")
}

// createCopy handles POST /evidence/:id/copies.
func (h *Handlers) createCopy(c echo.Context, actor authz.Actor) error {
	e, err := h.svc.CopyEvidence(c.Request().Context(), actor, countersign.EvidenceID(c.Param("id")), formOf(c).text("key"))
	if err != nil {
		return err
	}
	return h.redirect(c, "Copied to a new draft, without its date and files.", evidencePath(e.ID)+"/edit")
}

// createReading handles POST /evidence/:id/reading: the apprentice has read
// what was recorded for them.
func (h *Handlers) createReading(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	ctx := c.Request().Context()
	id := countersign.EvidenceID(c.Param("id"))
	in := service.ConfirmReadInput{Version: f.number("version"), Comment: f.text("comment")}
	_, err := h.svc.ConfirmRead(ctx, actor, id, in)
	if err == nil {
		return h.redirect(c, "Thank you. It is noted that you have read it.", evidencePath(id))
	}
	known, readErr := h.svc.Evidence(ctx, actor, id)
	if readErr != nil {
		return readErr
	}
	page := h.evidencePage(actor, known)
	page.ReadComment = in.Comment
	return h.again(c, actor, page, err)
}
