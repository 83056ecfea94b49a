package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/service"
	"countersign/internal/view"
)

// draftRoutes are the pages of the framework editor.
var draftRoutes = []route{
	{method: get, path: "/framework-drafts", access: signedIn, handle: (*Handlers).listDrafts},
	{method: get, path: "/framework-drafts/new", access: signedIn, handle: (*Handlers).newDraft},
	{method: post, path: "/framework-drafts/new", access: signedIn, handle: (*Handlers).createDraft},
	{method: get, path: "/framework-drafts/:draft", access: signedIn, handle: (*Handlers).showDraft},
	{method: get, path: "/framework-drafts/:draft/text", access: signedIn, handle: (*Handlers).showDraftText},
	{method: get, path: "/framework-drafts/:draft/file", access: signedIn, handle: (*Handlers).downloadDraft},
	{method: get, path: "/framework-drafts/:draft/changes", access: signedIn, handle: (*Handlers).showDraftChanges},
	{method: get, path: "/framework-drafts/:draft/edit", access: signedIn, handle: whileOpen((*Handlers).editDraftPart)},
	{method: post, path: "/framework-drafts/:draft/edit", access: signedIn, handle: (*Handlers).changeDraftPart},
	{method: post, path: "/framework-drafts/:draft/move", access: signedIn, handle: (*Handlers).moveDraftPart},
	{method: get, path: "/framework-drafts/:draft/removal", access: signedIn, handle: whileOpen((*Handlers).newDraftRemoval)},
	{method: post, path: "/framework-drafts/:draft/removal", access: signedIn, handle: (*Handlers).removeDraftPart},
	{method: get, path: "/framework-drafts/:draft/import", access: signedIn, handle: whileOpen((*Handlers).newDraftImport)},
	{method: post, path: "/framework-drafts/:draft/import", access: signedIn, handle: (*Handlers).importIntoDraft, upload: true},
	{method: post, path: "/framework-drafts/:draft/comments", access: signedIn, handle: (*Handlers).createDraftComment},
	{method: post, path: "/framework-drafts/:draft/comments/:comment/resolution", access: signedIn, handle: (*Handlers).resolveDraftComment},
	{method: post, path: "/framework-drafts/:draft/reviewers", access: signedIn, handle: (*Handlers).createDraftReviewer},
	{method: post, path: "/framework-drafts/:draft/reviews", access: signedIn, handle: (*Handlers).createDraftReview},
	{method: get, path: "/framework-drafts/:draft/publication", access: signedIn, handle: whileOpen((*Handlers).newDraftPublication)},
	{method: post, path: "/framework-drafts/:draft/publication", access: signedIn, handle: (*Handlers).publishDraft},
	{method: get, path: "/framework-drafts/:draft/discarding", access: signedIn, handle: whileOpen((*Handlers).newDraftDiscarding)},
	{method: post, path: "/framework-drafts/:draft/discarding", access: signedIn, handle: (*Handlers).discardDraft},
}

func draftID(c echo.Context) countersign.VersionDraftID {
	return countersign.VersionDraftID(c.Param("draft"))
}

// editable returns a draft, for whoever may edit it.
func (h *Handlers) editable(c echo.Context, actor authz.Actor) (service.DraftRecord, error) {
	if err := h.svc.PermittedOnDraft(c.Request().Context(), actor, draftID(c), authz.EditFrameworkDraft); err != nil {
		return service.DraftRecord{}, err
	}
	return h.draftRecord(c, actor)
}

// whileOpen shows a form of a draft, to whoever may edit it, only while it can
// be sent; after that, the draft's page says why not.
func whileOpen(form func(h *Handlers, c echo.Context, actor authz.Actor, r service.DraftRecord) error) handler {
	return func(h *Handlers, c echo.Context, actor authz.Actor) error {
		r, err := h.editable(c, actor)
		if err != nil {
			return err
		}
		if err := r.Draft.Open(); err != nil {
			return h.draftAgain(c, actor, err)
		}
		return form(h, c, actor, r)
	}
}

func draftPath(id countersign.VersionDraftID) string { return "/framework-drafts/" + string(id) }

