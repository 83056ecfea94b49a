package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// Paces returns by which rules frameworks say that somebody is on track,
// slipping or stuck. A framework is public.
func (s *Service) Paces(ctx context.Context) ([]countersign.StatedPace, error) {
	var stated []countersign.StatedPace
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		stated, err = s.paces(tx, "")
		return err
	})
	return stated, err
}

// paces are the rules of all versions of a framework; of every one for an
// empty identifier.
func (s *Service) paces(tx *store.Tx, id string) ([]countersign.StatedPace, error) {
	rows, err := tx.FrameworkRows()
	if err != nil {
		return nil, err
	}
	var all []countersign.Framework
	for _, r := range rows {
		if id != "" && r.ID != id {
			continue
		}
		f, err := s.framework(tx, r.ID, r.Version)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return countersign.StatePace(all), nil
}

// GettingOn is how an apprentice gets on today, and by which rule. The flag is
// empty for somebody who isn't learning.
type GettingOn struct {
	Flag countersign.Flag
	Why  []countersign.PaceReason
	Rule countersign.PaceRule
}

// GettingOn returns it for everybody who may see the progress.
func (s *Service) GettingOn(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (GettingOn, error) {
	var g GettingOn
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		facts, err := w.tx.TallyFacts([]countersign.ApprenticeshipID{id})
		if err != nil {
			return err
		}
		g = GettingOn{Rule: w.framework.Pace}
		for _, f := range facts {
			f.Programme = w.framework.Programme
			g.Flag, g.Why = f.GetsOn()
		}
		return nil
	}, authz.ReadApprenticeship)
	return g, err
}

// addReasons fills in why those of a list are slipping or stuck.
func (s *Service) addReasons(tx *store.Tx, rows []store.ApprenticeshipRow) error {
	at, ids := map[countersign.ApprenticeshipID]*store.ApprenticeshipRow{}, []countersign.ApprenticeshipID(nil)
	for i, r := range rows {
		if r.Flag == countersign.Slipping || r.Flag == countersign.Stuck {
			at[r.ID], ids = &rows[i], append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	facts, err := tx.TallyFacts(ids)
	if err != nil {
		return err
	}
	for _, f := range facts {
		framework, err := s.framework(tx, f.FrameworkID, f.FrameworkVersion)
		if err != nil {
			return err
		}
		f.Programme = framework.Programme
		_, at[f.ID].Why = f.GetsOn()
	}
	return nil
}
