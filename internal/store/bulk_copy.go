package store

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm/schema"
)

// Bulk is a database that is being filled.
type Bulk struct{ store *Store }

// BulkWriter adds rows on a connection of its own. It is for one goroutine;
// Close writes what is left.
type BulkWriter struct {
	ctx    context.Context //nolint:containedctx // it lives as long as one connection is used
	conn   *sql.Conn
	tables map[string]*bulkTable
	order  []*bulkTable // in which they were first added to: people before what they hold
	bytes  int          // that wait to be written
	rows   int          // that were added
}

// bulkTable is what waits to be written to one table.
type bulkTable struct {
	statement string
	fields    []*schema.Field
	lines     bytes.Buffer
}

// bulkAtOnce is how many bytes a writer holds at most before it writes them.
const bulkAtOnce = 4 << 20

// Writer begins to add rows.
func (b *Bulk) Writer(ctx context.Context) (*BulkWriter, error) {
	conn, err := b.store.pools[0].Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &BulkWriter{ctx: ctx, conn: conn, tables: map[string]*bulkTable{}}, nil
}

// Rows returns how many rows were added.
func (w *BulkWriter) Rows() int { return w.rows }

// Close writes what is left and gives the connection back.
func (w *BulkWriter) Close() error { return errors.Join(w.flush(), w.conn.Close()) }

var bulkSchemas sync.Map

// add adds a row. A row is a struct as GORM stores it.
func (w *BulkWriter) add(rows ...schema.Tabler) error {
	for _, row := range rows {
		t, err := w.table(row)
		if err != nil {
			return err
		}
		before, v := t.lines.Len(), reflect.ValueOf(row)
		for i, f := range t.fields {
			if i > 0 {
				t.lines.WriteByte('\t')
			}
			if err := writeCell(&t.lines, f.ReflectValueOf(w.ctx, v).Interface()); err != nil {
				return fmt.Errorf("%s: %w", f.DBName, err)
			}
		}
		t.lines.WriteByte('\n')
		w.bytes += t.lines.Len() - before
		w.rows++
	}
	return nil
}

// full writes what waits when that is much.
func (w *BulkWriter) full() error {
	if w.bytes < bulkAtOnce {
		return nil
	}
	return w.flush()
}

func (w *BulkWriter) table(row schema.Tabler) (*bulkTable, error) {
	if t, ok := w.tables[row.TableName()]; ok {
		return t, nil
	}
	s, err := schema.Parse(row, &bulkSchemas, schema.NamingStrategy{})
	if err != nil {
		return nil, err
	}
	t := &bulkTable{}
	var names []string
	for _, f := range s.Fields {
		if f.DBName != "" && f.Creatable {
			t.fields, names = append(t.fields, f), append(names, `"`+f.DBName+`"`)
		}
	}
	t.statement = "COPY " + s.Table + " (" + strings.Join(names, ", ") + ") FROM STDIN"
	w.tables[row.TableName()], w.order = t, append(w.order, t)
	return t, nil
}

func (w *BulkWriter) flush() error {
	w.bytes = 0
	return w.conn.Raw(func(c any) error {
		for _, t := range w.order {
			if t.lines.Len() == 0 {
				continue
			}
			if _, err := c.(*stdlib.Conn).Conn().PgConn().CopyFrom(w.ctx, &t.lines, t.statement); err != nil {
				return fmt.Errorf("%s: %w", t.statement, err)
			}
			t.lines.Reset()
		}
		return nil
	})
}

// writeCell writes a value in COPY's own text form.
func writeCell(b *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case string:
		return writeText(b, v)
	case int:
		b.WriteString(strconv.Itoa(v))
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case *int:
		if v == nil {
			b.WriteString(`\N`)
			return nil
		}
		b.WriteString(strconv.Itoa(*v))
	case driver.Valuer:
		value, err := v.Value()
		if err != nil {
			return err
		}
		if text, ok := value.(string); ok {
			return writeText(b, text)
		}
		b.WriteString(`\N`)
	default:
		return fmt.Errorf("nobody copies a %T", v)
	}
	return nil
}

func writeText(b *bytes.Buffer, s string) error {
	if !strings.ContainsAny(s, "\\\n\r\t") {
		b.WriteString(s)
		return nil
	}
	_, err := copyEscape.WriteString(b, s)
	return err
}
