package store

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"countersign/internal/countersign"
)

// membershipRow is a row of memberships.
type membershipRow struct {
	ID             string
	PersonID       string
	OrganisationID string
	Role           string
	FromOn         dbDate
	ToOn           dbDate
	CreatedAt      dbTime
}

// TableName implements GORM's Tabler.
func (membershipRow) TableName() string { return "memberships" }

const membershipColumns = "m.id, m.person_id, m.organisation_id, m.role, m.from_on, m.to_on"

// validOn is the condition that membership m holds on a day. It takes the day
// twice.
const validOn = "m.from_on <= ? AND (m.to_on IS NULL OR m.to_on >= ?)"

func (r membershipRow) toDomain() countersign.Membership {
	return countersign.Membership{
		ID: countersign.MembershipID(r.ID), Person: countersign.PersonID(r.PersonID),
		Organisation: countersign.OrganisationID(r.OrganisationID), Role: countersign.MemberRole(r.Role),
		From: r.FromOn.Date, To: r.ToOn.Date,
	}
}

// HeldMembership is a membership with the place it is held at.
type HeldMembership struct {
	countersign.Membership
	OrganisationCode string
	OrganisationName string
	OrganisationKind countersign.OrganisationKind
}

// PersonMembership is a membership in a list of several people's.
type PersonMembership struct {
	HeldMembership
	PersonName  string
	HasPassword bool
	AddedAt     time.Time
}

// AddMembership stores a membership. A second open-ended one of the same role
// at the same place is a Conflict about "role".
func (tx *Tx) AddMembership(m countersign.Membership) (countersign.Membership, error) {
	if m.ID == "" {
		m.ID = countersign.MembershipID(tx.NewID())
	}
	err := tx.insert(&membershipRow{
		ID: string(m.ID), PersonID: string(m.Person), OrganisationID: string(m.Organisation), Role: string(m.Role),
		FromOn: dbDate{m.From}, ToOn: dbDate{m.To}, CreatedAt: dbTime{tx.Now()},
	})
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return m, taken("role", "This person holds this role here already")
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return m, notFound()
	case err != nil:
		return m, fmt.Errorf("store: add membership: %w", err)
	}
	return m, tx.noteMentors("?", string(m.Person))
}

// noteMentors notes a change to everybody whom the people of an SQL expression
// of one parameter mentor: who has lost the role that it needs is none any more.
func (tx *Tx) noteMentors(people, parameter string) error {
	_, err := tx.queueFor("SELECT n.apprenticeship_id FROM namings n WHERE n.person_id IN ("+people+") AND n.role IN ('gp_supervisor', 'secondary_mentor')", parameter)
	if err != nil {
		return fmt.Errorf("store: note mentors: %w", err)
	}
	return nil
}

// EndMembership sets the last day of a membership as it was read: when
// somebody else has set another meanwhile, it is ErrStale. An end can be
// brought forward, even before the beginning, which says that it never held;
// it can't be put off: that is a Conflict, as time without the role may have
// passed.
func (tx *Tx) EndMembership(m countersign.Membership, to countersign.Date) error {
	if to.IsZero() {
		return countersign.InvalidField("to", "Enter the last day")
	}
	if !m.To.IsZero() && to.After(m.To) {
		return countersign.Refuse(countersign.Conflict, "This role ended on "+m.To.Long()+". Add it again instead")
	}
	same, args := "to_on IS NULL", []any{string(m.ID)}
	if !m.To.IsZero() {
		same, args = "to_on = ?", append(args, dbDate{m.To})
	}
	n, err := tx.update("memberships", map[string]any{"to_on": dbDate{to}}, "id = ? AND "+same, args...)
	if err != nil {
		return fmt.Errorf("store: end membership: %w", err)
	}
	if n == 0 {
		return stale()
	}
	return tx.noteMentors("?", string(m.Person))
}

// Membership returns one membership.
func (tx *Tx) Membership(id countersign.MembershipID) (countersign.Membership, error) {
	if !countersign.ValidID(string(id)) {
		return countersign.Membership{}, notFound()
	}
	row, err := one[membershipRow](tx, "SELECT "+membershipColumns+" FROM memberships m WHERE m.id = ?", string(id))
	if err != nil {
		return countersign.Membership{}, fmt.Errorf("store: membership: %w", err)
	}
	return row.toDomain(), nil
}

// Memberships returns all memberships of a person, past and future ones too,
// oldest first.
func (tx *Tx) Memberships(person countersign.PersonID) ([]HeldMembership, error) {
	var c conditions
	c.and("m.person_id = ?", string(person))
	held, err := tx.heldMemberships(c)
	if err != nil {
		return nil, fmt.Errorf("store: memberships: %w", err)
	}
	return held, nil
}

// heldMemberships returns the memberships m, at organisations o, that satisfy
// the conditions, oldest first.
func (tx *Tx) heldMemberships(c conditions) ([]HeldMembership, error) {
	type heldRow struct {
		Membership       membershipRow `gorm:"embedded"`
		OrganisationCode string
		OrganisationName string
		OrganisationKind string
	}
	rows, err := all[heldRow](tx, "SELECT "+membershipColumns+`,
		o.code AS organisation_code, o.name AS organisation_name, o.kind AS organisation_kind
		FROM memberships m JOIN organisations o ON o.id = m.organisation_id`+c.where()+" ORDER BY m.from_on, m.id", c.args...)
	if err != nil {
		return nil, err
	}
	held := make([]HeldMembership, len(rows))
	for i, r := range rows {
		held[i] = HeldMembership{
			Membership: r.Membership.toDomain(), OrganisationCode: r.OrganisationCode,
			OrganisationName: r.OrganisationName, OrganisationKind: countersign.OrganisationKind(r.OrganisationKind),
		}
	}
	return held, nil
}

// shared are the roles that somebody may be named in at any place of the hub
// they hold the role in.
var shared = []string{
	string(countersign.GPSupervisorMember), string(countersign.SecondaryMentorMember), string(countersign.AssessorMember),
}

// MayBeNamed reports whether a person may be named in a role at a place: they
// hold it today at the place or above it or, as a GP supervisor, secondary
// mentor or assessor, anywhere in the place's hub.
func (tx *Tx) MayBeNamed(p countersign.PersonID, role countersign.MemberRole, place countersign.OrganisationID) (bool, error) {
	today := tx.today()
	ok, err := one[bool](tx, `SELECT EXISTS (SELECT 1 FROM memberships m JOIN organisations o ON o.id = m.organisation_id AND `+openOn+`
		WHERE m.person_id = ? AND m.role = ? AND `+validOn+` AND (
			EXISTS (SELECT 1 FROM organisation_ancestors a WHERE a.organisation_id = ? AND a.ancestor_id = m.organisation_id)
			OR (m.role IN ? AND EXISTS (
				SELECT 1 FROM organisation_ancestors a
				JOIN organisations h ON h.id = a.ancestor_id AND h.kind = ?
				JOIN organisation_ancestors b ON b.ancestor_id = h.id
				WHERE a.organisation_id = ? AND b.organisation_id = m.organisation_id))))`,
		today, string(p), string(role), today, today, string(place), shared, string(countersign.Hub), string(place))
	if err != nil {
		return false, fmt.Errorf("store: may be named: %w", err)
	}
	return ok, nil
}
