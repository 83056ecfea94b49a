package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// SkillsScan is both sides' view of what the apprentice can do at the start.
type SkillsScan struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework // the version that was scanned
	Sides          map[countersign.ScanSide]countersign.SkillsScan
	Mine           countersign.ScanSide // the side that the actor fills in; empty for neither
}

// SkillsScan returns the scan for whoever may read the programme.
func (s *Service) SkillsScan(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (SkillsScan, error) {
	var out SkillsScan
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		out = SkillsScan{Apprenticeship: w.app, Mine: w.scanSide()}
		if out.Sides, err = w.tx.SkillsScan(w.permit); err != nil {
			return err
		}
		out.Framework, err = s.scanned(w, out.Sides)
		return err
	}, authz.ReadProgramme)
	return out, err
}

// scanned is the framework version of the scan: that of the side which was
// begun, or the present one.
func (s *Service) scanned(w work, sides map[countersign.ScanSide]countersign.SkillsScan) (countersign.Framework, error) {
	for _, side := range countersign.ScanSides() {
		if v := sides[side].FrameworkVersion; v != "" {
			return s.framework(w.tx, w.app.FrameworkID, v)
		}
	}
	return w.framework, nil
}

// scanSide is the side that the actor fills in.
func (w work) scanSide() countersign.ScanSide {
	switch countersign.PartyOf(w.reviewRole()) {
	case countersign.ApprenticeParty:
		return countersign.ApprenticeScan
	case countersign.EmployerParty:
		return countersign.SupervisorScan
	}
	return ""
}

// SkillsScanInput is one side: a level for each competency, by code. Finish
// says that this is all.
type SkillsScanInput struct {
	Levels map[string]string `field:"levels" privacy:"-"`
	Finish bool              `field:"finish"`
}

// SaveSkillsScan keeps the actor's side of the scan. version is that of the
// side as the actor saw it; below 0 asks for no check.
func (s *Service) SaveSkillsScan(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, version int, in SkillsScanInput) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.active(); err != nil {
			return err
		}
		sides, err := w.tx.SkillsScan(w.permit)
		if err != nil {
			return err
		}
		f, err := s.scanned(w, sides)
		if err != nil {
			return err
		}
		side := sides[w.scanSide()]
		if version >= 0 && version != side.Version {
			return refuseStale("This side of the skills scan was changed since you opened it. Look at it again")
		}
		if side, err = side.Rate(f, in.Levels, in.Finish, w.tx.Today()); err != nil {
			return err
		}
		side.FrameworkVersion = f.Version
		if err := w.tx.SaveSkillsScan(w.permit, side); err != nil {
			return err
		}
		return w.audit("skills_scan.save", string(side.Side), map[string]any{"finished": in.Finish})
	}, authz.ScanSkills)
}

// PriorLearningList is the claims on an apprenticeship.
type PriorLearningList struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Claims         []countersign.PriorLearning // oldest first
	Minutes        int                         // that accepted claims replace
	MayClaim       bool
	MayDecide      bool
	Pieces         []countersign.Evidence // that a claim of the actor can name
}

// PriorLearning returns the claims for whoever may read the programme. The
// titles of pieces are only for those who may read evidence.
func (s *Service) PriorLearning(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (PriorLearningList, error) {
	var l PriorLearningList
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) (err error) {
		sub, going := w.permit.Subject(), w.active() == nil
		l = PriorLearningList{
			Apprenticeship: w.app, Framework: w.framework,
			MayClaim: going && actor.May(authz.ClaimPriorLearning, sub), MayDecide: going && actor.May(authz.DecidePriorLearning, sub),
		}
		if l.Claims, err = w.tx.PriorLearning(w.permit); err != nil {
			return err
		}
		l.Minutes = countersign.AcceptedMinutes(l.Claims)
		if !actor.May(authz.ReadEvidence, sub) {
			for i := range l.Claims {
				l.Claims[i].Evidence, l.Claims[i].EvidenceTitle = "", ""
			}
		}
		if l.MayClaim {
			l.Pieces, err = w.priorPieces()
		}
		return err
	}, authz.ReadProgramme)
	return l, err
}

// priorPieces returns the submitted pieces that are marked as prior learning.
func (w work) priorPieces() ([]countersign.Evidence, error) {
	permit, err := w.actor.Check(authz.ReadPortfolio, w.permit.Subject())
	if err != nil {
		return nil, err
	}
	pieces, err := w.tx.PortfolioEvidence(permit)
	return slices.DeleteFunc(pieces, func(e countersign.Evidence) bool {
		return !e.PriorLearning || e.Revision == 0 || e.State == countersign.Withdrawn
	}), err
}

