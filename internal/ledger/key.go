package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// algEd25519 is what stands before an Ed25519 key in the forms of sumdb/note.
const algEd25519 = 1

// ErrKey says that something isn't a key in the form of sumdb/note.
var ErrKey = errors.New("ledger: this is not a key of the form name+hash+key")

// Signer is the private signing key of an installation (Ed25519). The zero
// Signer can't sign.
type Signer struct {
	name    string
	private ed25519.PrivateKey
}

// NewSigner makes a key for the installation of that name, its host.
func NewSigner(random io.Reader, name string) (Signer, error) {
	_, private, err := ed25519.GenerateKey(random)
	if err != nil {
		return Signer{}, fmt.Errorf("ledger: make a key: %w", err)
	}
	return ParseSigner(Signer{name, private}.Encode())
}

// ParseSigner reads what Encode returned.
func ParseSigner(encoded string) (Signer, error) {
	checked, err := note.NewSigner(encoded)
	if err != nil {
		return Signer{}, ErrKey
	}
	parts := strings.SplitN(encoded, "+", 5)
	key, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil {
		return Signer{}, ErrKey
	}
	return Signer{checked.Name(), ed25519.NewKeyFromSeed(key[1:])}, nil
}

// Encode returns the private key in the form of sumdb/note,
// "PRIVATE+KEY+name+hash+key". It is secret.
func (s Signer) Encode() string {
	return fmt.Sprintf("PRIVATE+KEY+%s+%s", s.PublicKey().ID(), base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, s.private.Seed()...)))
}

// PublicKey returns the public half.
func (s Signer) PublicKey() PublicKey {
	public, _ := s.private.Public().(ed25519.PublicKey)
	return PublicKey{s.name, public}
}

// Sign returns the signature of a message, 64 bytes.
func (s Signer) Sign(message []byte) []byte { return ed25519.Sign(s.private, message) }

// noteSigner and noteVerifier let sumdb/note sign and verify.
type (
	noteSigner   struct{ Signer }
	noteVerifier struct{ PublicKey }
)

func (s noteSigner) Name() string                  { return s.name }
func (s noteSigner) KeyHash() uint32               { return s.PublicKey().hash() }
func (s noteSigner) Sign(m []byte) ([]byte, error) { return s.Signer.Sign(m), nil }
func (v noteVerifier) Name() string                { return v.PublicKey.Name }
func (v noteVerifier) KeyHash() uint32             { return v.hash() }

// PublicKey is the public half of a signing key.
type PublicKey struct {
	Name string            // of the installation
	Key  ed25519.PublicKey // 32 bytes
}

// ParsePublicKey reads a key in the form of sumdb/note, "name+hash+key".
func ParsePublicKey(verifier string) (PublicKey, error) {
	if _, err := note.NewVerifier(verifier); err != nil {
		return PublicKey{}, ErrKey
	}
	parts := strings.SplitN(verifier, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return PublicKey{}, ErrKey
	}
	return PublicKey{parts[0], key[1:]}, nil
}

// hash is the key's hash of sumdb/note.
func (k PublicKey) hash() uint32 {
	sum := sha256.Sum256(append([]byte(k.Name+"\n\x01"), k.Key...))
	return binary.BigEndian.Uint32(sum[:])
}

// ID names the key: "name+hash", the hash of 8 hex digits.
func (k PublicKey) ID() string { return fmt.Sprintf("%s+%08x", k.Name, k.hash()) }

// String returns the key in the form of sumdb/note.
func (k PublicKey) String() string {
	return k.ID() + "+" + base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, k.Key...))
}

// Verify reports whether it is the key's signature of the message.
func (k PublicKey) Verify(message, signature []byte) bool {
	return len(k.Key) == ed25519.PublicKeySize && ed25519.Verify(k.Key, message, signature)
}
