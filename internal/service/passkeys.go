package service

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/passkey"
	"countersign/internal/password"
	"countersign/internal/store"
)

// Challenge is what a browser is to have a passkey answer.
type Challenge struct {
	Token   string          // to send back with the answer
	Options json.RawMessage // for navigator.credentials
}

var (
	errNoPasskeys = countersign.Refuse(countersign.NotFound, "Passkeys cannot be used at this address")
	errNotAnswer  = countersign.InvalidField("passkey", "The passkey could not be used. Try again")
)

// PasskeyDomain returns the name that passkeys are bound to; empty where there
// can be none.
func (s *Service) PasskeyDomain() string {
	if s.passkeys == nil {
		return ""
	}
	return s.passkeys.Domain()
}

func keysOf(all []store.Passkey) []passkey.Key {
	keys := make([]passkey.Key, len(all))
	for i, k := range all {
		keys[i] = passkey.Key{CredentialID: k.CredentialID, COSEKey: k.COSEKey, SPKI: k.SPKI, SignCount: k.SignCount, BackupEligible: k.BackupEligible}
	}
	return keys
}

// owner returns the person as the owner of their passkeys.
func owner(tx *store.Tx, id countersign.PersonID) (passkey.Owner, error) {
	p, err := tx.Person(id)
	if err != nil {
		return passkey.Owner{}, err
	}
	all, err := tx.Passkeys(id)
	return passkey.Owner{ID: p.ID, Email: p.Email, Name: p.Name, Keys: keysOf(all)}, err
}

// NewPasskeyInput is who adds a passkey, once more.
type NewPasskeyInput struct {
	Password string `field:"current_password" label:"your current password" validate:"max=1000" privacy:"-"`
	From     Origin `privacy:"-"`
}

// BeginPasskey asks the actor's browser to make a passkey.
func (s *Service) BeginPasskey(ctx context.Context, actor authz.Actor, in NewPasskeyInput) (Challenge, error) {
	if s.passkeys == nil {
		return Challenge{}, errNoPasskeys
	}
	if err := s.check.Check(in); err != nil {
		return Challenge{}, err
	}
	if err := s.mayChangeFactors(ctx, actor, in.Password, in.From); err != nil {
		return Challenge{}, err
	}
	var out Challenge
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		o, err := owner(tx, actor.ID())
		if err != nil {
			return err
		}
		options, challenge, err := s.passkeys.Register(o)
		if err != nil {
			return err
		}
		out.Options = options
		out.Token, err = s.beginCeremony(tx, o.ID, stepRegister, challenge)
		return err
	})
	return out, err
}

// AddPasskeyInput is a passkey that the browser made.
type AddPasskeyInput struct {
	Name     string `field:"name" label:"a name for the passkey" validate:"max=80"`
	Token    string `field:"token" validate:"required,max=200" privacy:"-"`
	Response string `field:"passkey" validate:"required,max=20000" privacy:"-"`
}

// AddPasskey keeps the passkey that the actor's browser made, and tells them
// by mail.
func (s *Service) AddPasskey(ctx context.Context, actor authz.Actor, in AddPasskeyInput) (store.Passkey, error) {
	if s.passkeys == nil {
		return store.Passkey{}, errNoPasskeys
	}
	var out store.Passkey
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		var challenge string
		if err := s.takeBack(tx, actor, in, in.Token, stepRegister, &challenge); err != nil {
			return err
		}
		o, err := owner(tx, actor.ID())
		if err != nil {
			return err
		}
		key, err := s.passkeys.Registered(o, challenge, []byte(in.Response))
		if errors.Is(err, passkey.ErrRefused) {
			return errNotAnswer
		} else if err != nil {
			return err
		}
		name := strings.TrimSpace(in.Name)
		if name == "" {
			name = "Passkey"
		}
		out, err = tx.AddPasskey(store.Passkey{
			Person: o.ID, Name: name, CredentialID: key.CredentialID, COSEKey: key.COSEKey, SPKI: key.SPKI, SignCount: key.SignCount, BackupEligible: key.BackupEligible,
		})
		if err != nil {
			return err
		}
		return s.securityChanged(tx, actor, o.ID, "account.add_passkey", "A passkey was added to your account")
	})
	return out, err
}

// takeBack takes what the actor's own browser sends of what is under way with
// it: after permission, and once.
func (s *Service) takeBack(tx *store.Tx, actor authz.Actor, in any, token, purpose string, into any) error {
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
		return err
	}
	if err := s.check.Check(in); err != nil {
		return err
	}
	return takeOwn(tx, actor.ID(), token, purpose, into)
}

