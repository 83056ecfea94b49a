package service

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// NamedOn lists the apprenticeships on which the actor is named today in one
// of the roles, whatever else they may see: a page of at most f.Limit, and the
// cursor of the next page, empty at the end.
func (s *Service) NamedOn(ctx context.Context, actor authz.Actor, roles []countersign.NamingRole, f store.ApprenticeshipFilter) ([]store.ApprenticeshipRow, string, error) {
	if actor.IsZero() {
		return nil, "", countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	}
	scope := actor.Scope(authz.ReadApprenticeship)
	scope.Own, scope.Organisations, scope.All = false, nil, false
	scope.Named = slices.DeleteFunc(scope.Named, func(r countersign.NamingRole) bool { return !slices.Contains(roles, r) })
	var rows []store.ApprenticeshipRow
	var next string
	if scope.None() {
		return nil, "", nil
	}
	if err := s.freshen(ctx, scope); err != nil {
		return nil, "", err
	}
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, next, err = tx.Apprenticeships(scope, f)
		return err
	})
	return rows, next, err
}

// OwnRecord returns the actor's own record on that framework, the newest where
// there are several. ok is false for anybody who isn't an apprentice on it.
func (s *Service) OwnRecord(ctx context.Context, actor authz.Actor, framework string) (r Record, ok bool, err error) {
	if !actor.Has(countersign.ApprenticeMember) {
		return Record{}, false, nil
	}
	scope := actor.Scope(authz.ReadApprenticeship)
	scope.Named, scope.Organisations, scope.All = nil, nil, false
	var rows []store.ApprenticeshipRow
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, _, err = tx.Apprenticeships(scope, store.ApprenticeshipFilter{Framework: framework, Limit: 200})
		return err
	})
	if err != nil || len(rows) == 0 {
		return Record{}, false, err
	}
	newest := slices.MaxFunc(rows, func(a, b store.ApprenticeshipRow) int { return a.StartOn.UTC().Compare(b.StartOn.UTC()) })
	r, err = s.Record(ctx, actor, newest.ID)
	return r, err == nil, err
}
