package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// Subject returns an apprenticeship as the subject of an action: its practice
// and everything above, and the namings that are valid today. An unknown or
// malformed id is NotFound.
//
// Within Write it locks the apprenticeship first, as its like below do, so
// that what is decided by the subject still holds when the write is made.
func (tx *Tx) Subject(id countersign.ApprenticeshipID) (authz.Subject, error) {
	return tx.subject("subject", "?", string(id))
}

// EvidenceSubject returns the subject that a piece of evidence belongs to.
func (tx *Tx) EvidenceSubject(id countersign.EvidenceID) (authz.Subject, error) {
	return tx.subject("evidence subject", "(SELECT e.apprenticeship_id FROM evidence e WHERE e.id = ?)", string(id))
}

// AttachmentSubject returns the subject and the piece that a file belongs to.
func (tx *Tx) AttachmentSubject(id countersign.AttachmentID) (authz.Subject, countersign.EvidenceID, error) {
	s, err := tx.subject("attachment subject",
		"(SELECT e.apprenticeship_id FROM attachments f JOIN evidence e ON e.id = f.evidence_id WHERE f.id = ?)", string(id))
	if err != nil {
		return s, "", err
	}
	piece, err := one[struct{ EvidenceID string }](tx, "SELECT f.evidence_id FROM attachments f WHERE f.id = ?", string(id))
	if err != nil {
		return authz.Subject{}, "", fmt.Errorf("store: attachment subject: %w", err)
	}
	return s, countersign.EvidenceID(piece.EvidenceID), nil
}

// SignOffSubject returns the subject that a decision belongs to, and the
// decision.
func (tx *Tx) SignOffSubject(id countersign.SignOffID) (authz.Subject, countersign.SignOff, error) {
	s, err := tx.subject("sign-off subject", "(SELECT s.apprenticeship_id FROM sign_offs s WHERE s.id = ?)", string(id))
	if err != nil {
		return s, countersign.SignOff{}, err
	}
	row, err := one[signOffRow](tx, "SELECT "+signOffColumns+" FROM sign_offs s WHERE s.id = ?", string(id))
	if err != nil {
		return authz.Subject{}, countersign.SignOff{}, fmt.Errorf("store: sign-off subject: %w", err)
	}
	rows := []signOffRow{row}
	if err := tx.fillRelied(rows); err != nil {
		return authz.Subject{}, countersign.SignOff{}, fmt.Errorf("store: sign-off subject: %w", err)
	}
	return s, rows[0].toDomain(), nil
}

// subject finds the apprenticeship whose id is the SQL expression of one
// parameter. It takes two statements.
func (tx *Tx) subject(what, expression, id string) (authz.Subject, error) {
	if !countersign.ValidID(id) {
		return authz.Subject{}, notFound()
	}
	app, err := tx.begin(expression, id)
	if err != nil {
		return authz.Subject{}, fmt.Errorf("store: %s: %w", what, err)
	}
	rows, err := all[struct {
		Place  string      // empty for a naming
		Naming namingRow   `gorm:"embedded"`
		Names  namingNames `gorm:"embedded"`
	}](tx, `SELECT b.ancestor_id AS place, '' AS id, '' AS person_id, '' AS role, '' AS domains, NULL AS covers_id,
			NULL AS from_on, NULL AS to_on, NULL AS briefing_on, '' AS person_name, '' AS person_email, '' AS covers_name, b.depth AS nth
		FROM organisation_ancestors b WHERE b.organisation_id = ?
		UNION ALL
		SELECT '', `+namingColumns+`, 0 FROM `+namingTables+`
		WHERE n.apprenticeship_id = ? AND `+namingValid+`
		ORDER BY nth, from_on, id`, string(app.Practice), string(app.ID), tx.today(), tx.today())
	if err != nil {
		return authz.Subject{}, fmt.Errorf("store: %s: %w", what, err)
	}
	s := authz.Subject{Apprenticeship: app.ID, Apprentice: app.Apprentice}
	for _, r := range rows {
		if r.Place != "" {
			s.Places = append(s.Places, countersign.OrganisationID(r.Place))
			continue
		}
		r.Naming.ApprenticeshipID = string(app.ID)
		s.Namings = append(s.Namings, r.Naming.toDomain(r.Names))
	}
	return s, nil
}

// begin finds the apprenticeship whose id is the SQL expression of one
// parameter. A write locks it; a read remembers all of it for Apprenticeship.
func (tx *Tx) begin(expression, id string) (countersign.Apprenticeship, error) {
	if !tx.write {
		app, err := tx.apprenticeshipBy(expression, id)
		if err == nil {
			if tx.seen == nil {
				tx.seen = map[countersign.ApprenticeshipID]countersign.Apprenticeship{}
			}
			tx.seen[app.ID] = app
		}
		return app, err
	}
	row, err := one[struct{ ID, ApprenticeID, PracticeID string }](tx,
		"SELECT a.id, a.apprentice_id, a.practice_id FROM apprenticeships a WHERE a.id = "+expression+tx.onPostgres(" FOR NO KEY UPDATE"), id)
	return countersign.Apprenticeship{
		ID: countersign.ApprenticeshipID(row.ID), Apprentice: countersign.PersonID(row.ApprenticeID), Practice: countersign.OrganisationID(row.PracticeID),
	}, err
}
