package service

import (
	"context"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

// TokenInput is a personal API token to make. Days is how long it holds; 0
// means 90.
type TokenInput struct {
	Name     string `field:"name" label:"a name for the token" validate:"max=80" privacy:"certain"`
	Days     int    `field:"days" label:"days" validate:"min=0,max=365"`
	Password string `field:"current_password" label:"your current password" validate:"max=1000" privacy:"-"`
	From     Origin `privacy:"-"`
}

// CreateToken makes a personal API token for the actor, after the proof that a
// change of how they sign in asks for: a token outlives the session. The secret
// is returned once and kept only as a hash. Its owner is told by mail.
func (s *Service) CreateToken(ctx context.Context, actor authz.Actor, in TokenInput) (store.Token, string, error) {
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
		return store.Token{}, "", err
	}
	if err := s.check.Check(in); err != nil {
		return store.Token{}, "", err
	}
	if err := s.mayChangeFactors(ctx, actor, in.Password, in.From); err != nil {
		return store.Token{}, "", err
	}
	return s.createToken(ctx, actor, actor.ID(), in)
}

// CreateTokenFor makes a token for the person with that e-mail; only the
// operator may.
func (s *Service) CreateTokenFor(ctx context.Context, actor authz.Actor, email string, in TokenInput) (store.Token, string, error) {
	var id countersign.PersonID
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		if _, err := actor.Check(authz.ChangePeople, authz.Subject{}); err != nil {
			return err
		}
		p, err := tx.PersonByEmail(lowerEmail(email))
		if countersign.KindOf(err) == countersign.NotFound {
			return countersign.Refuse(countersign.NotFound, "Nobody has this email address")
		}
		id = p.ID
		return err
	})
	if err != nil {
		return store.Token{}, "", err
	}
	return s.createToken(ctx, actor, id, in)
}

// createToken makes a token for an owner for whom the actor may.
func (s *Service) createToken(ctx context.Context, actor authz.Actor, owner countersign.PersonID, in TokenInput) (store.Token, string, error) {
	var token store.Token
	secret, hash := password.NewAPIToken(s.rand)
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if err := s.check.Check(in); err != nil {
			return err
		}
		if in.Days == 0 {
			in.Days = 90
		}
		name := strings.TrimSpace(in.Name)
		if name == "" {
			name = "API token"
		}
		var err error
		token, err = tx.AddToken(store.Token{Person: owner, Name: name, ExpiresOn: tx.Today().AddDays(in.Days)}, hash)
		if err != nil {
			return err
		}
		if err := s.notifySecurity(tx, owner, "An API token that acts for you was made"); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Job: actor.Job(), Action: "token.create", Subject: string(token.ID)})
	})
	return token, secret, err
}

// RevokeToken ends one of the actor's own tokens at once.
func (s *Service) RevokeToken(ctx context.Context, actor authz.Actor, id countersign.TokenID) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		if err := tx.RevokeToken(actor.ID(), id); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Action: "token.revoke", Subject: string(id)})
	})
}
