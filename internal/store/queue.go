package store

import (
	"fmt"
	"slices"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// QueueFilter narrows a queue down. Empty parts ask for nothing; the scope
// always holds.
type QueueFilter struct {
	Types          []countersign.WaitingType
	Apprenticeship countersign.ApprenticeshipID
	Limit          int // 0: 50
	Offset         int
}

// queueRow is a row of a queue.
type queueRow struct {
	Type             string
	Since            dbTime
	ApprenticeshipID string
	EvidenceID       string
	Title            string
	Kind             string
	ObservedBy       dbRef
	Competency       string
	Version          int
	Awaits           string
	OpenAssessor     dbRef
	ApprenticeID     string
	ApprenticeName   string
	PracticeName     string
	FrameworkID      string
	FrameworkVersion string
}

// Queue returns what waits on the apprenticeships at work within the scope,
// oldest first: submitted pieces and competencies that somebody can act on.
// Whether a person may act on an item is not decided here. It takes two
// statements.
func (tx *Tx) Queue(scope authz.Scope, f QueueFilter) ([]countersign.QueueItem, error) {
	if f.Limit <= 0 {
		f.Limit = pageSize(0)
	}
	var mine conditions
	within, args := tx.inScope(scope)
	mine.and(within, args...)
	mine.and(working)
	if f.Apprenticeship != "" {
		mine.and("a.id = ?", string(f.Apprenticeship))
	}
	args = mine.args
	var parts []string
	if len(f.Types) == 0 || slices.Contains(f.Types, countersign.WaitReview) {
		parts = append(parts, `SELECT 'review' AS type, e.submitted_at AS since, e.id AS evidence_id, e.title, e.kind,
			e.observed_by, '' AS competency, e.version, '' AS awaits, NULL AS open_assessor, mine.*
			FROM mine JOIN evidence e ON e.apprenticeship_id = mine.apprenticeship_id WHERE e.state = 'submitted' AND NOT e.quarantined`)
	}
	if !slices.Equal(f.Types, []countersign.WaitingType{countersign.WaitReview}) {
		part := `SELECT t.waiting_type AS type, t.waiting_since AS since, '' AS evidence_id, '' AS title, '' AS kind,
			NULL AS observed_by, t.competency, t.version, t.open_awaits AS awaits, t.open_assessor, mine.*
			FROM mine JOIN attainments t ON t.apprenticeship_id = mine.apprenticeship_id WHERE t.waiting_type <> ''`
		if len(f.Types) > 0 {
			part += " AND t.waiting_type IN ?"
			args = append(args, texts(f.Types))
		}
		parts = append(parts, part)
	}
	rows, err := all[queueRow](tx, `WITH mine AS (SELECT a.id AS apprenticeship_id, a.apprentice_id, a.framework_id, a.framework_version,
			(SELECT p.name FROM people p WHERE p.id = a.apprentice_id) AS apprentice_name,
			(SELECT o.name FROM organisations o WHERE o.id = a.practice_id) AS practice_name
			FROM apprenticeships a`+mine.where()+`)
		`+strings.Join(parts, " UNION ALL ")+`
		ORDER BY since, apprenticeship_id, evidence_id, competency LIMIT ? OFFSET ?`, append(args, f.Limit, f.Offset)...)
	if err != nil {
		return nil, fmt.Errorf("store: queue: %w", err)
	}
	items, at, ids := make([]countersign.QueueItem, len(rows)), map[string]int{}, []string{}
	for i, r := range rows {
		items[i] = r.toDomain()
		if r.EvidenceID != "" {
			at[r.EvidenceID], ids = i, append(ids, r.EvidenceID)
		}
	}
	if len(ids) == 0 {
		return items, nil
	}
	mappings, err := all[mappingRow](tx, "SELECT evidence_id, competency FROM evidence_mappings WHERE evidence_id IN ? ORDER BY position", ids)
	if err != nil {
		return nil, fmt.Errorf("store: queue: %w", err)
	}
	for _, m := range mappings {
		item := &items[at[m.EvidenceID]]
		item.Mapping = append(item.Mapping, m.Competency)
	}
	return items, nil
}

func (r queueRow) toDomain() countersign.QueueItem {
	return countersign.QueueItem{
		Type: countersign.WaitingType(r.Type), Since: r.Since.Time,
		Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID), Apprentice: countersign.PersonID(r.ApprenticeID),
		ApprenticeName: r.ApprenticeName, PracticeName: r.PracticeName, FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion,
		Evidence: countersign.EvidenceID(r.EvidenceID), EvidenceTitle: r.Title, EvidenceKind: countersign.EvidenceKind(r.Kind),
		ObservedBy: countersign.PersonID(r.ObservedBy), Competency: r.Competency, Version: r.Version,
		Awaits: countersign.NamingRole(r.Awaits), OpenAssessor: countersign.PersonID(r.OpenAssessor),
	}
}