// listDrafts handles GET /framework-drafts.
func (h *Handlers) listDrafts(c echo.Context, actor authz.Actor) error {
	drafts, err := h.svc.FrameworkDrafts(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	page := view.NewDraftsPage()
	page.Drafts, page.MayEdit = drafts, actor.CanAnywhere(authz.EditFrameworkDraft)
	return h.render(c, http.StatusOK, actor, page)
}

// draftForm returns the form of a new draft, for whoever may start one.
func (h *Handlers) draftForm(c echo.Context, actor authz.Actor) (*view.NewDraftPage, error) {
	ctx := c.Request().Context()
	if err := h.svc.PermittedAnywhere(ctx, actor, authz.EditFrameworkDraft); err != nil {
		return nil, err
	}
	rows, err := h.svc.Frameworks(ctx)
	page := view.NewNewDraftPage()
	page.Parents = []view.Option{{Text: "Select a version"}}
	for _, r := range rows {
		page.Parents = append(page.Parents, view.Option{Value: r.ID + "@" + r.Version, Text: r.Title + ", " + r.ID + " " + r.Version})
	}
	return page, err
}

// newDraft handles GET /framework-drafts/new.
func (h *Handlers) newDraft(c echo.Context, actor authz.Actor) error {
	page, err := h.draftForm(c, actor)
	if err != nil {
		return err
	}
	page.Parent = c.QueryParam("parent")
	return h.render(c, http.StatusOK, actor, page)
}

// createDraft handles POST /framework-drafts/new.
func (h *Handlers) createDraft(c echo.Context, actor authz.Actor) error {
	page, err := h.draftForm(c, actor)
	if err != nil {
		return err
	}
	f := formOf(c)
	page.Parent, page.Version, page.ID, page.Named = f.Get("parent"), f.text("version"), f.text("id"), f.text("title")
	id, err := h.svc.StartFrameworkDraft(c.Request().Context(), actor, service.DraftInput{Parent: page.Parent, Version: page.Version, ID: page.ID, Title: page.Named})
	if err != nil {
		return h.again(c, actor, page, err)
	}
	return h.redirect(c, "The draft is started.", draftPath(id))
}

func (h *Handlers) draftRecord(c echo.Context, actor authz.Actor) (service.DraftRecord, error) {
	return h.svc.FrameworkDraft(c.Request().Context(), actor, draftID(c))
}

func (h *Handlers) draftPage(c echo.Context, actor authz.Actor) (*view.DraftPage, error) {
	r, err := h.draftRecord(c, actor)
	if err != nil {
		return nil, err
	}
	page := view.NewDraftPageOf(r.Draft, r.Document.Framework())
	page.Reviewers, page.Reviews, page.Comments = r.Reviewers, r.Reviews, r.Comments
	page.MayEdit, page.MayComment, page.MayReview = r.MayEdit, r.MayComment, r.MayReview
	for _, p := range r.Problems {
		part, key := service.PartOfDraft(p.Path)
		link := view.Link{Text: view.DraftPartName(page.Framework, part) + ": " + p.Message}
		if r.MayEdit {
			link.Href = view.DraftPartHref(r.Draft.ID, part, key)
		}
		page.Problems = append(page.Problems, link)
	}
	return page, nil
}

// showDraft handles GET /framework-drafts/:draft.
func (h *Handlers) showDraft(c echo.Context, actor authz.Actor) error {
	page, err := h.draftPage(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, page)
}

// showDraftText handles GET /framework-drafts/:draft/text.
func (h *Handlers) showDraftText(c echo.Context, actor authz.Actor) error {
	r, err := h.draftRecord(c, actor)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, actor, view.NewDraftTextPage(r.Draft, r.Document.Framework()))
}

// downloadDraft handles GET /framework-drafts/:draft/file: the framework file
// that the draft is so far.
func (h *Handlers) downloadDraft(c echo.Context, actor authz.Actor) error {
	r, err := h.draftRecord(c, actor)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, attachmentName(interchange.YAML.FileName(r.Draft.FrameworkID, r.Draft.FrameworkVersion+"-draft")))
	return c.Blob(http.StatusOK, interchange.YAML.MediaType(), r.Document.YAML())
}

// showDraftChanges handles GET /framework-drafts/:draft/changes.
func (h *Handlers) showDraftChanges(c echo.Context, actor authz.Actor) error {
	draft, d, err := h.svc.DraftDifference(c.Request().Context(), actor, draftID(c))
	if err != nil {
		return err
	}
	page := view.NewDraftChangesPage(draft)
	page.Groups, page.Programme = changeGroups(d), d.Programme
	return h.render(c, http.StatusOK, actor, page)
}

// draftAgain shows the draft's page again after a refusal, with what was typed.
func (h *Handlers) draftAgain(c echo.Context, actor authz.Actor, err error) error {
	page, pageErr := h.draftPage(c, actor)
	if pageErr != nil {
		return pageErr
	}
	f := formOf(c)
	page.Email, page.Decision, page.ReviewComment, page.Place, page.Text = f.text("email"), f.Get("decision"), f.text("comment"), f.Get("place"), f.text("text")
	return h.again(c, actor, page, err)
}

// createDraftComment handles POST /framework-drafts/:draft/comments.
func (h *Handlers) createDraftComment(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	if _, err := h.svc.CommentOnDraft(c.Request().Context(), actor, draftID(c), service.DraftCommentInput{Place: f.Get("place"), Text: f.text("text")}); err != nil {
		return h.draftAgain(c, actor, err)
	}
	return h.redirect(c, "The comment is added.", draftPath(draftID(c))+"#comments")
}

// resolveDraftComment handles POST /framework-drafts/:draft/comments/:comment/resolution.
func (h *Handlers) resolveDraftComment(c echo.Context, actor authz.Actor) error {
	if err := h.svc.ResolveDraftComment(c.Request().Context(), actor, draftID(c), countersign.DraftCommentID(c.Param("comment"))); err != nil {
		return h.draftAgain(c, actor, err)
	}
	return h.redirect(c, "The comment is resolved.", draftPath(draftID(c))+"#comments")
}

// createDraftReviewer handles POST /framework-drafts/:draft/reviewers.
func (h *Handlers) createDraftReviewer(c echo.Context, actor authz.Actor) error {
	email := formOf(c).text("email")
	if err := h.svc.AskDraftReviewer(c.Request().Context(), actor, draftID(c), service.AskReviewerInput{Email: email}); err != nil {
		return h.draftAgain(c, actor, err)
	}
	return h.redirect(c, "They are asked by email to review the draft.", draftPath(draftID(c))+"#reviews")
}

// createDraftReview handles POST /framework-drafts/:draft/reviews.
func (h *Handlers) createDraftReview(c echo.Context, actor authz.Actor) error {
	f := formOf(c)
	in := service.DraftReviewInput{Decision: countersign.DraftDecision(f.Get("decision")), Comment: f.text("comment")}
	if err := h.svc.ReviewFrameworkDraft(c.Request().Context(), actor, draftID(c), f.number("version"), in); err != nil {
		return h.draftAgain(c, actor, err)
	}
	return h.redirect(c, "Your review is saved.", draftPath(draftID(c))+"#reviews")
}
