package files

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Discard deletes content that was last put before that time, at once. used,
// which gets the hashes and returns those that something refers to, has the
// last word: content that was put anew meanwhile stays.
func (f *Folder) Discard(ctx context.Context, hashes []string, before time.Time, used func(hashes []string) ([]string, error)) error {
	if len(hashes) == 0 {
		return nil
	}
	keep, err := used(hashes)
	if err != nil {
		return fmt.Errorf("files: discard: %w", err)
	}
	for _, sum := range hashes {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("files: discard: %w", err)
		}
		if slices.Contains(keep, sum) {
			continue
		}
		if _, err := f.deleteIfOld(sum, before); err != nil {
			return fmt.Errorf("files: discard: %w", err)
		}
	}
	return nil
}
