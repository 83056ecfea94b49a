package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/session"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

var _ session.Store = (*store.Sessions)(nil)

func TestSessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		ctx, kept := t.Context(), s.Sessions()
		p := addPerson(t, s, "Asha", "asha@example.org")
		other := addPerson(t, s, "Ben", "ben@example.org")
		seen, expires := storetest.Start, storetest.Start.Add(12*time.Hour)
		try := func(err error) {
			t.Helper()
			if err != nil {
				t.Error(err)
			}
		}
		want := func(hash, data string) {
			t.Helper()
			got, found, err := kept.FindSession(ctx, hash)
			if string(got) != data || found != (data != "") || err != nil {
				t.Errorf("FindSession(%s) = %q, %v, %v; want %q", hash, got, found, err, data)
			}
		}
		add := func(hash, id string, person countersign.PersonID, data string, expires time.Time) error {
			return kept.AddSession(ctx, hash, countersign.BrowserSession{
				ID: id, Person: person, Browser: "Firefox on Windows", Method: "password", ProvedAt: seen, SignedInAt: seen, LastSeenAt: seen, ExpiresAt: expires,
			}, []byte(data))
		}
		try(add("visitor", "", "", `{"v":1}`, expires))
		try(add("asha-1", "a1", p.ID, `{"a":1}`, expires))
		try(add("asha-2", "a2", p.ID, `{"a":2}`, expires))
		try(add("ben", "b", other.ID, `{"b":1}`, seen.Add(-time.Hour)))
		want("visitor", `{"v":1}`)
		want("ben", `{"b":1}`) // the session package judges whether it has run out
		want("never", "")
		if err := add("ben", "b2", p.ID, "{}", expires); err == nil {
			t.Error("a session was added over another")
		}

		try(kept.ChangeSession(ctx, "asha-1", []byte(`{"a":9}`), seen.Add(time.Minute), expires))
		want("asha-1", `{"a":9}`)
		want("asha-2", `{"a":2}`)
		try(kept.DeleteSession(ctx, "visitor"))
		try(kept.DeleteSession(ctx, "visitor"))
		want("visitor", "")

		end := func() {
			t.Helper()
			try(s.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.EndBrowserSessions(p.ID, "")
				return err
			}))
		}
		end()
		want("asha-1", "")
		want("asha-2", "")
		want("ben", `{"b":1}`)
		try(kept.ChangeSession(ctx, "asha-1", []byte(`{"a":3}`), seen, expires)) // a request under way
		want("asha-1", "")
		end()
	})
}

func TestSomebodysSessionsAreListedAndEndedByTheirOwnNameOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		ctx, kept, now := t.Context(), s.Sessions(), storetest.Start
		p, other := addPerson(t, s, "Asha", "asha@example.org"), addPerson(t, s, "Ben", "ben@example.org")
		want := map[string]countersign.BrowserSession{}
		for i, id := range []string{"phone", "desk", "", "theirs", "over"} {
			b := countersign.BrowserSession{
				ID: id, Person: p.ID, Browser: "Chrome on Android", Method: "passkey", ProvedAt: now.Add(time.Minute), SignedInAt: now,
				LastSeenAt: now.Add(-time.Duration(i) * time.Minute), ExpiresAt: now.Add(time.Hour),
			}
			if id == "theirs" {
				b.Person = other.ID
			}
			if id == "over" {
				b.ExpiresAt = now
			}
			want[id] = b
			if err := kept.AddSession(ctx, "hash-"+id, b, []byte("{}")); err != nil {
				t.Fatal(err)
			}
		}
		list := func(of countersign.PersonID, ids ...string) {
			t.Helper()
			var got []countersign.BrowserSession
			read(t, s, func(tx *store.Tx) (err error) {
				got, err = tx.BrowserSessions(of)
				return err
			})
			wanted := []countersign.BrowserSession{}
			for _, id := range ids {
				wanted = append(wanted, want[id])
			}
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Errorf("sessions (-want +got):\n%s", diff)
			}
		}
		list(p.ID, "phone", "desk", "")
		list(other.ID, "theirs")
		err := s.Write(ctx, func(tx *store.Tx) error { return tx.EndBrowserSession(p.ID, "theirs") })
		if countersign.KindOf(err) != countersign.NotFound {
			t.Errorf("another's session: %v, want NotFound", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.EndBrowserSession(p.ID, "phone") })
		list(p.ID, "desk", "")
		write(t, s, func(tx *store.Tx) error {
			n, err := tx.EndBrowserSessions(p.ID, "desk")
			if n != 2 { // the one that is over too
				t.Errorf("%d ended, want 2", n)
			}
			return err
		})
		list(p.ID, "desk")
		write(t, s, func(tx *store.Tx) error { _, err := tx.EndBrowserSessions(p.ID, ""); return err })
		list(p.ID)
		list(other.ID, "theirs")
	})
}
