package store

import (
	"fmt"
	"slices"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// receivedRow is a row of received_packages.
type receivedRow struct {
	ID               string
	PracticeID       string
	ApprenticeshipID string
	SHA256           string `gorm:"column:sha256"`
	OriginURL        string
	OriginID         string
	AsAt             dbTime
	ApprenticeName   string
	ApprenticeEmail  string
	FrameworkID      string
	FrameworkVersion string
	Manifest         string
	Data             string
	ReceivedBy       dbRef
	ReceivedAt       dbTime
	State            string
	DecidedBy        dbRef
	DecidedByName    string
	DecidedAt        dbTime
	Reason           string
	Version          int
}

// TableName implements GORM's Tabler.
func (receivedRow) TableName() string { return "received_packages" }

// receivedNames are the names that a received package is shown with.
type receivedNames struct{ PracticeCode, PracticeName, ReceivedByName string }

const receivedColumns = `g.id, g.practice_id, g.apprenticeship_id, g.sha256, g.origin_url, g.origin_id, g.as_at, g.apprentice_name, g.apprentice_email,
	g.framework_id, g.framework_version, g.received_by, g.received_at, g.state, g.decided_by, g.decided_by_name, g.decided_at, g.reason, g.version,
	o.code AS practice_code, o.name AS practice_name, COALESCE((SELECT p.name FROM people p WHERE p.id = g.received_by), '') AS received_by_name`

const receivedTables = " FROM received_packages g JOIN organisations o ON o.id = g.practice_id"

type namedReceived struct {
	Row   receivedRow   `gorm:"embedded"`
	Names receivedNames `gorm:"embedded"`
}

func (n namedReceived) toDomain() countersign.Received {
	r := n.Row
	return countersign.Received{
		ID: countersign.ReceivedID(r.ID), Practice: countersign.OrganisationID(r.PracticeID), PracticeCode: n.Names.PracticeCode, PracticeName: n.Names.PracticeName,
		Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID), SHA256: r.SHA256, OriginURL: r.OriginURL, OriginID: r.OriginID, AsAt: r.AsAt.Time,
		ApprenticeName: r.ApprenticeName, ApprenticeEmail: r.ApprenticeEmail, FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion,
		ReceivedBy: countersign.PersonID(r.ReceivedBy), ReceivedByName: n.Names.ReceivedByName, ReceivedAt: r.ReceivedAt.Time, State: countersign.ReceivedState(r.State),
		DecidedBy: countersign.PersonID(r.DecidedBy), DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time, Reason: r.Reason, Version: r.Version,
	}
}

// AddReceived keeps a package for the permit's practice, apart from every
// record, with the hashes of its content in the folder of files.
func (tx *Tx) AddReceived(p authz.Permit, r countersign.Received, manifest, data []byte, contents []string) (countersign.Received, error) {
	places := p.Subject().Places
	if !p.Allows(authz.ReceivePackage) || len(places) == 0 || places[0] != r.Practice {
		return r, fmt.Errorf("store: add received: %w", errPermit)
	}
	r.ID, r.Version, r.State = countersign.ReceivedID(tx.NewID()), 1, countersign.PackageReceived
	err := tx.insert(&receivedRow{
		ID: string(r.ID), PracticeID: string(r.Practice), ApprenticeshipID: string(r.Apprenticeship), SHA256: r.SHA256, OriginURL: r.OriginURL, OriginID: r.OriginID,
		AsAt: dbTime{r.AsAt}, ApprenticeName: r.ApprenticeName, ApprenticeEmail: r.ApprenticeEmail, FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion,
		Manifest: string(manifest), Data: string(data), ReceivedBy: dbRef(p.Actor().ID()), ReceivedAt: dbTime{tx.Now()}, State: string(r.State), Version: r.Version,
	})
	if err == nil {
		err = tx.mustHold(slices.Clone(contents)...)
	}
	for _, sum := range contents {
		if err == nil {
			_, err = tx.exec("INSERT INTO received_files (package_id, sha256) VALUES (?, ?) ON CONFLICT (package_id, sha256) DO NOTHING", string(r.ID), sum)
		}
	}
	if err != nil {
		return r, fmt.Errorf("store: add received: %w", err)
	}
	return tx.Received(r.ID)
}

