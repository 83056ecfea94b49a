// Package authz decides who may do what to whom. Everything is in one policy
// table; there is no I/O. What the table doesn't grant is refused.
//
// An Actor is somebody who has been identified. Check turns an actor, an
// action and a subject into a Permit, which the store asks for before it
// reads or writes anything beneath that subject; Scope says whose records a
// list may hold. The zero values of Actor, Permit and Scope cover nothing.
package authz

import (
	"slices"

	"countersign/internal/countersign"
)

// Held is a membership that is valid now, with the place it is held at.
type Held struct {
	Role         countersign.MemberRole
	Organisation countersign.OrganisationID
	People       bool // of a region's lead: every training hub there agrees that they see its people
}

// Actor is somebody who has been identified: a person, or a named job or
// command of the server. The zero Actor is refused everything.
type Actor struct {
	person countersign.PersonID
	name   string
	held   []Held
	job    Job
	proof  Proof
}

// Job names a part of the server that acts without a person.
type Job string

// The jobs, each with its own rows in the policy.
const (
	Operator  Job = "operator"   // commands on the server's own machine
	LetterJob Job = "letter-job" // writes mails
	CountJob  Job = "count-job"  // recounts what the passing of time changes
	SealJob   Job = "seal-job"   // puts decisions into the log
	CopyJob   Job = "copy-job"   // reports the copies of a reported piece, and what it was copied from
	SiteLink  Job = "site-link"  // whoever holds the mailed link of a placement
)

// NewActor returns a person who has been identified, with the memberships
// that are valid now and how they proved who they are. Only internal/service
// may call it.
func NewActor(person countersign.PersonID, name string, proof Proof, held []Held) Actor {
	return Actor{person: person, name: name, held: held, proof: proof}
}

// NewJob returns a part of the server as an actor. Only internal/service may
// call it.
func NewJob(job Job) Actor { return Actor{job: job, name: string(job)} }

// ID returns the person; empty for a job and for the zero Actor.
func (a Actor) ID() countersign.PersonID { return a.person }

// Name returns the person's name, or the job's.
func (a Actor) Name() string { return a.name }

// Authentication returns how the person proved who they are, such as
// "password".
func (a Actor) Authentication() string { return a.proof.Method }

// Proof returns how and when the person last proved who they are.
func (a Actor) Proof() Proof { return a.proof }

// Proved returns the same person after another proof. Only internal/service
// may call it.
func (a Actor) Proved(p Proof) Actor {
	a.proof = p
	return a
}

// IsZero reports whether nobody has been identified.
func (a Actor) IsZero() bool { return a.person == "" && a.job == "" }

// Has reports whether the person holds the role anywhere.
func (a Actor) Has(role countersign.MemberRole) bool {
	return slices.ContainsFunc(a.held, func(h Held) bool { return h.Role == role })
}

// At returns the organisations at which the person holds the role.
func (a Actor) At(role countersign.MemberRole) []countersign.OrganisationID {
	var ids []countersign.OrganisationID
	for _, h := range a.held {
		if h.Role == role {
			ids = append(ids, h.Organisation)
		}
	}
	return ids
}

// eligible is the membership that a naming needs beside it. A naming gives its
// right only while the person holds the role today: with their last membership
// in it a leaver's access ends, whether or not anybody ended the namings too.
var eligible = map[countersign.NamingRole]countersign.MemberRole{
	countersign.GPSupervisor:    countersign.GPSupervisorMember,
	countersign.SecondaryMentor: countersign.SecondaryMentorMember,
	countersign.Assessor:        countersign.AssessorMember,
	countersign.NamedVerifier:   countersign.Verifier,
}

// mayBe reports whether the person still holds the role that a naming needs.
func (a Actor) mayBe(role countersign.NamingRole) bool {
	member, ok := eligible[role]
	return ok && a.Has(member)
}

// Subject is what an action is done to: an apprenticeship, a place, a
// framework draft or a person's own account.
type Subject struct {
	Apprenticeship countersign.ApprenticeshipID // empty when it isn't about one
	Apprentice     countersign.PersonID
	Places         []countersign.OrganisationID // the place and everything above it
	Namings        []countersign.Naming         // those that are valid today
	Person         countersign.PersonID         // whose account it is; empty when it isn't about one
	Draft          countersign.VersionDraftID   // empty when it isn't about one
	Reviewers      []countersign.PersonID       // who is asked to review the draft
}

