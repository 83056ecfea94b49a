// Package transfer writes and reads transfer packages: one ZIP with everything
// of an apprenticeship, for another installation. It does no I/O of its own
// beyond the readers and writers that it is given.
//
// A package holds, in this order:
//
//	manifest.json          what the package is, and the size and SHA-256 of the rest
//	README.txt             what it is, for people
//	data.json              the record, see Tables and Schema
//	files/SHA256           the content of attachments
//	frameworks/SHA256.yaml the framework versions that the record names, byte for byte
//	portfolio.html         the portfolio to read
//	portfolio.pdf          the same as a document
//
// There is one way to write a package: names sorted, nothing compressed, no
// time but those of the record. Open refuses whatever isn't byte for byte what
// Write makes of its content, so that what was read and is written again is the
// same package, and a ZIP that two programs would read differently is none.
//
// The hashes show that a package holds together. They don't show who made it:
// whoever accepts one asks those whom it names.
package transfer
