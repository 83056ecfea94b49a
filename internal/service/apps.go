package service

import (
	"context"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

// Factors is how a person can prove who they are beside their password.
type Factors struct {
	Passkeys  []store.Passkey
	App       bool // an authenticator app is in use
	Linked    bool // to the account at the provider
	CodesLeft int  // recovery codes
}

// Any reports whether there is any: then the person can sign.
func (f Factors) Any() bool { return f.App || len(f.Passkeys) > 0 }

func factorsOf(tx *store.Tx, id countersign.PersonID) (Factors, error) {
	var f Factors
	var err error
	if f.Passkeys, err = tx.Passkeys(id); err != nil {
		return f, err
	}
	app, err := tx.AuthenticatorApp(id)
	if countersign.KindOf(err) == countersign.NotFound {
		return f, nil
	} else if err != nil {
		return f, err
	}
	f.App = !app.ConfirmedAt.IsZero()
	f.CodesLeft, err = tx.RecoveryCodesLeft(id)
	return f, err
}

// Factors returns how the actor can sign in and prove who they are.
func (s *Service) Factors(ctx context.Context, actor authz.Actor) (Factors, error) {
	var f Factors
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		if f, err = factorsOf(tx, actor.ID()); err == nil && s.provider != nil {
			f.Linked, err = tx.HasIdentity(actor.ID(), s.provider.Issuer)
		}
		return err
	})
	return f, err
}

// MustSetUp reports whether the actor has nothing yet by which they could prove,
// before they sign, who they are. In a demonstration nobody has to.
func (s *Service) MustSetUp(ctx context.Context, actor authz.Actor) (bool, error) {
	if err := s.store.Read(ctx, func(tx *store.Tx) error { return s.proved(tx, false) }); countersign.KindOf(err) != countersign.Unproved {
		return false, err
	}
	f, err := s.Factors(ctx, actor)
	return err == nil && !f.Any() && (!f.Linked || s.ProvingProvider() == ""), err
}

// mayChangeFactors makes sure that it is the owner of the account who changes
// how they prove who they are: by one of the ways that they have, or by the
// password as long as there is none.
func (s *Service) mayChangeFactors(ctx context.Context, actor authz.Actor, typed string, from Origin) error {
	var f Factors
	var now time.Time
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		now = tx.Now()
		f, err = factorsOf(tx, actor.ID())
		return err
	})
	switch {
	case err != nil || actor.Proof().Fresh(now):
		return err
	case f.Any():
		return errUnproved
	}
	return s.verifyPassword(ctx, actor.ID(), "current_password", typed, from)
}

// verifyPassword makes sure that what was typed is the person's password.
func (s *Service) verifyPassword(ctx context.Context, id countersign.PersonID, field, typed string, from Origin) error {
	if typed == "" {
		return countersign.InvalidField(field, "Enter your current password")
	}
	if err := s.countTry(ctx, "password", string(id), id, from); err != nil {
		return err
	}
	var phc string
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		phc, err = tx.PasswordOf(id)
		return err
	})
	if err != nil {
		return err
	}
	ok, _, err := password.Verify(ctx, phc, typed)
	if err == nil && !ok {
		err = countersign.InvalidField(field, "This is not your current password")
	}
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error { return forgetTries(tx, "password", string(id), id, from) })
}

// BeginApp makes the secret of an authenticator app for the actor, which is
// used once ConfirmApp has seen a code of it. Beginning again before that
// gives the same secret.
func (s *Service) BeginApp(ctx context.Context, actor authz.Actor) (password.App, error) {
	var app password.App
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
			return err
		}
		p, err := tx.Person(actor.ID())
		if err != nil {
			return err
		}
		var secret string
		has, err := tx.AuthenticatorApp(p.ID)
		switch {
		case countersign.KindOf(err) == countersign.NotFound:
			secret = password.NewSecret(s.rand)
			var sealed string
			if sealed, err = s.secrets.Seal(string(p.ID), secret); err == nil {
				err = tx.BeginAuthenticatorApp(p.ID, sealed)
			}
		case err == nil && !has.ConfirmedAt.IsZero():
			err = countersign.Refuse(countersign.Conflict, "You use an authenticator app already. Remove it first to set up another")
		case err == nil:
			secret, err = s.secrets.Open(string(p.ID), has.Secret)
		}
		if err == nil {
			app, err = password.NewApp(p.Email, secret)
		}
		return err
	})
	return app, err
}

// AppInput turns an authenticator app on.
type AppInput struct {
	Password string `field:"current_password" label:"your current password" validate:"max=1000" privacy:"-"`
	Code     string `field:"code" label:"the code that the app shows" validate:"required,max=40" privacy:"-"`
	From     Origin `privacy:"-"`
}

