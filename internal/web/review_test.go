package web_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// open returns the review form of a piece.
func (c *client) open(e countersign.Evidence) *sheet {
	c.t.Helper()
	return c.get("/evidence/"+string(e.ID), http.StatusOK).form("/review")
}

func (s *site) piece(t *testing.T, id countersign.EvidenceID) countersign.Evidence {
	t.Helper()
	page, err := s.svc.Evidence(t.Context(), s.Actor(t, s.Apprentice), id)
	if err != nil {
		t.Fatal(err)
	}
	return page.Evidence
}

func TestAPieceIsReviewedOnItsPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		e := s.account(t, "A near miss", raising, "GPA-CA1")
		nurse := s.as(t, s.Mentor)
		form := nurse.open(e)
		form.page.wants("Review this piece", "Your review", "Asha Patel can change it and submit it again", "Correct what it is evidence for", "GPA-CA3 Confidentiality")
		form.send(http.StatusUnprocessableEntity).wants("Error: ", "Select accept or return", `href="#decision"`)
		form.with("decision", "return").send(http.StatusUnprocessableEntity).wants("Enter what the apprentice needs to change", `href="#comment"`)
		form.with("comment", "Say <what> you did").send(http.StatusOK).wants("“A near miss” is returned to Asha Patel.")
		if got := s.piece(t, e.ID); got.State != countersign.Returned {
			t.Errorf("the piece is %s", got.State)
		}
		form.with("decision", "accept").send(http.StatusConflict).wants("was changed since you opened it", "Your comment was: “Say <what> you did”")
		if nurse.get("/evidence/"+string(e.ID), http.StatusOK).hasForm("/review") {
			t.Error("a returned piece can be reviewed")
		}
	})
}

func TestTheReviewerCorrectsTheMapping(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		e := s.account(t, "A near miss", raising, "GPA-CA1")
		form := s.as(t, s.GP).open(e).with("decision", "accept")
		form.with("keep").send(http.StatusUnprocessableEntity).wants("Leave at least one competency, or return the piece", `href="#keep"`)
		again := form.with("keep", raising).with("add", "GPA-CA10", "not-a-code").send(http.StatusUnprocessableEntity)
		again.wants("is not a competency of this framework")
		if got := again.form("/review").values["keep"]; !slices.Equal(got, []string{raising}) {
			t.Errorf("kept are %q, want what was ticked", got)
		}
		form.with("add", "GPA-CA10").send(http.StatusOK).wants("“A near miss” is accepted.")
		got := s.piece(t, e.ID)
		if len(got.Mapping) != 2 || got.Mapping[0].Competency != raising || got.Mapping[0].Justification == "" || got.Mapping[1].Competency != "GPA-CA10" {
			t.Errorf("it is mapped to %+v", got.Mapping)
		}
		s.as(t, s.Apprentice).get("/evidence/"+string(e.ID), http.StatusOK).wants("Accepted", "Added GPA-CA10", "Took out GPA-CA1")
	})
}

func TestAcceptAndGoToSignOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		first, second := s.account(t, "A near miss", "GPA-CA1", raising), s.account(t, "Asking for help", raising)
		gp := s.as(t, s.GP)
		gp.open(first).with("decision", "return").with("comment", "Say more").send(http.StatusUnprocessableEntity, "then", "sign-off").
			wants("You selected “Return it”", "Say more")
		p := gp.open(first).send(http.StatusOK, "then", "sign-off").wants("“A near miss” is accepted.", "GPA-CA1 Role, scope and limits")
		if p.path != s.competency("GPA-CA1") {
			t.Errorf("it leads to %s, want the first competency", p.path)
		}
		from := gp.get("/evidence/"+string(second.ID)+"?from="+raising, http.StatusOK).form("/review")
		if p := from.send(http.StatusOK, "then", "sign-off"); p.path != s.competency(raising) {
			t.Errorf("it leads to %s, want where they came from", p.path)
		}
		if got := s.standing(t, raising); got != countersign.Ready {
			t.Errorf("it is %s", got)
		}
	})
}

