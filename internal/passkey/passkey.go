// Package passkey registers passkeys and checks what they answer (WebAuthn
// level 2). A passkey always verifies its user, by PIN or finger, so one
// answer is two factors. Nothing here keeps anything.
package passkey

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"countersign/internal/countersign"
)

// ErrRefused says that what came from the browser is no answer of the passkey
// to the challenge, for this service.
var ErrRefused = errors.New("passkey: not an answer to the challenge")

// algorithms are those of keys that the standard library can check, so that a
// kept signature can be checked anywhere.
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgEdDSA},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// Service is what passkeys are for: one address of one installation.
type Service struct{ wa *webauthn.WebAuthn }

// New returns the service at a public address. A browser knows no passkeys for
// a number such as 127.0.0.1: there, they are those of localhost.
func New(address string) (*Service, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("passkey: %q is no address", address)
	}
	host := u.Hostname()
	if ip := net.ParseIP(host); ip != nil {
		if !ip.IsLoopback() {
			return nil, fmt.Errorf("passkey: browsers have none for a number such as %s", host)
		}
		host = "localhost"
	}
	origin := u.Scheme + "://" + host
	if u.Port() != "" {
		origin += ":" + u.Port()
	}
	wa, err := webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: "Countersign", RPOrigins: []string{origin}})
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return &Service{wa}, nil
}

// Domain returns the name that passkeys are bound to.
func (s *Service) Domain() string { return s.wa.Config.RPID }

// Key is a registered passkey.
type Key struct {
	CredentialID   string // base64url, as the authenticator calls it
	COSEKey        string // base64
	SPKI           string // the same public key as the standard library reads it, base64
	SignCount      uint32
	BackupEligible bool
}

// Owner is whose passkeys they are.
type Owner struct {
	ID    countersign.PersonID
	Email string
	Name  string
	Keys  []Key
}

// WebAuthnID implements webauthn.User.
func (o Owner) WebAuthnID() []byte { return []byte(o.ID) }

// WebAuthnName implements webauthn.User.
func (o Owner) WebAuthnName() string { return o.Email }

// WebAuthnDisplayName implements webauthn.User.
func (o Owner) WebAuthnDisplayName() string { return o.Name }

// WebAuthnCredentials implements webauthn.User. Keys that can't be read are
// left out: nothing that they sign is believed.
func (o Owner) WebAuthnCredentials() []webauthn.Credential {
	var all []webauthn.Credential
	for _, k := range o.Keys {
		id, err := base64.RawURLEncoding.DecodeString(k.CredentialID)
		cose, keyErr := base64.StdEncoding.DecodeString(k.COSEKey)
		if err != nil || keyErr != nil {
			continue
		}
		all = append(all, webauthn.Credential{
			ID: id, PublicKey: cose, Flags: webauthn.CredentialFlags{UserVerified: true, UserPresent: true, BackupEligible: k.BackupEligible},
			Authenticator: webauthn.Authenticator{SignCount: k.SignCount},
		})
	}
	return all
}

func (o Owner) descriptors() []protocol.CredentialDescriptor {
	var all []protocol.CredentialDescriptor
	for _, c := range o.WebAuthnCredentials() {
		all = append(all, c.Descriptor())
	}
	return all
}

// Register returns what a browser is asked to make a passkey with, and the
// challenge to keep until it has.
func (s *Service) Register(o Owner) (options json.RawMessage, challenge string, err error) {
	asked, session, err := s.wa.BeginRegistration(o,
		webauthn.WithCredentialParameters(algorithms), webauthn.WithExclusions(o.descriptors()),
		webauthn.WithConveyancePreference(protocol.PreferNoAttestation),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		}))
	if err != nil {
		return nil, "", fmt.Errorf("passkey: register: %w", err)
	}
	options, err = json.Marshal(asked.Response)
	return options, session.Challenge, err
}

