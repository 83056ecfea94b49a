package store

import (
	"fmt"
	"hash/fnv"
	"slices"

	"gorm.io/gorm/clause"

	"countersign/internal/countersign"
)

// OnChange has fn work out the tallies of the apprenticeships beneath which a
// transaction has written, before it is committed. It is to be called before
// the first Write.
func (s *Store) OnChange(fn func(*Tx, []countersign.ApprenticeshipID) error) { s.tally = fn }

// retally has the tallies of everything that changed worked out.
func (s *Store) retally(tx *Tx) error {
	if len(tx.changed) == 0 || s.tally == nil {
		return nil
	}
	ids := make([]countersign.ApprenticeshipID, 0, len(tx.changed))
	for id := range tx.changed {
		ids = append(ids, countersign.ApprenticeshipID(id))
	}
	slices.Sort(ids)
	for some := range slices.Chunk(ids, talliesAtOnce) {
		if err := s.tally(tx, some); err != nil {
			return err
		}
	}
	return nil
}

// talliesAtOnce is how many apprenticeships are worked out together.
const talliesAtOnce = 200

// dayNumber is a civil date as days since 1 January 1970; the zero Date is NULL.
func dayNumber(d countersign.Date) *int {
	if d.IsZero() {
		return nil
	}
	n := d.Number()
	return &n
}

// monthNumber is the month of a date; NULL for the zero Date.
func monthNumber(d countersign.Date) *int {
	if d.IsZero() {
		return nil
	}
	n := countersign.MonthOf(d).Number()
	return &n
}

// tallyRow is a row of tallies.
type tallyRow struct {
	ApprenticeshipID string
	PracticeID       string
	FrameworkID      string
	FrameworkVersion string
	Cohort           string
	State            string
	Begun            bool
	StartDay         int
	PlannedEndDay    int
	EndedDay         *int
	InScope          int
	SignedOff        int
	SigningsMonth    int
	Signings         int
	ToSign           int
	ToSignDay        *int
	LearnFromDay     int
	LearnUntilDay    int
	PlanDays         int
	Verified         int
	Target           int
	ReviewDay        *int
	SlipsDay         *int
	StuckDay         *int
	SupervisorID     dbRef
	MentorID         dbRef
	MentorLoad       int
	Due              int
	Claimed          int
	Paid             int
	FinishMonth      *int
	EarlyMonth       *int
	LateMonth        *int
	AsOfDay          int
	RefreshDay       *int
	Digest           int
}

// TableName implements GORM's Tabler.
func (tallyRow) TableName() string { return "tallies" }

// tallyColumns are what a month's end keeps of a tally.
const tallyColumns = `apprenticeship_id, practice_id, framework_id, framework_version, cohort, state, begun, start_day, planned_end_day, ended_day,
	in_scope, signed_off, signings_month, signings, to_sign, to_sign_day, learn_from_day, learn_until_day, plan_days, verified, target, review_day,
	slips_day, stuck_day, supervisor_id, mentor_id, mentor_load, due, claimed, paid, finish_month, early_month, late_month, as_of_day, refresh_day`

func tallyRowOf(t countersign.Tally) tallyRow {
	return tallyRow{
		ApprenticeshipID: string(t.Apprenticeship), PracticeID: string(t.Practice), FrameworkID: t.FrameworkID, FrameworkVersion: t.FrameworkVersion,
		Cohort: t.Cohort, State: string(t.State), Begun: t.Begun, StartDay: t.StartOn.Number(), PlannedEndDay: t.PlannedEndOn.Number(), EndedDay: dayNumber(t.EndedOn),
		InScope: t.InScope, SignedOff: t.SignedOff, SigningsMonth: t.Month.Number(), Signings: t.Signings, ToSign: t.ToSign, ToSignDay: dayNumber(t.ToSignSince),
		LearnFromDay: t.LearnFrom.Number(), LearnUntilDay: t.LearnUntil.Number(), PlanDays: t.PlanDays, Verified: t.Verified, Target: t.Target,
		ReviewDay: dayNumber(t.ReviewDue), SlipsDay: dayNumber(t.SlipsOn), StuckDay: dayNumber(t.StuckOn),
		SupervisorID: dbRef(t.Supervisor), MentorID: dbRef(t.Mentor), MentorLoad: t.MentorLoad, Due: t.Due, Claimed: t.Claimed, Paid: t.Paid,
		FinishMonth: monthNumber(t.Finish), EarlyMonth: monthNumber(t.Early), LateMonth: monthNumber(t.Late), AsOfDay: t.AsOf.Number(), RefreshDay: dayNumber(t.RefreshOn),
		Digest: digest(t),
	}
}

