package store

import (
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// WithdrawnOf says of those of the leaves that are a decision's here whether it
// was taken back since. It asks for no permit: who knows a leaf holds the
// decision, and learns nothing else.
func (tx *Tx) WithdrawnOf(leaves []string) (map[string]bool, error) {
	if len(leaves) == 0 {
		return nil, nil
	}
	rows, err := all[struct {
		Leaf      string
		Withdrawn bool
	}](tx, `SELECT s.leaf, s.decision <> 'withdrawn' AND EXISTS (SELECT 1 FROM sign_offs w WHERE w.apprenticeship_id = s.apprenticeship_id
		AND w.competency = s.competency AND w.decision = 'withdrawn' AND w.signed_at > s.signed_at) AS withdrawn FROM sign_offs s WHERE s.leaf IN ?`, leaves)
	if err != nil {
		return nil, fmt.Errorf("store: withdrawn: %w", err)
	}
	out := make(map[string]bool, len(rows))
	for _, r := range rows {
		out[r.Leaf] = r.Withdrawn
	}
	return out, nil
}

// DecisionsOfCode returns the leaves of the decisions that an apprenticeship had
// when the one was made whose leaf begins so, and when that was. None is
// NotFound.
func (tx *Tx) DecisionsOfCode(prefix string) ([]string, time.Time, error) {
	last, err := one[signOffRow](tx, "SELECT s.apprenticeship_id, s.signed_at FROM sign_offs s WHERE s.leaf >= ? AND s.leaf < ?", prefix, prefix+"g")
	if err != nil {
		if countersign.KindOf(err) != countersign.NotFound {
			err = fmt.Errorf("store: decisions of code: %w", err)
		}
		return nil, time.Time{}, err
	}
	leaves, err := all[string](tx, "SELECT s.leaf FROM sign_offs s WHERE s.apprenticeship_id = ? AND s.signed_at <= ?", last.ApprenticeshipID, last.SignedAt)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("store: decisions of code: %w", err)
	}
	return leaves, last.SignedAt.Time, nil
}
