package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// The rows of continuing development, all of which a trigger keeps from being
// changed.
type (
	cpdCycleRow struct {
		ID               string
		ApprenticeshipID string
		FrameworkID      string
		FrameworkVersion string
		Code             string
		AnchorOn         dbDate
		Round            int
		StartsOn         dbDate
		EndsOn           dbDate
		At               dbTime
	}
	cpdEntryRow struct {
		ID         string
		CycleID    string
		DoneOn     dbDate
		Title      string
		Provider   string
		Category   string
		HalfPoints int
		Approved   bool
		At         dbTime
	}
	cpdReversalRow struct {
		EntryID string
		Reason  string
		At      dbTime
	}
	cpdClosureRow struct {
		CycleID string
		DoneOn  dbDate
		Note    string
		At      dbTime
	}
)

// TableName implements GORM's Tabler.
func (cpdCycleRow) TableName() string { return "cpd_cycles" }

const cpdCycleColumns = "y.id, y.apprenticeship_id, y.framework_id, y.framework_version, y.code, y.anchor_on, y.round, y.starts_on, y.ends_on, y.at"

// TableName implements GORM's Tabler.
func (cpdEntryRow) TableName() string { return "cpd_entries" }

const cpdEntryColumns = "e.id, e.cycle_id, e.done_on, e.title, e.provider, e.category, e.half_points, e.approved, e.at"

// TableName implements GORM's Tabler.
func (cpdReversalRow) TableName() string { return "cpd_reversals" }

// TableName implements GORM's Tabler.
func (cpdClosureRow) TableName() string { return "cpd_closures" }

// CPDCycles returns the cycles of the permit's apprenticeship, the latest
// first, with their entries. Of its rules each cycle has the code only: the
// framework version that it names has the rest.
func (tx *Tx) CPDCycles(p authz.Permit) ([]countersign.CPDCycle, error) {
	id, err := beneath(p, authz.ReadCPD, authz.KeepCPD, authz.WriteLetter)
	if err != nil {
		return nil, fmt.Errorf("store: cycles: %w", err)
	}
	owned, err := tx.cpdCycles("y.apprenticeship_id = ?", id)
	if err != nil {
		return nil, fmt.Errorf("store: cycles: %w", err)
	}
	out := make([]countersign.CPDCycle, len(owned))
	for i, o := range owned {
		out[i] = o.CPDCycle
	}
	return out, nil
}

// OwnedCycle is a cycle with whose it is.
type OwnedCycle struct {
	countersign.CPDCycle
	Apprenticeship countersign.ApprenticeshipID
	Apprentice     countersign.PersonID
}

