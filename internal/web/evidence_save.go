package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/view"
)

// evidencePost is one post of the form for a piece.
type evidencePost struct {
	typed     typedEvidence
	page      *view.EvidenceFormPage // with everything as typed
	framework countersign.Framework
	start     countersign.Date // of the apprenticeship
	save      func() (countersign.Evidence, error)
}

// saveEvidence saves the text as a draft, then takes files out and in, then
// submits if that was asked for. What can't be saved or submitted comes back
// with everything as typed; a draft that was saved stays saved.
func (h *Handlers) saveEvidence(c echo.Context, actor authz.Actor, p evidencePost) error {
	f := formOf(c)
	submit, auto := f.Get("intent") == "submit", f.bool("autosave")
	var everything error
	today := countersign.LondonDate(h.now())
	if submit {
		everything = p.typed.content().CheckContent(p.framework, p.start, today)
	}
	if err := p.typed.read.Err(); err != nil {
		return h.unsaved(c, actor, p, auto, p.typed.everything(err, everything, p.typed.content().CheckDraft(p.framework, p.start, today)))
	}
	e, err := p.save()
	switch {
	case countersign.KindOf(err) == countersign.Invalid:
		return h.unsaved(c, actor, p, auto, p.typed.everything(err, everything))
	case countersign.KindOf(err) == countersign.Conflict && !auto:
		return h.conflicting(c, actor, p, e.ID, err)
	case countersign.KindOf(err) == countersign.Unavailable && !auto:
		return h.unsaved(c, actor, p, auto, err)
	case err != nil && auto && isRefusal(err):
		return c.String(problem.Of(err).Status, countersign.MessageOf(err))
	case err != nil:
		return err
	case auto:
		return autosaved(c, e)
	case !e.Editable() && submit: // posted twice: the first one submitted it
		return h.redirect(c, submitted(e), evidencePath(e.ID))
	}
	refused, err := h.changeFiles(c, actor, e.ID, p.typed.fields.Remove)
	if err != nil {
		return err
	}
	if submit && refused == nil {
		if e, err = h.svc.SubmitEvidence(c.Request().Context(), actor, e.ID, e.Version); err == nil {
			return h.redirect(c, submitted(e), evidencePath(e.ID))
		}
	}
	if refused == nil && err == nil {
		return h.redirect(c, "Draft saved.", evidencePath(e.ID))
	}
	return h.savedOnly(c, actor, p, e.ID, refused, err)
}

func submitted(e countersign.Evidence) string {
	if e.RecordedBy != "" {
		return "Recorded and accepted. The apprentice is asked to read it."
	}
	return "Submitted for review."
}

// unsaved shows the form again: nothing was saved.
func (h *Handlers) unsaved(c echo.Context, actor authz.Actor, p evidencePost, auto bool, err error) error {
	if auto {
		return c.String(http.StatusUnprocessableEntity, countersign.MessageOf(err))
	}
	p.page.LinkErrors()
	return h.again(c, actor, p.page, err)
}

// savedOnly shows the form again: the draft is saved, but files were refused
// or it can't be submitted yet.
func (h *Handlers) savedOnly(c echo.Context, actor authz.Actor, p evidencePost, id countersign.EvidenceID, refused, err error) error {
	if err != nil && !isRefusal(err) {
		return err
	}
	known, readErr := h.svc.Evidence(c.Request().Context(), actor, id)
	if readErr != nil {
		return readErr
	}
	page := oldEvidenceForm(known, actor)
	page.Fields, page.Fields.Remove = p.typed.fields, nil
	page.SavedAt = view.Clock(known.Evidence.UpdatedAt)
	page.LinkErrors()
	if all := p.typed.everything(refused, err); all != nil {
		err = all
	}
	return h.again(c, actor, page, err)
}

// conflicting shows the form again with what was typed, and the way to what
// stands in its way: another version, or a piece that is closed by now.
func (h *Handlers) conflicting(c echo.Context, actor authz.Actor, p evidencePost, id countersign.EvidenceID, err error) error {
	if id == "" {
		return h.again(c, actor, p.page, err)
	}
	known, readErr := h.svc.Evidence(c.Request().Context(), actor, id)
	if readErr != nil {
		return readErr
	}
	page := oldEvidenceForm(known, actor)
	page.Kind, page.Fields, page.Other = p.page.Kind, p.typed.fields, evidencePath(id)
	if page.Closed { // what was typed can go on as a draft of its own
		fresh := newEvidenceForm(service.Writing{
			Apprenticeship: known.Apprenticeship, Framework: known.Framework, Subject: known.Subject, Own: known.Evidence.RecordedBy == "",
		}, page.Kind)
		page.Action, page.Key, page.Version, page.KindHref, page.Attachments = fresh.Action, fresh.Key, 0, "", nil
	}
	page.LinkErrors()
	return h.again(c, actor, page, err)
}

// changeFiles takes out the files that were ticked and takes in those that
// were sent. Each refused file is named in refused; the others are kept.
func (h *Handlers) changeFiles(c echo.Context, actor authz.Actor, id countersign.EvidenceID, remove []string) (refused, err error) {
	for _, file := range remove {
		err := h.svc.DeleteAttachment(c.Request().Context(), actor, countersign.AttachmentID(file))
		if err != nil && countersign.KindOf(err) != countersign.NotFound { // gone already: by a second click
			return nil, err
		}
	}
	return h.takeFiles(c, actor, id)
}

// takeFiles takes in the files that were sent with the form.
func (h *Handlers) takeFiles(c echo.Context, actor authz.Actor, id countersign.EvidenceID) (refused, err error) {
	if c.Request().MultipartForm == nil {
		return nil, nil
	}
	var problems countersign.Problems
	for _, header := range c.Request().MultipartForm.File["file"] {
		content, err := header.Open()
		if err != nil {
			return nil, err
		}
		_, err = h.svc.AddAttachment(c.Request().Context(), actor, id, header.Filename, content)
		if closeErr := content.Close(); closeErr != nil {
			return nil, closeErr
		}
		switch countersign.KindOf(err) {
		case countersign.Invalid:
			for _, f := range problem.Fields(err) {
				problems.Add("file", "“"+header.Filename+"”: "+f.Message)
			}
		case countersign.Unavailable: // the text is saved, and the file can be sent later
			problems.Add("file", "“"+header.Filename+"”: "+countersign.MessageOf(err))
		default:
			if err != nil {
				return nil, err
			}
		}
	}
	return problems.Err(), nil
}
