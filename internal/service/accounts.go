package service

import (
	"context"
	"strconv"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

// How many tries there are to sign in or to ask for a reset link, within which
// time, and how long one-time links hold.
const (
	TryWindow       = 15 * time.Minute
	triesPerAccount = 10
	triesPerAddress = 100
	SetUpLinkHolds  = 14 * 24 * time.Hour
	ResetLinkHolds  = time.Hour
)

// The purposes of one-time links.
const (
	linkSetUp = "set-up"
	linkReset = "reset"
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

// Actor returns who a signed-in person is and what they hold today.
func (s *Service) Actor(ctx context.Context, id countersign.PersonID, authentication string) (authz.Actor, error) {
	var actor authz.Actor
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		p, held, err := tx.Holder(id)
		if err != nil {
			return err
		}
		actor = authz.NewActor(p.ID, p.Name, authentication, held)
		return nil
	})
	return actor, err
}

// ActorByToken returns who an API token belongs to. An unknown, ended or
// revoked token is Unauthenticated. It notes the use, at most once a minute.
func (s *Service) ActorByToken(ctx context.Context, token string) (authz.Actor, error) {
	var actor authz.Actor
	var touch bool
	hash := password.HashToken(token)
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		p, held, err := tx.HolderByToken(hash)
		if err != nil {
			return err
		}
		actor = authz.NewActor(p.ID, p.Name, AuthenticatedByToken, held)
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
		a.Tokens, err = tx.Tokens(actor.ID())
		return err
	})
	return a, err
}

// resetInput is whose password is to be reset.
type resetInput struct {
	Email string `field:"email" label:"your email address" validate:"required,max=254" privacy:"-"`
}

// RequestReset mails a one-time link to whoever has that e-mail. It answers
// the same whether anybody has it.
func (s *Service) RequestReset(ctx context.Context, email, address string) error {
	email = lowerEmail(email)
	if err := s.check.Check(resetInput{email}); err != nil {
		return err
	}
	if err := s.countTry(ctx, "reset", email, address); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		p, err := tx.PersonByEmail(email)
		if countersign.KindOf(err) == countersign.NotFound {
			return nil
		} else if err != nil {
			return err
		}
		kind, purpose, holds := NoticeReset, linkReset, ResetLinkHolds
		if !p.HasPassword {
			kind, purpose, holds = NoticeInvited, linkSetUp, SetUpLinkHolds
		}
		_, err = s.mailLink(tx, p.ID, kind, purpose, holds)
		return err
	})
}

// mailLink makes a one-time link, keeps its hash and puts the mail into the
// outbox. It returns the token for a command to print.
func (s *Service) mailLink(tx *store.Tx, to countersign.PersonID, kind NoticeKind, purpose string, holds time.Duration) (string, error) {
	token, hash := password.NewToken(s.rand)
	if err := tx.AddLink(to, purpose, hash, tx.Now().Add(holds)); err != nil {
		return "", err
	}
	return token, tx.Enqueue(MailJob, Notice{Kind: kind, To: to, Token: token}, time.Time{}, "")
}

// PeekLink returns whose one-time link this is, without using it, so that the
// page can greet them.
func (s *Service) PeekLink(ctx context.Context, token string) (countersign.Person, error) {
	var p countersign.Person
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		for _, purpose := range []string{linkSetUp, linkReset} {
			id, err := tx.PeekLink(purpose, password.HashToken(token))
			if countersign.KindOf(err) == countersign.NotFound {
				continue
			} else if err != nil {
				return err
			}
			p, err = tx.Person(id)
			return err
		}
		return errLinkUsed
	})
	return p, err
}

var errLinkUsed = countersign.Refuse(countersign.NotFound, "This link has been used or has run out. Ask for a new one")

// NewPasswordInput is a password chosen through a one-time link.
type NewPasswordInput struct {
	Token    string `field:"token" validate:"required,max=200" privacy:"-"`
	Password string `field:"password" label:"a password" validate:"required,max=1000" privacy:"-"`
}

// SetPassword uses a one-time link to set the password and returns whose it
// is. Every session of that person ends (the caller ends them).
func (s *Service) SetPassword(ctx context.Context, in NewPasswordInput) (countersign.PersonID, error) {
	if err := s.check.Check(in); err != nil {
		return "", err
	}
	p, err := s.PeekLink(ctx, in.Token)
	if err != nil {
		return "", err
	}
	phc, err := hashNew(ctx, in.Password, p)
	if err != nil {
		return "", err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		id, err := tx.UseLink(linkSetUp, password.HashToken(in.Token))
		if countersign.KindOf(err) == countersign.NotFound {
			id, err = tx.UseLink(linkReset, password.HashToken(in.Token))
		}
		if countersign.KindOf(err) == countersign.NotFound {
			return errLinkUsed
		} else if err != nil {
			return err
		}
		if err := tx.SetPassword(id, phc); err != nil {
			return err
		}
		return afterPassword(tx, id, "account.set_password")
	})
	return p.ID, err
}

// afterPassword audits a new password and warns its owner by mail.
func afterPassword(tx *store.Tx, id countersign.PersonID, action string) error {
	if err := tx.Enqueue(MailJob, Notice{Kind: NoticePasswordChanged, To: id}, time.Time{}, ""); err != nil {
		return err
	}
	return tx.Audit(store.AuditEvent{Actor: id, Action: action, Subject: string(id)})
}

func hashNew(ctx context.Context, chosen string, p countersign.Person) (string, error) {
	if err := password.Check(chosen, p.Email, p.Name); err != nil {
		return "", err
	}
	return password.Hash(ctx, chosen)
}

// ChangePasswordInput is a change by somebody who knows the present password.
type ChangePasswordInput struct {
	Current string `field:"current_password" label:"your present password" validate:"required,max=1000" privacy:"-"`
	New     string `field:"password" label:"a new password" validate:"required,max=1000" privacy:"-"`
}

// ChangePassword changes the actor's own password. The caller ends their
// other sessions.
func (s *Service) ChangePassword(ctx context.Context, actor authz.Actor, in ChangePasswordInput) error {
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
		return err
	}
	if err := s.check.Check(in); err != nil {
		return err
	}
	if err := s.countTry(ctx, "change-password", string(actor.ID()), ""); err != nil {
		return err
	}
	var p countersign.Person
	var phc string
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if p, err = tx.Person(actor.ID()); err != nil {
			return err
		}
		phc, err = tx.PasswordOf(actor.ID())
		return err
	}); err != nil {
		return err
	}
	ok, _, err := password.Verify(ctx, phc, in.Current)
	if err != nil {
		return err
	}
	if !ok {
		return countersign.InvalidField("current_password", "This is not your present password")
	}
	if phc, err = hashNew(ctx, in.New, p); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.SetPassword(actor.ID(), phc); err != nil {
			return err
		}
		return afterPassword(tx, actor.ID(), "account.change_password")
	})
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

// TokenInput is a personal API token to make. Days is how long it holds; 0
// means 90.
type TokenInput struct {
	Name string `field:"name" label:"a name for the token" validate:"max=80"`
	Days int    `field:"days" label:"days" validate:"min=0,max=365"`
}

// CreateToken makes a personal API token for the actor. The secret is
// returned once and kept only as a hash.
func (s *Service) CreateToken(ctx context.Context, actor authz.Actor, in TokenInput) (store.Token, string, error) {
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
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

func lowerEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func itoa(n int) string { return strconv.Itoa(n) }
