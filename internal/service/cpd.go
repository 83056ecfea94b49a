package service

import (
	"context"
	"slices"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// CPD is somebody's continuing development after completion.
type CPD struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Cycles         []countersign.CPDCycle // the latest first
	Today          countersign.Date       // on which they stand as they do
	Award          *countersign.AwardGiven
	MayKeep        bool // the actor adds to it
}

// CPD returns the cycles for the apprentice and the GP supervisor.
func (s *Service) CPD(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (CPD, error) {
	var out CPD
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		out = CPD{Apprenticeship: w.app, Framework: w.framework, Today: w.tx.Today()}
		out.MayKeep = w.app.State == countersign.CompletedProgramme && actor.May(authz.KeepCPD, w.permit.Subject())
		if out.Award, err = w.tx.Award(w.permit); err != nil {
			return err
		}
		out.Cycles, err = s.cycles(w)
		return err
	}, authz.ReadCPD)
	return out, err
}

// cycles returns the cycles with their rules.
func (s *Service) cycles(w work) ([]countersign.CPDCycle, error) {
	cycles, err := w.tx.CPDCycles(w.permit)
	if err != nil {
		return nil, err
	}
	for i := range cycles {
		if err := s.ruled(w.tx, &cycles[i]); err != nil {
			return nil, err
		}
	}
	return cycles, nil
}

// ruled gives a cycle the rules of the framework version that it names.
func (s *Service) ruled(tx *store.Tx, c *countersign.CPDCycle) error {
	f, err := s.framework(tx, c.FrameworkID, c.FrameworkVersion)
	if err != nil {
		return err
	}
	c.Cycle, _ = f.Programme.Cycle(c.Cycle.Code)
	return nil
}

// OpenCycleInput begins the first cycle of a kind.
type OpenCycleInput struct {
	Code     string           `field:"code" label:"a cycle" verb:"Select" validate:"required,max=40" privacy:"-"`
	StartsOn countersign.Date `field:"starts_on"`
}

// OpenCPDCycle opens a cycle from the day of the award, or another.
func (s *Service) OpenCPDCycle(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in OpenCycleInput) (countersign.CPDCycleID, error) {
	var opened countersign.CPDCycleID
	err := s.keepCPD(ctx, actor, id, in, func(w work, all []countersign.CPDCycle) error {
		c, err := w.app.OpenCycle(w.framework.Programme, in.Code, in.StartsOn, all, w.tx.Today())
		if err != nil {
			return err
		}
		opened, err = w.addCycle("cpd.open", c)
		return err
	})
	return opened, err
}

func (w work) addCycle(action string, c countersign.CPDCycle) (countersign.CPDCycleID, error) {
	c.FrameworkID, c.FrameworkVersion = w.app.FrameworkID, w.app.FrameworkVersion
	id, err := w.tx.AddCPDCycle(w.permit, c)
	if err != nil {
		return "", err
	}
	return id, w.audit(action, string(id), map[string]any{"code": c.Cycle.Code, "starts_on": c.StartsOn.String(), "ends_on": c.EndsOn.String()})
}

// RenewCPDCycle opens the cycle that follows one that is met, closed or over,
// by the rules of the present framework version.
func (s *Service) RenewCPDCycle(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, cycle countersign.CPDCycleID) (countersign.CPDCycleID, error) {
	var opened countersign.CPDCycleID
	err := s.withCycle(ctx, actor, id, cycle, struct{}{}, func(w work, c countersign.CPDCycle, all []countersign.CPDCycle) error {
		rules, ok := w.framework.Programme.Cycle(c.Cycle.Code)
		if !ok {
			return countersign.Refuse(countersign.Conflict, "The programme has no “"+c.Cycle.Title+"” any more, so it cannot be renewed")
		}
		next, err := c.Renew(rules, all, w.tx.Today())
		if err != nil {
			return err
		}
		opened, err = w.addCycle("cpd.renew", next)
		return err
	})
	return opened, err
}

// CPDEntryInput is something done for a cycle.
type CPDEntryInput struct {
	On       countersign.Date `field:"on"`
	Title    string           `field:"title" label:"what you did" validate:"max=200"`
	Provider string           `field:"provider" label:"the provider" validate:"max=200" privacy:"certain"`
	Category string           `field:"category" label:"a category" verb:"Select" validate:"required,max=40" privacy:"-"`
	Points   string           `field:"points" label:"the points" validate:"max=10" privacy:"-"` // such as "1.5"; empty is 0
	Approved bool             `field:"approved"`
}

// AddCPDEntry adds what the actor did to one of their cycles.
func (s *Service) AddCPDEntry(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, cycle countersign.CPDCycleID, in CPDEntryInput) (countersign.CPDEntryID, error) {
	var added countersign.CPDEntryID
	err := s.withCycle(ctx, actor, id, cycle, in, func(w work, c countersign.CPDCycle, _ []countersign.CPDCycle) error {
		e := countersign.CPDEntry{On: in.On, Title: in.Title, Provider: in.Provider, Category: in.Category, Approved: in.Approved}
		if in.Points != "" {
			points, err := countersign.ParsePoints(in.Points)
			if err != nil {
				points = -1 // which the rule refuses
			}
			e.Points = points
		}
		e, err := c.Add(e, w.tx.Today())
		if err != nil {
			return err
		}
		if added, err = w.tx.AddCPDEntry(w.permit, c.ID, e); err != nil {
			return err
		}
		return w.audit("cpd.add", string(added), map[string]any{"points": e.Points.String(), "category": e.Category})
	})
	return added, err
}

// CPDReversal says why an entry is taken out of the count.
type CPDReversal struct {
	Reason string `field:"reason" label:"why the entry is reversed" validate:"required,max=500"`
}

