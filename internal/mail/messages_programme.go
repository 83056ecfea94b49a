package mail

import (
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// ProgrammeChanged tells the apprentice and the GP supervisor that the
// programme itself changed: its dates, a break, an extension, the practice. It
// doesn't say what, since a break may have a private reason.
type ProgrammeChanged struct {
	Recipient
	Apprentice string
	Link       string // to the programme
}

// Message returns the mail.
func (m ProgrammeChanged) Message() Message {
	return m.message("A programme has changed",
		"The programme of "+plain(m.Apprentice)+" has changed: its dates, its practice or where it stands.",
		"Read what changed:",
		m.Link,
	)
}

// PortfolioSubmitted tells the verifier that a portfolio waits.
type PortfolioSubmitted struct {
	Recipient
	Apprentice string
	Link       string // to the gateway
}

// Message returns the mail.
func (m PortfolioSubmitted) Message() Message {
	return m.message("A portfolio waits for you: "+plain(m.Apprentice),
		"The portfolio of "+plain(m.Apprentice)+" was submitted for verification.",
		"Read it, and verify it or refer it back:",
		m.Link,
	)
}

// PortfolioVerified tells the apprentice and the GP supervisor that the
// programme is completed.
type PortfolioVerified struct {
	Recipient
	Apprentice string
	Link       string // to the gateway
}

// Message returns the mail.
func (m PortfolioVerified) Message() Message {
	return m.message("Portfolio verified: "+plain(m.Apprentice),
		"The verifier has verified the portfolio of "+plain(m.Apprentice)+". The programme is completed.",
		"See the certificate:",
		m.Link,
	)
}

// PortfolioReferred tells the apprentice and the GP supervisor that the
// verifier asks for more. What is missing stays on the page.
type PortfolioReferred struct {
	Recipient
	Apprentice string
	Link       string // to the gateway
}

// Message returns the mail.
func (m PortfolioReferred) Message() Message {
	return m.message("Portfolio referred back: "+plain(m.Apprentice),
		"The verifier has read the portfolio of "+plain(m.Apprentice)+" and asks for more on some competencies. The record is open again.",
		"Read what is asked for:",
		m.Link,
	)
}

// AwardRecorded tells the apprentice that their award is in the record.
type AwardRecorded struct {
	Recipient
	Link string // to the gateway
}

// Message returns the mail.
func (m AwardRecorded) Message() Message {
	return m.message("Your award is recorded",
		"Your training hub has recorded the award for your programme. Your certificate of completion shows it.",
		"See the award and the certificate:",
		m.Link,
	)
}

// ReviewDue tells the three parties of a progress review by when it is due.
type ReviewDue struct {
	Recipient
	Apprentice string
	DueOn      countersign.Date
	Overdue    bool
	Link       string // to the reviews
}

// Message returns the mail.
func (m ReviewDue) Message() Message {
	subject, text := "A progress review is due", "The next progress review of %s is due by %s."
	if m.Overdue {
		subject, text = "A progress review is overdue", "The progress review of %s was due by %s and is not signed by all three parties yet."
	}
	return m.message(subject, fmt.Sprintf(text, plain(m.Apprentice), m.DueOn.Long()), "Prepare, write or sign it:", m.Link)
}

// PriorLearning tells the GP supervisor of a claim, or the apprentice of the
// decision.
type PriorLearning struct {
	Recipient
	Apprentice string
	Decided    bool
	Link       string // to the claims
}

// Message returns the mail.
func (m PriorLearning) Message() Message {
	if m.Decided {
		return m.message("Your claim of prior learning is decided", "Your GP supervisor has decided about your claim of prior learning.", "Read the decision:", m.Link)
	}
	return m.message("Prior learning to decide", plain(m.Apprentice)+" claims prior learning.", "Accept or decline the claim:", m.Link)
}

// VersionChanged tells the apprentice that they are on another version of
// their framework, or back on the one before.
type VersionChanged struct {
	Recipient
	Version      string
	Back         bool
	Competencies []Competency // judged competent, and to be decided again
	Link         string       // to the competencies
}

// Message returns the mail.
func (m VersionChanged) Message() Message {
	if m.Back {
		return m.message("You are back on version "+plain(m.Version)+" of your framework",
			"Your training hub has taken back the change of your framework’s version. Your decisions count as they did before it.",
			"See where you stand:", m.Link)
	}
	subject := "Your framework has a new version: " + plain(m.Version)
	if len(m.Competencies) == 0 {
		return m.message(subject, "Your training hub has brought you to version "+plain(m.Version)+" of your framework. Nothing that was signed off is checked again.",
			"See where you stand:", m.Link)
	}
	return m.message(subject, "Your training hub has brought you to version "+plain(m.Version)+
		" of your framework. These competencies have changed, so they are checked again. Your evidence and the earlier decisions stay in your record.",
		list(m.Competencies), "See what is still needed:", m.Link)
}

// ConfirmPlacement asks a site supervisor, who has no account, to confirm the
// hours of a placement.
type ConfirmPlacement struct {
	Recipient
	Apprentice string
	Link       string // works once
	Until      time.Time
}

// Message returns the mail.
func (m ConfirmPlacement) Message() Message {
	return m.message("Please confirm a placement",
		plain(m.Apprentice)+" was on a placement with you. Countersign, which keeps their training record, asks you to confirm the dates and the hours.",
		"You need no account. Confirm them, or say what is wrong. The link works once, until "+moment(m.Until)+":",
		m.Link,
		"You can ignore this email if you do not know "+plain(m.Apprentice)+".",
	)
}

// CycleEnds tells somebody that a cycle of continuing development ends before
// they have what it asks for.
type CycleEnds struct {
	Recipient
	Cycle  string // its title
	EndsOn countersign.Date
	Link   string // to the cycle
}

// Message returns the mail.
func (m CycleEnds) Message() Message {
	return m.message("Your continuing development ends on "+m.EndsOn.Long(),
		plain(m.Cycle)+" ends on "+m.EndsOn.Long()+", and your record does not show all that it asks for.",
		"See what is missing, and enter what you have done:",
		m.Link,
	)
}

// SignOffExpires tells somebody that a sign-off needs renewing.
type SignOffExpires struct {
	Recipient
	Competency Competency
	ExpiresOn  countersign.Date // its last day
	Link       string           // to the competency
}

// Message returns the mail.
func (m SignOffExpires) Message() Message {
	return m.message("Renew by "+m.ExpiresOn.Long()+": "+m.Competency.String(),
		"Your sign-off of "+m.Competency.String()+" holds until "+m.ExpiresOn.Long()+".",
		"See what is needed to renew it, and add fresh evidence:",
		m.Link,
	)
}

// DraftReview asks somebody to review a framework draft or, once Reviewed,
// tells its maker that somebody has.
type DraftReview struct {
	Recipient
	Draft    string // title and version
	Reviewed bool
	Link     string // to the draft
}

// Message returns the mail.
func (m DraftReview) Message() Message {
	if m.Reviewed {
		return m.message("A review of your framework draft", "Somebody whom you asked has reviewed "+plain(m.Draft)+".", "Read the review:", m.Link)
	}
	return m.message("Please review a framework draft",
		"You are asked to review "+plain(m.Draft)+", before it is published.",
		"Read it, comment, and approve it or ask for changes:",
		m.Link,
	)
}

// PortfolioReceived tells a GP supervisor that a portfolio from another
// installation waits for the practice to accept or decline it.
type PortfolioReceived struct {
	Recipient
	Apprentice   string
	Organisation string // the practice
	Link         string // to what was received
}

// Message returns the mail.
func (m PortfolioReceived) Message() Message {
	return m.message("A portfolio from elsewhere: "+plain(m.Apprentice),
		plain(m.Organisation)+" received the portfolio of "+plain(m.Apprentice)+" from another installation.",
		"It is kept apart until a GP supervisor of the practice accepts or declines it:",
		m.Link,
	)
}
