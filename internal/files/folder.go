package files

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"runtime"
	"time"
)

// Blob is stored content. It has no name of its own but its hash.
type Blob struct {
	SHA256   string    // of the content, 64 lower-case hex digits
	Size     int64     // bytes
	Modified time.Time // when it was last put, by the clock of the file system; zero in what Put returns
}

// Folder keeps content in a folder of the local file system, as ab/cd/abcd...,
// where the name is the SHA-256 of the content. It is safe for use by several
// goroutines, and by several processes on the same folder.
//
// Content appears whole or not at all: it is written to tmp/, synced, and
// renamed. Putting what is there already replaces it by the same bytes, which
// also renews Modified.
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

// Put stores everything r gives and returns its hash and size. When r fails or
// ctx ends nothing is stored, and the error wraps theirs.
func (f *Folder) Put(ctx context.Context, r io.Reader) (Blob, error) {
	b, err := f.put(ctx, r)
	if err != nil {
		return Blob{}, fmt.Errorf("files: put: %w", err)
	}
	return b, nil
}

func (f *Folder) put(ctx context.Context, r io.Reader) (_ Blob, err error) {
	temp, name, err := f.createTemp()
	if err != nil {
		return Blob{}, err
	}
	renamed := false
	defer func() {
		if !renamed {
			err = errors.Join(err, f.root.Remove(name))
		}
	}()
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(temp, hash), contextReader{ctx, r})
	if err == nil {
		err = temp.Sync()
	}
	if err := errors.Join(err, temp.Close()); err != nil {
		return Blob{}, err
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	outer, inner := sum[:2], sum[:2]+"/"+sum[2:4]
	for _, dir := range []string{outer, inner} {
		if err := f.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return Blob{}, err
		}
	}
	if err := f.root.Rename(name, inner+"/"+sum); err != nil {
		return Blob{}, err
	}
	renamed = true
	// The name must be as durable as the bytes before the database refers to it.
	for _, dir := range []string{inner, outer, "."} {
		if err := f.syncDir(dir); err != nil {
			return Blob{}, fmt.Errorf("sync %s: %w", dir, err)
		}
	}
	return Blob{SHA256: sum, Size: size}, nil
}

// Open returns the content with that hash, which the caller closes. The error
// wraps fs.ErrNotExist if there is none, or if sha256 isn't a hash.
func (f *Folder) Open(_ context.Context, sha256 string) (io.ReadSeekCloser, error) {
	name, err := blobName(sha256)
	if err != nil {
		return nil, fmt.Errorf("files: open: %w", err)
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("files: open: %w", err)
	}
	return file, nil
}

// Stat tells about the content with that hash. The error wraps fs.ErrNotExist
// if there is none, or if sha256 isn't a hash.
func (f *Folder) Stat(_ context.Context, sha256 string) (Blob, error) {
	name, err := blobName(sha256)
	if err != nil {
		return Blob{}, fmt.Errorf("files: stat: %w", err)
	}
	info, err := f.root.Stat(name)
	if err != nil {
		return Blob{}, fmt.Errorf("files: stat: %w", err)
	}
	return Blob{SHA256: sha256, Size: info.Size(), Modified: info.ModTime()}, nil
}

// Delete removes the content with that hash. It is no error if there is none.
// The caller knows that nothing refers to it any more: the same content may
// belong to several attachments.
func (f *Folder) Delete(_ context.Context, sha256 string) error {
	name, err := blobName(sha256)
	if err == nil {
		err = f.root.Remove(name)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("files: delete: %w", err)
	}
	return nil
}

// Walk goes through all content in the order of the hashes. What is put or
// deleted meanwhile may be among it or not. An error ends it and is yielded
// last. Anything in the folder that isn't content is passed over.
func (f *Folder) Walk(ctx context.Context) iter.Seq2[Blob, error] {
	return func(yield func(Blob, error) bool) {
		fsys := f.root.FS()
		err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
			if err == nil {
				err = ctx.Err()
			}
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil // deleted meanwhile
			case err != nil:
				return err
			case d.IsDir():
				if path == tempFolder {
					return fs.SkipDir
				}
				return nil
			}
			if name, _ := blobName(d.Name()); name != path || !d.Type().IsRegular() {
				return nil
			}
			info, err := d.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if !yield(Blob{SHA256: d.Name(), Size: info.Size(), Modified: info.ModTime()}, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(Blob{}, fmt.Errorf("files: walk: %w", err))
		}
	}
}

// blobName returns where the content with that hash is kept.
func blobName(sha256 string) (string, error) {
	if len(sha256) != 64 {
		return "", fs.ErrNotExist
	}
	for _, c := range []byte(sha256) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", fs.ErrNotExist
		}
	}
	return sha256[:2] + "/" + sha256[2:4] + "/" + sha256, nil
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
