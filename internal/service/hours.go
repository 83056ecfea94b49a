package service

import (
	"context"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// HoursFilter says which entries of a log to list.
type HoursFilter = store.HoursFilter

// WaitingHours is an entry that waits to be verified, with whose it is.
type WaitingHours = store.WaitingHours

// HoursLog is a page of the log of protected and off-the-job time, and how the
// log stands.
type HoursLog struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Totals         countersign.HoursTotals
	Entries        []HoursRow // the latest day first
	Next           string
	MayLog         bool
	Texts          bool // the actor may read what was learnt
}

// HoursRow is an entry and what the actor may do to it.
type HoursRow struct {
	countersign.HoursEntry
	MayVerify, MayReverse bool
}

// Hours returns the log of an apprenticeship for everybody who may read it, or
// read the programme: those don't get what was learnt.
func (s *Service) Hours(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, f HoursFilter) (HoursLog, error) {
	var log HoursLog
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		log = HoursLog{Apprenticeship: w.app, Framework: w.framework, Texts: w.permit.Allows(authz.ReadHours)}
		log.MayLog = w.app.LogsHours() && actor.May(authz.LogHours, w.permit.Subject())
		entries, next, err := w.tx.Hours(w.permit, f)
		if err != nil {
			return err
		}
		log.Next = next
		for _, e := range entries {
			log.Entries = append(log.Entries, w.hoursRow(e))
		}
		changes, err := w.tx.Changes(w.permit)
		if err != nil {
			return err
		}
		log.Totals, err = w.hoursTotals(changes)
		return err
	}, authz.ReadHours, authz.ReadProgramme)
	return log, err
}

func (w work) hoursRow(e countersign.HoursEntry) HoursRow {
	may := func(event countersign.HoursEvent) bool {
		return e.May(event, w.app.Apprentice, w.actor.ID(), w.permit.Capacities())
	}
	return HoursRow{e, may(countersign.VerifyHours), may(countersign.ReverseHours)}
}

// hoursTotals adds the log up; changes are all of the apprenticeship's.
func (w work) hoursTotals(changes []countersign.Change) (countersign.HoursTotals, error) {
	submitted, verified, err := w.tx.HoursSums(w.permit)
	if err != nil {
		return countersign.HoursTotals{}, err
	}
	prior, err := w.tx.PriorLearning(w.permit)
	if err != nil {
		return countersign.HoursTotals{}, err
	}
	return w.app.HoursTotals(w.framework.Programme, w.app.Breaks(changes), countersign.AcceptedMinutes(prior), submitted, verified, w.tx.Today()), nil
}

// HoursEntry returns one entry and what the actor may do to it.
func (s *Service) HoursEntry(ctx context.Context, actor authz.Actor, id countersign.HoursID) (HoursRow, countersign.Apprenticeship, error) {
	var row HoursRow
	var app countersign.Apprenticeship
	err := s.read(ctx, actor, byHours(id), func(w work) error {
		e, err := w.tx.HoursEntry(w.permit, id)
		row, app = w.hoursRow(e), w.app
		return err
	}, authz.ReadHours)
	return row, app, err
}

// PermittedOnHours is Permitted for an entry of the log.
func (s *Service) PermittedOnHours(ctx context.Context, actor authz.Actor, id countersign.HoursID, actions ...authz.Action) error {
	return s.read(ctx, actor, byHours(id), func(work) error { return nil }, actions...)
}

func byHours(id countersign.HoursID) find {
	return func(tx *store.Tx) (authz.Subject, error) { return tx.HoursSubject(id) }
}

// HoursInput is some time of learning on one day.
type HoursInput struct {
	On           countersign.Date      `field:"on"`
	Minutes      int                   `field:"minutes"`
	Kind         countersign.HoursKind `field:"kind" privacy:"-"`
	Learnt       string                `field:"learnt" label:"what was learnt" validate:"max=2000"`
	Competencies []string              `field:"competencies" label:"competencies" validate:"max=20,dive,max=40" privacy:"-"`
}

