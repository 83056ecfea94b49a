package loadgen

import (
	"context"
	"fmt"
	"sort"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// practice is a place with what is above it.
type practice struct {
	id          countersign.OrganisationID
	code        string
	hub, region place
}

type place struct {
	id   countersign.OrganisationID
	code string
}

// regions are those of NHS England, with how many of a hundred apprentices
// they have.
var regions = []struct {
	code, name string
	weight     int
}{
	{"Y56", "London", 18}, {"Y58", "South West", 11}, {"Y59", "South East", 15}, {"Y60", "Midlands", 19},
	{"Y61", "East of England", 11}, {"Y62", "North West", 14}, {"Y63", "North East and Yorkshire", 12},
}

// most practices and hubs, as there are in England.
const (
	mostPractices = 6253
	mostHubs      = 42
)

// addPlaces makes places for so many apprenticeships if there is no practice
// yet: real ones come from countersign org import-ods.
func addPlaces(ctx context.Context, s *service.Service, st *store.Store, apprenticeships int, say func(string, ...any)) error {
	there, err := practices(ctx, st)
	if err != nil || len(there) > 0 {
		return err
	}
	count := min(max(apprenticeships/8, len(regions)), mostPractices)
	hubs := min(max(count/25, len(regions)), mostHubs)
	say("Making %d hubs and %d practices, since there are none", hubs, count)
	add := func(code, name string, kind countersign.OrganisationKind, parent string) error {
		_, err := s.AddOrganisation(ctx, s.Operator(), service.OrganisationInput{Code: code, Name: name, Kind: kind, Parent: parent})
		if err != nil {
			return fmt.Errorf("loadgen: %s: %w", code, err)
		}
		return nil
	}
	for _, r := range regions {
		if err := add(r.code, r.name, countersign.Region, "ENGLAND"); err != nil {
			return err
		}
	}
	for i := range hubs {
		if err := add(fmt.Sprintf("TH%03d", i), fmt.Sprintf("Training Hub %d", i+1), countersign.Hub, regions[i%len(regions)].code); err != nil {
			return err
		}
	}
	for i := range count {
		name := townNames[i%len(townNames)] + " " + practiceNames[i/len(townNames)%len(practiceNames)]
		if err := add(fmt.Sprintf("X%05d", i), name, countersign.Practice, fmt.Sprintf("TH%03d", i%hubs)); err != nil {
			return err
		}
	}
	return nil
}

// practices returns every open practice with what is above it, by code.
func practices(ctx context.Context, st *store.Store) ([]practice, error) {
	var out []practice
	err := st.Read(ctx, func(tx *store.Tx) error {
		all := map[countersign.OrganisationID]countersign.Organisation{}
		f := store.OrganisationFilter{Under: authz.Scope{All: true}, Limit: 200}
		for {
			rows, next, err := tx.Organisations(f)
			if err != nil {
				return err
			}
			for _, r := range rows {
				all[r.ID] = r.Organisation
			}
			if f.Cursor = next; next == "" {
				break
			}
		}
		for _, o := range all {
			if o.Kind != countersign.Practice || !o.EndedOn.IsZero() {
				continue
			}
			p := practice{id: o.ID, code: o.Code}
			for up := all[o.Parent]; up.ID != ""; up = all[up.Parent] {
				switch up.Kind {
				case countersign.Hub:
					p.hub = place{up.ID, up.Code}
				case countersign.Region:
					p.region = place{up.ID, up.Code}
				}
			}
			if p.hub.id != "" && p.region.id != "" {
				out = append(out, p)
			}
		}
		return nil
	})
	sort.Slice(out, func(i, j int) bool { return out[i].code < out[j].code })
	return out, err
}
