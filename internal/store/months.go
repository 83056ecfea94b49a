package store

import (
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"countersign/internal/countersign"
)

// KeptMonth is a month's end that was kept, and when that was.
type KeptMonth struct {
	Month   countersign.Month
	TakenAt time.Time
}

type monthRow struct {
	Month   int
	LastDay int
	TakenAt dbTime
}

// TableName implements GORM's Tabler.
func (monthRow) TableName() string { return "months" }

// KeptMonths returns the months whose end was kept, the last first.
func (tx *Tx) KeptMonths() ([]KeptMonth, error) {
	rows, err := all[monthRow](tx, "SELECT month, last_day, taken_at FROM months ORDER BY month DESC")
	if err != nil {
		return nil, fmt.Errorf("store: kept months: %w", err)
	}
	out := make([]KeptMonth, len(rows))
	for i, r := range rows {
		out[i] = KeptMonth{countersign.MonthNumber(r.Month), r.TakenAt.Time}
	}
	return out, nil
}

// KeepMonth keeps the tallies as a month's end. It reports false, and does
// nothing, if that month is kept already. The decisions of the month are
// counted afresh, since a tally that changed after its end has forgotten them.
func (tx *Tx) KeepMonth(m countersign.Month) (bool, error) {
	if !tx.write {
		return false, fmt.Errorf("store: keep month: %w", errReadOnly)
	}
	done := tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&monthRow{m.Number(), m.Last().Number(), dbTime{tx.Now()}})
	if err := classify(done.Error); err != nil || done.RowsAffected == 0 {
		if err != nil {
			err = fmt.Errorf("store: keep month: %w", err)
		}
		return false, err
	}
	_, err := tx.exec("INSERT INTO tally_months (month, "+tallyColumns+") SELECT ?, "+tallyColumns+" FROM tallies", m.Number())
	if err == nil {
		_, err = tx.exec(`UPDATE tally_months SET signings_month = ?, signings = (SELECT count(*) FROM sign_offs s
			WHERE s.apprenticeship_id = tally_months.apprenticeship_id AND s.signed_at >= ? AND s.signed_at < ? AND `+completesSignOff+`)
			WHERE month = ? AND signings_month <> ?`, m.Number(), dbTime{m.First().Start()}, dbTime{m.Last().AddDays(1).Start()}, m.Number(), m.Number())
	}
	if err != nil {
		return false, fmt.Errorf("store: keep month: %w", err)
	}
	return true, nil
}

// FirstEnrolment returns the London day on which the first apprenticeship was
// entered; zero if there is none, or if a tally was never worked out: that of an
// apprenticeship which is older than tallies, or was filled in in bulk.
func (tx *Tx) FirstEnrolment() (countersign.Date, error) {
	r, err := one[struct{ First dbTime }](tx, "SELECT min(created_at) AS first FROM apprenticeships WHERE NOT EXISTS (SELECT 1 FROM tallies WHERE refresh_day = 0)")
	if err != nil {
		return countersign.Date{}, fmt.Errorf("store: first enrolment: %w", err)
	}
	return countersign.LondonDate(r.First.Time), nil
}
