package store

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// boardMailRow is a row of board_mails.
type boardMailRow struct {
	ID        string
	PlaceID   string
	PersonID  string
	SetBy     string
	SetAt     dbTime
	StopToken string
	EndedAt   dbTime
	EndedWhy  string
}

// TableName implements GORM's Tabler.
func (boardMailRow) TableName() string { return "board_mails" }

type boardMailRead struct {
	Mail                                                     boardMailRow `gorm:"embedded"`
	PlaceCode, PlaceName, PersonName, PersonEmail, SetByName string
}

func (r boardMailRead) toDomain() countersign.BoardMail {
	return countersign.BoardMail{
		ID: countersign.BoardMailID(r.Mail.ID), Place: countersign.OrganisationID(r.Mail.PlaceID), PlaceCode: r.PlaceCode, PlaceName: r.PlaceName,
		Person: countersign.PersonID(r.Mail.PersonID), PersonName: r.PersonName, PersonEmail: r.PersonEmail, SetBy: countersign.PersonID(r.Mail.SetBy), SetByName: r.SetByName,
		SetAt: r.Mail.SetAt.Time, StopToken: r.Mail.StopToken, EndedAt: r.Mail.EndedAt.Time, EndedWhy: countersign.BoardMailEnd(r.Mail.EndedWhy),
	}
}

func (tx *Tx) boardMails(where string, args ...any) ([]countersign.BoardMail, error) {
	rows, err := all[boardMailRead](tx, `SELECT m.id, m.place_id, m.person_id, m.set_by, m.set_at, m.stop_token, m.ended_at, m.ended_why,
			o.code AS place_code, o.name AS place_name, p.name AS person_name, p.email AS person_email, s.name AS set_by_name
		FROM board_mails m JOIN organisations o ON o.id = m.place_id JOIN people p ON p.id = m.person_id JOIN people s ON s.id = m.set_by
		WHERE `+where+" ORDER BY m.set_at, m.id", args...)
	if err != nil {
		return nil, fmt.Errorf("store: board mails: %w", err)
	}
	out := make([]countersign.BoardMail, len(rows))
	for i, r := range rows {
		out[i] = r.toDomain()
	}
	return out, nil
}

func (tx *Tx) boardMail(where, arg string) (countersign.BoardMail, error) {
	found, err := tx.boardMails(where, arg)
	if err == nil && len(found) == 0 {
		err = notFound()
	}
	if err != nil {
		return countersign.BoardMail{}, err
	}
	return found[0], nil
}

// BoardMails returns the monthly mails of the permit's place, the first that
// was set first; those that have ended only of the last year.
func (tx *Tx) BoardMails(p authz.Permit) ([]countersign.BoardMail, error) {
	place, err := atPlace(p, authz.MailBoardReport)
	if err != nil {
		return nil, fmt.Errorf("store: board mails: %w", err)
	}
	return tx.boardMails("m.place_id = ? AND (m.ended_at IS NULL OR m.ended_at > ?)", place, dbTime{tx.Now().AddDate(-1, 0, 0)})
}

// BoardMail returns one. That its reader may not see the place any more is for
// the caller to find out.
func (tx *Tx) BoardMail(id countersign.BoardMailID) (countersign.BoardMail, error) {
	if !countersign.ValidID(string(id)) {
		return countersign.BoardMail{}, notFound()
	}
	return tx.boardMail("m.id = ?", string(id))
}

// BoardMailByToken returns the one that goes out with that token in it.
func (tx *Tx) BoardMailByToken(token string) (countersign.BoardMail, error) {
	if !storable(token) {
		return countersign.BoardMail{}, notFound()
	}
	return tx.boardMail("m.ended_at IS NULL AND m.stop_token = ?", token)
}

// GoingBoardMails returns all that haven't ended.
func (tx *Tx) GoingBoardMails() ([]countersign.BoardMail, error) {
	return tx.boardMails("m.ended_at IS NULL")
}

// AddBoardMail adds a monthly mail of the permit's place. Somebody who gets it
// already is a Conflict. The identifier is made here.
func (tx *Tx) AddBoardMail(p authz.Permit, m countersign.BoardMail) (countersign.BoardMail, error) {
	place, err := atPlace(p, authz.MailBoardReport)
	if err != nil {
		return m, fmt.Errorf("store: add board mail: %w", err)
	}
	m.ID, m.Place, m.SetAt = countersign.BoardMailID(tx.NewID()), countersign.OrganisationID(place), tx.Now()
	err = tx.insert(&boardMailRow{ID: string(m.ID), PlaceID: place, PersonID: string(m.Person), SetBy: string(m.SetBy), SetAt: dbTime{m.SetAt}, StopToken: m.StopToken})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return m, taken("email", "This person gets the report already")
	}
	if err != nil {
		return m, fmt.Errorf("store: add board mail: %w", err)
	}
	return tx.BoardMail(m.ID)
}

// EndBoardMail ends a monthly mail. The caller has found out that it may: by a
// permit of the place, by the token of the mail, or because its reader lost
// theirs. One that has ended stays as it is, and is NotFound.
func (tx *Tx) EndBoardMail(id countersign.BoardMailID, why countersign.BoardMailEnd) error {
	n, err := tx.update("board_mails", map[string]any{"ended_at": dbTime{tx.Now()}, "ended_why": string(why)}, "id = ? AND ended_at IS NULL", string(id))
	if err != nil {
		return fmt.Errorf("store: end board mail: %w", err)
	}
	if n == 0 {
		return notFound()
	}
	return nil
}
