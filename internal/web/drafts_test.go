package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
)

// draft starts a draft of the world's framework as the hub lead, and returns
// its page.
func (s *site) draft(t *testing.T, lead *client) *page {
	t.Helper()
	lead.get("/frameworks/gpa-combined?version=1.0.0", http.StatusOK).wants("Start a draft from this version")
	form := lead.get("/framework-drafts/new?parent=gpa-combined@1.0.0", http.StatusOK).form("/new")
	form.with("version", "1.0.0").send(http.StatusUnprocessableEntity).wants("must be higher than 1.0.0")
	form.with("parent", "").with("version", "next").send(http.StatusUnprocessableEntity).wants("Select the version to copy")
	return form.with("parent", "gpa-combined@1.0.0").with("version", "1.7.0").with("title", "Our own").send(http.StatusOK).wants("The draft is started", "Our own, version 1.7.0")
}

func (s *site) record(t *testing.T, path string) service.DraftRecord {
	t.Helper()
	path, _, _ = strings.Cut(path, "#")
	r, err := s.svc.FrameworkDraft(t.Context(), s.Actor(t, s.HubLead), countersign.VersionDraftID(path[strings.LastIndexByte(path, '/')+1:]))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func part(path, part string) string {
	return path + "/edit?" + url.Values{"part": {part}}.Encode()
}

func TestAHubLeadEditsADraftInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		lead := s.as(t, s.HubLead)
		path := s.draft(t, lead).path
		for _, p := range []string{"", "programme", "domains.0", "domains.1.competencies.1", "role.duties.0"} { // saving what is there changes nothing
			lead.get(part(path, p), http.StatusOK).form("/edit").send(http.StatusOK).wants("The draft is saved")
		}
		if r := s.record(t, path); r.Draft.Version != 1 {
			t.Errorf("saving pages as they were made version %d", r.Draft.Version)
		}

		pace := lead.get(part(path, "programme"), http.StatusOK).form("/edit").with("pace.still_days", "28").with("pace.wait_days", "14")
		pace.with("pace.behind_percent", "many").send(http.StatusUnprocessableEntity).wants("Behind percent must be a whole number in digits", "Mentor load must", "Basis must not be empty", "28")
		pace.with("pace.behind_percent", "10").with("pace.mentor_load", "2").with("pace.basis", "Agreed by the training hub").send(http.StatusOK)
		lead.get(path+"/text", http.StatusOK).wants("28 days", "Agreed by the training hub").lacks("proposal of this project")
		pace = lead.get(part(path, "programme"), http.StatusOK).form("/edit")
		for _, key := range []string{"still_days", "wait_days", "behind_percent", "mentor_load", "basis"} {
			pace = pace.with("pace."+key, "")
		}
		pace.send(http.StatusOK)
		lead.get(path+"/text", http.StatusOK).wants("proposal of this project")

		form := lead.get(part(path, "domains.0.competencies.0"), http.StatusOK).wants("Change " + s.record(t, path).Document.Domains[0].Competencies[0].Code).form("/edit")
		form.with("title", "").with("requires.pieces", "many").with("requires.kinds", "audit\nhearsay").with("guidance", "Kept as typed").send(http.StatusUnprocessableEntity).
			wants("Title must not be empty Pieces must be a whole number in digits", "hearsay", "Kept as typed")
		form.with("title", "Welcoming everybody").with("requires.pieces", "3").with("requires.kinds").send(http.StatusOK).wants("Welcoming everybody")
		form = lead.get(part(path, "domains.0.competencies.0"), http.StatusOK).form("/edit")
		form.with("requires.kinds", "Audit of own work | certificate").with("evidence", "audit", "certificate").with("requires.within_months", "9999").
			send(http.StatusUnprocessableEntity).wants("Within months must be from 0 to 120", "Audit of own work | Certificate")
		form.with("requires.within_months", "").send(http.StatusOK)
		if got := s.record(t, path).Document.Framework().Domains[0].Competencies[0].Requires.Kinds; len(got) != 1 || len(got[0]) != 2 || got[0][0] != countersign.Audit {
			t.Errorf("required are %v", got)
		}
		lead.get(path+"/changes", http.StatusOK).wants("Requirement changed", "Welcoming everybody")
		lead.get(path+"/text", http.StatusOK).wants("Welcoming everybody", "Kept as typed")

		lead.get(path+"/edit?add=true&part=domains", http.StatusOK).form("/edit").with("code", "EXTRA").with("title", "Extra").send(http.StatusOK).
			wants("1 problem to mend", "Extra: competencies must not be empty", "The domain has no competencies yet")
		r := s.record(t, path)
		added := "domains." + string(rune('0'+len(r.Document.Domains)-1))
		form = lead.get(path+"/edit?add=true&part="+added+".competencies", http.StatusOK).wants("Add a competency").form("/edit")
		form.with("code", r.Document.Domains[0].Competencies[0].Code).with("title", "A new one").with("statement", "Does it").with("evidence", "audit", "observation").
			send(http.StatusUnprocessableEntity).wants("is already used")
		form.with("code", "X1").send(http.StatusOK).lacks("to mend")
		lead.get(part(path, added), http.StatusOK).form("/move").send(http.StatusOK, "direction", "up").wants("It is moved")
		if r = s.record(t, path); r.Document.Domains[len(r.Document.Domains)-2].Code != "EXTRA" {
			t.Error("the domain wasn't moved up")
		}
		lead.get(path+"/removal?part=domains.0.competencies.0", http.StatusOK).wants("Welcoming everybody").form("/removal").send(http.StatusOK).wants("It is removed").lacks("Welcoming everybody")
		lead.get(path+"/removal?part=domains.0", http.StatusOK).wants("With the domain go")
		for _, nowhere := range []string{"/removal?part=", "/removal?part=programme", "/removal?part=domains.77", "/edit?part=domains.77", "/edit?part=nowhere", "/edit?part=programme&add=true"} {
			lead.get(path+nowhere, http.StatusNotFound)
		}
		lead.get("/framework-drafts", http.StatusOK).wants("Our own, version 1.7.0", "Open")
		lead.get(path+"/discarding", http.StatusOK).form("/discarding").send(http.StatusOK).wants("The draft is discarded", "Discarded")
		lead.post(path+"/comments", url.Values{"text": {"Late"}}, http.StatusConflict)
		lead.post(path+"/move", url.Values{"part": {"domains.0"}, "version": {"1"}}, http.StatusConflict).wants("cannot change any more")
		s.as(t, s.GP).get("/framework-drafts", http.StatusNotFound)
		s.as(t, s.GP).get("/frameworks", http.StatusOK).lacks("Framework drafts")
	})
}

