package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// Store keeps sessions. Tokens arrive hashed, so that reading the store lets
// nobody in. Expiry is judged by the Manager: a store returns what it has, and
// a job may delete rows a day after expiresAt (until then they tell whose
// typed text may be handed back, see Manager.ExpiredPerson).
type Store interface {
	// FindSession returns the data of a session; found is false if there is none.
	FindSession(ctx context.Context, tokenHash string) (data []byte, found bool, err error)

	// AddSession stores a new session, which belongs to nobody while nobody is
	// signed in.
	AddSession(ctx context.Context, tokenHash string, s countersign.BrowserSession, data []byte) error

	// ChangeSession replaces the data of a session, and must do nothing when
	// the row is gone: a request under way while everything was ended must
	// not bring its session back.
	ChangeSession(ctx context.Context, tokenHash string, data []byte, seenAt, expiresAt time.Time) error

	// DeleteSession forgets one session; none is not an error.
	DeleteSession(ctx context.Context, tokenHash string) error
}

// record is what a session's data holds.
type record struct {
	Deadline        time.Time            `json:"deadline"`
	Seen            time.Time            `json:"seen"`
	ID              string               `json:"id,omitempty"`
	Browser         string               `json:"browser,omitempty"`
	Person          countersign.PersonID `json:"person,omitempty"`
	Method          string               `json:"method,omitempty"`
	AuthenticatedAt time.Time            `json:"authenticated_at,omitzero"`
	Flash           string               `json:"flash,omitempty"`
}

// expired reports whether the session may no longer be used.
func (r record) expired(now time.Time) bool {
	return !now.Before(r.expires())
}

// expires is when the session ends unless it is used before.
func (r record) expires() time.Time {
	if idle := r.Seen.Add(Idle); idle.Before(r.Deadline) {
		return idle
	}
	return r.Deadline
}

// listed is what the person is told of it.
func (r record) listed() countersign.BrowserSession {
	return countersign.BrowserSession{
		ID: r.ID, Person: r.Person, Browser: r.Browser, Method: r.Method, ProvedAt: r.AuthenticatedAt,
		SignedInAt: r.Deadline.Add(-Absolute), LastSeenAt: r.Seen, ExpiresAt: r.expires(),
	}
}

// The keys of scs's value map. Only codec and Manager use them.
const (
	keySeen            = "seen"
	keyID              = "id"
	keyBrowser         = "browser"
	keyPerson          = "person"
	keyMethod          = "method"
	keyAuthenticatedAt = "authenticated_at"
	keyFlash           = "flash"
)

// codec writes sessions as JSON: readable in the database, and free of gob's
// type registry.
type codec struct{}

func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	r := record{Deadline: deadline.UTC()}
	r.Seen, _ = values[keySeen].(time.Time)
	person, _ := values[keyPerson].(string)
	r.Person = countersign.PersonID(person)
	r.ID, _ = values[keyID].(string)
	r.Browser, _ = values[keyBrowser].(string)
	r.Method, _ = values[keyMethod].(string)
	r.AuthenticatedAt, _ = values[keyAuthenticatedAt].(time.Time)
	r.Flash, _ = values[keyFlash].(string)
	return json.Marshal(r)
}

func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	r, err := decode(b)
	if err != nil {
		return time.Time{}, nil, err
	}
	values := map[string]any{keySeen: r.Seen}
	if r.Person != "" {
		values[keyPerson] = string(r.Person)
		values[keyID] = r.ID
		values[keyBrowser] = r.Browser
		values[keyMethod] = r.Method
		values[keyAuthenticatedAt] = r.AuthenticatedAt
	}
	if r.Flash != "" {
		values[keyFlash] = r.Flash
	}
	return r.Deadline, values, nil
}

func decode(b []byte) (record, error) {
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return record{}, fmt.Errorf("session: decode: %w", err)
	}
	return r, nil
}

// request is what is known about the session of one request.
type request struct {
	found   string               // hash of the token that was found in the store
	expired countersign.PersonID // whose session the cookie names, if it ended by time
	done    bool                 // committed, or tried to
	err     error                // why the commit failed
}

type requestKey struct{}

func requestOf(ctx context.Context) *request {
	r, _ := ctx.Value(requestKey{}).(*request)
	return r
}

// adapter lets scs use a Store. It needs the request in the context, which
// Manager.Handle puts there.
type adapter struct {
	store Store
	now   func() time.Time
}

func (a adapter) FindCtx(ctx context.Context, hash string) ([]byte, bool, error) {
	data, found, err := a.store.FindSession(ctx, hash)
	if err != nil || !found {
		return nil, false, err
	}
	r, err := decode(data)
	if err != nil {
		return nil, false, err
	}
	if r.expired(a.now()) {
		requestOf(ctx).expired = r.Person
		return nil, false, nil
	}
	requestOf(ctx).found = hash
	return data, true, nil
}

func (a adapter) CommitCtx(ctx context.Context, hash string, data []byte, _ time.Time) error {
	r, err := decode(data)
	if err != nil {
		return err
	}
	if requestOf(ctx).found == hash {
		return a.store.ChangeSession(ctx, hash, data, r.Seen, r.expires())
	}
	return a.store.AddSession(ctx, hash, r.listed(), data)
}

func (a adapter) DeleteCtx(ctx context.Context, hash string) error {
	return a.store.DeleteSession(ctx, hash)
}

// scs asks for the methods without a context too, and never calls them when
// those with one are there.
var errNoContext = errors.New("session: called without a context")

func (adapter) Find(string) ([]byte, bool, error)      { return nil, false, errNoContext }
func (adapter) Commit(string, []byte, time.Time) error { return errNoContext }
func (adapter) Delete(string) error                    { return errNoContext }
