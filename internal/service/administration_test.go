package service_test

import (
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
)

// hubAdmin adds an administrator of the apprentice's hub alone.
func (h *house) hubAdmin(t *testing.T) authz.Actor {
	t.Helper()
	return h.as(t, h.Person(t, "Hal Byrne", "hub-admin@example.org", countersign.Admin, h.Hub))
}

func TestAnAdministratorSeesThePeopleOfTheirPlaces(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f, err := h.svc.PersonFile(t.Context(), h.hubAdmin(t), h.GP.ID)
		wantKind(t, err, 0)
		if f.Person.Name != "Dr Megan Bell" || len(f.Memberships) != 1 || f.Elsewhere {
			t.Errorf("file = %+v", f)
		}
		for _, actor := range []authz.Actor{h.as(t, h.Manager), h.as(t, h.HubLead), h.as(t, h.RegionLead), h.as(t, h.GP)} {
			_, err := h.svc.PersonFile(t.Context(), actor, h.GP.ID)
			wantKind(t, err, countersign.NotFound)
		}
		_, err = h.svc.PersonFile(t.Context(), h.hubAdmin2(t), h.GP.ID)
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.PersonFile(t.Context(), h.as(t, h.Admin), "00000000-0000-7000-8000-ffffffffffff")
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.PersonFile(t.Context(), authz.Actor{}, h.GP.ID)
		wantKind(t, err, countersign.Unauthenticated)
	})
}

// hubAdmin2 adds an administrator of the other hub.
func (h *house) hubAdmin2(t *testing.T) authz.Actor {
	t.Helper()
	return h.as(t, h.Person(t, "Other Admin", "other-admin@example.org", countersign.Admin, h.OtherHub))
}

// TestWithTheAddressGoesTheAccount: an administrator of one hub must not be
// able to take over the account of somebody who holds a role outside it.
func TestWithTheAddressGoesTheAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		national := h.as(t, h.Admin)
		hub := h.hubAdmin(t)
		_, err := h.svc.AddMember(t.Context(), hub, service.MembershipInput{
			PersonInput: service.PersonInput{Email: h.Admin.Email}, Role: countersign.AssessorMember, Organisation: h.Practice.Code,
		})
		wantKind(t, err, 0)
		f, err := h.svc.PersonFile(t.Context(), hub, h.Admin.ID)
		wantKind(t, err, 0)
		if !f.Elsewhere || len(f.Memberships) != 1 {
			t.Errorf("file = %+v, want the one role at the hub and the hint at others", f)
		}
		in := service.ChangePersonInput{Name: "Ada Moss", Email: "mine@example.org"}
		_, err = h.svc.ChangePerson(t.Context(), hub, h.Admin.ID, 0, in)
		wantKind(t, err, countersign.Forbidden)
		p, err := h.svc.ChangePerson(t.Context(), national, h.Admin.ID, 0, in)
		wantKind(t, err, 0)
		if p.Email != "mine@example.org" {
			t.Errorf("email = %s", p.Email)
		}
	})
}

func TestChangePerson(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin := h.as(t, h.Admin)
		in := service.ChangePersonInput{Name: " Siân Bell ", Email: "Sian@Example.org", Registration: "GMC 7012345"}
		p, err := h.svc.ChangePerson(t.Context(), admin, h.GP.ID, 1, in)
		wantKind(t, err, 0)
		if p.Name != "Siân Bell" || p.Email != "sian@example.org" || p.Registration != "GMC 7012345" || p.Version != 2 {
			t.Errorf("person = %+v", p)
		}
		if _, err = h.svc.ChangePerson(t.Context(), admin, h.GP.ID, 1, in); !service.IsStale(err) {
			t.Errorf("error = %v, want a stale one", err)
		}
		_, err = h.svc.ChangePerson(t.Context(), admin, h.GP.ID, 0, service.ChangePersonInput{Name: " ", Email: "x"})
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.ChangePerson(t.Context(), admin, h.GP.ID, 0, service.ChangePersonInput{Name: "X", Email: h.Mentor.Email})
		wantKind(t, err, countersign.Conflict)
	})
}

func TestInviteAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.svc.Invite(t.Context(), h.as(t, h.Manager), h.GP.ID)
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.Invite(t.Context(), h.as(t, h.Admin), h.GP.ID)
		wantKind(t, err, 0)
		var notices []store.Job
		wantKind(t, h.store.Write(t.Context(), func(tx *store.Tx) (err error) {
			if err := tx.SetPassword(h.GP.ID, "phc"); err != nil {
				return err
			}
			notices, err = tx.ClaimJobs(10, time.Minute)
			return err
		}), 0)
		if len(notices) != 1 || !strings.Contains(string(notices[0].Payload), `"invited"`) {
			t.Errorf("outbox = %v, want one invitation", notices)
		}
		_, err = h.svc.Invite(t.Context(), h.as(t, h.Admin), h.GP.ID)
		wantKind(t, err, countersign.Conflict)
	})
}

func TestARoleGivenByMistakeNeverHeld(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin := h.as(t, h.Admin)
		added, err := h.svc.AddMember(t.Context(), admin, service.MembershipInput{
			PersonInput: service.PersonInput{Name: "Mia Stake", Email: "mia@example.org"}, Role: countersign.HubLead, Organisation: h.Hub.Code,
		})
		wantKind(t, err, 0)
		if !h.as(t, added.Person).Has(countersign.HubLead) {
			t.Error("the role doesn't hold on its first day")
		}
		wantKind(t, h.svc.EndMember(t.Context(), admin, added.Membership.ID, service.EndMemberInput{To: h.today().AddDays(-2)}), countersign.Invalid)
		wantKind(t, h.svc.EndMember(t.Context(), admin, added.Membership.ID, service.EndMemberInput{To: h.today().AddDays(-1)}), 0)
		if h.as(t, added.Person).Has(countersign.HubLead) {
			t.Error("the role still holds")
		}
	})
}

// A slip of the year doesn't undo what somebody was: a naming ends at the
// earliest on the day before it began.
func TestANamingDoesNotEndBeforeItBegan(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager := h.as(t, h.Manager)
		all, err := h.svc.Namings(t.Context(), manager, h.App.ID)
		wantKind(t, err, 0)
		n := all[0]
		_, err = h.svc.EndNaming(t.Context(), manager, h.App.ID, n.ID, service.EndNamingInput{To: n.From.AddDays(-2)})
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.HandOver(t.Context(), manager, h.App.ID, n.ID, service.HandOverInput{Email: h.Mentor.Email, From: n.From.AddDays(-1)})
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.EndNaming(t.Context(), manager, h.App.ID, n.ID, service.EndNamingInput{To: n.From.AddDays(-1)})
		wantKind(t, err, 0) // named by mistake
		later, err := h.svc.AddNaming(t.Context(), manager, h.App.ID, service.NamingInput{
			Email: h.GP.Email, Role: countersign.GPSupervisor, From: h.today().AddDays(20),
		})
		wantKind(t, err, 0)
		_, err = h.svc.EndNaming(t.Context(), manager, h.App.ID, later.ID, service.EndNamingInput{To: h.today()})
		wantKind(t, err, 0) // it never begins
	})
}

func TestHandOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager := h.as(t, h.Manager)
		next := h.Person(t, "Noor Khan", "noor@example.org", countersign.SecondaryMentorMember, h.NextPractice)
		var mentor countersign.Naming
		all, err := h.svc.Namings(t.Context(), manager, h.App.ID)
		wantKind(t, err, 0)
		for _, n := range all {
			if n.Role == countersign.SecondaryMentor {
				mentor = n
			}
		}
		_, err = h.svc.HandOver(t.Context(), manager, h.App.ID, mentor.ID, service.HandOverInput{Email: h.Mentor.Email})
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.HandOver(t.Context(), manager, h.App.ID, mentor.ID, service.HandOverInput{Email: h.GP.Email})
		wantKind(t, err, countersign.Invalid)
		_, err = h.svc.HandOver(t.Context(), h.as(t, h.GP), h.App.ID, mentor.ID, service.HandOverInput{Email: next.Email})
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.HandOver(t.Context(), h.as(t, h.OtherHubLead), h.App.ID, mentor.ID, service.HandOverInput{Email: next.Email})
		wantKind(t, err, countersign.NotFound)
		open, wrong := countersign.Date{}, h.today()
		_, err = h.svc.HandOver(t.Context(), manager, h.App.ID, mentor.ID, service.HandOverInput{Email: next.Email, Seen: &wrong})
		wantKind(t, err, countersign.Conflict)

		day := h.today().AddDays(3)
		n, err := h.svc.HandOver(t.Context(), manager, h.App.ID, mentor.ID, service.HandOverInput{Email: next.Email, From: day, Seen: &open})
		wantKind(t, err, 0)
		if n.PersonName != "Noor Khan" || n.Role != countersign.SecondaryMentor || n.From != day || !n.To.IsZero() {
			t.Errorf("naming = %+v", n)
		}
		all, err = h.svc.Namings(t.Context(), manager, h.App.ID)
		wantKind(t, err, 0)
		for _, old := range all {
			if old.ID == mentor.ID && old.To != day.AddDays(-1) {
				t.Errorf("the old naming ends on %s, want the day before %s", old.To, day)
			}
		}
	})
}

