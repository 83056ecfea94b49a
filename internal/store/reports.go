package store

import (
	"fmt"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// reportRow is a row of evidence_reports.
type reportRow struct {
	ID           string
	EvidenceID   string
	ReporterID   string
	ReporterName string
	Reason       string
	StateBefore  string
	ReportedAt   dbTime
	RedactedAt   dbTime
	ClosedAt     dbTime
	ClosedBy     dbRef
	Outcome      string
	CloseReason  string
}

// TableName implements GORM's Tabler.
func (reportRow) TableName() string { return "evidence_reports" }

const reportColumns = `q.id, q.evidence_id, q.reporter_id, q.reporter_name, q.reason, q.state_before, q.reported_at, q.redacted_at, q.closed_at,
	q.closed_by, q.outcome, q.close_reason`

func (r reportRow) toDomain() countersign.Report {
	return countersign.Report{
		ID: countersign.ReportID(r.ID), Evidence: countersign.EvidenceID(r.EvidenceID), Reporter: countersign.PersonID(r.ReporterID), ReporterName: r.ReporterName,
		Reason: r.Reason, Before: countersign.EvidenceState(r.StateBefore), At: r.ReportedAt.Time, RedactedAt: r.RedactedAt.Time,
		ClosedAt: r.ClosedAt.Time, ClosedBy: countersign.PersonID(r.ClosedBy), Outcome: countersign.ReportOutcome(r.Outcome), CloseReason: r.CloseReason,
	}
}

// notHidden is the condition that a report doesn't hide the piece e from the
// permit's actor: countersign.Report.ReadableBy in SQL.
func (c *conditions) notHidden(p authz.Permit) {
	redacted := ""
	if supervises(p) {
		redacted = " OR q.redacted_at IS NOT NULL"
	}
	who, apprentice := string(p.Actor().ID()), string(p.Subject().Apprentice)
	c.and("NOT e.quarantined OR ? = ? OR e.recorded_by = ? OR EXISTS (SELECT 1 FROM evidence_reports q WHERE q.evidence_id = e.id AND q.closed_at IS NULL AND (q.reporter_id = ?"+redacted+"))",
		who, apprentice, who, who)
}

// supervises reports whether the permit's actor is the GP supervisor today.
func supervises(p authz.Permit) bool {
	return slices.ContainsFunc(p.Subject().Namings, func(n countersign.Naming) bool {
		return n.Person == p.Actor().ID() && n.Role == countersign.GPSupervisor
	})
}

// hide takes what anybody wrote out of those of the pieces that a report hides
// from the permit's actor, and puts the report to the others.
func (tx *Tx) hide(p authz.Permit, pieces []countersign.Evidence) error {
	var ids []countersign.EvidenceID
	for _, e := range pieces {
		if e.Quarantined {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := all[reportRow](tx, "SELECT "+reportColumns+" FROM evidence_reports q WHERE q.evidence_id IN ? AND q.closed_at IS NULL", texts(ids))
	if err != nil {
		return err
	}
	for i, e := range pieces {
		if !e.Quarantined {
			continue
		}
		at := slices.IndexFunc(rows, func(r reportRow) bool { return r.EvidenceID == string(e.ID) })
		if at >= 0 {
			if r := rows[at].toDomain(); r.ReadableBy(p.Actor().ID(), e, supervises(p)) {
				pieces[i].Report = &r
				continue
			}
		}
		pieces[i] = e.Hide()
	}
	return nil
}

// hideTitles takes the titles of hidden pieces out of decisions.
func (tx *Tx) hideTitles(p authz.Permit, rows []signOffRow) error {
	if !slices.ContainsFunc(rows, func(r signOffRow) bool { return r.Quarantine }) {
		return nil
	}
	visible := within(string(p.Apprenticeship()))
	visible.notHidden(p)
	ids, err := all[string](tx, "SELECT e.id FROM evidence e"+visible.where(), visible.args...)
	if err != nil {
		return err
	}
	for i, r := range rows {
		for k, on := range r.ReliedOn.V {
			if k < len(r.ReliedText.V) && !slices.Contains(ids, on.Evidence) {
				rows[i].ReliedText.V[k].Title = ""
			}
		}
	}
	return nil
}

// Copies returns the other pieces of the same person that a submitted piece
// beneath the permit's apprenticeship was copied from or to, wherever they are.
func (tx *Tx) Copies(p authz.Permit, id countersign.EvidenceID) ([]countersign.EvidenceID, error) {
	app, err := beneath(p, authz.ReportEvidence)
	if err != nil {
		return nil, fmt.Errorf("store: copies: %w", err)
	}
	ids, err := all[countersign.EvidenceID](tx, `SELECT o.id FROM evidence e JOIN evidence o ON (o.id = e.origin_id OR o.origin_id = e.id OR o.origin_id = e.origin_id)
			JOIN apprenticeships a ON a.id = o.apprenticeship_id
		WHERE e.id = ? AND e.apprenticeship_id = ? AND o.id <> e.id AND a.apprentice_id = ? AND o.revision > 0
		ORDER BY o.id`, string(id), app, string(p.Subject().Apprentice))
	if err != nil {
		return nil, fmt.Errorf("store: copies: %w", err)
	}
	return ids, nil
}

// AddReport stores a report of a piece beneath the permit's apprenticeship. One
// while another is open is a Conflict.
func (tx *Tx) AddReport(p authz.Permit, r countersign.Report) (countersign.Report, error) {
	app, err := beneath(p, authz.ReportEvidence)
	if err == nil {
		err = tx.mustReach(p, app, r.Evidence)
	}
	if err != nil {
		return r, fmt.Errorf("store: add report: %w", err)
	}
	r.ID, r.At = countersign.ReportID(tx.NewID()), tx.Now()
	if err := tx.insert(&reportRow{
		ID: string(r.ID), EvidenceID: string(r.Evidence), ReporterID: string(r.Reporter), ReporterName: r.ReporterName, Reason: r.Reason,
		StateBefore: string(r.Before), ReportedAt: dbTime{r.At},
	}); err != nil {
		return r, fmt.Errorf("store: add report: %w", err)
	}
	return r, nil
}

// ChangeReport stores what has become of the open report of a piece beneath
// the permit's apprenticeship.
func (tx *Tx) ChangeReport(p authz.Permit, r countersign.Report) error {
	app, err := beneath(p, append([]authz.Action{authz.ReportEvidence}, destroyers...)...)
	if err != nil {
		return fmt.Errorf("store: change report: %w", err)
	}
	n, err := tx.update("evidence_reports", map[string]any{
		"redacted_at": dbTime{r.RedactedAt}, "closed_at": dbTime{r.ClosedAt}, "closed_by": dbRef(r.ClosedBy), "outcome": string(r.Outcome), "close_reason": r.CloseReason,
	}, "id = ? AND closed_at IS NULL AND evidence_id IN (SELECT e.id FROM evidence e WHERE e.apprenticeship_id = ?)", string(r.ID), app)
	if err != nil {
		return fmt.Errorf("store: change report: %w", err)
	}
	if n == 0 {
		return stale()
	}
	return nil
}

// OpenReport returns the open report of a piece beneath the permit's
// apprenticeship, for whoever may close it without reading the piece.
func (tx *Tx) OpenReport(p authz.Permit, id countersign.EvidenceID) (countersign.Evidence, countersign.Report, error) {
	app, err := beneath(p, authz.ReportEvidence)
	if err != nil {
		return countersign.Evidence{}, countersign.Report{}, fmt.Errorf("store: open report: %w", err)
	}
	c := within(app)
	e, err := tx.onePiece(p, c, id)
	if err != nil {
		return e, countersign.Report{}, fmt.Errorf("store: open report: %w", err)
	}
	row, err := one[reportRow](tx, "SELECT "+reportColumns+" FROM evidence_reports q WHERE q.evidence_id = ? AND q.closed_at IS NULL", string(id))
	if err != nil {
		return e, countersign.Report{}, fmt.Errorf("store: open report: %w", err)
	}
	return e, row.toDomain(), nil
}

// EndQuarantine shows a piece beneath the permit's apprenticeship again, in
// that state.
func (tx *Tx) EndQuarantine(p authz.Permit, id countersign.EvidenceID, to countersign.EvidenceState) error {
	app, err := beneath(p, append([]authz.Action{authz.ReportEvidence}, destroyers...)...)
	if err != nil {
		return fmt.Errorf("store: end quarantine: %w", err)
	}
	n, err := tx.exec("UPDATE evidence SET quarantined = ?, state = ?, version = version + 1, updated_at = ? WHERE id = ? AND apprenticeship_id = ?",
		false, string(to), dbTime{tx.Now()}, string(id), app)
	if err != nil {
		return fmt.Errorf("store: end quarantine: %w", err)
	}
	if n == 0 {
		return notFound()
	}
	if err := tx.recountWaiting(app); err != nil {
		return fmt.Errorf("store: end quarantine: %w", err)
	}
	return nil
}
