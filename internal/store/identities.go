package store

import (
	"fmt"

	"countersign/internal/countersign"
)

// Identified returns who somebody is whom a provider knows by that subject;
// NotFound if nobody was linked to it.
func (tx *Tx) Identified(issuer, subject string) (countersign.PersonID, error) {
	id, err := one[string](tx, "SELECT person_id FROM identities WHERE issuer = ? AND subject = ?", issuer, subject)
	if err != nil {
		return "", fmt.Errorf("store: identified: %w", err)
	}
	return countersign.PersonID(id), nil
}

// LinkIdentity notes as whom a provider knows a person. It reports false if the
// provider knows the person as somebody else already, or that somebody is
// another person.
func (tx *Tx) LinkIdentity(person countersign.PersonID, issuer, subject string) (bool, error) {
	n, err := tx.exec("INSERT INTO identities (issuer, subject, person_id, linked_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		issuer, subject, string(person), dbTime{tx.Now()})
	if err != nil {
		return false, fmt.Errorf("store: link identity: %w", err)
	}
	return n == 1, nil
}

// HasIdentity reports whether the provider knows the person.
func (tx *Tx) HasIdentity(person countersign.PersonID, issuer string) (bool, error) {
	n, err := one[int](tx, "SELECT count(*) FROM identities WHERE person_id = ? AND issuer = ?", string(person), issuer)
	if err != nil {
		return false, fmt.Errorf("store: has identity: %w", err)
	}
	return n > 0, nil
}

// UnlinkIdentity forgets as whom the provider knows the person, and reports
// whether it knew them.
func (tx *Tx) UnlinkIdentity(person countersign.PersonID, issuer string) (bool, error) {
	n, err := tx.exec("DELETE FROM identities WHERE person_id = ? AND issuer = ?", string(person), issuer)
	if err != nil {
		return false, fmt.Errorf("store: unlink identity: %w", err)
	}
	return n > 0, nil
}
