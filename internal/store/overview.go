package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// NamingsAt returns the namings on the active apprenticeships within the scope
// at a place or beneath it, which hold today or begin later, of those who still
// hold the role, by apprenticeship and oldest first. It takes one statement
// however many there are.
func (tx *Tx) NamingsAt(scope authz.Scope, place countersign.OrganisationID) (map[countersign.ApprenticeshipID][]countersign.Naming, error) {
	within, args := tx.inScope(scope)
	args = append([]any{tx.today(), tx.today(), tx.today(), string(place)}, args...)
	namings, err := tx.namings(`(n.to_on IS NULL OR n.to_on >= ?) AND `+namingHeld+` AND n.apprenticeship_id IN (
		SELECT a.id FROM apprenticeships a JOIN organisation_ancestors u ON u.organisation_id = a.practice_id
		WHERE a.state = 'active' AND u.ancestor_id = ? AND `+within+")", args...)
	if err != nil {
		return nil, fmt.Errorf("store: namings at a place: %w", err)
	}
	out := map[countersign.ApprenticeshipID][]countersign.Naming{}
	for _, n := range namings {
		out[n.Apprenticeship] = append(out[n.Apprenticeship], n)
	}
	return out, nil
}

// LapsedNamings returns the namings on the permit's apprenticeship that hold
// today by their dates, but of somebody who doesn't hold the role any more.
func (tx *Tx) LapsedNamings(p authz.Permit) ([]countersign.NamingID, error) {
	id, err := beneath(p, recordReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: lapsed namings: %w", err)
	}
	lapsed, err := all[countersign.NamingID](tx, "SELECT n.id FROM namings n WHERE n.apprenticeship_id = ? AND "+namingValid+
		" AND NOT "+namingHeld+" ORDER BY n.id", id, tx.today(), tx.today(), tx.today(), tx.today())
	if err != nil {
		return nil, fmt.Errorf("store: lapsed namings: %w", err)
	}
	return lapsed, nil
}

// Cohorts returns the cohorts of the apprenticeships within the scope, at most
// 200 of them, the last in the alphabet first: they begin with a year.
func (tx *Tx) Cohorts(scope authz.Scope) ([]string, error) {
	within, args := tx.inScope(scope)
	cohorts, err := all[string](tx, "SELECT DISTINCT a.cohort FROM apprenticeships a WHERE a.cohort <> '' AND "+within+
		" ORDER BY a.cohort DESC LIMIT 200", args...)
	if err != nil {
		return nil, fmt.Errorf("store: cohorts: %w", err)
	}
	return cohorts, nil
}

// MayBeNamedHere returns who holds the role today at the place or above it, by
// name and at most limit: those whom a naming form offers first. MayBeNamed
// says of anybody whether they may be named; it allows more.
func (tx *Tx) MayBeNamedHere(role countersign.MemberRole, place countersign.OrganisationID, limit int) ([]countersign.Person, error) {
	today := tx.today()
	rows, err := all[personRow](tx, "SELECT "+personColumns+` FROM people p WHERE p.id IN (
			SELECT m.person_id FROM memberships m
			JOIN organisation_ancestors a ON a.organisation_id = ? AND a.ancestor_id = m.organisation_id
			JOIN organisations o ON o.id = m.organisation_id AND `+openOn+`
			WHERE m.role = ? AND `+validOn+`)
		ORDER BY p.search, p.id LIMIT ?`, string(place), today, string(role), today, today, limit)
	if err != nil {
		return nil, fmt.Errorf("store: may be named here: %w", err)
	}
	people := make([]countersign.Person, len(rows))
	for i, r := range rows {
		people[i] = r.toDomain()
	}
	return people, nil
}

// RecentMemberships returns the roles within the scope that were given last,
// with whose they are, newest first.
func (tx *Tx) RecentMemberships(scope authz.Scope, limit int) ([]PersonMembership, error) {
	var c conditions
	if !scope.All {
		c.and("m.organisation_id IN (SELECT a.organisation_id FROM organisation_ancestors a WHERE a.ancestor_id IN ?)", scopeIDs(scope))
	}
	type recentRow struct {
		Membership       membershipRow `gorm:"embedded"`
		OrganisationCode string
		OrganisationName string
		OrganisationKind string
		PersonName       string
		HasPassword      bool
	}
	rows, err := all[recentRow](tx, "SELECT "+membershipColumns+`, m.created_at, o.code AS organisation_code, o.name AS organisation_name,
			o.kind AS organisation_kind, p.name AS person_name, p.password_phc <> '' AS has_password
		FROM memberships m JOIN organisations o ON o.id = m.organisation_id JOIN people p ON p.id = m.person_id`+c.where()+`
		ORDER BY m.created_at DESC, m.id DESC LIMIT ?`, append(c.args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("store: recent memberships: %w", err)
	}
	recent := make([]PersonMembership, len(rows))
	for i, r := range rows {
		recent[i] = PersonMembership{
			HeldMembership: HeldMembership{
				Membership: r.Membership.toDomain(), OrganisationCode: r.OrganisationCode,
				OrganisationName: r.OrganisationName, OrganisationKind: countersign.OrganisationKind(r.OrganisationKind),
			},
			PersonName: r.PersonName, HasPassword: r.HasPassword, AddedAt: r.Membership.CreatedAt.Time,
		}
	}
	return recent, nil
}
