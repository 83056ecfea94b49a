package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// evidenceRow is a row of evidence.
type evidenceRow struct {
	ID               string
	ApprenticeshipID string
	RecordedBy       dbRef
	Kind             string
	Title            string
	OccurredOn       dbDate
	Narrative        string
	Reflection       string
	Details          dbJSON[map[string]string]
	ObservedBy       dbRef
	Entries          int
	Anonymised       bool
	PriorLearning    bool
	State            string
	Revision         int
	AcceptedBy       dbRef
	DecidedAt        dbTime
	SubmittedAt      dbTime
	ReadAt           dbTime
	ReadComment      string
	WithdrawnAt      dbTime
	WithdrawReason   string
	Quarantined      bool
	OriginID         dbRef
	Origin           dbJSON[*originJSON]
	Version          int
	CreatedAt        dbTime
	UpdatedAt        dbTime
}

// TableName implements GORM's Tabler.
func (evidenceRow) TableName() string { return "evidence" }

// mappingRow is a row of evidence_mappings.
type mappingRow struct {
	EvidenceID    string
	Competency    string
	Position      int
	Justification string
}

// TableName implements GORM's Tabler.
func (mappingRow) TableName() string { return "evidence_mappings" }

// evidenceRowOf returns the row of a piece beneath an apprenticeship.
func evidenceRowOf(e countersign.Evidence, apprenticeship string) evidenceRow {
	return evidenceRow{
		ID: string(e.ID), ApprenticeshipID: apprenticeship, RecordedBy: dbRef(e.RecordedBy),
		Kind: string(e.Kind), Title: e.Title, OccurredOn: dbDate{e.OccurredOn}, Narrative: e.Narrative, Reflection: e.Reflection,
		Details: detailsOf(e.Details), ObservedBy: dbRef(e.ObservedBy), Entries: e.Entries,
		Anonymised: e.Anonymised, PriorLearning: e.PriorLearning,
		State: string(e.State), Revision: e.Revision, AcceptedBy: dbRef(e.AcceptedBy), DecidedAt: dbTime{e.DecidedAt},
		SubmittedAt: dbTime{e.SubmittedAt}, ReadAt: dbTime{e.ReadAt}, ReadComment: e.ReadComment,
		WithdrawnAt: dbTime{e.WithdrawnAt}, WithdrawReason: e.WithdrawReason, Quarantined: e.Quarantined,
		OriginID: originID(e.Origin), Origin: dbJSON[*originJSON]{originOf(e.Origin)},
	}
}

func detailsOf(m map[string]string) dbJSON[map[string]string] {
	if m == nil {
		m = map[string]string{}
	}
	return dbJSON[map[string]string]{m}
}

func (r evidenceRow) toDomain() countersign.Evidence {
	return countersign.Evidence{
		ID: countersign.EvidenceID(r.ID), Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID),
		RecordedBy: countersign.PersonID(r.RecordedBy),
		Content: countersign.Content{
			Kind: countersign.EvidenceKind(r.Kind), Title: r.Title, OccurredOn: r.OccurredOn.Date,
			Narrative: r.Narrative, Reflection: r.Reflection, Details: r.Details.V, ObservedBy: countersign.PersonID(r.ObservedBy),
			Entries: r.Entries, Anonymised: r.Anonymised, PriorLearning: r.PriorLearning,
		},
		State: countersign.EvidenceState(r.State), Revision: r.Revision, AcceptedBy: countersign.PersonID(r.AcceptedBy),
		DecidedAt: r.DecidedAt.Time, SubmittedAt: r.SubmittedAt.Time, ReadAt: r.ReadAt.Time, ReadComment: r.ReadComment,
		WithdrawnAt: r.WithdrawnAt.Time, WithdrawReason: r.WithdrawReason, Quarantined: r.Quarantined, Origin: r.Origin.V.toDomain(r.OriginID),
		Version: r.Version, CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
	}
}

// amount says how much of each piece to read.
type amount int

const (
	light  amount = iota // without long texts and files: two statements
	listed               // with files: three
	whole                // everything: three
)

