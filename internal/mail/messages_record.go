package mail

import (
	"fmt"
)

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

// FileRemoved tells the author that a file of a piece was destroyed since it
// holds a virus.
type FileRemoved struct {
	Recipient
	Link string // to the piece
}

// Message returns the mail.
func (m FileRemoved) Message() Message {
	return m.message("A file was removed from your evidence",
		"A file that you added to your evidence holds a virus. It was destroyed. Everything else of the piece is as you left it.",
		"Check the device that the file comes from. Then add the file again, if you have it without the virus:",
		m.Link,
	)
}
