package store_test

import (
	"slices"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// addDraft adds a draft of the hub.
func (r *record) addDraft(t *testing.T, title string) countersign.VersionDraftID {
	t.Helper()
	var id countersign.VersionDraftID
	write(t, r.s, func(tx *store.Tx) error {
		place, err := tx.PlaceSubject(r.Hub.ID)
		if err != nil {
			return err
		}
		permit, err := r.Actor(t, r.HubLead).Check(authz.EditFrameworkDraft, place)
		if err != nil {
			return err
		}
		id, err = tx.AddVersionDraft(permit, countersign.VersionDraft{
			FrameworkID: r.Framework.ID, FrameworkVersion: "1.7.0", Title: title, ParentID: r.Framework.ID, ParentVersion: r.Framework.Version,
			Organisation: r.Hub.ID, Document: []byte("{}"),
		})
		return err
	})
	return id
}

// onDraft runs fn with a permit for a draft.
func (r *record) onDraft(t *testing.T, by countersign.Person, action authz.Action, id countersign.VersionDraftID, fn func(*store.Tx, authz.Permit) error) error {
	t.Helper()
	return r.s.Write(t.Context(), func(tx *store.Tx) error {
		sub, err := tx.DraftSubject(id)
		if err != nil {
			return err
		}
		permit, err := r.Actor(t, by).Check(action, sub)
		if err != nil {
			return err
		}
		return fn(tx, permit)
	})
}

func TestADraftNeedsAPermitOfThatDraft(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		id := r.addDraft(t, "One")
		draft := countersign.VersionDraft{Title: "Changed", Document: []byte("[]"), State: countersign.DraftOpen, FrameworkVersion: "1.7.1"}
		methods := map[string]func(*store.Tx, authz.Permit) error{
			"AddVersionDraft":    func(tx *store.Tx, p authz.Permit) error { _, err := tx.AddVersionDraft(p, draft); return err },
			"VersionDraft":       func(tx *store.Tx, p authz.Permit) error { _, err := tx.VersionDraft(p); return err },
			"ChangeVersionDraft": func(tx *store.Tx, p authz.Permit) error { return tx.ChangeVersionDraft(p, draft, 1) },
			"AddDraftReviewer":   func(tx *store.Tx, p authz.Permit) error { _, err := tx.AddDraftReviewer(p, r.Mentor.ID); return err },
			"DraftReviewers":     func(tx *store.Tx, p authz.Permit) error { _, err := tx.DraftReviewers(p); return err },
			"AddDraftReview":     func(tx *store.Tx, p authz.Permit) error { return tx.AddDraftReview(p, countersign.DraftReview{}) },
			"DraftReviews":       func(tx *store.Tx, p authz.Permit) error { _, err := tx.DraftReviews(p); return err },
			"AddDraftComment": func(tx *store.Tx, p authz.Permit) error {
				_, err := tx.AddDraftComment(p, countersign.DraftComment{})
				return err
			},
			"DraftComments":       func(tx *store.Tx, p authz.Permit) error { _, err := tx.DraftComments(p); return err },
			"ResolveDraftComment": func(tx *store.Tx, p authz.Permit) error { return tx.ResolveDraftComment(p, "") },
		}
		own := r.Permit(t, r.HubLead, authz.ChangeApprenticeship, r.App)
		for name, call := range methods {
			for what, permit := range map[string]authz.Permit{"the zero permit": {}, "an apprenticeship's permit": own} {
				if err := s.Write(t.Context(), func(tx *store.Tx) error { return call(tx, permit) }); countersign.KindOf(err) != countersign.Internal {
					t.Errorf("%s with %s: %v; want our own error", name, what, err)
				}
			}
		}
		for _, name := range []string{"AddVersionDraft", "ChangeVersionDraft", "AddDraftReviewer", "AddDraftReview", "AddDraftComment", "ResolveDraftComment"} {
			if err := r.onDraft(t, r.HubLead, authz.ReadFrameworkDraft, id, methods[name]); countersign.KindOf(err) != countersign.Internal {
				t.Errorf("%s with a permit to read: %v; want our own error", name, err)
			}
		}
		wantKind(t, "another hub", r.onDraft(t, r.OtherHubLead, authz.ReadFrameworkDraft, id, methods["VersionDraft"]), countersign.NotFound)
	})
}

