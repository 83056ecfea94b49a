package service

import (
	"context"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

// SiteLinkHolds is how long the link holds by which a site supervisor confirms
// a placement.
const SiteLinkHolds = 14 * 24 * time.Hour

// PlacementList is the placements of an apprenticeship.
type PlacementList struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Placements     []countersign.Placement // the earliest first
	MayArrange     bool
	MayAsk         bool
}

// Confirmed returns the minutes that sites have confirmed.
func (l PlacementList) Confirmed() (minutes int) {
	for _, p := range l.Placements {
		if p.State == countersign.PlacementConfirmed {
			minutes += p.DoneMinutes
		}
	}
	return minutes
}

// Placements returns the placements of an apprenticeship for everybody who may
// read its programme or its hours.
func (s *Service) Placements(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (PlacementList, error) {
	var l PlacementList
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		l = PlacementList{Apprenticeship: w.app, Framework: w.framework}
		sub, open := w.permit.Subject(), w.framework.Placements && w.app.LogsHours()
		l.MayArrange, l.MayAsk = open && actor.May(authz.ArrangePlacement, sub), open && actor.May(authz.AskSite, sub)
		l.Placements, err = w.tx.Placements(w.permit)
		return err
	}, authz.ReadHours, authz.ReadProgramme)
	return l, err
}

// PlacementInput is a placement to be arranged.
type PlacementInput struct {
	Site            string           `field:"site" label:"the site" validate:"filled,max=200" privacy:"certain"`
	From            countersign.Date `field:"from"`
	To              countersign.Date `field:"to"`
	SupervisorName  string           `field:"supervisor_name" label:"the site supervisor’s name" validate:"filled,max=200" privacy:"certain"`
	SupervisorEmail string           `field:"supervisor_email" label:"the site supervisor’s email address" validate:"required,max=254,email" privacy:"-"`
	PlannedHours    int              `field:"planned_hours" label:"the hours that are planned" validate:"max=10000"`
}

func (in PlacementInput) placement(id countersign.ApprenticeshipID) countersign.Placement {
	return countersign.Placement{
		Apprenticeship: id, Site: strings.TrimSpace(in.Site), From: in.From, To: in.To, SupervisorName: strings.TrimSpace(in.SupervisorName),
		SupervisorEmail: lowerEmail(in.SupervisorEmail), PlannedMinutes: in.PlannedHours * 60, State: countersign.PlacementPlanned,
	}
}

// both returns all that is wrong with an input and with what the rule says of
// it, or the refusal that no other input could mend.
func (s *Service) both(in any, rule error) error {
	if rule != nil && countersign.KindOf(rule) != countersign.Invalid {
		return rule
	}
	var p countersign.Problems
	p.Merge(s.check.Check(in))
	p.Merge(rule)
	return p.Err()
}

// ArrangePlacement adds a placement.
func (s *Service) ArrangePlacement(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in PlacementInput) (countersign.Placement, error) {
	p := in.placement(id)
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		if err := s.both(in, w.app.Arrange(w.framework, p)); err != nil {
			return err
		}
		if p, err = w.tx.AddPlacement(w.permit, p); err != nil {
			return err
		}
		return w.audit("placement.arrange", string(p.ID), map[string]any{"from": p.From.String(), "to": p.To.String()})
	}, authz.ArrangePlacement)
	return p, err
}

// ChangePlacement changes a placement that no site has confirmed. Links that
// were sent before are void. version is as for AskSite.
func (s *Service) ChangePlacement(ctx context.Context, actor authz.Actor, id countersign.PlacementID, version int, in PlacementInput) (countersign.Placement, error) {
	return s.changePlacement(ctx, actor, id, version, struct{}{}, "change", authz.ArrangePlacement, func(w work, old countersign.Placement) (countersign.Placement, error) {
		p, err := w.app.Rearrange(w.framework, old, in.placement(w.app.ID))
		return p, s.both(in, err)
	}, nil)
}

func byPlacement(id countersign.PlacementID) find {
	return func(tx *store.Tx) (authz.Subject, error) { return tx.PlacementSubject(id) }
}

// Placement returns one placement.
func (s *Service) Placement(ctx context.Context, actor authz.Actor, id countersign.PlacementID) (countersign.Placement, countersign.Apprenticeship, error) {
	var p countersign.Placement
	var app countersign.Apprenticeship
	err := s.read(ctx, actor, byPlacement(id), func(w work) (err error) {
		app = w.app
		p, err = w.tx.Placement(w.permit, id)
		return err
	}, authz.ReadHours, authz.ReadProgramme)
	return p, app, err
}

// PermittedOnPlacement is Permitted for a placement.
func (s *Service) PermittedOnPlacement(ctx context.Context, actor authz.Actor, id countersign.PlacementID, actions ...authz.Action) error {
	return s.read(ctx, actor, byPlacement(id), func(work) error { return nil }, actions...)
}

// AskSiteInput is how many hours were done.
type AskSiteInput struct {
	HoursDone int `field:"hours_done" label:"the hours that were done" validate:"max=10000"`
}

