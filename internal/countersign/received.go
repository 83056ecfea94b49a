package countersign

import (
	"strings"
	"time"
)

// ReceivedID is the identifier of a received package.
type ReceivedID string

// ReceivedState is where a package from another installation is.
type ReceivedState string

// The states.
const (
	PackageReceived ReceivedState = "received" // kept apart
	PackageAccepted ReceivedState = "accepted"
	PackageDeclined ReceivedState = "declined" // its content is gone
)

// ReceivedEvent is something that happens to a received package.
type ReceivedEvent string

// The events.
const (
	AcceptPackage  ReceivedEvent = "accept"
	DeclinePackage ReceivedEvent = "decline"
)

// ReceivedLifecycle is the transition table of a received package.
var ReceivedLifecycle = Lifecycle[ReceivedState, ReceivedEvent]{
	Name:  "Received package",
	Start: PackageReceived,
	Transitions: []Transition[ReceivedState, ReceivedEvent]{
		{PackageReceived, AcceptPackage, PackageAccepted, []NamingRole{GPSupervisor}},
		{PackageReceived, DeclinePackage, PackageDeclined, []NamingRole{GPSupervisor}},
	},
}

// Received is a record from another installation that is kept apart from our
// own until a GP supervisor of the practice decides about it.
type Received struct {
	ID               ReceivedID
	Practice         OrganisationID
	PracticeCode     string
	PracticeName     string
	Apprenticeship   ApprenticeshipID // as it was there
	SHA256           string           // of the package
	OriginURL        string
	OriginID         string
	AsAt             time.Time
	ApprenticeName   string
	ApprenticeEmail  string
	FrameworkID      string
	FrameworkVersion string
	ReceivedBy       PersonID // empty for a command
	ReceivedByName   string
	ReceivedAt       time.Time
	State            ReceivedState
	DecidedBy        PersonID
	DecidedByName    string
	DecidedAt        time.Time
	Reason           string
	Version          int
}

// Decide accepts or declines the package. Declining needs a reason, for
// whoever sent it.
func (r Received) Decide(event ReceivedEvent, by PersonID, name, reason string, at time.Time) (Received, error) {
	to, ok := ReceivedLifecycle.Next(r.State, event)
	if !ok {
		return r, Refuse(Conflict, "This portfolio has been "+string(r.State)+" already")
	}
	reason = strings.TrimSpace(reason)
	if event == DeclinePackage && reason == "" {
		return r, InvalidField("reason", "Enter why you decline this portfolio")
	}
	r.State, r.DecidedBy, r.DecidedByName, r.DecidedAt, r.Reason = to, by, name, at, reason
	return r, nil
}

// ReceivedRecord is what a received package holds, as far as it is shown before
// anybody decides about it.
type ReceivedRecord struct {
	Framework    Framework
	State        ApprenticeshipState
	StartOn      Date
	PlannedEndOn Date
	PracticeName string
	Decisions    []SignOff  // oldest first
	Pieces       []Evidence // that were submitted, in the order in which they happened
}
