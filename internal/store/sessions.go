package store

import (
	"context"
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// Sessions keeps people signed in to the pages, over restarts and for every
// server of an installation. Get one from Store.Sessions. It is the Store of
// internal/session; each method is a transaction of its own.
type Sessions struct{ store *Store }

// Sessions returns where sessions are kept.
func (s *Store) Sessions() *Sessions { return &Sessions{s} }

// sessionRow is a row of sessions.
type sessionRow struct {
	TokenHash  string
	PersonID   dbRef
	Data       string
	ExpiresAt  dbTime
	LastSeenAt dbTime
}

// TableName implements GORM's Tabler.
func (sessionRow) TableName() string { return "sessions" }

// FindSession returns the data of a session, also of one that has run out.
func (s *Sessions) FindSession(ctx context.Context, tokenHash string) (data []byte, found bool, err error) {
	err = s.store.Read(ctx, func(tx *Tx) error {
		rows, err := all[sessionRow](tx, "SELECT data FROM sessions WHERE token_hash = ?", tokenHash)
		if len(rows) > 0 {
			data, found = []byte(rows[0].Data), true
		}
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("store: find session: %w", err)
	}
	return data, found, nil
}

// AddSession stores a new session. person is empty while nobody is signed in.
func (s *Sessions) AddSession(ctx context.Context, tokenHash string, person countersign.PersonID, data []byte, seenAt, expiresAt time.Time) error {
	return s.write(ctx, "add session", func(tx *Tx) error {
		return tx.insert(&sessionRow{
			TokenHash: tokenHash, PersonID: dbRef(person), Data: string(data),
			ExpiresAt: dbTime{expiresAt}, LastSeenAt: dbTime{seenAt},
		})
	})
}

// ChangeSession replaces the data of a session, and does nothing when it is
// gone: a request under way while everything was ended doesn't bring it back.
func (s *Sessions) ChangeSession(ctx context.Context, tokenHash string, data []byte, seenAt, expiresAt time.Time) error {
	return s.write(ctx, "change session", func(tx *Tx) error {
		_, err := tx.update("sessions", map[string]any{
			"data": string(data), "last_seen_at": dbTime{seenAt}, "expires_at": dbTime{expiresAt},
		}, "token_hash = ?", tokenHash)
		return err
	})
}

// DeleteSession forgets one session; none is not an error.
func (s *Sessions) DeleteSession(ctx context.Context, tokenHash string) error {
	return s.write(ctx, "delete session", func(tx *Tx) error {
		_, err := tx.exec("DELETE FROM sessions WHERE token_hash = ?", tokenHash)
		return err
	})
}

// EndSessions forgets every session of a person.
func (s *Sessions) EndSessions(ctx context.Context, person countersign.PersonID) error {
	return s.write(ctx, "end sessions", func(tx *Tx) error {
		_, err := tx.exec("DELETE FROM sessions WHERE person_id = ?", string(person))
		return err
	})
}

func (s *Sessions) write(ctx context.Context, what string, fn func(*Tx) error) error {
	if err := s.store.Write(ctx, fn); err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}
