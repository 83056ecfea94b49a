package password_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"countersign/internal/password"
)

// The test vectors of RFC 6238, appendix B, in six digits.
func TestCodesAreThoseOfRFC6238(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for unix, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		at := time.Unix(unix, 0)
		step, ok := password.CodeStep(secret, " "+code[:3]+" "+code[3:], at)
		if !ok || step != unix/30 {
			t.Errorf("%s at %d: step %d, %v", code, unix, step, ok)
		}
		for _, off := range []time.Duration{-30 * time.Second, 30 * time.Second} {
			if step, ok := password.CodeStep(secret, code, at.Add(off)); !ok || step != unix/30 {
				t.Errorf("%s, %v off: step %d, %v", code, off, step, ok)
			}
		}
		for _, off := range []time.Duration{-90 * time.Second, 90 * time.Second} {
			if _, ok := password.CodeStep(secret, code, at.Add(off)); ok {
				t.Errorf("%s is still good %v off", code, off)
			}
		}
	}
	for _, code := range []string{"", "28708", "2870822", "287083", "abcdef"} {
		if _, ok := password.CodeStep(secret, code, time.Unix(59, 0)); ok {
			t.Errorf("%q was taken", code)
		}
	}
}

func TestTheQRCodeSaysTheAddress(t *testing.T) {
	t.Parallel()
	for _, account := range []string{"a@b.example", "megan.bell.of.a.long.name@hillview-surgery.practice.example"} {
		app, err := password.NewApp(account, password.NewSecret(rand.Reader))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(app.Address(), "secret="+app.Secret) || !strings.HasPrefix(app.Address(), "otpauth://totp/Countersign:") {
			t.Errorf("the address is %s", app.Address())
		}
		got, err := app.Picture()
		if err != nil {
			t.Fatal(err)
		}
		for i, dark := range []bool{true, true, true, true, true, true, true, false} { // the frame in a corner
			if got[0][i] != dark || got[i][0] != dark || len(got[i]) != len(got) {
				t.Fatalf("module %d of %d", i, len(got))
			}
		}
	}
}

func TestRecoveryCodesAreTypedAnyhow(t *testing.T) {
	t.Parallel()
	codes, hashes := password.NewRecoveryCodes(rand.Reader)
	if len(codes) != 10 || len(hashes) != 10 {
		t.Fatalf("%d codes, %d hashes", len(codes), len(hashes))
	}
	for i, c := range codes {
		for _, typed := range []string{c, strings.ToUpper(c), " " + strings.ReplaceAll(c, "-", " "), strings.ReplaceAll(c, "-", "")} {
			if password.HashRecoveryCode(typed) != hashes[i] {
				t.Errorf("%q isn't %q", typed, c)
			}
		}
		if n := len(strings.ReplaceAll(c, "-", "")); n*5 < 112 {
			t.Errorf("%q has %d bits, too few for a plain hash", c, n*5)
		}
		if i > 0 && c == codes[0] {
			t.Error("two codes are the same")
		}
	}
}

func TestASealedSecretIsItsOwners(t *testing.T) {
	t.Parallel()
	v, err := password.NewVault(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal("asha", "SECRET")
	if err != nil || strings.Contains(sealed, "SECRET") {
		t.Fatalf("%q, %v", sealed, err)
	}
	if got, err := v.Open("asha", sealed); got != "SECRET" || err != nil {
		t.Errorf("opened %q, %v", got, err)
	}
	other, _ := password.NewVault(bytes.Repeat([]byte{2}, 32))
	for name, open := range map[string]func() (string, error){
		"somebody else's": func() (string, error) { return v.Open("bell", sealed) },
		"another key":     func() (string, error) { return other.Open("asha", sealed) },
		"altered":         func() (string, error) { return v.Open("asha", sealed[:len(sealed)-2]) },
		"empty":           func() (string, error) { return v.Open("asha", "") },
	} {
		if _, err := open(); !errors.Is(err, password.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := password.NewVault(nil); err == nil {
		t.Error("a vault without a key")
	}
}
