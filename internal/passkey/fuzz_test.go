package passkey

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"testing"
)

// FuzzResponse looks for what a browser could send that is answered otherwise
// than by ErrRefused: it comes from anybody, before they are known.
func FuzzResponse(f *testing.F) {
	s, err := New("https://countersign.example")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{
		"{}", "null", `{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}}`,
		`{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiYWJjIn0","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVglAA"}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, response []byte) {
		o := Owner{ID: "00000000-0000-7000-8000-000000000001", Email: "gp@example.org", Name: "Dr Bell"}
		if a, err := Read(response); err == nil {
			err = s.Check(o, "abc", a)
			if !errors.Is(err, ErrRefused) {
				t.Errorf("an answer of nobody's key: %v", err)
			}
		} else if !errors.Is(err, ErrRefused) {
			t.Errorf("Read: %v", err)
		}
		if k, err := s.Registered(o, "abc", response); err == nil && k.SPKI == "" || err != nil && !errors.Is(err, ErrRefused) {
			t.Errorf("Registered: %+v, %v", k, err)
		}
	})
}

// FuzzSPKI looks for a key in COSE that becomes one which the standard library
// can't check a signature with.
func FuzzSPKI(f *testing.F) {
	for _, text := range []string{
		"a5010203262001215820" + "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" + "225820" + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", // ES256
		"a4010103272006215820" + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",                                                                                 // EdDSA
		"a40101032720062140", "a401030339010020430100012143010001", "a0", "",
	} {
		b, err := hex.DecodeString(text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, cose []byte) {
		spki, err := spkiOf(cose)
		if err != nil {
			return
		}
		key, err := x509.ParsePKIXPublicKey(spki)
		if err != nil {
			t.Fatalf("%x becomes %x: %v", cose, spki, err)
		}
		switch k := key.(type) {
		case *ecdsa.PublicKey, *rsa.PublicKey:
		case ed25519.PublicKey:
			if len(k) != ed25519.PublicKeySize {
				t.Errorf("%x becomes an Ed25519 key of %d bytes", cose, len(k))
			}
		default:
			t.Errorf("%x becomes %T", cose, key)
		}
	})
}
