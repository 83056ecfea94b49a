package store

import (
	"fmt"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// DestroyRevisions destroys what was submitted of a piece up to a revision:
// its text, the observer's name and the list of files, what reviewers wrote
// about it, its title in the decisions that relied on it, and the answers kept
// for repeated requests of those who wrote. What remains says that there was a
// revision, whose, when, and its hash, so that the ledger still tells what was
// decided on. It returns the content of files that nothing refers to any more,
// for files.Vault.Delete after the commit.
//
// The piece's present text isn't touched: see DestroyText.
func (tx *Tx) DestroyRevisions(p authz.Permit, id countersign.EvidenceID, last int) ([]string, error) {
	app, err := beneath(p, destroyers...)
	if err == nil {
		err = tx.mustReach(p, app, id)
	}
	if err != nil {
		return nil, fmt.Errorf("store: destroy revisions: %w", err)
	}
	unused, err := tx.destroyRevisions(app, id, last)
	if err != nil {
		return nil, fmt.Errorf("store: destroy revisions: %w", err)
	}
	return unused, nil
}

func (tx *Tx) destroyRevisions(app string, id countersign.EvidenceID, last int) ([]string, error) {
	rows, err := all[revisionRow](tx, "SELECT "+revisionColumns+" FROM evidence_revisions v WHERE v.evidence_id = ? AND v.erased_at IS NULL", string(id))
	if err != nil {
		return nil, err
	}
	var files []string
	var kept []string // files that a later revision still shows
	for _, r := range rows {
		for _, a := range r.Attachments.V {
			if r.Number > last {
				kept = append(kept, a.ID)
			} else {
				files = append(files, a.SHA256, a.Rendition.SHA256)
			}
		}
	}
	now := dbTime{tx.Now()}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE evidence_revisions SET content = '', observed_by_name = '', attachments = '', erased_at = ?
			WHERE evidence_id = ? AND number <= ? AND erased_at IS NULL`, []any{now, string(id), last}},
		{`UPDATE reviews SET comment = '', erased_at = ? WHERE evidence_id = ? AND revision <= ? AND erased_at IS NULL`, []any{now, string(id), last}},
		{`DELETE FROM idempotency_keys WHERE person_id IN (SELECT submitted_by FROM evidence_revisions WHERE evidence_id = ?
			UNION SELECT reviewer_id FROM reviews WHERE evidence_id = ?)`, []any{string(id), string(id)}},
		{"DELETE FROM attachments WHERE evidence_id = ? AND removed_at IS NOT NULL AND id NOT IN ?", []any{string(id), append(kept, "")}},
	} {
		if _, err := tx.exec(step.sql, step.args...); err != nil {
			return nil, err
		}
	}
	if err := tx.destroyTitles(app, id, last); err != nil {
		return nil, err
	}
	return tx.unused(files)
}

// destroyTitles empties what the decisions that relied on the revisions say of
// the evidence. Its hashes are those that the revisions keep.
func (tx *Tx) destroyTitles(app string, id countersign.EvidenceID, last int) error {
	rows, err := all[struct {
		ID       string
		ReliedOn dbJSON[[]reliedOn]
	}](tx, "SELECT s.id, s.relied_on FROM sign_offs s WHERE s.apprenticeship_id = ? AND s.relied_text <> ''", app)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !slices.ContainsFunc(r.ReliedOn.V, func(on reliedOn) bool { return on.Evidence == string(id) && on.Revision <= last }) {
			continue
		}
		if _, err := tx.exec("UPDATE sign_offs SET relied_text = '', erased_at = ? WHERE id = ?", dbTime{tx.Now()}, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// DestroyText destroys what a piece says now, with its files, besides all that
// was submitted of it. What remains is its kind, its dates and its state.
func (tx *Tx) DestroyText(p authz.Permit, id countersign.EvidenceID) ([]string, error) {
	app, err := beneath(p, destroyers...)
	if err == nil {
		err = tx.mustReach(p, app, id)
	}
	if err != nil {
		return nil, fmt.Errorf("store: destroy text: %w", err)
	}
	unused, err := tx.destroyText(app, id)
	if err != nil {
		return nil, fmt.Errorf("store: destroy text: %w", err)
	}
	return unused, nil
}

func (tx *Tx) destroyText(app string, id countersign.EvidenceID) ([]string, error) {
	files, err := all[attachmentRow](tx, "SELECT "+attachmentColumns+" FROM attachments f WHERE f.evidence_id = ?", string(id))
	if err != nil {
		return nil, err
	}
	for _, sql := range []string{
		"UPDATE evidence SET title = '', narrative = '', reflection = '', details = '{}', observed_by = NULL, read_comment = '', withdraw_reason = '' WHERE id = ?",
		"UPDATE evidence_mappings SET justification = '' WHERE evidence_id = ?",
		"DELETE FROM attachments WHERE evidence_id = ?",
	} {
		if _, err := tx.exec(sql, string(id)); err != nil {
			return nil, err
		}
	}
	const every = 1 << 30
	unused, err := tx.destroyRevisions(app, id, every)
	if err != nil {
		return nil, err
	}
	var now []string
	for _, f := range files {
		now = append(now, f.SHA256, f.RenditionSHA256)
	}
	more, err := tx.unused(now)
	return slices.Compact(slices.Sorted(slices.Values(append(unused, more...)))), err
}
