package api

import (
	"net/http"

	"countersign/internal/authz"
)

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// authoring are the actions of which an author of evidence has one.
var authoring = []authz.Action{authz.WriteEvidence, authz.RecordEvidence}

// routes is everything beneath /api/v1. A test keeps it equal to the golden
// list in testdata/routes.txt, and to the paths of the OpenAPI document.
var routes = []route{
	// Yourself
	{method: get, path: "/me", access: token, handle: (*Handlers).showMe},
	{method: patch, path: "/me", access: token, handle: (*Handlers).changeMe},
	{method: get, path: "/me/data.zip", access: token, handle: (*Handlers).showMyData},
	{method: get, path: "/me/corrections", access: token, handle: (*Handlers).listMyCorrections},
	{method: post, path: "/me/erasure", access: token, handle: (*Handlers).askErasure},
	{method: get, path: "/me/trail", access: token, handle: (*Handlers).listMyTrail},
	{method: get, path: "/me/views", access: token, handle: (*Handlers).listSavedViews},
	{method: post, path: "/me/views", access: token, handle: (*Handlers).saveView},
	{method: remove, path: "/me/views/:id", access: token, handle: (*Handlers).removeView},
	{method: get, path: "/audit-events", access: token, handle: (*Handlers).listAuditEvents},
	{method: get, path: "/tokens", access: token, handle: (*Handlers).listTokens},
	{method: post, path: "/tokens", access: token, handle: (*Handlers).createToken},
	{method: post, path: "/signing-challenges", access: token, handle: (*Handlers).createChallenge},
	{method: post, path: "/signing-grants", access: token, handle: (*Handlers).createGrant},
	{method: remove, path: "/tokens/:id", access: token, handle: (*Handlers).deleteToken},

	// Frameworks
	{method: get, path: "/frameworks", access: token, handle: (*Handlers).listFrameworks},
	{method: get, path: "/frameworks/:framework", access: token, handle: (*Handlers).showFramework},
	{method: get, path: "/frameworks/:framework/:version", access: token, handle: (*Handlers).showFramework},
	{method: get, path: "/frameworks/:framework/:version/changes", access: token, handle: (*Handlers).showFrameworkChanges},
	{method: post, path: "/frameworks/:framework/:version/moves", access: token, handle: (*Handlers).createMove, probe: anywhere(authz.DecideProgramme)},

	// Framework drafts
	{method: get, path: "/framework-drafts", access: token, handle: (*Handlers).listDrafts},
	{method: post, path: "/framework-drafts", access: token, handle: (*Handlers).createDraft, probe: anywhere(authz.EditFrameworkDraft)},
	{method: get, path: "/framework-drafts/:id", access: token, handle: (*Handlers).showDraft},
	{method: put, path: "/framework-drafts/:id", access: token, handle: (*Handlers).replaceDraft, probe: onDraft(authz.EditFrameworkDraft)},
	{method: get, path: "/framework-drafts/:id/changes", access: token, handle: (*Handlers).showDraftChanges},
	{method: post, path: "/framework-drafts/:id/imports", access: token, handle: (*Handlers).importIntoDraft, probe: onDraft(authz.EditFrameworkDraft), upload: true},
	{method: post, path: "/framework-drafts/:id/comments", access: token, handle: (*Handlers).createDraftComment, probe: onDraft(authz.CommentFrameworkDraft)},
	{method: post, path: "/framework-drafts/:id/comments/:comment/resolution", access: token, handle: (*Handlers).resolveDraftComment, probe: onDraft(authz.CommentFrameworkDraft)},
	{method: post, path: "/framework-drafts/:id/reviewers", access: token, handle: (*Handlers).createDraftReviewer, probe: onDraft(authz.EditFrameworkDraft)},
	{method: post, path: "/framework-drafts/:id/reviews", access: token, handle: (*Handlers).createDraftReview, probe: onDraft(authz.ReviewFrameworkDraft)},
	{method: post, path: "/framework-drafts/:id/publication", access: token, handle: (*Handlers).publishDraft, probe: onDraft(authz.ReadFrameworkDraft)},
	{method: post, path: "/framework-drafts/:id/discarding", access: token, handle: (*Handlers).discardDraft, probe: onDraft(authz.EditFrameworkDraft)},

	// Organisations and people
	{method: get, path: "/organisations", access: token, handle: (*Handlers).listOrganisations},
	{method: post, path: "/organisations", access: token, handle: (*Handlers).createOrganisation, probe: anywhere(authz.ChangePlaces)},
	{method: get, path: "/organisations/:code", access: token, handle: (*Handlers).showOrganisation},
	{method: patch, path: "/organisations/:code", access: token, handle: (*Handlers).changeOrganisation, probe: atPlace(authz.ChangePlaces)},
	{method: get, path: "/organisations/:code/moves", access: token, handle: (*Handlers).listPlaceMoves},
	{method: get, path: "/organisations/:code/region-sight", access: token, handle: (*Handlers).showRegionSight},
	{method: put, path: "/organisations/:code/region-sight", access: token, handle: (*Handlers).agreeToRegion, probe: atPlace(authz.AgreeToRegion)},
	{method: post, path: "/organisations/:code/moves", access: token, handle: (*Handlers).createPlaceMove, probe: atPlace(authz.ChangePlaces)},
	{method: get, path: "/people", access: token, handle: (*Handlers).listPeople},
	{method: get, path: "/people/:id", access: token, handle: (*Handlers).showPerson},
	{method: patch, path: "/people/:id", access: token, handle: (*Handlers).changePerson, probe: ofPersonToChange},
	{method: post, path: "/people/:id/erasure", access: token, handle: (*Handlers).decideErasure, probe: ofPersonToChange},
	{method: get, path: "/erasures", access: token, handle: (*Handlers).listErasures},
	{method: post, path: "/people/:id/invitation", access: token, handle: (*Handlers).createInvitation, probe: ofPerson},
	{method: post, path: "/memberships", access: token, handle: (*Handlers).createMembership, probe: anywhere(authz.ChangePeople)},
	{method: get, path: "/memberships/:id", access: token, handle: (*Handlers).showMembership},
	{method: patch, path: "/memberships/:id", access: token, handle: (*Handlers).endMembership, probe: onMembership},

	// Apprenticeships
	{method: get, path: "/apprenticeships", access: token, handle: (*Handlers).listApprenticeships},
	{method: post, path: "/apprenticeships", access: token, handle: (*Handlers).createApprenticeship, probe: anywhere(authz.Enrol)},
	{method: get, path: "/apprenticeships/:id", access: token, handle: (*Handlers).showApprenticeship},
	{method: patch, path: "/apprenticeships/:id", access: token, handle: (*Handlers).changeApprenticeship, probe: onApprenticeship(authz.ChangeApprenticeship)},
	{method: get, path: "/apprenticeships/:id/timeline", access: token, handle: (*Handlers).showTimeline},
	{method: get, path: "/apprenticeships/:id/version", access: token, handle: (*Handlers).showVersion},
	{method: post, path: "/apprenticeships/:id/version", access: token, handle: (*Handlers).changeVersion, probe: onApprenticeship(authz.DecideProgramme)},
	{method: post, path: "/apprenticeships/:id/version/undo", access: token, handle: (*Handlers).undoVersion, probe: onApprenticeship(authz.DecideProgramme)},
	{method: get, path: "/apprenticeships/:id/namings", access: token, handle: (*Handlers).listNamings},
	{method: post, path: "/apprenticeships/:id/namings", access: token, handle: (*Handlers).createNaming, probe: onApprenticeship(authz.ChangeNamings)},
	{method: get, path: "/apprenticeships/:id/namings/:naming", access: token, handle: (*Handlers).showNaming},
	{method: patch, path: "/apprenticeships/:id/namings/:naming", access: token, handle: (*Handlers).endNaming, probe: onApprenticeship(authz.ChangeNamings)},
	{method: post, path: "/apprenticeships/:id/namings/:naming/handover", access: token, handle: (*Handlers).handOver, probe: onApprenticeship(authz.ChangeNamings)},
	{method: get, path: "/apprenticeships/:id/scope", access: token, handle: (*Handlers).showScope},
	{method: put, path: "/apprenticeships/:id/scope", access: token, handle: (*Handlers).changeScope, probe: onApprenticeship(authz.ConfirmScope, authz.ProposeScope)},
	{method: get, path: "/apprenticeships/:id/competencies", access: token, handle: (*Handlers).listCompetencies},
	{method: get, path: "/apprenticeships/:id/competencies/:code", access: token, handle: (*Handlers).showCompetency},
	{method: get, path: "/apprenticeships/:id/portfolio.pdf", access: token, handle: (*Handlers).showPortfolio},
	{method: get, path: "/apprenticeships/:id/portfolio.zip", access: token, handle: (*Handlers).showPackage},
	{method: get, path: "/apprenticeships/:id/badges", access: token, handle: (*Handlers).listBadges},
	{method: post, path: "/apprenticeships/:id/badges", access: token, handle: (*Handlers).issueBadge, probe: onApprenticeship(authz.IssueBadge)},
	{method: get, path: "/apprenticeships/:id/badges/:badge", access: token, handle: (*Handlers).showBadge},
	{method: get, path: "/apprenticeships/:id/badges/:badge/badge.svg", access: token, handle: (*Handlers).showBadgeSVG},
	{method: get, path: "/apprenticeships/:id/badges/:badge/badge.png", access: token, handle: (*Handlers).showBadgePNG},
	{method: get, path: "/badge-status/:list", access: public, handle: (*Handlers).showBadgeStatus},

	// Many at once
	{method: get, path: "/rosters", access: token, handle: (*Handlers).listRosters},
	{method: post, path: "/rosters", access: token, handle: (*Handlers).createRoster, probe: anywhere(authz.ImportRoster), upload: true},
	{method: get, path: "/rosters/:id", access: token, handle: (*Handlers).showRoster},
	{method: remove, path: "/rosters/:id", access: token, handle: (*Handlers).deleteRoster, probe: onRoster},
	{method: get, path: "/rosters/:id/rows", access: token, handle: (*Handlers).listRosterRows},
	{method: post, path: "/rosters/:id/start", access: token, handle: (*Handlers).startRoster, probe: onRoster},

	// From other installations
	{method: get, path: "/received-packages", access: token, handle: (*Handlers).listReceived},
	{method: post, path: "/organisations/:code/received-packages", access: token, handle: (*Handlers).createReceived, probe: atPlace(authz.ReceivePackage), upload: true},
	{method: get, path: "/received-packages/:id", access: token, handle: (*Handlers).showReceived},
	{method: get, path: "/received-packages/:id/package.zip", access: token, handle: (*Handlers).downloadReceived},
	{method: post, path: "/received-packages/:id/decision", access: token, handle: (*Handlers).decideReceived, probe: onReceived},

	// Evidence
	{method: get, path: "/apprenticeships/:id/evidence", access: token, handle: (*Handlers).listEvidence, probe: onApprenticeship(authz.ReadEvidence, authz.ReadAdministrationEvidence)},
	{method: post, path: "/apprenticeships/:id/evidence", access: token, handle: (*Handlers).createEvidence, probe: onApprenticeship(authoring...)},
	{method: post, path: "/apprenticeships/:id/equivalents", access: token, handle: (*Handlers).createEquivalent, probe: onApprenticeship(authz.WriteEvidence)},
	{method: get, path: "/evidence/:id", access: token, handle: (*Handlers).showEvidence},
	{method: patch, path: "/evidence/:id", access: token, handle: (*Handlers).changeEvidence, probe: onEvidence(authoring...)},
	{method: remove, path: "/evidence/:id", access: token, handle: (*Handlers).deleteEvidence, probe: onEvidence(authoring...)},
	{method: post, path: "/evidence/:id/copy", access: token, handle: (*Handlers).copyEvidence, probe: onEvidence(authoring...)},
	{method: get, path: "/evidence/:id/revisions", access: token, handle: (*Handlers).listRevisions},
	{method: post, path: "/evidence/:id/attachments", access: token, handle: (*Handlers).createAttachment, probe: onEvidence(authoring...), upload: true},
	{method: get, path: "/attachments/:id", access: token, handle: (*Handlers).showAttachment, probe: onAttachment(authz.ReadEvidence, authz.ReadAdministrationEvidence)},
	{method: remove, path: "/attachments/:id", access: token, handle: (*Handlers).deleteAttachment, probe: onAttachment(authoring...)},
	{method: post, path: "/evidence/:id/submission", access: token, handle: (*Handlers).submitEvidence, probe: onEvidence(authoring...)},
	{method: post, path: "/evidence/:id/withdrawal", access: token, handle: (*Handlers).withdrawEvidence, probe: onEvidence(authz.WriteEvidence)},
	{method: post, path: "/evidence/:id/report", access: token, handle: (*Handlers).reportEvidence, probe: onEvidence(authz.ReportEvidence)},
	{method: post, path: "/evidence/:id/report/closure", access: token, handle: (*Handlers).closeReport, probe: onEvidence(authz.ReportEvidence)},
	{method: post, path: "/evidence/:id/review", access: token, handle: (*Handlers).reviewEvidence, probe: onEvidence(authz.ReviewEvidence)},
	{method: post, path: "/evidence/:id/read-confirmation", access: token, handle: (*Handlers).confirmRead, probe: onEvidence(authz.WriteEvidence)},

	// Decisions
	{method: get, path: "/apprenticeships/:id/sign-offs", access: token, handle: (*Handlers).listSignOffs},
	{method: post, path: "/apprenticeships/:id/sign-offs", access: token, handle: (*Handlers).createSignOff, probe: onApprenticeship(authz.SignOff)},
	{method: post, path: "/sign-offs/batch", access: token, handle: (*Handlers).createBatch},
	{method: post, path: "/sign-offs/:id/withdrawal", access: token, handle: (*Handlers).withdrawSignOff, probe: onSignOff(authz.WithdrawSignOff)},
	{method: post, path: "/sign-offs/:id/confirmation", access: token, handle: (*Handlers).confirmSignOff, probe: onSignOff(authz.SignOff)},
	{method: get, path: "/queue", access: token, handle: (*Handlers).listQueue},

	// The log of decisions, in which nothing is about a person
	{method: get, path: "/ledger/checkpoint", access: public, handle: (*Handlers).showCheckpoint},
	{method: get, path: "/ledger/entries/:leaf/proof", access: public, handle: (*Handlers).showEntryProof},
	{method: get, path: "/ledger/consistency", access: public, handle: (*Handlers).showGrowthProof},
	{method: get, path: "/ledger/keys", access: public, handle: (*Handlers).listSigningKeys},
	{method: post, path: "/checks", access: public, handle: (*Handlers).createCheck},
	{method: get, path: "/checks", access: public, handle: (*Handlers).showCodeStanding},

	// Sums
	{method: get, path: "/reports/sums", access: token, handle: (*Handlers).listSums},
	{method: get, path: "/reports/progress", access: token, handle: (*Handlers).showProgressReport},
	{method: get, path: "/reports/heat-map", access: token, handle: (*Handlers).showHeatMap},
	{method: get, path: "/reports/coverage", access: token, handle: (*Handlers).showCoverage},
	{method: get, path: "/reports/impact", access: token, handle: (*Handlers).showImpact},
	{method: get, path: "/organisations/:code/impact-reports", access: token, handle: (*Handlers).listImpacts},
	{method: post, path: "/organisations/:code/impact-reports", access: token, handle: (*Handlers).enterImpact, probe: atPlace(authz.EnterImpact)},
	{method: get, path: "/organisations/:code/board-mails", access: token, handle: (*Handlers).listBoardMails},
	{method: post, path: "/organisations/:code/board-mails", access: token, handle: (*Handlers).createBoardMail, probe: onBoardMails},
	{method: post, path: "/organisations/:code/board-mails/:mail/stop", access: token, handle: (*Handlers).stopBoardMail, probe: onBoardMails},
	{method: get, path: "/impact-reports/:id", access: token, handle: (*Handlers).showOneImpact},
	{method: patch, path: "/impact-reports/:id", access: token, handle: (*Handlers).changeImpact, probe: onImpact(authz.EnterImpact)},
	{method: post, path: "/impact-reports/:id/withdrawal", access: token, handle: (*Handlers).withdrawImpact, probe: onImpact(authz.EnterImpact)},
	{method: post, path: "/impact-reports/:id/check", access: token, handle: (*Handlers).checkImpact, probe: onImpact(authz.CheckImpact)},

	// Programme
	{method: get, path: "/apprenticeships/:id/programme", access: token, handle: (*Handlers).showProgramme},
	{method: post, path: "/apprenticeships/:id/acceptance", access: token, handle: (*Handlers).acceptApplication, probe: onApprenticeship(authz.DecideProgramme)},
	{method: post, path: "/apprenticeships/:id/refusal", access: token, handle: (*Handlers).declineApplication, probe: onApprenticeship(authz.DecideProgramme)},
	{method: post, path: "/apprenticeships/:id/breaks", access: token, handle: (*Handlers).createBreak, probe: onApprenticeship(authz.ChangeApprenticeship)},
	{method: post, path: "/apprenticeships/:id/return", access: token, handle: (*Handlers).returnFromBreak, probe: onApprenticeship(authz.ChangeApprenticeship)},
	{method: post, path: "/apprenticeships/:id/extensions", access: token, handle: (*Handlers).createExtension, probe: onApprenticeship(authz.AskExtension)},
	{method: post, path: "/apprenticeships/:id/extensions/:change/decision", access: token, handle: (*Handlers).decideExtension, probe: onApprenticeship(authz.DecideProgramme)},
	{method: post, path: "/apprenticeships/:id/withdrawal", access: token, handle: (*Handlers).withdrawApprentice, probe: onApprenticeship(authz.ChangeApprenticeship)},
	{method: post, path: "/apprenticeships/:id/restart", access: token, handle: (*Handlers).restartApprenticeship, probe: onApprenticeship(authz.DecideProgramme)},
	{method: post, path: "/apprenticeships/:id/move", access: token, handle: (*Handlers).moveApprentice, probe: onApprenticeship(authz.DecideProgramme)},
	{method: post, path: "/apprenticeships/:id/completion", access: token, handle: (*Handlers).completeApprenticeship, probe: onApprenticeship(authz.DecideProgramme)},

	// Completion
	{method: get, path: "/apprenticeships/:id/gateway", access: token, handle: (*Handlers).showGateway},
	{method: put, path: "/apprenticeships/:id/gateway/declarations", access: token, handle: (*Handlers).declareConditions, probe: onApprenticeship(authz.SubmitPortfolio)},
	{method: post, path: "/apprenticeships/:id/gateway/submission", access: token, handle: (*Handlers).submitPortfolio, probe: onApprenticeship(authz.SubmitPortfolio)},
	{method: post, path: "/apprenticeships/:id/gateway/verification", access: token, handle: (*Handlers).verifyPortfolio, probe: onApprenticeship(authz.VerifyPortfolio)},
	{method: post, path: "/apprenticeships/:id/award", access: token, handle: (*Handlers).recordAward, probe: onApprenticeship(authz.RecordAward)},
	{method: get, path: "/apprenticeships/:id/certificate.pdf", access: token, handle: (*Handlers).showCertificate},
	{method: post, path: "/apprenticeships/:id/namings/:naming/briefing", access: token, handle: (*Handlers).recordBriefing, probe: onApprenticeship(authz.ChangeNamings)},
	{method: get, path: "/apprenticeships/:id/payments", access: token, handle: (*Handlers).listPayments},
	{method: post, path: "/apprenticeships/:id/payments/:payment/claim", access: token, handle: (*Handlers).claimPayment, probe: onApprenticeship(authz.ClaimPayment)},
	{method: post, path: "/apprenticeships/:id/payments/:payment/payment", access: token, handle: (*Handlers).payPractice, probe: onApprenticeship(authz.PayPractice)},
	{method: post, path: "/apprenticeships/:id/payments/:payment/claim/reversal", access: token, handle: (*Handlers).reverseClaim, probe: onApprenticeship(authz.ClaimPayment, authz.PayPractice)},
	{method: post, path: "/apprenticeships/:id/payments/:payment/payment/reversal", access: token, handle: (*Handlers).reversePayment, probe: onApprenticeship(authz.PayPractice)},
	{method: get, path: "/payments", access: token, handle: (*Handlers).listPaymentSums},

	// Hours
	{method: get, path: "/apprenticeships/:id/hours", access: token, handle: (*Handlers).listHours, probe: onApprenticeship(authz.ReadHours, authz.ReadProgramme)},
	{method: post, path: "/apprenticeships/:id/hours", access: token, handle: (*Handlers).createHours, probe: onApprenticeship(authz.LogHours)},
	{method: get, path: "/hours/waiting", access: token, handle: (*Handlers).listWaitingHours},
	{method: post, path: "/hours/verifications", access: token, handle: (*Handlers).verifyManyHours},
	{method: post, path: "/hours/:id/verification", access: token, handle: (*Handlers).verifyHours, probe: onHours(authz.VerifyHours)},
	{method: post, path: "/hours/:id/reversal", access: token, handle: (*Handlers).reverseHours, probe: onHours(authz.VerifyHours, authz.LogHours)},

	// Progress reviews
	{method: get, path: "/calendar", access: token, handle: (*Handlers).listCalendar},
	{method: get, path: "/reviews/due", access: token, handle: (*Handlers).listDueReviews},
	{method: get, path: "/apprenticeships/:id/reviews", access: token, handle: (*Handlers).listReviews},
	{method: post, path: "/apprenticeships/:id/reviews", access: token, handle: (*Handlers).prepareReview, probe: onApprenticeship(authz.PrepareReview)},
	{method: get, path: "/apprenticeships/:id/reviews/:number", access: token, handle: (*Handlers).showReview},
	{method: put, path: "/apprenticeships/:id/reviews/:number", access: token, handle: (*Handlers).changeReview, probe: onApprenticeship(authz.TakePartInReview).then(ofReview)},
	{method: post, path: "/apprenticeships/:id/reviews/:number/preparation", access: token, handle: (*Handlers).prepareReviewAgain, probe: onApprenticeship(authz.PrepareReview).then(ofReview)},
	{method: post, path: "/apprenticeships/:id/reviews/:number/signatures", access: token, handle: (*Handlers).signReview, probe: onApprenticeship(authz.TakePartInReview).then(ofReview)},
	{method: get, path: "/apprenticeships/:id/reviews/:number/review.pdf", access: token, handle: (*Handlers).downloadReview},

	// Skills scan and prior learning
	{method: get, path: "/apprenticeships/:id/skills-scan", access: token, handle: (*Handlers).showSkillsScan},
	{method: put, path: "/apprenticeships/:id/skills-scan", access: token, handle: (*Handlers).saveSkillsScan, probe: onApprenticeship(authz.ScanSkills)},
	{method: get, path: "/apprenticeships/:id/prior-learning", access: token, handle: (*Handlers).listPriorLearning},
	{method: post, path: "/apprenticeships/:id/prior-learning", access: token, handle: (*Handlers).claimPriorLearning, probe: onApprenticeship(authz.ClaimPriorLearning)},
	{method: get, path: "/apprenticeships/:id/prior-learning/:claim", access: token, handle: (*Handlers).showClaim},
	{method: post, path: "/apprenticeships/:id/prior-learning/:claim/decision", access: token, handle: (*Handlers).decidePriorLearning, probe: onApprenticeship(authz.DecidePriorLearning).then(ofClaim)},
	{method: post, path: "/apprenticeships/:id/prior-learning/:claim/withdrawal", access: token, handle: (*Handlers).withdrawPriorLearning, probe: onApprenticeship(authz.ClaimPriorLearning).then(ofClaim)},

	// Continuing development
	{method: get, path: "/apprenticeships/:id/cpd", access: token, handle: (*Handlers).showCPD},
	{method: post, path: "/apprenticeships/:id/cpd/cycles", access: token, handle: (*Handlers).openCycle, probe: onApprenticeship(authz.KeepCPD)},
	{method: post, path: "/apprenticeships/:id/cpd/cycles/:cycle/renewal", access: token, handle: (*Handlers).renewCycle, probe: onApprenticeship(authz.KeepCPD).then(ofCycle)},
	{method: post, path: "/apprenticeships/:id/cpd/cycles/:cycle/closure", access: token, handle: (*Handlers).closeCycle, probe: onApprenticeship(authz.KeepCPD).then(ofCycle)},
	{method: post, path: "/apprenticeships/:id/cpd/cycles/:cycle/entries", access: token, handle: (*Handlers).createCPDEntry, probe: onApprenticeship(authz.KeepCPD).then(ofCycle)},
	{method: post, path: "/apprenticeships/:id/cpd/entries/:entry/reversal", access: token, handle: (*Handlers).reverseCPDEntry, probe: onApprenticeship(authz.KeepCPD).then(ofCPDEntry)},

	// Placements and classroom sessions
	{method: get, path: "/apprenticeships/:id/placements", access: token, handle: (*Handlers).listPlacements},
	{method: post, path: "/apprenticeships/:id/placements", access: token, handle: (*Handlers).arrangePlacement, probe: onApprenticeship(authz.ArrangePlacement)},
	{method: get, path: "/placements/:id", access: token, handle: (*Handlers).showPlacement},
	{method: patch, path: "/placements/:id", access: token, handle: (*Handlers).changePlacement, probe: onPlacement(authz.ArrangePlacement)},
	{method: post, path: "/placements/:id/site-request", access: token, handle: (*Handlers).askSite, probe: onPlacement(authz.AskSite)},
	{method: post, path: "/placements/:id/cancellation", access: token, handle: (*Handlers).cancelPlacement, probe: onPlacement(authz.ArrangePlacement)},
	{method: get, path: "/apprenticeships/:id/timetable", access: token, handle: (*Handlers).showTimetable},
	{method: get, path: "/classroom-sessions", access: token, handle: (*Handlers).listSessions},
	{method: post, path: "/classroom-sessions", access: token, handle: (*Handlers).createSession, probe: anywhere(authz.HoldSessions)},
	{method: get, path: "/classroom-sessions/:id", access: token, handle: (*Handlers).showSession},
	{method: patch, path: "/classroom-sessions/:id", access: token, handle: (*Handlers).changeSession, probe: onSession},
	{method: get, path: "/classroom-sessions/:id/attendance", access: token, handle: (*Handlers).showAttendance},
	{method: put, path: "/classroom-sessions/:id/attendance", access: token, handle: (*Handlers).markAttendance, probe: onSession},
}
