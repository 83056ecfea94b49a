package mail

import "countersign/internal/countersign"

// Reported tells the author of a piece, and the apprentice, that somebody
// thinks a patient could be identified from it.
type Reported struct {
	Recipient
	Link string // to the piece
}

// Message returns the mail.
func (m Reported) Message() Message {
	return m.message("A piece of evidence was reported",
		"Somebody has reported a piece of evidence because a patient might be identified from it. It is hidden from everybody else, and does not count, until that is put right.",
		"Read what to look for, take it out and submit the piece again. What was submitted before is then destroyed:",
		m.Link,
	)
}

// Redacted tells whoever reported a piece that its author has acted on it.
type Redacted struct {
	Recipient
	Link string // to the piece
}

// Message returns the mail.
func (m Redacted) Message() Message {
	return m.message("The evidence that you reported was changed",
		"Its author has submitted it again or withdrawn it, and what was there before is destroyed.",
		"Look at it, and release it if no patient can be identified any more:",
		m.Link,
	)
}

// ReportClosed tells the author that a piece is seen again.
type ReportClosed struct {
	Recipient
	Link string // to the piece
}

// Message returns the mail.
func (m ReportClosed) Message() Message {
	return m.message("The report about your evidence is closed",
		"Your piece of evidence is no longer hidden.",
		"See where it stands:",
		m.Link,
	)
}

// ImpactSentBack tells whoever entered a measure of their practice that the
// training hub sent it back.
type ImpactSentBack struct {
	Recipient
	Measure string // its title
	Link    string // to what was entered
}

// Message returns the mail.
func (m ImpactSentBack) Message() Message {
	return m.message("Your training hub sent back a measure: "+plain(m.Measure),
		"It does not count until it is put right.",
		"Read what to put right, and change it:",
		m.Link,
	)
}

// BoardReport leads to the report of a place as at a month's end. Its figures
// are not in it: whoever opens it signs in.
type BoardReport struct {
	Recipient
	Organisation string
	Month        countersign.Month
	Link         string // to the page
	File         string // to the PDF
	Stop         string // ends these mails
}

// Message returns the mail.
func (m BoardReport) Message() Message {
	out := m.message("Board report of "+plain(m.Organisation)+" for "+m.Month.Long(),
		"The report of "+plain(m.Organisation)+" as at the end of "+m.Month.Long()+" is ready. Sign in to open it:",
		m.Link,
		"The same as a PDF:",
		m.File,
		"You get this email every month. Stop it:",
		m.Stop,
	)
	out.Unsubscribe = m.Stop
	return out
}

// BoardReportNotAllowed tells whoever had a report mailed that its reader may
// not see it any more.
type BoardReportNotAllowed struct {
	Recipient
	Reader       string
	Organisation string
	Link         string // to who gets it
}

// Message returns the mail.
func (m BoardReportNotAllowed) Message() Message {
	return m.message("A board report is no longer sent to "+plain(m.Reader),
		"You had the board report of "+plain(m.Organisation)+" sent to "+plain(m.Reader)+" every month. They may not see it any more, so it was not sent and will not be.",
		"See who gets it:",
		m.Link,
	)
}
