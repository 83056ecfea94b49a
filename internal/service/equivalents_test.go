package service_test

import (
	"io"
	"testing"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/service"
	"countersign/internal/store"
)

// Competencies that are the same skill in the two frameworks.
const (
	skillHere  = "MAA-C3"
	skillThere = "GPA-CL2"
)

// secondProgramme enrols the apprentice as a medical assistant too, with the
// other GP as the supervisor, who has nothing to do with the first programme.
func (h *house) secondProgramme(t *testing.T) countersign.Apprenticeship {
	t.Helper()
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	first := h.Framework
	defer func() { h.Framework = first }()
	for _, l := range shipped {
		if l.Framework.ID != "nhs-medical-assistant" {
			continue
		}
		h.Framework = l.Framework
		if err := h.store.Write(t.Context(), func(tx *store.Tx) error { return tx.AddFramework(l.Framework, l.Data) }); err != nil {
			t.Fatal(err)
		}
	}
	return h.Enrol(t, h.Apprentice, h.OtherPractice, h.OtherGP.ID)
}

func (h *house) page(t *testing.T, who countersign.Person, app countersign.Apprenticeship, code string) service.CompetencyPage {
	t.Helper()
	page, err := h.svc.Competency(t.Context(), h.as(t, who), app.ID, code)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func (h *house) propose(t *testing.T, who countersign.Person, app countersign.Apprenticeship, e countersign.EvidenceID) (countersign.Evidence, error) {
	t.Helper()
	h.clock.Advance(time.Minute)
	return h.svc.ProposeEquivalent(t.Context(), h.as(t, who), app.ID, service.EquivalentInput{
		Competency: skillHere, Evidence: e, Justification: "The same technique, on the same kind of patient",
	})
}

func TestEvidenceAcceptedInAnotherFrameworkIsSuggested(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		second := h.secondProgramme(t)
		if got := h.page(t, h.Apprentice, second, skillHere).Equivalents; len(got) != 0 {
			t.Errorf("before anything was accepted: %+v", got)
		}
		waiting := h.submitted(t, h.observation(h.Mentor.Email, skillThere))
		accepted := h.accepted(t, h.observation(h.Mentor.Email, skillThere, "GPA-CA9"), h.Mentor)

		own := h.page(t, h.Apprentice, second, skillHere).Equivalents
		if len(own) != 1 || own[0].FrameworkID != "gpa-combined" || own[0].Competency != skillThere || own[0].Accepted != 1 ||
			len(own[0].Pieces) != 1 || own[0].Pieces[0].Evidence != accepted.ID || own[0].Pieces[0].Evidence == waiting.ID {
			t.Errorf("the apprentice is shown %+v; want the accepted piece alone", own)
		}
		seen := h.page(t, h.OtherGP, second, skillHere).Equivalents
		if len(seen) != 1 || seen[0].Accepted != 1 || len(seen[0].Pieces) != 0 {
			t.Errorf("the supervisor is shown %+v; want how many and nothing else", seen)
		}
		if got := h.page(t, h.OtherHubLead, second, skillHere).Equivalents; len(got) != 0 {
			t.Errorf("who reads no evidence is shown %+v", got)
		}
		if got := h.page(t, h.Apprentice, second, "MAA-C1").Equivalents; len(got) != 0 {
			t.Errorf("a competency that isn't equivalent is shown %+v", got)
		}
		listed, err := h.svc.Equivalents(t.Context(), h.as(t, h.Apprentice), second.ID)
		if err != nil || len(listed[skillHere]) != 1 || listed[skillHere][0].Accepted != 1 {
			t.Errorf("Equivalents() = %+v, %v", listed, err)
		}
		listed, err = h.svc.Equivalents(t.Context(), h.as(t, h.OtherHubLead), second.ID)
		if err != nil || len(listed) != 0 {
			t.Errorf("Equivalents() of a hub lead = %+v, %v", listed, err)
		}
	})
}

