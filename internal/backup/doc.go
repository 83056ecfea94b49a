// Package backup writes everything of an installation, its database and its
// files, to one archive while it serves, and fills an empty installation from
// one. The form is the same for both databases, so that an archive of one can
// be restored into the other.
//
// An archive is a tar file, encrypted with age if a key is given:
//
//	begin.json     format, version of the schema, tables with their columns
//	rows/TABLE/N   rows of a table: gzip, a JSON list a line
//	files/HASH     the content of a file in the clear, named by its SHA-256; it gets a new key where it is restored
//	unchecked/HASH the same of a file that has yet to be checked for viruses
//	keys/NAME      the installation's own keys; in an encrypted archive only
//	end.json       how many rows each table has and their SHA-256, how many files, and the SHA-256 of all entries before
//
// The last entry is written last, so a part of an archive is never taken for
// the whole. The hashes find what was damaged; against somebody who alters an
// archive on purpose only the encryption and the ledger's signatures help.
package backup
