package store_test

import (
	"testing"
	"time"

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
		try(kept.AddSession(ctx, "visitor", "", []byte(`{"v":1}`), seen, expires))
		try(kept.AddSession(ctx, "asha-1", p.ID, []byte(`{"a":1}`), seen, expires))
		try(kept.AddSession(ctx, "asha-2", p.ID, []byte(`{"a":2}`), seen, expires))
		try(kept.AddSession(ctx, "ben", other.ID, []byte(`{"b":1}`), seen, seen.Add(-time.Hour)))
		want("visitor", `{"v":1}`)
		want("ben", `{"b":1}`) // the session package judges whether it has run out
		want("never", "")
		if err := kept.AddSession(ctx, "ben", p.ID, []byte("{}"), seen, expires); err == nil {
			t.Error("a session was added over another")
		}

		try(kept.ChangeSession(ctx, "asha-1", []byte(`{"a":9}`), seen.Add(time.Minute), expires))
		want("asha-1", `{"a":9}`)
		want("asha-2", `{"a":2}`)
		try(kept.DeleteSession(ctx, "visitor"))
		try(kept.DeleteSession(ctx, "visitor"))
		want("visitor", "")

		try(kept.EndSessions(ctx, p.ID))
		want("asha-1", "")
		want("asha-2", "")
		want("ben", `{"b":1}`)
		try(kept.ChangeSession(ctx, "asha-1", []byte(`{"a":3}`), seen, expires)) // a request under way
		want("asha-1", "")
		try(kept.EndSessions(ctx, p.ID))
	})
}
