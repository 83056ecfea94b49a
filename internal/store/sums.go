package store

import (
	"fmt"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// SumRow is the sum over one organisation and everything beneath it.
type SumRow struct {
	Organisation                                           countersign.Organisation
	Apprenticeships, Active, Completed, Withdrawn, Overdue int       // Active is whom reports count so: also those referred back, and nobody before the first day
	SignedOff, InScope                                     int       // competencies, of active apprenticeships
	Waiting                                                int       // what the queues hold
	OldestWaiting                                          time.Time // zero when nothing waits
}

// Sums returns a row for each organisation directly beneath one, by name, so
// far as they are within the scope's organisations. Only apprenticeships are
// added up, never what is beneath them.
func (tx *Tx) Sums(scope authz.Scope, under countersign.OrganisationID) ([]SumRow, error) {
	const learnsToday = underWay + " AND a.start_on <= ?"
	var c conditions
	c.and("o.parent_id = ?", string(under))
	if !scope.All {
		c.and("EXISTS (SELECT 1 FROM organisation_ancestors s WHERE s.organisation_id = o.id AND s.ancestor_id IN ?)", scopeIDs(scope))
	}
	rows, err := all[struct {
		Organisation    organisationRow `gorm:"embedded"`
		Apprenticeships int
		Active          int
		Completed       int
		Withdrawn       int
		Overdue         int
		SignedOff       int
		InScope         int
		Waiting         int
		OldestWaiting   dbTime
	}](tx, "SELECT "+organisationColumns+`, count(a.id) AS apprenticeships,
			count(*) FILTER (WHERE `+learnsToday+`) AS active,
			count(*) FILTER (WHERE a.state = 'completed') AS completed,
			count(*) FILTER (WHERE a.state = 'withdrawn') AS withdrawn,
			count(*) FILTER (WHERE `+underWay+` AND a.planned_end_on < ?) AS overdue,
			COALESCE(sum(a.signed_off) FILTER (WHERE `+learnsToday+`), 0) AS signed_off,
			COALESCE(sum(a.in_scope) FILTER (WHERE `+learnsToday+`), 0) AS in_scope,
			COALESCE(sum(a.waiting), 0) AS waiting,
			min(a.oldest_waiting_at) AS oldest_waiting
		FROM organisations o
		LEFT JOIN organisation_ancestors b ON b.ancestor_id = o.id
		LEFT JOIN apprenticeships a ON a.practice_id = b.organisation_id`+c.where()+`
		GROUP BY o.id ORDER BY o.search, o.id`, append([]any{tx.today(), tx.today(), tx.today(), tx.today()}, c.args...)...)
	if err != nil {
		return nil, fmt.Errorf("store: sums: %w", err)
	}
	out := make([]SumRow, len(rows))
	for i, r := range rows {
		out[i] = SumRow{
			Organisation: r.Organisation.toDomain(), Apprenticeships: r.Apprenticeships,
			Active: r.Active, Completed: r.Completed, Withdrawn: r.Withdrawn, Overdue: r.Overdue,
			SignedOff: r.SignedOff, InScope: r.InScope, Waiting: r.Waiting, OldestWaiting: r.OldestWaiting.Time,
		}
	}
	return out, nil
}
