package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func addToken(t *testing.T, s *store.Store, token store.Token, hash string) store.Token {
	t.Helper()
	write(t, s, func(tx *store.Tx) (err error) {
		token, err = tx.AddToken(token, hash)
		return err
	})
	return token
}

// holderOf returns who a token stands for; empty if it opens nothing.
func holderOf(t *testing.T, s *store.Store, hash string) countersign.PersonID {
	t.Helper()
	var id countersign.PersonID
	err := s.Read(t.Context(), func(tx *store.Tx) error {
		p, held, err := tx.HolderByToken(hash)
		if err == nil && len(held) != 1 {
			t.Errorf("HolderByToken(%s) holds %v, want one role", hash, held)
		}
		id = p.ID
		return err
	})
	if err != nil && countersign.KindOf(err) != countersign.NotFound {
		t.Fatal(err)
	}
	return id
}

func TestATokenOpensUntilItExpiresOrIsRevoked(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		at := addPlaces(t, s)
		p := member(t, s, "asha", countersign.ApprenticeMember, at["P1"])
		other := member(t, s, "other", countersign.ApprenticeMember, at["P1"])
		long := addToken(t, s, store.Token{Person: p.ID, Name: "long", ExpiresOn: startDay.AddDays(90)}, "hash-long")
		short := addToken(t, s, store.Token{Person: p.ID, Name: "short", ExpiresOn: startDay}, "hash-short")
		addToken(t, s, store.Token{Person: other.ID, Name: "theirs", ExpiresOn: startDay}, "hash-theirs")

		if holderOf(t, s, "hash-long") != p.ID || holderOf(t, s, "hash-short") != p.ID || holderOf(t, s, "hash-theirs") != other.ID {
			t.Error("a token doesn't open for whom it was made")
		}
		for _, unknown := range []string{"", "hash", "HASH-LONG", "hash-long "} {
			if got := holderOf(t, s, unknown); got != "" {
				t.Errorf("%q opens for %s", unknown, got)
			}
		}
		refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error { return tx.RevokeToken(other.ID, long.ID) })
		refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error { return tx.RevokeToken(p.ID, "long") })
		refused(t, s, countersign.Conflict, "", func(tx *store.Tx) error {
			_, err := tx.AddToken(store.Token{Person: other.ID, Name: "the same", ExpiresOn: startDay}, "hash-long")
			return err
		})

		clock.Advance(24 * time.Hour)
		if got := holderOf(t, s, "hash-short"); got != "" {
			t.Errorf("a token opens on the day after its last, for %s", got)
		}
		revokedAt := clock.Now()
		write(t, s, func(tx *store.Tx) error { return tx.RevokeToken(p.ID, long.ID) })
		if got := holderOf(t, s, "hash-long"); got != "" {
			t.Errorf("a revoked token opens for %s", got)
		}
		clock.Advance(time.Hour)
		write(t, s, func(tx *store.Tx) error { return tx.RevokeToken(p.ID, long.ID) }) // again: nothing changes

		long.RevokedAt = revokedAt
		want := []store.Token{long, short}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Tokens(p.ID)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("Tokens(): %v\n%s", err, diff)
			}
			return nil
		})
		if long.CreatedAt != storetest.Start || !countersign.ValidID(string(long.ID)) {
			t.Errorf("AddToken() = %+v", long)
		}
	})
}

func TestTheLastUseOfATokenIsWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		p := addPerson(t, s, "Asha", "asha@example.org")
		addToken(t, s, store.Token{Person: p.ID, Name: "one", ExpiresOn: startDay}, "one")
		addToken(t, s, store.Token{Person: p.ID, Name: "two", ExpiresOn: startDay}, "two")
		written := storetest.Start
		for _, step := range []struct {
			after time.Duration
			want  bool // written
		}{{0, true}, {time.Second, false}, {58 * time.Second, false}, {time.Second, true}, {59 * time.Second, false}, {time.Hour, true}} {
			clock.Advance(step.after)
			if step.want {
				written = clock.Now()
			}
			read(t, s, func(tx *store.Tx) error {
				if unused, err := tx.TokenUnused("one"); unused != step.want || err != nil {
					t.Errorf("after %v: TokenUnused() = %v, %v; want %v", step.after, unused, err, step.want)
				}
				return nil
			})
			write(t, s, func(tx *store.Tx) error { return tx.TouchToken("one") })
			read(t, s, func(tx *store.Tx) error {
				tokens, err := tx.Tokens(p.ID)
				if err != nil || tokens[0].LastUsedAt != written || !tokens[1].LastUsedAt.IsZero() {
					t.Errorf("after %v: %+v, %v; want the first used at %v", step.after, tokens, err, written)
				}
				return nil
			})
		}
	})
}
