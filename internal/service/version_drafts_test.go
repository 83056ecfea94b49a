package service_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
)

// desk is a house with a draft of the next version of the world's framework by
// the hub lead.
type desk struct {
	*house
	lead, national authz.Actor
	id             countersign.VersionDraftID
}

func (h *house) desk(t *testing.T) *desk {
	t.Helper()
	d := &desk{house: h, lead: h.as(t, h.HubLead)}
	d.national = h.as(t, h.Person(t, "Nora North", "national@example.org", countersign.NationalLead, h.England))
	d.id = d.start(t, d.lead, service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "1.7.0"})
	return d
}

func (d *desk) start(t *testing.T, actor authz.Actor, in service.DraftInput) countersign.VersionDraftID {
	t.Helper()
	id, err := d.svc.StartFrameworkDraft(t.Context(), actor, in)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (d *desk) record(t *testing.T, actor authz.Actor, id countersign.VersionDraftID) service.DraftRecord {
	t.Helper()
	r, err := d.svc.FrameworkDraft(t.Context(), actor, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (d *desk) ask(t *testing.T, id countersign.VersionDraftID, p countersign.Person) authz.Actor {
	t.Helper()
	wantKind(t, d.svc.AskDraftReviewer(t.Context(), d.lead, id, service.AskReviewerInput{Email: p.Email}), 0)
	return d.as(t, p)
}

func (d *desk) review(t *testing.T, by authz.Actor, id countersign.VersionDraftID, decision countersign.DraftDecision, comment string) error {
	t.Helper()
	return d.svc.ReviewFrameworkDraft(t.Context(), by, id, d.record(t, by, id).Draft.Version, service.DraftReviewInput{Decision: decision, Comment: comment})
}

func (d *desk) edit(t *testing.T, by authz.Actor, id countersign.VersionDraftID, title string) {
	t.Helper()
	wantKind(t, d.svc.EditFrameworkDraft(t.Context(), by, id, d.record(t, by, id).Draft.Version, service.DraftEdit{
		Part: "domains.0.competencies.0", Values: service.DraftValues{"title": {title}},
	}), 0)
}

func (d *desk) publish(t *testing.T, by authz.Actor, id countersign.VersionDraftID) (countersign.Framework, error) {
	t.Helper()
	return d.svc.PublishFrameworkDraft(t.Context(), by, id, d.record(t, d.lead, id).Draft.Version)
}

func fields(err error) []string {
	var out []string
	var e *countersign.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			out = append(out, f.Field)
		}
	}
	return out
}

func TestLeadsCopyAVersionAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d := h.desk(t)
		r := d.record(t, d.lead, d.id)
		if r.Draft.Title == "" || r.Draft.FrameworkVersion != "1.7.0" || len(r.Problems) != 0 || !r.MayEdit || !r.MayComment || r.MayReview || r.MayPublish {
			t.Errorf("draft = %+v", r)
		}
		for name, tc := range map[string]struct {
			in    service.DraftInput
			field string
		}{
			"no parent":                    {service.DraftInput{Version: "2.0.0"}, "parent"},
			"an unknown parent":            {service.DraftInput{Parent: "gpa-combined@7.7.7", Version: "8.0.0"}, "parent"},
			"no version":                   {service.DraftInput{Parent: "gpa-combined@1.0.0"}, "version"},
			"no number":                    {service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "next"}, "version"},
			"a version that isn't higher":  {service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "1.0.0"}, "version"},
			"a form that was sent twice":   {service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "1.7.0"}, "version"},
			"an id that is none":           {service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "1.0.0", ID: "Leeds!"}, "id"},
			"a title of two hundred words": {service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "2.0.0", Title: strings.Repeat("word ", 200)}, "title"},
		} {
			if _, err := d.svc.StartFrameworkDraft(t.Context(), d.lead, tc.in); countersign.KindOf(err) != countersign.Invalid || !slices.Contains(fields(err), tc.field) {
				t.Errorf("%s: %v in %v, want a problem in %s", name, err, fields(err), tc.field)
			}
		}
		for _, p := range []countersign.Person{h.Apprentice, h.GP, h.Manager, h.RegionLead, h.Admin} {
			_, err := d.svc.StartFrameworkDraft(t.Context(), h.as(t, p), service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "2.0.0"})
			wantKind(t, err, countersign.NotFound)
			_, err = d.svc.FrameworkDrafts(t.Context(), h.as(t, p))
			wantKind(t, err, countersign.NotFound)
		}
		for _, p := range []countersign.Person{h.Apprentice, h.GP, h.RegionLead, h.Admin, h.OtherHubLead} {
			actor := h.as(t, p)
			_, err := d.svc.FrameworkDraft(t.Context(), actor, d.id)
			wantKind(t, err, countersign.NotFound)
			wantKind(t, d.svc.EditFrameworkDraft(t.Context(), actor, d.id, 1, service.DraftEdit{Part: "domains.0", Remove: true}), countersign.NotFound)
			_, err = d.svc.CommentOnDraft(t.Context(), actor, d.id, service.DraftCommentInput{Text: "Mine"})
			wantKind(t, err, countersign.NotFound)
			_, err = d.svc.PublishFrameworkDraft(t.Context(), actor, d.id, 1)
			wantKind(t, err, countersign.NotFound)
			wantKind(t, d.svc.DiscardFrameworkDraft(t.Context(), actor, d.id, 1), countersign.NotFound)
		}
		if all, err := d.svc.FrameworkDrafts(t.Context(), d.national); err != nil || len(all) != 1 {
			t.Errorf("a national lead lists %d drafts, %v", len(all), err)
		}
	})
}

