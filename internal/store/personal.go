package store

import (
	"fmt"
	"slices"
	"strings"

	"countersign/internal/authz"
)

// PersonalRows are rows of a table that are about a person, or that the person
// made about others. A value is as CopyOut gives it.
type PersonalRows struct {
	Table   string
	Columns []string
	Rows    [][]any
}

// PersonalData is everything about a person, by the register of tables.
type PersonalData struct {
	About  []PersonalRows    // about them
	By     []PersonalRows    // by them, about others: without what the others wrote
	People map[string]string // names of those who are in it, by identifier
	Places map[string]string
	Files  []PersonalFile
}

// PersonalFile is a file of the person's evidence.
type PersonalFile struct {
	Name, SHA256 string
	Size         int64
}

// PersonalData returns everything about the person of the permit.
func (tx *Tx) PersonalData(p authz.Permit) (PersonalData, error) {
	var d PersonalData
	person := string(p.Subject().Person)
	if !p.Allows(authz.OwnAccount) || person == "" {
		return d, fmt.Errorf("store: personal data: %w", errPermit)
	}
	catalogue, err := tx.catalogue()
	if err != nil {
		return d, fmt.Errorf("store: personal data: %w", err)
	}
	for _, t := range personalTables {
		at := slices.IndexFunc(catalogue, func(c CopyTable) bool { return c.Name == t.Name })
		if at < 0 {
			continue
		}
		for _, part := range []struct {
			where   string
			classes []string
			to      *[]PersonalRows
		}{
			{t.About, []string{ofSubject, ofActor, fact}, &d.About},
			{t.By, []string{ofActor, fact}, &d.By},
		} {
			if part.where == "" {
				continue
			}
			rows, err := tx.personalRows(t, catalogue[at], part.where, part.classes, person)
			if err != nil {
				return d, fmt.Errorf("store: personal data: %s: %w", t.Name, err)
			}
			if len(rows.Rows) > 0 {
				*part.to = append(*part.to, rows)
			}
		}
	}
	if d.Files, err = all[PersonalFile](tx, strings.ReplaceAll(`SELECT name, sha256, size FROM attachments WHERE `+ofPieces+` AND sha256 <> ''
		UNION SELECT '', f.sha256, 0 FROM received_files f JOIN received_packages r ON r.id = f.package_id WHERE `+ofReceived+` ORDER BY 1, 2`, "@record", record),
		map[string]any{"p": person}); err != nil {
		return d, fmt.Errorf("store: personal data: %w", err)
	}
	if d.People, err = tx.names("people", d, namesPeople); err != nil {
		return d, err
	}
	d.Places, err = tx.names("organisations", d, namesPlaces)
	return d, err
}

// namesPeople and namesPlaces hold identifiers that people read as names.
var (
	namesPeople = map[string]bool{
		"person_id": true, "actor_id": true, "apprentice_id": true, "covers_id": true, "by_id": true, "undone_by": true, "open_assessor": true, "recorded_by": true,
		"observed_by": true, "accepted_by": true, "submitted_by": true, "reviewer_id": true, "assessor_id": true, "prepared_by": true, "decided_by": true,
		"received_by": true, "made_by": true, "changed_by": true, "asked_by": true, "resolved_by": true, "created_by": true,
	}
	namesPlaces = map[string]bool{"organisation_id": true, "practice_id": true, "practice_before": true, "practice_after": true, "hub_id": true}
)

// names returns what the people or organisations in some columns are called.
func (tx *Tx) names(table string, d PersonalData, holds map[string]bool) (map[string]string, error) {
	ids := map[string]bool{}
	for _, rows := range slices.Concat(d.About, d.By) {
		for i, c := range rows.Columns {
			if !holds[c] {
				continue
			}
			for _, row := range rows.Rows {
				if id, ok := row[i].(string); ok {
					ids[id] = true
				}
			}
		}
	}
	names := map[string]string{}
	list := make([]string, 0, len(ids))
	for id := range ids {
		list = append(list, id)
	}
	for some := range slices.Chunk(list, insertAtOnce) {
		rows, err := all[struct{ ID, Name string }](tx, "SELECT id, name FROM "+table+" WHERE id IN ?", some)
		if err != nil {
			return nil, fmt.Errorf("store: personal data: %w", err)
		}
		for _, r := range rows {
			names[r.ID] = r.Name
		}
	}
	return names, nil
}

// personalRows reads the columns of some classes.
func (tx *Tx) personalRows(t PersonalTable, has CopyTable, where string, classes []string, person string) (PersonalRows, error) {
	out := PersonalRows{Table: t.Name}
	read := CopyTable{Name: t.Name}
	for _, c := range has.Columns {
		if known, ok := t.Column(c.Name); ok && slices.Contains(classes, known.Class) {
			read.Columns = append(read.Columns, c)
			out.Columns = append(out.Columns, c.Name)
		}
	}
	if len(read.Columns) == 0 {
		return out, nil
	}
	rows, err := tx.db.Raw("SELECT "+read.columns()+` FROM "`+t.Name+`" WHERE `+where+" ORDER BY 1", map[string]any{"p": person}).Rows()
	if err != nil {
		return out, err
	}
	for row, err := range scanned(rows, read) {
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}
