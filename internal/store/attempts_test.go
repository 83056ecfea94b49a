package store_test

import (
	"testing"
	"time"

	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func attempt(t *testing.T, s *store.Store, key string, window time.Duration) int {
	t.Helper()
	var n int
	write(t, s, func(tx *store.Tx) (err error) {
		n, err = tx.Attempt(key, window)
		return err
	})
	return n
}

func TestAttemptsAreCountedInAWindow(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		const window = 15 * time.Minute
		for _, step := range []struct {
			after time.Duration
			want  int
		}{
			{0, 1},
			{0, 2},
			{14 * time.Minute, 3},
			{time.Minute - time.Microsecond, 4},
			{time.Microsecond, 1}, // the window is over 15 minutes after its first try
			{window - time.Second, 2},
			{time.Hour, 1},
		} {
			clock.Advance(step.after)
			if got := attempt(t, s, "sign-in:asha", window); got != step.want {
				t.Errorf("%v later: Attempt() = %d, want %d", step.after, got, step.want)
			}
		}
		if got := attempt(t, s, "sign-in:ben", window); got != 1 {
			t.Errorf("another key: Attempt() = %d, want 1", got)
		}
		write(t, s, func(tx *store.Tx) error { return tx.ForgetAttempts("sign-in:asha") })
		if got := attempt(t, s, "sign-in:asha", window); got != 1 {
			t.Errorf("after forgetting: Attempt() = %d, want 1", got)
		}
		if got := attempt(t, s, "sign-in:ben", window); got != 2 {
			t.Errorf("forgetting one key touched another: Attempt() = %d, want 2", got)
		}
		write(t, s, func(tx *store.Tx) error { return tx.ForgetAttempts("never") })
	})
}

func TestAttemptsAtTheSameTimeAreAllCounted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		const n = 40
		counts := make(chan int)
		for range n {
			go func() {
				got := 0
				if err := s.Write(t.Context(), func(tx *store.Tx) (err error) {
					got, err = tx.Attempt("k", time.Hour)
					return err
				}); err != nil {
					t.Error(err)
				}
				counts <- got
			}()
		}
		seen := map[int]bool{}
		for range n {
			seen[<-counts] = true
		}
		if len(seen) != n || !seen[1] || !seen[n] {
			t.Errorf("%d tries gave %d different counts", n, len(seen))
		}
	})
}
