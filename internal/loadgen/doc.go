// Package loadgen fills an empty PostgreSQL database with a training region or
// with a whole country for benchmarks, and puts a bounded load on a running
// server.
//
// What it fills in is made up, but lives by the rules of the record: evidence
// is held against requirements, and decisions are made, by internal/countersign;
// hashes and leaves are those of internal/ledger; counters, tallies and the log
// are worked out by the program itself once the rows are in. The same seed at
// the same time gives the same rows, but for the signing key of the log and
// what follows from it.
package loadgen
