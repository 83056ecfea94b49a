package api

import (
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/problem"
	"countersign/internal/service"
)

type draftJSON struct {
	ID            countersign.VersionDraftID `json:"id"`
	Framework     string                     `json:"framework"`
	Version       string                     `json:"version"` // that it becomes
	Title         string                     `json:"title"`
	Parent        string                     `json:"parent"`
	ParentVersion string                     `json:"parent_version"`
	Organisation  string                     `json:"organisation"` // name
	MadeBy        string                     `json:"made_by"`
	State         countersign.DraftState     `json:"state"`
	CreatedAt     moment                     `json:"created_at"`
	ChangedAt     moment                     `json:"changed_at"`
	ChangedBy     string                     `json:"changed_by"`
}

type wholeDraftJSON struct {
	draftJSON
	Document  service.FrameworkFile `json:"document"`
	Problems  []problem.Field       `json:"problems"`
	Reviewers []draftReviewerJSON   `json:"reviewers"`
	Reviews   []draftReviewJSON     `json:"reviews"`
	Comments  []draftCommentJSON    `json:"comments"`
}

type draftReviewerJSON struct {
	Name    string `json:"name"`
	AskedAt moment `json:"asked_at"`
}

type draftReviewJSON struct {
	By       string                    `json:"by"`
	Decision countersign.DraftDecision `json:"decision"`
	Comment  string                    `json:"comment"`
	Current  bool                      `json:"current"` // of the draft as it is now
	At       moment                    `json:"at"`
}

type draftCommentJSON struct {
	ID         countersign.DraftCommentID `json:"id"`
	By         string                     `json:"by"`
	Place      string                     `json:"place"`
	Text       string                     `json:"text"`
	At         moment                     `json:"at"`
	ResolvedAt moment                     `json:"resolved_at"`
	ResolvedBy string                     `json:"resolved_by"`
}

func draftOf(d countersign.VersionDraft) draftJSON {
	return draftJSON{
		d.ID, d.FrameworkID, d.FrameworkVersion, d.Title, d.ParentID, d.ParentVersion, d.OrganisationName, d.MadeByName, d.State,
		moment(d.CreatedAt), moment(d.ChangedAt), d.ChangedByName,
	}
}

func draftID(c echo.Context) countersign.VersionDraftID {
	return countersign.VersionDraftID(c.Param("id"))
}

