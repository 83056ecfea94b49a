package store_test

import (
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestASessionNeedsAPermitOfThatHub(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		session := countersign.Session{Hub: r.Hub.ID, Title: "Consent", Starts: "09:30", Minutes: 60, Place: "Room 2", Framework: r.Framework.ID}
		add := func(by countersign.Person, at countersign.Organisation) error {
			return s.Write(t.Context(), func(tx *store.Tx) error {
				session.On = tx.Today()
				subject, err := tx.PlaceSubject(at.ID)
				if err != nil {
					return err
				}
				permit, err := r.Actor(t, by).Check(authz.HoldSessions, subject)
				if err != nil {
					return err
				}
				_, err = tx.AddSession(permit, session)
				return err
			})
		}
		wantKind(t, "the hub's own", add(r.HubLead, r.Hub), 0)
		wantKind(t, "another hub's permit", add(r.OtherHubLead, r.OtherHub), countersign.Internal)
		wantKind(t, "another hub's lead", add(r.OtherHubLead, r.Hub), countersign.NotFound)
		if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.AddSession(authz.Permit{}, session); return err }); countersign.KindOf(err) != countersign.Internal {
			t.Errorf("the zero permit: %v", err)
		}
		own := r.Permit(t, r.HubLead, authz.HoldSessions, r.App)
		if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.AddSession(own, session); return err }); countersign.KindOf(err) != countersign.Internal {
			t.Errorf("an apprenticeship's permit: %v", err)
		}
	})
}
