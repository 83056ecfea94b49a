package countersign

import "time"

// BoardMailID names a monthly mail of a board report to one person.
type BoardMailID string

// BoardMailEnd is why a monthly mail has ended.
type BoardMailEnd string

// The ends.
const (
	BoardMailStopped      BoardMailEnd = "stopped"      // by somebody who leads the place
	BoardMailUnsubscribed BoardMailEnd = "unsubscribed" // by the link in the mail
	BoardMailNotAllowed   BoardMailEnd = "not_allowed"  // its reader may not see the place any more
)

// BoardMail is the board report of a place, mailed every month to somebody who
// may see it.
type BoardMail struct {
	ID                      BoardMailID
	Place                   OrganisationID
	PlaceCode, PlaceName    string
	Person                  PersonID
	PersonName, PersonEmail string
	SetBy                   PersonID
	SetByName               string
	SetAt                   time.Time
	StopToken               string
	EndedAt                 time.Time // zero while it goes out
	EndedWhy                BoardMailEnd
}

// Due reports whether the report as at that month's end is to be mailed: it
// was asked for before that month ended, and not ended since.
func (m BoardMail) Due(month Month) bool {
	return m.EndedAt.IsZero() && !LondonDate(m.SetAt).After(month.Last())
}
