package service_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

func TestReturnedPieceIsRevisedAndEveryRevisionKept(t *testing.T) { // E2
	each(t, func(t *testing.T, h *house) {
		asha, mentor := h.as(t, h.Apprentice), h.as(t, h.Mentor)
		e := h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		_, err := h.svc.ReviewEvidence(t.Context(), mentor, service.ReviewInput{Evidence: e.ID, Decision: countersign.ReturnEvidence})
		wantKind(t, err, countersign.Invalid) // silence is no help
		e, err = h.svc.ReviewEvidence(t.Context(), mentor, service.ReviewInput{Evidence: e.ID, Version: e.Version, Decision: countersign.ReturnEvidence, Comment: "Say how you checked the cuff"})
		wantKind(t, err, 0)
		in := h.observation(h.Mentor.Email, "GPA-CL2")
		in.Narrative = "Took four readings; the cuff was checked first."
		e, err = h.svc.ChangeEvidence(t.Context(), asha, e.ID, e.Version, in)
		wantKind(t, err, 0)
		e, err = h.svc.SubmitEvidence(t.Context(), asha, e.ID, e.Version)
		wantKind(t, err, 0)
		page, err := h.svc.Evidence(t.Context(), mentor, e.ID)
		wantKind(t, err, 0)
		if len(page.Revisions) != 2 || page.Revisions[0].Content.Narrative == page.Revisions[1].Content.Narrative || page.Revisions[0].Hash == page.Revisions[1].Hash {
			t.Errorf("revisions = %+v, want both as they were", page.Revisions)
		}
		if len(page.Reviews) != 1 || page.Reviews[0].Revision != 1 || page.Reviews[0].Role != countersign.SecondaryMentor {
			t.Errorf("reviews = %+v, want the return of revision 1 by the secondary mentor", page.Reviews)
		}
	})
}

func TestDraftsAreTheirAuthorsAlone(t *testing.T) { // E3
	each(t, func(t *testing.T, h *house) {
		draft, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, service.EvidenceInput{Kind: countersign.Audit})
		wantKind(t, err, 0)
		recorded, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Mentor), h.App.ID, h.observation("", "GPA-CL2"))
		wantKind(t, err, 0)
		for _, tc := range []struct {
			name string
			who  countersign.Person
			id   countersign.EvidenceID
			want countersign.Kind
		}{
			{"the apprentice reads their own", h.Apprentice, draft.ID, 0},
			{"the GP doesn't", h.GP, draft.ID, countersign.NotFound},
			{"the mentor reads what they are recording", h.Mentor, recorded.ID, 0},
			{"the apprentice doesn't, yet", h.Apprentice, recorded.ID, countersign.NotFound},
			{"the manager reads neither", h.Manager, recorded.ID, countersign.NotFound},
		} {
			_, err := h.svc.Evidence(t.Context(), h.as(t, tc.who), tc.id)
			if got := countersign.KindOf(err); got != tc.want {
				t.Errorf("%s: error = %v, want kind %v", tc.name, err, tc.want)
			}
		}
		_, err = h.svc.ChangeEvidence(t.Context(), h.as(t, h.Apprentice), recorded.ID, 0, h.observation("", "GPA-CL2"))
		if err == nil {
			t.Error("the apprentice changed what the mentor is recording")
		}
	})
}

func TestRecordedPieceIsAcceptedAtOnceAndConfirmedAsRead(t *testing.T) { // E3, E6
	each(t, func(t *testing.T, h *house) {
		mentor := h.as(t, h.Mentor)
		e, err := h.svc.DraftEvidence(t.Context(), mentor, h.App.ID, h.observation("", "GPA-CL2"))
		wantKind(t, err, 0)
		e, err = h.svc.SubmitEvidence(t.Context(), mentor, e.ID, e.Version)
		wantKind(t, err, 0)
		if e.State != countersign.Accepted || !e.Observed() || e.AcceptedBy != h.Mentor.ID {
			t.Errorf("a recorded piece is %s, observed %t; want accepted and observed", e.State, e.Observed())
		}
		e, err = h.svc.ConfirmRead(t.Context(), h.as(t, h.Apprentice), e.ID, service.ConfirmReadInput{Comment: "Agreed"})
		wantKind(t, err, 0)
		if e.ReadAt.IsZero() {
			t.Error("nothing says that the apprentice has read it")
		}
		_, err = h.svc.ConfirmRead(t.Context(), h.as(t, h.Apprentice), e.ID, service.ConfirmReadInput{})
		wantKind(t, err, countersign.Conflict)
	})
}

