package store

import (
	"fmt"

	"countersign/internal/countersign"
)

// HeatCell is where the active and completed apprentices of an area and cohort
// stand on one competency.
type HeatCell struct {
	Area       string
	Cohort     string
	Competency string
	InScope    int
	SignedOff  int
	Days       countersign.Spread // from the start to the sign-off
}

// HeatCells returns the competencies of one framework, which the sight must
// name, by area and cohort. What has expired since a programme was completed
// held nobody up, so it counts as signed off. It reads a row for each
// competency of each apprentice, never evidence. A month's end is not kept of
// it.
func (tx *Tx) HeatCells(s Sight) ([]HeatCell, error) {
	from, args := s.from()
	const key = "p.area, t.cohort, n.competency"
	rows, err := tx.db.Raw("SELECT "+key+", CASE WHEN n.status = 'signed_off' THEN 2 WHEN n.status = 'expired' AND t.state = 'completed' THEN 1 ELSE 0 END AS signed, n.signed_on, t.start_day, count(*)"+from+
		" JOIN attainments n ON n.apprenticeship_id = t.apprenticeship_id WHERE "+begun+" AND t.state <> 'withdrawn' AND n.status <> 'not_applicable' AND "+chosen+
		" GROUP BY "+key+", signed, n.signed_on, t.start_day", args).Rows()
	if err != nil {
		return nil, fmt.Errorf("store: heat cells: %w", classify(err))
	}
	defer func() { _ = rows.Close() }()
	var out []HeatCell
	at := map[[3]string]int{}
	for rows.Next() {
		var next HeatCell
		var on dbDate
		var signed, start, n int
		if err := rows.Scan(&next.Area, &next.Cohort, &next.Competency, &signed, &on, &start, &n); err != nil {
			return nil, fmt.Errorf("store: heat cells: %w", err)
		}
		k := [3]string{next.Area, next.Cohort, next.Competency}
		i, known := at[k]
		if !known {
			next.Days = countersign.Spread{}
			i, out = len(out), append(out, next)
			at[k] = i
		}
		cell := &out[i]
		cell.InScope += n
		if signed > 0 {
			cell.SignedOff += n
		}
		if signed == 2 {
			cell.Days[on.Number()-start] += n
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: heat cells: %w", classify(err))
	}
	return out, nil
}

// CoverageRow says how many practices and networks of a place have somebody in
// training, or who has completed.
type CoverageRow struct {
	Area                                             string
	Practices, PracticesTraining, PracticesQualified int
	Networks, NetworksTraining, NetworksQualified    int
	PracticesEither, NetworksEither                  int
}

// AddInSteps adds another row, the counts of those who have somebody rounded
// down to a multiple of step.
func (r *CoverageRow) AddInSteps(o CoverageRow, step int) {
	r.Practices, r.Networks = r.Practices+o.Practices, r.Networks+o.Networks
	for _, c := range []struct {
		to *int
		n  int
	}{
		{&r.PracticesTraining, o.PracticesTraining}, {&r.PracticesQualified, o.PracticesQualified}, {&r.PracticesEither, o.PracticesEither},
		{&r.NetworksTraining, o.NetworksTraining}, {&r.NetworksQualified, o.NetworksQualified}, {&r.NetworksEither, o.NetworksEither},
	} {
		*c.to += c.n / step * step
	}
}

// Coverage returns a row for each place directly beneath that of the sight, or
// for each training hub. It counts what is open on the day: of today's map, or
// of then.
func (tx *Tx) Coverage(s Sight) ([]CoverageRow, error) {
	args := map[string]any{"place": string(s.Place.ID), "day": s.Day.Number(), "on": dbDate{s.Day}, "framework": s.Framework, "cohort": s.Cohort}
	lineage := s.lineage(args)
	tallies, depth := "tallies", "1"
	if !s.Month.IsZero() {
		tallies, args["kept"] = "(SELECT * FROM tally_months WHERE month = @kept)", s.Month.Number()
	}
	if s.Place.Kind == countersign.Practice || s.Place.Kind == countersign.PCN {
		depth = "0"
	}
	areas := "(SELECT organisation_id FROM " + lineage + " b WHERE b.ancestor_id = @place AND b.depth = " + depth + ")"
	if s.Hubs {
		areas = "(SELECT id AS organisation_id FROM organisations WHERE kind = 'hub')"
	}
	const states = "max(CASE WHEN t.state = 'completed' THEN 1 ELSE 0 END) AS qualified, max(CASE WHEN t.state IN ('active', 'on_break', 'submitted', 'referred_back') THEN 1 ELSE 0 END) AS training"
	rows, err := all[CoverageRow](tx, `SELECT d.organisation_id AS area,
			count(*) FILTER (WHERE o.kind = 'practice') AS practices,
			count(*) FILTER (WHERE o.kind = 'practice' AND g.training = 1) AS practices_training,
			count(*) FILTER (WHERE o.kind = 'practice' AND g.qualified = 1) AS practices_qualified,
			count(*) FILTER (WHERE o.kind = 'practice' AND (g.training = 1 OR g.qualified = 1)) AS practices_either,
			count(*) FILTER (WHERE o.kind = 'pcn') AS networks,
			count(*) FILTER (WHERE o.kind = 'pcn' AND g.training = 1) AS networks_training,
			count(*) FILTER (WHERE o.kind = 'pcn' AND g.qualified = 1) AS networks_qualified,
			count(*) FILTER (WHERE o.kind = 'pcn' AND (g.training = 1 OR g.qualified = 1)) AS networks_either
		FROM `+areas+" d JOIN "+lineage+` u ON u.ancestor_id = d.organisation_id JOIN organisations o ON o.id = u.organisation_id AND o.kind IN ('practice', 'pcn')
			AND (o.ended_on IS NULL OR o.ended_on >= @on)
		LEFT JOIN (SELECT w.ancestor_id AS id, `+states+" FROM "+tallies+" t JOIN "+lineage+" w ON w.organisation_id = t.practice_id WHERE "+begun+" AND "+chosen+
		` GROUP BY w.ancestor_id) g ON g.id = o.id
		GROUP BY d.organisation_id ORDER BY d.organisation_id`, args)
	if err != nil {
		return nil, fmt.Errorf("store: coverage: %w", err)
	}
	return rows, nil
}

// MainFramework returns the framework of the sight or, if it names none, the
// one that most of its apprentices are on, with the versions that any of them
// is on; empty if there is nobody.
func (tx *Tx) MainFramework(s Sight) (id string, versions []string, err error) {
	from, args := s.from()
	rows, err := all[struct {
		FrameworkID, FrameworkVersion string
		N                             int
	}](tx, "SELECT t.framework_id, t.framework_version, count(*) AS n"+from+" WHERE "+begun+" AND "+chosen+" GROUP BY t.framework_id, t.framework_version ORDER BY t.framework_id, t.framework_version", args)
	if err != nil {
		return "", nil, fmt.Errorf("store: main framework: %w", err)
	}
	most, count := 0, map[string]int{}
	for _, r := range rows {
		if count[r.FrameworkID] += r.N; count[r.FrameworkID] > most {
			most, id = count[r.FrameworkID], r.FrameworkID
		}
	}
	for _, r := range rows {
		if r.FrameworkID == id {
			versions = append(versions, r.FrameworkVersion)
		}
	}
	return id, versions, nil
}
