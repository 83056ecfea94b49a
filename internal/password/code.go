package password

import (
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/crypto/chacha20poly1305"
)

// An authenticator app shows a code of six digits that changes every 30
// seconds (RFC 6238). One step early or late is good too, since clocks differ.
const (
	codePeriod  = 30
	secretBytes = 20
)

var codeOptions = totp.ValidateOpts{Period: codePeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// App is an authenticator app that is being set up.
type App struct {
	Secret string // base32, as it is typed when it can't be scanned
	key    *otp.Key
}

// NewSecret returns the secret of a new app.
func NewSecret(random io.Reader) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(randomBytes(random, secretBytes))
}

// NewApp returns the app of somebody's account with that secret.
func NewApp(account, secret string) (App, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return App{}, fmt.Errorf("password: app: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Countersign", AccountName: account, Secret: raw, SecretSize: secretBytes})
	if err != nil {
		return App{}, fmt.Errorf("password: app: %w", err)
	}
	return App{Secret: secret, key: key}, nil
}

// Address is what the QR code says: otpauth://totp/….
func (a App) Address() string { return a.key.URL() }

// Picture returns the QR code, a row of modules a line, true for the dark ones.
func (a App) Picture() ([][]bool, error) {
	code, err := qr.Encode(a.Address(), qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("password: QR code: %w", err)
	}
	rows := make([][]bool, code.Bounds().Dy())
	for y := range rows {
		rows[y] = make([]bool, code.Bounds().Dx())
		for x := range rows[y] {
			r, _, _, _ := code.At(x, y).RGBA()
			rows[y][x] = r == 0
		}
	}
	return rows, nil
}

// CodeStep returns the time step that a code is of, and false if it isn't the
// secret's at that time. Spaces don't count. Keep the step: no code is good
// twice.
func CodeStep(secret, code string, now time.Time) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	found, ok := int64(0), false
	for _, skew := range []time.Duration{-codePeriod * time.Second, 0, codePeriod * time.Second} {
		at := now.Add(skew)
		want, err := totp.GenerateCodeCustom(secret, at, codeOptions)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && !ok {
			found, ok = at.Unix()/codePeriod, true
		}
	}
	return found, ok
}

// NewRecoveryCodes returns ten codes for when the app is lost, to be shown
// once, and the hashes to keep of them.
func NewRecoveryCodes(random io.Reader) (codes, hashes []string) {
	for range 10 {
		b := randomBytes(random, 15)
		var groups []string
		for group := range slices.Chunk([]byte(tokenText.EncodeToString(b)), 4) {
			groups = append(groups, string(group))
		}
		code := strings.Join(groups, "-")
		codes, hashes = append(codes, code), append(hashes, HashRecoveryCode(code))
	}
	return codes, hashes
}

// HashRecoveryCode returns the hash of a code, however it was typed. A plain
// hash is enough for 120 random bits (OWASP ASVS 6.5.2 asks for 112).
func HashRecoveryCode(code string) string {
	return HashToken(strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code)))
}

// Vault seals secrets that the database keeps but must not tell whoever reads
// it: the secrets of authenticator apps.
type Vault struct{ aead cipher.AEAD }

// NewVault returns a Vault. The key has 32 bytes and is kept elsewhere; every
// server of an installation needs the same.
func NewVault(key []byte) (*Vault, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("password: vault: %w", err)
	}
	return &Vault{aead}, nil
}

// ErrSealed says that a sealed secret can't be opened: the key is another, or
// it isn't this owner's.
var ErrSealed = errors.New("password: the secret was sealed with another key, or for somebody else")

// Seal returns the owner's secret, sealed.
func (v *Vault) Seal(owner, secret string) (string, error) {
	nonce := make([]byte, v.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("password: seal: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(v.aead.Seal(nonce, nonce, []byte(secret), []byte("countersign/app/v1\x00"+owner))), nil
}

// Open returns the owner's secret again. It fails with ErrSealed.
func (v *Vault) Open(owner, sealed string) (string, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < v.aead.NonceSize() {
		return "", ErrSealed
	}
	n := v.aead.NonceSize()
	plain, err := v.aead.Open(nil, raw[:n], raw[n:], []byte("countersign/app/v1\x00"+owner))
	if err != nil {
		return "", ErrSealed
	}
	return string(plain), nil
}
