package service

import (
	"time"

	"countersign/internal/countersign"
)

// NoticeKind is what a mail tells somebody.
type NoticeKind string

// The notices.
const (
	NoticeInvited  NoticeKind = "invited"
	NoticeReset    NoticeKind = "reset"
	NoticeNamed    NoticeKind = "named"
	NoticeReturned NoticeKind = "returned"
	NoticeReported NoticeKind = "reported"
	NoticeRedacted NoticeKind = "redacted"

	NoticeReportClosed NoticeKind = "report_closed"
	NoticeAccepted     NoticeKind = "accepted"
	NoticeRecorded     NoticeKind = "recorded"
	NoticeSignedOff    NoticeKind = "signed_off"
	NoticeNotYet       NoticeKind = "not_yet_competent"
	NoticeWithdrawn    NoticeKind = "withdrawn"
	NoticeCountersign  NoticeKind = "countersign"
	NoticeProgramme    NoticeKind = "programme"
	NoticePlacement    NoticeKind = "placement"
	NoticeDigest       NoticeKind = "digest"
	NoticeSubmitted    NoticeKind = "submitted"
	NoticeReferred     NoticeKind = "referred_back"
	NoticeVerified     NoticeKind = "verified"
	NoticeAwarded      NoticeKind = "awarded"
	NoticeReviewDue    NoticeKind = "review_due"

	NoticeVersion     NoticeKind = "version"
	NoticeVersionBack NoticeKind = "version_back"

	NoticeCPD      NoticeKind = "cpd"
	NoticeExpiring NoticeKind = "expiring"

	NoticePriorClaimed NoticeKind = "prior_learning_claimed"
	NoticePriorDecided NoticeKind = "prior_learning_decided"

	NoticeDraftReview   NoticeKind = "framework_draft_review"
	NoticeDraftReviewed NoticeKind = "framework_draft_reviewed"

	NoticeReceived NoticeKind = "package_received"

	NoticePasswordChanged NoticeKind = "password_changed"
	NoticeEmailChanged    NoticeKind = "email_changed"
	NoticeSecurity        NoticeKind = "security"
	NoticeNewDevice       NoticeKind = "new_device"

	NoticeVirus NoticeKind = "virus"

	NoticeImpactBack NoticeKind = "impact_sent_back"

	NoticeBoard     NoticeKind = "board_report"
	NoticeBoardLost NoticeKind = "board_report_not_allowed"
)

// MailJob is the kind of the outbox rows that hold a Notice.
const MailJob = "mail"

// Notice is what the worker needs to write one mail. It holds identifiers,
// and a one-time token where the mail carries a link; never evidence or
// comments.
type Notice struct {
	Kind           NoticeKind                   `json:"kind"`
	To             countersign.PersonID         `json:"to"`
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship,omitempty"`
	Evidence       countersign.EvidenceID       `json:"evidence,omitempty"`
	Competency     string                       `json:"competency,omitempty"`
	Placement      countersign.PlacementID      `json:"placement,omitempty"`
	Cycle          countersign.CPDCycleID       `json:"cycle,omitempty"`
	Version        string                       `json:"version,omitempty"` // of the framework
	Draft          countersign.VersionDraftID   `json:"draft,omitempty"`
	Received       countersign.ReceivedID       `json:"received,omitempty"`
	Impact         countersign.ImpactID         `json:"impact,omitempty"`
	Board          countersign.BoardMailID      `json:"board,omitempty"`
	Token          string                       `json:"token,omitempty"`
	Day            string                       `json:"day,omitempty"`   // of a digest, on which a review is due or a sign-off expires; the month of a board report
	Email          string                       `json:"email,omitempty"` // where it goes instead of the person's present address
	What           string                       `json:"what,omitempty"`  // changed about the account; the browser of a new device; the measure sent back
}

// notify puts a mail into the outbox of this transaction.
func (w work) notify(kind NoticeKind, to countersign.PersonID, evidence countersign.EvidenceID, competency string) error {
	return w.tx.Enqueue(MailJob, Notice{Kind: kind, To: to, Apprenticeship: w.app.ID, Evidence: evidence, Competency: competency}, time.Time{}, "")
}

// notifyNamed tells somebody that they are named, once the naming has begun.
func (w work) notifyNamed(n countersign.Naming) error {
	var notBefore time.Time
	if n.From.After(w.tx.Today()) {
		notBefore = n.From.Start()
	}
	return w.tx.Enqueue(MailJob, Notice{Kind: NoticeNamed, To: n.Person, Apprenticeship: w.app.ID}, notBefore, "")
}

// notifyDecision tells the apprentice of a decision, and whoever can
// countersign that it waits for them.
func (w work) notifyDecision(so countersign.SignOff) error {
	switch {
	case so.Decision == countersign.NotYetCompetent:
		return w.notify(NoticeNotYet, w.app.Apprentice, "", so.Competency)
	case so.Part == countersign.Withdrawal:
		return w.notify(NoticeWithdrawn, w.app.Apprentice, "", so.Competency)
	case so.Part == countersign.Confirmation:
		return nil
	case so.Awaits == "":
		return w.notify(NoticeSignedOff, w.app.Apprentice, "", so.Competency)
	}
	item := countersign.QueueItem{
		Type: countersign.WaitCountersign, Apprentice: w.app.Apprentice, Competency: so.Competency, Awaits: so.Awaits, OpenAssessor: so.Assessor,
	}
	for _, n := range item.WaitsFor(w.framework, w.permit.Subject().Namings) {
		if err := w.notify(NoticeCountersign, n.Person, "", so.Competency); err != nil {
			return err
		}
	}
	return nil
}
