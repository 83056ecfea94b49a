package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"countersign/internal/countersign"
)

// Tree returns every place there is, closed ones too, by code.
func (tx *Tx) Tree() ([]countersign.Organisation, error) {
	rows, err := all[organisationRow](tx, "SELECT "+organisationColumns+" FROM organisations o ORDER BY o.code")
	if err != nil {
		return nil, fmt.Errorf("store: tree: %w", err)
	}
	tree := make([]countersign.Organisation, len(rows))
	for i, r := range rows {
		tree[i] = r.toDomain()
	}
	return tree, nil
}

// AddOrganisations is AddOrganisation for many, none of them beneath another
// of them. It returns them in the same order.
func (tx *Tx) AddOrganisations(list []countersign.Organisation) ([]countersign.Organisation, error) {
	added := slices.Clone(list)
	for i := range added {
		added[i].ID, added[i].Version = countersign.OrganisationID(tx.NewID()), 1
	}
	for batch := range slices.Chunk(added, insertAtOnce) {
		rows, ids := make([]organisationRow, len(batch)), make([]string, len(batch))
		for i, o := range batch {
			ids[i] = string(o.ID)
			rows[i] = organisationRow{
				ID: ids[i], Code: o.Code, Name: o.Name, Search: fold(o.Name, o.Code), Kind: string(o.Kind),
				ParentID: dbRef(o.Parent), EndedOn: dbDate{o.EndedOn}, Version: o.Version, CreatedAt: dbTime{tx.Now()},
			}
		}
		err := tx.insert(&rows)
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, taken("code", "There is an organisation with one of these codes already")
		}
		if err == nil {
			_, err = tx.exec(`INSERT INTO organisation_ancestors (organisation_id, ancestor_id, depth)
				SELECT o.id, a.ancestor_id, a.depth + 1
				FROM organisations o JOIN organisation_ancestors a ON a.organisation_id = o.parent_id WHERE o.id IN ?
				UNION ALL SELECT o.id, o.id, 0 FROM organisations o WHERE o.id IN ?`, ids, ids)
		}
		if err != nil {
			return nil, fmt.Errorf("store: add organisations: %w", err)
		}
	}
	return added, nil
}

// AuditAll is Audit for many events, in as few statements as can be.
func (tx *Tx) AuditAll(events []AuditEvent) error {
	request, _ := tx.Context().Value(requestIDKey{}).(string)
	rows := make([]auditRow, len(events))
	for i, e := range events {
		detail, err := json.Marshal(e.Detail)
		if err != nil {
			return fmt.Errorf("store: audit %s: %w", e.Action, err)
		}
		rows[i] = auditRow{
			ID: tx.NewID(), At: dbTime{tx.Now()}, ActorID: dbRef(e.Actor), Job: e.Job, Role: e.Role, Action: e.Action,
			ApprenticeshipID: dbRef(e.Apprenticeship), Subject: text(e.Subject), Detail: string(detail), RequestID: text(request),
		}
	}
	for batch := range slices.Chunk(rows, insertAtOnce) {
		if err := tx.insert(&batch); err != nil {
			return fmt.Errorf("store: audit: %w", err)
		}
	}
	return nil
}
