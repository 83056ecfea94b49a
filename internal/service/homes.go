package service

import (
	"context"
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
)

// How many rows the homes of managers and leads show before a link leads on.
const (
	homePracticeRows = 50
	homeHubRows      = 10
	homeRecentRows   = 10
)

// PracticeHome is what a practice manager needs to know of one practice.
type PracticeHome struct {
	Practice    countersign.Organisation
	Apprentices []ApprenticeshipRow // those that have not ended, by name
	More        bool                // there are more apprentices than these
	// Namings are those that hold today or begin later, by apprenticeship.
	Namings map[countersign.ApprenticeshipID][]countersign.Naming
}

// PracticeHomes returns the practices that the actor manages, by name; none
// for anybody else.
func (s *Service) PracticeHomes(ctx context.Context, actor authz.Actor) ([]PracticeHome, error) {
	places := actor.At(countersign.PracticeManager)
	if len(places) == 0 {
		return nil, nil
	}
	scope := authz.Scope{Person: actor.ID(), Organisations: places}
	if err := s.freshen(ctx, scope); err != nil {
		return nil, err
	}
	var homes []PracticeHome
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		homes = nil
		for _, id := range places {
			home := PracticeHome{}
			var err error
			if home.Practice, err = tx.Organisation(id); err != nil {
				return err
			}
			var next string
			if home.Apprentices, next, err = tx.Apprenticeships(scope, store.ApprenticeshipFilter{
				Going: true, Organisation: home.Practice.Code, Limit: homePracticeRows,
			}); err != nil {
				return err
			}
			home.More = next != ""
			if home.Namings, err = tx.NamingsAt(scope, id); err != nil {
				return err
			}
			homes = append(homes, home)
		}
		slices.SortStableFunc(homes, func(a, b PracticeHome) int { return compareText(a.Practice.Name, b.Practice.Name) })
		return nil
	})
	return homes, err
}

// HubHome is what a hub lead needs to know of one training hub.
type HubHome struct {
	Hub            countersign.Organisation
	Total          SumRow
	Longest        []ApprenticeshipRow // active ones, the longest wait for a mentor first
	More           bool                // there are more active apprentices than these
	Unmentored     []ApprenticeshipRow // nobody is named as GP supervisor or as secondary mentor today
	MoreUnmentored bool
	Measures       int       // that practices reported and nobody has checked
	MeasuresSince  time.Time // of the one that has waited longest
}

// HubHomes returns the hubs that the actor leads, by name; none for anybody
// else.
func (s *Service) HubHomes(ctx context.Context, actor authz.Actor) ([]HubHome, error) {
	places := actor.At(countersign.HubLead)
	if len(places) == 0 {
		return nil, nil
	}
	scope := authz.Scope{Person: actor.ID(), Organisations: places}
	if err := s.freshen(ctx, scope); err != nil {
		return nil, err
	}
	var homes []HubHome
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		homes = nil
		for _, id := range places {
			hub, err := tx.Organisation(id)
			if err != nil {
				return err
			}
			home := HubHome{Hub: hub}
			if home.Total, err = total(tx, scope, hub); err != nil {
				return err
			}
			var next string
			if home.Longest, next, err = tx.Apprenticeships(scope, store.ApprenticeshipFilter{
				Flag: "active", Organisation: hub.Code, Sort: "oldest_waiting", Limit: homeHubRows,
			}); err != nil {
				return err
			}
			home.More = next != ""
			if home.Unmentored, next, err = tx.Apprenticeships(scope, store.ApprenticeshipFilter{
				Unmentored: true, Organisation: hub.Code, Limit: homeHubRows,
			}); err != nil {
				return err
			}
			home.MoreUnmentored = next != ""
			if home.Measures, home.MeasuresSince, err = tx.UncheckedImpacts(scope, hub.ID); err != nil {
				return err
			}
			homes = append(homes, home)
		}
		slices.SortStableFunc(homes, func(a, b HubHome) int { return compareText(a.Hub.Name, b.Hub.Name) })
		return nil
	})
	return homes, err
}

// total is the sum over a place. Apprentices are at practices, so that of any
// other place is what is beneath it.
func total(tx *store.Tx, scope authz.Scope, place countersign.Organisation) (SumRow, error) {
	sum := SumRow{Organisation: place}
	under := place.ID
	if place.Kind == countersign.Practice {
		under = place.Parent
	}
	rows, err := tx.Sums(scope, under)
	for _, r := range rows {
		if place.Kind == countersign.Practice && r.Organisation.ID != place.ID {
			continue
		}
		sum.Apprenticeships += r.Apprenticeships
		sum.Active += r.Active
		sum.Completed += r.Completed
		sum.Withdrawn += r.Withdrawn
		sum.Overdue += r.Overdue
		sum.SignedOff += r.SignedOff
		sum.InScope += r.InScope
		sum.Waiting += r.Waiting
		if !r.OldestWaiting.IsZero() && (sum.OldestWaiting.IsZero() || r.OldestWaiting.Before(sum.OldestWaiting)) {
			sum.OldestWaiting = r.OldestWaiting
		}
	}
	return sum, err
}

// visibleAbove returns the places above one at which the actor may do the
// action, from the top down.
func visibleAbove(tx *store.Tx, actor authz.Actor, action authz.Action, id countersign.OrganisationID) ([]countersign.Organisation, error) {
	places, err := tx.Places(id)
	if err != nil {
		return nil, err
	}
	ids := make([]countersign.OrganisationID, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	var above []countersign.Organisation
	for i := len(places) - 1; i > 0; i-- {
		if actor.May(action, authz.Subject{Places: ids[i:]}) {
			above = append(above, places[i])
		}
	}
	return above, nil
}

// Cohorts returns the cohorts among the apprenticeships that the actor may
// see.
func (s *Service) Cohorts(ctx context.Context, actor authz.Actor) ([]string, error) {
	var cohorts []string
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		cohorts, err = tx.Cohorts(actor.Scope(authz.ReadApprenticeship))
		return err
	})
	return cohorts, err
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
