package store

import (
	"fmt"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// AddEvidence stores a piece with its mapping beneath the permit's
// apprenticeship. The identifier is made here unless e has one.
func (tx *Tx) AddEvidence(p authz.Permit, e countersign.Evidence) (countersign.Evidence, error) {
	app, err := beneath(p, authors...)
	if err != nil {
		return e, fmt.Errorf("store: add evidence: %w", err)
	}
	if e.ID == "" {
		e.ID = countersign.EvidenceID(tx.NewID())
	}
	row := evidenceRowOf(e, app)
	row.Version, row.CreatedAt, row.UpdatedAt = 1, dbTime{tx.Now()}, dbTime{tx.Now()}
	if err := tx.insert(&row); err != nil {
		return e, fmt.Errorf("store: add evidence: %w", err)
	}
	return tx.wrote("add evidence", p, app, e)
}

// wrote stores the mapping of a piece that was written, recounts what waits
// and returns the piece as it is now.
func (tx *Tx) wrote(what string, p authz.Permit, app string, e countersign.Evidence) (countersign.Evidence, error) {
	var rows []mappingRow
	for i, m := range e.Mapping {
		rows = append(rows, mappingRow{EvidenceID: string(e.ID), Competency: m.Competency, Position: i, Justification: m.Justification})
	}
	if len(rows) > 0 {
		if err := tx.insert(&rows); err != nil {
			return e, fmt.Errorf("store: %s: mapping: %w", what, err)
		}
	}
	if err := tx.recountWaiting(app); err != nil {
		return e, fmt.Errorf("store: %s: %w", what, err)
	}
	now, err := tx.onePiece(p, within(app), e.ID)
	if err != nil {
		return e, fmt.Errorf("store: %s: %w", what, err)
	}
	return now, nil
}

// ChangeEvidence stores everything about a piece that can change, and its
// mapping. A version that is not the present one is a Conflict.
func (tx *Tx) ChangeEvidence(p authz.Permit, e countersign.Evidence, version int) (countersign.Evidence, error) {
	app, err := beneath(p, slices.Concat(authors, reviewers)...)
	if err != nil {
		return e, fmt.Errorf("store: change evidence: %w", err)
	}
	if err := tx.mustReach(p, app, e.ID); err != nil {
		return e, fmt.Errorf("store: change evidence: %w", err)
	}
	r := evidenceRowOf(e, app)
	n, err := tx.update("evidence", map[string]any{
		"kind": r.Kind, "title": r.Title, "occurred_on": r.OccurredOn, "narrative": r.Narrative, "reflection": r.Reflection,
		"details": r.Details, "observed_by": r.ObservedBy, "entries": r.Entries, "anonymised": r.Anonymised, "prior_learning": r.PriorLearning,
		"state": r.State, "revision": r.Revision, "accepted_by": r.AcceptedBy, "decided_at": r.DecidedAt, "submitted_at": r.SubmittedAt,
		"read_at": r.ReadAt, "read_comment": r.ReadComment, "withdrawn_at": r.WithdrawnAt, "withdraw_reason": r.WithdrawReason,
		"quarantined": r.Quarantined, "version": version + 1, "updated_at": dbTime{tx.Now()},
	}, "id = ? AND apprenticeship_id = ? AND version = ?", r.ID, app, version)
	if err != nil {
		return e, fmt.Errorf("store: change evidence: %w", err)
	}
	if n == 0 {
		return e, stale()
	}
	if _, err := tx.exec("DELETE FROM evidence_mappings WHERE evidence_id = ?", r.ID); err != nil {
		return e, fmt.Errorf("store: change evidence: mapping: %w", err)
	}
	return tx.wrote("change evidence", p, app, e)
}

// DeleteEvidence deletes a draft that was never submitted, with its mapping
// and the list of its files. Anything else, and a version that is not the
// present one, is a Conflict.
func (tx *Tx) DeleteEvidence(p authz.Permit, id countersign.EvidenceID, version int) error {
	app, err := beneath(p, authors...)
	if err != nil {
		return fmt.Errorf("store: delete evidence: %w", err)
	}
	if err := tx.mustReach(p, app, id); err != nil {
		return fmt.Errorf("store: delete evidence: %w", err)
	}
	const draft = "(SELECT e.id FROM evidence e WHERE e.id = ? AND e.apprenticeship_id = ? AND e.version = ? AND e.state = 'draft' AND e.revision = 0)"
	var n int
	for _, sql := range []string{
		"DELETE FROM evidence_mappings WHERE evidence_id IN " + draft,
		"DELETE FROM attachments WHERE evidence_id IN " + draft,
		"DELETE FROM evidence WHERE id IN " + draft,
	} {
		if n, err = tx.exec(sql, string(id), app, version); err != nil {
			return fmt.Errorf("store: delete evidence: %w", err)
		}
	}
	if n == 0 {
		return stale()
	}
	return nil
}

// attachmentRow is a row of attachments.
type attachmentRow struct {
	ID              string
	EvidenceID      string
	Name            string
	MediaType       string
	Size            int64
	SHA256          string `gorm:"column:sha256"`
	Width           int
	Height          int
	RenditionSHA256 string `gorm:"column:rendition_sha256"`
	RenditionSize   int64
	RenditionWidth  int
	RenditionHeight int
	AddedAt         dbTime
	Unchecked       bool `gorm:"->"`
}

// TableName implements GORM's Tabler.
func (attachmentRow) TableName() string { return "attachments" }

const attachmentColumns = `f.id, f.evidence_id, f.name, f.media_type, f.size, f.sha256, f.width, f.height, f.rendition_sha256, f.rendition_size,
	f.rendition_width, f.rendition_height, f.added_at,
	EXISTS (SELECT 1 FROM file_keys k WHERE k.unchecked AND k.sha256 IN (f.sha256, f.rendition_sha256)) AS unchecked`

func (r attachmentRow) toDomain() countersign.Attachment {
	return countersign.Attachment{
		ID: countersign.AttachmentID(r.ID), Evidence: countersign.EvidenceID(r.EvidenceID), Name: r.Name, MediaType: r.MediaType,
		Size: r.Size, SHA256: r.SHA256, Width: r.Width, Height: r.Height,
		Rendition: countersign.Rendition{SHA256: r.RenditionSHA256, Size: r.RenditionSize, Width: r.RenditionWidth, Height: r.RenditionHeight},
		AddedAt:   r.AddedAt.Time, Unchecked: r.Unchecked,
	}
}

func attachmentRowOf(a countersign.Attachment) *attachmentRow {
	return &attachmentRow{
		ID: string(a.ID), EvidenceID: string(a.Evidence), Name: a.Name, MediaType: a.MediaType, Size: a.Size, SHA256: a.SHA256,
		Width: a.Width, Height: a.Height, RenditionSHA256: a.Rendition.SHA256, RenditionSize: a.Rendition.Size,
		RenditionWidth: a.Rendition.Width, RenditionHeight: a.Rendition.Height, AddedAt: dbTime{a.AddedAt},
	}
}

// AddAttachment adds a file to a piece beneath the permit's apprenticeship, at
// this time. The identifier is made here unless a has one.
func (tx *Tx) AddAttachment(p authz.Permit, a countersign.Attachment) (countersign.Attachment, error) {
	app, err := beneath(p, authors...)
	if err == nil {
		err = tx.mustReach(p, app, a.Evidence)
	}
	if err != nil {
		return a, fmt.Errorf("store: add attachment: %w", err)
	}
	if a.ID == "" {
		a.ID = countersign.AttachmentID(tx.NewID())
	}
	a.AddedAt = tx.Now()
	if err := tx.mustHold(a.SHA256, a.Rendition.SHA256); err != nil {
		return a, fmt.Errorf("store: add attachment: %w", err)
	}
	if err := tx.insert(attachmentRowOf(a)); err != nil {
		return a, fmt.Errorf("store: add attachment: %w", err)
	}
	return a, nil
}

// DeleteAttachment takes a file from a piece beneath the permit's
// apprenticeship. One that was submitted is only marked as removed, since
// revisions have it.
func (tx *Tx) DeleteAttachment(p authz.Permit, id countersign.AttachmentID) error {
	app, err := beneath(p, authors...)
	if err != nil {
		return fmt.Errorf("store: delete attachment: %w", err)
	}
	c := within(app)
	c.notOthersDraft(p)
	which := "id = ? AND removed_at IS NULL AND evidence_id IN (SELECT e.id FROM evidence e" + c.where() + ")"
	args := append([]any{string(id)}, c.args...)
	n, err := tx.exec("DELETE FROM attachments WHERE "+which+
		" AND NOT EXISTS (SELECT 1 FROM evidence s WHERE s.id = attachments.evidence_id AND s.revision > 0 AND s.submitted_at >= attachments.added_at)", args...)
	if err == nil && n == 0 {
		n, err = tx.update("attachments", map[string]any{"removed_at": dbTime{tx.Now()}}, which, args...)
	}
	if err != nil {
		return fmt.Errorf("store: delete attachment: %w", err)
	}
	if n == 0 {
		return notFound()
	}
	return nil
}
