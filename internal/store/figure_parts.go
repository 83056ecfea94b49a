package store

import (
	"fmt"
	"strings"

	"countersign/internal/countersign"
)

// chosen is the condition of the sight's framework and cohort.
const chosen = "(@framework = '' OR t.framework_id = @framework) AND (@cohort = '' OR t.cohort = @cohort)"

// Parts are what a report follows from that isn't in a Cell.
type Parts struct {
	Mentored  []Mentored
	Forecasts []FinishRange // of those who are still going
}

// Mentored are the apprentices of a practice whom a GP supervisor, or nobody,
// looks after.
type Mentored struct {
	Practice    countersign.OrganisationID
	Supervisor  countersign.PersonID // empty for nobody
	Apprentices int                  // active
	Unmentored  int                  // of these, without a full set of mentors
	Load        int                  // that their frameworks expect a supervisor to have at most
	Waiting     int                  // competencies
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

// FinishRange counts the apprentices whose forecast says so.
type FinishRange struct {
	Finish, Early, Late countersign.Month
	N                   int
}

// Parts returns those of the sight's framework and cohort: by training hub, if
// the sight is of those, else all under an empty identifier. It takes two
// statements.
func (tx *Tx) Parts(s Sight) (map[countersign.OrganisationID]*Parts, error) {
	parts := map[countersign.OrganisationID]*Parts{}
	at := func(area string) *Parts {
		id := countersign.OrganisationID(area)
		if parts[id] == nil {
			parts[id] = &Parts{}
		}
		return parts[id]
	}
	if err := tx.mentored(s, at); err != nil {
		return nil, fmt.Errorf("store: mentored: %w", err)
	}
	if err := tx.forecasts(s, at); err != nil {
		return nil, fmt.Errorf("store: forecasts: %w", err)
	}
	return parts, nil
}

// looksAfter is the condition of those whom somebody has to look after.
const looksAfter = begun + " AND (t.to_sign > 0 OR t.state IN ('active', 'referred_back')) AND " + chosen

func (tx *Tx) mentored(s Sight, at func(string) *Parts) error {
	from, args := s.from()
	rows, err := tx.db.Raw("SELECT "+s.area()+" AS area, t.practice_id, t.supervisor_id, "+counted(learns)+", "+
		counted(learns+" AND (t.supervisor_id IS NULL OR t.mentor_id IS NULL)")+", min(t.mentor_load), sum(t.to_sign)"+from+
		" WHERE "+looksAfter+" GROUP BY 1, t.practice_id, t.supervisor_id", args).Rows()
	if err != nil {
		return classify(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var area string
		var m Mentored
		var supervisor dbRef
		if err := rows.Scan(&area, &m.Practice, &supervisor, &m.Apprentices, &m.Unmentored, &m.Load, &m.Waiting); err != nil {
			return err
		}
		m.Supervisor = countersign.PersonID(supervisor)
		p := at(area)
		p.Mentored = append(p.Mentored, m)
	}
	return classify(rows.Err())
}

func (tx *Tx) forecasts(s Sight, at func(string) *Parts) error {
	from, args := s.from()
	rows, err := all[struct {
		Area                                  string
		FinishMonth, EarlyMonth, LateMonth, N int
	}](tx, "SELECT "+s.area()+" AS area, t.finish_month, t.early_month, t.late_month, count(*) AS n"+from+
		" WHERE t.finish_month IS NOT NULL AND "+begun+" AND "+chosen+" GROUP BY 1, t.finish_month, t.early_month, t.late_month", args)
	for _, r := range rows {
		p := at(r.Area)
		p.Forecasts = append(p.Forecasts, FinishRange{countersign.MonthNumber(r.FinishMonth), countersign.MonthNumber(r.EarlyMonth), countersign.MonthNumber(r.LateMonth), r.N})
	}
	return err
}

// BusiestSupervisors returns the GP supervisors of the sight for whom most
// waits, at most limit of them.
func (tx *Tx) BusiestSupervisors(s Sight, limit int) ([]SupervisorLoad, error) {
	from, args := s.from()
	args["limit"] = limit
	list, err := all[SupervisorLoad](tx, `SELECT l.supervisor_id AS person, p.name, l.apprentices, l.mentor_load AS load, l.waiting, COALESCE(@day - l.since, 0) AS oldest_days
		FROM (SELECT t.supervisor_id, `+counted(learns)+` AS apprentices, min(t.mentor_load) AS mentor_load, sum(t.to_sign) AS waiting, min(t.to_sign_day) AS since`+from+
		" WHERE t.supervisor_id IS NOT NULL AND "+looksAfter+` GROUP BY t.supervisor_id) l JOIN people p ON p.id = l.supervisor_id
		ORDER BY l.waiting DESC, l.since, l.apprentices DESC, p.search, p.id LIMIT @limit`, args)
	if err != nil {
		return nil, fmt.Errorf("store: busiest supervisors: %w", err)
	}
	return list, nil
}

// MonthCounts returns the figures that add up of the sight at the ends of the
// last so many months before its day that were kept, and at which anybody was
// there.
func (tx *Tx) MonthCounts(s Sight, months int) (map[countersign.Month]countersign.Counts, error) {
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
		" WHERE t.month >= @first AND t.month < @last AND " + chosen + " GROUP BY m.month")
	rows, err := tx.db.Raw(query, args).Rows()
	if err != nil {
		return nil, fmt.Errorf("store: month counts: %w", classify(err))
	}
	defer func() { _ = rows.Close() }()
	out := map[countersign.Month]countersign.Counts{}
	for rows.Next() {
		c := countersign.NewCounts()
		var month int
		into := []any{&month}
		for i := range c.N {
			into = append(into, &c.N[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("store: month counts: %w", err)
		}
		out[countersign.MonthNumber(month)] = c
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

// Hubs returns the training hubs, and which place each of them, and each place
// above one, was directly beneath on the map of the sight; that of the top is
// empty.
func (tx *Tx) Hubs(s Sight) (hubs []countersign.OrganisationID, above map[string]string, err error) {
	args := map[string]any{"kinds": []string{"national", "region", "hub"}}
	rows, err := all[struct{ ID, Kind, Above string }](tx, "SELECT o.id, o.kind, COALESCE(d.ancestor_id, '') AS above FROM organisations o LEFT JOIN "+s.lineage(args)+
		" d ON d.organisation_id = o.id AND d.depth = 1 WHERE o.kind IN @kinds", args)
	if err != nil {
		return nil, nil, fmt.Errorf("store: hubs: %w", err)
	}
	above = make(map[string]string, len(rows))
	for _, r := range rows {
		if above[r.ID] = r.Above; countersign.OrganisationKind(r.Kind) == countersign.Hub {
			hubs = append(hubs, countersign.OrganisationID(r.ID))
		}
	}
	return hubs, above, nil
}
