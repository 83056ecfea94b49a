// Package migrations holds the one history of the database's schema.
//
// NNNN_name.sql runs on both databases. Where they must differ there are
// exactly two files instead, NNNN_name.sqlite.sql and NNNN_name.postgres.sql.
// Forward only: a released file is never changed, and the program must work
// before and after each of them.
package migrations

import "embed"

// FS holds the files.
//
//go:embed *.sql
var FS embed.FS
