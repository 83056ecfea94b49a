package pgcluster

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Folder returns the folder on the disk that holds the tables of a database,
// after all that was in memory is written there. The log before the tables
// (pg_wal) is elsewhere.
func Folder(t testing.TB, dsn string) string {
	t.Helper()
	c := get(t)
	address, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.dsn(strings.TrimPrefix(address.Path, "/")))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var number string
	if _, err = conn.Exec(ctx, "CHECKPOINT"); err == nil {
		err = conn.QueryRow(ctx, "SELECT oid::text FROM pg_database WHERE datname = current_database()").Scan(&number)
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(c.dir, "data", "base", number)
}
