package service_test

import (
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
	"countersign/internal/store"
)

// short brings a framework of one core competency with everything of an end,
// and puts somebody new on it: the house's App then.
func (h *house) short(t *testing.T) {
	t.Helper()
	h.App, h.Framework = h.shortVersion(t, "1.0.0", h.Apprentice)
}

// shortVersion is the same in some version, for somebody else.
func (h *house) shortVersion(t *testing.T, version string, apprentice countersign.Person) (countersign.Apprenticeship, countersign.Framework) {
	t.Helper()
	source := `
id: short
version: ` + version + `
title: A short programme
status: published
standing: community-draft
notice: A community draft.
sources:
  - {id: test, title: A test, url: "https://example.org/"}
role:
  title: One
  purpose: Does the one thing.
  duties:
    - {code: T1, text: The one thing, competencies: [ONE-1]}
programme:
  months: {min: 1, max: 12}
  review_every_months: 3
  payments:
    - {code: briefing, title: Briefing attended, amount: 200, trigger: mentor_briefing, source: test}
    - {code: mentor, title: Mentors named, amount: 200, trigger: mentors_named, source: test}
    - {code: portfolio, title: Portfolio handed in, amount: 275, trigger: submitted, source: test}
  gateway:
    - {code: core, title: Every core competency is signed off, kind: core_competencies}
    - {code: reviews, title: Reviews were held in time, kind: reviews}
    - {code: ready, title: The portfolio is ready, kind: declaration}
  award: {title: Short certificate, body: University, level: Level 4, credits: 10, source: test}
scale:
  levels:
    - {code: "1", title: Not yet, meaning: Cannot do it.}
    - {code: "2", title: Able, meaning: Can do it.}
  default_threshold: "2"
signing:
  assess: [gp_supervisor, secondary_mentor]
  countersign: gp_supervisor
  two_people: false
domains:
  - code: ONE
    title: The one domain
    competencies:
      - code: ONE-1
        title: The one thing
        core: true
        statement: Does the one thing.
        evidence: [observation]
        requires: {pieces: 1}
`
	f, err := framework.Parse("short/"+version+".yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.Write(t.Context(), func(tx *store.Tx) error { return tx.AddFramework(f, []byte(source)) }); err != nil {
		t.Fatal(err)
	}
	app, err := h.svc.Enrol(t.Context(), h.as(t, h.HubLead), service.EnrolInput{
		Apprentice: service.PersonInput{Email: apprentice.Email}, Framework: f.ID, Version: f.Version, Practice: h.Practice.Code,
		GPSupervisor: h.GP.Email, SecondaryMentor: h.Mentor.Email, StartDate: h.today().AddDays(-20), PlannedEndDate: h.today().AddMonths(6),
	})
	if err != nil {
		t.Fatal(err)
	}
	return app, f
}

