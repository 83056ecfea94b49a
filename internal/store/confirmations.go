package store

import (
	"fmt"

	"countersign/internal/countersign"
)

// Confirmed returns those of the digests that the person said are of words
// that don't identify a patient.
func (tx *Tx) Confirmed(person countersign.PersonID, digests []string) ([]string, error) {
	known, err := all[string](tx, "SELECT digest FROM privacy_confirmations WHERE person_id = ? AND digest IN ?", string(person), digests)
	if err != nil {
		return nil, fmt.Errorf("store: confirmed: %w", err)
	}
	return known, nil
}

// Confirm remembers that the person said so.
func (tx *Tx) Confirm(person countersign.PersonID, digest string) error {
	if _, err := tx.exec("INSERT INTO privacy_confirmations (person_id, digest, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		string(person), digest, dbTime{tx.Now()}); err != nil {
		return fmt.Errorf("store: confirm: %w", err)
	}
	return nil
}
