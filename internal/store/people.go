package store

import (
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// personRow is a row of people. The password's hash is not part of it: it is
// written by SetPassword and read by Credentials and PasswordOf alone.
type personRow struct {
	ID           string
	Name         string
	Email        string
	Search       string
	Registration string
	DailyDigest  bool
	PasswordPHC  string `gorm:"column:password_phc;<-:create"`
	HasPassword  bool   `gorm:"->"`
	Origin       string `gorm:"->"`
	Version      int
	CreatedAt    dbTime
}

// TableName implements GORM's Tabler.
func (personRow) TableName() string { return "people" }

const personColumns = "p.id, p.name, p.email, p.registration, p.daily_digest, p.password_phc <> '' AS has_password, p.origin, p.version, p.created_at"

func (r personRow) toDomain() countersign.Person {
	return countersign.Person{
		ID: countersign.PersonID(r.ID), Name: r.Name, Email: r.Email, Registration: r.Registration,
		DailyDigest: r.DailyDigest, HasPassword: r.HasPassword, Origin: r.Origin, Version: r.Version, CreatedAt: r.CreatedAt.Time,
	}
}

// lowerEmail returns an e-mail address as it is stored and compared.
func lowerEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// errEmailTaken is what a second person with an e-mail address gets.
func errEmailTaken() error {
	return taken("email", "There is a person with this email address already")
}

// AddPerson stores a person without a password. An e-mail address that is
// taken is a Conflict about "email". The identifier is made here unless p has
// one.
func (tx *Tx) AddPerson(p countersign.Person) (countersign.Person, error) {
	if p.ID == "" {
		p.ID = countersign.PersonID(tx.NewID())
	}
	p.Email = lowerEmail(p.Email)
	p.HasPassword, p.Version, p.CreatedAt = false, 1, tx.Now()
	err := tx.insert(&personRow{
		ID: string(p.ID), Name: p.Name, Email: p.Email, Search: fold(p.Name, p.Email), Registration: p.Registration,
		DailyDigest: p.DailyDigest, Version: p.Version, CreatedAt: dbTime{p.CreatedAt},
	})
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return p, errEmailTaken()
	case err != nil:
		return p, fmt.Errorf("store: add person: %w", err)
	}
	return p, nil
}

// ChangePerson stores name, e-mail, registration and digest; a version that is
// not the present one is a Conflict, and so is an e-mail address that is taken.
func (tx *Tx) ChangePerson(p countersign.Person, version int) (countersign.Person, error) {
	email := lowerEmail(p.Email)
	n, err := tx.update("people", map[string]any{
		"name": p.Name, "email": email, "search": fold(p.Name, email), "registration": p.Registration,
		"daily_digest": p.DailyDigest, "version": version + 1,
	}, "id = ? AND version = ? AND origin = ''", string(p.ID), version)
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return p, errEmailTaken()
	case err != nil:
		return p, fmt.Errorf("store: change person: %w", err)
	}
	now, err := tx.Person(p.ID)
	if err != nil {
		return p, err
	}
	if n == 0 {
		return p, stale()
	}
	return now, nil
}

// Person returns one person.
func (tx *Tx) Person(id countersign.PersonID) (countersign.Person, error) {
	if !countersign.ValidID(string(id)) {
		return countersign.Person{}, notFound()
	}
	row, err := one[personRow](tx, "SELECT "+personColumns+" FROM people p WHERE p.id = ?", string(id))
	if err != nil {
		return countersign.Person{}, fmt.Errorf("store: person: %w", err)
	}
	return row.toDomain(), nil
}

// PersonByEmail returns the person with that e-mail address, in any case.
func (tx *Tx) PersonByEmail(email string) (countersign.Person, error) {
	if !storable(email) {
		return countersign.Person{}, notFound()
	}
	row, err := one[personRow](tx, "SELECT "+personColumns+" FROM people p WHERE p.email = ?", lowerEmail(email))
	if err != nil {
		return countersign.Person{}, fmt.Errorf("store: person by e-mail: %w", err)
	}
	return row.toDomain(), nil
}

