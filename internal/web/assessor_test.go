package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// The competency that these tests decide: 2 pieces of any kind, level 4, no
// renewal. And what nobody reads who may not.
const (
	raising  = "GPA-CA2"
	levelOK  = "4"
	narrated = "I told the lead GP about a mix-up at once"
)

// account submits a reflective account for the competencies as the apprentice.
func (s *site) account(t *testing.T, title string, codes ...string) countersign.Evidence {
	t.Helper()
	in := service.EvidenceInput{
		Kind: countersign.ReflectiveAccount, Title: title, OccurredOn: s.today(), Narrative: narrated,
		Reflection: "I will do it sooner", Anonymised: true,
	}
	for _, code := range codes {
		in.Competencies = append(in.Competencies, service.MappingInput{Code: code, Justification: "It shows that I raise concerns"})
	}
	actor := s.Actor(t, s.Apprentice)
	s.clock.Advance(time.Minute)
	e, err := s.svc.DraftEvidence(t.Context(), actor, s.App.ID, in)
	if err == nil {
		e, err = s.svc.SubmitEvidence(t.Context(), actor, e.ID, e.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// accepted is an account that somebody has accepted.
func (s *site) accepted(t *testing.T, by countersign.Person, title string, codes ...string) countersign.Evidence {
	t.Helper()
	e := s.account(t, title, codes...)
	s.clock.Advance(time.Minute)
	e, err := s.svc.ReviewEvidence(t.Context(), s.Actor(t, by), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// status is where the apprentice stands on a competency.
func (s *site) standing(t *testing.T, code string) countersign.Status {
	t.Helper()
	page, err := s.svc.Competency(t.Context(), s.Actor(t, s.Apprentice), s.App.ID, code)
	if err != nil {
		t.Fatal(err)
	}
	return page.Summary.Status
}

func (s *site) wantStanding(t *testing.T, code string, want countersign.Status) {
	t.Helper()
	if got := s.standing(t, code); got != want {
		t.Errorf("%s is %s, want %s", code, got, want)
	}
}

func (s *site) competency(code string) string { return s.path("/competencies/" + code) }

// decide opens the competency and returns its form.
func (c *client) decide(code string) *sheet {
	c.t.Helper()
	c.site.clock.Advance(time.Minute)
	return c.get(c.site.competency(code), http.StatusOK).form("/sign-offs")
}

// posting returns the form that posts to an address with that end, where
// another one only filters.
func (p *page) posting(action string) *sheet {
	p.c.t.Helper()
	for n := range p.root.Descendants() {
		if n.Data == "form" && attribute(n, "method") == "post" && strings.HasSuffix(attribute(n, "action"), action) {
			return &sheet{page: p, action: attribute(n, "action"), values: fieldsOf(n)}
		}
	}
	p.c.t.Fatalf("%s has no form that posts to %s", p.path, action)
	return nil
}

// pieceIn returns the key under which the form has that piece, such as
// "reviews.0.".
func (s *sheet) pieceIn(e countersign.Evidence) string {
	s.page.c.t.Helper()
	for name, values := range s.values {
		if strings.HasSuffix(name, ".evidence") && values[0] == string(e.ID) {
			return strings.TrimSuffix(name, "evidence")
		}
	}
	s.page.c.t.Fatalf("the form has no review of %q", e.Title)
	return ""
}

func TestNurseAcceptsAndGPSigns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		first, second := s.account(t, "A near miss", raising), s.account(t, "Asking for help", raising)
		nurse, gp := s.as(t, s.Mentor), s.as(t, s.GP)

		waiting := nurse.get("/queue", http.StatusOK).wants("A near miss", "Asking for help", "Reflective account for GPA-CA2")
		waiting.posting("/queue").with("rows.0.decision", "accept").with("rows.1.decision", "accept").send(http.StatusOK).
			wants("2 decisions saved.", "GPA-CA2 Supervision and raising concerns", "Your decision will wait for the countersignature of the GP supervisor")

		gp.get("/queue", http.StatusOK).wants("GPA-CA2 Supervision and raising concerns", "Your decision will be final")
		page := gp.get(s.competency(raising), http.StatusOK)
		page.wants("Ready for sign-off", "Makes good use of supervision", "Met: 2 pieces of evidence", "A near miss", "Asking for help", narrated,
			"It shows that I raise concerns", "Accepted by Nia Ward", "Needs more training or practice", "Competent independently", "The level needed.",
			"You sign as Dr Megan Bell, GP supervisor", "In my judgement Asha Patel is competent in GPA-CA2 Supervision and raising concerns at Competent independently, on the evidence listed.",
			"Your decision will be final", "Nobody has decided yet")
		form := page.form("/sign-offs")
		if got := form.values["evidence"]; len(got) != 2 {
			t.Errorf("ticked are %q, want both pieces that count", got)
		}
		done := form.with("decision", "competent").with("level", levelOK).with("comment", "Careful and honest").send(http.StatusOK)
		done.wants("Signed off", "Careful and honest", "Assessment by Dr Megan Bell", "A near miss", "Leaf ", "Withdraw the last decision").lacks("Waiting for countersignature")
		s.wantStanding(t, raising, countersign.SignedOff)
		s.as(t, s.Apprentice).get(s.competency(raising), http.StatusOK).wants("Signed off on 2 March 2026", "Careful and honest").lacks("You sign as", "Withdraw the last decision")
		_, _ = first, second
	})
}

func TestAcceptAndSignInOneStep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.accepted(t, s.Mentor, "A near miss", raising)
		waits := s.account(t, "Asking for help", raising)
		s.account(t, "Another day", "GPA-CA1")
		form := s.as(t, s.GP).decide(raising)
		form.page.wants("1 more piece of evidence", "Your review of this piece", "Leave for later").lacks("cannot be signed off as competent yet")
		form.with(form.pieceIn(waits)+"decision", "accept").with(form.pieceIn(waits)+"comment", "Well told").
			with("decision", "competent").with("level", levelOK).send(http.StatusOK).
			wants("GPA-CA2 Supervision and raising concerns: Signed off.", "Well told", "Evidence relied on: A near miss Asking for help", "Next in your queue: Another day, Asha Patel")
		s.wantStanding(t, raising, countersign.SignedOff)
	})
}

