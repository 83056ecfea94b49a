package store

import (
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// organisationRow is a row of organisations.
type organisationRow struct {
	ID       string
	Code     string
	Name     string
	Search   string
	Kind     string
	ParentID dbRef
	EndedOn  dbDate
	// PeopleToRegion is of a training hub alone.
	PeopleToRegion bool
	Version        int
	CreatedAt      dbTime
}

// TableName implements GORM's Tabler.
func (organisationRow) TableName() string { return "organisations" }

const organisationColumns = "o.id, o.code, o.name, o.kind, o.parent_id, o.ended_on, o.people_to_region, o.version"

func (r organisationRow) toDomain() countersign.Organisation {
	return countersign.Organisation{
		ID: countersign.OrganisationID(r.ID), Code: r.Code, Name: r.Name, Kind: countersign.OrganisationKind(r.Kind),
		Parent: countersign.OrganisationID(r.ParentID), EndedOn: r.EndedOn.Date, PeopleToRegion: r.PeopleToRegion, Version: r.Version,
	}
}

// openOn is the condition that organisation o is open on a day, its last one
// included. It takes the day once.
const openOn = "(o.ended_on IS NULL OR o.ended_on >= ?)"

// AddOrganisation stores a place directly beneath o.Parent, with everything
// above it. A code that is taken is a Conflict about "code". The identifier
// is made here unless o has one.
func (tx *Tx) AddOrganisation(o countersign.Organisation) (countersign.Organisation, error) {
	if o.ID == "" {
		o.ID = countersign.OrganisationID(tx.NewID())
	}
	o.Version = 1
	err := tx.insert(&organisationRow{
		ID: string(o.ID), Code: o.Code, Name: o.Name, Search: fold(o.Name, o.Code), Kind: string(o.Kind),
		ParentID: dbRef(o.Parent), EndedOn: dbDate{o.EndedOn}, Version: o.Version, CreatedAt: dbTime{tx.Now()},
	})
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return o, taken("code", "There is an organisation with this code already")
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return o, countersign.InvalidField("parent", "The organisation above does not exist")
	case err != nil:
		return o, fmt.Errorf("store: add organisation: %w", err)
	}
	_, err = tx.exec(`INSERT INTO organisation_ancestors (organisation_id, ancestor_id, depth)
		SELECT o.id, a.ancestor_id, a.depth + 1
		FROM organisations o JOIN organisation_ancestors a ON a.organisation_id = o.parent_id WHERE o.id = ?
		UNION ALL SELECT o.id, o.id, 0 FROM organisations o WHERE o.id = ?`, string(o.ID), string(o.ID))
	if err != nil {
		return o, fmt.Errorf("store: add organisation: place it: %w", err)
	}
	return o, nil
}

// ChangeOrganisation stores the name and the last day of a place; a version
// that is not the present one is a Conflict.
func (tx *Tx) ChangeOrganisation(o countersign.Organisation, version int) (countersign.Organisation, error) {
	was, err := tx.Organisation(o.ID) // its code is part of what is searched
	if err != nil {
		return o, err
	}
	n, err := tx.update("organisations", map[string]any{
		"name": o.Name, "search": fold(o.Name, was.Code), "ended_on": dbDate{o.EndedOn}, "version": version + 1,
	}, "id = ? AND version = ?", string(o.ID), version)
	if err != nil {
		return o, fmt.Errorf("store: change organisation: %w", err)
	}
	if n == 0 {
		return o, stale()
	}
	if o.EndedOn != was.EndedOn { // nobody holds a role at a place that is closed
		if err := tx.noteMentors("SELECT m.person_id FROM memberships m WHERE m.organisation_id = ?", string(o.ID)); err != nil {
			return o, err
		}
	}
	return tx.Organisation(o.ID)
}

// Organisation returns one place.
func (tx *Tx) Organisation(id countersign.OrganisationID) (countersign.Organisation, error) {
	if !countersign.ValidID(string(id)) {
		return countersign.Organisation{}, notFound()
	}
	row, err := one[organisationRow](tx, "SELECT "+organisationColumns+" FROM organisations o WHERE o.id = ?", string(id))
	if err != nil {
		return countersign.Organisation{}, fmt.Errorf("store: organisation: %w", err)
	}
	return row.toDomain(), nil
}

