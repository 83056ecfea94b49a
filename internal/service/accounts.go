package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

// Actor returns who a signed-in person is, how they proved it, and what they
// hold today.
func (s *Service) Actor(ctx context.Context, id countersign.PersonID, proof authz.Proof) (authz.Actor, error) {
	var actor authz.Actor
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		p, held, err := tx.Holder(id)
		if err != nil {
			return err
		}
		actor = authz.NewActor(p.ID, p.Name, proof, held)
		return nil
	})
	return actor, err
}

// ActorByToken returns who an API token belongs to. An unknown, ended or
// revoked token is Unauthenticated. With a grant of theirs that holds, they
// have proved who they are; any other grant changes nothing. It notes the use,
// at most once a minute.
func (s *Service) ActorByToken(ctx context.Context, token, grant string) (authz.Actor, error) {
	var actor authz.Actor
	var touch bool
	hash := password.HashToken(token)
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		p, held, err := tx.HolderByToken(hash)
		if err != nil {
			return err
		}
		proof := authz.Proof{Method: authz.ByToken}
		if grant != "" {
			g, err := tx.Grant(p.ID, password.HashToken(grant))
			if err == nil {
				proof = authz.Proof{Method: g.Method, At: g.ProvedAt}
			} else if countersign.KindOf(err) != countersign.NotFound {
				return err
			}
		}
		actor = authz.NewActor(p.ID, p.Name, proof, held)
		touch, err = tx.TokenUnused(hash)
		return err
	})
	if err == nil && touch {
		err = s.store.Write(ctx, func(tx *store.Tx) error { return tx.TouchToken(hash) })
	}
	if countersign.KindOf(err) == countersign.NotFound {
		return actor, countersign.Refuse(countersign.Unauthenticated, "This token is not valid")
	}
	return actor, err
}

// Account is a person's own account.
type Account struct {
	Person      countersign.Person
	Memberships []store.HeldMembership // those that hold today
	Tokens      []store.Token
	Factors     Factors
}

// Account returns the actor's own account.
func (s *Service) Account(ctx context.Context, actor authz.Actor) (Account, error) {
	var a Account
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		var err error
		if a.Person, err = tx.Person(actor.ID()); err != nil {
			return err
		}
		all, err := tx.Memberships(actor.ID())
		if err != nil {
			return err
		}
		for _, m := range all {
			if m.ValidOn(tx.Today()) {
				a.Memberships = append(a.Memberships, m)
			}
		}
		if a.Tokens, err = tx.Tokens(actor.ID()); err != nil {
			return err
		}
		a.Factors, err = factorsOf(tx, actor.ID())
		return err
	})
	return a, err
}

// SetDigest says whether the actor wants the daily mail of what waits, at that
// version of their account; 0 asks for no check.
func (s *Service) SetDigest(ctx context.Context, actor authz.Actor, version int, wanted bool) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		p, err := tx.Person(actor.ID())
		if err != nil {
			return err
		}
		if version != 0 && version != p.Version {
			return refuseStale("Your account was changed since you opened the page. Look at it again")
		}
		p.DailyDigest = wanted
		_, err = tx.ChangePerson(p, p.Version)
		return err
	})
}