func TestOnlyReviewsAreSavedWithoutADecision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		good, bad := s.account(t, "A near miss", raising), s.account(t, "Too short", raising)
		form := s.as(t, s.GP).decide(raising)
		form.page.wants("No decision now")
		form.with("decision", "none").with(form.pieceIn(good)+"decision", "accept").
			with(form.pieceIn(bad)+"decision", "return").with(form.pieceIn(bad)+"comment", "Say what you did").send(http.StatusOK).
			wants("2 reviews saved.", "In progress", "Say what you did", "1 more piece of evidence", "It cannot be signed off as competent yet")
		s.wantStanding(t, raising, countersign.InProgress)
		again := s.as(t, s.GP).decide(raising) // nothing waits now: only "not yet competent" is left
		if got := again.values.Get("decision"); got != "not_yet_competent" {
			t.Errorf("chosen is %q, want the only choice", got)
		}
		again.send(http.StatusUnprocessableEntity).wants("Enter what the apprentice needs to do next")
		again.with("comment", "Raise it on the day").send(http.StatusOK).wants("Not yet competent", "Raise it on the day")
		s.wantStanding(t, raising, countersign.StatusNotYet)
	})
}

func TestTheMentorAssessesAndTheGPCountersigns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.accepted(t, s.Mentor, "A near miss", raising)
		s.accepted(t, s.Mentor, "Asking for help", raising)
		nurse, gp := s.as(t, s.Mentor), s.as(t, s.GP)
		form := nurse.decide(raising)
		form.page.wants("You sign as Nia Ward, secondary mentor", "Your decision will wait for the countersignature of the GP supervisor. That can be done by Dr Megan Bell (GP supervisor).")
		form.with("decision", "competent").with("level", "5").with("comment", "Teaches others").send(http.StatusOK).
			wants("It waits for a countersignature", "Waiting for countersignature", "Subject to countersignature by the GP supervisor").lacks("You sign as")
		s.wantStanding(t, raising, countersign.Assessed)

		gp.get("/queue", http.StatusOK).wants("Nia Ward signed: Able to teach and assess", "Countersign: Able to teach and assess", "Your countersignature makes it final")
		counter := gp.decide(raising)
		counter.page.wants("Nia Ward, secondary mentor, judged on 2 March 2026: competent at “Able to teach and assess”", "Teaches others",
			"I countersign the decision that Asha Patel is competent in GPA-CA2 Supervision and raising concerns at Able to teach and assess.")
		counter.send(http.StatusUnprocessableEntity).wants("Select competent or not yet competent")
		counter.with("decision", "countersign").with("comment", "I agree").send(http.StatusOK).
			wants("Signed off", "Countersignature by Dr Megan Bell", "On the same evidence as the decision before it")
		s.wantStanding(t, raising, countersign.SignedOff)
	})
}

