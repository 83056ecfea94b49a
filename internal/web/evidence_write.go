package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

// newEvidence handles GET /apprenticeships/:id/evidence/new: first the kind,
// then its form.
func (h *Handlers) newEvidence(c echo.Context, actor authz.Actor) error {
	w, err := h.svc.Writing(c.Request().Context(), actor, countersign.ApprenticeshipID(c.Param("id")))
	if err != nil {
		return err
	}
	kind := countersign.EvidenceKind(c.QueryParam("kind"))
	if !kind.Valid() {
		page := view.NewEvidenceKindPage()
		page.Action, page.Competency = apprenticeshipPath(w.Apprenticeship.ID)+"/evidence/new", c.QueryParam("competency")
		page.Back, page.Notice = view.BackLink{Href: apprenticeshipPath(w.Apprenticeship.ID) + "/evidence"}, w.Framework.Notice
		if !w.Own {
			page.Apprentice = w.Apprenticeship.ApprenticeName
		}
		if kind != "" || c.QueryParam("asked") != "" {
			return h.again(c, actor, page, countersign.InvalidField("kind", "Select what kind of evidence this is"))
		}
		return h.render(c, http.StatusOK, actor, page)
	}
	page := newEvidenceForm(w, kind)
	if code := c.QueryParam("competency"); code != "" {
		page.Fields.Competencies = []string{code}
		page.KindHref += "?competency=" + url.QueryEscape(code)
	}
	return h.render(c, http.StatusOK, actor, page)
}

// newEvidenceForm returns the empty form of a kind, with a key of its own.
func newEvidenceForm(w service.Writing, kind countersign.EvidenceKind) *view.EvidenceFormPage {
	apprentice := ""
	if !w.Own {
		apprentice = w.Apprenticeship.ApprenticeName
	}
	page := view.NewEvidenceForm(w.Framework, kind, apprentice)
	page.Action, page.Key = apprenticeshipPath(w.Apprenticeship.ID)+"/evidence", rand.Text()
	page.KindHref = apprenticeshipPath(w.Apprenticeship.ID) + "/evidence/new"
	page.Back = view.BackLink{Href: page.KindHref}
	page.Observers = w.Subject.Namings
	return page
}

// oldEvidenceForm returns the form of a piece, as it was saved.
func oldEvidenceForm(known service.EvidencePage, actor authz.Actor) *view.EvidenceFormPage {
	e, apprentice := known.Evidence, ""
	if e.RecordedBy != "" {
		apprentice = known.Apprenticeship.ApprenticeName
	}
	page := view.NewEvidenceForm(known.Framework, e.Kind, apprentice)
	page.ReviseTitle(e.Title)
	page.Piece = evidencePath(e.ID)
	page.Action, page.KindHref, page.Version = page.Piece+"/edit", page.Piece+"/kind", e.Version
	page.Back = view.BackLink{Href: page.Piece}
	page.Observers, page.Attachments = known.Subject.Namings, e.Attachments
	page.Fields = view.FieldsOf(e, known.ObservedBy, known.Subject.Namings)
	if n := len(known.Reviews); n > 0 && e.State == countersign.Returned {
		page.Returned, page.ReturnedBy = known.Reviews[n-1].Comment, known.Reviews[n-1].ReviewerName
	}
	if !known.MayEdit || e.Author() != actor.ID() {
		page.Closed = true
	}
	return page
}

// createEvidence handles POST /apprenticeships/:id/evidence: a draft is
// started, and submitted if that was asked for. Posting the same form twice
// starts one piece (see service.StartEvidence).
func (h *Handlers) createEvidence(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	id := countersign.ApprenticeshipID(c.Param("id"))
	f := formOf(c)
	w, err := h.svc.Writing(ctx, actor, id)
	page := newEvidenceForm(w, f.kind())
	typed := evidenceOf(f, f.kind())
	page.Fields = typed.fields
	if key := f.text("key"); key != "" {
		page.Key = key
	}
	if err != nil {
		if w.Apprenticeship.ID == "" {
			return err
		}
		return h.again(c, actor, page, err) // it has ended: what was typed can still be copied
	}
	return h.saveEvidence(c, actor, evidencePost{
		typed: typed, page: page, framework: w.Framework, start: w.Apprenticeship.StartOn,
		save: func() (countersign.Evidence, error) {
			return h.svc.StartEvidence(ctx, actor, id, f.text("key"), typed.in)
		},
	})
}

