package store_test

import (
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// signingKey registers a public key.
func (r *record) signingKey(verifier, replaces string) {
	r.t.Helper()
	write(r.t, r.s, func(tx *store.Tx) error {
		p, err := authz.NewJob(authz.Operator).Check(authz.KeepKeys, authz.Subject{})
		if err != nil {
			return err
		}
		return tx.AddSigningKey(p, verifier, replaces)
	})
}

func TestARetiredKeyIsKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		r.signingKey("b", "")
		clock.Advance(time.Hour)
		r.signingKey("a", "b")
		read(t, s, func(tx *store.Tx) error {
			keys, err := tx.SigningKeys()
			if err != nil || len(keys) != 2 || keys[0].Verifier != "b" || !keys[0].RetiredAt.Equal(keys[1].From) || !keys[1].RetiredAt.IsZero() {
				t.Errorf("SigningKeys() = %+v, %v", keys, err)
			}
			return nil
		})
	})
}

func TestOnlyTheOperatorGivesTheInstallationAKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddSigningKey(authz.Permit{}, "a", "") }); err == nil {
			t.Error("a key without a permit")
		}
		r.signingKey("a", "")
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			p, err := authz.NewJob(authz.Operator).Check(authz.KeepKeys, authz.Subject{})
			if err != nil {
				return err
			}
			return tx.AddSigningKey(p, "b", "")
		})
		wantKind(t, "a second first key", err, countersign.Conflict)
	})
}
