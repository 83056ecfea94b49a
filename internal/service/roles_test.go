package service_test

import (
	"io/fs"
	"testing"
	"time"

	"countersign/frameworks"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// The rules of docs/rules that are about what one role may do from one end of
// the record to the other.

func TestOnlyDraftsAreDeletedAndTheRestIsWithdrawnWithAReason(t *testing.T) { // E2
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		draft, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation("", "GPA-CL2"))
		wantKind(t, err, 0)
		wantKind(t, h.svc.DeleteDraft(t.Context(), asha, draft.ID, draft.Version), 0)
		_, err = h.svc.Evidence(t.Context(), asha, draft.ID)
		wantKind(t, err, countersign.NotFound)

		kept := h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor)
		wantKind(t, h.svc.DeleteDraft(t.Context(), asha, kept.ID, 0), countersign.Conflict)
		reason := service.WithdrawInput{Reason: "It was somebody else's clinic"}
		_, err = h.svc.WithdrawEvidence(t.Context(), asha, kept.ID, 0, service.WithdrawInput{Reason: " "})
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.WithdrawEvidence(t.Context(), h.as(t, h.Mentor), kept.ID, 0, reason)
		wantKind(t, err, countersign.Forbidden)
		e, err := h.svc.WithdrawEvidence(t.Context(), asha, kept.ID, 0, reason)
		wantKind(t, err, 0)
		if e.State != countersign.Withdrawn || h.summary(t, "GPA-CL2").Status != countersign.NotStarted {
			t.Errorf("a withdrawn piece is %s and leaves the competency %s", e.State, h.summary(t, "GPA-CL2").Status)
		}
	})
}

func TestACopyIsADraftWithoutDateAndConfirmation(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		e := h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor)
		c, err := h.svc.CopyEvidence(t.Context(), h.as(t, h.Apprentice), e.ID, "")
		wantKind(t, err, 0)
		if c.ID == e.ID || c.State != countersign.Draft || !c.OccurredOn.IsZero() || c.Anonymised || c.Title != e.Title {
			t.Errorf("copy = %+v, want a draft with the text alone", c)
		}
		_, err = h.svc.CopyEvidence(t.Context(), h.as(t, h.Mentor), e.ID, "")
		wantKind(t, err, countersign.Forbidden)
	})
}

func TestAFormMakesOneCopyHoweverOftenItIsSent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		e := h.accepted(t, h.observation(h.Mentor.Email, "GPA-CL2"), h.Mentor)
		one, err := h.svc.CopyEvidence(t.Context(), asha, e.ID, "one-form")
		wantKind(t, err, 0)
		two, err := h.svc.CopyEvidence(t.Context(), asha, e.ID, "one-form")
		wantKind(t, err, 0)
		if one.ID != two.ID {
			t.Errorf("a form that was sent twice made the copies %s and %s", one.ID, two.ID)
		}
		wantKind(t, h.svc.DeleteDraft(t.Context(), asha, one.ID, one.Version), 0)
		again, err := h.svc.CopyEvidence(t.Context(), asha, e.ID, "one-form")
		wantKind(t, err, 0)
		if again.ID == one.ID || len(h.pieces(t)) != 2 {
			t.Errorf("after the copy was deleted there are %d pieces", len(h.pieces(t)))
		}
	})
}

func TestWhoReadsThePortfolio(t *testing.T) { // Reading
	each(t, func(t *testing.T, h *house) {
		vera := h.verifier(t)
		for _, tc := range []struct {
			name string
			who  countersign.Person
			want countersign.Kind
		}{
			{"the apprentice", h.Apprentice, 0},
			{"the GP supervisor", h.GP, 0},
			{"the secondary mentor", h.Mentor, 0},
			{"a verifier it is assigned to", vera, 0},
			{"a verifier it isn't assigned to", h.Person(t, "Val Other", "val@example.org", countersign.Verifier, h.Hub), countersign.NotFound},
			{"the practice manager, who sees progress", h.Manager, countersign.Forbidden},
			{"the hub lead, who sees progress", h.HubLead, countersign.Forbidden},
			{"the region lead", h.RegionLead, countersign.NotFound},
			{"an administrator", h.Admin, countersign.NotFound},
			{"another apprentice", h.OtherApprentice, countersign.NotFound},
		} {
			_, err := h.svc.Portfolio(t.Context(), h.as(t, tc.who), h.App.ID)
			if got := countersign.KindOf(err); got != tc.want {
				t.Errorf("%s: error = %v, want kind %v", tc.name, err, tc.want)
			}
		}
	})
}

