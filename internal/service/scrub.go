package service

import (
	"context"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/store"
)

const (
	// scrubDue is the setting that says from when on the files of the database
	// are to be freed of what was erased; empty if they are. Its values are UTC
	// in RFC 3339, which sort as the times do.
	scrubDue = "scrub-due"
	// scrubHour is the London hour at which that is done: nobody can use a table
	// of PostgreSQL while it is written anew.
	scrubHour = 3
	// scrubHolds is after how long another server tries, or the same one again.
	scrubHolds = time.Hour
)

// scrubTonight has the files of the database freed of what the transaction
// erases, in the night after it.
func scrubTonight(tx *store.Tx) error {
	return tx.SetSetting(scrubDue, scrubTime(scrubNight(tx.Now())))
}

// scrubNight returns the first of the hours that is so far off that its work
// doesn't begin before the transaction has ended.
func scrubNight(now time.Time) time.Time {
	earliest := now.Add(time.Hour).In(countersign.London())
	y, m, d := earliest.Date()
	night := time.Date(y, m, d, scrubHour, 0, 0, 0, countersign.London())
	if night.Before(earliest) {
		night = night.AddDate(0, 0, 1)
	}
	return night
}

func scrubTime(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// Scrub frees the files of the database of what was erased, if it is time. Of
// several servers one does it.
func (s *Service) Scrub(ctx context.Context) error {
	var due, held string
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.Setting(scrubDue)
		if scrubTime(tx.Now()) < due {
			due = ""
		}
		held = scrubTime(tx.Now().Add(scrubHolds))
		return err
	})
	if err != nil || due == "" {
		return err
	}
	if taken, err := s.changeScrub(ctx, due, held); err != nil || !taken {
		return err
	}
	if err := s.store.Scrub(ctx); err != nil {
		return err
	}
	_, err = s.changeScrub(ctx, held, "") // what was erased meanwhile has its own night
	return err
}

func (s *Service) changeScrub(ctx context.Context, was, is string) (changed bool, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		changed, err = tx.ChangeSetting(scrubDue, was, is)
		return err
	})
	return changed, err
}
