package authz

import (
	"strings"
	"time"
)

// Proof is how somebody proved who they are, and when. The zero Proof proves
// nothing.
type Proof struct {
	Method string
	At     time.Time
}

// The methods, as they stand in a sign-off.
const (
	ByPassword      = "password"
	ByPasswordCode  = "password+totp"          // with a code of an authenticator app
	ByRecoveryCode  = "password+recovery-code" // instead of one
	ByPasskey       = "passkey"                // which verified its user
	ByProvider      = "oidc"                   // an OpenID Connect provider
	ByToken         = "token"                  // of the API
	ByDemonstration = "demonstration"          // one click, in a demonstration
)

// ByProviderFresh is the method of a proof by a provider that authenticated
// somebody afresh, in the way that the acr names and this installation asks for.
func ByProviderFresh(acr string) string { return ByProvider + ":" + acr }

// ByKey is the method of a decision that was signed by a passkey itself: the
// decision holds the fingerprint of the key.
func ByKey(fingerprint string) string { return ByPasskey + ":" + fingerprint }

// ProofHolds is how long a proof is fresh enough to sign with.
const ProofHolds = 5 * time.Minute

// twoFactors reports whether the method takes two factors, without which
// nobody signs. A recovery code is for getting in again, not for signing.
func (p Proof) twoFactors() bool {
	return p.Method == ByPasswordCode || p.Method == ByPasskey || strings.HasPrefix(p.Method, ByPasskey+":") || strings.HasPrefix(p.Method, ByProvider+":")
}

// Fresh reports whether the proof is good enough, and new enough, to sign with.
func (p Proof) Fresh(now time.Time) bool {
	age := now.Sub(p.At)
	return p.twoFactors() && age >= 0 && age <= ProofHolds
}

// needsProof are the actions that only a fresh proof allows, beside the
// policy: what is signed stands for good.
var needsProof = map[Action]bool{SignOff: true, WithdrawSignOff: true}

// Proves reports whether the actor may do what the permit is for at that time
// as far as proof is concerned.
func (p Permit) Proves(now time.Time) bool {
	return !needsProof[p.action] || p.actor.proof.Fresh(now)
}