// listDrafts handles GET /framework-drafts.
func (h *Handlers) listDrafts(c echo.Context, actor authz.Actor) error {
	drafts, err := h.svc.FrameworkDrafts(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	return writePage(c, each(drafts, draftOf), "")
}

// createDraft handles POST /framework-drafts.
func (h *Handlers) createDraft(c echo.Context, actor authz.Actor) error {
	var in struct {
		Parent  string `json:"parent"`
		Version string `json:"version"`
		ID      string `json:"id"`
		Title   string `json:"title"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	id, err := h.svc.StartFrameworkDraft(c.Request().Context(), actor, service.DraftInput(in))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, base+"/framework-drafts/"+string(id))
	return h.writeDraft(c, actor, http.StatusCreated, id)
}

func (h *Handlers) writeDraft(c echo.Context, actor authz.Actor, status int, id countersign.VersionDraftID) error {
	r, err := h.svc.FrameworkDraft(c.Request().Context(), actor, id)
	if err != nil {
		return err
	}
	return writeResource(c, status, itoa(r.Draft.Version), wholeDraftJSON{
		draftJSON: draftOf(r.Draft), Document: r.Document,
		Problems: listOf(each(r.Problems, func(p service.FrameworkProblem) problem.Field {
			return problem.Field{Pointer: problem.Pointer(p.Path), Detail: p.Message}
		})),
		Reviewers: listOf(each(r.Reviewers, func(p countersign.DraftReviewer) draftReviewerJSON {
			return draftReviewerJSON{p.Name, moment(p.AskedAt)}
		})),
		Reviews: listOf(each(r.Reviews, func(v countersign.DraftReview) draftReviewJSON {
			return draftReviewJSON{v.Name, v.Decision, v.Comment, v.Of == r.Draft.Version, moment(v.At)}
		})),
		Comments: listOf(each(r.Comments, func(k countersign.DraftComment) draftCommentJSON {
			return draftCommentJSON{k.ID, k.Name, k.Place, k.Text, moment(k.At), moment(k.ResolvedAt), k.ResolvedByName}
		})),
	})
}

// showDraft handles GET /framework-drafts/:id.
func (h *Handlers) showDraft(c echo.Context, actor authz.Actor) error {
	return h.writeDraft(c, actor, http.StatusOK, draftID(c))
}

// replaceDraft handles PUT /framework-drafts/:id: the whole document.
func (h *Handlers) replaceDraft(c echo.Context, actor authz.Actor) error {
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	document, err := readBody(c)
	if err != nil {
		return err
	}
	err = m.try(func(version int) error {
		return h.svc.ReplaceFrameworkDraft(c.Request().Context(), actor, draftID(c), version, document)
	})
	if err != nil {
		return err
	}
	return h.writeDraft(c, actor, http.StatusOK, draftID(c))
}

// showDraftChanges handles GET /framework-drafts/:id/changes.
func (h *Handlers) showDraftChanges(c echo.Context, actor authz.Actor) error {
	draft, d, err := h.svc.DraftDifference(c.Request().Context(), actor, draftID(c))
	if err != nil {
		return err
	}
	return writeResource(c, http.StatusOK, itoa(draft.Version), changesOf(d))
}

// importIntoDraft handles POST /framework-drafts/:id/imports: a spreadsheet in
// place of the domains, or a framework file in place of the document. With ?dry_run=true it says only what would change.
func (h *Handlers) importIntoDraft(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	dryRun := q.bool("dry_run")
	if err := q.err(); err != nil {
		return err
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	file, err := formFile(c)
	if err != nil {
		return err
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	r, err := h.svc.FrameworkDraft(c.Request().Context(), actor, draftID(c))
	if err != nil {
		return err
	}
	if err := m.require(itoa(r.Draft.Version)); err != nil {
		return err
	}
	document, remarks, err := interchange.Into(r.Document, file.name, data)
	if err != nil {
		return err
	}
	if !dryRun {
		if err := h.svc.ReplaceFrameworkDraft(c.Request().Context(), actor, draftID(c), r.Draft.Version, document.JSON()); err != nil {
			return fresh(err)
		}
	}
	return writeJSON(c, http.StatusOK, struct {
		DryRun  bool                 `json:"dry_run"`
		Remarks []string             `json:"remarks"`
		Changes frameworkChangesJSON `json:"changes"`
	}{dryRun, listOf(each(remarks, interchange.Remark.String)), changesOf(service.CompareDrafts(r.Document, document))})
}

// createDraftComment handles POST /framework-drafts/:id/comments.
func (h *Handlers) createDraftComment(c echo.Context, actor authz.Actor) error {
	var in struct {
		Place string `json:"place"`
		Text  string `json:"text"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if _, err := h.svc.CommentOnDraft(c.Request().Context(), actor, draftID(c), service.DraftCommentInput(in)); err != nil {
		return err
	}
	return h.writeDraft(c, actor, http.StatusCreated, draftID(c))
}

// resolveDraftComment handles POST /framework-drafts/:id/comments/:comment/resolution.
func (h *Handlers) resolveDraftComment(c echo.Context, actor authz.Actor) error {
	if err := h.svc.ResolveDraftComment(c.Request().Context(), actor, draftID(c), countersign.DraftCommentID(c.Param("comment"))); err != nil {
		return err
	}
	return h.writeDraft(c, actor, http.StatusOK, draftID(c))
}

// createDraftReviewer handles POST /framework-drafts/:id/reviewers.
func (h *Handlers) createDraftReviewer(c echo.Context, actor authz.Actor) error {
	var in struct {
		Email string `json:"email"`
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	if err := h.svc.AskDraftReviewer(c.Request().Context(), actor, draftID(c), service.AskReviewerInput(in)); err != nil {
		return err
	}
	return h.writeDraft(c, actor, http.StatusCreated, draftID(c))
}

// createDraftReview handles POST /framework-drafts/:id/reviews.
func (h *Handlers) createDraftReview(c echo.Context, actor authz.Actor) error {
	var in struct {
		Decision countersign.DraftDecision `json:"decision"`
		Comment  string                    `json:"comment"`
	}
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	err = m.try(func(version int) error {
		return h.svc.ReviewFrameworkDraft(c.Request().Context(), actor, draftID(c), version, service.DraftReviewInput(in))
	})
	if err != nil {
		return err
	}
	return h.writeDraft(c, actor, http.StatusCreated, draftID(c))
}

// publishDraft handles POST /framework-drafts/:id/publication.
func (h *Handlers) publishDraft(c echo.Context, actor authz.Actor) error {
	return h.endDraft(c, actor, func(version int) error {
		_, err := h.svc.PublishFrameworkDraft(c.Request().Context(), actor, draftID(c), version)
		return err
	})
}

// discardDraft handles POST /framework-drafts/:id/discarding.
func (h *Handlers) discardDraft(c echo.Context, actor authz.Actor) error {
	return h.endDraft(c, actor, func(version int) error {
		return h.svc.DiscardFrameworkDraft(c.Request().Context(), actor, draftID(c), version)
	})
}

func (h *Handlers) endDraft(c echo.Context, actor authz.Actor, end func(version int) error) error {
	m, err := ifMatch(c)
	if err != nil {
		return err
	}
	if err := m.try(end); err != nil {
		return err
	}
	return h.writeDraft(c, actor, http.StatusOK, draftID(c))
}
