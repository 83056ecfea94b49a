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

func (h *house) enrolment() service.EnrolInput {
	return service.EnrolInput{
		Apprentice: service.PersonInput{Name: "Zoë Ńowak", Email: "Zoe@Example.org"}, Framework: "gpa-combined", Practice: "a81001",
		GPSupervisor: h.GP.Email, SecondaryMentor: h.Mentor.Email, StartDate: h.today(), PlannedEndDate: h.today().AddMonths(9), Cohort: "Spring",
	}
}

func TestEnrolCreatesInvitesAndNames(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app, err := h.svc.Enrol(t.Context(), h.as(t, h.Manager), h.enrolment())
		wantKind(t, err, 0)
		if app.InScope != 39 || app.Core != 39 {
			t.Errorf("counters = %+v, want the 39 core competencies in scope", app.Progress)
		}
		r, err := h.svc.Record(t.Context(), h.as(t, h.Mentor), app.ID)
		wantKind(t, err, 0)
		if len(r.Namings) != 2 || r.Apprenticeship.ApprenticeName != "Zoë Ńowak" || r.Apprenticeship.ApprenticeEmail != "zoe@example.org" {
			t.Errorf("record = %+v named %+v", r.Apprenticeship, r.Namings)
		}
		var notices []store.Job
		wantKind(t, h.store.Write(t.Context(), func(tx *store.Tx) (err error) {
			notices, err = tx.ClaimJobs(10, time.Minute)
			return err
		}), 0)
		if len(notices) != 1 || !strings.Contains(string(notices[0].Payload), `"invited"`) {
			t.Errorf("outbox = %v, want one invitation", notices)
		}
	})
}

func TestEnrolSaysEverythingThatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, tc := range []struct {
			name  string
			alter func(*service.EnrolInput)
			field string
		}{
			{"no e-mail", func(in *service.EnrolInput) { in.Apprentice.Email = "" }, "apprentice.email"},
			{"no name for a new person", func(in *service.EnrolInput) { in.Apprentice.Name = "" }, "apprentice.name"},
			{"an unknown framework", func(in *service.EnrolInput) { in.Framework = "nope" }, "framework"},
			{"another hub's practice", func(in *service.EnrolInput) { in.Practice = h.OtherPractice.Code }, "practice"},
			{"a hub is no practice", func(in *service.EnrolInput) { in.Practice = h.Hub.Code }, "practice"},
			{"too short", func(in *service.EnrolInput) { in.PlannedEndDate = in.StartDate.AddMonths(2) }, "planned_end_date"},
			{"no dates", func(in *service.EnrolInput) { in.StartDate, in.PlannedEndDate = countersign.Date{}, countersign.Date{} }, "start_date"},
			{"a GP of another hub", func(in *service.EnrolInput) { in.GPSupervisor = h.OtherGP.Email }, "gp_supervisor"},
			{"a stranger as mentor", func(in *service.EnrolInput) { in.SecondaryMentor = "nobody@example.org" }, "secondary_mentor"},
			{"one person as both", func(in *service.EnrolInput) { in.Apprentice.Email = in.GPSupervisor }, "apprentice.email"},
		} {
			in := h.enrolment()
			tc.alter(&in)
			_, err := h.svc.Enrol(t.Context(), h.as(t, h.HubLead), in)
			e, ok := err.(*countersign.Error)
			if !ok || e.Kind != countersign.Invalid || len(e.Fields) == 0 || e.Fields[0].Field != tc.field {
				t.Errorf("%s: error = %#v, want Invalid at %s", tc.name, err, tc.field)
			}
		}
		for _, p := range []countersign.Person{h.Apprentice, h.GP, h.Mentor, h.RegionLead, h.Admin} {
			_, err := h.svc.Enrol(t.Context(), h.as(t, p), h.enrolment())
			wantKind(t, err, countersign.NotFound)
		}
		_, err := h.svc.Enrol(t.Context(), authz.Actor{}, h.enrolment())
		wantKind(t, err, countersign.Unauthenticated)
	})
}

func TestALeaversAccessEndsAndTheirSignatureStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ids := h.ready(t, "GPA-CL2", h.Mentor)
		_, _, err := h.sign(t, h.GP, "GPA-CL2", ids...)
		wantKind(t, err, 0)
		manager := h.as(t, h.Manager)
		namings, err := h.svc.Namings(t.Context(), manager, h.App.ID)
		wantKind(t, err, 0)
		for _, n := range namings {
			if n.Role == countersign.GPSupervisor {
				_, err = h.svc.EndNaming(t.Context(), manager, h.App.ID, n.ID, service.EndNamingInput{})
				wantKind(t, err, 0)
			}
		}
		_, err = h.svc.Record(t.Context(), h.as(t, h.GP), h.App.ID)
		wantKind(t, err, countersign.NotFound)
		all, err := h.svc.SignOffs(t.Context(), h.as(t, h.Mentor), h.App.ID)
		wantKind(t, err, 0)
		if len(all) != 1 || all[0].AssessorName != h.GP.Name || all[0].AssessorRole != countersign.GPSupervisor {
			t.Errorf("sign-offs = %+v, want the leaver's as it was", all)
		}
	})
}