func TestTheGPWhoAcceptedEverythingNeedsASecondPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.accepted(t, s.GP, "A near miss", raising)
		s.accepted(t, s.GP, "Asking for help", raising)
		gp := s.as(t, s.GP)
		gp.get("/queue", http.StatusOK).wants("You accepted all of its evidence, so a second person must countersign your decision")
		form := gp.decide(raising)
		form.page.wants("A second person must countersign", "That can be done by Nia Ward (secondary mentor).")
		form.with("decision", "competent").with("level", levelOK).send(http.StatusOK).wants("You have signed this already")
		s.wantStanding(t, raising, countersign.Assessed)
		s.as(t, s.Mentor).decide(raising).with("decision", "countersign").send(http.StatusOK).wants("Signed off")
		s.wantStanding(t, raising, countersign.SignedOff)
	})
}

func TestAnotherLevelIsANewAssessment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.accepted(t, s.Mentor, "A near miss", raising)
		s.accepted(t, s.Mentor, "Asking for help", raising)
		s.as(t, s.Mentor).decide(raising).with("decision", "competent").with("level", "5").send(http.StatusOK)
		s.as(t, s.GP).decide(raising).with("decision", "competent").with("level", levelOK).send(http.StatusOK).
			wants("Signed off on 2 March 2026 at “Competent independently”", "Competent: able to teach and assess")
	})
}

func TestWrongDecisionsComeBackAsTyped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.accepted(t, s.Mentor, "A near miss", raising)
		s.accepted(t, s.Mentor, "Asking for help", raising)
		waits := s.account(t, "One more", raising)
		gp := s.as(t, s.GP)
		typed := func() *sheet { return gp.decide(raising).with("comment", "Kept <b>comment</b>") }
		key := typed().pieceIn(waits)
		for _, tc := range []struct {
			name string
			form *sheet
			want []string
			link string // where the error summary leads
		}{
			{"no decision", typed(), []string{"Select competent or not yet competent"}, "#decision"},
			{"no level", typed().with("decision", "competent"), []string{"Select the level reached"}, "#level"},
			{"below the threshold", typed().with("decision", "competent").with("level", "3"), []string{"Competent needs “Competent independently” or higher"}, "#level"},
			{"no evidence", typed().with("decision", "competent").with("level", levelOK).with("evidence"), []string{"Select at least one piece of evidence that counts"}, "#evidence"},
			{"unknown evidence", typed().with("decision", "competent").with("level", levelOK).with("evidence", "00000000-0000-7000-8000-00000000ffff"), []string{"Select accepted evidence of this competency only"}, "#evidence"},
			{
				"returned in silence", typed().with("decision", "not_yet_competent").with(key+"decision", "return"),
				[]string{"Enter what the apprentice needs to change"}, "#" + key + "comment",
			},
			{
				"a patient's number in a review", typed().with("decision", "not_yet_competent").with(key+"decision", "accept").with(key+"comment", "Ask 943 476 5919"),
				[]string{"NHS number", "Ask 943 476 5919"}, "#" + key + "comment",
			},
			{"a decision that isn't one", typed().with("decision", "withdrawn"), []string{"Select competent or not yet competent"}, "#decision"},
			{"too long", typed().with("decision", "not_yet_competent").with("comment", "Kept <b>comment</b>"+strings.Repeat("x", 5000)), []string{"Comment must be 5,000 characters or fewer"}, "#comment"},
		} {
			t.Run(tc.name, func(t *testing.T) {
				p := tc.form.send(http.StatusUnprocessableEntity).wants(tc.want...).wants("Error: ", "Kept <b>comment</b>", `href="`+tc.link+`"`)
				if got := p.form("/sign-offs").values.Get("decision"); got != tc.form.values.Get("decision") && got != "" {
					t.Errorf("chosen is %q, want %q", got, tc.form.values.Get("decision"))
				}
			})
		}
		s.wantStanding(t, raising, countersign.Ready)
	})
}

func TestAStalePageSaysWhatChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.accepted(t, s.Mentor, "A near miss", raising)
		waits := s.account(t, "Asking for help", raising)
		gp := s.as(t, s.GP)
		old := gp.decide(raising)
		key := old.pieceIn(waits)
		s.clock.Advance(time.Minute)
		if _, err := s.svc.ReviewEvidence(t.Context(), s.Actor(t, s.Mentor), service.ReviewInput{Evidence: waits.ID, Decision: countersign.AcceptEvidence}); err != nil {
			t.Fatal(err)
		}
		old.with(key+"decision", "accept").with(key+"comment", "Typed about the piece").with("decision", "competent").with("level", levelOK).with("comment", "Typed about it all")
		p := old.send(http.StatusConflict).
			wants("What you entered is kept here", "“Asking for help” was accepted by Nia Ward since you opened this page", "Typed about it all", "Your comment on a piece that does not wait for you any more was: “Typed about the piece”")
		s.wantStanding(t, raising, countersign.Ready)
		again := p.form("/sign-offs") // what is there now can be signed at once
		if again.values.Get("decision") != "competent" || again.values.Get("level") != levelOK {
			t.Errorf("the choice was lost: %v", again.values)
		}
		s.clock.Advance(time.Minute)
		again.send(http.StatusOK).wants("Signed off")
		old.send(http.StatusConflict).wants("Dr Megan Bell decided on it since you opened this page") // the back button
	})
}

