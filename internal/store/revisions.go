package store

import (
	"fmt"
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// revisionRow is a row of evidence_revisions.
type revisionRow struct {
	EvidenceID     string
	Number         int
	Content        dbJSON[contentJSON]
	ObservedByName string
	Attachments    dbJSON[[]attachmentJSON]
	Hash           string
	SubmittedBy    string
	SubmittedAt    dbTime
	ErasedAt       dbTime
}

// TableName implements GORM's Tabler.
func (revisionRow) TableName() string { return "evidence_revisions" }

const revisionColumns = "v.evidence_id, v.number, v.content, v.observed_by_name, v.attachments, v.hash, v.submitted_by, v.submitted_at, v.erased_at"

// contentJSON is how a frozen content is kept. Add keys, but never rename one:
// old revisions are never rewritten.
type contentJSON struct {
	Kind          string            `json:"kind"`
	Title         string            `json:"title"`
	OccurredOn    string            `json:"occurred_on"`
	Narrative     string            `json:"narrative"`
	Reflection    string            `json:"reflection"`
	Details       map[string]string `json:"details"`
	ObservedBy    string            `json:"observed_by"`
	Entries       int               `json:"entries"`
	Anonymised    bool              `json:"anonymised"`
	PriorLearning bool              `json:"prior_learning"`
	Mapping       []mappingJSON     `json:"mapping"`
}

type mappingJSON struct {
	Code          string `json:"code"`
	Justification string `json:"justification"`
}

type attachmentJSON struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	MediaType string        `json:"media_type"`
	Size      int64         `json:"size"`
	SHA256    string        `json:"sha256"`
	Width     int           `json:"width"`
	Height    int           `json:"height"`
	Rendition renditionJSON `json:"rendition"`
	AddedAt   time.Time     `json:"added_at"`
}

