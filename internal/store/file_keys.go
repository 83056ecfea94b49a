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
// unchecked says that the content has yet to be checked for viruses, unless it
// was before.
func (k *FileKeys) KeepKey(ctx context.Context, sha256, object string, secret []byte, size int64, unchecked bool) (string, error) {
	var kept string
	err := k.store.Write(ctx, func(tx *Tx) (err error) {
		kept, err = one[string](tx, `INSERT INTO file_keys (sha256, object, secret, size, put_at, unchecked) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (sha256) DO UPDATE SET put_at = excluded.put_at, unchecked = file_keys.unchecked AND excluded.unchecked RETURNING object`,
			sha256, object, base64.StdEncoding.EncodeToString(secret), size, dbTime{tx.Now()}, unchecked)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("store: keep file key: %w", err)
	}
	return kept, nil
}

// Key returns the key of that content and its size in bytes; the error wraps
// fs.ErrNotExist if it has none. The key of unchecked content is refused, with
// a Conflict that says why, unless it is asked for.
func (k *FileKeys) Key(ctx context.Context, sha256 string, unchecked bool) (object string, secret []byte, size int64, err error) {
	err = k.store.Read(ctx, func(tx *Tx) error {
		row, err := one[struct {
			Object, Secret string
			Size           int64
			Unchecked      bool
		}](tx, "SELECT object, secret, size, unchecked FROM file_keys WHERE sha256 = ?", sha256)
		if countersign.KindOf(err) == countersign.NotFound {
			return fs.ErrNotExist
		}
		if err != nil {
			return err
		}
		if row.Unchecked && !unchecked {
			return countersign.Refuse(countersign.Conflict, "This file is still being checked for viruses. Try again in a few minutes")
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
		if tx.store.dialect == postgresDialect { // waits for whoever is about to refer to the content (mustHold), to look again after
			if _, err := all[string](tx, "SELECT sha256 FROM file_keys WHERE "+which+" AND "+unreferenced+" ORDER BY sha256 FOR UPDATE", args(tx)...); err != nil {
				return err
			}
		}
		objects, err = all[string](tx, "DELETE FROM file_keys WHERE "+which+" AND "+unreferenced+" RETURNING object", args(tx)...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: forget file keys: %w", err)
	}
	return objects, nil
}

// mustHold keeps the keys of content that something is about to refer to from
// being destroyed until it does. It fails with Conflict if one was destroyed
// since the content was put.
func (tx *Tx) mustHold(hashes ...string) error {
	hashes = slices.DeleteFunc(hashes, func(h string) bool { return h == "" })
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	if len(hashes) == 0 {
		return nil
	}
	query := "SELECT sha256 FROM file_keys WHERE sha256 IN ? ORDER BY sha256"
	if tx.store.dialect == postgresDialect {
		query += " FOR KEY SHARE"
	}
	held, err := all[string](tx, query, hashes)
	if err == nil && len(held) < len(hashes) {
		err = countersign.Refuse(countersign.Conflict, "The same file was destroyed elsewhere while you added it. Nothing was saved. Add it again")
	}
	return err
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

// UncheckedContent returns the content that has yet to be checked for viruses,
// that which was put first first.
func (k *FileKeys) UncheckedContent(ctx context.Context) (hashes []string, err error) {
	err = k.store.Read(ctx, func(tx *Tx) (err error) {
		hashes, err = all[string](tx, "SELECT sha256 FROM file_keys WHERE unchecked ORDER BY put_at, sha256")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: unchecked content: %w", err)
	}
	return hashes, nil
}

// ContentIsClean notes that content was checked and holds no virus.
func (tx *Tx) ContentIsClean(sha256 string) error {
	if _, err := tx.exec("UPDATE file_keys SET unchecked = ? WHERE sha256 = ?", false, sha256); err != nil {
		return fmt.Errorf("store: content is clean: %w", err)
	}
	return nil
}

// Infected is a piece that a file was taken out of.
type Infected struct {
	Evidence       countersign.EvidenceID
	Apprenticeship countersign.ApprenticeshipID
	Author         countersign.PersonID
}

// RemoveInfected takes the files with that content out of the pieces that are
// being written, and returns the pieces. Nothing is submitted with content that
// has yet to be checked, so that no revision has it.
func (tx *Tx) RemoveInfected(sha256 string) ([]Infected, error) {
	rows, err := all[struct{ ID, EvidenceID, ApprenticeshipID, AuthorID string }](tx, `SELECT f.id, f.evidence_id, e.apprenticeship_id,
			COALESCE(e.recorded_by, a.apprentice_id) AS author_id
		FROM attachments f JOIN evidence e ON e.id = f.evidence_id JOIN apprenticeships a ON a.id = e.apprenticeship_id
		WHERE ? IN (f.sha256, f.rendition_sha256) ORDER BY f.id`, sha256)
	var out []Infected
	for _, r := range rows {
		if err == nil {
			_, err = tx.exec("DELETE FROM attachments WHERE id = ?", r.ID)
		}
		out = append(out, Infected{countersign.EvidenceID(r.EvidenceID), countersign.ApprenticeshipID(r.ApprenticeshipID), countersign.PersonID(r.AuthorID)})
	}
	if err != nil {
		return nil, fmt.Errorf("store: remove infected: %w", err)
	}
	return out, nil
}
