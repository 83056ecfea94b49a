package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/pack"
	"countersign/internal/service"
)

// showMyData handles GET /me/data.zip.
func (h *Handlers) showMyData(c echo.Context, actor authz.Actor) error {
	out, err := h.packer.Personal(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+pack.PersonalName+`"`)
	return errors.Join(c.Stream(http.StatusOK, "application/zip", out), out.Close())
}

type correctionJSON struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
	By    string `json:"by"`
	At    moment `json:"at"`
}

// listMyCorrections handles GET /me/corrections.
func (h *Handlers) listMyCorrections(c echo.Context, actor authz.Actor) error {
	changes, err := h.svc.OwnChanges(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writePage(c, each(changes, func(ch service.PersonChange) correctionJSON {
		return correctionJSON{ch.Field, ch.Was, ch.Became, ch.ByName, moment(ch.At)}
	}), "")
}

type trailJSON struct {
	At             moment                       `json:"at"`
	By             word                         `json:"by"` // a name; null for the server itself
	Job            word                         `json:"job"`
	Role           word                         `json:"role"`
	Action         string                       `json:"action"`
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship,omitempty"`
	About          string                       `json:"about,omitempty"`
}

func trailOf(l service.TrailLine) trailJSON {
	return trailJSON{moment(l.At), word(l.ActorName), word(l.Job), word(l.Role), l.Action, l.Apprenticeship, l.About}
}

// listMyTrail handles GET /me/trail: who saw or changed one's record.
func (h *Handlers) listMyTrail(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	page := service.ListPage{Limit: q.limit(), Cursor: q.cursor()}
	if err := q.err(); err != nil {
		return err
	}
	lines, next, err := h.svc.OwnTrail(c.Request().Context(), actor, page)
	if err != nil {
		return err
	}
	return writePage(c, each(lines, trailOf), next)
}

// listAuditEvents handles GET /audit-events: what was done by and to people of
// the places that the actor administers.
func (h *Handlers) listAuditEvents(c echo.Context, actor authz.Actor) error {
	if err := h.svc.PermittedAnywhere(c.Request().Context(), actor, authz.ReadAudit); err != nil {
		return err
	}
	q := queryOf(c)
	f := service.TrailFilter{Person: q.text("person"), Action: q.text("action"), From: q.date("from"), To: q.date("to"), Limit: q.limit(), Cursor: q.cursor()}
	if err := q.err(); err != nil {
		return err
	}
	lines, next, err := h.svc.AuditTrail(c.Request().Context(), actor, f)
	if err != nil {
		return err
	}
	return writePage(c, each(lines, func(l service.TrailLine) trailJSON {
		line := trailOf(l)
		line.Apprenticeship = "" // records are not an administrator's
		return line
	}), next)
}
