package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func enqueue(t *testing.T, s *store.Store, kind string, payload any, notBefore time.Time, key string) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error { return tx.Enqueue(kind, payload, notBefore, key) })
}

func claim(t *testing.T, s *store.Store, limit int, lease time.Duration) []store.Job {
	t.Helper()
	var jobs []store.Job
	write(t, s, func(tx *store.Tx) (err error) {
		jobs, err = tx.ClaimJobs(limit, lease)
		return err
	})
	return jobs
}

func kinds(jobs []store.Job) string {
	var out []string
	for _, j := range jobs {
		out = append(out, fmt.Sprintf("%s#%d", j.Kind, j.Attempts))
	}
	return strings.Join(out, " ")
}

func TestAJobFromBeginningToEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		const lease = time.Minute
		step := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: claimed %q, want %q", what, got, want)
			}
		}
		enqueue(t, s, "later", "x", storetest.Start.Add(time.Hour), "")
		enqueue(t, s, "mail", map[string]string{"token": "secret"}, time.Time{}, "")
		enqueue(t, s, "old", 7, storetest.Start.Add(-time.Hour), "")

		jobs := claim(t, s, 10, lease)
		step("longest due first", kinds(jobs), "old#1 mail#1")
		if got := string(jobs[1].Payload); got != `{"token":"secret"}` || jobs[1].CreatedAt != storetest.Start || jobs[1].RunAt != storetest.Start || !countersign.ValidID(jobs[1].ID) {
			t.Errorf("the job is %+v, payload %s", jobs[1], got)
		}
		old, mail := jobs[0].ID, jobs[1].ID
		step("leased", kinds(claim(t, s, 10, lease)), "")

		clock.Advance(lease) // the worker of one died; the other is in time
		write(t, s, func(tx *store.Tx) error { return tx.FinishJob(old) })
		step("after a crash", kinds(claim(t, s, 10, lease)), "mail#2")
		refused(t, s, countersign.Conflict, "", func(tx *store.Tx) error { return tx.FinishJob(old) })

		again := clock.Now().Add(10 * time.Minute)
		write(t, s, func(tx *store.Tx) error { return tx.RetryJob(mail, again, "the server is\x00 busy\xe9") })
		refused(t, s, countersign.Conflict, "", func(tx *store.Tx) error { return tx.FailJob(mail, "not running") })
		clock.Set(again.Add(-time.Microsecond))
		step("before its time", kinds(claim(t, s, 10, lease)), "")
		clock.Set(again)
		jobs = claim(t, s, 10, lease)
		step("at its time", kinds(jobs), "mail#3")
		if jobs[0].LastError != "the server is\ufffd busy\ufffd" {
			t.Errorf("the last error is %q", jobs[0].LastError)
		}
		write(t, s, func(tx *store.Tx) error { return tx.FailJob(mail, "no such mailbox") })

		clock.Advance(24 * time.Hour)
		jobs = claim(t, s, 10, lease)
		step("what failed or is done stays so", kinds(jobs), "later#1")
		for _, id := range []string{"", "x", string(nobody)} {
			refused(t, s, countersign.Conflict, "", func(tx *store.Tx) error { return tx.FinishJob(id) })
		}
		write(t, s, func(tx *store.Tx) error { return tx.FinishJob(jobs[0].ID) })
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.TextsForTest("SELECT kind || ' ' || state || ' ' || payload || ' ' || last_error FROM jobs ORDER BY kind")
			want := []string{"later done {} ", `mail failed {"token":"secret"} no such mailbox`, "old done {} "}
			if !slices.Equal(got, want) || err != nil {
				t.Errorf("jobs = %q, %v; want %q", got, err, want)
			}
			return nil
		})
	})
}

// That the oldest has been due for long is what an operator is warned by.
func TestAJobThatIsPutOffHasBeenDueSinceItFirstWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		enqueue(t, s, "mail", 1, time.Time{}, "")
		enqueue(t, s, "mail", 2, storetest.Start.Add(24*time.Hour), "")
		for range 3 {
			for _, j := range claim(t, s, 10, time.Minute) {
				write(t, s, func(tx *store.Tx) error { return tx.RetryJob(j.ID, clock.Now().Add(time.Hour), "away") })
			}
			clock.Advance(time.Hour)
		}
		clock.Advance(-time.Minute)
		read(t, s, func(tx *store.Tx) error {
			due, err := tx.JobsDue()
			if err != nil || len(due) != 1 || due[0].Jobs != 1 || !due[0].Oldest.Equal(storetest.Start) {
				t.Errorf("due = %+v, %v; want one since %s", due, err, storetest.Start)
			}
			return nil
		})
	})
}

func TestAJobIsOnlyThereIfItsTransactionIs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		stop := errors.New("stop")
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.Enqueue("mail", nil, time.Time{}, "k"); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if got := kinds(claim(t, s, 10, time.Minute)); got != "" {
			t.Errorf("claimed %q of a transaction that was rolled back", got)
		}
		err = s.Write(t.Context(), func(tx *store.Tx) error { return tx.Enqueue("mail", func() {}, time.Time{}, "") })
		if countersign.KindOf(err) != countersign.Internal {
			t.Errorf("a payload that JSON can't hold: %v", err)
		}
	})
}

func TestAKeyMakesAJobUniqueForGood(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		enqueue(t, s, "digest", 1, time.Time{}, "digest:2026-03-02")
		enqueue(t, s, "digest", 2, time.Time{}, "digest:2026-03-02")
		enqueue(t, s, "digest", 3, time.Time{}, "digest:2026-03-03")
		enqueue(t, s, "mail", 4, time.Time{}, "")
		enqueue(t, s, "mail", 5, time.Time{}, "")
		jobs := claim(t, s, 10, time.Minute)
		var payloads []string
		for _, j := range jobs {
			payloads = append(payloads, string(j.Payload))
			write(t, s, func(tx *store.Tx) error { return tx.FinishJob(j.ID) })
		}
		if want := []string{"1", "3", "4", "5"}; !slices.Equal(payloads, want) {
			t.Errorf("claimed %v, want %v", payloads, want)
		}
		clock.Advance(time.Hour)
		enqueue(t, s, "digest", 6, time.Time{}, "digest:2026-03-02")
		if got := kinds(claim(t, s, 10, time.Minute)); got != "" {
			t.Errorf("claimed %q, whose key is done", got)
		}
	})
}

func TestEightWorkersGetEachJobOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		const n, workers, limit = 300, 8, 7
		write(t, s, func(tx *store.Tx) error {
			for i := range n {
				if err := tx.Enqueue("job", i, time.Time{}, ""); err != nil {
					return err
				}
			}
			return nil
		})
		var mu sync.Mutex
		var wg sync.WaitGroup
		done := map[string]int{}
		for range workers {
			wg.Go(func() {
				for idle := 0; idle < 2; { // with SKIP LOCKED one empty answer may be bad luck
					var jobs []store.Job
					err := s.Write(t.Context(), func(tx *store.Tx) (err error) {
						jobs, err = tx.ClaimJobs(limit, time.Hour)
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					if len(jobs) > limit {
						t.Errorf("claimed %d, more than %d", len(jobs), limit)
					}
					if len(jobs) == 0 {
						idle++
					}
					for _, j := range jobs {
						mu.Lock()
						done[j.ID]++
						mu.Unlock()
						if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.FinishJob(j.ID) }); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		wg.Wait()
		if len(done) != n {
			t.Errorf("%d jobs were done, want %d", len(done), n)
		}
		for id, times := range done {
			if times != 1 {
				t.Errorf("job %s was done %d times", id, times)
			}
		}
	})
}
