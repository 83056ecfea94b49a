package mail

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"countersign/internal/countersign"
)

// The mails of the product. A mail is read on shared screens and forwarded, so
// none has a field for evidence, comments or anything about a patient: it says
// what happened, to which competency, and what to do next. Every Link is a
// whole address.

// Recipient is whom a mail goes to.
type Recipient struct {
	Email string
	Name  string // may be empty
}

// Competency names one competency.
type Competency struct{ Code, Title string }

func (c Competency) String() string { return plain(c.Code + " " + c.Title) }

// Invited asks somebody new to set up their account.
type Invited struct {
	Recipient
	InvitedBy    string    // who enrolled them; may be empty
	Organisation string    // where; may be empty
	Link         string    // works once
	Until        time.Time // end of the link
}

// Message returns the mail.
func (m Invited) Message() Message {
	who, unexpected := "You have been added", "did not expect it"
	if m.InvitedBy != "" {
		who = plain(m.InvitedBy) + " has added you"
		unexpected = "do not know " + plain(m.InvitedBy)
	}
	at := ""
	if m.Organisation != "" {
		at = " at " + plain(m.Organisation)
	}
	return m.message("Set up your Countersign account",
		who+" to Countersign"+at+". Countersign keeps the training record of General Practice Assistants.",
		"Set up your account and choose a password. The link works once, until "+moment(m.Until)+":",
		m.Link,
		"You can ignore this email if you "+unexpected+".",
	)
}

// ResetLink lets somebody choose a new password.
type ResetLink struct {
	Recipient
	Link  string // works once
	Until time.Time
}

// Message returns the mail.
func (m ResetLink) Message() Message {
	return m.message("Choose a new Countersign password",
		"Someone asked for a new password for your Countersign account.",
		"Choose a new password. The link works once, until "+moment(m.Until)+":",
		m.Link,
		"If it was not you, you can ignore this email: your password has not changed.",
	)
}

// PasswordChanged warns the owner of an account.
type PasswordChanged struct {
	Recipient
	At   time.Time
	Link string // the sign-in page
}

// Message returns the mail.
func (m PasswordChanged) Message() Message {
	return m.message("Your Countersign password was changed",
		"Your password was changed at "+moment(m.At)+". You have been signed out on all your devices.",
		"If it was you, there is nothing to do. If it was not, ask for a new password at once and tell your training hub:",
		m.Link,
	)
}

// EmailChanged warns the owner of an account at the address that it had.
type EmailChanged struct {
	Recipient
	At   time.Time
	Link string // where help is to be had
}

// Message returns the mail. It doesn't tell the new address.
func (m EmailChanged) Message() Message {
	return m.message("Your Countersign email address was changed",
		"An administrator changed the email address of your Countersign account at "+moment(m.At)+". You sign in with the new address, and emails go there.",
		"If you asked for it, there is nothing to do. If not, tell your training hub at once. How to get help:",
		m.Link,
	)
}

// Named tells somebody that they now have a part in an apprenticeship.
type Named struct {
	Recipient
	Apprentice string
	Role       string // as in a sentence: "GP supervisor"
	From       countersign.Date
	Link       string
}

// Message returns the mail.
func (m Named) Message() Message {
	return m.message("You support "+plain(m.Apprentice)+"’s apprenticeship",
		fmt.Sprintf("You have been named as %s for %s from %s.", plain(m.Role), plain(m.Apprentice), m.From.Long()),
		"Look at the apprenticeship:",
		m.Link,
		"If this is a mistake, tell the practice manager.",
	)
}

// Returned tells the author that a piece of evidence needs more work.
type Returned struct {
	Recipient
	Assessor     string
	Competencies []Competency
	Link         string // to the piece
}

// Message returns the mail.
func (m Returned) Message() Message {
	return m.message(about("Your evidence needs more work", m.Competencies),
		plain(m.Assessor)+" has looked at your evidence and returned it to you with a comment.",
		list(m.Competencies),
		"Read the comment, change your evidence and submit it again:",
		m.Link,
	)
}

// Accepted tells the author that a piece of evidence counts.
type Accepted struct {
	Recipient
	Assessor     string
	Competencies []Competency
	Link         string // to the piece
}

// Message returns the mail.
func (m Accepted) Message() Message {
	return m.message(about("Your evidence was accepted", m.Competencies),
		plain(m.Assessor)+" has accepted your evidence.",
		list(m.Competencies),
		"See what is still needed:",
		m.Link,
	)
}

// Recorded tells the apprentice that an assessor wrote down what they saw.
type Recorded struct {
	Recipient
	Assessor     string
	Competencies []Competency
	Link         string // to the piece
}

