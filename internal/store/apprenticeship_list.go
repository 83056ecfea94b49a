package store

import (
	"fmt"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// ApprenticeshipFilter says which apprenticeships to list and in which order.
// Empty parts ask for nothing; the scope always holds.
type ApprenticeshipFilter struct {
	State        countersign.ApprenticeshipState
	Organisation string // code; those at it or beneath
	Framework    string // identifier, of any version
	Cohort       string
	Query        string // part of the apprentice's name or e-mail address
	Going        bool   // not ended
	Overdue      bool   // active, and the planned end has passed
	Flag         string // on_track, slipping or stuck; "active" for any of them
	Unmentored   bool   // active, and nobody is named today as GP supervisor or as secondary mentor
	// Sort is "name" (the default), "progress" (least first), "last_activity"
	// (longest ago first), "planned_end" (soonest first) or "oldest_waiting"
	// (longest first, those for whom nobody waits last).
	Sort   string
	Cursor string
	Limit  int // 0: 50; at most 200
}

// ApprenticeshipRow is an apprenticeship in a list.
type ApprenticeshipRow struct {
	countersign.Apprenticeship
	SupervisorName  string // the GP supervisor named today; empty when there is none
	SupervisorEmail string
	MentorName      string // the secondary mentor named today; empty when there is none
	MentorEmail     string
	Waiting         int // what the queues hold of it
	OldestWaiting   time.Time
	HubCode         string
	Flag            countersign.Flag         // how the apprentice gets on; empty for somebody who isn't learning
	Why             []countersign.PaceReason // filled in by Service.ApprenticeshipsWithReasons only
}

// never is later than anything that will be listed.
var never = dbTime{time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)}

// listOrder is what a list is sorted by, ascending. The id makes it total.
type listOrder struct {
	sql  string
	args []any
	kind keyKind
}

var apprenticeshipOrders = map[string]listOrder{
	"name":           {sql: "p.search"},
	"progress":       {sql: "CASE WHEN a.in_scope = 0 THEN 0 ELSE a.signed_off * 10000 / a.in_scope END", kind: numberKey},
	"last_activity":  {sql: "COALESCE(a.last_activity_at, a.created_at)", kind: timeKey},
	"planned_end":    {sql: "a.planned_end_on", kind: dateKey},
	"oldest_waiting": {sql: "COALESCE(a.oldest_waiting_at, ?)", args: []any{never}, kind: timeKey},
}

// Apprenticeships lists the apprenticeships within the scope, and returns the
// cursor of the next page; empty at the end. It takes two statements.
func (tx *Tx) Apprenticeships(scope authz.Scope, f ApprenticeshipFilter) ([]ApprenticeshipRow, string, error) {
	if f.Sort == "" {
		f.Sort = "name"
	}
	order, ok := apprenticeshipOrders[f.Sort]
	if !ok {
		return nil, "", countersign.InvalidField("sort", "Select one of the orders that are offered")
	}
	c := tx.apprenticeshipConditions(scope, f)
	if err := c.getsOn(f.Flag, tx.Today().Number()); err != nil {
		return nil, "", err
	}
	if f.Cursor != "" {
		last, key, err := decodeCursor(f.Cursor, f.Sort, order.kind)
		if err != nil {
			return nil, "", err
		}
		c.and("("+order.sql+", a.id) > (?, ?)", append(append([]any{}, order.args...), key, last.ID)...)
	}
	limit := pageSize(f.Limit)
	args := append(append([]any{}, order.args...), c.args...)
	// The page is found first and its names are looked up then: a national
	// list would look up 30,000 hubs to show 50.
	rows, err := all[struct {
		Named    namedApprenticeship `gorm:"embedded"`
		HubCode  string
		SlipsDay *int
		StuckDay *int
		SortKey  sortKey
	}](tx, "SELECT "+apprenticeshipColumns+", COALESCE((SELECT h.code"+hubOfPractice+`), '') AS hub_code,
			(SELECT t.slips_day FROM tallies t WHERE t.apprenticeship_id = a.id AND t.begun) AS slips_day,
			(SELECT t.stuck_day FROM tallies t WHERE t.apprenticeship_id = a.id AND t.begun) AS stuck_day, k.sort_key
		FROM (SELECT a.id AS k_id, `+order.sql+` AS sort_key FROM apprenticeships a JOIN people p ON p.id = a.apprentice_id`+c.where()+`
			ORDER BY sort_key, a.id LIMIT ?) k JOIN apprenticeships a ON a.id = k.k_id
		ORDER BY k.sort_key, a.id`, append(args, limit+1)...)
	if err != nil {
		return nil, "", fmt.Errorf("store: apprenticeships: %w", err)
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = cursor{Sort: f.Sort, Key: order.kind.text(last.SortKey), ID: last.Named.Apprenticeship.ID}.encode()
	}
	list, ids := make([]ApprenticeshipRow, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		list[i] = ApprenticeshipRow{
			Apprenticeship: r.Named.toDomain(), HubCode: r.HubCode,
			Waiting: r.Named.Apprenticeship.Waiting, OldestWaiting: r.Named.Apprenticeship.OldestWaitingAt.Time,
			Flag: flagOf(r.Named.toDomain(), r.SlipsDay, r.StuckDay, tx.Today()),
		}
		ids[i] = r.Named.Apprenticeship.ID
	}
	if err := tx.addMentors(list, ids); err != nil {
		return nil, "", fmt.Errorf("store: apprenticeships: mentors: %w", err)
	}
	return list, next, nil
}