func TestReviewerMustBeAllowedEveryCompetencyLeft(t *testing.T) { // E4
	each(t, func(t *testing.T, h *house) {
		in := h.observation(h.Manager.Email, "GPA-AD5", "GPA-CL2")
		e := h.submitted(t, in)
		manager := h.as(t, h.Manager)
		_, err := h.svc.ReviewEvidence(t.Context(), manager, service.ReviewInput{Evidence: e.ID, Decision: countersign.AcceptEvidence})
		wantKind(t, err, countersign.Forbidden)
		if err == nil || !strings.Contains(err.Error(), "GPA-CL2") {
			t.Errorf("error = %v, want it to name GPA-CL2", err)
		}
		e, err = h.svc.ReviewEvidence(t.Context(), manager, service.ReviewInput{
			Evidence: e.ID, Decision: countersign.AcceptEvidence, Competencies: []service.MappingInput{{Code: "GPA-AD5"}},
		})
		wantKind(t, err, 0)
		if len(e.Mapping) != 1 || e.Mapping[0].Competency != "GPA-AD5" {
			t.Errorf("mapping = %v, want what the reviewer left", e.Mapping)
		}
		if got := h.summary(t, "GPA-CL2").Status; got != countersign.NotStarted {
			t.Errorf("the competency taken out is %s, want not started", got)
		}
	})
}

func TestReadingEvidence(t *testing.T) { // RULES Reading
	each(t, func(t *testing.T, h *house) {
		clinical := h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		admin := h.submitted(t, h.observation(h.Mentor.Email, "GPA-AD5"))
		for _, tc := range []struct {
			name            string
			who             countersign.Person
			clinical, admin countersign.Kind
		}{
			{"mentor", h.Mentor, 0, 0},
			{"manager: administration alone", h.Manager, countersign.NotFound, 0},
			{"hub lead: never", h.HubLead, countersign.Forbidden, countersign.Forbidden},
			{"region lead: sums only", h.RegionLead, countersign.NotFound, countersign.NotFound},
			{"admin: people and places only", h.Admin, countersign.NotFound, countersign.NotFound},
			{"another apprentice", h.OtherApprentice, countersign.NotFound, countersign.NotFound},
			{"another GP", h.OtherGP, countersign.NotFound, countersign.NotFound},
		} {
			for id, want := range map[countersign.EvidenceID]countersign.Kind{clinical.ID: tc.clinical, admin.ID: tc.admin} {
				_, err := h.svc.Evidence(t.Context(), h.as(t, tc.who), id)
				if got := countersign.KindOf(err); got != want {
					t.Errorf("%s: error = %v, want kind %v", tc.name, err, want)
				}
			}
		}
		page, err := h.svc.Competency(t.Context(), h.as(t, h.HubLead), h.App.ID, "GPA-CL2")
		wantKind(t, err, 0)
		if len(page.Pieces) != 0 || page.MaySeeEvidence {
			t.Error("a hub lead sees evidence on the competency's page")
		}
	})
}

