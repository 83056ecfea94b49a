package countersign

import "time"

// ApprenticeshipState is where an apprenticeship is in its life.
type ApprenticeshipState string

// The states.
const (
	Active                 ApprenticeshipState = "active"
	CompletedProgramme     ApprenticeshipState = "completed"
	WithdrawnFromProgramme ApprenticeshipState = "withdrawn"
)

// ApprenticeshipEvent is something that happens to an apprenticeship.
type ApprenticeshipEvent string

// The events.
const (
	CompleteApprenticeship ApprenticeshipEvent = "complete"
	WithdrawApprentice     ApprenticeshipEvent = "withdraw"
)

// ApprenticeshipLifecycle is the transition table of an apprenticeship.
var ApprenticeshipLifecycle = Lifecycle[ApprenticeshipState, ApprenticeshipEvent]{
	Name:  "Apprenticeship",
	Start: Active,
	Transitions: []Transition[ApprenticeshipState, ApprenticeshipEvent]{
		{Active, CompleteApprenticeship, CompletedProgramme, []NamingRole{LeadOfHub}},
		{Active, WithdrawApprentice, WithdrawnFromProgramme, []NamingRole{LeadOfHub, ManagerOfPractice}},
	},
}

// Apprenticeship is one person's programme on one framework version at one
// practice, with the counters that reports read.
type Apprenticeship struct {
	ID               ApprenticeshipID
	Apprentice       PersonID
	ApprenticeName   string
	ApprenticeEmail  string
	FrameworkID      string
	FrameworkVersion string
	Practice         OrganisationID
	PracticeCode     string
	PracticeName     string
	HubName          string
	StartOn          Date
	PlannedEndOn     Date
	Cohort           string
	State            ApprenticeshipState
	EndedOn          Date
	EndReason        string
	Progress
	LastActivityAt time.Time // last change to evidence or decisions
	Seq            int       // counts every write beneath it
	Version        int       // changes with the enrolment itself
	RecountOn      Date      // the next day on which time alone changes a status
	CreatedAt      time.Time
}

// Overdue reports whether the planned end has passed while it is active.
func (a Apprenticeship) Overdue(today Date) bool {
	return a.State == Active && today.After(a.PlannedEndOn)
}
