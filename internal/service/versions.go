package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/store"
)

// moveAtOnce is how many people change version in one transaction.
const moveAtOnce = 1000

// Difference compares two loaded versions of a framework, which are public.
// An empty to means the newest published one, an empty from the newest one
// before to; a first version is compared with itself.
func (s *Service) Difference(ctx context.Context, id, from, to string) (framework.Difference, error) {
	f, err := s.Framework(ctx, id, to)
	if err != nil {
		return framework.Difference{}, err
	}
	if from == "" {
		from = f.Version
		rows, err := s.Frameworks(ctx)
		if err != nil {
			return framework.Difference{}, err
		}
		for _, r := range rows { // the newest first
			if r.ID == id && framework.CompareVersions(r.Version, f.Version) < 0 {
				from = r.Version
				break
			}
		}
	}
	old, err := s.Framework(ctx, id, from)
	return framework.Diff(old, f), err
}

// VersionStep is the fate of one competency of one apprentice.
type VersionStep struct {
	framework.Step
	Before countersign.Status // on the present version; empty for a new competency
}

// VersionPreview says what a change of version would do to one apprentice.
type VersionPreview struct {
	Apprenticeship countersign.Apprenticeship
	Difference     framework.Difference
	Steps          []VersionStep
}

// Count returns how many competencies have the fate.
func (p VersionPreview) Count(fate framework.Fate) int {
	n := 0
	for _, s := range p.Steps {
		if s.Fate == fate {
			n++
		}
	}
	return n
}

// Newer reports whether the version compared with is newer than the present
// one.
func (p VersionPreview) Newer() bool {
	return framework.CompareVersions(p.Difference.To.Version, p.Apprenticeship.FrameworkVersion) > 0
}

// Lost returns the competencies that are signed off now and will be checked
// again.
func (p VersionPreview) Lost() []VersionStep {
	return slices.DeleteFunc(slices.Clone(p.Steps), func(s VersionStep) bool {
		return s.Fate != framework.Recheck || s.Before != countersign.SignedOff && s.Before != countersign.Assessed
	})
}

// PreviewVersion says what changing to a published version would do. It
// changes nothing.
func (s *Service) PreviewVersion(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version string) (VersionPreview, error) {
	var p VersionPreview
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		to, err := s.published(w.tx, w.app.FrameworkID, version)
		if err != nil {
			return err
		}
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err != nil {
			return err
		}
		status := map[string]countersign.Status{}
		for _, a := range as {
			status[a.Code] = a.Status()
		}
		p.Apprenticeship, p.Difference = w.app, framework.Diff(w.framework, to)
		for _, step := range p.Difference.Steps() {
			p.Steps = append(p.Steps, VersionStep{step, status[step.Competency.Code]})
		}
		return nil
	}, authz.DecideProgramme)
	return p, err
}

// ChangeVersion brings one apprentice to another published version. It is a
// Conflict if they are on it already.
func (s *Service) ChangeVersion(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version string) (countersign.Apprenticeship, error) {
	p, err := s.PreviewVersion(ctx, actor, id, version)
	if err != nil {
		return p.Apprenticeship, err
	}
	out, err := s.ChangeVersions(ctx, actor, VersionInput{
		Framework: p.Apprenticeship.FrameworkID, From: p.Apprenticeship.FrameworkVersion, To: p.Difference.To.Version, Apprenticeship: id,
	}, 1)
	if err != nil {
		return p.Apprenticeship, err
	}
	if out.Moved == 0 {
		return p.Apprenticeship, countersign.Refuse(countersign.Conflict, "This apprenticeship has ended or has changed since, so its version stays")
	}
	return s.Apprenticeship(ctx, actor, id)
}

