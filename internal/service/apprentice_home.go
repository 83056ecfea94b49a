package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// ApprenticeHome is an apprentice's own record with what it waits for.
type ApprenticeHome struct {
	Record
	Open     []countersign.Evidence // drafts, returned and submitted pieces, newest first, without long texts
	Recorded []countersign.Evidence // recorded for the apprentice, who hasn't confirmed having read them
	// Comments holds the last review of each returned piece.
	Comments map[countersign.EvidenceID]countersign.Review
}

// openPieces is how many pieces under way a home holds at most.
const openPieces = 100

// ApprenticeHome returns the actor's own apprenticeships that go on, usually
// one; none for anybody who isn't an apprentice.
func (s *Service) ApprenticeHome(ctx context.Context, actor authz.Actor) ([]ApprenticeHome, error) {
	scope := authz.Scope{Person: actor.ID(), Own: actor.ID() != ""}
	if scope.None() {
		return nil, nil
	}
	if err := s.freshen(ctx, scope); err != nil {
		return nil, err
	}
	var own []store.ApprenticeshipRow
	if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		own, _, err = tx.Apprenticeships(scope, store.ApprenticeshipFilter{Going: true})
		return err
	}); err != nil {
		return nil, err
	}
	var homes []ApprenticeHome
	for _, row := range own {
		var home ApprenticeHome
		err := s.read(ctx, actor, byApprenticeship(row.ID), func(w work) (err error) {
			home, err = w.home()
			return err
		}, authz.ReadEvidence)
		if err != nil {
			return nil, err
		}
		homes = append(homes, home)
	}
	return homes, nil
}

// EndedApprenticeship is one that has ended, with its framework.
type EndedApprenticeship struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
}

// EndedApprenticeships returns the actor's own that have ended, but for
// applications that came to nothing.
func (s *Service) EndedApprenticeships(ctx context.Context, actor authz.Actor) ([]EndedApprenticeship, error) {
	scope := authz.Scope{Person: actor.ID(), Own: actor.ID() != ""}
	if scope.None() {
		return nil, nil
	}
	var ended []EndedApprenticeship
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		ended = nil
		own, _, err := tx.Apprenticeships(scope, store.ApprenticeshipFilter{})
		if err != nil {
			return err
		}
		for _, row := range own {
			if row.State != countersign.CompletedProgramme && row.State != countersign.WithdrawnFromProgramme {
				continue
			}
			f, err := s.framework(tx, row.FrameworkID, row.FrameworkVersion)
			if err != nil {
				return err
			}
			ended = append(ended, EndedApprenticeship{row.Apprenticeship, f})
		}
		return nil
	})
	return ended, err
}

func (w work) home() (ApprenticeHome, error) {
	as, err := w.tx.Attainments(w.permit, w.framework)
	if err != nil {
		return ApprenticeHome{}, err
	}
	home := ApprenticeHome{Record: w.record(as), Comments: map[countersign.EvidenceID]countersign.Review{}}
	seen := map[countersign.EvidenceID]bool{}
	for _, a := range as {
		for _, e := range a.Pieces {
			if !seen[e.ID] && e.RecordedBy != "" && e.State == countersign.Accepted && e.ReadAt.IsZero() {
				seen[e.ID] = true
				home.Recorded = append(home.Recorded, e)
			}
		}
	}
	if home.Open, _, err = w.tx.EvidenceList(w.permit, store.EvidenceFilter{
		States: []countersign.EvidenceState{countersign.Draft, countersign.Returned, countersign.Submitted}, Drafts: true, Limit: openPieces,
	}); err != nil {
		return home, err
	}
	var returned []countersign.EvidenceID
	for _, e := range home.Open {
		if e.State == countersign.Returned {
			returned = append(returned, e.ID)
		}
	}
	if len(returned) == 0 {
		return home, nil
	}
	reviews, err := w.tx.Reviews(w.permit, returned...)
	for id, all := range reviews {
		home.Comments[id] = all[len(all)-1]
	}
	return home, err
}
