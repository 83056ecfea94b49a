package store

import (
	"fmt"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// The rows of completion, all of which a trigger keeps from being changed.
type (
	declarationRow struct {
		ID               string
		ApprenticeshipID string
		ConditionCode    string
		Act              string
		ByID             dbRef
		ByName           string
		At               dbTime
	}
	submissionRow struct {
		ID               string
		ApprenticeshipID string
		Number           int
		Checklist        dbJSON[[]countersign.SubmittedLine]
		ByID             dbRef
		ByName           string
		At               dbTime
	}
	verificationRow struct {
		ID           string
		SubmissionID string
		Outcome      string
		Comment      string
		Referrals    dbJSON[[]countersign.Referral]
		ByID         dbRef
		ByName       string
		At           dbTime
	}
	awardRow struct {
		ID               string
		ApprenticeshipID string
		Number           int
		Title            string
		Body             string
		Level            string
		Credits          int
		Certificate      string
		AwardedOn        dbDate
		ByID             dbRef
		ByName           string
		At               dbTime
	}
)

// TableName implements GORM's Tabler.
func (declarationRow) TableName() string { return "gateway_declarations" }

const declarationColumns = "g.id, g.apprenticeship_id, g.condition_code, g.act, g.by_id, g.by_name, g.at"

// TableName implements GORM's Tabler.
func (submissionRow) TableName() string { return "submissions" }

const submissionColumns = "s.id, s.apprenticeship_id, s.number, s.checklist, s.by_id, s.by_name, s.at"

// TableName implements GORM's Tabler.
func (verificationRow) TableName() string { return "verifications" }

const verificationColumns = "v.id, v.submission_id, v.outcome, v.comment, v.referrals, v.by_id, v.by_name, v.at"

// TableName implements GORM's Tabler.
func (awardRow) TableName() string { return "awards" }

const awardColumns = `w.id, w.apprenticeship_id, w.number, w.title, w.body, w.level, w.credits, w.certificate, w.awarded_on, w.by_id,
	w.by_name, w.at`

const (
	declaredAct  = "declared"
	takenBackAct = "taken_back"
)

// AddDeclaration appends what the GP supervisor declares of a condition of the
// gateway, or takes back.
func (tx *Tx) AddDeclaration(p authz.Permit, condition string, declared bool) error {
	id, err := beneath(p, authz.SubmitPortfolio)
	if err == nil {
		act := takenBackAct
		if declared {
			act = declaredAct
		}
		err = tx.insert(&declarationRow{
			ID: tx.NewID(), ApprenticeshipID: id, ConditionCode: condition, Act: act,
			ByID: dbRef(p.Actor().ID()), ByName: p.Actor().Name(), At: dbTime{tx.Now()},
		})
	}
	if err != nil {
		return fmt.Errorf("store: add declaration: %w", err)
	}
	return nil
}

// Declarations returns what was declared of the gateway's conditions, oldest
// first.
func (tx *Tx) Declarations(p authz.Permit) ([]countersign.GatewayDeclaration, error) {
	id, err := beneath(p, recordReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: declarations: %w", err)
	}
	rows, err := all[declarationRow](tx, "SELECT "+declarationColumns+" FROM gateway_declarations g WHERE apprenticeship_id = ? ORDER BY at, id", id)
	if err != nil {
		return nil, fmt.Errorf("store: declarations: %w", err)
	}
	out := make([]countersign.GatewayDeclaration, len(rows))
	for i, r := range rows {
		out[i] = countersign.GatewayDeclaration{
			Condition: r.ConditionCode, Declared: r.Act == declaredAct, By: countersign.PersonID(r.ByID), ByName: r.ByName, At: r.At.Time,
		}
	}
	return out, nil
}

// AddSubmission appends a handing in of the portfolio.
func (tx *Tx) AddSubmission(p authz.Permit, s countersign.Submission) error {
	id, err := beneath(p, authz.SubmitPortfolio)
	if err == nil {
		err = tx.insert(&submissionRow{
			ID: tx.NewID(), ApprenticeshipID: id, Number: s.Number, Checklist: dbJSON[[]countersign.SubmittedLine]{s.Checklist},
			ByID: dbRef(p.Actor().ID()), ByName: p.Actor().Name(), At: dbTime{tx.Now()},
		})
	}
	if err != nil {
		return fmt.Errorf("store: add submission: %w", err)
	}
	return nil
}

// Submissions returns every handing in of the portfolio with the verifier's
// answer, oldest first.
func (tx *Tx) Submissions(p authz.Permit) ([]countersign.Submission, error) {
	id, err := beneath(p, recordReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: submissions: %w", err)
	}
	rows, err := all[submissionRow](tx, "SELECT "+submissionColumns+" FROM submissions s WHERE apprenticeship_id = ? ORDER BY number", id)
	if err != nil {
		return nil, fmt.Errorf("store: submissions: %w", err)
	}
	answers, err := all[verificationRow](tx, "SELECT "+verificationColumns+" FROM verifications v JOIN submissions s ON s.id = v.submission_id WHERE s.apprenticeship_id = ?", id)
	if err != nil {
		return nil, fmt.Errorf("store: submissions: verifications: %w", err)
	}
	out := make([]countersign.Submission, len(rows))
	for i, r := range rows {
		out[i] = countersign.Submission{
			ID: countersign.SubmissionID(r.ID), Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID), Number: r.Number,
			Checklist: r.Checklist.V, By: countersign.PersonID(r.ByID), ByName: r.ByName, At: r.At.Time,
		}
		for _, v := range answers {
			if v.SubmissionID == r.ID {
				out[i].Verification = &countersign.Verification{
					Submission: out[i].ID, Outcome: countersign.VerificationOutcome(v.Outcome), Comment: v.Comment, Referrals: v.Referrals.V,
					By: countersign.PersonID(v.ByID), ByName: v.ByName, At: v.At.Time,
				}
			}
		}
	}
	return out, nil
}

