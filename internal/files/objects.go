package files

import (
	"context"
	"io"
	"iter"
	"time"
)

// Objects is where a Vault keeps what it has sealed: a Folder or a Bucket.
// Names are 20 to 100 letters and digits, which the Vault gives.
type Objects interface {
	// Write stores everything r gives under a new name. When r fails or ctx ends
	// nothing is stored, and the error wraps theirs. When it returns nil the
	// object outlives a power cut.
	Write(ctx context.Context, name string, r io.Reader) error
	// Open returns an object, which the caller closes. The error wraps
	// fs.ErrNotExist if there is none.
	Open(ctx context.Context, name string) (Object, error)
	// Remove deletes an object. It is no error if there is none.
	Remove(ctx context.Context, name string) error
	// Older goes through the names of objects that were written longer ago than
	// age. An error ends it and is yielded last.
	Older(ctx context.Context, age time.Duration) iter.Seq2[string, error]
}

// Object is one object, open for reading.
type Object interface {
	io.ReaderAt
	io.Closer
}
