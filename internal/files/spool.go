package files

import (
	"context"
	"fmt"
	"io"
	"os"
)

// spool is an upload on disk, positioned at its beginning.
type spool struct {
	*os.File
	size int64
}

// newSpool receives r into a temporary file in dir. Where the system allows it
// the file loses its name at once, so that a crash leaves nothing behind.
func newSpool(ctx context.Context, dir string, r io.Reader) (_ *spool, err error) {
	file, err := os.CreateTemp(dir, "upload-*")
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	s := &spool{File: file}
	defer func() {
		if err != nil {
			s.discard()
		}
	}()
	_ = os.Remove(file.Name()) // Windows removes it in discard
	s.size, err = io.Copy(file, io.LimitReader(contextReader{ctx, r}, MaxSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("receive: %w", err)
	case s.size == 0:
		return nil, refuse("The selected file is empty")
	case s.size > MaxSize:
		return nil, refuse("The selected file must be smaller than 20MB")
	}
	return s, s.rewind()
}

// discard removes the spooled upload.
func (s *spool) discard() {
	_ = s.Close()
	_ = os.Remove(s.Name())
}

func (s *spool) rewind() error {
	if _, err := s.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	return nil
}

// head returns the first bytes, n at most, and leaves the position alone.
func (s *spool) head(n int) ([]byte, error) {
	return s.part(0, min(int64(n), s.size))
}

// tail returns the last bytes, n at most, and leaves the position alone.
func (s *spool) tail(n int) ([]byte, error) {
	length := min(int64(n), s.size)
	return s.part(s.size-length, length)
}

func (s *spool) part(from, length int64) ([]byte, error) {
	b := make([]byte, length)
	if _, err := s.ReadAt(b, from); err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	return b, nil
}
