package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// signOffRow is a row of sign_offs. What a decision relied on is in two
// columns, since erasure may empty hashes and titles but no reference.
type signOffRow struct {
	ID               string
	ApprenticeshipID string
	Competency       string
	Decision         string
	Part             string
	Awaits           string
	Level            string
	Comment          string
	Statement        string
	ReliedOn         dbJSON[[]reliedOn]
	ReliedText       dbJSON[[]reliedText]
	AssessorID       string
	AssessorName     string
	AssessorRole     string
	Registration     string
	Authentication   string
	FrameworkID      string
	FrameworkVersion string
	TextHash         string
	SignedAt         dbTime
	SupersedesID     dbRef
	PreviousLeaf     string
	Leaf             string
	Canonical        string
	Salt             string
	ErasedAt         dbTime
	RecordedAt       dbTime // when it was written here, see Unsealed
	Signature        string
	Origin           string `gorm:"->"` // of the signer
	Quarantine       bool   `gorm:"->"` // a report hides some piece of the apprenticeship
}

type reliedOn struct {
	Evidence string `json:"evidence"`
	Revision int    `json:"revision"`
	Counted  bool   `json:"counted"`
}

type reliedText struct {
	Hash  string `json:"hash"`
	Title string `json:"title"`
}

// TableName implements GORM's Tabler.
func (signOffRow) TableName() string { return "sign_offs" }

const signOffColumns = `s.id, s.apprenticeship_id, s.competency, s.decision, s.part, s.awaits, s.level, s.comment, s.statement, s.relied_on,
	s.relied_text, s.assessor_id, s.assessor_name, s.assessor_role, s.registration, s.authentication, s.framework_id,
	s.framework_version, s.text_hash, s.signed_at, s.supersedes_id, s.previous_leaf, s.leaf, s.canonical, s.salt,
	s.erased_at, s.signature, (SELECT p.origin FROM people p WHERE p.id = s.assessor_id) AS origin,
	EXISTS (SELECT 1 FROM evidence k WHERE k.apprenticeship_id = s.apprenticeship_id AND k.quarantined) AS quarantine`

func (r signOffRow) toDomain() countersign.SignOff {
	so := countersign.SignOff{
		ID: countersign.SignOffID(r.ID), Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID), Competency: r.Competency,
		Decision: countersign.Decision(r.Decision), Part: countersign.Part(r.Part), Awaits: countersign.NamingRole(r.Awaits),
		Level: r.Level, Comment: r.Comment, Statement: r.Statement,
		Assessor: countersign.PersonID(r.AssessorID), AssessorName: r.AssessorName, AssessorRole: countersign.NamingRole(r.AssessorRole),
		Registration: r.Registration, Authentication: r.Authentication,
		FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion, TextHash: r.TextHash,
		SignedAt: r.SignedAt.Time, Supersedes: countersign.SignOffID(r.SupersedesID), PreviousLeaf: r.PreviousLeaf, Leaf: r.Leaf, Canonical: r.Canonical, Salt: r.Salt,
		Signature: r.Signature, Origin: r.Origin,
	}
	for i, on := range r.ReliedOn.V {
		e := countersign.Relied{Evidence: countersign.EvidenceID(on.Evidence), Revision: on.Revision, Counted: on.Counted}
		if i < len(r.ReliedText.V) { // none once erased
			e.Hash, e.Title = r.ReliedText.V[i].Hash, r.ReliedText.V[i].Title
		}
		so.Evidence = append(so.Evidence, e)
	}
	return so
}

// fillRelied says what decisions relied on whose own words of it were
// destroyed with a piece of evidence: the hashes that the revisions keep, and
// the titles of those revisions that are still there.
func (tx *Tx) fillRelied(rows []signOffRow) error {
	var pieces []string
	for _, r := range rows {
		if r.destroyed() {
			for _, on := range r.ReliedOn.V {
				pieces = append(pieces, on.Evidence)
			}
		}
	}
	if len(pieces) == 0 {
		return nil
	}
	revisions, err := all[revisionRow](tx, "SELECT "+revisionColumns+" FROM evidence_revisions v WHERE v.evidence_id IN ?", pieces)
	if err != nil {
		return err
	}
	texts := map[reliedOn]reliedText{}
	for _, v := range revisions {
		texts[reliedOn{Evidence: v.EvidenceID, Revision: v.Number}] = reliedText{Hash: v.Hash, Title: v.Content.V.Title}
	}
	for i := range rows {
		if r := &rows[i]; r.destroyed() {
			for _, on := range r.ReliedOn.V {
				r.ReliedText.V = append(r.ReliedText.V, texts[reliedOn{Evidence: on.Evidence, Revision: on.Revision}])
			}
		}
	}
	return nil
}

