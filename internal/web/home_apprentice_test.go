package web_test

import (
	"net/http"
	"testing"
	"time"

	"countersign/internal/countersign"
)

func TestTheHomeSaysWhatToDoNext(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		first := asha.get("/", http.StatusOK)
		first.wants("Hello Asha Patel", "What to do next", "Start GPA-", "Missing: ", "Nobody has anything of yours", "0 of 39 competencies signed off", "Progress by domain in numbers")
		first.get(first.link("Add evidence"))

		asha.observation().with("title", "Half a thought").send(http.StatusOK, "intent", "save")
		piece := asha.submitted()
		s.clock.Advance(48 * time.Hour)
		asha = s.as(t, s.Apprentice)
		asha.get("/", http.StatusOK).wants("Finish “Half a thought”", "Work on GPA-CL2 Blood pressure", "Missing: 3 more pieces of evidence; A direct observation",
			"Morning blood pressure clinic", "Dr Megan Bell (GP supervisor) or Nia Ward (secondary mentor) can review it. It has been waiting 2 days.")
		s.review(t, s.Mentor, countersign.ReturnEvidence, "Say what you did about the high one. "+long)
		asha.get("/", http.StatusOK).wants("Change “Morning blood pressure clinic” and submit it again", "Nia Ward: Say what you did about the high one.", " …").
			lacks("can review it", "the end of it")
		asha.get(piece.path, http.StatusOK).wants("the end of it")

		// It is the apprentice's own, and nobody else's.
		for _, p := range []countersign.Person{s.Mentor, s.HubLead, s.Admin, s.OtherApprentice} {
			s.as(t, p).get("/", http.StatusOK).lacks("Half a thought", "Say what you did")
		}
		s.as(t, s.Mentor).get("/", http.StatusOK).lacks("Note something quickly")
	})
}

const long = "And then tell me whom you told, when, and what they answered, in your own words, as you would tell a colleague who takes over from you in the evening. This is the end of it."

func TestSomethingIsNotedQuickly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		asha := s.as(t, s.Apprentice)
		form := asha.get("/", http.StatusOK).wants(`capture="environment"`, `accept="image/*"`).form("/captures")
		picture := []file{{"file", "IMG_1.jpg", photo(t, 1)}}
		saved := form.with("title", "ECG with Siân").sendFiles(http.StatusOK, picture).wants("Saved as a draft. Sort it when you have time.", "Finish “ECG with Siân”", "Work product")
		form.sendFiles(http.StatusOK, picture) // a double click
		e := s.onePiece(t)
		if len(e.Attachments) != 1 || e.OccurredOn != s.today() || e.Kind != countersign.WorkProduct {
			t.Errorf("the draft holds %d files, happened on %s and is a %s", len(e.Attachments), e.OccurredOn, e.Kind)
		}
		saved.get(saved.link("Finish “ECG with Siân”")).wants("IMG_1.jpg", "Change the kind")

		form = saved.form("/captures")
		form.send(http.StatusUnprocessableEntity).wants("Error: Hello Asha Patel", "Enter what you did", `href="#title"`)
		form.with("title", "With 943 476 5919").send(http.StatusUnprocessableEntity).wants("This looks like an NHS number", "With 943 476 5919")
		refused := form.with("title", "A new tray").sendFiles(http.StatusUnprocessableEntity, []file{{"file", "tray.jpg", []byte("MZ\x90\x00\x03\x00\x00\x00")}}).
			wants("“tray.jpg”: ", `href="#file"`, `value="A new tray"`, "Finish “A new tray”")
		refused.form("/captures").sendFiles(http.StatusOK, []file{{"file", "tray.jpg", photo(t, 2)}}).wants("Saved as a draft")
		asha.get("/", http.StatusOK).form("/captures").sendFiles(http.StatusOK, []file{{"file", "only.jpg", photo(t, 3)}}).wants("Photo of 2 March 2026")
		if n := len(s.pieces(t)); n != 3 {
			t.Errorf("there are %d pieces, not 3", n)
		}
		s.as(t, s.OtherApprentice).post(s.path("/captures"), form.values, http.StatusNotFound)
		s.as(t, s.HubLead).post(s.path("/captures"), form.values, http.StatusForbidden)
	})
}