// AddVerification appends the verifier's answer to a submission of the
// permit's apprenticeship. A submission that is answered already is a Conflict.
func (tx *Tx) AddVerification(p authz.Permit, v countersign.Verification) error {
	id, err := beneath(p, authz.VerifyPortfolio)
	if err == nil {
		_, err = one[struct{ ID string }](tx, "SELECT id FROM submissions WHERE apprenticeship_id = ? AND id = ?", id, string(v.Submission))
	}
	if err == nil {
		err = tx.insert(&verificationRow{
			ID: tx.NewID(), SubmissionID: string(v.Submission), Outcome: string(v.Outcome), Comment: v.Comment,
			Referrals: dbJSON[[]countersign.Referral]{v.Referrals}, ByID: dbRef(p.Actor().ID()), ByName: p.Actor().Name(), At: dbTime{tx.Now()},
		})
	}
	if err != nil {
		return fmt.Errorf("store: add verification: %w", err)
	}
	return nil
}

// AddAward appends an award, or the correction of one.
func (tx *Tx) AddAward(p authz.Permit, g countersign.AwardGiven) error {
	id, err := beneath(p, authz.RecordAward)
	if err == nil {
		err = tx.insert(&awardRow{
			ID: tx.NewID(), ApprenticeshipID: id, Number: g.Nth, Title: g.Title, Body: g.Body, Level: g.Level, Credits: g.Credits,
			Certificate: g.Number, AwardedOn: dbDate{g.On}, ByID: dbRef(p.Actor().ID()), ByName: p.Actor().Name(), At: dbTime{tx.Now()},
		})
	}
	if err != nil {
		return fmt.Errorf("store: add award: %w", err)
	}
	return nil
}

// Award returns the award that holds; nil when none was recorded.
func (tx *Tx) Award(p authz.Permit) (*countersign.AwardGiven, error) {
	id, err := beneath(p, recordReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: award: %w", err)
	}
	rows, err := all[awardRow](tx, "SELECT "+awardColumns+" FROM awards w WHERE apprenticeship_id = ? ORDER BY number DESC LIMIT 1", id)
	if err != nil {
		return nil, fmt.Errorf("store: award: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil //nolint:nilnil // there is none, which is no error
	}
	r := rows[0]
	return &countersign.AwardGiven{
		Nth: r.Number, Title: r.Title, Body: r.Body, Level: r.Level, Credits: r.Credits, Number: r.Certificate, On: r.AwardedOn.Date,
		By: countersign.PersonID(r.ByID), ByName: r.ByName, At: r.At.Time,
	}, nil
}

// AwaitingRow is a portfolio that waits for a verifier.
type AwaitingRow struct {
	countersign.Apprenticeship
	SubmittedAt time.Time
}

// AwaitingVerification returns the portfolios within the scope that are with
// the verifier, longest first.
func (tx *Tx) AwaitingVerification(scope authz.Scope) ([]AwaitingRow, error) {
	within, args := tx.inScope(scope)
	rows, err := all[struct {
		Named       namedApprenticeship `gorm:"embedded"`
		SubmittedAt dbTime
	}](tx, "SELECT "+apprenticeshipColumns+`, (SELECT max(s.at) FROM submissions s WHERE s.apprenticeship_id = a.id) AS submitted_at
		FROM apprenticeships a WHERE a.state = 'submitted' AND `+within+" ORDER BY submitted_at, id", args...)
	if err != nil {
		return nil, fmt.Errorf("store: awaiting verification: %w", err)
	}
	out := make([]AwaitingRow, len(rows))
	for i, r := range rows {
		out[i] = AwaitingRow{r.Named.toDomain(), r.SubmittedAt.Time}
	}
	return out, nil
}

// SetBriefing keeps the day on which somebody who is named attended the mentor
// briefing; the zero Date takes it out again.
func (tx *Tx) SetBriefing(p authz.Permit, naming countersign.NamingID, on countersign.Date) (countersign.Naming, error) {
	id, err := beneath(p, authz.ChangeNamings)
	var n countersign.Naming
	if err == nil {
		_, err = tx.update("namings", map[string]any{"briefing_on": dbDate{on}}, "id = ? AND apprenticeship_id = ?", string(naming), id)
	}
	if err == nil {
		n, err = tx.naming(id, naming)
	}
	if err != nil {
		return n, fmt.Errorf("store: set briefing: %w", err)
	}
	return n, nil
}