// verifier adds a verifier to whom the apprentice's portfolio is assigned.
func (h *house) verifier(t *testing.T) countersign.Person {
	t.Helper()
	vera := h.Person(t, "Vera Lowe", "vera@example.org", countersign.Verifier, h.Hub)
	_, err := h.svc.AddNaming(t.Context(), h.as(t, h.HubLead), h.App.ID, service.NamingInput{Email: vera.Email, Role: countersign.NamedVerifier})
	wantKind(t, err, 0)
	return vera
}

func TestAVerifierReadsAndDecidesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		waiting := h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL3"))
		draft, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, h.observation("", "GPA-CL3"))
		wantKind(t, err, 0)
		vera := h.verifier(t)
		actor := h.as(t, vera)
		_, err = h.svc.Evidence(t.Context(), actor, waiting.ID)
		wantKind(t, err, 0)
		_, err = h.svc.Evidence(t.Context(), actor, draft.ID)
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.SignOffs(t.Context(), actor, h.App.ID)
		wantKind(t, err, 0)

		_, err = h.svc.ReviewEvidence(t.Context(), actor, service.ReviewInput{Evidence: waiting.ID, Decision: countersign.AcceptEvidence})
		wantKind(t, err, countersign.Forbidden)
		_, _, err = h.sign(t, vera, "GPA-CL2", ids...)
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.DraftEvidence(t.Context(), actor, h.App.ID, h.observation("", "GPA-CL2"))
		wantKind(t, err, countersign.Forbidden)
		items, err := h.svc.Queue(t.Context(), actor, service.QueueFilter{})
		wantKind(t, err, 0)
		if len(items) != 0 {
			t.Errorf("a verifier's queue holds %v, want nothing", items)
		}
		rows, _, err := h.svc.NamedOn(t.Context(), actor, []countersign.NamingRole{countersign.NamedVerifier}, store.ApprenticeshipFilter{})
		wantKind(t, err, 0)
		if len(rows) != 1 || rows[0].ID != h.App.ID {
			t.Errorf("assigned = %v, want the one apprenticeship", rows)
		}
	})
}

func TestAManagerDecidesAdministrationAndTheGPCountersigns(t *testing.T) { // S1, S3
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-AD1", h.Manager)
		so, after, err := h.sign(t, h.Manager, "GPA-AD1", ids...)
		wantKind(t, err, 0)
		if after.Status != countersign.Assessed || so.Awaits != countersign.GPSupervisor {
			t.Fatalf("after the manager's decision it is %s and awaits %q", after.Status, so.Awaits)
		}
		if !h.queued(t, h.GP, countersign.WaitCountersign) || h.queued(t, h.Mentor, countersign.WaitCountersign) {
			t.Error("the countersignature belongs into the GP supervisor's queue alone")
		}
		_, after, err = h.sign(t, h.GP, "GPA-AD1")
		wantKind(t, err, 0)
		if after.Status != countersign.SignedOff {
			t.Errorf("after the countersignature it is %s, want signed off", after.Status)
		}
	})
}

func TestAnAssessorActsInTheDomainsDelegated(t *testing.T) { // S1
	each(t, func(t *testing.T, h *house) {
		clinical := h.ready(t, "GPA-CL2", h.Mentor)
		office := h.submitted(t, h.observation(h.Assessor.Email, "GPA-AD1"))
		both := h.submitted(t, h.observation(h.Assessor.Email, "GPA-CL4", "GPA-AD1"))
		manager := h.as(t, h.Manager)
		_, err := h.svc.AddNaming(t.Context(), manager, h.App.ID, service.NamingInput{Email: h.Assessor.Email, Role: countersign.Assessor, Domains: []string{"NOPE"}})
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.AddNaming(t.Context(), manager, h.App.ID, service.NamingInput{Email: h.Assessor.Email, Role: countersign.Assessor, Domains: []string{"CLINICAL"}})
		wantKind(t, err, 0)
		tom := h.as(t, h.Assessor)
		for _, id := range []countersign.EvidenceID{office.ID, both.ID} {
			_, err := h.svc.ReviewEvidence(t.Context(), tom, service.ReviewInput{Evidence: id, Decision: countersign.AcceptEvidence})
			wantKind(t, err, countersign.Forbidden)
		}
		_, err = h.svc.ReviewEvidence(t.Context(), tom, service.ReviewInput{
			Evidence: both.ID, Decision: countersign.AcceptEvidence, Competencies: []service.MappingInput{{Code: "GPA-CL4"}},
		})
		wantKind(t, err, 0)
		so, after, err := h.sign(t, h.Assessor, "GPA-CL2", clinical...)
		wantKind(t, err, 0)
		if after.Status != countersign.Assessed || so.AssessorRole != countersign.Assessor || so.Awaits != countersign.GPSupervisor {
			t.Errorf("decided as %s, now %s awaiting %q", so.AssessorRole, after.Status, so.Awaits)
		}
	})
}

func TestHowAnApprenticeshipEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		change := func(who countersign.Person, to countersign.ApprenticeshipState, reason string) error {
			_, err := h.svc.ChangeApprenticeship(t.Context(), h.as(t, who), h.App.ID, 0, service.ChangeInput{State: &to, Reason: reason})
			return err
		}
		wantKind(t, change(h.GP, countersign.WithdrawnFromProgramme, "Moved away"), countersign.Forbidden)
		wantKind(t, change(h.Manager, countersign.CompletedProgramme, ""), countersign.Invalid) // the hub lead's
		wantKind(t, change(h.HubLead, countersign.CompletedProgramme, ""), countersign.Invalid) // not every core competency
		wantKind(t, change(h.Manager, countersign.WithdrawnFromProgramme, " "), countersign.Invalid)
		wantKind(t, change(h.Manager, countersign.WithdrawnFromProgramme, "Moved away"), 0)

		asha := h.as(t, h.Apprentice)
		_, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation("", "GPA-CL2"))
		wantKind(t, err, countersign.Conflict)
		_, err = h.svc.Portfolio(t.Context(), asha, h.App.ID) // theirs to keep
		wantKind(t, err, 0)
	})
}

func TestAnExtensionStaysWithinTheProgramme(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.Framework.Programme
		longest := h.App.StartOn.AddMonths(p.MonthsMax + p.ExtensionMonths)
		for _, tc := range []struct {
			end  countersign.Date
			want countersign.Kind
		}{{longest.AddDays(1), countersign.Invalid}, {longest, 0}} {
			_, err := h.svc.ChangeApprenticeship(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, service.ChangeInput{PlannedEndDate: &tc.end})
			wantKind(t, err, tc.want)
		}
	})
}

func TestAHubLeadListsTheirOwnPeopleWithoutEvidence(t *testing.T) { // Reading
	each(t, func(t *testing.T, h *house) {
		h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		h.clock.Advance(72 * time.Hour)
		lead := h.as(t, h.HubLead)
		rows, _, err := h.svc.Apprenticeships(t.Context(), lead, store.ApprenticeshipFilter{})
		wantKind(t, err, 0)
		if len(rows) != 1 || rows[0].ID != h.App.ID || rows[0].Waiting != 1 {
			t.Errorf("the hub's list = %+v, want the one apprentice of the hub with a piece that waits", rows)
		}
		_, _, err = h.svc.EvidenceList(t.Context(), lead, h.App.ID, store.EvidenceFilter{})
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.SignOffs(t.Context(), lead, h.App.ID)
		wantKind(t, err, 0)
		_, err = h.svc.Namings(t.Context(), lead, h.App.ID)
		wantKind(t, err, 0)
		_, err = h.svc.Apprenticeship(t.Context(), lead, h.OtherApp.ID)
		wantKind(t, err, countersign.NotFound)
	})
}

func TestLeadsOfRegionsSeeSumsAndNoPeople(t *testing.T) { // Reading
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.RegionLead)
		rows, _, err := h.svc.Apprenticeships(t.Context(), lead, store.ApprenticeshipFilter{})
		wantKind(t, err, 0)
		if len(rows) != 0 {
			t.Errorf("a region lead lists %+v, want nobody", rows)
		}
		_, err = h.svc.Apprenticeship(t.Context(), lead, h.App.ID)
		wantKind(t, err, countersign.NotFound)
		_, _, err = h.svc.Sums(t.Context(), lead, h.Region.Code) // with small numbers
		wantKind(t, err, countersign.Forbidden)
		r, err := h.svc.Report(t.Context(), lead, service.ReportQuery{Place: h.Region.Code})
		wantKind(t, err, 0)
		if !r.Sums || len(r.Places) != 1 || len(r.Supervisors) != 0 {
			t.Errorf("%d places and %d supervisors, sums %v; want the one hub and nobody", len(r.Places), len(r.Supervisors), r.Sums)
		}
	})
}

