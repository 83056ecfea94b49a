package store

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"countersign/internal/authz"
)

// recordTable is a table of the record whose rows get leaves of their own: they
// are never changed, but by erasure, and never deleted.
type recordTable struct {
	name string
	key  string // the columns by which a row is known
	when string // from when on a row stays as it is; empty for from the beginning
}

var recordTables = []recordTable{
	{name: "evidence_revisions", key: "evidence_id, number"},
	{name: "reviews", key: "id"},
	{name: "progress_reviews", key: "id", when: "t.state = 'locked'"},
	{name: "progress_review_signatures", key: "review_id, party"},
	{name: "prior_learning", key: "id", when: "t.state <> 'claimed'"},
	{name: "skills_scans", key: "apprenticeship_id, side", when: "t.finished_on IS NOT NULL"},
	{name: "programme_changes", key: "id"},
	{name: "gateway_declarations", key: "id"},
	{name: "submissions", key: "id"},
	{name: "verifications", key: "id"},
	{name: "awards", key: "id"},
	{name: "hours", key: "id"},
	{name: "hours_decisions", key: "id"},
	{name: "payment_entries", key: "id"},
	{name: "cpd_cycles", key: "id"},
	{name: "cpd_entries", key: "id"},
	{name: "cpd_reversals", key: "entry_id"},
	{name: "cpd_closures", key: "cycle_id"},
}

// columns returns what of a row is in its leaf, by the register of personal
// data: everything but the program's own counting.
func (t recordTable) columns(catalogue []CopyTable) CopyTable {
	register := t.register()
	read := CopyTable{Name: t.name}
	for _, table := range catalogue {
		for _, c := range table.Columns {
			if known, ok := register.Column(c.Name); table.Name == t.name && ok && known.Class != nothing {
				read.Columns = append(read.Columns, c)
			}
		}
	}
	return read
}

func (t recordTable) register() PersonalTable {
	for _, p := range personalTables {
		if p.Name == t.name {
			return p
		}
	}
	panic("store: " + t.name + " is in no register")
}

// id is what a row t is known by, as SQL.
func (t recordTable) id() string {
	parts := strings.Split(t.key, ", ")
	for i, column := range parts {
		parts[i] = "CAST(t." + column + " AS TEXT)"
	}
	return strings.Join(parts, " || ' ' || ")
}

// RecordRow is a row of the record, values as text by column. Words are those
// that somebody wrote or is called; a fact may be missing.
type RecordRow struct {
	Table, ID, Apprenticeship string
	Facts                     map[string]*string
	Words                     map[string]string
	Erased                    bool
}

// rows reads rows of the table.
func (t recordTable) rows(tx *Tx, read CopyTable, where string, args ...any) ([]RecordRow, error) {
	found, err := tx.db.Raw("SELECT "+read.columns()+` FROM "`+t.name+`" t WHERE `+where, args...).Rows()
	if err != nil {
		return nil, classify(err)
	}
	register, keys := t.register(), strings.Split(t.key, ", ")
	var rows []RecordRow
	for values, err := range scanned(found, read) {
		if err != nil {
			return nil, err
		}
		r := RecordRow{Table: t.name, Facts: map[string]*string{}, Words: map[string]string{}}
		for i, c := range read.Columns {
			value, is := asText(values[i])
			switch known, _ := register.Column(c.Name); {
			case c.Name == "erased_at":
				r.Erased = is
			case known.Class != fact:
				r.Words[c.Name] = value
			case is:
				r.Facts[c.Name] = &value
			default:
				r.Facts[c.Name] = nil
			}
		}
		ids := make([]string, len(keys))
		for i, k := range keys {
			ids[i] = *r.Facts[k]
		}
		r.ID = strings.Join(ids, " ")
		rows = append(rows, r)
	}
	return rows, nil
}

