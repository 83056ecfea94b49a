package store_test

import (
	"errors"
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
		var added countersign.Session
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
				one, err := tx.AddSession(permit, session)
				if err == nil {
					added = one
				}
				return err
			})
		}
		wantKind(t, "the hub's own", add(r.HubLead, r.Hub), 0)
		wantKind(t, "another hub's permit", add(r.OtherHubLead, r.OtherHub), countersign.Internal)
		wantKind(t, "another hub's lead", add(r.OtherHubLead, r.Hub), countersign.NotFound)
		if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.AddSession(authz.Permit{}, session); return err }); countersign.KindOf(err) != countersign.Internal {
			t.Errorf("the zero permit: %v", err)
		}
		change := func(by countersign.Person, at countersign.Organisation, old, to countersign.Session) error {
			return s.Write(t.Context(), func(tx *store.Tx) error {
				subject, err := tx.PlaceSubject(at.ID)
				if err != nil {
					return err
				}
				permit, err := r.Actor(t, by).Check(authz.HoldSessions, subject)
				if err != nil {
					return err
				}
				return tx.ChangeSession(permit, old, to)
			})
		}
		to := added
		to.Title, to.On = "Consent and capacity", to.On.AddDays(1)
		wantKind(t, "a change with another hub's permit", change(r.OtherHubLead, r.OtherHub, added, to), countersign.Internal)
		wantKind(t, "a change", change(r.HubLead, r.Hub, added, to), 0)
		if err := change(r.HubLead, r.Hub, added, to); !errors.Is(err, store.ErrStale) {
			t.Errorf("a change of what was: %v", err)
		}
		seen := to
		seen.Attended = 1
		if err := change(r.HubLead, r.Hub, seen, added); !errors.Is(err, store.ErrStale) {
			t.Errorf("a change when others were there: %v", err)
		}
		own := r.Permit(t, r.HubLead, authz.HoldSessions, r.App)
		if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.AddSession(own, session); return err }); countersign.KindOf(err) != countersign.Internal {
			t.Errorf("an apprenticeship's permit: %v", err)
		}
	})
}