// Deciders returns the GP supervisors of the permit's practice today, who
// decide about what it receives.
func (tx *Tx) Deciders(p authz.Permit) ([]countersign.PersonID, error) {
	places := p.Subject().Places
	if !p.Allows(authz.ReceivePackage) || len(places) == 0 {
		return nil, fmt.Errorf("store: deciders: %w", errPermit)
	}
	ids, err := all[countersign.PersonID](tx, `SELECT DISTINCT m.person_id FROM memberships m
		WHERE m.organisation_id = ? AND m.role = 'gp_supervisor' AND m.from_on <= ? AND (m.to_on IS NULL OR m.to_on >= ?) ORDER BY m.person_id`,
		string(places[0]), tx.today(), tx.today())
	if err != nil {
		return nil, fmt.Errorf("store: deciders: %w", err)
	}
	return ids, nil
}

// Received returns a received package; who may see it is for the caller to ask
// of its practice.
func (tx *Tx) Received(id countersign.ReceivedID) (countersign.Received, error) {
	if !countersign.ValidID(string(id)) {
		return countersign.Received{}, notFound()
	}
	return tx.received("g.id = ?", string(id))
}

// ReceivedAs returns the package that a practice received with that SHA-256.
func (tx *Tx) ReceivedAs(practice countersign.OrganisationID, sha256 string) (countersign.Received, error) {
	return tx.received("g.practice_id = ? AND g.sha256 = ?", string(practice), sha256)
}

// ReceivedOf returns the package of an apprenticeship as it was elsewhere: the
// accepted one or, without it, the last that isn't declined.
func (tx *Tx) ReceivedOf(id countersign.ApprenticeshipID) (countersign.Received, error) {
	return tx.received("g.apprenticeship_id = ? AND g.state <> 'declined' ORDER BY CASE g.state WHEN 'accepted' THEN 0 ELSE 1 END, g.received_at DESC, g.id DESC LIMIT 1", string(id))
}

func (tx *Tx) received(where string, args ...any) (countersign.Received, error) {
	row, err := one[namedReceived](tx, "SELECT "+receivedColumns+receivedTables+" WHERE "+where, args...)
	if err != nil {
		return countersign.Received{}, fmt.Errorf("store: received: %w", err)
	}
	return row.toDomain(), nil
}

// ReceivedContent returns manifest.json and data.json of a package of the
// permit's practice; NotFound once it was declined.
func (tx *Tx) ReceivedContent(p authz.Permit, id countersign.ReceivedID) (manifest, data []byte, err error) {
	places := p.Subject().Places
	if !p.Allows(authz.ReadReceived, authz.DecideReceived) || len(places) == 0 {
		return nil, nil, fmt.Errorf("store: received content: %w", errPermit)
	}
	row, err := one[struct{ Manifest, Data string }](tx, "SELECT g.manifest, g.data FROM received_packages g WHERE g.id = ? AND g.practice_id = ? AND g.state <> 'declined'",
		string(id), string(places[0]))
	if err != nil {
		return nil, nil, fmt.Errorf("store: received content: %w", err)
	}
	return []byte(row.Manifest), []byte(row.Data), nil
}

// ReceivedList returns what the scope's places received, newest first.
func (tx *Tx) ReceivedList(s authz.Scope) ([]countersign.Received, error) {
	where, args := "", []any{}
	if !s.All {
		where, args = " WHERE g.practice_id IN (SELECT b.organisation_id FROM organisation_ancestors b WHERE b.ancestor_id IN ?)", append(args, scopeIDs(s))
	}
	rows, err := all[namedReceived](tx, "SELECT "+receivedColumns+receivedTables+where+" ORDER BY g.received_at DESC, g.id DESC", args...)
	if err != nil {
		return nil, fmt.Errorf("store: received list: %w", err)
	}
	out := make([]countersign.Received, len(rows))
	for i, r := range rows {
		out[i] = r.toDomain()
	}
	return out, nil
}

// CompletedElsewhere returns the address of the installation in which the
// permit's apprenticeship was completed; empty if it was here, by somebody of
// this installation.
func (tx *Tx) CompletedElsewhere(p authz.Permit) (string, error) {
	id, err := beneath(p, recordReaders...)
	if err != nil {
		return "", fmt.Errorf("store: completed elsewhere: %w", err)
	}
	rows, err := all[string](tx, `SELECT g.origin_url FROM received_packages g JOIN apprenticeships a ON a.id = g.apprenticeship_id
		WHERE a.id = ? AND g.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM programme_changes c JOIN people p ON p.id = c.by_id
			WHERE c.apprenticeship_id = a.id AND c.to_state = 'completed' AND c.from_state <> 'completed' AND p.origin = '' AND p.id <> a.apprentice_id)`, id)
	if err != nil {
		return "", fmt.Errorf("store: completed elsewhere: %w", err)
	}
	return strings.Join(rows, ""), nil
}