// An edit is made to the version that was seen, and refused by the key of the
// page; the document of a draft stays what its parts' pages accept.
func TestTwoPeopleNeverOverwriteEachOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d := h.desk(t)
		set := func(by authz.Actor, version int, values service.DraftValues) error {
			return d.svc.EditFrameworkDraft(t.Context(), by, d.id, version, service.DraftEdit{Part: "domains.0.competencies.0", Values: values})
		}
		wantKind(t, set(d.lead, 1, service.DraftValues{"title": {"First"}}), 0)
		if err := set(d.national, 1, service.DraftValues{"title": {"Second"}}); !service.IsStale(err) {
			t.Errorf("the second edit of the same version: %v", err)
		}
		wantKind(t, set(d.lead, 2, service.DraftValues{"title": {"First"}}), 0) // nothing changes
		r := d.record(t, d.lead, d.id)
		if r.Draft.Version != 2 || r.Document.Domains[0].Competencies[0].Title != "First" {
			t.Errorf("version %d, title %q", r.Draft.Version, r.Document.Domains[0].Competencies[0].Title)
		}
		if err := set(d.lead, 2, service.DraftValues{"title": {""}, "requires.pieces": {"0"}, "guidance": {"Ask about 943 476 5919"}}); !slices.Equal(slices.Sorted(slices.Values(fields(err))), []string{"requires.pieces", "title"}) {
			t.Errorf("refused in %v: %v", fields(err), err)
		}
		if err := set(d.lead, 2, service.DraftValues{"guidance": {"Ask about 943 476 5919"}}); !slices.Equal(fields(err), []string{"guidance"}) {
			t.Errorf("a patient's number is refused in %v: %v", fields(err), err)
		}
		wantKind(t, set(d.lead, 2, service.DraftValues{"code": {"NEW1"}}), 0)
		wantKind(t, d.svc.EditFrameworkDraft(t.Context(), d.lead, d.id, 3, service.DraftEdit{Part: "domains", Add: true, Values: service.DraftValues{"code": {"EMPTY"}, "title": {"Empty"}}}), 0)
		if r = d.record(t, d.lead, d.id); len(r.Problems) != 1 {
			t.Errorf("problems = %v", r.Problems)
		}
		wantKind(t, d.svc.EditFrameworkDraft(t.Context(), d.lead, d.id, 4, service.DraftEdit{Part: r.Problems[0].Path[:strings.LastIndexByte(r.Problems[0].Path, '.')], Remove: true}), 0)
		wantKind(t, d.svc.EditFrameworkDraft(t.Context(), d.lead, d.id, 5, service.DraftEdit{Part: "domains.1", Up: true}), 0)
		wantKind(t, d.svc.EditFrameworkDraft(t.Context(), d.lead, d.id, 6, service.DraftEdit{Part: "", Values: service.DraftValues{"version": {"1.0.0"}}}), countersign.Invalid)
		wantKind(t, d.svc.EditFrameworkDraft(t.Context(), d.lead, d.id, 6, service.DraftEdit{Part: "domains.77", Up: true}), countersign.NotFound)
		_, diff, err := d.svc.DraftDifference(t.Context(), d.lead, d.id)
		if err != nil || diff.From.Version != "1.0.0" || diff.Same() {
			t.Errorf("difference = %v, %v", diff.To.Version, err)
		}
	})
}