// flagOf is how somebody gets on by their tally.
func flagOf(a countersign.Apprenticeship, slips, stuck *int, today countersign.Date) countersign.Flag {
	if stuck == nil || slips == nil {
		return ""
	}
	return countersign.Tally{StartOn: a.StartOn, SlipsOn: countersign.DayNumber(*slips), StuckOn: countersign.DayNumber(*stuck)}.Flag(today)
}

// getsOn is the condition of a flag, as reports count it.
func (c *conditions) getsOn(flag string, day int) error {
	learning := "EXISTS (SELECT 1 FROM tallies t WHERE t.apprenticeship_id = a.id AND " + strings.ReplaceAll(learns, "@day", "?")
	switch flag {
	case "":
	case "active":
		c.and(learning+")", day)
	case string(countersign.OnTrack):
		c.and(learning+" AND t.stuck_day > ? AND t.slips_day > ?)", day, day, day)
	case string(countersign.Slipping):
		c.and(learning+" AND t.stuck_day > ? AND t.slips_day <= ?)", day, day, day)
	case string(countersign.Stuck):
		c.and(learning+" AND t.stuck_day <= ?)", day, day)
	default:
		return countersign.InvalidField("flag", "Select one of the ways to get on that are offered")
	}
	return nil
}

func (tx *Tx) apprenticeshipConditions(scope authz.Scope, f ApprenticeshipFilter) conditions {
	var c conditions
	within, args := tx.inScope(scope)
	c.and(within, args...)
	if !storable(string(f.State)) || !storable(f.Organisation) || !storable(f.Framework) || !storable(f.Cohort) {
		c.and("FALSE")
		return c
	}
	if f.State != "" {
		c.and("a.state = ?", string(f.State))
	}
	if f.Going {
		c.and("a.ended_on IS NULL")
	}
	if f.Organisation != "" {
		c.and(`a.practice_id IN (SELECT b.organisation_id FROM organisation_ancestors b
			JOIN organisations u ON u.id = b.ancestor_id WHERE u.code = ?)`, f.Organisation)
	}
	if f.Framework != "" {
		c.and("a.framework_id = ?", f.Framework)
	}
	if f.Cohort != "" {
		c.and("a.cohort = ?", f.Cohort)
	}
	if strings.TrimSpace(f.Query) != "" {
		c.and(`p.search LIKE ? ESCAPE '\'`, containing(f.Query))
	}
	if f.Overdue {
		c.and(underWay+" AND a.planned_end_on < ?", tx.today())
	}
	if f.Unmentored {
		named := "EXISTS (SELECT 1 FROM namings n WHERE n.apprenticeship_id = a.id AND n.role = ? AND " + namingValid + " AND " + namingHeld + ")"
		c.and(underWay+" AND NOT ("+named+" AND "+named+")",
			string(countersign.GPSupervisor), tx.today(), tx.today(), tx.today(), tx.today(),
			string(countersign.SecondaryMentor), tx.today(), tx.today(), tx.today(), tx.today())
	}
	return c
}

// addMentors fills in the GP supervisor and the secondary mentor named today:
// whoever is named in their own right before whoever covers, and the one named
// first.
func (tx *Tx) addMentors(list []ApprenticeshipRow, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := all[struct{ ApprenticeshipID, Role, Name, Email string }](tx, `SELECT n.apprenticeship_id, n.role, p.name, p.email
		FROM namings n JOIN people p ON p.id = n.person_id
		WHERE n.apprenticeship_id IN ? AND n.role IN ('gp_supervisor', 'secondary_mentor') AND `+namingValid+" AND "+namingHeld+`
		ORDER BY CASE WHEN n.covers_id IS NULL THEN 0 ELSE 1 END, n.from_on, n.id`, ids, tx.today(), tx.today(), tx.today(), tx.today())
	if err != nil {
		return err
	}
	at := make(map[string]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	for _, r := range rows {
		row := &list[at[r.ApprenticeshipID]]
		name, email := &row.SupervisorName, &row.SupervisorEmail
		if r.Role == string(countersign.SecondaryMentor) {
			name, email = &row.MentorName, &row.MentorEmail
		}
		if *email == "" {
			*name, *email = r.Name, r.Email
		}
	}
	return nil
}

// DueForRecount returns up to limit apprenticeships within the scope whose
// counters the passing of time has changed, longest due first.
func (tx *Tx) DueForRecount(scope authz.Scope, limit int) ([]countersign.ApprenticeshipID, error) {
	within, args := tx.inScope(scope)
	rows, err := all[struct{ ID string }](tx, "SELECT a.id FROM apprenticeships a WHERE a.recount_on <= ? AND "+within+
		" ORDER BY a.recount_on, a.id LIMIT ?", append(append([]any{tx.today()}, args...), limit)...)
	if err != nil {
		return nil, fmt.Errorf("store: due for recount: %w", err)
	}
	ids := make([]countersign.ApprenticeshipID, len(rows))
	for i, r := range rows {
		ids[i] = countersign.ApprenticeshipID(r.ID)
	}
	return ids, nil
}