// Whoever saves second is shown what the first has changed, keeps what they
// typed, and decides.
func TestTheSecondEditorSeesWhatTheFirstHasChanged(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		lead := s.as(t, s.HubLead)
		path := s.draft(t, lead).path
		first, second := lead.get(part(path, "domains.0.competencies.0"), http.StatusOK).form("/edit"), lead.get(part(path, "domains.0.competencies.0"), http.StatusOK).form("/edit")
		first.with("title", "The first").send(http.StatusOK)
		lead.get(part(path, "domains.0.competencies.0"), http.StatusOK).form("/move").send(http.StatusOK, "direction", "down")
		conflict := second.with("title", "The second").send(http.StatusConflict).wants("This was changed since you opened it", "how it stands now", "The first", "The second").lacks("Confirmation false")
		if got := conflict.form("/edit").values.Get("part"); got != "domains.0.competencies.1" {
			t.Errorf("the page is about %s now", got)
		}
		conflict.form("/edit").send(http.StatusOK).wants("The second").lacks("The first")
		third := lead.get(part(path, "domains.0.competencies.1"), http.StatusOK).form("/edit")
		lead.get(path+"/removal?part=domains.0.competencies.1", http.StatusOK).form("/removal").send(http.StatusOK)
		third.with("title", "The third").send(http.StatusConflict).wants("Somebody else has removed this part", "The third")
		lead.post(path+"/removal", url.Values{"part": {"domains.0"}, "version": {"1"}}, http.StatusConflict)
		lead.post(path+"/discarding", url.Values{"version": {"1"}}, http.StatusConflict)
	})
}