func TestADecisionIsWithdrawnWithAReason(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.accepted(t, s.Mentor, "A near miss", raising)
		s.accepted(t, s.Mentor, "Asking for help", raising)
		gp := s.as(t, s.GP)
		done := gp.decide(raising).with("decision", "competent").with("level", levelOK).send(http.StatusOK)
		href := done.link("Withdraw the last decision")
		form := gp.get(href, http.StatusOK).wants("The decision", "Competent: competent independently", "I withdraw the decision on GPA-CA2").form("/withdrawal")
		form.send(http.StatusUnprocessableEntity).wants("Error: ", `href="#reason"`)
		form.with("reason", "Wrong apprentice").send(http.StatusOK).
			wants("The decision on GPA-CA2 Supervision and raising concerns is withdrawn.", "Decision withdrawn", "Wrong apprentice", "Ready for sign-off")
		s.wantStanding(t, raising, countersign.Ready)
		gp.get(href, http.StatusConflict)
		form.with("reason", "Kept reason").send(http.StatusConflict).
			wants("Dr Megan Bell decided on it since you opened this page", "Your reason was: “Kept reason”", "Wrong apprentice")
	})
}

func TestWhoMayWithdraw(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		s.accepted(t, s.Mentor, "A near miss", raising)
		s.accepted(t, s.Mentor, "Asking for help", raising)
		href := s.as(t, s.GP).decide(raising).with("decision", "competent").with("level", levelOK).send(http.StatusOK).link("Withdraw the last decision")
		for _, tc := range []struct {
			who       countersign.Person
			get, post int
		}{
			{s.Apprentice, 403, 403}, {s.Mentor, 403, 403}, {s.Manager, 404, 403}, {s.Assessor, 404, 404},
			{s.OtherGP, 404, 404}, {s.OtherHubLead, 404, 404}, {s.Admin, 404, 404},
		} {
			s.as(t, tc.who).get(href, tc.get)
			s.as(t, tc.who).post(href, map[string][]string{"reason": {"x"}}, tc.post)
		}
		s.as(t, s.HubLead).get(href, http.StatusOK).lacks("A near miss", narrated).form("/withdrawal").with("reason", "Signed in error").send(http.StatusOK).
			wants("is withdrawn", "Signed in error").lacks("A near miss", narrated)
	})
}

func TestADecisionIsConfirmedAfterEvidenceWasWithdrawn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		gone := s.accepted(t, s.Mentor, "A near miss", raising)
		s.accepted(t, s.Mentor, "Asking for help", raising)
		gp := s.as(t, s.GP)
		gp.decide(raising).with("decision", "competent").with("level", levelOK).send(http.StatusOK)
		s.clock.Advance(time.Hour)
		if _, err := s.svc.WithdrawEvidence(t.Context(), s.Actor(t, s.Apprentice), gone.ID, 0, service.WithdrawInput{Reason: "It named a colleague"}); err != nil {
			t.Fatal(err)
		}
		gp.get("/queue", http.StatusOK).wants("Confirm", "Evidence was withdrawn after it was signed off", "Open to decide")
		s.as(t, s.Mentor).get(s.competency(raising), http.StatusOK).wants("Evidence withdrawn since").lacks("Confirm that the decision stands")
		page := gp.get(s.competency(raising), http.StatusOK).wants("Evidence withdrawn since", "“A near miss” on 2 March 2026", "withdrawn since", "though evidence has been withdrawn since")
		form := page.form("/confirmation")
		form.send(http.StatusUnprocessableEntity).wants("Error: ", `href="#reason"`)
		form.with("reason", "The other piece carries it").send(http.StatusOK).wants("is confirmed", "Confirmation", "The other piece carries it", "Signed off").lacks("Evidence withdrawn since")
		form.send(http.StatusConflict).wants("The other piece carries it")
		s.wantStanding(t, raising, countersign.SignedOff)
	})
}
