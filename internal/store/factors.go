package store

import (
	"encoding/json"
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// AuthenticatorApp is the app that shows a person's codes.
type AuthenticatorApp struct {
	Secret      string // sealed
	ConfirmedAt time.Time
}

type authenticatorRow struct {
	PersonID    string
	Secret      string
	CreatedAt   dbTime
	ConfirmedAt dbTime
	LastStep    int64
}

// TableName implements GORM's Tabler.
func (authenticatorRow) TableName() string { return "authenticator_apps" }

// AuthenticatorApp returns a person's app; NotFound if they have set up none.
func (tx *Tx) AuthenticatorApp(person countersign.PersonID) (AuthenticatorApp, error) {
	row, err := one[authenticatorRow](tx, "SELECT secret, confirmed_at FROM authenticator_apps WHERE person_id = ?", string(person))
	if err != nil {
		return AuthenticatorApp{}, fmt.Errorf("store: authenticator app: %w", err)
	}
	return AuthenticatorApp{Secret: row.Secret, ConfirmedAt: row.ConfirmedAt.Time}, nil
}

// BeginAuthenticatorApp stores the secret of an app that is being set up, in
// the place of one that was not confirmed.
func (tx *Tx) BeginAuthenticatorApp(person countersign.PersonID, secret string) error {
	if _, err := tx.exec("DELETE FROM authenticator_apps WHERE person_id = ? AND confirmed_at IS NULL", string(person)); err != nil {
		return fmt.Errorf("store: begin authenticator app: %w", err)
	}
	if err := tx.insert(&authenticatorRow{PersonID: string(person), Secret: secret, CreatedAt: dbTime{tx.Now()}}); err != nil {
		return fmt.Errorf("store: begin authenticator app: %w", err)
	}
	return nil
}

// ConfirmAuthenticatorApp turns the app on.
func (tx *Tx) ConfirmAuthenticatorApp(person countersign.PersonID) error {
	if _, err := tx.exec("UPDATE authenticator_apps SET confirmed_at = ? WHERE person_id = ?", dbTime{tx.Now()}, string(person)); err != nil {
		return fmt.Errorf("store: confirm authenticator app: %w", err)
	}
	return nil
}

// UseCode notes that the code of a time step was used. It reports false if
// that one, or a later one, was used before: of two who send it at once, one
// gets in.
func (tx *Tx) UseCode(person countersign.PersonID, step int64) (bool, error) {
	n, err := tx.exec("UPDATE authenticator_apps SET last_step = ? WHERE person_id = ? AND last_step < ?", step, string(person), step)
	if err != nil {
		return false, fmt.Errorf("store: use code: %w", err)
	}
	return n == 1, nil
}

// RemoveAuthenticatorApp forgets a person's app and recovery codes, and
// reports whether there was an app.
func (tx *Tx) RemoveAuthenticatorApp(person countersign.PersonID) (bool, error) {
	n, err := tx.exec("DELETE FROM authenticator_apps WHERE person_id = ?", string(person))
	if err == nil {
		_, err = tx.exec("DELETE FROM recovery_codes WHERE person_id = ?", string(person))
	}
	if err != nil {
		return false, fmt.Errorf("store: remove authenticator app: %w", err)
	}
	return n > 0, nil
}

// SetRecoveryCodes stores the hashes of a person's codes in the place of those
// before.
func (tx *Tx) SetRecoveryCodes(person countersign.PersonID, hashes []string) error {
	_, err := tx.exec("DELETE FROM recovery_codes WHERE person_id = ?", string(person))
	for _, h := range hashes {
		if err == nil {
			_, err = tx.exec("INSERT INTO recovery_codes (hash, person_id) VALUES (?, ?)", h, string(person))
		}
	}
	if err != nil {
		return fmt.Errorf("store: set recovery codes: %w", err)
	}
	return nil
}

// UseRecoveryCode uses a code up; false if it isn't one of the person's that
// is left.
func (tx *Tx) UseRecoveryCode(person countersign.PersonID, hash string) (bool, error) {
	n, err := tx.exec("UPDATE recovery_codes SET used_at = ? WHERE hash = ? AND person_id = ? AND used_at IS NULL", dbTime{tx.Now()}, hash, string(person))
	if err != nil {
		return false, fmt.Errorf("store: use recovery code: %w", err)
	}
	return n == 1, nil
}

// RecoveryCodesLeft counts those that can still be used.
func (tx *Tx) RecoveryCodesLeft(person countersign.PersonID) (int, error) {
	n, err := one[int](tx, "SELECT count(*) FROM recovery_codes WHERE person_id = ? AND used_at IS NULL", string(person))
	if err != nil {
		return 0, fmt.Errorf("store: recovery codes left: %w", err)
	}
	return n, nil
}

// Ceremony is something that is under way with a browser, see the migration.
type Ceremony struct {
	Person  countersign.PersonID // empty while nobody is known
	Purpose string
	Data    json.RawMessage
	Expires time.Time
}

type ceremonyRow struct {
	Hash      string
	PersonID  dbRef
	Purpose   string
	Data      string
	ExpiresAt dbTime
}

// TableName implements GORM's Tabler.
func (ceremonyRow) TableName() string { return "ceremonies" }

// AddCeremony keeps it under the hash of its token.
func (tx *Tx) AddCeremony(hash string, c Ceremony) error {
	err := tx.insert(&ceremonyRow{Hash: hash, PersonID: dbRef(c.Person), Purpose: c.Purpose, Data: string(c.Data), ExpiresAt: dbTime{c.Expires}})
	if err != nil {
		return fmt.Errorf("store: add ceremony: %w", err)
	}
	return nil
}

// Ceremony returns it without using it up. One that has run out, or is for
// something else, is NotFound.
func (tx *Tx) Ceremony(hash, purpose string) (Ceremony, error) {
	return tx.ceremony("SELECT person_id, purpose, data, expires_at FROM ceremonies WHERE hash = ? AND purpose = ? AND expires_at > ?", hash, purpose)
}

// TakeCeremony is Ceremony, once: of two who ask for it, one gets it.
func (tx *Tx) TakeCeremony(hash, purpose string) (Ceremony, error) {
	return tx.ceremony("DELETE FROM ceremonies WHERE hash = ? AND purpose = ? AND expires_at > ? RETURNING person_id, purpose, data, expires_at", hash, purpose)
}

func (tx *Tx) ceremony(sql, hash, purpose string) (Ceremony, error) {
	row, err := one[ceremonyRow](tx, sql, hash, purpose, dbTime{tx.Now()})
	if err != nil {
		return Ceremony{}, fmt.Errorf("store: ceremony: %w", err)
	}
	return Ceremony{Person: countersign.PersonID(row.PersonID), Purpose: row.Purpose, Data: json.RawMessage(row.Data), Expires: row.ExpiresAt.Time}, nil
}

// Grant is a fresh proof of somebody who uses the API.
type Grant struct {
	Person   countersign.PersonID
	Method   string
	ProvedAt time.Time
	Expires  time.Time
}

type grantRow struct {
	Hash      string
	PersonID  string
	Method    string
	ProvedAt  dbTime
	ExpiresAt dbTime
}

// TableName implements GORM's Tabler.
func (grantRow) TableName() string { return "signing_grants" }

// AddGrant keeps a grant under the hash of its token.
func (tx *Tx) AddGrant(hash string, g Grant) error {
	err := tx.insert(&grantRow{Hash: hash, PersonID: string(g.Person), Method: g.Method, ProvedAt: dbTime{g.ProvedAt}, ExpiresAt: dbTime{g.Expires}})
	if err != nil {
		return fmt.Errorf("store: add grant: %w", err)
	}
	return nil
}

// Grant returns a person's grant. An unknown one, one that has run out and
// somebody else's are NotFound alike.
func (tx *Tx) Grant(person countersign.PersonID, hash string) (Grant, error) {
	row, err := one[grantRow](tx, "SELECT method, proved_at, expires_at FROM signing_grants WHERE hash = ? AND person_id = ? AND expires_at > ?",
		hash, string(person), dbTime{tx.Now()})
	if err != nil {
		return Grant{}, fmt.Errorf("store: grant: %w", err)
	}
	return Grant{Person: person, Method: row.Method, ProvedAt: row.ProvedAt.Time, Expires: row.ExpiresAt.Time}, nil
}

// KnowsDevice reports whether that person has signed in before in the browser
// with that cookie.
func (tx *Tx) KnowsDevice(person countersign.PersonID, hash string) (bool, error) {
	known, err := one[bool](tx, "SELECT EXISTS (SELECT 1 FROM devices WHERE hash = ? AND person_id = ?)", hash, string(person))
	if err != nil {
		return false, fmt.Errorf("store: device: %w", err)
	}
	return known, nil
}

// SeeDevice notes a sign-in in a browser, and reports how many the person had
// used before this one if it is new; -1 if it isn't.
func (tx *Tx) SeeDevice(person countersign.PersonID, hash string) (int, error) {
	known, err := tx.KnowsDevice(person, hash)
	before := -1
	if err == nil && !known {
		before, err = one[int](tx, "SELECT count(*) FROM devices WHERE person_id = ?", string(person))
	}
	if err == nil {
		_, err = tx.exec(`INSERT INTO devices (hash, person_id, last_seen_at) VALUES (?, ?, ?)
			ON CONFLICT (hash, person_id) DO UPDATE SET last_seen_at = excluded.last_seen_at`, hash, string(person), dbTime{tx.Now()})
	}
	if err != nil {
		return 0, fmt.Errorf("store: see device: %w", err)
	}
	return before, nil
}
