package store_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

var _ files.Keys = (*store.FileKeys)(nil)

func TestFileKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		ctx, keys, w := t.Context(), s.FileKeys(), storetest.NewWorld(t, s)
		keep := func(sha256, object, want string) {
			t.Helper()
			if kept, err := keys.KeepKey(ctx, sha256, object, []byte("secret of "+object), 7, false); kept != want || err != nil {
				t.Errorf("KeepKey(%s, %s) = %q, %v; want %q", sha256, object, kept, err, want)
			}
		}
		keep("received", "o1", "o1")
		keep("unused", "o2", "o2")
		keep("again", "o3", "o3")
		write(t, s, func(tx *store.Tx) error {
			subject, err := tx.PlaceSubject(w.Practice.ID)
			if err != nil {
				return err
			}
			permit, err := w.Actor(t, w.Manager).Check(authz.ReceivePackage, subject)
			if err != nil {
				return err
			}
			_, err = tx.AddReceived(permit, countersign.Received{
				Practice: w.Practice.ID, Apprenticeship: w.App.ID, SHA256: strings.Repeat("a", 64), AsAt: storetest.Start,
			}, []byte("{}"), []byte("[]"), []string{"received"})
			return err
		})
		clock.Advance(24 * time.Hour)
		keep("again", "o4", "o3") // the first stays, and the time is renewed
		object, secret, size, err := keys.Key(ctx, "again", false)
		if object != "o3" || string(secret) != "secret of o3" || size != 7 || err != nil {
			t.Errorf("Key() = %q, %q, %d, %v", object, secret, size, err)
		}
		if _, _, _, err := keys.Key(ctx, "never", false); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Key() of content that was never put = %v", err)
		}
		known, err := keys.KnownObjects(ctx, []string{"o1", "o4"})
		if diff := cmp.Diff([]string{"o1"}, known); diff != "" || err != nil {
			t.Errorf("KnownObjects() %v -want +got:\n%s", err, diff)
		}
		gone, err := keys.ForgetUnused(ctx, time.Hour)
		if diff := cmp.Diff([]string{"o2"}, gone); diff != "" || err != nil {
			t.Errorf("ForgetUnused() %v -want +got:\n%s", err, diff)
		}
		if got, err := keys.ForgetKey(ctx, "again", clock.Now().Add(-time.Second)); got != "" || err != nil {
			t.Errorf("ForgetKey() of what was put since = %q, %v", got, err)
		}
		for sha256, want := range map[string]string{"received": "", "again": "o3", "never": ""} {
			if got, err := keys.ForgetKey(ctx, sha256, clock.Now()); got != want || err != nil {
				t.Errorf("ForgetKey(%s) = %q, %v; want %q", sha256, got, err, want)
			}
		}
		if _, _, _, err := keys.Key(ctx, "received", false); err != nil {
			t.Errorf("content in use lost its key: %v", err)
		}
	})
}

// Content that somebody puts to a piece while its last other use is destroyed
// keeps its key, or the file is refused: there is never a file without content.
func TestContentInUseKeepsItsKeyWhoeverIsFirst(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		draft := r.draft("Draft", lasting)
		forget := func() string { // as destruction does that began at this instant
			object, err := s.FileKeys().ForgetKey(t.Context(), "c", clock.Now())
			if err != nil {
				t.Error(err)
			}
			return object
		}
		add := func(meanwhile func(tx *store.Tx)) error {
			return r.try(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) error {
				_, err := tx.AddAttachment(p, countersign.Attachment{Evidence: draft.ID, Name: "c.txt", SHA256: "c"})
				meanwhile(tx)
				return err
			})
		}
		keep(t, s, "c")
		if got := forget(); got != "object c" {
			t.Errorf("the key of unused content was kept: %q", got)
		}
		wantKind(t, "a file whose content was destroyed since it was put", add(func(*store.Tx) {}), countersign.Conflict)

		keep(t, s, "c")
		gone := make(chan string, 1)
		if err := add(func(tx *store.Tx) {
			go func() { gone <- forget() }()
			if s.Dialect() != "postgres" { // one writer at a time
				return
			}
			for {
				waits, err := tx.TextsForTest("SELECT pid::text FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
				if err != nil || len(waits) > 0 {
					wantKind(t, "who waits", err, 0)
					return
				}
				select {
				case object := <-gone:
					gone <- object
					return
				default:
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
		if object := <-gone; object != "" {
			t.Error("the key was destroyed of content that a file has")
		}
		if _, _, _, err := s.FileKeys().Key(t.Context(), "c", false); err != nil {
			t.Error(err)
		}
	})
}
