package storetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Authenticator is a passkey in software. Its fields say what is wrong with
// what it answers; the zero value of each is what an honest one does.
type Authenticator struct {
	Origin     string // where the browser says that it is
	Domain     string
	Unverified bool // the user was not verified
	Count      uint32
	key        *ecdsa.PrivateKey
	id         []byte
}

// NewAuthenticator returns one for Origin.
func NewAuthenticator(t testing.TB) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &Authenticator{Origin: Origin, Domain: "countersign.example", key: key, id: []byte(rand.Text())}
}

var text64 = base64.RawURLEncoding.EncodeToString

// challengeOf reads the challenge out of what the server asked.
func challengeOf(t testing.TB, options []byte) string {
	t.Helper()
	var asked struct {
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(options, &asked); err != nil || asked.Challenge == "" {
		t.Fatalf("options without a challenge: %v\n%s", err, options)
	}
	return asked.Challenge
}

func (a *Authenticator) client(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	if err != nil {
		panic(err)
	}
	return b
}

// data is the authenticator data: domain, flags, count, and the key if it is new.
func (a *Authenticator) data(attested []byte) []byte {
	domain := sha256.Sum256([]byte(a.Domain))
	flags := byte(0x05) // present, verified
	if a.Unverified {
		flags = 0x01
	}
	if attested != nil {
		flags |= 0x40
	}
	a.Count++
	out := append(domain[:], flags)
	out = binary.BigEndian.AppendUint32(out, a.Count)
	return append(out, attested...)
}

// Create answers a registration.
func (a *Authenticator) Create(t testing.TB, options []byte) string {
	t.Helper()
	client := a.client("webauthn.create", challengeOf(t, options))
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	cose := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 32), point[33:]...)
	attested := binary.BigEndian.AppendUint16(make([]byte, 16), uint16(len(a.id)))
	data := a.data(append(append(attested, a.id...), cose...))
	object := []byte{0xa3, 0x63, 'f', 'm', 't', 0x64, 'n', 'o', 'n', 'e', 0x67, 'a', 't', 't', 'S', 't', 'm', 't', 0xa0, 0x68, 'a', 'u', 't', 'h', 'D', 'a', 't', 'a', 0x58, byte(len(data))}
	return a.respond(t, map[string]any{"clientDataJSON": text64(client), "attestationObject": text64(append(object, data...))})
}

// Answer answers a challenge.
func (a *Authenticator) Answer(t testing.TB, options []byte) string {
	t.Helper()
	client, data := a.client("webauthn.get", challengeOf(t, options)), a.data(nil)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.respond(t, map[string]any{"clientDataJSON": text64(client), "authenticatorData": text64(data), "signature": text64(signature)})
}

func (a *Authenticator) respond(t testing.TB, response map[string]any) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"id": text64(a.id), "rawId": text64(a.id), "type": "public-key", "response": response})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
