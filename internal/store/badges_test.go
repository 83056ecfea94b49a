package store_test

import (
	"slices"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestABadgeIsRevokedFromTheDayAfterItsLast(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		today := countersign.LondonDate(clock.Now())
		for place, until := range []countersign.Date{{}, today, today.AddDays(-1)} {
			r.by(r.Apprentice, authz.IssueBadge, func(tx *store.Tx, p authz.Permit, _ int) error {
				return tx.AddBadge(p, countersign.Badge{
					ID: countersign.BadgeID(tx.NewID()), Apprenticeship: r.App.ID, FrameworkID: r.Framework.ID, FrameworkVersion: r.Framework.Version,
					Competencies: []string{lasting}, IssuedAt: tx.Now(), ValidUntil: until, List: 7, Place: place,
				})
			})
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.RevokedPlaces(7)
			if !slices.Equal(got, []int{2}) {
				t.Errorf("revoked are %v, want the one whose last day was yesterday", got)
			}
			return err
		})
	})
}