// asText is a value as scanned gives it, the same of both databases.
func asText(v any) (text string, is bool) {
	switch v := v.(type) {
	case string:
		return strings.ToValidUTF8(v, "\uFFFD"), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// UnsealedApprenticeships returns some beneath which something was written
// since the log was last brought up to them. It finds them by an index.
func (tx *Tx) UnsealedApprenticeships(limit int) ([]string, error) {
	ids, err := all[string](tx, "SELECT id FROM apprenticeships WHERE sealed_seq < seq ORDER BY id LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("store: unsealed apprenticeships: %w", err)
	}
	return ids, nil
}

// UnsealedRows returns the rows beneath those of the apprenticeships that
// nobody else is writing to, which have no leaf yet. Nobody writes to them now
// until the transaction ends: with SealedUpTo they are not looked at again.
func (tx *Tx) UnsealedRows(p authz.Permit, apprenticeships []string) (rows []RecordRow, free []string, err error) {
	if !p.Allows(authz.SealLedger) {
		return nil, nil, fmt.Errorf("store: unsealed rows: %w", errPermit)
	}
	free, err = all[string](tx, "SELECT id FROM apprenticeships WHERE id IN ? AND sealed_seq < seq"+tx.skipLocked(), apprenticeships)
	if err != nil || len(free) == 0 {
		return nil, nil, err
	}
	columns, err := tx.recordColumns()
	if err != nil {
		return nil, nil, fmt.Errorf("store: unsealed rows: %w", err)
	}
	for _, app := range free {
		for _, t := range recordTables {
			where, ok := beneathApprenticeship[t.name]
			if !ok {
				where = "t.apprenticeship_id = ?"
			}
			if t.when != "" {
				where += " AND " + t.when
			}
			where += " AND NOT EXISTS (SELECT 1 FROM ledger_records l WHERE l.table_name = '" + t.name + "' AND l.row_id = " + t.id() + ") ORDER BY " + t.key
			some, err := t.rows(tx, columns[t.name], where, app)
			if err != nil {
				return nil, nil, fmt.Errorf("store: unsealed rows: %s: %w", t.name, err)
			}
			for i := range some {
				some[i].Apprenticeship = app
			}
			rows = append(rows, some...)
		}
	}
	return rows, free, nil
}

// recordColumns returns what of each of recordTables is in a leaf; it is asked
// of the database once.
func (tx *Tx) recordColumns() (map[string]CopyTable, error) {
	if known := tx.store.recordColumns.Load(); known != nil {
		return *known, nil
	}
	catalogue, err := tx.catalogue()
	if err != nil {
		return nil, err
	}
	columns := make(map[string]CopyTable, len(recordTables))
	for _, t := range recordTables {
		columns[t.name] = t.columns(catalogue)
	}
	tx.store.recordColumns.Store(&columns)
	return columns, nil
}

// LedgerRecord is what is kept beside the log of a row: what its leaf was made of.
type LedgerRecord struct {
	Table, ID, Apprenticeship string
	Canonical, Leaf, Salt     string
	Erased                    bool // erasure destroyed the salt
}

// AddLedgerRecords keeps what leaves were made of. If another server has done
// so for one of the rows in the same moment it fails with Conflict.
func (tx *Tx) AddLedgerRecords(p authz.Permit, records []LedgerRecord) error {
	if !p.Allows(authz.SealLedger) {
		return fmt.Errorf("store: add ledger records: %w", errPermit)
	}
	list, err := json.Marshal(append([]LedgerRecord{}, records...))
	if err != nil {
		return err
	}
	from := "json_each(?) r"
	if tx.store.dialect == postgresDialect {
		from = "json_array_elements(CAST(? AS JSON)) r (value)"
	}
	_, err = tx.exec(`INSERT INTO ledger_records (table_name, row_id, apprenticeship_id, canonical, leaf, salt)
		SELECT r.value ->> 'Table', r.value ->> 'ID', r.value ->> 'Apprenticeship', r.value ->> 'Canonical', r.value ->> 'Leaf', r.value ->> 'Salt' FROM `+from, string(list))
	if err != nil {
		return fmt.Errorf("store: add ledger records: %w", err)
	}
	return nil
}

// SealedUpTo notes that everything beneath the apprenticeships is in the log.
func (tx *Tx) SealedUpTo(p authz.Permit, apprenticeships []string) error {
	if !p.Allows(authz.SealLedger) {
		return fmt.Errorf("store: sealed up to: %w", errPermit)
	}
	if _, err := tx.exec("UPDATE apprenticeships SET sealed_seq = seq WHERE id IN ?", apprenticeships); err != nil {
		return fmt.Errorf("store: sealed up to: %w", err)
	}
	return nil
}

// RecordToCheck is a row as it was sealed and as it is.
type RecordToCheck struct {
	LedgerRecord
	Now *RecordRow // nil for one that is gone
	Err error      // why it can't be read now
}

// RecordsToCheck returns the next sealed rows after one, by table and row; none
// at the end.
func (tx *Tx) RecordsToCheck(p authz.Permit, table, row string, limit int) ([]RecordToCheck, error) {
	if err := toCheck(p); err != nil {
		return nil, err
	}
	kept, err := all[struct {
		TableName, RowID, ApprenticeshipID string
		Leaf, Canonical, Salt              string
		ErasedAt                           dbTime
	}](tx, `SELECT table_name, row_id, apprenticeship_id, leaf, canonical, salt, erased_at FROM ledger_records
		WHERE (table_name, row_id) > (?, ?) ORDER BY table_name, row_id LIMIT ?`, table, row, limit)
	if err != nil {
		return nil, fmt.Errorf("store: records to check: %w", err)
	}
	out := make([]RecordToCheck, len(kept))
	byTable := map[string][]*RecordToCheck{}
	for i, k := range kept {
		out[i].LedgerRecord = LedgerRecord{k.TableName, k.RowID, k.ApprenticeshipID, k.Canonical, k.Leaf, k.Salt, !k.ErasedAt.IsZero()}
		byTable[k.TableName] = append(byTable[k.TableName], &out[i])
	}
	for _, t := range recordTables {
		if err := t.present(tx, byTable[t.name]); err != nil {
			return nil, fmt.Errorf("store: records to check: %s: %w", t.name, err)
		}
	}
	return out, nil
}

// present adds the rows as they are now. If they can't be read together it
// reads them one by one.
func (t recordTable) present(tx *Tx, records []*RecordToCheck) error {
	if len(records) == 0 {
		return nil
	}
	columns, err := tx.recordColumns()
	if err != nil {
		return err
	}
	// By the first column of the key, for which there is an index.
	first, _, _ := strings.Cut(t.key, ", ")
	keys, byID := make([]string, len(records)), make(map[string]*RecordToCheck, len(records))
	for i, r := range records {
		keys[i], _, _ = strings.Cut(r.ID, " ")
		byID[r.ID] = r
	}
	rows, err := t.rows(tx, columns[t.name], "t."+first+" IN ?", keys)
	if ctxErr := tx.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		for i, r := range records {
			var some []RecordRow
			some, r.Err = t.rows(tx, columns[t.name], "t."+first+" = ? AND "+t.id()+" = ?", keys[i], r.ID)
			rows = append(rows, some...)
		}
	}
	for i, row := range rows {
		if r, known := byID[row.ID]; known {
			r.Now = &rows[i]
		}
	}
	return nil
}

// UnsealedRecords returns beneath how many apprenticeships something was
// written that the log doesn't hold yet.
func (tx *Tx) UnsealedRecords(p authz.Permit) (int, error) {
	if err := toCheck(p); err != nil {
		return 0, err
	}
	return one[int](tx, "SELECT count(*) FROM apprenticeships WHERE sealed_seq < seq")
}