// digest is a number that follows from the whole of a tally.
func digest(t countersign.Tally) int {
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, t) // never fails
	return int(int32(h.Sum32()))
}

// SaveTallies keeps tallies. Only OnChange's function calls it: the changes
// that led to them were permitted.
func (tx *Tx) SaveTallies(list []countersign.Tally) error {
	if !tx.write {
		return fmt.Errorf("store: save tallies: %w", errReadOnly)
	}
	rows := make([]tallyRow, len(list))
	for i, t := range list {
		rows[i] = tallyRowOf(t)
	}
	err := tx.db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "apprenticeship_id"}}, UpdateAll: true}).CreateInBatches(&rows, talliesAtOnce).Error
	if err != nil {
		return fmt.Errorf("store: save tallies: %w", classify(err))
	}
	return nil
}

// TouchTallies has the tallies worked out anew, at the end of the transaction,
// on whose day time alone changes them, and with stale those of people still
// going that are of another month too, whose forecasts are old. It takes up to
// limit of them, waits for whoever writes beneath their apprenticeships, and
// returns how many those are.
func (tx *Tx) TouchTallies(stale bool, limit int) (int, error) {
	due := "refresh_day <= @today"
	if stale {
		due += " OR as_of_day < @first AND state IN ('active', 'on_break', 'referred_back')"
	}
	today := tx.Today()
	n, err := tx.queueFor("SELECT t.apprenticeship_id FROM tallies t WHERE "+due+" ORDER BY t.apprenticeship_id LIMIT @limit",
		map[string]any{"today": today.Number(), "first": countersign.MonthOf(today).First().Number(), "limit": limit})
	if err != nil {
		return 0, fmt.Errorf("store: touch tallies: %w", err)
	}
	return n, nil
}

// queueFor locks the apprenticeships that a query selects, as every write
// beneath one does, and notes that something of them changed. Without the lock
// a tally could be overwritten with one that knows nothing of a write meanwhile.
func (tx *Tx) queueFor(query string, args ...any) (int, error) {
	if !tx.write {
		return 0, errReadOnly
	}
	ids, err := all[string](tx, "SELECT a.id FROM apprenticeships a WHERE a.id IN ("+query+") ORDER BY a.id"+tx.onPostgres(" FOR NO KEY UPDATE"), args...)
	tx.noteChange(ids...)
	return len(ids), err
}

// TalliesDue reports whether TouchTallies would find any.
func (tx *Tx) TalliesDue() (bool, error) {
	n, err := all[int](tx, "SELECT 1 FROM tallies WHERE refresh_day <= ? LIMIT 1", tx.Today().Number())
	if err != nil {
		return false, fmt.Errorf("store: tallies due: %w", err)
	}
	return len(n) > 0, nil
}

// Stamp is another one after every change of the rows that it is of.
type Stamp struct{ Rows, Sum int }

// MapStamp returns that of the places.
func (tx *Tx) MapStamp() (Stamp, error) {
	stamp, err := one[Stamp](tx, "SELECT count(*) AS rows, COALESCE(sum(version), 0) AS sum FROM organisations")
	if err != nil {
		return stamp, fmt.Errorf("store: map stamp: %w", err)
	}
	return stamp, nil
}

// TallyStamps returns those of the tallies of each training hub that has any.
func (tx *Tx) TallyStamps() (map[countersign.OrganisationID]Stamp, error) {
	return tx.hubStamps("tallies", "digest")
}

// WriteStamps returns those of what was written beneath the apprenticeships of
// each training hub that has any.
func (tx *Tx) WriteStamps() (map[countersign.OrganisationID]Stamp, error) {
	return tx.hubStamps("apprenticeships", "seq")
}

func (tx *Tx) hubStamps(table, column string) (map[countersign.OrganisationID]Stamp, error) {
	rows, err := all[struct {
		Area string
		Stamp
	}](tx, "SELECT p.area, sum(t.n) AS rows, sum(t.total) AS sum FROM (SELECT practice_id, count(*) AS n, sum("+column+") AS total FROM "+table+" GROUP BY practice_id) t JOIN ("+
		Sight{}.hubs("organisation_ancestors", nil)+") p ON p.organisation_id = t.practice_id GROUP BY p.area")
	if err != nil {
		return nil, fmt.Errorf("store: stamps of %s: %w", table, err)
	}
	out := make(map[countersign.OrganisationID]Stamp, len(rows))
	for _, r := range rows {
		out[countersign.OrganisationID(r.Area)] = r.Stamp
	}
	return out, nil
}
