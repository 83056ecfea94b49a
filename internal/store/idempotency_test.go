package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestASecondRequestWithAKeyGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		p := addPerson(t, s, "Asha", "asha@example.org")
		other := addPerson(t, s, "Ben", "ben@example.org")
		ask := func(what string, who countersign.PersonID, key, fingerprint string, want store.Stored, wantFound bool) {
			t.Helper()
			write(t, s, func(tx *store.Tx) error {
				got, found, err := tx.Idempotent(who, key, fingerprint)
				if diff := cmp.Diff(want, got); diff != "" || found != wantFound || err != nil {
					t.Errorf("%s: Idempotent() found %v, %v\n%s", what, found, err, diff)
				}
				return nil
			})
		}
		running := store.Stored{Fingerprint: "f1", Header: map[string]string{}, Body: []byte{}}
		answer := store.Stored{Fingerprint: "f1", Status: 201, Header: map[string]string{"Location": "/evidence/1"}, Body: []byte("{\"id\":\"1\"}\x00\xff"), Done: true}

		ask("first", p.ID, "k", "f1", store.Stored{Fingerprint: "f1"}, false)
		ask("while it runs", p.ID, "k", "f1", running, true)
		write(t, s, func(tx *store.Tx) error {
			return tx.SaveIdempotent(p.ID, "k", store.Stored{Status: answer.Status, Header: answer.Header, Body: answer.Body, Done: true})
		})
		ask("after it", p.ID, "k", "f1", answer, true)
		ask("another request with the key", p.ID, "k", "f2", answer, true) // the caller compares fingerprints
		ask("another's key", other.ID, "k", "f3", store.Stored{Fingerprint: "f3"}, false)
		ask("another key", p.ID, "l", "f1", store.Stored{Fingerprint: "f1"}, false)
		for _, key := range []string{"k", "l", "never", "\x00"} {
			write(t, s, func(tx *store.Tx) error { return tx.ForgetIdempotent(p.ID, key) })
		}
		ask("an answer isn't forgotten", p.ID, "k", "f1", answer, true)
		ask("another's key is theirs", other.ID, "k", "f3", store.Stored{Fingerprint: "f3", Header: map[string]string{}, Body: []byte{}}, true)
		ask("a key given back", p.ID, "l", "f1", store.Stored{Fingerprint: "f1"}, false)

		clock.Advance(5*time.Minute - time.Microsecond)
		ask("still running", p.ID, "l", "f1", running, true)
		clock.Advance(time.Microsecond)
		ask("given up", p.ID, "l", "f1", store.Stored{Fingerprint: "f1"}, false)
		clock.Set(storetest.Start.Add(store.IdempotencyFor - time.Microsecond))
		ask("a day later", p.ID, "k", "f1", answer, true)
		clock.Advance(time.Microsecond)
		ask("forgotten", p.ID, "k", "f9", store.Stored{Fingerprint: "f9"}, false)

		bare := store.Stored{Fingerprint: "f9", Status: 204, Done: true}
		write(t, s, func(tx *store.Tx) error { return tx.SaveIdempotent(p.ID, "k", bare) })
		bare.Body = []byte{}
		ask("an empty answer", p.ID, "k", "f9", bare, true)

		refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error { return tx.SaveIdempotent(p.ID, "never", answer) })
		refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error {
			_, _, err := tx.Idempotent(nobody, "k", "f")
			return err
		})
	})
}

func TestOfTwoRequestsAtOnceOneIsTheFirst(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		p := addPerson(t, s, "Asha", "asha@example.org")
		firsts := make(chan bool)
		for range 8 {
			go func() {
				first := false
				if err := s.Write(t.Context(), func(tx *store.Tx) error {
					_, found, err := tx.Idempotent(p.ID, "k", "f")
					first = !found
					return err
				}); err != nil {
					t.Error(err)
				}
				firsts <- first
			}()
		}
		n := 0
		for range 8 {
			if <-firsts {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d requests were the first", n)
		}
	})
}
