package store

import (
	"fmt"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// changeRow is a row of programme_changes, which a trigger keeps from being
// changed.
type changeRow struct {
	ID               string
	ApprenticeshipID string
	Event            string
	FromState        string
	ToState          string
	EffectiveOn      dbDate
	EndBefore        dbDate
	EndAfter         dbDate
	ReturnExpectedOn dbDate
	LastLearningOn   dbDate
	PracticeBefore   dbRef
	PracticeAfter    dbRef
	AnswersID        dbRef
	Reason           string
	Progress         string
	Support          string
	ByID             dbRef
	ByName           string
	ByRole           string
	At               dbTime
}

// TableName implements GORM's Tabler.
func (changeRow) TableName() string { return "programme_changes" }

func (r changeRow) toDomain(before, after string) countersign.Change {
	return countersign.Change{
		ID: countersign.ChangeID(r.ID), Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID),
		Event: countersign.ApprenticeshipEvent(r.Event),
		From:  countersign.ApprenticeshipState(r.FromState), To: countersign.ApprenticeshipState(r.ToState),
		On: r.EffectiveOn.Date, EndBefore: r.EndBefore.Date, EndAfter: r.EndAfter.Date,
		ReturnExpected: r.ReturnExpectedOn.Date, LastLearningOn: r.LastLearningOn.Date,
		PracticeBefore: countersign.OrganisationID(r.PracticeBefore), PracticeAfter: countersign.OrganisationID(r.PracticeAfter),
		PracticeNames: [2]string{before, after}, Answers: countersign.ChangeID(r.AnswersID),
		Reason: r.Reason, Progress: r.Progress, Support: r.Support,
		By: countersign.PersonID(r.ByID), ByName: r.ByName, ByRole: countersign.NamingRole(r.ByRole), At: r.At.Time,
	}
}

// AddChange appends a change that leaves the enrolment as it is, such as a
// request. A request that has been answered is a Conflict.
func (tx *Tx) AddChange(p authz.Permit, c countersign.Change) error {
	id, err := beneath(p, apprenticeshipWriters...)
	if err == nil {
		err = tx.addChange(p, id, c)
	}
	if err != nil {
		return fmt.Errorf("store: add change: %w", err)
	}
	return nil
}

func (tx *Tx) addChange(p authz.Permit, apprenticeship string, c countersign.Change) error {
	row := changeRowOf(c, tx.NewID(), apprenticeship)
	row.ByID, row.ByName, row.At = dbRef(p.Actor().ID()), p.Actor().Name(), dbTime{tx.Now()}
	return tx.insert(row)
}

// changeRowOf returns the row of a change, without who made it and when.
func changeRowOf(c countersign.Change, id, apprenticeship string) *changeRow {
	return &changeRow{
		ID: id, ApprenticeshipID: apprenticeship, Event: string(c.Event), FromState: string(c.From), ToState: string(c.To),
		EffectiveOn: dbDate{c.On}, EndBefore: dbDate{c.EndBefore}, EndAfter: dbDate{c.EndAfter},
		ReturnExpectedOn: dbDate{c.ReturnExpected}, LastLearningOn: dbDate{c.LastLearningOn},
		PracticeBefore: dbRef(c.PracticeBefore), PracticeAfter: dbRef(c.PracticeAfter), AnswersID: dbRef(c.Answers),
		Reason: c.Reason, Progress: c.Progress, Support: c.Support, ByRole: string(c.ByRole),
	}
}

// Changes returns what happened to the permit's apprenticeship, oldest first.
func (tx *Tx) Changes(p authz.Permit) ([]countersign.Change, error) {
	id, err := beneath(p, changeReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: changes: %w", err)
	}
	rows, err := all[struct {
		Change     changeRow `gorm:"embedded"`
		BeforeName string
		AfterName  string
	}](tx, `SELECT c.id, c.apprenticeship_id, c.event, c.from_state, c.to_state, c.effective_on, c.end_before, c.end_after,
		c.return_expected_on, c.last_learning_on, c.practice_before, c.practice_after, c.answers_id, c.reason,
		c.progress, c.support, c.by_id, c.by_name, c.by_role, c.at,
		COALESCE(b.name, '') AS before_name, COALESCE(n.name, '') AS after_name
		FROM programme_changes c LEFT JOIN organisations b ON b.id = c.practice_before LEFT JOIN organisations n ON n.id = c.practice_after
		WHERE c.apprenticeship_id = ? ORDER BY c.at, c.id`, id)
	if err != nil {
		return nil, fmt.Errorf("store: changes: %w", err)
	}
	out := make([]countersign.Change, len(rows))
	for i, r := range rows {
		out[i] = r.Change.toDomain(r.BeforeName, r.AfterName)
	}
	return out, nil
}

