package web

import (
	"encoding/base64"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/problem"
	"countersign/internal/service"
	"countersign/internal/view"
)

// publicationPage asks once more, for whoever may edit the draft.
func (h *Handlers) publicationPage(c echo.Context, actor authz.Actor) (*view.DraftStepPage, error) {
	if err := h.svc.PermittedOnDraft(c.Request().Context(), actor, draftID(c), authz.EditFrameworkDraft); err != nil {
		return nil, err
	}
	r, err := h.draftRecord(c, actor)
	if err != nil {
		return nil, err
	}
	var missing []string
	if n := len(r.Problems); n > 0 {
		missing = append(missing, view.Count(n, "problem")+" to mend, listed on the page of the draft")
	}
	if err := r.Draft.Reviewed(r.Reviews); err != nil {
		missing = append(missing, countersign.MessageOf(err))
	}
	return view.NewPublicationPage(r.Draft, r.Document.Framework(), r.MayPublish, missing), nil
}

// newDraftPublication handles GET /framework-drafts/:draft/publication.
func (h *Handlers) newDraftPublication(c echo.Context, actor authz.Actor) error {
	page, err := h.publicationPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
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
	if r, readErr := h.draftRecord(c, actor); readErr == nil && r.Draft.Open() != nil {
		return h.draftAgain(c, actor, err)
	}
	page, pageErr := h.publicationPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	return h.again(c, actor, page, err)
}

// newDraftDiscarding handles GET /framework-drafts/:draft/discarding.
func (h *Handlers) newDraftDiscarding(c echo.Context, actor authz.Actor) error {
	if err := h.svc.PermittedOnDraft(c.Request().Context(), actor, draftID(c), authz.EditFrameworkDraft); err != nil {
		return err
	}
	r, err := h.draftRecord(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, view.NewDiscardPage(r.Draft))
}

// discardDraft handles POST /framework-drafts/:draft/discarding.
func (h *Handlers) discardDraft(c echo.Context, actor authz.Actor) error {
	if err := h.svc.DiscardFrameworkDraft(c.Request().Context(), actor, draftID(c), formOf(c).number("version")); err != nil {
		return h.draftAgain(c, actor, err)
	}
	return h.redirect(c, "The draft is discarded.", draftPath(draftID(c)))
}

// importPage returns the page of an import, for whoever may edit the draft.
func (h *Handlers) importPage(c echo.Context, actor authz.Actor) (*view.DraftImportPage, service.DraftRecord, error) {
	if err := h.svc.PermittedOnDraft(c.Request().Context(), actor, draftID(c), authz.EditFrameworkDraft); err != nil {
		return nil, service.DraftRecord{}, err
	}
	r, err := h.draftRecord(c, actor)
	page := view.NewDraftImportPage(r.Draft)
	for _, column := range interchange.Columns() {
		page.Columns = append(page.Columns, [2]string{column.Name, column.Says})
	}
	return page, r, err
}

// newDraftImport handles GET /framework-drafts/:draft/import.
func (h *Handlers) newDraftImport(c echo.Context, actor authz.Actor) error {
	page, _, err := h.importPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// importIntoDraft handles POST /framework-drafts/:draft/import: with a file,
// what it would change; with the document that came of it, the import.
func (h *Handlers) importIntoDraft(c echo.Context, actor authz.Actor) error {
	page, r, err := h.importPage(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
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
	document, remarks, err := readSheet(c, r)
	if fields := problem.Fields(err); len(fields) > 0 && fields[0].Field != "file" {
		for _, field := range fields {
			page.Problems = append(page.Problems, field.Message)
		}
		return h.again(c, actor, page, countersign.InvalidField("file", page.ProblemsHeading()))
	} else if err != nil {
		return h.again(c, actor, page, err)
	}
	page.Checked, page.Document, page.Remarks = true, base64.StdEncoding.EncodeToString(document.JSON()), remarks
	d := service.CompareDrafts(r.Document, document)
	page.Changes.Groups, page.Changes.Programme, page.Count = changeGroups(d), d.Programme, len(d.To.Competencies())
	return h.render(c, http.StatusOK, actor, page)
}

// readSheet reads the posted file: a framework file is the whole document; of
// a spreadsheet, what has no column stays as it is in the draft.
func readSheet(c echo.Context, r service.DraftRecord) (service.FrameworkFile, []string, error) {
	none := service.FrameworkFile{}
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return none, nil, countersign.InvalidField("file", "Select a file")
	}
	if header.Size > maxUpload {
		return none, nil, countersign.InvalidField("file", "The file must be smaller than 20MB")
	}
	format := interchange.CSV
	if strings.EqualFold(filepath.Ext(header.Filename), ".xlsx") {
		format = interchange.XLSX
	}
	file, err := header.Open()
	if err != nil {
		return none, nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(file)
	if err != nil {
		return none, nil, err
	}
	if ending := strings.ToLower(filepath.Ext(header.Filename)); ending == ".yaml" || ending == ".yml" {
		document, err := service.OpenFramework(data)
		if err == nil && document.ID != r.Document.ID {
			err = countersign.InvalidField("file", "The file is about another framework: "+document.ID)
		}
		return document.Copy(document.ID, r.Document.Version, ""), nil, err
	}
	base := r.Document.Framework()
	draft, err := interchange.Decode(format, data, interchange.Options{Name: header.Filename, ID: base.ID, Version: base.Version, Title: base.Title, Base: &base})
	if err != nil {
		return none, nil, err
	}
	var remarks []string
	for _, remark := range draft.Report {
		remarks = append(remarks, remark.String())
	}
	document, err := r.Document.WithDomains(draft.File)
	return document, remarks, err
}
