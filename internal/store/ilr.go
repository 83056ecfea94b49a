package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// ILRLearners returns the apprentices within the scope who have begun one of
// those frameworks and learnt within the period, by name, but for their
// programmes.
func (tx *Tx) ILRLearners(scope authz.Scope, frameworks []string, period countersign.Period) ([]countersign.ILRLearner, error) {
	within, args := tx.inScope(scope)
	rows, err := all[struct {
		ID, Name, Email string
		AwardedOn       dbDate
	}](tx, `SELECT a.id, p.name, p.email, (SELECT w.awarded_on FROM awards w WHERE w.apprenticeship_id = a.id ORDER BY w.number DESC LIMIT 1) AS awarded_on
		FROM apprenticeships a JOIN people p ON p.id = a.apprentice_id
		WHERE `+within+` AND a.framework_id IN ? AND a.state NOT IN ('applied', 'declined') AND a.start_on <= ? AND (a.ended_on IS NULL OR a.ended_on >= ?)
			AND (a.state <> 'withdrawn' OR a.last_learning_on IS NOT NULL)
		ORDER BY p.search, a.id`, append(args, frameworks, dbDate{period.To}, dbDate{period.From})...)
	if err != nil {
		return nil, fmt.Errorf("store: ILR learners: %w", err)
	}
	learners, at, ids := make([]countersign.ILRLearner, len(rows)), map[countersign.ApprenticeshipID]int{}, make([]countersign.ApprenticeshipID, len(rows))
	for i, r := range rows {
		ids[i] = countersign.ApprenticeshipID(r.ID)
		at[ids[i]] = i
	}
	facts, err := tx.TallyFacts(ids)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		r := rows[at[f.ID]]
		f.ApprenticeName, f.ApprenticeEmail = r.Name, r.Email
		learners[at[f.ID]] = countersign.ILRLearner{TallyFacts: f, AwardedOn: r.AwardedOn.Date}
	}
	return learners, nil
}
