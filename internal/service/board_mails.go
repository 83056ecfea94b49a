package service

import (
	"context"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

// BoardMails is who gets the board report of a place every month.
type BoardMails struct {
	Place countersign.Organisation
	Mails []countersign.BoardMail // those of the last year that have ended too
}

// BoardMailInput says who is to get it.
type BoardMailInput struct {
	Email string `field:"email" label:"an email address" validate:"required,max=254,email" privacy:"-"`
}

// mailsOf returns a place whose board report the actor may have mailed: a
// training hub, a region or England that they lead, or lead from above.
func (s *Service) mailsOf(tx *store.Tx, actor authz.Actor, code string) (countersign.Organisation, authz.Permit, error) {
	refused := countersign.Refuse(refusalOf(actor), "This does not exist, or you cannot see it")
	v := sight{actor: actor}
	if err := v.place(s, tx, code); err != nil {
		return v.Place, authz.Permit{}, err
	}
	sub, err := tx.PlaceSubject(v.Place.ID)
	if err != nil {
		return v.Place, authz.Permit{}, err
	}
	if !actor.May(authz.MailBoardReport, sub) || v.Place.Kind == countersign.Practice || v.Place.Kind == countersign.PCN {
		return v.Place, authz.Permit{}, refused
	}
	permit, err := actor.Check(authz.MailBoardReport, sub)
	return v.Place, permit, err
}

// BoardMails returns who gets the board report of a place every month, to
// those who lead it.
func (s *Service) BoardMails(ctx context.Context, actor authz.Actor, code string) (BoardMails, error) {
	var b BoardMails
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		place, permit, err := s.mailsOf(tx, actor, code)
		if err != nil {
			return err
		}
		b.Place = place
		b.Mails, err = tx.BoardMails(permit)
		return err
	})
	return b, err
}

// MailBoardReport has the board report of a place mailed every month to
// somebody with an account who may see it.
func (s *Service) MailBoardReport(ctx context.Context, actor authz.Actor, code string, in BoardMailInput) (countersign.BoardMail, error) {
	token, _ := password.NewToken(s.rand)
	var m countersign.BoardMail
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		place, permit, err := s.mailsOf(tx, actor, code)
		if err != nil {
			return err
		}
		if err := s.check.Check(in); err != nil {
			return err
		}
		unfit := countersign.InvalidField("email", "Nobody with this email address has an account and may see this report")
		reader, err := tx.PersonByEmail(lowerEmail(in.Email))
		if countersign.KindOf(err) == countersign.NotFound {
			return unfit
		} else if err != nil {
			return err
		}
		if sees, err := s.seesReport(tx, reader.ID, place.Code); err != nil || !sees {
			return orElse(err, unfit)
		}
		if m, err = tx.AddBoardMail(permit, countersign.BoardMail{Person: reader.ID, SetBy: actor.ID(), StopToken: token}); err != nil {
			return err
		}
		return auditBoardMail(tx, actor.ID(), "board_mail.set", m)
	})
	return m, err
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// seesReport reports whether somebody may look at the report of a place now.
func (s *Service) seesReport(tx *store.Tx, person countersign.PersonID, code string) (bool, error) {
	p, held, err := tx.Holder(person)
	if countersign.KindOf(err) == countersign.NotFound {
		return false, nil
	} else if err != nil {
		return false, err
	}
	v := sight{actor: authz.NewActor(p.ID, p.Name, authz.Proof{}, held)}
	err = v.place(s, tx, code)
	if err != nil && countersign.IsFault(err) {
		return false, err
	}
	return err == nil, nil
}

func auditBoardMail(tx *store.Tx, by countersign.PersonID, action string, m countersign.BoardMail) error {
	return tx.Audit(store.AuditEvent{Actor: by, Action: action, Subject: string(m.Person), Detail: map[string]string{"place": m.PlaceCode, "mail": string(m.ID)}})
}

// StopBoardMail stops a monthly mail, for whoever leads the place.
func (s *Service) StopBoardMail(ctx context.Context, actor authz.Actor, code string, id countersign.BoardMailID) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		place, _, err := s.mailsOf(tx, actor, code)
		if err != nil {
			return err
		}
		m, err := tx.BoardMail(id)
		if err == nil && m.Place != place.ID {
			err = countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
		}
		if err == nil && !m.EndedAt.IsZero() {
			err = countersign.Refuse(countersign.Conflict, "This has been stopped already")
		}
		if err == nil {
			err = tx.EndBoardMail(id, countersign.BoardMailStopped)
		}
		if err != nil {
			return err
		}
		return auditBoardMail(tx, actor.ID(), "board_mail.stop", m)
	})
}

// BoardMailToStop returns the monthly mail that the link in it would stop,
// without stopping it.
func (s *Service) BoardMailToStop(ctx context.Context, token string) (countersign.BoardMail, error) {
	var m countersign.BoardMail
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		m, err = tx.BoardMailByToken(token)
		return err
	})
	return m, err
}

// Unsubscribe stops the monthly mail that holds the token.
func (s *Service) Unsubscribe(ctx context.Context, token string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		m, err := tx.BoardMailByToken(token)
		if err == nil {
			err = tx.EndBoardMail(m.ID, countersign.BoardMailUnsubscribed)
		}
		if err != nil {
			return err
		}
		return auditBoardMail(tx, m.Person, "board_mail.unsubscribe", m)
	})
}

// EnqueueBoardMails asks for the mails about the last month's end, once it is
// kept. Asking again for the same month does nothing, whoever asks.
func (s *Service) EnqueueBoardMails(ctx context.Context) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		kept, err := tx.KeptMonths()
		if err != nil || len(kept) == 0 || kept[0].Month != countersign.MonthOf(tx.Today()).Add(-1) {
			return err
		}
		going, err := tx.GoingBoardMails()
		if err != nil {
			return err
		}
		month := kept[0].Month
		for _, m := range going {
			if !m.Due(month) {
				continue
			}
			n := Notice{Kind: NoticeBoard, To: m.Person, Board: m.ID, Day: month.String()}
			if err := tx.Enqueue(MailJob, n, time.Time{}, "board:"+string(m.ID)+":"+month.String()); err != nil {
				return err
			}
		}
		return nil
	})
}

// letterOnBoard says of which place the report is. Whoever may not see it any
// more gets none from now on, and whoever set it is told.
func (s *Service) letterOnBoard(ctx context.Context, n Notice, l *Letter) error {
	var m countersign.BoardMail
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if m, err = tx.BoardMail(n.Board); err != nil || n.Kind == NoticeBoardLost || !m.EndedAt.IsZero() {
			return err
		}
		sees, err := s.seesReport(tx, m.Person, m.PlaceCode)
		if err != nil || sees {
			return err
		}
		if err := tx.EndBoardMail(m.ID, countersign.BoardMailNotAllowed); err != nil {
			return err
		}
		m.EndedAt = tx.Now()
		if sees, err = s.seesReport(tx, m.SetBy, m.PlaceCode); err != nil {
			return err
		}
		if sees {
			if err := tx.Enqueue(MailJob, Notice{Kind: NoticeBoardLost, To: m.SetBy, Board: m.ID}, time.Time{}, ""); err != nil {
				return err
			}
		}
		return tx.Audit(store.AuditEvent{Job: string(authz.LetterJob), Action: "board_mail.not_allowed", Subject: string(m.Person), Detail: map[string]string{"place": m.PlaceCode, "mail": string(m.ID)}})
	})
	if err != nil {
		return err
	}
	if n.Kind == NoticeBoard && !m.EndedAt.IsZero() {
		return ErrNothingToSay
	}
	l.Board = m
	return nil
}
