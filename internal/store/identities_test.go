package store_test

import (
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestAnIdentityIsOnePersonAndAPersonOneIdentityOfAProvider(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		asha, ben := addPerson(t, s, "Asha", "asha@example.org"), addPerson(t, s, "Ben", "ben@example.org")
		const nhsmail, cis2 = "https://nhsmail.example.org", "https://cis2.example.org"
		write(t, s, func(tx *store.Tx) error {
			for _, tc := range []struct {
				who             countersign.Person
				issuer, subject string
				want            bool
			}{
				{asha, nhsmail, "1", true},
				{asha, nhsmail, "1", false}, // again
				{asha, nhsmail, "2", false}, // as somebody else
				{ben, nhsmail, "1", false},  // as Asha
				{ben, nhsmail, "2", true},
				{asha, cis2, "1", true},
			} {
				if linked, err := tx.LinkIdentity(tc.who.ID, tc.issuer, tc.subject); linked != tc.want || err != nil {
					t.Errorf("LinkIdentity(%s, %s, %s) = %t, %v", tc.who.Name, tc.issuer, tc.subject, linked, err)
				}
			}
			if id, err := tx.Identified(nhsmail, "2"); id != ben.ID || err != nil {
				t.Errorf("Identified() = %s, %v", id, err)
			}
			for _, want := range []bool{true, false} {
				if was, err := tx.UnlinkIdentity(ben.ID, nhsmail); was != want || err != nil {
					t.Errorf("UnlinkIdentity() = %t, %v", was, err)
				}
			}
			if has, err := tx.HasIdentity(ben.ID, nhsmail); has || err != nil {
				t.Errorf("HasIdentity() = %t, %v after it was removed", has, err)
			}
			if has, err := tx.HasIdentity(asha.ID, cis2); !has || err != nil {
				t.Errorf("HasIdentity() = %t, %v", has, err)
			}
			if _, err := tx.Identified(nhsmail, "2"); countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("Identified() after it was removed: %v", err)
			}
			return nil
		})
	})
}
