//go:build !unix

package store

// LockServer is not available here: nothing stops a second server.
func (s *Store) LockServer() (unlock func(), err error) { return func() {}, nil }