func TestCoverHoldsFromItsFirstToItsLastDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var locum countersign.Person
		admin := h.as(t, h.Admin)
		added, err := h.svc.AddMember(t.Context(), admin, service.MembershipInput{
			PersonInput: service.PersonInput{Name: "Dr Nguyễn", Email: "locum@example.org"}, Role: countersign.GPSupervisorMember, Organisation: h.Practice.Code,
		})
		wantKind(t, err, 0)
		locum = added.Person
		in := service.NamingInput{Email: locum.Email, Role: countersign.GPSupervisor, Covers: h.GP.Email, From: h.today().AddDays(2), To: h.today().AddDays(4)}
		_, err = h.svc.AddNaming(t.Context(), h.as(t, h.Mentor), h.App.ID, in)
		wantKind(t, err, countersign.Forbidden)
		open := in
		open.To = countersign.Date{}
		_, err = h.svc.AddNaming(t.Context(), h.as(t, h.Manager), h.App.ID, open)
		wantKind(t, err, countersign.Invalid) // cover ends
		_, err = h.svc.AddNaming(t.Context(), h.as(t, h.Manager), h.App.ID, in)
		wantKind(t, err, 0)
		first := h.today()
		for days, want := range map[int]countersign.Kind{0: countersign.NotFound, 2: 0, 4: 0, 5: countersign.NotFound} {
			h.clock.Set(first.AddDays(days).Start().Add(9 * time.Hour))
			_, err := h.svc.Record(t.Context(), h.as(t, locum), h.App.ID)
			if got := countersign.KindOf(err); got != want {
				t.Errorf("day %d: error = %v, want kind %v", days, err, want)
			}
		}
	})
}

func TestScopeIsProposedAndAgreed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		wantKind(t, h.svc.SetScope(t.Context(), h.as(t, h.Apprentice), h.App.ID, service.ScopeInput{Competencies: []string{"GPA-CL6"}}), 0)
		if !h.queued(t, h.GP, countersign.WaitScope) || h.queued(t, h.Mentor, countersign.WaitScope) {
			t.Error("a proposal belongs into the GP supervisor's queue alone")
		}
		wantKind(t, h.svc.SetScope(t.Context(), h.as(t, h.Mentor), h.App.ID, service.ScopeInput{Competencies: []string{"GPA-CL6"}}), countersign.Forbidden)
		wantKind(t, h.svc.SetScope(t.Context(), h.as(t, h.GP), h.App.ID, service.ScopeInput{Competencies: []string{"GPA-CL6"}}), 0)
		if got := h.summary(t, "GPA-CL6"); got.Scope != countersign.ScopeIn || got.Status != countersign.NotStarted {
			t.Errorf("GPA-CL6 is %s and %s, want in scope and not started", got.Scope, got.Status)
		}
		wantKind(t, h.svc.SetScope(t.Context(), h.as(t, h.GP), h.App.ID, service.ScopeInput{}), countersign.Invalid) // without a reason
	})
}

var home = service.Origin{Address: "192.0.2.1"}

func TestPasswordsLinksAndTries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		added, err := h.svc.AddMember(t.Context(), h.svc.Operator(), service.MembershipInput{
			PersonInput: service.PersonInput{Name: "First Admin", Email: "first@example.org"}, Role: countersign.Admin, Organisation: "ENGLAND",
		})
		wantKind(t, err, 0)
		if added.SetUpToken == "" {
			t.Fatal("the first administrator got no set-up link")
		}
		_, err = h.svc.SetPassword(t.Context(), service.NewPasswordInput{Token: added.SetUpToken, Password: "password1234"})
		wantKind(t, err, countersign.Invalid) // on the common list
		const chosen = "purple otter umbrella"
		set, err := h.svc.SetPassword(t.Context(), service.NewPasswordInput{Token: added.SetUpToken, Password: chosen})
		wantKind(t, err, 0)
		_, err = h.svc.SetPassword(t.Context(), service.NewPasswordInput{Token: added.SetUpToken, Password: chosen})
		wantKind(t, err, countersign.NotFound) // once only
		got, err := h.svc.SignIn(t.Context(), service.SignInInput{Email: " First@Example.org", Password: chosen, From: home})
		wantKind(t, err, 0)
		if got.Person != set.Person || got.Proof.Method != authz.ByPassword {
			t.Errorf("signed in as %+v, want %+v", got, set)
		}
		_, unknown := h.svc.SignIn(t.Context(), service.SignInInput{Email: "nobody@example.org", Password: chosen, From: home})
		_, wrong := h.svc.SignIn(t.Context(), service.SignInInput{Email: "first@example.org", Password: "wrong", From: home})
		if unknown == nil || wrong == nil || unknown.Error() != wrong.Error() {
			t.Errorf("an unknown account gets %v, a wrong password %v; want the same", unknown, wrong)
		}
	})
}

func TestTooManyTriesAreRefusedForAWhile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		try := func() error {
			_, err := h.svc.SignIn(t.Context(), service.SignInInput{Email: "asha@example.org", Password: "x", From: home})
			return err
		}
		for range 10 {
			wantKind(t, try(), countersign.Unauthenticated)
		}
		wantKind(t, try(), countersign.TooMany)
		h.clock.Advance(16 * time.Minute)
		wantKind(t, try(), countersign.Unauthenticated)
	})
}

func TestTokensActForTheirOwnerUntilRevoked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		gp := h.as(t, h.GP)
		token, secret, err := h.svc.CreateToken(t.Context(), gp, service.TokenInput{Name: "Rota", Days: 1})
		wantKind(t, err, 0)
		actor, err := h.svc.ActorByToken(t.Context(), secret, "")
		wantKind(t, err, 0)
		if actor.ID() != h.GP.ID || actor.Authentication() != authz.ByToken {
			t.Errorf("the token acts as %s by %s", actor.Name(), actor.Authentication())
		}
		wantKind(t, h.svc.RevokeToken(t.Context(), h.as(t, h.Mentor), token.ID), countersign.NotFound)
		wantKind(t, h.svc.RevokeToken(t.Context(), gp, token.ID), 0)
		_, err = h.svc.ActorByToken(t.Context(), secret, "")
		wantKind(t, err, countersign.Unauthenticated)
	})
}
