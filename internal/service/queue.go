package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// QueueFilter narrows a queue down; the zero filter asks for everything.
type QueueFilter struct {
	Apprenticeship countersign.ApprenticeshipID
	Types          []countersign.WaitingType
	Limit          int // 0 means 200
}

// impossible reports whether nothing can match: an identifier or a type that
// there isn't.
func (f QueueFilter) impossible() bool {
	return f.Apprenticeship != "" && !countersign.ValidID(string(f.Apprenticeship)) ||
		slices.ContainsFunc(f.Types, func(t countersign.WaitingType) bool { return !slices.Contains(waitingTypes, t) })
}

var waitingTypes = []countersign.WaitingType{
	countersign.WaitReview, countersign.WaitSignOff, countersign.WaitCountersign, countersign.WaitRenewal, countersign.WaitConfirm, countersign.WaitScope,
}

// Queue returns what waits for the actor over all apprentices, oldest first:
// pieces they may review, competencies they may sign or countersign,
// renewals, decisions to confirm and scopes to agree.
func (s *Service) Queue(ctx context.Context, actor authz.Actor, f QueueFilter) ([]countersign.QueueItem, error) {
	if actor.IsZero() {
		return nil, countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	}
	if f.impossible() {
		return nil, nil
	}
	scope := actor.Scope(authz.ReviewEvidence)
	if err := s.freshen(ctx, scope); err != nil {
		return nil, err
	}
	var items []countersign.QueueItem
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		items, err = s.queue(tx, scope, f)
		return err
	})
	return items, err
}

// queue reads pages of candidates until enough of them are the person's to
// act on: which those are depends on domains and on who judged before.
func (s *Service) queue(tx *store.Tx, scope authz.Scope, f QueueFilter) ([]countersign.QueueItem, error) {
	if scope.None() {
		return nil, nil
	}
	if f.Limit == 0 {
		f.Limit = 200
	}
	capacities, err := tx.Capacities(scope)
	if err != nil {
		return nil, err
	}
	var mine []countersign.QueueItem
	const page = 500
	for offset := 0; ; offset += page {
		candidates, err := tx.Queue(scope, store.QueueFilter{Apprenticeship: f.Apprenticeship, Types: f.Types, Limit: page, Offset: offset})
		if err != nil {
			return nil, err
		}
		for _, item := range candidates {
			fw, err := s.framework(tx, item.FrameworkID, item.FrameworkVersion)
			if err != nil {
				return nil, err
			}
			if item.ActionableBy(fw, scope.Person, capacities[item.Apprenticeship]) {
				if mine = append(mine, item); len(mine) == f.Limit {
					return mine, s.foresee(tx, scope, mine, capacities)
				}
			}
		}
		if len(candidates) < page {
			return mine, s.foresee(tx, scope, mine, capacities)
		}
	}
}

// foresee fills in what a decision would lead to: whose countersignature it
// would still need, and what there is to countersign (RULES S3, S4).
func (s *Service) foresee(tx *store.Tx, scope authz.Scope, items []countersign.QueueItem, capacities map[countersign.ApprenticeshipID]countersign.Capacities) error {
	facts, err := tx.QueueFacts(scope, items)
	if err != nil {
		return err
	}
	for i := range items {
		item := &items[i]
		if item.Competency == "" {
			continue
		}
		fw, err := s.framework(tx, item.FrameworkID, item.FrameworkVersion)
		if err != nil {
			return err
		}
		known := facts[store.QueueKey{Apprenticeship: item.Apprenticeship, Competency: item.Competency}]
		a := countersign.Attainment{
			Apprenticeship: item.Apprenticeship, Apprentice: item.Apprentice, Scope: countersign.ScopeIn,
			Pieces: known.Pieces, Decisions: known.Decisions, Today: tx.Today(),
		}
		a.Competency, _ = fw.Competency(item.Competency)
		if open := a.Open(); open != nil {
			item.OpenLevel, item.OpenAssessorName = open.Level, open.AssessorName
		}
		item.WouldAwait = a.AwaitsOf(fw, scope.Person, capacities[item.Apprenticeship])
	}
	return nil
}
