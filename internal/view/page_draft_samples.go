package view

import (
	"countersign/internal/countersign"
)

func sampleDraft() countersign.VersionDraft {
	return countersign.VersionDraft{
		ID: "d1", FrameworkID: "gpa-combined", FrameworkVersion: "1.2.0", Title: "General Practice Assistant, combined role", ParentID: "gpa-combined", ParentVersion: "1.1.0",
		OrganisationName: "Leeds Training Hub", MadeBy: "p1", MadeByName: "Helen Cole", Editors: []countersign.PersonID{"p1", "p4"}, State: countersign.DraftOpen, Version: 7,
		CreatedAt: sampleNow, ChangedAt: sampleNow, ChangedByName: "Helen Cole",
	}
}

func sampleDraftPage() *DraftPage {
	f := sampleLearnerFramework()
	f.Role.Duties = []countersign.Duty{{Code: "D1", Text: "Takes & records readings", Competencies: []string{"GPA-CL2"}}, {Code: "D2", Text: "Keeps the stock"}}
	f.Domains = append(f.Domains, countersign.Domain{Code: "NEW", Title: "New & empty"}, countersign.Domain{})
	p := NewDraftPageOf(sampleDraft(), f)
	p.MayEdit, p.MayComment = true, true
	p.Problems = []Link{
		{Text: "New & empty: competencies must not be empty", Href: DraftPartHref("d1", "domains.2", "competencies")},
		{Text: "General: there is no level \"9\" in the scale"},
	}
	p.Reviewers = []countersign.DraftReviewer{
		{Person: "p2", Name: "Dr Megan Bell", Email: "gp@example.org", AskedAt: sampleNow}, {Person: "p3", Name: "Zoë Ńowak"}, {Person: "p4", Name: "Ed Itor"},
		{Person: "p5", Name: "Asks Changes"}, {Person: "p6", Name: "Says Nothing"},
	}
	p.Reviews = []countersign.DraftReview{
		{Person: "p2", Name: "Dr Megan Bell", Decision: countersign.ApproveDraft, Of: 7, At: sampleNow, Comment: "Good & clear"},
		{Person: "p3", Decision: countersign.ApproveDraft, Of: 5, At: sampleNow}, {Person: "p4", Decision: countersign.ApproveDraft, Of: 7, At: sampleNow},
		{Person: "p5", Decision: countersign.AskChanges, Of: 7, At: sampleNow, Comment: "Too hard"},
	}
	p.Comments = []countersign.DraftComment{
		{ID: "c1", Name: "Dr Megan Bell", Place: "GPA-CL2", Text: "Is two enough?", Of: 6, At: sampleNow},
		{ID: "c2", Name: "Zoë Ńowak", Text: "Good on the whole", Of: 7, At: sampleNow, ResolvedAt: sampleNow, ResolvedByName: "Helen Cole"},
		{ID: "c3", Name: "Zoë Ńowak", Place: "GONE", Text: "What became of it?", Of: 7, At: sampleNow},
	}
	return p
}

func samplePart(part string, adding bool) *DraftPartPage {
	p := NewDraftPartPage(sampleDraft(), sampleDraftPage().Framework, part, adding)
	for _, f := range DraftFields(p.Kind()) {
		p.Typed[f.Key] = []string{"One"}
	}
	p.Typed["core"], p.Typed["threshold"], p.Typed["evidence"], p.Typed["requires.kinds"] = []string{"true"}, []string{"9"}, []string{"audit", "observation"}, []string{"audit", "observation | procedure"}
	return p
}

