package countersign

import (
	"slices"
	"time"
)

// ApprenticeshipState is where an apprenticeship is in its life.
type ApprenticeshipState string

// The states.
const (
	Applied                ApprenticeshipState = "applied"   // a practice has applied; the training hub decides
	Declined               ApprenticeshipState = "declined"  // the training hub said no
	Active                 ApprenticeshipState = "active"    // learning, or accepted and about to start
	OnBreak                ApprenticeshipState = "on_break"  // a break in learning
	HandedIn               ApprenticeshipState = "submitted" // the portfolio is with the verifier
	ReferredBack           ApprenticeshipState = "referred_back"
	CompletedProgramme     ApprenticeshipState = "completed"
	WithdrawnFromProgramme ApprenticeshipState = "withdrawn"
)

// ApprenticeshipStates returns every state, in the order of a life.
func ApprenticeshipStates() []ApprenticeshipState {
	return []ApprenticeshipState{
		Applied, Declined, Active, OnBreak, HandedIn, ReferredBack, CompletedProgramme, WithdrawnFromProgramme,
	}
}

// Ended reports whether nothing more is expected of the apprentice.
func (s ApprenticeshipState) Ended() bool {
	return s == Declined || s == CompletedProgramme || s == WithdrawnFromProgramme
}

// Working lists the states in which evidence is added and judged. After
// completion the record goes on, with renewals.
var Working = []ApprenticeshipState{Active, ReferredBack, CompletedProgramme}

// ApprenticeshipEvent is something that happens to an apprenticeship.
type ApprenticeshipEvent string

// The events that change the state.
const (
	AcceptApplication      ApprenticeshipEvent = "accept"
	DeclineApplication     ApprenticeshipEvent = "decline"
	BeginBreak             ApprenticeshipEvent = "begin_break"
	ReturnFromBreak        ApprenticeshipEvent = "return"
	HandIn                 ApprenticeshipEvent = "submit"
	ReferBack              ApprenticeshipEvent = "refer_back"
	VerifyPortfolio        ApprenticeshipEvent = "verify"
	CompleteApprenticeship ApprenticeshipEvent = "complete"
	WithdrawApprentice     ApprenticeshipEvent = "withdraw"
	RestartApprenticeship  ApprenticeshipEvent = "restart"
)

// The events that leave the state as it is.
const (
	ApplyForProgramme ApprenticeshipEvent = "apply" // how it begins
	RequestExtension  ApprenticeshipEvent = "request_extension"
	GrantExtension    ApprenticeshipEvent = "grant_extension"
	DeclineExtension  ApprenticeshipEvent = "decline_extension"
	TransferPractice  ApprenticeshipEvent = "transfer"
	ChangeVersion     ApprenticeshipEvent = "change_version" // of the framework
	ChangePlannedEnd  ApprenticeshipEvent = "change_end"
)

// ApprenticeshipLifecycle is the transition table of an apprenticeship.
// Completing without a verifier is for training outside an accredited
// programme, which may be verified later (domain README 1.3).
var ApprenticeshipLifecycle = Lifecycle[ApprenticeshipState, ApprenticeshipEvent]{
	Name:  "Apprenticeship",
	Start: Applied,
	Transitions: []Transition[ApprenticeshipState, ApprenticeshipEvent]{
		{Applied, AcceptApplication, Active, []NamingRole{LeadOfHub}},
		{Applied, DeclineApplication, Declined, []NamingRole{LeadOfHub}},
		{Applied, WithdrawApprentice, WithdrawnFromProgramme, []NamingRole{LeadOfHub, ManagerOfPractice}},
		{Active, BeginBreak, OnBreak, []NamingRole{LeadOfHub, ManagerOfPractice}},
		{OnBreak, ReturnFromBreak, Active, []NamingRole{LeadOfHub, ManagerOfPractice}},
		{OnBreak, WithdrawApprentice, WithdrawnFromProgramme, []NamingRole{LeadOfHub, ManagerOfPractice}},
		{Active, HandIn, HandedIn, []NamingRole{GPSupervisor}},
		{ReferredBack, HandIn, HandedIn, []NamingRole{GPSupervisor}},
		{HandedIn, ReferBack, ReferredBack, []NamingRole{NamedVerifier}},
		{HandedIn, VerifyPortfolio, CompletedProgramme, []NamingRole{NamedVerifier}},
		{Active, CompleteApprenticeship, CompletedProgramme, []NamingRole{LeadOfHub}},
		{Active, WithdrawApprentice, WithdrawnFromProgramme, []NamingRole{LeadOfHub, ManagerOfPractice}},
		{HandedIn, WithdrawApprentice, WithdrawnFromProgramme, []NamingRole{LeadOfHub, ManagerOfPractice}},
		{ReferredBack, WithdrawApprentice, WithdrawnFromProgramme, []NamingRole{LeadOfHub, ManagerOfPractice}},
		{WithdrawnFromProgramme, RestartApprenticeship, Active, []NamingRole{LeadOfHub}},
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
	OriginalEndOn    Date // as planned at the start
	BreakDays        int  // by which breaks have moved the planned end
	OnBreakSince     Date // zero while there is no break
	ReturnExpectedOn Date // with OnBreakSince
	LastLearningOn   Date // of a withdrawn one
	FundingYear      string
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

// IsWorking reports whether evidence can be added and judged.
func (a Apprenticeship) IsWorking() bool { return slices.Contains(Working, a.State) }

// Overdue reports whether the planned end has passed while it goes on.
func (a Apprenticeship) Overdue(today Date) bool {
	return (a.State == Active || a.State == ReferredBack) && today.After(a.PlannedEndOn)
}

// ReturnOverdue reports whether the return from a break was expected before
// today.
func (a Apprenticeship) ReturnOverdue(today Date) bool {
	return a.State == OnBreak && today.After(a.ReturnExpectedOn)
}
