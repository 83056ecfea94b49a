// Package tsa asks a time-stamping authority (RFC 3161) to vouch that something
// was there at a time, and checks what it answered, which anybody can do later
// without it.
package tsa

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"
)

// Stamp is what a token says.
type Stamp struct {
	At time.Time
	By string // whose certificate signed it, as the certificate calls them
}

// ErrToken says that something isn't a time-stamp of the message.
var ErrToken = errors.New("tsa: this is not a valid time-stamp")

// reading is held while a token is read: the library below counts how deep it
// is in one variable for everybody.
var reading sync.Mutex

// Check reads a token, which must be of the message and signed by a certificate
// for time-stamping that was valid at its time and, where roots are given, comes
// from one of them. Without roots it takes the token's word for who signed it.
func Check(token, message []byte, roots *x509.CertPool) (s Stamp, err error) {
	reading.Lock()
	defer reading.Unlock()
	defer func() {
		if r := recover(); r != nil { // neither library promises not to on what isn't one
			s, err = Stamp{}, fmt.Errorf("%w: %v", ErrToken, r)
		}
	}()
	t, err := timestamp.Parse(token)
	if err != nil {
		return Stamp{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	p7, err := pkcs7.Parse(token)
	if err != nil {
		return Stamp{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	signer := p7.GetOnlySigner()
	sum := sha256.Sum256(message)
	switch {
	case signer == nil:
		return Stamp{}, fmt.Errorf("%w: it holds no certificate of one signer", ErrToken)
	case !slices.Contains(signer.ExtKeyUsage, x509.ExtKeyUsageTimeStamping):
		return Stamp{}, fmt.Errorf("%w: its certificate is not for time-stamping", ErrToken)
	case t.Time.Before(signer.NotBefore) || t.Time.After(signer.NotAfter):
		return Stamp{}, fmt.Errorf("%w: its certificate was not valid then", ErrToken)
	case t.HashAlgorithm != crypto.SHA256 || !bytes.Equal(t.HashedMessage, sum[:]):
		return Stamp{}, fmt.Errorf("%w: it is of something else", ErrToken)
	}
	if err := p7.VerifyWithChainAtTime(roots, t.Time); err != nil {
		return Stamp{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	return Stamp{At: t.Time.UTC(), By: signer.Subject.String()}, nil
}

// Authority is asked for time-stamps.
type Authority struct {
	url    string
	roots  *x509.CertPool
	client *http.Client
}

const (
	answerTime  = 10 * time.Second
	answerBytes = 64 << 10
)

// New returns the authority at that address of the settings. Roots are its
// certificates, or nil to believe any.
func New(url string, roots *x509.CertPool) *Authority {
	return &Authority{url: url, roots: roots, client: &http.Client{
		Timeout: answerTime,
		// The address of the settings is asked, and no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Roots are the certificates that its tokens must come from, or nil.
func (a *Authority) Roots() *x509.CertPool {
	if a == nil {
		return nil
	}
	return a.roots
}

// Stamp asks for a time-stamp of the message and returns the token once it has
// been checked.
func (a *Authority) Stamp(ctx context.Context, message []byte) (token []byte, s Stamp, err error) {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	sum := sha256.Sum256(message)
	want := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Certificates: true, Nonce: new(big.Int).SetBytes(nonce[:])}
	query, err := want.Marshal()
	if err != nil {
		return nil, Stamp{}, fmt.Errorf("tsa: %w", err)
	}
	answer, err := a.ask(ctx, query)
	if err != nil {
		return nil, Stamp{}, err
	}
	got, err := parseResponse(answer)
	switch {
	case err != nil:
		return nil, Stamp{}, err
	case got.Nonce == nil || got.Nonce.Cmp(want.Nonce) != 0:
		return nil, Stamp{}, fmt.Errorf("%w: it answers another request", ErrToken)
	}
	s, err = Check(got.RawToken, message, a.roots)
	return got.RawToken, s, err
}

// parseResponse reads an answer; the libraries may panic at what isn't one.
func parseResponse(answer []byte) (t *timestamp.Timestamp, err error) {
	reading.Lock()
	defer reading.Unlock()
	defer func() {
		if r := recover(); r != nil {
			t, err = nil, fmt.Errorf("%w: %v", ErrToken, r)
		}
	}()
	if t, err = timestamp.ParseResponse(answer); err != nil {
		err = fmt.Errorf("%w: %w", ErrToken, err)
	}
	return t, err
}

func (a *Authority) ask(ctx context.Context, query []byte) (answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, bytes.NewReader(query))
	if err != nil {
		return nil, fmt.Errorf("tsa: %w", err)
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	res, err := a.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("tsa: %w", err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("tsa: it answers %s", res.Status)
	}
	answer, err = io.ReadAll(io.LimitReader(res.Body, answerBytes+1))
	if err == nil && len(answer) > answerBytes {
		err = fmt.Errorf("%w: its answer is too long", ErrToken)
	}
	return answer, err
}

// ParseRoots reads certificates in PEM.
func ParseRoots(pem []byte) (*x509.CertPool, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("tsa: there is no certificate in PEM form")
	}
	return roots, nil
}
