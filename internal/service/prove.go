package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/passkey"
	"countersign/internal/password"
	"countersign/internal/store"
)

// DemonstrationMark is the key of the setting that marks the database of a
// demonstration, for good.
const DemonstrationMark = "demonstration"

var errUnproved = countersign.Refuse(countersign.Unproved,
	"Prove that it is you: use a passkey, or your password and a code from an authenticator app, at most 5 minutes before")

// proved refuses what only a fresh proof allows to whoever has none. The
// people of a demonstration, who are nobody, need none.
func (s *Service) proved(tx *store.Tx, fresh bool) error {
	if fresh || s.demonstration.Load() {
		return nil
	}
	mark, err := tx.Setting(DemonstrationMark)
	if err != nil {
		return err
	}
	if mark == "" {
		return errUnproved
	}
	s.demonstration.Store(true)
	return nil
}

// ProveInput is a password and a code by which somebody proves who they are.
type ProveInput struct {
	Password string `field:"password" label:"your password" validate:"required,max=1000" privacy:"-"`
	Code     string `field:"code" label:"the code that the app shows" validate:"required,max=40" privacy:"-"`
	From     Origin `privacy:"-"`
}

// Prove returns the actor's proof by password and code.
func (s *Service) Prove(ctx context.Context, actor authz.Actor, in ProveInput) (authz.Proof, error) {
	var proof authz.Proof
	id := actor.ID()
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: id}); err != nil {
		return proof, err
	}
	if err := s.check.Check(in); err != nil {
		return proof, err
	}
	if err := s.verifyPassword(ctx, id, "password", in.Password, in.From); err != nil {
		return proof, err
	}
	if err := s.countTry(ctx, "code", string(id), id, in.From); err != nil {
		return proof, err
	}
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		ok, err := s.useCode(tx, id, in.Code)
		if err == nil && !ok {
			err = errWrongCode
		}
		if err == nil {
			err = forgetTries(tx, "code", string(id), id, in.From)
		}
		proof = authz.Proof{Method: authz.ByPasswordCode, At: tx.Now()}
		return err
	})
	return proof, err
}

// AskToProve asks for one of the actor's passkeys.
func (s *Service) AskToProve(ctx context.Context, actor authz.Actor) (Challenge, error) {
	if s.passkeys == nil {
		return Challenge{}, errNoPasskeys
	}
	var o passkey.Owner
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		o, err = owner(tx, actor.ID())
		return err
	})
	if err != nil {
		return Challenge{}, err
	}
	if len(o.Keys) == 0 {
		return Challenge{}, countersign.Refuse(countersign.Conflict, "You have no passkey yet. Add one on your account page")
	}
	return s.ask(ctx, o, stepProve)
}

// ProveByPasskey returns the actor's proof by one of their passkeys.
func (s *Service) ProveByPasskey(ctx context.Context, actor authz.Actor, in AnswerInput) (authz.Proof, error) {
	if s.passkeys == nil {
		return authz.Proof{}, errNoPasskeys
	}
	var proof authz.Proof
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		var challenge string
		if err := s.takeBack(tx, actor, in, in.Token, stepProve, &challenge); err != nil {
			return err
		}
		answer, err := passkey.Read([]byte(in.Response))
		if err != nil {
			return errNotAnswer
		}
		proof = authz.Proof{Method: authz.ByPasskey, At: tx.Now()}
		return s.answered(tx, actor.ID(), challenge, answer)
	})
	return proof, err
}

// Grant gives a program that acts for the actor a token with which it can sign
// for some minutes, after a proof by the actor.
func (s *Service) Grant(ctx context.Context, actor authz.Actor, proof authz.Proof) (store.Grant, string, error) {
	token, hash := password.NewToken(s.rand)
	g := store.Grant{Person: actor.ID(), Method: proof.Method, ProvedAt: proof.At, Expires: proof.At.Add(authz.ProofHolds)}
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		if !proof.Fresh(tx.Now()) {
			return errUnproved
		}
		if err := tx.AddGrant(hash, g); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Action: "account.signing_grant", Subject: string(actor.ID()), Detail: map[string]any{"method": proof.Method}})
	})
	return g, token, err
}
