package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/store"
)

// DraftRecord is a framework draft with everything around it.
type DraftRecord struct {
	Draft     countersign.VersionDraft
	Document  framework.File
	Problems  []framework.Problem // what keeps it from being published, by path
	Reviewers []countersign.DraftReviewer
	Reviews   []countersign.DraftReview  // the earliest first
	Comments  []countersign.DraftComment // the earliest first

	MayEdit, MayComment, MayReview, MayPublish bool
}

// draftWork is a transaction on one framework draft, after permission was
// given.
type draftWork struct {
	tx     *store.Tx
	actor  authz.Actor
	permit authz.Permit
	draft  countersign.VersionDraft
	doc    framework.File
}

func (s *Service) onDraft(tx *store.Tx, actor authz.Actor, id countersign.VersionDraftID, action authz.Action) (draftWork, error) {
	w := draftWork{tx: tx, actor: actor}
	sub, err := tx.DraftSubject(id)
	if err != nil {
		return w, err
	}
	if w.permit, err = actor.Check(action, sub); err != nil {
		return w, err
	}
	if w.draft, err = tx.VersionDraft(w.permit); err != nil {
		return w, err
	}
	w.doc, err = framework.Decode(w.draft.Document)
	return w, err
}

func (s *Service) readDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, action authz.Action, fn func(draftWork) error) error {
	return s.store.Read(ctx, func(tx *store.Tx) error {
		w, err := s.onDraft(tx, actor, id, action)
		if err != nil {
			return err
		}
		return fn(w)
	})
}

func (s *Service) changeDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, action authz.Action, fn func(draftWork) error) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		w, err := s.onDraft(tx, actor, id, action)
		if err != nil {
			return err
		}
		return fn(w)
	})
}

func (w draftWork) audit(action string, detail any) error {
	role := ""
	for _, r := range []countersign.MemberRole{countersign.HubLead, countersign.NationalLead} {
		if role == "" && w.actor.Has(r) {
			role = string(r)
		}
	}
	return w.tx.Audit(store.AuditEvent{Actor: w.actor.ID(), Role: role, Action: action, Subject: string(w.draft.ID), Detail: detail})
}

// FrameworkDrafts lists the drafts of the places that the actor leads and
// those that they are asked to review. To anybody else it is NotFound.
func (s *Service) FrameworkDrafts(ctx context.Context, actor authz.Actor) ([]countersign.VersionDraft, error) {
	var all []countersign.VersionDraft
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.VersionDrafts(actor.Scope(authz.ReadFrameworkDraft))
		return err
	})
	if err == nil && len(all) == 0 {
		err = s.PermittedAnywhere(ctx, actor, authz.EditFrameworkDraft)
	}
	return all, err
}

// DraftsToReview lists the open drafts that wait for the actor's review.
func (s *Service) DraftsToReview(ctx context.Context, actor authz.Actor) ([]countersign.VersionDraft, error) {
	var waiting []countersign.VersionDraft
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		waiting, err = tx.DraftsToReview(actor.Scope(authz.ReviewFrameworkDraft))
		return err
	})
	return waiting, err
}

// FrameworkDraft returns a draft with everything around it.
func (s *Service) FrameworkDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID) (DraftRecord, error) {
	var r DraftRecord
	err := s.readDraft(ctx, actor, id, authz.ReadFrameworkDraft, func(w draftWork) (err error) {
		r = DraftRecord{Draft: w.draft, Document: w.doc, Problems: w.doc.Problems()}
		if r.Reviewers, err = w.tx.DraftReviewers(w.permit); err != nil {
			return err
		}
		if r.Reviews, err = w.tx.DraftReviews(w.permit); err != nil {
			return err
		}
		if r.Comments, err = w.tx.DraftComments(w.permit); err != nil || w.draft.State != countersign.DraftOpen {
			return err
		}
		sub := w.permit.Subject()
		r.MayEdit, r.MayComment, r.MayReview = actor.May(authz.EditFrameworkDraft, sub), actor.May(authz.CommentFrameworkDraft, sub), actor.May(authz.ReviewFrameworkDraft, sub)
		publishing, err := w.publishing()
		r.MayPublish = actor.May(publishing, sub)
		return err
	})
	return r, err
}

