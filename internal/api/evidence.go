package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// evidenceStates are the words of ?state=.
var evidenceStates = []countersign.EvidenceState{
	countersign.Draft, countersign.Submitted, countersign.Returned, countersign.Accepted, countersign.Withdrawn,
}

// listEvidence handles GET /apprenticeships/:id/evidence: newest first, without
// the long texts.
func (h *Handlers) listEvidence(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	f := service.EvidenceFilter{
		States: anyOf(q, "state", evidenceStates), Kinds: anyOf(q, "kind", countersign.EvidenceKinds()),
		From: q.date("from"), To: q.date("to"), Cursor: q.cursor(), Limit: q.limit(),
	}
	ctx, id := c.Request().Context(), apprenticeshipID(c)
	if domain, code := q.text("domain"), q.text("competency"); domain != "" || code != "" {
		a, err := h.svc.Apprenticeship(ctx, actor, id)
		if err != nil {
			return err
		}
		fw, err := h.svc.Framework(ctx, a.FrameworkID, a.FrameworkVersion)
		if err != nil {
			return err
		}
		f.Competencies = q.competencies(fw, domain, code)
	}
	if err := q.err(); err != nil {
		return err
	}
	list, next, err := h.svc.EvidenceList(ctx, actor, id, f)
	if err != nil {
		return err
	}
	return writePage(c, each(list, evidenceOf), next)
}

// competencies returns the codes of a domain, of one competency, or of both at
// once.
func (q *query) competencies(f countersign.Framework, domain, code string) []string {
	if _, ok := f.Competency(code); !ok && code != "" {
		q.p.Add("competency", "This framework has no such competency")
	}
	if f.Domain(domain).Code == "" && domain != "" {
		q.p.Add("domain", "This framework has no such domain")
	}
	var codes []string
	for _, c := range f.Competencies() {
		if (domain == "" || c.Domain == domain) && (code == "" || c.Code == code) {
			codes = append(codes, c.Code)
		}
	}
	if codes == nil && q.err() == nil {
		q.p.Add("competency", "This competency is not of that domain")
	}
	return codes
}

// createEvidence handles POST /apprenticeships/:id/evidence: a draft.
func (h *Handlers) createEvidence(c echo.Context, actor authz.Actor) error {
	var in evidenceInput
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.unchanged(c, actor); err != nil {
		return err
	}
	e, err := h.svc.DraftEvidence(c.Request().Context(), actor, apprenticeshipID(c), in.service())
	if err != nil {
		return err
	}
	return h.writeEvidence(c, actor, http.StatusCreated, e.ID)
}

// equivalentInput puts a piece that was accepted in another framework to a
// competency of this one.
type equivalentInput struct {
	Competency    string                 `json:"competency"`
	Evidence      countersign.EvidenceID `json:"evidence"`
	Justification string                 `json:"justification"`
}

// createEquivalent handles POST /apprenticeships/:id/equivalents: a submitted
// copy.
func (h *Handlers) createEquivalent(c echo.Context, actor authz.Actor) error {
	var in equivalentInput
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.unchanged(c, actor); err != nil {
		return err
	}
	e, err := h.svc.ProposeEquivalent(c.Request().Context(), actor, apprenticeshipID(c), service.EquivalentInput(in))
	if err != nil {
		return err
	}
	return h.writeEvidence(c, actor, http.StatusCreated, e.ID)
}

// copyEvidence handles POST /evidence/:id/copy: a new draft with the same
// content.
func (h *Handlers) copyEvidence(c echo.Context, actor authz.Actor) error {
	if err := h.unchangedEvidence(c, actor); err != nil {
		return err
	}
	e, err := h.svc.CopyEvidence(c.Request().Context(), actor, evidenceID(c), "") // the Idempotency-Key is kept elsewhere
	if err != nil {
		return err
	}
	return h.writeEvidence(c, actor, http.StatusCreated, e.ID)
}

// showEvidence handles GET /evidence/:id.
func (h *Handlers) showEvidence(c echo.Context, actor authz.Actor) error {
	return h.writeEvidence(c, actor, http.StatusOK, evidenceID(c))
}

func (h *Handlers) writeEvidence(c echo.Context, actor authz.Actor, status int, id countersign.EvidenceID) error {
	page, err := h.svc.Evidence(c.Request().Context(), actor, id)
	if err != nil {
		return err
	}
	version, out := itoa(page.Evidence.Version), evidencePageOf(page)
	if status == http.StatusCreated {
		return created(c, "/evidence/"+string(id), version, out)
	}
	return writeResource(c, status, version, out)
}

