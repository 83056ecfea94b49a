package countersign

// EvidenceKind is what sort of work-based evidence a piece is.
type EvidenceKind string

// The kinds of evidence, in the order forms offer them.
const (
	Observation            EvidenceKind = "observation"
	Procedure              EvidenceKind = "procedure" // direct observation of procedural skills (DOPS)
	ProcedureLog           EvidenceKind = "procedure_log"
	WitnessTestimony       EvidenceKind = "witness_testimony"
	ExpertWitness          EvidenceKind = "expert_witness"
	ProfessionalDiscussion EvidenceKind = "professional_discussion"
	CaseDiscussion         EvidenceKind = "case_discussion"
	ReflectiveAccount      EvidenceKind = "reflective_account"
	WorkProduct            EvidenceKind = "work_product"
	Audit                  EvidenceKind = "audit"
	Certificate            EvidenceKind = "certificate"
	Questioning            EvidenceKind = "questioning"
	ColleagueFeedback      EvidenceKind = "colleague_feedback"
	PatientFeedback        EvidenceKind = "patient_feedback"
)

var evidenceKinds = []struct {
	kind   EvidenceKind
	title  string // "Observation"
	phrase string // "an observation", for use inside a sentence
}{
	{Observation, "Observation", "an observation"},
	{Procedure, "Observed procedure (DOPS)", "an observed procedure (DOPS)"},
	{ProcedureLog, "Procedure log", "a procedure log"},
	{WitnessTestimony, "Witness testimony", "a witness testimony"},
	{ExpertWitness, "Expert witness testimony", "an expert witness testimony"},
	{ProfessionalDiscussion, "Professional discussion", "a professional discussion"},
	{CaseDiscussion, "Case-based discussion", "a case-based discussion"},
	{ReflectiveAccount, "Reflective account", "a reflective account"},
	{WorkProduct, "Work product", "a work product"},
	{Audit, "Audit of own work", "an audit of own work"},
	{Certificate, "Certificate", "a certificate"},
	{Questioning, "Knowledge questions", "knowledge questions"},
	{ColleagueFeedback, "Colleague feedback", "colleague feedback"},
	{PatientFeedback, "Patient feedback", "patient feedback"},
}

// EvidenceKinds returns every kind, in the order forms offer them.
func EvidenceKinds() []EvidenceKind {
	kinds := make([]EvidenceKind, len(evidenceKinds))
	for i, k := range evidenceKinds {
		kinds[i] = k.kind
	}
	return kinds
}

// Valid reports whether k is a kind of evidence.
func (k EvidenceKind) Valid() bool { return k.Title() != "" }

// Title returns the kind's name for a heading; empty for an unknown kind.
func (k EvidenceKind) Title() string {
	for _, e := range evidenceKinds {
		if e.kind == k {
			return e.title
		}
	}
	return ""
}

// Phrase returns the kind with its article, for use inside a sentence.
func (k EvidenceKind) Phrase() string {
	for _, e := range evidenceKinds {
		if e.kind == k {
			return e.phrase
		}
	}
	return string(k)
}

// Observable reports whether a piece of this kind can be an observed one
// (RULES E6).
func (k EvidenceKind) Observable() bool {
	return k == Observation || k == Procedure || k == ExpertWitness
}

// OrganisationKind is a level of the tree of places.
type OrganisationKind string

// The levels, from the top.
const (
	National OrganisationKind = "national"
	Region   OrganisationKind = "region"
	Hub      OrganisationKind = "hub"
	PCN      OrganisationKind = "pcn"
	Practice OrganisationKind = "practice"
)

var organisationKinds = []struct {
	kind    OrganisationKind
	title   string
	parents []OrganisationKind
}{
	{National, "Country", nil},
	{Region, "Region", []OrganisationKind{National}},
	{Hub, "Training hub", []OrganisationKind{Region}},
	{PCN, "Primary care network", []OrganisationKind{Hub}},
	{Practice, "Practice", []OrganisationKind{PCN, Hub}},
}

// OrganisationKinds returns the kinds from the top of the tree down.
func OrganisationKinds() []OrganisationKind {
	kinds := make([]OrganisationKind, len(organisationKinds))
	for i, k := range organisationKinds {
		kinds[i] = k.kind
	}
	return kinds
}