func TestMayBeNamedOffersThoseOfThePractice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		people, err := h.svc.MayBeNamed(t.Context(), h.as(t, h.Manager), h.App.ID, countersign.Assessor)
		wantKind(t, err, 0)
		if len(people) != 1 || people[0].ID != h.Assessor.ID {
			t.Errorf("offered = %+v", people)
		}
		_, err = h.svc.MayBeNamed(t.Context(), h.as(t, h.GP), h.App.ID, countersign.Assessor)
		wantKind(t, err, countersign.Forbidden)
		_, err = h.svc.MayBeNamed(t.Context(), h.as(t, h.OtherHubLead), h.App.ID, countersign.Assessor)
		wantKind(t, err, countersign.NotFound)
	})
}

// TestWithTheRoleGoesTheAccess: an administrator ends the role, nobody has
// ended the naming, and the leaver sees the record no more from the next day.
func TestWithTheRoleGoesTheAccess(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f, err := h.svc.PersonFile(t.Context(), h.as(t, h.Admin), h.GP.ID)
		wantKind(t, err, 0)
		wantKind(t, h.svc.EndMember(t.Context(), h.as(t, h.Admin), f.Memberships[0].ID, service.EndMemberInput{To: h.today()}), 0)
		_, err = h.svc.Record(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, 0) // the last day is one of access
		h.clock.Advance(24 * time.Hour)
		_, err = h.svc.Record(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, countersign.NotFound)
		rows, _, err := h.svc.Apprenticeships(t.Context(), h.as(t, h.GP), service.ApprenticeshipFilter{})
		wantKind(t, err, 0)
		if len(rows) != 0 {
			t.Errorf("a leaver lists %d apprenticeships", len(rows))
		}
		lapsed, err := h.svc.LapsedNamings(t.Context(), h.as(t, h.Manager), h.App.ID)
		wantKind(t, err, 0)
		if len(lapsed) != 1 {
			t.Errorf("lapsed namings = %v, want that of the leaver", lapsed)
		}
	})
}

func TestAFormSentTwiceEnrolsAndNamesOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager := h.as(t, h.Manager)
		_, err := h.svc.Enrol(t.Context(), manager, h.enrolment())
		wantKind(t, err, 0)
		_, err = h.svc.Enrol(t.Context(), manager, h.enrolment())
		wantKind(t, err, countersign.Invalid)
		if got, want := countersign.MessageOf(err), "This person is enrolled on this framework already"; got != want {
			t.Errorf("the second says %q, want %q", got, want)
		}
		in := service.NamingInput{Email: h.Assessor.Email, Role: countersign.Assessor, Domains: []string{"CARE"}}
		_, err = h.svc.AddNaming(t.Context(), manager, h.App.ID, in)
		wantKind(t, err, 0)
		_, err = h.svc.AddNaming(t.Context(), manager, h.App.ID, in)
		wantKind(t, err, countersign.Invalid)
		in.Domains = []string{"CLINICAL"}
		_, err = h.svc.AddNaming(t.Context(), manager, h.App.ID, in)
		wantKind(t, err, 0)
	})
}