// changeEvidence handles PATCH /evidence/:id: the fields sent take the place of
// those that are there; a list or details as a whole.
func (h *Handlers) changeEvidence(c echo.Context, actor authz.Actor) error {
	var in evidenceChange
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	ctx, id := c.Request().Context(), evidenceID(c)
	page, err := h.svc.Evidence(ctx, actor, id)
	if err != nil {
		return err
	}
	version := page.Evidence.Version
	if err := m.require(itoa(version)); err != nil {
		return err
	}
	if _, err := h.svc.ChangeEvidence(ctx, actor, id, version, in.apply(page)); err != nil {
		return fresh(err)
	}
	return h.writeEvidence(c, actor, http.StatusOK, id)
}

// deleteEvidence handles DELETE /evidence/:id: drafts only.
func (h *Handlers) deleteEvidence(c echo.Context, actor authz.Actor) error {
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	err = m.try(func(version int) error {
		return h.svc.DeleteDraft(c.Request().Context(), actor, evidenceID(c), version)
	})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// listRevisions handles GET /evidence/:id/revisions, oldest first.
func (h *Handlers) listRevisions(c echo.Context, actor authz.Actor) error {
	page, err := h.svc.Evidence(c.Request().Context(), actor, evidenceID(c))
	if err != nil {
		return err
	}
	return writePage(c, each(page.Revisions, revisionOf), "")
}

// unchangedEvidence refuses a POST beneath a piece whose If-Match names another
// version than the present one.
func (h *Handlers) unchangedEvidence(c echo.Context, actor authz.Actor) error {
	m, err := ifMatch(c)
	if err != nil || m.any {
		return err
	}
	page, err := h.svc.Evidence(c.Request().Context(), actor, evidenceID(c))
	if err != nil {
		return err
	}
	return m.require(itoa(page.Evidence.Version))
}

// submitEvidence handles POST /evidence/:id/submission.
func (h *Handlers) submitEvidence(c echo.Context, actor authz.Actor) error {
	var none struct{}
	return h.step(c, actor, &none, func(version int) error {
		_, err := h.svc.SubmitEvidence(c.Request().Context(), actor, evidenceID(c), version)
		return err
	})
}

// withdrawEvidence handles POST /evidence/:id/withdrawal.
func (h *Handlers) withdrawEvidence(c echo.Context, actor authz.Actor) error {
	var in struct {
		Reason string `json:"reason"`
	}
	return h.step(c, actor, &in, func(version int) error {
		_, err := h.svc.WithdrawEvidence(c.Request().Context(), actor, evidenceID(c), version, service.WithdrawInput(in))
		return err
	})
}

// reviewEvidence handles POST /evidence/:id/review.
func (h *Handlers) reviewEvidence(c echo.Context, actor authz.Actor) error {
	var in reviewInput
	return h.step(c, actor, &in, func(version int) error {
		review := in.service()
		review.Evidence, review.Version = evidenceID(c), version
		_, err := h.svc.ReviewEvidence(c.Request().Context(), actor, review)
		return err
	})
}

// confirmRead handles POST /evidence/:id/read-confirmation.
func (h *Handlers) confirmRead(c echo.Context, actor authz.Actor) error {
	var in struct {
		Comment string `json:"comment"`
	}
	return h.step(c, actor, &in, func(version int) error {
		_, err := h.svc.ConfirmRead(c.Request().Context(), actor, evidenceID(c), service.ConfirmReadInput{Version: version, Comment: in.Comment})
		return err
	})
}

// step reads a request that brings a piece on, does it at the version that
// If-Match names, and answers with the piece.
func (h *Handlers) step(c echo.Context, actor authz.Actor, in any, do func(version int) error) error {
	if err := attempt(c, in, do); err != nil {
		return err
	}
	return h.writeEvidence(c, actor, http.StatusOK, evidenceID(c))
}

// attempt reads a request that may have no body, and does it at the version
// that If-Match names.
func attempt(c echo.Context, in any, do func(version int) error) error {
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeOptional(c, in); err != nil {
		return err
	}
	return m.try(do)
}

// reviewInput is a review in a request.
type reviewInput struct {
	Decision     countersign.ReviewDecision `json:"decision"`
	Comment      string                     `json:"comment"`
	Competencies *[]mappingJSON             `json:"competencies"` // the mapping as corrected; left out: as it is
}

func (in reviewInput) service() service.ReviewInput {
	out := service.ReviewInput{Decision: in.Decision, Comment: in.Comment}
	if in.Competencies != nil && *in.Competencies != nil {
		out.Competencies = mappingsIn(*in.Competencies)
	}
	return out
}