// Empty reports whether nobody is in the database.
func (tx *Tx) Empty() (bool, error) {
	anybody, err := one[bool](tx, "SELECT EXISTS (SELECT 1 FROM people)")
	if err != nil {
		return false, fmt.Errorf("store: empty: %w", err)
	}
	return !anybody, nil
}

// holderRow is a person with one of the memberships valid today.
type holderRow struct {
	Person         personRow `gorm:"embedded"`
	Role           string    // empty when there is no membership
	OrganisationID string
	People         bool
}

// holderSQL is one statement, since it runs on every request. It takes today
// four times. A membership without its organisation o doesn't count; joining
// the two in brackets would say so, but takes SQLite a thousand times longer.
const holderSQL = "SELECT " + personColumns + `,
	CASE WHEN o.id IS NULL THEN '' ELSE m.role END AS role, COALESCE(o.id, '') AS organisation_id,
	CASE WHEN m.role = 'region_lead' THEN (SELECT count(*) > 0 AND count(*) = count(*) FILTER (WHERE h.people_to_region)
		FROM organisations h JOIN organisation_ancestors b ON b.organisation_id = h.id AND b.ancestor_id = o.id
		WHERE h.kind = 'hub' AND (h.ended_on IS NULL OR h.ended_on >= ?)) ELSE FALSE END AS people
	FROM people p
	LEFT JOIN memberships m ON m.person_id = p.id AND ` + validOn + `
	LEFT JOIN organisations o ON o.id = m.organisation_id AND ` + openOn

// Holder returns a person with the memberships that are valid today, at
// organisations that are open today.
func (tx *Tx) Holder(id countersign.PersonID) (countersign.Person, []authz.Held, error) {
	if !countersign.ValidID(string(id)) {
		return countersign.Person{}, nil, notFound()
	}
	p, held, err := tx.holder(" WHERE p.id = ?", string(id))
	if err != nil {
		return p, nil, fmt.Errorf("store: holder: %w", err)
	}
	return p, held, nil
}

// HolderByToken is Holder for whoever an API token stands for. An unknown, an
// expired and a revoked token are NotFound alike.
func (tx *Tx) HolderByToken(hash string) (countersign.Person, []authz.Held, error) {
	p, held, err := tx.holder(` WHERE p.id = (SELECT t.person_id FROM api_tokens t
		WHERE t.hash = ? AND t.revoked_at IS NULL AND t.expires_on >= ?)`, hash, tx.today())
	if err != nil {
		return p, nil, fmt.Errorf("store: holder by token: %w", err)
	}
	return p, held, nil
}

func (tx *Tx) holder(where string, args ...any) (countersign.Person, []authz.Held, error) {
	today := tx.today()
	rows, err := all[holderRow](tx, holderSQL+where+" ORDER BY m.from_on, m.id", append([]any{today, today, today, today}, args...)...)
	if err != nil {
		return countersign.Person{}, nil, err
	}
	if len(rows) == 0 {
		return countersign.Person{}, nil, notFound()
	}
	var held []authz.Held
	for _, r := range rows {
		if r.Role != "" {
			held = append(held, authz.Held{
				Role: countersign.MemberRole(r.Role), Organisation: countersign.OrganisationID(r.OrganisationID), People: r.People,
			})
		}
	}
	return rows[0].Person.toDomain(), held, nil
}

// DigestPeople returns those who want the daily mail and have anything to do:
// a naming, or the management of a practice, that is valid today.
func (tx *Tx) DigestPeople() ([]countersign.Person, error) {
	today := tx.today()
	rows, err := all[personRow](tx, "SELECT "+personColumns+` FROM people p
		WHERE p.daily_digest AND (
			EXISTS (SELECT 1 FROM namings n WHERE n.person_id = p.id AND n.from_on <= ? AND (n.to_on IS NULL OR n.to_on >= ?))
			OR EXISTS (SELECT 1 FROM memberships m JOIN organisations o ON o.id = m.organisation_id AND `+openOn+`
				WHERE m.person_id = p.id AND m.role = ? AND `+validOn+`))
		ORDER BY p.id`, today, today, today, string(countersign.PracticeManager), today, today)
	if err != nil {
		return nil, fmt.Errorf("store: digest people: %w", err)
	}
	people := make([]countersign.Person, len(rows))
	for i, r := range rows {
		people[i] = r.toDomain()
	}
	return people, nil
}

