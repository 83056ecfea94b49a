package authz

import (
	"slices"
	"testing"

	"countersign/internal/countersign"
)

// The world of these tests: a practice in a hub in a region, and one
// apprenticeship there.
const (
	england  countersign.OrganisationID = "england"
	region   countersign.OrganisationID = "region"
	hub      countersign.OrganisationID = "hub"
	practice countersign.OrganisationID = "practice"
	farHub   countersign.OrganisationID = "another-hub"
)

func subject() Subject {
	return Subject{
		Apprenticeship: "a1", Apprentice: "asha", Places: []countersign.OrganisationID{practice, hub, region, england},
		Namings: []countersign.Naming{
			{Person: "bell", Role: countersign.GPSupervisor},
			{Person: "nurse", Role: countersign.SecondaryMentor},
			{Person: "phleb", Role: countersign.Assessor, Domains: []string{"CLINICAL"}},
			{Person: "verifier", Role: countersign.NamedVerifier},
		},
		Reviewers: []countersign.PersonID{"reviewer"},
	}
}

func person(id countersign.PersonID, role countersign.MemberRole, at countersign.OrganisationID) Actor {
	return NewActor(id, string(id), Proof{Method: ByPassword}, []Held{{Role: role, Organisation: at}})
}

// who is everybody whose rights the matrix spells out.
var who = []struct {
	name  string
	actor Actor
}{
	{"apprentice", person("asha", countersign.ApprenticeMember, practice)},
	{"gp", person("bell", countersign.GPSupervisorMember, practice)},
	{"mentor", person("nurse", countersign.SecondaryMentorMember, practice)},
	{"assessor", person("phleb", countersign.AssessorMember, practice)},
	{"verifier", person("verifier", countersign.Verifier, hub)},
	{"manager", person("manager", countersign.PracticeManager, practice)},
	{"hub", person("hub-lead", countersign.HubLead, hub)},
	{"region", person("region-lead", countersign.RegionLead, region)},
	{"region-of-people", NewActor("open-region-lead", "open-region-lead", Proof{Method: ByPassword}, []Held{{Role: countersign.RegionLead, Organisation: region, People: true}})},
	{"national", person("national-lead", countersign.NationalLead, england)},
	{"admin", person("admin", countersign.Admin, england)},
	{"operator", NewJob(Operator)},
	{"letter-job", NewJob(LetterJob)},
	{"count-job", NewJob(CountJob)},
	{"seal-job", NewJob(SealJob)},
	{"copy-job", NewJob(CopyJob)},
	{"site-link", NewJob(SiteLink)},
	{"reviewer", person("reviewer", countersign.AssessorMember, farHub)},
}

var outsiders = []Actor{
	{},
	person("other-apprentice", countersign.ApprenticeMember, practice),
	person("other-gp", countersign.GPSupervisorMember, practice), // works there, isn't named
	person("other-hub", countersign.HubLead, farHub),
	person("other-manager", countersign.PracticeManager, "another-practice"),
	person("other-verifier", countersign.Verifier, hub),
	NewActor("other-region", "other-region", Proof{Method: ByPassword}, []Held{{Role: countersign.RegionLead, Organisation: "another-region", People: true}}),
}

