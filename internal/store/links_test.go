package store_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func useLink(t *testing.T, s *store.Store, purpose, hash string) (id countersign.PersonID, err error) {
	t.Helper()
	err = s.Write(t.Context(), func(tx *store.Tx) error {
		id, err = tx.UseLink(purpose, hash)
		return err
	})
	return id, err
}

func peekLink(t *testing.T, s *store.Store, purpose, hash string) (id countersign.PersonID, err error) {
	t.Helper()
	err = s.Read(t.Context(), func(tx *store.Tx) error {
		id, err = tx.PeekLink(purpose, hash)
		return err
	})
	return id, err
}

func TestALinkIsUsedOnceInTimeAndForItsPurpose(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		p := addPerson(t, s, "Asha", "asha@example.org")
		until := storetest.Start.Add(time.Hour)
		write(t, s, func(tx *store.Tx) error {
			if err := tx.AddLink(p.ID, "reset", "once", until); err != nil {
				return err
			}
			return tx.AddLink(p.ID, "reset", "late", until)
		})
		for range 2 { // peeking uses nothing
			if id, err := peekLink(t, s, "reset", "once"); id != p.ID || err != nil {
				t.Errorf("PeekLink() = %q, %v; want %q", id, err, p.ID)
			}
		}
		spent := func(what, purpose, hash string) {
			t.Helper()
			if id, err := peekLink(t, s, purpose, hash); id != "" || countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("%s: PeekLink() = %q, %v; want not found", what, id, err)
			}
			if id, err := useLink(t, s, purpose, hash); id != "" || countersign.KindOf(err) != countersign.NotFound {
				t.Errorf("%s: UseLink() = %q, %v; want not found", what, id, err)
			}
		}
		spent("another purpose", "set-up", "once")
		spent("an unknown link", "reset", "never")
		clock.Set(until.Add(-time.Microsecond))
		if id, err := useLink(t, s, "reset", "once"); id != p.ID || err != nil {
			t.Errorf("UseLink() = %q, %v; want %q", id, err, p.ID)
		}
		spent("used before", "reset", "once")
		clock.Set(until)
		spent("too old", "reset", "late")
		refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error { return tx.AddLink(nobody, "reset", "h", until) })
	})
}

func TestOfManyWhoUseALinkAtOnceOneGetsIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		p := addPerson(t, s, "Asha", "asha@example.org")
		write(t, s, func(tx *store.Tx) error { return tx.AddLink(p.ID, "reset", "h", tx.Now().Add(time.Hour)) })
		errs := make(chan error)
		for range 8 {
			go func() {
				errs <- s.Write(t.Context(), func(tx *store.Tx) error {
					_, err := tx.UseLink("reset", "h")
					return err
				})
			}()
		}
		used := 0
		for range 8 {
			if err := <-errs; err == nil {
				used++
			} else if countersign.KindOf(err) != countersign.NotFound {
				t.Error(err)
			}
		}
		if used != 1 {
			t.Errorf("the link was used %d times", used)
		}
	})
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		p := addPerson(t, s, "Asha", "asha@example.org")
		other := addPerson(t, s, "Ben", "ben@example.org")
		check := func(phc string) {
			t.Helper()
			read(t, s, func(tx *store.Tx) error {
				id, got, err := tx.Credentials(" ASHA@example.org ")
				if id != p.ID || got != phc || err != nil {
					t.Errorf("Credentials() = %q, %q, %v; want %q, %q", id, got, err, p.ID, phc)
				}
				got, err = tx.PasswordOf(p.ID)
				if got != phc || err != nil {
					t.Errorf("PasswordOf() = %q, %v; want %q", got, err, phc)
				}
				now, err := tx.Person(p.ID)
				if now.HasPassword != (phc != "") || now.Version != 1 || err != nil {
					t.Errorf("Person() = %+v, %v", now, err)
				}
				if _, _, err := tx.Credentials("nobody@example.org"); countersign.KindOf(err) != countersign.NotFound {
					t.Errorf("Credentials(nobody): %v, want not found", err)
				}
				if _, err := tx.PasswordOf(nobody); countersign.KindOf(err) != countersign.NotFound {
					t.Errorf("PasswordOf(nobody): %v, want not found", err)
				}
				return nil
			})
		}
		check("")
		write(t, s, func(tx *store.Tx) error {
			for hash, who := range map[string]countersign.PersonID{"a1": p.ID, "a2": p.ID, "b1": other.ID} {
				if err := tx.AddLink(who, "reset", hash, tx.Now().Add(time.Hour)); err != nil {
					return err
				}
			}
			_, err := tx.UseLink("reset", "a1")
			return err
		})
		write(t, s, func(tx *store.Tx) error { return tx.SetPassword(p.ID, "$argon2id$1") })
		check("$argon2id$1")
		write(t, s, func(tx *store.Tx) error { return tx.SetPassword(p.ID, "$argon2id$2") })
		check("$argon2id$2")

		if _, err := peekLink(t, s, "reset", "a2"); countersign.KindOf(err) != countersign.NotFound {
			t.Errorf("an unused link outlived a new password: %v", err)
		}
		if id, err := peekLink(t, s, "reset", "b1"); id != other.ID {
			t.Errorf("another's link is gone: %v", err)
		}
		refused(t, s, countersign.NotFound, "", func(tx *store.Tx) error { return tx.SetPassword(nobody, "x") })
	})
}
