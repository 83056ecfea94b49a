package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"countersign/migrations"
)

// unfinishedTable stands in a database while it is being restored. Nobody
// serves such a database.
const unfinishedTable = "restore_unfinished"

// errUnfinished is returned for a database whose restore was broken off.
var errUnfinished = errors.New("a restore into this database did not end. Run countersign restore again")

// CopyIn is an empty database on its way to hold a copy.
type CopyIn struct {
	store  *Store
	ctx    context.Context //nolint:containedctx // it lives as long as one transaction
	conn   *sql.Conn
	tx     *sql.Tx
	tables []CopyTable
}

// CopyIn fills an empty database, or one whose restore was broken off: with
// the schema of that version, then with what fill adds in one transaction,
// then with the schema of this program. check is asked at last. When anything
// fails the database is empty again; when the process dies it is not served.
func (s *Store) CopyIn(ctx context.Context, version int64, fill func(*CopyIn) error, check func() error) (err error) {
	names, err := s.tableNames(ctx)
	switch {
	case err != nil:
		return err
	case len(names) > 0 && !slices.Contains(names, unfinishedTable):
		return errNotEmpty
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.wipe(context.WithoutCancel(ctx)))
		}
	}()
	if err := s.wipe(ctx); err != nil {
		return err
	}
	if _, err := s.pools[0].ExecContext(ctx, "CREATE TABLE "+unfinishedTable+" (id TEXT)"); err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	p, err := s.migrator(migrations.FS)
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	if err != nil {
		return fmt.Errorf("store: restore: the schema of the backup: %w", err)
	}
	if err := s.copyIn(ctx, fill); err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	if err := check(); err != nil {
		return err
	}
	_, err = s.pools[0].ExecContext(ctx, "DROP TABLE "+unfinishedTable)
	return err
}

// copyIn runs fill in one transaction, at the end of which every reference is
// checked.
func (s *Store) copyIn(ctx context.Context, fill func(*CopyIn) error) (err error) {
	in := &CopyIn{store: s, ctx: ctx}
	err = s.Read(ctx, func(tx *Tx) (err error) {
		in.tables, err = tx.catalogue()
		return err
	})
	if err == nil {
		in.conn, err = s.pools[0].Conn(ctx)
	}
	if err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	defer func() { err = errors.Join(err, in.conn.Close()) }()
	if in.tx, err = in.conn.BeginTx(ctx, nil); err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	defer func() {
		if e := in.tx.Rollback(); !errors.Is(e, sql.ErrTxDone) {
			err = errors.Join(err, e)
		}
	}()
	check, err := in.putOff()
	if err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	if err := fill(in); err != nil {
		return err
	}
	if err := check(); err != nil {
		return fmt.Errorf("store: restore: what refers to each other does not fit: %w", err)
	}
	return in.tx.Commit()
}

