package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"countersign/internal/files"
	"countersign/internal/store"
)

// Check reads a backup to its end and says what it holds, or why it cannot be
// restored.
func Check(from io.ReadSeeker, key *Key) (Beginning, Ending, error) {
	plain, err := key.open(from)
	if err != nil {
		return Beginning{}, Ending{}, err
	}
	return read(plain, taker{}, func(b Beginning) error {
		if err := store.KnowsSchema(b.Schema); err != nil {
			return damaged("%w", err)
		}
		return nil
	})
}

// Restore fills an empty installation from a backup that Check has passed.
// check is asked at last, when everything is in its place. If anything fails
// the installation is empty again; if the program dies no server starts on it,
// and it is restored once more.
func Restore(ctx context.Context, p Place, from io.ReadSeeker, key *Key, beginning Beginning, check func() error) error {
	objects, err := p.Files()
	if err != nil {
		return err
	}
	r := &restoring{Place: p, ctx: ctx, objects: objects, at: beginning.MadeAt}
	err = p.Store.CopyIn(ctx, beginning.Schema, func(in *store.CopyIn) error { return r.fill(in, from, key) }, check)
	if err != nil {
		err = errors.Join(err, r.undo())
	}
	return err
}

// restoring is a backup on its way into an installation.
type restoring struct {
	Place
	ctx     context.Context //nolint:containedctx // it lives as long as one restore
	objects files.Objects
	at      time.Time // when the backup was made
	put     []string  // objects
	keys    []string  // files that weren't there before
}

func (r *restoring) fill(in *store.CopyIn, from io.ReadSeeker, key *Key) error {
	plain, err := key.open(from)
	if err != nil {
		return err
	}
	to := taker{
		rows: func(t store.CopyTable, lines []byte) error { return in.Add(t, parse(t, lines)) },
		file: func(content io.Reader, unchecked bool) error { return r.file(in, content, unchecked) }, key: r.key,
	}
	b, end, err := read(plain, to, func(b Beginning) error { return in.Begin(b.Tables) })
	if err != nil {
		return err
	}
	for _, t := range b.Tables {
		n, err := in.Count(t)
		if err != nil {
			return err
		}
		if n != end.Rows[t.Name].Count {
			return damaged("%s has %d rows after it was filled, and had %d", t.Name, n, end.Rows[t.Name].Count)
		}
	}
	r.Say("%d rows of %d tables and %d files", end.Total(), len(end.Rows), end.Files)
	return nil
}

// file puts the content of a file into an object with a key of its own.
func (r *restoring) file(in *store.CopyIn, content io.Reader, unchecked bool) error {
	s, err := files.Seal(r.ctx, r.objects, content)
	if err != nil {
		return err
	}
	r.put = append(r.put, s.Object)
	if len(r.put)%sayEvery == 0 {
		r.Say("%d files", len(r.put))
	}
	return in.AddFileKey(s.SHA256, s.Object, s.Secret, s.Size, r.at, unchecked)
}

// key keeps a key, unless it is there.
func (r *restoring) key(name string, content []byte) error {
	file := filepath.Join(r.Keys, name)
	had, err := os.ReadFile(file)
	switch {
	case err == nil && bytes.Equal(had, content):
		return nil
	case err == nil:
		return fmt.Errorf("%s is another key than that of the backup: restore into a data folder of its own", file)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(r.Keys, 0o700); err != nil {
		return err
	}
	r.keys = append(r.keys, file)
	return os.WriteFile(file, content, 0o600)
}

// undo takes away what was put.
func (r *restoring) undo() error {
	var errs []error
	for _, object := range r.put {
		errs = append(errs, r.objects.Remove(context.WithoutCancel(r.ctx), object))
	}
	for _, file := range r.keys {
		errs = append(errs, os.Remove(file))
	}
	return errors.Join(errs...)
}
