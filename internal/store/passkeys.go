package store

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"countersign/internal/countersign"
)

// Passkey is a key pair whose private half only the person's device has.
type Passkey struct {
	ID             countersign.PasskeyID
	Person         countersign.PersonID
	Name           string
	CredentialID   string // base64url
	COSEKey        string // base64
	SPKI           string // base64
	SignCount      uint32
	BackupEligible bool
	CreatedAt      time.Time
	LastUsedAt     time.Time // zero until used
}

// passkeyRow is a row of passkeys.
type passkeyRow struct {
	ID             string
	PersonID       string
	Name           string
	CredentialID   string
	COSEKey        string `gorm:"column:cose_key"`
	SPKI           string `gorm:"column:spki"`
	SignCount      int64
	BackupEligible bool
	CreatedAt      dbTime
	LastUsedAt     dbTime
}

// TableName implements GORM's Tabler.
func (passkeyRow) TableName() string { return "passkeys" }

func (r passkeyRow) toDomain() Passkey {
	return Passkey{
		ID: countersign.PasskeyID(r.ID), Person: countersign.PersonID(r.PersonID), Name: r.Name, CredentialID: r.CredentialID,
		COSEKey: r.COSEKey, SPKI: r.SPKI, SignCount: uint32(r.SignCount), BackupEligible: r.BackupEligible,
		CreatedAt: r.CreatedAt.Time, LastUsedAt: r.LastUsedAt.Time,
	}
}

const passkeyColumns = "id, person_id, name, credential_id, cose_key, spki, sign_count, backup_eligible, created_at, last_used_at" //nolint:gosec // names of columns

// AddPasskey stores a passkey. One that somebody has already is a Conflict.
func (tx *Tx) AddPasskey(p Passkey) (Passkey, error) {
	p.ID, p.CreatedAt = countersign.PasskeyID(tx.NewID()), tx.Now()
	err := tx.insert(&passkeyRow{
		ID: string(p.ID), PersonID: string(p.Person), Name: p.Name, CredentialID: p.CredentialID, COSEKey: p.COSEKey, SPKI: p.SPKI,
		SignCount: int64(p.SignCount), BackupEligible: p.BackupEligible, CreatedAt: dbTime{p.CreatedAt},
	})
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return p, countersign.Refuse(countersign.Conflict, "This passkey has been added already")
	case err != nil:
		return p, fmt.Errorf("store: add passkey: %w", err)
	}
	return p, nil
}

// Passkeys returns a person's passkeys, the one used last first.
func (tx *Tx) Passkeys(person countersign.PersonID) ([]Passkey, error) {
	rows, err := all[passkeyRow](tx, "SELECT "+passkeyColumns+` FROM passkeys WHERE person_id = ?
		ORDER BY COALESCE(last_used_at, created_at) DESC, id`, string(person))
	if err != nil {
		return nil, fmt.Errorf("store: passkeys: %w", err)
	}
	keys := make([]Passkey, len(rows))
	for i, r := range rows {
		keys[i] = r.toDomain()
	}
	return keys, nil
}

// PasskeyByCredential returns the passkey that an authenticator calls so.
func (tx *Tx) PasskeyByCredential(credential string) (Passkey, error) {
	row, err := one[passkeyRow](tx, "SELECT "+passkeyColumns+" FROM passkeys WHERE credential_id = ?", credential)
	if err != nil {
		return Passkey{}, fmt.Errorf("store: passkey: %w", err)
	}
	return row.toDomain(), nil
}

// UsePasskey notes that a passkey was used, with the count that its
// authenticator says. It reports false, and notes nothing, if that isn't
// higher than the one before, unless the authenticator doesn't count: then the
// passkey may have been copied.
func (tx *Tx) UsePasskey(id countersign.PasskeyID, count uint32) (bool, error) {
	n, err := tx.exec(`UPDATE passkeys SET sign_count = ?, last_used_at = ?
		WHERE id = ? AND (sign_count < ? OR sign_count = 0 AND ? = 0)`,
		int64(count), dbTime{tx.Now()}, string(id), int64(count), int64(count))
	if err != nil {
		return false, fmt.Errorf("store: use passkey: %w", err)
	}
	return n == 1, nil
}

// RenamePasskey names a passkey of that person.
func (tx *Tx) RenamePasskey(person countersign.PersonID, id countersign.PasskeyID, name string) error {
	return tx.onPasskey("rename", "UPDATE passkeys SET name = ? WHERE id = ? AND person_id = ?", name, string(id), string(person))
}

// RemovePasskey forgets a passkey of that person.
func (tx *Tx) RemovePasskey(person countersign.PersonID, id countersign.PasskeyID) error {
	return tx.onPasskey("remove", "DELETE FROM passkeys WHERE id = ? AND person_id = ?", string(id), string(person))
}

func (tx *Tx) onPasskey(what, sql string, args ...any) error {
	n, err := tx.exec(sql, args...)
	if err != nil {
		return fmt.Errorf("store: %s passkey: %w", what, err)
	}
	if n == 0 {
		return notFound()
	}
	return nil
}