// DraftDifference compares a draft with the version that it was copied from.
func (s *Service) DraftDifference(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID) (countersign.VersionDraft, framework.Difference, error) {
	var d countersign.VersionDraft
	var diff framework.Difference
	err := s.readDraft(ctx, actor, id, authz.ReadFrameworkDraft, func(w draftWork) error {
		d = w.draft
		parent, err := s.framework(w.tx, d.ParentID, d.ParentVersion)
		diff = framework.Diff(parent, w.doc.Framework())
		return err
	})
	return d, diff, err
}

// PermittedOnDraft is Permitted for a framework draft.
func (s *Service) PermittedOnDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, action authz.Action) error {
	return s.readDraft(ctx, actor, id, action, func(draftWork) error { return nil })
}

// DraftInput says what a draft is a copy of, and what it becomes.
type DraftInput struct {
	Parent  string `field:"parent" label:"the version to copy" verb:"Select" validate:"required,max=80" privacy:"-"` // id@version
	Version string `field:"version" label:"the number of the new version" validate:"filled,max=40" privacy:"-"`
	ID      string `field:"id" label:"the id" validate:"max=80" privacy:"-"`              // empty for the parent's
	Title   string `field:"title" label:"the title" validate:"max=200" privacy:"certain"` // empty for the parent's
}

// StartFrameworkDraft copies a version into a draft of the place that the
// actor leads.
func (s *Service) StartFrameworkDraft(ctx context.Context, actor authz.Actor, in DraftInput) (countersign.VersionDraftID, error) {
	if err := s.PermittedAnywhere(ctx, actor, authz.EditFrameworkDraft); err != nil {
		return "", err
	}
	if err := s.check.Check(in); err != nil {
		return "", err
	}
	var id countersign.VersionDraftID
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		parentID, parentVersion, _ := strings.Cut(in.Parent, "@")
		source, err := tx.FrameworkSource(parentID, parentVersion)
		if countersign.KindOf(err) == countersign.NotFound {
			return countersign.InvalidField("parent", "Select the version to copy")
		} else if err != nil {
			return err
		}
		doc, err := framework.Open(source)
		if err != nil {
			return err
		}
		doc, err = doc.Copy(parentID, parentVersion, "").Set("", framework.Values{
			"id": {firstOf(in.ID, parentID)}, "version": {strings.TrimSpace(in.Version)}, "title": {firstOf(in.Title, doc.Title)},
		})
		if err != nil {
			return err
		}
		loaded, err := versionsOf(tx, doc.ID)
		if err != nil {
			return err
		}
		if err := doc.CheckName(parentID, parentVersion, loaded); err != nil {
			return err
		}
		scope := actor.Scope(authz.EditFrameworkDraft)
		drafts, err := tx.VersionDrafts(scope)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(drafts, func(d countersign.VersionDraft) bool {
			return d.State == countersign.DraftOpen && d.FrameworkID == doc.ID && d.FrameworkVersion == doc.Version && d.MadeBy == actor.ID()
		}) {
			return countersign.InvalidField("version", "You have an open draft of this version already")
		}
		place := scope.Organisations[0]
		sub, err := tx.PlaceSubject(place)
		if err != nil {
			return err
		}
		permit, err := actor.Check(authz.EditFrameworkDraft, sub)
		if err != nil {
			return err
		}
		draft := countersign.VersionDraft{ParentID: parentID, ParentVersion: parentVersion, Organisation: place}
		if draft = named(draft, doc); len(draft.Document) > framework.MaxBytes {
			return errTooLarge
		}
		if draft.ID, err = tx.AddVersionDraft(permit, draft); err != nil {
			return err
		}
		id = draft.ID
		return draftWork{tx: tx, actor: actor, draft: draft}.audit("framework_draft.start", map[string]any{"framework": doc.ID, "version": doc.Version, "parent": in.Parent})
	})
	return id, err
}

// errTooLarge is the refusal of what pages couldn't show.
var errTooLarge = countersign.Refuse(countersign.Conflict, fmt.Sprintf("A draft has %d bytes at most, and this would have more. Write it as a framework file", framework.MaxBytes))