// Capacities returns what the person may act as on the apprenticeship.
func (s Subject) Capacities(a Actor) countersign.Capacities {
	var cs countersign.Capacities
	if a.person == "" || s.Apprenticeship == "" {
		return nil
	}
	for _, n := range s.Namings {
		if n.Person == a.person && n.Role != countersign.NamedVerifier && a.mayBe(n.Role) {
			cs = append(cs, countersign.Capacity{Role: n.Role, Domains: n.Domains})
		}
	}
	if a.holdsAtPlace(countersign.PracticeManager, s) {
		cs = append(cs, countersign.Capacity{Role: countersign.ManagerOfPractice})
	}
	return cs
}

func (a Actor) holdsAtPlace(role countersign.MemberRole, s Subject) bool {
	return slices.ContainsFunc(a.held, func(h Held) bool {
		return h.Role == role && slices.Contains(s.Places, h.Organisation)
	})
}

// relation is how an actor stands to a subject.
type relation int

const (
	self relation = iota + 1 // the apprentice, or the owner of the account
	gpSupervisor
	secondaryMentor
	assessor
	verifier
	manager
	gpOfPractice // a GP supervisor who works there: of the practice, never of an apprenticeship
	hubLead
	regionLead
	regionOfPeople // a region's lead where every training hub agrees
	nationalLead
	admin
	operator
	letterJob
	countJob
	sealJob
	copyJob
	siteLink
	draftReviewer
)

func (a Actor) is(r relation, s Subject) bool {
	switch r {
	case self:
		return a.person != "" && (a.person == s.Apprentice || a.person == s.Person)
	case gpSupervisor:
		return a.named(countersign.GPSupervisor, s)
	case secondaryMentor:
		return a.named(countersign.SecondaryMentor, s)
	case assessor:
		return a.named(countersign.Assessor, s)
	case verifier:
		return a.named(countersign.NamedVerifier, s)
	case manager:
		return a.holdsAtPlace(countersign.PracticeManager, s)
	case hubLead:
		return a.holdsAtPlace(countersign.HubLead, s)
	case gpOfPractice:
		return s.Apprenticeship == "" && a.holdsAtPlace(countersign.GPSupervisorMember, s)
	case regionLead:
		return a.holdsAtPlace(countersign.RegionLead, s)
	case regionOfPeople:
		return slices.ContainsFunc(a.peopleOf(), func(id countersign.OrganisationID) bool { return slices.Contains(s.Places, id) })
	case nationalLead:
		return a.holdsAtPlace(countersign.NationalLead, s)
	case admin:
		return a.holdsAtPlace(countersign.Admin, s)
	case operator:
		return a.job == Operator
	case letterJob:
		return a.job == LetterJob
	case countJob:
		return a.job == CountJob
	case sealJob:
		return a.job == SealJob
	case copyJob:
		return a.job == CopyJob
	case siteLink:
		return a.job == SiteLink
	case draftReviewer: // while they hold any role: a leaver's access ends
		return a.person != "" && len(a.held) > 0 && slices.Contains(s.Reviewers, a.person)
	}
	return false
}

// peopleOf returns the regions whose people the actor sees as their lead.
func (a Actor) peopleOf() []countersign.OrganisationID {
	var ids []countersign.OrganisationID
	for _, h := range a.held {
		if h.Role == countersign.RegionLead && h.People {
			ids = append(ids, h.Organisation)
		}
	}
	return ids
}

func (a Actor) named(role countersign.NamingRole, s Subject) bool {
	return a.person != "" && a.mayBe(role) && slices.ContainsFunc(s.Namings, func(n countersign.Naming) bool {
		return n.Person == a.person && n.Role == role
	})
}

// Permit is the proof that an actor may do an action to a subject. The zero
// Permit covers nothing.
type Permit struct {
	actor   Actor
	action  Action
	subject Subject
}

// Actor returns who was permitted.
func (p Permit) Actor() Actor { return p.actor }

// Apprenticeship returns the apprenticeship it is about; empty when it isn't
// about one.
func (p Permit) Apprenticeship() countersign.ApprenticeshipID { return p.subject.Apprenticeship }

// Subject returns what it is about.
func (p Permit) Subject() Subject { return p.subject }

