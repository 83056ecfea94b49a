package service

import (
	"context"
	"strings"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

// How many tries there are to sign in or to ask for a reset link, and within
// which time.
const (
	TryWindow       = 15 * time.Minute
	triesPerAccount = 10
	triesPerAddress = 100
)

// AuthenticatedByPassword and its neighbours say how somebody signed in.
const (
	AuthenticatedByPassword = "password"
	AuthenticatedByToken    = "token"
	AuthenticatedByPersona  = "demonstration"
)

var errWrongCredentials = countersign.Refuse(countersign.Unauthenticated, "The email address or password is not right")

// SignInInput is what a person types to sign in.
type SignInInput struct {
	Email    string `field:"email" label:"your email address" validate:"required,max=254" privacy:"-"`
	Password string `field:"password" label:"your password" validate:"required,max=1000" privacy:"-"`
	Address  string `field:"address" privacy:"-"` // network address, for the limit on tries
}

// SignIn returns who has that e-mail and password. Unknown accounts and wrong
// passwords get the same answer in the same time; too many tries for one
// account or from one address get TooMany for a while.
func (s *Service) SignIn(ctx context.Context, in SignInInput) (countersign.PersonID, error) {
	if err := s.check.Check(in); err != nil {
		return "", err
	}
	email := lowerEmail(in.Email)
	if err := s.countTry(ctx, "sign-in", email, in.Address); err != nil {
		return "", err
	}
	var id countersign.PersonID
	var phc string
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		id, phc, err = tx.Credentials(email)
		return err
	})
	if err != nil && countersign.KindOf(err) != countersign.NotFound {
		return "", err
	}
	ok, rehash, err := password.Verify(ctx, phc, in.Password) // an empty hash takes as long
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errWrongCredentials
	}
	fresh := ""
	if rehash {
		if fresh, err = password.Hash(ctx, in.Password); err != nil {
			return "", err
		}
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if fresh != "" {
			if err := tx.SetPassword(id, fresh); err != nil {
				return err
			}
		}
		if err := tx.ForgetAttempts("sign-in:account:" + email); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: id, Action: "account.sign_in", Subject: string(id)})
	})
	return id, err
}

// countTry counts a try for an account and for an address in a transaction of
// its own, and refuses it when there were too many.
func (s *Service) countTry(ctx context.Context, what, account, address string) error {
	tooMany := false
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		byAccount, err := tx.Attempt(what+":account:"+account, TryWindow)
		if err != nil {
			return err
		}
		byAddress := 0
		if address != "" {
			if byAddress, err = tx.Attempt(what+":address:"+address, TryWindow); err != nil {
				return err
			}
		}
		tooMany = byAccount > triesPerAccount || byAddress > triesPerAddress
		return nil
	})
	if err == nil && tooMany {
		return countersign.Refuse(countersign.TooMany, "There were too many tries. Wait 15 minutes, then try again")
	}
	return err
}

// DemoPerson is somebody on the sign-in page of a demonstration.
type DemoPerson struct {
	Name, Email, Role string
}

// SignInDemo signs in as a person of the demonstration without a password. It
// is NotFound unless the server runs one.
func (s *Service) SignInDemo(ctx context.Context, email string) (countersign.PersonID, error) {
	if !s.demo {
		return "", countersign.Refuse(countersign.NotFound, "This is not a demonstration")
	}
	var id countersign.PersonID
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		p, err := tx.PersonByEmail(lowerEmail(email))
		id = p.ID
		return err
	})
	return id, err
}

func lowerEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
