package store

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// impactRow is a row of impact_reports.
type impactRow struct {
	ID           string
	PracticeID   string
	Measure      string
	Baseline     int
	Value        int
	BaselineFrom dbDate
	BaselineTo   dbDate
	FromOn       dbDate
	ToOn         dbDate
	Method       string
	Sample       int
	Note         string
	State        string
	Reason       string
	EnteredBy    string
	EnteredAt    dbTime
	CheckedBy    dbRef
	CheckedAt    dbTime
	Version      int
}

// TableName implements GORM's Tabler.
func (impactRow) TableName() string { return "impact_reports" }

const impactColumns = `i.id, i.practice_id, i.measure, i.baseline, i.value, i.baseline_from, i.baseline_to, i.from_on, i.to_on, i.method, i.sample, i.note,
	i.state, i.reason, i.entered_by, i.entered_at, i.checked_by, i.checked_at, i.version`

func impactRowOf(i countersign.Impact) impactRow {
	return impactRow{
		ID: string(i.ID), PracticeID: string(i.Practice), Measure: i.Measure, Baseline: i.Baseline, Value: i.Value,
		BaselineFrom: dbDate{i.BaselineFrom}, BaselineTo: dbDate{i.BaselineTo}, FromOn: dbDate{i.From}, ToOn: dbDate{i.To},
		Method: i.Method, Sample: i.Sample, Note: i.Note, State: string(i.State), Reason: i.Reason,
		EnteredBy: string(i.EnteredBy), EnteredAt: dbTime{i.EnteredAt}, CheckedBy: dbRef(i.CheckedBy), CheckedAt: dbTime{i.CheckedAt}, Version: i.Version,
	}
}

func (r impactRow) toDomain() countersign.Impact {
	return countersign.Impact{
		ID: countersign.ImpactID(r.ID), Practice: countersign.OrganisationID(r.PracticeID), Measure: r.Measure, Baseline: r.Baseline, Value: r.Value,
		BaselineFrom: r.BaselineFrom.Date, BaselineTo: r.BaselineTo.Date, From: r.FromOn.Date, To: r.ToOn.Date,
		Method: r.Method, Sample: r.Sample, Note: r.Note, State: countersign.ImpactState(r.State), Reason: r.Reason,
		EnteredBy: countersign.PersonID(r.EnteredBy), EnteredAt: r.EnteredAt.Time, CheckedBy: countersign.PersonID(r.CheckedBy), CheckedAt: r.CheckedAt.Time,
		Version: r.Version,
	}
}

// atPlace returns the place that the permit is about, if the permit is for one
// of the actions.
func atPlace(p authz.Permit, actions ...authz.Action) (string, error) {
	places := p.Subject().Places
	if !p.Allows(actions...) || len(places) == 0 || p.Apprenticeship() != "" {
		return "", errPermit
	}
	return string(places[0]), nil
}

func onceAPeriod(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return taken("to", "This measure is reported already for a period that ends on this day")
	}
	return err
}

// AddImpact adds a report of the permit's practice. The identifier is made
// here.
func (tx *Tx) AddImpact(p authz.Permit, i countersign.Impact) (countersign.Impact, error) {
	place, err := atPlace(p, authz.EnterImpact)
	if err != nil || place != string(i.Practice) {
		return i, fmt.Errorf("store: add impact: %w", errPermit)
	}
	i.ID, i.Version = countersign.ImpactID(tx.NewID()), 1
	row := impactRowOf(i)
	if err := onceAPeriod(tx.insert(&row)); err != nil {
		return i, fmt.Errorf("store: add impact: %w", err)
	}
	return i, tx.keepChecked(i)
}

// ChangeImpact saves a report of the permit's practice, if it is still at that
// version: otherwise ErrStale.
func (tx *Tx) ChangeImpact(p authz.Permit, i countersign.Impact, version int) (countersign.Impact, error) {
	place, err := atPlace(p, authz.EnterImpact, authz.CheckImpact)
	if err != nil {
		return i, fmt.Errorf("store: change impact: %w", err)
	}
	i.Version = version + 1
	n, err := tx.update("impact_reports", map[string]any{
		"measure": i.Measure, "baseline": i.Baseline, "value": i.Value, "baseline_from": dbDate{i.BaselineFrom}, "baseline_to": dbDate{i.BaselineTo},
		"from_on": dbDate{i.From}, "to_on": dbDate{i.To}, "method": i.Method, "sample": i.Sample, "note": i.Note, "state": string(i.State), "reason": i.Reason,
		"entered_by": string(i.EnteredBy), "entered_at": dbTime{i.EnteredAt}, "checked_by": dbRef(i.CheckedBy), "checked_at": dbTime{i.CheckedAt}, "version": i.Version,
	}, "id = ? AND practice_id = ? AND version = ?", string(i.ID), place, version)
	if err != nil {
		return i, fmt.Errorf("store: change impact: %w", onceAPeriod(err))
	}
	if n == 0 {
		return i, stale()
	}
	return i, tx.keepChecked(i)
}

