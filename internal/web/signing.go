package web

import (
	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// signedBy returns the actor, proved by what a passkey signed, when it signed
// what the form decides; the actor as they are when none did.
func (h *Handlers) signedBy(c echo.Context, actor authz.Actor) (authz.Actor, *service.Signing, error) {
	f, ctx := formOf(c), c.Request().Context()
	if f.Get("passkey") == "" {
		return actor, nil, nil
	}
	proved, signing, err := h.svc.Sign(ctx, actor, service.AnswerInput{Token: f.Get("token"), Response: f.Get("passkey")})
	if err == nil {
		err = h.sessions.Confirm(ctx, authz.ByPasskey)
	}
	return proved, signing, unplaced(err)
}

// prepare answers the script of a form that is to be signed by a passkey.
func (h *Handlers) prepare(c echo.Context, actor authz.Actor, rows ...service.SigningRow) error {
	ask, err := h.svc.PrepareSigning(c.Request().Context(), actor, rows)
	return h.writeChallenge(c, ask, err)
}

// prepareSignOff handles POST …/competencies/:code/sign-offs/preparation.
func (h *Handlers) prepareSignOff(c echo.Context, actor authz.Actor) error {
	typed := decisionOf(c)
	if err := h.svc.Permitted(c.Request().Context(), actor, typed.in.Apprenticeship, authz.SignOff); err != nil {
		return err
	}
	if typed.decision == view.DecideLater {
		return h.prepare(c, actor)
	}
	return h.prepare(c, actor, service.SigningRow{SignOffInput: typed.in})
}

// prepareDecisions handles POST /queue/preparation.
func (h *Handlers) prepareDecisions(c echo.Context, actor authz.Actor) error {
	_, rows := decisionsOf(formOf(c))
	var signed []service.SigningRow
	for _, r := range rows {
		if r.Competency != "" {
			signed = append(signed, service.SigningRow{SignOffInput: r.SignOffInput})
		}
	}
	return h.prepare(c, actor, signed...)
}

// prepareWithdrawal handles POST /sign-offs/:id/withdrawal/preparation.
func (h *Handlers) prepareWithdrawal(c echo.Context, actor authz.Actor) error {
	id := countersign.SignOffID(c.Param("id"))
	if err := h.svc.PermittedOnSignOff(c.Request().Context(), actor, id, authz.WithdrawSignOff); err != nil {
		return err
	}
	return h.prepare(c, actor, service.SigningRow{Withdraw: id, Reason: reasonOf(c)})
}

// prepareConfirmation handles POST /sign-offs/:id/confirmation/preparation.
func (h *Handlers) prepareConfirmation(c echo.Context, actor authz.Actor) error {
	id := countersign.SignOffID(c.Param("id"))
	if err := h.svc.PermittedOnSignOff(c.Request().Context(), actor, id, authz.SignOff); err != nil {
		return err
	}
	return h.prepare(c, actor, service.SigningRow{Confirm: id, Reason: reasonOf(c)})
}