// named is the draft with a document, and what lists show of it.
func named(d countersign.VersionDraft, doc framework.File) countersign.VersionDraft {
	d.FrameworkID, d.FrameworkVersion, d.Title, d.Document = doc.ID, doc.Version, doc.Title, doc.JSON()
	return d
}

func firstOf(a, b string) string {
	if a = strings.TrimSpace(a); a != "" {
		return a
	}
	return b
}

func versionsOf(tx *store.Tx, id string) ([]string, error) {
	rows, err := tx.FrameworkRows()
	var out []string
	for _, r := range rows {
		if r.ID == id {
			out = append(out, r.Version)
		}
	}
	return out, err
}

// DraftEdit is one change of a draft's document. Part and Values are those of
// framework.File's Set; with Add, Part is the list to which a part is added.
// Remove, Up and Down take no values.
type DraftEdit struct {
	Part                  string
	Values                framework.Values
	Add, Remove, Up, Down bool
}

// EditFrameworkDraft changes one part of a draft, if the draft is still at
// that version; 0 is any. What the part may not say is refused by its key.
func (s *Service) EditFrameworkDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, version int, edit DraftEdit) error {
	err := s.rewrite(ctx, actor, id, version, func(w draftWork) (framework.File, error) {
		switch {
		case edit.Add:
			return w.doc.Add(edit.Part, edit.Values)
		case edit.Remove:
			return w.doc.Remove(edit.Part)
		case edit.Up, edit.Down:
			return w.doc.Move(edit.Part, edit.Up)
		}
		return w.doc.Set(edit.Part, edit.Values)
	})
	return inPart(err)
}

// inPart makes the fields of a refusal those of the part in which they are
// mended, as a page has them.
func inPart(err error) error {
	var e *countersign.Error
	if !errors.As(err, &e) || e.Kind != countersign.Invalid || len(e.Fields) == 0 {
		return err
	}
	out := *e
	out.Fields = nil
	for _, f := range e.Fields {
		if part, key := framework.PartOf(f.Field); part != "" {
			f.Field = key
		}
		out.Fields = append(out.Fields, f)
	}
	return &out
}

// ReplaceFrameworkDraft replaces the whole document of a draft, if the draft
// is still at that version. Its problems are listed by FrameworkDraft; refused
// is only what isn't a framework file, or not this one's.
func (s *Service) ReplaceFrameworkDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, version int, document []byte) error {
	return s.rewrite(ctx, actor, id, version, func(w draftWork) (framework.File, error) {
		doc, err := framework.Decode(document)
		if err != nil {
			return doc, err
		}
		var p countersign.Problems
		if doc.ID != w.doc.ID {
			p.Add("id", "The id of a draft does not change: "+w.doc.ID)
		}
		if doc.Status != w.doc.Status {
			p.Add("status", "The status of a draft does not change: "+string(w.doc.Status))
		}
		if doc.Standing != w.doc.Standing {
			p.Add("standing", "The standing of a draft does not change: "+string(w.doc.Standing))
		}
		return doc, p.Err()
	})
}

// rewrite replaces the document by what fn makes of it.
func (s *Service) rewrite(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, version int, fn func(draftWork) (framework.File, error)) error {
	return s.changeDraft(ctx, actor, id, authz.EditFrameworkDraft, func(w draftWork) error {
		draft, err := w.draft.Do(countersign.EditDraft)
		if err != nil {
			return err
		}
		if !draft.At(version) {
			return store.ErrStale
		}
		doc, err := fn(w)
		if err != nil {
			return err
		}
		if draft = named(draft, doc); bytes.Equal(draft.Document, w.draft.Document) {
			return nil
		}
		if err := s.check.Texts(doc); err != nil && s.check.Texts(w.doc) == nil { // else it came with the parent
			return err
		}
		if len(draft.Document) > framework.MaxBytes {
			return errTooLarge
		}
		if doc.Version != w.doc.Version {
			loaded, err := versionsOf(w.tx, doc.ID)
			if err != nil {
				return err
			}
			if err := doc.CheckName(draft.ParentID, draft.ParentVersion, loaded); err != nil {
				return err
			}
		}
		if err := w.tx.ChangeVersionDraft(w.permit, draft, draft.Version); err != nil {
			return err
		}
		return w.audit("framework_draft.edit", map[string]any{"version": draft.Version + 1})
	})
}
