package tsa_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

	"countersign/internal/tsa"
	"countersign/internal/tsa/tsatest"
)

func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

var message = []byte("countersign/1\n2\nroot\n")

func start(t *testing.T, usage ...x509.ExtKeyUsage) (*tsatest.Server, *tsa.Authority) {
	t.Helper()
	server := tsatest.Start(t, noon, usage...)
	roots, err := tsa.ParseRoots(server.CA)
	if err != nil {
		t.Fatal(err)
	}
	return server, tsa.New(server.URL, roots)
}

func TestATimeStampIsOfTheMessageAndOfItsAuthority(t *testing.T) {
	t.Parallel()
	_, authority := start(t)
	token, s, err := authority.Stamp(t.Context(), message)
	if err != nil || !s.At.Equal(noon()) || s.By != "CN=Test time-stamping authority" {
		t.Fatalf("Stamp() = %+v, %v", s, err)
	}
	other := tsatest.Start(t, noon)
	otherRoots, err := tsa.ParseRoots(other.CA)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		token, message []byte
		roots          *x509.CertPool
		ok             bool
	}{
		"as it is":          {token, message, authority.Roots(), true},
		"whoever signed":    {token, message, nil, true},
		"another authority": {token, message, otherRoots, false},
		"another message":   {token, []byte("other"), authority.Roots(), false},
		"nothing":           {nil, message, authority.Roots(), false},
		"half of it":        {token[:len(token)/2], message, authority.Roots(), false},
	} {
		if got, err := tsa.Check(c.token, c.message, c.roots); (err == nil) != c.ok || c.ok && got != s || !c.ok && !errors.Is(err, tsa.ErrToken) {
			t.Errorf("%s: %+v, %v", what, got, err)
		}
	}
	// Whatever byte is changed, it says the same or isn't valid.
	for i := range token {
		changed := bytes.Clone(token)
		changed[i] ^= 1
		if got, err := tsa.Check(changed, message, authority.Roots()); err == nil && got != s {
			t.Fatalf("byte %d changed: %+v", i, got)
		}
	}
}

// The token is one that other tools know.
func TestOpenSSLFindsTheTimeStampValid(t *testing.T) {
	t.Parallel()
	server, authority := start(t)
	token, _, err := authority.Stamp(t.Context(), message)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, content := range map[string][]byte{"token": token, "note": message, "ca.pem": server.CA} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "openssl", "ts", "-verify", "-in", "token", "-token_in", "-data", "note", "-CAfile", "ca.pem", "-attime", "1772452800")
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Verification: OK") {
		t.Errorf("openssl says %s, %v. Is it missing? apt-get install openssl", out, err)
	}
}

func TestAWrongAnswerOfAnAuthorityIsNoTimeStamp(t *testing.T) {
	t.Parallel()
	server, authority := start(t)
	spoilt := func(change func(*timestamp.Timestamp)) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) { server.Stamp(w, r, change) }
	}
	for what, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"503": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "away", http.StatusServiceUnavailable) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		},
		"garbage":      func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>Welcome</html>") },
		"nothing":      func(http.ResponseWriter, *http.Request) {},
		"too much":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("0", 1<<20)) },
		"wrong hash":   spoilt(func(s *timestamp.Timestamp) { s.HashedMessage = bytes.Repeat([]byte{1}, 32) }),
		"wrong nonce":  spoilt(func(s *timestamp.Timestamp) { s.Nonce.Add(s.Nonce, s.Nonce) }),
		"no nonce":     spoilt(func(s *timestamp.Timestamp) { s.Nonce = nil }),
		"long ago":     spoilt(func(s *timestamp.Timestamp) { s.Time = noon().AddDate(-9, 0, 0) }),
		"no signature": spoilt(func(s *timestamp.Timestamp) { s.AddTSACertificate = false; s.Certificates = nil }),
		"refused": func(w http.ResponseWriter, _ *http.Request) {
			answer, err := timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.TimeNotAvailable)
			if err != nil {
				t.Error(err)
			}
			_, _ = w.Write(answer)
		},
	} {
		server.Answer(answer)
		if _, s, err := authority.Stamp(t.Context(), message); err == nil {
			t.Errorf("%s: %+v", what, s)
		}
	}
	server.Answer(nil)
	if _, _, err := authority.Stamp(t.Context(), message); err != nil {
		t.Errorf("rightly again: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := authority.Stamp(gone, message); err == nil {
		t.Error("a cancelled request is answered")
	}
}

func TestACertificateForSomethingElseStampsNothing(t *testing.T) {
	t.Parallel()
	_, authority := start(t, x509.ExtKeyUsageServerAuth)
	if _, s, err := authority.Stamp(t.Context(), message); err == nil {
		t.Errorf("a web server's certificate: %+v", s)
	}
	if _, err := tsa.ParseRoots([]byte("x")); err == nil {
		t.Error("x is a certificate")
	}
}