// LastEntry returns the day of the last entry that proves learning, a piece of
// evidence or hours; the zero Date if there is none. Drafts and reversed hours
// prove nothing.
func (tx *Tx) LastEntry(p authz.Permit) (countersign.Date, error) {
	id, err := beneath(p, append([]authz.Action{authz.ReadProgramme}, apprenticeshipWriters...)...)
	if err != nil {
		return countersign.Date{}, fmt.Errorf("store: last entry: %w", err)
	}
	r, err := one[struct{ Last dbDate }](tx, `SELECT max(t.occurred_on) AS last FROM (
		SELECT e.occurred_on FROM evidence e WHERE e.apprenticeship_id = ? AND e.revision > 0 AND NOT e.prior_learning
		UNION ALL
		SELECT h.occurred_on FROM hours h WHERE h.apprenticeship_id = ?
			AND NOT EXISTS (SELECT 1 FROM hours_decisions d WHERE d.hours_id = h.id AND d.state = 'reversed')) t`, id, id)
	if err != nil {
		return countersign.Date{}, fmt.Errorf("store: last entry: %w", err)
	}
	return r.Last.Date, nil
}

// ProgrammeTask is something that a training hub has to decide or look after.
type ProgrammeTask struct {
	Apprenticeship countersign.ApprenticeshipID
	ApprenticeName string
	PracticeName   string
	Event          countersign.ApprenticeshipEvent // accept, grant_extension or return
	Since          countersign.Date
}

// ProgrammeTasks returns applications and extensions that wait for a decision
// and overdue returns from a break, within the scope, oldest first.
func (tx *Tx) ProgrammeTasks(scope authz.Scope) ([]ProgrammeTask, error) {
	within, args := tx.inScope(scope)
	var parts []string
	var values []any
	add := func(sql string, more ...any) {
		parts = append(parts, sql+" AND "+within)
		values = append(append(values, more...), args...)
	}
	const joins = " FROM apprenticeships a JOIN people p ON p.id = a.apprentice_id JOIN organisations o ON o.id = a.practice_id "
	add("SELECT a.id, p.name AS apprentice_name, o.name AS practice_name, 'accept' AS event, c.effective_on AS since" + joins +
		"JOIN programme_changes c ON c.apprenticeship_id = a.id WHERE a.state = 'applied' AND c.event = 'apply'")
	add(`SELECT a.id, p.name, o.name, 'grant_extension', c.effective_on` + joins + `JOIN programme_changes c ON c.apprenticeship_id = a.id
		WHERE ` + underWay + ` AND c.event = 'request_extension'
		AND NOT EXISTS (SELECT 1 FROM programme_changes d WHERE d.answers_id = c.id)`)
	add("SELECT a.id, p.name, o.name, 'return', a.return_expected_on"+joins+"WHERE a.state = 'on_break' AND a.return_expected_on < ?", tx.today())
	rows, err := all[struct {
		ID             string
		ApprenticeName string
		PracticeName   string
		Event          string
		Since          dbDate
	}](tx, "SELECT * FROM ("+strings.Join(parts, " UNION ALL ")+") t ORDER BY since, id", values...)
	if err != nil {
		return nil, fmt.Errorf("store: programme tasks: %w", err)
	}
	out := make([]ProgrammeTask, len(rows))
	for i, r := range rows {
		out[i] = ProgrammeTask{
			countersign.ApprenticeshipID(r.ID), r.ApprenticeName, r.PracticeName, countersign.ApprenticeshipEvent(r.Event), r.Since.Date,
		}
	}
	return out, nil
}
