package files

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// collectAtOnce is how many hashes Collect asks about at once.
const collectAtOnce = 500

// Collect deletes the content that was last put longer ago than age, and that
// used, which gets hashes and returns those that something refers to, leaves
// out. It returns how many. What is put is referred to soon after, so age must
// be longer than that takes; content that is put anew meanwhile stays.
func (f *Folder) Collect(ctx context.Context, age time.Duration, used func(hashes []string) ([]string, error)) (int, error) {
	now, err := f.clock()
	if err != nil {
		return 0, fmt.Errorf("files: collect: %w", err)
	}
	before, n := now.Add(-age), 0
	var old []string
	sweep := func() error {
		if len(old) == 0 {
			return nil
		}
		keep, err := used(old)
		if err != nil {
			return err
		}
		for _, sum := range old {
			if slices.Contains(keep, sum) {
				continue
			}
			gone, err := f.deleteIfOld(sum, before)
			if err != nil {
				return err
			}
			if gone {
				n++
			}
		}
		old = old[:0]
		return nil
	}
	for b, err := range f.Walk(ctx) {
		if err != nil {
			return n, err
		}
		if b.Modified.Before(before) {
			old = append(old, b.SHA256)
		}
		if len(old) == collectAtOnce {
			if err := sweep(); err != nil {
				return n, fmt.Errorf("files: collect: %w", err)
			}
		}
	}
	if err := sweep(); err != nil {
		return n, fmt.Errorf("files: collect: %w", err)
	}
	return n, nil
}

// deleteIfOld deletes content that was last put before that time. It takes the
// content aside first and then looks at what it took: what was put anew at the
// same moment goes back.
func (f *Folder) deleteIfOld(sum string, before time.Time) (bool, error) {
	name, err := blobName(sum)
	if err != nil {
		return false, err
	}
	aside := tempFolder + "/" + rand.Text()
	if err := f.root.Rename(name, aside); errors.Is(err, fs.ErrNotExist) {
		return false, nil // another process collects too
	} else if err != nil {
		return false, err
	}
	info, err := f.root.Stat(aside)
	if err != nil {
		return false, err
	}
	if !info.ModTime().Before(before) {
		return false, f.root.Rename(aside, name)
	}
	return true, f.root.Remove(aside)
}
