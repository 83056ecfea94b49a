package store_test

import (
	"slices"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestSweepDeletesWhatHasServedItsTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		p := addPerson(t, s, "Asha", "asha@example.org")
		sweep := func() (n int) {
			t.Helper()
			write(t, s, func(tx *store.Tx) (err error) {
				n, err = tx.Sweep()
				return err
			})
			return n
		}
		left := func() []string {
			t.Helper()
			var out []string
			read(t, s, func(tx *store.Tx) (err error) {
				out, err = tx.TextsForTest(`SELECT token_hash FROM sessions UNION ALL SELECT hash FROM one_time_links
					UNION ALL SELECT 'attempt' FROM attempts UNION ALL SELECT key FROM idempotency_keys
					UNION ALL SELECT kind || ' ' || state FROM jobs ORDER BY 1`)
				return err
			})
			return out
		}
		until := storetest.Start.Add(time.Hour)
		if err := s.Sessions().AddSession(t.Context(), "session", countersign.BrowserSession{Person: p.ID, LastSeenAt: storetest.Start, ExpiresAt: until}, []byte("{}")); err != nil {
			t.Fatal(err)
		}
		write(t, s, func(tx *store.Tx) error {
			if err := tx.AddLink(p.ID, "reset", "link", until); err != nil {
				return err
			}
			if _, err := tx.Attempt("k", time.Minute); err != nil {
				return err
			}
			if _, _, err := tx.Idempotent(p.ID, "key", "f"); err != nil {
				return err
			}
			for _, kind := range []string{"done", "kept", "failed", "waiting"} {
				key := ""
				if kind == "kept" {
					key = "for good"
				}
				if err := tx.Enqueue(kind, nil, time.Time{}, key); err != nil {
					return err
				}
			}
			return nil
		})
		for _, j := range claim(t, s, 10, time.Hour) {
			write(t, s, func(tx *store.Tx) error {
				switch j.Kind {
				case "failed":
					return tx.FailJob(j.ID, "no")
				case "waiting":
					return tx.RetryJob(j.ID, clock.Now(), "later")
				}
				return tx.FinishJob(j.ID)
			})
		}

		jobs := []string{"done done", "failed failed", "kept done", "waiting waiting"}
		all := slices.Sorted(slices.Values(append([]string{"attempt", "key", "link", "session"}, jobs...)))
		if n := sweep(); n != 0 || !slices.Equal(left(), all) {
			t.Errorf("at once: swept %d, left %q", n, left())
		}
		clock.Set(until.Add(24*time.Hour - time.Microsecond))
		if n, want := sweep(), slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "attempt" || s == "key" }); n != 2 || !slices.Equal(left(), want) {
			t.Errorf("a day later: swept %d, left %q, want %q", n, left(), want)
		}
		clock.Set(until.Add(24 * time.Hour))
		if n := sweep(); n != 2 || !slices.Equal(left(), jobs) {
			t.Errorf("a day after the end: swept %d, left %q, want %q", n, left(), jobs)
		}
		clock.Advance(30 * 24 * time.Hour)
		if n := sweep(); n != 1 || !slices.Equal(left(), jobs[1:]) {
			t.Errorf("a month later: swept %d, left %q, want %q", n, left(), jobs[1:])
		}
	})
}
