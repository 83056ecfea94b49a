package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/store/storetest/pgcluster"
)

func TestOpenSaysInOneLineWhatIsWrong(t *testing.T) {
	t.Parallel()
	now := storetest.NewClock().Now
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ dsn, want string }{
		{"", `"sqlite:PATH" or "postgres://..."`},
		{"mysql://x", `"sqlite:PATH" or "postgres://..."`},
		{"sqlite:", "needs the path of a file"},
		{"sqlite:" + filepath.Join(dir, "none", "x.db"), "no such file or directory"},
		{"sqlite:" + dir, "is a directory"},
		{"sqlite:" + text, "not a database"},
		{"postgres://user:hunter2@127.0.0.1:1/x?connect_timeout=1", "connect"},
		{"postgres://%", "parse"},
	} {
		s, err := store.Open(t.Context(), tc.dsn, store.Options{Now: now})
		if err == nil {
			_ = s.Close()
			t.Errorf("Open(%q) passed", tc.dsn)
			continue
		}
		if msg := err.Error(); !strings.Contains(msg, tc.want) || strings.Contains(msg, "\n") || strings.Contains(msg, "hunter2") {
			t.Errorf("Open(%q) error = %q; want %q in one line", tc.dsn, msg, tc.want)
		}
	}
	if _, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{}); err == nil {
		t.Error("Open() without a clock passed")
	}
}

func TestOnlyTheOwnerReadsTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "my file & 100%?#.db")
	s := storetest.Open(t, "sqlite:"+path, storetest.NewClock())
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(path + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want 0600", path+suffix, info, err)
		}
	}
}

func TestWriteCommitsOnceOrNotAtAll(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		value := func() (v string) {
			read(t, s, func(tx *store.Tx) (err error) {
				v, err = tx.Setting("key")
				if countersign.KindOf(err) == countersign.NotFound {
					err = nil
				}
				return err
			})
			return v
		}
		var after []string
		no := errors.New("no")
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			tx.AfterCommit(func() { after = append(after, "never") })
			if err := tx.SetSetting("key", "lost"); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) || value() != "" {
			t.Errorf("after an error: %v, value %q", err, value())
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = s.Write(t.Context(), func(tx *store.Tx) error {
				if err := tx.SetSetting("key", "lost"); err != nil {
					return err
				}
				panic("ouch")
			})
		}()
		if got := value(); got != "" {
			t.Errorf("after a panic: %q", got)
		}
		write(t, s, func(tx *store.Tx) error {
			tx.AfterCommit(func() { after = append(after, "first "+value()) })
			tx.AfterCommit(func() { after = append(after, "second") })
			return tx.SetSetting("key", "kept")
		})
		if got := fmt.Sprint(after); got != "[first kept second]" {
			t.Errorf("after commit: %s", got)
		}
	})
}

func TestTransactionsDoNotNest(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		nothing := func(*store.Tx) error { return nil }
		for name, run := range map[string]func(context.Context, func(*store.Tx) error) error{"Write": s.Write, "Read": s.Read} {
			err := run(t.Context(), func(tx *store.Tx) error { return s.Write(tx.Context(), nothing) })
			if err == nil || !strings.Contains(err.Error(), "within a transaction") {
				t.Errorf("Write within %s: %v", name, err)
			}
			err = run(t.Context(), func(tx *store.Tx) error { return s.Read(tx.Context(), nothing) })
			if err == nil || !strings.Contains(err.Error(), "within a transaction") {
				t.Errorf("Read within %s: %v", name, err)
			}
		}
	})
}

func TestTimeStandsStillInATransaction(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		clock.Set(time.Date(2026, 6, 30, 23, 30, 0, 123456789, time.FixedZone("", 0)))
		write(t, s, func(tx *store.Tx) error {
			first := tx.Now()
			clock.Advance(time.Hour)
			if want := time.Date(2026, 6, 30, 23, 30, 0, 123456000, time.UTC); !first.Equal(want) || first.Location() != time.UTC || !tx.Now().Equal(first) {
				t.Errorf("Now() = %s, then %s; want %s", first, tx.Now(), want)
			}
			if want := countersign.On(2026, 7, 1); tx.Today() != want { // summer time
				t.Errorf("Today() = %s; want %s", tx.Today(), want)
			}
			return nil
		})
	})
}

