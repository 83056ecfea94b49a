package session

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"countersign/internal/countersign"
)

// Limits of a rescued form.
const (
	RescueFor     = time.Hour
	MaxRescueForm = 512 << 10 // bytes of names and values
	// MaxSealed bounds what Seal returns and Open reads; the sign-in form's
	// body limit must allow it.
	MaxSealed = 3 * MaxRescueForm
)

// Why a form can't be carried over a sign-in, or handed back after it.
var (
	ErrNoOwner  = errors.New("session: the typed text belongs to nobody known")
	ErrTooBig   = errors.New("session: the form is too big to carry over")
	ErrUnsealed = errors.New("session: not sealed here, or not for this person")
	ErrExpired  = errors.New("session: the sealed form is too old")
)

// Rescue is a form that was posted after its session had ended. Files are not
// part of it.
type Rescue struct {
	Method string     // of the request
	Path   string     // of the request with its query, on this server
	Form   url.Values // as posted; Seal leaves out passwords
}

// Sealer carries typed text over a sign-in. The sign-in page holds the sealed
// text in a hidden field, so the server keeps nothing, and it can be read
// again only after a sign-in by the person whose session had ended: on a
// shared computer the next person doesn't get to see it.
type Sealer struct {
	aead cipher.AEAD
	now  func() time.Time
}

// NewSealer returns a Sealer. The key has 32 bytes; those who share it can
// open each other's forms, so every server of an installation needs the same.
func NewSealer(key []byte, now func() time.Time) (*Sealer, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("session: sealer: %w", err)
	}
	return &Sealer{aead: aead, now: now}, nil
}

// sealed is the plain text of a sealed form.
type sealed struct {
	Until  time.Time  `json:"until"`
	Method string     `json:"method"`
	Path   string     `json:"path"`
	Form   url.Values `json:"form"`
}

// Seal returns r sealed for the owner, to be opened within RescueFor. It fails
// with ErrNoOwner when the owner is unknown, and with ErrTooBig.
func (s *Sealer) Seal(owner countersign.PersonID, r Rescue) (string, error) {
	if owner == "" {
		return "", ErrNoOwner
	}
	if !localPath(r.Path) {
		return "", fmt.Errorf("session: seal: %q is not a path on this server", r.Path)
	}
	form := withoutSecrets(r.Form)
	if formSize(form) > MaxRescueForm {
		return "", ErrTooBig
	}
	plain, err := json.Marshal(sealed{Until: s.now().Add(RescueFor).UTC(), Method: r.Method, Path: r.Path, Form: form})
	if err != nil {
		return "", fmt.Errorf("session: seal: %w", err)
	}
	nonce := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(plain)+s.aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("session: seal: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, sealedFor(owner)))
	if len(text) > MaxSealed { // control characters grow sixfold in JSON
		return "", ErrTooBig
	}
	return text, nil
}

// Open returns what was sealed for person. It fails with ErrUnsealed for
// anybody else and for anything altered, and with ErrExpired.
func (s *Sealer) Open(person countersign.PersonID, text string) (Rescue, error) {
	if person == "" || len(text) > MaxSealed {
		return Rescue{}, ErrUnsealed
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return Rescue{}, ErrUnsealed
	}
	nonce, box := raw[:s.aead.NonceSize()], raw[s.aead.NonceSize():]
	plain, err := s.aead.Open(nil, nonce, box, sealedFor(person))
	if err != nil {
		return Rescue{}, ErrUnsealed
	}
	var v sealed
	if err := json.Unmarshal(plain, &v); err != nil {
		return Rescue{}, ErrUnsealed
	}
	if !s.now().Before(v.Until) {
		return Rescue{}, ErrExpired
	}
	return Rescue{Method: v.Method, Path: v.Path, Form: v.Form}, nil
}

// sealedFor is the additional data that binds a sealed form to its owner and
// to this use of the key.
func sealedFor(owner countersign.PersonID) []byte {
	return []byte("countersign/rescue/v1\x00" + string(owner))
}

// withoutSecrets leaves out what must not be put on a page again.
func withoutSecrets(form url.Values) url.Values {
	kept := maps.Clone(form)
	maps.DeleteFunc(kept, func(name string, _ []string) bool {
		return strings.Contains(strings.ToLower(name), "password")
	})
	return kept
}

func formSize(form url.Values) int {
	size := 0
	for name, values := range form {
		for _, v := range values {
			size += len(name) + len(v)
		}
	}
	return size
}

// localPath reports whether p stays on this server when a browser follows it.
func localPath(p string) bool {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") {
		return false
	}
	return !slices.ContainsFunc([]rune(p), func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f })
}
