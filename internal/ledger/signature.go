package ledger

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Signature is what a passkey signed, kept beside each decision that it
// signed: anybody who has it and the decision's canonical form can check it
// without us, since the decision names the key that signed it.
//
// The passkey signs the authenticator data followed by the SHA-256 of the
// client data (WebAuthn level 2, section 6.3.3), and the client data hold the
// challenge: the SHA-256 of the canonical form, or, of several decisions
// signed at once, the SHA-256 of all their digests, one after another.
type Signature struct {
	V                 int      `json:"v"`
	PublicKey         string   `json:"public_key"` // SubjectPublicKeyInfo, base64
	Domain            string   `json:"rp_id"`      // that the passkey is bound to
	AuthenticatorData string   `json:"authenticator_data"`
	ClientDataJSON    string   `json:"client_data_json"` // this, and the other two, base64url
	Signature         string   `json:"signature"`
	Digests           []string `json:"digests,omitempty"` // of all that were signed at once, in hex; none for one alone
}

// Digest returns the SHA-256 of a decision's canonical form.
func Digest(canonical []byte) [sha256.Size]byte { return sha256.Sum256(canonical) }

// Challenge returns what a passkey is asked to sign for the decisions with
// those digests.
func Challenge(digests ...[sha256.Size]byte) []byte {
	if len(digests) == 1 {
		return digests[0][:]
	}
	h := sha256.New()
	for _, d := range digests {
		h.Write(d[:])
	}
	return h.Sum(nil)
}

// KeyFingerprint returns the SHA-256 in hex of a public key in base64, as a
// decision names it.
func KeyFingerprint(spki string) (string, error) {
	raw, err := exactly(base64.StdEncoding, spki)
	if err != nil {
		return "", fmt.Errorf("ledger: public key: %w", err)
	}
	return sum(raw), nil
}

// exactly decodes a text that is the only one of its bytes: decoders pass over
// line breaks and the last bits.
func exactly(encoding *base64.Encoding, text string) ([]byte, error) {
	raw, err := encoding.DecodeString(text)
	if err == nil && encoding.EncodeToString(raw) != text {
		err = errors.New("ledger: this text is not the one that its bytes are written as")
	}
	return raw, err
}

// Encode returns the signature as it is kept.
func (s Signature) Encode() (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// ErrSignature says that a kept signature isn't one of the decision beside it.
var ErrSignature = errors.New("ledger: the signature is not of this decision")

// The flags of authenticator data.
const (
	userPresent  = 1 << 0
	userVerified = 1 << 2
)

// CheckSignature makes sure that a kept signature is of that canonical form,
// by the key with that fingerprint, with its user verified. It fails with
// ErrSignature, saying what is wrong.
func CheckSignature(kept string, canonical []byte, fingerprint string) error {
	var s Signature
	if err := json.Unmarshal([]byte(kept), &s); err != nil || s.V != 1 {
		return fmt.Errorf("%w: it cannot be read", ErrSignature)
	}
	if again, err := s.Encode(); err != nil || again != kept {
		return fmt.Errorf("%w: it is not in the form in which one is kept", ErrSignature)
	}
	if got, err := KeyFingerprint(s.PublicKey); err != nil || got != fingerprint {
		return fmt.Errorf("%w: the decision names another key", ErrSignature)
	}
	challenge, err := s.challenge(Digest(canonical))
	if err != nil {
		return err
	}
	text := base64.RawURLEncoding
	client, err := exactly(text, s.ClientDataJSON)
	data, dataErr := exactly(text, s.AuthenticatorData)
	signature, sigErr := exactly(text, s.Signature)
	if errors.Join(err, dataErr, sigErr) != nil {
		return fmt.Errorf("%w: it cannot be read", ErrSignature)
	}
	var said struct{ Type, Challenge string }
	if err := json.Unmarshal(client, &said); err != nil || said.Type != "webauthn.get" || said.Challenge != text.EncodeToString(challenge) {
		return fmt.Errorf("%w: the passkey was asked something else", ErrSignature)
	}
	domain := sha256.Sum256([]byte(s.Domain))
	if len(data) < 37 || !slices.Equal(data[:32], domain[:]) || data[32]&userPresent == 0 || data[32]&userVerified == 0 {
		return fmt.Errorf("%w: the passkey did not verify its user, or is of another service", ErrSignature)
	}
	hash := sha256.Sum256(client)
	if !verifies(s.PublicKey, append(data, hash[:]...), signature) {
		return fmt.Errorf("%w: the key did not sign it", ErrSignature)
	}
	return nil
}

// challenge returns what was to be signed with a decision of that digest in it.
func (s Signature) challenge(digest [sha256.Size]byte) ([]byte, error) {
	if len(s.Digests) == 0 {
		return Challenge(digest), nil
	}
	all := make([][sha256.Size]byte, len(s.Digests))
	for i, d := range s.Digests {
		hash, err := parseHash(d)
		if err != nil {
			return nil, fmt.Errorf("%w: it cannot be read", ErrSignature)
		}
		all[i] = hash
	}
	if !slices.Contains(all, digest) {
		return nil, fmt.Errorf("%w: the decision is not among those that were signed", ErrSignature)
	}
	return Challenge(all...), nil
}

// verifies reports whether the key signed the message, in one of the ways in
// which passkeys sign: ES256, EdDSA, RS256.
func verifies(spki string, message, signature []byte) bool {
	raw, err := base64.StdEncoding.DecodeString(spki)
	if err != nil {
		return false
	}
	parsed, err := x509.ParsePKIXPublicKey(raw)
	if err != nil {
		return false
	}
	digest := sha256.Sum256(message)
	switch key := parsed.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest[:], signature)
	case ed25519.PublicKey:
		return ed25519.Verify(key, message, signature)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
	}
	return false
}
