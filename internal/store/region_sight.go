package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// AgreeToRegion keeps whether a training hub agrees that the lead of its region
// sees its people; a version that is not the present one is a Conflict.
func (tx *Tx) AgreeToRegion(p authz.Permit, o countersign.Organisation, agrees bool) (countersign.Organisation, error) {
	places := p.Subject().Places
	if !p.Allows(authz.AgreeToRegion) || len(places) == 0 || p.Apprenticeship() != "" || places[0] != o.ID {
		return o, fmt.Errorf("store: agree to region: %w", errPermit)
	}
	n, err := tx.update("organisations", map[string]any{"people_to_region": agrees, "version": o.Version + 1}, "id = ? AND version = ?", string(o.ID), o.Version)
	if err != nil {
		return o, fmt.Errorf("store: agree to region: %w", err)
	}
	if n == 0 {
		return o, stale()
	}
	return tx.Organisation(o.ID)
}

// OpenHubs returns the training hubs beneath a place that are open, by name.
func (tx *Tx) OpenHubs(under countersign.OrganisationID) ([]countersign.Organisation, error) {
	rows, err := all[organisationRow](tx, "SELECT "+organisationColumns+` FROM organisations o
		JOIN organisation_ancestors b ON b.organisation_id = o.id AND b.ancestor_id = ?
		WHERE o.kind = 'hub' AND `+openOn+" ORDER BY o.search, o.id", string(under), tx.today())
	if err != nil {
		return nil, fmt.Errorf("store: open hubs: %w", err)
	}
	hubs := make([]countersign.Organisation, len(rows))
	for i, r := range rows {
		hubs[i] = r.toDomain()
	}
	return hubs, nil
}
