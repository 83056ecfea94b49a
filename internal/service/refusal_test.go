package service_test

import (
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

func TestWhoMayBeNamed(t *testing.T) { // People
	each(t, func(t *testing.T, h *house) {
		trainee := h.Person(t, "Siân Rees", "sian@example.org", countersign.ApprenticeMember, h.Practice)
		_, err := h.svc.AddMember(t.Context(), h.as(t, h.Admin), service.MembershipInput{ // an assessor of others, say
			PersonInput: service.PersonInput{Email: h.Apprentice.Email}, Role: countersign.AssessorMember, Organisation: h.Hub.Code,
		})
		wantKind(t, err, 0)
		today := h.today()
		for _, tc := range []struct {
			name string
			in   service.NamingInput
			want countersign.Kind
		}{
			{"an assessor of the hub", service.NamingInput{Email: h.Assessor.Email, Role: countersign.Assessor}, 0},
			{"the apprentice", service.NamingInput{Email: h.Apprentice.Email, Role: countersign.Assessor}, countersign.Invalid},
			{"somebody without the role", service.NamingInput{Email: trainee.Email, Role: countersign.Assessor}, countersign.Invalid},
			{"somebody of another hub", service.NamingInput{Email: h.OtherGP.Email, Role: countersign.GPSupervisor}, countersign.Invalid},
			{"cover for somebody who isn't named so", service.NamingInput{
				Email: h.GP.Email, Role: countersign.GPSupervisor, Covers: h.Mentor.Email, From: today, To: today.AddDays(1),
			}, countersign.Invalid},
		} {
			_, err := h.svc.AddNaming(t.Context(), h.as(t, h.Manager), h.App.ID, tc.in)
			if got := countersign.KindOf(err); got != tc.want {
				t.Errorf("%s: error = %v, want kind %v", tc.name, err, tc.want)
			}
		}
	})
}

func TestSupervisorAndMentorAreTwoPeople(t *testing.T) { // S4, People
	each(t, func(t *testing.T, h *house) {
		_, err := h.svc.AddMember(t.Context(), h.as(t, h.Admin), service.MembershipInput{
			PersonInput: service.PersonInput{Email: h.GP.Email}, Role: countersign.SecondaryMentorMember, Organisation: h.Practice.Code,
		})
		wantKind(t, err, 0)
		in := h.enrolment()
		in.SecondaryMentor = in.GPSupervisor
		_, err = h.svc.Enrol(t.Context(), h.as(t, h.HubLead), in)
		wantKind(t, err, countersign.Invalid)
	})
}

func TestNobodyCompletesWithOpenCoreCompetencies(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		completed := countersign.CompletedProgramme
		_, err := h.svc.ChangeApprenticeship(t.Context(), h.as(t, h.HubLead), h.App.ID, 0, service.ChangeInput{State: &completed})
		wantKind(t, err, countersign.Invalid)
	})
}

func TestTokensAreMadeForOneselfOrByTheOperator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, _, err := h.svc.CreateToken(t.Context(), authz.Actor{}, service.TokenInput{})
		wantKind(t, err, countersign.Unauthenticated)
		for _, p := range []countersign.Person{h.GP, h.HubLead, h.Admin} {
			_, _, err := h.svc.CreateTokenFor(t.Context(), h.as(t, p), h.Mentor.Email, service.TokenInput{})
			wantKind(t, err, countersign.NotFound)
		}
		_, _, err = h.svc.CreateTokenFor(t.Context(), h.svc.Operator(), h.Mentor.Email, service.TokenInput{})
		wantKind(t, err, 0)
	})
}

// A draft that was withdrawn was never anybody else's to read (E3).
func TestAWithdrawnDraftIsItsAuthorsAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		e, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation(h.Mentor.Email, "GPA-AD5"))
		wantKind(t, err, 0)
		_, err = h.svc.WithdrawEvidence(t.Context(), asha, e.ID, 0, service.WithdrawInput{Reason: "Not mine"})
		wantKind(t, err, 0)
		for _, tc := range []struct {
			who  countersign.Person
			want countersign.Kind
			n    int
		}{{h.Apprentice, 0, 1}, {h.Mentor, countersign.NotFound, 0}, {h.Manager, countersign.NotFound, 0}} {
			_, err := h.svc.Evidence(t.Context(), h.as(t, tc.who), e.ID)
			wantKind(t, err, tc.want)
			list, _, err := h.svc.EvidenceList(t.Context(), h.as(t, tc.who), h.App.ID, service.EvidenceFilter{})
			wantKind(t, err, 0)
			if len(list) != tc.n {
				t.Errorf("%s lists %d pieces, want %d", tc.who.Name, len(list), tc.n)
			}
		}
	})
}

// A refusal is kept though everything else of its transaction is undone; an
// allowed change isn't told as one.
func TestRefusalsAreAudited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		refusals := func() (n int) {
			pools := h.store.Pools()
			if err := pools[len(pools)-1].QueryRowContext(t.Context(), "SELECT count(*) FROM audit_events WHERE action = 'refused'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		e := h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		if n := refusals(); n != 0 {
			t.Errorf("%d refusals after what was allowed, want none", n)
		}
		for i, p := range []countersign.Person{h.HubLead, h.OtherGP} {
			_, err := h.svc.ReviewEvidence(t.Context(), h.as(t, p), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
			if err == nil {
				t.Errorf("%s reviewed a piece", p.Name)
			}
			if n := refusals(); n != i+1 {
				t.Errorf("%d refusals after %s, want %d", n, p.Name, i+1)
			}
		}
	})
}
