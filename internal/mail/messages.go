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

// SecurityChanged warns the owner of an account that another way of proving
// who they are was added, or taken away.
type SecurityChanged struct {
	Recipient
	What string // a sentence without its full stop
	At   time.Time
	Link string
}

// Message returns the mail.
func (m SecurityChanged) Message() Message {
	return m.message("A change to how you sign in to Countersign",
		plain(m.What)+", at "+moment(m.At)+".",
		"If it was you, or you asked for it, there is nothing to do. If not, look at how you sign in at once, and tell your training hub:",
		m.Link,
	)
}

// NewDevice tells the owner of an account of a sign-in in a browser that they
// had not used before.
type NewDevice struct {
	Recipient
	Browser string // "Firefox on Windows"
	At      time.Time
	Link    string
}

// Message returns the mail.
func (m NewDevice) Message() Message {
	return m.message("A sign-in to Countersign from a new device",
		"Somebody signed in to your account at "+moment(m.At)+" with a browser that you had not used before: "+plain(m.Browser)+".",
		"If it was you, there is nothing to do. If not, change your password at once and tell your training hub. How you sign in:",
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

// Digest says how much is waiting for somebody.
type Digest struct {
	Recipient
	Waiting   int              // in the queue; hours wait if it is 0
	Oldest    countersign.Date // since when the oldest has waited
	Link      string           // to the queue
	Hours     int              // entries of hours logs that wait to be verified
	HoursLink string
}

// Message returns the mail.
func (m Digest) Message() Message {
	subject, waits := "1 thing is waiting for you", "It has waited since "
	if m.Waiting != 1 {
		subject, waits = fmt.Sprintf("%d things are waiting for you", m.Waiting), "The oldest has waited since "
	}
	hours, verify := "", ""
	if m.Hours > 0 {
		hours, verify = fmt.Sprintf("%d entries of hours wait for you to verify them:", m.Hours), m.HoursLink
		if m.Hours == 1 {
			hours = "1 entry of hours waits for you to verify it:"
		}
	}
	if m.Waiting == 0 {
		return m.message("Hours are waiting for you", hours, verify)
	}
	return m.message(subject,
		subject+" in Countersign. "+waits+m.Oldest.Long()+".",
		"See what is waiting, oldest first:",
		m.Link,
		hours, verify,
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