// takeOwn takes what is under way with the person's browser.
func takeOwn(tx *store.Tx, id countersign.PersonID, token, purpose string, into any) error {
	c, err := tx.TakeCeremony(password.HashToken(token), purpose)
	if countersign.KindOf(err) == countersign.NotFound || err == nil && c.Person != id {
		return countersign.InvalidField("passkey", "This took too long, or was done already. Try again")
	} else if err != nil {
		return err
	}
	return json.Unmarshal(c.Data, into)
}

// RenamePasskey names one of the actor's passkeys.
func (s *Service) RenamePasskey(ctx context.Context, actor authz.Actor, id countersign.PasskeyID, name string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		in := struct {
			Name string `field:"name" label:"a name for the passkey" validate:"filled,max=80"`
		}{strings.TrimSpace(name)}
		if err := s.check.Check(in); err != nil {
			return err
		}
		return tx.RenamePasskey(actor.ID(), id, in.Name)
	})
}

// RemovePasskey forgets one of the actor's passkeys, and tells them by mail.
func (s *Service) RemovePasskey(ctx context.Context, actor authz.Actor, id countersign.PasskeyID) error {
	if err := s.mayChangeFactors(ctx, actor, "", Origin{}); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.RemovePasskey(actor.ID(), id); err != nil {
			return err
		}
		return s.securityChanged(tx, actor, actor.ID(), "account.remove_passkey", "A passkey was removed from your account")
	})
}

// AskPasskey asks for any passkey of this service, to sign in with. Too many
// from one address get TooMany for a while.
func (s *Service) AskPasskey(ctx context.Context, from Origin) (Challenge, error) {
	if s.passkeys == nil {
		return Challenge{}, errNoPasskeys
	}
	if err := s.countTry(ctx, "passkey", "", "", from); err != nil {
		return Challenge{}, err
	}
	return s.ask(ctx, passkey.Owner{}, stepPasskey)
}

func (s *Service) ask(ctx context.Context, o passkey.Owner, purpose string) (Challenge, error) {
	options, challenge, err := s.passkeys.Ask(o, nil)
	if err != nil {
		return Challenge{}, err
	}
	out := Challenge{Options: options}
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		out.Token, err = s.beginCeremony(tx, o.ID, purpose, challenge)
		return err
	})
	return out, err
}

// AnswerInput is a passkey's answer to a challenge.
type AnswerInput struct {
	Token    string `field:"token" validate:"required,max=200" privacy:"-"`
	Response string `field:"passkey" validate:"required,max=20000" privacy:"-"`
	From     Origin `privacy:"-"`
}

// SignInPasskey returns whose passkey answered. An unknown passkey and a wrong
// answer get the same refusal.
func (s *Service) SignInPasskey(ctx context.Context, in AnswerInput) (SignedIn, error) {
	if s.passkeys == nil {
		return SignedIn{}, errNoPasskeys
	}
	if err := s.check.Check(in); err != nil {
		return SignedIn{}, err
	}
	var out SignedIn
	var whose countersign.PersonID
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		var challenge string
		whose = ""
		if err := takeOwn(tx, "", in.Token, stepPasskey, &challenge); err != nil {
			return err
		}
		answer, err := passkey.Read([]byte(in.Response))
		if err != nil {
			return errNotAnswer
		}
		key, err := tx.PasskeyByCredential(answer.CredentialID)
		if countersign.KindOf(err) == countersign.NotFound {
			return errNotAnswer
		} else if err != nil {
			return err
		}
		whose = key.Person
		if err := s.answered(tx, key.Person, challenge, answer); err != nil {
			return err
		}
		out, err = s.signedIn(tx, key.Person, authz.ByPasskey, in.From)
		return err
	})
	if countersign.KindOf(err) == countersign.Invalid {
		err = s.signInRefused(ctx, whose, authz.ByPasskey, in.From, err)
	}
	return out, err
}

// answered makes sure that a passkey of the person answered the challenge, and
// that it isn't a copy of one.
func (s *Service) answered(tx *store.Tx, id countersign.PersonID, challenge string, answer passkey.Answer) error {
	o, err := owner(tx, id)
	if err != nil {
		return err
	}
	if err := s.passkeys.Check(o, challenge, answer); err != nil {
		return errNotAnswer
	}
	key, err := tx.PasskeyByCredential(answer.CredentialID)
	if err != nil {
		return err
	}
	ok, err := tx.UsePasskey(key.ID, answer.Count)
	if err == nil && !ok {
		err = countersign.InvalidField("passkey", "This passkey may have been copied, so it was not accepted. Remove it from your account and add a new one")
	}
	return err
}
