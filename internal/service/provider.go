package service

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/oidc"
	"countersign/internal/password"
	"countersign/internal/store"
)

// stepProvider is somebody on their way to a provider and back.
const stepProvider = "provider"

var (
	errNoProvider     = countersign.Refuse(countersign.NotFound, "Nobody signs in with another account here")
	errProviderAway   = countersign.Refuse(countersign.Conflict, "The other service does not answer just now. Try again in a few minutes, or sign in another way")
	errProviderOver   = countersign.Refuse(countersign.Conflict, "Signing in with the other service was not completed. Try again")
	errUnknownPerson  = countersign.Refuse(countersign.Conflict, "Nobody is known here by the email address that the other service has confirmed. Sign in another way, or ask for an invitation to that address")
	errOtherIdentity  = countersign.Refuse(countersign.Conflict, "That account is linked to another person, or you are linked to another account there. Use your own account, or remove the link on your account page first")
	errNotYourAccount = countersign.Refuse(countersign.Conflict, "That is another account than the one you are signed in with. Use your own")
)

// Provider names the provider with which people sign in here, such as
// "NHSmail"; empty if there is none.
func (s *Service) Provider() string {
	if s.provider == nil {
		return ""
	}
	return s.provider.Name
}

// ProvingProvider is Provider if people can prove there who they are, well
// enough to sign.
func (s *Service) ProvingProvider() string {
	if s.provider == nil || s.provider.ACR == "" {
		return ""
	}
	return s.provider.Name
}

// errand is what somebody goes to the provider for, and what waits for them.
type errand struct {
	Flow   oidc.Flow
	Device string // the browser that began, so that no other one ends it
	Next   string
	Rescue string
}

// Errand is what somebody does at the provider.
type Errand struct {
	Prove    bool   // a proof for signing, by who is signed in; else signing in, or linking
	Password string // of who links, unless they have proved who they are in another way
	Next     string // local path to go to afterwards
	Rescue   string // a form that waits, sealed
	From     Origin
}

// GoToProvider begins an errand and returns the address to send the person to.
// actor is zero for somebody who isn't signed in.
func (s *Service) GoToProvider(ctx context.Context, actor authz.Actor, e Errand) (string, error) {
	if s.provider == nil {
		return "", errNoProvider
	}
	if e.Prove && actor.IsZero() {
		return "", countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	}
	if !e.Prove && !actor.IsZero() { // a link lets in for good
		if err := s.mayChangeFactors(ctx, actor, e.Password, e.From); err != nil {
			return "", err
		}
	}
	if err := s.countTry(ctx, "provider", e.From.deviceHash(), actor.ID(), e.From); err != nil {
		return "", err
	}
	state, hash := password.NewToken(s.rand)
	flow, address, err := s.provider.Begin(ctx, e.Prove, state)
	if err != nil {
		return "", errors.Join(errProviderAway, err)
	}
	data, err := json.Marshal(errand{Flow: flow, Device: e.From.deviceHash(), Next: e.Next, Rescue: e.Rescue})
	if err != nil {
		return "", err
	}
	return address, s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.AddCeremony(hash, store.Ceremony{Person: actor.ID(), Purpose: stepProvider, Data: data, Expires: tx.Now().Add(oidc.FlowHolds)})
	})
}

// Returned is what an errand came to.
type Returned struct {
	SignedIn        // Person and Proof
	Linked   bool   // the person was signed in already, and linked their account
	Proved   bool   // the proof is for signing
	ForProof bool   // that was what the errand was for
	Next     string // of the errand
	Rescue   string
}