func TestADraftIsChangedFromTheVersionThatWasSeen(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		id, other := r.addDraft(t, "One"), r.addDraft(t, "Two")
		change := func(version int) error {
			return r.onDraft(t, r.HubLead, authz.EditFrameworkDraft, id, func(tx *store.Tx, p authz.Permit) error {
				d, err := tx.VersionDraft(p)
				if err != nil {
					return err
				}
				d.Title, d.Document = "Changed", []byte(`{"a":1}`)
				return tx.ChangeVersionDraft(p, d, version)
			})
		}
		wantKind(t, "first", change(1), 0)
		if err := change(1); countersign.KindOf(err) != countersign.Conflict {
			t.Errorf("a stale change: %v", err)
		}
		var comment countersign.DraftCommentID
		wantKind(t, "all the rest", r.onDraft(t, r.HubLead, authz.EditFrameworkDraft, id, func(tx *store.Tx, p authz.Permit) error {
			for _, want := range []bool{true, false} { // naming twice changes nothing
				if added, err := tx.AddDraftReviewer(p, r.Mentor.ID); err != nil || added != want {
					t.Errorf("added = %t, %v", added, err)
				}
			}
			return nil
		}), 0)
		wantKind(t, "a comment", r.onDraft(t, r.Mentor, authz.CommentFrameworkDraft, id, func(tx *store.Tx, p authz.Permit) (err error) {
			comment, err = tx.AddDraftComment(p, countersign.DraftComment{Place: "GPA-CL1", Text: "Too hard", Of: 2})
			return err
		}), 0)
		wantKind(t, "a review", r.onDraft(t, r.Mentor, authz.ReviewFrameworkDraft, id, func(tx *store.Tx, p authz.Permit) error {
			return tx.AddDraftReview(p, countersign.DraftReview{Decision: countersign.AskChanges, Comment: "See there", Of: 2})
		}), 0)
		for range 2 { // resolving twice changes nothing
			wantKind(t, "resolve", r.onDraft(t, r.HubLead, authz.CommentFrameworkDraft, id, func(tx *store.Tx, p authz.Permit) error { return tx.ResolveDraftComment(p, comment) }), 0)
		}
		wantKind(t, "another draft's comment", r.onDraft(t, r.HubLead, authz.CommentFrameworkDraft, other, func(tx *store.Tx, p authz.Permit) error {
			return tx.ResolveDraftComment(p, comment)
		}), countersign.NotFound)
		read(t, s, func(tx *store.Tx) error {
			sub, err := tx.DraftSubject(id)
			if err != nil {
				return err
			}
			p, err := r.Actor(t, r.Mentor).Check(authz.ReadFrameworkDraft, sub)
			if err != nil {
				return err
			}
			d, err := tx.VersionDraft(p)
			if err != nil || d.Title != "Changed" || d.Version != 2 || string(d.Document) != `{"a":1}` || !slices.Equal(d.Editors, []countersign.PersonID{r.HubLead.ID}) ||
				d.OrganisationName != r.Hub.Name || d.MadeByName != r.HubLead.Name || d.ChangedByName != r.HubLead.Name {
				t.Errorf("draft = %+v, %v", d, err)
			}
			reviewers, err := tx.DraftReviewers(p)
			if err != nil || len(reviewers) != 1 || reviewers[0].Email != r.Mentor.Email {
				t.Errorf("reviewers = %+v, %v", reviewers, err)
			}
			reviews, err := tx.DraftReviews(p)
			if err != nil || len(reviews) != 1 || reviews[0].Name != r.Mentor.Name || reviews[0].Decision != countersign.AskChanges || reviews[0].Of != 2 {
				t.Errorf("reviews = %+v, %v", reviews, err)
			}
			comments, err := tx.DraftComments(p)
			if err != nil || len(comments) != 1 || comments[0].Text != "Too hard" || comments[0].ResolvedByName != r.HubLead.Name || comments[0].ResolvedAt.IsZero() {
				t.Errorf("comments = %+v, %v", comments, err)
			}
			for who, want := range map[countersign.PersonID]int{r.HubLead.ID: 2, r.Mentor.ID: 1, r.GP.ID: 0, r.OtherHubLead.ID: 0} {
				person, err := tx.Person(who)
				if err != nil {
					return err
				}
				list, err := tx.VersionDrafts(r.Actor(t, person).Scope(authz.ReadFrameworkDraft))
				if err != nil || len(list) != want {
					t.Errorf("%s lists %d drafts, want %d (%v)", person.Name, len(list), want, err)
				}
			}
			return nil
		})
	})
}
