package store

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"countersign/internal/countersign"
)

// How long an Idempotency-Key is remembered, and how long a request that
// never came to an end keeps it.
const (
	IdempotencyFor        = 24 * time.Hour
	idempotencyRunningFor = 5 * time.Minute
)

// Stored is the answer to a request that carried an Idempotency-Key.
type Stored struct {
	Fingerprint string // of the request
	Status      int
	Header      map[string]string
	Body        []byte
	Done        bool // false while the first request is running
}

// idempotencyRow is what Idempotent reads of a key.
type idempotencyRow struct {
	Fingerprint string
	Status      int
	Header      dbJSON[map[string]string]
	Body        []byte
	Done        bool
}

// Idempotent reports whether the person used the key before, and returns what
// is stored: the caller compares the fingerprints and whether it is done. If
// they didn't, the key is now taken by this request, which must end with
// SaveIdempotent or ForgetIdempotent. Keys are forgotten after IdempotencyFor.
func (tx *Tx) Idempotent(person countersign.PersonID, key, fingerprint string) (Stored, bool, error) {
	if !storable(key) {
		return Stored{}, false, countersign.InvalidField("Idempotency-Key", "The Idempotency-Key must be text")
	}
	now := tx.Now()
	n, err := tx.exec(`INSERT INTO idempotency_keys (person_id, key, fingerprint, status, header, body, done, created_at)
		VALUES (?, ?, ?, 0, '{}', ?, ?, ?)
		ON CONFLICT (person_id, key) DO UPDATE SET
			fingerprint = excluded.fingerprint, status = excluded.status, header = excluded.header,
			body = excluded.body, done = excluded.done, created_at = excluded.created_at
		WHERE idempotency_keys.created_at <= ? OR (NOT idempotency_keys.done AND idempotency_keys.created_at <= ?)`,
		string(person), key, fingerprint, []byte{}, false, dbTime{now},
		dbTime{now.Add(-IdempotencyFor)}, dbTime{now.Add(-idempotencyRunningFor)})
	switch {
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return Stored{}, false, notFound()
	case err != nil:
		return Stored{}, false, fmt.Errorf("store: idempotency key: %w", err)
	case n == 1:
		return Stored{Fingerprint: fingerprint}, false, nil
	}
	row, err := one[idempotencyRow](tx, `SELECT fingerprint, status, header, body, done
		FROM idempotency_keys WHERE person_id = ? AND key = ?`, string(person), key)
	if err != nil {
		return Stored{}, false, fmt.Errorf("store: idempotency key: %w", err)
	}
	return Stored{Fingerprint: row.Fingerprint, Status: row.Status, Header: row.Header.V, Body: row.Body, Done: row.Done}, true, nil
}

// SaveIdempotent stores the answer for the next request with the key. The
// fingerprint stays that of the first.
func (tx *Tx) SaveIdempotent(person countersign.PersonID, key string, s Stored) error {
	if s.Body == nil {
		s.Body = []byte{} // NULL is not an empty answer
	}
	n, err := tx.update("idempotency_keys", map[string]any{
		"status": s.Status, "header": dbJSON[map[string]string]{s.Header}, "body": s.Body, "done": s.Done,
	}, "person_id = ? AND key = ?", string(person), key)
	if err != nil {
		return fmt.Errorf("store: save answer: %w", err)
	}
	if n == 0 {
		return notFound()
	}
	return nil
}

// ForgetIdempotent gives a key back after a request that changed nothing, so
// that it can be used again. A key that has an answer is kept.
func (tx *Tx) ForgetIdempotent(person countersign.PersonID, key string) error {
	if !storable(key) {
		return nil
	}
	if _, err := tx.exec("DELETE FROM idempotency_keys WHERE person_id = ? AND key = ? AND NOT done", string(person), key); err != nil {
		return fmt.Errorf("store: forget idempotency key: %w", err)
	}
	return nil
}