type renditionJSON struct {
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

func contentOf(c countersign.Content) contentJSON {
	out := contentJSON{
		Kind: string(c.Kind), Title: c.Title, OccurredOn: c.OccurredOn.String(), Narrative: c.Narrative, Reflection: c.Reflection,
		Details: detailsOf(c.Details).V, ObservedBy: string(c.ObservedBy), Entries: c.Entries,
		Anonymised: c.Anonymised, PriorLearning: c.PriorLearning, Mapping: []mappingJSON{},
	}
	for _, m := range c.Mapping {
		out.Mapping = append(out.Mapping, mappingJSON{Code: m.Competency, Justification: m.Justification})
	}
	return out
}

func (c contentJSON) toDomain() (countersign.Content, error) {
	out := countersign.Content{
		Kind: countersign.EvidenceKind(c.Kind), Title: c.Title, Narrative: c.Narrative, Reflection: c.Reflection,
		Details: c.Details, ObservedBy: countersign.PersonID(c.ObservedBy), Entries: c.Entries,
		Anonymised: c.Anonymised, PriorLearning: c.PriorLearning,
	}
	for _, m := range c.Mapping {
		out.Mapping = append(out.Mapping, countersign.Mapping{Competency: m.Code, Justification: m.Justification})
	}
	if c.OccurredOn == "" {
		return out, nil
	}
	var err error
	out.OccurredOn, err = countersign.ParseDate(c.OccurredOn)
	return out, err
}

func (r revisionRow) toDomain() (countersign.Revision, error) {
	content, err := r.Content.V.toDomain()
	out := countersign.Revision{
		Evidence: countersign.EvidenceID(r.EvidenceID), Number: r.Number, Content: content, ObservedByName: r.ObservedByName,
		Hash: r.Hash, SubmittedBy: countersign.PersonID(r.SubmittedBy), SubmittedAt: r.SubmittedAt.Time, DestroyedAt: r.ErasedAt.Time,
	}
	for _, a := range r.Attachments.V {
		out.Attachments = append(out.Attachments, countersign.Attachment{
			ID: countersign.AttachmentID(a.ID), Evidence: out.Evidence, Name: a.Name, MediaType: a.MediaType, Size: a.Size,
			SHA256: a.SHA256, Width: a.Width, Height: a.Height, Rendition: countersign.Rendition(a.Rendition), AddedAt: a.AddedAt.UTC(),
		})
	}
	return out, err
}

func revisionRowOf(r countersign.Revision) *revisionRow {
	row := &revisionRow{
		EvidenceID: string(r.Evidence), Number: r.Number, Content: dbJSON[contentJSON]{contentOf(r.Content)}, ObservedByName: r.ObservedByName,
		Attachments: dbJSON[[]attachmentJSON]{[]attachmentJSON{}}, Hash: r.Hash, SubmittedBy: string(r.SubmittedBy), SubmittedAt: dbTime{r.SubmittedAt},
	}
	for _, a := range r.Attachments {
		row.Attachments.V = append(row.Attachments.V, attachmentJSON{
			ID: string(a.ID), Name: a.Name, MediaType: a.MediaType, Size: a.Size, SHA256: a.SHA256, Width: a.Width, Height: a.Height,
			Rendition: renditionJSON(a.Rendition), AddedAt: a.AddedAt.UTC(),
		})
	}
	return row
}

// AddRevision freezes a submitted content of a piece beneath the permit's
// apprenticeship.
func (tx *Tx) AddRevision(p authz.Permit, r countersign.Revision) error {
	app, err := beneath(p, authors...)
	if err == nil {
		err = tx.mustReach(p, app, r.Evidence)
	}
	if err != nil {
		return fmt.Errorf("store: add revision: %w", err)
	}
	if err := tx.insert(revisionRowOf(r)); err != nil {
		return fmt.Errorf("store: add revision: %w", err)
	}
	return nil
}

// Revisions returns what was submitted of a piece, oldest first.
func (tx *Tx) Revisions(p authz.Permit, id countersign.EvidenceID) ([]countersign.Revision, error) {
	app, err := beneath(p, evidenceReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: revisions: %w", err)
	}
	c := within(app)
	c.notHidden(p)
	c.and("v.evidence_id = ?", string(id))
	rows, err := all[revisionRow](tx, "SELECT "+revisionColumns+" FROM evidence_revisions v JOIN evidence e ON e.id = v.evidence_id"+c.where()+" ORDER BY v.number", c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: revisions: %w", err)
	}
	out := make([]countersign.Revision, len(rows))
	for i, r := range rows {
		if out[i], err = r.toDomain(); err != nil {
			return nil, fmt.Errorf("store: revisions: %w", err)
		}
	}
	return out, nil
}

// latest is the condition that revision v is the last of its piece.
const latest = "v.number = (SELECT max(l.number) FROM evidence_revisions l WHERE l.evidence_id = v.evidence_id)"

// LatestRevisions returns what was submitted last of each of the pieces; those
// that were never submitted are left out.
func (tx *Tx) LatestRevisions(p authz.Permit, ids []countersign.EvidenceID) (map[countersign.EvidenceID]countersign.Revision, error) {
	app, err := beneath(p, evidenceReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: latest revisions: %w", err)
	}
	c := within(app)
	c.notHidden(p)
	c.and("v.evidence_id IN ?", texts(ids))
	c.and(latest)
	rows, err := all[revisionRow](tx, "SELECT "+revisionColumns+" FROM evidence_revisions v JOIN evidence e ON e.id = v.evidence_id"+c.where(), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: latest revisions: %w", err)
	}
	out := make(map[countersign.EvidenceID]countersign.Revision, len(rows))
	for _, row := range rows {
		r, err := row.toDomain()
		if err != nil {
			return nil, fmt.Errorf("store: latest revisions: %w", err)
		}
		out[r.Evidence] = r
	}
	return out, nil
}

// RevisionHashes returns the hash of the latest revision of each of the
// pieces; those that were never submitted are left out.
func (tx *Tx) RevisionHashes(p authz.Permit, ids []countersign.EvidenceID) (map[countersign.EvidenceID]string, error) {
	app, err := beneath(p, evidenceReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: revision hashes: %w", err)
	}
	rows, err := all[struct{ EvidenceID, Hash string }](tx, `SELECT v.evidence_id, v.hash FROM evidence_revisions v
		JOIN evidence e ON e.id = v.evidence_id
		WHERE v.evidence_id IN ? AND e.apprenticeship_id = ? AND `+latest, texts(ids), app)
	if err != nil {
		return nil, fmt.Errorf("store: revision hashes: %w", err)
	}
	out := make(map[countersign.EvidenceID]string, len(rows))
	for _, r := range rows {
		out[countersign.EvidenceID(r.EvidenceID)] = r.Hash
	}
	return out, nil
}

// reviewRow is a row of reviews.
type reviewRow struct {
	ID           string
	EvidenceID   string
	Revision     int
	ReviewerID   string
	ReviewerName string
	Role         string
	Decision     string
	Comment      string
	Added        dbJSON[[]string]
	Removed      dbJSON[[]string]
	At           dbTime
	ErasedAt     dbTime
}

// TableName implements GORM's Tabler.
func (reviewRow) TableName() string { return "reviews" }

const reviewColumns = "w.id, w.evidence_id, w.revision, w.reviewer_id, w.reviewer_name, w.role, w.decision, w.comment, w.added, w.removed, w.at, w.erased_at"

func (r reviewRow) toDomain() countersign.Review {
	return countersign.Review{
		ID: countersign.ReviewID(r.ID), Evidence: countersign.EvidenceID(r.EvidenceID), Revision: r.Revision,
		Reviewer: countersign.PersonID(r.ReviewerID), ReviewerName: r.ReviewerName, Role: countersign.NamingRole(r.Role),
		Decision: countersign.ReviewDecision(r.Decision), Comment: r.Comment, Added: r.Added.V, Removed: r.Removed.V, At: r.At.Time,
	}
}

func reviewRowOf(r countersign.Review) *reviewRow {
	return &reviewRow{
		ID: string(r.ID), EvidenceID: string(r.Evidence), Revision: r.Revision, ReviewerID: string(r.Reviewer), ReviewerName: r.ReviewerName,
		Role: string(r.Role), Decision: string(r.Decision), Comment: r.Comment,
		Added: dbJSON[[]string]{r.Added}, Removed: dbJSON[[]string]{r.Removed}, At: dbTime{r.At},
	}
}

// AddReview stores a judgement of a revision of a piece beneath the permit's
// apprenticeship. The identifier is made here unless r has one.
func (tx *Tx) AddReview(p authz.Permit, r countersign.Review) (countersign.Review, error) {
	app, err := beneath(p, slices.Concat(reviewers, authors)...)
	if err == nil {
		err = tx.mustReach(p, app, r.Evidence)
	}
	if err != nil {
		return r, fmt.Errorf("store: add review: %w", err)
	}
	if r.ID == "" {
		r.ID = countersign.ReviewID(tx.NewID())
	}
	if err := tx.insert(reviewRowOf(r)); err != nil {
		return r, fmt.Errorf("store: add review: %w", err)
	}
	return r, nil
}

// Reviews returns the judgements of the pieces, or of all beneath the
// apprenticeship when none are named, oldest first.
func (tx *Tx) Reviews(p authz.Permit, ids ...countersign.EvidenceID) (map[countersign.EvidenceID][]countersign.Review, error) {
	app, err := beneath(p, evidenceReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: reviews: %w", err)
	}
	c := within(app)
	c.notHidden(p)
	if len(ids) > 0 {
		c.and("w.evidence_id IN ?", texts(ids))
	}
	rows, err := all[reviewRow](tx, "SELECT "+reviewColumns+" FROM reviews w JOIN evidence e ON e.id = w.evidence_id"+c.where()+" ORDER BY w.at, w.id", c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: reviews: %w", err)
	}
	out := map[countersign.EvidenceID][]countersign.Review{}
	for _, r := range rows {
		d := r.toDomain()
		out[d.Evidence] = append(out[d.Evidence], d)
	}
	return out, nil
}
