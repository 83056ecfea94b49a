package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// dbDate is a civil date in a DATE column; the zero Date is NULL. It travels
// as "2006-01-02", which sorts rightly as SQLite's text and which PostgreSQL
// takes for a date wherever it meets one.
type dbDate struct{ countersign.Date }

// Value implements driver.Valuer.
func (d dbDate) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan implements sql.Scanner.
func (d *dbDate) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		d.Date = countersign.Date{}
	case time.Time:
		d.Date = countersign.On(v.Date())
	case string:
		date, err := countersign.ParseDate(v)
		if err != nil {
			return err
		}
		d.Date = date
	default:
		return fmt.Errorf("a date can't be read from %T", v)
	}
	return nil
}

// timeLayout has a fixed width, so that SQLite's text sorts as time does.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// dbTime is a moment in a TIMESTAMPTZ column, kept to the microsecond; the
// zero Time is NULL. What is read is UTC.
type dbTime struct{ time.Time }

// Value implements driver.Valuer.
func (t dbTime) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC().Format(timeLayout), nil
}

// Scan implements sql.Scanner.
func (t *dbTime) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		t.Time = time.Time{}
	case time.Time:
		t.Time = v.UTC()
	case string:
		at, err := time.Parse(time.RFC3339Nano, v)
		if err != nil {
			return fmt.Errorf("a time can't be read from %q", v)
		}
		t.Time = at.UTC()
	default:
		return fmt.Errorf("a time can't be read from %T", v)
	}
	return nil
}

// givenTime is a moment as it is in the database, even where a time can't be
// read from it: then it is the zero Time.
type givenTime struct{ dbTime }

// Scan implements sql.Scanner.
func (t *givenTime) Scan(v any) error {
	if t.dbTime.Scan(v) != nil {
		t.Time = time.Time{}
	}
	return nil
}

// dbRef is an identifier that may be missing: the empty string is NULL.
type dbRef string

// Value implements driver.Valuer.
func (r dbRef) Value() (driver.Value, error) {
	if r == "" {
		return nil, nil
	}
	return string(r), nil
}

// Scan implements sql.Scanner.
func (r *dbRef) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*r = ""
	case string:
		*r = dbRef(v)
	case []byte:
		*r = dbRef(v)
	default:
		return fmt.Errorf("an identifier can't be read from %T", v)
	}
	return nil
}

// dbJSON is a value kept as JSON in a TEXT column.
type dbJSON[T any] struct{ V T }

// Value implements driver.Valuer.
func (j dbJSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan implements sql.Scanner. NULL and empty text leave the zero value.
func (j *dbJSON[T]) Scan(v any) error {
	var b []byte
	switch v := v.(type) {
	case nil:
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("JSON can't be read from %T", v)
	}
	var fresh T
	j.V = fresh
	if len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, &j.V)
}
