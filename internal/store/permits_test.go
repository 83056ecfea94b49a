package store_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
	"countersign/internal/store/storetest/pgcluster"
)

// beneath is a method that works beneath a permit's apprenticeship. call runs
// it on the things of App.
type beneath struct {
	call  func(tx *store.Tx, p authz.Permit) (any, error)
	by    countersign.Person // of OtherApp; who has a permit that the method takes
	with  authz.Action
	wrong authz.Action // of the same person's or the hub lead's, that it doesn't take
}

func (r *record) beneath(e countersign.Evidence, file countersign.Attachment, so countersign.SignOff, naming countersign.Naming) map[string]beneath {
	apprentice, gp, hub := r.OtherApprentice, r.OtherGP, r.OtherHubLead
	review := r.prepareReview()
	var claim countersign.PriorLearningID
	r.by(r.Apprentice, authz.ClaimPriorLearning, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
		claim, err = tx.AddPriorLearning(p, countersign.PriorLearning{Title: "Secret", On: tx.Today(), State: countersign.PriorClaimed})
		return err
	})
	r.by(r.Apprentice, authz.ScanSkills, func(tx *store.Tx, p authz.Permit, _ int) error {
		return tx.SaveSkillsScan(p, countersign.SkillsScan{Side: countersign.ApprenticeScan, Levels: map[string]string{lasting: "Secret"}})
	})
	cycle, entry := r.continueLearning()
	return map[string]beneath{
		"Apprenticeship": {func(tx *store.Tx, p authz.Permit) (any, error) { a, err := tx.Apprenticeship(p); return a.ID, err }, apprentice, authz.ReadApprenticeship, authz.Enrol},
		"ChangeApprenticeship": {func(tx *store.Tx, p authz.Permit) (any, error) {
			a := r.App
			a.Cohort = "changed"
			return tx.ChangeApprenticeship(p, a, 99)
		}, hub, authz.ChangeApprenticeship, authz.ReadApprenticeship},
		"Touch":         {func(tx *store.Tx, p authz.Permit) (any, error) { a, err := tx.Touch(p); return a.Seq, err }, apprentice, authz.WriteEvidence, authz.ReadApprenticeship},
		"LapsedNamings": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.LapsedNamings(p) }, apprentice, authz.ReadApprenticeship, authz.Enrol},
		"Namings":       {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Namings(p) }, apprentice, authz.ReadApprenticeship, authz.Enrol},
		"AddNaming": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return tx.AddNaming(p, countersign.Naming{Apprenticeship: r.App.ID, Person: r.Mentor.ID, Role: countersign.Assessor, From: tx.Today()})
		}, hub, authz.ChangeNamings, authz.ReadApprenticeship},
		"EndNaming": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.EndNaming(p, naming.ID, tx.Today()) }, hub, authz.ChangeNamings, authz.ReadApprenticeship},
		"Attainments": {func(tx *store.Tx, p authz.Permit) (any, error) {
			as, err := tx.Attainments(p, r.Framework)
			for _, a := range as {
				if a.Apprenticeship == r.App.ID || len(a.Pieces) > 0 || len(a.Decisions) > 0 {
					return a, err
				}
			}
			return nil, err
		}, apprentice, authz.ReadApprenticeship, authz.Enrol},
		"SaveAttainments": {func(tx *store.Tx, p authz.Permit) (any, error) {
			c, _ := r.Framework.Competency(lasting)
			return nil, tx.SaveAttainments(p, []countersign.Attainment{{Competency: c, Apprenticeship: r.App.ID, Scope: countersign.ScopeIn}}, 77, true)
		}, apprentice, authz.WriteEvidence, authz.ReadApprenticeship},
		"SetScope": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.SetScope(p, optional, countersign.ScopeProposed)
		}, apprentice, authz.ProposeScope, authz.ReadApprenticeship},
		"EvidenceList": {func(tx *store.Tx, p authz.Permit) (any, error) {
			list, _, err := tx.EvidenceList(p, store.EvidenceFilter{Drafts: true})
			return list, err
		}, apprentice, authz.ReadEvidence, authz.ReadApprenticeship},
		"Evidence":          {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Evidence(p, e.ID) }, apprentice, authz.ReadEvidence, authz.ReadApprenticeship},
		"PortfolioEvidence": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.PortfolioEvidence(p) }, apprentice, authz.ReadPortfolio, authz.ReadApprenticeship},
		"AcceptedElsewhere": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.AcceptedElsewhere(p) }, apprentice, authz.ReadEvidence, authz.ReadApprenticeship},
		"AddEvidence": {func(tx *store.Tx, p authz.Permit) (any, error) {
			added, err := tx.AddEvidence(p, countersign.Evidence{Apprenticeship: r.App.ID, State: countersign.Draft, Content: countersign.Content{Kind: countersign.Audit}})
			if added.Apprenticeship == r.App.ID {
				return added, err
			}
			return nil, err
		}, apprentice, authz.WriteEvidence, authz.ReadEvidence},
		"ChangeEvidence": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.ChangeEvidence(p, e, e.Version) }, apprentice, authz.WriteEvidence, authz.ReadEvidence},
		"DeleteEvidence": {func(tx *store.Tx, p authz.Permit) (any, error) { return nil, tx.DeleteEvidence(p, e.ID, e.Version) }, apprentice, authz.WriteEvidence, authz.ReadEvidence},
		"AddRevision": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.AddRevision(p, countersign.Revision{Evidence: e.ID, Number: 9, SubmittedBy: r.Apprentice.ID, SubmittedAt: tx.Now()})
		}, apprentice, authz.WriteEvidence, authz.ReadEvidence},
		"Revisions": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Revisions(p, e.ID) }, apprentice, authz.ReadEvidence, authz.ReadApprenticeship},
		"RevisionHashes": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return tx.RevisionHashes(p, []countersign.EvidenceID{e.ID})
		}, apprentice, authz.ReadEvidence, authz.ReadApprenticeship},
		"LatestRevisions": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return tx.LatestRevisions(p, []countersign.EvidenceID{e.ID})
		}, apprentice, authz.ReadEvidence, authz.ReadApprenticeship},
		"AddReview": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return tx.AddReview(p, countersign.Review{Evidence: e.ID, Revision: 1, Reviewer: r.OtherGP.ID, Role: countersign.GPSupervisor, Decision: countersign.AcceptEvidence, At: tx.Now()})
		}, gp, authz.ReviewEvidence, authz.ReadEvidence},
		"Reviews": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Reviews(p, e.ID) }, apprentice, authz.ReadEvidence, authz.ReadApprenticeship},
		"AddAttachment": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return tx.AddAttachment(p, countersign.Attachment{Evidence: e.ID, Name: "intruder"})
		}, apprentice, authz.WriteEvidence, authz.ReadEvidence},
		"DestroyRevisions": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.DestroyRevisions(p, e.ID, 1) }, apprentice, authz.WriteEvidence, authz.ReadEvidence},
		"AddReport": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return tx.AddReport(p, countersign.Report{Evidence: e.ID, Reporter: r.GP.ID, Before: countersign.Submitted})
		}, gp, authz.ReportEvidence, authz.ReadEvidence},
		"Copies": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Copies(p, e.ID) }, gp, authz.ReportEvidence, authz.ReadEvidence},
		"ChangeReport": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.ChangeReport(p, countersign.Report{ID: countersign.ReportID(e.ID)})
		}, gp, authz.ReportEvidence, authz.ReadEvidence},
		"OpenReport": {func(tx *store.Tx, p authz.Permit) (any, error) { e, _, err := tx.OpenReport(p, e.ID); return e.ID, err }, gp, authz.ReportEvidence, authz.ReadEvidence},
		"EndQuarantine": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.EndQuarantine(p, e.ID, countersign.Accepted)
		}, gp, authz.ReportEvidence, authz.ReadEvidence},
		"DestroyText":      {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.DestroyText(p, e.ID) }, apprentice, authz.WriteEvidence, authz.ReadEvidence},
		"DeleteAttachment": {func(tx *store.Tx, p authz.Permit) (any, error) { return nil, tx.DeleteAttachment(p, file.ID) }, apprentice, authz.WriteEvidence, authz.ReadEvidence},
		"AddSignOff": {func(tx *store.Tx, p authz.Permit) (any, error) {
			next := so
			next.ID, next.Supersedes, next.PreviousLeaf, next.Leaf = countersign.SignOffID(tx.NewID()), so.ID, so.Leaf, "intruder"
			return tx.AddSignOff(p, next)
		}, gp, authz.SignOff, authz.ReadDecisions},
		"SignOffs": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.SignOffs(p) }, apprentice, authz.ReadDecisions, authz.ReadApprenticeship},
		"AddChange": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.AddChange(p, countersign.Change{Event: countersign.RequestExtension, On: tx.Today(), Reason: "intruder"})
		}, hub, authz.AskExtension, authz.ReadApprenticeship},
		"ProgressReviews": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.ProgressReviews(p) }, hub, authz.ReadProgramme, authz.ReadApprenticeship},
		"AddProgressReview": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.AddProgressReview(p, countersign.ProgressReview{
				Number: 9, State: countersign.ReviewPrepared, FrameworkID: r.App.FrameworkID, FrameworkVersion: r.App.FrameworkVersion,
				Since: tx.Today(), PreparedBy: r.OtherGP.ID, PreparedAt: tx.Now(),
			})
		}, gp, authz.PrepareReview, authz.ReadApprenticeship},
		"ChangeProgressReview": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.ChangeProgressReview(p, review, review.Version)
		}, gp, authz.TakePartInReview, authz.ReadApprenticeship},
		"SignProgressReview": {func(tx *store.Tx, p authz.Permit) (any, error) {
			review.State = countersign.ReviewSigning
			return nil, tx.SignProgressReview(p, review, countersign.ReviewSignature{Party: countersign.EmployerParty, Role: countersign.GPSupervisor, SHA256: strings.Repeat("a", 64), At: tx.Now()})
		}, gp, authz.TakePartInReview, authz.ReadApprenticeship},
		"EvidenceSince": {func(tx *store.Tx, p authz.Permit) (any, error) {
			submitted, accepted, err := tx.EvidenceSince(p, r.App.StartOn.Start())
			if submitted+accepted > 0 {
				return countersign.ApprenticeshipID("evidence of another"), err
			}
			return nil, err
		}, gp, authz.PrepareReview, authz.ReadApprenticeship},
		"SkillsScan": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.SkillsScan(p) }, hub, authz.ReadProgramme, authz.ReadApprenticeship},
		"SaveSkillsScan": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.SaveSkillsScan(p, countersign.SkillsScan{Side: countersign.SupervisorScan})
		}, gp, authz.ScanSkills, authz.ReadApprenticeship},
		"PriorLearning": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.PriorLearning(p) }, hub, authz.ReadProgramme, authz.ReadApprenticeship},
		"AddPriorLearning": {func(tx *store.Tx, p authz.Permit) (any, error) {
			_, err := tx.AddPriorLearning(p, countersign.PriorLearning{Title: "intruder", On: tx.Today(), State: countersign.PriorClaimed})
			return nil, err
		}, apprentice, authz.ClaimPriorLearning, authz.ReadApprenticeship},
		"DecidePriorLearning": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.DecidePriorLearning(p, countersign.PriorLearning{ID: claim, State: countersign.PriorAccepted, DecidedAt: tx.Now(), Version: 1})
		}, gp, authz.DecidePriorLearning, authz.ReadApprenticeship},
		"Changes":           {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Changes(p) }, hub, authz.ReadProgramme, authz.ReadApprenticeship},
		"LastVersionChange": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.LastVersionChange(p) }, hub, authz.ReadProgramme, authz.ReadApprenticeship},
		"SignedSince":       {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.SignedSince(p, store.VersionChange{}) }, hub, authz.ReadProgramme, authz.ReadApprenticeship},
		"MoveBack":          {func(tx *store.Tx, p authz.Permit) (any, error) { return nil, tx.MoveBack(p, store.VersionChange{}) }, hub, authz.DecideProgramme, authz.ReadApprenticeship},
		"CPDCycles":         {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.CPDCycles(p) }, gp, authz.ReadCPD, authz.ReadApprenticeship},
		"AddCPDCycle": {func(tx *store.Tx, p authz.Permit) (any, error) {
			_, err := tx.AddCPDCycle(p, countersign.CPDCycle{
				FrameworkID: r.App.FrameworkID, FrameworkVersion: r.App.FrameworkVersion, Cycle: countersign.Cycle{Code: "intruder"}, Anchor: tx.Today(), StartsOn: tx.Today(), EndsOn: tx.Today(),
			})
			return nil, err
		}, apprentice, authz.KeepCPD, authz.ReadApprenticeship},
		"AddCPDEntry": {func(tx *store.Tx, p authz.Permit) (any, error) {
			_, err := tx.AddCPDEntry(p, cycle, countersign.CPDEntry{On: tx.Today(), Title: "intruder", Category: countersign.OtherCPD})
			return nil, err
		}, apprentice, authz.KeepCPD, authz.ReadApprenticeship},
		"ReverseCPDEntry": {func(tx *store.Tx, p authz.Permit) (any, error) { return nil, tx.ReverseCPDEntry(p, entry, "intruder") }, apprentice, authz.KeepCPD, authz.ReadApprenticeship},
		"CloseCPDCycle": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.CloseCPDCycle(p, cycle, countersign.CPDClosure{On: tx.Today()})
		}, apprentice, authz.KeepCPD, authz.ReadApprenticeship},
		"AddDeclaration": {func(tx *store.Tx, p authz.Permit) (any, error) { return nil, tx.AddDeclaration(p, "ready", true) }, gp, authz.SubmitPortfolio, authz.ReadApprenticeship},
		"Declarations":   {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Declarations(p) }, apprentice, authz.ReadApprenticeship, authz.Enrol},
		"AddSubmission": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.AddSubmission(p, countersign.Submission{Number: 9})
		}, gp, authz.SubmitPortfolio, authz.ReadApprenticeship},
		"Submissions": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Submissions(p) }, apprentice, authz.ReadApprenticeship, authz.Enrol},
		"AddVerification": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.AddVerification(p, countersign.Verification{Submission: r.submission, Outcome: countersign.PortfolioVerified})
		}, r.otherVerifier, authz.VerifyPortfolio, authz.ReadApprenticeship},
		"AddAward": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.AddAward(p, countersign.AwardGiven{Nth: 9, Title: "intruder", Body: "Nobody", On: tx.Today()})
		}, hub, authz.RecordAward, authz.ReadApprenticeship},
		"CompletedElsewhere": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.CompletedElsewhere(p) }, apprentice, authz.ReadApprenticeship, authz.Enrol},
		"Award":              {func(tx *store.Tx, p authz.Permit) (any, error) { g, err := tx.Award(p); return g != nil, err }, apprentice, authz.ReadApprenticeship, authz.Enrol},
		"AddPaymentEntry": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.AddPaymentEntry(p, countersign.PaymentEntry{Number: 1, Payment: "portfolio", Event: countersign.PayPayment, Title: "intruder", On: tx.Today()})
		}, hub, authz.PayPractice, authz.ReadApprenticeship},
		"PaymentSubject": {func(tx *store.Tx, p authz.Permit) (any, error) { s, err := tx.PaymentSubject(p); return s.ID, err }, hub, authz.ReadPayments, authz.ReadApprenticeship},
		"SetBriefing":    {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.SetBriefing(p, naming.ID, tx.Today()) }, hub, authz.ChangeNamings, authz.ReadApprenticeship},
		"LastEntry":      {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.LastEntry(p) }, hub, authz.ReadProgramme, authz.ReadApprenticeship},
		"Hours": {func(tx *store.Tx, p authz.Permit) (any, error) {
			list, _, err := tx.Hours(p, store.HoursFilter{})
			return list, err
		}, apprentice, authz.ReadHours, authz.ReadApprenticeship},
		"HoursOn":    {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.HoursOn(p, tx.Today()) }, apprentice, authz.ReadHours, authz.ReadApprenticeship},
		"HoursEntry": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.HoursEntry(p, r.hours.ID) }, apprentice, authz.ReadHours, authz.ReadApprenticeship},
		"HoursSums": {func(tx *store.Tx, p authz.Permit) (any, error) {
			submitted, verified, err := tx.HoursSums(p)
			if submitted+verified >= r.hours.Minutes { // AddHours below may have logged a minute for the other
				return []string{"Secret"}, err
			}
			return nil, err
		}, apprentice, authz.ReadHours, authz.ReadApprenticeship},
		"AddHours": {func(tx *store.Tx, p authz.Permit) (any, error) {
			e, err := tx.AddHours(p, countersign.HoursEntry{Apprenticeship: r.App.ID, On: tx.Today(), Minutes: 1, Kind: countersign.Shadowing})
			return e.Apprenticeship, err
		}, apprentice, authz.LogHours, authz.ReadApprenticeship},
		"DecideHours": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return tx.DecideHours(p, r.hours.ID, countersign.HoursReversed, countersign.GPSupervisor, "intruder")
		}, gp, authz.VerifyHours, authz.ReadApprenticeship},
		"Placements": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Placements(p) }, apprentice, authz.ReadHours, authz.ReadApprenticeship},
		"Placement":  {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Placement(p, r.placement.ID) }, apprentice, authz.ReadHours, authz.ReadApprenticeship},
		"AddPlacement": {func(tx *store.Tx, p authz.Permit) (any, error) {
			pl, err := tx.AddPlacement(p, countersign.Placement{Apprenticeship: r.App.ID, Site: "intruder", From: tx.Today(), To: tx.Today(), PlannedMinutes: 1, State: countersign.PlacementPlanned})
			return pl.Apprenticeship, err
		}, gp, authz.ArrangePlacement, authz.ReadApprenticeship},
		"ChangePlacement": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return tx.ChangePlacement(p, r.placement, r.placement.Version)
		}, gp, authz.ArrangePlacement, authz.ReadApprenticeship},
		"AddPlacementLink": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.AddPlacementLink(p, r.placement.ID, "intruder", tx.Now())
		}, gp, authz.AskSite, authz.ReadApprenticeship},
		"SessionsOf": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.SessionsOf(p) }, apprentice, authz.ReadHours, authz.ReadApprenticeship},
		"WholeRecord": {func(tx *store.Tx, p authz.Permit) (any, error) {
			d, err := tx.WholeRecord(p)
			if err != nil {
				return nil, err
			}
			data, err := d.Encode()
			return []string{string(data)}, err
		}, gp, authz.ExportPackage, authz.ReadApprenticeship},
		"Badges": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.Badges(p) }, apprentice, authz.ReadPortfolio, authz.ReadApprenticeship},
		"AddBadge": {func(tx *store.Tx, p authz.Permit) (any, error) {
			return nil, tx.AddBadge(p, countersign.Badge{ID: "intruder", Apprenticeship: r.App.ID, Place: 1})
		}, apprentice, authz.IssueBadge, authz.ReadApprenticeship},
		"RevokeBadges": {func(tx *store.Tx, p authz.Permit) (any, error) {
			_, err := tx.RevokeBadges(p, "A1")
			return nil, err
		}, gp, authz.SignOff, authz.ReadApprenticeship},
		"LastLeaf": {func(tx *store.Tx, p authz.Permit) (any, error) { return tx.LastLeaf(p) }, gp, authz.SignOff, authz.ReadApprenticeship},
	}
}