const evidenceColumns = `e.id, e.apprenticeship_id, e.recorded_by, e.kind, e.title, e.occurred_on, e.observed_by, e.entries,
	e.anonymised, e.prior_learning, e.state, e.revision, e.accepted_by, e.decided_at, e.submitted_at, e.read_at,
	e.withdrawn_at, e.withdraw_reason, e.quarantined, e.origin_id, e.origin, e.version, e.created_at, e.updated_at,
	COALESCE((SELECT p.name FROM people p WHERE p.id = e.recorded_by), '') AS recorded_by_name,
	COALESCE((SELECT p.name FROM people p WHERE p.id = e.observed_by), '') AS observed_by_name,
	COALESCE((SELECT p.name FROM people p WHERE p.id = e.accepted_by), '') AS accepted_by_name`

// evidence returns the pieces beneath the permit's apprenticeship, which is in
// the conditions.
func (tx *Tx) evidence(p authz.Permit, much amount, c conditions, order string, args ...any) ([]countersign.Evidence, error) {
	columns := evidenceColumns
	if much == whole {
		columns += ", e.narrative, e.reflection, e.details, e.read_comment"
	}
	rows, err := all[struct {
		Evidence       evidenceRow `gorm:"embedded"`
		RecordedByName string
		ObservedByName string
		AcceptedByName string
	}](tx, "SELECT "+columns+" FROM evidence e"+c.where()+" ORDER BY "+order, append(c.args, args...)...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out, at, ids := make([]countersign.Evidence, len(rows)), make(map[string]int, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		out[i], at[r.Evidence.ID], ids[i] = r.Evidence.toDomain(), i, r.Evidence.ID
		out[i].Apprentice = p.Subject().Apprentice
		out[i].RecordedByName, out[i].ObservedByName, out[i].AcceptedByName = r.RecordedByName, r.ObservedByName, r.AcceptedByName
	}
	mappings, err := all[mappingRow](tx, "SELECT evidence_id, competency, justification FROM evidence_mappings WHERE evidence_id IN ? ORDER BY position", ids)
	if err != nil {
		return nil, err
	}
	for _, m := range mappings {
		e := &out[at[m.EvidenceID]]
		e.Mapping = append(e.Mapping, countersign.Mapping{Competency: m.Competency, Justification: m.Justification})
	}
	if much == light {
		return out, tx.hide(p, out)
	}
	files, err := all[attachmentRow](tx, "SELECT "+attachmentColumns+" FROM attachments f WHERE f.evidence_id IN ? AND f.removed_at IS NULL ORDER BY f.added_at, f.id", ids)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		e := &out[at[f.EvidenceID]]
		e.Attachments = append(e.Attachments, f.toDomain())
	}
	return out, tx.hide(p, out)
}

// within is the condition that a piece is beneath an apprenticeship.
func within(apprenticeship string) conditions {
	var c conditions
	c.and("e.apprenticeship_id = ?", apprenticeship)
	return c
}

// notOthersDraft is the condition that a piece isn't a draft that somebody
// else than the permit's actor writes (RULES E3).
func (c *conditions) notOthersDraft(p authz.Permit) {
	c.and("e.state <> 'draft' OR COALESCE(e.recorded_by, ?) = ?", string(p.Subject().Apprentice), string(p.Actor().ID()))
}

// Evidence returns one piece, whole. One beneath another apprenticeship,
// somebody else's draft, and one that a report hides, is NotFound.
func (tx *Tx) Evidence(p authz.Permit, id countersign.EvidenceID) (countersign.Evidence, error) {
	app, err := beneath(p, evidenceReaders...)
	if err != nil {
		return countersign.Evidence{}, fmt.Errorf("store: evidence: %w", err)
	}
	c := within(app)
	c.notOthersDraft(p)
	c.notHidden(p)
	e, err := tx.onePiece(p, c, id)
	if err != nil {
		return e, fmt.Errorf("store: evidence: %w", err)
	}
	return e, nil
}