// editEvidence handles GET /evidence/:id/edit.
func (h *Handlers) editEvidence(c echo.Context, actor authz.Actor) error {
	known, err := h.svc.Evidence(c.Request().Context(), actor, countersign.EvidenceID(c.Param("id")))
	if err != nil {
		return err
	}
	if !known.MayEdit {
		return h.redirect(c, "", evidencePath(known.Evidence.ID)) // its page says what can be done
	}
	return h.render(c, http.StatusOK, actor, oldEvidenceForm(known, actor))
}

// changeEvidence handles POST /evidence/:id/edit.
func (h *Handlers) changeEvidence(c echo.Context, actor authz.Actor) error {
	ctx := c.Request().Context()
	id := countersign.EvidenceID(c.Param("id"))
	known, err := h.svc.Evidence(ctx, actor, id)
	if err != nil {
		return err
	}
	f := formOf(c)
	version := f.number("version")
	if version == 0 {
		version = -1 // a form that lost its version must not overwrite anything
	}
	typed := evidenceOf(f, f.kind())
	page := oldEvidenceForm(known, actor)
	page.Kind, page.Fields, page.Version = f.kind(), typed.fields, version
	return h.saveEvidence(c, actor, evidencePost{
		typed: typed, page: page, framework: known.Framework, start: known.Apprenticeship.StartOn,
		save: func() (countersign.Evidence, error) { return h.svc.ChangeEvidence(ctx, actor, id, version, typed.in) },
	})
}

// editKind handles GET /evidence/:id/kind.
func (h *Handlers) editKind(c echo.Context, actor authz.Actor) error {
	page, known, err := h.kindPage(c, actor)
	if err != nil {
		return err
	}
	if !known.MayEdit {
		return h.redirect(c, "", evidencePath(known.Evidence.ID))
	}
	return h.render(c, http.StatusOK, actor, page)
}

func (h *Handlers) kindPage(c echo.Context, actor authz.Actor) (*view.EvidenceKindPage, service.EvidencePage, error) {
	known, err := h.svc.Evidence(c.Request().Context(), actor, countersign.EvidenceID(c.Param("id")))
	e := known.Evidence
	page := view.NewEvidenceKindPage()
	page.Action, page.Change, page.Kind, page.Version = evidencePath(e.ID)+"/kind", true, e.Kind, e.Version
	page.Back, page.Notice = view.BackLink{Href: evidencePath(e.ID) + "/edit"}, known.Framework.Notice
	for _, d := range countersign.DetailFields(e.Kind) {
		if e.Details[d.Name] != "" {
			page.Loses = append(page.Loses, d.Label)
		}
	}
	return page, known, err
}

// changeKind handles POST /evidence/:id/kind: everything stays but the answers
// to questions that the other kind doesn't ask.
func (h *Handlers) changeKind(c echo.Context, actor authz.Actor) error {
	page, known, err := h.kindPage(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	e := known.Evidence
	in := service.EvidenceInput{
		Kind: f.kind(), Title: e.Title, OccurredOn: e.OccurredOn, Narrative: e.Narrative, Reflection: e.Reflection, Details: map[string]string{},
		ObservedBy: known.ObservedBy, Anonymised: e.Anonymised, PriorLearning: e.PriorLearning,
	}
	for _, d := range countersign.DetailFields(in.Kind) {
		if text := e.Details[d.Name]; text != "" {
			in.Details[d.Name] = text
		}
	}
	if in.Kind == countersign.ProcedureLog {
		in.Entries = e.Entries
	}
	for _, m := range e.Mapping {
		in.Competencies = append(in.Competencies, service.MappingInput{Code: m.Competency, Justification: m.Justification})
	}
	if _, err := h.svc.ChangeEvidence(c.Request().Context(), actor, e.ID, max(f.number("version"), -1), in); err != nil {
		page.Kind = in.Kind
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "", evidencePath(e.ID)+"/edit")
}

// What a form that saves itself is told: its version now, and when it was saved.
const (
	versionHeader = "Countersign-Version"
	savedHeader   = "Countersign-Saved"
)

// autosaved answers a form that saved itself.
func autosaved(c echo.Context, e countersign.Evidence) error {
	header := c.Response().Header()
	header.Set(versionHeader, strconv.Itoa(e.Version))
	header.Set(savedHeader, view.Clock(e.UpdatedAt))
	header.Set(echo.HeaderLocation, evidencePath(e.ID)+"/edit")
	return c.NoContent(http.StatusNoContent)
}
