package store

import (
	"fmt"
	"strings"

	"countersign/internal/countersign"
)

// Sight is what a report looks at: the tallies beneath a place, by the places
// directly beneath it, as they stand now or stood at the end of a month.
type Sight struct {
	Place countersign.Organisation
	Month countersign.Month // at the end of which; zero for now
	Day   countersign.Date  // by which days decide: today, or the month's last
	Map   countersign.Date  // on which places were beneath each other as they are shown; zero for today

	// Hubs asks for every training hub, or for those in Among, instead of
	// what is beneath the place.
	Hubs  bool
	Among []countersign.OrganisationID

	Framework string // identifier; empty for all
	Cohort    string // empty for all; Cells has them all anyway
}

// Cell is what the apprenticeships of one area, framework and cohort add up to.
type Cell struct {
	Area      countersign.OrganisationID // directly beneath the place; the place itself for a practice
	Framework string
	Cohort    string
	countersign.Counts
}

// The figures that add up, as SQL over tallies t. countersign.Counts.Count
// says the same of one of them.
var figureSQL = map[countersign.FigureCode]string{
	countersign.FigStarters:       counted(begun),
	countersign.FigActive:         counted(learns),
	countersign.FigOnBreak:        counted(begun + " AND t.state = 'on_break'"),
	countersign.FigSubmitted:      counted(begun + " AND t.state = 'submitted'"),
	countersign.FigCompleted:      counted(begun + " AND t.state = 'completed'"),
	countersign.FigWithdrawn:      counted(begun + " AND t.state = 'withdrawn'"),
	countersign.FigOnTrack:        counted(learns + " AND t.stuck_day > @day AND t.slips_day > @day"),
	countersign.FigSlipping:       counted(learns + " AND t.stuck_day > @day AND t.slips_day <= @day"),
	countersign.FigStuck:          counted(learns + " AND t.stuck_day <= @day"),
	countersign.FigOverdue:        counted(learns + " AND t.planned_end_day < @day"),
	countersign.FigSignings:       summed("t.signings", begun+" AND t.signings_month = @month"),
	countersign.FigSignedOff:      summed("t.signed_off", learns),
	countersign.FigInScope:        summed("t.in_scope", learns),
	countersign.FigVerified:       summed("t.verified", learns),
	countersign.FigExpected:       summed("t.target * "+learnt+" / t.plan_days", learns+" AND t.plan_days > 0"),
	countersign.FigReviewsDue:     counted(learns + " AND t.review_day BETWEEN @day AND @end"),
	countersign.FigReviewsOverdue: counted(learns + " AND t.review_day < @day"),
	countersign.FigWaiting:        summed("t.to_sign", begun),
	countersign.FigWaitingFor:     counted(begun + " AND t.to_sign > 0"),
	countersign.FigUnmentored:     counted(learns + " AND (t.supervisor_id IS NULL OR t.mentor_id IS NULL)"),
	countersign.FigDue:            summed("t.due", "TRUE"),
	countersign.FigClaimed:        summed("t.claimed", "TRUE"),
	countersign.FigPaid:           summed("t.paid", "TRUE"),
}

const (
	begun  = "t.begun AND t.start_day <= @day"
	learns = begun + " AND t.state IN ('active', 'referred_back')"
	// learnt are the days of learning so far, of those in the plan.
	learnt = `CASE WHEN t.learn_until_day < @day AND t.learn_until_day < t.learn_from_day OR @day < t.learn_from_day THEN 0
		WHEN t.learn_until_day < @day AND t.learn_until_day - t.learn_from_day + 1 < t.plan_days THEN t.learn_until_day - t.learn_from_day + 1
		WHEN t.learn_until_day >= @day AND @day - t.learn_from_day + 1 < t.plan_days THEN @day - t.learn_from_day + 1
		ELSE t.plan_days END`
)

func counted(when string) string { return "count(*) FILTER (WHERE " + when + ")" }

func summed(what, when string) string {
	return "COALESCE(sum(" + what + ") FILTER (WHERE " + when + "), 0)"
}

// lineage is who was beneath whom on the map of the sight.
func (s Sight) lineage(args map[string]any) string {
	if s.Map.IsZero() {
		return "organisation_ancestors"
	}
	args["map"] = dbDate{s.Map}
	lineage, _ := lineageOn(s.Map)
	return strings.ReplaceAll(lineage, "?", "@map")
}