// CPDCyclesEnding returns the cycles within the scope of those who want mails
// that end from today to a day, as CPDCycles does.
func (tx *Tx) CPDCyclesEnding(scope authz.Scope, until countersign.Date) ([]OwnedCycle, error) {
	within, args := tx.inScope(scope)
	out, err := tx.cpdCycles("y.ends_on BETWEEN ? AND ? AND p.daily_digest AND "+within, append([]any{tx.today(), dbDate{until}}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("store: cycles that end: %w", err)
	}
	return out, nil
}

func (tx *Tx) cpdCycles(where string, args ...any) ([]OwnedCycle, error) {
	const from = " FROM cpd_cycles y JOIN apprenticeships a ON a.id = y.apprenticeship_id JOIN people p ON p.id = a.apprentice_id "
	rows, err := all[struct {
		Cycle        cpdCycleRow `gorm:"embedded"`
		ApprenticeID string
		ClosedOn     dbDate
		Note         string
	}](tx, "SELECT "+cpdCycleColumns+", a.apprentice_id, c.done_on AS closed_on, COALESCE(c.note, '') AS note"+from+
		"LEFT JOIN cpd_closures c ON c.cycle_id = y.id WHERE "+where+" ORDER BY y.starts_on DESC, y.id", args...)
	if err != nil {
		return nil, err
	}
	out, at := make([]OwnedCycle, len(rows)), make(map[string]*OwnedCycle, len(rows))
	for i, r := range rows {
		y := r.Cycle
		out[i] = OwnedCycle{
			CPDCycle: countersign.CPDCycle{
				ID: countersign.CPDCycleID(y.ID), FrameworkID: y.FrameworkID, FrameworkVersion: y.FrameworkVersion, Cycle: countersign.Cycle{Code: y.Code},
				Anchor: y.AnchorOn.Date, Round: y.Round, StartsOn: y.StartsOn.Date, EndsOn: y.EndsOn.Date,
			},
			Apprenticeship: countersign.ApprenticeshipID(y.ApprenticeshipID), Apprentice: countersign.PersonID(r.ApprenticeID),
		}
		if !r.ClosedOn.IsZero() {
			out[i].Closure = &countersign.CPDClosure{On: r.ClosedOn.Date, Note: r.Note}
		}
		at[y.ID] = &out[i]
	}
	entries, err := all[struct {
		Entry      cpdEntryRow `gorm:"embedded"`
		Reason     string
		ReversedAt dbTime
	}](tx, "SELECT "+cpdEntryColumns+", COALESCE(r.reason, '') AS reason, r.at AS reversed_at FROM cpd_entries e LEFT JOIN cpd_reversals r ON r.entry_id = e.id "+
		"WHERE e.cycle_id IN (SELECT y.id"+from+"WHERE "+where+") ORDER BY e.done_on DESC, e.at DESC, e.id", args...)
	if err != nil {
		return nil, err
	}
	for _, r := range entries {
		e, o := r.Entry, at[r.Entry.CycleID]
		o.Entries = append(o.Entries, countersign.CPDEntry{
			ID: countersign.CPDEntryID(e.ID), On: e.DoneOn.Date, Title: e.Title, Provider: e.Provider, Category: e.Category,
			Points: countersign.Points(e.HalfPoints), Approved: e.Approved, ReversedAt: r.ReversedAt.Time, Reason: r.Reason,
		})
	}
	return out, nil
}

// AddCPDCycle opens a cycle. One of the same kind and first day is a Conflict.
func (tx *Tx) AddCPDCycle(p authz.Permit, c countersign.CPDCycle) (countersign.CPDCycleID, error) {
	id, err := beneath(p, authz.KeepCPD)
	row := cpdCycleRow{
		ID: tx.NewID(), ApprenticeshipID: id, FrameworkID: c.FrameworkID, FrameworkVersion: c.FrameworkVersion, Code: c.Cycle.Code,
		AnchorOn: dbDate{c.Anchor}, Round: c.Round, StartsOn: dbDate{c.StartsOn}, EndsOn: dbDate{c.EndsOn}, At: dbTime{tx.Now()},
	}
	if err == nil {
		err = tx.insert(&row)
	}
	if err != nil {
		return "", fmt.Errorf("store: add cycle: %w", err)
	}
	return countersign.CPDCycleID(row.ID), nil
}

// AddCPDEntry adds what was done to a cycle of the permit's apprenticeship.
func (tx *Tx) AddCPDEntry(p authz.Permit, cycle countersign.CPDCycleID, e countersign.CPDEntry) (countersign.CPDEntryID, error) {
	row := cpdEntryRow{
		ID: tx.NewID(), CycleID: string(cycle), DoneOn: dbDate{e.On}, Title: e.Title, Provider: e.Provider, Category: e.Category,
		HalfPoints: int(e.Points), Approved: e.Approved, At: dbTime{tx.Now()},
	}
	err := tx.ownsCPD(p, "SELECT y.id FROM cpd_cycles y WHERE y.id = ? AND y.apprenticeship_id = ?", string(cycle))
	if err == nil {
		err = tx.insert(&row)
	}
	if err != nil {
		return "", fmt.Errorf("store: add entry: %w", err)
	}
	return countersign.CPDEntryID(row.ID), nil
}

// ReverseCPDEntry takes an entry out of the count. One that is reversed
// already is a Conflict.
func (tx *Tx) ReverseCPDEntry(p authz.Permit, entry countersign.CPDEntryID, reason string) error {
	err := tx.ownsCPD(p, "SELECT e.id FROM cpd_entries e JOIN cpd_cycles y ON y.id = e.cycle_id WHERE e.id = ? AND y.apprenticeship_id = ?", string(entry))
	if err == nil {
		err = tx.insert(&cpdReversalRow{string(entry), reason, dbTime{tx.Now()}})
	}
	if err != nil {
		return fmt.Errorf("store: reverse entry: %w", err)
	}
	return nil
}

// CloseCPDCycle lets the alternative stand instead of points. A cycle that is
// closed already is a Conflict.
func (tx *Tx) CloseCPDCycle(p authz.Permit, cycle countersign.CPDCycleID, by countersign.CPDClosure) error {
	err := tx.ownsCPD(p, "SELECT y.id FROM cpd_cycles y WHERE y.id = ? AND y.apprenticeship_id = ?", string(cycle))
	if err == nil {
		err = tx.insert(&cpdClosureRow{string(cycle), dbDate{by.On}, by.Note, dbTime{tx.Now()}})
	}
	if err != nil {
		return fmt.Errorf("store: close cycle: %w", err)
	}
	return nil
}

// ownsCPD refuses what doesn't belong to the permit's apprenticeship. find
// takes the identifier and the apprenticeship.
func (tx *Tx) ownsCPD(p authz.Permit, find, id string) error {
	app, err := beneath(p, authz.KeepCPD)
	if err != nil {
		return err
	}
	found, err := all[struct{ ID string }](tx, find, id, app)
	if err == nil && len(found) == 0 {
		err = notFound()
	}
	return err
}

// ExpiringSignOff is a competency whose sign-off ends soon.
type ExpiringSignOff struct {
	Apprenticeship countersign.ApprenticeshipID
	Apprentice     countersign.PersonID
	Competency     string
	ExpiresOn      countersign.Date
}

// ExpiringSignOffs returns the signed off competencies within the scope, of
// those who want mails, that expire from today to a day.
func (tx *Tx) ExpiringSignOffs(scope authz.Scope, until countersign.Date) ([]ExpiringSignOff, error) {
	within, args := tx.inScope(scope)
	rows, err := all[struct {
		ApprenticeshipID, ApprenticeID, Competency string
		ExpiresOn                                  dbDate
	}](tx, `SELECT t.apprenticeship_id, a.apprentice_id, t.competency, t.expires_on
		FROM attainments t JOIN apprenticeships a ON a.id = t.apprenticeship_id JOIN people p ON p.id = a.apprentice_id
		WHERE t.status = 'signed_off' AND t.expires_on BETWEEN ? AND ? AND NOT t.retired AND p.daily_digest AND `+working+" AND "+within+`
		ORDER BY t.expires_on, t.apprenticeship_id, t.competency`, append([]any{tx.today(), dbDate{until}}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("store: sign-offs that expire: %w", err)
	}
	out := make([]ExpiringSignOff, len(rows))
	for i, r := range rows {
		out[i] = ExpiringSignOff{countersign.ApprenticeshipID(r.ApprenticeshipID), countersign.PersonID(r.ApprenticeID), r.Competency, r.ExpiresOn.Date}
	}
	return out, nil
}
