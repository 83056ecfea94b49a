package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// rowOf returns the key under which the queue has the row with that text in
// its hidden key, such as "rows.3.".
func (s *sheet) rowOf(part string) string {
	s.page.c.t.Helper()
	for name, values := range s.values {
		if strings.HasSuffix(name, ".item") && strings.Contains(values[0], part) {
			return strings.TrimSuffix(name, "item")
		}
	}
	s.page.c.t.Fatalf("the queue has no row about %s", part)
	return ""
}

func TestABadRowKeepsTheOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		bad, good := s.account(t, "Too short", raising), s.account(t, "A near miss", raising)
		s.accepted(t, s.Mentor, "One", "GPA-CA7")
		s.accepted(t, s.Mentor, "Two", "GPA-CA7")
		gp := s.as(t, s.GP)
		form := gp.get("/queue", http.StatusOK).posting("/queue")
		form.with(form.rowOf(string(bad.ID))+"decision", "return").with(form.rowOf(string(good.ID))+"decision", "accept")
		p := form.send(http.StatusUnprocessableEntity).
			wants("Error: ", "Too short: Enter what the apprentice needs to change", "Saved:", "Asha Patel, A near miss: accepted", "1 thing, oldest first", "Too short").
			lacks(`value="review|` + string(s.App.ID) + "|" + string(good.ID))
		again := p.posting("/queue")
		row := again.rowOf(string(bad.ID))
		if got := again.values.Get(row + "decision"); got != "return" {
			t.Errorf("chosen is %q, want return", got)
		}
		again.with(row+"comment", "Say what you did").send(http.StatusOK).wants("1 decision saved.", "Nothing waits for you.")
		form.send(http.StatusUnprocessableEntity).wants("was changed since you opened it") // the back button
	})
}

func TestManyRowsAreDecidedAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		for _, code := range []string{raising, "GPA-CA1"} {
			s.accepted(t, s.Mentor, "First for "+code, code)
			s.accepted(t, s.Mentor, "Second for "+code, code)
		}
		waits := s.account(t, "Waits", raising)
		s.clock.Advance(time.Minute)
		gp := s.as(t, s.GP)
		form := gp.get("/queue", http.StatusOK).posting("/queue")
		form.with(form.rowOf("sign_off|"+string(s.App.ID)+"||GPA-CA1|")+"decision", "competent:4").
			with(form.rowOf("||"+raising+"|")+"decision", "not_yet_competent").with(form.rowOf("||"+raising+"|")+"comment", "Practise more").
			with(form.rowOf(string(waits.ID))+"decision", "accept").send(http.StatusOK).
			wants("3 decisions saved.", "GPA-CA1 Role, scope and limits", ": signed off", ": not yet competent", "Asha Patel, Waits: accepted")
		s.wantStanding(t, "GPA-CA1", countersign.SignedOff)
	})
}

func TestTheQueueIsFiltered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.account(t, "A near miss", "GPA-CA1")
		s.accepted(t, s.Mentor, "One", raising)
		s.accepted(t, s.Mentor, "Two", raising)
		gp := s.as(t, s.GP)
		gp.get("/queue?type=review", http.StatusOK).wants("A near miss", "Show everything").lacks("GPA-CA2 Supervision")
		gp.get("/queue?type=sign_off&apprenticeship="+string(s.App.ID), http.StatusOK).wants("GPA-CA2 Supervision").lacks("A near miss")
		gp.get("/queue?apprenticeship="+string(s.OtherApp.ID), http.StatusOK).wants("Nothing like this waits for you.")
		gp.get("/queue?apprenticeship=%00&type=%27", http.StatusOK).wants("Nothing like this waits for you.")
		form := gp.get("/queue?type=review", http.StatusOK).posting("/queue?type=review")
		form.with("rows.0.decision", "accept").send(http.StatusOK).wants("1 decision saved.", "Nothing like this waits for you.")
		gp.post("/queue", nil, http.StatusOK).wants("You have not decided anything yet.")
		gp.post("/queue", map[string][]string{"rows.0.item": {"x"}, "rows.0.decision": {"accept"}}, http.StatusOK).wants("You have not decided anything yet.")
	})
}

