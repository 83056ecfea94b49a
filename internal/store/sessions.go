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
	ID         dbRef
	PersonID   dbRef
	Browser    string
	Method     string
	ProvedAt   dbTime
	SignedInAt dbTime
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

// AddSession stores a new session, which belongs to nobody while nobody is
// signed in.
func (s *Sessions) AddSession(ctx context.Context, tokenHash string, b countersign.BrowserSession, data []byte) error {
	return s.write(ctx, "add session", func(tx *Tx) error {
		return tx.insert(&sessionRow{
			TokenHash: tokenHash, ID: dbRef(b.ID), PersonID: dbRef(b.Person), Browser: text(b.Browser), Method: b.Method,
			ProvedAt: dbTime{b.ProvedAt}, SignedInAt: dbTime{b.SignedInAt}, Data: string(data), ExpiresAt: dbTime{b.ExpiresAt}, LastSeenAt: dbTime{b.LastSeenAt},
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

// BrowserSessions returns where a person is signed in, the one used last first.
func (tx *Tx) BrowserSessions(person countersign.PersonID) ([]countersign.BrowserSession, error) {
	rows, err := all[sessionRow](tx, `SELECT id, person_id, browser, method, proved_at, signed_in_at, expires_at, last_seen_at FROM sessions
		WHERE person_id = ? AND expires_at > ? ORDER BY last_seen_at DESC, signed_in_at DESC, id`, string(person), dbTime{tx.Now()})
	if err != nil {
		return nil, fmt.Errorf("store: browser sessions: %w", err)
	}
	out := make([]countersign.BrowserSession, len(rows))
	for i, r := range rows {
		out[i] = countersign.BrowserSession{
			ID: string(r.ID), Person: person, Browser: r.Browser, Method: r.Method, ProvedAt: r.ProvedAt.Time,
			SignedInAt: r.SignedInAt.Time, LastSeenAt: r.LastSeenAt.Time, ExpiresAt: r.ExpiresAt.Time,
		}
	}
	return out, nil
}

// EndBrowserSession ends one of a person's sessions; NotFound if it isn't
// theirs.
func (tx *Tx) EndBrowserSession(person countersign.PersonID, id string) error {
	n, err := tx.exec("DELETE FROM sessions WHERE person_id = ? AND id = ?", string(person), id)
	if err == nil && n == 0 {
		err = notFound()
	}
	if err != nil {
		return fmt.Errorf("store: end browser session: %w", err)
	}
	return nil
}

// EndBrowserSessions ends a person's sessions but the one of that name, and
// reports how many that were.
func (tx *Tx) EndBrowserSessions(person countersign.PersonID, but string) (int, error) {
	n, err := tx.exec("DELETE FROM sessions WHERE person_id = ? AND (id IS NULL OR id <> ?)", string(person), text(but))
	if err != nil {
		return 0, fmt.Errorf("store: end browser sessions: %w", err)
	}
	return n, nil
}

func (s *Sessions) write(ctx context.Context, what string, fn func(*Tx) error) error {
	if err := s.store.Write(ctx, fn); err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}
