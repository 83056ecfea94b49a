package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"countersign/internal/files"
	"countersign/internal/store"
)

// Place is what a backup is made of, and what it is restored into.
type Place struct {
	Store *store.Store
	Files func() (files.Objects, error) // opened when something is to be read from or put into it
	Keys  string                        // folder of the installation's keys
	// Say is told how far the work is, now and then.
	Say func(format string, args ...any)
}

// sayEvery is how many files go by between two words about them.
const sayEvery = 500

// Write writes a backup. The keys of the installation are in it only if it is
// encrypted.
func Write(ctx context.Context, p Place, program string, at time.Time, key *Key, to io.Writer) (Ending, error) {
	sealed, err := key.seal(to)
	if err != nil {
		return Ending{}, err
	}
	a := &archive{tar: tar.NewWriter(sealed), at: at.UTC(), sum: sha256.New(), ending: Ending{Rows: map[string]Rows{}, Missing: []string{}}}
	hashes, err := p.writeTables(ctx, a, program)
	if err == nil {
		err = p.writeFiles(ctx, a, hashes)
	}
	if err == nil && key != nil {
		err = p.writeKeys(a)
	}
	if err == nil {
		err = a.end()
	}
	if err != nil {
		return a.ending, err
	}
	return a.ending, errors.Join(a.tar.Close(), sealed.Close())
}

// writeTables writes all rows of one moment and returns which files they refer
// to. Files never change, so they may be read afterwards.
func (p Place) writeTables(ctx context.Context, a *archive, program string) (hashes []string, err error) {
	err = p.Store.CopyOut(ctx, func(c *store.CopyOut) error {
		err := a.addJSON("begin.json", Beginning{Format: format, Program: program, Schema: c.Version, MadeAt: a.at, Tables: c.Tables})
		if err != nil {
			return err
		}
		for _, t := range c.Tables {
			if err := a.addRows(t, c); err != nil {
				return err
			}
		}
		hashes, err = c.Content()
		return err
	})
	if err == nil {
		p.Say("%d rows of %d tables", a.ending.Total(), len(a.ending.Rows))
	}
	return hashes, err
}

func (p Place) writeFiles(ctx context.Context, a *archive, hashes []string) error {
	objects, err := p.Files()
	if err != nil {
		return err
	}
	vault := files.NewVault(objects, p.Store.FileKeys())
	unchecked, err := p.Store.FileKeys().UncheckedContent(ctx)
	if err != nil {
		return err
	}
	for i, sum := range hashes {
		content, err := readFile(ctx, vault, sum)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, errAltered), errors.Is(err, files.ErrDamaged):
			a.ending.Missing = append(a.ending.Missing, sum)
			continue
		case err != nil:
			return err
		}
		folder := "files/"
		if slices.Contains(unchecked, sum) {
			folder = "unchecked/"
		}
		if err := a.add(folder+sum, content); err != nil {
			return err
		}
		a.ending.Files++
		a.ending.Bytes += int64(len(content))
		if (i+1)%sayEvery == 0 || i+1 == len(hashes) {
			p.Say("%d of %d files", i+1, len(hashes))
		}
	}
	return nil
}

var errAltered = errors.New("the content is not what its hash says")

// readFile returns content that is what its hash says.
func readFile(ctx context.Context, vault *files.Vault, sum string) ([]byte, error) {
	f, err := vault.OpenUnchecked(ctx, sum)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if made := sha256.Sum256(content); hex.EncodeToString(made[:]) != sum {
		return nil, errAltered
	}
	return content, nil
}

func (p Place) writeKeys(a *archive) error {
	names, err := p.keyNames()
	if err != nil {
		return err
	}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(p.Keys, name))
		if err != nil {
			return err
		}
		if err := a.add("keys/"+name, content); err != nil {
			return err
		}
		a.ending.Keys++
	}
	return nil
}

// keyNames lists the files in the folder of keys; none if there is no folder.
func (p Place) keyNames() ([]string, error) {
	entries, err := os.ReadDir(p.Keys)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the folder of keys cannot be read: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
