// Package keyring keeps the private signing keys of an installation: each in a
// file of its own that is named after the key, readable by its owner only.
package keyring

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"countersign/internal/ledger"
)

// ErrMissing says that a private key isn't here.
var ErrMissing = errors.New("the private key is not in the folder of keys")

// Folder is a folder of private keys. The folder is made with the first key.
type Folder struct {
	path string
	name string // of the installation, in new keys
}

// Open returns the folder at the path, whose new keys bear that name.
func Open(path, name string) *Folder { return &Folder{path, name} }

// Path is where the private key of a public one is, or would be.
func (f *Folder) Path(key ledger.PublicKey) string {
	id := key.ID()
	return filepath.Join(f.path, id[strings.LastIndex(id, "+")+1:]+".key")
}

// Make makes a key and keeps it.
func (f *Folder) Make() (ledger.Signer, error) {
	s, err := ledger.NewSigner(rand.Reader, f.name)
	if err != nil {
		return s, err
	}
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return s, fmt.Errorf("the folder of keys cannot be made: %w", err)
	}
	if err := f.write(f.Path(s.PublicKey()), s.Encode()+"\n"); err != nil {
		return s, fmt.Errorf("the signing key cannot be written: %w", err)
	}
	if err := f.sync(); err != nil {
		return s, fmt.Errorf("the signing key cannot be written: %w", err)
	}
	return s, nil
}

// sync makes the names in the folder durable: without its name a key is lost.
func (f *Folder) sync() error {
	if runtime.GOOS == "windows" {
		return nil // folders can't be synced there
	}
	dir, err := os.Open(f.path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// write writes a file that is there whole or not at all, and stays after a
// power cut: a key that signed must not be lost.
func (f *Folder) write(path, content string) (err error) {
	file, err := os.CreateTemp(f.path, ".new-*") // which nobody else may read
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.WriteString(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// Signer returns the private key of a public one, or ErrMissing.
func (f *Folder) Signer(key ledger.PublicKey) (ledger.Signer, error) {
	content, err := os.ReadFile(f.Path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return ledger.Signer{}, fmt.Errorf("%w: %s", ErrMissing, f.Path(key))
	}
	if err != nil {
		return ledger.Signer{}, fmt.Errorf("the signing key cannot be read: %w", err)
	}
	s, err := ledger.ParseSigner(strings.TrimSpace(string(content)))
	if err != nil || s.PublicKey().String() != key.String() {
		return ledger.Signer{}, fmt.Errorf("%w: %s holds another", ErrMissing, f.Path(key))
	}
	return s, nil
}

// Forget removes a private key, which then signs no more.
func (f *Folder) Forget(key ledger.PublicKey) error {
	if err := os.Remove(f.Path(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the old signing key cannot be removed: %w", err)
	}
	return nil
}