// VersionInput says who changes to another version of their framework: one
// apprentice, or all on From at or beneath a place, of a cohort, or both.
type VersionInput struct {
	Framework      string                       `field:"framework" label:"a framework" validate:"required,max=80" privacy:"-"`
	From           string                       `field:"from" label:"the present version" validate:"required,max=40" privacy:"-"`
	To             string                       `field:"to" label:"the new version" validate:"required,max=40" privacy:"-"`
	Apprenticeship countersign.ApprenticeshipID `field:"apprenticeship" privacy:"-"`
	Organisation   string                       `field:"organisation" label:"a place" validate:"max=20" privacy:"-"`
	Cohort         string                       `field:"cohort" label:"a cohort" validate:"max=80" privacy:"certain"`
}

// VersionOutcome says how many changed, and how many are still to do.
type VersionOutcome struct{ Moved, Left int }

// ChangeVersions brings people of the actor's training hub to another
// published version of their framework, in transactions of their own, each
// whole. It stops after most (0 for no limit): called again it goes on, also
// after it was interrupted. No decision is lost: those that the new version
// doesn't cover stay on the version that they were made on.
func (s *Service) ChangeVersions(ctx context.Context, actor authz.Actor, in VersionInput, most int) (VersionOutcome, error) {
	var out VersionOutcome
	scope := actor.Scope(authz.DecideProgramme)
	if scope.None() {
		return out, countersign.Refuse(refusalOf(actor), "Only a training hub can change the version that people are on")
	}
	if err := s.check.Check(in); err != nil {
		return out, err
	}
	if in.From == in.To {
		return out, countersign.InvalidField("to", "Select a version other than the present one")
	}
	for {
		moved := 0
		err := s.store.Write(ctx, func(tx *store.Tx) error {
			move, filter, err := s.versionMove(tx, in)
			if err != nil {
				return err
			}
			filter.Limit = moveAtOnce
			if most > 0 {
				filter.Limit = min(moveAtOnce, most-out.Moved)
			}
			people, err := tx.Move(scope, actor, move, filter)
			if err != nil || len(people) == 0 {
				return err
			}
			moved = len(people)
			ids, notices := make([]countersign.ApprenticeshipID, moved), make([]Notice, moved)
			for i, p := range people {
				ids[i], notices[i] = p.Apprenticeship, Notice{Kind: NoticeVersion, To: p.Apprentice, Apprenticeship: p.Apprenticeship, Version: in.To}
			}
			if err := store.EnqueueAll(tx, MailJob, notices); err != nil {
				return err
			}
			return tx.Audit(store.AuditEvent{
				Actor: actor.ID(), Job: actor.Job(), Role: string(countersign.LeadOfHub), Action: "framework.change_version",
				Subject: in.Framework + "@" + in.To, Detail: map[string]any{"from": in.From, "apprenticeships": ids},
			})
		})
		out.Moved += moved
		if err != nil || moved == 0 || most > 0 && out.Moved >= most {
			if err == nil {
				out.Left, err = s.leftOn(ctx, scope, in)
			}
			return out, err
		}
	}
}

func (s *Service) leftOn(ctx context.Context, scope authz.Scope, in VersionInput) (int, error) {
	left := 0
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		_, filter, err := s.versionMove(tx, in)
		if err != nil {
			return err
		}
		left, err = tx.CountOnVersion(scope, in.Framework, in.From, filter)
		return err
	})
	return left, err
}

// versionMove turns the input into what the store does.
func (s *Service) versionMove(tx *store.Tx, in VersionInput) (store.VersionMove, store.VersionFilter, error) {
	f := store.VersionFilter{Cohort: in.Cohort}
	if in.Apprenticeship != "" {
		f.Apprenticeships = []countersign.ApprenticeshipID{in.Apprenticeship}
	}
	if in.Organisation != "" {
		place, err := tx.OrganisationByCode(in.Organisation)
		if countersign.KindOf(err) == countersign.NotFound {
			return store.VersionMove{}, f, countersign.InvalidField("organisation", "There is no place with this code")
		} else if err != nil {
			return store.VersionMove{}, f, err
		}
		f.Organisation = place.ID
	}
	from, err := s.framework(tx, in.Framework, in.From)
	if countersign.KindOf(err) == countersign.NotFound {
		return store.VersionMove{}, f, countersign.InvalidField("from", "There is no such version")
	} else if err != nil {
		return store.VersionMove{}, f, err
	}
	to, err := s.published(tx, in.Framework, in.To)
	if countersign.KindOf(err) == countersign.Invalid {
		return store.VersionMove{}, f, countersign.InvalidField("to", countersign.MessageOf(err))
	} else if err != nil {
		return store.VersionMove{}, f, err
	}
	return moveOf(from, to), f, nil
}

