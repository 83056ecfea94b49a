//go:build unix

package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// LockServer makes this process the one server of a SQLite file until unlock
// is called or the process ends. It fails at once if another one is. Commands
// don't take the lock, so they may run beside a server. PostgreSQL takes any
// number of servers.
func (s *Store) LockServer() (unlock func(), err error) {
	if s.dialect != sqliteDialect {
		return func() {}, nil
	}
	f, err := os.OpenFile(s.path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("store: lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("another server is using %s", s.path)
		}
		return nil, fmt.Errorf("store: lock: %w", err)
	}
	return func() { _ = f.Close() }, nil
}
