package storetest

import (
	"bytes"
	"testing"

	"countersign/internal/passkey"
	"countersign/internal/password"
)

// Secrets returns a vault with a key that everybody knows.
func Secrets(t testing.TB) *password.Vault {
	t.Helper()
	v, err := password.NewVault(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Origin is the address that Passkeys are for.
const Origin = "https://countersign.example"

// Passkeys returns the service of passkeys at Origin.
func Passkeys(t testing.TB) *passkey.Service {
	t.Helper()
	s, err := passkey.New(Origin)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
