package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// path is that of the record of the world's apprentice, or of what is beneath
// it.
func (s *site) path(beneath string) string {
	return "/apprenticeships/" + string(s.App.ID) + beneath
}

// newForm opens the form for a kind.
func (c *client) newForm(kind countersign.EvidenceKind) *sheet {
	c.t.Helper()
	return c.get(c.site.path("/evidence/new?kind="+string(kind)), http.StatusOK).form("/evidence")
}

// observation fills in the form for an observation so that it can be
// submitted.
func (c *client) observation() *sheet {
	c.t.Helper()
	return c.newForm(countersign.Observation).
		with("title", "Morning blood pressure clinic").date("occurred_on", "1", "3", "2026").
		with("observed_by", c.site.Mentor.Email).
		with("details.setting", "Treatment room").with("details.seen", "Manual blood pressure").
		with("narrative", "Took four readings.\r\nRecorded them.").with("reflection", "I was calmer 🙂").
		with("competencies", "GPA-CL2", "GPA-CA1").with("justification.GPA-CL2", "It shows my technique").
		with("anonymised", "yes")
}

// about selects those competencies and no others, each with its reason.
func (s *sheet) about(codes ...string) *sheet {
	s.with("competencies", codes...).with("justification.GPA-CL2", "")
	for _, code := range codes {
		s.with("justification."+code, "It shows "+code)
	}
	return s
}

// submitted submits a piece and returns its page.
func (c *client) submitted() *page {
	c.t.Helper()
	return c.observation().send(http.StatusOK, "intent", "submit").wants("Submitted for review.")
}

// pieces are all of the apprentice's pieces.
func (s *site) pieces(t *testing.T) []countersign.Evidence {
	t.Helper()
	list, _, err := s.svc.EvidenceList(t.Context(), s.Actor(t, s.Apprentice), s.App.ID, service.EvidenceFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (s *site) onePiece(t *testing.T) countersign.Evidence {
	t.Helper()
	list := s.pieces(t)
	if len(list) != 1 {
		t.Fatalf("there are %d pieces, not 1", len(list))
	}
	return list[0]
}

func TestAPieceIsWrittenSubmittedAndFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		asha.get(s.path("/evidence/new"), http.StatusOK).wants("What kind of evidence is it?", "Observation", "A mentor watched the work")
		asha.get(s.path("/evidence/new?asked=1"), http.StatusUnprocessableEntity).wants("Error: What kind", "Select what kind of evidence this is")
		asha.get(s.path("/evidence/new?kind=poem"), http.StatusUnprocessableEntity).wants("Select what kind of evidence this is")

		draft := asha.observation().with("title", "A draft of mine").send(http.StatusOK, "intent", "save").wants("Draft saved.", "A draft of mine", "Draft", "Treatment room")
		draft.lacks("can review it")
		s.as(t, s.Mentor).get(draft.path, http.StatusNotFound)

		shown := asha.get(draft.path+"/edit", http.StatusOK)
		for name, want := range map[string]string{
			"title": "A draft of mine", "occurred_on.month": "3", "observed_by": s.Mentor.Email, "narrative": "Took four readings.\nRecorded them.",
			"reflection": "I was calmer 🙂", "justification.GPA-CL2": "It shows my technique", "anonymised": "yes", "details.seen": "Manual blood pressure",
		} {
			if got := shown.form("/edit").values.Get(name); got != want {
				t.Errorf("the form shows %q as %q, not %q", name, got, want)
			}
		}
		piece := shown.form("/edit").with("title", "Morning blood pressure clinic").send(http.StatusOK, "intent", "submit")
		piece.wants("Submitted for review.", "Waiting for review", "Nia Ward (secondary mentor)", "waiting since today", "GPA-CL2", "It shows my technique", "Revision 1")

		s.clock.Advance(3 * 24 * time.Hour)
		asha = s.as(t, s.Apprentice)
		asha.get(piece.path, http.StatusOK).wants("waiting 3 days")
		asha.get(s.path("/evidence"), http.StatusOK).wants("Morning blood pressure clinic", "1 March 2026", "GPA-CA1, GPA-CL2")
		mentor := s.as(t, s.Mentor)
		mentor.get(s.path("/evidence"), http.StatusOK).wants("Evidence of Asha Patel", "Morning blood pressure clinic")
		mentor.get(piece.path, http.StatusOK).wants("Took four readings.", "Asha Patel").lacks("Withdraw this piece")
		asha.get(piece.path+"/edit", http.StatusOK).wants("Withdraw this piece") // leads back to the piece
	})
}

func TestAFormSentTwiceStartsOnePiece(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		form := asha.observation()
		form.send(http.StatusOK, "intent", "save")
		form.send(http.StatusOK, "intent", "save")
		if e := s.onePiece(t); e.Version != 1 {
			t.Errorf("saving the same twice made version %d", e.Version)
		}
		form.with("title", "Changed after going back").send(http.StatusOK, "intent", "save").wants("Changed after going back")
		s.onePiece(t)
		// Going back once more: the first form doesn't know of that change.
		conflict := form.with("title", "From the first form").send(http.StatusConflict, "intent", "save").
			wants("Error: ", "This piece was changed since you opened it", "See the piece as it is now", `value="From the first form"`)
		conflict.form("/edit").send(http.StatusOK, "intent", "save").wants("From the first form")
		s.onePiece(t)

		again := asha.observation()
		again.send(http.StatusOK, "intent", "submit").wants("Submitted for review.")
		again.send(http.StatusOK, "intent", "submit").wants("Submitted for review.")
		if n := len(s.pieces(t)); n != 2 {
			t.Errorf("submitting twice made %d pieces in all, not 2", n)
		}
		again.with("narrative", "Something else").send(http.StatusConflict, "intent", "submit").
			wants("This piece is submitted, so it cannot be changed any more", "Something else", "Save as a new draft")
	})
}

func TestTwoTabsDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		piece := asha.observation().send(http.StatusOK, "intent", "save")
		first := asha.get(piece.path+"/edit", http.StatusOK).form("/edit")
		second := asha.get(piece.path+"/edit", http.StatusOK).form("/edit")
		first.with("narrative", "From the first tab").send(http.StatusOK, "intent", "save")

		stale := second.with("narrative", "From the second tab").with("occurred_on.day", "2").send(http.StatusConflict, "intent", "submit")
		stale.wants("This piece was changed since you opened it", "From the second tab", `id="occurred_on" name="occurred_on.day"`, piece.path+`"`)
		asha.get(piece.path, http.StatusOK).wants("From the first tab", "Draft").lacks("From the second tab")
		stale.form("/edit").send(http.StatusOK, "intent", "submit").wants("Submitted for review.", "From the second tab")

		closed := first.with("narrative", "Too late").send(http.StatusConflict, "intent", "save")
		closed.wants("cannot be changed any more", "Too late", "Save as a new draft").lacks("Submit for review")
		closed.form("/evidence").send(http.StatusOK, "intent", "save").wants("Draft saved.", "Too late")
		if n := len(s.pieces(t)); n != 2 {
			t.Errorf("there are %d pieces, not 2", n)
		}

		lost := asha.get(s.path("/evidence?state=draft"), http.StatusOK)
		form := asha.get(lost.link("Morning blood pressure")+"/edit", http.StatusOK).form("/edit")
		form.with("version").send(http.StatusConflict, "intent", "save")
	})
}

func TestASessionThatEndsLosesNothingTyped(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		form := asha.observation().with("narrative", "Typed for an hour: Zoë Ńowak, Siân, Nguyễn")
		s.clock.Advance(3 * time.Hour)
		signIn := form.sendFiles(http.StatusUnauthorized, []file{{"file", "notes.txt", []byte("Notes")}}, "intent", "save").
			wants("Your session has ended").lacks("Typed for an hour")

		// Somebody else at the same computer sees nothing of it.
		other := s.anonymous(t)
		values := signIn.form("/sign-in").values
		other.post("/sign-in/demo", url.Values{"email": {s.OtherApprentice.Email}, "rescue": values["rescue"]}, http.StatusOK).lacks("Typed for an hour")

		back := asha.post("/sign-in/demo", url.Values{"email": {s.Apprentice.Email}, "rescue": values["rescue"]}, http.StatusOK)
		back.wants("Your text is safe", "Typed for an hour: Zoë Ńowak, Siân, Nguyễn")
		back.form("/evidence").send(http.StatusOK).wants("Draft saved.", "Typed for an hour: Zoë Ńowak, Siân, Nguyễn", "It shows my technique")
		s.onePiece(t)
	})
}

func TestADraftSavesItself(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		form := asha.newForm(countersign.ReflectiveAccount).with("title", "Half a thou").with("autosave", "1")
		first := form.send(http.StatusNoContent)
		e := s.onePiece(t)
		if got := first.header.Get("Location"); got != "/evidence/"+string(e.ID)+"/edit" {
			t.Errorf("a saved form is told to go on at %q", got)
		}
		// As the script does: the same form goes on as that of the piece.
		form.action = first.header.Get("Location")
		form.with("key").with("version", first.header.Get("Countersign-Version")).with("title", "Half a thought")
		second := form.send(http.StatusNoContent)
		if e := s.onePiece(t); e.Title != "Half a thought" || second.header.Get("Countersign-Version") != "2" {
			t.Errorf("the draft is called %q at version %s", e.Title, second.header.Get("Countersign-Version"))
		}
		for _, tc := range []struct {
			name, field, value string
			status             int
			want               string
		}{
			{"an older version", "version", "1", http.StatusConflict, "changed since you opened it"},
			{"a date that doesn't exist", "occurred_on.day", "x", http.StatusUnprocessableEntity, "Enter a date"},
			{"an NHS number", "narrative", "seen 943 476 5919", http.StatusUnprocessableEntity, "NHS number"},
		} {
			t.Run(tc.name, func(t *testing.T) {
				asha := asha.in(t)
				form := &sheet{page: &page{c: asha}, action: form.action, values: url.Values{}}
				form.values = asha.get(strings.TrimSuffix(form.action, "/edit")+"/edit", http.StatusOK).form("/edit").values
				form.with("autosave", "1").with(tc.field, tc.value).send(tc.status).wants(tc.want)
			})
		}
		s.clock.Advance(3 * time.Hour)
		form.send(http.StatusUnauthorized)
	})
}
