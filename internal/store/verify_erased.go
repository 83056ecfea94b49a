package store

import (
	"fmt"
	"slices"

	"countersign/internal/authz"
)

// ErasedToCheck is a row that says that something of it was erased.
type ErasedToCheck struct{ Table, ID string }

// decidedErasure is that the apprentice of x.app was erased at the moment of
// x.erased_at, or a reported piece of that record redacted: one transaction
// writes both.
const decidedErasure = `EXISTS (SELECT 1 FROM erasures e JOIN apprenticeships a ON a.apprentice_id = e.person_id
		WHERE a.id = x.app AND e.event = 'erased' AND e.at = x.erased_at)
	OR EXISTS (SELECT 1 FROM evidence_reports r JOIN evidence v ON v.id = r.evidence_id
		WHERE v.apprenticeship_id = x.app AND r.redacted_at = x.erased_at)`

// UndecidedErasures returns the rows of the record that are marked as erased
// though nobody decided so. Without that a mark would be a way to empty a text
// that was signed.
func (tx *Tx) UndecidedErasures(p authz.Permit) (found []ErasedToCheck, err error) {
	if err := toCheck(p); err != nil {
		return nil, err
	}
	kept := []recordTable{{name: "sign_offs", key: "id"}, {name: "ledger_records", key: "table_name, row_id"}}
	for _, t := range slices.Concat(kept, recordTables) {
		if _, marked := t.register().Column("erased_at"); !marked {
			continue
		}
		ids, err := all[string](tx, `SELECT x.id FROM (SELECT `+t.id()+` AS id, `+t.apprenticeship()+` AS app, t.erased_at FROM "`+t.name+`" t WHERE t.erased_at IS NOT NULL) x
			WHERE x.app IS NOT NULL AND NOT (`+decidedErasure+`) ORDER BY x.id`)
		if err != nil {
			return nil, fmt.Errorf("store: undecided erasures: %s: %w", t.name, err)
		}
		for _, id := range ids {
			found = append(found, ErasedToCheck{t.name, id})
		}
	}
	return found, nil
}

// apprenticeship is beneath which apprenticeship a row t is, as SQL; NULL for
// some that aren't sealed yet.
func (t recordTable) apprenticeship() string {
	for column, sql := range map[string]string{
		"apprenticeship_id": "t.apprenticeship_id",
		"evidence_id":       "(SELECT v.apprenticeship_id FROM evidence v WHERE v.id = t.evidence_id)",
	} {
		if _, has := t.register().Column(column); has {
			return sql
		}
	}
	return "(SELECT l.apprenticeship_id FROM ledger_records l WHERE l.table_name = '" + t.name + "' AND l.row_id = " + t.id() + ")"
}