// ConfirmApp turns the actor's new authenticator app on, when a code shows
// that it works, and returns recovery codes, to be shown this once. Password
// and code together are a proof.
func (s *Service) ConfirmApp(ctx context.Context, actor authz.Actor, in AppInput) (codes []string, proof authz.Proof, err error) {
	if err := s.check.Check(in); err != nil {
		return nil, proof, err
	}
	if err := s.mayChangeFactors(ctx, actor, in.Password, in.From); err != nil {
		return nil, proof, err
	}
	if err := s.countTry(ctx, "code", string(actor.ID()), actor.ID(), in.From); err != nil {
		return nil, proof, err
	}
	id := actor.ID()
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		app, err := tx.AuthenticatorApp(id)
		if err == nil && !app.ConfirmedAt.IsZero() || countersign.KindOf(err) == countersign.NotFound {
			return countersign.Refuse(countersign.Conflict, "There is no authenticator app to be turned on. Begin again from your account")
		}
		ok, err := s.useCode(tx, id, in.Code)
		if err == nil && !ok {
			err = errWrongCode
		}
		if err == nil {
			err = tx.ConfirmAuthenticatorApp(id)
		}
		if err == nil {
			err = forgetTries(tx, "code", string(id), id, in.From)
		}
		if err == nil {
			codes, err = s.newRecoveryCodes(tx, id)
		}
		if err == nil {
			err = s.securityChanged(tx, actor, id, "account.add_app", "An authenticator app was added to your account")
		}
		proof = actor.Proof()
		if in.Password != "" {
			proof = authz.Proof{Method: authz.ByPasswordCode, At: tx.Now()}
		}
		return err
	})
	return codes, proof, err
}

func (s *Service) newRecoveryCodes(tx *store.Tx, id countersign.PersonID) ([]string, error) {
	codes, hashes := password.NewRecoveryCodes(s.rand)
	return codes, tx.SetRecoveryCodes(id, hashes)
}

// RenewRecoveryCodes gives the actor new recovery codes; the old ones end.
func (s *Service) RenewRecoveryCodes(ctx context.Context, actor authz.Actor) (codes []string, err error) {
	if err := s.mayChangeFactors(ctx, actor, "", Origin{}); err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if codes, err = s.newRecoveryCodes(tx, actor.ID()); err != nil {
			return err
		}
		return s.securityChanged(tx, actor, actor.ID(), "account.renew_recovery_codes", "New recovery codes were made for your account")
	})
	return codes, err
}

// RemoveApp ends the use of the actor's authenticator app.
func (s *Service) RemoveApp(ctx context.Context, actor authz.Actor) error {
	if err := s.mayChangeFactors(ctx, actor, "", Origin{}); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		had, err := tx.RemoveAuthenticatorApp(actor.ID())
		if err != nil || !had {
			return err
		}
		return s.securityChanged(tx, actor, actor.ID(), "account.remove_app", "The authenticator app was removed from your account")
	})
}

// ResetFactors takes away every way but the password in which somebody proves
// who they are, for somebody who has lost theirs. Whoever resets sees none of
// them; the person is told, and their sessions end.
func (s *Service) ResetFactors(ctx context.Context, actor authz.Actor, id countersign.PersonID) (countersign.Person, error) {
	var p countersign.Person
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		f, err := personFile(tx, actor, id)
		if err != nil {
			return err
		}
		if f.Elsewhere {
			return errElsewhere
		}
		p = f.Person
		if _, err := tx.RemoveAuthenticatorApp(id); err != nil {
			return err
		}
		keys, err := tx.Passkeys(id)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if err := tx.RemovePasskey(id, k.ID); err != nil {
				return err
			}
		}
		if _, err := tx.EndBrowserSessions(id, ""); err != nil {
			return err
		}
		return s.securityChanged(tx, actor, id, "person.reset_factors",
			"An administrator removed the passkeys and the authenticator app from your account, so that you can set them up again")
	})
	return p, err
}

// securityChanged audits a change of how somebody gets in, and tells them.
func (s *Service) securityChanged(tx *store.Tx, actor authz.Actor, id countersign.PersonID, action, what string) error {
	if err := s.notifySecurity(tx, id, what); err != nil {
		return err
	}
	return tx.Audit(store.AuditEvent{Actor: actor.ID(), Job: actor.Job(), Action: action, Subject: string(id)})
}

func (s *Service) notifySecurity(tx *store.Tx, id countersign.PersonID, what string) error {
	return tx.Enqueue(MailJob, Notice{Kind: NoticeSecurity, To: id, What: what}, time.Time{}, "")
}
