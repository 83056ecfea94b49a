package store

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"countersign/internal/countersign"
)

// linkRow is a row of one_time_links.
type linkRow struct {
	Hash      string
	PersonID  string
	Purpose   string
	ExpiresAt dbTime
	UsedAt    dbTime
}

// TableName implements GORM's Tabler.
func (linkRow) TableName() string { return "one_time_links" }

// errLinkSpent is the answer to a link that was never sent, has been used or
// is too old: which of them, nobody needs to know.
func errLinkSpent() error {
	return countersign.Refuse(countersign.NotFound, "This link has been used or is too old. Ask for a new one")
}

// AddLink stores the hash of a link that person may use once, for one purpose,
// before expires.
func (tx *Tx) AddLink(person countersign.PersonID, purpose, hash string, expires time.Time) error {
	err := tx.insert(&linkRow{Hash: hash, PersonID: string(person), Purpose: purpose, ExpiresAt: dbTime{expires}})
	switch {
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return notFound()
	case err != nil:
		return fmt.Errorf("store: add link: %w", err)
	}
	return nil
}

// usable is the condition that a link may be used; it takes the hash, the
// purpose and the time.
const usable = "hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?"

// PeekLink returns whose link it is without using it. One that can't be used
// is NotFound.
func (tx *Tx) PeekLink(purpose, hash string) (countersign.PersonID, error) {
	return tx.linkOwner("SELECT person_id FROM one_time_links WHERE "+usable, hash, purpose, dbTime{tx.Now()})
}

// UseLink returns whose link it is and uses it up. One that can't be used is
// NotFound; of two who use it at once, one gets it.
func (tx *Tx) UseLink(purpose, hash string) (countersign.PersonID, error) {
	now := dbTime{tx.Now()}
	return tx.linkOwner("UPDATE one_time_links SET used_at = ? WHERE "+usable+" RETURNING person_id", now, hash, purpose, now)
}

func (tx *Tx) linkOwner(sql string, args ...any) (countersign.PersonID, error) {
	owners, err := all[string](tx, sql, args...)
	if err != nil {
		return "", fmt.Errorf("store: one-time link: %w", err)
	}
	if len(owners) == 0 {
		return "", errLinkSpent()
	}
	return countersign.PersonID(owners[0]), nil
}

// Credentials returns who has that e-mail address, in any case, and the hash
// of their password; empty if none is set.
func (tx *Tx) Credentials(email string) (countersign.PersonID, string, error) {
	return tx.credentials("email = ?", lowerEmail(email))
}

// PasswordOf returns the hash of a person's password; empty if none is set.
func (tx *Tx) PasswordOf(id countersign.PersonID) (string, error) {
	_, phc, err := tx.credentials("id = ?", string(id))
	return phc, err
}

func (tx *Tx) credentials(where, arg string) (countersign.PersonID, string, error) {
	if !storable(arg) {
		return "", "", notFound()
	}
	type credentialRow struct {
		ID          string
		PasswordPHC string `gorm:"column:password_phc"`
	}
	row, err := one[credentialRow](tx, "SELECT id, password_phc FROM people WHERE "+where, arg)
	if err != nil {
		return "", "", fmt.Errorf("store: credentials: %w", err)
	}
	return countersign.PersonID(row.ID), row.PasswordPHC, nil
}

// SetPassword stores the hash of a person's new password and forgets the links
// they have not used, and sign-ins that wait for a code: whoever held one could
// get in.
func (tx *Tx) SetPassword(id countersign.PersonID, phc string) error {
	n, err := tx.update("people", map[string]any{"password_phc": phc}, "id = ? AND origin = ''", string(id))
	if err != nil {
		return fmt.Errorf("store: set password: %w", err)
	}
	if n == 0 {
		return notFound()
	}
	if _, err := tx.exec("DELETE FROM one_time_links WHERE person_id = ? AND used_at IS NULL", string(id)); err != nil {
		return fmt.Errorf("store: set password: forget links: %w", err)
	}
	if _, err := tx.exec("DELETE FROM ceremonies WHERE person_id = ?", string(id)); err != nil {
		return fmt.Errorf("store: set password: forget what is under way: %w", err)
	}
	return nil
}