func TestProposedEvidenceIsJudgedAsAnyOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		second := h.secondProgramme(t)
		there := h.accepted(t, h.observation(h.Mentor.Email, skillThere), h.Mentor)
		here, err := h.propose(t, h.Apprentice, second, there.ID)
		wantKind(t, err, 0)
		if here.State != countersign.Submitted || here.Revision != 1 || here.AcceptedBy != "" || here.Apprenticeship != second.ID || !here.Maps(skillHere) || here.Maps(skillThere) {
			t.Errorf("proposed as %+v; want a submitted piece for %s", here, skillHere)
		}
		original, err := h.svc.Evidence(t.Context(), h.as(t, h.Apprentice), there.ID)
		wantKind(t, err, 0)
		o := here.Origin
		if o == nil || o.Evidence != there.ID || o.FrameworkID != "gpa-combined" || o.Competency != skillThere || o.AcceptedByName != h.Mentor.Name ||
			o.Hash != original.Revisions[0].Hash || !o.AcceptedAt.Equal(there.DecidedAt) {
			t.Errorf("origin = %+v; want where, when and by whom it was accepted, and the hash", o)
		}
		if got := h.page(t, h.Apprentice, second, skillHere).Equivalents; len(got) != 0 {
			t.Errorf("a piece that is in use is suggested again: %+v", got)
		}
		_, err = h.propose(t, h.Apprentice, second, there.ID)
		wantKind(t, err, countersign.Conflict)

		review := service.ReviewInput{Evidence: here.ID, Version: here.Version, Decision: countersign.AcceptEvidence}
		_, err = h.svc.ReviewEvidence(t.Context(), h.as(t, h.Mentor), review) // who accepted it there
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.Evidence(t.Context(), h.as(t, h.Mentor), here.ID)
		wantKind(t, err, countersign.NotFound)
		_, err = h.svc.Evidence(t.Context(), h.as(t, h.OtherGP), there.ID)
		wantKind(t, err, countersign.NotFound)

		accepted, err := h.svc.ReviewEvidence(t.Context(), h.as(t, h.OtherGP), review)
		wantKind(t, err, 0)
		if accepted.Observed() || accepted.Origin == nil || accepted.Origin.Hash != o.Hash {
			t.Errorf("after the review: observed %t, origin %+v; want its observer's word to be missing and the origin kept", accepted.Observed(), accepted.Origin)
		}
		if page := h.page(t, h.Apprentice, second, skillHere); len(page.Attainment.Decisions) != 0 || page.Summary.Counting != 1 {
			t.Errorf("%d decisions, %d counting; want no decision and one piece that counts", len(page.Attainment.Decisions), page.Summary.Counting)
		}

		// What becomes of the piece there is nothing to the one here, and a
		// withdrawn copy makes room for another.
		_, err = h.svc.WithdrawEvidence(t.Context(), h.as(t, h.Apprentice), here.ID, 0, service.WithdrawInput{Reason: "A better one"})
		wantKind(t, err, 0)
		again, err := h.propose(t, h.Apprentice, second, there.ID)
		wantKind(t, err, 0)
		_, err = h.svc.WithdrawEvidence(t.Context(), h.as(t, h.Apprentice), there.ID, 0, service.WithdrawInput{Reason: "Not mine"})
		wantKind(t, err, 0)
		page, err := h.svc.Evidence(t.Context(), h.as(t, h.OtherGP), again.ID)
		if err != nil || page.Evidence.State != countersign.Submitted || page.Evidence.Origin == nil {
			t.Errorf("after the withdrawal there: %+v, %v", page.Evidence, err)
		}
	})
}

func TestTheFilesOfProposedEvidenceComeAlong(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		second := h.secondProgramme(t)
		actor := h.as(t, h.Apprentice)
		draft, err := h.svc.DraftEvidence(t.Context(), actor, h.App.ID, h.observation(h.Mentor.Email, skillThere))
		wantKind(t, err, 0)
		file, err := h.svc.AddAttachment(t.Context(), actor, draft.ID, "tray.png", png())
		wantKind(t, err, 0)
		page, err := h.svc.Evidence(t.Context(), actor, draft.ID)
		wantKind(t, err, 0)
		e, err := h.svc.SubmitEvidence(t.Context(), actor, draft.ID, page.Evidence.Version)
		wantKind(t, err, 0)
		_, err = h.svc.ReviewEvidence(t.Context(), h.as(t, h.Mentor), service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
		wantKind(t, err, 0)
		here, err := h.propose(t, h.Apprentice, second, e.ID)
		wantKind(t, err, 0)
		if len(here.Attachments) != 1 || here.Attachments[0].SHA256 != file.SHA256 || here.Attachments[0].ID == file.ID {
			t.Fatalf("attachments = %+v; want the same content under an identifier of its own", here.Attachments)
		}
		got, err := h.svc.Attachment(t.Context(), h.as(t, h.OtherGP), here.Attachments[0].ID, false)
		wantKind(t, err, 0)
		if err == nil {
			content, _ := io.ReadAll(got.Content)
			_ = got.Content.Close()
			if int64(len(content)) != file.Size {
				t.Errorf("%d bytes; want the file, %d", len(content), file.Size)
			}
		}
		_, err = h.svc.Attachment(t.Context(), h.as(t, h.OtherGP), file.ID, false)
		wantKind(t, err, countersign.NotFound)
	})
}