// What isn't covered here for the reason said.
var notBeneath = map[string]string{
	"LeadsOf":              "its permit is the letter job's: TestTheThreeAreToldAFortnightBeforeAReviewIsDueAndEveryWeekWhenItIsOverdue",
	"AddApprenticeship":    "its permit is a place's: TestEnrollingNeedsAPermitOfThatPractice",
	"AddReceived":          "its permit is a practice's: TestReceivedPackagesNeedAPermitOfThatPractice",
	"ReceivedContent":      "the same",
	"Deciders":             "the same",
	"DecideReceived":       "its permit is a practice's: TestOnlyAGPSupervisorOfThePracticeDecides",
	"RestoreRecord":        "the same",
	"AddReceivedFramework": "the same",
	"AddSession":           "its permit is a training hub's: TestASessionNeedsAPermitOfThatHub",
	"ChangeSession":        "the same",
	"AddImpact":            "its permit is a practice's: TestAReportOfAMeasureNeedsAPermitOfThatPractice",
	"ChangeImpact":         "the same",
	"Impact":               "the same",
	"BoardMails":           "its permit is a place's: TestABoardReportIsMailedToWhoMaySeeIt of the service",
	"AddBoardMail":         "the same",
	"Impacts":              "its permit is a place's: TestMeasuresAreEnteredCheckedAndSentBack of the service",

	"AgreeToRegion": "its permit is a place's: TestATrainingHubAgreesThatItsRegionSeesPeople",
	"MovePlace":     "its permit is a place's: TestAMoveNeedsAPermitOfThatPlace",

	"DecisionsToCheck":   "its permit is the operator's: TestOnlyTheOperatorChecksTheLog",
	"PiecesToCheck":      "the same",
	"ReviewsToCheck":     "the same",
	"FrameworksToCheck":  "the same",
	"EntriesToCheck":     "the same",
	"NodesToCheck":       "the same",
	"CheckpointsToCheck": "the same",
	"AppendLedger":       "its permit is the sealing job's: TestOnlyTheSealingJobAppendsToTheLog",
	"AddCheckpoint":      "the same",
	"AddTimestamp":       "the same",
	"TimestampsToCheck":  "its permit is the operator's: TestOnlyTheSealingJobSealsRows",
	"RecordsToCheck":     "its permit is the operator's: TestOnlyTheSealingJobSealsRows",
	"UnsealedRecords":    "the same",
	"UndecidedErasures":  "the same",
	"UnsealedRows":       "its permit is the sealing job's: TestOnlyTheSealingJobSealsRows",
	"AddLedgerRecords":   "the same",
	"SealedUpTo":         "the same",
	"AddSigningKey":      "its permit is the operator's: TestOnlyTheOperatorGivesTheInstallationAKey",
	"Erasure":            "its permit is a person's: TestErasingNeedsAPermitOfThePerson",
	"AddErasure":         "the same",
	"ErasePerson":        "the same",
	"KnownAs":            "the same",
	"NamedIn":            "the same",
	"PersonalData":       "its permit is a person's: TestPersonalDataNeedsAPermitOfThePerson",
	"OwnTrail":           "the same",
	"SignInTrail":        "the same",
	"PersonChanges":      "the same",

	"AddVersionDraft":     "its permit is a place's: TestADraftNeedsAPermitOfThatDraft",
	"VersionDraft":        "its permit is a draft's: TestADraftNeedsAPermitOfThatDraft",
	"ChangeVersionDraft":  "its permit is a draft's: TestADraftNeedsAPermitOfThatDraft",
	"AddDraftReviewer":    "its permit is a draft's: TestADraftNeedsAPermitOfThatDraft",
	"DraftReviewers":      "its permit is a draft's: TestADraftNeedsAPermitOfThatDraft",
	"AddDraftReview":      "its permit is a draft's: TestADraftNeedsAPermitOfThatDraft",
	"DraftReviews":        "its permit is a draft's: TestADraftNeedsAPermitOfThatDraft",
	"AddDraftComment":     "its permit is a draft's: TestADraftNeedsAPermitOfThatDraft",
	"DraftComments":       "its permit is a draft's: TestADraftNeedsAPermitOfThatDraft",
	"ResolveDraftComment": "its permit is a draft's: TestADraftNeedsAPermitOfThatDraft",
}