func TestReadIsASnapshot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		write(t, s, func(tx *store.Tx) error { return tx.SetSetting("key", "before") })
		read(t, s, func(tx *store.Tx) error {
			first, err := tx.Setting("key")
			if err != nil {
				return err
			}
			write(t, s, func(tx *store.Tx) error { return tx.SetSetting("key", "after") })
			second, err := tx.Setting("key")
			if first != "before" || second != first {
				t.Errorf("read %q, then %q", first, second)
			}
			return err
		})
	})
}

func TestWriteIsRunAgainAfterASerializationFailure(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	s := storetest.Open(t, dsn, storetest.NewClock())
	// What is raised once is retried; what is raised for ever is given up.
	write(t, s, func(tx *store.Tx) error {
		return tx.ExecForTest(`CREATE FUNCTION pg_temp.nothing() RETURNS int LANGUAGE sql AS 'SELECT 1'`)
	})
	for _, code := range []string{"40001", "40P01"} {
		for _, failures := range []int{1, 4, 99} {
			tries, after := 0, 0
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				tx.AfterCommit(func() { after++ })
				if tries++; tries <= failures {
					return tx.ExecForTest(`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '` + code + `'; END $$`)
				}
				return tx.SetSetting("key", code)
			})
			if failures < 12 && (err != nil || tries != failures+1 || after != 1) {
				t.Errorf("%s %d times: %v after %d tries, %d hooks run", code, failures, err, tries, after)
			}
			if failures >= 12 && (countersign.KindOf(err) != countersign.Internal || tries != 12 || after != 0) {
				t.Errorf("%s for ever: %v after %d tries, %d hooks run", code, err, tries, after)
			}
		}
	}
	// A caller that leaves isn't kept.
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Write(ctx, func(tx *store.Tx) error {
		cancel()
		return tx.ExecForTest(`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`)
	})
	if err == nil {
		t.Error("a cancelled write passed")
	}
}

// A server and a short command are two processes on one file: two stores.
func TestTwoStoresWriteOneFile(t *testing.T) {
	t.Parallel()
	dsn := storetest.SQLite(t)
	stores := []*store.Store{storetest.Open(t, dsn, storetest.NewClock()), storetest.Open(t, dsn, storetest.NewClock())}
	const each = 50
	var wg sync.WaitGroup
	for i, s := range stores {
		for j := range 2 {
			wg.Go(func() {
				for k := range each {
					if err := s.Write(t.Context(), func(tx *store.Tx) error {
						if _, err := tx.Empty(); err != nil {
							return err
						}
						return tx.SetSetting(fmt.Sprint(i, j, k), "x")
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	read(t, stores[0], func(tx *store.Tx) error {
		n, err := tx.TextsForTest("SELECT count(*) FROM settings")
		if err != nil || n[0] != fmt.Sprint(len(stores)*2*each) {
			t.Errorf("%v settings, %v; want %d", n, err, len(stores)*2*each)
		}
		return nil
	})
}

func TestOneServerOnAFile(t *testing.T) {
	t.Parallel()
	dsn := storetest.SQLite(t)
	a, b := storetest.Open(t, dsn, storetest.NewClock()), storetest.Open(t, dsn, storetest.NewClock())
	unlock, err := a.LockServer()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.LockServer(); err == nil || !strings.Contains(err.Error(), "another server is using") {
		t.Errorf("a second server: %v", err)
	}
	write(t, b, func(tx *store.Tx) error { return tx.SetSetting("a command", "may write") })
	unlock()
	unlock2, err := b.LockServer()
	if err != nil {
		t.Fatalf("once the first has gone: %v", err)
	}
	unlock2()
}

func TestAnyNumberOfServersOnPostgres(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, pgcluster.DSN(t), storetest.NewClock())
	for range 2 {
		if _, err := s.LockServer(); err != nil {
			t.Error(err)
		}
	}
}

func TestCountStatements(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		ctx, count := s.CountStatements(t.Context())
		if err := s.Write(ctx, func(tx *store.Tx) error {
			if _, err := tx.Empty(); err != nil { // SELECT
				return err
			}
			if err := tx.ExecForTest("DELETE FROM settings"); err != nil {
				return err
			}
			_, err := tx.AddPerson(countersign.Person{Name: "Asha", Email: "asha@example.org"}) // INSERT
			return err
		}); err != nil {
			t.Fatal(err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.SetSetting("not", "counted") })
		if got := count(); got != 3 {
			t.Errorf("%d statements; want 3", got)
		}
	})
}