func moveOf(from, to countersign.Framework) store.VersionMove {
	m := store.VersionMove{From: from, To: to, Counts: map[string][]string{}}
	for _, step := range framework.Diff(from, to).Steps() {
		code := step.Competency.Code
		_, before := from.Competency(code)
		switch {
		case step.Fate == framework.FateRetired:
			m.Retired = append(m.Retired, code)
		case !before:
			m.New = append(m.New, step.Competency)
		case step.Fate == framework.Recheck:
			m.Recheck = append(m.Recheck, code)
		}
		if len(step.From) > 0 {
			m.Counts[code] = step.From
		}
	}
	return m
}

// OnVersions returns how many of the actor's apprentices are on each version
// of the framework.
func (s *Service) OnVersions(ctx context.Context, actor authz.Actor, frameworkID string) (map[string]int, error) {
	var out map[string]int
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.OnVersion(actor.Scope(authz.DecideProgramme), frameworkID)
		return err
	})
	return out, err
}

// VersionUndo returns the version to which the apprenticeship can go back;
// empty when it can't, since it began on its version or something has been
// signed since.
func (s *Service) VersionUndo(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (string, error) {
	version := ""
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		v, err := w.tx.LastVersionChange(w.permit)
		if countersign.KindOf(err) == countersign.NotFound {
			return nil
		} else if err != nil {
			return err
		}
		signed, err := w.tx.SignedSince(w.permit, v)
		if err == nil && !signed {
			version = v.From
		}
		return err
	}, authz.DecideProgramme)
	return version, err
}

// UndoVersion brings an apprentice back to the version before. It is a
// Conflict once something has been signed on the present one.
func (s *Service) UndoVersion(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		v, err := w.tx.LastVersionChange(w.permit)
		if countersign.KindOf(err) == countersign.NotFound {
			return countersign.Refuse(countersign.Conflict, "There is no earlier version to go back to")
		} else if err != nil {
			return err
		}
		signed, err := w.tx.SignedSince(w.permit, v)
		if err != nil {
			return err
		}
		if signed {
			return countersign.Refuse(countersign.Conflict, "Something has been signed on version "+v.To+" already, so it stays")
		}
		if err := w.tx.MoveBack(w.permit, v); err != nil {
			return err
		}
		before, err := s.framework(w.tx, w.app.FrameworkID, v.From)
		if err != nil {
			return err
		}
		w.framework = before
		codes := make([]string, 0, len(before.Competencies()))
		for _, c := range before.Competencies() {
			codes = append(codes, c.Code)
		}
		if err := w.recount(true, codes...); err != nil {
			return err
		}
		if err := w.tx.AddChange(w.permit, countersign.Change{
			Event: countersign.ChangeVersion, From: w.app.State, To: w.app.State, On: w.tx.Today(), ByRole: countersign.LeadOfHub,
			Reason: fmt.Sprintf("%s back to %s", v.To, v.From),
		}); err != nil {
			return err
		}
		if err := w.tx.Enqueue(MailJob, Notice{Kind: NoticeVersionBack, To: w.app.Apprentice, Apprenticeship: id, Version: v.From}, time.Time{}, ""); err != nil {
			return err
		}
		return w.audit("framework.undo_version", string(id), map[string]any{"from": v.To, "to": v.From})
	}, authz.DecideProgramme)
}
