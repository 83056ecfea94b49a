package countersign

import "time"

// RosterID names a roster.
type RosterID string

// RosterState is where a roster is in its life.
type RosterState string

// The states.
const (
	RosterChecked RosterState = "checked" // nothing is done yet
	RosterRunning RosterState = "running"
	RosterDone    RosterState = "done"
)

// RosterRowState is what became of a row.
type RosterRowState string

// The states.
const (
	RowWaiting  RosterRowState = "waiting"
	RowWrong    RosterRowState = "wrong" // it has a problem, and is left out
	RowEnrolled RosterRowState = "enrolled"
	RowRefused  RosterRowState = "refused" // it was right when it was checked
)

// Roster is a table of apprentices to enrol.
type Roster struct {
	ID         RosterID
	Person     PersonID // whose it is, and as whom people are enrolled
	FileName   string
	State      RosterState
	Version    int
	CreatedAt  time.Time
	FinishedAt time.Time

	Waiting, Wrong, Enrolled, Refused int // rows
}

// Rows is how many rows there are.
func (r Roster) Rows() int { return r.Waiting + r.Wrong + r.Enrolled + r.Refused }

// RosterPerson is somebody that a row names.
type RosterPerson struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// RosterRow is somebody to enrol.
type RosterRow struct {
	Number      int          `json:"-"` // of the row in the file
	Apprentice  RosterPerson `json:"apprentice"`
	Practice    string       `json:"practice"`
	Framework   string       `json:"framework"`
	Version     string       `json:"version"`
	Cohort      string       `json:"cohort"`
	Start       Date         `json:"start"`
	PlannedEnd  Date         `json:"planned_end"`
	GP          RosterPerson `json:"gp"`
	Mentor      RosterPerson `json:"mentor"`
	FundingYear string       `json:"funding_year"`

	State          RosterRowState   `json:"-"`
	Says           []string         `json:"-"` // its problems, or what is to know about it
	Apprenticeship ApprenticeshipID `json:"-"` // once enrolled
}