// PeopleFilter says which people to list. Empty parts ask for nothing; the
// scope always holds.
type PeopleFilter struct {
	Query        string                 // part of the name or the e-mail address
	Organisation string                 // code; a membership at it or beneath
	Role         countersign.MemberRole // the role of that membership
	Past         bool                   // those whose membership has ended too
	Cursor       string
	Limit        int // 0: 50; at most 200
}

// PersonRow is a person in a list, with the memberships that brought them
// into it and have not ended.
type PersonRow struct {
	countersign.Person
	Memberships []HeldMembership
}

// People lists, by name, the people with a membership at or beneath the
// scope's organisations that has not ended, and returns the cursor of the next
// page; empty at the end. What they hold outside the scope is left out. A
// scope of everything lists those without a membership too.
func (tx *Tx) People(scope authz.Scope, f PeopleFilter) ([]PersonRow, string, error) {
	if !storable(f.Organisation) || !storable(string(f.Role)) {
		return nil, "", nil
	}
	member := tx.membersIn(scope, f)
	var c conditions
	c.and("p.origin = ''") // those from elsewhere have no account
	if !scope.All || f.Organisation != "" || f.Role != "" {
		c.and("p.id IN (SELECT m.person_id FROM memberships m"+member.where()+")", member.args...)
	}
	if strings.TrimSpace(f.Query) != "" {
		c.and(`p.search LIKE ? ESCAPE '\'`, containing(f.Query))
	}
	if f.Cursor != "" {
		if !countersign.ValidID(f.Cursor) {
			return nil, "", badCursor()
		}
		c.and("(p.search, p.id) > (SELECT l.search, l.id FROM people l WHERE l.id = ?)", f.Cursor)
	}
	limit := pageSize(f.Limit)
	rows, err := all[personRow](tx, "SELECT "+personColumns+" FROM people p"+c.where()+
		" ORDER BY p.search, p.id LIMIT ?", append(c.args, limit+1)...)
	if err != nil {
		return nil, "", fmt.Errorf("store: people: %w", err)
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	list, at, ids := make([]PersonRow, len(rows)), make(map[countersign.PersonID]int, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		list[i].Person, at[countersign.PersonID(r.ID)], ids[i] = r.toDomain(), i, r.ID
	}
	if len(ids) == 0 {
		return list, "", nil
	}
	member = tx.membersIn(scope, PeopleFilter{})
	member.and("m.person_id IN ?", ids)
	held, err := tx.heldMemberships(member)
	if err != nil {
		return nil, "", fmt.Errorf("store: people: %w", err)
	}
	for _, m := range held {
		row := &list[at[m.Person]]
		row.Memberships = append(row.Memberships, m)
	}
	return list, next, nil
}

// membersIn returns the conditions on membership m that a list of people sets.
// None refers to a person, so that a small place is found without looking at
// everybody.
func (tx *Tx) membersIn(scope authz.Scope, f PeopleFilter) conditions {
	var c conditions
	if !f.Past {
		c.and("m.to_on IS NULL OR m.to_on >= ?", tx.today())
	}
	if !scope.All {
		c.and("m.organisation_id IN (SELECT a.organisation_id FROM organisation_ancestors a WHERE a.ancestor_id IN ?)", scopeIDs(scope))
	}
	if f.Organisation != "" {
		c.and(`m.organisation_id IN (SELECT a.organisation_id FROM organisation_ancestors a
			JOIN organisations u ON u.id = a.ancestor_id WHERE u.code = ?)`, f.Organisation)
	}
	if f.Role != "" {
		c.and("m.role = ?", string(f.Role))
	}
	return c
}