// matrix spells out the whole policy a second time, by hand. An action that
// the policy gains or loses fails the test until it is here too.
var matrix = map[Action][]string{
	ReadApprenticeship:         {"apprentice", "gp", "mentor", "assessor", "verifier", "manager", "hub", "region-of-people", "operator"},
	ReadDecisions:              {"apprentice", "gp", "mentor", "assessor", "verifier", "hub", "operator"},
	ReadEvidence:               {"apprentice", "gp", "mentor", "assessor", "verifier"},
	ReadAdministrationEvidence: {"manager"},
	ReadPortfolio:              {"apprentice", "gp", "mentor", "assessor", "verifier", "operator"},
	ExportPackage:              {"apprentice", "gp", "operator"},
	IssueBadge:                 {"apprentice"},
	WriteEvidence:              {"apprentice"},
	RecordEvidence:             {"gp", "mentor", "assessor", "manager"},
	ReviewEvidence:             {"gp", "mentor", "assessor", "manager"},
	ReportEvidence:             {"apprentice", "gp", "mentor", "assessor", "verifier", "manager", "copy-job"},
	SignOff:                    {"gp", "mentor", "assessor", "manager"},
	WithdrawSignOff:            {"gp", "mentor", "assessor", "manager", "hub"},
	ProposeScope:               {"apprentice"},
	ConfirmScope:               {"gp"},
	ChangeApprenticeship:       {"manager", "hub"},
	ReadProgramme:              {"apprentice", "gp", "mentor", "manager", "hub"},
	AskExtension:               {"gp", "manager", "hub"},
	ReadHours:                  {"apprentice", "gp", "mentor", "assessor", "verifier"},
	LogHours:                   {"apprentice"},
	VerifyHours:                {"gp", "mentor"},
	ArrangePlacement:           {"gp", "manager", "hub"},
	AskSite:                    {"apprentice", "gp", "manager", "hub"},
	AnswerForSite:              {"site-link"},
	HoldSessions:               {"hub"},
	DecideProgramme:            {"hub"},
	ReadGateway:                {"apprentice", "gp", "mentor", "verifier", "manager", "hub"},
	SubmitPortfolio:            {"gp"},
	VerifyPortfolio:            {"verifier"},
	RecordAward:                {"hub"},
	ReadPayments:               {"manager", "hub"},
	ClaimPayment:               {"manager"},
	PayPractice:                {"hub"},
	PrepareReview:              {"gp", "mentor", "manager", "hub"},
	TakePartInReview:           {"apprentice", "gp", "mentor", "hub"},
	ScanSkills:                 {"apprentice", "gp", "mentor"},
	ClaimPriorLearning:         {"apprentice"},
	DecidePriorLearning:        {"gp"},
	ReadCPD:                    {"apprentice", "gp"},
	KeepCPD:                    {"apprentice"},
	ChangeNamings:              {"manager", "hub"},
	NameOnEnrolment:            {"manager", "hub", "operator"},
	CountAttainments:           {"count-job"},
	WriteLetter:                {"letter-job"},
	Enrol:                      {"manager", "hub", "operator"},
	ImportRoster:               {"hub"},
	ReceivePackage:             {"manager", "hub", "operator"},
	ReadReceived:               {"operator"}, // and who works at the practice: TestGPSupervisorsOfThePracticeDecideAboutWhatItReceived
	DecideReceived:             {},
	ReadPlace:                  {"manager", "hub", "region", "region-of-people", "national", "admin", "operator"},
	ReadPeople:                 {"manager", "hub", "admin", "operator"},
	EnterImpact:                {"manager"},
	CheckImpact:                {"hub"},
	ReadReport:                 {"manager", "hub", "region-of-people"},
	ReadSums:                   {"hub", "region", "region-of-people", "national"},
	AgreeToRegion:              {"hub"},
	MailBoardReport:            {"hub", "region", "region-of-people", "national"},
	HandOverLearners:           {"hub"},
	ChangePlaces:               {"admin", "operator"},
	ChangePeople:               {"admin", "operator"},
	LoadFramework:              {"operator"},
	ReadFrameworkDraft:         {"hub", "national", "reviewer"},
	EditFrameworkDraft:         {"hub", "national"},
	CommentFrameworkDraft:      {"hub", "national", "reviewer"},
	ReviewFrameworkDraft:       {"reviewer"},
	PublishVariant:             {"hub", "national"},
	PublishFramework:           {"national"},
	SealLedger:                 {"seal-job", "operator"},
	CheckLedger:                {"operator"},
	ReadAudit:                  {"admin", "operator"},
	ErasePeople:                {"admin", "operator"},
	KeepKeys:                   {"operator"},
	OwnAccount:                 {"apprentice"},
}

func TestPolicyIsTheMatrix(t *testing.T) {
	for _, action := range Actions() {
		allowed, ok := matrix[action]
		if !ok || action.String() == "" {
			t.Errorf("action %d (%s) is missing from the matrix or has no name", action, action)
		}
		for _, w := range who {
			_, err := w.actor.Check(action, subject())
			if got, want := err == nil, slices.Contains(allowed, w.name); got != want {
				t.Errorf("%s by %s: allowed %t, want %t (%v)", action, w.name, got, want, err)
			}
		}
		for _, o := range outsiders {
			if permit, err := o.Check(action, subject()); err == nil || permit.Allows(action) {
				t.Errorf("%s by outsider %q is allowed", action, o.Name())
			}
		}
	}
	if len(matrix) != len(policy) || len(policy) != len(Actions()) {
		t.Errorf("the matrix has %d actions, the policy %d, the list %d", len(matrix), len(policy), len(Actions()))
	}
}

func TestGPSupervisorsOfThePracticeDecideAboutWhatItReceived(t *testing.T) {
	at := Subject{Places: subject().Places}
	for _, action := range []Action{ReadReceived, DecideReceived} {
		for _, tc := range []struct {
			actor Actor
			want  bool
		}{
			{person("bell", countersign.GPSupervisorMember, practice), true},
			{person("far", countersign.GPSupervisorMember, "another-practice"), false},
			{person("manager", countersign.PracticeManager, practice), false},
			{person("hub-lead", countersign.HubLead, hub), false},
			{person("admin", countersign.Admin, england), false},
		} {
			if _, err := tc.actor.Check(action, at); (err == nil) != tc.want {
				t.Errorf("%s by %s: %v, want allowed %t", action, tc.actor.Name(), err, tc.want)
			}
		}
	}
}

func TestOutsidersCannotTellWhatExists(t *testing.T) {
	for _, o := range outsiders[1:] {
		if _, err := o.Check(SignOff, subject()); countersign.KindOf(err) != countersign.NotFound {
			t.Errorf("%s gets %v, want NotFound", o.Name(), err)
		}
	}
	if _, err := (Actor{}).Check(SignOff, subject()); countersign.KindOf(err) != countersign.Unauthenticated {
		t.Errorf("nobody gets %v, want Unauthenticated", err)
	}
	lead := person("hub-lead", countersign.HubLead, hub)
	if _, err := lead.Check(SignOff, subject()); countersign.KindOf(err) != countersign.Forbidden {
		t.Errorf("a hub lead, who may see it, gets %v for signing, want Forbidden", err)
	}
}