func TestAnAdministratorGivesRolesAndReadsNoRecord(t *testing.T) { // Reading
	each(t, func(t *testing.T, h *house) {
		hub := h.hubAdmin(t)
		member := func(code string) service.MembershipInput {
			return service.MembershipInput{
				PersonInput: service.PersonInput{Name: "New Person", Email: "new@example.org"}, Role: countersign.AssessorMember, Organisation: code,
			}
		}
		_, err := h.svc.AddMember(t.Context(), hub, member(h.OtherPractice.Code))
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.AddMember(t.Context(), hub, member(h.Region.Code))
		wantKind(t, err, countersign.Invalid)
		misplaced := member(h.Region.Code)
		misplaced.Role = countersign.ApprenticeMember
		_, err = h.svc.AddMember(t.Context(), h.as(t, h.Admin), misplaced)
		wantKind(t, err, countersign.Invalid)
		added, err := h.svc.AddMember(t.Context(), hub, member(h.Practice.Code))
		wantKind(t, err, 0)
		for _, p := range []countersign.Person{h.Manager, h.HubLead, h.GP, h.RegionLead} {
			in := member(h.Practice.Code)
			in.Email = "another@example.org"
			_, err := h.svc.AddMember(t.Context(), h.as(t, p), in)
			if k := countersign.KindOf(err); k != countersign.Forbidden && k != countersign.NotFound {
				t.Errorf("%s gives a role: %v", p.Name, err)
			}
		}
		wantKind(t, h.svc.EndMember(t.Context(), h.as(t, h.Manager), added.Membership.ID, service.EndMemberInput{}), countersign.Forbidden)
		wantKind(t, h.svc.EndMember(t.Context(), hub, added.Membership.ID, service.EndMemberInput{To: h.today()}), 0)
		if !h.as(t, added.Person).Has(countersign.AssessorMember) {
			t.Error("the role doesn't hold on its last day")
		}
		h.clock.Set(h.today().AddDays(1).Start())
		if h.as(t, added.Person).Has(countersign.AssessorMember) {
			t.Error("the role holds on the day after its last")
		}

		admin := h.as(t, h.Admin)
		_, err = h.svc.Apprenticeship(t.Context(), admin, h.App.ID)
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.SignOffs(t.Context(), admin, h.App.ID)
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.Enrol(t.Context(), admin, h.enrolment())
		wantKind(t, err, countersign.NotFound)
	})
}

func TestPlacesStandBeneathTheirKind(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		hub := h.hubAdmin(t)
		add := func(kind countersign.OrganisationKind, code, parent string) error {
			_, err := h.svc.AddOrganisation(t.Context(), hub, service.OrganisationInput{Code: code, Name: "A place", Kind: kind, Parent: parent})
			return err
		}
		wantKind(t, add(countersign.Practice, "B82001", h.Hub.Code), 0)
		wantKind(t, add(countersign.Practice, "B82001", h.Hub.Code), countersign.Conflict)
		wantKind(t, add(countersign.Practice, "B82002", h.OtherHub.Code), countersign.Invalid)
		wantKind(t, add(countersign.Hub, "TH09", h.Practice.Code), countersign.Invalid)
		_, err := h.svc.AddOrganisation(t.Context(), hub, service.OrganisationInput{Code: "B82004", Name: " ", Kind: countersign.Practice, Parent: h.Hub.Code})
		wantKind(t, err, countersign.Invalid)
		blank := "\t"
		_, err = h.svc.ChangeOrganisation(t.Context(), hub, h.Practice.Code, 0, service.ChangeOrganisationInput{Name: &blank})
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.AddOrganisation(t.Context(), h.as(t, h.HubLead), service.OrganisationInput{Code: "B82003", Name: "A place", Kind: countersign.Practice, Parent: h.Hub.Code})
		wantKind(t, err, countersign.NotFound)
	})
}

func TestFrameworkVersionsAreLoadedOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		source, err := fs.ReadFile(frameworks.FS, "gpa-non-clinical/1.0.0.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the same bytes again change nothing
			_, err = h.svc.LoadFramework(t.Context(), h.svc.Operator(), "1.0.0.yaml", source)
			wantKind(t, err, 0)
		}
		_, err = h.svc.LoadFramework(t.Context(), h.svc.Operator(), "1.0.0.yaml", append(source, "# corrected\n"...))
		wantKind(t, err, countersign.Conflict)
		_, err = h.svc.LoadFramework(t.Context(), h.as(t, h.Admin), "1.0.0.yaml", source)
		wantKind(t, err, countersign.NotFound)
	})
}

func TestLeadsOfRegionsAndTheCountryListNobody(t *testing.T) { // RULES Reading
	each(t, func(t *testing.T, h *house) {
		for _, tc := range []struct {
			who  countersign.Person
			some bool
		}{{h.RegionLead, false}, {h.Apprentice, false}, {h.GP, false}, {h.HubLead, true}, {h.Manager, true}, {h.Admin, true}} {
			rows, _, err := h.svc.People(t.Context(), h.as(t, tc.who), service.PeopleFilter{})
			wantKind(t, err, 0)
			if got := len(rows) > 0; got != tc.some {
				t.Errorf("%s lists %d people, want some: %t", tc.who.Name, len(rows), tc.some)
			}
		}
	})
}
