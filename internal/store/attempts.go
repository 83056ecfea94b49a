package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Attempt counts a try of what can be guessed, such as a password for an
// account, and returns how many there were in the window that this one falls
// in. A window begins with its first try and lasts that long, so nobody has to
// wait longer than a window. Tries at the same time are all counted.
//
// The count must outlive what the try leads to: a refusal in the same Write
// would take it back.
func (tx *Tx) Attempt(key string, window time.Duration) (int, error) {
	now := tx.Now()
	over := dbTime{now.Add(-window)} // windows that began by then are over
	n, err := one[int](tx, `INSERT INTO attempts (key, window_start, count) VALUES (?, ?, 1)
		ON CONFLICT (key) DO UPDATE SET
			count = CASE WHEN attempts.window_start <= ? THEN 1 ELSE attempts.count + 1 END,
			window_start = CASE WHEN attempts.window_start <= ? THEN excluded.window_start ELSE attempts.window_start END
		RETURNING count`, attemptKey(key), dbTime{now}, over, over)
	if err != nil {
		return 0, fmt.Errorf("store: attempt: %w", err)
	}
	return n, nil
}

// ForgetAttempts begins afresh, as after the right password.
func (tx *Tx) ForgetAttempts(key string) error {
	if _, err := tx.exec("DELETE FROM attempts WHERE key = ?", attemptKey(key)); err != nil {
		return fmt.Errorf("store: forget attempts: %w", err)
	}
	return nil
}

// attemptKey returns a key as it is kept: hashed, as it holds whatever was
// typed for an e-mail address and the network address of whoever typed it.
func attemptKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
