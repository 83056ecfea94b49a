package store_test

import (
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestAReportOfAMeasureNeedsAPermitOfThatPractice(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		var added countersign.Impact
		with := func(by countersign.Person, at countersign.Organisation, action authz.Action, fn func(*store.Tx, authz.Permit) error) error {
			return s.Write(t.Context(), func(tx *store.Tx) error {
				subject, err := tx.PlaceSubject(at.ID)
				if err != nil {
					return err
				}
				permit, err := r.Actor(t, by).Check(action, subject)
				if err != nil {
					return err
				}
				return fn(tx, permit)
			})
		}
		add := func(tx *store.Tx, p authz.Permit) (err error) {
			day := tx.Today()
			i, err := tx.AddImpact(p, countersign.Impact{
				Practice: r.Practice.ID, Measure: "INCIDENTS", BaselineFrom: day, BaselineTo: day, From: day, To: day, Method: "estimate", Sample: 1,
				State: countersign.ImpactEntered, EnteredBy: r.Manager.ID, EnteredAt: tx.Now(),
			})
			if err == nil {
				added = i
			}
			return err
		}
		wantKind(t, "the hub's permit", with(r.HubLead, r.Hub, authz.CheckImpact, add), countersign.Internal)
		wantKind(t, "the practice's own", with(r.Manager, r.Practice, authz.EnterImpact, add), 0)
		wantKind(t, "the same period", with(r.Manager, r.Practice, authz.EnterImpact, add), countersign.Conflict)
		change := func(tx *store.Tx, p authz.Permit) error {
			_, err := tx.ChangeImpact(p, added, added.Version)
			return err
		}
		read := func(tx *store.Tx, p authz.Permit) error {
			_, err := tx.Impact(p, added.ID)
			return err
		}
		wantKind(t, "a change with another place's permit", with(r.OtherHubLead, r.OtherHub, authz.CheckImpact, change), countersign.Conflict)
		wantKind(t, "a change with a permit to read", with(r.HubLead, r.Practice, authz.ReadReport, change), countersign.Internal)
		wantKind(t, "read with another place's permit", with(r.OtherHubLead, r.OtherHub, authz.ReadReport, read), countersign.NotFound)
		wantKind(t, "read with the practice's", with(r.HubLead, r.Practice, authz.ReadReport, read), 0)
		wantKind(t, "changed with the practice's", with(r.HubLead, r.Practice, authz.CheckImpact, change), 0)
		wantKind(t, "changed again from the old version", with(r.HubLead, r.Practice, authz.CheckImpact, change), countersign.Conflict)
		wantKind(t, "the zero permit", s.Write(t.Context(), func(tx *store.Tx) error { return add(tx, authz.Permit{}) }), countersign.Internal)
	})
}
