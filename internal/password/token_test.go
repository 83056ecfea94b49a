package password

import (
	"bytes"
	"crypto/rand"
	"regexp"
	"testing"
)

func TestNewToken(t *testing.T) {
	t.Parallel()
	token, hash := NewToken(rand.Reader)
	if !regexp.MustCompile(`^[a-z2-7]{52}$`).MatchString(token) {
		t.Errorf("token %q", token)
	}
	if hash != HashToken(token) || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(hash) {
		t.Errorf("hash %q of %q", hash, token)
	}
	if other, _ := NewToken(rand.Reader); other == token {
		t.Error("the same token twice")
	}
	if HashToken(" "+token+"\n") != hash {
		t.Error("a pasted token with spaces around isn't known")
	}
}

func TestNewTokenUsesAllItsBits(t *testing.T) {
	t.Parallel()
	base := bytes.Repeat([]byte{0x5a}, 32)
	first, _ := NewToken(bytes.NewReader(base))
	for bit := range 256 {
		changed := bytes.Clone(base)
		changed[bit/8] ^= 1 << (bit % 8)
		if other, _ := NewToken(bytes.NewReader(changed)); other == first {
			t.Errorf("bit %d doesn't matter", bit)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic when randomness ends")
		}
	}()
	NewToken(bytes.NewReader(base[:31]))
}

func TestNewAPIToken(t *testing.T) {
	t.Parallel()
	token, hash := NewAPIToken(rand.Reader)
	if !regexp.MustCompile(`^cs_[a-z2-7]{52}$`).MatchString(token) || hash != HashToken(token) {
		t.Errorf("token %q, hash %q", token, hash)
	}
}