func TestPermitsReachTheirOwnApprenticeshipOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		e := r.draft("Secret", lasting)
		var file countersign.Attachment
		r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
			file, err = tx.AddAttachment(p, countersign.Attachment{Evidence: e.ID, Name: "secret.pdf"})
			return err
		})
		e = r.submit(e)
		so := r.decide(lasting, countersign.NotYetCompetent)
		naming := r.Permit(t, r.GP, authz.ReadApprenticeship, r.App).Subject().Namings[0]
		r.learn()
		r.complete()
		methods := r.beneath(e, file, so, naming)
		before := r.dump()
		tx := reflect.TypeFor[*store.Tx]()
		for i := range tx.NumMethod() {
			m := tx.Method(i)
			if m.Type.NumIn() > 1 && m.Type.In(1) == reflect.TypeFor[authz.Permit]() && methods[m.Name].call == nil && notBeneath[m.Name] == "" {
				t.Errorf("%s takes a permit and isn't tested here", m.Name)
			}
		}
		for name, m := range methods {
			run := func(p authz.Permit) (got any, err error) {
				err = s.Write(t.Context(), func(tx *store.Tx) (err error) {
					got, err = m.call(tx, p)
					return err
				})
				return got, err
			}
			if _, err := run(authz.Permit{}); countersign.KindOf(err) != countersign.Internal {
				t.Errorf("%s with the zero permit: %v; want our own error", name, err)
			}
			if m.wrong != authz.Enrol {
				if _, err := run(r.Permit(t, r.wrongPerson(m), m.wrong, r.App)); countersign.KindOf(err) != countersign.Internal {
					t.Errorf("%s with a permit for %s: %v; want our own error", name, m.wrong, err)
				}
			}
			got, err := run(r.Permit(t, m.by, m.with, r.OtherApp))
			switch countersign.KindOf(err) {
			case countersign.NotFound, countersign.Internal, countersign.Conflict:
			case 0:
				if s := reflect.ValueOf(got); got != nil && (s.Kind() == reflect.Slice || s.Kind() == reflect.Map) {
					for _, v := range flatten(s) {
						if strings.Contains(v, string(r.App.ID)) || strings.Contains(v, "Secret") {
							t.Errorf("%s with another's permit returned %s", name, v)
						}
					}
				} else if id, ok := got.(countersign.ApprenticeshipID); ok && id != r.OtherApp.ID {
					t.Errorf("%s with another's permit returned %v", name, got)
				} else if leaf, ok := got.(string); ok && leaf != "" {
					t.Errorf("%s with another's permit returned %q", name, leaf)
				}
			default:
				t.Errorf("%s with another's permit: %v", name, err)
			}
			if after := r.dump(); !slices.Equal(after, before) {
				t.Errorf("%s with another's permit changed the record:\n%v\n%v", name, before, after)
			}
		}
	})
}

