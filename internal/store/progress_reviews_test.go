package store_test

import (
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// prepareReview adds the first progress review of App.
func (r *record) prepareReview() countersign.ProgressReview {
	r.t.Helper()
	var added countersign.ProgressReview
	r.by(r.GP, authz.PrepareReview, func(tx *store.Tx, p authz.Permit, _ int) error {
		if err := tx.AddProgressReview(p, countersign.ProgressReview{
			Number: 1, State: countersign.ReviewPrepared, FrameworkID: r.App.FrameworkID, FrameworkVersion: r.App.FrameworkVersion, Since: r.App.StartOn,
			HeldOn: tx.Today(), PreparedBy: r.GP.ID, PreparedByName: r.GP.Name, PreparedAt: tx.Now(), Notes: map[countersign.ReviewParty]string{countersign.EmployerParty: "Secret"},
			Actions: []countersign.ReviewAction{{Text: "Read", Owner: countersign.ApprenticeParty, DueOn: tx.Today(), From: 1}},
		}); err != nil {
			return err
		}
		all, err := tx.ProgressReviews(p)
		added = all[0]
		return err
	})
	return added
}

func TestAReviewIsFixedByItsFirstSignatureAndLockedByTheLast(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		review := r.prepareReview()
		if review.Actions[0].DueOn.IsZero() || review.Version != 1 || review.Notes[countersign.EmployerParty] == "" {
			t.Fatalf("read back: %+v", review)
		}
		try := func(sql string) error {
			return s.Write(t.Context(), func(tx *store.Tx) error { return tx.ExecForTest(sql) })
		}
		refused := func(sql string) {
			t.Helper()
			if err := try(sql); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v; want append-only", sql, err)
			}
		}
		allowed := func(sql string) {
			t.Helper()
			if err := try(sql); err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		}
		sign := func(p countersign.Person, role countersign.NamingRole, state countersign.ProgressReviewState) {
			t.Helper()
			r.by(p, authz.TakePartInReview, func(tx *store.Tx, permit authz.Permit, _ int) error {
				if review.State = state; state == countersign.ReviewLocked {
					review.LockedAt = tx.Now()
				}
				err := tx.SignProgressReview(permit, review, countersign.ReviewSignature{Party: countersign.PartyOf(role), Role: role, SHA256: strings.Repeat("a", 64), At: tx.Now()})
				review.Version++
				return err
			})
		}
		allowed("UPDATE progress_reviews SET notes = notes")
		refused("DELETE FROM progress_reviews")
		sign(r.GP, countersign.GPSupervisor, countersign.ReviewSigning)
		for _, set := range []string{"notes = '{}'", "facts = '{}'", "held_on = since_on", "state = 'prepared'", "actions = '[]'"} {
			refused("UPDATE progress_reviews SET " + set)
		}
		sign(r.HubLead, countersign.LeadOfHub, countersign.ReviewSigning)
		sign(r.Apprentice, countersign.TheApprentice, countersign.ReviewLocked)
		for _, set := range []string{"version = version + 1", "notes = '{}'", "state = 'signing', locked_at = NULL", "erased_at = locked_at, facts = ''", "erased_at = locked_at, notes = 'x'"} {
			refused("UPDATE progress_reviews SET " + set)
		}
		refused("UPDATE progress_review_signatures SET remark = 'x'")
		refused("DELETE FROM progress_review_signatures")
		allowed("UPDATE progress_reviews SET erased_at = locked_at, notes = '', actions = '', prepared_by_name = ''")
		allowed("UPDATE progress_review_signatures SET erased_at = at, person_name = '', remark = ''")
	})
}
