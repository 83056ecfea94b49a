package store

import (
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// attainmentRow is a row of attainments.
type attainmentRow struct {
	ApprenticeshipID string
	Competency       string
	Core             bool
	Domain           string
	Scope            string
	ScopeSince       dbTime
	Status           string
	Level            string
	Pieces           int
	Version          int
	WaitingType      string
	WaitingSince     dbTime
	OpenAwaits       string
	OpenAssessor     dbRef
	ExpiresOn        dbDate
	RecountOn        dbDate
	Retired          bool
	RecheckAt        dbTime
	SignedOn         dbDate
	Waited           int
}

// TableName implements GORM's Tabler.
func (attainmentRow) TableName() string { return "attainments" }

// Attainments returns the competencies with those codes, or all without, in
// the framework's order: each with every piece that is mapped to it now or
// that one of its decisions relied on, in any state, without its long texts,
// and with its decisions, oldest first. It takes four statements at most.
func (tx *Tx) Attainments(p authz.Permit, f countersign.Framework, codes ...string) ([]countersign.Attainment, error) {
	id, err := beneath(p, recordReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: attainments: %w", err)
	}
	out, err := tx.attainments(p, id, f, codes)
	if err != nil {
		return nil, fmt.Errorf("store: attainments: %w", err)
	}
	return out, nil
}

func (tx *Tx) attainments(p authz.Permit, id string, f countersign.Framework, codes []string) ([]countersign.Attainment, error) {
	only, args := "", []any{id}
	if len(codes) > 0 {
		only, args = " AND competency IN ?", append(args, codes)
	}
	rows, err := all[attainmentRow](tx, "SELECT competency, scope, version, recheck_at FROM attainments WHERE apprenticeship_id = ?"+only, args...)
	if err != nil {
		return nil, err
	}
	decisions, err := all[signOffRow](tx, "SELECT "+signOffColumns+" FROM sign_offs s WHERE apprenticeship_id = ?"+only+" ORDER BY signed_at, id", args...)
	if err == nil {
		err = tx.fillRelied(decisions)
	}
	if err == nil {
		err = tx.hideTitles(p, decisions)
	}
	if err != nil {
		return nil, err
	}
	byCode := map[string]*countersign.Attainment{}
	for _, r := range rows {
		byCode[r.Competency] = &countersign.Attainment{
			Apprenticeship: countersign.ApprenticeshipID(id), Apprentice: p.Subject().Apprentice,
			Scope: countersign.ScopeState(r.Scope), Version: r.Version, RecheckAt: r.RecheckAt.Time, Today: tx.Today(),
		}
	}
	var relied []string
	for _, d := range decisions {
		if a := byCode[d.Competency]; a != nil {
			a.Decisions = append(a.Decisions, d.toDomain())
		}
		for _, e := range d.ReliedOn.V {
			relied = append(relied, e.Evidence)
		}
	}
	c := within(id)
	if len(codes) > 0 {
		// Within the apprenticeship: else PostgreSQL may read every mapping there is.
		c.and("e.id IN (SELECT m.evidence_id FROM evidence o JOIN evidence_mappings m ON m.evidence_id = o.id WHERE o.apprenticeship_id = ? AND m.competency IN ?) OR e.id IN ?",
			id, codes, relied)
	}
	pieces, err := tx.evidence(p, light, c, "e.created_at, e.id")
	if err != nil {
		return nil, err
	}
	var out []countersign.Attainment
	for _, c := range f.Competencies() {
		a := byCode[c.Code]
		if a == nil {
			continue
		}
		a.Competency, a.Decisions = c, inChain(a.Decisions)
		for _, e := range pieces {
			if e.Maps(c.Code) || slices.ContainsFunc(a.Decisions, func(s countersign.SignOff) bool { return s.ReliesOn(e.ID) }) {
				a.Pieces = append(a.Pieces, e)
			}
		}
		out = append(out, *a)
	}
	return out, nil
}

// inChain puts decisions into the order in which they follow each other, which
// is that of time unless a clock was set back.
func inChain(decisions []countersign.SignOff) []countersign.SignOff {
	after := make(map[countersign.SignOffID]countersign.SignOff, len(decisions))
	for _, s := range decisions {
		after[s.Supersedes] = s
	}
	var chain []countersign.SignOff
	for last := countersign.SignOffID(""); len(chain) < len(decisions); {
		next, ok := after[last]
		if !ok {
			return decisions
		}
		chain, last = append(chain, next), next.ID
	}
	return chain
}

// SaveAttainments keeps what the attainments add up to, and recounts the
// apprenticeship. With bump they get seq as their version: a signer who has
// the page open must look again.
func (tx *Tx) SaveAttainments(p authz.Permit, as []countersign.Attainment, seq int, bump bool) error {
	id, err := beneath(p, recordWriters...)
	if err == nil && !tx.write {
		err = errReadOnly
	}
	if err != nil {
		return fmt.Errorf("store: save attainments: %w", err)
	}
	rows := make([]attainmentRow, 0, len(as))
	for _, a := range as {
		rows = append(rows, derived(a, id, seq, dbTime{tx.Now()}))
	}
	if len(rows) > 0 {
		changed := []string{"status", "level", "pieces", "waiting_type", "open_awaits", "open_assessor", "expires_on", "recount_on", "signed_on", "waited"}
		if bump {
			changed = append(changed, "version")
		}
		set := clause.AssignmentColumns(changed)
		// What waits for its scope to be agreed waits since it was proposed.
		set = append(set, clause.Assignment{Column: clause.Column{Name: "waiting_since"}, Value: clause.Expr{
			SQL: "CASE WHEN excluded.waiting_type = 'scope' THEN attainments.scope_since ELSE excluded.waiting_since END",
		}})
		// Every row is there since enrolment, so this inserts none.
		err := tx.db.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "apprenticeship_id"}, {Name: "competency"}},
			DoUpdates: set,
		}).Create(&rows).Error
		if err != nil {
			return fmt.Errorf("store: save attainments: %w", classify(err))
		}
	}
	if err := tx.recount(id); err != nil {
		return fmt.Errorf("store: save attainments: %w", err)
	}
	return nil
}