func TestAWholeDocumentReplacesADraft(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d := h.desk(t)
		var tree map[string]any
		if err := json.Unmarshal(d.record(t, d.lead, d.id).Draft.Document, &tree); err != nil {
			t.Fatal(err)
		}
		put := func(version int, change func()) error {
			t.Helper()
			change()
			text, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			return d.svc.ReplaceFrameworkDraft(t.Context(), d.lead, d.id, version, text)
		}
		wantKind(t, put(1, func() { tree["title"] = "" }), 0) // a problem, and kept
		if r := d.record(t, d.lead, d.id); len(r.Problems) != 1 || r.Problems[0].Path != "title" {
			t.Errorf("problems = %v", r.Problems)
		}
		for key, value := range map[string]string{"id": "other", "status": "published", "standing": "official", "version": "0.0.1", "colour": "red"} {
			was, had := tree[key]
			if err := put(2, func() { tree[key] = value }); !slices.Contains(fields(err), key) {
				t.Errorf("%s: %v in %v", key, err, fields(err))
			}
			if delete(tree, key); had {
				tree[key] = was
			}
		}
		if err := put(1, func() { tree["title"] = "Better" }); !service.IsStale(err) {
			t.Errorf("a stale document: %v", err)
		}
		wantKind(t, put(2, func() {}), 0)
	})
}

// Publishing needs the approval of a named person who edited nothing, of the
// draft as it is, and by whom it concerns: everybody's framework is published
// by a national lead.
func TestAnApprovalIsOfTheDraftAsItWas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d := h.desk(t)
		d.edit(t, d.lead, d.id, "Better words")
		_, err := d.publish(t, d.national, d.id)
		wantKind(t, err, countersign.Conflict)
		for _, email := range []string{"nobody@example.org", "not an address", d.HubLead.Email} {
			if err := d.svc.AskDraftReviewer(t.Context(), d.lead, d.id, service.AskReviewerInput{Email: email}); !slices.Equal(fields(err), []string{"email"}) {
				t.Errorf("asking %s: %v", email, err)
			}
		}
		gp, other := d.ask(t, d.id, h.GP), d.ask(t, d.id, h.OtherGP)
		wantKind(t, d.review(t, d.lead, d.id, countersign.ApproveDraft, ""), countersign.Forbidden)
		if err := d.review(t, gp, d.id, countersign.AskChanges, " "); !slices.Equal(fields(err), []string{"comment"}) {
			t.Errorf("asking for changes without a word: %v", err)
		}
		if err := d.review(t, gp, d.id, "perhaps", ""); !slices.Equal(fields(err), []string{"decision"}) {
			t.Errorf("no decision: %v", err)
		}
		wantKind(t, d.review(t, gp, d.id, countersign.ApproveDraft, "Good"), 0)
		d.edit(t, d.lead, d.id, "Other words")
		_, err = d.publish(t, d.national, d.id)
		wantKind(t, err, countersign.Conflict) // the approval is of an older version
		if err := d.svc.ReviewFrameworkDraft(t.Context(), gp, d.id, 2, service.DraftReviewInput{Decision: countersign.ApproveDraft}); !service.IsStale(err) {
			t.Errorf("approving what has changed since: %v", err)
		}
		wantKind(t, d.review(t, gp, d.id, countersign.ApproveDraft, ""), 0)
		wantKind(t, d.review(t, other, d.id, countersign.AskChanges, "Too hard"), 0)
		_, err = d.publish(t, d.national, d.id)
		wantKind(t, err, countersign.Conflict)
		wantKind(t, d.review(t, other, d.id, countersign.ApproveDraft, ""), 0)
		_, err = d.publish(t, d.lead, d.id)
		wantKind(t, err, countersign.Forbidden) // it is everybody's framework
		_, err = d.svc.PublishFrameworkDraft(t.Context(), d.national, d.id, 1)
		if !service.IsStale(err) {
			t.Errorf("publishing what has changed since: %v", err)
		}
		f, err := d.publish(t, d.national, d.id)
		wantKind(t, err, 0)
		release, err := d.svc.FrameworkRelease(t.Context(), f.ID, "")
		if err != nil || release.Framework.Version != "1.7.0" || release.Framework.Status != countersign.FrameworkPublished || release.Framework.Standing != countersign.CommunityDraft {
			t.Fatalf("the newest version is %s, %v", release.Framework.Version, err)
		}
		again, err := framework.Parse(f.ID+"/"+f.Version+".yaml", release.File)
		if err != nil || again.SHA256 != f.SHA256 || again.Domains[0].Competencies[0].Title != "Other words" {
			t.Errorf("its file doesn't load elsewhere: %v", err)
		}
		for _, err := range []error{
			d.svc.EditFrameworkDraft(t.Context(), d.lead, d.id, 4, service.DraftEdit{Part: "domains.0", Up: true}),
			d.svc.DiscardFrameworkDraft(t.Context(), d.lead, d.id, 4), d.review(t, gp, d.id, countersign.ApproveDraft, ""),
			d.svc.AskDraftReviewer(t.Context(), d.lead, d.id, service.AskReviewerInput{Email: h.Mentor.Email}),
		} {
			wantKind(t, err, countersign.Conflict)
		}
		second := d.start(t, d.lead, service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "1.8.0"})
		if got := d.record(t, d.lead, second); got.MayPublish {
			t.Error("a hub lead may publish a version of everybody's framework")
		}
	})
}

