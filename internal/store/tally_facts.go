package store

import (
	"fmt"

	"countersign/internal/countersign"
)

// What completes a sign-off: a "competent" decision that waits for no
// countersignature.
const completesSignOff = "s.decision = 'competent' AND s.awaits = '' AND s.part <> 'confirmation'"

// TallyFacts returns what the tallies of those apprenticeships follow from,
// but for their programmes. It takes three statements however many there are,
// and one each if there were changes or payments.
func (tx *Tx) TallyFacts(of []countersign.ApprenticeshipID) ([]countersign.TallyFacts, error) {
	facts, err := tx.tallyFacts(of)
	if err != nil {
		return nil, fmt.Errorf("store: tally facts: %w", err)
	}
	return facts, nil
}

func (tx *Tx) tallyFacts(of []countersign.ApprenticeshipID) ([]countersign.TallyFacts, error) {
	ids := make([]string, len(of))
	for i, id := range of {
		ids[i] = string(id)
	}
	rows, err := all[struct {
		Apprenticeship            apprenticeshipRow `gorm:"embedded"`
		Verified, Prior, Signings int
		LastReviewOn              dbDate
		SubmittedAt               dbTime
		Changed, Paid             bool
	}](tx, `SELECT a.id, a.apprentice_id, a.framework_id, a.framework_version, a.practice_id, a.start_on, a.planned_end_on, a.original_end_on, a.break_days,
			a.on_break_since, a.return_expected_on, a.last_learning_on, a.cohort, a.state, a.ended_on, a.in_scope, a.signed_off, a.last_activity_at,
			(SELECT COALESCE(sum(h.minutes), 0)`+hoursTables+` WHERE h.apprenticeship_id = a.id AND `+hoursStates[countersign.HoursVerified]+`) AS verified,
			(SELECT COALESCE(sum(l.minutes), 0) FROM prior_learning l WHERE l.apprenticeship_id = a.id AND l.state = 'accepted') AS prior,
			(SELECT count(*) FROM sign_offs s WHERE s.apprenticeship_id = a.id AND s.signed_at >= ? AND `+completesSignOff+`) AS signings,
			(SELECT max(r.held_on) FROM progress_reviews r WHERE r.apprenticeship_id = a.id AND r.state = 'locked') AS last_review_on,
			(SELECT min(b.at) FROM submissions b WHERE b.apprenticeship_id = a.id) AS submitted_at,
			EXISTS (SELECT 1 FROM programme_changes c WHERE c.apprenticeship_id = a.id AND c.event IN (`+tellingChanges+`)) AS changed,
			EXISTS (SELECT 1 FROM payment_entries y WHERE y.apprenticeship_id = a.id) AS paid
		FROM apprenticeships a WHERE a.id IN ? ORDER BY a.id`, dbTime{countersign.MonthOf(tx.Today()).First().Start()}, ids)
	if err != nil {
		return nil, err
	}
	facts, at := make([]countersign.TallyFacts, len(rows)), make(map[string]*countersign.TallyFacts, len(rows))
	changed, paid := false, false
	for i, r := range rows {
		facts[i] = countersign.TallyFacts{
			Apprenticeship: r.Apprenticeship.toDomain(apprenticeshipNames{}), Verified: r.Verified, Prior: r.Prior, Signings: r.Signings,
			LastReview: r.LastReviewOn.Date, SubmittedOn: countersign.LondonDate(r.SubmittedAt.Time), Today: tx.Today(),
		}
		at[r.Apprenticeship.ID] = &facts[i]
		changed, paid = changed || r.Changed, paid || r.Paid
	}
	if err := tx.tallyAttainments(ids, at); err != nil {
		return nil, err
	}
	if err := tx.tallyNamings(ids, at); err != nil {
		return nil, err
	}
	if changed {
		if err := tx.tallyChanges(ids, at); err != nil {
			return nil, err
		}
	}
	if paid {
		if err := tx.tallyPayments(ids, at); err != nil {
			return nil, err
		}
	}
	return facts, nil
}

