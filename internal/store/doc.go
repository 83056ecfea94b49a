// Package store keeps everything in SQLite or PostgreSQL, and is the only
// package that knows a column, a join or a dialect.
//
// Queries exist on *Tx alone, which Store.Read and Store.Write hand out:
//
//	err := s.Write(ctx, func(tx *store.Tx) error { ... })
//
// Read is a snapshot that can't change anything. Write commits when its
// function returns nil, and may run the function again when the database
// asks for that, so the function must have no effect but on the database;
// whatever else is to happen goes through the outbox or Tx.AfterCommit.
//
// What can be asked is bounded by authz: a method that reads or writes beneath
// an apprenticeship takes a Permit and looks only there, one that lists takes
// a Scope and lists only that. Neither zero value gets anything.
//
// Errors are either a *countersign.Error (NotFound, Conflict, Invalid), whose
// message is for the user, or wrapped with "store: ...: " and our fault.
package store