// Registered returns the passkey that a browser made for the challenge. It
// fails with ErrRefused.
func (s *Service) Registered(o Owner, challenge string, response []byte) (Key, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	made, err := s.wa.CreateCredential(o, webauthn.SessionData{
		Challenge: challenge, RelyingPartyID: s.Domain(), UserID: o.WebAuthnID(), UserVerification: protocol.VerificationRequired, CredParams: algorithms,
	}, parsed)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	spki, err := spkiOf(made.PublicKey)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return Key{
		CredentialID: base64.RawURLEncoding.EncodeToString(made.ID), COSEKey: base64.StdEncoding.EncodeToString(made.PublicKey),
		SPKI: base64.StdEncoding.EncodeToString(spki), SignCount: made.Authenticator.SignCount, BackupEligible: made.Flags.BackupEligible,
	}, nil
}

// spkiOf turns a key from COSE into the form that X.509 has for it.
func spkiOf(cose []byte) ([]byte, error) {
	parsed, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return nil, err
	}
	switch k := parsed.(type) {
	case webauthncose.EC2PublicKeyData:
		key, err := k.ToECDSA()
		if err != nil {
			return nil, err
		}
		return x509.MarshalPKIXPublicKey(key)
	case webauthncose.OKPPublicKeyData:
		return x509.MarshalPKIXPublicKey(ed25519.PublicKey(k.XCoord))
	case webauthncose.RSAPublicKeyData:
		e, err := webauthncose.ParseRSAPublicKeyDataExponent(&k)
		if err != nil {
			return nil, err
		}
		return x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: new(big.Int).SetBytes(k.Modulus), E: e})
	}
	return nil, fmt.Errorf("passkey: a key of type %T", parsed)
}

// Ask returns what a browser is asked to have a passkey answer, and the
// challenge to keep until it has: one of the owner's keys, or, for the zero
// Owner, any that the person at the browser has. A challenge of nil is random.
func (s *Service) Ask(o Owner, challenge []byte) (options json.RawMessage, kept string, err error) {
	with := []webauthn.LoginOption{webauthn.WithUserVerification(protocol.VerificationRequired)}
	if challenge != nil {
		with = append(with, webauthn.WithChallenge(challenge))
	}
	var asked *protocol.CredentialAssertion
	var session *webauthn.SessionData
	if o.ID == "" {
		asked, session, err = s.wa.BeginDiscoverableLogin(with...)
	} else {
		asked, session, err = s.wa.BeginLogin(o, with...)
	}
	if err != nil {
		return nil, "", fmt.Errorf("passkey: ask: %w", err)
	}
	options, err = json.Marshal(asked.Response)
	return options, session.Challenge, err
}

// Answer is what a passkey answered: whose, and the parts of its signature in
// base64url.
type Answer struct {
	CredentialID      string
	Count             uint32
	AuthenticatorData string
	ClientDataJSON    string
	Signature         string
	parsed            *protocol.ParsedCredentialAssertionData
}

// Read reads an answer, which nothing is known of yet: look up whose
// CredentialID it is, then Check it.
func Read(response []byte) (Answer, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	text := base64.RawURLEncoding.EncodeToString
	raw := parsed.Raw.AssertionResponse
	return Answer{
		CredentialID: text(parsed.RawID), Count: parsed.Response.AuthenticatorData.Counter,
		AuthenticatorData: text(raw.AuthenticatorData), ClientDataJSON: text(raw.ClientDataJSON), Signature: text(raw.Signature), parsed: parsed,
	}, nil
}

// Check makes sure that one of the owner's keys answered the challenge, here,
// with its user verified. It fails with ErrRefused. Whether the count has
// risen is for the caller, who keeps it.
func (s *Service) Check(o Owner, challenge string, a Answer) error {
	if a.parsed == nil {
		return ErrRefused
	}
	_, err := s.wa.ValidateLogin(o, webauthn.SessionData{
		Challenge: challenge, RelyingPartyID: s.Domain(), UserID: o.WebAuthnID(), UserVerification: protocol.VerificationRequired,
	}, a.parsed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return nil
}
