package ledger_test

import (
	"crypto/rand"
	"errors"
	"testing"

	"countersign/internal/ledger"
)

// aFreshSigner has a key of this process alone: a fuzzing one is given what
// another one signed.
func aFreshSigner(f *testing.F) ledger.Signer {
	f.Helper()
	s, err := ledger.NewSigner(rand.Reader, "a.example")
	if err != nil {
		f.Fatal(err)
	}
	return s
}

// FuzzCheckDocument looks for a manifest that is valid by a key which didn't
// sign it, or that can't be judged.
func FuzzCheckDocument(f *testing.F) {
	s := aFreshSigner(f)
	a := attested(f, s, signedOff(), withdrawal())
	signed, err := a.Sign(s)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	for _, text := range []string{"{}", `{"manifest":{},"signature":""}`, `{"manifest":{"keys":["x"]},"signature":"AA=="}`, "[", ""} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ledger.CheckDocument(data, a.Document, []ledger.PublicKey{s.PublicKey()})
		if err != nil && !errors.Is(err, ledger.ErrManifest) {
			t.Errorf("no refusal: %v", err)
		}
		if err == nil && r.Known && r.Valid() && string(data) != string(signed) {
			t.Errorf("valid, but nobody signed it: %s", data)
		}
	})
}

// FuzzOpenCheckpoint looks for a checkpoint that opens by a key which didn't
// sign it.
func FuzzOpenCheckpoint(f *testing.F) {
	s := aFreshSigner(f)
	checkpoint := attested(f, s, signedOff()).Checkpoint
	f.Add(checkpoint)
	f.Add("log\n1\nAA==\n2026-03-02T09:00:00.000000Z\n\n— a.example AAAA\n")
	f.Fuzz(func(t *testing.T, signed string) {
		if _, key, err := ledger.OpenCheckpoint(signed, s.PublicKey()); err == nil && (signed != checkpoint || key.String() != s.PublicKey().String()) {
			t.Errorf("opened: %q", signed)
		}
	})
}

// FuzzParsePublicKey looks for a key that isn't written as it was read.
func FuzzParsePublicKey(f *testing.F) {
	f.Add(aFreshSigner(f).PublicKey().String())
	f.Add("a+00000000+AQ==")
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := ledger.ParsePublicKey(text); err == nil && k.String() != text {
			t.Errorf("%q is written as %q", text, k.String())
		}
	})
}