func TestTextsThatCannotBeKeptAreRefusedBesideTheirField(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, tc := range []struct {
			name  string
			alter func(*service.EvidenceInput)
			field string
		}{
			{"a valid NHS number", func(in *service.EvidenceInput) { in.Narrative = "Seen: 943 476 5919 this morning" }, "narrative"},
			{"one in a detail", func(in *service.EvidenceInput) { in.Details["seen"] = "9434765919" }, "details.seen"},
			{"one in a justification", func(in *service.EvidenceInput) { in.Competencies[0].Justification = "943-476-5919" }, "competencies.0.justification"},
			{"NUL", func(in *service.EvidenceInput) { in.Title = "a\x00b" }, "title"},
			{"invalid UTF-8", func(in *service.EvidenceInput) { in.Reflection = "\xff\xfe" }, "reflection"},
			{"a megabyte", func(in *service.EvidenceInput) { in.Narrative = strings.Repeat("x", 1<<20) }, "narrative"},
			{"an unknown competency", func(in *service.EvidenceInput) { in.Competencies[0].Code = "GPA-XX9" }, "competencies.0.code"},
			{"the future", func(in *service.EvidenceInput) { in.OccurredOn = h.today().AddDays(1) }, "occurred_on"},
			{"an unknown observer", func(in *service.EvidenceInput) { in.ObservedBy = "nobody@example.org" }, "observed_by"},
			{"no address at all", func(in *service.EvidenceInput) { in.ObservedBy = "Dr Bell" }, "observed_by"},
		} {
			in := h.observation(h.Mentor.Email, "GPA-CL2")
			tc.alter(&in)
			_, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, in)
			e, ok := err.(*countersign.Error)
			if !ok || e.Kind != countersign.Invalid || len(e.Fields) == 0 || e.Fields[0].Field != tc.field {
				t.Errorf("%s: error = %#v, want Invalid at %s", tc.name, err, tc.field)
			}
		}
		in := h.observation("", "GPA-CL2")
		in.Title, in.Reflection = "<script>alert(1)</script>", "Zoë Ńowak, Siân, Nguyễn 😀"
		e, err := h.svc.DraftEvidence(t.Context(), h.as(t, h.Apprentice), h.App.ID, in)
		wantKind(t, err, 0)
		page, err := h.svc.Evidence(t.Context(), h.as(t, h.Apprentice), e.ID)
		wantKind(t, err, 0)
		if page.Evidence.Title != in.Title || page.Evidence.Reflection != in.Reflection {
			t.Errorf("kept %q and %q, want them as typed", page.Evidence.Title, page.Evidence.Reflection)
		}
	})
}

func TestFilesOfAPiece(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		e, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation(h.Mentor.Email, "GPA-CL2"))
		wantKind(t, err, 0)
		a, err := h.svc.AddAttachment(t.Context(), asha, e.ID, "photo.PNG", png())
		wantKind(t, err, 0)
		if a.MediaType != "image/png" || a.Rendition.SHA256 == "" || a.SHA256 == "" {
			t.Errorf("attachment = %+v, want a picture with a rendition", a)
		}
		_, err = h.svc.Attachment(t.Context(), h.as(t, h.Mentor), a.ID, false)
		wantKind(t, err, countersign.NotFound) // it belongs to a draft
		_, err = h.svc.AddAttachment(t.Context(), h.as(t, h.Mentor), e.ID, "photo.png", png())
		if err == nil {
			t.Error("a mentor added a file to the apprentice's piece")
		}
		again, err := h.svc.AddAttachment(t.Context(), asha, e.ID, "photo.PNG", png())
		wantKind(t, err, 0)
		if again.ID != a.ID {
			t.Error("the same file sent twice is there twice")
		}
		for i := range countersign.MaxAttachments - 1 {
			_, err = h.svc.AddAttachment(t.Context(), asha, e.ID, fmt.Sprintf("photo %d.png", i), png())
			wantKind(t, err, 0)
		}
		_, err = h.svc.AddAttachment(t.Context(), asha, e.ID, "one more.png", png())
		wantKind(t, err, countersign.Invalid) // the eleventh
		_, err = h.svc.SubmitEvidence(t.Context(), asha, e.ID, 0)
		wantKind(t, err, 0)
		opened, err := h.svc.Attachment(t.Context(), h.as(t, h.Mentor), a.ID, true)
		wantKind(t, err, 0)
		if err == nil {
			content, err := io.ReadAll(opened.Content)
			if err != nil || len(content) == 0 {
				t.Errorf("read %d bytes, %v", len(content), err)
			}
			_ = opened.Content.Close()
		}
		if err := h.svc.DeleteAttachment(t.Context(), asha, a.ID); countersign.KindOf(err) != countersign.Conflict {
			t.Errorf("deleting a file of a submitted piece: %v, want Conflict", err)
		}
		_, err = h.svc.Attachment(t.Context(), h.as(t, h.HubLead), a.ID, false)
		wantKind(t, err, countersign.Forbidden)
	})
}

