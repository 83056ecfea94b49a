package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// lineageOn is the tree as it was on a day, for the FROM of a query: who was
// beneath whom at which depth, with the columns of organisation_ancestors that
// say so. The zero day is today's map, which that table holds alone.
func lineageOn(day countersign.Date) (string, []any) {
	if day.IsZero() {
		return "organisation_ancestors", nil
	}
	d := dbDate{day}
	return `(SELECT organisation_id, ancestor_id, depth FROM organisation_ancestors WHERE from_on IS NULL OR from_on <= ?
		UNION ALL SELECT organisation_id, ancestor_id, depth FROM organisation_past_ancestors
		WHERE (from_on IS NULL OR from_on <= ?) AND to_on >= ?)`, []any{d, d, d}
}

// MovePlace moves a place, the permit's, with everything beneath it beneath
// another one from the day on. What was so until the day before is kept. A
// version of the place that is not the present one is a Conflict; otherwise
// countersign.Organisation.MoveBeneath decides.
func (tx *Tx) MovePlace(p authz.Permit, o countersign.Organisation, parent countersign.OrganisationID, on countersign.Date) (countersign.Organisation, error) {
	places := p.Subject().Places
	if !p.Allows(authz.ChangePlaces) || len(places) == 0 || p.Apprenticeship() != "" || places[0] != o.ID {
		return o, fmt.Errorf("store: move place: %w", errPermit)
	}
	if err := tx.lockTree(o.ID, parent); err != nil {
		return o, fmt.Errorf("store: move place: %w", err)
	}
	above, err := tx.Organisation(parent)
	if err != nil {
		return o, err
	}
	settled, err := tx.settled(o.ID, parent)
	if err != nil {
		return o, fmt.Errorf("store: move place: %w", err)
	}
	moved, err := o.MoveBeneath(above, on, settled, tx.Today())
	if err != nil {
		return o, err
	}
	moved.Version++
	n, err := tx.update("organisations", map[string]any{"parent_id": string(parent), "people_to_region": false, "version": moved.Version}, "id = ? AND version = ?", string(o.ID), o.Version)
	if err == nil && n == 0 {
		return o, stale()
	}
	if err == nil {
		err = tx.moveLines(o.ID, parent, on)
	}
	if err != nil {
		return o, fmt.Errorf("store: move place: %w", err)
	}
	return moved, nil
}

// lockTree holds what a move concerns: what is beneath the place, and the
// place that it goes beneath with everything above. Nothing is added or moved
// there meanwhile, as that takes a lock on the place above it.
func (tx *Tx) lockTree(id, parent countersign.OrganisationID) error {
	_, err := all[struct{ ID string }](tx, `SELECT o.id FROM organisations o
		WHERE o.id IN (SELECT b.organisation_id FROM organisation_ancestors b WHERE b.ancestor_id = ?
			UNION SELECT b.ancestor_id FROM organisation_ancestors b WHERE b.organisation_id = ?)
		ORDER BY o.id`+tx.onPostgres(" FOR UPDATE"), string(id), string(parent))
	return err
}

// settled returns the last day on which anything began or ended that a move of
// the place beneath the other would rewrite; zero if there is none.
func (tx *Tx) settled(id, parent countersign.OrganisationID) (countersign.Date, error) {
	days, err := one[struct{ Began, Left dbDate }](tx, `SELECT
		(SELECT max(l.from_on) FROM organisation_ancestors b JOIN organisation_ancestors l ON l.organisation_id = b.organisation_id
			WHERE b.ancestor_id = ? OR b.ancestor_id = ? AND b.depth = 0) AS began,
		(SELECT max(w.to_on) FROM organisation_past_ancestors w WHERE w.ancestor_id = ?) AS "left"`,
		string(id), string(parent), string(id))
	if err != nil {
		return countersign.Date{}, err
	}
	if left := days.Left.Date; !left.IsZero() && !left.Before(days.Began.Date) {
		return left.AddDays(1), nil
	}
	return days.Began.Date, nil
}

