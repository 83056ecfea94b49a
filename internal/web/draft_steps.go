package web

import (
	"encoding/base64"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/view"
)

// publicationPage asks once more.
func publicationPage(r service.DraftRecord) *view.DraftStepPage {
	var missing []string
	if n := len(r.Problems); n > 0 {
		missing = append(missing, view.Count(n, "problem")+" to mend, listed on the page of the draft")
	}
	if err := r.Draft.Reviewed(r.Reviews); err != nil {
		missing = append(missing, countersign.MessageOf(err))
	}
	return view.NewPublicationPage(r.Draft, r.Document.Framework(), r.MayPublish, missing)
}

// newDraftPublication handles GET /framework-drafts/:draft/publication.
func (h *Handlers) newDraftPublication(c echo.Context, actor authz.Actor, r service.DraftRecord) error {
	return h.render(c, http.StatusOK, actor, publicationPage(r))
}

// publishDraft handles POST /framework-drafts/:draft/publication.
func (h *Handlers) publishDraft(c echo.Context, actor authz.Actor) error {
	f, err := h.svc.PublishFrameworkDraft(c.Request().Context(), actor, draftID(c), formOf(c).number("version"))
	if err == nil {
		return h.redirect(c, "Version "+f.Version+" is published.", "/frameworks/"+f.ID+"?version="+f.Version)
	}
	if countersign.KindOf(err) != countersign.Conflict {
		return err
	}
	r, readErr := h.editable(c, actor)
	if readErr != nil {
		return readErr
	}
	if r.Draft.Open() != nil {
		return h.draftAgain(c, actor, err)
	}
	return h.again(c, actor, publicationPage(r), err)
}

// newDraftDiscarding handles GET /framework-drafts/:draft/discarding.
func (h *Handlers) newDraftDiscarding(c echo.Context, actor authz.Actor, r service.DraftRecord) error {
	return h.render(c, http.StatusOK, actor, view.NewDiscardPage(r.Draft))
}

// discardDraft handles POST /framework-drafts/:draft/discarding.
func (h *Handlers) discardDraft(c echo.Context, actor authz.Actor) error {
	if err := h.svc.DiscardFrameworkDraft(c.Request().Context(), actor, draftID(c), formOf(c).number("version")); err != nil {
		return h.draftAgain(c, actor, err)
	}
	return h.redirect(c, "The draft is discarded.", draftPath(draftID(c)))
}

func importPage(r service.DraftRecord) *view.DraftImportPage {
	page := view.NewDraftImportPage(r.Draft)
	for _, column := range interchange.Columns() {
		page.Columns = append(page.Columns, [2]string{column.Name, column.Says})
	}
	return page
}

// newDraftImport handles GET /framework-drafts/:draft/import.
func (h *Handlers) newDraftImport(c echo.Context, actor authz.Actor, r service.DraftRecord) error {
	return h.render(c, http.StatusOK, actor, importPage(r))
}

// importIntoDraft handles POST /framework-drafts/:draft/import: with a file,
// what it would change; with the document that came of it, the import.
func (h *Handlers) importIntoDraft(c echo.Context, actor authz.Actor) error {
	r, err := h.editable(c, actor)
	if err != nil {
		return err
	}
	page, f := importPage(r), formOf(c)
	if sent := f.Get("document"); sent != "" {
		document, err := base64.StdEncoding.DecodeString(sent)
		if err != nil {
			return problem.Malformed("The form could not be read. Go back and send it again")
		}
		err = h.svc.ReplaceFrameworkDraft(c.Request().Context(), actor, draftID(c), f.number("version"), document)
		if err != nil {
			return h.again(c, actor, page, err)
		}
		return h.redirect(c, "The file is imported.", draftPath(draftID(c))+"#content")
	}
	document, remarks, err := readPosted(c, r.Document)
	if fields := problem.Fields(err); len(fields) > 0 && fields[0].Field != "file" {
		for _, field := range fields {
			page.Problems = append(page.Problems, field.Message)
		}
		return h.again(c, actor, page, countersign.InvalidField("file", page.ProblemsHeading()))
	} else if err != nil {
		return h.again(c, actor, page, err)
	}
	page.Checked, page.Document = true, base64.StdEncoding.EncodeToString(document.JSON())
	for _, remark := range remarks {
		page.Remarks = append(page.Remarks, remark.String())
	}
	d := service.CompareDrafts(r.Document, document)
	page.Changes.Groups, page.Changes.Programme, page.Count = changeGroups(d), d.Programme, len(d.To.Competencies())
	return h.render(c, http.StatusOK, actor, page)
}

// readPosted reads the posted file into the draft.
func readPosted(c echo.Context, draft service.FrameworkFile) (service.FrameworkFile, []interchange.Remark, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return draft, nil, countersign.InvalidField("file", "Select a file")
	}
	if header.Size > maxUpload {
		return draft, nil, countersign.InvalidField("file", "The file must be smaller than 20MB")
	}
	file, err := header.Open()
	if err != nil {
		return draft, nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(file)
	if err != nil {
		return draft, nil, err
	}
	return interchange.Into(draft, header.Filename, data)
}
