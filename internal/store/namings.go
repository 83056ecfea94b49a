package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// namingRow is a row of namings.
type namingRow struct {
	ID               string
	ApprenticeshipID string
	PersonID         string
	Role             string
	Domains          dbJSON[[]string]
	CoversID         dbRef
	FromOn           dbDate
	ToOn             dbDate
	BriefingOn       dbDate
	CreatedAt        dbTime
}

// TableName implements GORM's Tabler.
func (namingRow) TableName() string { return "namings" }

// namingNames are the names that a naming is shown with.
type namingNames struct {
	PersonName  string
	PersonEmail string
	CoversName  string
}

const (
	namingColumns = `n.id, n.person_id, n.role, n.domains, n.covers_id, n.from_on, n.to_on, n.briefing_on,
		p.name AS person_name, p.email AS person_email, COALESCE((SELECT c.name FROM people c WHERE c.id = n.covers_id), '') AS covers_name`
	namingTables = "namings n JOIN people p ON p.id = n.person_id"
)

func (r namingRow) toDomain(names namingNames) countersign.Naming {
	return countersign.Naming{
		ID: countersign.NamingID(r.ID), Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID),
		Person: countersign.PersonID(r.PersonID), PersonName: names.PersonName, PersonEmail: names.PersonEmail,
		Role: countersign.NamingRole(r.Role), Domains: r.Domains.V,
		Covers: countersign.PersonID(r.CoversID), CoversName: names.CoversName,
		From: r.FromOn.Date, To: r.ToOn.Date, BriefingOn: r.BriefingOn.Date,
	}
}

// Namings returns everybody ever named on the apprenticeship, oldest first.
func (tx *Tx) Namings(p authz.Permit) ([]countersign.Naming, error) {
	id, err := beneath(p, recordReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: namings: %w", err)
	}
	namings, err := tx.namings("n.apprenticeship_id = ?", id)
	if err != nil {
		return nil, fmt.Errorf("store: namings: %w", err)
	}
	return namings, nil
}

func (tx *Tx) namings(where string, args ...any) ([]countersign.Naming, error) {
	rows, err := all[struct {
		Naming namingRow   `gorm:"embedded"`
		Names  namingNames `gorm:"embedded"`
	}](tx, "SELECT n.apprenticeship_id, "+namingColumns+" FROM "+namingTables+" WHERE "+where+" ORDER BY n.from_on, n.id", args...)
	if err != nil {
		return nil, err
	}
	namings := make([]countersign.Naming, len(rows))
	for i, r := range rows {
		namings[i] = r.Naming.toDomain(r.Names)
	}
	return namings, nil
}

// naming returns one naming beneath an apprenticeship.
func (tx *Tx) naming(apprenticeship string, id countersign.NamingID) (countersign.Naming, error) {
	if !countersign.ValidID(string(id)) {
		return countersign.Naming{}, notFound()
	}
	found, err := tx.namings("n.apprenticeship_id = ? AND n.id = ?", apprenticeship, string(id))
	if err != nil {
		return countersign.Naming{}, err
	}
	if len(found) == 0 {
		return countersign.Naming{}, notFound()
	}
	return found[0], nil
}

// AddNaming names somebody on the permit's apprenticeship. The identifier is
// made here unless n has one.
func (tx *Tx) AddNaming(p authz.Permit, n countersign.Naming) (countersign.Naming, error) {
	id, err := beneath(p, authz.ChangeNamings, authz.NameOnEnrolment)
	if err != nil {
		return n, fmt.Errorf("store: add naming: %w", err)
	}
	if n.ID == "" {
		n.ID = countersign.NamingID(tx.NewID())
	}
	if err := tx.insert(&namingRow{
		ID: string(n.ID), ApprenticeshipID: id, PersonID: string(n.Person), Role: string(n.Role),
		Domains: dbJSON[[]string]{n.Domains}, CoversID: dbRef(n.Covers),
		FromOn: dbDate{n.From}, ToOn: dbDate{n.To}, CreatedAt: dbTime{tx.Now()},
	}); err != nil {
		return n, fmt.Errorf("store: add naming: %w", err)
	}
	if n, err = tx.naming(id, n.ID); err != nil {
		return n, fmt.Errorf("store: add naming: %w", err)
	}
	return n, nil
}

// EndNaming sets the last day of a naming. An end can be brought forward, even
// before the beginning, which says that it never held; it can't be put off:
// that is a Conflict, as days without the right may have passed.
func (tx *Tx) EndNaming(p authz.Permit, id countersign.NamingID, to countersign.Date) (countersign.Naming, error) {
	app, err := beneath(p, authz.ChangeNamings)
	if err != nil {
		return countersign.Naming{}, fmt.Errorf("store: end naming: %w", err)
	}
	if to.IsZero() {
		return countersign.Naming{}, countersign.InvalidField("to", "Enter the last day")
	}
	n, err := tx.naming(app, id)
	if err != nil {
		return n, fmt.Errorf("store: end naming: %w", err)
	}
	if !n.To.IsZero() && to.After(n.To) {
		return n, countersign.Refuse(countersign.Conflict, "This naming ended on "+n.To.Long()+". Name the person again instead")
	}
	changed, err := tx.update("namings", map[string]any{"to_on": dbDate{to}},
		"id = ? AND apprenticeship_id = ? AND (to_on IS NULL OR to_on >= ?)", string(id), app, dbDate{to})
	if err != nil {
		return n, fmt.Errorf("store: end naming: %w", err)
	}
	if changed == 0 {
		return n, stale()
	}
	n.To = to
	return n, nil
}

// Capacities returns what the scope's person may act as today on each
// apprenticeship at work within the scope of authz.ReviewEvidence, whose organisations
// are those of a practice manager.
func (tx *Tx) Capacities(s authz.Scope) (map[countersign.ApprenticeshipID]countersign.Capacities, error) {
	if s.Person == "" {
		return nil, nil
	}
	rows, err := all[struct {
		ApprenticeshipID string
		Role             string
		Domains          dbJSON[[]string]
	}](tx, `SELECT n.apprenticeship_id, n.role, n.domains, 0 AS nth, n.from_on, n.id
		FROM namings n JOIN apprenticeships a ON a.id = n.apprenticeship_id
		WHERE `+working+` AND n.person_id = ? AND n.role IN ? AND n.role <> ? AND `+namingValid+`
		UNION ALL
		SELECT a.id, ?, '', 1, NULL, '' FROM apprenticeships a
		WHERE `+working+` AND a.practice_id IN (SELECT b.organisation_id FROM organisation_ancestors b WHERE b.ancestor_id IN ?)
		ORDER BY nth, from_on, id`,
		string(s.Person), namedRoles(s), string(countersign.NamedVerifier), tx.today(), tx.today(),
		string(countersign.ManagerOfPractice), scopeIDs(s))
	if err != nil {
		return nil, fmt.Errorf("store: capacities: %w", err)
	}
	out := map[countersign.ApprenticeshipID]countersign.Capacities{}
	for _, r := range rows {
		id := countersign.ApprenticeshipID(r.ApprenticeshipID)
		out[id] = append(out[id], countersign.Capacity{Role: countersign.NamingRole(r.Role), Domains: r.Domains.V})
	}
	return out, nil
}