// from is where the tallies of the sight come from, each with its area.
func (s Sight) from() (string, map[string]any) {
	args := map[string]any{
		"place": string(s.Place.ID), "day": s.Day.Number(), "month": countersign.MonthOf(s.Day).Number(), "end": countersign.MonthOf(s.Day).Last().Number(),
		"framework": s.Framework, "cohort": s.Cohort,
	}
	tallies, lineage, depth := "tallies", s.lineage(args), "1"
	if !s.Month.IsZero() {
		tallies, args["kept"] = "(SELECT * FROM tally_months WHERE month = @kept)", s.Month.Number()
	}
	if s.Place.Kind == countersign.Practice {
		depth = "0"
	}
	if s.Hubs {
		return " FROM " + tallies + " t JOIN (" + s.hubs(lineage, args) + ") p ON p.organisation_id = t.practice_id", args
	}
	return " FROM " + tallies + " t JOIN (SELECT u.organisation_id, u.ancestor_id AS area FROM " + lineage + " u JOIN " + lineage +
		" d ON d.organisation_id = u.ancestor_id WHERE d.ancestor_id = @place AND d.depth = " + depth + ") p ON p.organisation_id = t.practice_id", args
}

// hubs is what is beneath the training hubs of the sight.
func (s Sight) hubs(lineage string, args map[string]any) string {
	hubs := "SELECT u.organisation_id, u.ancestor_id AS area FROM " + lineage + " u JOIN organisations o ON o.id = u.ancestor_id WHERE o.kind = 'hub'"
	if s.Among != nil {
		args["among"] = s.Among
		hubs += " AND o.id IN @among"
	}
	return hubs
}

// area is what the parts of a report are kept by: the training hub, if the
// sight is of those.
func (s Sight) area() string {
	if s.Hubs {
		return "p.area"
	}
	return "''"
}

// Cells adds the tallies up. It takes two statements.
func (tx *Tx) Cells(s Sight) ([]Cell, error) {
	cells, err := tx.cells(s)
	if err != nil {
		return nil, fmt.Errorf("store: cells: %w", err)
	}
	return cells, nil
}

func (tx *Tx) cells(s Sight) ([]Cell, error) {
	from, args := s.from()
	codes := countersign.Added()
	columns := make([]string, len(codes))
	for i, code := range codes {
		columns[i] = figureSQL[code]
	}
	const key = "p.area, t.framework_id, t.cohort"
	rows, err := tx.db.Raw("SELECT "+key+", "+strings.Join(columns, ", ")+from+" GROUP BY "+key, args).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer func() { _ = rows.Close() }()
	var cells []Cell
	at := map[[3]string]int{}
	for rows.Next() {
		cell := Cell{Counts: countersign.NewCounts()}
		into := []any{&cell.Area, &cell.Framework, &cell.Cohort}
		for i := range cell.N {
			into = append(into, &cell.N[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		at[[3]string{string(cell.Area), cell.Framework, cell.Cohort}] = len(cells)
		cells = append(cells, cell)
	}
	if err := rows.Err(); err != nil {
		return nil, classify(err)
	}
	return cells, tx.spreads(s, func(area, framework, cohort string, took, waited *int, n int) {
		c := &cells[at[[3]string{area, framework, cohort}]]
		if took != nil {
			c.Took[*took] += n
		}
		if waited != nil {
			c.Wait[*waited] += n
		}
	})
}

// spreads says how many apprenticeships took how many days, and how many have
// waited how many.
func (tx *Tx) spreads(s Sight, each func(area, framework, cohort string, took, waited *int, n int)) error {
	from, args := s.from()
	const key = "p.area, t.framework_id, t.cohort"
	rows, err := tx.db.Raw("SELECT "+key+", CASE WHEN t.state = 'completed' THEN t.ended_day - t.start_day + 1 END AS took, CASE WHEN t.to_sign > 0 THEN @day - t.to_sign_day END AS waited, count(*)"+
		from+" WHERE "+begun+" AND (t.state = 'completed' OR t.to_sign > 0) GROUP BY "+key+", took, waited", args).Rows()
	if err != nil {
		return classify(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var area, framework, cohort string
		var took, waited *int
		var n int
		if err := rows.Scan(&area, &framework, &cohort, &took, &waited, &n); err != nil {
			return err
		}
		each(area, framework, cohort, took, waited, n)
	}
	return classify(rows.Err())
}
