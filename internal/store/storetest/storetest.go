// Package storetest gives tests the store on both databases, a clock to set
// and a small world to begin with. It is imported by tests only.
package storetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"countersign/internal/store"
	"countersign/internal/store/storetest/pgcluster"
)

// Start is where every test's clock begins: a Monday in winter, when London
// has UTC.
var Start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// Clock is a clock that stands still until it is moved. It may be used from
// several goroutines.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock returns a clock that shows Start.
func NewClock() *Clock { return &Clock{at: Start} }

// Now returns what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set makes the clock show t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// IDs returns a source of identifiers that are the same in every run and
// ascend. It may be used from several goroutines.
func IDs() func() string {
	var mu sync.Mutex
	var n int
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		n++
		return fmt.Sprintf("00000000-0000-7000-8000-%012x", n)
	}
}

// Each runs fn as the parallel subtests "sqlite" and "postgres", each with a
// migrated database of its own, without any rows, and a clock that shows
// Start. A quick run (COUNTERSIGN_TEST=quick) leaves PostgreSQL out.
func Each(t *testing.T, fn func(t *testing.T, s *store.Store, clock *Clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		clock := NewClock()
		fn(t, Open(t, SQLite(t), clock), clock)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		clock := NewClock()
		fn(t, Open(t, Postgres(t), clock), clock)
	})
}

// Open opens a database with that clock and with IDs, until the test ends.
func Open(t testing.TB, dsn string, clock *Clock) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn, store.Options{Now: clock.Now, NewID: IDs()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// Postgres returns the address of a migrated, empty PostgreSQL database that
// is the test's alone. It skips the test in a quick run.
func Postgres(t testing.TB) string {
	t.Helper()
	return pgcluster.Lease(t, "store", migrate)
}

// SQLite returns the address of a migrated, empty SQLite database that is the
// test's alone: a copy of one that is migrated once a process.
func SQLite(t testing.TB) string {
	t.Helper()
	content, err := migratedFile()
	if err != nil {
		t.Fatalf("storetest: migrate SQLite: %v", err)
	}
	path := filepath.Join(t.TempDir(), "countersign.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

var migratedFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "countersign-storetest-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "migrated.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// migrate brings a database up to date and leaves no connection behind, and
// of a SQLite database one file.
func migrate(dsn string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dsn, store.Options{Now: NewClock().Now})
	if err != nil {
		return err
	}
	if err := s.Migrate(ctx); err != nil {
		_ = s.Close()
		return err
	}
	return s.Close()
}