// wrongPerson is somebody of App who has the permit that m doesn't take.
func (r *record) wrongPerson(m beneath) countersign.Person {
	if m.wrong == authz.ReadApprenticeship {
		return r.HubLead // who may never read evidence
	}
	return r.GP
}

func flatten(v reflect.Value) (out []string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			out = append(out, flatten(v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, flatten(v.Index(i))...)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			out = append(append(out, k.String()), flatten(v.MapIndex(k))...)
		}
	case reflect.String:
		out = append(out, v.String())
	}
	return out
}

// dump returns everything that is kept beneath App.
func (r *record) dump() (out []string) {
	r.t.Helper()
	read(r.t, r.s, func(tx *store.Tx) error {
		id := string(r.App.ID)
		for _, q := range []string{
			"SELECT id || ' ' || seq || ' ' || version || ' ' || cohort || ' ' || waiting FROM apprenticeships WHERE id = ?",
			"SELECT id || ' ' || COALESCE(to_on, '2999-01-01') || COALESCE(briefing_on, '2999-01-01') FROM namings WHERE apprenticeship_id = ? ORDER BY id",
			"SELECT id FROM gateway_declarations WHERE apprenticeship_id = ? ORDER BY id",
			"SELECT s.id FROM submissions s LEFT JOIN verifications v ON v.submission_id = s.id WHERE s.apprenticeship_id = ? ORDER BY s.id, v.id",
			"SELECT id FROM awards WHERE apprenticeship_id = ? ORDER BY id",
			"SELECT id FROM payment_entries WHERE apprenticeship_id = ? ORDER BY id",
			"SELECT competency || ' ' || scope || ' ' || status || ' ' || version FROM attainments WHERE apprenticeship_id = ? ORDER BY competency",
			"SELECT id || ' ' || title || ' ' || state || ' ' || version FROM evidence WHERE apprenticeship_id = ? ORDER BY id",
			"SELECT m.competency FROM evidence_mappings m JOIN evidence e ON e.id = m.evidence_id WHERE e.apprenticeship_id = ? ORDER BY m.competency",
			"SELECT v.evidence_id || ' ' || v.number FROM evidence_revisions v JOIN evidence e ON e.id = v.evidence_id WHERE e.apprenticeship_id = ? ORDER BY 1",
			"SELECT w.id FROM reviews w JOIN evidence e ON e.id = w.evidence_id WHERE e.apprenticeship_id = ? ORDER BY 1",
			"SELECT f.id FROM attachments f JOIN evidence e ON e.id = f.evidence_id WHERE e.apprenticeship_id = ? ORDER BY 1",
			"SELECT id FROM sign_offs WHERE apprenticeship_id = ? ORDER BY 1",
			"SELECT h.id || ' ' || (SELECT count(*) FROM hours_decisions d WHERE d.hours_id = h.id) FROM hours h WHERE h.apprenticeship_id = ? ORDER BY 1",
			"SELECT p.id || ' ' || p.version || ' ' || (SELECT count(*) FROM placement_links l WHERE l.placement_id = p.id) FROM placements p WHERE p.apprenticeship_id = ? ORDER BY 1",
			"SELECT id || ' ' || state || ' ' || version FROM progress_reviews WHERE apprenticeship_id = ? ORDER BY 1",
			"SELECT side || ' ' || version FROM skills_scans WHERE apprenticeship_id = ? ORDER BY 1",
			"SELECT y.id || COALESCE(e.id, '') || COALESCE(r.reason, '') || COALESCE(c.note, '') FROM cpd_cycles y LEFT JOIN cpd_entries e ON e.cycle_id = y.id LEFT JOIN cpd_reversals r ON r.entry_id = e.id LEFT JOIN cpd_closures c ON c.cycle_id = y.id WHERE y.apprenticeship_id = ? ORDER BY 1",
			"SELECT id || ' ' || state || ' ' || version FROM prior_learning WHERE apprenticeship_id = ? ORDER BY 1",
		} {
			rows, err := tx.TextsForTest(q, id)
			if err != nil {
				return err
			}
			out = append(out, rows...)
		}
		return nil
	})
	return out
}

