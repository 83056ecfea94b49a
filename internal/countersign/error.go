package countersign

import (
	"errors"
	"strings"
)

// Kind says what sort of refusal an Error is. The zero Kind means success.
type Kind int

// The kinds of refusal. Each door (pages, REST, commands) maps a kind to its
// own answer once.
const (
	Invalid         Kind = iota + 1 // what was typed can't be accepted; Fields says where
	Unauthenticated                 // nobody is signed in, or the credentials are wrong
	NotFound                        // it doesn't exist, or the actor may not know that it does
	Forbidden                       // the actor may see it but may not do this to it
	Conflict                        // something changed since the actor looked
	TooMany                         // too many tries; wait
	Unproved                        // the actor has to prove afresh who they are
	Unavailable                     // something that the server needs is away or full; it passes
	Internal                        // our fault; the message says nothing about it
)

// Merge adds the field errors of err; another error adds nothing.
func (p *Problems) Merge(err error) {
	var e *Error
	if errors.As(err, &e) {
		p.fields = append(p.fields, e.Fields...)
	}
}

// Error is a refusal in the user's words. Message and the field messages are
// always safe to show.
type Error struct {
	Kind    Kind
	Message string
	Fields  []FieldError
}

// FieldError is what is wrong with one input. Field is the name of the input
// in snake case, with indexes and keys after dots: "competencies.0.code".
type FieldError struct {
	Field   string
	Message string
	Kind    string // of what could identify a patient, which may be confirmed; empty for what is wrong
	Finding string // what a confirmation calls it
}

// Error implements the error interface.
func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Message
	}
	parts := make([]string, 0, len(e.Fields))
	for _, f := range e.Fields {
		parts = append(parts, f.Message)
	}
	return strings.Join(parts, "; ")
}

// IsFault reports whether err isn't about what somebody asked for: it would have
// gone wrong whatever that was.
func IsFault(err error) bool {
	kind := KindOf(err)
	return kind == Internal || kind == Unavailable
}

// KindOf returns the kind of err: 0 for nil, Internal for an error that is
// not, and does not wrap, an *Error.
func KindOf(err error) Kind {
	if err == nil {
		return 0
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// MessageOf returns what to tell the user about err: the words of the *Error
// that it is or wraps, without what was wrapped around them on the way; empty
// for any other error, about which there is nothing safe to say.
func MessageOf(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Error()
}

// Refuse returns an error of the given kind with a message for the user.
func Refuse(kind Kind, message string) *Error {
	return &Error{Kind: kind, Message: message}
}

// InvalidField returns an Invalid error about one input.
func InvalidField(field, message string) *Error {
	return &Error{Kind: Invalid, Message: message, Fields: []FieldError{{Field: field, Message: message}}}
}

// Problems collects field errors, so that a person is told everything that is
// wrong at once. The zero value is ready to use.
type Problems struct{ fields []FieldError }

// Add notes that field is wrong.
func (p *Problems) Add(field, message string) {
	p.fields = append(p.fields, FieldError{Field: field, Message: message})
}

// Err returns nil when nothing was added, else an Invalid error with every
// field in the order added.
func (p *Problems) Err() error {
	if len(p.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: p.fields[0].Message, Fields: p.fields}
}
