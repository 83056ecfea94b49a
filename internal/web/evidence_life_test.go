package web_test

import (
	"net/http"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// review judges the piece as that person.
func (s *site) review(t *testing.T, by countersign.Person, decision countersign.ReviewDecision, comment string) {
	t.Helper()
	s.clock.Advance(1e9)
	if _, err := s.svc.ReviewEvidence(t.Context(), s.Actor(t, by), service.ReviewInput{
		Evidence: s.pieces(t)[0].ID, Decision: decision, Comment: comment,
	}); err != nil {
		t.Fatal(err)
	}
}

func TestAPieceComesBackIsRevisedAndCompared(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		piece := asha.submitted()
		s.review(t, s.Mentor, countersign.ReturnEvidence, "Say what you did about the high one.\nWho did you tell?")
		returned := asha.get(piece.path, http.StatusOK).wants("Returned", "What Nia Ward asked for", "Say what you did about the high one.", "Returned by Nia Ward, secondary mentor (revision 1)")
		returned.lacks("Delete this draft")
		form := asha.get(returned.link("Change"), http.StatusOK).wants("What Nia Ward asked for", "Save changes", "Submit again").form("/edit")
		form.with("narrative", "Took four readings.\nRecorded them, and told the nurse.").about("GPA-CA1").with("details.setting", "Treatment room 2").
			sendFiles(http.StatusOK, []file{{"file", "a.jpg", photo(t, 1)}}, "intent", "submit").wants("Submitted for review.", "Revision 2", "Revision 1")
		s.review(t, s.GP, countersign.AcceptEvidence, "Well done")

		done := asha.get(piece.path, http.StatusOK).wants("Accepted", "by Dr Megan Bell", "Well done", "Revision 2", "Revision 1")
		done.lacks("Submit for review", "What Nia Ward asked for", "Add more files")
		second := asha.get(done.link("Revision 2"), http.StatusOK)
		second.wants("Changes since revision 1", "<del", "<ins", "told the nurse.", "What the reviewer said", "Well done", "a.jpg", "Open revision 1", "changed")
		asha.get(piece.path+"/revisions/1", http.StatusOK).wants("What was submitted", "It shows my technique", "Say what you did").lacks("told the nurse", "Changes since")
		asha.get(piece.path+"/revisions/1?with=2", http.StatusOK).wants("Changes since revision 2")
		for _, path := range []string{"/revisions/3", "/revisions/0", "/revisions/x", "/revisions/2?with=2", "/revisions/2?with=9"} {
			asha.get(piece.path+path, http.StatusNotFound)
		}
		s.as(t, s.Mentor).get(piece.path+"/revisions/1", http.StatusOK)
		s.as(t, s.HubLead).get(piece.path+"/revisions/1", http.StatusForbidden)
		s.as(t, s.OtherGP).get(piece.path+"/revisions/1", http.StatusNotFound)
	})
}

func TestDraftsAreDeletedAndPiecesWithdrawn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		draft := asha.observation().with("title", "Not needed").send(http.StatusOK, "intent", "save")
		asha.get(draft.path+"/withdrawal", http.StatusOK).wants("Delete this draft") // leads back to the piece
		ask := asha.get(draft.link("Delete this draft"), http.StatusOK).wants("Delete this draft?", "“Not needed” and its files will be deleted")
		ask.form("/deletion").send(http.StatusOK).wants("Draft deleted.", "You have no evidence yet").lacks("Not needed")
		ask.form("/deletion").send(http.StatusNotFound)

		piece := asha.submitted()
		asha.post(piece.path+"/deletion", nil, http.StatusConflict).wants("cannot be changed any more")
		asha.get(piece.path+"/deletion", http.StatusOK).wants("Withdraw this piece")
		ask = asha.get(piece.link("Withdraw this piece"), http.StatusOK).wants("You cannot undo this")
		ask.form("/withdrawal").send(http.StatusUnprocessableEntity).wants("Error: Withdraw this piece", "Enter why you withdraw this piece")
		ask.form("/withdrawal").with("reason", "About 943 476 5919").send(http.StatusUnprocessableEntity).wants("This looks like an NHS number", "About 943 476 5919")
		old := ask.form("/withdrawal").with("reason", "The wrong clinic")
		ask.form("/withdrawal").with("reason", "The wrong clinic").send(http.StatusOK).wants("Withdrawn. It counts for nothing any more.", "The wrong clinic").lacks("Withdraw this piece")
		old.send(http.StatusConflict).wants("There is a problem")
		for _, path := range []string{"/withdrawal", "/deletion"} {
			s.as(t, s.Mentor).post(piece.path+path, nil, http.StatusForbidden)
			s.as(t, s.OtherApprentice).post(piece.path+path, nil, http.StatusNotFound)
		}
	})
}

func TestAPieceIsCopied(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		form := asha.submitted().form("/copies").send(http.StatusOK).wants("Copied to a new draft").form("/edit")
		if form.values.Get("occurred_on.day") != "" || form.values.Get("anonymised") != "" || form.values.Get("details.seen") != "Manual blood pressure" {
			t.Errorf("the copy holds %v", form.values)
		}
		form.send(http.StatusUnprocessableEntity, "intent", "submit").wants("Enter the date of the activity", "Confirm that no patient can be identified")
		s.as(t, s.Mentor).post(form.page.path[:strings.LastIndexByte(form.page.path, '/')]+"/copies", nil, http.StatusNotFound)
	})
}

