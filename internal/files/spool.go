package files

import (
	"context"
	"fmt"
	"io"
	"os"
)

// temp is a temporary file. Where the system allows it the file loses its name
// at once, so that a crash leaves nothing behind.
type temp struct{ *os.File }

// newTemp makes one in dir, the system's folder for them if empty.
func newTemp(dir string) (temp, error) {
	file, err := os.CreateTemp(dir, "upload-*")
	if err == nil {
		_ = os.Remove(file.Name()) // Windows removes it when it is closed
	}
	return temp{file}, err
}

// Close implements io.Closer.
func (t temp) Close() error {
	err := t.File.Close()
	_ = os.Remove(t.Name())
	return err
}

// spool is an upload on disk, positioned at its beginning.
type spool struct {
	temp
	size int64
}

// newSpool receives r into a temporary file in dir.
func newSpool(ctx context.Context, dir string, r io.Reader) (_ *spool, err error) {
	temp, err := newTemp(dir)
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	s := &spool{temp: temp}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	s.size, err = io.Copy(s, io.LimitReader(contextReader{ctx, r}, MaxSize+1))
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
