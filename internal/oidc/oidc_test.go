package oidc_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"countersign/internal/oidc"
	"countersign/internal/oidc/oidctest"
)

const callback = "http://127.0.0.1:1/sign-in/provider/answer"

func start(t *testing.T) *oidc.Provider {
	t.Helper()
	return oidc.New(oidc.Config{
		Issuer: oidctest.Start(t, callback), ClientID: oidctest.ID, ClientSecret: oidctest.Secret, ACR: "strong", Callback: callback, Now: time.Now,
	})
}

func begin(t *testing.T, p *oidc.Provider, prove bool) (oidc.Flow, string) {
	t.Helper()
	f, address, err := p.Begin(t.Context(), prove, rand.Text())
	if err != nil {
		t.Fatal(err)
	}
	return f, address
}

func TestAProviderSaysWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	p := start(t)
	for _, tc := range []struct {
		name, email string
		prove       bool
	}{{"megan", "megan@example.org", false}, {"unverified", "", false}, {"megan", "megan@example.org", true}} {
		person := oidctest.NewPerson(t, tc.name)
		f, address := begin(t, p, tc.prove)
		id, err := p.Finish(t.Context(), f, person.SignIn(address, callback))
		if err != nil {
			t.Fatal(err)
		}
		if id.Issuer != p.Issuer || id.Subject != tc.name || id.Email != tc.email || id.At.IsZero() {
			t.Errorf("%s: %+v", tc.name, id)
		}
		if id.Proves != tc.prove {
			t.Errorf("asked for proof %t, and it proves %t (%+v)", tc.prove, id.Proves, id)
		}
	}
}

// Somebody who is signed in at the provider is asked again when it is to be
// proof, so that an open session there signs nothing.
func TestProofIsAskedForAfresh(t *testing.T) {
	t.Parallel()
	p := start(t)
	person := oidctest.NewPerson(t, "megan")
	f, address := begin(t, p, false)
	first, err := p.Finish(t.Context(), f, person.SignIn(address, callback))
	if err != nil {
		t.Fatal(err)
	}
	f, address = begin(t, p, true)
	answer := person.SignIn(address, callback)
	proof, err := p.Finish(t.Context(), f, answer)
	if err != nil || !proof.Proves || proof.At.Before(first.At) {
		t.Errorf("proof = %+v, %v; first %+v", proof, err, first)
	}
	if _, err := p.Finish(t.Context(), f, answer); !errors.Is(err, oidc.ErrRefused) {
		t.Errorf("the same answer again: %v", err)
	}
}

func TestAnAnswerToAnotherFlowIsRefused(t *testing.T) {
	t.Parallel()
	p := start(t)
	person := oidctest.NewPerson(t, "megan")
	for name, change := range map[string]func(f *oidc.Flow, answer url.Values){
		"state":             func(f *oidc.Flow, _ url.Values) { f.State += "x" },
		"no flow":           func(f *oidc.Flow, _ url.Values) { *f = oidc.Flow{} },
		"nonce":             func(f *oidc.Flow, _ url.Values) { f.Nonce += "x" },
		"verifier":          func(f *oidc.Flow, _ url.Values) { f.Verifier = "other-verifier-other-verifier-other-verifier" },
		"issuer":            func(_ *oidc.Flow, a url.Values) { a.Set("iss", "https://other.example.org") },
		"code":              func(_ *oidc.Flow, a url.Values) { a.Set("code", "x") },
		"an error":          func(_ *oidc.Flow, a url.Values) { a.Set("error", "access_denied") },
		"twenty minutes on": func(f *oidc.Flow, _ url.Values) { f.Begun = f.Begun.Add(-20 * time.Minute) },
	} {
		f, address := begin(t, p, false)
		answer := person.SignIn(address, callback)
		change(&f, answer)
		if id, err := p.Finish(t.Context(), f, answer); !errors.Is(err, oidc.ErrRefused) {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
}

func TestAWeakAuthenticationIsNoProof(t *testing.T) {
	t.Parallel()
	p := start(t)
	weak := oidc.New(oidc.Config{
		Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret, ACR: "stronger", Callback: callback, Now: time.Now,
	})
	f, address := begin(t, weak, true)
	id, err := weak.Finish(t.Context(), f, oidctest.NewPerson(t, "megan").SignIn(address, callback))
	if err != nil || id.Proves {
		t.Errorf("%+v, %v", id, err)
	}
}

func TestAProviderThatIsAwayIsNotARefusal(t *testing.T) {
	t.Parallel()
	away := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if away {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	p := oidc.New(oidc.Config{Issuer: server.URL, ClientID: "x", Callback: callback, Now: time.Now})
	if _, _, err := p.Begin(t.Context(), false, "state"); err == nil || errors.Is(err, oidc.ErrRefused) {
		t.Errorf("Begin() = %v", err)
	}
}

func TestNoRedirectOfTheProviderIsFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	t.Cleanup(elsewhere.Close)
	redirects := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	t.Cleanup(redirects.Close)
	p := oidc.New(oidc.Config{Issuer: redirects.URL, ClientID: "x", Callback: callback, Now: time.Now})
	if _, _, err := p.Begin(t.Context(), false, "state"); err == nil {
		t.Error("begun")
	}
}