func init() {
	addSamples(func() []Sample {
		list := NewDraftsPage()
		published := sampleDraft()
		published.ID, published.State = "d2", countersign.DraftPublished
		discarded := sampleDraft()
		discarded.ID, discarded.State = "d3", countersign.DraftDiscarded
		list.Drafts, list.MayEdit = []countersign.VersionDraft{sampleDraft(), published, discarded}, true
		form, wrong := NewNewDraftPage(), NewNewDraftPage()
		form.Parents = []Option{{Text: "Select a version"}, {Value: "gpa-combined@1.1.0", Text: "General Practice Assistant, gpa-combined 1.1.0"}}
		wrong.Parents, wrong.Version, wrong.ID = form.Parents, "next", "Leeds!"
		var p countersign.Problems
		p.Add("parent", "Select the version to copy")
		p.Add("version", "“next” is not a version")
		p.Add("id", "“Leeds!” is not an id")
		p.Add("title", "The title must be 200 characters or fewer")
		wrong.Fail(p.Err())

		reviewer := sampleDraftPage()
		reviewer.MayEdit, reviewer.MayReview, reviewer.Problems = false, true, nil
		refused := sampleDraftPage()
		refused.MayReview, refused.Email, refused.Decision = true, "nobody", "changes"
		var q countersign.Problems
		q.Add("email", "Nobody with this email address holds a role here")
		q.Add("decision", "Select whether you approve it or ask for changes")
		q.Add("comment", "Enter what should change")
		q.Add("place", "Select a place that the draft has")
		q.Add("text", "Enter a comment")
		refused.Fail(q.Err())
		ended := NewDraftPageOf(published, sampleLearnerFramework())
		empty := sampleDraft()
		empty.Title = ""

		changes := NewDraftChangesPage(sampleDraft())
		changes.Groups = []FrameworkChangeGroup{{Title: "Reworded", Items: []FrameworkChange{{Before: []string{"GPA-CL2 Blood pressure"}, After: []string{"GPA-CL2 Blood pressure"}, OldStatement: "Old", NewStatement: "New & better"}}}}
		changes.Programme = []string{"Title"}

		samples := []Sample{
			{"drafts", list}, {"drafts: none", NewDraftsPage()}, {"drafts, new", form}, {"drafts, new: refused", wrong},
			{"draft", sampleDraftPage()}, {"draft: for a reviewer", reviewer}, {"draft: refused", refused}, {"draft: published", ended},
			{"draft: empty", NewDraftPageOf(empty, countersign.Framework{})}, {"draft, text", NewDraftTextPage(sampleDraft(), sampleDraftPage().Framework)},
			{"draft, changes", changes}, {"draft, changes: none", NewDraftChangesPage(sampleDraft())},
			{"draft, general", samplePart("", false)}, {"draft, programme", samplePart("programme", false)}, {"draft, domain", samplePart("domains.0", false)},
			{"draft, duty", samplePart("role.duties.0", false)}, {"draft, add a domain", samplePart("domains", true)}, {"draft, add a duty", samplePart("role.duties", true)},
			{"draft, add a competency", samplePart("domains.1.competencies", true)},
		}
		samples = append(samples, draftPartSamples()...)
		return append(samples, draftStepSamples()...)
	})
}

func draftPartSamples() []Sample {
	competency := samplePart("domains.1.competencies.0", false)
	competency.Code, competency.Comments = "GPA-CL2", sampleDraftPage().Comments
	refused := samplePart("domains.1.competencies.0", false)
	var p countersign.Problems
	for _, f := range DraftFields(DraftCompetency) {
		p.Add(f.Key, f.Label+" must be something else")
	}
	refused.Fail(p.Err())
	stale, gone := samplePart("domains.1.competencies.0", false), samplePart("domains.1.competencies.0", false)
	conflict := countersign.Refuse(countersign.Conflict, "This was changed since you opened it. Look at it again before you save")
	stale.Stale, stale.Now = true, map[string][]string{"title": {"Another"}, "evidence": {"audit", "observation"}}
	stale.Fail(conflict)
	gone.Stale, gone.Gone = true, true
	gone.Fail(conflict)
	return []Sample{{"draft, competency", competency}, {"draft, competency: refused", refused}, {"draft, competency: stale", stale}, {"draft, competency: gone", gone}}
}

func draftStepSamples() []Sample {
	d, f := sampleDraft(), sampleDraftPage().Framework
	refused := NewPublicationPage(d, f, true, nil)
	refused.Fail(countersign.Refuse(countersign.Conflict, "This was changed since you opened it"))
	imported, checked, wrong := NewDraftImportPage(d), NewDraftImportPage(d), NewDraftImportPage(d)
	imported.Columns = [][2]string{{"code", "Code of the competency"}, {"title", "Short name"}}
	checked.Columns, wrong.Columns = imported.Columns, imported.Columns
	checked.Checked, checked.Document, checked.Count = true, `{"id":"x"}`, 12
	checked.Remarks = []string{"row 3: one piece of evidence is required"}
	checked.Changes.Programme = []string{"Title"}
	wrong.Problems = []string{"row 2, column C (code): this must not be empty", "row 5, column J (pieces): \"two\" must be a whole number in digits"}
	wrong.Fail(countersign.InvalidField("file", "The file has 2 problems, so nothing was imported"))
	return []Sample{
		{"draft, publication", NewPublicationPage(d, f, true, nil)}, {"draft, publication: not yet", NewPublicationPage(d, f, false, []string{"2 problems to mend"})},
		{"draft, publication: refused", refused}, {"draft, discarding", NewDiscardPage(d)}, {"draft, removal", NewRemovalPage(d, f, "domains.0")},
		{"draft, removal: duty", NewRemovalPage(d, f, "role.duties.1")}, {"draft, import", imported}, {"draft, import: checked", checked}, {"draft, import: refused", wrong},
	}
}