// A piece that reaches into domains that an assessor isn't named for has to be
// corrected first (RULES E4).
func TestAnAssessorOfOneDomainReviewsItsPiecesOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		if _, err := s.svc.AddNaming(t.Context(), s.Actor(t, s.Manager), s.App.ID, service.NamingInput{
			Email: s.Assessor.Email, Role: countersign.Assessor, Domains: []string{"CARE"},
		}); err != nil {
			t.Fatal(err)
		}
		e := s.account(t, "Wide", raising, "GPA-CO1")
		c := s.as(t, s.Assessor)
		c.get("/queue", http.StatusOK).lacks("Wide")
		c.get("/", http.StatusOK).wants("Asha Patel", "Nothing waits for you.").lacks("1 thing") // it waits for others
		c.get(s.competency(raising), http.StatusOK).wants("You are not named to assess GPA-CO1 for this apprentice today. Open the piece to correct what it is evidence for.")
		if c.get(s.competency("GPA-CO1"), http.StatusOK).hasForm("/sign-offs") {
			t.Error("an assessor of another domain can decide")
		}
		form := c.open(e)
		form.page.wants("You are not named to assess it for this apprentice today")
		form.with("decision", "accept").with("keep", raising, "GPA-CO1").send(http.StatusForbidden).wants("You are not named to assess GPA-CO1")
		form.with("keep", raising).send(http.StatusOK).wants("is accepted")
	})
}

func TestWhoReviews(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		e := s.account(t, "A near miss", raising)
		values := map[string][]string{"decision": {"accept"}}
		for _, tc := range []struct {
			who    countersign.Person
			status int
		}{
			{s.Apprentice, 403}, {s.HubLead, 403}, {s.Manager, 404}, {s.Assessor, 404}, {s.OtherGP, 404}, {s.OtherApprentice, 404}, {s.RegionLead, 404}, {s.Admin, 404},
		} {
			s.as(t, tc.who).post("/evidence/"+string(e.ID)+"/review", values, tc.status)
		}
		s.anonymous(t).post("/evidence/"+string(e.ID)+"/review", values, http.StatusUnauthorized)
		if got := s.piece(t, e.ID).State; got != countersign.Submitted {
			t.Errorf("the piece is %s", got)
		}
		s.as(t, s.GP).post("/evidence/"+string(e.ID)+"/review", values, http.StatusOK).wants("is accepted")
	})
}

func TestRenewalsSayThatTheyAre(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		const code = "GPA-CA1" // 2 pieces within 12 months, renewed every 12 months
		s.accepted(t, s.Mentor, "Old one", code)
		s.accepted(t, s.Mentor, "Old two", code)
		gp := s.as(t, s.GP)
		gp.decide(code).with("decision", "competent").with("level", levelOK).send(http.StatusOK).wants("It expires on 2 March 2027.", "Decide again")
		gp.decide(code).with("decision", "competent").with("level", levelOK).send(http.StatusConflict).wants("already signed off at this level")

		s.clock.Set(time.Date(2027, time.February, 1, 9, 0, 0, 0, time.UTC))
		gp = s.as(t, s.GP)
		gp.get(s.competency(code), http.StatusOK).wants("It needs to be renewed", "What the renewal requires", "Does not count: it belongs to an earlier sign-off, or is too old")
		s.accepted(t, s.Mentor, "New one", code)
		s.accepted(t, s.Mentor, "New two", code)
		gp.get("/queue", http.StatusOK).wants("Renew", "GPA-CA1", "Your decision will be final")
		form := gp.decide(code)
		form.page.wants("Renew the sign-off", "The sign-off expires on 2 March 2027. Signing now renews it for another 12 months.")
		if got := len(form.values["evidence"]); got != 2 {
			t.Errorf("%d pieces are ticked, want the 2 new ones", got)
		}
		form.with("decision", "competent").with("level", levelOK).send(http.StatusOK).wants("It expires on 1 February 2028.")

		s.clock.Set(time.Date(2028, time.February, 2, 9, 0, 0, 0, time.UTC))
		s.as(t, s.GP).get(s.competency(code), http.StatusOK).wants("Expired", "The sign-off of 1 February 2027 expired on 1 February 2028")
	})
}
