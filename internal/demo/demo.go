// Package demo fills an empty database with a demonstration: seven regions
// with a hub and practices each, the people whom the sign-in page offers, and
// some seventy apprenticeships at different points of their way.
//
// The history is told through the service's use cases, each at its own time in
// the past, so that rules, ledger leaves, audit and counters are what they
// would be had it happened. Every date is relative to the day of the first
// start: a demonstration looks alive on any day. The same seed on the same
// London day gives the same data.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"countersign/internal/service"
	"countersign/internal/store"
)

// Mark is the key of the setting that marks the database of a demonstration.
const Mark = service.DemonstrationMark

// The values of Mark.
const (
	filling  = "filling"
	complete = "complete"
)

// Password is everybody's.
const Password = "countersign-demo"

// Options say what to fill in.
type Options struct {
	Seed int64
	Out  io.Writer // progress, a line at a time; nil: none
}

// Opener opens the database that is to be filled once more, with a clock,
// identifiers and randomness of the demonstration's own. Fill closes the store.
type Opener func(now func() time.Time, newID func() string, random io.Reader) (*service.Service, *store.Store, error)

// Fill makes the demonstration as on the day of now, which takes some seconds.
// If it is there already, nothing happens. It is an error, of one clear line,
// if an earlier Fill was stopped half-way or if somebody is in the database.
func Fill(ctx context.Context, open Opener, now time.Time, o Options) error {
	return fill(ctx, open, now, o, everything())
}

// fill is Fill with the tales to tell.
func fill(ctx context.Context, open Opener, now time.Time, o Options, tales []tale) error {
	if o.Out == nil {
		o.Out = io.Discard
	}
	w, err := newWorld(ctx, open, now, o)
	if err != nil {
		return err
	}
	defer w.store.Close()
	needed, err := w.begin()
	if err != nil || !needed {
		return err
	}
	fmt.Fprintf(o.Out, "Filling the demonstration, which takes some seconds\n")
	if err := w.settle(); err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	if err := w.tellAll(tales, o.Out); err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	if err := w.draft(); err != nil {
		return fmt.Errorf("demonstration: framework draft: %w", err)
	}
	if err := w.impact(); err != nil {
		return fmt.Errorf("demonstration: impact: %w", err)
	}
	if err := w.end(); err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	return nil
}

var errHalfFilled = errors.New("an earlier start was stopped while it filled the demonstration. " +
	"Delete the data folder (./data unless COUNTERSIGN_DATA says otherwise; or empty COUNTERSIGN_DATABASE) and start again")

var errNotEmpty = errors.New("this database holds real data, so it cannot become a demonstration")

// begin marks the database and reports whether it is to be filled.
func (w *world) begin() (bool, error) {
	needed := false
	err := w.store.Write(w.ctx, func(tx *store.Tx) error {
		mark, err := tx.Setting(Mark)
		if err != nil {
			return err
		}
		empty, err := tx.Empty()
		switch {
		case err != nil:
			return err
		case mark == complete:
			return nil
		case mark != "":
			return errHalfFilled
		case !empty:
			return errNotEmpty
		}
		needed = true
		return tx.SetSetting(Mark, filling)
	})
	return needed, err
}

// end brings the counters to the present day, takes the mails of the past out
// of the outbox unsent, and marks the demonstration as complete.
func (w *world) end() error {
	if err := w.pass(w.now, io.Discard); err != nil {
		return err
	}
	if err := w.service.RecountDue(w.ctx); err != nil {
		return err
	}
	for {
		unsent := 0
		err := w.store.Write(w.ctx, func(tx *store.Tx) error {
			jobs, err := tx.ClaimJobs(1000, time.Minute)
			if err != nil {
				return err
			}
			unsent = len(jobs)
			for _, j := range jobs {
				if err := tx.FinishJob(j.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if unsent == 0 {
			break
		}
	}
	return w.store.Write(w.ctx, func(tx *store.Tx) error { return tx.SetSetting(Mark, complete) })
}
