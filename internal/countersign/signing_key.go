package countersign

import "time"

// SigningKey is a public key with which an installation signed from one moment
// to another. A retired key signs no more, but what it signed stays valid.
type SigningKey struct {
	Verifier  string // in the form of sumdb/note: name+hash+key
	From      time.Time
	RetiredAt time.Time // zero for the present key
}
