package store

import (
	"errors"
	"slices"
	"strings"

	"countersign/internal/authz"
)

// What permits are good for. A write permit reads as well what its work
// needs.
var (
	apprenticeshipWriters = []authz.Action{authz.ChangeApprenticeship, authz.AskExtension, authz.DecideProgramme, authz.SubmitPortfolio, authz.VerifyPortfolio}

	// Hours, placements and classroom sessions.
	learningWriters = []authz.Action{
		authz.LogHours, authz.VerifyHours, authz.ArrangePlacement, authz.AskSite, authz.AnswerForSite, authz.HoldSessions,
	}
	// Breaks, extensions, moves: of whoever reads an hours log, to know which days count.
	changeReaders = slices.Concat(apprenticeshipWriters, learningWriters, progressReviewWriters, []authz.Action{authz.ReadProgramme, authz.ReadHours, authz.ReadGateway})

	recordWriters = slices.Concat(apprenticeshipWriters, learningWriters, progressReviewWriters, []authz.Action{
		authz.ScanSkills, authz.ClaimPriorLearning, authz.DecidePriorLearning,
		authz.WriteEvidence, authz.RecordEvidence, authz.ReviewEvidence, authz.ReportEvidence, authz.SignOff, authz.WithdrawSignOff,
		authz.ProposeScope, authz.ConfirmScope, authz.ChangeNamings, authz.NameOnEnrolment, authz.CountAttainments,
		authz.RecordAward, authz.ClaimPayment, authz.PayPractice, authz.KeepCPD, authz.IssueBadge,
	})
	recordReaders = slices.Concat(recordWriters, []authz.Action{
		authz.ReadApprenticeship, authz.ReadDecisions, authz.ReadEvidence, authz.ReadAdministrationEvidence, authz.ReadPortfolio,
		authz.WriteLetter, authz.ReadProgramme, authz.ReadPayments, authz.ReadGateway, authz.ReadHours, authz.ReadCPD, authz.ExportPackage,
	})
	// Progress without the text: not for those who read enrolments only.
	evidenceReaders = []authz.Action{
		authz.ReadEvidence, authz.ReadAdministrationEvidence, authz.ReadPortfolio, authz.ExportPackage, authz.IssueBadge,
		authz.WriteEvidence, authz.RecordEvidence, authz.ReviewEvidence, authz.ReportEvidence, authz.SignOff, authz.WithdrawSignOff,
		authz.WriteLetter, // which asks for kinds and competencies only
	}
	authors         = []authz.Action{authz.WriteEvidence, authz.RecordEvidence}
	destroyers      = authors // of content: who redacts a piece, by submitting it anew or by withdrawing it
	reviewers       = []authz.Action{authz.ReviewEvidence, authz.ReportEvidence, authz.SignOff}
	decisionReaders = []authz.Action{
		authz.ReadDecisions, authz.ReadEvidence, authz.ReadPortfolio, authz.ExportPackage, authz.SignOff, authz.WithdrawSignOff, authz.IssueBadge,
	}
)

// errPermit is a programmer's mistake: whoever may not do something is refused
// by authz before the store is asked.
var errPermit = errors.New("the permit is not for this")

// beneath returns the apprenticeship that the permit is about, if the permit
// is for one of the actions. The zero Permit is for none.
func beneath(p authz.Permit, actions ...authz.Action) (string, error) {
	id := string(p.Apprenticeship())
	if id == "" || !p.Allows(actions...) {
		return "", errPermit
	}
	return id, nil
}

// namingValid is the condition that naming n holds on a day. It takes the day
// twice.
const namingValid = "n.from_on <= ? AND (n.to_on IS NULL OR n.to_on >= ?)"

// namingHeld is the condition that the person of naming n still holds its role
// today, or will, at a place that is open. Otherwise the naming gives no right,
// see authz. It takes the day twice.
const namingHeld = `EXISTS (SELECT 1 FROM memberships m JOIN organisations o ON o.id = m.organisation_id AND ` + openOn + `
	WHERE m.person_id = n.person_id AND m.role = n.role AND (m.to_on IS NULL OR m.to_on >= ?))`

// working is the condition that evidence of apprenticeship a is added and
// judged: countersign.Working.
const working = "a.state IN ('active', 'referred_back', 'completed')"

// underWay is the condition that somebody learns by apprenticeship a, also again
// after a referral.
const underWay = "a.state IN ('active', 'referred_back')"

// inScope returns the condition that an apprenticeship a is within the scope,
// FALSE for the zero Scope. What makes it so is a union of lists, each of which
// has an index: with OR the database would look at every apprenticeship.
func (tx *Tx) inScope(s authz.Scope) (string, []any) {
	if s.All {
		return "TRUE", nil
	}
	var either []string
	var args []any
	if s.Own && s.Person != "" {
		either = append(either, "SELECT x.id FROM apprenticeships x WHERE x.apprentice_id = ?")
		args = append(args, string(s.Person))
	}
	if len(s.Named) > 0 && s.Person != "" {
		either = append(either, "SELECT n.apprenticeship_id FROM namings n WHERE n.person_id = ? AND n.role IN ? AND "+namingValid)
		args = append(args, string(s.Person), namedRoles(s), tx.today(), tx.today())
	}
	if len(s.Organisations) > 0 {
		either = append(either, "SELECT x.id FROM organisation_ancestors b JOIN apprenticeships x ON x.practice_id = b.organisation_id WHERE b.ancestor_id IN ?")
		args = append(args, scopeIDs(s))
	}
	if len(either) == 0 {
		return "FALSE", nil
	}
	return "a.id IN (" + strings.Join(either, " UNION ") + ")", args
}

func namedRoles(s authz.Scope) []string {
	roles := make([]string, len(s.Named))
	for i, r := range s.Named {
		roles[i] = string(r)
	}
	return roles
}