// derived returns the row of an attainment as it adds up.
func derived(a countersign.Attainment, id string, seq int, now dbTime) attainmentRow {
	s := a.Summary()
	r := attainmentRow{
		ApprenticeshipID: id, Competency: a.Code, Core: a.Core, Domain: a.Domain, Scope: string(a.Scope), ScopeSince: now,
		Status: string(s.Status), Level: s.Level, Pieces: s.Counting, Version: seq,
		WaitingType: string(s.Waiting), WaitingSince: dbTime{s.WaitingSince},
		OpenAwaits: string(s.Awaits), OpenAssessor: dbRef(s.OpenAssessor),
		ExpiresOn: dbDate{s.ExpiresOn}, RecountOn: dbDate{a.RecountOn()},
	}
	if s.Status == countersign.SignedOff || s.Status == countersign.Expired {
		r.SignedOn.Date, r.Waited = a.FirstSignedOff()
	}
	if r.WaitingType != "" && r.WaitingSince.IsZero() {
		r.WaitingSince = now
	}
	return r
}

// SetScope brings an optional competency in or out of scope. Follow it by
// SaveAttainments. The permit of an apprentice can only propose and take back.
func (tx *Tx) SetScope(p authz.Permit, code string, to countersign.ScopeState) error {
	id, err := beneath(p, authz.ProposeScope, authz.ConfirmScope)
	if err == nil && to == countersign.ScopeIn && !p.Allows(authz.ConfirmScope) {
		err = errPermit
	}
	if err != nil {
		return fmt.Errorf("store: set scope: %w", err)
	}
	status := countersign.NotApplicable
	if to == countersign.ScopeIn {
		status = countersign.NotStarted // until SaveAttainments says more
	}
	n, err := tx.update("attainments", map[string]any{
		"scope": string(to), "scope_since": dbTime{tx.Now()}, "status": string(status),
		"waiting_type": "", "waiting_since": dbTime{},
	}, "apprenticeship_id = ? AND competency = ? AND NOT core", id, code)
	if err != nil {
		return fmt.Errorf("store: set scope: %w", err)
	}
	if n == 0 {
		return notFound()
	}
	return nil
}

// recount brings the counters of an apprenticeship up to date with its
// attainments.
func (tx *Tx) recount(id string) error {
	_, err := tx.exec("UPDATE apprenticeships AS a SET "+setCounters+", "+setWaiting+`,
		recount_on = (SELECT min(t.recount_on) FROM attainments t WHERE t.apprenticeship_id = a.id) WHERE a.id = ?`, id)
	return err
}

// recountWaiting brings the count of what waits up to date with what a queue
// would hold.
func (tx *Tx) recountWaiting(id string) error {
	_, err := tx.exec("UPDATE apprenticeships AS a SET "+setWaiting+" WHERE a.id = ?", id)
	return err
}

// What an update of apprenticeship a sets its counters to.
const (
	setCounters = `(in_scope, signed_off, core, core_signed_off) = (
			SELECT count(*) FILTER (WHERE t.status <> 'not_applicable'),
				count(*) FILTER (WHERE t.status = 'signed_off'),
				count(*) FILTER (WHERE t.status <> 'not_applicable' AND t.core),
				count(*) FILTER (WHERE t.status = 'signed_off' AND t.core)
			FROM attainments t WHERE t.apprenticeship_id = a.id)`
	setWaiting = `(waiting, oldest_waiting_at) = (
			SELECT count(*), min(w.since) FROM (
				SELECT e.submitted_at AS since FROM evidence e WHERE e.apprenticeship_id = a.id AND e.state = 'submitted' AND NOT e.quarantined
				UNION ALL
				SELECT t.waiting_since FROM attainments t WHERE t.apprenticeship_id = a.id AND t.waiting_type <> ''
			) w WHERE ` + working + `)`
)