// destroyed reports whether what the decision says of its evidence was
// destroyed, and nothing else of it.
func (r signOffRow) destroyed() bool {
	return !r.ErasedAt.IsZero() && len(r.ReliedText.V) == 0 && r.Salt != ""
}

func signOffRowOf(so countersign.SignOff) signOffRow {
	r := signOffRow{
		ID: string(so.ID), ApprenticeshipID: string(so.Apprenticeship), Competency: so.Competency,
		Decision: string(so.Decision), Part: string(so.Part), Awaits: string(so.Awaits),
		Level: so.Level, Comment: so.Comment, Statement: so.Statement,
		AssessorID: string(so.Assessor), AssessorName: so.AssessorName, AssessorRole: string(so.AssessorRole),
		Registration: so.Registration, Authentication: so.Authentication,
		FrameworkID: so.FrameworkID, FrameworkVersion: so.FrameworkVersion, TextHash: so.TextHash,
		SignedAt: dbTime{so.SignedAt}, SupersedesID: dbRef(so.Supersedes), PreviousLeaf: so.PreviousLeaf, Leaf: so.Leaf, Canonical: so.Canonical, Salt: so.Salt, Signature: so.Signature,
		ReliedOn: dbJSON[[]reliedOn]{[]reliedOn{}}, ReliedText: dbJSON[[]reliedText]{[]reliedText{}},
	}
	for _, e := range so.Evidence {
		r.ReliedOn.V = append(r.ReliedOn.V, reliedOn{Evidence: string(e.Evidence), Revision: e.Revision, Counted: e.Counted})
		r.ReliedText.V = append(r.ReliedText.V, reliedText{Hash: e.Hash, Title: e.Title})
	}
	return r
}

// AddSignOff appends a decision. Of several that follow the same one, or claim
// the same leaf as the one before, all but the first are a Conflict. The
// identifier is made here unless so has one.
func (tx *Tx) AddSignOff(p authz.Permit, so countersign.SignOff) (countersign.SignOff, error) {
	id, err := beneath(p, authz.SignOff, authz.WithdrawSignOff)
	if err == nil && string(so.Apprenticeship) != id {
		err = errPermit
	}
	if err != nil {
		return so, fmt.Errorf("store: add sign-off: %w", err)
	}
	if so.ID == "" {
		so.ID = countersign.SignOffID(tx.NewID())
	}
	row := signOffRowOf(so)
	row.RecordedAt = dbTime{tx.Now()}
	if err := tx.insert(&row); err != nil {
		return so, fmt.Errorf("store: add sign-off: %w", err)
	}
	return so, nil
}

// SignOffs returns every decision beneath the apprenticeship, newest first.
func (tx *Tx) SignOffs(p authz.Permit) ([]countersign.SignOff, error) {
	id, err := beneath(p, decisionReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: sign-offs: %w", err)
	}
	rows, err := all[signOffRow](tx, "SELECT "+signOffColumns+" FROM sign_offs s WHERE s.apprenticeship_id = ? ORDER BY s.signed_at DESC, s.id DESC", id)
	if err == nil {
		err = tx.fillRelied(rows)
	}
	if err == nil {
		err = tx.hideTitles(p, rows)
	}
	if err != nil {
		return nil, fmt.Errorf("store: sign-offs: %w", err)
	}
	out := make([]countersign.SignOff, len(rows))
	for i, r := range rows {
		out[i] = r.toDomain()
	}
	return out, nil
}

// LastLeaf returns the leaf of the apprenticeship's last decision, the one
// that no other follows; empty before the first.
func (tx *Tx) LastLeaf(p authz.Permit) (string, error) {
	id, err := beneath(p, decisionReaders...)
	if err != nil {
		return "", fmt.Errorf("store: last leaf: %w", err)
	}
	rows, err := all[struct{ Leaf string }](tx, `SELECT s.leaf FROM sign_offs s WHERE s.apprenticeship_id = ?
		AND NOT EXISTS (SELECT 1 FROM sign_offs n WHERE n.apprenticeship_id = s.apprenticeship_id AND n.previous_leaf = s.leaf)`, id)
	if err != nil {
		return "", fmt.Errorf("store: last leaf: %w", err)
	}
	if len(rows) == 0 {
		return "", nil
	}
	return rows[0].Leaf, nil
}
