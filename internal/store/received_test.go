package store_test

import (
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestReceivedPackagesNeedAPermitOfThatPractice(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		package1 := countersign.Received{Practice: w.Practice.ID, Apprenticeship: w.App.ID, SHA256: strings.Repeat("a", 64), AsAt: storetest.Start}
		permit := func(tx *store.Tx, p countersign.Person, action authz.Action, at countersign.Organisation) authz.Permit {
			t.Helper()
			subject, err := tx.PlaceSubject(at.ID)
			if err != nil {
				t.Fatal(err)
			}
			permit, err := w.Actor(t, p).Check(action, subject)
			if err != nil {
				t.Fatal(err)
			}
			return permit
		}
		keep(t, s, "b")
		write(t, s, func(tx *store.Tx) error {
			manager := permit(tx, w.Manager, authz.ReceivePackage, w.Practice)
			got, err := tx.AddReceived(manager, package1, []byte("{}"), []byte("[]"), []string{"b", "b"})
			if err != nil {
				return err
			}
			if _, err := tx.AddReceived(permit(tx, w.HubLead, authz.ReceivePackage, w.NextPractice), package1, nil, nil, nil); countersign.KindOf(err) != countersign.Internal {
				t.Errorf("with the permit of another practice: %v", err)
			}
			if _, err := tx.AddReceived(authz.Permit{}, package1, nil, nil, nil); countersign.KindOf(err) != countersign.Internal {
				t.Errorf("with the zero permit: %v", err)
			}
			if manifest, data, err := tx.ReceivedContent(permit(tx, w.GP, authz.ReadReceived, w.Practice), got.ID); err != nil || string(manifest) != "{}" || string(data) != "[]" {
				t.Errorf("ReceivedContent() = %s, %s, %v", manifest, data, err)
			}
			if _, _, err := tx.ReceivedContent(permit(tx, w.OtherGP, authz.ReadReceived, w.OtherPractice), got.ID); countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("with the permit of another practice: %v", err)
			}
			if _, _, err := tx.ReceivedContent(manager, got.ID); countersign.KindOf(err) != countersign.Internal {
				t.Errorf("with a permit to receive: %v", err)
			}
			for _, tc := range []struct {
				who  countersign.Person
				want int
			}{{w.Manager, 1}, {w.HubLead, 1}, {w.GP, 0}, {w.OtherHubLead, 0}} {
				if list, err := tx.ReceivedList(w.Actor(t, tc.who).Scope(authz.ReceivePackage)); err != nil || len(list) != tc.want {
					t.Errorf("%s lists %d packages, %v; want %d", tc.who.Name, len(list), err, tc.want)
				}
			}
			return nil
		})
	})
}

func TestAReceivedFrameworkIsRetiredUntilItIsLoaded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		w := storetest.NewWorld(t, s)
		status := func(tx *store.Tx, id string) string {
			rows, err := tx.FrameworkRows()
			for _, r := range rows {
				if r.ID == id {
					return r.Status
				}
			}
			t.Errorf("there is no %s, %v", id, err)
			return ""
		}
		write(t, s, func(tx *store.Tx) error {
			subject, err := tx.PlaceSubject(w.Practice.ID)
			if err != nil {
				return err
			}
			permit, err := w.Actor(t, w.GP).Check(authz.DecideReceived, subject)
			if err != nil {
				return err
			}
			f := countersign.Framework{ID: "elsewhere", Version: "1.0.0", Status: countersign.FrameworkPublished, Standing: countersign.CommunityDraft}
			for range 2 {
				if err := tx.AddReceivedFramework(permit, f, []byte("source")); err != nil {
					return err
				}
			}
			if got := status(tx, f.ID); got != string(countersign.FrameworkRetired) {
				t.Errorf("received it is %s", got)
			}
			if err := tx.AddReceivedFramework(permit, f, []byte("another")); countersign.KindOf(err) != countersign.Conflict {
				t.Errorf("with other words: %v", err)
			}
			if err := tx.AddFramework(f, []byte("source")); err != nil {
				return err
			}
			if err := tx.AddReceivedFramework(permit, f, []byte("source")); err != nil {
				return err
			}
			if got := status(tx, f.ID); got != string(countersign.FrameworkPublished) {
				t.Errorf("loaded it is %s", got)
			}
			return nil
		})
	})
}