// OrganisationByCode returns the place with that code, as it is written.
func (tx *Tx) OrganisationByCode(code string) (countersign.Organisation, error) {
	if !storable(code) {
		return countersign.Organisation{}, notFound()
	}
	row, err := one[organisationRow](tx, "SELECT "+organisationColumns+" FROM organisations o WHERE o.code = ?", code)
	if err != nil {
		return countersign.Organisation{}, fmt.Errorf("store: organisation by code: %w", err)
	}
	return row.toDomain(), nil
}

// OrganisationFilter says which organisations to list. Empty parts ask for
// nothing; the scope always holds.
type OrganisationFilter struct {
	Kind   countersign.OrganisationKind
	Parent string      // code; those directly beneath it
	Query  string      // part of the name or the code
	Under  authz.Scope // those at or beneath its organisations
	Cursor string
	Limit  int // 0: 50; at most 200
}

// OrganisationRow is an organisation in a list.
type OrganisationRow struct {
	countersign.Organisation
	ParentCode string // empty at the top
}

// Organisations lists places by name, closed ones too, and returns the cursor
// of the next page; empty at the end.
func (tx *Tx) Organisations(f OrganisationFilter) ([]OrganisationRow, string, error) {
	if !storable(f.Parent) || !storable(string(f.Kind)) {
		return nil, "", nil
	}
	var c conditions
	if !f.Under.All {
		c.and("o.id IN (SELECT a.organisation_id FROM organisation_ancestors a WHERE a.ancestor_id IN ?)", scopeIDs(f.Under))
	}
	if f.Kind != "" {
		c.and("o.kind = ?", string(f.Kind))
	}
	if f.Parent != "" {
		c.and("u.code = ?", f.Parent)
	}
	if strings.TrimSpace(f.Query) != "" {
		c.and(`o.search LIKE ? ESCAPE '\'`, containing(f.Query))
	}
	if f.Cursor != "" {
		if !countersign.ValidID(f.Cursor) {
			return nil, "", badCursor()
		}
		c.and("(o.search, o.id) > (SELECT l.search, l.id FROM organisations l WHERE l.id = ?)", f.Cursor)
	}
	limit := pageSize(f.Limit)
	type listRow struct {
		Organisation organisationRow `gorm:"embedded"`
		ParentCode   string
	}
	rows, err := all[listRow](tx, "SELECT "+organisationColumns+", COALESCE(u.code, '') AS parent_code"+
		" FROM organisations o LEFT JOIN organisations u ON u.id = o.parent_id"+c.where()+
		" ORDER BY o.search, o.id LIMIT ?", append(c.args, limit+1)...)
	if err != nil {
		return nil, "", fmt.Errorf("store: organisations: %w", err)
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Organisation.ID
	}
	list := make([]OrganisationRow, len(rows))
	for i, r := range rows {
		list[i] = OrganisationRow{Organisation: r.Organisation.toDomain(), ParentCode: r.ParentCode}
	}
	return list, next, nil
}

// PlaceSubject returns a place as the subject of an action: it and everything
// above it, nearest first.
func (tx *Tx) PlaceSubject(id countersign.OrganisationID) (authz.Subject, error) {
	places, err := tx.Places(id)
	if err != nil {
		return authz.Subject{}, err
	}
	var s authz.Subject
	for _, p := range places {
		s.Places = append(s.Places, p.ID)
	}
	return s, nil
}

// Places returns a place and everything above it, nearest first.
func (tx *Tx) Places(id countersign.OrganisationID) ([]countersign.Organisation, error) {
	return tx.PlacesOn(id, countersign.Date{})
}

// scopeIDs returns the organisations of a scope as query parameters.
func scopeIDs(s authz.Scope) []string {
	ids := make([]string, len(s.Organisations))
	for i, id := range s.Organisations {
		ids[i] = string(id)
	}
	return ids
}
