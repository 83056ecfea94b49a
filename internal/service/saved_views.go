package service

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// SavedViewInput is a view of the list of apprentices to keep.
type SavedViewInput struct {
	Name  string `field:"name" label:"a name for the view" validate:"filled,max=80" privacy:"certain"`
	Query string `field:"query" label:"what the list shows" validate:"max=1000" privacy:"-"`
}

// viewKeys are what a view can hold: all that the list's address can, but the
// page that is shown.
var viewKeys = []string{"q", "state", "flag", "sort", "organisation", "framework", "cohort", "overdue", "unmentored", "columns"}

// SavedViews returns the actor's own saved views, by name.
func (s *Service) SavedViews(ctx context.Context, actor authz.Actor) ([]countersign.SavedView, error) {
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
		return nil, err
	}
	var views []countersign.SavedView
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		views, err = tx.SavedViews(actor.ID())
		return err
	})
	return views, err
}

// SaveView keeps a view of the actor's. One of the same name is replaced.
func (s *Service) SaveView(ctx context.Context, actor authz.Actor, in SavedViewInput) (countersign.SavedView, error) {
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
		return countersign.SavedView{}, err
	}
	var v countersign.SavedView
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if err := s.check.Check(in); err != nil {
			return err
		}
		query, err := canonicalView(in.Query)
		if err != nil {
			return err
		}
		v = countersign.SavedView{Name: strings.TrimSpace(in.Name), Query: query}
		kept, err := tx.SavedViews(actor.ID())
		if err != nil {
			return err
		}
		if len(kept) >= countersign.MaxSavedViews && !slices.ContainsFunc(kept, func(k countersign.SavedView) bool { return k.Name == v.Name }) {
			return countersign.Refuse(countersign.Conflict, "You have 50 saved views. Remove one of them first")
		}
		v, err = tx.SaveView(actor.ID(), v)
		return err
	})
	return v, err
}

// canonicalView returns the query with its parts in order and nothing else in
// it.
func canonicalView(query string) (string, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", countersign.InvalidField("query", "This is no query of the list's address")
	}
	for key, given := range values {
		if !slices.Contains(viewKeys, key) {
			return "", countersign.InvalidField("query", "A view cannot hold "+key)
		}
		if given = slices.DeleteFunc(given, func(v string) bool { return v == "" }); len(given) == 0 {
			delete(values, key)
		} else {
			values[key] = given
		}
	}
	return values.Encode(), nil
}

// RemoveView removes a view of the actor's.
func (s *Service) RemoveView(ctx context.Context, actor authz.Actor, id countersign.SavedViewID) error {
	if _, err := actor.Check(authz.OwnAccount, authz.Subject{Person: actor.ID()}); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.RemoveView(actor.ID(), id) })
}
