package service

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/passkey"
	"countersign/internal/store"
)

// stepSign is the purpose of decisions that were prepared for signing.
const stepSign = "sign"

// Signing is decisions that are signed by a passkey itself. They are made
// twice: first to know what is to be signed, of which nothing stays, then
// again, the same to the byte, with the signature. Everything between is in
// the database.
type Signing struct {
	key    store.Passkey
	method string
	seeds  []seed
	answer *passkey.Answer // nil while preparing
	domain string
}

// seed is what a decision is made with beside what is decided, and the digest
// that it has then.
type seed struct {
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	Competency     string                       `json:"competency"`
	ID             countersign.SignOffID        `json:"id"`
	Salt           string                       `json:"salt"`
	SignedAt       time.Time                    `json:"signed_at"`
	Leaf           string                       `json:"leaf"`
	Digest         string                       `json:"digest"`
}

// intent is what is kept of a Signing until the passkey has answered. No text
// that anybody typed is in it.
type intent struct {
	CredentialID string `json:"credential_id"`
	Challenge    string `json:"challenge"`
	Seeds        []seed `json:"seeds"`
}

// errPrepared undoes what was done only to know what is to be signed.
var errPrepared = errors.New("service: prepared")

// begin gives a decision what it is made with.
func (g *Signing) begin(so *countersign.SignOff) error {
	if g == nil {
		return nil
	}
	so.Authentication = g.method
	if g.answer == nil { // the decision before it in this batch isn't in the record
		for _, s := range g.seeds {
			if s.Apprenticeship == so.Apprenticeship {
				so.PreviousLeaf = s.Leaf
			}
		}
		return nil
	}
	s := g.seed(so)
	if s == nil {
		return countersign.Refuse(countersign.Conflict, "This was not among what you signed. Look at it again, then sign it")
	}
	so.ID, so.Salt, so.SignedAt = s.ID, s.Salt, s.SignedAt
	return nil
}

func (g *Signing) seed(so *countersign.SignOff) *seed {
	at := slices.IndexFunc(g.seeds, func(s seed) bool { return s.Apprenticeship == so.Apprenticeship && s.Competency == so.Competency })
	if at < 0 {
		return nil
	}
	return &g.seeds[at]
}

// end keeps the seed of a decision that is being prepared, and undoes it, or
// puts the signature on one that is the same as it was then.
func (g *Signing) end(so *countersign.SignOff) error {
	if g == nil {
		return nil
	}
	digest := ledger.Digest([]byte(so.Canonical))
	if g.answer == nil {
		g.seeds = append(g.seeds, seed{so.Apprenticeship, so.Competency, so.ID, so.Salt, so.SignedAt, so.Leaf, hex.EncodeToString(digest[:])})
		return errPrepared
	}
	if s := g.seed(so); s.Digest != hex.EncodeToString(digest[:]) {
		return countersign.Refuse(countersign.Conflict,
			"What you signed is not what would be saved now: the form, the evidence or an earlier decision has changed since. Look at it again, then sign it")
	}
	kept := ledger.Signature{
		V: 1, PublicKey: g.key.SPKI, Domain: g.domain,
		AuthenticatorData: g.answer.AuthenticatorData, ClientDataJSON: g.answer.ClientDataJSON, Signature: g.answer.Signature,
	}
	if len(g.seeds) > 1 {
		for _, s := range g.seeds {
			kept.Digests = append(kept.Digests, s.Digest)
		}
	}
	var err error
	if so.Signature, err = kept.Encode(); err != nil {
		return err
	}
	return ledger.CheckSignature(so.Signature, []byte(so.Canonical), so.Fingerprint())
}

func (g *Signing) challenge() ([]byte, error) {
	digests := make([][32]byte, len(g.seeds))
	for i, s := range g.seeds {
		raw, err := hex.DecodeString(s.Digest)
		if err != nil {
			return nil, err
		}
		digests[i] = [32]byte(raw)
	}
	return ledger.Challenge(digests...), nil
}

// SigningRow is one decision to be signed: a new one, or what is done about
// one that stands.
type SigningRow struct {
	SignOffInput
	Withdraw, Confirm countersign.SignOffID // instead of a new one
	Reason            ReasonInput
}

