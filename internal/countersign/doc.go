// Package countersign is the domain: what a competency framework, an
// apprenticeship, a piece of evidence and a sign-off are, the words of the
// field, and the pure rules that decide. It does no I/O, reads no clock and
// imports the standard library only.
//
// Rule numbers such as E4, R5 and S3 in comments and test names are those of
// docs/rules.
package countersign
