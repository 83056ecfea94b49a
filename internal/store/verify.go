package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// What follows is for checking the ledger: it reads everything, page by page,
// and tells of rows that can't even be read.

// DecisionToCheck is a decision as the database has it.
type DecisionToCheck struct {
	countersign.SignOff
	Erased bool
	Sealed bool // the log has its leaf
	// Kept are the revisions that it relied on, by piece, as they are now.
	Kept map[countersign.EvidenceID]KeptRevision
}

// KeptRevision is a revision that a decision relied on.
type KeptRevision struct {
	Hash, Title string
	Destroyed   bool
}

// Unreadable is a row that isn't what its columns should hold.
type Unreadable struct {
	Table, Row string
	Err        error
}

// readable returns the rows of a query with one ? for a list of keys. If they
// can't be read together it reads them key by key, and says of which it can't.
func readable[T any](tx *Tx, table, sql string, keys []string) ([]T, []Unreadable, error) {
	rows, err := all[T](tx, sql, keys)
	if err == nil || tx.ctx.Err() != nil {
		return rows, nil, err
	}
	rows = nil
	var bad []Unreadable
	for _, k := range keys {
		some, err := all[T](tx, sql, []string{k})
		if ctxErr := tx.ctx.Err(); ctxErr != nil {
			return nil, nil, ctxErr
		}
		if err != nil {
			bad = append(bad, Unreadable{table, k, err})
		}
		rows = append(rows, some...)
	}
	if len(bad) == len(keys) && len(keys) > 1 { // it isn't the rows
		return nil, nil, err
	}
	return rows, bad, nil
}

func toCheck(p authz.Permit) error {
	if !p.Allows(authz.CheckLedger) {
		return fmt.Errorf("store: check ledger: %w", errPermit)
	}
	return nil
}

// DecisionsToCheck returns the decisions of the next apprenticeships after one,
// in the order of signing, and the last of those apprenticeships; empty at the
// end.
func (tx *Tx) DecisionsToCheck(p authz.Permit, after string, apprenticeships int) ([]DecisionToCheck, []Unreadable, string, error) {
	if err := toCheck(p); err != nil {
		return nil, nil, "", err
	}
	ids, err := all[string](tx, "SELECT DISTINCT s.apprenticeship_id FROM sign_offs s WHERE s.apprenticeship_id > ? ORDER BY s.apprenticeship_id LIMIT ?", after, apprenticeships)
	if err != nil || len(ids) == 0 {
		return nil, nil, "", err
	}
	keys, err := all[string](tx, "SELECT s.id FROM sign_offs s WHERE s.apprenticeship_id IN ? ORDER BY s.apprenticeship_id, s.signed_at, s.id", ids)
	if err != nil {
		return nil, nil, "", err
	}
	rows, bad, err := readable[struct {
		Decision signOffRow `gorm:"embedded"`
		Sealed   bool
	}](tx, "sign_offs", "SELECT "+signOffColumns+`, EXISTS (SELECT 1 FROM ledger_entries e WHERE e.leaf = s.leaf) AS sealed
		FROM sign_offs s WHERE s.id IN ? ORDER BY s.apprenticeship_id, s.signed_at, s.id`, keys)
	if err != nil {
		return nil, nil, "", fmt.Errorf("store: decisions to check: %w", err)
	}
	decisions := make([]signOffRow, len(rows))
	for i, r := range rows {
		decisions[i] = r.Decision
	}
	if err := tx.fillRelied(decisions); err != nil {
		return nil, nil, "", fmt.Errorf("store: decisions to check: %w", err)
	}
	kept, err := tx.keptRevisions(decisions)
	if err != nil {
		return nil, nil, "", fmt.Errorf("store: decisions to check: %w", err)
	}
	out := make([]DecisionToCheck, len(rows))
	for i, r := range rows {
		out[i] = DecisionToCheck{SignOff: decisions[i].toDomain(), Erased: !r.Decision.ErasedAt.IsZero(), Sealed: r.Sealed, Kept: map[countersign.EvidenceID]KeptRevision{}}
		for _, e := range out[i].Evidence {
			if k, ok := kept[reliedOn{Evidence: string(e.Evidence), Revision: e.Revision}]; ok {
				out[i].Kept[e.Evidence] = k
			}
		}
	}
	return out, bad, ids[len(ids)-1], nil
}