func TestNamedPeopleReviewADraftAndANationalLeadPublishesIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		national := s.Person(t, "Nora North", "national@example.org", countersign.NationalLead, s.England)
		lead, gp, nora := s.as(t, s.HubLead), s.as(t, s.GP), s.as(t, national)
		draft := s.draft(t, lead)
		gp.get(draft.path, http.StatusNotFound)
		draft.form("/reviewers").with("email", "nobody@example.org").send(http.StatusUnprocessableEntity).wants("Nobody with this email address holds a role here", "nobody@example.org")
		draft.form("/reviewers").with("email", s.GP.Email).send(http.StatusOK).wants("They are asked by email", s.GP.Name, "Not yet")

		gp.get("/frameworks", http.StatusOK).wants("Framework drafts")
		gp.get("/", http.StatusOK).wants("You are asked to review a framework draft")
		lead.get("/", http.StatusOK).lacks("You are asked to review a framework draft")
		page := gp.get(draft.path, http.StatusOK).lacks("Ask for a review", "Change the length")
		page.form("/comments").with("text", " ").send(http.StatusUnprocessableEntity).wants("Enter a comment")
		code := s.record(t, draft.path).Document.Domains[0].Competencies[0].Code
		page.form("/comments").with("place", code).with("text", "Is that enough?").send(http.StatusOK).wants("The comment is added", "Is that enough?")
		lead.get(part(draft.path, "domains.0.competencies.0"), http.StatusOK).wants("Open comments", "Is that enough?")
		lead.get(draft.path, http.StatusOK).form("/resolution").send(http.StatusOK).wants("The comment is resolved", "Resolved")
		lead.get(part(draft.path, "domains.0.competencies.0"), http.StatusOK).lacks("Open comments")
		page.form("/reviews").with("decision", "changes").send(http.StatusUnprocessableEntity).wants("Enter what should change")
		page.form("/reviews").with("decision", "changes").with("comment", "Clearer, please").send(http.StatusOK).wants("Asks for changes", "Clearer, please")
		gp.get("/", http.StatusOK).lacks("You are asked to review a framework draft")
		lead.get(part(draft.path, "domains.0.competencies.0"), http.StatusOK).form("/edit").with("title", "Clear").send(http.StatusOK).wants("Changed since the review")
		page.form("/reviews").with("decision", "approve").send(http.StatusConflict).wants("This was changed since you opened it")
		gp.get("/", http.StatusOK).wants("You are asked to review a framework draft") // once more, after a change
		lead.get(draft.path+"/publication", http.StatusOK).wants("must approve it as it is now", "a national lead publishes")
		gp.get(draft.path+"/publication", http.StatusForbidden)
		gp.get(part(draft.path, "domains.0"), http.StatusForbidden)
		gp.get(draft.path+"/import", http.StatusForbidden)
		nora.post(draft.path+"/publication", url.Values{"version": {"2"}}, http.StatusConflict).wants("must approve it as it is now")

		gp.get(draft.path, http.StatusOK).form("/reviews").with("decision", "approve").send(http.StatusOK).wants("Approved")
		lead.post(draft.path+"/publication", url.Values{"version": {"2"}}, http.StatusForbidden)
		nora.get(draft.path+"/publication", http.StatusOK).lacks("still missing").form("/publication").send(http.StatusOK).wants("Version 1.7.0 is published", "Clear")
		lead.get(draft.path, http.StatusOK).wants("Published", "The published version").lacks("Add a domain")
		for _, form := range []string{"/edit?part=domains.0", "/removal?part=domains.0", "/import", "/publication", "/discarding"} {
			lead.get(draft.path+form, http.StatusConflict).wants("This draft is published, so it cannot change any more")
		}
		nora.post(draft.path+"/publication", url.Values{"version": {"2"}}, http.StatusConflict).wants("This draft is published").lacks("still missing")
		if _, err := s.svc.Framework(t.Context(), "gpa-combined", "1.7.0"); err != nil {
			t.Error(err)
		}
		nora.get("/frameworks/gpa-combined", http.StatusOK).wants("Version 1.7.0")
		if !s.Actor(t, s.GP).CanAnywhere(authz.ReviewEvidence) {
			t.Error("the reviewer is somebody who has nothing else to do here")
		}
	})
}