// ReverseCPDEntry takes an entry out of the count; it stays in the record.
func (s *Service) ReverseCPDEntry(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, entry countersign.CPDEntryID, in CPDReversal) error {
	return s.keepCPD(ctx, actor, id, in, func(w work, all []countersign.CPDCycle) error {
		c, _, err := EntryOf(all, entry)
		if err != nil {
			return err
		}
		e, err := c.Reverse(entry, in.Reason)
		if err != nil {
			return err
		}
		if err := w.tx.ReverseCPDEntry(w.permit, entry, e.Reason); err != nil {
			return err
		}
		return w.audit("cpd.reverse", string(entry), nil)
	})
}

// EntryOf returns an entry and its cycle.
func EntryOf(all []countersign.CPDCycle, id countersign.CPDEntryID) (countersign.CPDCycle, countersign.CPDEntry, error) {
	for _, c := range all {
		for _, e := range c.Entries {
			if e.ID == id {
				return c, e, nil
			}
		}
	}
	return countersign.CPDCycle{}, countersign.CPDEntry{}, noSuchCPD()
}

// CycleOf returns the cycle with that identifier.
func CycleOf(all []countersign.CPDCycle, id countersign.CPDCycleID) (countersign.CPDCycle, error) {
	i := slices.IndexFunc(all, func(c countersign.CPDCycle) bool { return c.ID == id })
	if i < 0 {
		return countersign.CPDCycle{}, noSuchCPD()
	}
	return all[i], nil
}

func noSuchCPD() error {
	return countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
}

// CPDClosureInput is the alternative that stands instead of points.
type CPDClosureInput struct {
	On   countersign.Date `field:"on"`
	Note string           `field:"note" label:"a note" validate:"max=500"`
}

// CloseCPDCycle closes a cycle by its alternative, such as a re-examination.
func (s *Service) CloseCPDCycle(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, cycle countersign.CPDCycleID, in CPDClosureInput) error {
	return s.withCycle(ctx, actor, id, cycle, in, func(w work, c countersign.CPDCycle, all []countersign.CPDCycle) error {
		by, err := c.Close(countersign.CPDClosure{On: in.On, Note: in.Note}, all, w.tx.Today())
		if err != nil {
			return err
		}
		if err := w.tx.CloseCPDCycle(w.permit, c.ID, by); err != nil {
			return err
		}
		return w.audit("cpd.close", string(c.ID), map[string]any{"on": by.On.String()})
	})
}

// keepCPD changes the actor's own continuing development.
func (s *Service) keepCPD(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in any, fn func(work, []countersign.CPDCycle) error) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		all, err := s.cycles(w)
		if err != nil {
			return err
		}
		if err := w.vet(s, in); err != nil {
			return err
		}
		return fn(w, all)
	}, authz.KeepCPD)
}

// withCycle changes one of the actor's own cycles.
func (s *Service) withCycle(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, cycle countersign.CPDCycleID, in any,
	fn func(work, countersign.CPDCycle, []countersign.CPDCycle) error,
) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		all, err := s.cycles(w)
		if err != nil {
			return err
		}
		c, err := CycleOf(all, cycle)
		if err != nil {
			return err
		}
		if err := w.vet(s, in); err != nil {
			return err
		}
		return fn(w, c, all)
	}, authz.KeepCPD)
}

// expiryNotice is how many days before a sign-off expires its owner is told.
const expiryNotice = 60

// EnqueueExpiryReminders asks for a mail to everybody who wants the daily one
// and has a cycle of continuing development that ends short, 90 and 30 days
// before, or a sign-off that expires within 60 days, once. Asking twice does
// nothing.
func (s *Service) EnqueueExpiryReminders(ctx context.Context) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		today, scope := tx.Today(), authz.NewJob(authz.LetterJob).Scope(authz.WriteLetter)
		cycles, err := tx.CPDCyclesEnding(scope, today.AddDays(countersign.CPDNotice))
		if err != nil {
			return err
		}
		for _, c := range cycles {
			if err := s.ruled(tx, &c.CPDCycle); err != nil {
				return err
			}
			step := c.Reminder(today)
			if step == 0 {
				continue
			}
			n := Notice{Kind: NoticeCPD, To: c.Apprentice, Apprenticeship: c.Apprenticeship, Cycle: c.ID}
			if err := tx.Enqueue(MailJob, n, time.Time{}, strings.Join([]string{"cpd", string(c.ID), itoa(step)}, ":")); err != nil {
				return err
			}
		}
		expiring, err := tx.ExpiringSignOffs(scope, today.AddDays(expiryNotice))
		if err != nil {
			return err
		}
		for _, e := range expiring {
			n := Notice{Kind: NoticeExpiring, To: e.Apprentice, Apprenticeship: e.Apprenticeship, Competency: e.Competency, Day: e.ExpiresOn.String()}
			if err := tx.Enqueue(MailJob, n, time.Time{}, strings.Join([]string{"expiring", string(e.Apprenticeship), e.Competency, n.Day}, ":")); err != nil {
				return err
			}
		}
		return nil
	})
}

// letterOnCycle says which cycle ends when, unless it is met or closed
// meanwhile.
func (s *Service) letterOnCycle(w work, n Notice, l *Letter) error {
	all, err := s.cycles(w)
	if err != nil {
		return err
	}
	c, err := CycleOf(all, n.Cycle)
	if err != nil {
		return err
	}
	if c.Reminder(w.tx.Today()) == 0 {
		return ErrNothingToSay
	}
	l.Cycle, l.DueOn = c.Cycle.Title, c.EndsOn
	return nil
}