// keepChecked keeps what stands of a report from now on: nothing, unless it is
// checked. What stood before ends.
func (tx *Tx) keepChecked(i countersign.Impact) error {
	if _, err := tx.exec("UPDATE impact_checked SET ended_at = ? WHERE report_id = ? AND ended_at IS NULL", dbTime{tx.Now()}, string(i.ID)); err != nil {
		return fmt.Errorf("store: what stood of an impact: %w", err)
	}
	if i.State != countersign.ImpactChecked {
		return nil
	}
	_, err := tx.exec(`INSERT INTO impact_checked (report_id, version, practice_id, measure, baseline, value, baseline_from, baseline_to, from_on, to_on, method, sample, checked_at)
		SELECT id, version, practice_id, measure, baseline, value, baseline_from, baseline_to, from_on, to_on, method, sample, checked_at FROM impact_reports WHERE id = ?`, string(i.ID))
	if err != nil {
		return fmt.Errorf("store: keep a checked impact: %w", err)
	}
	return nil
}

// UncheckedImpacts returns how many reports of the practices beneath a place
// wait to be checked, and since when the first has.
func (tx *Tx) UncheckedImpacts(scope authz.Scope, place countersign.OrganisationID) (n int, since time.Time, err error) {
	if !slices.Contains(scope.Organisations, place) {
		return 0, since, fmt.Errorf("store: unchecked impacts: %w", errPermit)
	}
	row, err := one[struct {
		N     int
		Since dbTime
	}](tx, `SELECT count(*) AS n, min(i.entered_at) AS since FROM impact_reports i
		WHERE i.state = 'entered' AND i.practice_id IN (SELECT b.organisation_id FROM organisation_ancestors b WHERE b.ancestor_id = ?)`, string(place))
	if err != nil {
		return 0, since, fmt.Errorf("store: unchecked impacts: %w", err)
	}
	return row.N, row.Since.Time, nil
}

// ImpactSubject returns the practice that a report is of.
func (tx *Tx) ImpactSubject(id countersign.ImpactID) (authz.Subject, error) {
	if !countersign.ValidID(string(id)) {
		return authz.Subject{}, notFound()
	}
	practice, err := one[string](tx, "SELECT i.practice_id FROM impact_reports i WHERE i.id = ?", string(id))
	if err != nil {
		return authz.Subject{}, fmt.Errorf("store: impact subject: %w", err)
	}
	return tx.PlaceSubject(countersign.OrganisationID(practice))
}

type impactRead struct {
	Impact                       impactRow `gorm:"embedded"`
	PracticeCode, PracticeName   string
	EnteredByName, CheckedByName string
}

func impactsOf(rows []impactRead) []countersign.Impact {
	out := make([]countersign.Impact, len(rows))
	for n, r := range rows {
		out[n] = r.Impact.toDomain()
		out[n].PracticeCode, out[n].PracticeName, out[n].EnteredByName, out[n].CheckedByName = r.PracticeCode, r.PracticeName, r.EnteredByName, r.CheckedByName
	}
	return out
}

const impactsRead = "SELECT " + impactColumns + `, o.code AS practice_code, o.name AS practice_name, e.name AS entered_by_name, COALESCE(c.name, '') AS checked_by_name
	FROM impact_reports i JOIN organisations o ON o.id = i.practice_id JOIN people e ON e.id = i.entered_by LEFT JOIN people c ON c.id = i.checked_by`

// Impact returns a report of the permit's practice.
func (tx *Tx) Impact(p authz.Permit, id countersign.ImpactID) (countersign.Impact, error) {
	place, err := atPlace(p, authz.ReadReport, authz.EnterImpact, authz.CheckImpact)
	if err != nil {
		return countersign.Impact{}, fmt.Errorf("store: impact: %w", err)
	}
	rows, err := all[impactRead](tx, impactsRead+" WHERE i.id = ? AND i.practice_id = ?", string(id), place)
	if err != nil {
		return countersign.Impact{}, fmt.Errorf("store: impact: %w", err)
	}
	if len(rows) == 0 {
		return countersign.Impact{}, notFound()
	}
	return impactsOf(rows)[0], nil
}

// ImpactFilter narrows a list of reports down. State is empty for all.
type ImpactFilter struct {
	State  countersign.ImpactState
	Limit  int
	Cursor string
}