func TestNothingIsWrittenWithinRead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := newRecord(t, s, clock)
		e := r.draft("A draft", lasting)
		permit := r.Permit(t, r.Apprentice, authz.WriteEvidence, r.App)
		before := r.dump()
		for name, write := range map[string]func(*store.Tx) error{
			"Touch":           func(tx *store.Tx) error { _, err := tx.Touch(permit); return err },
			"AddEvidence":     func(tx *store.Tx) error { _, err := tx.AddEvidence(permit, e); return err },
			"ChangeEvidence":  func(tx *store.Tx) error { _, err := tx.ChangeEvidence(permit, e, e.Version); return err },
			"DeleteEvidence":  func(tx *store.Tx) error { return tx.DeleteEvidence(permit, e.ID, e.Version) },
			"SaveAttainments": func(tx *store.Tx) error { return tx.SaveAttainments(permit, nil, 1, true) },
			"SQL of any kind": func(tx *store.Tx) error { return tx.ExecForTest("DELETE FROM evidence_mappings") },
			"DDL":             func(tx *store.Tx) error { return tx.ExecForTest("CREATE TABLE x (y TEXT)") },
		} {
			if err := s.Read(t.Context(), write); countersign.KindOf(err) != countersign.Internal {
				t.Errorf("%s within Read: %v; want our own error", name, err)
			}
		}
		if after := r.dump(); !slices.Equal(after, before) {
			t.Errorf("changed by reading:\n%v\n%v", before, after)
		}
	})
}