// keptRevisions returns the revisions that decisions relied on. What of their
// content can't be read has no title.
func (tx *Tx) keptRevisions(decisions []signOffRow) (map[reliedOn]KeptRevision, error) {
	ids := map[string]bool{}
	for _, d := range decisions {
		for _, on := range d.ReliedOn.V {
			ids[on.Evidence] = true
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := all[struct {
		EvidenceID, Hash, Content string
		Number                    int
		ErasedAt                  dbTime
	}](tx, "SELECT v.evidence_id, v.number, v.hash, v.content, v.erased_at FROM evidence_revisions v WHERE v.evidence_id IN ?", slices.Collect(maps.Keys(ids)))
	kept := make(map[reliedOn]KeptRevision, len(rows))
	for _, r := range rows {
		var content struct {
			Title string `json:"title"`
		}
		_ = json.Unmarshal([]byte(r.Content), &content) // said of the revision itself
		kept[reliedOn{Evidence: r.EvidenceID, Revision: r.Number}] = KeptRevision{Hash: r.Hash, Title: content.Title, Destroyed: !r.ErasedAt.IsZero()}
	}
	return kept, err
}

// PieceToCheck is a piece of evidence with everything that was submitted of it.
type PieceToCheck struct {
	countersign.Evidence
	Revisions []countersign.Revision
}

// PiecesToCheck returns the next submitted pieces after one; none at the end.
func (tx *Tx) PiecesToCheck(p authz.Permit, after string, limit int) ([]PieceToCheck, []Unreadable, error) {
	if err := toCheck(p); err != nil {
		return nil, nil, err
	}
	ids, err := all[string](tx, "SELECT DISTINCT v.evidence_id FROM evidence_revisions v WHERE v.evidence_id > ? ORDER BY v.evidence_id LIMIT ?", after, limit)
	if err != nil || len(ids) == 0 {
		return nil, nil, err
	}
	pieces, bad, err := tx.piecesToCheck(ids)
	if err != nil {
		return nil, nil, fmt.Errorf("store: pieces to check: %w", err)
	}
	return pieces, bad, nil
}

func (tx *Tx) piecesToCheck(ids []string) ([]PieceToCheck, []Unreadable, error) {
	now, badNow, err := readable[evidenceRow](tx, "evidence", "SELECT e.* FROM (SELECT "+presentColumns+" FROM evidence) e WHERE e.id IN ?", ids)
	if err != nil {
		return nil, nil, err
	}
	mappings, err := all[mappingRow](tx, "SELECT evidence_id, competency, justification FROM evidence_mappings WHERE evidence_id IN ? ORDER BY position", ids)
	if err != nil {
		return nil, nil, err
	}
	files, badFiles, err := readable[attachmentRow](tx, "attachments", "SELECT "+attachmentColumns+" FROM attachments f WHERE f.removed_at IS NULL AND f.evidence_id IN ?", ids)
	if err != nil {
		return nil, nil, err
	}
	rows, bad, err := readable[revisionRow](tx, "evidence_revisions", "SELECT "+revisionColumns+" FROM evidence_revisions v WHERE v.evidence_id IN ? ORDER BY v.evidence_id, v.number", ids)
	if err != nil {
		return nil, nil, err
	}
	out, at := make([]PieceToCheck, len(ids)), map[string]*PieceToCheck{}
	for i, id := range ids {
		out[i].ID, at[id] = countersign.EvidenceID(id), &out[i]
	}
	for _, e := range now {
		at[e.ID].Evidence = e.toDomain()
	}
	for _, f := range files {
		at[f.EvidenceID].Attachments = append(at[f.EvidenceID].Attachments, f.toDomain())
	}
	for _, m := range mappings {
		at[m.EvidenceID].Mapping = append(at[m.EvidenceID].Mapping, countersign.Mapping{Competency: m.Competency, Justification: m.Justification})
	}
	for _, r := range rows {
		revision, err := r.toDomain()
		if err != nil {
			bad = append(bad, Unreadable{"evidence_revisions", r.EvidenceID, err})
			continue
		}
		at[r.EvidenceID].Revisions = append(at[r.EvidenceID].Revisions, revision)
	}
	return out, slices.Concat(bad, badNow, badFiles), nil
}

// presentColumns are those of a piece as it is now.
const presentColumns = `id, apprenticeship_id, kind, title, occurred_on, narrative, reflection, details, observed_by, entries, anonymised,
	prior_learning, state, revision`

// ReviewsToCheck returns the signed progress reviews of the next ones after
// one, with their signatures; none at the end.
func (tx *Tx) ReviewsToCheck(p authz.Permit, after string, limit int) ([]countersign.ProgressReview, map[countersign.ProgressReviewID]bool, []Unreadable, error) {
	if err := toCheck(p); err != nil {
		return nil, nil, nil, err
	}
	ids, err := all[string](tx, `SELECT r.id FROM progress_reviews r WHERE r.id > ?
		AND EXISTS (SELECT 1 FROM progress_review_signatures s WHERE s.review_id = r.id) ORDER BY r.id LIMIT ?`, after, limit)
	if err != nil || len(ids) == 0 {
		return nil, nil, nil, err
	}
	rows, bad, err := readable[struct {
		Review   progressReviewRow `gorm:"embedded"`
		ErasedAt dbTime
	}](tx, "progress_reviews", "SELECT "+progressReviewColumns+", r.erased_at FROM progress_reviews r WHERE r.id IN ? ORDER BY r.id", ids)
	signatures, signErr := all[reviewSignatureRow](tx, "SELECT "+reviewSignatureColumns+" FROM progress_review_signatures s WHERE s.review_id IN ?", ids)
	if err := errors.Join(err, signErr); err != nil {
		return nil, nil, nil, fmt.Errorf("store: reviews to check: %w", err)
	}
	var out []countersign.ProgressReview
	erased := map[countersign.ProgressReviewID]bool{}
	for _, r := range rows {
		review := r.Review.toDomain()
		for _, s := range signatures {
			if s.ReviewID == r.Review.ID {
				review.Signatures = append(review.Signatures, countersign.ReviewSignature{Party: countersign.ReviewParty(s.Party), SHA256: s.ContentSha256})
			}
		}
		erased[review.ID] = !r.ErasedAt.IsZero()
		out = append(out, review)
	}
	return out, erased, bad, nil
}

// FrameworkToCheck is a framework version with its file.
type FrameworkToCheck struct {
	FrameworkRow
	Source string
}

// FrameworksToCheck returns every framework version with its file.
func (tx *Tx) FrameworksToCheck(p authz.Permit) ([]FrameworkToCheck, error) {
	if err := toCheck(p); err != nil {
		return nil, err
	}
	rows, err := all[frameworkRow](tx, "SELECT id, version, title, status, standing, notice, competencies, sha256, source, loaded_at FROM frameworks ORDER BY id, version")
	if err != nil {
		return nil, fmt.Errorf("store: frameworks to check: %w", err)
	}
	out := make([]FrameworkToCheck, len(rows))
	for i, r := range rows {
		out[i] = FrameworkToCheck{r.toList(), r.Source}
	}
	return out, nil
}

// EntryToCheck is an entry of the log.
type EntryToCheck struct {
	Number int64
	Leaf   string
	Known  bool // there is a decision or a record with that leaf
}

// EntriesToCheck returns the next entries of the log from a number on.
func (tx *Tx) EntriesToCheck(p authz.Permit, from int64, limit int) ([]EntryToCheck, error) {
	if err := toCheck(p); err != nil {
		return nil, err
	}
	rows, err := all[EntryToCheck](tx, `SELECT e.number, e.leaf, EXISTS (SELECT 1 FROM sign_offs s WHERE s.leaf = e.leaf)
		OR EXISTS (SELECT 1 FROM ledger_records r WHERE r.leaf = e.leaf) AS known
		FROM ledger_entries e WHERE e.number >= ? ORDER BY e.number LIMIT ?`, from, limit)
	if err != nil {
		return nil, fmt.Errorf("store: entries to check: %w", err)
	}
	return rows, nil
}

// NodesToCheck returns the nodes of a level with numbers from one to another.
func (tx *Tx) NodesToCheck(p authz.Permit, level int, from, to int64) ([]LedgerNode, error) {
	if err := toCheck(p); err != nil {
		return nil, err
	}
	rows, err := all[LedgerNode](tx, "SELECT level, number, hash FROM ledger_nodes WHERE level = ? AND number BETWEEN ? AND ? ORDER BY number", level, from, to)
	if err != nil {
		return nil, fmt.Errorf("store: nodes to check: %w", err)
	}
	return rows, nil
}

// checkpointToCheck is a row of ledger_checkpoints whatever it holds.
type checkpointToCheck struct {
	Size       int64
	Root, Note string
	At         givenTime
}

// CheckpointsToCheck returns the checkpoints of sizes from one to another, at
// the zero Time where their time can't be read.
func (tx *Tx) CheckpointsToCheck(p authz.Permit, from, to int64) ([]LedgerCheckpoint, error) {
	if err := toCheck(p); err != nil {
		return nil, err
	}
	rows, err := all[checkpointToCheck](tx, "SELECT size, root, note, at FROM ledger_checkpoints WHERE size BETWEEN ? AND ? ORDER BY size", from, to)
	if err != nil {
		return nil, fmt.Errorf("store: checkpoints to check: %w", err)
	}
	out := make([]LedgerCheckpoint, len(rows))
	for i, r := range rows {
		out[i] = LedgerCheckpoint{Size: r.Size, Root: r.Root, Note: r.Note, At: r.At.Time}
	}
	return out, nil
}
