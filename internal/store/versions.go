package store

import (
	"fmt"

	"gorm.io/gorm/clause"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// insertAtOnce is how many rows one statement inserts: a row has up to 20
// parameters, of which SQLite takes 32,766.
const insertAtOnce = 1000

// VersionMove says what becomes of the competencies of people who change to
// another version of their framework.
type VersionMove struct {
	From, To countersign.Framework
	New      []countersign.Competency // not in From
	Retired  []string                 // not in To
	Recheck  []string                 // in both, but decided afresh
	Counts   map[string][]string      // by code in To: the older codes whose evidence counts for it
}

// VersionFilter narrows down who changes; zero parts ask for nothing.
type VersionFilter struct {
	Apprenticeships []countersign.ApprenticeshipID
	Organisation    countersign.OrganisationID // at or beneath
	Cohort          string
	Limit           int
}

func (tx *Tx) versionConditions(scope authz.Scope, frameworkID, version string, f VersionFilter) conditions {
	var c conditions
	within, args := tx.inScope(scope)
	c.and(within, args...)
	c.and("a.framework_id = ? AND a.framework_version = ? AND a.ended_on IS NULL", frameworkID, version)
	if len(f.Apprenticeships) > 0 {
		ids := make([]string, len(f.Apprenticeships))
		for i, id := range f.Apprenticeships {
			ids[i] = string(id)
		}
		c.and("a.id IN ?", ids)
	}
	if f.Organisation != "" {
		c.and("a.practice_id IN (SELECT b.organisation_id FROM organisation_ancestors b WHERE b.ancestor_id = ?)", string(f.Organisation))
	}
	if f.Cohort != "" {
		c.and("a.cohort = ?", f.Cohort)
	}
	return c
}

// OnVersion returns how many apprenticeships within the scope that haven't
// ended are on each version of the framework.
func (tx *Tx) OnVersion(scope authz.Scope, frameworkID string) (map[string]int, error) {
	within, args := tx.inScope(scope)
	rows, err := all[struct {
		Version string
		N       int
	}](tx, "SELECT a.framework_version AS version, count(*) AS n FROM apprenticeships a WHERE a.framework_id = ? AND a.ended_on IS NULL AND "+
		within+" GROUP BY a.framework_version", append([]any{frameworkID}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("store: on version: %w", err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.Version] = r.N
	}
	return out, nil
}

// Moved is somebody who has changed version.
type Moved struct {
	Apprenticeship countersign.ApprenticeshipID
	Apprentice     countersign.PersonID
}

// Move brings at most f.Limit apprenticeships, which must be given, within the scope from one
// version of their framework to another and returns which. Who has changed
// already isn't touched, so that it can be called until it returns none. It
// takes a fixed number of statements; statuses that need evidence to be looked
// at are marked for a recount.
func (tx *Tx) Move(scope authz.Scope, by authz.Actor, m VersionMove, f VersionFilter) ([]Moved, error) {
	out, err := tx.move(scope, by, m, f)
	if err != nil {
		return nil, fmt.Errorf("store: move to %s %s: %w", m.To.ID, m.To.Version, err)
	}
	return out, nil
}

func (tx *Tx) move(scope authz.Scope, by authz.Actor, m VersionMove, f VersionFilter) ([]Moved, error) {
	if !tx.write {
		return nil, errReadOnly
	}
	c := tx.versionConditions(scope, m.From.ID, m.From.Version, f)
	args := append([]any{m.To.Version, tx.today(), dbTime{tx.Now()}}, c.args...)
	moved, err := all[struct {
		ID           string
		ApprenticeID string
		Seq          int
		State        string
	}](tx, `UPDATE apprenticeships SET framework_version = ?, seq = seq + 1, version = version + 1, recount_on = ?, last_activity_at = ?
		WHERE id IN (SELECT a.id FROM apprenticeships a`+c.where()+` ORDER BY a.id LIMIT ?)
		AND framework_version = ? RETURNING id, apprentice_id, seq, state`, append(args, f.Limit, m.From.Version)...)
	if err != nil || len(moved) == 0 {
		return nil, err
	}
	batch := tx.NewID()
	now := dbTime{tx.Now()}
	type versionChangeRow struct {
		ID, ApprenticeshipID, FrameworkID, FromVersion, ToVersion, Batch string
		ByID                                                             dbRef
		At                                                               dbTime
	}
	var out []Moved
	var changes []versionChangeRow
	var history []changeRow
	var added []attainmentRow
	for _, r := range moved {
		out = append(out, Moved{countersign.ApprenticeshipID(r.ID), countersign.PersonID(r.ApprenticeID)})
		tx.noteChange(r.ID)
		changes = append(changes, versionChangeRow{tx.NewID(), r.ID, m.To.ID, m.From.Version, m.To.Version, batch, dbRef(by.ID()), now})
		history = append(history, changeRow{
			ID: tx.NewID(), ApprenticeshipID: r.ID, Event: string(countersign.ChangeVersion), FromState: r.State, ToState: r.State,
			EffectiveOn: tx.today(), Reason: m.From.Version + " to " + m.To.Version,
			ByID: dbRef(by.ID()), ByName: by.Name(), ByRole: string(countersign.LeadOfHub), At: now,
		})
		for _, k := range m.New {
			added = append(added, newAttainment(r.ID, k, now, r.Seq))
		}
	}
	if err := tx.db.Table("version_changes").CreateInBatches(&changes, insertAtOnce).Error; err != nil {
		return nil, classify(err)
	}
	if err := tx.db.CreateInBatches(&history, insertAtOnce).Error; err != nil {
		return nil, classify(err)
	}
	const inBatch = "(SELECT v.apprenticeship_id FROM version_changes v WHERE v.batch = ?)"
	steps := []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO version_change_attainments (change_id, competency, core, domain, scope, scope_since, retired, recheck_at)
			SELECT v.id, t.competency, t.core, t.domain, t.scope, t.scope_since, t.retired, t.recheck_at
			FROM attainments t JOIN version_changes v ON v.apprenticeship_id = t.apprenticeship_id WHERE v.batch = ?`, []any{batch}},
		{"UPDATE attainments SET version = (SELECT a.seq FROM apprenticeships a WHERE a.id = apprenticeship_id) WHERE apprenticeship_id IN " + inBatch, []any{batch}},
	}
	add := func(sql string, args ...any) {
		steps = append(steps, struct {
			sql  string
			args []any
		}{sql, args})
	}
	if len(m.Retired) > 0 {
		add(`UPDATE attainments SET retired = TRUE, core = FALSE, scope = 'out', status = 'not_applicable', `+unsettled+`
			WHERE apprenticeship_id IN `+inBatch+" AND competency IN ?", batch, m.Retired)
	}
	if len(m.Recheck) > 0 {
		add(`UPDATE attainments SET recheck_at = ?, status = CASE WHEN scope <> 'in' THEN status WHEN pieces > 0 THEN 'in_progress' ELSE 'not_started' END, `+
			unsettled+" WHERE apprenticeship_id IN "+inBatch+" AND competency IN ?", now, batch, m.Recheck)
	}
	for _, k := range m.To.Competencies() {
		old, ok := m.From.Competency(k.Code)
		if !ok || old.Core == k.Core && old.Domain == k.Domain {
			continue
		}
		set := "core = FALSE"
		if k.Core {
			set = "core = TRUE, scope = 'in', status = CASE WHEN scope = 'in' THEN status ELSE 'not_started' END"
		}
		add("UPDATE attainments SET "+set+", domain = ? WHERE apprenticeship_id IN "+inBatch+" AND competency = ?", k.Domain, batch, k.Code)
	}
	for code, from := range m.Counts {
		for i, older := range from {
			add(`INSERT INTO evidence_mappings (evidence_id, competency, position, justification, change_id)
				SELECT d.evidence_id, ?, d.position + ?, d.justification, v.id
				FROM evidence_mappings d JOIN evidence e ON e.id = d.evidence_id JOIN version_changes v ON v.apprenticeship_id = e.apprenticeship_id
				WHERE v.batch = ? AND d.competency = ?
				AND NOT EXISTS (SELECT 1 FROM evidence_mappings x WHERE x.evidence_id = d.evidence_id AND x.competency = ?)`,
				code, 1000*(i+1), batch, older, code)
		}
	}
	for _, s := range steps {
		if _, err := tx.exec(s.sql, s.args...); err != nil {
			return nil, err
		}
	}
	if len(added) > 0 {
		// A code that an earlier version had is taken up again.
		err := tx.db.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "apprenticeship_id"}, {Name: "competency"}},
			DoUpdates: append(clause.AssignmentColumns([]string{"core", "domain", "scope", "scope_since", "status", "version", "retired"}),
				clause.Assignment{Column: clause.Column{Name: "recheck_at"}, Value: now}),
		}).CreateInBatches(&added, insertAtOnce).Error
		if err != nil {
			return nil, classify(err)
		}
	}
	return out, tx.recountAll(inBatch, batch)
}

// unsettled sets what is derived of an attainment back until it is recounted.
const unsettled = `level = '', waiting_type = '', waiting_since = NULL, open_awaits = '', open_assessor = NULL, expires_on = NULL, recount_on = NULL, signed_on = NULL, waited = 0`

// newAttainment is the row of a competency that begins for somebody.
func newAttainment(apprenticeship string, c countersign.Competency, now dbTime, version int) attainmentRow {
	r := attainmentRow{
		ApprenticeshipID: apprenticeship, Competency: c.Code, Core: c.Core, Domain: c.Domain,
		Scope: string(countersign.ScopeOut), ScopeSince: now, Status: string(countersign.NotApplicable), Version: version,
	}
	if c.Core {
		r.Scope, r.Status = string(countersign.ScopeIn), string(countersign.NotStarted)
	}
	return r
}

// recountAll is recount for many apprenticeships, which keep the day of their
// next recount.
func (tx *Tx) recountAll(which string, args ...any) error {
	_, err := tx.exec("UPDATE apprenticeships AS a SET "+setCounters+", "+setWaiting+" WHERE a.id IN "+which, args...)
	return err
}

// VersionChange is a change of one apprenticeship to another version.
type VersionChange struct {
	ID       string
	From, To string
	At       dbTime
}

// LastVersionChange returns how the apprenticeship came to its present
// version; NotFound if it began on it, or has gone back.
func (tx *Tx) LastVersionChange(p authz.Permit) (VersionChange, error) {
	id, err := beneath(p, append([]authz.Action{authz.ReadProgramme, authz.WriteLetter}, apprenticeshipWriters...)...)
	if err != nil {
		return VersionChange{}, fmt.Errorf("store: last version change: %w", err)
	}
	r, err := one[struct {
		ID          string
		FromVersion string
		ToVersion   string
		At          dbTime
	}](tx, `SELECT v.id, v.from_version, v.to_version, v.at FROM version_changes v JOIN apprenticeships a ON a.id = v.apprenticeship_id
		WHERE v.apprenticeship_id = ? AND v.undone_at IS NULL AND v.to_version = a.framework_version ORDER BY v.at DESC, v.id DESC LIMIT 1`, id)
	if err != nil {
		return VersionChange{}, fmt.Errorf("store: last version change: %w", err)
	}
	return VersionChange{r.ID, r.FromVersion, r.ToVersion, r.At}, nil
}

// SignedSince reports whether anything was decided after the change.
func (tx *Tx) SignedSince(p authz.Permit, v VersionChange) (bool, error) {
	id, err := beneath(p, append([]authz.Action{authz.ReadProgramme}, apprenticeshipWriters...)...)
	if err != nil {
		return false, fmt.Errorf("store: signed since: %w", err)
	}
	n, err := one[int](tx, "SELECT count(*) FROM sign_offs WHERE apprenticeship_id = ? AND signed_at > ?", id, v.At)
	if err != nil {
		return false, fmt.Errorf("store: signed since: %w", err)
	}
	return n > 0, nil
}

// MoveBack undoes the change: the attainments are as they were before it, and
// what was written since stays.
func (tx *Tx) MoveBack(p authz.Permit, v VersionChange) error {
	id, err := beneath(p, authz.DecideProgramme)
	if err != nil {
		return fmt.Errorf("store: move back: %w", err)
	}
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{"UPDATE version_changes SET undone_at = ?, undone_by = ? WHERE id = ?", []any{dbTime{tx.Now()}, dbRef(p.Actor().ID()), v.ID}},
		{"DELETE FROM evidence_mappings WHERE change_id = ?", []any{v.ID}},
		{`DELETE FROM attainments WHERE apprenticeship_id = ? AND competency NOT IN (SELECT b.competency FROM version_change_attainments b WHERE b.change_id = ?)`,
			[]any{id, v.ID}},
		{`UPDATE attainments SET core = b.core, domain = b.domain, scope = b.scope, scope_since = b.scope_since, retired = b.retired, recheck_at = b.recheck_at,
			status = CASE WHEN b.scope = 'in' THEN 'not_started' ELSE 'not_applicable' END, ` + unsettled + `
			FROM version_change_attainments b WHERE b.change_id = ? AND attainments.apprenticeship_id = ? AND b.competency = attainments.competency`,
			[]any{v.ID, id}},
		{"UPDATE apprenticeships SET framework_version = ?, version = version + 1 WHERE id = ?", []any{v.From, id}},
	} {
		if _, err := tx.exec(s.sql, s.args...); err != nil {
			return fmt.Errorf("store: move back: %w", err)
		}
	}
	return nil
}

// CountOnVersion returns how many apprenticeships Move would still change.
func (tx *Tx) CountOnVersion(scope authz.Scope, frameworkID, version string, f VersionFilter) (int, error) {
	c := tx.versionConditions(scope, frameworkID, version, f)
	n, err := one[int](tx, "SELECT count(*) FROM apprenticeships a"+c.where(), c.args...)
	if err != nil {
		return 0, fmt.Errorf("store: count on version: %w", err)
	}
	return n, nil
}