// LogHours enters hours as the apprentice.
func (s *Service) LogHours(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in HoursInput) (countersign.HoursEntry, error) {
	e := countersign.HoursEntry{
		On: in.On, Minutes: in.Minutes, Kind: in.Kind, Learnt: strings.TrimSpace(in.Learnt), Competencies: in.Competencies, State: countersign.HoursSubmitted,
	}
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		others, breaks, err := w.sameDay(e.On)
		if err != nil {
			return err
		}
		if err := w.app.LogHours(e, w.framework, others, breaks, w.tx.Today()); err != nil {
			return err
		}
		if e, err = w.tx.AddHours(w.permit, e); err != nil {
			return err
		}
		return w.audit("hours.enter", string(e.ID), map[string]any{"on": e.On.String(), "minutes": e.Minutes})
	}, authz.LogHours)
	return e, err
}

// sameDay returns what a new entry of that day is held against.
func (w work) sameDay(day countersign.Date) ([]countersign.HoursEntry, []countersign.Period, error) {
	others, err := w.tx.HoursOn(w.permit, day)
	if err != nil {
		return nil, nil, err
	}
	changes, err := w.tx.Changes(w.permit)
	return others, w.app.Breaks(changes), err
}

// VerifyHours verifies an entry as GP supervisor or secondary mentor.
func (s *Service) VerifyHours(ctx context.Context, actor authz.Actor, id countersign.HoursID) (countersign.HoursEntry, error) {
	return s.decideHours(ctx, actor, id, countersign.VerifyHours, HoursReversal{}, authz.VerifyHours)
}

// HoursReversal says why an entry is reversed.
type HoursReversal struct {
	Reason string `field:"reason" label:"a reason" validate:"max=2000"`
}

// ReverseHours takes an entry back: the apprentice while nobody has verified
// it, those who verify at any time. It stays in the log with the reason.
func (s *Service) ReverseHours(ctx context.Context, actor authz.Actor, id countersign.HoursID, in HoursReversal) (countersign.HoursEntry, error) {
	return s.decideHours(ctx, actor, id, countersign.ReverseHours, in, authz.VerifyHours, authz.LogHours)
}

func (s *Service) decideHours(ctx context.Context, actor authz.Actor, id countersign.HoursID, event countersign.HoursEvent, in HoursReversal, actions ...authz.Action) (countersign.HoursEntry, error) {
	var e countersign.HoursEntry
	err := s.change(ctx, actor, byHours(id), func(w work) (err error) {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if event == countersign.VerifyHours && w.app.State.Ended() {
			return countersign.Refuse(countersign.Conflict, "This apprenticeship has ended, so its hours cannot be verified any more")
		}
		if e, err = w.tx.HoursEntry(w.permit, id); err != nil {
			return err
		}
		to, as, err := e.Decide(event, w.app.Apprentice, actor.ID(), w.permit.Capacities(), in.Reason)
		if err != nil {
			return err
		}
		if e, err = w.tx.DecideHours(w.permit, id, to, as, strings.TrimSpace(in.Reason)); err != nil {
			return err
		}
		return w.audit("hours."+string(event), string(id), map[string]any{"minutes": e.Minutes})
	}, actions...)
	return e, err
}

// HoursResult is what became of one row of a batch.
type HoursResult struct {
	ID    countersign.HoursID
	Entry countersign.HoursEntry
	Err   error
}

// VerifyHoursBatch verifies many entries, a transaction each.
func (s *Service) VerifyHoursBatch(ctx context.Context, actor authz.Actor, ids []countersign.HoursID) ([]HoursResult, error) {
	if actor.IsZero() {
		return nil, countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	}
	if len(ids) == 0 || len(ids) > MaxBatch {
		return nil, countersign.InvalidField("hours", "Send 1 to 100 entries")
	}
	results := make([]HoursResult, len(ids))
	for i, id := range ids {
		results[i].ID = id
		results[i].Entry, results[i].Err = s.VerifyHours(ctx, actor, id)
	}
	return results, nil
}

// WaitingHours returns the entries that wait for the actor to verify them, the
// oldest first, and how many they are in all.
func (s *Service) WaitingHours(ctx context.Context, actor authz.Actor, limit int) ([]WaitingHours, int, error) {
	var rows []WaitingHours
	var n int
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, n, err = tx.WaitingHours(actor.Scope(authz.VerifyHours), limit)
		return err
	})
	return rows, n, err
}
