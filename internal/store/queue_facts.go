package store

import (
	"fmt"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// QueueKey names one competency of one apprentice.
type QueueKey struct {
	Apprenticeship countersign.ApprenticeshipID
	Competency     string
}

// QueueFacts is what a decision about a competency would rest on: its accepted
// pieces, without their texts, and its decisions, oldest first.
type QueueFacts struct {
	Pieces    []countersign.Evidence
	Decisions []countersign.SignOff
}

// QueueFacts returns what the competencies of a queue rest on, as far as they
// are within the scope. Items about a piece are passed over. It takes two
// statements.
func (tx *Tx) QueueFacts(scope authz.Scope, items []countersign.QueueItem) (map[QueueKey]QueueFacts, error) {
	facts := map[QueueKey]QueueFacts{}
	var apps, codes []string
	for _, item := range items {
		if item.Competency == "" {
			continue
		}
		facts[QueueKey{item.Apprenticeship, item.Competency}] = QueueFacts{}
		apps, codes = append(apps, string(item.Apprenticeship)), append(codes, item.Competency)
	}
	if len(facts) == 0 {
		return facts, nil
	}
	slices.Sort(apps)
	slices.Sort(codes)
	apps, codes = slices.Compact(apps), slices.Compact(codes)
	within, args := tx.inScope(scope)
	args = append([]any{apps, codes}, args...)
	pieces, err := all[acceptedRow](tx, `SELECT e.apprenticeship_id, m.competency, e.id, e.kind, e.occurred_on, e.accepted_by, e.decided_at
		FROM evidence e JOIN evidence_mappings m ON m.evidence_id = e.id JOIN apprenticeships a ON a.id = e.apprenticeship_id
		WHERE e.apprenticeship_id IN ? AND m.competency IN ? AND e.state = 'accepted' AND NOT e.quarantined AND `+within+` ORDER BY e.decided_at, e.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: queue facts: %w", err)
	}
	for _, r := range pieces {
		key := QueueKey{countersign.ApprenticeshipID(r.ApprenticeshipID), r.Competency}
		if f, ok := facts[key]; ok {
			f.Pieces = append(f.Pieces, r.toDomain())
			facts[key] = f
		}
	}
	decisions, err := all[signOffRow](tx, "SELECT "+signOffColumns+` FROM sign_offs s JOIN apprenticeships a ON a.id = s.apprenticeship_id
		WHERE s.apprenticeship_id IN ? AND s.competency IN ? AND `+within+` ORDER BY s.signed_at, s.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: queue facts: %w", err)
	}
	for _, r := range decisions {
		key := QueueKey{countersign.ApprenticeshipID(r.ApprenticeshipID), r.Competency}
		if f, ok := facts[key]; ok {
			f.Decisions = append(f.Decisions, r.toDomain())
			facts[key] = f
		}
	}
	for key, f := range facts {
		f.Decisions = inChain(f.Decisions)
		facts[key] = f
	}
	return facts, nil
}

// acceptedRow is an accepted piece as far as a requirement asks.
type acceptedRow struct {
	ApprenticeshipID string
	Competency       string
	ID               string
	Kind             string
	OccurredOn       dbDate
	AcceptedBy       dbRef
	DecidedAt        dbTime
}

func (r acceptedRow) toDomain() countersign.Evidence {
	return countersign.Evidence{
		ID: countersign.EvidenceID(r.ID), Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID), State: countersign.Accepted,
		AcceptedBy: countersign.PersonID(r.AcceptedBy), DecidedAt: r.DecidedAt.Time,
		Content: countersign.Content{
			Kind: countersign.EvidenceKind(r.Kind), OccurredOn: r.OccurredOn.Date, Mapping: []countersign.Mapping{{Competency: r.Competency}},
		},
	}
}