// A migration adds columns while a server that began before it still runs, so
// statements name theirs: SELECT * would return something else than before.
func TestPreparedStatementsOutliveAMigration(t *testing.T) {
	t.Parallel()
	clock := storetest.NewClock()
	s := storetest.Open(t, pgcluster.DSN(t)+"&default_query_exec_mode=cache_statement", clock)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := newRecord(t, s, clock)
	e := r.draft("Before", lasting)
	var file countersign.Attachment
	r.by(r.Apprentice, authz.WriteEvidence, func(tx *store.Tx, p authz.Permit, _ int) (err error) {
		file, err = tx.AddAttachment(p, countersign.Attachment{Evidence: e.ID, Name: "letter.pdf"})
		return err
	})
	e = r.submit(e)
	methods := r.beneath(e, file, r.decide(lasting, countersign.NotYetCompetent), countersign.Naming{})
	same := map[countersign.PersonID]countersign.Person{r.OtherApprentice.ID: r.Apprentice, r.OtherGP.ID: r.GP, r.OtherHubLead.ID: r.HubLead}
	readAll := func() {
		for name, m := range methods {
			person, ok := same[m.by.ID]
			if !ok {
				continue
			}
			permit := r.Permit(t, person, m.with, r.App)
			err := s.Read(t.Context(), func(tx *store.Tx) error {
				_, err := m.call(tx, permit)
				return err
			})
			if err != nil && strings.Contains(err.Error(), "SQLSTATE") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	readAll()
	write(t, s, func(tx *store.Tx) error {
		return tx.ExecForTest(`DO $$ DECLARE t text; BEGIN
			FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN later text', t); END LOOP;
		END $$`)
	})
	readAll()
}