func (s *Service) signRow(ctx context.Context, actor authz.Actor, row SigningRow, g *Signing) error {
	var err error
	row.SignOffInput.Signing, row.Reason.Signing = g, g
	switch {
	case row.Withdraw != "":
		_, _, err = s.WithdrawSignOff(ctx, actor, row.Withdraw, row.Reason)
	case row.Confirm != "":
		_, _, err = s.ConfirmSignOff(ctx, actor, row.Confirm, row.Reason)
	default:
		_, _, err = s.SignOff(ctx, actor, row.SignOffInput)
	}
	return err
}

// PrepareSigning makes decisions without keeping them, and asks for the
// signature of the passkey that the actor used last. Rows that would be
// refused are left out; only if all would be is the refusal of the first
// returned.
func (s *Service) PrepareSigning(ctx context.Context, actor authz.Actor, rows []SigningRow) (Challenge, error) {
	if s.passkeys == nil {
		return Challenge{}, errNoPasskeys
	}
	if len(rows) == 0 || len(rows) > MaxBatch {
		return Challenge{}, countersign.Refuse(countersign.Conflict, "There is nothing to sign")
	}
	g := &Signing{domain: s.passkeys.Domain()}
	var o passkey.Owner
	var now time.Time
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		all, err := tx.Passkeys(actor.ID())
		if err == nil && len(all) == 0 {
			err = countersign.Refuse(countersign.Conflict, "You have no passkey yet. Add one on your account page")
		}
		if err != nil {
			return err
		}
		now, g.key = tx.Now(), all[0]
		o, err = owner(tx, actor.ID())
		return err
	})
	if err != nil {
		return Challenge{}, err
	}
	fingerprint, err := ledger.KeyFingerprint(g.key.SPKI)
	if err != nil {
		return Challenge{}, err
	}
	g.method, o.Keys = authz.ByKey(fingerprint), keysOf([]store.Passkey{g.key})
	// The proof is the one that the passkey is asked for: until it has
	// answered, nothing that is done here stays.
	preparing := actor.Proved(authz.Proof{Method: g.method, At: now})
	var first error
	for _, row := range rows {
		err := s.signRow(ctx, preparing, row, g)
		switch {
		case errors.Is(err, errPrepared):
		case countersign.IsFault(err):
			return Challenge{}, err
		case first == nil:
			first = err
		}
	}
	if len(g.seeds) == 0 {
		return Challenge{}, first
	}
	return s.askToSign(ctx, o, g)
}

func (s *Service) askToSign(ctx context.Context, o passkey.Owner, g *Signing) (Challenge, error) {
	bytes, err := g.challenge()
	if err != nil {
		return Challenge{}, err
	}
	options, challenge, err := s.passkeys.Ask(o, bytes)
	if err != nil {
		return Challenge{}, err
	}
	out := Challenge{Options: options}
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		out.Token, err = s.beginCeremony(tx, o.ID, stepSign, intent{g.key.CredentialID, challenge, g.seeds})
		return err
	})
	return out, err
}

// Sign takes the passkey's answer to what was prepared. It returns the actor,
// who has proved who they are by it, and what to sign with: the decisions
// themselves are made by the calls that make them otherwise.
func (s *Service) Sign(ctx context.Context, actor authz.Actor, in AnswerInput) (authz.Actor, *Signing, error) {
	if s.passkeys == nil {
		return actor, nil, errNoPasskeys
	}
	var g *Signing
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		var kept intent
		if err := s.takeBack(tx, actor, in, in.Token, stepSign, &kept); err != nil {
			return err
		}
		answer, err := passkey.Read([]byte(in.Response))
		if err != nil || answer.CredentialID != kept.CredentialID {
			return errNotAnswer
		}
		if err := s.answered(tx, actor.ID(), kept.Challenge, answer); err != nil {
			return err
		}
		key, err := tx.PasskeyByCredential(answer.CredentialID)
		if err != nil {
			return err
		}
		fingerprint, err := ledger.KeyFingerprint(key.SPKI)
		g = &Signing{key: key, method: authz.ByKey(fingerprint), seeds: kept.Seeds, answer: &answer, domain: s.passkeys.Domain()}
		actor = actor.Proved(authz.Proof{Method: g.method, At: tx.Now()})
		return err
	})
	return actor, g, err
}
