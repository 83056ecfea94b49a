// Package session keeps people signed in to the pages: an opaque cookie, a row
// in a store, and limits on how long both are good for. It also carries text
// typed into a form over a sign-in that came too late (see Sealer).
//
// It is built on scs, whose middleware, clock and idle limit are not used:
// the commit belongs into Echo's response, time is given by the caller, and
// scs would write to the database on every request.
package session
