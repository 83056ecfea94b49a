package service

import (
	"context"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// ImpactFilter narrows a list of reported measures down.
type ImpactFilter = store.ImpactFilter

// ImpactInput is what a practice reports of a measure. Baseline and Value are
// tenths of its unit.
type ImpactInput struct {
	Measure      string           `field:"measure" label:"a measure" verb:"Select" validate:"required,max=40" privacy:"-"`
	Baseline     int              `field:"baseline"`
	BaselineFrom countersign.Date `field:"baseline_from"`
	BaselineTo   countersign.Date `field:"baseline_to"`
	Value        int              `field:"value"`
	From         countersign.Date `field:"from"`
	To           countersign.Date `field:"to"`
	Method       string           `field:"method" label:"how it was measured" verb:"Select" validate:"required,max=40" privacy:"-"`
	Sample       int              `field:"sample"`
	Note         string           `field:"note" label:"the note" validate:"max=1000"`
}

func (in ImpactInput) impact() countersign.Impact {
	return countersign.Impact{
		Measure: in.Measure, Baseline: in.Baseline, BaselineFrom: in.BaselineFrom, BaselineTo: in.BaselineTo, Value: in.Value, From: in.From, To: in.To,
		Method: in.Method, Sample: in.Sample, Note: strings.TrimSpace(in.Note), State: countersign.ImpactLifecycle.Start,
	}
}

// KnownImpact is what a practice reported, and what the actor may do about it.
type KnownImpact struct {
	countersign.Impact
	MayChange, MayWithdraw, MayCheck, MaySendBack bool
}

// EnterImpact reports a measure of a practice that the actor manages. It waits
// to be checked by the training hub.
func (s *Service) EnterImpact(ctx context.Context, actor authz.Actor, code string, in ImpactInput) (countersign.Impact, error) {
	i := in.impact()
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		practice, err := s.placeFor(tx, actor, authz.EnterImpact, code)
		if err != nil {
			return err
		}
		if practice.Kind != countersign.Practice {
			return countersign.Refuse(countersign.Forbidden, "Measures are reported by a practice")
		}
		sub, err := tx.PlaceSubject(practice.ID)
		if err != nil {
			return err
		}
		permit, err := actor.Check(authz.EnterImpact, sub)
		if err != nil {
			return err
		}
		if err := s.both(in, i.Check(tx.Today())); err != nil {
			return err
		}
		if err := s.vet(tx, actor, "", in); err != nil {
			return err
		}
		i.Practice, i.PracticeCode, i.PracticeName, i.EnteredBy, i.EnteredByName, i.EnteredAt = practice.ID, practice.Code, practice.Name, actor.ID(), actor.Name(), tx.Now()
		if i, err = tx.AddImpact(permit, i); err != nil {
			return err
		}
		return auditImpact(tx, actor, countersign.ManagerOfPractice, "impact.enter", i)
	})
	return i, err
}

// ChangeImpact changes what a practice reported and nobody has checked.
// version is that of the report as the actor saw it; 0 asks for no check.
func (s *Service) ChangeImpact(ctx context.Context, actor authz.Actor, id countersign.ImpactID, version int, in ImpactInput) (countersign.Impact, error) {
	return s.changeImpact(ctx, actor, id, version, authz.EnterImpact, func(tx *store.Tx, old countersign.Impact) (countersign.Impact, error) {
		i, err := old.Change(in.impact(), tx.Today())
		if err := s.both(in, err); err != nil {
			return i, err
		}
		i.EnteredBy, i.EnteredByName, i.EnteredAt = actor.ID(), actor.Name(), tx.Now()
		if err := s.vet(tx, actor, "", in); err != nil {
			return i, err
		}
		return i, auditImpact(tx, actor, countersign.ManagerOfPractice, "impact.change", i)
	})
}

// WithdrawImpact takes back what a practice reported and nobody has checked.
// version is as for ChangeImpact.
func (s *Service) WithdrawImpact(ctx context.Context, actor authz.Actor, id countersign.ImpactID, version int) (countersign.Impact, error) {
	return s.changeImpact(ctx, actor, id, version, authz.EnterImpact, func(tx *store.Tx, old countersign.Impact) (countersign.Impact, error) {
		i, err := old.Withdraw(actor.ID())
		if err != nil {
			return i, err
		}
		i.CheckedByName, i.CheckedAt = actor.Name(), tx.Now()
		return i, auditImpact(tx, actor, countersign.ManagerOfPractice, "impact.withdraw", i)
	})
}

// ImpactDecision is what a training hub says of a report: check, or send_back
// with a reason.
type ImpactDecision struct {
	Decision countersign.ImpactEvent `field:"decision" label:"whether it is right" verb:"Select" validate:"required,oneof=check send_back" privacy:"-"`
	Reason   string                  `field:"reason" label:"the reason" validate:"max=1000"`
}

