package store

import (
	"fmt"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// originJSON is how the origin of a piece is kept beside its identifier. Add
// keys, but never rename one.
type originJSON struct {
	FrameworkID      string    `json:"framework"`
	FrameworkVersion string    `json:"version"`
	Competency       string    `json:"competency"`
	Revision         int       `json:"revision"`
	Hash             string    `json:"hash"`
	AcceptedByName   string    `json:"accepted_by"`
	AcceptedAt       time.Time `json:"accepted_at"`
}

func originID(o *countersign.Origin) dbRef {
	if o == nil {
		return ""
	}
	return dbRef(o.Evidence)
}

func originOf(o *countersign.Origin) *originJSON {
	if o == nil {
		return nil
	}
	return &originJSON{o.FrameworkID, o.FrameworkVersion, o.Competency, o.Revision, o.Hash, o.AcceptedByName, o.AcceptedAt.UTC()}
}

func (o *originJSON) toDomain(id dbRef) *countersign.Origin {
	if o == nil {
		return nil
	}
	return &countersign.Origin{
		Evidence: countersign.EvidenceID(id), FrameworkID: o.FrameworkID, FrameworkVersion: o.FrameworkVersion, Competency: o.Competency,
		Revision: o.Revision, Hash: o.Hash, AcceptedByName: o.AcceptedByName, AcceptedAt: o.AcceptedAt.UTC(),
	}
}

// AcceptedElsewhere is a piece that was accepted for a competency in another
// apprenticeship of the same person.
type AcceptedElsewhere struct {
	Evidence                      countersign.EvidenceID
	FrameworkID, FrameworkVersion string
	Competency                    string
	Kind                          countersign.EvidenceKind
	Title                         string
	OccurredOn                    countersign.Date
}

// AcceptedElsewhere returns what was accepted in the other apprenticeships of
// the permit's apprentice, once for each competency, the newest first. Pieces
// that are in use here are left out, and those that were copied themselves.
func (tx *Tx) AcceptedElsewhere(p authz.Permit) ([]AcceptedElsewhere, error) {
	id, err := beneath(p, evidenceReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: accepted elsewhere: %w", err)
	}
	rows, err := all[struct {
		ID               string
		FrameworkID      string
		FrameworkVersion string
		Competency       string
		Kind             string
		Title            string
		OccurredOn       dbDate
	}](tx, `SELECT e.id, a.framework_id, a.framework_version, m.competency, e.kind, e.title, e.occurred_on
		FROM apprenticeships a JOIN evidence e ON e.apprenticeship_id = a.id JOIN evidence_mappings m ON m.evidence_id = e.id
		WHERE a.apprentice_id = ? AND a.id <> ? AND e.state = 'accepted' AND NOT e.quarantined AND e.origin_id IS NULL
		AND NOT EXISTS (SELECT 1 FROM evidence h WHERE h.apprenticeship_id = ? AND h.origin_id = e.id AND h.state <> 'withdrawn')
		ORDER BY e.occurred_on DESC, e.id, m.position`, string(p.Subject().Apprentice), id, id)
	if err != nil {
		return nil, fmt.Errorf("store: accepted elsewhere: %w", err)
	}
	out := make([]AcceptedElsewhere, len(rows))
	for i, r := range rows {
		out[i] = AcceptedElsewhere{
			Evidence: countersign.EvidenceID(r.ID), FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion, Competency: r.Competency,
			Kind: countersign.EvidenceKind(r.Kind), Title: r.Title, OccurredOn: r.OccurredOn.Date,
		}
	}
	return out, nil
}
