package store

import (
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// Token is a person's key to the API, without what opens it.
type Token struct {
	ID         countersign.TokenID
	Person     countersign.PersonID
	Name       string
	CreatedAt  time.Time
	ExpiresOn  countersign.Date // its last day
	LastUsedAt time.Time        // zero until used; written at most once a minute
	RevokedAt  time.Time        // zero until revoked
}

// tokenRow is a row of api_tokens.
type tokenRow struct {
	ID         string
	PersonID   string
	Name       string
	Hash       string
	CreatedAt  dbTime
	ExpiresOn  dbDate
	LastUsedAt dbTime
	RevokedAt  dbTime
}

// TableName implements GORM's Tabler.
func (tokenRow) TableName() string { return "api_tokens" }

func (r tokenRow) toDomain() Token {
	return Token{
		ID: countersign.TokenID(r.ID), Person: countersign.PersonID(r.PersonID), Name: r.Name, CreatedAt: r.CreatedAt.Time,
		ExpiresOn: r.ExpiresOn.Date, LastUsedAt: r.LastUsedAt.Time, RevokedAt: r.RevokedAt.Time,
	}
}

// touchTokenEvery is how often the last use of a token is written.
const touchTokenEvery = time.Minute

// AddToken stores a token by its hash. It is good to the end of t.ExpiresOn.
func (tx *Tx) AddToken(t Token, hash string) (Token, error) {
	if t.ID == "" {
		t.ID = countersign.TokenID(tx.NewID())
	}
	t.CreatedAt, t.LastUsedAt, t.RevokedAt = tx.Now(), time.Time{}, time.Time{}
	err := tx.insert(&tokenRow{
		ID: string(t.ID), PersonID: string(t.Person), Name: t.Name, Hash: hash,
		CreatedAt: dbTime{t.CreatedAt}, ExpiresOn: dbDate{t.ExpiresOn},
	})
	if err != nil {
		return t, fmt.Errorf("store: add token: %w", err)
	}
	return t, nil
}

// Tokens returns a person's tokens, those that have ended too, oldest first.
func (tx *Tx) Tokens(person countersign.PersonID) ([]Token, error) {
	rows, err := all[tokenRow](tx, `SELECT id, person_id, name, created_at, expires_on, last_used_at, revoked_at
		FROM api_tokens WHERE person_id = ? ORDER BY created_at, id`, string(person))
	if err != nil {
		return nil, fmt.Errorf("store: tokens: %w", err)
	}
	tokens := make([]Token, len(rows))
	for i, r := range rows {
		tokens[i] = r.toDomain()
	}
	return tokens, nil
}

// RevokeToken ends a token of that person at once. Revoking it again changes
// nothing; another's token is NotFound.
func (tx *Tx) RevokeToken(person countersign.PersonID, id countersign.TokenID) error {
	if !countersign.ValidID(string(id)) {
		return notFound()
	}
	n, err := tx.exec("UPDATE api_tokens SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ? AND person_id = ?",
		dbTime{tx.Now()}, string(id), string(person))
	if err != nil {
		return fmt.Errorf("store: revoke token: %w", err)
	}
	if n == 0 {
		return notFound()
	}
	return nil
}

// RevokeTokens ends every token of a person at once.
func (tx *Tx) RevokeTokens(person countersign.PersonID) error {
	if _, err := tx.exec("UPDATE api_tokens SET revoked_at = ? WHERE person_id = ? AND revoked_at IS NULL", dbTime{tx.Now()}, string(person)); err != nil {
		return fmt.Errorf("store: revoke tokens: %w", err)
	}
	return nil
}

// TokenUnused reports whether the last use of a token should be written again,
// so that most requests need no Write to do so.
func (tx *Tx) TokenUnused(hash string) (bool, error) {
	unused, err := one[bool](tx, "SELECT EXISTS (SELECT 1 FROM api_tokens WHERE hash = ? AND "+untouched+")",
		hash, dbTime{tx.Now().Add(-touchTokenEvery)})
	if err != nil {
		return false, fmt.Errorf("store: token unused: %w", err)
	}
	return unused, nil
}

// TouchToken writes that a token is being used, at most once a minute.
// HolderByToken doesn't: it also runs in a Read.
func (tx *Tx) TouchToken(hash string) error {
	now := tx.Now()
	_, err := tx.exec("UPDATE api_tokens SET last_used_at = ? WHERE hash = ? AND "+untouched,
		dbTime{now}, hash, dbTime{now.Add(-touchTokenEvery)})
	if err != nil {
		return fmt.Errorf("store: touch token: %w", err)
	}
	return nil
}

// untouched is the condition that a token's last use was written before a
// time, or never.
const untouched = "(last_used_at IS NULL OR last_used_at <= ?)"