func (h *house) gateway(t *testing.T) service.Gateway {
	t.Helper()
	g, err := h.svc.Gateway(t.Context(), h.as(t, h.HubLead), h.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// handIn signs the one competency off, declares and submits.
func (h *house) handIn(t *testing.T) {
	t.Helper()
	gp := h.as(t, h.GP)
	if h.summary(t, "ONE-1").Status != countersign.SignedOff {
		if _, _, err := h.sign(t, h.GP, "ONE-1", h.ready(t, "ONE-1", h.Mentor)...); err != nil {
			t.Fatal(err)
		}
	}
	h.clock.Advance(time.Minute)
	wantKind(t, h.svc.Declare(t.Context(), gp, h.App.ID, service.DeclareInput{Conditions: []string{"ready"}}), 0)
	_, err := h.svc.SubmitPortfolio(t.Context(), gp, h.App.ID, 0)
	wantKind(t, err, 0)
}

func TestAPortfolioIsReferredBackSubmittedAgainVerifiedAndAwarded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.short(t)
		verifier := h.add(t, "verifier@example.org", countersign.Verifier, h.England)
		_, err := h.svc.AddNaming(t.Context(), h.as(t, h.HubLead), h.App.ID, service.NamingInput{Email: verifier.Email, Role: countersign.NamedVerifier})
		wantKind(t, err, 0)
		gp, outside := h.as(t, h.GP), h.as(t, verifier)

		_, err = h.svc.SubmitPortfolio(t.Context(), gp, h.App.ID, 0)
		wantKind(t, err, countersign.Invalid) // nothing is met
		wantKind(t, h.svc.Declare(t.Context(), gp, h.App.ID, service.DeclareInput{Conditions: []string{"core"}}), countersign.Invalid)
		wantKind(t, h.svc.Declare(t.Context(), h.as(t, h.Mentor), h.App.ID, service.DeclareInput{}), countersign.Forbidden)
		h.handIn(t)

		g := h.gateway(t)
		if g.Apprenticeship.State != countersign.HandedIn || len(g.Submissions) != 1 || g.Submissions[0].ByName != h.GP.Name || !countersign.ChecklistMet(g.Checklist) {
			t.Fatalf("handed in: %+v", g)
		}
		_, err = h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, h.observation(h.Mentor.Email, "ONE-1"))
		wantKind(t, err, countersign.Conflict) // the record is frozen
		waiting, err := h.svc.AwaitingVerification(t.Context(), outside)
		if err != nil || len(waiting) != 1 || waiting[0].ID != h.App.ID {
			t.Errorf("waiting: %+v, %v", waiting, err)
		}
		_, err = h.svc.Certificate(t.Context(), outside, h.App.ID)
		wantKind(t, err, countersign.NotFound)

		answer := service.VerifyInput{Outcome: countersign.PortfolioReferred}
		_, err = h.svc.VerifyPortfolio(t.Context(), outside, h.App.ID, 0, answer)
		wantKind(t, err, countersign.Invalid) // names nothing
		_, err = h.svc.VerifyPortfolio(t.Context(), gp, h.App.ID, 0, answer)
		wantKind(t, err, countersign.Forbidden)
		answer.Referrals = []service.ReferralInput{{Competency: "ONE-1", Comment: "One observation more"}}
		_, err = h.svc.VerifyPortfolio(t.Context(), outside, h.App.ID, 0, answer)
		wantKind(t, err, 0)
		if g = h.gateway(t); g.Apprenticeship.State != countersign.ReferredBack || g.Submissions[0].Verification.Referrals[0].Comment != "One observation more" {
			t.Fatalf("referred back: %+v", g)
		}
		report, err := h.svc.Report(t.Context(), h.as(t, h.HubLead), service.ReportQuery{Place: h.Hub.Code})
		wantKind(t, err, 0)
		hubs, err := h.svc.HubHomes(t.Context(), h.as(t, h.HubLead))
		wantKind(t, err, 0)
		if active := report.Total.Figures[countersign.FigActive].N; active != 2 || hubs[0].Total.Active != active || len(hubs[0].Longest) != active {
			t.Errorf("%d are active by the report, one of them referred back; by the home of the training hub %d, of whom it lists %d", active, hubs[0].Total.Active, len(hubs[0].Longest))
		}
		if seen, err := h.svc.Gateway(t.Context(), h.as(t, h.Manager), h.App.ID); err != nil || seen.Submissions[0].Verification.Referrals != nil {
			t.Errorf("a practice manager reads what the verifier wrote: %+v, %v", seen.Submissions, err)
		}
		_, err = h.svc.SubmitPortfolio(t.Context(), gp, h.App.ID, 0)
		wantKind(t, err, countersign.Invalid) // the declaration was made before
		h.handIn(t)
		_, err = h.svc.VerifyPortfolio(t.Context(), outside, h.App.ID, 1, service.VerifyInput{Outcome: countersign.PortfolioVerified})
		if !service.IsStale(err) {
			t.Errorf("a verifier who saw an older version: %v", err)
		}
		_, err = h.svc.RecordAward(t.Context(), h.as(t, h.HubLead), h.App.ID, service.AwardInput{Title: "A", Body: "B", On: h.today()})
		wantKind(t, err, countersign.Conflict) // too early
		_, err = h.svc.VerifyPortfolio(t.Context(), outside, h.App.ID, 0, service.VerifyInput{Outcome: countersign.PortfolioVerified})
		wantKind(t, err, 0)

		none, first := 0, 1
		in := service.AwardInput{Title: "Short certificate", Body: "University", Credits: 10, On: h.today(), Seen: &none}
		_, err = h.svc.RecordAward(t.Context(), h.as(t, h.HubLead), h.App.ID, in)
		wantKind(t, err, 0)
		_, err = h.svc.RecordAward(t.Context(), h.as(t, h.HubLead), h.App.ID, in)
		if !service.IsStale(err) {
			t.Errorf("an award recorded twice: %v", err)
		}
		in.Seen, in.Number = &first, "C-77"
		_, err = h.svc.RecordAward(t.Context(), h.as(t, h.HubLead), h.App.ID, in)
		wantKind(t, err, 0)
		c, err := h.svc.Certificate(t.Context(), h.as(t, h.Apprentice), h.App.ID)
		if err != nil || c.VerifiedBy != verifier.Name || c.Award == nil || c.Award.Number != "C-77" || c.Award.Nth != 2 {
			t.Errorf("certificate: %+v, %v", c, err)
		}
		if got := h.notices(t); got["submitted"] != 2 || got["referred_back"] != 2 || got["verified"] != 2 || got["awarded"] != 2 {
			t.Errorf("mails: %v", got)
		}
	})
}