// ReturnFromProvider ends an errand with what the provider sent back: somebody
// is signed in, has linked their account, or has proved that it is them. Each
// answer is good once, and only in the browser that began.
func (s *Service) ReturnFromProvider(ctx context.Context, actor authz.Actor, answer url.Values, from Origin) (Returned, error) {
	if s.provider == nil {
		return Returned{}, errNoProvider
	}
	var begun store.Ceremony
	var e errand
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		begun, err = tx.TakeCeremony(password.HashToken(answer.Get("state")), stepProvider)
		return err
	})
	if countersign.KindOf(err) == countersign.NotFound {
		return Returned{}, errProviderOver
	}
	if err == nil {
		err = json.Unmarshal(begun.Data, &e)
	}
	if err != nil {
		return Returned{}, err
	}
	out := Returned{ForProof: e.Flow.Prove, Next: e.Next, Rescue: e.Rescue}
	if e.Device == "" || from.deviceHash() != e.Device || begun.Person != actor.ID() {
		return out, errProviderOver
	}
	id, err := s.provider.Finish(ctx, e.Flow, answer)
	switch {
	case errors.Is(err, oidc.ErrRefused):
		return out, errors.Join(errProviderOver, err)
	case err != nil:
		return out, errors.Join(errProviderAway, err)
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if actor.IsZero() {
			out.SignedIn, err = s.identified(tx, id, from)
			return err
		}
		return s.own(tx, actor, id, e.Flow.Prove, &out)
	})
	return out, err
}

// identified lets somebody in whom the provider knows. Who isn't linked yet is
// found by the address that the provider has verified, and told by mail.
func (s *Service) identified(tx *store.Tx, id oidc.Identity, from Origin) (SignedIn, error) {
	person, err := tx.Identified(id.Issuer, id.Subject)
	if countersign.KindOf(err) == countersign.NotFound {
		person, err = s.linkByEmail(tx, id)
	}
	if err != nil {
		return SignedIn{}, err
	}
	return s.signedIn(tx, person, authz.ByProvider, from)
}

func (s *Service) linkByEmail(tx *store.Tx, id oidc.Identity) (countersign.PersonID, error) {
	if id.Email == "" {
		return "", errUnknownPerson
	}
	p, err := tx.PersonByEmail(id.Email)
	if countersign.KindOf(err) == countersign.NotFound || err == nil && p.Origin != "" {
		return "", errUnknownPerson
	}
	if err != nil {
		return "", err
	}
	linked, err := tx.LinkIdentity(p.ID, id.Issuer, id.Subject)
	if err == nil && !linked {
		err = errOtherIdentity
	}
	if err == nil {
		err = tx.Audit(store.AuditEvent{Actor: p.ID, Action: "account.link", Subject: string(p.ID), Detail: map[string]any{"issuer": id.Issuer}})
	}
	if err == nil {
		err = s.notifySecurity(tx, p.ID, "Your account was linked to your account at "+s.provider.Name)
	}
	return p.ID, err
}

// own links the account of somebody who is signed in, or takes it for proof.
func (s *Service) own(tx *store.Tx, actor authz.Actor, id oidc.Identity, prove bool, out *Returned) error {
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
		return err
	}
	person, err := tx.Identified(id.Issuer, id.Subject)
	switch {
	case err == nil && person != actor.ID():
		return errNotYourAccount
	case err == nil && prove:
		if !id.Proves {
			return countersign.Refuse(countersign.Conflict, s.provider.Name+" did not confirm who you are well enough to sign with. Use a passkey, or your password and a code")
		}
		out.Person, out.Proved, out.Proof = actor.ID(), true, authz.Proof{Method: authz.ByProviderFresh(id.ACR), At: tx.Now()}
		return nil
	case err == nil:
		out.Person, out.Linked = actor.ID(), true
		return nil
	case countersign.KindOf(err) != countersign.NotFound:
		return err
	case prove:
		return errNotYourAccount
	}
	linked, err := tx.LinkIdentity(actor.ID(), id.Issuer, id.Subject)
	if err == nil && !linked {
		err = errOtherIdentity
	}
	out.Person, out.Linked = actor.ID(), true
	if err != nil {
		return err
	}
	return s.securityChanged(tx, actor, actor.ID(), "account.link", "Your account was linked to your account at "+s.provider.Name)
}

// UnlinkProvider forgets as whom the provider knows the actor, and tells them.
// Like every change of how they sign in it needs them, or their password.
func (s *Service) UnlinkProvider(ctx context.Context, actor authz.Actor, password string, from Origin) error {
	if s.provider == nil {
		return errNoProvider
	}
	if err := s.mayChangeFactors(ctx, actor, password, from); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		known, err := tx.UnlinkIdentity(actor.ID(), s.provider.Issuer)
		if err != nil || !known {
			return err
		}
		return s.securityChanged(tx, actor, actor.ID(), "account.unlink", "The link to your account at "+s.provider.Name+" was removed")
	})
}
