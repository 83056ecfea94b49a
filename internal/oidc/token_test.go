package oidc_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"countersign/internal/oidc"
)

type claims = map[string]any

var text64 = base64.RawURLEncoding.EncodeToString

// forger is a provider whose tokens say what a test wants.
type forger struct {
	*httptest.Server
	key    *rsa.PrivateKey
	issuer string // in the discovery document
	token  string // the next ID token
}

func newForger(t *testing.T, key *rsa.PrivateKey) *forger {
	t.Helper()
	f := &forger{key: key}
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, claims{
			"issuer": f.issuer, "authorization_endpoint": f.URL + "/auth", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, claims{"keys": []claims{{
			"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256", "n": text64(key.N.Bytes()), "e": text64(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, claims{"access_token": "x", "token_type": "Bearer", "id_token": f.token})
	})
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	f.issuer = f.URL
	return f
}

// sign writes a token with that header, signed by key, or by the client's
// secret, or not at all.
func sign(t *testing.T, header, body claims, key any) string {
	t.Helper()
	head, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	said, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	text := text64(head) + "." + text64(said)
	sum := sha256.Sum256([]byte(text))
	var signature []byte
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if signature, err = rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:]); err != nil {
			t.Fatal(err)
		}
	case string:
		mac := hmac.New(sha256.New, []byte(k))
		mac.Write([]byte(text))
		signature = mac.Sum(nil)
	}
	return text + "." + text64(signature)
}

// TestATokenIsCheckedBeforeItIsBelieved has a provider that can be reached give
// tokens which aren't its own, aren't for us, or aren't for now.
func TestATokenIsCheckedBeforeItIsBelieved(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	f := newForger(t, key)
	p := oidc.New(oidc.Config{Issuer: f.URL, ClientID: "us", ClientSecret: "secret", Callback: callback, Now: time.Now})
	rs256 := func() claims { return claims{"alg": "RS256", "kid": "1"} }
	jwk := claims{"kty": "RSA", "n": text64(other.N.Bytes()), "e": "AQAB"}
	for _, tc := range []struct {
		name   string
		header claims
		with   claims // instead of what is right
		key    any
		ok     bool
	}{
		{"as it should be", rs256(), nil, key, true},
		{"for another client", rs256(), claims{"aud": "them"}, key, false},
		{"of another issuer", rs256(), claims{"iss": "https://other.example.org"}, key, false},
		{"expired", rs256(), claims{"exp": time.Now().Add(-time.Hour).Unix()}, key, false},
		{"not yet valid", rs256(), claims{"nbf": time.Now().Add(time.Hour).Unix()}, key, false},
		{"of nobody", rs256(), claims{"sub": ""}, key, false},
		{"for another flow", rs256(), claims{"nonce": "x"}, key, false},
		{"by another key", rs256(), nil, other, false},
		{"by a key that it brings along", claims{"alg": "RS256", "kid": "1", "jwk": jwk}, nil, other, false},
		{"by a key that it names the place of", claims{"alg": "RS256", "kid": "2", "jku": f.URL + "/keys"}, nil, other, false},
		{"unsigned", claims{"alg": "none"}, nil, nil, false},
		{"by the client's secret", claims{"alg": "HS256", "kid": "1"}, nil, "secret", false},
		{"by the public key as a secret", claims{"alg": "HS256", "kid": "1"}, nil, string(key.N.Bytes()), false},
	} {
		flow, _, err := p.Begin(t.Context(), false, "state")
		if err != nil {
			t.Fatal(err)
		}
		body := claims{"iss": f.URL, "aud": "us", "sub": "megan", "nonce": flow.Nonce, "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
		for name, v := range tc.with {
			body[name] = v
		}
		f.token = sign(t, tc.header, body, tc.key)
		id, err := p.Finish(t.Context(), flow, url.Values{"state": {"state"}, "code": {"c"}})
		if tc.ok && (err != nil || id.Subject != "megan") || !tc.ok && !errors.Is(err, oidc.ErrRefused) {
			t.Errorf("%s: %+v, %v", tc.name, id, err)
		}
	}

	f.issuer = "https://other.example.org"
	impostor := oidc.New(oidc.Config{Issuer: f.URL, ClientID: "us", ClientSecret: "secret", Callback: callback, Now: time.Now})
	if _, _, err := impostor.Begin(t.Context(), false, "state"); err == nil {
		t.Error("a discovery document of another issuer is believed")
	}
}
