package password

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"io"
	"strings"
)

// APIPrefix begins every API token, so that secret scanners know one that has
// leaked: cs_ and 52 characters of a-z and 2-7.
const APIPrefix = "cs_"

// base32 in lower case: a link made of it survives mail programs that end an
// address at a hyphen, and a double click selects all of it.
var tokenText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// randomBytes returns so many bytes of random. It panics if that fails, which
// crypto/rand.Reader never does.
func randomBytes(random io.Reader, n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(random, b); err != nil {
		panic("password: no random bytes: " + err.Error())
	}
	return b
}

// NewToken returns 256 random bits as 52 letters and digits, and the hash to
// keep of them; the token itself is shown or mailed once and never stored. It
// panics if random fails, which crypto/rand.Reader never does.
func NewToken(random io.Reader) (token, hash string) {
	token = tokenText.EncodeToString(randomBytes(random, 32))
	return token, HashToken(token)
}

// NewAPIToken is NewToken with APIPrefix. The hash is that of the whole.
func NewAPIToken(random io.Reader) (token, hash string) {
	token, _ = NewToken(random)
	token = APIPrefix + token
	return token, HashToken(token)
}

// HashToken returns the SHA-256 of a token in lower-case hex; spaces around a
// pasted token don't count. A plain hash is enough for 256 random bits, and can
// be looked up.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return hex.EncodeToString(sum[:])
}
