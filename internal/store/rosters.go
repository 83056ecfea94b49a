package store

import (
	"fmt"
	"slices"

	"countersign/internal/countersign"
)

// rosterRow is a row of roster_imports.
type rosterRow struct {
	ID         string
	PersonID   string
	FileName   string
	State      string
	Version    int
	CreatedAt  dbTime
	FinishedAt dbTime
}

// TableName implements GORM's Tabler.
func (rosterRow) TableName() string { return "roster_imports" }

// rosterLineRow is a row of roster_rows.
type rosterLineRow struct {
	ImportID         string
	Number           int
	Content          dbJSON[countersign.RosterRow]
	State            string
	Says             dbJSON[[]string]
	ApprenticeshipID dbRef
}

// TableName implements GORM's Tabler.
func (rosterLineRow) TableName() string { return "roster_rows" }

func (r rosterLineRow) toDomain() countersign.RosterRow {
	row := r.Content.V
	row.Number, row.State, row.Says, row.Apprenticeship = r.Number, countersign.RosterRowState(r.State), r.Says.V, countersign.ApprenticeshipID(r.ApprenticeshipID)
	return row
}

// AddRoster stores a checked roster with its rows.
func (tx *Tx) AddRoster(r countersign.Roster, rows []countersign.RosterRow) (countersign.Roster, error) {
	r.ID, r.State, r.Version, r.CreatedAt = countersign.RosterID(tx.NewID()), countersign.RosterChecked, 1, tx.Now()
	err := tx.insert(&rosterRow{ID: string(r.ID), PersonID: string(r.Person), FileName: text(r.FileName), State: string(r.State), Version: 1, CreatedAt: dbTime{r.CreatedAt}})
	lines := make([]rosterLineRow, len(rows))
	for i, row := range rows {
		lines[i] = rosterLineRow{ImportID: string(r.ID), Number: row.Number, Content: dbJSON[countersign.RosterRow]{V: row}, State: string(row.State), Says: dbJSON[[]string]{V: row.Says}}
	}
	for batch := range slices.Chunk(lines, insertAtOnce) {
		if err == nil {
			err = tx.insert(&batch)
		}
	}
	if err != nil {
		return r, fmt.Errorf("store: add roster: %w", err)
	}
	return r, nil
}

// Rosters returns a person's rosters, the newest first.
func (tx *Tx) Rosters(person countersign.PersonID) ([]countersign.Roster, error) {
	return tx.rosters("i.person_id = ?", string(person))
}

// RunningRosters returns everybody's rosters that are being carried out, the
// oldest first.
func (tx *Tx) RunningRosters() ([]countersign.Roster, error) {
	all, err := tx.rosters("i.state = 'running'")
	slices.Reverse(all)
	return all, err
}

// Roster returns one of a person's rosters.
func (tx *Tx) Roster(person countersign.PersonID, id countersign.RosterID) (countersign.Roster, error) {
	if !countersign.ValidID(string(id)) {
		return countersign.Roster{}, notFound()
	}
	found, err := tx.rosters("i.person_id = ? AND i.id = ?", string(person), string(id))
	if err == nil && len(found) == 0 {
		err = notFound()
	}
	if err != nil {
		return countersign.Roster{}, err
	}
	return found[0], nil
}

func (tx *Tx) rosters(where string, args ...any) ([]countersign.Roster, error) {
	rows, err := all[struct {
		Roster                            rosterRow `gorm:"embedded"`
		Waiting, Wrong, Enrolled, Refused int
	}](tx, `SELECT i.id, i.person_id, i.file_name, i.state, i.version, i.created_at, i.finished_at,
			count(*) FILTER (WHERE l.state = 'waiting') AS waiting, count(*) FILTER (WHERE l.state = 'wrong') AS wrong,
			count(*) FILTER (WHERE l.state = 'enrolled') AS enrolled, count(*) FILTER (WHERE l.state = 'refused') AS refused
		FROM roster_imports i LEFT JOIN roster_rows l ON l.import_id = i.id WHERE `+where+`
		GROUP BY i.id ORDER BY i.created_at DESC, i.id DESC`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: rosters: %w", err)
	}
	out := make([]countersign.Roster, len(rows))
	for i, r := range rows {
		out[i] = countersign.Roster{
			ID: countersign.RosterID(r.Roster.ID), Person: countersign.PersonID(r.Roster.PersonID), FileName: r.Roster.FileName, State: countersign.RosterState(r.Roster.State),
			Version: r.Roster.Version, CreatedAt: r.Roster.CreatedAt.Time, FinishedAt: r.Roster.FinishedAt.Time,
			Waiting: r.Waiting, Wrong: r.Wrong, Enrolled: r.Enrolled, Refused: r.Refused,
		}
	}
	return out, nil
}

