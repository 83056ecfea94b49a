package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// draftReviewRow is a row of framework_draft_reviews.
type draftReviewRow struct {
	ID           string
	DraftID      string
	PersonID     string
	Decision     string
	Comment      string
	DraftVersion int
	At           dbTime
}

// TableName implements GORM's Tabler.
func (draftReviewRow) TableName() string { return "framework_draft_reviews" }

// draftCommentRow is a row of framework_draft_comments.
type draftCommentRow struct {
	ID           string
	DraftID      string
	PersonID     string
	Place        string
	Text         string
	DraftVersion int
	At           dbTime
	ResolvedAt   dbTime
	ResolvedBy   dbRef
}

// TableName implements GORM's Tabler.
func (draftCommentRow) TableName() string { return "framework_draft_comments" }

// AddDraftReviewer names somebody who is asked to review the permit's draft.
// Naming them again changes nothing.
func (tx *Tx) AddDraftReviewer(p authz.Permit, person countersign.PersonID) (added bool, err error) {
	id, err := onDraft(p, authz.EditFrameworkDraft)
	if err != nil {
		return false, fmt.Errorf("store: add reviewer: %w", err)
	}
	n, err := tx.exec("INSERT INTO framework_draft_reviewers (draft_id, person_id, asked_by, asked_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		id, string(person), string(p.Actor().ID()), dbTime{tx.Now()})
	if err != nil {
		return false, fmt.Errorf("store: add reviewer: %w", err)
	}
	return n == 1, nil
}

// DraftReviewers returns who is asked to review the permit's draft, by name.
func (tx *Tx) DraftReviewers(p authz.Permit) ([]countersign.DraftReviewer, error) {
	id, err := onDraft(p, draftReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: draft reviewers: %w", err)
	}
	rows, err := all[struct {
		PersonID string
		Name     string
		Email    string
		AskedAt  dbTime
	}](tx, `SELECT r.person_id, p.name, p.email, r.asked_at FROM framework_draft_reviewers r JOIN people p ON p.id = r.person_id
		WHERE r.draft_id = ? ORDER BY p.search, p.id`, id)
	if err != nil {
		return nil, fmt.Errorf("store: draft reviewers: %w", err)
	}
	out := make([]countersign.DraftReviewer, len(rows))
	for i, r := range rows {
		out[i] = countersign.DraftReviewer{Person: countersign.PersonID(r.PersonID), Name: r.Name, Email: r.Email, AskedAt: r.AskedAt.Time}
	}
	return out, nil
}

// AddDraftReview keeps what the permit's actor says of the draft. Reviews
// are never changed; the last one counts.
func (tx *Tx) AddDraftReview(p authz.Permit, r countersign.DraftReview) error {
	id, err := onDraft(p, authz.ReviewFrameworkDraft)
	if err != nil {
		return fmt.Errorf("store: add draft review: %w", err)
	}
	row := draftReviewRow{tx.NewID(), id, string(p.Actor().ID()), string(r.Decision), r.Comment, r.Of, dbTime{tx.Now()}}
	if err := tx.insert(&row); err != nil {
		return fmt.Errorf("store: add draft review: %w", err)
	}
	return nil
}

// DraftReviews returns the reviews of the permit's draft, the earliest first.
func (tx *Tx) DraftReviews(p authz.Permit) ([]countersign.DraftReview, error) {
	id, err := onDraft(p, draftReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: draft reviews: %w", err)
	}
	rows, err := all[struct {
		Review draftReviewRow `gorm:"embedded"`
		Name   string
	}](tx, `SELECT r.id, r.draft_id, r.person_id, r.decision, r.comment, r.draft_version, r.at, p.name
		FROM framework_draft_reviews r JOIN people p ON p.id = r.person_id WHERE r.draft_id = ? ORDER BY r.at, r.id`, id)
	if err != nil {
		return nil, fmt.Errorf("store: draft reviews: %w", err)
	}
	out := make([]countersign.DraftReview, len(rows))
	for i, r := range rows {
		out[i] = countersign.DraftReview{
			Person: countersign.PersonID(r.Review.PersonID), Name: r.Name, Decision: countersign.DraftDecision(r.Review.Decision),
			Comment: r.Review.Comment, Of: r.Review.DraftVersion, At: r.Review.At.Time,
		}
	}
	return out, nil
}

// AddDraftComment keeps a remark of the permit's actor. The identifier is made
// here.
func (tx *Tx) AddDraftComment(p authz.Permit, c countersign.DraftComment) (countersign.DraftCommentID, error) {
	id, err := onDraft(p, authz.CommentFrameworkDraft)
	if err != nil {
		return "", fmt.Errorf("store: add draft comment: %w", err)
	}
	row := draftCommentRow{
		ID: tx.NewID(), DraftID: id, PersonID: string(p.Actor().ID()), Place: c.Place, Text: c.Text, DraftVersion: c.Of, At: dbTime{tx.Now()},
	}
	if err := tx.insert(&row); err != nil {
		return "", fmt.Errorf("store: add draft comment: %w", err)
	}
	return countersign.DraftCommentID(row.ID), nil
}

// DraftComments returns the remarks on the permit's draft, the earliest first.
func (tx *Tx) DraftComments(p authz.Permit) ([]countersign.DraftComment, error) {
	id, err := onDraft(p, draftReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: draft comments: %w", err)
	}
	rows, err := all[struct {
		Comment        draftCommentRow `gorm:"embedded"`
		Name           string
		ResolvedByName string
	}](tx, `SELECT k.id, k.draft_id, k.person_id, k.place, k.text, k.draft_version, k.at, k.resolved_at, k.resolved_by, p.name,
			COALESCE(b.name, '') AS resolved_by_name
		FROM framework_draft_comments k JOIN people p ON p.id = k.person_id LEFT JOIN people b ON b.id = k.resolved_by
		WHERE k.draft_id = ? ORDER BY k.at, k.id`, id)
	if err != nil {
		return nil, fmt.Errorf("store: draft comments: %w", err)
	}
	out := make([]countersign.DraftComment, len(rows))
	for i, r := range rows {
		out[i] = countersign.DraftComment{
			ID: countersign.DraftCommentID(r.Comment.ID), Person: countersign.PersonID(r.Comment.PersonID), Name: r.Name, Place: r.Comment.Place,
			Text: r.Comment.Text, Of: r.Comment.DraftVersion, At: r.Comment.At.Time, ResolvedAt: r.Comment.ResolvedAt.Time, ResolvedByName: r.ResolvedByName,
		}
	}
	return out, nil
}

// ResolveDraftComment marks a remark on the permit's draft as dealt with, once.
func (tx *Tx) ResolveDraftComment(p authz.Permit, comment countersign.DraftCommentID) error {
	id, err := onDraft(p, authz.CommentFrameworkDraft)
	if err != nil {
		return fmt.Errorf("store: resolve draft comment: %w", err)
	}
	if !countersign.ValidID(string(comment)) {
		return notFound()
	}
	n, err := tx.exec("UPDATE framework_draft_comments SET resolved_at = ?, resolved_by = ? WHERE id = ? AND draft_id = ? AND resolved_at IS NULL",
		dbTime{tx.Now()}, string(p.Actor().ID()), string(comment), id)
	if err != nil {
		return fmt.Errorf("store: resolve draft comment: %w", err)
	}
	if n == 0 {
		_, err := one[string](tx, "SELECT k.id FROM framework_draft_comments k WHERE k.id = ? AND k.draft_id = ?", string(comment), id)
		return err // it was resolved before, or is another draft's
	}
	return nil
}