// putOff has references checked at the end, by what it returns: tables come in
// any order, and rows refer to later ones of the same table.
func (in *CopyIn) putOff() (check func() error, err error) {
	if in.store.dialect == sqliteDialect {
		check = func() error {
			var table, parent sql.NullString
			err := in.tx.QueryRowContext(in.ctx, `SELECT "table", parent FROM pragma_foreign_key_check LIMIT 1`).Scan(&table, &parent)
			if errors.Is(err, sql.ErrNoRows) {
				return nil
			}
			return errors.Join(err, fmt.Errorf("a row of %s refers to one of %s that is not there", table.String, parent.String))
		}
		return check, in.exec("PRAGMA defer_foreign_keys = on")
	}
	references, err := in.list(`SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I', conrelid::regclass, conname)
		FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`)
	if err != nil {
		return nil, err
	}
	for _, r := range references {
		if err := in.exec(r + " DEFERRABLE INITIALLY DEFERRED"); err != nil {
			return nil, err
		}
	}
	return func() error {
		if err := in.exec("SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
			return err
		}
		for _, r := range references {
			if err := in.exec(r + " NOT DEFERRABLE"); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (in *CopyIn) exec(statement string) error {
	_, err := in.tx.ExecContext(in.ctx, statement)
	return err
}

func (in *CopyIn) list(query string) ([]string, error) {
	rows, err := in.tx.QueryContext(in.ctx, query)
	if err != nil {
		return nil, err
	}
	return textColumn(rows)
}

// textColumn reads a column of text.
func textColumn(rows *sql.Rows) ([]string, error) {
	defer func() { _ = rows.Close() }()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// Begin takes the tables that will be filled, which must be those of this
// schema with the same columns, and empties them: what a migration put in is
// in the copy too.
func (in *CopyIn) Begin(tables []CopyTable) error {
	if len(tables) != len(in.tables) {
		return fmt.Errorf("store: restore: the backup has %d tables, and its schema %d", len(tables), len(in.tables))
	}
	for _, have := range in.tables {
		if !slices.ContainsFunc(tables, func(t CopyTable) bool { return t.Name == have.Name && sameColumns(t.Columns, have.Columns) }) {
			return fmt.Errorf("store: restore: the backup has not the table %s as its schema has it", have.Name)
		}
		if err := in.exec(`DELETE FROM "` + have.Name + `"`); err != nil {
			return fmt.Errorf("store: restore %s: %w", have.Name, err)
		}
	}
	return nil
}

// Add adds rows to one of the tables that Begin took.
func (in *CopyIn) Add(t CopyTable, rows iter.Seq2[[]any, error]) error {
	add := in.inserts
	if in.store.dialect == postgresDialect {
		add = in.copies
	}
	if err := add(t, rows); err != nil {
		return fmt.Errorf("store: restore %s: %w", t.Name, err)
	}
	return nil
}

// AddFileKey adds the key that opens the content of a file, which was put at
// that time and may have yet to be checked for viruses.
func (in *CopyIn) AddFileKey(sha256, object string, secret []byte, size int64, at time.Time, unchecked bool) error {
	return in.Add(fileKeysTable, func(yield func([]any, error) bool) {
		yield([]any{sha256, object, base64.StdEncoding.EncodeToString(secret), size, at.UTC().Format(timeLayout), unchecked}, nil)
	})
}

// Count returns how many rows the table has now.
func (in *CopyIn) Count(t CopyTable) (n int, err error) {
	if err = in.tx.QueryRowContext(in.ctx, `SELECT count(*) FROM "`+t.Name+`"`).Scan(&n); err != nil {
		err = fmt.Errorf("store: restore %s: %w", t.Name, err)
	}
	return n, err
}

func sameColumns(a, b []CopyColumn) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	byName := func(a, b CopyColumn) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(a, byName)
	slices.SortFunc(b, byName)
	return slices.Equal(a, b)
}

func (in *CopyIn) inserts(t CopyTable, rows iter.Seq2[[]any, error]) error {
	insert, err := in.tx.PrepareContext(in.ctx, `INSERT INTO "`+t.Name+`" (`+t.columns()+") VALUES (?"+strings.Repeat(", ?", len(t.Columns)-1)+")") //nolint:gosec // Begin has found both names in the catalogue
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for row, err := range rows {
		if err != nil {
			return err
		}
		if _, err := insert.ExecContext(in.ctx, row...); err != nil {
			return err
		}
	}
	return nil
}

// copies adds rows by COPY.
func (in *CopyIn) copies(t CopyTable, rows iter.Seq2[[]any, error]) error {
	return in.conn.Raw(func(c any) error {
		r, w := io.Pipe()
		go func() {
			out := bufio.NewWriterSize(w, 64<<10)
			for row, err := range rows {
				if err != nil {
					_ = w.CloseWithError(err)
					return
				}
				if _, err := out.WriteString(copyLine(row)); err != nil {
					_ = w.CloseWithError(err)
					return
				}
			}
			_ = w.CloseWithError(out.Flush())
		}()
		_, err := c.(*stdlib.Conn).Conn().PgConn().CopyFrom(in.ctx, r, `COPY "`+t.Name+`" (`+t.columns()+") FROM STDIN")
		_ = r.CloseWithError(err) // when it failed, nobody reads any more
		return err
	})
}

var copyEscape = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// copyLine is a row in COPY's own text form.
func copyLine(row []any) string {
	fields := make([]string, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case nil:
			fields[i] = `\N`
		case string:
			fields[i] = copyEscape.Replace(v)
		case int64:
			fields[i] = strconv.FormatInt(v, 10)
		case bool:
			fields[i] = strconv.FormatBool(v)
		case []byte:
			fields[i] = `\\x` + hex.EncodeToString(v)
		}
	}
	return strings.Join(fields, "\t") + "\n"
}

// tableNames lists every table there is.
func (s *Store) tableNames(ctx context.Context) ([]string, error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'`
	if s.dialect == postgresDialect {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
	}
	rows, err := s.pools[0].QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return textColumn(rows)
}

// wipe takes away everything that a broken-off restore made, its mark last. It
// is called on a database that held nothing before.
func (s *Store) wipe(ctx context.Context) (err error) {
	conn, err := s.pools[0].Conn(ctx)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	drops := `SELECT format('DROP TABLE %I CASCADE', table_name) FROM information_schema.tables
			WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> '` + unfinishedTable + `'
		UNION ALL SELECT format('DROP FUNCTION %s', p.oid::regprocedure) FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
			AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`
	if s.dialect == sqliteDialect {
		drops = `SELECT 'PRAGMA foreign_keys = off'
			UNION ALL SELECT 'DROP TABLE "' || name || '"' FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name <> '` + unfinishedTable + `'
			UNION ALL SELECT 'PRAGMA foreign_keys = on'`
	}
	rows, err := conn.QueryContext(ctx, drops)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	statements, err := textColumn(rows)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	for _, statement := range append(statements, "DROP TABLE IF EXISTS "+unfinishedTable) {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("store: %w", err)
		}
	}
	return nil
}

// checkWhole refuses a database that a restore, or filling it in bulk, left
// half-way.
func (s *Store) checkWhole(ctx context.Context) error {
	names, err := s.tableNames(ctx)
	if err == nil && slices.Contains(names, unfinishedTable) {
		err = errUnfinished
	}
	if err == nil && slices.Contains(names, bulkMark) {
		err = errBulkUnfinished
	}
	return err
}
