package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// hoursRow is a row of hours, which a trigger keeps from being changed.
type hoursRow struct {
	ID               string
	ApprenticeshipID string
	OccurredOn       dbDate
	Minutes          int
	Kind             string
	Learnt           string
	Competencies     dbJSON[[]string]
	SessionID        dbRef
	ByID             string
	At               dbTime
}

// TableName implements GORM's Tabler.
func (hoursRow) TableName() string { return "hours" }

// hoursDecisionRow is a row of hours_decisions, which a trigger keeps from
// being changed.
type hoursDecisionRow struct {
	ID      string
	HoursID string
	State   string
	Reason  string
	ByID    dbRef
	ByName  string
	ByRole  string
	At      dbTime
}

// TableName implements GORM's Tabler.
func (hoursDecisionRow) TableName() string { return "hours_decisions" }

func (r hoursDecisionRow) toDomain() countersign.HoursDecision {
	return countersign.HoursDecision{
		By: countersign.PersonID(r.ByID), ByName: r.ByName, ByRole: countersign.NamingRole(r.ByRole), At: r.At.Time, Reason: r.Reason,
	}
}

const (
	hoursColumns = `h.id, h.apprenticeship_id, h.occurred_on, h.minutes, h.kind, h.learnt, h.competencies, h.session_id, h.by_id, h.at,
		v.by_id AS verified_by_id, COALESCE(v.by_name, '') AS verified_by_name, COALESCE(v.by_role, '') AS verified_by_role, v.at AS verified_at,
		r.by_id AS reversed_by_id, COALESCE(r.by_name, '') AS reversed_by_name, COALESCE(r.by_role, '') AS reversed_by_role, r.at AS reversed_at,
		COALESCE(r.reason, '') AS reversed_reason`
	hoursTables = ` FROM hours h LEFT JOIN hours_decisions v ON v.hours_id = h.id AND v.state = 'verified'
		LEFT JOIN hours_decisions r ON r.hours_id = h.id AND r.state = 'reversed'`
)

// The states as conditions.
var hoursStates = map[countersign.HoursState]string{
	countersign.HoursSubmitted: "v.id IS NULL AND r.id IS NULL",
	countersign.HoursVerified:  "v.id IS NOT NULL AND r.id IS NULL",
	countersign.HoursReversed:  "r.id IS NOT NULL",
}

// hoursRead is an entry as it is read.
type hoursRead struct {
	Hours    hoursRow         `gorm:"embedded"`
	Verified hoursDecisionRow `gorm:"embedded;embeddedPrefix:verified_"`
	Reversed hoursDecisionRow `gorm:"embedded;embeddedPrefix:reversed_"`
}

func (r hoursRead) toDomain() countersign.HoursEntry {
	h := r.Hours
	e := countersign.HoursEntry{
		ID: countersign.HoursID(h.ID), Apprenticeship: countersign.ApprenticeshipID(h.ApprenticeshipID), On: h.OccurredOn.Date,
		Minutes: h.Minutes, Kind: countersign.HoursKind(h.Kind), Learnt: h.Learnt, Competencies: h.Competencies.V,
		Session: countersign.SessionID(h.SessionID), EnteredBy: countersign.PersonID(h.ByID), EnteredAt: h.At.Time,
		Verified: r.Verified.toDomain(), Reversed: r.Reversed.toDomain(), State: countersign.HoursSubmitted,
	}
	switch {
	case !e.Reversed.At.IsZero():
		e.State = countersign.HoursReversed
	case !e.Verified.At.IsZero():
		e.State = countersign.HoursVerified
	}
	return e
}

var (
	// Whoever reads the log with what was learnt.
	hoursReaders = []authz.Action{authz.ReadHours, authz.LogHours, authz.VerifyHours}
	// Whoever reads how much was logged, without the text.
	hoursCounters = append([]authz.Action{authz.ReadProgramme, authz.HoldSessions, authz.ReadGateway, authz.SubmitPortfolio, authz.PrepareReview}, hoursReaders...)
)

// HoursFilter says which entries to list. Zero values ask for nothing.
type HoursFilter struct {
	State    countersign.HoursState
	Kind     countersign.HoursKind
	From, To countersign.Date
	Limit    int
	Cursor   string
}