func TestOnlyOnesOwnAcceptedEvidenceIsProposed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		second := h.secondProgramme(t)
		there := h.accepted(t, h.observation(h.Mentor.Email, skillThere), h.Mentor)
		waiting := h.submitted(t, h.observation(h.Mentor.Email, skillThere))
		other := h.accepted(t, h.observation(h.Mentor.Email, "GPA-CA9"), h.Mentor)
		for _, tc := range []struct {
			name  string
			who   countersign.Person
			app   countersign.Apprenticeship
			piece countersign.EvidenceID
			want  countersign.Kind
		}{
			{"an outsider", h.OtherApprentice, second, there.ID, countersign.NotFound},
			{"the assessor of the other programme", h.Mentor, second, there.ID, countersign.NotFound},
			{"the supervisor of this one", h.OtherGP, second, there.ID, countersign.Forbidden},
			{"a piece that waits", h.Apprentice, second, waiting.ID, countersign.Conflict},
			{"a piece for another skill", h.Apprentice, second, other.ID, countersign.Conflict},
			{"a piece that doesn't exist", h.Apprentice, second, "00000000-0000-7000-8000-ffffffffffff", countersign.Invalid},
			{"somebody else's record", h.OtherApprentice, h.OtherApp, there.ID, countersign.Invalid},
			{"a piece of this programme", h.Apprentice, h.App, there.ID, countersign.Invalid},
		} {
			code := skillHere
			if tc.app.FrameworkID == "gpa-combined" {
				code = skillThere
			}
			_, err := h.svc.ProposeEquivalent(t.Context(), h.as(t, tc.who), tc.app.ID, service.EquivalentInput{Competency: code, Evidence: tc.piece, Justification: "The same"})
			if got := countersign.KindOf(err); got != tc.want {
				t.Errorf("%s: %v, kind %v; want %v", tc.name, err, got, tc.want)
			}
		}
		_, err := h.svc.ProposeEquivalent(t.Context(), h.as(t, h.Apprentice), second.ID, service.EquivalentInput{Competency: skillHere, Evidence: there.ID, Justification: " "})
		wantKind(t, err, countersign.Invalid)
		list, _, err := h.svc.EvidenceList(t.Context(), h.as(t, h.Apprentice), second.ID, service.EvidenceFilter{})
		if err != nil || len(list) != 0 {
			t.Errorf("after the refusals the record holds %+v, %v", list, err)
		}
	})
}

// copied is a piece that was accepted in the first programme, and its copy in
// the second.
func (h *house) copied(t *testing.T) (original, copied countersign.Evidence) {
	t.Helper()
	second := h.secondProgramme(t)
	original = h.accepted(t, h.observation(h.Mentor.Email, skillThere), h.Mentor)
	copied, err := h.propose(t, h.Apprentice, second, original.ID)
	wantKind(t, err, 0)
	h.clock.Advance(time.Minute)
	return original, copied
}

func (h *house) report(t *testing.T, by countersign.Person, e countersign.EvidenceID) {
	t.Helper()
	wantKind(t, h.svc.ReportEvidence(t.Context(), h.as(t, by), e, service.ReportInput{Reason: "A first name"}), 0)
	h.clock.Advance(time.Minute)
}

// wantHidden looks whether the piece is quarantined, as its apprentice sees it.
func (h *house) wantHidden(t *testing.T, e countersign.EvidenceID, want bool) countersign.Evidence {
	t.Helper()
	page, err := h.svc.Evidence(t.Context(), h.as(t, h.Apprentice), e)
	wantKind(t, err, 0)
	if page.Evidence.Quarantined != want {
		t.Errorf("%s is quarantined: %v, want %v", e, page.Evidence.Quarantined, want)
	}
	return page.Evidence
}

