package countersign

import "time"

// Report is what somebody said about a patient's data in a piece of evidence.
// While it is open the piece is quarantined: hidden from all but its author,
// the apprentice and the reporter, and it doesn't count (RULES E5). Its author
// redacts it by submitting it anew, or withdraws it; either destroys what was
// submitted before. Then the reporter, or the GP supervisor, releases it.
type Report struct {
	ID           ReportID
	Evidence     EvidenceID
	Reporter     PersonID
	ReporterName string // as it was
	Reason       string // what to look for
	Before       EvidenceState
	At           time.Time
	RedactedAt   time.Time // zero until what had been submitted was destroyed
	ClosedBy     PersonID
	ClosedAt     time.Time
	Outcome      ReportOutcome
	CloseReason  string
}

// ReportOutcome is how a report ended.
type ReportOutcome string

// The outcomes of a report; empty while it is open.
const (
	Released           ReportOutcome = "released"  // the piece is clean now
	Lifted             ReportOutcome = "lifted"    // nothing was wrong with it
	ReportedWithdrawal ReportOutcome = "withdrawn" // its author withdrew it, and it was destroyed
)

// Redacted reports whether the author has submitted the piece anew.
func (r Report) Redacted() bool { return !r.RedactedAt.IsZero() }

// ReadableBy reports whether somebody may read the piece that the report is
// about: its author, the apprentice, the reporter, and, once it is redacted,
// the GP supervisor.
func (r Report) ReadableBy(who PersonID, e Evidence, gpSupervisor bool) bool {
	return who != "" && (who == e.Apprentice || who == e.Author() || who == r.Reporter || gpSupervisor && r.Redacted())
}

// CheckClose refuses to close the report for whoever may not, and in a way that
// doesn't fit: what is released was redacted, and a report is only wrong before.
func (r Report) CheckClose(who PersonID, e Evidence, gpSupervisor bool, outcome ReportOutcome) error {
	switch {
	case who == e.Author() || who != r.Reporter && !gpSupervisor:
		return Refuse(Forbidden, "Only whoever reported this piece, or the GP supervisor, can close the report")
	case outcome == Released && !r.Redacted():
		return Refuse(Conflict, "This piece has not been submitted again yet, so it cannot be released")
	case outcome == Lifted && r.Redacted():
		return Refuse(Conflict, "This piece has been submitted again, so the report cannot be taken back. Release the piece if it is clean")
	}
	return nil
}
