package service

import (
	"context"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// AskReviewerInput names somebody who is asked to review a draft.
type AskReviewerInput struct {
	Email string `field:"email" label:"an email address" validate:"required,max=254,email" privacy:"-"`
}

// AskDraftReviewer asks somebody who holds a role to review a draft, and tells
// them by mail. From then on they can read it and comment.
func (s *Service) AskDraftReviewer(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, in AskReviewerInput) error {
	return s.changeDraft(ctx, actor, id, authz.EditFrameworkDraft, func(w draftWork) error {
		in.Email = strings.TrimSpace(in.Email)
		if err := s.check.Check(in); err != nil {
			return err
		}
		person, err := w.tx.PersonByEmail(in.Email)
		if err != nil && countersign.KindOf(err) != countersign.NotFound {
			return err
		}
		known := err == nil
		if known {
			_, held, err := w.tx.Holder(person.ID)
			if err != nil {
				return err
			}
			known = len(held) > 0
		}
		if !known {
			return countersign.InvalidField("email", "Nobody with this email address holds a role here")
		}
		if err := w.draft.Ask(person.ID); err != nil {
			return err
		}
		added, err := w.tx.AddDraftReviewer(w.permit, person.ID)
		if err != nil || !added {
			return err
		}
		if err := w.notify(NoticeDraftReview, person.ID); err != nil {
			return err
		}
		return w.audit("framework_draft.ask", map[string]any{"person": string(person.ID)})
	})
}

func (w draftWork) notify(kind NoticeKind, to countersign.PersonID) error {
	return w.tx.Enqueue(MailJob, Notice{Kind: kind, To: to, Draft: w.draft.ID}, time.Time{}, "")
}

// DraftReviewInput is what a named person says of a draft.
type DraftReviewInput struct {
	Decision countersign.DraftDecision `field:"decision" label:"a decision" verb:"Select" privacy:"-"`
	Comment  string                    `field:"comment" label:"the comment" validate:"max=2000" privacy:"certain"`
}

// ReviewFrameworkDraft keeps what a named person says of a draft as it is at
// that version, and tells its maker.
func (s *Service) ReviewFrameworkDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, version int, in DraftReviewInput) error {
	return s.changeDraft(ctx, actor, id, authz.ReviewFrameworkDraft, func(w draftWork) error {
		if err := s.check.Check(in); err != nil {
			return err
		}
		if !w.draft.At(version) {
			return store.ErrStale
		}
		review, err := w.draft.Review(actor.ID(), in.Decision, in.Comment)
		if err != nil {
			return err
		}
		if err := w.tx.AddDraftReview(w.permit, review); err != nil {
			return err
		}
		if err := w.notify(NoticeDraftReviewed, w.draft.MadeBy); err != nil {
			return err
		}
		return w.audit("framework_draft."+string(review.Decision), map[string]any{"version": review.Of})
	})
}

// DraftCommentInput is a remark on a draft.
type DraftCommentInput struct {
	Place string `field:"place" label:"the place" validate:"max=40" privacy:"-"` // code of a domain, competency or duty
	Text  string `field:"text" label:"a comment" validate:"max=2000" privacy:"certain"`
}

// CommentOnDraft adds a remark on a draft, or on one place in it.
func (s *Service) CommentOnDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, in DraftCommentInput) (countersign.DraftCommentID, error) {
	var added countersign.DraftCommentID
	err := s.changeDraft(ctx, actor, id, authz.CommentFrameworkDraft, func(w draftWork) (err error) {
		if err := s.check.Check(in); err != nil {
			return err
		}
		if err := w.draft.Comment(in.Text); err != nil {
			return err
		}
		if in.Place != "" && !w.has(in.Place) {
			return countersign.InvalidField("place", "Select a place that the draft has")
		}
		added, err = w.tx.AddDraftComment(w.permit, countersign.DraftComment{Place: in.Place, Text: strings.TrimSpace(in.Text), Of: w.draft.Version})
		if err != nil {
			return err
		}
		return w.audit("framework_draft.comment", map[string]any{"place": in.Place})
	})
	return added, err
}

