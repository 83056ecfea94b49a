// Package password hashes and judges passwords, and makes the random tokens
// that stand in for one in links and API calls.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// params are argon2id's costs and lengths.
type params struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
	salt    int // bytes
	key     int // bytes
}

// current is what new hashes are made with: OWASP's minimum for argon2id, some
// 60 ms. Raise it here and every account follows at its next sign-in.
var current = params{memory: 19 * 1024, time: 2, threads: 1, salt: 16, key: 32}

// atOnce is how many hashes this process computes at a time. Each takes 19 MiB
// and a core; more at once would only make all of them slower and let a flood
// of sign-ins exhaust the memory.
const atOnce = 2

var slots = make(chan struct{}, atOnce)

// maxBytes bounds what is hashed. It is far above MaxLength characters.
const maxBytes = 8 << 10

// ErrMalformed says that a stored hash isn't one of argon2id.
var ErrMalformed = errors.New("password: malformed hash")

// Hash returns the argon2id hash of a password as a PHC string. It waits its
// turn and gives up with ctx. It doesn't judge the password: see Check.
func Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, current.salt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("password: salt: %w", err)
	}
	key, err := derive(ctx, password, salt, current)
	if err != nil {
		return "", err
	}
	return encode(current, salt, key), nil
}

// unknownSalt is what Verify works on when there is no hash.
var unknownSalt = make([]byte, current.salt)

// Verify reports whether password is the one that phc was made from, and
// whether phc should be replaced by a new Hash because the costs have risen.
//
// An empty phc stands for an account that doesn't exist or has no password:
// it costs the same time as a wrong password and is never right, so that the
// time of a sign-in doesn't tell who has an account. The error is ctx's, or
// ErrMalformed.
func Verify(ctx context.Context, phc, password string) (ok, needsRehash bool, err error) {
	if phc == "" {
		_, err := derive(ctx, password, unknownSalt, current)
		return false, false, err
	}
	p, salt, want, err := decode(phc)
	if err != nil {
		return false, false, err
	}
	got, err := derive(ctx, password, salt, p)
	if err != nil {
		return false, false, err
	}
	if subtle.ConstantTimeCompare(got, want) != 1 || len(password) > maxBytes {
		return false, false, nil
	}
	return true, p != current, nil
}

func derive(ctx context.Context, password string, salt []byte, p params) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-slots }()
	text := normalise(password[:min(len(password), maxBytes)])
	return argon2.IDKey([]byte(text), salt, p.time, p.memory, p.threads, uint32(p.key)), nil
}

// normalise makes the same characters the same bytes, however a keyboard sends
// them: "é" as one code point or two, a full-width "Ａ", a no-break space.
func normalise(password string) string { return norm.NFKC.String(password) }

var b64 = base64.RawStdEncoding.Strict()

func encode(p params, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, p.memory, p.time, p.threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// decode reads a PHC string. It refuses costs that would let a tampered row
// take the server down.
func decode(phc string) (p params, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return params{}, nil, nil, ErrMalformed
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil ||
		parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", p.memory, p.time, p.threads) {
		return params{}, nil, nil, ErrMalformed
	}
	salt, errSalt := b64.DecodeString(parts[4])
	key, errKey := b64.DecodeString(parts[5])
	p.salt, p.key = len(salt), len(key)
	if errSalt != nil || errKey != nil ||
		p.memory < 8 || p.memory > 256*1024 || p.time < 1 || p.time > 16 || p.threads < 1 || p.threads > 16 ||
		p.salt < 8 || p.salt > 64 || p.key < 16 || p.key > 64 {
		return params{}, nil, nil, ErrMalformed
	}
	return p, salt, key, nil
}