// AskSite mails the site supervisor a link by which they confirm the hours
// done. Links that were sent before are void. version is that of the placement
// as the actor saw it; 0 asks for no check.
func (s *Service) AskSite(ctx context.Context, actor authz.Actor, id countersign.PlacementID, version int, in AskSiteInput) (countersign.Placement, error) {
	return s.changePlacement(ctx, actor, id, version, in, "ask", authz.AskSite, func(w work, p countersign.Placement) (countersign.Placement, error) {
		p, err := p.Ask(in.HoursDone*60, w.tx.Today())
		p.AskedAt = w.tx.Now()
		return p, err
	}, func(w work, p countersign.Placement) error {
		token, hash := password.NewToken(s.rand)
		if err := w.tx.AddPlacementLink(w.permit, id, hash, w.tx.Now().Add(SiteLinkHolds)); err != nil {
			return err
		}
		return w.tx.Enqueue(MailJob, Notice{Kind: NoticePlacement, Apprenticeship: w.app.ID, Placement: id, Token: token}, time.Time{}, "")
	})
}

// CancelPlacementInput says why a placement is cancelled.
type CancelPlacementInput struct {
	Reason string `field:"reason" label:"a reason" validate:"max=2000"`
}

// CancelPlacement ends a placement that doesn't take place. version is as for
// AskSite.
func (s *Service) CancelPlacement(ctx context.Context, actor authz.Actor, id countersign.PlacementID, version int, in CancelPlacementInput) (countersign.Placement, error) {
	return s.changePlacement(ctx, actor, id, version, in, "cancel", authz.ArrangePlacement, func(_ work, p countersign.Placement) (countersign.Placement, error) {
		return p.Cancel(in.Reason)
	}, nil)
}

func (s *Service) changePlacement(ctx context.Context, actor authz.Actor, id countersign.PlacementID, version int, in any, what string, action authz.Action,
	rule func(work, countersign.Placement) (countersign.Placement, error), then func(work, countersign.Placement) error,
) (countersign.Placement, error) {
	var p countersign.Placement
	err := s.change(ctx, actor, byPlacement(id), func(w work) error {
		old, err := w.tx.Placement(w.permit, id)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return refuseStale("This placement was changed since you opened it. Look at it again")
		}
		if err := w.vet(s, in); err != nil {
			return err
		}
		if p, err = rule(w, old); err != nil {
			return err
		}
		if p, err = w.tx.ChangePlacement(w.permit, p, old.Version); err != nil {
			return err
		}
		if then != nil {
			if err := then(w, p); err != nil {
				return err
			}
		}
		return w.audit("placement."+what, string(id), map[string]any{"minutes": p.DoneMinutes})
	}, action)
	return p, err
}

// SiteRequest is all that a site supervisor gets to see.
type SiteRequest struct {
	Apprentice string
	countersign.Placement
}

// SiteRequest returns what the holder of a mailed link is asked to confirm,
// without using the link.
func (s *Service) SiteRequest(ctx context.Context, token string) (SiteRequest, error) {
	var r SiteRequest
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		w, p, err := s.bySiteLink(tx, token)
		r = SiteRequest{w.app.ApprenticeName, p}
		return err
	})
	return r, err
}

func (s *Service) bySiteLink(tx *store.Tx, token string) (work, countersign.Placement, error) {
	sub, id, err := tx.PlacementLink(password.HashToken(token))
	if err != nil {
		return work{}, countersign.Placement{}, err
	}
	actor := authz.NewJob(authz.SiteLink)
	permit, err := actor.Check(authz.AnswerForSite, sub)
	if err != nil {
		return work{}, countersign.Placement{}, err
	}
	app, err := tx.Apprenticeship(permit)
	if err != nil {
		return work{}, countersign.Placement{}, err
	}
	w, err := s.begin(tx, actor, permit, app)
	if err != nil {
		return w, countersign.Placement{}, err
	}
	p, err := w.tx.Placement(permit, id)
	return w, p, err
}

// SiteAnswer is what a site supervisor says: that the hours are right, or what
// is wrong.
type SiteAnswer struct {
	Token   string `field:"token" validate:"required,max=200" privacy:"-"`
	Answer  string `field:"answer" label:"whether this is right" verb:"Select" validate:"required,oneof=right wrong" privacy:"-"`
	Comment string `field:"comment" label:"what is wrong" validate:"max=2000"`
}

// AnswerForSite uses a mailed link up: it confirms a placement or says what is
// wrong. The apprentice is told.
func (s *Service) AnswerForSite(ctx context.Context, in SiteAnswer) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		w, p, err := s.bySiteLink(tx, in.Token)
		if err != nil {
			return err
		}
		if err := s.vet(tx, w.actor, w.app.ID, in); err != nil {
			return err
		}
		version := p.Version
		if p, err = p.Answer(in.Answer == "right", in.Comment); err != nil {
			return err
		}
		if _, err := tx.Touch(w.permit); err != nil {
			return err
		}
		if err := tx.UsePlacementLink(password.HashToken(in.Token)); err != nil {
			return err
		}
		p.AnsweredAt = tx.Now()
		if p, err = tx.ChangePlacement(w.permit, p, version); err != nil {
			return err
		}
		if err := w.notify(NoticeProgramme, w.app.Apprentice, "", ""); err != nil {
			return err
		}
		return w.audit("placement."+string(p.State), string(p.ID), map[string]any{"minutes": p.DoneMinutes})
	})
}
