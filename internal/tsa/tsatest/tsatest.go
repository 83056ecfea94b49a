// Package tsatest is a time-stamping authority for tests, with a certificate of
// its own.
package tsatest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
)

// Server is an authority.
type Server struct {
	URL string
	CA  []byte // its root, in PEM

	root, leaf *x509.Certificate
	key        *ecdsa.PrivateKey
	now        func() time.Time

	mu     sync.Mutex
	answer func(w http.ResponseWriter, r *http.Request) // nil for the right one
	asked  int
}

// Usage is what the certificate of an authority is for.
var Usage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}

// Start starts an authority whose certificate is valid from 2020 on.
func Start(t testing.TB, now func() time.Time, usage ...x509.ExtKeyUsage) *Server {
	t.Helper()
	s := &Server{now: now}
	template := func(serial int64, name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2120, 1, 1, 0, 0, 0, 0, time.UTC), BasicConstraintsValid: true,
		}
	}
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	issue := func(c, parent *x509.Certificate, key *ecdsa.PrivateKey, by *ecdsa.PrivateKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		made, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	rootKey := newKey()
	root := template(1, "Test root")
	root.IsCA, root.KeyUsage = true, x509.KeyUsageCertSign
	s.root = issue(root, root, rootKey, rootKey)
	if usage == nil {
		usage = Usage
	}
	leaf := template(2, "Test time-stamping authority")
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, usage
	if len(usage) == 1 && usage[0] == x509.ExtKeyUsageTimeStamping { // critical, as RFC 3161 has it
		leaf.ExtKeyUsage = nil
		leaf.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08}}}
	}
	s.key = newKey()
	s.leaf = issue(leaf, s.root, s.key, rootKey)
	s.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.root.Raw})
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Answer has it answer otherwise from now on; nil for rightly.
func (s *Server) Answer(fn func(w http.ResponseWriter, r *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = fn
}

// Asked is how often it was asked.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked++
	answer := s.answer
	s.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	s.Stamp(w, r, nil)
}

// Stamp answers with a token, which change may spoil before it is signed.
func (s *Server) Stamp(w http.ResponseWriter, r *http.Request, change func(*timestamp.Timestamp)) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	asked, err := timestamp.ParseRequest(body)
	if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
		http.Error(w, "not a request", http.StatusBadRequest)
		return
	}
	t := timestamp.Timestamp{
		HashAlgorithm: asked.HashAlgorithm, HashedMessage: asked.HashedMessage, Nonce: asked.Nonce, Time: s.now().Truncate(time.Second),
		Policy: asn1.ObjectIdentifier{1, 2, 3, 4, 1}, AddTSACertificate: asked.Certificates, Certificates: []*x509.Certificate{s.root},
	}
	if change != nil {
		change(&t)
	}
	answer, err := t.CreateResponseWithOpts(s.leaf, s.key, crypto.SHA256)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	_, _ = w.Write(answer)
}
