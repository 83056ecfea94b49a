package password

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestHashAndVerify(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	phc, err := Hash(ctx, "three random words")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %s", phc)
	}
	if ok, again, err := Verify(ctx, phc, "three random words"); !ok || again || err != nil {
		t.Errorf("right password: %v, %v, %v", ok, again, err)
	}
	for _, wrong := range []string{"", "three random word", "Three random words", "three random words "} {
		if ok, _, err := Verify(ctx, phc, wrong); ok || err != nil {
			t.Errorf("%q: %v, %v", wrong, ok, err)
		}
	}
	if second, _ := Hash(ctx, "three random words"); second == phc {
		t.Error("two hashes share a salt")
	}
}

// The argon2 reference tool wrote this one:
// printf password | argon2 somesalt -id -t 2 -k 256 -p 1 -l 32
func TestVerifyKnownHash(t *testing.T) {
	t.Parallel()
	const phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	ok, needsRehash, err := Verify(t.Context(), phc, "password")
	if !ok || !needsRehash || err != nil {
		t.Errorf("ok %v, needsRehash %v, error %v; want true, true, nil", ok, needsRehash, err)
	}
	if ok, needsRehash, _ = Verify(t.Context(), phc, "wrong"); ok || needsRehash {
		t.Errorf("a wrong password: ok %v, needsRehash %v", ok, needsRehash)
	}
}

func TestTheSamePasswordOnAnotherKeyboard(t *testing.T) {
	t.Parallel()
	phc, err := Hash(t.Context(), "cafe\u0301 Zoe\u0308 ﬁne")
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, _ := Verify(t.Context(), phc, "caf\u00e9\u00a0Zo\u00eb fine"); !ok {
		t.Error("composed and decomposed characters make two passwords")
	}
}

func TestUnknownAccountCostsTheSame(t *testing.T) { // not parallel: it looks at a clock
	phc, err := Hash(t.Context(), "three random words")
	if err != nil {
		t.Fatal(err)
	}
	cost := func(phc string) time.Duration {
		best := time.Hour
		for range 3 {
			start := time.Now()
			if ok, again, err := Verify(t.Context(), phc, "guess"); ok || again || err != nil {
				t.Fatalf("Verify(%q): %v, %v, %v", phc, ok, again, err)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	var known, unknown time.Duration
	for range 10 { // a busy machine may spoil some rounds, not all
		known, unknown = cost(phc), cost("")
		if known/2 < unknown && unknown < known*2 {
			return
		}
	}
	t.Errorf("known account %v, unknown %v", known, unknown)
}

func TestMalformedHash(t *testing.T) {
	t.Parallel()
	const good = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	for _, phc := range []string{
		"x", "$2b$12$abcdefghijklmnopqrstuu", good + "$", good[:len(good)-1] + "!",
		strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=256", "m=99999999", 1),
		strings.Replace(good, "m=256", "m=-1", 1),
		strings.Replace(good, "m=256", "m=0256", 1),
		strings.Replace(good, "t=2", "t=0", 1),
		strings.Replace(good, "t=2", "t=1000000", 1),
		strings.Replace(good, "p=1", "p=256", 1),
		strings.Replace(good, "p=1", "p=1,x=2", 1),
		strings.Replace(good, "c29tZXNhbHQ", "", 1),
		strings.Replace(good, "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "AA", 1),
	} {
		if ok, _, err := Verify(t.Context(), phc, "password"); ok || !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: ok %v, error %v", phc, ok, err)
		}
	}
}

func TestOverlongPasswordIsNeverRight(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxBytes)
	phc, err := Hash(t.Context(), long)
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, _ := Verify(t.Context(), phc, long+"b"); ok {
		t.Error("only the beginning was compared")
	}
}

func TestAtMostTwoHashesAtATime(t *testing.T) { // not parallel: it holds every slot
	for range atOnce {
		slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := Hash(ctx, "three random words"); !errors.Is(err, context.Canceled) {
			t.Errorf("Hash while busy: %v, want context.Canceled", err)
		}
	})
	wg.Go(func() {
		if _, _, err := Verify(ctx, "", "three random words"); !errors.Is(err, context.Canceled) {
			t.Errorf("Verify while busy: %v, want context.Canceled", err)
		}
	})
	cancel()
	wg.Wait()
	for range atOnce {
		<-slots
	}
	if _, err := Hash(t.Context(), "three random words"); err != nil {
		t.Errorf("Hash afterwards: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Fuzz(func(t *testing.T, phc string) {
		p, salt, key, err := decode(phc)
		if err == nil && encode(p, salt, key) != phc {
			t.Errorf("decode(%q) encodes to %q", phc, encode(p, salt, key))
		}
	})
}

func BenchmarkHash(b *testing.B) {
	for b.Loop() {
		if _, err := Hash(b.Context(), "three random words"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		if err := Check("three random words", "asha.patel@demo.example", "Asha Patel"); err != nil {
			b.Fatal(err)
		}
	}
}
