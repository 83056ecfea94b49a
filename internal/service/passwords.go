package service

import (
	"context"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

// How long one-time links hold.
const (
	SetUpLinkHolds = 14 * 24 * time.Hour
	ResetLinkHolds = time.Hour
)

// The purposes of one-time links.
const (
	linkSetUp = "set-up"
	linkReset = "reset"
)

// resetInput is whose password is to be reset.
type resetInput struct {
	Email string `field:"email" label:"your email address" validate:"required,max=254" privacy:"-"`
}

// ResetJob is the kind of the outbox rows that hold a ResetRequest.
const ResetJob = "reset"

// ResetRequest is that somebody asked for a one-time link. Person is empty if
// nobody has the address that they gave.
type ResetRequest struct {
	Person countersign.PersonID `json:"person"`
}

// RequestReset has a one-time link mailed to whoever has that e-mail. It
// answers the same whether anybody has it, and does the same: the link is made
// later, by MailReset.
func (s *Service) RequestReset(ctx context.Context, email string, from Origin) error {
	email = lowerEmail(email)
	if err := s.check.Check(resetInput{email}); err != nil {
		return err
	}
	if err := s.countTry(ctx, "reset", email, "", from); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		p, err := tx.PersonByEmail(email)
		if err != nil && countersign.KindOf(err) != countersign.NotFound {
			return err
		}
		return tx.Enqueue(ResetJob, ResetRequest{Person: p.ID}, time.Time{}, "")
	})
}

// MailReset makes the one-time link of a request and puts its mail into the
// outbox; for nobody it does nothing.
func (s *Service) MailReset(ctx context.Context, r ResetRequest) error {
	if r.Person == "" {
		return nil
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		p, err := tx.Person(r.Person)
		if err != nil {
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
	From     Origin `privacy:"-"`
}

// SetPassword uses a one-time link to set the password and signs its owner in,
// as after typing it. Every session of that person ends.
func (s *Service) SetPassword(ctx context.Context, in NewPasswordInput) (SignedIn, error) {
	var out SignedIn
	if err := s.check.Check(in); err != nil {
		return out, err
	}
	p, err := s.PeekLink(ctx, in.Token)
	if err != nil {
		return out, err
	}
	phc, err := hashNew(ctx, in.Password, p)
	if err != nil {
		return out, err
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
		if err := passwordSet(tx, id, "account.set_password"); err != nil {
			return err
		}
		out, err = s.afterPassword(tx, id, in.From)
		return err
	})
	return out, err
}

// passwordSet ends the sessions of somebody who has a new password, audits it
// and warns them by mail.
func passwordSet(tx *store.Tx, id countersign.PersonID, action string) error {
	if _, err := tx.EndBrowserSessions(id, ""); err != nil {
		return err
	}
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

// ChangePasswordInput is a change by somebody who knows the current password.
type ChangePasswordInput struct {
	Current string `field:"current_password" label:"your current password" validate:"required,max=1000" privacy:"-"`
	New     string `field:"password" label:"a new password" validate:"required,max=1000" privacy:"-"`
	From    Origin `privacy:"-"`
}

// ChangePassword changes the actor's own password. Their sessions end, the one
// in use too: the caller begins another.
func (s *Service) ChangePassword(ctx context.Context, actor authz.Actor, in ChangePasswordInput) error {
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
		return err
	}
	if err := s.check.Check(in); err != nil {
		return err
	}
	if err := s.verifyPassword(ctx, actor.ID(), "current_password", in.Current, in.From); err != nil {
		return err
	}
	var p countersign.Person
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		p, err = tx.Person(actor.ID())
		return err
	}); err != nil {
		return err
	}
	phc, err := hashNew(ctx, in.New, p)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.SetPassword(actor.ID(), phc); err != nil {
			return err
		}
		return passwordSet(tx, actor.ID(), "account.change_password")
	})
}
