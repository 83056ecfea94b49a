package storetest

import (
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
)

// Cable is a way to a PostgreSQL database that can be cut.
type Cable struct {
	t       *testing.T
	to      string // socket
	path    string // of its own
	mu      sync.Mutex
	at      net.Listener
	running []net.Conn
}

// NewCable returns a cable to a database of Postgres, and its address through
// it.
func NewCable(t *testing.T, dsn string) (*Cable, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	const socket = ".s.PGSQL.5432"
	c := &Cable{t: t, to: filepath.Join(u.Query().Get("host"), socket), path: filepath.Join(t.TempDir(), socket)}
	c.Plug()
	t.Cleanup(c.Cut)
	q := u.Query()
	q.Set("host", filepath.Dir(c.path))
	u.RawQuery = q.Encode()
	return c, u.String()
}

// Plug connects it again.
func (c *Cable) Plug() {
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

// Cut ends every connection, and lets none be made.
func (c *Cable) Cut() {
	_ = c.at.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.running {
		_ = conn.Close()
	}
	c.running = nil
}