func TestAFileTakenOutAfterwardsStaysInItsRevision(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, sam := h.as(t, h.Apprentice), h.as(t, h.Mentor)
		e, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation(h.Mentor.Email, "GPA-CL2"))
		wantKind(t, err, 0)
		add := func(name string) countersign.AttachmentID {
			a, err := h.svc.AddAttachment(t.Context(), asha, e.ID, name, png())
			wantKind(t, err, 0)
			return a.ID
		}
		opens := func(when string, who authz.Actor, id countersign.AttachmentID, want countersign.Kind) {
			t.Helper()
			file, err := h.svc.Attachment(t.Context(), who, id, true)
			if countersign.KindOf(err) != want {
				t.Errorf("%s: the file opens with %v, want kind %v", when, err, want)
			}
			if err == nil {
				_ = file.Content.Close()
			}
		}
		h.clock.Advance(time.Minute)
		sent := add("sent.png")
		_, err = h.svc.SubmitEvidence(t.Context(), asha, e.ID, 0)
		wantKind(t, err, 0)
		_, err = h.svc.ReviewEvidence(t.Context(), sam, service.ReviewInput{Evidence: e.ID, Decision: countersign.ReturnEvidence, Comment: "Another picture, please"})
		wantKind(t, err, 0)
		h.clock.Advance(time.Minute)
		never := add("never sent.png")
		opens("while it is rewritten, the new one", sam, never, countersign.NotFound)
		wantKind(t, h.svc.DeleteAttachment(t.Context(), asha, sent), 0)
		wantKind(t, h.svc.DeleteAttachment(t.Context(), asha, never), 0)
		wantKind(t, h.svc.DeleteAttachment(t.Context(), asha, sent), countersign.NotFound)
		opens("taken out, as its author", asha, sent, 0)
		opens("taken out, as the reviewer", sam, sent, 0)
		opens("never submitted", asha, never, countersign.NotFound)
		page, err := h.svc.Evidence(t.Context(), asha, e.ID)
		wantKind(t, err, 0)
		if len(page.Evidence.Attachments) != 0 {
			t.Errorf("the piece still has %v", page.Evidence.Attachments)
		}
		add("sent.png") // the same content under the same name is a new file
		_, err = h.svc.SubmitEvidence(t.Context(), asha, e.ID, 0)
		wantKind(t, err, 0)
		opens("submitted without it", sam, sent, 0)
		opens("to the hub lead", h.as(t, h.HubLead), sent, countersign.Forbidden)
	})
}

func TestQueueIsOldestFirstAndEverybodysOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.submitted(t, h.observation(h.Mentor.Email, "GPA-CL2"))
		h.clock.Advance(48 * time.Hour)
		second := h.submitted(t, h.observation(h.Manager.Email, "GPA-AD5"))
		for _, tc := range []struct {
			who  countersign.Person
			want []countersign.EvidenceID
		}{
			{h.GP, []countersign.EvidenceID{first.ID, second.ID}},
			{h.Mentor, []countersign.EvidenceID{first.ID, second.ID}},
			{h.Manager, []countersign.EvidenceID{second.ID}},
			{h.Apprentice, nil},
			{h.HubLead, nil},
			{h.OtherGP, nil},
		} {
			items, err := h.svc.Queue(t.Context(), h.as(t, tc.who), service.QueueFilter{})
			wantKind(t, err, 0)
			var got []countersign.EvidenceID
			for _, item := range items {
				got = append(got, item.Evidence)
			}
			if len(got) != len(tc.want) || len(got) > 0 && got[0] != tc.want[0] {
				t.Errorf("%s's queue = %v, want %v", tc.who.Name, got, tc.want)
			}
		}
		_, err := h.svc.Queue(t.Context(), authz.Actor{}, service.QueueFilter{})
		wantKind(t, err, countersign.Unauthenticated)
	})
}

func TestTwoTabsDoNotOverwriteEachOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		e, err := h.svc.DraftEvidence(t.Context(), asha, h.App.ID, h.observation("", "GPA-CL2"))
		wantKind(t, err, 0)
		in := h.observation("", "GPA-CL2")
		in.Narrative = "From the first tab"
		_, err = h.svc.ChangeEvidence(t.Context(), asha, e.ID, e.Version, in)
		wantKind(t, err, 0)
		in.Narrative = "From the second tab"
		_, err = h.svc.ChangeEvidence(t.Context(), asha, e.ID, e.Version, in)
		wantKind(t, err, countersign.Conflict)
	})
}
