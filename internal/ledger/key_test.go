package ledger_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"countersign/internal/ledger"
)

// aSigner returns a signing key that is the same in each run.
func aSigner(t testing.TB, name string) ledger.Signer {
	t.Helper()
	s, err := ledger.NewSigner(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Keys are in the form of sumdb/note, so that its tools take them.
func TestKeysAreThoseOfSumdb(t *testing.T) {
	t.Parallel()
	s, err := ledger.NewSigner(rand.Reader, "record.example.org:8443")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(s.Encode())
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(s.PublicKey().String())
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("a text\n")
	signature, err := signer.Sign(message)
	if err != nil || !bytes.Equal(signature, s.Sign(message)) || !verifier.Verify(message, s.Sign(message)) {
		t.Errorf("sumdb/note signs otherwise: %x, %v", signature, err)
	}
	again, err := ledger.ParseSigner(s.Encode())
	if err != nil || again.Encode() != s.Encode() {
		t.Errorf("ParseSigner() = %v", err)
	}
	public, err := ledger.ParsePublicKey(s.PublicKey().String())
	if err != nil || public.String() != s.PublicKey().String() || !public.Verify(message, signature) || public.Verify([]byte("another\n"), signature) {
		t.Errorf("ParsePublicKey() = %v, %v", public, err)
	}
	if !strings.HasPrefix(public.String(), public.ID()+"+") || !strings.HasPrefix(public.ID(), "record.example.org:8443+") {
		t.Errorf("the key is called %q", public.ID())
	}
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	t.Parallel()
	good := aSigner(t, "a.example")
	for _, bad := range []string{"", "x", good.Encode() + "A", strings.Replace(good.Encode(), "a.example", "b.example", 1), good.PublicKey().String()} {
		if _, err := ledger.ParseSigner(bad); err == nil {
			t.Errorf("ParseSigner(%q) takes it", bad)
		}
	}
	for _, bad := range []string{"", "x+y", strings.Replace(good.PublicKey().String(), "a.example", "b.example", 1), good.Encode()} {
		if _, err := ledger.ParsePublicKey(bad); err == nil {
			t.Errorf("ParsePublicKey(%q) takes it", bad)
		}
	}
	if _, err := ledger.NewSigner(rand.Reader, "two words"); err == nil {
		t.Error("a name with a space is taken")
	}
	if (ledger.PublicKey{}).Verify(nil, nil) {
		t.Error("the zero key verifies")
	}
}
