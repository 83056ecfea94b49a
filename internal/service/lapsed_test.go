package service_test

import (
	"slices"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// Whoever leaves the practice and its training hub, and holds the same role
// elsewhere, has no more right to those they were named on.
func TestANamingHoldsWhileTheRoleIsHeldWhereItCoversThePractice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, tc := range []struct {
			name  string
			to    countersign.Organisation // where the role is held from today on
			holds bool
		}{
			{"another practice of the hub", h.NextPractice, true},
			{"the hub", h.Hub, true},
			{"a practice of another hub", h.OtherPractice, false},
			{"another region", h.OtherRegion, false},
			{"above the practice", h.England, true},
		} {
			if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
				held, err := tx.Memberships(h.GP.ID)
				for _, m := range held {
					if err == nil && m.To.IsZero() {
						err = tx.EndMembership(m.Membership, h.today())
					}
				}
				if err == nil {
					_, err = tx.AddMembership(countersign.Membership{Person: h.GP.ID, Organisation: tc.to.ID, Role: countersign.GPSupervisorMember, From: h.today().AddDays(1)})
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			h.clock.Advance(24 * time.Hour)
			gp, want := h.as(t, h.GP), countersign.NotFound
			if tc.holds {
				want = 0
			}
			_, err := h.svc.Record(t.Context(), gp, h.App.ID)
			if got := countersign.KindOf(err); got != want {
				t.Errorf("%s: the record: %v; want kind %v", tc.name, err, want)
			}
			list, _, err := h.svc.Apprenticeships(t.Context(), gp, store.ApprenticeshipFilter{})
			if err != nil || (len(list) == 1) != tc.holds {
				t.Errorf("%s: the list has %d, %v", tc.name, len(list), err)
			}
			e := h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
			queue, err := h.svc.Queue(t.Context(), gp, service.QueueFilter{})
			if err != nil || (len(queue) > 0) != tc.holds {
				t.Errorf("%s: the queue has %d, %v", tc.name, len(queue), err)
			}
			_, err = h.svc.ReviewEvidence(t.Context(), gp, service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
			if got := countersign.KindOf(err); got != want {
				t.Errorf("%s: a review: %v; want kind %v", tc.name, err, want)
			}
			page, err := h.svc.Evidence(t.Context(), h.as(t, h.Apprentice), e.ID)
			if err != nil {
				t.Fatal(err)
			}
			named := e.Reviewers(page.Framework, page.Subject.Namings)
			if slices.ContainsFunc(named, func(n countersign.Naming) bool { return n.Person == h.GP.ID }) != tc.holds {
				t.Errorf("%s: a piece waits for %+v", tc.name, named)
			}
			lapsed, err := h.svc.LapsedNamings(t.Context(), h.as(t, h.HubLead), h.App.ID)
			if err != nil || (len(lapsed) == 0) != tc.holds {
				t.Errorf("%s: lapsed %v, %v", tc.name, lapsed, err)
			}
		}
	})
}
