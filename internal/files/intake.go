package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"countersign/internal/countersign"
)

// Field is the name of the input that refusals of a file are about.
const Field = "file"

// MaxSize is how many bytes an uploaded file may have. The door that receives
// it must let a little more through, or its own limit answers first.
const MaxSize = 20 << 20

// The media types of what is kept.
const (
	PDF  = "application/pdf"
	JPEG = "image/jpeg"
	PNG  = "image/png"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	Text = "text/plain" // UTF-8
)

// Accepted is a file that was taken in and stored.
type Accepted struct {
	Name      string // the cleaned name, its extension that of MediaType
	MediaType string // PDF, JPEG, PNG, DOCX or Text
	Size      int64  // bytes, as stored
	SHA256    string // of the content as stored
	Width     int    // pixels, upright; 0 if not an image
	Height    int
	Rendition *Rendition // nil if not an image
}

// Rendition is the small form of an image that goes into a portfolio: a JPEG
// of at most 1,600 pixels on the long side and 300,000 bytes. The same image
// always gives the same bytes. It may be the very content of the image itself.
type Rendition struct {
	Size   int64 // bytes
	SHA256 string
	Width  int // pixels
	Height int
}

// Guard refuses what could identify a patient. Each function gets the name of
// the input for its error and returns nil if there is nothing to refuse.
type Guard struct {
	Text func(ctx context.Context, field, text string) error // the text of a document
	Name func(ctx context.Context, field, name string) error // the name of a file
	// Unread is asked about a file whose text can't be read, by its SHA-256.
	Unread func(ctx context.Context, field, sha256 string) error
	// Virus returns the name of the virus that a file holds, empty if none:
	// Clamd.Scan. An error leaves the file to be checked later. nil if nobody
	// looks for viruses here.
	Virus func(ctx context.Context, r io.Reader) (string, error)
}

// Putter is where an Intake stores content; a Vault is one. PutUnchecked is for
// what has yet to be checked for viruses.
type Putter interface {
	Put(ctx context.Context, r io.Reader) (Blob, error)
	PutUnchecked(ctx context.Context, r io.Reader) (Blob, error)
}

// Intake takes in uploaded files. It is safe for concurrent use.
type Intake struct {
	store Putter
	spool string
	guard Guard
	limit time.Duration // for looking at one file
}

// NewIntake returns an intake that stores in store, spools uploads in the
// folder spool (the system's folder for temporary files if empty) and asks
// guard. It panics if guard lacks a function: the check may not be forgotten.
func NewIntake(store Putter, spool string, guard Guard) *Intake {
	if guard.Text == nil || guard.Name == nil || guard.Unread == nil {
		panic("files: an intake needs a guard for text, for names and for what can't be read")
	}
	return &Intake{store: store, spool: spool, guard: guard, limit: inspectionTime}
}

// inspection is the turn for work that takes memory or time: one file at a
// time in the whole process.
var inspection = make(chan struct{}, 1)

// inspectionTime is how long one file may take. Hostile ones are made to take
// hours; an honest one of the largest size takes seconds.
const inspectionTime = time.Minute

// Accept takes in the file r, which its sender calls name, and stores it. A
// file that may not be kept is refused with an Invalid error for Field, in
// words for the sender, and nothing of it is stored. Other errors are those
// of r, of ctx and of the store. It reads no further than MaxSize.
//
// A photo takes a second or two, and waits for its turn; end ctx to give up.
func (in *Intake) Accept(ctx context.Context, name string, r io.Reader) (Accepted, error) {
	a, err := in.accept(ctx, CleanName(name), r)
	if err != nil && countersign.KindOf(err) != countersign.Invalid {
		err = fmt.Errorf("files: accept: %w", noRoom(err))
	}
	return a, err
}

func (in *Intake) accept(ctx context.Context, name string, r io.Reader) (Accepted, error) {
	if err := in.guard.Name(ctx, Field, name); err != nil {
		return Accepted{}, err
	}
	s, err := newSpool(ctx, in.spool, r)
	if err != nil {
		return Accepted{}, err
	}
	defer s.Close()
	put := in.store.Put
	if err := in.scan(ctx, s); countersign.KindOf(err) == countersign.Invalid {
		return Accepted{}, err
	} else if err != nil {
		put = in.store.PutUnchecked
	}
	f, err := detect(s)
	if err != nil {
		return Accepted{}, err
	}
	c, err := in.inspectInTurn(ctx, f, s)
	if err != nil {
		return Accepted{}, err
	}
	return keep(ctx, put, name, c)
}

// scan refuses a file that holds a virus. Any other error says that nobody
// could tell.
func (in *Intake) scan(ctx context.Context, s *spool) error {
	if in.guard.Virus == nil {
		return nil
	}
	virus, err := in.guard.Virus(ctx, s)
	if err != nil {
		return errors.Join(err, s.rewind())
	}
	if virus != "" {
		return refuse("The selected file holds a virus (" + virus + "), so it was not kept. Check the device that it comes from")
	}
	return s.rewind()
}

// content is what inspection makes of a file: what is to be kept of it.
type content struct {
	mediaType     string
	body          io.Reader
	width, height int
	rendition     *picture
}

// picture is an encoded image.
type picture struct {
	data          []byte
	width, height int
}

func (in *Intake) inspectInTurn(ctx context.Context, f format, s *spool) (content, error) {
	select {
	case inspection <- struct{}{}:
		defer func() { <-inspection }()
	case <-ctx.Done():
		return content{}, ctx.Err()
	}
	limited, cancel := context.WithTimeout(ctx, in.limit)
	defer cancel()
	c, err := f.inspect(limited, s, in.guard)
	switch {
	case err == nil:
		return c, nil
	case ctx.Err() != nil: // whatever it broke
		return content{}, ctx.Err()
	case limited.Err() != nil:
		return content{}, refuse("The selected file takes too long to check. Save it again in its program and choose the new file")
	}
	return content{}, err
}

// keep stores the content and its rendition.
func keep(ctx context.Context, put func(context.Context, io.Reader) (Blob, error), name string, c content) (Accepted, error) {
	blob, err := put(ctx, c.body)
	if err != nil {
		return Accepted{}, err
	}
	a := Accepted{
		Name: withExtension(name, c.mediaType), MediaType: c.mediaType,
		Size: blob.Size, SHA256: blob.SHA256, Width: c.width, Height: c.height,
	}
	if c.rendition != nil {
		small, err := put(ctx, bytes.NewReader(c.rendition.data))
		if err != nil {
			return Accepted{}, err
		}
		a.Rendition = &Rendition{Size: small.Size, SHA256: small.SHA256, Width: c.rendition.width, Height: c.rendition.height}
	}
	return a, nil
}

// refuse is the error for a file that may not be kept.
func refuse(message string) error { return countersign.InvalidField(Field, message) }
