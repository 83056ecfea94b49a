package verify

import (
	"errors"
	"fmt"
	"io"
	"time"

	"countersign/internal/badge"
	"countersign/internal/ledger"
)

// badgeBytes is how large a badge may be, as JSON or as a picture.
const badgeBytes = 1 << 20

var noBadge = &Error{Says: "This is not a badge of Countersign, as JSON or as a picture that holds it"}

// IsBadge reports whether a file could be a badge rather than a portfolio.
func IsBadge(r io.ReaderAt) (bool, error) {
	start := make([]byte, 64)
	n, err := r.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("verify: %w", err)
	}
	return badge.Looks(start[:n]), nil
}

// Badge checks a badge of that size, as JSON, SVG or PNG, at a time. Without
// known keys it takes the badge's word for who signed it.
func Badge(r io.ReaderAt, size int64, known []ledger.PublicKey, now time.Time) (badge.Checked, error) {
	if size > badgeBytes {
		return badge.Checked{}, noBadge
	}
	file, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return badge.Checked{}, fmt.Errorf("verify: %w", err)
	}
	credential, err := badge.Extract(file)
	if err != nil {
		return badge.Checked{}, noBadge
	}
	c, err := badge.Check(credential, known, now)
	if errors.Is(err, badge.ErrNoBadge) {
		return c, noBadge
	}
	return c, err
}