// Hours returns a page of the log, the latest day first, and the cursor of the
// next page. Without the right to read what was learnt the texts are empty.
func (tx *Tx) Hours(p authz.Permit, f HoursFilter) ([]countersign.HoursEntry, string, error) {
	app, err := beneath(p, hoursCounters...)
	if err != nil {
		return nil, "", fmt.Errorf("store: hours: %w", err)
	}
	var c conditions
	c.and("h.apprenticeship_id = ?", app)
	if f.State != "" {
		c.and(hoursStates[f.State])
	}
	if f.Kind != "" {
		c.and("h.kind = ?", string(f.Kind))
	}
	if !f.From.IsZero() {
		c.and("h.occurred_on >= ?", dbDate{f.From})
	}
	if !f.To.IsZero() {
		c.and("h.occurred_on <= ?", dbDate{f.To})
	}
	const latest = "latest"
	if f.Cursor != "" {
		last, key, err := decodeCursor(f.Cursor, latest, dateKey)
		if err != nil {
			return nil, "", err
		}
		c.and("(h.occurred_on, h.id) < (?, ?)", key, last.ID)
	}
	limit := pageSize(f.Limit)
	list, err := tx.hours(p, c, "h.occurred_on DESC, h.id DESC LIMIT ?", limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("store: hours: %w", err)
	}
	if len(list) <= limit {
		return list, "", nil
	}
	list = list[:limit]
	last := list[limit-1]
	return list, cursor{Sort: latest, Key: last.On.String(), ID: string(last.ID)}.encode(), nil
}

// HoursOn returns every entry of a day, in the order in which they were made.
func (tx *Tx) HoursOn(p authz.Permit, day countersign.Date) ([]countersign.HoursEntry, error) {
	app, err := beneath(p, hoursCounters...)
	if err != nil {
		return nil, fmt.Errorf("store: hours of a day: %w", err)
	}
	var c conditions
	c.and("h.apprenticeship_id = ? AND h.occurred_on = ?", app, dbDate{day})
	list, err := tx.hours(p, c, "h.id")
	if err != nil {
		return nil, fmt.Errorf("store: hours of a day: %w", err)
	}
	return list, nil
}

// HoursEntry returns one entry.
func (tx *Tx) HoursEntry(p authz.Permit, id countersign.HoursID) (countersign.HoursEntry, error) {
	app, err := beneath(p, hoursCounters...)
	if err != nil {
		return countersign.HoursEntry{}, fmt.Errorf("store: hours entry: %w", err)
	}
	var c conditions
	c.and("h.apprenticeship_id = ? AND h.id = ?", app, string(id))
	list, err := tx.hours(p, c, "h.id")
	if err != nil || len(list) == 0 {
		if err == nil {
			err = notFound()
		}
		return countersign.HoursEntry{}, fmt.Errorf("store: hours entry: %w", err)
	}
	return list[0], nil
}

func (tx *Tx) hours(p authz.Permit, c conditions, order string, args ...any) ([]countersign.HoursEntry, error) {
	rows, err := all[hoursRead](tx, "SELECT "+hoursColumns+hoursTables+c.where()+" ORDER BY "+order, append(c.args, args...)...)
	if err != nil {
		return nil, err
	}
	out := make([]countersign.HoursEntry, len(rows))
	for i, r := range rows {
		out[i] = r.toDomain()
		if !p.Allows(hoursReaders...) {
			out[i].Learnt = ""
		}
	}
	return out, nil
}

// HoursSums returns how many minutes wait to be verified and how many are.
func (tx *Tx) HoursSums(p authz.Permit) (submitted, verified int, err error) {
	app, err := beneath(p, hoursCounters...)
	if err != nil {
		return 0, 0, fmt.Errorf("store: hours sums: %w", err)
	}
	r, err := one[struct{ Submitted, Verified int }](tx, `SELECT
		COALESCE(sum(h.minutes) FILTER (WHERE `+hoursStates[countersign.HoursSubmitted]+`), 0) AS submitted,
		COALESCE(sum(h.minutes) FILTER (WHERE `+hoursStates[countersign.HoursVerified]+`), 0) AS verified`+hoursTables+`
		WHERE h.apprenticeship_id = ?`, app)
	if err != nil {
		return 0, 0, fmt.Errorf("store: hours sums: %w", err)
	}
	return r.Submitted, r.Verified, nil
}

