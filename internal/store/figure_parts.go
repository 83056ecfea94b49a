package store

import (
	"fmt"
	"strings"

	"countersign/internal/countersign"
)

// chosen is the condition of the sight's framework and cohort.
const chosen = "(@framework = '' OR t.framework_id = @framework) AND (@cohort = '' OR t.cohort = @cohort)"

// SupervisorLoads are the GP supervisors who look after so many active
// apprentices of the sight.
type SupervisorLoads struct {
	Apprentices int
	Supervisors int
	Over        int // of these, with more apprentices than their frameworks' load
	Waiting     int // competencies of theirs that wait for sign-off
}

// perSupervisor has a row for each GP supervisor of the sight.
const perSupervisor = `SELECT t.supervisor_id, count(*) FILTER (WHERE ` + learns + `) AS apprentices, min(t.mentor_load) AS mentor_load,
	sum(t.to_sign) AS waiting, min(t.to_sign_day) AS since`

const supervised = " WHERE t.supervisor_id IS NOT NULL AND t.begun AND t.start_day <= @day AND (t.to_sign > 0 OR t.state IN ('active', 'referred_back')) AND " + chosen +
	" GROUP BY t.supervisor_id"

// SupervisorLoads returns how the GP supervisors of the sight are loaded, the
// least first.
func (tx *Tx) SupervisorLoads(s Sight) ([]SupervisorLoads, error) {
	from, args := s.from()
	loads, err := all[SupervisorLoads](tx, `SELECT apprentices, count(*) AS supervisors, count(*) FILTER (WHERE apprentices > mentor_load) AS over, sum(waiting) AS waiting
		FROM (`+perSupervisor+from+supervised+") l GROUP BY apprentices ORDER BY apprentices", args)
	if err != nil {
		return nil, fmt.Errorf("store: supervisor loads: %w", err)
	}
	return loads, nil
}

// SupervisorLoad is one GP supervisor.
type SupervisorLoad struct {
	Person      countersign.PersonID
	Name        string
	Apprentices int // active
	Load        int // that the frameworks expect at most
	Waiting     int // competencies
	OldestDays  int // of the longest wait
}

// BusiestSupervisors returns the GP supervisors of the sight for whom most
// waits, at most limit of them.
func (tx *Tx) BusiestSupervisors(s Sight, limit int) ([]SupervisorLoad, error) {
	from, args := s.from()
	args["limit"] = limit
	list, err := all[SupervisorLoad](tx, `SELECT l.supervisor_id AS person, p.name, l.apprentices, l.mentor_load AS load, l.waiting, COALESCE(@day - l.since, 0) AS oldest_days
		FROM (`+perSupervisor+from+supervised+`) l JOIN people p ON p.id = l.supervisor_id
		ORDER BY l.waiting DESC, l.since, l.apprentices DESC, p.search, p.id LIMIT @limit`, args)
	if err != nil {
		return nil, fmt.Errorf("store: busiest supervisors: %w", err)
	}
	return list, nil
}

// PracticeCounts says how many practices have active apprentices, and how many
// of these have one without a full set of mentors.
func (tx *Tx) PracticeCounts(s Sight) (practices, unmentored int, err error) {
	from, args := s.from()
	r, err := one[struct{ Practices, Unmentored int }](tx, `SELECT count(*) AS practices, count(*) FILTER (WHERE without > 0) AS unmentored FROM (
		SELECT t.practice_id, count(*) FILTER (WHERE t.supervisor_id IS NULL OR t.mentor_id IS NULL) AS without`+from+" WHERE "+learns+" AND "+chosen+" GROUP BY t.practice_id) q", args)
	if err != nil {
		return 0, 0, fmt.Errorf("store: practice counts: %w", err)
	}
	return r.Practices, r.Unmentored, nil
}

// FinishRange counts the apprentices whose forecast says so.
type FinishRange struct {
	Finish, Early, Late countersign.Month
	N                   int
}