// DecideImpact checks a report or sends it back, of which whoever entered it is
// told. version is as for ChangeImpact.
func (s *Service) DecideImpact(ctx context.Context, actor authz.Actor, id countersign.ImpactID, version int, in ImpactDecision) (countersign.Impact, error) {
	return s.changeImpact(ctx, actor, id, version, authz.CheckImpact, func(tx *store.Tx, old countersign.Impact) (countersign.Impact, error) {
		i, err := old.Decide(actor.ID(), in.Decision, in.Reason)
		if err := s.both(in, err); err != nil {
			return i, err
		}
		if err := s.vet(tx, actor, "", in); err != nil {
			return i, err
		}
		i.CheckedByName, i.CheckedAt = actor.Name(), tx.Now()
		if i.State == countersign.ImpactSentBack {
			if err := tx.Enqueue(MailJob, Notice{Kind: NoticeImpactBack, To: i.EnteredBy, Impact: i.ID, What: i.Measure}, tx.Now(), ""); err != nil {
				return i, err
			}
		}
		return i, auditImpact(tx, actor, countersign.LeadOfHub, "impact."+string(in.Decision), i)
	})
}

func (s *Service) changeImpact(ctx context.Context, actor authz.Actor, id countersign.ImpactID, version int, action authz.Action,
	rule func(*store.Tx, countersign.Impact) (countersign.Impact, error),
) (countersign.Impact, error) {
	var i countersign.Impact
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		permit, err := impactPermit(tx, actor, id, action)
		if err != nil {
			return err
		}
		old, err := tx.Impact(permit, id)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return refuseStale("This was changed since you opened it. Look at it again")
		}
		if i, err = rule(tx, old); err != nil {
			return err
		}
		i, err = tx.ChangeImpact(permit, i, old.Version)
		return err
	})
	return i, err
}

// auditImpact writes down the numbers too, so that none is overwritten without
// a trace.
func auditImpact(tx *store.Tx, actor authz.Actor, role countersign.NamingRole, action string, i countersign.Impact) error {
	return tx.Audit(store.AuditEvent{
		Actor: actor.ID(), Role: string(role), Action: action, Subject: string(i.ID),
		Detail: map[string]any{"practice": i.PracticeCode, "measure": i.Measure, "baseline": countersign.Tenths(i.Baseline), "value": countersign.Tenths(i.Value), "to": i.To.String()},
	})
}

// Impact returns one report, to those who manage its practice or lead its
// training hub.
func (s *Service) Impact(ctx context.Context, actor authz.Actor, id countersign.ImpactID) (KnownImpact, error) {
	var known KnownImpact
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		permit, err := impactPermit(tx, actor, id, authz.ReadReport)
		if err != nil {
			return err
		}
		if known.Impact, err = tx.Impact(permit, id); err != nil {
			return err
		}
		may := func(action authz.Action, event countersign.ImpactEvent) bool {
			_, open := countersign.ImpactLifecycle.Next(known.State, event)
			return open && actor.May(action, permit.Subject())
		}
		known.MayChange = may(authz.EnterImpact, countersign.ChangeImpact)
		known.MayWithdraw = may(authz.EnterImpact, countersign.WithdrawImpact)
		known.MayCheck = may(authz.CheckImpact, countersign.CheckImpact) && known.EnteredBy != actor.ID()
		known.MaySendBack = may(authz.CheckImpact, countersign.SendBackImpact)
		return nil
	})
	return known, err
}

// Impacts returns what the practices of a place have reported, the one that was
// entered last first, and the cursor of the next page.
func (s *Service) Impacts(ctx context.Context, actor authz.Actor, code string, f ImpactFilter) (list []countersign.Impact, next string, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		place, err := s.placeFor(tx, actor, authz.ReadReport, code)
		if err != nil {
			return err
		}
		sub, err := tx.PlaceSubject(place.ID)
		if err != nil {
			return err
		}
		permit, err := actor.Check(authz.ReadReport, sub)
		if err != nil {
			return err
		}
		switch f.State {
		case "", countersign.ImpactEntered, countersign.ImpactChecked, countersign.ImpactSentBack, countersign.ImpactWithdrawn:
		default:
			return countersign.InvalidField("state", "Send entered, checked, sent_back or withdrawn")
		}
		list, next, err = tx.Impacts(permit, f)
		return err
	})
	return list, next, err
}

// PermittedOnImpact is Permitted for a report of a measure.
func (s *Service) PermittedOnImpact(ctx context.Context, actor authz.Actor, id countersign.ImpactID, action authz.Action) error {
	return s.store.Read(ctx, func(tx *store.Tx) error {
		_, err := impactPermit(tx, actor, id, action)
		return err
	})
}

// impactPermit is NotFound for whoever may not read the practices of a place,
// though they see the place and its sums.
func impactPermit(tx *store.Tx, actor authz.Actor, id countersign.ImpactID, action authz.Action) (authz.Permit, error) {
	sub, err := tx.ImpactSubject(id)
	if err != nil {
		return authz.Permit{}, err
	}
	if !actor.May(authz.ReadReport, sub) {
		return authz.Permit{}, countersign.Refuse(refusalOf(actor), "This does not exist, or you cannot see it")
	}
	return actor.Check(action, sub)
}