func TestPaymentsFallDueAreClaimedAndPaid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.short(t)
		manager, lead := h.as(t, h.Manager), h.as(t, h.HubLead)
		state := func(code string) countersign.PaymentState {
			p, err := h.svc.Payments(t.Context(), manager, h.App.ID)
			wantKind(t, err, 0)
			for _, s := range p.Payments {
				if s.Code == code {
					return s.State
				}
			}
			return ""
		}
		in := service.PaymentInput{On: h.today(), Reference: "INV-1"}
		wantKind(t, h.svc.ClaimPayment(t.Context(), manager, h.App.ID, "briefing", in), countersign.Conflict)
		namings, err := h.svc.Namings(t.Context(), manager, h.App.ID)
		wantKind(t, err, 0)
		for _, n := range namings {
			_, err = h.svc.RecordBriefing(t.Context(), manager, h.App.ID, n.ID, service.BriefingInput{On: h.today().AddDays(1)})
			wantKind(t, err, countersign.Invalid) // in the future
			_, err = h.svc.RecordBriefing(t.Context(), manager, h.App.ID, n.ID, service.BriefingInput{On: h.today()})
			wantKind(t, err, 0)
		}
		if state("briefing") != countersign.PaymentDue || state("mentor") != countersign.PaymentDue || state("portfolio") != countersign.PaymentNotDue {
			t.Errorf("%s, %s, %s", state("briefing"), state("mentor"), state("portfolio"))
		}
		wantKind(t, h.svc.ClaimPayment(t.Context(), lead, h.App.ID, "briefing", in), countersign.Forbidden)
		wantKind(t, h.svc.ClaimPayment(t.Context(), manager, h.App.ID, "nothing", in), countersign.NotFound)
		wantKind(t, h.svc.ClaimPayment(t.Context(), manager, h.App.ID, "briefing", in), 0)
		wantKind(t, h.svc.ClaimPayment(t.Context(), manager, h.App.ID, "briefing", in), countersign.Conflict)
		wantKind(t, h.svc.PayPractice(t.Context(), manager, h.App.ID, "briefing", in), countersign.Forbidden)
		wantKind(t, h.svc.PayPractice(t.Context(), lead, h.App.ID, "briefing", service.PaymentInput{On: h.today(), Reference: "BACS 9"}), 0)
		sums, err := h.svc.PaymentSums(t.Context(), lead, service.PaymentFilter{Organisation: h.Practice.Code})
		if err != nil || sums.Totals[countersign.PaymentPaid] != 200 || sums.Totals[countersign.PaymentDue] != 200 || sums.Totals[countersign.PaymentNotDue] != 275 || len(sums.Rows) != 3 {
			t.Errorf("%+v, %v", sums, err)
		}
		wrong := service.PaymentReversal{Reason: "The bank sent it back"}
		wantKind(t, h.svc.ReverseClaim(t.Context(), manager, h.App.ID, "briefing", wrong), countersign.Conflict)
		wantKind(t, h.svc.ReversePayment(t.Context(), manager, h.App.ID, "briefing", wrong), countersign.Forbidden)
		wantKind(t, h.svc.ReversePayment(t.Context(), lead, h.App.ID, "briefing", service.PaymentReversal{Reason: "About patient 943 476 5919"}), countersign.Invalid)
		wantKind(t, h.svc.ReversePayment(t.Context(), lead, h.App.ID, "briefing", wrong), 0)
		wantKind(t, h.svc.ReversePayment(t.Context(), lead, h.App.ID, "briefing", wrong), countersign.Conflict)
		wantKind(t, h.svc.ReverseClaim(t.Context(), manager, h.App.ID, "briefing", wrong), 0)
		if state("briefing") != countersign.PaymentDue {
			t.Errorf("after both were reversed it is %s", state("briefing"))
		}
		wantKind(t, h.svc.ClaimPayment(t.Context(), manager, h.App.ID, "briefing", in), 0)
		wantKind(t, h.svc.ReverseClaim(t.Context(), lead, h.App.ID, "briefing", wrong), 0)
		if own, err := h.svc.PaymentSums(t.Context(), h.as(t, h.GP), service.PaymentFilter{}); err != nil || len(own.Rows) != 0 {
			t.Errorf("a GP supervisor: %+v, %v", own, err)
		}
		_, err = h.svc.Payments(t.Context(), h.as(t, h.Apprentice), h.App.ID)
		wantKind(t, err, countersign.Forbidden)
		none, err := h.svc.PaymentSums(t.Context(), h.as(t, h.OtherHubLead), service.PaymentFilter{})
		if err != nil || len(none.Rows) != 0 {
			t.Errorf("another hub: %+v, %v", none, err)
		}
	})
}
