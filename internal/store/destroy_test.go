package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// file puts a file to a piece that its author may change.
func (r *record) file(e countersign.Evidence, digit string) countersign.Attachment {
	r.t.Helper()
	var a countersign.Attachment
	keep(r.t, r.s, strings.Repeat(digit, 64))
	r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
		a, err = tx.AddAttachment(p, countersign.Attachment{Evidence: e.ID, Name: "Mrs Patterson.txt", MediaType: "text/plain", SHA256: strings.Repeat(digit, 64)})
		return err
	})
	return a
}

// keep keeps keys of content.
func keep(t testing.TB, s *store.Store, hashes ...string) {
	t.Helper()
	for _, sum := range hashes {
		if _, err := s.FileKeys().KeepKey(t.Context(), sum, "object "+sum, []byte("secret"), 1, false); err != nil {
			t.Fatal(err)
		}
	}
}

// What was submitted of a piece up to a revision can be destroyed: its text,
// its files, what reviewers wrote, its title in decisions. What remains is who
// submitted what, when, with which hash; later revisions stay as they are.
func TestDestroyedRevisionsLeaveTheirTrace(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		other := r.accepted("Another piece", lasting)
		draft := r.draft("Mrs Patterson", lasting)
		r.file(draft, "a")
		read(t, s, func(tx *store.Tx) error {
			p := r.Permit(t, r.Apprentice, authz.WriteEvidence, r.App)
			e, err := tx.Evidence(p, draft.ID)
			draft = e
			return err
		})
		first := r.review(r.submit(draft), r.Mentor, countersign.SecondaryMentor, countersign.ReturnEvidence)
		so := r.decide(lasting, countersign.Competent, other, first)
		var taken []string
		r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) error {
			if err := tx.DeleteAttachment(p, first.Attachments[0].ID); err != nil {
				return err
			}
			e, err := tx.Evidence(p, first.ID)
			if err != nil {
				return err
			}
			e.Title, e.Narrative = "A patient", "What I did"
			first, err = tx.ChangeEvidence(p, e, e.Version)
			return err
		})
		r.submit(first)
		r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
			taken, err = tx.DestroyRevisions(p, first.ID, 1)
			return err
		})
		if want := []string{strings.Repeat("a", 64)}; !slices.Equal(taken, want) {
			t.Errorf("content without a reference: %v, want %v", taken, want)
		}
		read(t, s, func(tx *store.Tx) error {
			p := r.Permit(t, r.GP, authz.ReadPortfolio, r.App)
			revisions, err := tx.Revisions(p, first.ID)
			if err != nil || len(revisions) != 2 {
				t.Fatalf("Revisions() = %+v, %v", revisions, err)
			}
			gone, kept := revisions[0], revisions[1]
			if gone.Content.Title != "" || gone.Content.Narrative != "" || len(gone.Attachments) != 0 || gone.Hash == "" || gone.DestroyedAt.IsZero() || gone.SubmittedBy != r.Apprentice.ID {
				t.Errorf("the first revision = %+v", gone)
			}
			if kept.Content.Title != "A patient" || !kept.DestroyedAt.IsZero() {
				t.Errorf("the second revision = %+v", kept)
			}
			reviews, err := tx.Reviews(p, first.ID)
			if err != nil || reviews[first.ID][0].Comment != "" || reviews[first.ID][0].Decision != countersign.ReturnEvidence {
				t.Errorf("Reviews() = %+v, %v", reviews, err)
			}
			all, err := tx.SignOffs(p)
			if err != nil || len(all) != 1 || all[0].Comment != so.Comment {
				t.Fatalf("SignOffs() = %+v, %v", all, err)
			}
			for i, e := range all[0].Evidence {
				if e.Hash != fmt.Sprintf("%064x", 1) || (e.Title == "") != (e.Evidence == first.ID) {
					t.Errorf("the decision relies on %+v, and relied on %+v", e, so.Evidence[i])
				}
			}
			return nil
		})
	})
}

// A piece whose text is destroyed keeps its kind, its dates and its state.
func TestDestroyedTextLeavesNothingOfIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		draft := r.draft("Mrs Patterson", lasting)
		r.file(draft, "b")
		e := r.review(r.submit(draft), r.Mentor, countersign.SecondaryMentor, countersign.AcceptEvidence)
		r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) error {
			taken, err := tx.DestroyText(p, e.ID)
			if want := []string{strings.Repeat("b", 64)}; !slices.Equal(taken, want) {
				t.Errorf("content without a reference: %v, want %v", taken, want)
			}
			return err
		})
		read(t, s, func(tx *store.Tx) error {
			p := r.Permit(t, r.Apprentice, authz.ReadEvidence, r.App)
			now, err := tx.Evidence(p, e.ID)
			if err != nil || now.Title != "" || now.Narrative != "" || len(now.Attachments) != 0 || now.State != countersign.Accepted || now.Kind != e.Kind || !now.Maps(lasting) {
				t.Errorf("Evidence() = %+v, %v", now, err)
			}
			return nil
		})
	})
}