// Message returns the mail.
func (m Recorded) Message() Message {
	return m.message(about("Evidence was recorded for you", m.Competencies),
		plain(m.Assessor)+" has recorded evidence of your work.",
		list(m.Competencies),
		"Read it and confirm that you have read it. You can add a comment:",
		m.Link,
	)
}

// SignedOff tells the apprentice that a competency is theirs.
type SignedOff struct {
	Recipient
	Assessor   string
	Competency Competency
	Level      string // title of the level
	Link       string // to the competency
}

// Message returns the mail.
func (m SignedOff) Message() Message {
	return m.message("Signed off: "+m.Competency.String(),
		fmt.Sprintf("%s has signed off %s at the level “%s”. Well done.", plain(m.Assessor), m.Competency, plain(m.Level)),
		"See the sign-off and what comes next:",
		m.Link,
	)
}

// NotYetCompetent tells the apprentice that there are next steps. The subject
// leaves the outcome to the page: it is the apprentice's to tell.
type NotYetCompetent struct {
	Recipient
	Assessor   string
	Competency Competency
	Link       string // to the competency
}

// Message returns the mail.
func (m NotYetCompetent) Message() Message {
	return m.message("Next steps for "+m.Competency.String(),
		plain(m.Assessor)+" has assessed "+m.Competency.String()+" and written down your next steps.",
		"Read the next steps, and talk them over with your supervisor:",
		m.Link,
	)
}

// DecisionWithdrawn tells the apprentice that a decision was taken back. The
// reason stays on the page.
type DecisionWithdrawn struct {
	Recipient
	Assessor   string // who withdrew it
	Competency Competency
	Link       string // to the competency
}

// Message returns the mail.
func (m DecisionWithdrawn) Message() Message {
	return m.message("A decision was withdrawn: "+m.Competency.String(),
		plain(m.Assessor)+" has withdrawn a decision about you on "+m.Competency.String()+" and written down why.",
		"Read the reason and see where you stand now:",
		m.Link,
	)
}

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

// AskedToCountersign asks a second person for their decision.
type AskedToCountersign struct {
	Recipient
	Assessor   string // who decided first
	Apprentice string
	Competency Competency
	Link       string // to the competency
}

// Message returns the mail.
func (m AskedToCountersign) Message() Message {
	return m.message("Please countersign: "+m.Competency.String(),
		fmt.Sprintf("%s has assessed %s in %s as competent. The competency is signed off when you countersign.",
			plain(m.Assessor), plain(m.Apprentice), m.Competency),
		"Look at the evidence and record your decision:",
		m.Link,
	)
}

// Digest says how much is waiting for somebody.
type Digest struct {
	Recipient
	Waiting int              // at least 1
	Oldest  countersign.Date // since when the oldest has waited
	Link    string           // to the queue
}

// Message returns the mail.
func (m Digest) Message() Message {
	subject, waits := "1 thing is waiting for you", "It has waited since "
	if m.Waiting != 1 {
		subject, waits = fmt.Sprintf("%d things are waiting for you", m.Waiting), "The oldest has waited since "
	}
	return m.message(subject,
		subject+" in Countersign. "+waits+m.Oldest.Long()+".",
		"See what is waiting, oldest first:",
		m.Link,
	)
}

const footer = "--\nCountersign sent this email automatically. Nobody reads replies to it."

// message puts paragraphs between greeting and footer; empty ones are left out.
func (r Recipient) message(subject string, paragraphs ...string) Message {
	greeting := "Hello,"
	if name := plain(r.Name); name != "" {
		greeting = "Hello " + name + ","
	}
	text := greeting + "\n\n"
	for _, p := range paragraphs {
		if p != "" {
			text += p + "\n\n"
		}
	}
	return Message{To: r.Email, ToName: plain(r.Name), Subject: subject, Text: text + footer + "\n"}
}

// about adds the competency to a subject if it is a single one.
func about(subject string, cs []Competency) string {
	if len(cs) == 1 {
		return subject + ": " + cs[0].String()
	}
	return subject
}

func list(cs []Competency) string {
	var lines []string
	for _, c := range cs {
		lines = append(lines, "- "+c.String())
	}
	if len(lines) == 0 {
		return ""
	}
	word := "Competency"
	if len(lines) > 1 {
		word = "Competencies"
	}
	return word + ":\n" + strings.Join(lines, "\n")
}

// moment returns a time as the NHS service manual writes it: "5:30pm on 6
// August 2018", "midday on 6 August 2018".
func moment(t time.Time) string {
	t = t.In(countersign.London())
	clock := t.Format("3:04pm")
	switch clock {
	case "12:00am":
		clock = "midnight"
	case "12:00pm":
		clock = "midday"
	}
	return strings.Replace(clock, ":00", "", 1) + " on " + countersign.LondonDate(t).Long()
}

// plain makes a name or title safe for one line, so that nobody's name can
// break a header or the layout of a mail.
func plain(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
