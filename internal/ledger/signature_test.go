package ledger_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"countersign/internal/ledger"
)

// assertion is what a passkey is made to say in a test.
type assertion struct {
	kind, domain string
	flags        byte
	challenge    []byte
	digests      []string
}

// signedBy returns the signature as it is kept, and the key's fingerprint.
func (a assertion) signedBy(t *testing.T, key *ecdsa.PrivateKey) (kept, fingerprint string) {
	t.Helper()
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString
	client, err := json.Marshal(map[string]string{"type": a.kind, "challenge": text(a.challenge), "origin": "https://" + a.domain})
	if err != nil {
		t.Fatal(err)
	}
	domain := sha256.Sum256([]byte(a.domain))
	data := append(append(domain[:], a.flags), 0, 0, 0, 1)
	clientHash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), clientHash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	s := ledger.Signature{
		V: 1, PublicKey: base64.StdEncoding.EncodeToString(spki), Domain: "countersign.example", Digests: a.digests,
		AuthenticatorData: text(data), ClientDataJSON: text(client), Signature: text(signature),
	}
	if kept, err = s.Encode(); err != nil {
		t.Fatal(err)
	}
	if fingerprint, err = ledger.KeyFingerprint(s.PublicKey); err != nil {
		t.Fatal(err)
	}
	return kept, fingerprint
}

func newPasskey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestASignatureIsOfThatDecisionByThatKeyWithItsUserVerified(t *testing.T) {
	t.Parallel()
	const present, verified = 1 << 0, 1 << 2
	canonical, other := []byte(`{"decision":"competent"}`), []byte(`{"decision":"withdrawn"}`)
	digest, second := ledger.Digest(canonical), ledger.Digest(other)
	in := func(digests ...[32]byte) (out []string) {
		for _, d := range digests {
			out = append(out, hex.EncodeToString(d[:]))
		}
		return out
	}
	good := assertion{"webauthn.get", "countersign.example", present | verified, ledger.Challenge(digest), nil}
	for name, tc := range map[string]struct {
		change func(a *assertion)
		ok     bool
	}{
		"one alone":             {func(*assertion) {}, true},
		"one of two":            {func(a *assertion) { a.challenge, a.digests = ledger.Challenge(second, digest), in(second, digest) }, true},
		"not among two":         {func(a *assertion) { a.challenge, a.digests = ledger.Challenge(second, second), in(second, second) }, false},
		"another decision":      {func(a *assertion) { a.challenge = ledger.Challenge(second) }, false},
		"a list that was added": {func(a *assertion) { a.digests = in(second, digest) }, false},
		"its user not verified": {func(a *assertion) { a.flags = present }, false},
		"its user not present":  {func(a *assertion) { a.flags = verified }, false},
		"made, not used":        {func(a *assertion) { a.kind = "webauthn.create" }, false},
		"of another service":    {func(a *assertion) { a.domain = "elsewhere.example" }, false},
	} {
		key, a := newPasskey(t), good
		tc.change(&a)
		kept, fingerprint := a.signedBy(t, key)
		if err := ledger.CheckSignature(kept, canonical, fingerprint); (err == nil) != tc.ok || err != nil && !errors.Is(err, ledger.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	kept, fingerprint := good.signedBy(t, newPasskey(t))
	_, others := good.signedBy(t, newPasskey(t))
	if ledger.CheckSignature(kept, canonical, others) == nil {
		t.Error("the decision names another key, and it is taken")
	}
	var s ledger.Signature
	if err := json.Unmarshal([]byte(kept), &s); err != nil {
		t.Fatal(err)
	}
	forged, _ := good.signedBy(t, newPasskey(t))
	var by ledger.Signature
	if err := json.Unmarshal([]byte(forged), &by); err != nil {
		t.Fatal(err)
	}
	s.Signature = by.Signature
	if kept, err := s.Encode(); err != nil || ledger.CheckSignature(kept, canonical, fingerprint) == nil {
		t.Errorf("another key's signature is taken, %v", err)
	}
}

// A signature is kept in one form: a byte of it that was changed is found, also
// where a lenient reader reads the same.
func TestAKeptSignatureHasOneForm(t *testing.T) {
	t.Parallel()
	canonical := []byte(`{"v":1}`)
	digest := ledger.Digest(canonical)
	other := sha256.Sum256([]byte("another"))
	digests := []string{hex.EncodeToString(digest[:]), hex.EncodeToString(other[:])}
	kept, fingerprint := assertion{"webauthn.get", "countersign.example", 5, ledger.Challenge(digest, other), digests}.signedBy(t, newPasskey(t))
	if err := ledger.CheckSignature(kept, canonical, fingerprint); err != nil {
		t.Fatal(err)
	}
	for at := range kept {
		for bit := range 7 {
			changed := []byte(kept)
			changed[at] ^= 1 << bit
			if ledger.CheckSignature(string(changed), canonical, fingerprint) == nil {
				t.Errorf("byte %d, bit %d: %.20q is taken for %.20q", at, bit, changed[max(0, at-9):], kept[max(0, at-9):])
			}
		}
	}
	for _, changed := range []string{" " + kept, kept + "\n", kept[:len(kept)-1] + `,"x":1}`, strings.Replace(kept, `{"v":1,`, `{"v":1,"v":1,`, 1)} {
		if ledger.CheckSignature(changed, canonical, fingerprint) == nil {
			t.Errorf("taken: %.20q", changed)
		}
	}
}