func (tx *Tx) tallyAttainments(ids []string, at map[string]*countersign.TallyFacts) error {
	rows, err := all[struct {
		ApprenticeshipID, Status, WaitingType string
		WaitingSince                          dbTime
		SignedOn                              dbDate
		Waited                                int
	}](tx, `SELECT apprenticeship_id, status, waiting_type, waiting_since, signed_on, waited FROM attainments
		WHERE apprenticeship_id IN ? AND (signed_on IS NOT NULL OR status IN ('ready', 'assessed') OR waiting_type IN ('sign_off', 'countersign', 'renewal'))
		ORDER BY apprenticeship_id, signed_on`, ids)
	waits := map[string][]int{}
	for _, r := range rows {
		f := at[r.ApprenticeshipID]
		if !r.SignedOn.IsZero() {
			f.SignedOn = append(f.SignedOn, r.SignedOn.Date)
			waits[r.ApprenticeshipID] = append(waits[r.ApprenticeshipID], r.Waited)
			f.WaitDays = countersign.Usual(waits[r.ApprenticeshipID])
		}
		if s := countersign.Status(r.Status); s == countersign.Ready || s == countersign.Assessed {
			f.Ready++
		}
		switch countersign.WaitingType(r.WaitingType) {
		case countersign.WaitSignOff, countersign.WaitCountersign, countersign.WaitRenewal:
			if f.ToSign++; f.ToSignSince.IsZero() || r.WaitingSince.Before(f.ToSignSince) {
				f.ToSignSince = r.WaitingSince.Time
			}
		}
	}
	return err
}

// tellingChanges are those of the programme that a tally follows from.
const tellingChanges = "'begin_break', 'return', 'withdraw', 'restart'"

func (tx *Tx) tallyChanges(ids []string, at map[string]*countersign.TallyFacts) error {
	rows, err := all[struct {
		ApprenticeshipID, Event, FromState string
		EffectiveOn                        dbDate
	}](tx, `SELECT apprenticeship_id, event, from_state, effective_on FROM programme_changes
		WHERE apprenticeship_id IN ? AND event IN (`+tellingChanges+`) ORDER BY at, id`, ids)
	for _, r := range rows {
		f := at[r.ApprenticeshipID]
		f.Changes = append(f.Changes, countersign.Change{
			Event: countersign.ApprenticeshipEvent(r.Event), From: countersign.ApprenticeshipState(r.FromState), On: r.EffectiveOn.Date,
		})
	}
	return err
}

func (tx *Tx) tallyNamings(ids []string, at map[string]*countersign.TallyFacts) error {
	rows, err := all[struct {
		Naming    namingRow `gorm:"embedded"`
		HeldUntil dbDate
	}](tx, `SELECT n.id, n.apprenticeship_id, n.person_id, n.role, n.domains, n.covers_id, n.from_on, n.to_on, n.briefing_on,
			(SELECT CASE WHEN count(*) = 0 THEN '1970-01-01' WHEN count(*) > count(h.until) THEN NULL ELSE max(h.until) END
				FROM (SELECT CASE WHEN m.to_on IS NULL OR m.to_on > o.ended_on THEN o.ended_on ELSE m.to_on END AS until
					FROM memberships m JOIN organisations o ON o.id = m.organisation_id WHERE m.person_id = n.person_id AND m.role = n.role) h) AS held_until
		FROM namings n WHERE n.apprenticeship_id IN ? AND n.role IN ('gp_supervisor', 'secondary_mentor')
		ORDER BY CASE WHEN n.covers_id IS NULL THEN 0 ELSE 1 END, n.from_on, n.id`, ids)
	for _, r := range rows {
		f := at[r.Naming.ApprenticeshipID]
		f.Namings = append(f.Namings, countersign.HeldNaming{Naming: r.Naming.toDomain(namingNames{}), HeldUntil: r.HeldUntil.Date})
	}
	return err
}

func (tx *Tx) tallyPayments(ids []string, at map[string]*countersign.TallyFacts) error {
	rows, err := all[paymentRow](tx, "SELECT "+paymentColumns+" FROM payment_entries y WHERE y.apprenticeship_id IN ? ORDER BY y.number, y.at, y.id", ids)
	for _, r := range rows {
		f := at[r.ApprenticeshipID]
		f.Payments = append(f.Payments, r.toDomain())
	}
	return err
}
