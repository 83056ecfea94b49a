package keyring_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"countersign/internal/keyring"
)

func TestAPrivateKeyIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	folder := keyring.Open(filepath.Join(t.TempDir(), "keys"), "a.example")
	made, err := folder.Make()
	if err != nil {
		t.Fatal(err)
	}
	path := folder.Path(made.PublicKey())
	for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v; want %v", p, info.Mode(), err, want)
		}
	}
	kept, err := folder.Signer(made.PublicKey())
	if err != nil || kept.Encode() != made.Encode() {
		t.Errorf("Signer() = %v", err)
	}
}

func TestAKeyThatIsNotThereIsMissing(t *testing.T) {
	t.Parallel()
	folder := keyring.Open(t.TempDir(), "a.example")
	one, err := folder.Make()
	if err != nil {
		t.Fatal(err)
	}
	two, err := folder.Make()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(folder.Forget(one.PublicKey()), folder.Forget(one.PublicKey())); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Signer(one.PublicKey()); !errors.Is(err, keyring.ErrMissing) {
		t.Errorf("a forgotten key: %v", err)
	}
	if err := os.WriteFile(folder.Path(one.PublicKey()), []byte(two.Encode()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Signer(one.PublicKey()); !errors.Is(err, keyring.ErrMissing) {
		t.Errorf("another key in its file: %v", err)
	}
}