func TestACopyIsReportedWithItsOriginalAndEachIsRedactedWhereItIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		original, copied := h.copied(t)
		h.report(t, h.Mentor, original.ID)
		h.wantHidden(t, original.ID, true)
		h.wantHidden(t, copied.ID, true)
		_, err := h.svc.Evidence(t.Context(), h.as(t, h.OtherGP), copied.ID)
		wantKind(t, err, countersign.NotFound)
		if told := h.notices(t)[string(service.NoticeReported)]; told != 2 { // one leads to each piece
			t.Errorf("%d mails, want 2", told)
		}

		// Whoever is the supervisor there releases it, once it is redacted there.
		_, err = h.svc.SubmitEvidence(t.Context(), h.as(t, h.Apprentice), original.ID, 0)
		wantKind(t, err, 0)
		released := service.CloseReportInput{Outcome: countersign.Released}
		wantKind(t, h.svc.CloseReport(t.Context(), h.as(t, h.Mentor), original.ID, released), 0)
		h.wantHidden(t, original.ID, false)
		h.wantHidden(t, copied.ID, true)
		wantKind(t, h.svc.CloseReport(t.Context(), h.as(t, h.OtherGP), copied.ID, released), countersign.Conflict)
		_, err = h.svc.SubmitEvidence(t.Context(), h.as(t, h.Apprentice), copied.ID, 0)
		wantKind(t, err, 0)
		wantKind(t, h.svc.CloseReport(t.Context(), h.as(t, h.OtherGP), copied.ID, released), 0)
		h.wantHidden(t, copied.ID, false)
	})
}

// A withdrawn copy still says what the others say. Of it and the one that was
// made anew only one can be used again.
func TestACopyThatWasWithdrawnAndMadeAnewIsReportedWithTheOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		original, old := h.copied(t)
		_, err := h.svc.WithdrawEvidence(t.Context(), h.as(t, h.Apprentice), old.ID, 0, service.WithdrawInput{Reason: "The wrong competency"})
		wantKind(t, err, 0)
		anew, err := h.propose(t, h.Apprentice, countersign.Apprenticeship{ID: old.Apprenticeship}, original.ID)
		wantKind(t, err, 0)
		h.clock.Advance(time.Minute)
		h.report(t, h.Mentor, original.ID)
		for _, e := range []countersign.EvidenceID{original.ID, old.ID, anew.ID} {
			h.wantHidden(t, e, true)
			_, err := h.svc.SubmitEvidence(t.Context(), h.as(t, h.Apprentice), e, 0)
			wantKind(t, err, 0)
		}
		release := func(e countersign.EvidenceID) error {
			return h.svc.CloseReport(t.Context(), h.as(t, h.OtherGP), e, service.CloseReportInput{Outcome: countersign.Released})
		}
		wantKind(t, release(anew.ID), 0)
		wantKind(t, release(old.ID), countersign.Conflict)
		h.wantHidden(t, old.ID, true)
		_, err = h.svc.WithdrawEvidence(t.Context(), h.as(t, h.Apprentice), old.ID, 0, service.WithdrawInput{Reason: "It is there already"})
		wantKind(t, err, 0)
		if e := h.wantHidden(t, old.ID, false); e.State != countersign.Withdrawn || e.Title != "" {
			t.Errorf("the old copy is %s and says %q", e.State, e.Title)
		}
	})
}

func TestAnOriginalIsReportedWithItsCopyAndAWrongReportIsTakenBackOfBoth(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		original, copied := h.copied(t)
		h.report(t, h.OtherGP, copied.ID)
		h.wantHidden(t, original.ID, true)
		err := h.svc.CloseReport(t.Context(), h.as(t, h.OtherGP), copied.ID, service.CloseReportInput{Outcome: countersign.Lifted, Reason: "It is the name of a clinic."})
		wantKind(t, err, 0)
		if e := h.wantHidden(t, original.ID, false); e.State != countersign.Accepted {
			t.Errorf("the original is %s, want accepted as before", e.State)
		}
		if e := h.wantHidden(t, copied.ID, false); e.State != countersign.Submitted {
			t.Errorf("the copy is %s, want submitted as before", e.State)
		}
	})
}

func TestACopyThatSaysSomethingElseByNowIsNotReportedWithItsOriginal(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		original, copied := h.copied(t)
		_, err := h.svc.ReviewEvidence(t.Context(), h.as(t, h.OtherGP), service.ReviewInput{Evidence: copied.ID, Decision: countersign.ReturnEvidence, Comment: "Say more"})
		wantKind(t, err, 0)
		in := h.observation(h.Mentor.Email, skillHere)
		in.Title, in.Narrative = "Another title", "Another story"
		_, err = h.svc.ChangeEvidence(t.Context(), h.as(t, h.Apprentice), copied.ID, 0, in)
		wantKind(t, err, 0)
		h.report(t, h.Mentor, original.ID)
		h.wantHidden(t, original.ID, true)
		h.wantHidden(t, copied.ID, false)
	})
}
