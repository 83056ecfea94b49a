// Package ledger turns decisions into the leaves of a transparency log, and
// evidence into the hashes that decisions name. A leaf is the RFC 6962 hash of
// the RFC 8785 (canonical) JSON of a decision, so that anybody can recompute
// it with other tools. It does no I/O.
//
// A leaf holds ids and hashes only. Personal text stands in it as a commitment,
// a hash with the 128 random bits that are kept beside the sign-off. While the
// salt is kept, the text can be shown to be the one that was signed; once text
// and salt are erased nobody can guess it from the leaf, and the leaf is as
// valid as before. For that the canonical bytes must be kept with the leaf:
// after an erasure they can't be made again.
//
// The format is version 1. What it yields is fixed by testdata/vectors.json
// and never changes; a later format gets a new version.
package ledger