// has reports whether a domain, a competency or a duty has the code.
func (w draftWork) has(code string) bool {
	for _, d := range w.doc.Domains {
		if d.Code == code {
			return true
		}
		for _, c := range d.Competencies {
			if c.Code == code {
				return true
			}
		}
	}
	for _, d := range w.doc.Role.Duties {
		if d.Code == code {
			return true
		}
	}
	return false
}

// ResolveDraftComment marks a remark as dealt with.
func (s *Service) ResolveDraftComment(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, comment countersign.DraftCommentID) error {
	return s.changeDraft(ctx, actor, id, authz.CommentFrameworkDraft, func(w draftWork) error {
		if _, err := w.draft.Do(countersign.EditDraft); err != nil {
			return err
		}
		if err := w.tx.ResolveDraftComment(w.permit, comment); err != nil {
			return err
		}
		return w.audit("framework_draft.resolve", map[string]any{"comment": string(comment)})
	})
}

// publishing returns the action that publishing the draft is: a framework that
// the draft's own organisation made is its own; any other is everybody's.
func (w draftWork) publishing() (authz.Action, error) {
	owner, loaded, err := w.tx.FrameworkOwner(w.draft.FrameworkID)
	if err != nil {
		return 0, err
	}
	if !loaded || owner == w.draft.Organisation {
		return authz.PublishVariant, nil
	}
	return authz.PublishFramework, nil
}

// PublishFrameworkDraft makes a draft a published version, by the checks and
// in the way in which a framework file is loaded: it never changes again.
func (s *Service) PublishFrameworkDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, version int) (countersign.Framework, error) {
	var f countersign.Framework
	err := s.changeDraft(ctx, actor, id, authz.ReadFrameworkDraft, func(w draftWork) error {
		action, err := w.publishing()
		if err != nil {
			return err
		}
		if w.permit, err = actor.Check(action, w.permit.Subject()); err != nil {
			return err
		}
		draft, err := w.draft.Do(countersign.PublishDraft)
		if err != nil {
			return err
		}
		if !draft.At(version) {
			return store.ErrStale
		}
		loaded, err := versionsOf(w.tx, draft.FrameworkID)
		if err != nil {
			return err
		}
		if err := w.doc.CheckName(draft.ParentID, draft.ParentVersion, loaded); err != nil {
			return countersign.Refuse(countersign.Conflict, countersign.MessageOf(err))
		}
		released, text, err := w.doc.Release()
		if err != nil {
			return countersign.Refuse(countersign.Conflict, "The draft has problems. Mend what its page lists, then publish it")
		}
		reviews, err := w.tx.DraftReviews(w.permit)
		if err != nil {
			return err
		}
		if err := w.draft.Reviewed(reviews); err != nil {
			return err
		}
		if err := w.tx.AddFramework(released, text); err != nil {
			return err
		}
		if err := w.tx.ChangeVersionDraft(w.permit, draft, draft.Version); err != nil {
			return err
		}
		f = released
		return w.audit("framework_draft.publish", map[string]any{"framework": f.ID, "version": f.Version, "sha256": f.SHA256})
	})
	return f, err
}

// DiscardFrameworkDraft ends a draft that isn't wanted any more. It stays
// readable.
func (s *Service) DiscardFrameworkDraft(ctx context.Context, actor authz.Actor, id countersign.VersionDraftID, version int) error {
	return s.changeDraft(ctx, actor, id, authz.EditFrameworkDraft, func(w draftWork) error {
		draft, err := w.draft.Do(countersign.DiscardDraft)
		if err != nil {
			return err
		}
		if !draft.At(version) {
			return store.ErrStale
		}
		if err := w.tx.ChangeVersionDraft(w.permit, draft, draft.Version); err != nil {
			return err
		}
		return w.audit("framework_draft.discard", nil)
	})
}
