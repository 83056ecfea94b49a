package store_test

import (
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// set writes a setting.
func set(t *testing.T, s *store.Store, key, value string) error {
	t.Helper()
	return s.Write(t.Context(), func(tx *store.Tx) error { return tx.SetSetting(key, value) })
}

// wantSetting fails unless the setting has that value.
func wantSetting(t *testing.T, s *store.Store, key, want string) {
	t.Helper()
	read(t, s, func(tx *store.Tx) error {
		got, err := tx.Setting(key)
		if err != nil || got != want {
			t.Errorf("Setting(%s) = %.20q, %v; want %.20q", key, got, err, want)
		}
		return nil
	})
}

func TestAFullDiskRefusesClearlyAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t), storetest.NewClock())
	limit := func(pages string) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error { return tx.ExecForTest("PRAGMA max_page_count = " + pages) })
	}
	if err := set(t, s, "before", "kept"); err != nil {
		t.Fatal(err)
	}
	limit("1") // which is never fewer than there are
	err := set(t, s, "large", strings.Repeat("x", 1<<20))
	if countersign.KindOf(err) != countersign.Unavailable || !strings.Contains(countersign.MessageOf(err), "no room") {
		t.Errorf("a write without room: %v", err)
	}
	wantSetting(t, s, "before", "kept")
	wantSetting(t, s, "large", "")
	limit("1000000")
	if err := set(t, s, "after", "kept too"); err != nil {
		t.Errorf("after there was room again: %v", err)
	}
	wantSetting(t, s, "after", "kept too")
}

// cable is a way to a database that can be cut.
type cable struct {
	t       *testing.T
	to      string // socket
	path    string // of its own
	mu      sync.Mutex
	at      net.Listener
	running []net.Conn
}

// newCable returns a cable to the database, and its address through it.
func newCable(t *testing.T, dsn string) (*cable, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	const socket = ".s.PGSQL.5432"
	c := &cable{t: t, to: filepath.Join(u.Query().Get("host"), socket), path: filepath.Join(t.TempDir(), socket)}
	c.plug()
	t.Cleanup(c.cut)
	q := u.Query()
	q.Set("host", filepath.Dir(c.path))
	u.RawQuery = q.Encode()
	return c, u.String()
}

func (c *cable) plug() {
	at, err := net.Listen("unix", c.path)
	if err != nil {
		c.t.Fatal(err)
	}
	c.at = at
	go func() {
		for {
			in, err := at.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("unix", c.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			c.mu.Lock()
			c.running = append(c.running, in, out)
			c.mu.Unlock()
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
		}
	}()
}

func (c *cable) cut() {
	_ = c.at.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.running {
		_ = conn.Close()
	}
	c.running = nil
}

func TestADatabaseThatWasAwayIsUsedAgainWithoutAnybodysHelp(t *testing.T) {
	t.Parallel()
	cable, dsn := newCable(t, storetest.Postgres(t))
	s := storetest.Open(t, dsn, storetest.NewClock())
	if err := set(t, s, "before", "kept"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		cable.cut()
		for range 3 {
			if err := set(t, s, "meanwhile", "lost"); countersign.KindOf(err) != countersign.Unavailable || !strings.Contains(countersign.MessageOf(err), "cannot be reached") {
				t.Errorf("a write without a database: %v", err)
			}
		}
		if err := s.Ready(t.Context()); err == nil {
			t.Error("it is ready without a database")
		}
		cable.plug()
		if err := set(t, s, "after", "kept too"); err != nil {
			t.Errorf("after it was back: %v", err)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("after it was back it is not ready: %v", err)
		}
	}
	wantSetting(t, s, "before", "kept")
	wantSetting(t, s, "meanwhile", "")
	wantSetting(t, s, "after", "kept too")
}
