package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
	"gorm.io/gorm"

	"countersign/internal/countersign"
)

// notFound is what is said of anything that isn't there, or that the actor may
// not know to be there. Check of authz says the same.
func notFound() error {
	return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
}

// stale is what a change gets that was made to an older version.
func stale() error { return ErrStale }

// ErrStale is the Conflict of a change to an older version than the present
// one, and of one that lost a race.
var ErrStale = countersign.Refuse(countersign.Conflict, "This was changed since you opened it. Look at it again before you save")

// taken is what an input gets that must be unlike all others and isn't.
func taken(field, message string) error {
	return &countersign.Error{
		Kind: countersign.Conflict, Message: message,
		Fields: []countersign.FieldError{{Field: field, Message: message}},
	}
}

// badCursor is what a list gets that is asked for by a cursor it never gave.
func badCursor() error {
	return countersign.InvalidField("cursor", "This page of the list does not exist. Start again from the first page")
}

// overtaken says what a duplicate means, by the name of the constraint as
// duplicate returns it.
var overtaken = map[string]string{
	"apprenticeships_apprentice_id_framework_id": "This person is enrolled on this framework already",
	"evidence_apprenticeship_id_origin_id":       "This piece is used here already",
	"progress_reviews_apprenticeship_id_number":  "Somebody else has just prepared this review",
	"sign_offs_supersedes_id":                    "Somebody else has decided on this competency since you opened it",
	"sign_offs_apprenticeship_id_competency":     "Somebody else has decided on this competency since you opened it",
	"sign_offs_apprenticeship_id_previous_leaf":  "Somebody else has decided something for this apprentice at the same time. Try again",
}

// classify turns what a database says into what a caller can use: NotFound,
// Conflict, or an error of ours to be wrapped. It leaves refusals alone.
func classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return notFound()
	case errors.Is(err, gorm.ErrDuplicatedKey):
		message, ok := overtaken[duplicate(err)]
		if !ok {
			message = "Somebody else has just saved the same thing. Look again before you save"
		}
		return refused{countersign.Refuse(countersign.Conflict, message), err}
	}
	return err
}

// unavailable turns what a database says that is away, full or overloaded into
// what its users are told. Any other error stays as it is.
func unavailable(err error) error {
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	var network *net.OpError
	away, full := false, false
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &pg):
		full = pg.Code == "53100"
		// connection exceptions, too many connections, shutting down or starting
		away = strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P")
	case errors.Is(err, sqlite3.FULL), errors.Is(err, sqlite3.IOERR_WRITE), errors.Is(err, sqlite3.IOERR_SHMSIZE): // the driver tells a full disk as the latter two
		full = true
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.IOERR), errors.Is(err, sqlite3.CANTOPEN), errors.As(err, &connect), errors.As(err, &network),
		errors.Is(err, driver.ErrBadConn), errors.Is(err, pgconn.ErrConnClosed), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNRESET):
		away = true
	}
	switch {
	case full:
		return refused{countersign.Refuse(countersign.Unavailable, "The server has no room to save anything at the moment. Nothing was saved. Try again later"), err}
	case away:
		return refused{countersign.Refuse(countersign.Unavailable, "The database cannot be reached at the moment, so this may not be saved. Look again in a few minutes before you repeat it"), err}
	}
	return err
}

// refused is a refusal that remembers what the database said.
type refused struct {
	refusal *countersign.Error
	cause   error
}

// Error implements the error interface.
func (r refused) Error() string { return r.refusal.Message }

// Unwrap returns the refusal and its cause.
func (r refused) Unwrap() []error { return []error{r.refusal, r.cause} }

// duplicate returns which constraint a duplicate offends: the table and the
// columns, joined by "_"; PostgreSQL's names are those, and may end in "_key"
// or "_unique". It returns "" for any other error.
func duplicate(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		return strings.TrimSuffix(strings.TrimSuffix(pg.ConstraintName, "_key"), "_unique")
	}
	// sqlite3: constraint failed: UNIQUE constraint failed: people.email
	// sqlite3: constraint failed: UNIQUE constraint failed: sign_offs.a, sign_offs.b
	_, columns, ok := strings.Cut(err.Error(), "UNIQUE constraint failed: ")
	if !ok {
		return ""
	}
	name := ""
	for i, c := range strings.Split(columns, ", ") {
		table, column, _ := strings.Cut(c, ".")
		if i == 0 {
			name = table
		}
		name += "_" + column
	}
	return name
}

// retriable reports whether the transaction may succeed if it is run again.
func retriable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01" // serialization failure, deadlock
	}
	return errors.Is(err, sqlite3.BUSY)
}