// Valid reports whether k is a kind of organisation.
func (k OrganisationKind) Valid() bool { return k.Title() != "" }

// Title returns the kind's name; empty for an unknown kind.
func (k OrganisationKind) Title() string {
	for _, o := range organisationKinds {
		if o.kind == k {
			return o.title
		}
	}
	return ""
}

// Parents returns the kinds that may stand directly above k.
func (k OrganisationKind) Parents() []OrganisationKind {
	for _, o := range organisationKinds {
		if o.kind == k {
			return o.parents
		}
	}
	return nil
}

// MemberRole is what a membership makes a person eligible for.
type MemberRole string

// The roles a person may hold, each at one organisation.
const (
	ApprenticeMember      MemberRole = "apprentice"
	GPSupervisorMember    MemberRole = "gp_supervisor"
	SecondaryMentorMember MemberRole = "secondary_mentor"
	AssessorMember        MemberRole = "assessor"
	PracticeManager       MemberRole = "practice_manager"
	HubLead               MemberRole = "hub_lead"
	RegionLead            MemberRole = "region_lead"
	NationalLead          MemberRole = "national_lead"
	Verifier              MemberRole = "verifier"
	Admin                 MemberRole = "admin"
)

var memberRoles = []struct {
	role  MemberRole
	title string
	at    []OrganisationKind // where the role can be held
}{
	{ApprenticeMember, "Apprentice", []OrganisationKind{Practice}},
	{GPSupervisorMember, "GP supervisor", []OrganisationKind{Practice}},
	{SecondaryMentorMember, "Secondary mentor", []OrganisationKind{Practice}},
	{AssessorMember, "Assessor", []OrganisationKind{Practice, PCN, Hub}},
	{PracticeManager, "Practice manager", []OrganisationKind{Practice}},
	{HubLead, "Hub lead", []OrganisationKind{Hub}},
	{RegionLead, "Region lead", []OrganisationKind{Region}},
	{NationalLead, "National lead", []OrganisationKind{National}},
	{Verifier, "External verifier", []OrganisationKind{Hub, Region, National}},
	{Admin, "Administrator", []OrganisationKind{Hub, Region, National}},
}

// MemberRoles returns every role.
func MemberRoles() []MemberRole {
	roles := make([]MemberRole, len(memberRoles))
	for i, r := range memberRoles {
		roles[i] = r.role
	}
	return roles
}

// Valid reports whether r is a role.
func (r MemberRole) Valid() bool { return r.Title() != "" }

// Title returns the role's name; empty for an unknown role.
func (r MemberRole) Title() string {
	for _, m := range memberRoles {
		if m.role == r {
			return m.title
		}
	}
	return ""
}

// HeldAt returns the kinds of organisation at which the role can be held.
func (r MemberRole) HeldAt() []OrganisationKind {
	for _, m := range memberRoles {
		if m.role == r {
			return m.at
		}
	}
	return nil
}

// NamingRole is what somebody is named as on one apprenticeship.
type NamingRole string

// The roles of a naming. A practice manager needs none: being manager of the
// apprentice's practice is enough where the framework's signing rules ask for
// that role.
const (
	GPSupervisor      NamingRole = "gp_supervisor"
	SecondaryMentor   NamingRole = "secondary_mentor"
	Assessor          NamingRole = "assessor"
	NamedVerifier     NamingRole = "verifier"
	ManagerOfPractice NamingRole = "practice_manager"
	TheApprentice     NamingRole = "apprentice"
	LeadOfHub         NamingRole = "hub_lead"
	TheOperator       NamingRole = "operator"
)

// Title returns the role's name; empty for an unknown role.
func (r NamingRole) Title() string {
	switch r {
	case GPSupervisor:
		return "GP supervisor"
	case SecondaryMentor:
		return "Secondary mentor"
	case Assessor:
		return "Assessor"
	case NamedVerifier:
		return "External verifier"
	case ManagerOfPractice:
		return "Practice manager"
	case TheApprentice:
		return "Apprentice"
	case LeadOfHub:
		return "Hub lead"
	case SiteSupervisor:
		return "Site supervisor"
	case TheOperator:
		return "Operator"
	case SecondPerson:
		return "Second assessor"
	}
	return ""
}