// Capacities returns what the actor may act as on the apprenticeship.
func (p Permit) Capacities() countersign.Capacities { return p.subject.Capacities(p.actor) }

// Allows reports whether the permit is for one of the actions.
func (p Permit) Allows(actions ...Action) bool {
	return p.action != 0 && slices.Contains(actions, p.action)
}

// Check returns a permit for the action. Somebody who may not even know that
// the subject exists gets NotFound, so that identifiers can't be probed;
// somebody who may see it gets Forbidden.
func (a Actor) Check(action Action, s Subject) (Permit, error) {
	if a.allowed(action, s) {
		return Permit{actor: a, action: action, subject: s}, nil
	}
	switch {
	case a.IsZero():
		return Permit{}, countersign.Refuse(countersign.Unauthenticated, "Sign in to go on")
	case a.allowed(seeing(s), s):
		return Permit{}, countersign.Refuse(countersign.Forbidden, "You cannot do this here: "+action.String()+" is not part of your role")
	}
	return Permit{}, countersign.Refuse(countersign.NotFound, "This does not exist, or you cannot see it")
}

// May reports whether Check would give a permit: for showing a button or not.
func (a Actor) May(action Action, s Subject) bool { return a.allowed(action, s) }

func (a Actor) allowed(action Action, s Subject) bool {
	return slices.ContainsFunc(policy[action], func(r relation) bool { return a.is(r, s) })
}

func seeing(s Subject) Action {
	switch {
	case s.Apprenticeship != "":
		return ReadApprenticeship
	case s.Draft != "":
		return ReadFrameworkDraft
	}
	return ReadPlace
}

// Scope says whose records a list may hold. The zero Scope holds none.
type Scope struct {
	Person        countersign.PersonID         // the actor, for Own and Named
	Own           bool                         // the actor's own apprenticeships
	Named         []countersign.NamingRole     // those on which the actor is named so today
	Organisations []countersign.OrganisationID // those at these places or beneath
	All           bool
}

// None reports whether the scope holds nothing at all.
func (s Scope) None() bool {
	return !s.All && !s.Own && len(s.Named) == 0 && len(s.Organisations) == 0
}

// Scope returns whose records the actor may list for that action.
func (a Actor) Scope(action Action) Scope {
	s := Scope{Person: a.person}
	for _, r := range policy[action] {
		switch r {
		case self:
			s.Own = a.person != ""
		case gpSupervisor:
			s.Named = append(s.Named, countersign.GPSupervisor)
		case secondaryMentor:
			s.Named = append(s.Named, countersign.SecondaryMentor)
		case assessor:
			s.Named = append(s.Named, countersign.Assessor)
		case verifier:
			s.Named = append(s.Named, countersign.NamedVerifier)
		case manager:
			s.Organisations = append(s.Organisations, a.At(countersign.PracticeManager)...)
		case hubLead:
			s.Organisations = append(s.Organisations, a.At(countersign.HubLead)...)
		case gpOfPractice:
			s.Organisations = append(s.Organisations, a.At(countersign.GPSupervisorMember)...)
		case regionLead:
			s.Organisations = append(s.Organisations, a.At(countersign.RegionLead)...)
		case regionOfPeople:
			s.Organisations = append(s.Organisations, a.peopleOf()...)
		case nationalLead:
			s.Organisations = append(s.Organisations, a.At(countersign.NationalLead)...)
		case admin:
			s.Organisations = append(s.Organisations, a.At(countersign.Admin)...)
		case operator, letterJob, countJob, sealJob, copyJob, siteLink:
			s.All = s.All || a.is(r, Subject{})
		case draftReviewer: // the store finds by Person where they are asked
		}
	}
	s.Named = slices.DeleteFunc(s.Named, func(r countersign.NamingRole) bool { return a.person == "" || !a.mayBe(r) })
	if len(s.Named) == 0 {
		s.Named = nil
	}
	return s
}

// Job returns the name of the job or command; empty for a person.
func (a Actor) Job() string { return string(a.job) }

// CanAnywhere reports whether the actor holds a role or job that is allowed
// the action at some place.
func (a Actor) CanAnywhere(action Action) bool { return !a.Scope(action).None() }

// LeadsHubOf reports whether the actor is a lead of the subject's hub.
func (a Actor) LeadsHubOf(s Subject) bool { return a.is(hubLead, s) }
