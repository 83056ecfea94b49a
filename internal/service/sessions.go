package service

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// SignInEvent is that somebody got into an account, or didn't, or that
// sessions were ended.
type SignInEvent struct {
	At      time.Time
	Action  string // of the audit
	Method  string
	Browser string
	New     bool   // the person hadn't used that browser before
	By      string // who ended the sessions, if it was somebody else
	Reason  string
}

// BrowserSessions returns where the actor is signed in.
func (s *Service) BrowserSessions(ctx context.Context, actor authz.Actor) (sessions []countersign.BrowserSession, err error) {
	err = s.ownRead(ctx, actor, func(tx *store.Tx, _ authz.Permit) error {
		sessions, err = tx.BrowserSessions(actor.ID())
		return err
	})
	return sessions, err
}

// OwnSignIns returns the history of the actor's sign-ins, newest first.
func (s *Service) OwnSignIns(ctx context.Context, actor authz.Actor, page store.Page) (events []SignInEvent, next string, err error) {
	var lines []store.TrailLine
	err = s.ownRead(ctx, actor, func(tx *store.Tx, permit authz.Permit) error {
		lines, next, err = tx.SignInTrail(permit, page)
		return err
	})
	for _, l := range lines {
		var d struct {
			signInDetail
			Reason string `json:"reason"`
		}
		if err := json.Unmarshal([]byte(l.Detail), &d); err != nil {
			return nil, "", fmt.Errorf("service: sign-in %s: %w", l.ID, err)
		}
		e := SignInEvent{At: l.At, Action: l.Action, Method: d.Method, Browser: d.Browser, New: d.New, Reason: d.Reason}
		if l.Action == store.SessionsEndedAction {
			e.By = l.ActorName
		}
		events = append(events, e)
	}
	return events, next, err
}

// EndSessionInput is which of their sessions somebody ends.
type EndSessionInput struct {
	ID       string `validate:"max=100" privacy:"-"` // empty for all but Present
	Present  string `privacy:"-"`                    // the one in use
	Password string `field:"current_password" label:"your current password" validate:"max=1000" privacy:"-"`
	From     Origin `privacy:"-"`
}

// MustProve says whether the actor has to prove again who they are before they
// end sessions, and whether by their password: somebody at a computer that was
// left open doesn't shut its owner out.
func (s *Service) MustProve(ctx context.Context, actor authz.Actor) (prove, byPassword bool, err error) {
	err = s.ownRead(ctx, actor, func(tx *store.Tx, _ authz.Permit) error {
		age := tx.Now().Sub(actor.Proof().At)
		if prove = age < 0 || age > authz.ProofHolds; !prove {
			return nil
		}
		f, err := factorsOf(tx, actor.ID())
		byPassword = !f.Any()
		return err
	})
	return prove, byPassword, err
}

// EndSession ends one of the actor's sessions, or all others.
func (s *Service) EndSession(ctx context.Context, actor authz.Actor, in EndSessionInput) error {
	if err := s.check.Check(in); err != nil {
		return err
	}
	prove, byPassword, err := s.MustProve(ctx, actor)
	switch {
	case err != nil:
		return err
	case byPassword:
		err = s.verifyPassword(ctx, actor.ID(), "current_password", in.Password, in.From)
	case prove:
		err = errUnproved
	}
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if in.ID != "" {
			err = tx.EndBrowserSession(actor.ID(), in.ID)
		} else {
			_, err = tx.EndBrowserSessions(actor.ID(), in.Present)
		}
		if err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{Actor: actor.ID(), Action: store.SessionEndedAction, Subject: string(actor.ID())})
	})
}

// EndSessionsInput is why an administrator ends somebody's sessions.
type EndSessionsInput struct {
	Reason string `field:"reason" label:"the reason" validate:"filled,max=1000"`
}

// EndSessionsOf ends all sessions and API tokens of somebody whom the actor
// administers, and tells them.
func (s *Service) EndSessionsOf(ctx context.Context, actor authz.Actor, id countersign.PersonID, in EndSessionsInput) (countersign.Person, error) {
	var p countersign.Person
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		f, err := personFile(tx, actor, id)
		if err != nil {
			return err
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		p = f.Person
		if _, err := tx.EndBrowserSessions(id, ""); err != nil {
			return err
		}
		if err := tx.RevokeTokens(id); err != nil {
			return err
		}
		if err := s.notifySecurity(tx, id, "An administrator signed you out everywhere, and ended your API tokens, for the reason that stands on the page “Where you are signed in”"); err != nil {
			return err
		}
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: store.SessionsEndedAction, Subject: string(id), Detail: map[string]any{"reason": in.Reason},
		})
	})
	return p, err
}