func TestOnlyOnesOwnQueue(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		e := s.account(t, "A near miss", raising)
		for _, who := range []countersign.Person{s.OtherGP, s.Assessor, s.HubLead, s.Apprentice, s.Admin, s.Manager} {
			s.as(t, who).get("/queue", http.StatusOK).lacks("A near miss")
			key := fmt.Sprintf("review|%s|%s||%d", s.App.ID, e.ID, e.Version)
			p := s.as(t, who).post("/queue", map[string][]string{"rows.0.item": {key}, "rows.0.decision": {"accept"}, "rows.0.comment": {"Kept"}}, http.StatusUnprocessableEntity)
			p.wants("Your comment was: Kept").lacks("A near miss")
		}
		if got := s.onePiece(t).State; got != countersign.Submitted {
			t.Errorf("the piece is %s", got)
		}
		s.anonymous(t).get("/queue", http.StatusOK).wants("Sign in")
	})
}

// TestACommentWithoutADecisionIsNotLost on a row that was left for later.
func TestACommentWithoutADecisionIsNotLost(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		e := s.account(t, "A near miss", raising)
		gp := s.as(t, s.GP)
		form := gp.get("/queue", http.StatusOK).posting("/queue")
		row := form.rowOf(string(e.ID))
		again := form.with(row+"comment", "Say which arm").send(http.StatusUnprocessableEntity).wants("A near miss: Select accept or return").posting("/queue")
		if got := again.values.Get(row + "comment"); got != "Say which arm" {
			t.Errorf("the comment is %q", got)
		}
		decide := gp.decide(raising)
		decide.with("decision", "none").with(decide.pieceIn(e)+"comment", "Say which arm").
			send(http.StatusUnprocessableEntity).wants("Select accept or return", "Say which arm")
		decide = gp.decide(raising)
		decide.with("decision", "none").with("comment", "Nearly there").
			send(http.StatusUnprocessableEntity).wants("Select a decision to go with this comment", "Nearly there")
	})
}

var signedTexts = regexp.MustCompile(`<div class="app-queue__signs".*</div>`)

// TestTheQueueIsSmall: 50 rows of every sort in 60 kB beside the texts that are
// signed, with few statements however much has happened.
func TestTheQueueIsSmall(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		var codes []string
		for _, c := range s.Framework.Competencies() {
			if c.Core {
				codes = append(codes, c.Code)
			}
		}
		for i := range 40 {
			s.account(t, fmt.Sprintf("A piece of evidence with a title of usual length, number %d", i+1), codes[i%len(codes)], codes[(i+1)%len(codes)])
		}
		for i := range 12 {
			for range 3 {
				s.accepted(t, s.Mentor, "Accepted", codes[i])
			}
		}
		gp := s.as(t, s.GP)
		p := gp.get("/queue", http.StatusOK)
		rows := strings.Count(string(p.body), `class="app-queue__row"`)
		size := len(signedTexts.ReplaceAll(p.body, nil))
		t.Logf("%d rows take %d bytes", rows, size)
		if rows < 40 || size > 60_000*rows/50 {
			t.Errorf("%d rows take %d bytes of HTML", rows, size)
		}
		ctx, count := s.store.CountStatements(t.Context())
		if _, err := s.svc.Queue(ctx, s.Actor(t, s.GP), service.QueueFilter{Limit: 51}); err != nil {
			t.Fatal(err)
		}
		if n := count(); n > 6 { // besides those of the session and of who is signed in
			t.Errorf("the queue takes %d statements", n)
		}
	})
}

// TestTheQueueShowsTheExactStatementThatIsSigned of each choice, in the row.
func TestTheQueueShowsTheExactStatementThatIsSigned(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		for _, code := range []string{raising, "GPA-CA1"} {
			s.accepted(t, s.GP, "First for "+code, code)
			s.accepted(t, s.GP, "Second for "+code, code)
		}
		decide := func(who countersign.Person, code, decision, want string) {
			t.Helper()
			s.clock.Advance(time.Minute)
			c := s.as(t, who)
			page := c.get("/queue", http.StatusOK).wants("You sign:", want)
			form := page.posting("/queue")
			row := form.rowOf("||" + code + "|")
			form.with(row+"decision", decision).with(row+"comment", "Speak up sooner").send(http.StatusOK)
			c.get("/apprenticeships/"+string(s.App.ID)+"/competencies/"+code, http.StatusOK).wants("“" + want + "”")
		}
		decide(s.GP, raising, "not_yet_competent", "In my judgement Asha Patel is not yet competent in GPA-CA2 Supervision and raising concerns. I have said what to do next.")
		decide(s.GP, "GPA-CA1", "competent:4", "In my judgement Asha Patel is competent in GPA-CA1 Role, scope and limits at Competent independently, on the evidence listed.")
		decide(s.Mentor, "GPA-CA1", "competent:4", "I countersign the decision that Asha Patel is competent in GPA-CA1 Role, scope and limits at Competent independently.")
	})
}
