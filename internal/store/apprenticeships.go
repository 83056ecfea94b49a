package store

import (
	"fmt"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// apprenticeshipRow is a row of apprenticeships.
type apprenticeshipRow struct {
	ID               string
	ApprenticeID     string
	FrameworkID      string
	FrameworkVersion string
	PracticeID       string
	StartOn          dbDate
	PlannedEndOn     dbDate
	OriginalEndOn    dbDate
	BreakDays        int
	OnBreakSince     dbDate
	ReturnExpectedOn dbDate
	LastLearningOn   dbDate
	FundingYear      string
	Cohort           string
	State            string
	EndedOn          dbDate
	EndReason        string
	InScope          int
	SignedOff        int
	Core             int
	CoreSignedOff    int
	Waiting          int
	OldestWaitingAt  dbTime
	RecountOn        dbDate
	LastActivityAt   dbTime
	Seq              int
	Version          int
	CreatedAt        dbTime
}

// TableName implements GORM's Tabler.
func (apprenticeshipRow) TableName() string { return "apprenticeships" }

// apprenticeshipNames are the names that an apprenticeship is shown with.
type apprenticeshipNames struct {
	ApprenticeName  string
	ApprenticeEmail string
	PracticeCode    string
	PracticeName    string
	HubName         string
}

// Everything about an apprenticeship with its people and places. The names
// are subqueries, which take PostgreSQL a third of the time to plan that joins
// would.
const (
	apprenticeshipColumns = `id, apprentice_id, framework_id, framework_version, practice_id, start_on, planned_end_on,
		original_end_on, break_days, on_break_since, return_expected_on, last_learning_on, funding_year,
		cohort, state, ended_on, end_reason, in_scope, signed_off, core, core_signed_off, waiting,
		oldest_waiting_at, recount_on, last_activity_at, seq, version, created_at,
		(SELECT p.name FROM people p WHERE p.id = apprentice_id) AS apprentice_name,
		(SELECT p.email FROM people p WHERE p.id = apprentice_id) AS apprentice_email,
		(SELECT o.code FROM organisations o WHERE o.id = practice_id) AS practice_code,
		(SELECT o.name FROM organisations o WHERE o.id = practice_id) AS practice_name,
		COALESCE((SELECT h.name` + hubOfPractice + `), '') AS hub_name`
	hubOfPractice = ` FROM organisation_ancestors b JOIN organisations h ON h.id = b.ancestor_id
			WHERE b.organisation_id = practice_id AND h.kind = 'hub'`
)

// namedApprenticeship is what apprenticeshipColumns read.
type namedApprenticeship struct {
	Apprenticeship apprenticeshipRow   `gorm:"embedded"`
	Names          apprenticeshipNames `gorm:"embedded"`
}

func (n namedApprenticeship) toDomain() countersign.Apprenticeship {
	return n.Apprenticeship.toDomain(n.Names)
}

func (r apprenticeshipRow) toDomain(n apprenticeshipNames) countersign.Apprenticeship {
	return countersign.Apprenticeship{
		ID: countersign.ApprenticeshipID(r.ID), Apprentice: countersign.PersonID(r.ApprenticeID),
		ApprenticeName: n.ApprenticeName, ApprenticeEmail: n.ApprenticeEmail,
		FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion,
		Practice: countersign.OrganisationID(r.PracticeID), PracticeCode: n.PracticeCode, PracticeName: n.PracticeName, HubName: n.HubName,
		StartOn: r.StartOn.Date, PlannedEndOn: r.PlannedEndOn.Date, OriginalEndOn: r.OriginalEndOn.Date,
		BreakDays: r.BreakDays, OnBreakSince: r.OnBreakSince.Date, ReturnExpectedOn: r.ReturnExpectedOn.Date, LastLearningOn: r.LastLearningOn.Date,
		FundingYear: r.FundingYear, Cohort: r.Cohort,
		State: countersign.ApprenticeshipState(r.State), EndedOn: r.EndedOn.Date, EndReason: r.EndReason,
		Progress:       countersign.Progress{SignedOff: r.SignedOff, InScope: r.InScope, CoreSignedOff: r.CoreSignedOff, Core: r.Core},
		LastActivityAt: r.LastActivityAt.Time, Seq: r.Seq, Version: r.Version, RecountOn: r.RecountOn.Date, CreatedAt: r.CreatedAt.Time,
	}
}

// Apprenticeship returns the permit's apprenticeship.
func (tx *Tx) Apprenticeship(p authz.Permit) (countersign.Apprenticeship, error) {
	id, err := beneath(p, recordReaders...)
	if err != nil {
		return countersign.Apprenticeship{}, fmt.Errorf("store: apprenticeship: %w", err)
	}
	if app, ok := tx.seen[countersign.ApprenticeshipID(id)]; ok {
		return app, nil
	}
	return tx.apprenticeship(id)
}

func (tx *Tx) apprenticeship(id string) (countersign.Apprenticeship, error) {
	return tx.apprenticeshipBy("?", id)
}

// apprenticeshipBy finds the apprenticeship whose id is the SQL expression of
// one parameter.
func (tx *Tx) apprenticeshipBy(expression, id string) (countersign.Apprenticeship, error) {
	r, err := one[namedApprenticeship](tx, "SELECT "+apprenticeshipColumns+" FROM apprenticeships a WHERE a.id = "+expression, id)
	if err != nil {
		return countersign.Apprenticeship{}, fmt.Errorf("store: apprenticeship: %w", err)
	}
	return r.toDomain(), nil
}

// AddApprenticeship enrols somebody at the permit's practice, with a row for
// every competency of the framework: the core ones in scope, the optional ones
// out. The identifier is made here unless a has one. It is a Conflict if the
// apprentice has one on any version of the framework that hasn't ended. It
// begins in a.State: applied for, or active.
func (tx *Tx) AddApprenticeship(p authz.Permit, a countersign.Apprenticeship, f countersign.Framework) (countersign.Apprenticeship, error) {
	places := p.Subject().Places
	if !p.Allows(authz.Enrol) || len(places) == 0 || places[0] != a.Practice {
		return a, fmt.Errorf("store: add apprenticeship: %w", errPermit)
	}
	if a.ID == "" {
		a.ID = countersign.ApprenticeshipID(tx.NewID())
	}
	now := dbTime{tx.Now()}
	row := apprenticeshipRow{
		ID: string(a.ID), ApprenticeID: string(a.Apprentice), FrameworkID: f.ID, FrameworkVersion: f.Version,
		PracticeID: string(a.Practice), StartOn: dbDate{a.StartOn}, PlannedEndOn: dbDate{a.PlannedEndOn}, OriginalEndOn: dbDate{a.PlannedEndOn},
		FundingYear: a.FundingYear, Cohort: a.Cohort, State: string(a.State), Seq: 1, Version: 1, CreatedAt: now,
	}
	var competencies []attainmentRow
	for _, c := range f.Competencies() {
		r := newAttainment(row.ID, c, now, 1)
		if c.Core {
			row.InScope++
			row.Core++
		}
		competencies = append(competencies, r)
	}
	if err := tx.insert(&row); err != nil {
		return a, fmt.Errorf("store: add apprenticeship: %w", err)
	}
	tx.noteChange(row.ID)
	if len(competencies) > 0 {
		if err := tx.insert(&competencies); err != nil {
			return a, fmt.Errorf("store: add apprenticeship: competencies: %w", err)
		}
	}
	return tx.apprenticeship(row.ID)
}

// ChangeApprenticeship stores what a's enrolment says (all but the framework
// version and the counters) and appends the changes that led there. A version
// that is not the present one is a Conflict.
func (tx *Tx) ChangeApprenticeship(p authz.Permit, a countersign.Apprenticeship, version int, changes ...countersign.Change) (countersign.Apprenticeship, error) {
	id, err := beneath(p, apprenticeshipWriters...)
	if err != nil {
		return a, fmt.Errorf("store: change apprenticeship: %w", err)
	}
	n, err := tx.update("apprenticeships", map[string]any{
		"practice_id": string(a.Practice), "start_on": dbDate{a.StartOn}, "planned_end_on": dbDate{a.PlannedEndOn}, "original_end_on": dbDate{a.OriginalEndOn},
		"break_days": a.BreakDays, "on_break_since": dbDate{a.OnBreakSince}, "return_expected_on": dbDate{a.ReturnExpectedOn},
		"last_learning_on": dbDate{a.LastLearningOn}, "funding_year": a.FundingYear, "cohort": a.Cohort, "state": string(a.State),
		"ended_on": dbDate{a.EndedOn}, "end_reason": a.EndReason, "version": version + 1,
	}, "id = ? AND version = ?", id, version)
	if err != nil {
		return a, fmt.Errorf("store: change apprenticeship: %w", err)
	}
	if n == 0 {
		return a, stale()
	}
	for _, c := range changes {
		if err := tx.addChange(p, id, c); err != nil {
			return a, fmt.Errorf("store: change apprenticeship: %w", err)
		}
	}
	if err := tx.recountWaiting(id); err != nil {
		return a, fmt.Errorf("store: change apprenticeship: %w", err)
	}
	return tx.apprenticeship(id)
}

// Touch begins every write beneath an apprenticeship: two of them queue here.
// It notes the activity, unless only time has passed, and returns the
// apprenticeship; its Seq is the number of this write.
func (tx *Tx) Touch(p authz.Permit) (countersign.Apprenticeship, error) {
	id, err := beneath(p, recordWriters...)
	if err == nil && !tx.write {
		err = errReadOnly
	}
	if err != nil {
		return countersign.Apprenticeship{}, fmt.Errorf("store: touch: %w", err)
	}
	sql, args := "UPDATE apprenticeships SET seq = seq + 1", []any{}
	if !p.Allows(authz.CountAttainments) {
		sql, args = sql+", last_activity_at = ?", append(args, dbTime{tx.Now()})
	}
	r, err := one[namedApprenticeship](tx, sql+" WHERE id = ? RETURNING "+apprenticeshipColumns, append(args, id)...)
	if err != nil {
		return countersign.Apprenticeship{}, fmt.Errorf("store: touch: %w", err)
	}
	tx.noteChange(id)
	return r.toDomain(), nil
}
