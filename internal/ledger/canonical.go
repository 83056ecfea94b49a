package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
	"golang.org/x/mod/sumdb/tlog"
)

// Version is that of the documents written here, their "v".
const Version = 1

// canonical returns the RFC 8785 form of v. Every string that v holds must
// have passed a checker: encoding/json would replace what isn't UTF-8.
func canonical(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("ledger: encode: %w", err)
	}
	b, err := jcs.Transform(plain)
	if err != nil {
		return nil, fmt.Errorf("ledger: canonical form: %w", err)
	}
	return b, nil
}

// LeafOf returns the leaf of a decision's canonical bytes, in hex: the
// SHA-256 of a zero byte and the bytes (RFC 6962, section 2.1).
func LeafOf(canonical []byte) string {
	h := tlog.RecordHash(canonical)
	return hex.EncodeToString(h[:])
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// saltBytes is the length of a salt before it is written in hex.
const saltBytes = 16

// NewSalt returns a new salt, 128 random bits in hex. Use each for one
// sign-off. It panics if random fails, which crypto/rand.Reader never does.
func NewSalt(random io.Reader) string {
	var b [saltBytes]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		panic("ledger: no random bytes: " + err.Error())
	}
	return hex.EncodeToString(b[:])
}

// ErrSalt says that a commitment can't be made because its salt is missing or
// has been erased.
var ErrSalt = errors.New("ledger: no salt of 128 bits")

// Commit returns the commitment to a text: the SHA-256 in hex of
//
//	"countersign commitment 1" LF salt LF label LF text
//
// where the label says what the text is ("comment"), so that equal texts under
// one salt don't show that they are equal.
func Commit(salt, label, text string) (string, error) {
	if !isHex(salt, 2*saltBytes) {
		return "", ErrSalt
	}
	var c checker
	c.text(label, text)
	if c.err != nil {
		return "", c.err
	}
	return sum([]byte("countersign commitment 1\n" + salt + "\n" + label + "\n" + text)), nil
}

// isHex reports whether s is so many lower-case hex digits.
func isHex(s string, digits int) bool {
	return len(s) == digits && strings.Trim(s, "0123456789abcdef") == ""
}

// maxInteger is the largest integer that every JSON reader takes as written.
const maxInteger = 1<<53 - 1

// checker keeps the first thing that is wrong with a document.
type checker struct{ err error }

func (c *checker) fail(name, why string) {
	if c.err == nil {
		c.err = fmt.Errorf("ledger: %s %s", name, why)
	}
}

func (c *checker) text(name, s string) {
	if !utf8.ValidString(s) {
		c.fail(name, "is not UTF-8")
	}
}

func (c *checker) required(name, s string) {
	c.text(name, s)
	if s == "" {
		c.fail(name, "is missing")
	}
}

func (c *checker) hash(name, s string) {
	if !isHex(s, 2*sha256.Size) {
		c.fail(name, "is not a SHA-256 in hex")
	}
}

func (c *checker) integer(name string, n, least int64) {
	if n < least || n > maxInteger {
		c.fail(name, "is out of range")
	}
}