// A hub publishes a framework of its own, and its next versions; nobody gets
// hold of the id of another's.
func TestAHubPublishesItsOwnVariant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d := h.desk(t)
		other := h.as(t, h.OtherHubLead)
		variant := service.DraftInput{Parent: "gpa-combined@1.0.0", Version: "1.0.0", ID: "leeds-gpa", Title: "Leeds GPA"}
		own, theirs := d.start(t, d.lead, variant), d.start(t, other, variant)
		gp := d.ask(t, own, h.GP)
		wantKind(t, d.review(t, gp, own, countersign.ApproveDraft, ""), 0)
		f, err := d.publish(t, d.lead, own)
		wantKind(t, err, 0)
		if f.ID != "leeds-gpa" || f.Title != "Leeds GPA" || f.Notice == "" {
			t.Errorf("published %s %q %q", f.ID, f.Title, f.Notice)
		}
		wantKind(t, d.svc.AskDraftReviewer(t.Context(), other, theirs, service.AskReviewerInput{Email: h.GP.Email}), 0)
		wantKind(t, d.svc.ReviewFrameworkDraft(t.Context(), gp, theirs, 1, service.DraftReviewInput{Decision: countersign.ApproveDraft}), 0)
		_, err = d.svc.PublishFrameworkDraft(t.Context(), other, theirs, 1)
		wantKind(t, err, countersign.Forbidden) // the id is another hub's now
		_, err = d.svc.PublishFrameworkDraft(t.Context(), d.national, theirs, 1)
		wantKind(t, err, countersign.Conflict)
		if _, err := d.svc.StartFrameworkDraft(t.Context(), other, variant); !slices.Equal(fields(err), []string{"id"}) {
			t.Errorf("an id that is taken: %v", err)
		}
		if next := d.start(t, d.lead, service.DraftInput{Parent: "leeds-gpa@1.0.0", Version: "1.1.0"}); !d.record(t, d.lead, next).MayPublish {
			t.Error("a hub may not publish the next version of its own framework")
		}
		if next := d.start(t, other, service.DraftInput{Parent: "leeds-gpa@1.0.0", Version: "1.1.0"}); func() bool {
			r, err := d.svc.FrameworkDraft(t.Context(), other, next)
			return err != nil || r.MayPublish
		}() {
			t.Error("a hub may publish the next version of another's framework")
		}
		wantKind(t, d.svc.DiscardFrameworkDraft(t.Context(), other, theirs, 1), 0)
	})
}

func TestReviewersReadAndCommentAndChangeNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d := h.desk(t)
		mentor := d.ask(t, d.id, h.Mentor)
		if all, err := d.svc.FrameworkDrafts(t.Context(), mentor); err != nil || len(all) != 1 {
			t.Errorf("a reviewer lists %d drafts, %v", len(all), err)
		}
		code := d.record(t, mentor, d.id).Document.Domains[0].Competencies[0].Code
		comment := func(place, text string) error {
			_, err := d.svc.CommentOnDraft(t.Context(), mentor, d.id, service.DraftCommentInput{Place: place, Text: text})
			return err
		}
		wantKind(t, comment(code, "Is this not too much?"), 0)
		wantKind(t, comment("", "On the whole good"), 0)
		wantKind(t, comment(d.record(t, mentor, d.id).Document.Role.Duties[0].Code, "Old words"), 0)
		for field, err := range map[string]error{"place": comment("NOWHERE", "Hm"), "text": comment("", "  ")} {
			if !slices.Equal(fields(err), []string{field}) {
				t.Errorf("%s: %v", field, err)
			}
		}
		if err := comment("", "She saw 943 476 5919"); !slices.Equal(fields(err), []string{"text"}) {
			t.Errorf("a patient's number: %v", err)
		}
		r := d.record(t, d.lead, d.id)
		if len(r.Comments) != 3 || r.Comments[0].Place != code || r.Comments[0].Name != h.Mentor.Name || r.Draft.Version != 1 {
			t.Errorf("comments = %+v of version %d", r.Comments, r.Draft.Version)
		}
		wantKind(t, d.svc.ResolveDraftComment(t.Context(), d.lead, d.id, r.Comments[0].ID), 0)
		wantKind(t, d.svc.ResolveDraftComment(t.Context(), d.lead, d.id, "no-such-comment"), countersign.NotFound)
		wantKind(t, d.svc.EditFrameworkDraft(t.Context(), mentor, d.id, 1, service.DraftEdit{Part: "domains.0", Remove: true}), countersign.Forbidden)
		wantKind(t, d.svc.AskDraftReviewer(t.Context(), mentor, d.id, service.AskReviewerInput{Email: h.GP.Email}), countersign.Forbidden)
		wantKind(t, d.svc.DiscardFrameworkDraft(t.Context(), mentor, d.id, 1), countersign.Forbidden)
		_, err := d.svc.PublishFrameworkDraft(t.Context(), mentor, d.id, 1)
		wantKind(t, err, countersign.Forbidden)

		wantKind(t, d.svc.DiscardFrameworkDraft(t.Context(), d.lead, d.id, 1), 0)
		if r := d.record(t, mentor, d.id); r.Draft.State != countersign.DraftDiscarded || r.MayComment {
			t.Errorf("discarded = %+v", r.Draft)
		}
		wantKind(t, comment("", "Too late"), countersign.Conflict)
	})
}

// The texts of a draft are searched for patients, unless its parent seemed to
// name one already: none that ships does.
func TestNoShippedFrameworkLooksLikeItNamesAPatient(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d := h.desk(t)
		wantKind(t, h.svc.Prepare(t.Context()), 0)
		rows, err := h.svc.Frameworks(t.Context())
		wantKind(t, err, 0)
		for i, r := range rows {
			id := d.start(t, d.lead, service.DraftInput{Parent: r.ID + "@" + r.Version, Version: fmt.Sprintf("1.%d.0", i), ID: "ours"})
			for _, tc := range []struct {
				title string
				kind  countersign.Kind
			}{{"Ask about 943 476 5919", countersign.Invalid}, {"Ours", 0}} {
				wantKind(t, d.svc.EditFrameworkDraft(t.Context(), d.lead, id, 1, service.DraftEdit{Values: service.DraftValues{"title": {tc.title}}}), tc.kind)
			}
		}
	})
}