func TestASpreadsheetIsImportedAfterADryRun(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		lead := s.as(t, s.HubLead)
		path := s.draft(t, lead).path
		workbook := lead.get("/frameworks/gpa-combined/1.0.0/export?format=xlsx", http.StatusOK).body
		form := lead.get(path+"/import", http.StatusOK).wants("domain_code", "Code of the competency").form("/import")
		form.sendFiles(http.StatusUnprocessableEntity, nil).wants("Select a file")
		checked := form.sendFiles(http.StatusOK, []file{{"file", "same.xlsx", workbook}}).wants("The file can be imported", "Nothing changed between")
		checked.form("/import").sendFiles(http.StatusOK, nil).wants("The file is imported")
		if r := s.record(t, path); r.Document.Title != "Our own" || len(r.Problems) != 0 {
			t.Errorf("after the import: %q, %v", r.Document.Title, r.Problems)
		}

		csv := lead.get("/frameworks/gpa-combined/1.0.0/export?format=csv", http.StatusOK).body
		before := s.record(t, path).Draft
		broken := bytes.Replace(bytes.Replace(csv, []byte("yes"), []byte("perhaps"), 1), []byte("GPA-CL2,"), []byte("GPA-CL1,"), 1)
		form.sendFiles(http.StatusUnprocessableEntity, []file{{"file", "broken.csv", broken}}).wants("2 problems in the file: nothing was imported", "row 2, column F (core)", "must be yes or no", "is already used at row")
		form.sendFiles(http.StatusUnprocessableEntity, []file{{"file", "latin.csv", []byte("domain_code,code,title,statement\nA,B,Caf\xe9,C\n")}}).wants("UTF-8")
		form.sendFiles(http.StatusUnprocessableEntity, []file{{"file", "no.xlsx", []byte("no workbook")}}).wants("nothing was imported")
		if after := s.record(t, path).Draft; after.Version != before.Version || !bytes.Equal(after.Document, before.Document) {
			t.Error("a refused file changed the draft")
		}

		lines := bytes.SplitAfter(csv, []byte("\n"))
		changed := append([]byte{}, bytes.Join(lines[:len(lines)-2], nil)...) // without the last competency
		checked = form.sendFiles(http.StatusOK, []file{{"file", "less.csv", changed}}).wants("Retired: 1")
		lead.get(part(path, "domains.0"), http.StatusOK).form("/edit").with("title", "Meanwhile").send(http.StatusOK)
		checked.form("/import").sendFiles(http.StatusConflict, nil).wants("This was changed since you opened it")
		form.sendFiles(http.StatusOK, []file{{"file", "less.csv", changed}}).form("/import").sendFiles(http.StatusOK, nil).lacks("to mend")
	})
}

// A draft leaves as a framework file, and what was changed in the file comes
// back, by the checks of a file.
func TestAFrameworkFileGoesOutOfADraftAndBack(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		lead := s.as(t, s.HubLead)
		path := s.draft(t, lead).path
		text := lead.get(path+"/file", http.StatusOK).body
		if f, err := framework.Parse("", text); err != nil || f.Version != "1.7.0" || f.Title != "Our own" {
			t.Fatalf("the file says %s %s, %v", f.Title, f.Version, err)
		}
		form := lead.get(path+"/import", http.StatusOK).form("/import")
		form.sendFiles(http.StatusOK, []file{{"file", "same.yaml", text}}).wants("Nothing changed between")
		form.sendFiles(http.StatusUnprocessableEntity, []file{{"file", "broken.yaml", bytes.Replace(text, []byte("pieces: 2"), []byte("pieces: two"), 1)}}).
			wants("1 problem in the file: nothing was imported", "Line ", "pieces must be a whole number in digits")
		form.sendFiles(http.StatusUnprocessableEntity, []file{{"file", "other.yaml", bytes.Replace(text, []byte("id: gpa-combined\n"), []byte("id: another\n"), 1)}}).wants("about another framework: another")
		published := lead.get("/frameworks/gpa-combined/1.0.0/export", http.StatusOK).body
		form.sendFiles(http.StatusOK, []file{{"file", "published.yml", published}}).form("/import").sendFiles(http.StatusOK, nil).wants("version 1.7.0", "Open")
		changed := form.sendFiles(http.StatusOK, []file{{"file", "ours.yaml", bytes.Replace(text, []byte("title: Our own"), []byte("title: Still ours"), 1)}}).wants("Title")
		changed.form("/import").sendFiles(http.StatusOK, nil).wants("The file is imported", "Still ours")
		s.as(t, s.GP).get(path+"/file", http.StatusNotFound)
	})
}