// A draft is nobody else's business, not even of those who see the place.
func TestADraftIsNotFoundByOthers(t *testing.T) {
	draft := Subject{Draft: "d1", Places: []countersign.OrganisationID{hub, region, england}, Reviewers: []countersign.PersonID{"reviewer", "left"}}
	for _, o := range []Actor{
		person("region-lead", countersign.RegionLead, region), person("admin", countersign.Admin, england), person("manager", countersign.PracticeManager, hub),
		person("other-hub", countersign.HubLead, farHub), NewActor("left", "left", Proof{Method: ByPassword}, nil), NewJob(Operator),
	} {
		if _, err := o.Check(ReadFrameworkDraft, draft); countersign.KindOf(err) != countersign.NotFound {
			t.Errorf("%s gets %v, want NotFound", o.Name(), err)
		}
	}
	if _, err := person("reviewer", countersign.AssessorMember, farHub).Check(EditFrameworkDraft, draft); countersign.KindOf(err) != countersign.Forbidden {
		t.Errorf("a reviewer, who may see it, gets %v for editing, want Forbidden", err)
	}
}

func TestZeroValuesCoverNothing(t *testing.T) {
	if (Permit{}).Allows(Actions()...) {
		t.Error("the zero Permit allows something")
	}
	if !(Actor{}).Scope(ReadApprenticeship).None() {
		t.Error("the zero Actor has a scope")
	}
	if !(Scope{}).None() {
		t.Error("the zero Scope holds something")
	}
}

func TestAnEndedNamingGivesNothing(t *testing.T) {
	s := subject()
	s.Namings = nil // the store hands over only those that hold today
	if _, err := person("bell", countersign.GPSupervisorMember, practice).Check(SignOff, s); countersign.KindOf(err) != countersign.NotFound {
		t.Errorf("a former supervisor gets %v, want NotFound", err)
	}
}

func TestScopeIsWhereTheActorStands(t *testing.T) {
	gp := person("bell", countersign.GPSupervisorMember, practice).Scope(ReviewEvidence)
	if !slices.Contains(gp.Named, countersign.GPSupervisor) || len(gp.Organisations) != 0 || gp.All || gp.Own {
		t.Errorf("a GP's queue has scope %+v, want only what they are named on", gp)
	}
	lead := person("lead", countersign.HubLead, hub).Scope(ReadApprenticeship)
	if !slices.Equal(lead.Organisations, []countersign.OrganisationID{hub}) || lead.All {
		t.Errorf("a hub lead's list has scope %+v, want the hub", lead)
	}
	if s := person("region", countersign.RegionLead, region).Scope(ReadApprenticeship); len(s.Organisations) != 0 {
		t.Errorf("a region lead lists people: %+v, want sums only", s)
	}
	open := NewActor("region", "region", Proof{Method: ByPassword}, []Held{{Role: countersign.RegionLead, Organisation: region, People: true}})
	if s := open.Scope(ReadApprenticeship); !slices.Equal(s.Organisations, []countersign.OrganisationID{region}) || s.All {
		t.Errorf("where every hub agrees a region lead lists %+v, want the region", s)
	}
	if !NewJob(CountJob).Scope(CountAttainments).All {
		t.Error("the counting job doesn't reach everything")
	}
}

func TestCapacitiesAreNamingsAndTheManagement(t *testing.T) {
	if caps := subject().Capacities(person("verifier", countersign.Verifier, hub)); len(caps) != 0 {
		t.Errorf("a verifier may act as %v, want nothing", caps)
	}
	if caps := subject().Capacities(person("phleb", countersign.AssessorMember, practice)); len(caps) != 1 || caps[0].Domains[0] != "CLINICAL" {
		t.Errorf("an assessor may act as %v, want assessor of CLINICAL", caps)
	}
	if caps := subject().Capacities(person("manager", countersign.PracticeManager, practice)); !caps.Has(countersign.ManagerOfPractice) {
		t.Errorf("the practice's manager may act as %v", caps)
	}
}

// TestALeaversNamingsGiveNothing: who holds the role no longer has no right by
// a naming that nobody has ended.
func TestALeaversNamingsGiveNothing(t *testing.T) {
	t.Parallel()
	for _, role := range []countersign.MemberRole{"", countersign.AssessorMember, countersign.PracticeManager} {
		left := person("bell", role, farHub)
		for _, action := range Actions() {
			if left.May(action, subject()) {
				t.Errorf("a GP supervisor who is now %q may still %s", role, action)
			}
			if slices.Contains(left.Scope(action).Named, countersign.GPSupervisor) {
				t.Errorf("a GP supervisor who is now %q still lists for %s", role, action)
			}
		}
		if caps := subject().Capacities(left); len(caps) != 0 {
			t.Errorf("a GP supervisor who is now %q acts as %v", role, caps)
		}
	}
}