// PriorLearningInput claims something learnt before the apprenticeship.
type PriorLearningInput struct {
	Title        string                 `field:"title" label:"a title" validate:"filled,max=200"`
	Provider     string                 `field:"provider" label:"where it was learnt" validate:"filled,max=200" privacy:"certain"`
	On           countersign.Date       `field:"on"`
	Minutes      int                    `field:"minutes" label:"the time that it replaces" validate:"max=600000"`
	Competencies []string               `field:"competencies" label:"competencies" validate:"max=200,dive,max=40" privacy:"-"`
	Evidence     countersign.EvidenceID `field:"evidence" privacy:"-"`
}

// ClaimPriorLearning adds a claim, which the GP supervisors are told of.
func (s *Service) ClaimPriorLearning(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, in PriorLearningInput) (countersign.PriorLearningID, error) {
	var claim countersign.PriorLearningID
	err := s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.active(); err != nil {
			return err
		}
		c := countersign.PriorLearning{Title: in.Title, Provider: in.Provider, On: in.On, Minutes: in.Minutes, Competencies: in.Competencies, Evidence: in.Evidence}
		var piece *countersign.Evidence
		if in.Evidence != "" {
			pieces, err := w.priorPieces()
			if err != nil {
				return err
			}
			piece = &countersign.Evidence{} // what isn't among them can't be named
			if i := slices.IndexFunc(pieces, func(e countersign.Evidence) bool { return e.ID == in.Evidence }); i >= 0 {
				piece = &pieces[i]
			}
		}
		c, err := c.Claim(w.app, w.framework, piece)
		if err != nil {
			return err
		}
		if claim, err = w.tx.AddPriorLearning(w.permit, c); err != nil {
			return err
		}
		for _, n := range w.permit.Subject().Namings {
			if n.Role == countersign.GPSupervisor {
				if err := w.notify(NoticePriorClaimed, n.Person, "", ""); err != nil {
					return err
				}
			}
		}
		return w.audit("prior_learning.claim", string(claim), map[string]any{"minutes": c.Minutes})
	}, authz.ClaimPriorLearning)
	return claim, err
}

// PriorLearningDecision accepts or declines a claim.
type PriorLearningDecision struct {
	Decision string `field:"decision" label:"a decision" verb:"Select" validate:"required,oneof=accept decline" privacy:"-"`
	Reason   string `field:"reason" label:"a reason" validate:"max=2000"`
}

// DecidePriorLearning answers a claim. It never signs anything off: what is
// accepted lowers the hours, and its piece is judged as every other.
func (s *Service) DecidePriorLearning(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, claim countersign.PriorLearningID, version int, in PriorLearningDecision) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		if err := w.answerPriorLearning(claim, version, countersign.PriorLearningEvent(in.Decision), in.Reason, countersign.GPSupervisor); err != nil {
			return err
		}
		return w.notify(NoticePriorDecided, w.app.Apprentice, "", "")
	}, authz.DecidePriorLearning)
}

// WithdrawPriorLearning takes a claim back that nobody has decided yet.
func (s *Service) WithdrawPriorLearning(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID, claim countersign.PriorLearningID, version int) error {
	return s.change(ctx, actor, byApprenticeship(id), func(w work) error {
		return w.answerPriorLearning(claim, version, countersign.WithdrawPriorLearning, "", countersign.TheApprentice)
	}, authz.ClaimPriorLearning)
}

func (w work) answerPriorLearning(claim countersign.PriorLearningID, version int, event countersign.PriorLearningEvent, reason string, who countersign.NamingRole) error {
	if err := w.active(); err != nil {
		return err
	}
	all, err := w.tx.PriorLearning(w.permit)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c countersign.PriorLearning) bool { return c.ID == claim })
	if i < 0 {
		return errUnseen
	}
	if version != 0 && version != all[i].Version {
		return refuseStale("This claim has been decided since you opened it")
	}
	c, err := all[i].Decide(event, reason, who, w.tx.Now())
	if err != nil {
		return err
	}
	if err := w.tx.DecidePriorLearning(w.permit, c); err != nil {
		return err
	}
	return w.audit("prior_learning."+string(event), string(claim), map[string]any{"minutes": c.Minutes})
}