// RosterRows returns rows of a roster in the order of the file, those after a
// number.
func (tx *Tx) RosterRows(id countersign.RosterID, after, limit int) ([]countersign.RosterRow, error) {
	rows, err := all[rosterLineRow](tx, `SELECT l.import_id, l.number, l.content, l.state, l.says, l.apprenticeship_id
		FROM roster_rows l WHERE l.import_id = ? AND l.number > ? ORDER BY l.number LIMIT ?`, string(id), after, limit)
	if err != nil {
		return nil, fmt.Errorf("store: roster rows: %w", err)
	}
	out := make([]countersign.RosterRow, len(rows))
	for i, r := range rows {
		out[i] = r.toDomain()
	}
	return out, nil
}

// StartRoster has a checked roster carried out. A version that is not the
// present one is a Conflict.
func (tx *Tx) StartRoster(r countersign.Roster) error {
	n, err := tx.update("roster_imports", map[string]any{"state": "running", "version": r.Version + 1}, "id = ? AND version = ? AND state = 'checked'", string(r.ID), r.Version)
	if err != nil {
		return fmt.Errorf("store: start roster: %w", err)
	}
	if n == 0 {
		return stale()
	}
	return nil
}

// DropRoster deletes a roster with its rows, but for one that is being carried
// out.
func (tx *Tx) DropRoster(id countersign.RosterID) error {
	_, err := tx.exec("DELETE FROM roster_rows WHERE import_id IN (SELECT i.id FROM roster_imports i WHERE i.id = ? AND i.state <> 'running')", string(id))
	n := 0
	if err == nil {
		n, err = tx.exec("DELETE FROM roster_imports WHERE id = ? AND state <> 'running'", string(id))
	}
	if err != nil {
		return fmt.Errorf("store: drop roster: %w", err)
	}
	if n == 0 {
		return stale()
	}
	return nil
}

// NextRosterRow takes the next row that waits, for this transaction; NotFound
// when there is none, or others hold them.
func (tx *Tx) NextRosterRow(id countersign.RosterID) (countersign.RosterRow, error) {
	r, err := one[rosterLineRow](tx, `SELECT l.import_id, l.number, l.content, l.state, l.says, l.apprenticeship_id FROM roster_rows l
		WHERE l.import_id = ? AND l.state = 'waiting' ORDER BY l.number LIMIT 1`+tx.skipLocked(), string(id))
	if err != nil {
		return countersign.RosterRow{}, fmt.Errorf("store: roster row: %w", err)
	}
	return r.toDomain(), nil
}

// EndRosterRow says what became of a row that waits; nothing happens to any
// other.
func (tx *Tx) EndRosterRow(id countersign.RosterID, row countersign.RosterRow) error {
	_, err := tx.update("roster_rows", map[string]any{
		"state": string(row.State), "says": dbJSON[[]string]{V: row.Says}, "apprenticeship_id": dbRef(row.Apprenticeship),
	}, "import_id = ? AND number = ? AND state = 'waiting'", string(id), row.Number)
	if err != nil {
		return fmt.Errorf("store: end roster row: %w", err)
	}
	return nil
}

// FinishRoster ends a roster of which no row waits any more.
func (tx *Tx) FinishRoster(id countersign.RosterID) error {
	_, err := tx.exec(`UPDATE roster_imports SET state = 'done', finished_at = ?, version = version + 1 WHERE id = ? AND state = 'running'
		AND NOT EXISTS (SELECT 1 FROM roster_rows l WHERE l.import_id = roster_imports.id AND l.state = 'waiting')`, dbTime{tx.Now()}, string(id))
	if err != nil {
		return fmt.Errorf("store: finish roster: %w", err)
	}
	return nil
}

// OnFramework reports whether a person is on a framework, in an apprenticeship
// that has not ended.
func (tx *Tx) OnFramework(person countersign.PersonID, framework string) (bool, error) {
	n, err := one[int](tx, "SELECT count(*) FROM apprenticeships a WHERE a.apprentice_id = ? AND a.framework_id = ? AND a.ended_on IS NULL", string(person), framework)
	if err != nil {
		return false, fmt.Errorf("store: on framework: %w", err)
	}
	return n > 0, nil
}
