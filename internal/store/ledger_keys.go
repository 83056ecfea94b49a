package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// ledgerKeyRow is a row of ledger_keys.
type ledgerKeyRow struct {
	Verifier string
	Replaces string
	FromAt   dbTime
}

// TableName implements GORM's Tabler.
func (ledgerKeyRow) TableName() string { return "ledger_keys" }

// SigningKeys returns the public keys of this installation, which everybody may
// know, in the order in which each replaced the one before. The last one signs.
func (tx *Tx) SigningKeys() ([]countersign.SigningKey, error) {
	rows, err := all[ledgerKeyRow](tx, "SELECT verifier, replaces, from_at FROM ledger_keys")
	if err != nil {
		return nil, fmt.Errorf("store: signing keys: %w", err)
	}
	after := map[string]ledgerKeyRow{}
	for _, r := range rows {
		after[r.Replaces] = r
	}
	var keys []countersign.SigningKey
	for r, ok := after[""]; ok; r, ok = after[r.Verifier] {
		if n := len(keys); n > 0 {
			keys[n-1].RetiredAt = r.FromAt.Time
		}
		keys = append(keys, countersign.SigningKey{Verifier: r.Verifier, From: r.FromAt.Time})
	}
	return keys, nil
}

// AddSigningKey makes a public key the one that signs from now on, in the place
// of the one given, which is empty for the first. Of several that replace the
// same one, all but the first are a Conflict.
func (tx *Tx) AddSigningKey(p authz.Permit, verifier, replaces string) error {
	if !p.Allows(authz.KeepKeys) {
		return fmt.Errorf("store: add signing key: %w", errPermit)
	}
	if err := tx.insert(&ledgerKeyRow{Verifier: verifier, Replaces: replaces, FromAt: dbTime{tx.Now()}}); err != nil {
		return fmt.Errorf("store: add signing key: %w", err)
	}
	return nil
}
