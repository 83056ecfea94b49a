package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// CopyColumn is a column of a table, and what it holds in words that both
// databases share: text, int, bool, date, time or bytes.
type CopyColumn struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// CopyTable is a table as it is copied between databases.
type CopyTable struct {
	Name    string       `json:"name"`
	Columns []CopyColumn `json:"columns"`
}

func (t CopyTable) columns() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = `"` + c.Name + `"`
	}
	return strings.Join(names, ", ")
}

// notCopied are the tables of the machinery: the migrations make one of them
// anew, one says that a restore hasn't ended, and files get new keys.
var notCopied = map[string]bool{"goose_db_version": true, unfinishedTable: true, bulkMark: true, fileKeysTable.Name: true}

var fileKeysTable = CopyTable{Name: "file_keys", Columns: []CopyColumn{
	{"sha256", "text"}, {"object", "text"}, {"secret", "text"}, {"size", "int"}, {"put_at", "time"}, {"unchecked", "bool"},
}}

// kinds are what the catalogues of both databases call what a column holds.
var kinds = map[string]string{
	"text": "text", "integer": "int", "bigint": "int", "boolean": "bool", "date": "date",
	"timestamptz": "time", "timestamp with time zone": "time", "bytea": "bytes",
}

// CopyOut is everything in a database at one moment.
type CopyOut struct {
	Version int64 // of the schema
	Tables  []CopyTable
	tx      *Tx
}

// CopyOut runs fn on a snapshot of every table, while others go on writing. It
// migrates nothing.
func (s *Store) CopyOut(ctx context.Context, fn func(*CopyOut) error) error {
	return s.Read(ctx, func(tx *Tx) (err error) {
		c := &CopyOut{tx: tx}
		if c.Version, err = one[int64](tx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied"); err != nil {
			return fmt.Errorf("store: copy: %w", err)
		}
		if err := KnowsSchema(c.Version); err != nil {
			return err
		}
		if c.Tables, err = tx.catalogue(); err != nil {
			return fmt.Errorf("store: copy: %w", err)
		}
		return fn(c)
	})
}

// catalogue lists the tables with their columns.
func (tx *Tx) catalogue() ([]CopyTable, error) {
	query := `SELECT m.name AS "table", p.name AS "column", p.type AS holds FROM sqlite_master m, pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY m.name, p.cid`
	if tx.store.dialect == postgresDialect {
		query = `SELECT c.table_name AS "table", c.column_name AS "column", c.data_type AS holds
			FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
			WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name COLLATE "C", c.ordinal_position`
	}
	rows, err := all[struct{ Table, Column, Holds string }](tx, query)
	if err != nil {
		return nil, err
	}
	var tables []CopyTable
	for _, r := range rows {
		if notCopied[r.Table] {
			continue
		}
		kind, known := kinds[strings.ToLower(r.Holds)]
		if !known {
			return nil, fmt.Errorf("%s.%s: nobody copies columns of the type %s", r.Table, r.Column, r.Holds)
		}
		if len(tables) == 0 || tables[len(tables)-1].Name != r.Table {
			tables = append(tables, CopyTable{Name: r.Table})
		}
		t := &tables[len(tables)-1]
		t.Columns = append(t.Columns, CopyColumn{Name: r.Column, Kind: kind})
	}
	return tables, nil
}

// Rows goes through the rows of a table. A value is a string, an int64, a bool,
// bytes or nil; dates and times are strings of one form.
func (c *CopyOut) Rows(t CopyTable) iter.Seq2[[]any, error] {
	rows, err := c.tx.db.Raw("SELECT " + t.columns() + ` FROM "` + t.Name + `"`).Rows()
	if err != nil {
		return func(yield func([]any, error) bool) { yield(nil, fmt.Errorf("store: copy %s: %w", t.Name, err)) }
	}
	return scanned(rows, t)
}

// scanned goes through rows and closes them.
func scanned(rows *sql.Rows, t CopyTable) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		defer func() { _ = rows.Close() }()
		into := make([]any, len(t.Columns))
		for i, col := range t.Columns {
			into[i] = destination(col.Kind)
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				yield(nil, fmt.Errorf("store: copy %s: %w", t.Name, err))
				return
			}
			row := make([]any, len(into))
			for i := range into {
				row[i] = held(into[i])
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, fmt.Errorf("store: copy %s: %w", t.Name, err))
		}
	}
}

// destination is what a value of that kind is read into.
func destination(kind string) any {
	switch kind {
	case "int":
		return new(sql.NullInt64)
	case "bool":
		return new(sql.NullBool)
	case "date":
		return new(dbDate)
	case "time":
		return new(dbTime)
	case "bytes":
		return new([]byte)
	}
	return new(sql.NullString)
}

// held is the value that a destination holds.
func held(v any) any {
	switch v := v.(type) {
	case *sql.NullInt64:
		return orNil(v.Int64, v.Valid)
	case *sql.NullBool:
		return orNil(v.Bool, v.Valid)
	case *dbDate:
		return orNil(v.String(), !v.IsZero())
	case *dbTime:
		return orNil(v.UTC().Format(timeLayout), !v.IsZero())
	case *[]byte:
		return orNil(append([]byte{}, *v...), *v != nil)
	case *sql.NullString:
		return orNil(v.String, v.Valid)
	}
	panic(fmt.Sprintf("store: nothing is read into %T", v))
}

func orNil(v any, valid bool) any {
	if !valid {
		return nil
	}
	return v
}

// Content returns the hash of every file that the snapshot refers to.
func (c *CopyOut) Content() ([]string, error) {
	hashes, err := all[string](c.tx, contentQuery+" ORDER BY 1")
	if err != nil {
		return nil, fmt.Errorf("store: copy: %w", err)
	}
	return hashes, nil
}

// contentQuery selects every hash that something refers to.
const contentQuery = `SELECT sha256 FROM attachments WHERE sha256 <> '' UNION SELECT rendition_sha256 FROM attachments WHERE rendition_sha256 <> ''
	UNION SELECT sha256 FROM received_files WHERE sha256 <> ''`

// errNotEmpty is returned for a database that something was written to.
var errNotEmpty = errors.New("this database is not empty, and a backup is restored into an empty one only. Use another COUNTERSIGN_DATABASE or COUNTERSIGN_DATA")
