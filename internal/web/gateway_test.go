package web_test

import (
	"net/http"
	"slices"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// onNewest puts the apprentice onto version 1.1.0, which has payments and a
// longer checklist.
func (s *site) onNewest(t *testing.T) {
	t.Helper()
	if err := s.svc.Prepare(t.Context()); err != nil { // all shipped versions
		t.Fatal(err)
	}
	person := s.Person(t, `=SUM(A1) Asha`, "newest@example.org", countersign.ApprenticeMember, s.Practice)
	start := countersign.LondonDate(s.clock.Now())
	app, err := s.svc.Enrol(t.Context(), s.Actor(t, s.HubLead), service.EnrolInput{
		Apprentice: service.PersonInput{Email: person.Email}, Framework: "gpa-combined", Version: "1.1.0", Practice: s.Practice.Code,
		GPSupervisor: s.GP.Email, SecondaryMentor: s.Mentor.Email, StartDate: countersign.On(start.Year, start.Month, 1), PlannedEndDate: countersign.On(start.Year, start.Month, 1).AddMonths(9), Cohort: "2025-26",
	})
	if err != nil {
		t.Fatal(err)
	}
	s.App = app
}

func TestTheGatewaySaysWhatIsMissingAndKeepsWhatIsDeclared(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.onNewest(t)
		gp := s.as(t, s.GP)
		page := gp.get(s.path("/gateway"), http.StatusOK).wants("0 of 40 are signed off.", "and 34 more.", "No progress review is overdue.", "has not declared this yet", "once every condition is met")
		page.form("/declarations").with("conditions", "ready").send(http.StatusOK).wants("What you declare is saved", "Declared by Dr Megan Bell on 2 March 2026.")
		page.form("/declarations").with("conditions", "core").send(http.StatusUnprocessableEntity).wants("no such condition to declare")
		gp.post(s.path("/gateway/submission"), nil, http.StatusUnprocessableEntity).wants("The checklist is not met yet: Every core competency")
		s.as(t, s.HubLead).get(s.path("/gateway"), http.StatusOK).lacks("Save what I declare")
		s.as(t, s.HubLead).get(s.path("/certificate.pdf"), http.StatusNotFound)
		s.as(t, s.HubLead).get(s.path("/gateway/award"), http.StatusConflict).wants("once the programme is completed")
		s.as(t, s.Manager).get(s.path("/gateway/award"), http.StatusForbidden)
		gp.get(s.path("/gateway/verification"), http.StatusForbidden)
	})
}

func TestPaymentsAreSummedOnAPageAndInAFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.onNewest(t)
		manager, lead := s.as(t, s.Manager), s.as(t, s.HubLead)
		briefing := manager.get(manager.get(s.path("/namings"), http.StatusOK).link("Mentor briefing of Dr Megan Bell"), http.StatusOK).form("/briefing")
		briefing.date("attended_on", "30", "2", "2026").send(http.StatusUnprocessableEntity).wants("This date does not exist")
		briefing.date("attended_on", "2", "3", "2026").send(http.StatusOK).wants("Attended the mentor briefing on 2 March 2026")

		claim := manager.get(s.path("/payments/briefing/claim"), http.StatusOK).wants("£200", "2 March 2026").form("/claim")
		claim.send(http.StatusUnprocessableEntity).wants("Enter the reference")
		claim.with("reference", "-INV-1").send(http.StatusOK).wants("The payment is claimed", "Claimed", "-INV-1")
		claim.with("reference", "-INV-1").send(http.StatusConflict).wants("a payment that is claimed")
		manager.get(s.path("/payments/portfolio/claim"), http.StatusConflict).wants("a payment that is not due")
		manager.get(s.path("/payments/nothing/claim"), http.StatusNotFound)
		lead.get(s.path("/payments/briefing/payment"), http.StatusOK).form("/payment").with("reference", "BACS 7").send(http.StatusOK).wants("The payment is recorded", "BACS 7")

		sums := lead.get("/payments?cohort=2025-26", http.StatusOK).wants("Totals by stage", "£675", "£275")
		rows := csvOf(t, lead.get(sums.link("Download this list as a CSV file"), http.StatusOK))
		if len(rows) != 4 || rows[1][0] != "'=SUM(A1) Asha" || !slices.Contains(rows[1], "'-INV-1") || !slices.Contains(rows[1], "paid") {
			t.Errorf("the file holds %q", rows)
		}

		manager.get(s.path("/payments/briefing/payment/reversal"), http.StatusForbidden)
		manager.get(s.path("/payments/briefing/claim/reversal"), http.StatusConflict).wants("a payment that is paid")
		reverse := lead.get(lead.get(s.path("/payments"), http.StatusOK).link("Reverse the payment"), http.StatusOK).form("/payment/reversal")
		reverse.send(http.StatusUnprocessableEntity).wants("Enter what is wrong with it")
		reverse.with("reason", "The bank sent it back").send(http.StatusOK).wants("The payment is reversed", "The bank sent it back", "Payment of £200")
		reverse.with("reason", "The bank sent it back").send(http.StatusConflict).wants("This is how it stands now", "a payment that is claimed", "The bank sent it back")
		unclaim := manager.get(manager.get(s.path("/payments"), http.StatusOK).link("Reverse the claim"), http.StatusOK).form("/claim/reversal")
		unclaim.with("reason", "The wrong invoice").send(http.StatusOK).wants("The claim is reversed", "The wrong invoice")
		claim.with("reference", "INV-2").send(http.StatusOK).wants("The payment is claimed", "INV-2")
		s.as(t, s.OtherHubLead).get("/payments", http.StatusOK).lacks("Asha", "£675")
		s.as(t, s.GP).get(s.path("/payments"), http.StatusForbidden)
	})
}