// ends are the lines from a place upwards, u, that end when it moves beneath
// another one: all but those that reach as high from there. It takes the other
// place and the place.
const ends = ` FROM organisation_ancestors u LEFT JOIN organisation_ancestors n ON n.organisation_id = ? AND n.ancestor_id = u.ancestor_id
	WHERE u.organisation_id = ? AND u.depth > 0 AND (n.depth IS NULL OR n.depth + 1 <> u.depth)`

// moveLines rewrites the lines from the place, and from all beneath it, to
// what is above. A line that began on the day itself never held.
func (tx *Tx) moveLines(id, parent countersign.OrganisationID, on countersign.Date) error {
	const beneath = " organisation_id IN (SELECT b.organisation_id FROM organisation_ancestors b WHERE b.ancestor_id = ?) AND ancestor_id IN (SELECT u.ancestor_id" + ends + ")"
	sub, up := string(id), string(parent)
	if _, err := tx.exec(`INSERT INTO organisation_past_ancestors (organisation_id, ancestor_id, depth, from_on, to_on)
		SELECT organisation_id, ancestor_id, depth, from_on, ? FROM organisation_ancestors
		WHERE (from_on IS NULL OR from_on < ?) AND`+beneath, dbDate{on.AddDays(-1)}, dbDate{on}, sub, up, sub); err != nil {
		return err
	}
	if _, err := tx.exec("DELETE FROM organisation_ancestors WHERE"+beneath, sub, up, sub); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO organisation_ancestors (organisation_id, ancestor_id, depth, from_on)
		SELECT s.organisation_id, n.ancestor_id, s.depth + n.depth + 1, ?
		FROM organisation_ancestors s JOIN organisation_ancestors n ON n.organisation_id = ? WHERE s.ancestor_id = ?
		ON CONFLICT DO NOTHING`, dbDate{on}, up, sub)
	return err
}

// PlacesOn is Places as it was on a day; the zero day is today.
func (tx *Tx) PlacesOn(id countersign.OrganisationID, day countersign.Date) ([]countersign.Organisation, error) {
	if !countersign.ValidID(string(id)) {
		return nil, notFound()
	}
	lineage, args := lineageOn(day)
	rows, err := all[organisationRow](tx, "SELECT "+organisationColumns+" FROM "+lineage+
		" a JOIN organisations o ON o.id = a.ancestor_id WHERE a.organisation_id = ? ORDER BY a.depth", append(args, string(id))...)
	if err != nil {
		return nil, fmt.Errorf("store: places: %w", err)
	}
	if len(rows) == 0 {
		return nil, notFound()
	}
	places := make([]countersign.Organisation, len(rows))
	for i, r := range rows {
		places[i] = r.toDomain()
	}
	return places, nil
}

// Stays returns beneath which places a place was directly, newest first; none
// for the top.
func (tx *Tx) Stays(id countersign.OrganisationID) ([]countersign.Stay, error) {
	rows, err := all[struct {
		Parent organisationRow `gorm:"embedded"`
		FromOn dbDate
		ToOn   dbDate
	}](tx, "SELECT "+organisationColumns+`, w.from_on, w.to_on FROM (
			SELECT ancestor_id, from_on, to_on FROM organisation_past_ancestors WHERE organisation_id = ? AND depth = 1
			UNION ALL SELECT ancestor_id, from_on, NULL FROM organisation_ancestors WHERE organisation_id = ? AND depth = 1) w
		JOIN organisations o ON o.id = w.ancestor_id ORDER BY w.to_on IS NOT NULL, w.to_on DESC`, string(id), string(id))
	if err != nil {
		return nil, fmt.Errorf("store: stays: %w", err)
	}
	stays := make([]countersign.Stay, len(rows))
	for i, r := range rows {
		stays[i] = countersign.Stay{Parent: r.Parent.toDomain(), From: r.FromOn.Date, To: r.ToOn.Date}
	}
	return stays, nil
}