func TestAnAssessorRecordsWhatTheySaw(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		mentor, asha := s.as(t, s.Mentor), s.as(t, s.Apprentice)
		record := mentor.get(s.path(""), http.StatusOK).link("Record evidence for Asha Patel")
		mentor.get(record, http.StatusOK).wants("Record evidence for Asha Patel")
		form := mentor.get(record+"?kind=observation", http.StatusOK).wants("What did you see?", "Record and accept").lacks("Who observed you?").form("/evidence")
		form.with("title", "Manual blood pressure").date("occurred_on", "1", "3", "2026").with("details.setting", "Room 1").
			with("details.seen", "Manual blood pressure").with("narrative", "Right cuff, right arm").with("competencies", "GPA-CL2").with("anonymised", "yes")
		draft := form.send(http.StatusOK, "intent", "save").wants("Draft saved.")
		asha.get(draft.path, http.StatusNotFound)
		asha.get("/", http.StatusOK).lacks("Manual blood pressure")
		accepted := mentor.get(draft.path+"/edit", http.StatusOK).form("/edit").send(http.StatusOK, "intent", "submit")
		accepted.wants("Recorded and accepted.", "Accepted", "Recorded by", "Not confirmed yet").lacks("Withdraw this piece")

		asha.get("/", http.StatusOK).wants("Confirm that you have read “Manual blood pressure”", "Nia Ward recorded it for you")
		read := asha.get(draft.path, http.StatusOK).wants("Confirm that you have read it", "What Nia Ward saw")
		read.form("/reading").with("comment", strings.Repeat("x", 2001)).send(http.StatusUnprocessableEntity).wants("2,000 characters or fewer")
		read.form("/reading").with("comment", "I remember it as the left arm").send(http.StatusOK).wants("It is noted that you have read it", "I remember it as the left arm")
		read.form("/reading").send(http.StatusConflict)
		asha.get("/", http.StatusOK).lacks("Confirm that you have read")
		mentor.get(draft.path, http.StatusOK).wants("I remember it as the left arm")
		// Nobody outside can record, and the apprentice can't withdraw by accident.
		s.as(t, s.HubLead).get(record, http.StatusForbidden)
		s.as(t, s.OtherGP).get(record, http.StatusNotFound)
		s.as(t, s.OtherGP).post(s.path("/evidence"), form.values, http.StatusNotFound)
	})
}

func TestTheKindOfADraftIsChanged(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		piece := asha.observation().send(http.StatusOK, "intent", "save")
		kinds := asha.get(asha.get(piece.path+"/edit", http.StatusOK).link("Change the kind"), http.StatusOK).wants("Your answers to these will be removed", "What was seen?")
		kinds.form("/kind").with("kind", "poem").send(http.StatusUnprocessableEntity).wants("Select what kind of evidence this is")
		kinds.form("/kind").with("kind", "procedure_log").send(http.StatusOK).wants("Procedure log", "How many procedures does this log count?", "Took four readings.")
		kinds.form("/kind").with("kind", "audit").send(http.StatusConflict)
		if e := s.onePiece(t); e.Kind != countersign.ProcedureLog || len(e.Mapping) != 2 {
			t.Errorf("the piece is a %s with %d competencies", e.Kind, len(e.Mapping))
		}
		form := asha.get(piece.path+"/edit", http.StatusOK).form("/edit")
		form.with("entries", "4").with("details.procedure", "Blood pressure").with("details.period", "March").send(http.StatusOK, "intent", "submit")
		asha.get(piece.path+"/kind", http.StatusOK).wants("Waiting for review")
	})
}

func TestSubmittingFromThePageShowsWhatIsMissing(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		piece := asha.observation().with("anonymised").send(http.StatusOK, "intent", "save")
		form := piece.form("/submission").send(http.StatusUnprocessableEntity).wants("Confirm that no patient can be identified", "Took four readings.").form("/edit")
		form.with("anonymised", "yes").send(http.StatusOK, "intent", "save")
		piece.form("/submission").send(http.StatusConflict).wants("This piece was changed since you opened it")
		asha.get(piece.path, http.StatusOK).form("/submission").send(http.StatusOK).wants("Submitted for review.")
	})
}

func TestACompetencyIsCarriedIntoTheForm(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		kind := asha.get(s.path("/evidence/new?competency=GPA-CL2"), http.StatusOK).form("/evidence/new").values
		kind.Set("kind", "audit")
		form := asha.get(s.path("/evidence/new?"+kind.Encode()), http.StatusOK)
		if got := form.form("/evidence").values["competencies"]; len(got) != 1 || got[0] != "GPA-CL2" {
			t.Errorf("the form has %q selected", got)
		}
		form.get(form.link("Change the kind")).wants(`name="competency" value="GPA-CL2"`)
		asha.get(s.path("/evidence/new?kind=audit&competency=%3Cscript%3E"), http.StatusOK).lacks("<script>alert")
	})
}
