package store

import (
	"database/sql"
	"fmt"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/transfer"
)

// beneathApprenticeship is the condition, of one parameter, for the rows of a
// table t that belong to an apprenticeship. Tables that aren't here say so
// themselves, in apprenticeship_id.
var beneathApprenticeship = map[string]string{
	"apprenticeships":            "t.id = ?",
	"version_change_attainments": "t.change_id IN (SELECT c.id FROM version_changes c WHERE c.apprenticeship_id = ?)",
	"evidence_mappings":          ofEvidence, "evidence_revisions": ofEvidence, "reviews": ofEvidence, "attachments": ofEvidence,
	"hours_decisions":            "t.hours_id IN (SELECT h.id FROM hours h WHERE h.apprenticeship_id = ?)",
	"progress_review_signatures": "t.review_id IN (SELECT r.id FROM progress_reviews r WHERE r.apprenticeship_id = ?)",
	"verifications":              "t.submission_id IN (SELECT s.id FROM submissions s WHERE s.apprenticeship_id = ?)",
	"cpd_entries":                ofCycle, "cpd_closures": ofCycle,
	"cpd_reversals": "t.entry_id IN (SELECT n.id FROM cpd_entries n JOIN cpd_cycles y ON y.id = n.cycle_id WHERE y.apprenticeship_id = ?)",
}

const (
	ofEvidence = "t.evidence_id IN (SELECT e.id FROM evidence e WHERE e.apprenticeship_id = ?)"
	ofCycle    = "t.cycle_id IN (SELECT y.id FROM cpd_cycles y WHERE y.apprenticeship_id = ?)"
)

// WholeRecord returns everything of the permit's apprenticeship that a transfer
// package holds, with the people and places that it names.
func (tx *Tx) WholeRecord(p authz.Permit) (*transfer.Document, error) {
	id, err := beneath(p, authz.ExportPackage)
	if err != nil {
		return nil, fmt.Errorf("store: whole record: %w", err)
	}
	d := &transfer.Document{}
	for _, t := range transfer.Tables() {
		if t.Name == "people" || t.Name == "places" {
			continue
		}
		where, ok := beneathApprenticeship[t.Name]
		if !ok {
			where = "t.apprenticeship_id = ?"
		}
		rows, err := tx.transferRows(t, t.Name, where, id)
		if err != nil {
			return nil, fmt.Errorf("store: whole record: %s: %w", t.Name, err)
		}
		d.Add(t.Name, rows...)
	}
	people, places := d.Named()
	for _, t := range transfer.Tables() {
		from, ids := "people", people
		switch t.Name {
		case "people":
		case "places":
			from, ids = "organisations", places
		default:
			continue
		}
		rows, err := tx.transferRows(t, from, "t.id IN ?", ids)
		if err != nil {
			return nil, fmt.Errorf("store: whole record: %s: %w", t.Name, err)
		}
		d.Add(t.Name, rows...)
	}
	d.Sort()
	return d, nil
}

// transferRows reads a table's columns as a package holds them.
func (tx *Tx) transferRows(t transfer.Table, from, where string, args ...any) (out []transfer.Row, err error) {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = "t." + c.Name
	}
	rows, err := tx.db.Raw("SELECT "+strings.Join(names, ", ")+" FROM "+from+" t WHERE "+where, args...).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	for rows.Next() {
		cells := make([]any, len(t.Columns))
		for i, c := range t.Columns {
			cells[i] = cellFor(c)
		}
		if err := rows.Scan(cells...); err != nil {
			return nil, err
		}
		row := make(transfer.Row, len(cells))
		for i, cell := range cells {
			if row[i], err = fromCell(t.Columns[i], cell); err != nil {
				return nil, fmt.Errorf("%s: %w", t.Columns[i].Name, err)
			}
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// cellFor returns where a column is scanned to.
func cellFor(c transfer.Column) any {
	switch {
	case c.Is("day"):
		return new(dbDate)
	case c.Is("time"):
		return new(dbTime)
	case c.Is("number"):
		return new(int64)
	case c.Is("yesno"):
		return new(bool)
	}
	return new(sql.NullString)
}

// fromCell returns what was scanned as a package holds it.
func fromCell(c transfer.Column, cell any) (any, error) {
	switch cell := cell.(type) {
	case *dbDate:
		if cell.IsZero() {
			return nil, nil //nolint:nilnil // null is a value
		}
		return cell.String(), nil
	case *dbTime:
		return transfer.Moment(cell.Time), nil
	case *int64:
		return *cell, nil
	case *bool:
		return *cell, nil
	case *sql.NullString:
		switch {
		case !cell.Valid:
			return nil, nil //nolint:nilnil // null is a value
		case c.Is("json"):
			return transfer.Normal([]byte(cell.String))
		}
		return cell.String, nil
	}
	return nil, fmt.Errorf("a cell of %T", cell)
}
