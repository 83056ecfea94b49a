package files

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"runtime"
	"time"
)

// Folder keeps objects in a folder of the local file system, as ab/cd/abcd...,
// where abcd... is the name. It is safe for use by several goroutines, and by
// several processes on the same folder.
//
// An object appears whole or not at all: it is written to tmp/, synced, and
// renamed.
type Folder struct{ root *os.Root }

// tempFolder holds what is being written; no content is ever found in it.
const tempFolder = "tmp"

// leftoverAge is how old something in tempFolder must be to be what a crash
// left behind, and not what another process is writing.
const leftoverAge = time.Hour

// OpenFolder opens the folder dir, making it if need be (for the owner's eyes
// only), and clears away what an earlier crash left half-written.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil { //nolint:gosec // the folder is the operator's choice
		return nil, fmt.Errorf("files: open folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("files: open folder: %w", err)
	}
	f := &Folder{root: root}
	if err := f.clearLeftovers(); err != nil {
		return nil, errors.Join(fmt.Errorf("files: clear leftovers: %w", err), root.Close())
	}
	return f, nil
}

// Close releases the folder. Files that Open returned stay readable.
func (f *Folder) Close() error { return f.root.Close() }

// Write implements Objects.
func (f *Folder) Write(ctx context.Context, name string, r io.Reader) error {
	if err := f.write(ctx, name, r); err != nil {
		return fmt.Errorf("files: write: %w", err)
	}
	return nil
}

func (f *Folder) write(ctx context.Context, name string, r io.Reader) (err error) {
	path, err := objectPath(name)
	if err != nil {
		return err
	}
	temp, tempName, err := f.createTemp()
	if err != nil {
		return err
	}
	renamed := false
	defer func() {
		if !renamed {
			err = errors.Join(err, f.root.Remove(tempName))
		}
	}()
	_, err = io.Copy(temp, contextReader{ctx, r})
	if err == nil {
		err = temp.Sync()
	}
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	outer, inner := name[:2], name[:2]+"/"+name[2:4]
	for _, dir := range []string{outer, inner} {
		if err := f.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if err := f.root.Rename(tempName, path); err != nil {
		return err
	}
	renamed = true
	// The name must be as durable as the bytes before the database refers to it.
	for _, dir := range []string{inner, outer, "."} {
		if err := f.syncDir(dir); err != nil {
			return fmt.Errorf("sync %s: %w", dir, err)
		}
	}
	return nil
}

// Open implements Objects.
func (f *Folder) Open(_ context.Context, name string) (Object, error) {
	path, err := objectPath(name)
	if err != nil {
		return nil, fmt.Errorf("files: open: %w", err)
	}
	file, err := f.root.Open(path)
	if err != nil {
		return nil, fmt.Errorf("files: open: %w", err)
	}
	return file, nil
}

// Remove implements Objects.
func (f *Folder) Remove(_ context.Context, name string) error {
	path, err := objectPath(name)
	if err == nil {
		err = f.root.Remove(path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("files: remove: %w", err)
	}
	return nil
}

// Older implements Objects. Age is told by the clock of the file system, which
// may differ from ours. Anything in the folder that isn't an object is passed
// over.
func (f *Folder) Older(ctx context.Context, age time.Duration) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		now, err := f.clock()
		if err == nil {
			err = f.walk(ctx, now.Add(-age), yield)
		}
		if err != nil {
			yield("", fmt.Errorf("files: walk: %w", err))
		}
	}
}

func (f *Folder) walk(ctx context.Context, before time.Time, yield func(string, error) bool) error {
	return fs.WalkDir(f.root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed meanwhile
		case err != nil:
			return err
		case d.IsDir():
			if path == tempFolder {
				return fs.SkipDir
			}
			return nil
		}
		if name, _ := objectPath(d.Name()); name != path || !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if info.ModTime().Before(before) && !yield(d.Name(), nil) {
			return fs.SkipAll
		}
		return nil
	})
}

// objectPath returns where the object of that name is kept: names are letters
// and digits.
func objectPath(name string) (string, error) {
	if len(name) < 20 || len(name) > 100 {
		return "", fs.ErrNotExist
	}
	for _, c := range []byte(name) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return "", fs.ErrNotExist
		}
	}
	return name[:2] + "/" + name[2:4] + "/" + name, nil
}

// createTemp makes a file with a new name in tempFolder.
func (f *Folder) createTemp() (*os.File, string, error) {
	if err := f.root.Mkdir(tempFolder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, "", err
	}
	name := tempFolder + "/" + rand.Text()
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	return file, name, err
}

// clearLeftovers removes what a crash left in tempFolder. Age is told by the
// clock of the file system, which may differ from ours.
func (f *Folder) clearLeftovers() error {
	now, err := f.clock()
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(f.root.FS(), tempFolder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		left, err := e.Info()
		if err == nil && now.Sub(left.ModTime()) > leftoverAge {
			err = f.root.Remove(tempFolder + "/" + e.Name())
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // another process clears too
			return err
		}
	}
	return nil
}

// clock returns the time by the clock of the file system.
func (f *Folder) clock() (time.Time, error) {
	probe, name, err := f.createTemp()
	if err != nil {
		return time.Time{}, err
	}
	info, err := probe.Stat()
	if err := errors.Join(err, probe.Close(), f.root.Remove(name)); err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// syncDir makes the names in a directory durable.
func (f *Folder) syncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil // directories can't be synced there
	}
	dir, err := f.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// contextReader reads from r until ctx is done.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