// FinishRanges returns the forecasts of those who are still going.
func (tx *Tx) FinishRanges(s Sight) ([]FinishRange, error) {
	from, args := s.from()
	rows, err := all[struct{ FinishMonth, EarlyMonth, LateMonth, N int }](tx, "SELECT t.finish_month, t.early_month, t.late_month, count(*) AS n"+from+
		" WHERE t.finish_month IS NOT NULL AND "+begun+" AND "+chosen+" GROUP BY t.finish_month, t.early_month, t.late_month", args)
	if err != nil {
		return nil, fmt.Errorf("store: finish ranges: %w", err)
	}
	out := make([]FinishRange, len(rows))
	for i, r := range rows {
		out[i] = FinishRange{countersign.MonthNumber(r.FinishMonth), countersign.MonthNumber(r.EarlyMonth), countersign.MonthNumber(r.LateMonth), r.N}
	}
	return out, nil
}

// MonthCounts are the figures of a month's end.
type MonthCounts struct {
	Month countersign.Month
	countersign.Counts
}

// MonthCounts returns the figures that add up of the sight at the ends of the
// last so many months before its day that were kept, the first first.
func (tx *Tx) MonthCounts(s Sight, months int) ([]MonthCounts, error) {
	s.Month = countersign.Month{}
	from, args := s.from()
	last := countersign.MonthOf(s.Day)
	args["first"], args["last"] = last.Add(-months).Number(), last.Number()
	codes := countersign.Added()
	var columns []string
	for _, code := range codes {
		columns = append(columns, figureSQL[code])
	}
	from = strings.Replace(from, "FROM tallies t", "FROM tally_months t JOIN months m ON m.month = t.month", 1)
	query := strings.NewReplacer("@day", "m.last_day", "@month", "m.month", "@end", "m.last_day").Replace("SELECT m.month, " + strings.Join(columns, ", ") + from +
		" WHERE t.month >= @first AND t.month < @last AND " + chosen + " GROUP BY m.month ORDER BY m.month")
	rows, err := tx.db.Raw(query, args).Rows()
	if err != nil {
		return nil, fmt.Errorf("store: month counts: %w", classify(err))
	}
	defer func() { _ = rows.Close() }()
	var out []MonthCounts
	for rows.Next() {
		c := MonthCounts{Counts: countersign.NewCounts()}
		var month int
		into := []any{&month}
		for i := range c.N {
			into = append(into, &c.N[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("store: month counts: %w", err)
		}
		c.Month = countersign.MonthNumber(month)
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: month counts: %w", classify(err))
	}
	return out, nil
}

// Beneath returns the places directly beneath the place of the sight, by name.
func (tx *Tx) Beneath(s Sight) ([]countersign.Organisation, error) {
	args := map[string]any{"place": string(s.Place.ID)}
	rows, err := all[organisationRow](tx, "SELECT "+organisationColumns+" FROM "+s.lineage(args)+
		" d JOIN organisations o ON o.id = d.organisation_id WHERE d.ancestor_id = @place AND d.depth = 1 ORDER BY o.search, o.id", args)
	if err != nil {
		return nil, fmt.Errorf("store: beneath: %w", err)
	}
	out := make([]countersign.Organisation, len(rows))
	for i, r := range rows {
		out[i] = r.toDomain()
	}
	return out, nil
}

// AboveHubs returns which place each training hub, and each place above one,
// was directly beneath on the map of the sight; that of the top is empty.
func (tx *Tx) AboveHubs(s Sight) (map[string]string, error) {
	args := map[string]any{"kinds": []string{"national", "region", "hub"}}
	rows, err := all[struct{ ID, Above string }](tx, "SELECT o.id, COALESCE(d.ancestor_id, '') AS above FROM organisations o LEFT JOIN "+s.lineage(args)+
		" d ON d.organisation_id = o.id AND d.depth = 1 WHERE o.kind IN @kinds", args)
	if err != nil {
		return nil, fmt.Errorf("store: above hubs: %w", err)
	}
	above := make(map[string]string, len(rows))
	for _, r := range rows {
		above[r.ID] = r.Above
	}
	return above, nil
}
