// Package oidc signs people in with an OpenID Connect provider, such as NHSmail
// (Entra), NHS CIS2 or any other: the authorization code flow with PKCE, state
// and nonce. Who somebody is, is the pair of issuer and subject; an e-mail
// address is only what the provider says of them.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Config is how a provider is reached and what is asked of it.
type Config struct {
	Name         string // as people know it: "NHSmail"
	Issuer       string // its address, as it stands in its tokens
	ClientID     string
	ClientSecret string
	ACR          string // the least authentication that counts as proof for signing; empty if none does
	Callback     string // the address that it sends people back to
	Now          func() time.Time
}

// Provider is an OpenID Connect provider. It is asked for its keys and
// addresses when it is first needed, so that the server starts without it. It is
// safe for concurrent use.
type Provider struct {
	Config
	client *http.Client

	mu    sync.Mutex
	found *oidc.Provider
}

// answerTime is how long the provider may take for one answer.
const answerTime = 10 * time.Second

// New returns a provider; it isn't asked anything yet.
func New(c Config) *Provider {
	return &Provider{Config: c, client: &http.Client{
		Timeout: answerTime,
		// What the discovery document names is reached directly or not at all.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Flow is one attempt to sign in, kept in the session until the person comes
// back.
type Flow struct {
	State    string
	Nonce    string
	Verifier string // of PKCE
	Prove    bool   // asked for a fresh authentication, for signing
	Begun    time.Time
}

// FlowHolds is how long somebody may take at the provider.
const FlowHolds = 15 * time.Minute

// Begin starts a flow under that state, which nobody can guess, and returns the
// address to send the person to. With prove the provider is asked to
// authenticate them again, whatever session they have there, by the configured
// ACR.
func (p *Provider) Begin(ctx context.Context, prove bool, state string) (Flow, string, error) {
	config, _, err := p.config(ctx)
	if err != nil {
		return Flow{}, "", err
	}
	f := Flow{State: state, Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Prove: prove, Begun: p.Now()}
	options := []oauth2.AuthCodeOption{oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)}
	if p.ACR != "" {
		options = append(options, oauth2.SetAuthURLParam("acr_values", p.ACR))
	}
	if prove {
		options = append(options, oauth2.SetAuthURLParam("max_age", "0"), oauth2.SetAuthURLParam("prompt", "login"))
	}
	return f, config.AuthCodeURL(f.State, options...), nil
}

// Identity is who a provider says somebody is.
type Identity struct {
	Issuer, Subject string
	Email           string // empty unless the provider has verified it
	ACR             string
	At              time.Time // of the authentication; zero unless the provider says
	Proves          bool      // it was made afresh for this flow, by the configured ACR
}

// ErrRefused says that the person or the provider broke the flow off, or that
// the answer isn't one to this flow.
var ErrRefused = errors.New("oidc: the sign-in was not completed")

// Finish ends a flow with what the provider sent back. It fails with ErrRefused
// unless everything fits; another error says that the provider can't be
// reached.
func (p *Provider) Finish(ctx context.Context, f Flow, answer url.Values) (Identity, error) {
	switch {
	case f.State == "" || p.Now().Sub(f.Begun) > FlowHolds:
		return Identity{}, fmt.Errorf("%w: it took too long", ErrRefused)
	case subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(f.State)) != 1:
		return Identity{}, fmt.Errorf("%w: state", ErrRefused)
	case answer.Has("iss") && answer.Get("iss") != p.Issuer: // RFC 9207
		return Identity{}, fmt.Errorf("%w: issuer", ErrRefused)
	case answer.Get("error") != "" || answer.Get("code") == "":
		return Identity{}, fmt.Errorf("%w: %q", ErrRefused, answer.Get("error"))
	}
	config, found, err := p.config(ctx)
	if err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(f.Verifier))
	var refusal *oauth2.RetrieveError
	if errors.As(err, &refusal) && refusal.Response.StatusCode < http.StatusInternalServerError {
		return Identity{}, fmt.Errorf("%w: %s", ErrRefused, refusal.ErrorCode)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("oidc: exchange: %w", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.ClientID, Now: p.Now}).Verify(ctx, raw)
	if err != nil {
		return Identity{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(f.Nonce)) != 1 {
		return Identity{}, fmt.Errorf("%w: nonce", ErrRefused)
	}
	return p.identity(f, token)
}

func (p *Provider) identity(f Flow, token *oidc.IDToken) (Identity, error) {
	var claims struct {
		Email         string `json:"email"`
		EmailVerified bool   `json:"email_verified"`
		ACR           string `json:"acr"`
		AuthTime      int64  `json:"auth_time"`
	}
	if err := token.Claims(&claims); err != nil || token.Subject == "" {
		return Identity{}, fmt.Errorf("%w: claims", ErrRefused)
	}
	id := Identity{Issuer: token.Issuer, Subject: token.Subject, ACR: claims.ACR}
	if claims.EmailVerified {
		id.Email = strings.ToLower(strings.TrimSpace(claims.Email))
	}
	if claims.AuthTime > 0 {
		id.At = time.Unix(claims.AuthTime, 0).UTC()
	}
	if f.Prove {
		fresh := !id.At.IsZero() && !id.At.Before(f.Begun.Truncate(time.Second).Add(-clockSkew)) && !id.At.After(p.Now().Add(clockSkew))
		id.Proves = fresh && p.ACR != "" && slices.Contains(strings.Fields(p.ACR), id.ACR)
	}
	return id, nil
}

// clockSkew is how far the provider's clock may be from ours.
const clockSkew = 30 * time.Second

// config asks the provider for its addresses, once.
func (p *Provider) config(ctx context.Context) (*oauth2.Config, *oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("oidc: the provider does not answer: %w", err)
		}
		p.found = found
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: p.found.Endpoint(), RedirectURL: p.Callback,
		Scopes: []string{oidc.ScopeOpenID, "email"},
	}, p.found, nil
}