// AddHours adds an entry of the permit's actor to the log. The identifier is
// made here.
func (tx *Tx) AddHours(p authz.Permit, e countersign.HoursEntry) (countersign.HoursEntry, error) {
	app, err := beneath(p, authz.LogHours, authz.HoldSessions)
	if err != nil {
		return e, fmt.Errorf("store: add hours: %w", err)
	}
	id := countersign.HoursID(tx.NewID())
	if e.Competencies == nil {
		e.Competencies = []string{}
	}
	if err := tx.insert(&hoursRow{
		ID: string(id), ApprenticeshipID: app, OccurredOn: dbDate{e.On}, Minutes: e.Minutes, Kind: string(e.Kind), Learnt: e.Learnt,
		Competencies: dbJSON[[]string]{e.Competencies}, SessionID: dbRef(e.Session), ByID: string(p.Actor().ID()), At: dbTime{tx.Now()},
	}); err != nil {
		return e, fmt.Errorf("store: add hours: %w", err)
	}
	return tx.HoursEntry(p, id)
}

// DecideHours adds what the permit's actor decided about an entry. An entry
// that is in that state already is a Conflict.
func (tx *Tx) DecideHours(p authz.Permit, id countersign.HoursID, to countersign.HoursState, as countersign.NamingRole, reason string) (countersign.HoursEntry, error) {
	if _, err := beneath(p, authz.LogHours, authz.VerifyHours, authz.HoldSessions); err != nil {
		return countersign.HoursEntry{}, fmt.Errorf("store: decide hours: %w", err)
	}
	if _, err := tx.HoursEntry(p, id); err != nil {
		return countersign.HoursEntry{}, err
	}
	if err := tx.insert(&hoursDecisionRow{
		ID: tx.NewID(), HoursID: string(id), State: string(to), Reason: reason,
		ByID: dbRef(p.Actor().ID()), ByName: p.Actor().Name(), ByRole: string(as), At: dbTime{tx.Now()},
	}); err != nil {
		return countersign.HoursEntry{}, fmt.Errorf("store: decide hours: %w", err)
	}
	return tx.HoursEntry(p, id)
}

// HoursSubject returns the subject that an entry belongs to.
func (tx *Tx) HoursSubject(id countersign.HoursID) (authz.Subject, error) {
	return tx.subject("hours subject", "(SELECT h.apprenticeship_id FROM hours h WHERE h.id = ?)", string(id))
}

// WaitingHours is an entry that waits to be verified, with whose it is.
type WaitingHours struct {
	countersign.HoursEntry
	ApprenticeName string
	PracticeName   string
}

const waitingHours = hoursTables + ` JOIN apprenticeships a ON a.id = h.apprenticeship_id
	WHERE v.id IS NULL AND r.id IS NULL AND a.state NOT IN ('declined', 'completed', 'withdrawn') AND a.apprentice_id <> ? AND `

// WaitingHours returns what waits to be verified within the scope of
// authz.VerifyHours, the oldest entry first, and how many entries that are in
// all.
func (tx *Tx) WaitingHours(scope authz.Scope, limit int) ([]WaitingHours, int, error) {
	within, args := tx.inScope(scope)
	args = append([]any{string(scope.Person)}, args...)
	n, err := one[struct{ N int }](tx, "SELECT count(*) AS n"+waitingHours+within, args...)
	if err != nil || n.N == 0 || limit == 0 {
		return nil, n.N, err
	}
	rows, err := all[struct {
		Read           hoursRead `gorm:"embedded"`
		ApprenticeName string
		PracticeName   string
	}](tx, "SELECT w.*, p.name AS apprentice_name, o.name AS practice_name FROM (SELECT "+hoursColumns+", a.apprentice_id, a.practice_id"+waitingHours+within+
		") w JOIN people p ON p.id = w.apprentice_id JOIN organisations o ON o.id = w.practice_id ORDER BY w.at, w.id LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, 0, fmt.Errorf("store: waiting hours: %w", err)
	}
	out := make([]WaitingHours, len(rows))
	for i, r := range rows {
		out[i] = WaitingHours{r.Read.toDomain(), r.ApprenticeName, r.PracticeName}
	}
	return out, n.N, nil
}
