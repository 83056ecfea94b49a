package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"countersign/internal/countersign"
)

// FileKeys keeps the keys that open the content of files. Get one from
// Store.FileKeys. It is the Keys of internal/files; each method is a
// transaction of its own, so none may be called within another.
type FileKeys struct{ store *Store }

// FileKeys returns where the keys of files are kept.
func (s *Store) FileKeys() *FileKeys { return &FileKeys{s} }

// unreferenced holds for content that no file has, nor a rendition, files that
// only submitted revisions still show among them, nor a received package.
const unreferenced = `NOT EXISTS (SELECT 1 FROM attachments f WHERE f.sha256 = file_keys.sha256)
	AND NOT EXISTS (SELECT 1 FROM attachments f WHERE f.rendition_sha256 = file_keys.sha256)
	AND NOT EXISTS (SELECT 1 FROM received_files f WHERE f.sha256 = file_keys.sha256)`

// KeepKey stores a key for that content unless it has one, notes that the
// content was put now, and returns the name of the object that its key opens.
func (k *FileKeys) KeepKey(ctx context.Context, sha256, object string, secret []byte, size int64) (string, error) {
	var kept string
	err := k.store.Write(ctx, func(tx *Tx) (err error) {
		kept, err = one[string](tx, `INSERT INTO file_keys (sha256, object, secret, size, put_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (sha256) DO UPDATE SET put_at = excluded.put_at RETURNING object`,
			sha256, object, base64.StdEncoding.EncodeToString(secret), size, dbTime{tx.Now()})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("store: keep file key: %w", err)
	}
	return kept, nil
}

// Key returns the key of that content and its size in bytes; the error wraps
// fs.ErrNotExist if it has none.
func (k *FileKeys) Key(ctx context.Context, sha256 string) (object string, secret []byte, size int64, err error) {
	err = k.store.Read(ctx, func(tx *Tx) error {
		row, err := one[struct {
			Object, Secret string
			Size           int64
		}](tx, "SELECT object, secret, size FROM file_keys WHERE sha256 = ?", sha256)
		if countersign.KindOf(err) == countersign.NotFound {
			return fs.ErrNotExist
		}
		if err != nil {
			return err
		}
		object, size = row.Object, row.Size
		secret, err = base64.StdEncoding.DecodeString(row.Secret)
		return err
	})
	if err != nil {
		err = fmt.Errorf("store: file key: %w", err)
	}
	return object, secret, size, err
}

// ForgetKey destroys the key of that content, unless something refers to the
// content or it was put after before, and returns the name of its object, empty
// if it kept or had none.
func (k *FileKeys) ForgetKey(ctx context.Context, sha256 string, before time.Time) (string, error) {
	objects, err := k.forget(ctx, "sha256 = ? AND put_at <= ?", func(*Tx) []any { return []any{sha256, dbTime{before}} })
	if err != nil || len(objects) == 0 {
		return "", err
	}
	return objects[0], nil
}

// ForgetUnused destroys the keys of content that was last put longer ago than
// age and that nothing refers to, and returns the names of the objects.
func (k *FileKeys) ForgetUnused(ctx context.Context, age time.Duration) ([]string, error) {
	return k.forget(ctx, "put_at <= ?", func(tx *Tx) []any { return []any{dbTime{tx.Now().Add(-age)}} })
}

func (k *FileKeys) forget(ctx context.Context, which string, args func(*Tx) []any) (objects []string, err error) {
	err = k.store.Write(ctx, func(tx *Tx) (err error) {
		objects, err = all[string](tx, "DELETE FROM file_keys WHERE "+which+" AND "+unreferenced+" RETURNING object", args(tx)...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: forget file keys: %w", err)
	}
	return objects, nil
}

// KnownObjects returns those of the objects that a key opens.
func (k *FileKeys) KnownObjects(ctx context.Context, objects []string) (known []string, err error) {
	if len(objects) == 0 {
		return nil, nil
	}
	err = k.store.Read(ctx, func(tx *Tx) (err error) {
		known, err = all[string](tx, "SELECT object FROM file_keys WHERE object IN ?", objects)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: known objects: %w", err)
	}
	return known, nil
}

// unused returns those of the hashes that nothing refers to.
func (tx *Tx) unused(hashes []string) ([]string, error) {
	hashes = slices.DeleteFunc(hashes, func(h string) bool { return h == "" })
	if len(hashes) == 0 {
		return nil, nil
	}
	return all[string](tx, "SELECT sha256 FROM file_keys WHERE sha256 IN ? AND "+unreferenced, hashes)
}