// Impacts returns the reports of the practices beneath the permit's place, the
// one that was entered last first, and the cursor of the next page.
func (tx *Tx) Impacts(p authz.Permit, f ImpactFilter) (list []countersign.Impact, next string, err error) {
	place, err := atPlace(p, authz.ReadReport)
	if err != nil {
		return nil, "", fmt.Errorf("store: impacts: %w", err)
	}
	var c conditions
	c.and("i.practice_id IN (SELECT b.organisation_id FROM organisation_ancestors b WHERE b.ancestor_id = ?)", place)
	if f.State != "" {
		c.and("i.state = ?", string(f.State))
	}
	const entered = "entered"
	if f.Cursor != "" {
		last, at, err := decodeCursor(f.Cursor, entered, timeKey)
		if err != nil {
			return nil, "", err
		}
		c.and("(i.entered_at, i.id) < (?, ?)", at, last.ID)
	}
	limit := pageSize(f.Limit)
	rows, err := all[impactRead](tx, impactsRead+c.where()+" ORDER BY i.entered_at DESC, i.id DESC LIMIT ?", append(c.args, limit+1)...)
	if err != nil {
		return nil, "", fmt.Errorf("store: impacts: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1].Impact
		next = cursor{Sort: entered, Key: last.EnteredAt.UTC().Format(timeLayout), ID: last.ID}.encode()
	}
	return impactsOf(rows), next, nil
}

// lastChecked is the last report of each measure of each practice that is open
// and stood as checked at the end of the sight's day, as it was then: by the end
// of its period. It takes @on and @until.
const lastChecked = `SELECT i.report_id AS id, i.version, i.practice_id, i.measure, i.baseline, i.value, i.baseline_from, i.baseline_to, i.from_on, i.to_on, i.method, i.sample,
		i.checked_at, 'checked' AS state, o.code AS practice_code, o.name AS practice_name,
		row_number() OVER (PARTITION BY i.practice_id, i.measure ORDER BY i.to_on DESC, i.report_id DESC) AS nth
	FROM impact_checked i JOIN organisations o ON o.id = i.practice_id AND (o.ended_on IS NULL OR o.ended_on >= @on)
	WHERE i.checked_at < @until AND (i.ended_at IS NULL OR i.ended_at >= @until)`

func (s Sight) impactArgs() map[string]any {
	return map[string]any{"place": string(s.Place.ID), "on": dbDate{s.Day}, "until": dbTime{s.Day.AddDays(1).Start()}}
}

// CheckedImpacts returns the last report of each measure of each practice
// beneath the sight's place that was checked until its day, by practice, and
// how many practices there are.
func (tx *Tx) CheckedImpacts(s Sight) (list []countersign.Impact, practices int, err error) {
	args := s.impactArgs()
	beneath := " IN (SELECT u.organisation_id FROM " + s.lineage(args) + " u WHERE u.ancestor_id = @place)"
	rows, err := all[impactRead](tx, "SELECT * FROM ("+lastChecked+" AND i.practice_id"+beneath+") q WHERE q.nth = 1 ORDER BY q.practice_name, q.practice_id, q.measure", args)
	if err != nil {
		return nil, 0, fmt.Errorf("store: checked impacts: %w", err)
	}
	practices, err = one[int](tx, "SELECT count(*) FROM organisations o WHERE o.kind = 'practice' AND (o.ended_on IS NULL OR o.ended_on >= @on) AND o.id"+beneath, args)
	if err != nil {
		return nil, 0, fmt.Errorf("store: checked impacts: practices: %w", err)
	}
	return impactsOf(rows), practices, nil
}

// ImpactReporters returns how many practices of each training hub have a
// report of each measure that was checked until the sight's day: by measure,
// and by the training hub's identifier.
func (tx *Tx) ImpactReporters(s Sight) (map[string]map[string]int, error) {
	args := s.impactArgs()
	rows, err := all[struct {
		Measure, Hub string
		N            int
	}](tx, "SELECT q.measure, h.id AS hub, count(*) AS n FROM ("+lastChecked+") q JOIN "+s.lineage(args)+
		` u ON u.organisation_id = q.practice_id JOIN organisations h ON h.id = u.ancestor_id AND h.kind = 'hub'
		WHERE q.nth = 1 GROUP BY q.measure, h.id`, args)
	if err != nil {
		return nil, fmt.Errorf("store: impact reporters: %w", err)
	}
	by := map[string]map[string]int{}
	for _, r := range rows {
		if by[r.Measure] == nil {
			by[r.Measure] = map[string]int{}
		}
		by[r.Measure][r.Hub] = r.N
	}
	return by, nil
}