func (tx *Tx) onePiece(p authz.Permit, c conditions, id countersign.EvidenceID) (countersign.Evidence, error) {
	if !countersign.ValidID(string(id)) {
		return countersign.Evidence{}, notFound()
	}
	c.and("e.id = ?", string(id))
	found, err := tx.evidence(p, whole, c, "e.id")
	if err != nil {
		return countersign.Evidence{}, err
	}
	if len(found) == 0 {
		return countersign.Evidence{}, notFound()
	}
	return found[0], nil
}

// mustReach fails with NotFound unless the piece is beneath the apprenticeship,
// isn't somebody else's draft, and isn't hidden by a report.
func (tx *Tx) mustReach(p authz.Permit, apprenticeship string, id countersign.EvidenceID) error {
	if !countersign.ValidID(string(id)) {
		return notFound()
	}
	c := within(apprenticeship)
	c.notOthersDraft(p)
	c.notHidden(p)
	c.and("e.id = ?", string(id))
	_, err := one[struct{ ID string }](tx, "SELECT e.id FROM evidence e"+c.where(), c.args...)
	return err
}

// PortfolioEvidence returns every piece but drafts, whole, oldest first. A
// portfolio is for handing on: what was reported is hidden in it from anybody.
func (tx *Tx) PortfolioEvidence(p authz.Permit) ([]countersign.Evidence, error) {
	app, err := beneath(p, evidenceReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: portfolio evidence: %w", err)
	}
	c := within(app)
	c.and("e.state <> 'draft'")
	pieces, err := tx.evidence(p, whole, c, "e.created_at, e.id")
	if err != nil {
		return nil, fmt.Errorf("store: portfolio evidence: %w", err)
	}
	for i, e := range pieces {
		if e.Quarantined {
			pieces[i] = e.Hide()
		}
	}
	return pieces, nil
}

// EvidenceFilter says which pieces to list. Empty parts ask for nothing.
type EvidenceFilter struct {
	States       []countersign.EvidenceState
	Kinds        []countersign.EvidenceKind
	Competencies []string         // mapped to any of them
	From, To     countersign.Date // when it occurred, both included
	Drafts       bool             // those of the permit's actor too
	Cursor       string
	Limit        int // 0: 50; at most 200
}

// EvidenceList lists pieces with their mapping and files but without their
// long texts, newest first, and returns the cursor of the next page; empty at
// the end. It takes three statements at most.
func (tx *Tx) EvidenceList(p authz.Permit, f EvidenceFilter) ([]countersign.Evidence, string, error) {
	app, err := beneath(p, evidenceReaders...)
	if err != nil {
		return nil, "", fmt.Errorf("store: evidence list: %w", err)
	}
	c := within(app)
	if f.Drafts {
		c.notOthersDraft(p)
	} else {
		c.and("e.state <> 'draft'")
	}
	if len(f.States) > 0 {
		c.and("e.state IN ?", texts(f.States))
	}
	if len(f.Kinds) > 0 {
		c.and("e.kind IN ?", texts(f.Kinds))
	}
	if len(f.Competencies) > 0 {
		c.and("EXISTS (SELECT 1 FROM evidence_mappings m WHERE m.evidence_id = e.id AND m.competency IN ?)", f.Competencies)
	}
	if !f.From.IsZero() {
		c.and("e.occurred_on >= ?", dbDate{f.From})
	}
	if !f.To.IsZero() {
		c.and("e.occurred_on <= ?", dbDate{f.To})
	}
	const newest = "newest"
	if f.Cursor != "" {
		last, key, err := decodeCursor(f.Cursor, newest, timeKey)
		if err != nil {
			return nil, "", err
		}
		c.and("(e.created_at, e.id) < (?, ?)", key, last.ID)
	}
	limit := pageSize(f.Limit)
	list, err := tx.evidence(p, listed, c, "e.created_at DESC, e.id DESC LIMIT ?", limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("store: evidence list: %w", err)
	}
	if len(list) <= limit {
		return list, "", nil
	}
	list = list[:limit]
	last := list[limit-1]
	return list, cursor{Sort: newest, Key: last.CreatedAt.Format(timeLayout), ID: string(last.ID)}.encode(), nil
}

// texts returns words of any vocabulary as query parameters.
func texts[T ~string](words []T) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}
