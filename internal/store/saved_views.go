package store

import (
	"fmt"

	"countersign/internal/countersign"
)

// savedViewRow is a row of saved_views.
type savedViewRow struct {
	ID        string
	PersonID  string
	Name      string
	Query     string
	CreatedAt dbTime
}

// TableName implements GORM's Tabler.
func (savedViewRow) TableName() string { return "saved_views" }

// SavedViews returns a person's saved views, by name.
func (tx *Tx) SavedViews(person countersign.PersonID) ([]countersign.SavedView, error) {
	rows, err := all[savedViewRow](tx, "SELECT id, person_id, name, query, created_at FROM saved_views WHERE person_id = ? ORDER BY name, id", string(person))
	if err != nil {
		return nil, fmt.Errorf("store: saved views: %w", err)
	}
	views := make([]countersign.SavedView, len(rows))
	for i, r := range rows {
		views[i] = countersign.SavedView{ID: countersign.SavedViewID(r.ID), Name: r.Name, Query: r.Query, At: r.CreatedAt.Time}
	}
	return views, nil
}

// SaveView keeps a view of a person's under its name, in the place of the one
// that has that name already.
func (tx *Tx) SaveView(person countersign.PersonID, v countersign.SavedView) (countersign.SavedView, error) {
	if _, err := tx.exec("DELETE FROM saved_views WHERE person_id = ? AND name = ?", string(person), v.Name); err != nil {
		return v, fmt.Errorf("store: save view: %w", err)
	}
	v.ID, v.At = countersign.SavedViewID(tx.NewID()), tx.Now()
	if err := tx.insert(&savedViewRow{ID: string(v.ID), PersonID: string(person), Name: v.Name, Query: v.Query, CreatedAt: dbTime{v.At}}); err != nil {
		return v, fmt.Errorf("store: save view: %w", err)
	}
	return v, nil
}

// RemoveView removes a view of that person's; another's is NotFound.
func (tx *Tx) RemoveView(person countersign.PersonID, id countersign.SavedViewID) error {
	if !countersign.ValidID(string(id)) {
		return notFound()
	}
	n, err := tx.exec("DELETE FROM saved_views WHERE id = ? AND person_id = ?", string(id), string(person))
	if err != nil {
		return fmt.Errorf("store: remove view: %w", err)
	}
	if n == 0 {
		return notFound()
	}
	return nil
}
